/* Where a result comes from, as attributes of its files: program, configuration, mesh, machine. */
#ifndef ISO_STUDY_PROVENANCE_H
#define ISO_STUDY_PROVENANCE_H

#include "base/arena.h"
#include "result/netcdf_file.h"
#include "study/setup.h"

/* Where results are of a part of a run: what stopped it, and when. */
#define ISO_STOPPED_ATTRIBUTE "stopped"

typedef struct iso_provenance {
  int count, capacity;
  iso_attribute *attribute; /* [count] */
  iso_arena *memory;        /* of their texts */
  char *configuration;
} iso_provenance;

/* Collective. wall_s: of the run so far; NAN: left out. The same on all ranks. Free it on failure, too. */
iso_status iso_provenance_new(iso_provenance *out, const iso_setup *setup, double wall_s, iso_error *err);

/* One more at the end; name and text outlive it. Not collective. */
iso_status iso_provenance_add(iso_provenance *provenance, const char *name, const char *text, iso_error *err);

/* The commit that the program was built from, or "unknown". */
const char *iso_program_commit(void);

void iso_provenance_free(iso_provenance *provenance);

#endif

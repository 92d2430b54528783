/* Where a result comes from, as attributes of its files: program, configuration, mesh, machine. */
#ifndef ISO_STUDY_PROVENANCE_H
#define ISO_STUDY_PROVENANCE_H

#include "result/netcdf_file.h"
#include "study/setup.h"

enum { ISO_PROVENANCE = 12 };

typedef struct iso_provenance {
  int count;
  iso_attribute attribute[ISO_PROVENANCE];
  char text[ISO_PROVENANCE][128];
  char *configuration;
} iso_provenance;

/* wall_s: of the run so far; NAN: left out. The same on all ranks. Free it on failure, too. */
iso_status iso_provenance_new(iso_provenance *out, const iso_setup *setup, double wall_s, iso_error *err);

/* The commit that the program was built from, or "unknown". */
const char *iso_program_commit(void);

void iso_provenance_free(iso_provenance *provenance);

#endif

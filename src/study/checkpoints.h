/* Checkpoints of a run: when they are due, and what they hold. */
#ifndef ISO_STUDY_CHECKPOINTS_H
#define ISO_STUDY_CHECKPOINTS_H

#include "base/names.h"
#include "study/setup.h"

typedef struct iso_checkpoints {
  const iso_setup *setup;
  char *path, *spool; /* PREFIX.ckpt.nc, and PREFIX.ckpt.vm for snapshots; NULL: none are asked for */
  int nwritten;       /* by this part of the run */
  double clock;       /* when the last one was written, or the run began */
  double began;       /* the run, with what earlier parts of it took: iso_clock would have said that then */
} iso_checkpoints;

/* The name of a result: prefix, of --output, and suffix, like ".e.nc"; to be freed. Not collective; ISO_EFAIL
 * where memory is short. */
iso_status iso_output_name(char **out, const char *prefix, const char *suffix, iso_error *err);

/* Collective. Whether the configuration asks for checkpoints; if so, that they can be written: before hours
 * of work rather than after. */
iso_status iso_checkpoints_new(iso_checkpoints *out, MPI_Comm comm, const iso_setup *setup,
                               const char *prefix, iso_error *err);
void iso_checkpoints_free(iso_checkpoints *checkpoints);

/* Whether one is due after a step, by simulated time, the same on all ranks; by this rank's clock. */
bool iso_checkpoints_due(const iso_checkpoints *checkpoints, int64_t step);
bool iso_checkpoints_late(const iso_checkpoints *checkpoints);

/* Collective. Writes one now. loop_s: what the time loop took so far. A failure, that is no room on the disk,
 * leaves the last good one, and the run may go on. */
iso_status iso_checkpoints_write(iso_checkpoints *checkpoints, double loop_s, iso_error *err);

/* Adds the names of the checkpoints that this part of the run has written and kept, the newest first, and of
 * the file of their snapshots. Not collective. */
iso_status iso_checkpoints_list(const iso_checkpoints *checkpoints, iso_names *files, iso_error *err);

#endif

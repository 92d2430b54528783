/* Checkpoints of a run: when they are due, and what they hold. */
#ifndef ISO_STUDY_CHECKPOINTS_H
#define ISO_STUDY_CHECKPOINTS_H

#include "base/names.h"
#include "study/setup.h"
#include "study/trials.h"

typedef struct iso_checkpoints {
  const iso_setup *setup;
  char *path, *spool; /* PREFIX.ckpt.nc, and PREFIX.ckpt.vm for snapshots; NULL: none are asked for */
  bool only_last;     /* none is due before whoever asks */
  int nwritten;       /* by this part of the run */
  double clock;       /* when the last one was written, or the run began */
  double began;       /* the run, with what earlier parts of it took: iso_clock would have said that then */
} iso_checkpoints;

/* Collective. The name of a result: prefix, of --output, and suffix, like ".e.nc";
 * to be freed. ISO_EFAIL where memory is short. */
iso_status iso_output_name(MPI_Comm comm, char **out, const char *prefix, const char *suffix, iso_error *err);

/* Collective. Whether the configuration asks for checkpoints, or only_last for a single one; if so, that they
 * can be written: before hours of work rather than after. */
iso_status iso_checkpoints_new(iso_checkpoints *out, MPI_Comm comm, const iso_setup *setup,
                               const char *prefix, bool only_last, iso_error *err);
void iso_checkpoints_free(iso_checkpoints *checkpoints);

/* Whether one is due after a step, by simulated time, the same on all ranks; by this rank's clock. */
bool iso_checkpoints_due(const iso_checkpoints *checkpoints, int64_t step);
bool iso_checkpoints_late(const iso_checkpoints *checkpoints);

/* Collective. Writes one now. loop_s: what the time loop took so far. trials: that are under way, or NULL. A
 * failure, that is no room on the disk, leaves the last good one, and the run may go on. */
iso_status iso_checkpoints_write(iso_checkpoints *checkpoints, double loop_s, const iso_trials *trials,
                                 iso_error *err);

/* Adds the names of the checkpoints that this part of the run has written and kept, the newest first, and of
 * the file of their snapshots. Not collective. */
iso_status iso_checkpoints_list(const iso_checkpoints *checkpoints, iso_names *files, iso_error *err);

#endif

/* What a run is about to write must not replace what it reads, nor one result another. */
#ifndef ISO_STUDY_TARGETS_H
#define ISO_STUDY_TARGETS_H

#include "config/config.h"

/* Whether a name behind a run's prefix is that of one of its results. */
bool iso_targets_ends_result(const char *end);

/* Collective, before anything is computed. path [n]: results, without the NULLs among them. summary, or NULL:
 * that file, too, which moreover must be none of the results and checkpoints of that prefix. ISO_EINPUT where
 * it is so. */
iso_status iso_targets_check(MPI_Comm comm, const iso_config *config, const char *prefix, const char *summary,
                             int n, const char *const *path, iso_error *err);

#endif

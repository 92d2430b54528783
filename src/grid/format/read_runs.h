/* Contiguous runs of items, one per rank, in rank order. */
#ifndef ISO_GRID_FORMAT_READ_RUNS_H
#define ISO_GRID_FORMAT_READ_RUNS_H

#include "base/error.h"

#include <stdint.h>

/* Collective. Number of this rank's first item, and of all items, where each rank has n. */
void iso_runs_place(MPI_Comm comm, int64_t n, int64_t *first, int64_t *total);

/* Collective. Moves items of that many bytes from runs of have items to runs of want items, with the same
 * total. Fewer than 2^31 items may pass between two ranks. */
iso_status iso_runs_move(MPI_Comm comm, int64_t have, const void *items, int64_t want, void *out, int bytes,
                         iso_error *err);

#endif

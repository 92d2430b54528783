/* A slice's elements while a reader appends them: the wideness of conn follows the largest element met. */
#ifndef ISO_GRID_FORMAT_READ_CELLS_H
#define ISO_GRID_FORMAT_READ_CELLS_H

#include "base/error.h"
#include "grid/slice.h"

/* Room for at least count elements of at least width nodes, keeping those that are there. *capacity is that
 * of shape, tag and conn. */
iso_status iso_cells_reserve(iso_slice *slice, int64_t *capacity, int64_t count, int width, iso_error *err);

/* Collective. Gives conn the same width on every rank, the least that holds all elements, and gives back
 * unused memory. */
iso_status iso_cells_settle(MPI_Comm comm, iso_slice *slice, iso_error *err);

#endif

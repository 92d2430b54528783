/* What ranks have pieces of, whole on every rank: for what is small. */
#ifndef ISO_GRID_SHARE_WHOLE_H
#define ISO_GRID_SHARE_WHOLE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Collective. The items [n] of bytes each that every rank gives, in the order of ranks: *out [*total], to be
 * freed. what they are, for messages. Fails for lack of memory, and beyond 2 GB, on all ranks. */
iso_status iso_gather_whole(MPI_Comm comm, int64_t n, const void *items, size_t bytes, const char *what,
                            int64_t *total, void *out, iso_error *err);

#endif

/* Allocation that reports instead of crashing. Release with free(). */
#ifndef ISO_BASE_MEMORY_H
#define ISO_BASE_MEMORY_H

#include "base/error.h"

#include <stddef.h>

/* Zeroed memory for count elements of that size, 64-byte aligned; *out is never NULL on success, even for
 * count 0, and NULL on failure, so that it may be freed then. Overflow of count * size is an error, not a
 * wrap. */
iso_status iso_alloc(void *out, size_t count, size_t size, const char *what, iso_error *err);

/* Collective. The same on every rank, of a size of its own; where one has no memory, every rank fails and has
 * NULL. */
iso_status iso_alloc_all(MPI_Comm comm, void *out, size_t count, size_t size, const char *what,
                         iso_error *err);

/* Grows or shrinks *inout (from malloc, realloc, iso_alloc or NULL) to count elements; contents are kept, new
 * bytes are not cleared, alignment is malloc's. On failure *inout is unchanged. */
iso_status iso_realloc(void *inout, size_t count, size_t size, const char *what, iso_error *err);

#endif

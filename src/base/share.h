/* What one rank knows, on every rank. */
#ifndef ISO_BASE_SHARE_H
#define ISO_BASE_SHARE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* The number of this rank. Not collective. */
static inline int iso_rank(MPI_Comm comm) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  return rank;
}

/* Collective. Rank 0's bytes [*size] on every rank; on the others *bytes becomes theirs. what they are, for a
 * message. To be released with free whatever the status. */
iso_status iso_share_bytes(MPI_Comm comm, char **bytes, size_t *size, const char *what, iso_error *err);

/* Collective. Rank 0's n items of bytes each on every rank; *items becomes theirs on the others, to be
 * released with free. n is the same on all ranks. what they are, for a message. */
iso_status iso_share_items(MPI_Comm comm, void *items, int n, size_t bytes, const char *what, iso_error *err);

/* Collective. All ranks' items of bytes each, n of this one, on rank 0 in the order of ranks: *total of them
 * in *all, to be freed; NULL and 0 on the others, and on all where it fails. what they are, for a message.
 * ISO_EFAIL for 2^31 and more, and where memory is short. */
iso_status iso_gather_items(MPI_Comm comm, const void *mine, int64_t n, size_t bytes, const char *what,
                            void *all, int64_t *total, iso_error *err);

#endif

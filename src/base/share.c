#include "base/share.h"

#include "base/memory.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of a message: counts of MPI are of 32 bits. */
#define PIECE ((size_t)1 << 30)

iso_status iso_share_bytes(MPI_Comm comm, char **bytes, size_t *size, const char *what, iso_error *err) {
  int rank;
  unsigned long long count = *size;
  MPI_Comm_rank(comm, &rank);
  MPI_Bcast(&count, 1, MPI_UNSIGNED_LONG_LONG, 0, comm);
  *size = (size_t)count;
  iso_status status = rank == 0 ? ISO_OK : iso_alloc(bytes, *size, 1, what, err);
  ISO_TRY(iso_agree(comm, status, err));
  for (size_t at = 0; at < *size; at += PIECE)
    MPI_Bcast(*bytes + at, (int)(*size - at < PIECE ? *size - at : PIECE), MPI_BYTE, 0, comm);
  return ISO_OK;
}

iso_status iso_share_items(MPI_Comm comm, void *items, int n, size_t bytes, const char *what,
                           iso_error *err) {
  int rank;
  void *data;
  MPI_Comm_rank(comm, &rank);
  iso_status status = rank == 0 ? ISO_OK : iso_alloc(items, (size_t)n, bytes, what, err);
  ISO_TRY(iso_agree(comm, status, err));
  memcpy(&data, items, sizeof data);
  MPI_Datatype item;
  MPI_Type_contiguous((int)bytes, MPI_BYTE, &item);
  MPI_Type_commit(&item);
  MPI_Bcast(data, n, item, 0, comm);
  MPI_Type_free(&item);
  return ISO_OK;
}

/* Rank 0's count and start [size] of each rank's n items, and their *total; refused where MPI cannot count
 * them. */
static iso_status count_items(MPI_Comm comm, int64_t n, const char *what, int *count, int *start,
                              int64_t *total, iso_error *err) {
  int size;
  MPI_Comm_size(comm, &size);
  *total = n;
  MPI_Allreduce(MPI_IN_PLACE, total, 1, MPI_INT64_T, MPI_SUM, comm);
  if (*total > INT_MAX)
    return iso_fail(err, ISO_EFAIL, "%s: one rank cannot take %lld of them; 2^31 are too many", what,
                    (long long)*total);
  MPI_Gather(&(int){(int)n}, 1, MPI_INT, count, 1, MPI_INT, 0, comm);
  if (iso_rank(comm) > 0) *total = 0;
  for (int r = 1; r < size && iso_rank(comm) == 0; r++) start[r] = start[r - 1] + count[r - 1];
  return ISO_OK;
}

iso_status iso_gather_items(MPI_Comm comm, const void *mine, int64_t n, size_t bytes, const char *what,
                            void *all, int64_t *total, iso_error *err) {
  int size, *count = NULL, *start = NULL;
  char *room = NULL;
  const bool first = iso_rank(comm) == 0;
  MPI_Datatype item;
  MPI_Comm_size(comm, &size);
  iso_status status = iso_alloc(&count, (size_t)size, sizeof *count, what, err);
  if (status == ISO_OK) status = iso_alloc(&start, (size_t)size, sizeof *start, what, err);
  status = iso_agree(comm, status, err);
  *total = 0;
  if (status == ISO_OK) status = count_items(comm, n, what, count, start, total, err);
  if (status == ISO_OK) {
    if (first) status = iso_alloc(&room, (size_t)*total, bytes, what, err);
    status = iso_agree(comm, status, err);
  }
  if (status == ISO_OK) {
    MPI_Type_contiguous((int)bytes, MPI_BYTE, &item);
    MPI_Type_commit(&item);
    MPI_Gatherv(mine, (int)n, item, room, count, start, item, 0, comm);
    MPI_Type_free(&item);
  }
  if (status != ISO_OK) *total = 0;
  free(count);
  free(start);
  memcpy(all, &room, sizeof room);
  return status;
}

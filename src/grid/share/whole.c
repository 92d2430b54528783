#include "grid/share/whole.h"

#include "base/memory.h"

#include <limits.h>
#include <stdlib.h>

iso_status iso_gather_whole(MPI_Comm comm, int64_t n, const void *items, size_t bytes, const char *what,
                            int64_t *total, void *out, iso_error *err) {
  int size, *count = NULL, *first = NULL;
  MPI_Comm_size(comm, &size);
  MPI_Allreduce(&n, total, 1, MPI_INT64_T, MPI_SUM, comm);
  if (*total > INT_MAX / (int64_t)bytes)
    return iso_fail(err, ISO_EINPUT,
                    "%s: %lld points or elements are more than 2 GB, which each rank would hold", what,
                    (long long)*total);
  iso_status status = iso_alloc(&count, (size_t)size, sizeof *count, what, err);
  if (status == ISO_OK) status = iso_alloc(&first, (size_t)size, sizeof *first, what, err);
  if (status == ISO_OK) status = iso_alloc(out, (size_t)*total, bytes, what, err);
  status = iso_agree(comm, status, err);
  const int mine = (int)(n * (int64_t)bytes);
  if (status == ISO_OK) {
    MPI_Allgather(&mine, 1, MPI_INT, count, 1, MPI_INT, comm);
    for (int r = 1; r < size; r++) first[r] = first[r - 1] + count[r - 1];
    MPI_Allgatherv(items, mine, MPI_BYTE, *(void **)out, count, first, MPI_BYTE, comm);
  }
  free(count);
  free(first);
  return status;
}

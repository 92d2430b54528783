#include "grid/format/read_runs.h"

#include "base/memory.h"

#include <stdlib.h>

void iso_runs_place(MPI_Comm comm, int64_t n, int64_t *first, int64_t *total) {
  int64_t before = 0;
  int rank;
  MPI_Comm_rank(comm, &rank);
  MPI_Exscan(&n, &before, 1, MPI_INT64_T, MPI_SUM, comm);
  *first = rank == 0 ? 0 : before;
  MPI_Allreduce(&n, total, 1, MPI_INT64_T, MPI_SUM, comm);
}

/* counts[r], offsets[r]: the part of the run of n items that begins at first which also lies in run r of the
 * runs that begin at starts[r], r < size. */
static void overlaps(int64_t first, int64_t n, const int64_t *starts, int size, int *counts, int *offsets) {
  for (int r = 0; r < size; r++) {
    int64_t from = starts[r] > first ? starts[r] : first;
    int64_t to = starts[r + 1] < first + n ? starts[r + 1] : first + n;
    counts[r] = to > from ? (int)(to - from) : 0;
    offsets[r] = to > from ? (int)(from - first) : 0;
  }
}

iso_status iso_runs_move(MPI_Comm comm, int64_t have, const void *items, int64_t want, void *out, int bytes,
                         iso_error *err) {
  int size;
  MPI_Comm_size(comm, &size);
  int64_t have_first, want_first, total, *starts = NULL;
  int *counts = NULL;
  iso_status status = iso_alloc(&starts, 2 * ((size_t)size + 1), sizeof *starts, "moving items", err);
  if (status == ISO_OK) status = iso_alloc(&counts, 4 * (size_t)size, sizeof *counts, "moving items", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    int64_t *want_starts = starts + size + 1;
    iso_runs_place(comm, have, &have_first, &total);
    iso_runs_place(comm, want, &want_first, &total);
    MPI_Allgather(&have_first, 1, MPI_INT64_T, starts, 1, MPI_INT64_T, comm);
    MPI_Allgather(&want_first, 1, MPI_INT64_T, want_starts, 1, MPI_INT64_T, comm);
    starts[size] = want_starts[size] = total;
    overlaps(have_first, have, want_starts, size, counts, counts + size);
    overlaps(want_first, want, starts, size, counts + 2 * size, counts + 3 * size);
    MPI_Datatype item;
    MPI_Type_contiguous(bytes, MPI_BYTE, &item);
    MPI_Type_commit(&item);
    MPI_Alltoallv(items, counts, counts + size, item, out, counts + 2 * size, counts + 3 * size, item, comm);
    MPI_Type_free(&item);
  }
  free(starts);
  free(counts);
  return status;
}

#include "base/share.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

iso_status iso_share_bytes(MPI_Comm comm, char **bytes, size_t *size, const char *what, iso_error *err) {
  int rank;
  unsigned long long count = *size;
  MPI_Comm_rank(comm, &rank);
  MPI_Bcast(&count, 1, MPI_UNSIGNED_LONG_LONG, 0, comm);
  *size = (size_t)count;
  iso_status status = rank == 0 ? ISO_OK : iso_alloc(bytes, *size, 1, what, err);
  ISO_TRY(iso_agree(comm, status, err));
  MPI_Bcast(*bytes, (int)*size, MPI_BYTE, 0, comm);
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
  if (status == ISO_OK) {
    MPI_Gather(&(int){(int)n}, 1, MPI_INT, count, 1, MPI_INT, 0, comm);
    for (int r = 0; first && r < size; r++) start[r] = (int)*total, *total += count[r];
    if (first) status = iso_alloc(&room, (size_t)*total, bytes, what, err);
    status = iso_agree(comm, status, err);
  }
  if (status == ISO_OK) {
    MPI_Type_contiguous((int)bytes, MPI_BYTE, &item);
    MPI_Type_commit(&item);
    MPI_Gatherv(mine, (int)n, item, room, count, start, item, 0, comm);
    MPI_Type_free(&item);
  }
  free(count);
  free(start);
  memcpy(all, &room, sizeof room);
  return status;
}

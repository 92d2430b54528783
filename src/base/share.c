#include "base/share.h"

#include "base/memory.h"

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

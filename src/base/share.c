#include "base/share.h"

#include "base/memory.h"

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

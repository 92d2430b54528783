#include "grid/format/write_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { TURN_TAG = 1 };

static iso_status write_part(const iso_atomic *to, iso_write_part part, const void *context, int rank,
                             int size, iso_error *err) {
  int fd = iso_atomic_open(to, O_WRONLY | O_APPEND), code = errno;
  FILE *file = fd >= 0 ? fdopen(fd, "ab") : NULL;
  if (!file) {
    if (fd >= 0) close(fd);
    return iso_fail_write(to->path, code, err);
  }
  part(file, context, rank, size);
  errno = 0;
  code = fflush(file) != 0 || ferror(file) ? (errno ? errno : EIO) : 0;
  if (fclose(file) != 0 && !code) code = errno;
  return code ? iso_fail_write(to->path, code, err) : ISO_OK;
}

iso_status iso_write_in_turn(const iso_atomic *file, iso_write_part part, const void *context,
                             iso_error *err) {
  int rank, size, good = 1;
  MPI_Comm_rank(file->comm, &rank);
  MPI_Comm_size(file->comm, &size);
  if (rank > 0) MPI_Recv(&good, 1, MPI_INT, rank - 1, TURN_TAG, file->comm, MPI_STATUS_IGNORE);
  iso_status status = good ? write_part(file, part, context, rank, size, err) : ISO_OK;
  good = good && status == ISO_OK;
  /* The turn is passed on even after a failure, which all agree on at the end. */
  if (rank + 1 < size) MPI_Send(&good, 1, MPI_INT, rank + 1, TURN_TAG, file->comm);
  return iso_agree(file->comm, status, err);
}

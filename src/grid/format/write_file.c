#include "grid/format/write_file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { TURN_TAG = 1 };

static iso_status failed(const char *path, iso_error *err) {
  return iso_fail(err, ISO_EFAIL, "%s cannot be written: %s", path, strerror(errno));
}

static iso_status write_part(const char *path, iso_write_part part, const void *context, int rank, int size,
                             iso_error *err) {
  FILE *file = fopen(path, rank == 0 ? "wb" : "ab");
  if (!file) return failed(path, err);
  part(file, context, rank, size);
  int wrong = ferror(file);
  if (fclose(file) != 0 || wrong) return failed(path, err);
  return ISO_OK;
}

/* The turn is passed on even after a failure, which all agree on at the end. */
static iso_status take_turn(MPI_Comm comm, const char *path, iso_write_part part, const void *context,
                            iso_error *err) {
  int rank, size, good = 1;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  if (rank > 0) MPI_Recv(&good, 1, MPI_INT, rank - 1, TURN_TAG, comm, MPI_STATUS_IGNORE);
  iso_status status = good ? write_part(path, part, context, rank, size, err) : ISO_OK;
  good = good && status == ISO_OK;
  if (rank + 1 < size) MPI_Send(&good, 1, MPI_INT, rank + 1, TURN_TAG, comm);
  return iso_agree(comm, status, err);
}

iso_status iso_write_in_turn(MPI_Comm comm, const char *path, iso_write_part part, const void *context,
                             iso_error *err) {
  char unfinished[4096];
  int rank;
  MPI_Comm_rank(comm, &rank);
  if (snprintf(unfinished, sizeof unfinished, "%s.part", path) >= (int)sizeof unfinished)
    return iso_fail(err, ISO_EFAIL, "the path of the file to write is too long");
  iso_status status = take_turn(comm, unfinished, part, context, err);
  iso_status named = ISO_OK;
  if (rank == 0 && status != ISO_OK) unlink(unfinished);
  if (rank == 0 && status == ISO_OK && rename(unfinished, path) != 0) named = failed(path, err);
  return status == ISO_OK ? iso_agree(comm, named, err) : status;
}

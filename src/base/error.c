#include "base/error.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *iso_status_text(iso_status status) {
  switch (status) {
#define X(name, code, text)                                                                                  \
  case name:                                                                                                 \
    return text;
    ISO_STATUS_LIST(X)
#undef X
  }
  return "unknown status";
}

iso_status iso_fail(iso_error *err, iso_status status, const char *format, ...) {
  if (err && err->status == ISO_OK) {
    va_list args;
    va_start(args, format);
    err->status = status;
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    iso_text_clean(err->message, "\t\n"); /* what is quoted from a file may hold anything */
  }
  return status;
}

iso_status iso_fail_memory(iso_error *err, size_t bytes, const char *what) {
  return iso_fail(err, ISO_EFAIL, "out of memory: %.1f MB for %s; use more ranks or nodes, or a coarser mesh",
                  1e-6 * (double)bytes, what);
}

iso_status iso_agree(MPI_Comm comm, iso_status mine, iso_error *err) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  int first = mine == ISO_OK ? size : rank;
  MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, comm);
  if (first == size) return ISO_OK;
  iso_error shared = {0};
  if (rank == first) {
    if (err) shared = *err;
    shared.status = mine;
  }
  MPI_Bcast(&shared, (int)sizeof shared, MPI_BYTE, first, comm);
  if (err) *err = shared;
  return shared.status;
}

#include "grid/format/read_cells.h"

#include "base/memory.h"

#include <stdbool.h>
#include <string.h>

/* Moves rows apart, last first, and fills the new columns. */
static void widen(iso_slice *slice, int width) {
  for (int64_t e = slice->nelem - 1; e >= 0; e--) {
    iso_gid *to = slice->conn + e * width;
    memmove(to, slice->conn + e * slice->width, (size_t)slice->width * sizeof *to);
    for (int i = slice->width; i < width; i++) to[i] = -1;
  }
  slice->width = width;
}

static void narrow(iso_slice *slice, int width) {
  for (int64_t e = 0; e < slice->nelem; e++)
    memmove(slice->conn + e * width, slice->conn + e * slice->width, (size_t)width * sizeof *slice->conn);
  slice->width = width;
}

iso_status iso_cells_reserve(iso_slice *slice, int64_t *capacity, int64_t count, int width, iso_error *err) {
  bool wider = width > slice->width;
  if (count <= *capacity && !wider) return ISO_OK;
  if (count < *capacity) count = *capacity;
  if (width < slice->width) width = slice->width;
  ISO_TRY(iso_realloc(&slice->conn, (size_t)count * (size_t)width, sizeof *slice->conn, "elements", err));
  ISO_TRY(iso_realloc(&slice->shape, (size_t)count, sizeof *slice->shape, "elements", err));
  ISO_TRY(iso_realloc(&slice->tag, (size_t)count, sizeof *slice->tag, "elements", err));
  if (wider) widen(slice, width);
  *capacity = count;
  return ISO_OK;
}

iso_status iso_cells_settle(MPI_Comm comm, iso_slice *slice, iso_error *err) {
  int width = 2;
  for (int64_t e = 0; e < slice->nelem; e++)
    if (iso_shape_nodes(slice->shape[e]) > width) width = iso_shape_nodes(slice->shape[e]);
  MPI_Allreduce(MPI_IN_PLACE, &width, 1, MPI_INT, MPI_MAX, comm);
  if (slice->width > width) narrow(slice, width);
  int64_t capacity = 0; /* reallocates to the exact size */
  iso_status status = iso_cells_reserve(slice, &capacity, slice->nelem, width, err);
  return iso_agree(comm, status, err);
}

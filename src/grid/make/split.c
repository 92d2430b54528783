#include "grid/make/split.h"

#include "base/memory.h"
#include "grid/format/element_kinds.h"
#include "grid/format/read_cells.h"
#include "grid/format/read_runs.h"
#include "grid/shapes.h"

#include <stdlib.h>
#include <string.h>

static const char *const purpose = "tetrahedra of hexahedra";

static iso_kind kind_of(bool face) {
  iso_kind kind = {0};
  iso_kind_of_vtk(face ? 9 : 12, face ? 4 : 8, &kind);
  return kind;
}

/* What element e becomes: itself, or tetrahedra. */
static int64_t parts_of(const iso_slice *s, int64_t e, iso_shape *shape, iso_gid (*part)[ISO_MAX_NODES]) {
  const iso_gid *conn = s->conn + e * s->width;
  if (s->shape[e] == ISO_HEXAHEDRON) {
    const iso_kind kind = kind_of(false);
    return iso_kind_parts(&kind, 8, conn, ISO_PARTS_ALL_TETRAHEDRA, shape, part);
  }
  *shape = (iso_shape)s->shape[e];
  for (int k = 0; k < ISO_MAX_NODES; k++) part[0][k] = k < s->width ? conn[k] : -1;
  return 1;
}

static iso_status allocate(const iso_slice *from, iso_slice *to, iso_error *err) {
  iso_gid part[ISO_MOST_PARTS][ISO_MAX_NODES];
  iso_shape shape;
  int64_t n = 0, capacity = 0;
  for (int64_t e = 0; e < from->nelem; e++) n += parts_of(from, e, &shape, part);
  ISO_TRY(iso_cells_reserve(to, &capacity, n, from->width < 4 ? from->width : 4, err));
  if (from->fibre) ISO_TRY(iso_alloc(&to->fibre, (size_t)n, sizeof *to->fibre, purpose, err));
  if (from->sheet) ISO_TRY(iso_alloc(&to->sheet, (size_t)n, sizeof *to->sheet, purpose, err));
  return ISO_OK;
}

static void fill(const iso_slice *from, iso_slice *to) {
  for (int64_t e = 0; e < from->nelem; e++) {
    iso_gid part[ISO_MOST_PARTS][ISO_MAX_NODES];
    iso_shape shape;
    const int64_t n = parts_of(from, e, &shape, part);
    for (int64_t k = 0; k < n; k++) {
      const int64_t at = to->nelem++;
      to->shape[at] = (uint8_t)shape;
      to->tag[at] = from->tag[e];
      memcpy(to->conn + at * to->width, part[k], (size_t)to->width * sizeof *to->conn);
      if (from->fibre) memcpy(to->fibre[at], from->fibre[e], sizeof *to->fibre);
      if (from->sheet) memcpy(to->sheet[at], from->sheet[e], sizeof *to->sheet);
    }
  }
}

/* ---- named surfaces ---- */

static iso_status split_faces(iso_surface *s, iso_error *err) {
  const int64_t n = s->n;
  const iso_kind kind = kind_of(true);
  for (int64_t i = 0; i < n; i++) {
    iso_gid part[ISO_MOST_PARTS][ISO_MAX_NODES];
    iso_shape shape;
    if (iso_item_nodes(s->item[i]) < 4) continue;
    iso_kind_parts(&kind, 4, s->item[i], 0, &shape, part);
    memcpy(s->item[i], part[0], sizeof *s->item);
    ISO_TRY(iso_surface_put(s, 3, part[1], err));
  }
  return ISO_OK;
}

static iso_status split_surfaces(MPI_Comm comm, iso_surfaces *surfaces, iso_error *err) {
  iso_status status = ISO_OK;
  for (int k = 0; k < surfaces->n && status == ISO_OK; k++)
    if (surfaces->surface[k].dimension == 2) status = split_faces(&surfaces->surface[k], err);
  return iso_agree(comm, status, err);
}

/* Elements of to go into the slice, whose own are freed. */
static void replace(iso_slice *slice, iso_slice *to) {
  free(slice->shape), free(slice->tag), free(slice->conn), free(slice->fibre), free(slice->sheet);
  slice->nelem = to->nelem, slice->width = to->width;
  slice->shape = to->shape, slice->tag = to->tag, slice->conn = to->conn;
  slice->fibre = to->fibre, slice->sheet = to->sheet;
}

iso_status iso_slice_split(MPI_Comm comm, iso_slice *slice, int64_t *hexahedra, iso_error *err) {
  iso_slice to = {0};
  *hexahedra = 0;
  for (int64_t e = 0; e < slice->nelem; e++) *hexahedra += slice->shape[e] == ISO_HEXAHEDRON;
  MPI_Allreduce(MPI_IN_PLACE, hexahedra, 1, MPI_INT64_T, MPI_SUM, comm);
  if (*hexahedra == 0) return ISO_OK;
  const iso_status status = iso_agree(comm, allocate(slice, &to, err), err);
  if (status != ISO_OK) {
    iso_slice_free(&to);
    return status;
  }
  fill(slice, &to);
  replace(slice, &to);
  iso_runs_place(comm, slice->nelem, &slice->first_elem, &slice->nelems);
  return split_surfaces(comm, &slice->surfaces, err);
}

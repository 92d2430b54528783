#include "grid/format/carp_split.h"

#include "base/memory.h"
#include "grid/format/element_kinds.h"
#include "grid/format/read_cells.h"
#include "grid/format/read_foreign.h"
#include "grid/share/blocks.h"

#include <stdlib.h>
#include <string.h>

enum { WEDGE = 13, HEXAHEDRON = 12 };

static const iso_carp_type types[] = {{"Tt", 0, 10, 4},    {"Hx", 1, HEXAHEDRON, 8}, {"Py", 3, 14, 5},
                                      {"Pr", 4, WEDGE, 6}, {"Qd", 5, 9, 4},          {"Tr", 6, 5, 3},
                                      {"Ln", 7, 3, 2}};
enum { NTYPES = sizeof types / sizeof *types };

const iso_carp_type *iso_carp_type_of_word(const char *word, size_t length) {
  for (int t = 0; t < NTYPES; t++)
    if (length == 2 && memcmp(word, types[t].word, 2) == 0) return &types[t];
  return NULL;
}

const iso_carp_type *iso_carp_type_of_number(int64_t number) {
  for (int t = 0; t < NTYPES; t++)
    if (types[t].number == number) return &types[t];
  return NULL;
}

static iso_kind kind_of(uint8_t vtk) {
  iso_kind kind = {0};
  for (int t = 0; t < NTYPES; t++)
    if (types[t].vtk == vtk) iso_kind_of_vtk(vtk, types[t].nodes, &kind);
  return kind;
}

static bool is_ours(uint8_t vtk, iso_shape *shape) {
  static const struct {
    int vtk;
    iso_shape shape;
  } ours[] = {{3, ISO_LINE}, {5, ISO_TRIANGLE}, {10, ISO_TETRAHEDRON}, {HEXAHEDRON, ISO_HEXAHEDRON}};
  for (int i = 0; i < 4; i++)
    if (ours[i].vtk == vtk) {
      *shape = ours[i].shape;
      return true;
    }
  return false;
}

/* ---- which way round ---- */

static double squared(const double a[3], const double b[3]) {
  double sum = 0;
  for (int k = 0; k < 3; k++) sum += (a[k] - b[k]) * (a[k] - b[k]);
  return sum;
}

/* Whether the second of two faces of n nodes begins like the first and then runs against it. */
static bool is_turned(int n, const double (*x)[3]) {
  double straight = 0, turned = 0;
  for (int i = 1; i < n; i++) {
    straight += squared(x[i], x[n + i]);
    turned += squared(x[i], x[n + (n - i)]);
  }
  return turned < straight;
}

static void turn(int n, iso_gid *node) {
  iso_gid swap = node[n + 1];
  node[n + 1] = node[n + n - 1];
  node[n + n - 1] = swap;
}

static int face_nodes(uint8_t vtk) { return vtk == WEDGE ? 3 : vtk == HEXAHEDRON ? 4 : 0; }

static iso_status list_nodes(const iso_slice *slice, iso_gid **nodes, double (**xyz)[3], int64_t *n,
                             iso_error *err) {
  *n = 0;
  for (int64_t e = 0; e < slice->nelem; e++) *n += 2 * face_nodes(slice->shape[e]);
  ISO_TRY(iso_alloc(nodes, (size_t)*n, sizeof **nodes, "nodes of elements", err));
  ISO_TRY(iso_alloc(xyz, (size_t)*n, sizeof **xyz, "nodes of elements", err));
  *n = 0;
  for (int64_t e = 0; e < slice->nelem; e++)
    for (int i = 0; i < 2 * face_nodes(slice->shape[e]); i++)
      (*nodes)[(*n)++] = slice->conn[e * slice->width + i];
  return ISO_OK;
}

static iso_status fetch(MPI_Comm comm, const iso_slice *slice, int64_t n, const iso_gid *nodes,
                        double (*xyz)[3], iso_error *err) {
  int size;
  iso_gid *cut = NULL;
  iso_block_plan *plan = NULL;
  MPI_Comm_size(comm, &size);
  ISO_TRY(iso_alloc_all(comm, &cut, (size_t)size + 1, sizeof *cut, "nodes of elements", err));
  MPI_Allgather(&slice->first_node, 1, MPI_INT64_T, cut, 1, MPI_INT64_T, comm);
  cut[size] = slice->nnodes;
  iso_status status = iso_block_plan_new_cut(&plan, comm, cut, n, nodes, err);
  if (status == ISO_OK) status = iso_block_plan_fetch(plan, slice->xyz, sizeof *xyz, xyz, err);
  iso_block_plan_free(plan);
  free(cut);
  return status;
}

static iso_status turn_faces(MPI_Comm comm, iso_slice *slice, iso_error *err) {
  iso_gid *nodes = NULL;
  double(*xyz)[3] = NULL;
  int64_t n = 0;
  iso_status status = iso_agree(comm, list_nodes(slice, &nodes, &xyz, &n, err), err);
  if (status == ISO_OK) status = fetch(comm, slice, n, nodes, xyz, err);
  n = 0;
  for (int64_t e = 0; e < slice->nelem && status == ISO_OK; e++) {
    const int face = face_nodes(slice->shape[e]);
    if (face && is_turned(face, (const double(*)[3])xyz + n)) turn(face, slice->conn + e * slice->width);
    n += 2 * face;
  }
  free(nodes);
  free(xyz);
  return status;
}

/* ---- taking apart ---- */

static iso_status give_parts(const iso_slice *slice, const uint8_t *parts, int64_t nparts,
                             float (**vector)[3], iso_error *err) {
  float(*to)[3] = NULL;
  if (!*vector) return ISO_OK;
  ISO_TRY(iso_alloc(&to, (size_t)nparts, sizeof *to, "fibres", err));
  int64_t n = 0;
  for (int64_t e = 0; e < slice->nelem; e++)
    for (int p = 0; p < parts[e]; p++) memcpy(to[n++], (*vector)[e], sizeof *to);
  free(*vector);
  *vector = to;
  return ISO_OK;
}

/* to: the elements' parts; parts [nelem]: how many each became. */
static iso_status put_all(iso_slice *slice, iso_foreign *to, uint8_t *parts, iso_error *err) {
  for (int64_t e = 0; e < slice->nelem; e++) {
    const iso_kind kind = kind_of(slice->shape[e]);
    const int64_t before = to->slice->nelem;
    ISO_TRY(iso_foreign_put(to, &kind, kind.nodes, slice->conn + e * slice->width, slice->tag[e], err));
    parts[e] = (uint8_t)(to->slice->nelem - before);
  }
  ISO_TRY(give_parts(slice, parts, to->slice->nelem, &slice->fibre, err));
  return give_parts(slice, parts, to->slice->nelem, &slice->sheet, err);
}

static void take_over(iso_slice *slice, iso_slice *parts) {
  free(slice->conn);
  free(slice->shape);
  free(slice->tag);
  slice->conn = parts->conn;
  slice->shape = parts->shape;
  slice->tag = parts->tag;
  slice->width = parts->width;
  slice->nelem = parts->nelem;
  slice->nelems = parts->nelems;
  slice->first_elem = parts->first_elem;
}

static iso_status split(MPI_Comm comm, iso_slice *slice, const char *path, iso_notes *notes, iso_error *err) {
  iso_slice made = {0};
  iso_foreign to = {0};
  uint8_t *parts = NULL;
  for (int64_t e = 0; e < slice->nelem; e++) {
    const iso_kind kind = kind_of(slice->shape[e]);
    iso_foreign_see(&to, &kind);
  }
  iso_foreign_begin(&to, comm, &made, false);
  iso_status status = iso_alloc(&parts, (size_t)slice->nelem, 1, "parts of elements", err);
  if (status == ISO_OK) status = put_all(slice, &to, parts, err);
  status = iso_agree(comm, status, err);
  free(parts);
  if (status == ISO_OK) status = iso_foreign_end(&to, comm, path, notes, err);
  if (status == ISO_OK)
    take_over(slice, &made);
  else
    iso_slice_free(&made);
  return status;
}

iso_status iso_carp_split(MPI_Comm comm, iso_slice *slice, const char *path, iso_notes *notes,
                          iso_error *err) {
  int found[2] = {0}; /* elements that are not ours, and pyramids or wedges, which split hexahedra too */
  iso_shape shape = ISO_LINE;
  for (int64_t e = 0; e < slice->nelem; e++) {
    const iso_form form = kind_of(slice->shape[e]).form;
    found[0] |= !is_ours(slice->shape[e], &shape);
    found[1] |= form == ISO_FORM_WEDGE || form == ISO_FORM_PYRAMID;
  }
  MPI_Allreduce(MPI_IN_PLACE, found, 2, MPI_INT, MPI_MAX, comm);
  if (found[1]) ISO_TRY(turn_faces(comm, slice, err));
  if (found[0]) return split(comm, slice, path, notes, err);
  for (int64_t e = 0; e < slice->nelem; e++)
    if (is_ours(slice->shape[e], &shape)) slice->shape[e] = (uint8_t)shape;
  return iso_cells_settle(comm, slice, err);
}

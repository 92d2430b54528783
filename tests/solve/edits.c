/* What tests do to a slab before it becomes a mesh. */
#include "base/memory.h"
#include "solve/fixture.h"

#include <stdlib.h>
#include <string.h>

void edit_sheet(iso_slice *slice, const void *how) {
  DEMAND(iso_alloc(&slice->sheet, (size_t)slice->nelem, sizeof *slice->sheet, "sheets", WHY));
  for (int64_t e = 0; e < slice->nelem; e++) memcpy(slice->sheet[e], how, sizeof *slice->sheet);
}

/* The slab's nodes have x fastest, and nodes of an element of a slab are near its first. The half is told by
 * number alone, because a slice need not hold the nodes of its elements. */
static iso_gid columns(const iso_slice *slice) {
  iso_gid most = 0;
  for (int64_t i = 0; i < slice->nnode; i++) {
    /* The first node of the second row sits at x = 0 again. */
    iso_gid gid = slice->first_node + i;
    if (gid > 0 && slice->xyz[i][0] == 0 && (most == 0 || gid < most)) most = gid;
  }
  if (most == 0) most = slice->nnodes;
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_INT64_T, MPI_MIN, MPI_COMM_WORLD);
  return most;
}

static int in_far_half(iso_gid node, iso_gid nx) { return 2 * (node % nx) >= nx - 1; }

void edit_halves(iso_slice *slice, const void *how) {
  (void)how;
  iso_gid nx = columns(slice);
  for (int64_t e = 0; e < slice->nelem; e++)
    slice->tag[e] = in_far_half(slice->conn[e * slice->width], nx) ? 2 : 1;
}

static void turn(const double rotation[3][3], const double x[3], double out[3]) {
  for (int i = 0; i < 3; i++) out[i] = rotation[i][0] * x[0] + rotation[i][1] * x[1] + rotation[i][2] * x[2];
}

static void turn_directions(const double rotation[3][3], float (*direction)[3], int64_t n) {
  for (int64_t e = 0; direction && e < n; e++) {
    double old[3] = {direction[e][0], direction[e][1], direction[e][2]}, turned[3];
    turn(rotation, old, turned);
    for (int d = 0; d < 3; d++) direction[e][d] = (float)turned[d];
  }
}

void edit_rotate(iso_slice *slice, const void *how) {
  const double(*rotation)[3] = how;
  for (int64_t i = 0; i < slice->nnode; i++) {
    double old[3];
    memcpy(old, slice->xyz[i], sizeof old);
    turn(rotation, old, slice->xyz[i]);
  }
  turn_directions(rotation, slice->fibre, slice->nelem);
  turn_directions(rotation, slice->sheet, slice->nelem);
}

/* ---- mixed ---- */

/* Kuhn's six around the diagonal from corner 0 to corner 6 (VTK's order of a hexahedron). */
static const int tetrahedra[6][4] = {{0, 1, 2, 6}, {0, 2, 3, 6}, {0, 3, 7, 6},
                                     {0, 7, 4, 6}, {0, 4, 5, 6}, {0, 5, 1, 6}};

/* Elements that a cube becomes; out NULL: only their number. */
static int64_t split_cube(const iso_gid *corner, iso_gid nx, iso_gid ny, iso_slice *out, int64_t at) {
  int64_t n = 0;
  const int far = in_far_half(corner[0], nx), bottom = corner[0] < nx * ny, edge = corner[0] < nx;
  const int parts[][2] = {{ISO_HEXAHEDRON, far ? 0 : 1},
                          {ISO_TETRAHEDRON, far ? 6 : 0},
                          {ISO_TRIANGLE, bottom},
                          {ISO_LINE, edge}};
  static const int whole[8] = {0, 1, 2, 3, 4, 5, 6, 7};
  for (int p = 0; p < 4; p++)
    for (int k = 0; k < parts[p][1]; k++, n++) {
      if (!out) continue;
      const int shape = parts[p][0], *local = shape == ISO_TETRAHEDRON ? tetrahedra[k] : whole;
      out->shape[at + n] = (uint8_t)shape;
      out->tag[at + n] = shape == ISO_TETRAHEDRON ? 2 : 1;
      for (int c = 0; c < out->width; c++)
        out->conn[(at + n) * out->width + c] = c < iso_shape_nodes(shape) ? corner[local[c]] : -1;
    }
  return n;
}

static void copy_direction(const float (*from)[3], int64_t nfrom, float (**to)[3], int64_t nto) {
  if (!from) return;
  DEMAND(iso_alloc(to, (size_t)nto, sizeof **to, "fibres", WHY));
  for (int64_t e = 0; e < nto && nfrom; e++) memcpy((*to)[e], from[0], sizeof **to);
}

void edit_mixed(iso_slice *slice, const void *how) {
  const iso_gid nx = columns(slice), ny = *(const int *)how + 1;
  iso_slice out = {.width = ISO_MAX_NODES};
  for (int64_t e = 0; e < slice->nelem; e++) out.nelem += split_cube(slice->conn + e * 8, nx, ny, NULL, 0);
  size_t n = (size_t)out.nelem;
  DEMAND(iso_alloc(&out.shape, n, 1, "elements", WHY));
  DEMAND(iso_alloc(&out.tag, n, sizeof *out.tag, "elements", WHY));
  DEMAND(iso_alloc(&out.conn, n * ISO_MAX_NODES, sizeof *out.conn, "elements", WHY));
  copy_direction((const float(*)[3])slice->fibre, slice->nelem, &out.fibre, out.nelem);
  for (int64_t e = 0, at = 0; e < slice->nelem; e++) at += split_cube(slice->conn + e * 8, nx, ny, &out, at);
  free(slice->shape), free(slice->tag), free(slice->conn), free(slice->fibre);
  slice->shape = out.shape, slice->tag = out.tag, slice->conn = out.conn, slice->fibre = out.fibre;
  slice->width = out.width, slice->nelem = out.nelem;
  MPI_Exscan(&out.nelem, &slice->first_elem, 1, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (rank == 0) slice->first_elem = 0;
  MPI_Allreduce(&out.nelem, &slice->nelems, 1, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
}

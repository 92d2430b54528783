#include "grid/make/refine.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/make/midpoints.h"
#include "grid/make/refine_surfaces.h"
#include "grid/make/room.h"
#include "grid/share/batches.h"
#include "grid/share/repair.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Children of a simplex: nodes 0 to 3 are its own, the others midpoints of the edges below (a triangle
 * repeats one, so that its midpoints have the names of a tetrahedron's). turned: the child runs the other way
 * round than its parent. */
typedef struct {
  int nchildren, nmidpoints;
  uint8_t edge[6][2]; /* of midpoint 4 + k */
  uint8_t child[8][4];
  bool turned[8];
} red_refinement;

enum { M01 = 4, M02, M03, M12, M13, M23 };

/* Bey's order of the children's nodes matters: it is what keeps their quality when they are refined again. */
static const red_refinement red[3] = {
    [ISO_LINE] = {2, 1, {{0, 1}}, {{0, M01}, {M01, 1}}, {false}},
    [ISO_TRIANGLE] = {4,
                      4,
                      {{0, 1}, {0, 2}, {0, 2}, {1, 2}},
                      {{0, M01, M02}, {M01, 1, M12}, {M02, M12, 2}, {M01, M12, M02}},
                      {false}},
    [ISO_TETRAHEDRON] = {8,
                         6,
                         {{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}},
                         {{0, M01, M02, M03},
                          {M01, 1, M12, M13},
                          {M02, M12, 2, M23},
                          {M03, M13, M23, 3},
                          {M01, M02, M03, M13},
                          {M01, M02, M12, M13},
                          {M02, M03, M13, M23},
                          {M02, M12, M13, M23}},
                         {false, false, false, false, false, true, false, true}},
};

static int children_of(int shape) { return shape == ISO_HEXAHEDRON ? 8 : red[shape].nchildren; }

/* One level under way. turned: tetrahedra whose nodes are in Bey's order, which runs the wrong way round. */
typedef struct {
  const iso_slice *coarse;
  iso_slice *fine;
  const iso_midpoints *mid;
  const uint8_t *coarse_turned;
  uint8_t *fine_turned;
} level;

static void split_simplex(const level *l, int64_t e, int64_t first) {
  const red_refinement *r = &red[l->coarse->shape[e]];
  const iso_lid *local = l->mid->conn + e * l->coarse->width;
  int n = iso_shape_nodes(l->coarse->shape[e]);
  iso_gid node[10];
  for (int k = 0; k < n; k++) node[k] = l->coarse->conn[e * l->coarse->width + k];
  for (int k = 0; k < r->nmidpoints; k++)
    node[4 + k] = iso_midpoint_of_edge(l->mid, local[r->edge[k][0]], local[r->edge[k][1]]);
  for (int c = 0; c < r->nchildren; c++) {
    iso_gid *conn = l->fine->conn + (first + c) * l->fine->width;
    for (int k = 0; k < n; k++) conn[k] = node[r->child[c][k]];
    l->fine_turned[first + c] = (uint8_t)(l->coarse_turned[e] ^ r->turned[c]);
  }
}

/* The node halfway between two corners of a hexahedron: itself, or on an edge, on a face, or the centre.
 * Corners are numbered by bits here, bit a set where coordinate a is 1. */
static iso_gid halfway(const level *l, int64_t e, iso_gid centre, unsigned p, unsigned q) {
  static const uint8_t vtk[8] = {0, 1, 3, 2, 4, 5, 7, 6};
  const iso_lid *local = l->mid->conn + e * l->coarse->width;
  unsigned differ = p ^ q;
  switch (__builtin_popcount(differ)) {
  case 0:
    return l->coarse->conn[e * l->coarse->width + vtk[p]];
  case 1:
    return iso_midpoint_of_edge(l->mid, local[vtk[p]], local[vtk[q]]);
  case 2: {
    unsigned step = differ & -differ; /* the corners of the face in turn */
    const iso_lid corner[4] = {local[vtk[p]], local[vtk[p ^ step]], local[vtk[q]], local[vtk[q ^ step]]};
    return iso_midpoint_of_face(l->mid, corner);
  }
  default:
    return centre;
  }
}

static void split_hexahedron(const level *l, int64_t e, iso_gid centre, int64_t first) {
  static const uint8_t bits[8] = {0, 1, 3, 2, 4, 5, 7, 6};
  for (int c = 0; c < 8; c++)
    for (int k = 0; k < 8; k++)
      l->fine->conn[(first + c) * l->fine->width + k] = halfway(l, e, centre, bits[c], bits[k]);
}

static void inherit(const level *l, int64_t parent, int64_t child) {
  const iso_slice *coarse = l->coarse;
  l->fine->shape[child] = coarse->shape[parent];
  l->fine->tag[child] = coarse->tag[parent];
  if (coarse->fibre) memcpy(l->fine->fibre[child], coarse->fibre[parent], sizeof *coarse->fibre);
  if (coarse->sheet) memcpy(l->fine->sheet[child], coarse->sheet[parent], sizeof *coarse->sheet);
}

static void split_all(const level *l) {
  int64_t first = 0;
  iso_gid centre = l->mid->first_centre;
  memset(l->fine->conn, 0xff, (size_t)(l->fine->nelem * l->fine->width) * sizeof *l->fine->conn); /* -1 */
  for (int64_t e = 0; e < l->coarse->nelem; e++) {
    int n = children_of(l->coarse->shape[e]);
    for (int c = 0; c < n; c++) inherit(l, e, first + c);
    if (l->coarse->shape[e] == ISO_HEXAHEDRON)
      split_hexahedron(l, e, centre++, first);
    else
      split_simplex(l, e, first);
    first += n;
  }
}

static iso_status allocate_children(const iso_slice *coarse, iso_slice *fine, uint8_t **turned,
                                    iso_error *err) {
  const char *what = "the refined elements";
  for (int64_t e = 0; e < coarse->nelem; e++) fine->nelem += children_of(coarse->shape[e]);
  fine->width = coarse->width;
  size_t n = (size_t)fine->nelem;
  ISO_TRY(iso_realloc(&fine->conn, n * (size_t)fine->width, sizeof *fine->conn, what, err));
  ISO_TRY(iso_realloc(&fine->shape, n, sizeof *fine->shape, what, err));
  ISO_TRY(iso_realloc(&fine->tag, n, sizeof *fine->tag, what, err));
  if (coarse->fibre) ISO_TRY(iso_realloc(&fine->fibre, n, sizeof *fine->fibre, what, err));
  if (coarse->sheet) ISO_TRY(iso_realloc(&fine->sheet, n, sizeof *fine->sheet, what, err));
  return iso_alloc(turned, n, 1, what, err);
}

static void number_children(MPI_Comm comm, iso_slice *fine) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  MPI_Exscan(&fine->nelem, &fine->first_elem, 1, MPI_INT64_T, MPI_SUM, comm);
  if (rank == 0) fine->first_elem = 0;
  MPI_Allreduce(&fine->nelem, &fine->nelems, 1, MPI_INT64_T, MPI_SUM, comm);
}

static iso_status make_level(MPI_Comm comm, const iso_slice *coarse, const uint8_t *coarse_turned,
                             iso_slice *fine, uint8_t **fine_turned, iso_error *err) {
  iso_midpoints mid;
  ISO_TRY(iso_midpoints_new(&mid, comm, coarse, err));
  iso_status status = iso_midpoints_place(&mid, comm, coarse, fine, err);
  if (status == ISO_OK) status = iso_agree(comm, allocate_children(coarse, fine, fine_turned, err), err);
  if (status == ISO_OK) {
    number_children(comm, fine);
    level l = {coarse, fine, &mid, coarse_turned, *fine_turned};
    split_all(&l);
    status = iso_refine_surfaces(comm, &mid, coarse, fine, err);
  }
  iso_midpoints_free(&mid);
  return status;
}

void iso_slice_become(iso_slice *slice, iso_slice *fine) {
  fine->links = slice->links; /* nodes that were there keep their numbers */
  slice->links = (iso_links){0};
  fine->tag_names = slice->tag_names;
  slice->tag_names = (iso_tag_names){0};
  memcpy(fine->file, slice->file, sizeof fine->file);
  iso_slice_free(slice);
  *slice = *fine;
  *fine = (iso_slice){0};
}

static iso_status refine_once(MPI_Comm comm, iso_slice *slice, uint8_t **turned, iso_error *err) {
  iso_slice fine = {0};
  uint8_t *fine_turned = NULL;
  iso_status status = make_level(comm, slice, *turned, &fine, &fine_turned, err);
  if (status != ISO_OK) {
    iso_slice_free(&fine);
    free(fine_turned);
    return status;
  }
  iso_slice_become(slice, &fine);
  free(*turned);
  *turned = fine_turned;
  return ISO_OK;
}

/* How badly shaped the four children around the diagonal from the midpoint of (a, b) to that of (c, d) are.
 * They have equal volumes, so their shape is measured by their squared edges; of the worst child these sum to
 * a quarter of this value plus what is the same for all three diagonals. */
static double badness(const double *const x[4], int a, int b, int c, int d) {
  double diagonal[3], ab[3], cd[3];
  for (int i = 0; i < 3; i++) diagonal[i] = x[a][i] + x[b][i] - (x[c][i] + x[d][i]);
  iso_subtract(x[a], x[b], ab);
  iso_subtract(x[c], x[d], cd);
  return 1.5 * iso_dot(diagonal, diagonal) + fmax(iso_dot(ab, ab), iso_dot(cd, cd));
}

/* Diagonals closer than this are taken as equal, so that rounding, some 1e-15, does not choose. */
static const double clearly_less = 1 - 1e-9;

/* Puts the nodes in such an order that Bey's diagonal, from (0, 2) to (1, 3), is the best. Returns 1 if that
 * turned the element over. */
static uint8_t order_tetrahedron(const double *const x[4], iso_gid *conn) {
  static const uint8_t exchange[3][2] = {{0, 0}, {1, 2}, {2, 3}};
  const double bad[3] = {badness(x, 0, 2, 1, 3), badness(x, 0, 1, 2, 3), badness(x, 0, 3, 1, 2)};
  int best = 0;
  for (int k = 1; k < 3; k++)
    if (bad[k] < clearly_less * bad[best]) best = k;
  iso_gid swap = conn[exchange[best][0]];
  conn[exchange[best][0]] = conn[exchange[best][1]];
  conn[exchange[best][1]] = swap;
  return best != 0;
}

static void order_batch(const iso_batches *b, const double (*xyz)[3], iso_slice *slice, uint8_t *turned) {
  for (int64_t e = b->first; e < b->end; e++) {
    if (slice->shape[e] != ISO_TETRAHEDRON) continue;
    const iso_lid *local = b->conn + (e - b->first) * slice->width;
    const double *const x[4] = {xyz[local[0]], xyz[local[1]], xyz[local[2]], xyz[local[3]]};
    turned[e] = order_tetrahedron(x, slice->conn + e * slice->width);
  }
}

static iso_status order_tetrahedra(MPI_Comm comm, iso_slice *slice, uint8_t *turned, iso_error *err) {
  iso_batches b;
  ISO_TRY(iso_batches_new(&b, comm, slice, err));
  double(*xyz)[3] = NULL;
  iso_status status = ISO_OK;
  for (int64_t k = 0; k < b.n && status == ISO_OK; k++) {
    status = iso_batches_open(&b, k, err);
    if (status == ISO_OK) status = iso_batches_fetch(&b, slice->xyz, sizeof *slice->xyz, &xyz, err);
    if (status == ISO_OK) order_batch(&b, (const double(*)[3])xyz, slice, turned);
  }
  free(xyz);
  iso_batches_free(&b);
  return status;
}

static void turn_back(iso_slice *slice, const uint8_t *turned) {
  for (int64_t e = 0; e < slice->nelem; e++) {
    iso_gid *conn = slice->conn + e * slice->width;
    if (!turned[e]) continue;
    iso_gid swap = conn[2];
    conn[2] = conn[3];
    conn[3] = swap;
  }
}

static iso_status check_room(MPI_Comm comm, const iso_slice *slice, int levels, int64_t most,
                             iso_error *err) {
  char by[64];
  double n = 0;
  for (int64_t e = 0; e < slice->nelem; e++) n += pow(children_of(slice->shape[e]), levels);
  MPI_Allreduce(MPI_IN_PLACE, &n, 1, MPI_DOUBLE, MPI_SUM, comm);
  snprintf(by, sizeof by, "%d levels of refinement", levels);
  return iso_room_for(comm, slice, n, most, by, err);
}

iso_status iso_slice_refine(MPI_Comm comm, iso_slice *slice, int levels, int64_t most, iso_notes *notes,
                            iso_error *err) {
  if (levels <= 0) return ISO_OK;
  ISO_TRY(check_room(comm, slice, levels, most, err));
  ISO_TRY(iso_slice_repair(comm, slice, notes, err));
  uint8_t *turned = NULL;
  iso_status status = iso_alloc(&turned, (size_t)slice->nelem, 1, "the refined elements", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = order_tetrahedra(comm, slice, turned, err);
  for (int k = 0; k < levels && status == ISO_OK; k++) status = refine_once(comm, slice, &turned, err);
  if (status == ISO_OK) turn_back(slice, turned);
  free(turned);
  return status;
}

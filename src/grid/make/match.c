/* Space is cut into cubes twice the tolerance wide, so that what is near a point lies in at most eight of
 * them; nodes and points of a cube meet on the rank that its hash names. */
#include "grid/make/match.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/hash.h"
#include "grid/share/route.h"
#include "grid/sort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const purpose = "matching points to nodes";

typedef struct {
  uint64_t cube;
  iso_gid node; /* of a point: unused */
  double x[3];
} placed;

typedef struct {
  iso_gid node; /* -1: none near */
  double square;
} nearest;

static uint64_t cube_at(const int64_t at[3]) { return iso_hash_words(0, at, 3 * sizeof *at); }

/* Of tolerances so small that cubes have no numbers, the last of them are one: places decide in it. */
static int64_t cube_of(double x, double width) {
  return (int64_t)fmax(-0x1p62, fmin(floor(x / width), 0x1p62));
}

/* The cubes that a ball around x reaches into; returns their number. */
static int cubes_around(const double x[3], double tolerance, uint64_t cube[8]) {
  const double width = 2 * tolerance;
  int64_t low[3], high[3], at[3];
  int n = 0;
  for (int a = 0; a < 3; a++) {
    low[a] = cube_of(x[a] - tolerance, width);
    high[a] = cube_of(x[a] + tolerance, width);
    /* Rounding may reach one further, which holds nothing within the tolerance. */
    if (high[a] > low[a] + 1) high[a] = low[a] + 1;
  }
  for (at[2] = low[2]; at[2] <= high[2]; at[2]++)
    for (at[1] = low[1]; at[1] <= high[1]; at[1]++)
      for (at[0] = low[0]; at[0] <= high[0]; at[0]++) cube[n++] = cube_at(at);
  return n;
}

/* items [n] sent to the rank of their cube. */
static iso_status send(MPI_Comm comm, int64_t n, const placed *item, iso_route *route, placed **received,
                       iso_error *err) {
  int size;
  int32_t *dest = NULL;
  MPI_Comm_size(comm, &size);
  iso_status status = iso_alloc(&dest, (size_t)n, sizeof *dest, purpose, err);
  for (int64_t k = 0; k < n && status == ISO_OK; k++) dest[k] = (int32_t)(item[k].cube % (uint64_t)size);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_route_new(route, comm, n, dest, NULL, err);
  free(dest);
  ISO_TRY(status);
  status = iso_alloc(received, (size_t)route->nrecv, sizeof **received, purpose, err);
  ISO_TRY(iso_agree(comm, status, err));
  return iso_route_send(route, item, sizeof *item, *received, err);
}

static void take_nearer(nearest *best, iso_gid node, double square) {
  if (node < 0 || square > best->square) return;
  if (best->node >= 0 && square == best->square && node > best->node) return;
  *best = (nearest){node, square};
}

/* node [n] sorted by cube in order. */
static nearest look_around(const placed *point, int64_t n, const placed *node, const iso_keyed *order,
                           double most) {
  nearest best = {-1, most};
  int64_t from = 0, to = n;
  while (from < to) {
    const int64_t middle = from + (to - from) / 2;
    if (order[middle].key < point->cube)
      from = middle + 1;
    else
      to = middle;
  }
  for (; from < n && order[from].key == point->cube; from++) {
    const placed *p = &node[order[from].item];
    take_nearer(&best, p->node, iso_square_distance(point->x, p->x));
  }
  return best;
}

static iso_status answer(int64_t nnodes, const placed *node, int64_t npoints, const placed *point,
                         double tolerance, nearest **out, iso_error *err) {
  iso_keyed *order = NULL;
  ISO_TRY(iso_alloc(out, (size_t)npoints, sizeof **out, purpose, err));
  ISO_TRY(iso_alloc(&order, (size_t)nnodes, sizeof *order, purpose, err));
  for (int64_t i = 0; i < nnodes; i++) order[i] = (iso_keyed){node[i].cube, i};
  const iso_status status = iso_sort(nnodes, order, err);
  for (int64_t k = 0; k < npoints && status == ISO_OK; k++)
    (*out)[k] = look_around(&point[k], nnodes, node, order, tolerance * tolerance);
  free(order);
  return status;
}

/* What is sent: a node to its cube, a point to all cubes around. */
typedef struct {
  placed *node, *point;
  int64_t *of_point; /* [npoint] */
  int64_t npoint;
} letters;

static iso_status write_letters(const iso_slice *slice, double tolerance, int64_t n, const double (*x)[3],
                                letters *l, iso_error *err) {
  ISO_TRY(iso_alloc(&l->node, (size_t)slice->nnode, sizeof *l->node, purpose, err));
  ISO_TRY(iso_alloc(&l->point, 8 * (size_t)n, sizeof *l->point, purpose, err));
  ISO_TRY(iso_alloc(&l->of_point, 8 * (size_t)n, sizeof *l->of_point, purpose, err));
  for (int64_t i = 0; i < slice->nnode; i++) {
    int64_t at[3];
    for (int a = 0; a < 3; a++) at[a] = cube_of(slice->xyz[i][a], 2 * tolerance);
    l->node[i] = (placed){.cube = cube_at(at), .node = slice->first_node + i};
    memcpy(l->node[i].x, slice->xyz[i], sizeof l->node[i].x);
  }
  for (int64_t i = 0; i < n; i++) {
    uint64_t cube[8];
    for (int k = cubes_around(x[i], tolerance, cube); k-- > 0;) {
      placed *p = &l->point[l->npoint];
      *p = (placed){.cube = cube[k], .node = -1};
      memcpy(p->x, x[i], sizeof p->x);
      l->of_point[l->npoint++] = i;
    }
  }
  return ISO_OK;
}

iso_status iso_match_points(MPI_Comm comm, const iso_slice *slice, double tolerance, int64_t n,
                            const double (*x)[3], iso_gid *node, iso_error *err) {
  letters l = {0};
  iso_route nodes = {0}, points = {0};
  placed *at = NULL, *asked = NULL;
  nearest *found = NULL, *mine = NULL;
  iso_status status = write_letters(slice, tolerance, n, x, &l, err);
  if (status == ISO_OK) status = iso_alloc(&mine, (size_t)l.npoint, sizeof *mine, purpose, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = send(comm, slice->nnode, l.node, &nodes, &at, err);
  if (status == ISO_OK) status = send(comm, l.npoint, l.point, &points, &asked, err);
  if (status == ISO_OK)
    status = iso_agree(comm, answer(nodes.nrecv, at, points.nrecv, asked, tolerance, &found, err), err);
  if (status == ISO_OK) status = iso_route_answer(&points, found, sizeof *found, mine, err);
  for (int64_t i = 0; i < n; i++) node[i] = -1;
  nearest best = {-1, INFINITY};
  for (int64_t k = 0; k < l.npoint && status == ISO_OK; k++) { /* those of a point follow each other */
    if (k == 0 || l.of_point[k] != l.of_point[k - 1]) best = (nearest){-1, INFINITY};
    take_nearer(&best, mine[k].node, mine[k].square);
    node[l.of_point[k]] = best.node;
  }
  iso_route_free(&nodes);
  iso_route_free(&points);
  free(l.node), free(l.point), free(l.of_point);
  free(at), free(asked), free(found), free(mine);
  return status;
}

double iso_nearest_node(MPI_Comm comm, const iso_slice *slice, const double x[3]) {
  double square = INFINITY;
  for (int64_t i = 0; i < slice->nnode; i++) square = fmin(square, iso_square_distance(slice->xyz[i], x));
  MPI_Allreduce(MPI_IN_PLACE, &square, 1, MPI_DOUBLE, MPI_MIN, comm);
  return sqrt(square);
}

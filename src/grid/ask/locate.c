#include "grid/ask/locate.h"

#include "base/memory.h"
#include "grid/ask/bins.h"
#include "grid/ask/weights.h"
#include "grid/geometry.h"

#include <stdlib.h>
#include <string.h>

/* Boxes around elements are widened by this share of their diameter, more than the tolerances of weights.c.
 */
static const double box_margin = 1e-5;

static void element_box(int shape, const double x[8][3], double low[3], double high[3]) {
  double margin = box_margin * iso_element_diameter(shape, x);
  for (int a = 0; a < 3; a++) {
    low[a] = INFINITY;
    high[a] = -INFINITY;
    for (int k = 0; k < iso_shape_nodes(shape); k++) {
      low[a] = fmin(low[a], x[k][a] - margin);
      high[a] = fmax(high[a], x[k][a] + margin);
    }
  }
}

static void set_element(const iso_mesh *mesh, iso_lid e, const double *weight, iso_location *out) {
  *out =
      (iso_location){.inside = true, .element = iso_mesh_elem(mesh, e), .n = iso_shape_nodes(mesh->shape[e])};
  for (int k = 0; k < out->n; k++) {
    out->node[k] = mesh->gid[mesh->conn[(int64_t)e * mesh->width + k]];
    out->weight[k] = weight[k];
  }
}

/* An element that is tried on points. */
typedef struct trial {
  const iso_mesh *mesh;
  const iso_bins *bins;
  iso_lid elem;
  double x[ISO_MAX_NODES][3];
  iso_location *location; /* of each point */
} trial;

static void try_point(void *self, int64_t p) {
  const trial *t = self;
  double weight[ISO_MAX_NODES];
  if (!t->location[p].inside &&
      iso_element_holds(t->mesh->shape[t->elem], (const double(*)[3])t->x, t->bins->xyz[p], weight))
    set_element(t->mesh, t->elem, weight, &t->location[p]);
}

/* On all points of the cubes that its box meets. Elements ascend, so the first holder stays. */
static void try_element(const iso_mesh *mesh, const iso_bins *bins, iso_lid e, iso_location *location) {
  trial t = {.mesh = mesh, .bins = bins, .elem = e, .location = location};
  double low[3], high[3];
  iso_mesh_corners(mesh, e, t.x);
  element_box(mesh->shape[e], (const double(*)[3])t.x, low, high);
  iso_bins_visit(bins, low, high, try_point, &t);
}

static iso_status search_elements(const iso_mesh *mesh, int64_t n, const double (*at)[3],
                                  iso_location *location, iso_error *err) {
  iso_bins bins;
  iso_status status = iso_bins_new(&bins, n, at, err);
  for (iso_lid e = 0; e < mesh->nelem && status == ISO_OK; e++) try_element(mesh, &bins, e, location);
  iso_bins_free(&bins);
  return status;
}

static iso_status search_nodes(const iso_mesh *mesh, int64_t n, const double (*at)[3], iso_location *location,
                               iso_error *err) {
  iso_bins bins;
  iso_status status = iso_bins_new(&bins, mesh->nowned, (const double(*)[3])mesh->xyz, err);
  for (int64_t i = 0; i < n && status == ISO_OK; i++) {
    if (location[i].inside) continue;
    const int64_t node = iso_bins_nearest(&bins, at[i], mesh->gid, &location[i].distance_mm);
    location[i].element = -1;
    location[i].n = 1;
    location[i].node[0] = node < 0 ? -1 : mesh->gid[node]; /* a rank without nodes is infinitely far */
    location[i].weight[0] = 1;
  }
  iso_bins_free(&bins);
  return status;
}

/* Leaves in teller [n] the rank with the best location of each point: inside in the lowest element, else the
 * nearest node, else the lowest node. Of ranks that have the same, the lowest. */
static void choose_tellers(MPI_Comm comm, int64_t n, const iso_location *location, double *value,
                           iso_gid *number, int *teller) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  for (int64_t i = 0; i < n; i++) value[i] = location[i].inside ? -1 : location[i].distance_mm;
  MPI_Allreduce(MPI_IN_PLACE, value, (int)n, MPI_DOUBLE, MPI_MIN, comm);
  for (int64_t i = 0; i < n; i++) {
    double mine = location[i].inside ? -1 : location[i].distance_mm;
    number[i] = mine > value[i] ? INT64_MAX : location[i].inside ? location[i].element : location[i].node[0];
    teller[i] = number[i] == INT64_MAX ? INT32_MAX : rank;
  }
  iso_gid *mine = number + n;
  memcpy(mine, number, (size_t)n * sizeof *mine);
  MPI_Allreduce(MPI_IN_PLACE, number, (int)n, MPI_INT64_T, MPI_MIN, comm);
  for (int64_t i = 0; i < n; i++)
    if (mine[i] != number[i]) teller[i] = INT32_MAX;
  MPI_Allreduce(MPI_IN_PLACE, teller, (int)n, MPI_INT, MPI_MIN, comm);
}

/* All ranks but the teller contribute zero bytes to a bitwise or. */
static iso_status share_best(MPI_Comm comm, int64_t n, iso_location *location, iso_error *err) {
  double *value = NULL;
  iso_gid *number = NULL; /* [2 n] */
  int *teller = NULL;
  iso_status status = iso_alloc(&value, (size_t)n, sizeof *value, "places of points", err);
  if (status == ISO_OK) status = iso_alloc(&number, 2 * (size_t)n, sizeof *number, "places of points", err);
  if (status == ISO_OK) status = iso_alloc(&teller, (size_t)n, sizeof *teller, "places of points", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    int rank;
    MPI_Comm_rank(comm, &rank);
    choose_tellers(comm, n, location, value, number, teller);
    for (int64_t i = 0; i < n; i++)
      if (teller[i] != rank) memset(&location[i], 0, sizeof *location);
    MPI_Allreduce(MPI_IN_PLACE, location, (int)(n * (int64_t)sizeof *location), MPI_BYTE, MPI_BOR, comm);
  }
  free(value);
  free(number);
  free(teller);
  return status;
}

iso_status iso_locate(const iso_mesh *mesh, int64_t n, const double (*at)[3], iso_location *location,
                      iso_error *err) {
  memset(location, 0, (size_t)n * sizeof *location);
  if (n > (int64_t)(INT32_MAX / sizeof *location))
    return iso_fail(err, ISO_EINPUT, "%lld points are too many to locate at once; use at most %zu",
                    (long long)n, INT32_MAX / sizeof *location);
  iso_status status = search_elements(mesh, n, at, location, err);
  if (status == ISO_OK) status = search_nodes(mesh, n, at, location, err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  return share_best(mesh->comm, n, location, err);
}

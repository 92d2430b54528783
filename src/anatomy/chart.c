#include "anatomy/chart.h"

#include "anatomy/anatomy.h"
#include "base/memory.h"
#include "grid/ask/simplex.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

iso_chart_point iso_chart_of(const iso_chart_fields *f, iso_lid i) {
  const double round = 6.283185307179586 * f->rotational[i];
  return (iso_chart_point){{f->apicobasal[i] * cos(round), f->apicobasal[i] * sin(round), f->transmural[i]},
                           f->transventricular[i] > 0.5};
}

iso_chart_point iso_chart_middle(const iso_chart_fields *f, const iso_mesh *mesh, iso_lid e, double *inside) {
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  const int n = iso_shape_nodes(mesh->shape[e]);
  iso_chart_point out = {0};
  int right = 0;
  for (int c = 0; c < n; c++) right += f->transventricular[conn[c]] > 0.5;
  out.right = 2 * right > n;
  for (int c = 0; c < n; c++) {
    const iso_chart_point p = iso_chart_of(f, conn[c]);
    const double depth = p.right == out.right ? p.at[2] : -p.at[2];
    if (inside) inside[c] = depth;
    out.at[0] += p.at[0] / n, out.at[1] += p.at[1] / n, out.at[2] += depth / n;
  }
  if (out.at[2] < 0) out.at[2] = 0; /* few nodes of the own side, all in the middle of the septum */
  return out;
}

/* ---- elements as tetrahedra ---- */

static int count_parts(int shape) { return shape == ISO_HEXAHEDRON ? 6 : 1; }

/* The corners of part k of element e. */
static void part_nodes(const iso_mesh *mesh, iso_lid e, int k, iso_lid node[4]) {
  static const uint8_t whole[4] = {0, 1, 2, 3};
  static const uint8_t six[6][4] = {{0, 1, 2, 6}, {0, 2, 3, 6}, {0, 3, 7, 6},
                                    {0, 7, 4, 6}, {0, 4, 5, 6}, {0, 5, 1, 6}};
  const uint8_t *corner = mesh->shape[e] == ISO_HEXAHEDRON ? six[k] : whole;
  for (int c = 0; c < 4; c++) node[c] = mesh->conn[(int64_t)e * mesh->width + corner[c]];
}

/* Their places as one ventricle sees them, which goes on below the middle of the septum. Whether any of them
 * is in it. */
static bool part_places(const iso_chart *chart, const iso_lid node[4], bool right, double x[4][3]) {
  bool any = false;
  for (int c = 0; c < 4; c++) {
    const iso_chart_point *p = &chart->point[node[c]];
    memcpy(x[c], p->at, sizeof x[c]);
    if (p->right == right)
      any = true;
    else
      x[c][2] = -x[c][2];
  }
  return any;
}

/* ---- places ---- */

/* A part of an element that is tried on points. */
typedef struct trial {
  const iso_chart_point *point;
  bool right;
  double (*x)[3];            /* [4] its corners */
  const iso_chart_place *as; /* what a point in it gets, and its weights */
  iso_chart_place *place;    /* of each point */
} trial;

static void try_point(void *self, int64_t i) {
  const trial *t = self;
  double weight[4];
  const bool has = t->place[i].element >= 0 && t->place[i].extent <= t->as->extent;
  if (has || t->point[i].right != t->right || !iso_simplex_holds(4, t->x, t->point[i].at, weight)) return;
  t->place[i] = *t->as;
  memcpy(t->place[i].weight, weight, sizeof weight);
}

/* On all points in its box, which is widened by more than the rounding. */
static void try_part(const iso_bins *bins, trial *t) {
  double low[3], high[3];
  for (int d = 0; d < 3; d++) {
    low[d] = fmin(fmin(t->x[0][d], t->x[1][d]), fmin(t->x[2][d], t->x[3][d])) - 1e-6;
    high[d] = fmax(fmax(t->x[0][d], t->x[1][d]), fmax(t->x[2][d], t->x[3][d])) + 1e-6;
  }
  iso_bins_visit(bins, low, high, try_point, t);
}

static double extent_of(double (*const x)[3]) {
  double most = 0;
  for (int a = 0; a < 4; a++)
    for (int b = 0; b < a; b++) most = fmax(most, iso_square_distance(x[a], x[b]));
  return most;
}

/* Elements ascend, so of those of one extent the first that has a point stays. */
void iso_chart_locate(const iso_chart *chart, const iso_bins *bins, const iso_chart_point *point,
                      iso_chart_place *place) {
  const iso_mesh *mesh = chart->mesh;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    if (!iso_anatomy_has_volume(mesh, e)) continue;
    for (int k = 0; k < count_parts(mesh->shape[e]); k++) {
      iso_chart_place as = {.element = iso_mesh_elem(mesh, e), .local = e};
      double x[4][3];
      part_nodes(mesh, e, k, as.node);
      for (int right = 0; right < 2; right++)
        if (part_places(chart, as.node, right, x)) {
          as.extent = extent_of(x);
          try_part(bins, &(trial){point, right, x, &as, place});
        }
    }
  }
}

iso_chart_place iso_chart_nearest(const iso_chart *chart, iso_lid node, const iso_chart_point *point) {
  const iso_mesh *mesh = chart->mesh;
  iso_chart_place best = {.element = -1};
  double least = INFINITY;
  for (int64_t k = chart->around.first[node]; k < chart->around.first[node + 1]; k++) {
    const iso_lid e = chart->around.elem[k];
    for (int part = 0; part < count_parts(mesh->shape[e]); part++) {
      iso_chart_place place = {.element = iso_mesh_elem(mesh, e), .local = e};
      double x[4][3];
      bool spans[4];
      part_nodes(mesh, e, part, place.node);
      if (!part_places(chart, place.node, point->right, x)) continue;
      const double distance = iso_simplex_nearest(4, x, point->at, place.weight, spans);
      if (distance < least) least = distance, best = place;
    }
  }
  return best;
}

/* ---- life ---- */

static iso_status build(iso_chart *chart, const iso_chart_fields *fields, iso_error *err) {
  const iso_mesh *mesh = chart->mesh;
  ISO_TRY(iso_alloc(&chart->point, (size_t)mesh->nlocal, sizeof *chart->point, "coordinates", err));
  for (iso_lid i = 0; i < mesh->nlocal; i++) chart->point[i] = iso_chart_of(fields, i);
  return iso_around_new(&chart->around, mesh, 3, err);
}

iso_status iso_chart_new(iso_chart *out, const iso_mesh *mesh, const iso_chart_fields *fields,
                         iso_error *err) {
  *out = (iso_chart){.mesh = mesh};
  const iso_status status = build(out, fields, err);
  if (status != ISO_OK) iso_chart_free(out);
  return status;
}

void iso_chart_free(iso_chart *chart) {
  free(chart->point);
  iso_around_free(&chart->around);
  *chart = (iso_chart){0};
}

#include "solve/slow_fast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int dimension(int shape) { return shape == ISO_LINE ? 1 : shape == ISO_TRIANGLE ? 2 : 3; }

/* ---- rules ---- */

/* All points of a rule in one dimension along each direction. */
static slow_rule product(int dim, int n, const double *x, const double *w) {
  slow_rule r = {.n = (int)lround(pow(n, dim))};
  for (int q = 0; q < r.n; q++) {
    r.weight[q] = 1;
    for (int d = 0, rest = q; d < dim; d++, rest /= n) r.at[q][d] = x[rest % n], r.weight[q] *= w[rest % n];
  }
  return r;
}

slow_rule slow_rule_low(int shape) {
  const int dim = dimension(shape);
  const double x[2] = {0.5 - 0.5 / sqrt(3), 0.5 + 0.5 / sqrt(3)}, w[2] = {0.5, 0.5};
  if (shape == ISO_HEXAHEDRON) return product(3, 2, x, w);
  slow_rule r = {.n = dim + 1};
  const double far = (1 - 1 / sqrt(dim + 2)) / (dim + 1), near = 1 - dim * far;
  for (int q = 0; q <= dim; q++) {
    for (int d = 0; d < dim; d++) r.at[q][d] = d + 1 == q ? near : far;
    r.weight[q] = 1 / tgamma(dim + 2); /* volume 1 / dim! over dim + 1 */
  }
  return r;
}

slow_rule slow_rule_high(int shape) {
  const int dim = dimension(shape);
  const double a = sqrt(5 - 2 * sqrt(10. / 7)) / 6, b = sqrt(5 + 2 * sqrt(10. / 7)) / 6;
  const double p = (322 + 13 * sqrt(70)) / 1800, q = (322 - 13 * sqrt(70)) / 1800;
  const double x[5] = {0.5 - b, 0.5 - a, 0.5, 0.5 + a, 0.5 + b}, w[5] = {q, p, 64. / 225, p, q};
  slow_rule r = product(dim, 5, x, w);
  for (int k = 0; shape != ISO_HEXAHEDRON && k < r.n; k++) {
    double left = 1; /* of the edge, at this distance from the corner that it collapses to */
    for (int d = 0; d < dim; d++) {
      r.weight[k] *= left;
      r.at[k][d] *= left;
      left -= r.at[k][d];
    }
  }
  return r;
}

/* ---- elements ---- */

void slow_shapes(int shape, const double at[3], double phi[ISO_MAX_NODES]) {
  static const int corner[8][3] = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0},
                                   {0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 1, 1}};
  phi[0] = 1;
  for (int k = 1; shape != ISO_HEXAHEDRON && k <= dimension(shape); k++) phi[k] = at[k - 1], phi[0] -= phi[k];
  for (int k = 0; shape == ISO_HEXAHEDRON && k < 8; k++) {
    phi[k] = 1;
    for (int d = 0; d < 3; d++) phi[k] *= corner[k][d] ? at[d] : 1 - at[d];
  }
}

static double interpolate(int shape, const double phi[ISO_MAX_NODES], const double value[ISO_MAX_NODES]) {
  double sum = 0;
  for (int k = 0; k < iso_shape_nodes(shape); k++) sum += phi[k] * value[k];
  return sum;
}

/* Volume, area or length of the element over that of the reference element at a point: the root of Gram's
 * determinant of the map's derivatives. The map is linear in each coordinate alone, so that differences over
 * an edge are derivatives. x [3][nodes]. */
static double stretch(int shape, double x[3][ISO_MAX_NODES], const double at[3]) {
  double along[3][3] = {{0}}, g[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  for (int d = 0; d < dimension(shape); d++)
    for (int end = 0; end < 2; end++) {
      double phi[ISO_MAX_NODES], to[3] = {at[0], at[1], at[2]};
      to[d] = end;
      slow_shapes(shape, to, phi);
      for (int i = 0; i < 3; i++) along[d][i] += (end ? 1 : -1) * interpolate(shape, phi, x[i]);
    }
  for (int c = 0; c < dimension(shape); c++)
    for (int d = 0; d < dimension(shape); d++)
      g[c][d] = along[c][0] * along[d][0] + along[c][1] * along[d][1] + along[c][2] * along[d][2];
  return sqrt(g[0][0] * (g[1][1] * g[2][2] - g[1][2] * g[2][1]) -
              g[0][1] * (g[1][0] * g[2][2] - g[1][2] * g[2][0]) +
              g[0][2] * (g[1][0] * g[2][1] - g[1][1] * g[2][0]));
}

/* ---- the current ---- */

static double fast_of(const double f[ISO_MAX_FAST]) { return f[0] * pow(f[1], 3) * f[2] * f[3]; }

typedef struct element {
  int shape;
  const iso_lid *node;
  double extent, x[3][ISO_MAX_NODES], factor[ISO_MAX_FAST][ISO_MAX_NODES], current[ISO_MAX_NODES];
} element;

static element element_of(const heart *h, iso_lid e, const double *factors) {
  const iso_mesh *mesh = h->mesh;
  const iso_region *region = &h->region[mesh->tag[e] - 1];
  element el = {.shape = mesh->shape[e], .node = mesh->conn + (int64_t)e * mesh->width};
  el.extent = region->chi * region->cm;
  if (el.shape == ISO_LINE) el.extent *= region->cross_section;
  if (el.shape == ISO_TRIANGLE) el.extent *= region->thickness;
  for (int k = 0; k < iso_shape_nodes(el.shape); k++) {
    double f[ISO_MAX_FAST];
    for (int d = 0; d < 3; d++) el.x[d][k] = mesh->xyz[el.node[k]][d];
    for (int v = 0; v < ISO_MAX_FAST; v++) f[v] = el.factor[v][k] = factors[v * mesh->nlocal + el.node[k]];
    el.current[k] = fast_of(f);
  }
  return el;
}

static bool is_active(const heart *h, const element *el, double threshold) {
  bool beyond = false, alike = true;
  for (int k = 0; k < iso_shape_nodes(el->shape); k++) {
    beyond |= fabs(el->current[k]) > threshold;
    alike &= h->mesh->node_tag[el->node[k]] == h->mesh->node_tag[el->node[0]];
  }
  return beyond && alike;
}

void slow_fast_current(const heart *h, const iso_numerics *numerics, slow_rule (*rule)(int shape),
                       double threshold, const double *factors, double *correction) {
  const double theta = numerics->fast_current == ISO_FAST_INTERPOLATED ? numerics->interpolation : 0;
  double *mass = calloc((size_t)h->mesh->nlocal, sizeof *mass);
  memset(correction, 0, (size_t)h->mesh->nlocal * sizeof *correction);
  for (iso_lid e = 0; e < h->mesh->nelem; e++) {
    element el = element_of(h, e, factors);
    const slow_rule points = rule(el.shape);
    const double active = is_active(h, &el, threshold);
    for (int q = 0; q < points.n; q++) {
      double phi[ISO_MAX_NODES], f[ISO_MAX_FAST];
      const double weight = points.weight[q] * el.extent * stretch(el.shape, el.x, points.at[q]);
      slow_shapes(el.shape, points.at[q], phi);
      for (int v = 0; v < ISO_MAX_FAST; v++) f[v] = interpolate(el.shape, phi, el.factor[v]);
      const double linear = interpolate(el.shape, phi, el.current);
      for (int k = 0; k < iso_shape_nodes(el.shape); k++) {
        const double own = el.current[k];
        mass[el.node[k]] += weight * phi[k];
        correction[el.node[k]] +=
            active * weight * phi[k] * (theta * (fast_of(f) - own) - numerics->smoothing * (own - linear));
      }
    }
  }
  for (iso_lid i = 0; i < h->mesh->nlocal; i++) correction[i] /= mass[i] > 0 ? mass[i] : 1;
  free(mass);
}

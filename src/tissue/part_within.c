#include "tissue/part_within.h"

#include "grid/geometry.h"
#include "grid/shapes.h"

#include <math.h>

/* Values beyond this many limits are taken as that, so that nothing is infinite. */
#define FAR 1e6

/* What of a line, triangle or tetrahedron with values v, ascending and below a limit, the first k of n, lies
 * below: a corner that is cut off (k = 1), all but such a corner (k = n - 1), or a wedge (2 of 4). */
static double cut_corner(const double *v, int n, int tip, double limit) {
  double part = 1;
  for (int k = 0; k < n; k++)
    if (k != tip) part *= (limit - v[tip]) / (v[k] - v[tip]);
  return part;
}

/* With p, q, r, s the four edges that the plane cuts: written so that equal values are no division by zero.
 */
static double cut_wedge(const double v[4], double limit) {
  const double a = limit - v[0], b = limit - v[1], d = v[1] - v[0];
  const double p = v[2] - v[0], q = v[3] - v[0], r = v[2] - v[1], s = v[3] - v[1];
  return ((a * a + a * b + b * b) * r * s - b * b * b * (r + s + d)) / (p * q * r * s);
}

static double part_of_simplex(const double *value, int n, double limit) {
  double v[4];
  int below = 0;
  for (int k = 0; k < n; k++) {
    const double x = fmin(value[k], FAR * limit);
    int at = k;
    for (; at > 0 && v[at - 1] > x; at--) v[at] = v[at - 1];
    v[at] = x;
    below += x < limit;
  }
  if (below == 0 || below == n) return below > 0;
  if (below == 1) return cut_corner(v, n, 0, limit);
  return below == n - 1 ? 1 - cut_corner(v, n, n - 1, limit) : cut_wedge(v, limit);
}

/* Six times the volume. */
static double volume_of(const double *const x[4]) {
  double a[3], b[3], c[3], across[3];
  iso_subtract(x[1], x[0], a);
  iso_subtract(x[2], x[0], b);
  iso_subtract(x[3], x[0], c);
  iso_cross(a, b, across);
  return fabs(iso_dot(across, c));
}

/* Tetrahedra around the diagonal from the first corner to the one opposite. */
static double part_of_hexahedron(const iso_mesh *mesh, const iso_lid *conn, const double value[8],
                                 double limit) {
  static const uint8_t around[7] = {1, 2, 3, 7, 4, 5, 1};
  double within = 0, all = 0;
  for (int k = 0; k < 6; k++) {
    const int corner[4] = {0, around[k], around[k + 1], 6};
    const double *x[4], v[4] = {value[0], value[around[k]], value[around[k + 1]], value[6]};
    for (int i = 0; i < 4; i++) x[i] = mesh->xyz[conn[corner[i]]];
    const double volume = volume_of(x);
    within += volume * part_of_simplex(v, 4, limit);
    all += volume;
  }
  return all > 0 ? within / all : 0;
}

double iso_part_within(const iso_mesh *mesh, iso_lid e, const double *value, double limit) {
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  const int n = iso_shape_nodes(mesh->shape[e]);
  double v[ISO_MAX_NODES];
  for (int k = 0; k < n; k++) v[k] = value[conn[k]];
  if (mesh->shape[e] == ISO_HEXAHEDRON) return part_of_hexahedron(mesh, conn, v, limit);
  return part_of_simplex(v, n, limit);
}

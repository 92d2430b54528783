#include "grid/ask/weights.h"

#include "grid/geometry.h"

/* Rounding of weights near 1 for elements far from the origin: coordinates of 1e3 mm and edges of 1e-2 mm
 * lose five of sixteen digits. */
static const double weight_tolerance = 1e-9;

/* Nobody types coordinates of a point on a sheet to more digits; a share of the element's diameter. */
static const double sheet_tolerance = 1e-6;

static bool all_weights_inside(int n, const double *weight) {
  for (int k = 0; k < n; k++)
    if (!(weight[k] >= -weight_tolerance)) return false;
  return true;
}

static bool on_line(const double x[8][3], const double at[3], double *weight) {
  double edge[3], to[3], off[3];
  iso_subtract(x[1], x[0], edge);
  iso_subtract(at, x[0], to);
  weight[1] = iso_dot(to, edge) / iso_dot(edge, edge);
  weight[0] = 1 - weight[1];
  for (int a = 0; a < 3; a++) off[a] = to[a] - weight[1] * edge[a];
  return iso_length(off) <= sheet_tolerance * iso_length(edge);
}

static bool on_triangle(const double x[8][3], const double at[3], double *weight) {
  double u[3], v[3], to[3], normal[3], part[3];
  iso_subtract(x[1], x[0], u);
  iso_subtract(x[2], x[0], v);
  iso_subtract(at, x[0], to);
  iso_cross(u, v, normal);
  double area2 = iso_dot(normal, normal);
  iso_cross(to, v, part);
  weight[1] = iso_dot(part, normal) / area2;
  iso_cross(u, to, part);
  weight[2] = iso_dot(part, normal) / area2;
  weight[0] = 1 - weight[1] - weight[2];
  return fabs(iso_dot(to, normal)) <= sheet_tolerance * iso_element_diameter(ISO_TRIANGLE, x) * sqrt(area2);
}

static bool in_tetrahedron(const double x[8][3], const double at[3], double *weight) {
  double a[3], b[3], c[3], to[3];
  iso_subtract(x[1], x[0], a);
  iso_subtract(x[2], x[0], b);
  iso_subtract(x[3], x[0], c);
  iso_subtract(at, x[0], to);
  double whole = iso_determinant(a, b, c);
  weight[1] = iso_determinant(to, b, c) / whole;
  weight[2] = iso_determinant(a, to, c) / whole;
  weight[3] = iso_determinant(a, b, to) / whole;
  weight[0] = 1 - weight[1] - weight[2] - weight[3];
  return true;
}

/* Newton's method on the trilinear map, from the centre. It doubles the digits each time; twenty steps are
 * far more than a usable element takes, and a point that has not settled by then is outside. */
static bool in_hexahedron(const double x[8][3], const double at[3], double *weight) {
  double r[3] = {0, 0, 0};
  const double settled = 1e-12;
  for (int step = 0; step < 20; step++) {
    double derivative[8][3], jacobian[3][3], miss[3], change[3];
    iso_trilinear(r, weight, derivative);
    for (int a = 0; a < 3; a++) {
      miss[a] = at[a];
      for (int k = 0; k < 8; k++) miss[a] -= weight[k] * x[k][a];
    }
    double whole = iso_hexahedron_jacobian(x, r, jacobian);
    change[0] = iso_determinant(miss, jacobian[1], jacobian[2]) / whole;
    change[1] = iso_determinant(jacobian[0], miss, jacobian[2]) / whole;
    change[2] = iso_determinant(jacobian[0], jacobian[1], miss) / whole;
    for (int a = 0; a < 3; a++) r[a] += change[a];
    if (!(iso_length(r) < 10)) return false; /* running away, or not a number */
    if (iso_length(change) < settled) {
      iso_trilinear(r, weight, derivative);
      return true;
    }
  }
  return false;
}

bool iso_element_holds(int shape, const double x[8][3], const double at[3], double *weight) {
  static bool (*const solve[ISO_NSHAPES])(const double[8][3], const double[3], double *) = {
      [ISO_LINE] = on_line,
      [ISO_TRIANGLE] = on_triangle,
      [ISO_TETRAHEDRON] = in_tetrahedron,
      [ISO_HEXAHEDRON] = in_hexahedron,
  };
  return solve[shape](x, at, weight) && all_weights_inside(iso_shape_nodes(shape), weight);
}

#include "grid/geometry.h"

#include <string.h>

/* Corners of the reference hexahedron in VTK's order. */
static const double corner[8][3] = {{-1, -1, -1}, {1, -1, -1}, {1, 1, -1}, {-1, 1, -1},
                                    {-1, -1, 1},  {1, -1, 1},  {1, 1, 1},  {-1, 1, 1}};

void iso_trilinear(const double r[3], double value[8], double derivative[8][3]) {
  for (int k = 0; k < 8; k++) {
    double f[3];
    for (int a = 0; a < 3; a++) f[a] = 1 + corner[k][a] * r[a];
    value[k] = f[0] * f[1] * f[2] / 8;
    derivative[k][0] = corner[k][0] * f[1] * f[2] / 8;
    derivative[k][1] = f[0] * corner[k][1] * f[2] / 8;
    derivative[k][2] = f[0] * f[1] * corner[k][2] / 8;
  }
}

double iso_hexahedron_jacobian(const double x[8][3], const double r[3], double jacobian[3][3]) {
  double value[8], derivative[8][3];
  iso_trilinear(r, value, derivative);
  for (int i = 0; i < 3; i++)
    for (int a = 0; a < 3; a++) {
      jacobian[i][a] = 0;
      for (int k = 0; k < 8; k++) jacobian[i][a] += derivative[k][i] * x[k][a];
    }
  return iso_determinant(jacobian[0], jacobian[1], jacobian[2]);
}

static double gauss_determinant(const double x[8][3], int point) {
  const double g = 0.57735026918962576451; /* 1 / sqrt(3) */
  double r[3], jacobian[3][3];
  for (int a = 0; a < 3; a++) r[a] = corner[point][a] * g;
  return iso_hexahedron_jacobian(x, r, jacobian);
}

double iso_hexahedron_least_determinant(const double x[8][3]) {
  double least = INFINITY;
  for (int p = 0; p < 8; p++) least = fmin(least, gauss_determinant(x, p));
  return least;
}

double iso_element_measure(int shape, const double x[8][3]) {
  double a[3], b[3], c[3], normal[3];
  iso_subtract(x[1], x[0], a);
  if (shape == ISO_LINE) return iso_length(a);
  iso_subtract(x[2], x[0], b);
  if (shape == ISO_TRIANGLE) {
    iso_cross(a, b, normal);
    return iso_length(normal) / 2;
  }
  if (shape == ISO_TETRAHEDRON) {
    iso_subtract(x[3], x[0], c);
    return iso_determinant(a, b, c) / 6;
  }
  double volume = 0; /* exact: the determinant is quadratic in each coordinate */
  for (int p = 0; p < 8; p++) volume += gauss_determinant(x, p);
  return volume;
}

void iso_turn_points(int shape, double x[8][3]) {
  double swap[3];
  for (int k = 0; k < (shape == ISO_TETRAHEDRON ? 1 : 4); k++) {
    double *a = shape == ISO_TETRAHEDRON ? x[2] : x[k], *b = shape == ISO_TETRAHEDRON ? x[3] : x[k + 4];
    memcpy(swap, a, sizeof swap);
    memcpy(a, b, sizeof swap);
    memcpy(b, swap, sizeof swap);
  }
}

double iso_element_diameter(int shape, const double x[8][3]) {
  double longest = 0, d[3];
  for (int j = 1; j < iso_shape_nodes(shape); j++)
    for (int i = 0; i < j; i++) {
      iso_subtract(x[j], x[i], d);
      longest = fmax(longest, iso_length(d));
    }
  return longest;
}

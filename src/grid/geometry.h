/* Sizes of elements. */
#ifndef ISO_GRID_GEOMETRY_H
#define ISO_GRID_GEOMETRY_H

#include "kernels/types.h"

#include <math.h>

static inline void iso_subtract(const double a[3], const double b[3], double out[3]) {
  for (int i = 0; i < 3; i++) out[i] = a[i] - b[i];
}

static inline double iso_dot(const double a[3], const double b[3]) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static inline void iso_cross(const double a[3], const double b[3], double out[3]) {
  out[0] = a[1] * b[2] - a[2] * b[1];
  out[1] = a[2] * b[0] - a[0] * b[2];
  out[2] = a[0] * b[1] - a[1] * b[0];
}

static inline double iso_length(const double a[3]) { return sqrt(iso_dot(a, a)); }

static inline double iso_square_distance(const double a[3], const double b[3]) {
  double between[3];
  iso_subtract(a, b, between);
  return iso_dot(between, between);
}

static inline double iso_distance(const double a[3], const double b[3]) {
  return sqrt(iso_square_distance(a, b));
}

static inline double iso_determinant(const double a[3], const double b[3], const double c[3]) {
  double normal[3];
  iso_cross(b, c, normal);
  return iso_dot(a, normal);
}

/* 1, 2, 3, 3. */
static inline int iso_shape_dimension(int shape) { return shape < ISO_HEXAHEDRON ? shape + 1 : 3; }

/* Values and derivatives of the trilinear functions at r in [-1, 1]^3. */
void iso_trilinear(const double r[3], double value[8], double derivative[8][3]);

/* Derivatives of position by r, jacobian[i] = dx/dr_i, of a hexahedron with nodes x; returns the determinant.
 */
double iso_hexahedron_jacobian(const double x[8][3], const double r[3], double jacobian[3][3]);

/* The smallest determinant over the 2 x 2 x 2 Gauss points, where element integrals are evaluated. */
double iso_hexahedron_least_determinant(const double x[8][3]);

/* A determinant of edges of length L is rounded by about 1e-15 L^3, so what is below this share is no volume.
 */
#define ISO_NO_VOLUME 1e-12

/* Length, area or volume; the last is negative where the nodes are in the wrong turn. */
double iso_element_measure(int shape, const double x[8][3]);

/* Exchanges points of a tetrahedron or a hexahedron so that its measure has the other sign. */
void iso_turn_points(int shape, double x[8][3]);

/* Longest distance between two nodes of an element. */
double iso_element_diameter(int shape, const double x[8][3]);

#endif

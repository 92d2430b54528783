#include "kernels/element.h"

#include "kernels/templates/quadrature.h"

#include <math.h>
#include <string.h>

static void cross(const double a[3], const double b[3], double out[3]) {
  out[0] = a[1] * b[2] - a[2] * b[1];
  out[1] = a[2] * b[0] - a[0] * b[2];
  out[2] = a[0] * b[1] - a[1] * b[0];
}

static double dot(const double a[3], const double b[3]) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

static void difference(const double a[3], const double b[3], double out[3]) {
  for (int d = 0; d < 3; d++) out[d] = a[d] - b[d];
}

/* Adds weight * grad_k . sigma grad_l; each pair once, so that the matrix is symmetric to the bit. */
static void add_stiffness(int nodes, const double gradient[][3], const double sigma[3][3], double weight,
                          iso_element *element) {
  for (int k = 0; k < nodes; k++) {
    double flux[3];
    for (int d = 0; d < 3; d++) flux[d] = weight * dot(sigma[d], gradient[k]);
    for (int l = k; l < nodes; l++) {
      element->stiffness[k][l] += dot(flux, gradient[l]);
      element->stiffness[l][k] = element->stiffness[k][l];
    }
  }
}

/* Gradients of the shape functions of a tetrahedron: grad phi_k = area vector of the face opposite k / 3V. */
static double tetrahedron_gradients(const double x[][3], double gradient[][3]) {
  double a[3], b[3], c[3];
  difference(x[1], x[0], a);
  difference(x[2], x[0], b);
  difference(x[3], x[0], c);
  cross(b, c, gradient[1]);
  cross(c, a, gradient[2]);
  cross(a, b, gradient[3]);
  double jacobian = dot(a, gradient[1]);
  for (int d = 0; d < 3; d++) {
    for (int k = 1; k < 4; k++) gradient[k][d] /= jacobian;
    gradient[0][d] = -(gradient[1][d] + gradient[2][d] + gradient[3][d]);
  }
  return jacobian;
}

/* In the plane of the triangle: grad phi_k = n x edge opposite k / 2A, n the unit normal. */
static double triangle_gradients(const double x[][3], double gradient[][3]) {
  double a[3], b[3], normal[3];
  difference(x[1], x[0], a);
  difference(x[2], x[0], b);
  cross(a, b, normal);
  double jacobian = sqrt(dot(normal, normal));
  for (int k = 0; k < 3; k++) {
    double edge[3];
    difference(x[(k + 2) % 3], x[(k + 1) % 3], edge);
    cross(normal, edge, gradient[k]);
    for (int d = 0; d < 3; d++) gradient[k][d] /= jacobian * jacobian;
  }
  return jacobian;
}

static double line_gradients(const double x[][3], double gradient[][3]) {
  double a[3];
  difference(x[1], x[0], a);
  double square = dot(a, a);
  for (int d = 0; d < 3; d++) gradient[1][d] = a[d] / square, gradient[0][d] = -gradient[1][d];
  return sqrt(square);
}

static double simplex(int shape, const double x[][3], double extent, const double sigma[3][3],
                      iso_element *element) {
  int nodes = iso_shape_nodes(shape);
  double gradient[4][3], jacobian;
  if (shape == ISO_TETRAHEDRON)
    jacobian = tetrahedron_gradients(x, gradient), element->volume = jacobian / 6;
  else if (shape == ISO_TRIANGLE)
    jacobian = triangle_gradients(x, gradient), element->volume = jacobian / 2 * extent;
  else
    jacobian = line_gradients(x, gradient), element->volume = jacobian * extent;
  add_stiffness(nodes, (const double(*)[3])gradient, sigma, element->volume, element);
  /* int phi_k phi_l = V (1 + delta_kl) / ((n)(n + 1)) with n nodes. */
  double off = element->volume / (nodes * (nodes + 1));
  for (int k = 0; k < nodes; k++) {
    for (int l = 0; l < nodes; l++) element->mass[k][l] = k == l ? 2 * off : off;
    element->lumped[k] = element->weight[k] = element->volume / nodes;
  }
  return jacobian;
}

/* Gradients in the reference cube at Gauss point q, then in space; returns the Jacobian determinant. */
static double hexahedron_gradients(const double x[][3], int q, double gradient[][3]) {
  double local[8][3], jacobian[3][3] = {{0}}, inverse[3][3];
  for (int k = 0; k < 8; k++)
    for (int d = 0; d < 3; d++) {
      double slope = ISO_HEX_CORNER(k, d) ? 1 : -1;
      for (int e = 0; e < 3; e++)
        if (e != d) slope *= ISO_HEX_FACTOR(k, q, e);
      local[k][d] = slope;
      for (int i = 0; i < 3; i++) jacobian[d][i] += slope * x[k][i];
    }
  cross(jacobian[1], jacobian[2], inverse[0]);
  cross(jacobian[2], jacobian[0], inverse[1]);
  cross(jacobian[0], jacobian[1], inverse[2]);
  double determinant = dot(jacobian[0], inverse[0]);
  for (int k = 0; k < 8; k++)
    for (int i = 0; i < 3; i++)
      gradient[k][i] =
          (local[k][0] * inverse[0][i] + local[k][1] * inverse[1][i] + local[k][2] * inverse[2][i]) /
          determinant;
  return determinant;
}

static double hexahedron(const double x[][3], const double sigma[3][3], iso_element *element) {
  double worst = INFINITY;
  for (int q = 0; q < 8; q++) {
    double gradient[8][3];
    double determinant = hexahedron_gradients(x, q, gradient);
    double weight = determinant / 8;
    if (!(determinant > worst)) worst = determinant;
    add_stiffness(8, (const double(*)[3])gradient, sigma, weight, element);
    element->volume += weight;
    element->weight[q] = weight;
    for (int k = 0; k < 8; k++) {
      element->lumped[k] += weight * ISO_HEX_SHAPE(k, q);
      for (int l = 0; l < 8; l++) element->mass[k][l] += weight * (ISO_HEX_SHAPE(k, q) * ISO_HEX_SHAPE(l, q));
    }
  }
  return worst;
}

double iso_element_compute(int shape, const double x[][3], double extent, const double sigma[3][3],
                           iso_element *element) {
  memset(element, 0, sizeof *element);
  return shape == ISO_HEXAHEDRON ? hexahedron(x, sigma, element) : simplex(shape, x, extent, sigma, element);
}

void iso_conductivity(const float fibre[3], const float *sheet, double longitudinal, double transverse,
                      double normal, double sigma[3][3]) {
  double f[3] = {fibre[0], fibre[1], fibre[2]}, s[3] = {0}, n[3];
  if (sheet)
    for (int d = 0; d < 3; d++) s[d] = sheet[d];
  cross(f, s, n);
  int isotropic = dot(f, f) == 0;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      double unit = i == j;
      if (isotropic)
        sigma[i][j] = transverse * unit;
      else
        sigma[i][j] = transverse * unit + (longitudinal - transverse) * (f[i] * f[j]) +
                      (sheet ? (normal - transverse) * (n[i] * n[j]) : 0);
    }
}

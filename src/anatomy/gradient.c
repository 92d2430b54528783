#include "anatomy/gradient.h"

#include "anatomy/anatomy.h"
#include "base/memory.h"
#include "grid/geometry.h"

#include <stdlib.h>

/* With edges a, b, c from the first node, gradient = (du_a b x c + du_b c x a + du_c a x b) / det. */
static double of_tetrahedron(const double x[4][3], const double u[4], double gradient[3]) {
  double edge[3][3], normal[3][3];
  for (int k = 0; k < 3; k++) iso_subtract(x[k + 1], x[0], edge[k]);
  for (int k = 0; k < 3; k++) iso_cross(edge[(k + 1) % 3], edge[(k + 2) % 3], normal[k]);
  const double det = iso_dot(edge[0], normal[0]);
  for (int d = 0; d < 3; d++) {
    double sum = 0;
    for (int k = 0; k < 3; k++) sum += (u[k + 1] - u[0]) * normal[k][d];
    gradient[d] = sum / det;
  }
  return det / 6;
}

/* The same with du/dr along the columns of the Jacobian. */
static double of_hexahedron(const double x[8][3], const double u[8], double gradient[3]) {
  static const double centre[3] = {0, 0, 0};
  double value[8], derivative[8][3], jacobian[3][3], along[3] = {0}, normal[3][3];
  iso_trilinear(centre, value, derivative);
  const double det = iso_hexahedron_jacobian(x, centre, jacobian);
  for (int k = 0; k < 8; k++)
    for (int i = 0; i < 3; i++) along[i] += derivative[k][i] * u[k];
  for (int i = 0; i < 3; i++) iso_cross(jacobian[(i + 1) % 3], jacobian[(i + 2) % 3], normal[i]);
  for (int d = 0; d < 3; d++) {
    double sum = 0;
    for (int i = 0; i < 3; i++) sum += along[i] * normal[i][d];
    gradient[d] = sum / det;
  }
  return iso_element_measure(ISO_HEXAHEDRON, x);
}

double iso_gradient_of_element(const iso_mesh *mesh, iso_lid e, const double *u, double gradient[3]) {
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  double x[ISO_MAX_NODES][3], at[ISO_MAX_NODES];
  iso_mesh_corners(mesh, e, x);
  for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++) at[k] = u[conn[k]];
  const double(*corner)[3] = (const double(*)[3])x;
  return mesh->shape[e] == ISO_TETRAHEDRON ? of_tetrahedron(corner, at, gradient)
                                           : of_hexahedron(corner, at, gradient);
}

static void add_element(const iso_mesh *mesh, iso_lid e, const double *u, double (*sum)[3], double *volume) {
  double gradient[3];
  const double mm3 = iso_gradient_of_element(mesh, e, u, gradient);
  for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++) {
    const iso_lid i = mesh->conn[(int64_t)e * mesh->width + k];
    volume[i] += mm3;
    for (int d = 0; d < 3; d++) sum[i][d] += mm3 * gradient[d];
  }
}

/* An owned node has all its elements here, in the order of their numbers. */
iso_status iso_gradient_at_nodes(const iso_mesh *mesh, const double *u, double (*gradient)[3],
                                 iso_error *err) {
  double *volume;
  ISO_TRY(iso_alloc_all(mesh->comm, &volume, (size_t)mesh->nlocal, sizeof *volume, "a gradient", err));
  for (iso_lid i = 0; i < mesh->nlocal; i++)
    for (int d = 0; d < 3; d++) gradient[i][d] = 0;
  for (iso_lid e = 0; e < mesh->nelem; e++)
    if (iso_anatomy_has_volume(mesh, e)) add_element(mesh, e, u, gradient, volume);
  for (iso_lid i = 0; i < mesh->nowned; i++)
    for (int d = 0; d < 3 && volume[i] > 0; d++) gradient[i][d] /= volume[i];
  free(volume);
  return iso_halo_update(mesh->halo, gradient, sizeof *gradient, err);
}

void iso_gradient_mean(const iso_mesh *mesh, iso_lid e, const double (*at_nodes)[3], double mean[3]) {
  const int n = iso_shape_nodes(mesh->shape[e]);
  for (int d = 0; d < 3; d++) {
    double sum = 0;
    for (int k = 0; k < n; k++) sum += at_nodes[mesh->conn[(int64_t)e * mesh->width + k]][d];
    mean[d] = sum / n;
  }
}

double iso_mean_of_nodes(const iso_mesh *mesh, iso_lid e, const double *at_nodes) {
  const int n = iso_shape_nodes(mesh->shape[e]);
  double sum = 0;
  for (int k = 0; k < n; k++) sum += at_nodes[mesh->conn[(int64_t)e * mesh->width + k]];
  return sum / n;
}

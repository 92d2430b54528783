#include "grid/make/fill_fibres.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of a sum of v v^T. */
typedef struct tensor {
  double m[3][3];
} tensor;

enum { POWERS = 60 }; /* squarings would do with fewer; elements without direction are few */

static bool is_zero(const float v[3]) { return v[0] == 0 && v[1] == 0 && v[2] == 0; }

static double trace(const tensor *t) { return t->m[0][0] + t->m[1][1] + t->m[2][2]; }

/* Without what lies along f. */
static tensor across(const tensor *t, const float f[3]) {
  tensor half, out;
  double p[3][3];
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) p[i][j] = (i == j) - (double)f[i] * f[j];
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      half.m[i][j] = p[i][0] * t->m[0][j] + p[i][1] * t->m[1][j] + p[i][2] * t->m[2][j];
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      out.m[i][j] = half.m[i][0] * p[0][j] + half.m[i][1] * p[1][j] + half.m[i][2] * p[2][j];
  return out;
}

/* The first principal axis, by powers of the tensor from its largest column. */
static void axis_of(const tensor *t, float out[3]) {
  int largest = 0;
  double v[3];
  for (int k = 1; k < 3; k++)
    if (t->m[k][k] > t->m[largest][largest]) largest = k;
  for (int i = 0; i < 3; i++) v[i] = t->m[i][largest];
  for (int n = 0; n < POWERS; n++) {
    const double length = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    const double u[3] = {v[0] / length, v[1] / length, v[2] / length};
    for (int i = 0; i < 3; i++) v[i] = t->m[i][0] * u[0] + t->m[i][1] * u[1] + t->m[i][2] * u[2];
  }
  const double length = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
  for (int i = 0; i < 3; i++) out[i] = (float)(v[i] / length);
}

/* Of every local node, over its elements. */
static iso_status sum_at_nodes(const iso_mesh *mesh, float (*v)[3], tensor *sum, iso_error *err) {
  memset(sum, 0, (size_t)mesh->nlocal * sizeof *sum);
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++) {
      tensor *t = &sum[mesh->conn[(int64_t)e * mesh->width + k]];
      for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) t->m[i][j] += (double)v[e][i] * v[e][j];
    }
  return iso_halo_update(mesh->halo, sum, sizeof *sum, err);
}

/* One layer. Returns how many of the elements whose first node is owned were filled. */
static int64_t fill_layer(const iso_mesh *mesh, float (*v)[3], float (*fibre)[3], const tensor *sum) {
  int64_t filled = 0;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
    tensor t = {{{0}}};
    if (!is_zero(v[e]) || (fibre && is_zero(fibre[e]))) continue;
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++)
      for (int i = 0; i < 9; i++) t.m[i / 3][i % 3] += sum[conn[k]].m[i / 3][i % 3];
    if (fibre) t = across(&t, fibre[e]);
    if (!(trace(&t) > 1e-6)) continue; /* nobody around has a direction, or all have the fibre's */
    axis_of(&t, v[e]);
    filled += conn[0] < mesh->nowned;
  }
  return filled;
}

static iso_status fill(const iso_mesh *mesh, float (*v)[3], float (*fibre)[3], int64_t *filled,
                       iso_error *err) {
  tensor *sum;
  *filled = 0;
  ISO_TRY(iso_alloc_all(mesh->comm, &sum, (size_t)mesh->nlocal, sizeof *sum, "directions", err));
  iso_status status = ISO_OK;
  for (int64_t layer = 1; layer > 0 && status == ISO_OK;) {
    status = sum_at_nodes(mesh, v, sum, err);
    layer = status == ISO_OK ? fill_layer(mesh, v, fibre, sum) : 0;
    MPI_Allreduce(MPI_IN_PLACE, &layer, 1, MPI_INT64_T, MPI_SUM, mesh->comm);
    *filled += layer;
  }
  free(sum);
  return status;
}

iso_status iso_mesh_fill_fibres(iso_mesh *mesh, int64_t *fibres, int64_t *sheets, iso_error *err) {
  *fibres = *sheets = 0;
  if (mesh->fibres) ISO_TRY(fill(mesh, mesh->fibres, NULL, fibres, err));
  if (mesh->sheets) ISO_TRY(fill(mesh, mesh->sheets, mesh->fibres, sheets, err));
  return ISO_OK;
}

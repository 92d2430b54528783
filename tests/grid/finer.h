/* What is asked of a mesh that was made finer: volumes of its parents' elements, which they have as tags,
 * sides that meet, and shapes. */
#ifndef ISO_TESTS_GRID_FINER_H
#define ISO_TESTS_GRID_FINER_H

#include "mpi_main.h"

#include "grid/ask/surface.h"
#include "grid/geometry.h"
#include "grid/mesh.h"

enum { FINER_MOST_PARENTS = 512 };

/* Before it is made finer. */
static inline void finer_number(iso_slice *slice) {
  for (int64_t e = 0; e < slice->nelem; e++) slice->tag[e] = (int32_t)(slice->first_elem + e);
}

static inline double finer_measure(const iso_mesh *mesh, iso_lid e) {
  double x[ISO_MAX_NODES][3];
  for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++)
    memcpy(x[k], mesh->xyz[mesh->conn[(int64_t)e * mesh->width + k]], sizeof x[k]);
  return iso_element_measure(mesh->shape[e], (const double(*)[3])x);
}

/* Elements are on several ranks; the owner of an element's first node counts it. */
static inline bool finer_counts(const iso_mesh *mesh, iso_lid e) {
  return mesh->conn[(int64_t)e * mesh->width] < mesh->nowned;
}

/* The volumes of parents and of their children, all of which are positive. */
static inline void finer_assert_volumes(const iso_mesh *coarse, const iso_mesh *fine, double tolerance) {
  double volume[FINER_MOST_PARENTS] = {0};
  assert_true(coarse->nelems <= FINER_MOST_PARENTS);
  for (iso_lid e = 0; e < coarse->nelem; e++)
    if (finer_counts(coarse, e)) volume[coarse->tag[e]] += finer_measure(coarse, e);
  for (iso_lid e = 0; e < fine->nelem; e++) {
    assert_true(finer_measure(fine, e) > 0);
    if (finer_counts(fine, e)) volume[fine->tag[e]] -= finer_measure(fine, e);
  }
  for (iso_gid e = 0; e < coarse->nelems; e++) assert_float_equal(world_sum_real(volume[e]), 0, tolerance);
}

/* Nodes on the surface are those on the sides of the box from the origin to size: a face inside without a
 * partner would mark its nodes, too. */
static inline void finer_assert_box(const iso_mesh *mesh, const double size[3]) {
  iso_error err;
  uint8_t *on_surface;
  int64_t wrong = 0;
  ASSERT_OK(iso_alloc(&on_surface, (size_t)mesh->nowned, 1, "test", &err));
  ASSERT_OK(iso_surface_nodes(mesh, on_surface, &err));
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    bool on_box = false;
    for (int a = 0; a < 3; a++) on_box |= mesh->xyz[i][a] == 0 || mesh->xyz[i][a] == size[a];
    wrong += on_surface[i] != on_box;
  }
  assert_int_equal(wrong, 0);
  free(on_surface);
}

/* Of tetrahedra. Regular ones have 1, flat ones 0: 12 (3 V)^(2/3) / sum of squared edges (Liu and Joe 1994).
 */
static inline double finer_worst_quality(const iso_mesh *mesh) {
  double worst = 1;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
    double sum = 0, d[3];
    for (int i = 0; i < 4; i++)
      for (int j = 0; j < i; j++) {
        iso_subtract(mesh->xyz[conn[i]], mesh->xyz[conn[j]], d);
        sum += iso_dot(d, d);
      }
    worst = fmin(worst, 12 * pow(3 * finer_measure(mesh, e), 2.0 / 3) / sum);
  }
  MPI_Allreduce(MPI_IN_PLACE, &worst, 1, MPI_DOUBLE, MPI_MIN, MPI_COMM_WORLD);
  return worst;
}

#endif

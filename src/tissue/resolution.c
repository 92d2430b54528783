#include "tissue/resolution.h"

#include "base/memory.h"
#include "grid/shapes.h"
#include "tissue/conductor.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Of the front in sqrt(D / ms): ten Tusscher 2006, Luo and Rudy 1991, Courtemanche 1998 and O'Hara and Rudy
 * 2011 run at 1.7 to 2.2 of it. */
#define VELOCITY 2.0

/* Adds up over the elements of a region; reals, to be summed over ranks at once. */
typedef struct sums {
  double elements, coarse, edge_mm, widths;
} sums;

/* Inverse of a symmetric positive definite matrix. */
static void invert(const double m[3][3], double out[3][3]) {
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      const int a = (j + 1) % 3, b = (j + 2) % 3, c = (i + 1) % 3, d = (i + 2) % 3;
      out[i][j] = m[a][c] * m[b][d] - m[a][d] * m[b][c];
    }
  const double determinant = m[0][0] * out[0][0] + m[0][1] * out[1][0] + m[0][2] * out[2][0];
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) out[i][j] /= determinant;
}

/* Mean length of an element's edges, and in widths of the front: e is sqrt(e . D^-1 e) / (VELOCITY sqrt(ms)).
 */
static void measure(const iso_mesh *mesh, iso_lid e, const iso_conduction *at, double *edge_mm,
                    double *widths) {
  const iso_cell *shape = &iso_shapes[mesh->shape[e]];
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  double inverse[3][3];
  invert((const double(*)[3])at->conductivity, inverse);
  *edge_mm = *widths = 0;
  for (int k = 0; k < shape->nedges; k++) {
    const double *x = mesh->xyz[conn[shape->edge[k][0]]], *y = mesh->xyz[conn[shape->edge[k][1]]];
    double square = 0, weighed = 0;
    for (int i = 0; i < 3; i++) {
      square += (y[i] - x[i]) * (y[i] - x[i]);
      for (int j = 0; j < 3; j++) weighed += (y[i] - x[i]) * inverse[i][j] * (y[j] - x[j]);
    }
    *edge_mm += sqrt(square) / shape->nedges;
    *widths += sqrt(at->capacity * weighed) / VELOCITY / shape->nedges;
  }
}

/* Several ranks may know an element; it counts at the owner of its node of lowest number. */
static bool counts_here(const iso_mesh *mesh, iso_lid e) {
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  iso_lid lowest = conn[0];
  for (int k = 1; k < iso_shape_nodes(mesh->shape[e]); k++)
    if (mesh->gid[conn[k]] < mesh->gid[lowest]) lowest = conn[k];
  return lowest < mesh->nowned;
}

static iso_status add_elements(const iso_mesh *mesh, const iso_tissue *tissue, double limit, sums *sum,
                               iso_error *err) {
  iso_tissue_conductor room;
  const iso_conductor conductor = iso_tissue_conduct(&room, tissue);
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const int r = iso_tissue_region(tissue, iso_mesh_tag(mesh, e));
    iso_conduction at;
    double edge_mm, widths;
    if (r < 0 || !counts_here(mesh, e)) continue;
    ISO_TRY(conductor.at(conductor.self, mesh, e, &at, err));
    measure(mesh, e, &at, &edge_mm, &widths);
    sum[r].elements++;
    if (widths <= limit) continue;
    sum[r].coarse++;
    sum[r].edge_mm += edge_mm;
    sum[r].widths += widths;
  }
  return ISO_OK;
}

static iso_resolution resolution_of(const iso_region *region, const sums *sum) {
  const double capacity = region->chi * region->cm, coarse = sum->coarse > 0 ? sum->coarse : 1;
  return (iso_resolution){.elements = (int64_t)sum->elements,
                          .coarse = (int64_t)sum->coarse,
                          .edge_mm = sum->edge_mm / coarse,
                          .widths = sum->widths / coarse,
                          .along = VELOCITY * sqrt(region->longitudinal / capacity),
                          .across = VELOCITY * sqrt(region->transverse / capacity)};
}

iso_status iso_tissue_resolution(const iso_mesh *mesh, const iso_tissue *tissue, double limit,
                                 iso_resolution *out, iso_error *err) {
  const int n = tissue->nregions;
  sums *sum;
  iso_status status = iso_alloc(&sum, (size_t)n, sizeof *sum, "the resolution of the mesh", err);
  if (status == ISO_OK) status = add_elements(mesh, tissue, limit, sum, err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK)
    MPI_Allreduce(MPI_IN_PLACE, sum, n * (int)(sizeof *sum / sizeof(double)), MPI_DOUBLE, MPI_SUM,
                  mesh->comm);
  for (int r = 0; status == ISO_OK && r < n; r++) out[r] = resolution_of(&tissue->regions[r], &sum[r]);
  free(sum);
  return status;
}

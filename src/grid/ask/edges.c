#include "grid/ask/edges.h"

#include "grid/shapes.h"

#include <math.h>

#define UNIT_MM 1e-6 /* lengths are summed in whole units, in any order */

double iso_element_edge_mm(const iso_mesh *mesh, iso_lid e) {
  const iso_cell *shape = &iso_shapes[mesh->shape[e]];
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  double sum = 0;
  for (int k = 0; k < shape->nedges; k++) {
    const double *x = mesh->xyz[conn[shape->edge[k][0]]], *y = mesh->xyz[conn[shape->edge[k][1]]];
    sum +=
        sqrt((y[0] - x[0]) * (y[0] - x[0]) + (y[1] - x[1]) * (y[1] - x[1]) + (y[2] - x[2]) * (y[2] - x[2]));
  }
  return sum / shape->nedges;
}

double iso_mesh_edge_mm(const iso_mesh *mesh) {
  int64_t sum = 0;
  for (iso_lid e = 0; e < mesh->nelem; e++) /* at the owner of its first node */
    if (mesh->conn[(int64_t)e * mesh->width] < mesh->nowned)
      sum += llround(iso_element_edge_mm(mesh, e) / UNIT_MM);
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_INT64_T, MPI_SUM, mesh->comm);
  return UNIT_MM * (double)sum / (double)mesh->nelems;
}

#include "solve/dense.h"

#include "base/memory.h"
#include "tissue/conductor.h"

#include <stdlib.h>

static void fill_row(const dense *d, const iso_system *s, const iso_mesh *mesh, iso_lid i) {
  double *k_row = d->stiffness + mesh->gid[i] * d->n, *m_row = d->mass + mesh->gid[i] * d->n, rest = 0;
  for (int64_t k = s->start[i]; k < s->start[i + 1]; k++) {
    k_row[mesh->gid[s->column[k]]] = s->stiffness[k];
    m_row[mesh->gid[s->column[k]]] = s->mass[k];
    rest += s->mass[k];
  }
  k_row[mesh->gid[i]] = iso_system_diagonal(s, i);
  m_row[mesh->gid[i]] = s->lumped[i] - rest;
}

void dense_new(dense *out, const heart *h) {
  const iso_mesh *mesh = h->mesh;
  iso_system system;
  iso_tissue_conductor tissue;
  DEMAND(iso_system_new(&system, mesh, iso_tissue_conduct(&tissue, &h->tissue), true, WHY));
  *out = (dense){.n = (int)mesh->nnodes, .eigenvalue = system.eigenvalue};
  size_t square = (size_t)out->n * (size_t)out->n;
  DEMAND(iso_alloc(&out->stiffness, square, sizeof(double), "a full matrix", WHY));
  DEMAND(iso_alloc(&out->mass, square, sizeof(double), "a full matrix", WHY));
  for (iso_lid i = 0; i < mesh->nowned; i++) fill_row(out, &system, mesh, i);
  /* Rows have one owner each, so the sums only add zeros. */
  MPI_Allreduce(MPI_IN_PLACE, out->stiffness, (int)square, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  MPI_Allreduce(MPI_IN_PLACE, out->mass, (int)square, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  out->lumped = heart_gather(h, system.lumped);
  out->xyz = heart_places(h);
  iso_system_free(&system);
}

void dense_free(dense *d) {
  free(d->stiffness);
  free(d->mass);
  free(d->lumped);
  free(d->xyz);
  *d = (dense){0};
}

void dense_apply(int n, const double *a, const double *x, double *out) {
  for (int i = 0; i < n; i++) {
    out[i] = 0;
    for (int j = 0; j < n; j++) out[i] += a[(int64_t)i * n + j] * x[j];
  }
}

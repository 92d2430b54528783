#include "linear/system.h"

#include "base/memory.h"
#include "kernels/element.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void iso_system_free_matrices(iso_system *system) {
  free(system->start);
  free(system->column);
  free(system->stiffness);
  free(system->mass);
  system->start = NULL, system->column = NULL, system->stiffness = NULL, system->mass = NULL;
}

void iso_system_free(iso_system *system) {
  iso_system_free_matrices(system);
  free(system->lumped);
  free(system->node_start);
  free(system->node_elem);
  memset(system, 0, sizeof *system);
}

double iso_system_diagonal(const iso_system *system, iso_lid row) {
  double sum = 0;
  for (int64_t k = system->start[row]; k < system->start[row + 1]; k++) sum += system->stiffness[k];
  return -sum;
}

/* Elements of each local node by counting; elements are ascending, so each list is too. */
static iso_status list_elements_of_nodes(iso_system *s, const iso_mesh *mesh, iso_error *err) {
  ISO_TRY(
      iso_alloc(&s->node_start, (size_t)mesh->nlocal + 2, sizeof *s->node_start, "elements of nodes", err));
  int64_t *start = s->node_start;
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++)
      start[mesh->conn[(int64_t)e * mesh->width + k] + 2]++;
  for (iso_lid i = 0; i <= mesh->nlocal; i++) start[i + 1] += start[i];
  ISO_TRY(iso_alloc(&s->node_elem, (size_t)start[mesh->nlocal + 1], sizeof *s->node_elem, "elements of nodes",
                    err));
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++)
      s->node_elem[start[mesh->conn[(int64_t)e * mesh->width + k] + 1]++] = e;
  return ISO_OK;
}

/* Distinct neighbours of an owned node, into list (room for all). seen[j] == row marks those found. */
static int neighbours(const iso_system *s, const iso_mesh *mesh, iso_lid row, iso_lid *seen, iso_lid *list) {
  int n = 0;
  seen[row] = row;
  for (int64_t k = s->node_start[row]; k < s->node_start[row + 1]; k++) {
    iso_lid e = s->node_elem[k];
    const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
    for (int l = 0; l < iso_shape_nodes(mesh->shape[e]); l++) {
      if (seen[conn[l]] == row) continue;
      seen[conn[l]] = row;
      list[n++] = conn[l];
    }
  }
  return n;
}

static void sort_by_global(const iso_mesh *mesh, iso_lid *list, int n) {
  for (int i = 1; i < n; i++) {
    iso_lid node = list[i];
    int j = i;
    for (; j > 0 && mesh->gid[list[j - 1]] > mesh->gid[node]; j--) list[j] = list[j - 1];
    list[j] = node;
  }
}

static iso_status find_pattern(iso_system *s, const iso_mesh *mesh, iso_error *err) {
  int64_t most = 0;
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    int64_t elems = s->node_start[i + 1] - s->node_start[i];
    if (elems > most) most = elems;
  }
  iso_lid *seen = NULL, *list = NULL;
  iso_status status = iso_alloc(&seen, (size_t)mesh->nlocal, sizeof *seen, "the sparsity", err);
  if (status == ISO_OK)
    status = iso_alloc(&list, (size_t)most * ISO_MAX_NODES, sizeof *list, "the sparsity", err);
  if (status == ISO_OK)
    status = iso_alloc(&s->start, (size_t)s->nrows + 1, sizeof *s->start, "the sparsity", err);
  if (status == ISO_OK) {
    for (iso_lid i = 0; i < mesh->nlocal; i++) seen[i] = -1;
    for (iso_lid i = 0; i < s->nrows; i++) s->start[i + 1] = s->start[i] + neighbours(s, mesh, i, seen, list);
    status = iso_alloc(&s->column, (size_t)s->start[s->nrows], sizeof *s->column, "the sparsity", err);
  }
  if (status == ISO_OK) {
    for (iso_lid i = 0; i < mesh->nlocal; i++) seen[i] = -1;
    for (iso_lid i = 0; i < s->nrows; i++) {
      int n = neighbours(s, mesh, i, seen, list);
      sort_by_global(mesh, list, n);
      memcpy(s->column + s->start[i], list, (size_t)n * sizeof *list);
    }
  }
  free(seen);
  free(list);
  return status;
}

static void add_element(iso_system *s, const iso_mesh *mesh, iso_lid e, const iso_element *element,
                        double scale) {
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  int nodes = iso_shape_nodes(mesh->shape[e]);
  for (int k = 0; k < nodes; k++) {
    iso_lid row = conn[k];
    if (row >= s->nrows) continue;
    s->lumped[row] += scale * element->lumped[k];
    for (int l = 0; l < nodes; l++) {
      if (l == k) continue;
      int64_t at = s->start[row];
      while (s->column[at] != conn[l]) at++;
      s->stiffness[at] += element->stiffness[k][l];
      if (s->mass) s->mass[at] += scale * element->mass[k][l];
    }
  }
}

static iso_status assemble(iso_system *s, const iso_mesh *mesh, iso_conductor conductor, iso_error *err) {
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    iso_conduction c;
    ISO_TRY(conductor.at(conductor.self, mesh, e, &c, err));
    double x[ISO_MAX_NODES][3];
    int shape = mesh->shape[e];
    iso_mesh_corners(mesh, e, x);
    iso_element element;
    if (!(iso_element_compute(shape, (const double(*)[3])x, c.extent, (const double(*)[3])c.conductivity,
                              &element) > 0))
      return iso_fail(err, ISO_EINPUT,
                      "element %lld (from 1, in file order) is inverted or has no volume; mend it",
                      (long long)mesh->elem_gid[e] + 1);
    add_element(s, mesh, e, &element, c.capacity);
  }
  return ISO_OK;
}

/* Gershgorin on lumped^-1 K: twice the diagonal where no off-diagonal is positive. */
static void bound_spectrum(iso_system *s, const iso_mesh *mesh) {
  struct {
    double value;
    int rank;
  } most = {0, 0};
  iso_gid node = -1;
  MPI_Comm_rank(mesh->comm, &most.rank);
  for (iso_lid i = 0; i < s->nrows; i++) {
    if (s->lumped[i] == 0) continue;
    double sum = 0;
    for (int64_t k = s->start[i]; k < s->start[i + 1]; k++) sum += fabs(s->stiffness[k]);
    double bound = (fabs(iso_system_diagonal(s, i)) + sum) / s->lumped[i];
    if (bound > most.value) most.value = bound, node = mesh->gid[i];
  }
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE_INT, MPI_MAXLOC, mesh->comm);
  MPI_Bcast(&node, 1, MPI_INT64_T, most.rank, mesh->comm);
  s->eigenvalue = most.value;
  s->eigenvalue_node = node;
}

static iso_status build(iso_system *s, const iso_mesh *mesh, iso_conductor conductor, bool consistent_mass,
                        iso_error *err) {
  s->nrows = mesh->nowned;
  ISO_TRY(list_elements_of_nodes(s, mesh, err));
  ISO_TRY(find_pattern(s, mesh, err));
  size_t entries = (size_t)s->start[s->nrows];
  ISO_TRY(iso_alloc(&s->stiffness, entries, sizeof *s->stiffness, "the stiffness matrix", err));
  if (consistent_mass) ISO_TRY(iso_alloc(&s->mass, entries, sizeof *s->mass, "the mass matrix", err));
  ISO_TRY(iso_alloc(&s->lumped, (size_t)s->nrows, sizeof *s->lumped, "the lumped mass", err));
  return assemble(s, mesh, conductor, err);
}

iso_status iso_system_new(iso_system *out, const iso_mesh *mesh, iso_conductor conductor,
                          bool consistent_mass, iso_error *err) {
  memset(out, 0, sizeof *out);
  iso_status status = iso_agree(mesh->comm, build(out, mesh, conductor, consistent_mass, err), err);
  if (status == ISO_OK)
    bound_spectrum(out, mesh);
  else
    iso_system_free(out);
  return status;
}

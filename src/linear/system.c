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
  iso_node_elements_free(&system->elements);
  memset(system, 0, sizeof *system);
}

double iso_system_diagonal(const iso_system *system, iso_lid row) {
  double sum = 0;
  for (int64_t k = system->start[row]; k < system->start[row + 1]; k++) sum += system->stiffness[k];
  return -sum;
}

/* The far ends of the resistors at each owned node; NULL without resistors. */
typedef struct resistors {
  int64_t *start; /* [nowned + 1] into far */
  iso_lid *far;
  int64_t most; /* at a node */
} resistors;

static void free_resistors(resistors *r) {
  free(r->start);
  free(r->far);
}

/* By counting, as the elements of nodes. */
static iso_status list_resistors(resistors *r, const iso_mesh *mesh, iso_error *err) {
  const iso_mesh_links *links = &mesh->links;
  *r = (resistors){0};
  if (links->n == 0) return ISO_OK;
  ISO_TRY(iso_alloc(&r->start, (size_t)mesh->nowned + 2, sizeof *r->start, "links", err));
  ISO_TRY(iso_alloc(&r->far, 2 * (size_t)links->n, sizeof *r->far, "links", err));
  for (int pass = 0; pass < 2; pass++) {
    for (iso_lid k = 0; k < links->n; k++)
      for (int end = 0; end < 2; end++) {
        const iso_lid near = links->node[k][end];
        if (near >= mesh->nowned || !iso_link_is_resistor(&links->link[k])) continue;
        if (pass == 0)
          r->start[near + 2]++;
        else
          r->far[r->start[near + 1]++] = links->node[k][1 - end];
      }
    for (iso_lid i = 0; i < mesh->nowned && pass == 0; i++) {
      if (r->start[i + 2] > r->most) r->most = r->start[i + 2];
      r->start[i + 2] += r->start[i + 1];
    }
  }
  return ISO_OK;
}

/* How the neighbours of a row are found. */
typedef struct search {
  const iso_system *system;
  const iso_mesh *mesh;
  resistors resistors;
  iso_lid *seen; /* [nlocal] the last row whose neighbour a node was */
  iso_lid *list; /* room for those of any row */
  int bundle;    /* of system->elements */
} search;

static int add_new(search *f, iso_lid row, iso_lid node, int n) {
  if (f->seen[node] == row) return n;
  f->seen[node] = row;
  f->list[n] = node;
  return n + 1;
}

/* Distinct neighbours of an owned node, into list. */
static int neighbours(search *f, iso_lid row) {
  const iso_system *s = f->system;
  const iso_mesh *mesh = f->mesh;
  int n = 0;
  f->seen[row] = row;
  ISO_FOR_ELEMENTS(e, s->elements, f->bundle, row) {
    const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
    for (int l = 0; l < iso_shape_nodes(mesh->shape[e]); l++) n = add_new(f, row, conn[l], n);
  }
  const resistors *r = &f->resistors;
  for (int64_t k = r->start ? r->start[row] : 0; r->start && k < r->start[row + 1]; k++)
    n = add_new(f, row, r->far[k], n);
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

static iso_status prepare_search(search *f, iso_error *err) {
  const iso_node_elements *elements = &f->system->elements;
  int64_t most = 0;
  for (iso_lid i = 0; i < f->mesh->nowned; i++) {
    const int64_t words = elements->node_start[i + 1] - elements->node_start[i];
    if (words > most) most = words;
  }
  most *= f->bundle;
  ISO_TRY(list_resistors(&f->resistors, f->mesh, err));
  const size_t room = (size_t)(most * ISO_MAX_NODES + f->resistors.most);
  ISO_TRY(iso_alloc(&f->seen, (size_t)f->mesh->nlocal, sizeof *f->seen, "the sparsity", err));
  return iso_alloc(&f->list, room, sizeof *f->list, "the sparsity", err);
}

static void forget_seen(search *f) {
  for (iso_lid i = 0; i < f->mesh->nlocal; i++) f->seen[i] = -1;
}

static iso_status search_pattern(search *f, iso_system *s, iso_error *err) {
  ISO_TRY(prepare_search(f, err));
  ISO_TRY(iso_alloc(&s->start, (size_t)s->nrows + 1, sizeof *s->start, "the sparsity", err));
  forget_seen(f);
  for (iso_lid i = 0; i < s->nrows; i++) s->start[i + 1] = s->start[i] + neighbours(f, i);
  ISO_TRY(iso_alloc(&s->column, (size_t)s->start[s->nrows], sizeof *s->column, "the sparsity", err));
  forget_seen(f);
  for (iso_lid i = 0; i < s->nrows; i++) {
    int n = neighbours(f, i);
    sort_by_global(f->mesh, f->list, n);
    memcpy(s->column + s->start[i], f->list, (size_t)n * sizeof *f->list);
  }
  return ISO_OK;
}

static iso_status find_pattern(iso_system *s, const iso_mesh *mesh, iso_error *err) {
  search f = {.system = s, .mesh = mesh, .bundle = iso_bundle(mesh->nelem)};
  iso_status status = search_pattern(&f, s, err);
  free_resistors(&f.resistors);
  free(f.seen);
  free(f.list);
  return status;
}

static int64_t find_entry(const iso_system *s, iso_lid row, iso_lid column) {
  int64_t at = s->start[row];
  while (s->column[at] != column) at++;
  return at;
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
      const int64_t at = find_entry(s, row, conn[l]);
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
                      (long long)iso_mesh_elem(mesh, e) + 1);
    add_element(s, mesh, e, &element, c.capacity);
  }
  return ISO_OK;
}

/* After all elements, in the order of their numbers. A resistor has no mass. */
static void add_resistors(iso_system *s, const iso_mesh *mesh) {
  const iso_mesh_links *links = &mesh->links;
  for (iso_lid k = 0; k < links->n; k++) {
    if (!iso_link_is_resistor(&links->link[k])) continue;
    for (int end = 0; end < 2; end++) {
      const iso_lid row = links->node[k][end];
      if (row < s->nrows)
        s->stiffness[find_entry(s, row, links->node[k][1 - end])] -= links->link[k].conductance_mS;
    }
  }
}

/* Twice the diagonal where no off-diagonal is positive. */
double iso_system_bound(const iso_system *s, iso_lid i) {
  if (s->lumped[i] == 0) return 0;
  double sum = 0;
  for (int64_t k = s->start[i]; k < s->start[i + 1]; k++) sum += fabs(s->stiffness[k]);
  return (fabs(iso_system_diagonal(s, i)) + sum) / s->lumped[i];
}

static void bound_spectrum(iso_system *s, const iso_mesh *mesh) {
  struct {
    double value;
    int rank;
  } most = {0, 0};
  iso_gid node = -1;
  MPI_Comm_rank(mesh->comm, &most.rank);
  for (iso_lid i = 0; i < s->nrows; i++) {
    const double bound = iso_system_bound(s, i);
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
  ISO_TRY(iso_node_elements_new(&s->elements, mesh, iso_bundle(mesh->nelem), err));
  ISO_TRY(find_pattern(s, mesh, err));
  size_t entries = (size_t)s->start[s->nrows];
  ISO_TRY(iso_alloc(&s->stiffness, entries, sizeof *s->stiffness, "the stiffness matrix", err));
  if (consistent_mass) ISO_TRY(iso_alloc(&s->mass, entries, sizeof *s->mass, "the mass matrix", err));
  ISO_TRY(iso_alloc(&s->lumped, (size_t)s->nrows, sizeof *s->lumped, "the lumped mass", err));
  ISO_TRY(assemble(s, mesh, conductor, err));
  add_resistors(s, mesh);
  return ISO_OK;
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

#include "app/mesh_report.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/shapes.h"

#include <float.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Local sums, added over the ranks at the end. */
typedef struct sums {
  double edges, length, rated, quality;
} sums;

/* Each element is counted by the rank that owns its first node. */
static bool mine(const iso_mesh *mesh, iso_lid e) {
  return mesh->conn[(int64_t)e * mesh->width] < mesh->nowned;
}

static void corners(const iso_mesh *mesh, iso_lid e, double x[ISO_MAX_NODES][3]) {
  for (int i = 0; i < iso_shape_nodes(mesh->shape[e]); i++)
    memcpy(x[i], mesh->xyz[mesh->conn[(int64_t)e * mesh->width + i]], sizeof x[i]);
}

/* Returns the sum of squared edge lengths. */
static double add_edges(int shape, const double x[ISO_MAX_NODES][3], iso_mesh_report *r, sums *s) {
  const iso_cell *cell = &iso_shapes[shape];
  double squares = 0;
  for (int i = 0; i < cell->nedges; i++) {
    double d[3];
    iso_subtract(x[cell->edge[i][0]], x[cell->edge[i][1]], d);
    double length = iso_length(d);
    r->shortest_mm = fmin(r->shortest_mm, length);
    r->longest_mm = fmax(r->longest_mm, length);
    s->length += length;
    squares += length * length;
  }
  s->edges += cell->nedges;
  return squares;
}

static void add_element(int shape, const double x[ISO_MAX_NODES][3], iso_mesh_report *r, sums *s) {
  double squares = add_edges(shape, x, r, s), size = iso_element_measure(shape, x), quality;
  r->elements[shape]++;
  if (shape == ISO_TETRAHEDRON)
    quality = 12 * pow(fmax(3 * size, 0), 2.0 / 3) / squares;
  else if (shape == ISO_TRIANGLE)
    quality = 4 * sqrt(3) * size / squares;
  else
    return;
  s->rated++;
  s->quality += quality;
  r->worst_quality = fmin(r->worst_quality, quality);
}

static void add_box(const iso_mesh *mesh, iso_mesh_report *r) {
  for (int k = 0; k < 3; k++) {
    r->least_mm[k] = DBL_MAX;
    r->most_mm[k] = -DBL_MAX;
    for (iso_lid i = 0; i < mesh->nowned; i++) {
      r->least_mm[k] = fmin(r->least_mm[k], mesh->xyz[i][k]);
      r->most_mm[k] = fmax(r->most_mm[k], mesh->xyz[i][k]);
    }
  }
}

static void add_up(const iso_mesh *mesh, iso_mesh_report *r, const sums *local) {
  double least[5] = {r->least_mm[0], r->least_mm[1], r->least_mm[2], r->shortest_mm, r->worst_quality};
  double most[4] = {r->most_mm[0], r->most_mm[1], r->most_mm[2], r->longest_mm};
  sums s;
  MPI_Allreduce(MPI_IN_PLACE, least, 5, MPI_DOUBLE, MPI_MIN, mesh->comm);
  MPI_Allreduce(MPI_IN_PLACE, most, 4, MPI_DOUBLE, MPI_MAX, mesh->comm);
  MPI_Allreduce(local, &s, (int)(sizeof s / sizeof(double)), MPI_DOUBLE, MPI_SUM, mesh->comm);
  MPI_Allreduce(MPI_IN_PLACE, r->elements, ISO_NSHAPES, MPI_INT64_T, MPI_SUM, mesh->comm);
  memcpy(r->least_mm, least, sizeof r->least_mm);
  memcpy(r->most_mm, most, sizeof r->most_mm);
  r->shortest_mm = least[3];
  r->longest_mm = most[3];
  r->mean_mm = s.edges > 0 ? s.length / s.edges : NAN;
  r->worst_quality = s.rated > 0 ? least[4] : NAN;
  r->mean_quality = s.rated > 0 ? s.quality / s.rated : NAN;
}

/* ---- components ---- */

static iso_lid root(iso_lid *parent, iso_lid i) {
  for (; parent[i] != i; i = parent[i]) parent[i] = parent[parent[i]];
  return i;
}

/* The root is the node of the lowest global number among those joined. */
static void join(const iso_mesh *mesh, iso_lid *parent, iso_lid a, iso_lid b) {
  a = root(parent, a);
  b = root(parent, b);
  if (mesh->gid[a] < mesh->gid[b])
    parent[b] = a;
  else
    parent[a] = b;
}

static void join_elements(const iso_mesh *mesh, iso_lid *parent, uint8_t *used) {
  for (iso_lid i = 0; i < mesh->nlocal; i++) parent[i] = i;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const iso_lid *node = &mesh->conn[(int64_t)e * mesh->width];
    for (int i = 0; i < iso_shape_nodes(mesh->shape[e]); i++) {
      used[node[i]] = 1;
      join(mesh, parent, node[0], node[i]);
    }
  }
}

/* Hands the lowest global number of each component through it, from rank to rank, until none changes: a label
 * travels one rank a round. */
static iso_status spread_labels(const iso_mesh *mesh, iso_lid *parent, iso_gid *label, iso_gid *of_root,
                                iso_error *err) {
  for (iso_lid i = 0; i < mesh->nlocal; i++) of_root[i] = mesh->gid[i];
  for (int changed = 1; changed;) {
    for (iso_lid i = 0; i < mesh->nlocal; i++) label[i] = of_root[root(parent, i)];
    ISO_TRY(iso_halo_update(mesh->halo, label, sizeof *label, err));
    changed = 0;
    for (iso_lid i = mesh->nowned; i < mesh->nlocal; i++) {
      iso_gid *mine_is = &of_root[root(parent, i)];
      if (label[i] >= *mine_is) continue;
      *mine_is = label[i];
      changed = 1;
    }
    MPI_Allreduce(MPI_IN_PLACE, &changed, 1, MPI_INT, MPI_MAX, mesh->comm);
  }
  return ISO_OK;
}

typedef struct labels {
  iso_lid *parent;
  uint8_t *used;
  iso_gid *label, *of_root;
} labels;

static iso_status allocate_labels(const iso_mesh *mesh, labels *l, iso_error *err) {
  size_t n = (size_t)mesh->nlocal;
  ISO_TRY(iso_alloc(&l->parent, n, sizeof *l->parent, "components", err));
  ISO_TRY(iso_alloc(&l->used, n, sizeof *l->used, "components", err));
  ISO_TRY(iso_alloc(&l->label, n, sizeof *l->label, "components", err));
  return iso_alloc(&l->of_root, n, sizeof *l->of_root, "components", err);
}

static iso_status count_components(const iso_mesh *mesh, iso_mesh_report *r, iso_error *err) {
  labels l = {0};
  iso_status status = iso_agree(mesh->comm, allocate_labels(mesh, &l, err), err);
  if (status == ISO_OK) {
    join_elements(mesh, l.parent, l.used);
    status = spread_labels(mesh, l.parent, l.label, l.of_root, err);
  }
  for (iso_lid i = 0; i < mesh->nowned && status == ISO_OK; i++) {
    r->orphans += !l.used[i];
    r->components += l.used[i] && l.label[i] == mesh->gid[i];
  }
  free(l.parent);
  free(l.used);
  free(l.label);
  free(l.of_root);
  ISO_TRY(status);
  int64_t counts[2] = {r->components, r->orphans};
  MPI_Allreduce(MPI_IN_PLACE, counts, 2, MPI_INT64_T, MPI_SUM, mesh->comm);
  r->components = counts[0];
  r->orphans = counts[1];
  return ISO_OK;
}

/* ---- regions ---- */

static int by_tag(const void *a, const void *b) {
  const iso_region_size *p = a, *q = b;
  return (p->tag > q->tag) - (p->tag < q->tag);
}

/* Sorts and adds up those of one tag; returns how many are left. */
static int merge(iso_region_size *list, int n) {
  int left = 0;
  qsort(list, (size_t)n, sizeof *list, by_tag);
  for (int i = 0; i < n; i++) {
    if (left == 0 || list[left - 1].tag != list[i].tag) {
      list[left++] = list[i];
      continue;
    }
    list[left - 1].elements += list[i].elements;
    for (int d = 1; d < 4; d++) list[left - 1].size_mm[d] += list[i].size_mm[d];
  }
  return left;
}

static iso_status local_regions(const iso_mesh *mesh, iso_region_size **out, int *n, iso_error *err) {
  ISO_TRY(iso_alloc(out, (size_t)mesh->nelem, sizeof **out, "regions", err));
  *n = 0;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    double x[ISO_MAX_NODES][3];
    if (!mine(mesh, e)) continue;
    corners(mesh, e, x);
    iso_region_size *size = &(*out)[(*n)++];
    *size = (iso_region_size){.tag = mesh->tag[e], .elements = 1};
    size->size_mm[iso_shape_dimension(mesh->shape[e])] = iso_element_measure(mesh->shape[e], x);
  }
  *n = merge(*out, *n);
  return ISO_OK;
}

/* Regions of all ranks to rank 0; a message of at most one entry for each tag and rank. */
static iso_status gather_regions(const iso_mesh *mesh, const iso_region_size *local, int n,
                                 iso_mesh_report *r, iso_error *err) {
  int rank, size, total = 0, *counts = NULL;
  MPI_Comm_rank(mesh->comm, &rank);
  MPI_Comm_size(mesh->comm, &size);
  iso_status status = iso_alloc(&counts, 2 * (size_t)size, sizeof *counts, "regions", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  MPI_Allgather(&n, 1, MPI_INT, counts, 1, MPI_INT, mesh->comm);
  for (int i = 0; i < size; i++) {
    counts[size + i] = total;
    total += counts[i];
  }
  if (rank == 0) status = iso_alloc(&r->regions, (size_t)total, sizeof *r->regions, "regions", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) {
    MPI_Datatype entry;
    MPI_Type_contiguous(sizeof(iso_region_size), MPI_BYTE, &entry);
    MPI_Type_commit(&entry);
    MPI_Gatherv(local, n, entry, r->regions, counts, counts + size, entry, 0, mesh->comm);
    MPI_Type_free(&entry);
  }
  if (status == ISO_OK && rank == 0) r->nregions = merge(r->regions, total);
  free(counts);
  return status;
}

static iso_status add_regions(const iso_mesh *mesh, iso_mesh_report *r, iso_error *err) {
  iso_region_size *local = NULL;
  int n = 0;
  iso_status status = iso_agree(mesh->comm, local_regions(mesh, &local, &n, err), err);
  if (status == ISO_OK) status = gather_regions(mesh, local, n, r, err);
  free(local);
  return status;
}

iso_status iso_mesh_report_make(const iso_mesh *mesh, iso_mesh_report *out, iso_error *err) {
  *out = (iso_mesh_report){.shortest_mm = DBL_MAX, .worst_quality = DBL_MAX};
  sums s = {0};
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    double x[ISO_MAX_NODES][3];
    if (!mine(mesh, e)) continue;
    corners(mesh, e, x);
    add_element(mesh->shape[e], x, out, &s);
  }
  add_box(mesh, out);
  add_up(mesh, out, &s);
  iso_status status = count_components(mesh, out, err);
  if (status == ISO_OK) status = add_regions(mesh, out, err);
  if (status != ISO_OK) iso_mesh_report_free(out);
  return status;
}

void iso_mesh_report_free(iso_mesh_report *report) {
  free(report->regions);
  *report = (iso_mesh_report){0};
}

#include "eikonal/eikonal_parts.h"

#include "base/memory.h"
#include "grid/ask/edges.h"
#include "grid/shapes.h"

#include <stdlib.h>
#include <string.h>

/* Of a band, in times that waves along fibres take for an edge: shorter ones are more rounds, longer ones
 * look at nodes before what they depend on is final. Either costs a fifth at half and twice of it. */
#define BAND 2.0

#define UNIT_MS 1e-6 /* times are summed in whole units, in any order */

/* ---- the time through one element ---- */

typedef struct corners {
  const double *x[ISO_MAX_NODES];
  double t[ISO_MAX_NODES];
} corners;

static double from(const iso_metric *metric, const corners *c, int n, const int *which, int to) {
  const double *x[3];
  double t[3];
  for (int i = 0; i < n; i++) x[i] = c->x[which[i]], t[i] = c->t[which[i]];
  return iso_from_facet(metric, n, x, t, c->x[to]);
}

static bool has(const uint8_t face[4], int k) {
  return face[0] == k || face[1] == k || face[2] == k || face[3] == k;
}

/* Faces without node k, each cut along either diagonal. */
static double through_hexahedron(const iso_metric *metric, const corners *c, int k) {
  const iso_cell *shape = &iso_shapes[ISO_HEXAHEDRON];
  double best = INFINITY;
  for (int f = 0; f < shape->nfaces; f++) {
    const uint8_t *face = shape->face[f];
    if (has(face, k)) continue;
    for (int i = 0; i < 4; i++)
      best = iso_least(best,
                       from(metric, c, 3, (const int[]){face[i], face[(i + 1) & 3], face[(i + 2) & 3]}, k));
  }
  return best;
}

double iso_eikonal_through_at(const iso_eikonal *k, iso_lid e, int node, const double *times) {
  const iso_mesh *mesh = k->mesh;
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  const int n = iso_shape_nodes(mesh->shape[e]);
  if (mesh->shape[e] == ISO_TETRAHEDRON) return iso_through_tetrahedron(k->metric[e].m, times, node);
  corners c;
  int others[2], m = 0;
  for (int i = 0; i < n; i++) c.x[i] = mesh->xyz[conn[i]], c.t[i] = times[i];
  if (mesh->shape[e] == ISO_HEXAHEDRON) return through_hexahedron(&k->metric[e], &c, node);
  for (int i = 0; i < n; i++)
    if (i != node) others[m++] = i;
  return from(&k->metric[e], &c, m, others, node);
}

double iso_eikonal_through(const iso_eikonal *k, iso_lid e, int node) {
  const iso_lid *conn = k->mesh->conn + (int64_t)e * k->mesh->width;
  double times[ISO_MAX_NODES];
  for (int i = 0; i < iso_shape_nodes(k->mesh->shape[e]); i++) times[i] = k->time[conn[i]];
  return iso_eikonal_through_at(k, e, node, times);
}

/* ---- making one ---- */

static iso_status new_list(iso_marked *list, size_t n, iso_error *err) {
  ISO_TRY(iso_alloc(&list->node, n, sizeof *list->node, "a wave", err));
  return iso_alloc(&list->is, n, sizeof *list->is, "a wave", err);
}

static void put_others(iso_eikonal *k, int64_t at, iso_lid e, iso_lid node) {
  const iso_mesh *mesh = k->mesh;
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  iso_lid *others = k->others + at * (mesh->width - 1);
  int n = 0;
  for (int i = 0; i < iso_shape_nodes(mesh->shape[e]); i++)
    if (conn[i] != node) others[n++] = conn[i];
  while (n < mesh->width - 1) others[n++] = node;
}

static iso_status find_elements(iso_eikonal *k, iso_error *err) {
  const iso_mesh *mesh = k->mesh;
  ISO_TRY(iso_around_new(&k->around, mesh, 1, err));
  const int64_t *first = k->around.first;
  const size_t n = (size_t)first[mesh->nlocal], width = (size_t)mesh->width - 1;
  ISO_TRY(iso_alloc(&k->others, n * width, sizeof *k->others, "elements of nodes", err));
  ISO_TRY(iso_alloc(&k->height, n, sizeof *k->height, "elements of nodes", err));
  for (iso_lid node = 0; node < mesh->nlocal; node++)
    for (int64_t at = first[node]; at < first[node + 1]; at++) put_others(k, at, k->around.elem[at], node);
  return ISO_OK;
}

static iso_status allocate(iso_eikonal *k, iso_error *err) {
  const size_t nodes = (size_t)k->mesh->nlocal, elements = (size_t)k->mesh->nelem;
  ISO_TRY(find_elements(k, err));
  ISO_TRY(iso_alloc(&k->metric, elements, sizeof *k->metric, "a wave", err));
  ISO_TRY(iso_alloc(&k->time, nodes, sizeof *k->time, "a wave", err));
  ISO_TRY(iso_alloc(&k->found, nodes, sizeof *k->found, "a wave", err));
  ISO_TRY(new_list(&k->changed, nodes, err));
  ISO_TRY(new_list(&k->ahead, nodes, err));
  return new_list(&k->due, nodes, err);
}

iso_status iso_eikonal_new(iso_eikonal **out, const iso_mesh *mesh, int threads, iso_error *err) {
  *out = NULL;
  iso_eikonal *k = NULL;
  iso_status status = iso_alloc(&k, 1, sizeof *k, "a wave", err);
  if (status == ISO_OK) {
    *k = (iso_eikonal){.mesh = mesh, .threads = threads};
    status = allocate(k, err);
  }
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) {
    iso_eikonal_clear(k);
    *out = k;
  } else {
    iso_eikonal_free(k);
  }
  return status;
}

void iso_eikonal_free(iso_eikonal *k) {
  if (!k) return;
  iso_around_free(&k->around);
  free(k->passages);
  free(k->passage);
  free(k->way_ms);
  free(k->others);
  free(k->metric);
  free(k->height);
  free(k->time);
  free(k->found);
  free(k->changed.node);
  free(k->changed.is);
  free(k->ahead.node);
  free(k->ahead.is);
  free(k->due.node);
  free(k->due.is);
  free(k);
}

/* ---- speeds and sources ---- */

static void set_heights(iso_eikonal *k) {
  const iso_mesh *mesh = k->mesh;
  for (iso_lid node = 0; node < mesh->nlocal; node++)
    for (int64_t j = k->around.first[node]; j < k->around.first[node + 1]; j++) {
      const iso_lid e = k->around.elem[j];
      const int i = iso_eikonal_corner(k, e, node);
      k->height[j] = mesh->shape[e] == ISO_TETRAHEDRON ? iso_height_of_tetrahedron(k->metric[e].m, i) : 0;
    }
}

/* Mean over the elements, each at the owner of its first node. */
static double time_of_edges(const iso_mesh *mesh, const iso_tissue *tissue, const iso_speeds *speeds) {
  int64_t sum = 0;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    if (mesh->conn[(int64_t)e * mesh->width] >= mesh->nowned) continue;
    const double along = speeds[iso_tissue_region(tissue, iso_mesh_tag(mesh, e))].along;
    sum += llround(iso_element_edge_mm(mesh, e) / along / UNIT_MS);
  }
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_INT64_T, MPI_SUM, mesh->comm);
  return UNIT_MS * (double)sum / (double)mesh->nelems;
}

iso_status iso_eikonal_set_speeds(iso_eikonal *k, const iso_tissue *tissue, const iso_speeds *speeds,
                                  iso_error *err) {
  ISO_TRY(iso_eikonal_set_metrics(k, tissue, speeds, err));
  set_heights(k);
  k->band_ms = BAND * time_of_edges(k->mesh, tissue, speeds);
  return iso_eikonal_find_ways(k, tissue, speeds, err);
}

void iso_eikonal_clear(iso_eikonal *k) {
  for (iso_lid i = 0; i < k->mesh->nlocal; i++) k->time[i] = INFINITY;
  memset(k->changed.is, 0, (size_t)k->mesh->nlocal * sizeof *k->changed.is);
  k->changed.n = 0;
}

void iso_eikonal_start_at(iso_eikonal *k, double time_ms, int64_t count, const iso_lid *node) {
  for (int64_t i = 0; i < count; i++) k->time[node[i]] = iso_least(k->time[node[i]], time_ms);
}

const double *iso_eikonal_times(const iso_eikonal *k) { return k->time; }

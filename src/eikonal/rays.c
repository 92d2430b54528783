#include "eikonal/rays.h"

#include "eikonal/eikonal_parts.h"
#include "grid/shapes.h"

#include <assert.h>
#include <math.h>

typedef struct tracer {
  const iso_eikonal *wave;
  const iso_tissue *tissue;
  const iso_speeds *speeds;
} tracer;

/* A facet that a wave may come from. */
typedef struct facet {
  int n;
  int corner[3]; /* of the element */
} facet;

typedef struct found {
  double time;
  iso_lid elem, link;
  int n;
  iso_lid node[3];
  double weight[3];
} found;

static void keep(found *best, double time, iso_lid e, const iso_lid *conn, const facet *f,
                 const double weight[3]) {
  if (!(time < best->time)) return;
  *best = (found){.time = time, .elem = e, .link = -1};
  for (int c = 0; c < f->n; c++)
    if (weight[c] > 0) {
      best->node[best->n] = conn[f->corner[c]];
      best->weight[best->n++] = weight[c];
    }
}

/* From one facet of an element that is no tetrahedron. */
static void try_facet(const tracer *t, iso_lid e, const facet *f, int k, found *best) {
  const iso_mesh *mesh = t->wave->mesh;
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  const double *x[3];
  double time[3], weight[3];
  for (int c = 0; c < f->n; c++)
    x[c] = mesh->xyz[conn[f->corner[c]]], time[c] = t->wave->time[conn[f->corner[c]]];
  const double least = iso_foot_on_facet(&t->wave->metric[e], f->n, x, time, mesh->xyz[conn[k]], weight);
  keep(best, least, e, conn, f, weight);
}

static void try_tetrahedron(const tracer *t, iso_lid e, int k, found *best) {
  const iso_mesh *mesh = t->wave->mesh;
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  const iso_products products = iso_products_across(t->wave->metric[e].m, k);
  facet f = {.n = 3};
  double time[3], at[2];
  for (int c = 0; c < 3; c++) f.corner[c] = iso_across[k][c], time[c] = t->wave->time[conn[f.corner[c]]];
  const double least = iso_foot_on_triangle(time, &products, at);
  keep(best, least, e, conn, &f, (const double[]){1 - at[0] - at[1], at[0], at[1]});
}

static void try_hexahedron(const tracer *t, iso_lid e, int k, found *best) {
  const iso_cell *shape = &iso_shapes[ISO_HEXAHEDRON];
  for (int s = 0; s < shape->nfaces; s++) {
    const uint8_t *face = shape->face[s];
    if (face[0] == k || face[1] == k || face[2] == k || face[3] == k) continue;
    for (int i = 0; i < 4; i++)
      try_facet(t, e, &(facet){3, {face[i], face[(i + 1) & 3], face[(i + 2) & 3]}}, k, best);
  }
}

static void try_element(const tracer *t, iso_lid e, iso_lid node, found *best) {
  const iso_mesh *mesh = t->wave->mesh;
  const int k = iso_eikonal_corner(t->wave, e, node);
  facet f = {0};
  if (mesh->shape[e] == ISO_TETRAHEDRON) {
    try_tetrahedron(t, e, k, best);
  } else if (mesh->shape[e] == ISO_HEXAHEDRON) {
    try_hexahedron(t, e, k, best);
  } else {
    for (int c = 0; c < iso_shape_nodes(mesh->shape[e]); c++)
      if (c != k) f.corner[f.n++] = c;
    try_facet(t, e, &f, k, best);
  }
}

/* Whether entry j of a node's elements may give less than what is found. */
static bool may_be_less(const iso_eikonal *wave, int64_t j, double than) {
  const int n = wave->mesh->width - 1;
  double first = INFINITY;
  for (int i = 0; i < n; i++) first = iso_least(first, wave->time[wave->others[j * n + i]]);
  return first + (double)wave->height[j] < than;
}

static void try_links(const iso_eikonal *wave, iso_lid node, found *best) {
  if (!wave->passages) return;
  for (iso_lid j = wave->passages[node]; j < wave->passages[node + 1]; j++) {
    const iso_passage *p = &wave->passage[j];
    const double time = wave->time[p->far] + p->fro_ms;
    if (time < best->time) *best = (found){time, -1, p->link, 1, {p->far}, {1}};
  }
}

/* |w|^2 is the sum of its parts by directions, and so is |w| of these over |w|. */
static void split_time(const tracer *t, iso_ray *ray, const double *to) {
  const iso_mesh *mesh = t->wave->mesh;
  const iso_lid e = ray->elem;
  const iso_speeds *s = &t->speeds[iso_tissue_region(t->tissue, iso_mesh_tag(mesh, e))];
  const double boost = t->tissue->boost ? t->tissue->boost[e] : 1;
  double w[3] = {to[0], to[1], to[2]}, square = 0;
  for (int k = 0; k < ray->n; k++)
    for (int d = 0; d < 3; d++) w[d] -= ray->weight[k] * mesh->xyz[ray->node[k]][d];
  for (int c = 0; c < 3; c++) {
    const iso_metric part =
        iso_eikonal_metric_part(mesh, e, s, boost, t->wave->turn ? &t->wave->turn[e] : NULL, c);
    ray->ms[c] = iso_metric_dot(&part, w, w);
    square += ray->ms[c];
  }
  for (int c = 0; c < 3; c++) ray->ms[c] = square > 0 ? ray->ms[c] / sqrt(square) : 0;
}

static iso_ray trace(const tracer *t, iso_lid node, double began_ms) {
  const iso_eikonal *wave = t->wave;
  found best = {.time = INFINITY, .elem = -1, .link = -1};
  iso_ray ray = {.elem = -1, .link = -1};
  if (!(wave->time[node] < INFINITY) || wave->time[node] == began_ms) return ray;
  for (int64_t j = wave->around.first[node]; j < wave->around.first[node + 1]; j++)
    if (may_be_less(wave, j, best.time)) try_element(t, wave->around.elem[j], node, &best);
  try_links(wave, node, &best);
  ray.elem = best.n > 0 ? best.elem : -1;
  ray.link = best.link;
  ray.n = best.n;
  for (int c = 0; c < best.n; c++) ray.node[c] = best.node[c], ray.weight[c] = best.weight[c];
  if (ray.elem >= 0) split_time(t, &ray, wave->mesh->xyz[node]);
  return ray;
}

void iso_eikonal_rays(const iso_eikonal *wave, const iso_tissue *tissue, const iso_speeds *speeds,
                      const double *began_ms, iso_ray *ray) {
  const tracer t = {wave, tissue, speeds};
  const iso_lid n = wave->mesh->nlocal;
  assert(wave->mesh->nowned == n);
#pragma omp parallel for num_threads(wave->threads) schedule(dynamic, 64)
  for (iso_lid i = 0; i < n; i++) ray[i] = trace(&t, i, began_ms[i]);
}

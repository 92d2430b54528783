#include "observe/pierced.h"

#include "base/memory.h"
#include "base/share.h"
#include "grid/shapes.h"
#include "observe/phase.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a rank finds. */
typedef struct {
  const iso_mesh *mesh;
  const double *u, *w;
  int64_t n, capacity;
  iso_pierced *list; /* [n] */
} finds;

static iso_status add(finds *f, const iso_pierced *p, iso_error *err) {
  if (f->n == f->capacity) {
    const int64_t capacity = 2 * f->capacity + 64;
    ISO_TRY(iso_realloc(&f->list, (size_t)capacity, sizeof *f->list, "phase singularities", err));
    f->capacity = capacity;
  }
  f->list[f->n++] = *p;
  return ISO_OK;
}

static void sort_three(iso_gid g[3]) {
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 2 - i; j++)
      if (g[j] > g[j + 1]) {
        const iso_gid t = g[j];
        g[j] = g[j + 1], g[j + 1] = t;
      }
}

static void normal_of(const double x[3][3], double normal[3]) {
  double a[3], b[3];
  for (int d = 0; d < 3; d++) a[d] = x[1][d] - x[0][d], b[d] = x[2][d] - x[0][d];
  for (int d = 0; d < 3; d++) normal[d] = a[(d + 1) % 3] * b[(d + 2) % 3] - a[(d + 2) % 3] * b[(d + 1) % 3];
}

static iso_status try_triangle(finds *f, iso_lid e, const iso_lid node[3], bool sheet, iso_error *err) {
  double u[3], w[3], x[3][3], direction[3];
  for (int i = 0; i < 3; i++) {
    u[i] = f->u[node[i]], w[i] = f->w[node[i]];
    direction[i] = iso_phase_direction(u[i], w[i]);
  }
  iso_pierced p = {.element = iso_mesh_elem(f->mesh, e), .sheet = sheet};
  p.charge = iso_phase_charge(direction[0], direction[1], direction[2]);
  if (p.charge == 0) return ISO_OK;
  for (int i = 0; i < 3; i++) {
    p.node[i] = f->mesh->gid[node[i]];
    memcpy(x[i], f->mesh->xyz[node[i]], sizeof x[i]);
  }
  const iso_phase_point point = iso_phase_locate((const double(*)[3])x, u, w);
  memcpy(p.at_mm, point.at, sizeof p.at_mm);
  memcpy(p.along, point.along, sizeof p.along);
  normal_of((const double(*)[3])x, p.normal);
  sort_three(p.node);
  return add(f, &p, err);
}

/* A face of three or four nodes in turn. */
static iso_status try_face(finds *f, iso_lid e, int n, const iso_lid *node, iso_error *err) {
  int first = 0;
  for (int i = 1; i < n; i++)
    if (f->mesh->gid[node[i]] < f->mesh->gid[node[first]]) first = i;
  for (int i = 1; i + 1 < n; i++) {
    const iso_lid corner[3] = {node[first], node[(first + i) % n], node[(first + i + 1) % n]};
    ISO_TRY(try_triangle(f, e, corner, false, err));
  }
  return ISO_OK;
}

/* Whether both u and w have both signs, as they do around a singularity. */
static bool may_be_pierced(const finds *f, int n, const iso_lid *node) {
  int up = 0, down = 0, later_up = 0, later_down = 0;
  for (int i = 0; i < n; i++) {
    const double u = f->u[node[i]], w = f->w[node[i]];
    up |= u >= 0, down |= u <= 0, later_up |= w >= 0, later_down |= w <= 0;
  }
  return up && down && later_up && later_down;
}

/* An element is looked at by the owner of its node with the lowest number. */
static bool is_mine(const iso_mesh *mesh, int n, const iso_lid *node) {
  int lowest = 0;
  for (int i = 1; i < n; i++)
    if (mesh->gid[node[i]] < mesh->gid[node[lowest]]) lowest = i;
  return node[lowest] < mesh->nowned;
}

static iso_status try_element(finds *f, iso_lid e, iso_error *err) {
  const iso_mesh *mesh = f->mesh;
  const iso_lid *node = mesh->conn + (int64_t)e * mesh->width;
  const iso_cell *cell = &iso_shapes[mesh->shape[e]];
  const int n = iso_shape_nodes(mesh->shape[e]);
  if (!may_be_pierced(f, n, node) || !is_mine(mesh, n, node)) return ISO_OK;
  if (mesh->shape[e] == ISO_TRIANGLE) return try_triangle(f, e, node, true, err);
  for (int k = 0; k < cell->nfaces; k++) {
    iso_lid corner[4] = {0};
    for (int i = 0; i < cell->face_nodes; i++) corner[i] = node[cell->face[k][i]];
    ISO_TRY(try_face(f, e, cell->face_nodes, corner, err));
  }
  return ISO_OK;
}

/* ---- all ranks' ---- */

static int by_nodes(const iso_pierced *x, const iso_pierced *y) {
  for (int i = 0; i < 3; i++)
    if (x->node[i] != y->node[i]) return x->node[i] < y->node[i] ? -1 : 1;
  return 0;
}

static int by_place(const void *a, const void *b) {
  const iso_pierced *x = a, *y = b;
  const int order = by_nodes(x, y);
  return order ? order : (x->element > y->element) - (x->element < y->element);
}

iso_status iso_pierced_find(const iso_mesh *mesh, const double *u, const double *w, int64_t *n,
                            iso_pierced **found, iso_error *err) {
  finds f = {.mesh = mesh, .u = u, .w = w};
  iso_status status = ISO_OK;
  *n = 0, *found = NULL;
  for (iso_lid e = 0; e < mesh->nelem && status == ISO_OK; e++) status = try_element(&f, e, err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK)
    status = iso_gather_items(mesh->comm, f.list, f.n, sizeof *f.list, "phase singularities", found, n, err);
  if (status == ISO_OK && *n > 0) qsort(*found, (size_t)*n, sizeof **found, by_place);
  free(f.list);
  return status;
}

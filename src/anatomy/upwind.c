#include "anatomy/upwind.h"

#include "anatomy/anatomy.h"
#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/shapes.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What is known of a node's step so far. */
typedef struct search {
  double least;    /* of the weights of the face that is kept: not negative where the line goes through it */
  double steepest; /* descent to a neighbour */
  iso_lid neighbour; /* that one; -1: none is below */
} search;

/* A triangle that a line from a node may meet. */
typedef struct candidate {
  iso_lid node[3];
  double edge[3][3]; /* from the node to the corners, mm */
  bool below[3];     /* whether a step may lead there */
} candidate;

static bool may_lead(const iso_lines *lines, iso_lid from, iso_lid to) {
  if (lines->side && lines->side[from] != lines->side[to]) return false;
  return !lines->potential || lines->sign * (lines->potential[from] - lines->potential[to]) > 0;
}

static void consider_corners(const iso_lines *lines, iso_lid from, const candidate *c, search *s) {
  for (int k = 0; lines->potential && k < 3; k++) {
    const double fall = lines->sign * (lines->potential[from] - lines->potential[c->node[k]]);
    const double slope = c->below[k] ? fall / iso_length(c->edge[k]) : 0;
    if (slope > s->steepest) s->steepest = slope, s->neighbour = c->node[k];
  }
}

/* Weights below 0, and of corners where no step may lead, become 0. Returns whether any is left. */
static bool keep_below(const candidate *c, const double weight[3], double out[3]) {
  double sum = 0;
  for (int k = 0; k < 3; k++) sum += out[k] = c->below[k] ? fmax(weight[k], 0) : 0;
  for (int k = 0; k < 3 && sum > 0; k++) out[k] /= sum;
  return sum > 0;
}

/* Keeps the candidate that is met the most squarely, that is with the largest of least weights; on ties the
 * one before stays. t: where the line goes. */
static void consider(const candidate *c, const double t[3], search *s, iso_upwind *out) {
  double normal[3][3], weight[3], kept[3], sum = 0, least = INFINITY;
  for (int k = 0; k < 3; k++) iso_cross(c->edge[(k + 1) % 3], c->edge[(k + 2) % 3], normal[k]);
  const double turn = iso_dot(c->edge[0], normal[0]) < 0 ? -1 : 1;
  for (int k = 0; k < 3; k++) sum += weight[k] = turn * iso_dot(t, normal[k]);
  if (!(sum > 0)) return;
  for (int k = 0; k < 3; k++) least = fmin(least, weight[k] / sum);
  if (!(least > s->least) || !keep_below(c, weight, kept)) return;
  s->least = least;
  memcpy(out->node, c->node, sizeof out->node);
  memcpy(out->weight, kept, sizeof kept);
}

static bool holds(const iso_lid *conn, const uint8_t *face, int n, iso_lid node) {
  for (int k = 0; k < n; k++)
    if (conn[face[k]] == node) return true;
  return false;
}

static void consider_triangle(const iso_mesh *mesh, const iso_lines *lines, iso_lid from,
                              const iso_lid corner[3], search *s, iso_upwind *out) {
  candidate c;
  double t[3];
  for (int d = 0; d < 3; d++) t[d] = -lines->sign * lines->direction[from][d];
  for (int k = 0; k < 3; k++) {
    c.node[k] = corner[k];
    c.below[k] = may_lead(lines, from, corner[k]);
    iso_subtract(mesh->xyz[corner[k]], mesh->xyz[from], c.edge[k]);
  }
  consider_corners(lines, from, &c, s);
  consider(&c, t, s, out);
}

/* The faces of element e that do not have the node; quadrilaterals as two triangles, cut from the corner of
 * the lowest number. */
static void consider_element(const iso_mesh *mesh, const iso_lines *lines, iso_lid e, iso_lid node, search *s,
                             iso_upwind *out) {
  const iso_cell *cell = &iso_shapes[mesh->shape[e]];
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  const int n = cell->face_nodes;
  for (int f = 0; f < cell->nfaces; f++) {
    const uint8_t *face = cell->face[f];
    int from = 0;
    if (holds(conn, face, n, node)) continue;
    for (int k = 1; k < n; k++)
      if (mesh->gid[conn[face[k]]] < mesh->gid[conn[face[from]]]) from = k;
    for (int cut = 0; cut < n - 2; cut++)
      consider_triangle(
          mesh, lines, node,
          (iso_lid[]){conn[face[from]], conn[face[(from + cut + 1) % n]], conn[face[(from + cut + 2) % n]]},
          s, out);
  }
}

/* The length of the step; where no face was met, the step to the neighbour. */
static void settle(const iso_mesh *mesh, iso_lid node, const search *s, iso_upwind *u) {
  double to[3] = {0};
  if (!(s->least > -INFINITY)) {
    if (s->neighbour < 0) return;
    *u = (iso_upwind){.node = {s->neighbour, s->neighbour, s->neighbour}, .weight = {1, 0, 0}};
  }
  for (int k = 0; k < 3; k++)
    for (int d = 0; d < 3; d++) to[d] += u->weight[k] * (mesh->xyz[u->node[k]][d] - mesh->xyz[node][d]);
  u->step_mm = iso_length(to);
}

/* Elements ascend, so what is kept on ties is the same on any ranks. */
static void find(const iso_mesh *mesh, const iso_lines *lines, search *s, iso_upwind *out) {
  for (iso_lid i = 0; i < mesh->nowned; i++) s[i] = (search){-INFINITY, 0, -1}, out[i] = (iso_upwind){0};
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; iso_anatomy_has_volume(mesh, e) && k < iso_shape_nodes(mesh->shape[e]); k++) {
      const iso_lid i = mesh->conn[(int64_t)e * mesh->width + k];
      if (i < mesh->nowned) consider_element(mesh, lines, e, i, &s[i], &out[i]);
    }
  for (iso_lid i = 0; i < mesh->nowned; i++) settle(mesh, i, &s[i], &out[i]);
}

iso_status iso_upwind_find(const iso_mesh *mesh, const iso_lines *lines, iso_upwind *out, iso_error *err) {
  search *s;
  ISO_TRY(iso_alloc(&s, (size_t)mesh->nowned, sizeof *s, "trajectories", err));
  find(mesh, lines, s, out);
  free(s);
  return ISO_OK;
}

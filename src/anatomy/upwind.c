#include "anatomy/upwind.h"

#include "anatomy/anatomy.h"
#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/shapes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A triangle that a line from a node may meet. */
typedef struct candidate {
  iso_lid node[3];
  double edge[3][3]; /* from the node to the corners, mm */
} candidate;

/* Keeps the candidate that is met the most squarely: the largest of the least weights, which is not negative
 * where the line goes through. best: that of the one kept so far; on ties that stays. */
static void consider(const candidate *c, const double t[3], double *best, iso_upwind *out) {
  double normal[3], weight[3], sum = 0;
  for (int k = 0; k < 3; k++) {
    iso_cross(c->edge[(k + 1) % 3], c->edge[(k + 2) % 3], normal);
    weight[k] = iso_dot(t, normal);
  }
  iso_cross(c->edge[1], c->edge[2], normal);
  const double turn = iso_dot(c->edge[0], normal) < 0 ? -1 : 1;
  for (int k = 0; k < 3; k++) sum += weight[k] *= turn;
  if (!(sum > 0)) return;
  double least = INFINITY;
  for (int k = 0; k < 3; k++) least = fmin(least, weight[k] / sum);
  if (!(least > *best)) return;
  *best = least;
  memcpy(out->node, c->node, sizeof out->node);
  for (int k = 0; k < 3; k++) out->weight[k] = weight[k] / sum;
}

static bool holds(const iso_lid *conn, const uint8_t *face, int n, iso_lid node) {
  for (int k = 0; k < n; k++)
    if (conn[face[k]] == node) return true;
  return false;
}

/* The faces of element e that do not have the node; quadrilaterals as two triangles, cut from the corner of
 * the lowest number. */
static void consider_element(const iso_mesh *mesh, iso_lid e, iso_lid node, const double t[3], double *best,
                             iso_upwind *out) {
  const iso_cell *cell = &iso_shapes[mesh->shape[e]];
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  for (int f = 0; f < cell->nfaces; f++) {
    const uint8_t *face = cell->face[f];
    const int n = cell->face_nodes;
    if (holds(conn, face, n, node)) continue;
    int from = 0;
    for (int k = 1; k < n; k++)
      if (mesh->gid[conn[face[k]]] < mesh->gid[conn[face[from]]]) from = k;
    for (int cut = 0; cut < n - 2; cut++) {
      candidate c;
      const int corner[3] = {from, (from + cut + 1) % n, (from + cut + 2) % n};
      for (int k = 0; k < 3; k++) {
        c.node[k] = conn[face[corner[k]]];
        iso_subtract(mesh->xyz[c.node[k]], mesh->xyz[node], c.edge[k]);
      }
      consider(&c, t, best, out);
    }
  }
}

/* Weights below 0 become 0, and the step leads to the point that the others mean. */
static void settle(const iso_mesh *mesh, iso_lid node, iso_upwind *u) {
  double sum = 0, to[3] = {0};
  for (int k = 0; k < 3; k++) sum += u->weight[k] = fmax(u->weight[k], 0);
  if (sum == 0) return;
  for (int k = 0; k < 3; k++) {
    u->weight[k] /= sum;
    for (int d = 0; d < 3; d++) to[d] += u->weight[k] * (mesh->xyz[u->node[k]][d] - mesh->xyz[node][d]);
  }
  u->step_mm = iso_length(to);
}

/* Elements ascend, so the one kept on ties is the same on any ranks. */
iso_status iso_upwind_find(const iso_mesh *mesh, const double (*direction)[3], double sign, iso_upwind *out,
                           iso_error *err) {
  double *best;
  ISO_TRY(iso_alloc(&best, (size_t)mesh->nowned, sizeof *best, "trajectories", err));
  for (iso_lid i = 0; i < mesh->nowned; i++) best[i] = -INFINITY, out[i] = (iso_upwind){0};
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    for (int k = 0; iso_anatomy_has_volume(mesh, e) && k < iso_shape_nodes(mesh->shape[e]); k++) {
      const iso_lid i = mesh->conn[(int64_t)e * mesh->width + k];
      if (i >= mesh->nowned) continue;
      const double t[3] = {sign * direction[i][0], sign * direction[i][1], sign * direction[i][2]};
      consider_element(mesh, e, i, t, &best[i], &out[i]);
    }
  }
  for (iso_lid i = 0; i < mesh->nowned; i++) settle(mesh, i, &out[i]);
  free(best);
  return ISO_OK;
}

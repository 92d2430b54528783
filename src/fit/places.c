#include "fit/places.h"

#include "base/memory.h"
#include "grid/ask/nearest.h"
#include "grid/ask/simplex.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A point so close to the heart, in mm, has no way to it. */
#define CLOSE_MM 1e-6

/* Elements come in any order. */
static void try_element(const iso_mesh *mesh, iso_lid e, const double at[3], double *square,
                        iso_place *best) {
  double x[ISO_MAX_NODES][3];
  iso_mesh_corners(mesh, e, x);
  const iso_nearest found = iso_nearest_in(mesh->shape[e], (const double(*)[3])x, at);
  if (!(found.square < *square || (found.square == *square && e < best->elem))) return;
  *square = found.square;
  *best = (iso_place){.elem = e, .n = found.n};
  memcpy(best->at_mm, found.at_mm, sizeof best->at_mm);
  memcpy(best->weight, found.weight, sizeof best->weight);
  for (int k = 0; k < found.n; k++) best->node[k] = mesh->conn[(int64_t)e * mesh->width + found.corner[k]];
}

/* ---- of the heart ---- */

static void make_ball(const iso_mesh *mesh, iso_lid e, double middle[3], double *reach) {
  double x[ISO_MAX_NODES][3];
  const int n = iso_shape_nodes(mesh->shape[e]);
  iso_mesh_corners(mesh, e, x);
  for (int k = 0; k < n; k++)
    for (int d = 0; d < 3; d++) middle[d] += x[k][d] / n;
  for (int k = 0; k < n; k++) *reach = fmax(*reach, iso_distance(middle, x[k]));
  *reach *= 1 + 1e-9; /* for rounding */
}

iso_status iso_places_new(iso_places *out, const iso_mesh *mesh, iso_error *err) {
  const size_t n = (size_t)mesh->nelem;
  *out = (iso_places){.mesh = mesh};
  ISO_TRY(iso_alloc(&out->middle, n, sizeof *out->middle, "places of the heart", err));
  ISO_TRY(iso_alloc(&out->reach, n, sizeof *out->reach, "places of the heart", err));
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    make_ball(mesh, e, out->middle[e], &out->reach[e]);
    out->most_reach = fmax(out->most_reach, out->reach[e]);
    const int dimension = iso_shape_dimension(mesh->shape[e]);
    if (dimension > out->dimension) out->dimension = dimension;
  }
  ISO_TRY(iso_around_new(&out->around, mesh, 1, err));
  return iso_bins_new(&out->nodes, mesh->nlocal, (const double(*)[3])mesh->xyz, err);
}

void iso_places_free(iso_places *p) {
  iso_around_free(&p->around);
  iso_bins_free(&p->nodes);
  free(p->middle);
  free(p->reach);
  *p = (iso_places){0};
}

void iso_places_visit(const iso_places *p, const double at_mm[3], double within_mm,
                      void (*visit)(void *self, int64_t node), void *self) {
  double low[3], high[3];
  for (int d = 0; d < 3; d++) low[d] = at_mm[d] - within_mm, high[d] = at_mm[d] + within_mm;
  iso_bins_visit(&p->nodes, low, high, visit, self);
}

/* A search for the place nearest to a point. */
typedef struct search {
  const iso_places *p;
  const double *at;
  double far;    /* mm: it is no farther */
  double square; /* of the distance of the best one */
  iso_place best;
} search;

static bool is_place(const iso_places *p, iso_lid e) {
  return iso_shape_dimension(p->mesh->shape[e]) == p->dimension;
}

/* A node of an element that counts is a place. */
static void measure(void *self, int64_t node) {
  search *s = self;
  const iso_around *around = &s->p->around;
  bool counts = false;
  for (int64_t k = around->first[node]; k < around->first[node + 1] && !counts; k++)
    counts = is_place(s->p, around->elem[k]);
  if (counts) s->far = fmin(s->far, iso_distance(s->p->mesh->xyz[node], s->at) * (1 + 1e-9)); /* rounding */
}

/* Each element by its first node. */
static void try_around(void *self, int64_t node) {
  search *s = self;
  const iso_places *p = s->p;
  const iso_mesh *mesh = p->mesh;
  for (int64_t k = p->around.first[node]; k < p->around.first[node + 1]; k++) {
    const iso_lid e = p->around.elem[k];
    const double within = s->far + p->reach[e];
    if (mesh->conn[(int64_t)e * mesh->width] != node || !is_place(p, e) ||
        iso_square_distance(s->at, p->middle[e]) > within * within)
      continue;
    try_element(mesh, e, s->at, &s->square, &s->best);
    s->far = fmin(s->far, sqrt(s->square));
  }
}

iso_place iso_places_nearest(const iso_places *p, const double at_mm[3]) {
  search s = {.p = p, .at = at_mm, .far = INFINITY, .square = INFINITY, .best = {.elem = -1}};
  for (double within = p->nodes.edge; s.far > within && isfinite(within); within *= 2)
    iso_places_visit(p, at_mm, within, measure, &s);
  iso_places_visit(p, at_mm, s.far + 2 * p->most_reach, try_around, &s);
  iso_place best = s.best;
  best.distance_mm = iso_distance(best.at_mm, at_mm);
  for (int d = 0; d < 3 && best.distance_mm > CLOSE_MM; d++)
    best.from[d] = (at_mm[d] - best.at_mm[d]) / best.distance_mm;
  return best;
}

/* Unit vectors of what a place lies in, at right angles; returns how many. */
static int frame_of(const iso_places *p, const iso_place *place, double axis[3][3]) {
  int n = 0;
  for (int k = 1; k < place->n; k++) {
    double v[3];
    iso_subtract(p->mesh->xyz[place->node[k]], p->mesh->xyz[place->node[0]], v);
    for (int i = 0; i < n; i++) {
      const double along = iso_dot(v, axis[i]);
      for (int d = 0; d < 3; d++) v[d] -= along * axis[i][d];
    }
    const double length = iso_length(v);
    if (!(length > 0)) continue;
    for (int d = 0; d < 3; d++) axis[n][d] = v[d] / length;
    n++;
  }
  return n;
}

void iso_place_freedom(const iso_places *p, const iso_place *place, double freedom[3][3]) {
  double axis[3][3];
  const bool off = iso_dot(place->from, place->from) > 0;
  const int n = off ? 0 : frame_of(p, place, axis);
  for (int i = 0; i < 3; i++)
    for (int k = 0; k < 3; k++) {
      freedom[i][k] = off ? (i == k) - place->from[i] * place->from[k] : 0;
      for (int a = 0; a < n; a++) freedom[i][k] += axis[a][i] * axis[a][k];
    }
}

/* Weights are linear in the place: their slopes are differences along the axes, which are exact. */
void iso_place_slopes(const iso_places *p, const iso_place *place, double slope[4][3]) {
  double axis[3][3];
  const int n = frame_of(p, place, axis);
  double x[4][3];
  memset(slope, 0, 4 * sizeof *slope);
  for (int k = 0; k < place->n; k++) memcpy(x[k], p->mesh->xyz[place->node[k]], sizeof x[k]);
  for (int a = 0; a < n; a++) {
    double moved[3], weight[4];
    for (int d = 0; d < 3; d++) moved[d] = place->at_mm[d] + axis[a][d];
    if (!iso_simplex_project(place->n, x, moved, weight)) continue;
    for (int k = 0; k < place->n; k++)
      for (int d = 0; d < 3; d++) slope[k][d] += (weight[k] - place->weight[k]) * axis[a][d];
  }
}

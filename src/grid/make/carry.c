#include "grid/make/carry.h"

#include "base/memory.h"
#include "base/share.h"
#include "grid/ask/bins.h"
#include "grid/ask/nearest.h"
#include "grid/geometry.h"
#include "grid/share/batches.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const purpose = "points that are moved with the mesh";

typedef struct carrier {
  const iso_slice *slice;
  const double (*to)[3];
  int dimension;
  int64_t n;
  iso_bins points;
  double *far; /* [n] mm: some element is no farther */
  double most; /* the largest of far */
  /* [n] of each point, of what is nearest so far: */
  double *square;             /* of the distance */
  iso_gid *element;           /* -1: none */
  double (*by)[3];            /* what moves it, mm */
  iso_batches batches;        /* of which one is open: */
  double (*was)[3], (*is)[3]; /* its nodes */
} carrier;

#define POINTS(x) ((const double(*)[3])(x))

/* An element of the open batch that is tried on points. */
typedef struct trial {
  carrier *c;
  iso_gid element;
  int shape;
  double was[8][3], is[8][3], middle[3], reach; /* with a ball around it */
} trial;

static bool counts(const carrier *c, int64_t e) {
  return iso_shape_dimension(c->slice->shape[e]) == c->dimension;
}

static const iso_lid *nodes_of(const carrier *c, int64_t e) {
  return c->batches.conn + (e - c->batches.first) * c->slice->width;
}

/* ---- how far it is at most ---- */

/* Nodes of elements that count are places. place, number [batch's nodes]. */
static int64_t list_places(const carrier *c, double (*place)[3], int64_t *number, uint8_t *seen) {
  int64_t n = 0;
  for (int64_t e = c->batches.first; e < c->batches.end; e++)
    for (int k = 0; counts(c, e) && k < iso_shape_nodes(c->slice->shape[e]); k++) {
      const iso_lid i = nodes_of(c, e)[k];
      if (seen[i]) continue;
      seen[i] = 1;
      number[n] = n;
      memcpy(place[n++], c->was[i], sizeof *place);
    }
  return n;
}

static double square_to_box(const iso_bins *b, const double at[3]) {
  double sum = 0;
  for (int a = 0; a < 3; a++) {
    const double off = fmax(0, fmax(b->low[a] - at[a], at[a] - b->high[a]));
    sum += off * off;
  }
  return sum;
}

static iso_status bound(carrier *c, iso_error *err) {
  const size_t n = (size_t)c->batches.nodes.n;
  double(*place)[3] = NULL;
  int64_t *number = NULL;
  uint8_t *seen = NULL;
  iso_bins bins = {0};
  iso_status status = iso_alloc(&place, n, sizeof *place, purpose, err);
  if (status == ISO_OK) status = iso_alloc(&number, n, sizeof *number, purpose, err);
  if (status == ISO_OK) status = iso_alloc(&seen, n, sizeof *seen, purpose, err);
  if (status == ISO_OK) status = iso_bins_new(&bins, list_places(c, place, number, seen), POINTS(place), err);
  for (int64_t p = 0; p < c->n && status == ISO_OK; p++) {
    double distance;
    if (square_to_box(&bins, c->points.xyz[p]) > c->far[p] * c->far[p]) continue;
    iso_bins_nearest(&bins, c->points.xyz[p], number, &distance);
    c->far[p] = fmin(c->far[p], distance * (1 + 1e-9)); /* rounding */
  }
  iso_bins_free(&bins);
  free(place);
  free(number);
  free(seen);
  return status;
}

/* ---- the nearest element ---- */

static void try_point(void *self, int64_t p) {
  trial *t = self;
  carrier *c = t->c;
  const double *at = c->points.xyz[p], within = c->far[p] + t->reach;
  if (iso_square_distance(at, t->middle) > within * within) return;
  const iso_nearest found = iso_nearest_in(t->shape, POINTS(t->was), at);
  if (!(found.square < c->square[p])) return; /* elements ascend */
  c->square[p] = found.square, c->element[p] = t->element;
  for (int a = 0; a < 3; a++) {
    c->by[p][a] = 0;
    for (int k = 0; k < found.n; k++)
      c->by[p][a] += found.weight[k] * (t->is[found.corner[k]][a] - t->was[found.corner[k]][a]);
  }
}

static void try_element(carrier *c, int64_t e) {
  trial t = {.c = c, .element = c->slice->first_elem + e, .shape = c->slice->shape[e]};
  double low[3], high[3];
  const int n = iso_shape_nodes(t.shape);
  for (int k = 0; k < n; k++) {
    memcpy(t.was[k], c->was[nodes_of(c, e)[k]], sizeof t.was[k]);
    memcpy(t.is[k], c->is[nodes_of(c, e)[k]], sizeof t.is[k]);
    for (int a = 0; a < 3; a++) t.middle[a] += t.was[k][a] / n;
  }
  for (int k = 0; k < n; k++) t.reach = fmax(t.reach, iso_distance(t.middle, t.was[k]) * (1 + 1e-9));
  for (int a = 0; a < 3; a++)
    low[a] = t.middle[a] - t.reach - c->most, high[a] = t.middle[a] + t.reach + c->most;
  iso_bins_visit(&c->points, low, high, try_point, &t);
}

static iso_status hold(carrier *c, iso_error *err) {
  ISO_TRY(iso_batches_fetch(&c->batches, c->to, sizeof *c->to, &c->is, err));
  for (int64_t e = c->batches.first; e < c->batches.end; e++)
    if (counts(c, e)) try_element(c, e);
  return ISO_OK;
}

/* ---- all of them ---- */

/* Collective. */
static iso_status walk(carrier *c, iso_status (*visit)(carrier *c, iso_error *err), iso_error *err) {
  for (int64_t k = 0; k < c->batches.n; k++) {
    ISO_TRY(iso_batches_open(&c->batches, k, err));
    ISO_TRY(iso_batches_fetch(&c->batches, c->slice->xyz, sizeof *c->slice->xyz, &c->was, err));
    ISO_TRY(iso_agree(c->batches.comm, visit(c, err), err));
  }
  return ISO_OK;
}

/* The rank whose element it is says by what each point moves, and the others 0: exact sums. */
static void move(const carrier *c, MPI_Comm comm, double (*point)[3]) {
  const iso_gid first = c->slice->first_elem, end = first + c->slice->nelem;
  double *least = c->far;
  memcpy(least, c->square, (size_t)c->n * sizeof *least);
  MPI_Allreduce(MPI_IN_PLACE, least, (int)c->n, MPI_DOUBLE, MPI_MIN, comm);
  for (int64_t p = 0; p < c->n; p++)
    if (c->element[p] < 0 || c->square[p] > least[p]) c->element[p] = INT64_MAX;
  MPI_Allreduce(MPI_IN_PLACE, c->element, (int)c->n, MPI_INT64_T, MPI_MIN, comm);
  for (int64_t p = 0; p < c->n; p++)
    if (c->element[p] < first || c->element[p] >= end) memset(c->by[p], 0, sizeof c->by[p]);
  MPI_Allreduce(MPI_IN_PLACE, c->by, 3 * (int)c->n, MPI_DOUBLE, MPI_SUM, comm);
  for (int64_t p = 0; p < c->n; p++)
    for (int a = 0; a < 3; a++) point[p][a] += c->by[p][a];
}

static iso_status begin(carrier *c, double (*point)[3], iso_error *err) {
  ISO_TRY(iso_bins_new(&c->points, c->n, POINTS(point), err));
  ISO_TRY(iso_alloc(&c->far, (size_t)c->n, sizeof *c->far, purpose, err));
  ISO_TRY(iso_alloc(&c->square, (size_t)c->n, sizeof *c->square, purpose, err));
  ISO_TRY(iso_alloc(&c->element, (size_t)c->n, sizeof *c->element, purpose, err));
  ISO_TRY(iso_alloc(&c->by, (size_t)c->n, sizeof *c->by, purpose, err));
  for (int64_t p = 0; p < c->n; p++) c->far[p] = c->square[p] = INFINITY, c->element[p] = -1;
  for (int64_t e = 0; e < c->slice->nelem; e++)
    if (iso_shape_dimension(c->slice->shape[e]) > c->dimension)
      c->dimension = iso_shape_dimension(c->slice->shape[e]);
  return ISO_OK;
}

static iso_status carry(carrier *c, MPI_Comm comm, double (*point)[3], iso_error *err) {
  ISO_TRY(iso_agree(comm, begin(c, point, err), err));
  MPI_Allreduce(MPI_IN_PLACE, &c->dimension, 1, MPI_INT, MPI_MAX, comm);
  ISO_TRY(iso_batches_new(&c->batches, comm, c->slice, err));
  ISO_TRY(walk(c, bound, err));
  MPI_Allreduce(MPI_IN_PLACE, c->far, (int)c->n, MPI_DOUBLE, MPI_MIN, comm);
  for (int64_t p = 0; p < c->n; p++) c->most = fmax(c->most, c->far[p]);
  ISO_TRY(walk(c, hold, err));
  move(c, comm, point);
  return ISO_OK;
}

iso_status iso_slice_carry(MPI_Comm comm, const iso_slice *slice, const double (*to)[3], int64_t n,
                           double (*point)[3], iso_error *err) {
  carrier c = {.slice = slice, .to = to, .n = n};
  if (n == 0) return ISO_OK;
  const iso_status status = carry(&c, comm, point, err);
  iso_batches_free(&c.batches);
  iso_bins_free(&c.points);
  free(c.far);
  free(c.square);
  free(c.element);
  free(c.by);
  free(c.was);
  free(c.is);
  return status;
}

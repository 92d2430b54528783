#include "anatomy/surface_path.h"

#include "base/memory.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char what[] = "ways on the surface";

/* Of each edge, beside its ends. */
enum { BETWEEN = 3, OF_FACE = 3 + 3 * BETWEEN };

typedef struct half {
  int64_t low, high; /* nodes */
  int64_t face;
  int side; /* from node side of the face to the next */
} half;

typedef struct queued {
  double length;
  int64_t point;
} queued;

/* Points are the nodes, then BETWEEN of each edge from its lower node on. */
typedef struct search {
  const iso_hull *hull;
  int64_t nedges, npoints;
  half *half;           /* [3 nfaces] by edge, then face */
  int64_t *first;       /* [nedges + 1] into half */
  int64_t (*edge)[3];   /* [nfaces] its edges */
  double *length;       /* [npoints] of the way there */
  int64_t *from;        /* [npoints] the point before, or itself */
  uint8_t *goal;        /* [nnodes] */
  int64_t nqueue, room; /* a heap, the shortest first; points may be there more than once */
  queued *queue;
} search;

/* ---- edges ---- */

static int by_edge(const void *a, const void *b) {
  const half *p = a, *q = b;
  if (p->low != q->low) return p->low < q->low ? -1 : 1;
  if (p->high != q->high) return p->high < q->high ? -1 : 1;
  return (p->face > q->face) - (p->face < q->face);
}

static void list_halves(search *s) {
  const iso_hull *hull = s->hull;
  int64_t n = 0;
  for (int64_t f = 0; f < hull->nfaces; f++)
    for (int k = 0; k < 3; k++) {
      const int64_t a = hull->face[f][k], b = hull->face[f][(k + 1) % 3];
      s->half[n++] = (half){a < b ? a : b, a < b ? b : a, f, k};
    }
  qsort(s->half, (size_t)n, sizeof *s->half, by_edge);
}

static void number_edges(search *s) {
  const int64_t n = 3 * s->hull->nfaces;
  for (int64_t i = 0; i < n; i++) {
    const half *h = &s->half[i];
    if (i == 0 || h->low != h[-1].low || h->high != h[-1].high) s->first[s->nedges++] = i;
    s->edge[h->face][h->side] = s->nedges - 1;
  }
  s->first[s->nedges] = n;
}

static iso_status prepare(search *s, iso_error *err) {
  const size_t faces = (size_t)s->hull->nfaces;
  ISO_TRY(iso_alloc(&s->half, 3 * faces, sizeof *s->half, what, err));
  ISO_TRY(iso_alloc(&s->first, 3 * faces + 1, sizeof *s->first, what, err));
  ISO_TRY(iso_alloc(&s->edge, faces, sizeof *s->edge, what, err));
  list_halves(s);
  number_edges(s);
  s->npoints = s->hull->nnodes + BETWEEN * s->nedges;
  ISO_TRY(iso_alloc(&s->length, (size_t)s->npoints, sizeof *s->length, what, err));
  ISO_TRY(iso_alloc(&s->from, (size_t)s->npoints, sizeof *s->from, what, err));
  return iso_alloc(&s->goal, (size_t)s->hull->nnodes, sizeof *s->goal, what, err);
}

static void free_search(search *s) {
  free(s->half);
  free(s->first);
  free(s->edge);
  free(s->length);
  free(s->from);
  free(s->goal);
  free(s->queue);
}

/* ---- points ---- */

static iso_path_point point_of(const search *s, int64_t p) {
  const iso_hull *hull = s->hull;
  const int64_t e = (p - hull->nnodes) / BETWEEN;
  const bool is_node = p < hull->nnodes;
  const half *h = is_node ? NULL : &s->half[s->first[e]];
  iso_path_point out = {.low = is_node ? p : h->low, .high = is_node ? p : h->high};
  const double part = is_node ? 0 : (double)((p - hull->nnodes) % BETWEEN + 1) / (BETWEEN + 1);
  for (int d = 0; d < 3; d++) {
    const double *x = hull->xyz[out.low], *y = hull->xyz[out.high];
    out.at_mm[d] = x[d] + part * (y[d] - x[d]);
    out.inward[d] = (1 - part) * hull->inward[out.low][d] + part * hull->inward[out.high][d];
  }
  const double length = iso_length(out.inward);
  for (int d = 0; d < 3 && length > 0; d++) out.inward[d] /= length;
  return out;
}

static void points_of(const search *s, int64_t face, int64_t point[OF_FACE]) {
  for (int k = 0; k < 3; k++) {
    point[k] = s->hull->face[face][k];
    for (int j = 0; j < BETWEEN; j++)
      point[3 + BETWEEN * k + j] = s->hull->nnodes + BETWEEN * s->edge[face][k] + j;
  }
}

/* ---- the queue ---- */

static bool is_before(queued a, queued b) {
  return a.length != b.length ? a.length < b.length : a.point < b.point;
}

static iso_status push(search *s, queued item, iso_error *err) {
  if (s->nqueue == s->room) {
    const int64_t room = 2 * s->room + 1024;
    ISO_TRY(iso_realloc(&s->queue, (size_t)room, sizeof *s->queue, what, err));
    s->room = room;
  }
  int64_t i = s->nqueue++;
  for (; i > 0 && is_before(item, s->queue[(i - 1) / 2]); i = (i - 1) / 2)
    s->queue[i] = s->queue[(i - 1) / 2];
  s->queue[i] = item;
  return ISO_OK;
}

static queued pop(search *s) {
  const queued top = s->queue[0], last = s->queue[--s->nqueue];
  int64_t i = 0;
  for (int64_t k = 1; k < s->nqueue; k = 2 * i + 1) {
    if (k + 1 < s->nqueue && is_before(s->queue[k + 1], s->queue[k])) k++;
    if (!is_before(s->queue[k], last)) break;
    s->queue[i] = s->queue[k];
    i = k;
  }
  s->queue[i] = last;
  return top;
}

/* ---- one leg ---- */

static iso_status reach(search *s, int64_t point, double length, int64_t from, iso_error *err) {
  if (length >= s->length[point]) return ISO_OK;
  s->length[point] = length;
  s->from[point] = from;
  return push(s, (queued){length, point}, err);
}

static iso_status leave_by(search *s, int64_t face, queued at, iso_error *err) {
  const iso_path_point here = point_of(s, at.point);
  int64_t point[OF_FACE];
  points_of(s, face, point);
  for (int k = 0; k < OF_FACE; k++) {
    if (at.length >= s->length[point[k]]) continue;
    const iso_path_point there = point_of(s, point[k]);
    ISO_TRY(reach(s, point[k], at.length + iso_distance(here.at_mm, there.at_mm), at.point, err));
  }
  return ISO_OK;
}

static iso_status leave(search *s, queued at, iso_error *err) {
  const iso_hull *hull = s->hull;
  if (at.point < hull->nnodes) {
    for (int64_t k = hull->around_first[at.point]; k < hull->around_first[at.point + 1]; k++)
      ISO_TRY(leave_by(s, hull->around[k], at, err));
    return ISO_OK;
  }
  const int64_t e = (at.point - hull->nnodes) / BETWEEN;
  for (int64_t k = s->first[e]; k < s->first[e + 1]; k++) ISO_TRY(leave_by(s, s->half[k].face, at, err));
  return ISO_OK;
}

/* The first node of a stop that is reached, or -1. */
static iso_status run(search *s, const iso_path_stop *from, const iso_path_stop *to, int64_t *reached,
                      iso_error *err) {
  s->nqueue = 0, *reached = -1;
  for (int64_t p = 0; p < s->npoints; p++) s->length[p] = INFINITY;
  memset(s->goal, 0, (size_t)s->hull->nnodes);
  for (int64_t k = 0; k < to->n; k++) s->goal[to->node[k]] = 1;
  for (int64_t k = 0; k < from->n; k++) ISO_TRY(reach(s, from->node[k], 0, from->node[k], err));
  while (s->nqueue > 0) {
    const queued at = pop(s);
    if (at.length > s->length[at.point]) continue;
    if (at.point < s->hull->nnodes && s->goal[at.point]) {
      *reached = at.point;
      return ISO_OK;
    }
    ISO_TRY(leave(s, at, err));
  }
  return ISO_OK;
}

/* Behind what is there, whose last point a leg begins with. *start: where it began. */
static iso_status append(iso_surface_path *out, const search *s, int64_t end, int64_t *start,
                         iso_error *err) {
  int64_t n = 1, p = end;
  for (; s->from[p] != p; p = s->from[p]) n++;
  const int64_t begin = out->n > 0 ? out->n - 1 : 0;
  *start = p;
  ISO_TRY(iso_realloc(&out->point, (size_t)(begin + n), sizeof *out->point, what, err));
  out->n = begin + n;
  out->length_mm += s->length[end];
  p = end;
  for (int64_t k = out->n - 1; k >= begin; k--, p = s->from[p]) out->point[k] = point_of(s, p);
  return ISO_OK;
}

static iso_status walk(iso_surface_path *out, search *s, int nstops, const iso_path_stop *stop, bool closed,
                       int *lost, iso_error *err) {
  int64_t start = -1, here = -1;
  for (int k = 1; k < nstops + closed; k++) {
    const iso_path_stop one = {1, &here}, first = {1, &start};
    const iso_path_stop *from = k == 1 ? &stop[0] : &one, *to = k == nstops ? &first : &stop[k];
    int64_t reached, began;
    ISO_TRY(run(s, from, to, &reached, err));
    *lost = k;
    if (reached < 0) return iso_fail(err, ISO_EINPUT, "no way along the surface leads there");
    ISO_TRY(append(out, s, reached, &began, err));
    if (k == 1) start = began;
    here = reached;
  }
  return ISO_OK;
}

iso_status iso_surface_path_find(iso_surface_path *out, const iso_hull *hull, int nstops,
                                 const iso_path_stop *stop, bool closed, int *lost, iso_error *err) {
  search s = {.hull = hull};
  *out = (iso_surface_path){0};
  iso_status status = prepare(&s, err);
  if (status == ISO_OK) status = walk(out, &s, nstops, stop, closed, lost, err);
  free_search(&s);
  return status;
}

void iso_surface_path_free(iso_surface_path *path) {
  free(path->point);
  *path = (iso_surface_path){0};
}

#include "anatomy/purkinje.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/hash.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const purpose = "a Purkinje tree";

/* A place that a branch may begin at. */
typedef struct {
  int64_t point;
  double direction[3], normal[3]; /* of length 1, across each other */
  int32_t mother;                 /* branch; -1: none */
} tip;

/* Who is growing: branches of one mother are not in each other's way. */
typedef struct {
  int32_t own, mother, sister;
} family;

typedef struct {
  const iso_sheet *sheet;
  const iso_growth *growth;
  iso_grown *tree;
  uint64_t state; /* of the random numbers */
  int32_t nbranches;
} gardener;

/* ---- random numbers: splitmix64 (Steele, Lea and Flood 2014) ---- */

static double uniform(gardener *g) {
  const uint64_t bits = iso_hash(g->state);
  g->state += 0x9e3779b97f4a7c15u;
  return (double)(bits >> 11) * 0x1p-53;
}

/* The sum of twelve uniform ones less six: as good as normal within three standard deviations, and the same
 * bits with any library of mathematics. */
static double normal(gardener *g) {
  double sum = -6;
  for (int k = 0; k < 12; k++) sum += uniform(g);
  return sum;
}

static double random_length(gardener *g) {
  const double mean = g->growth->branch_mm, length = mean * (1 + sqrt(0.2) * normal(g));
  return length > 0.1 * mean ? length : 0.1 * mean;
}

/* ---- directions ---- */

/* The nearest point of other families, or -1. */
static int64_t nearest_stranger(const gardener *g, const family *f, const double x[3], double *distance) {
  const iso_grown *tree = g->tree;
  int64_t nearest = -1;
  *distance = INFINITY;
  for (int64_t i = 0; i < tree->n; i++) {
    if (tree->branch[i] == f->own || tree->branch[i] == f->mother || tree->branch[i] == f->sister) continue;
    const double d = iso_distance(tree->xyz[i], x);
    if (d < *distance) *distance = d, nearest = i;
  }
  return nearest;
}

/* direction += repulsion times the gradient of the distance to the nearest stranger, which points away from
 * it. */
static void turn_away(const gardener *g, const family *f, const double x[3], const double normal[3],
                      double direction[3]) {
  double distance, away[3];
  const int64_t i = nearest_stranger(g, f, x, &distance);
  if (i < 0 || !(distance > 0)) return;
  iso_subtract(x, g->tree->xyz[i], away);
  for (int d = 0; d < 3; d++) direction[d] += g->growth->repulsion * away[d] / distance;
  iso_sheet_lay_down(direction, normal);
}

/* The sine of an angle by its series, to rounding up to 90 degrees: libraries differ in the last bit. */
static double sine(double angle) {
  double term = angle, sum = 0;
  for (int k = 1; k <= 25; k += 2) {
    sum += term;
    term *= -angle * angle / ((k + 1) * (k + 2));
  }
  return sum;
}

/* ---- branches ---- */

/* From a tip, with the direction turned to a side (+1, -1, or 0), for so long. *end: where it got to; *whole:
 * whether it got to its length. A branch of no segment adds nothing. */
static iso_status grow(gardener *g, const tip *from, int side, double length, const family *f, tip *end,
                       bool *whole, iso_error *err) {
  const iso_growth *how = g->growth;
  const double half_pi = 1.5707963267948966, angle = how->angle_degree / 90 * half_pi;
  const double s = side * sine(angle), c = side ? sine(half_pi - angle) : 1;
  double across[3];
  const int64_t segments = (int64_t)ceil(length / how->segment_mm - 1e-9);
  iso_cross(from->normal, from->direction, across);
  *end = *from;
  end->mother = f->own;
  for (int d = 0; d < 3; d++) end->direction[d] = c * from->direction[d] + s * across[d];
  for (int64_t k = 0; k < segments; k++) {
    double x[3], distance;
    const double *at = g->tree->xyz[end->point];
    turn_away(g, f, at, end->normal, end->direction);
    for (int d = 0; d < 3; d++) x[d] = at[d] + how->segment_mm * end->direction[d];
    const iso_foot foot = iso_sheet_nearest(g->sheet, x);
    const bool met = nearest_stranger(g, f, foot.x, &distance) >= 0 && distance < how->branch_mm / 5;
    double step[3];
    iso_subtract(foot.x, at, step);
    if (foot.on_rim || met || !iso_sheet_lay_down(step, foot.normal)) return ISO_OK;
    memcpy(end->direction, step, sizeof step);
    memcpy(end->normal, foot.normal, sizeof end->normal);
    ISO_TRY(iso_grown_put(g->tree, foot.x, end->point, f->own, how->tag, err));
    end->point = g->tree->n - 1;
  }
  *whole = true;
  return ISO_OK;
}

/* The two daughters of a tip; their tips, if they got to their lengths, go to next [*n ..]. */
static iso_status fork_at(gardener *g, const tip *from, tip *next, int64_t *n, iso_error *err) {
  const int first = uniform(g) < 0.5 ? 1 : -1;
  const int32_t pair = g->nbranches;
  g->nbranches += 2;
  for (int k = 0; k < 2; k++) {
    const family f = {pair + k, from->mother, pair + 1 - k};
    bool whole = false;
    ISO_TRY(grow(g, from, k ? -first : first, random_length(g), &f, &next[*n], &whole, err));
    *n += whole;
  }
  return ISO_OK;
}

/* From the end of the first branch; their tips go to tips [nfascicles]. */
static iso_status add_fascicles(gardener *g, const tip *root, tip *tips, iso_error *err) {
  const iso_growth *how = g->growth;
  iso_grown *tree = g->tree;
  for (int k = 0; k < how->nfascicles; k++) {
    const iso_foot foot = iso_sheet_nearest(g->sheet, how->fascicle_mm[k]);
    ISO_TRY(iso_grown_walk(tree, g->sheet, root->point, foot.x, how->segment_mm, g->nbranches + k,
                           how->fascicle_tag[k], err));
    tip *end = &tips[k];
    *end = (tip){.point = tree->n - 1, .mother = g->nbranches + k};
    memcpy(end->normal, foot.normal, sizeof end->normal);
    iso_subtract(foot.x, tree->xyz[tree->from[end->point]], end->direction);
    if (tree->branch[end->point] != end->mother || !iso_sheet_lay_down(end->direction, end->normal))
      return iso_fail(err, ISO_EINPUT,
                      "the fascicle to (%.4g, %.4g, %.4g) mm ends where it begins; send it farther",
                      foot.x[0], foot.x[1], foot.x[2]);
  }
  g->nbranches += 2;
  return ISO_OK;
}

/* The first branch, with its fascicles, if any; the tips of what forks next: tips [1 or nfascicles]. */
static iso_status set_off(gardener *g, tip *tips, iso_error *err) {
  const iso_growth *how = g->growth;
  const iso_foot foot = iso_sheet_nearest(g->sheet, how->root_mm);
  const family f = {0, -1, -1};
  bool whole = false;
  tip start = {.point = 0, .mother = -1};
  memcpy(start.normal, foot.normal, sizeof start.normal);
  iso_subtract(how->toward_mm, foot.x, start.direction);
  if (!iso_sheet_lay_down(start.direction, foot.normal))
    return iso_fail(
        err, ISO_EINPUT,
        "the tree does not know where to set off to: the place that it goes to is straight above its "
        "root; give another one");
  g->nbranches = 1;
  ISO_TRY(iso_grown_put(g->tree, foot.x, -1, 0, how->tag, err));
  ISO_TRY(grow(g, &start, 0, how->initial_mm, &f, tips, &whole, err));
  if (whole && how->nfascicles > 0) {
    start = tips[0];
    return add_fascicles(g, &start, tips, err);
  }
  if (whole) return ISO_OK;
  return iso_fail(
      err, ISO_EINPUT,
      "the first branch reaches the rim of the surface after %lld segments of %g mm; shorten it, or "
      "send it elsewhere",
      (long long)g->tree->n - 1, how->segment_mm);
}

iso_status iso_purkinje_grow(iso_grown *tree, const iso_sheet *sheet, const iso_growth *growth,
                             iso_error *err) {
  gardener g = {.sheet = sheet, .growth = growth, .tree = tree, .state = growth->seed};
  tip *now = NULL;
  int64_t n = growth->nfascicles > 0 ? growth->nfascicles : 1;
  *tree = (iso_grown){0};
  iso_status status = iso_alloc(&now, 2, sizeof *now, purpose, err);
  if (status == ISO_OK) status = set_off(&g, now, err);
  for (int k = 0; k < growth->generations && n > 0 && status == ISO_OK; k++) {
    tip *next = NULL;
    int64_t more = 0;
    status = iso_alloc(&next, 2 * (size_t)n + 1, sizeof *next, purpose, err);
    for (int64_t i = 0; i < n && status == ISO_OK; i++) status = fork_at(&g, &now[i], next, &more, err);
    free(now);
    now = next;
    n = more;
  }
  free(now);
  if (status != ISO_OK) iso_grown_free(tree);
  return status;
}

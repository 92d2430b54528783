/* Against the waves, from the latest node to the earliest. */
#include "eikonal/rays.h"

#include "base/memory.h"
#include "grid/sort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is due at a node counts only above this share of what the walk began with: where a node and a later
 * one each come from the other in part, their shares shrink from pass to pass without an end. */
#define NOTHING 1e-15

iso_status iso_walk_new(iso_walk *out, iso_lid n, iso_error *err) {
  *out = (iso_walk){.n = n};
  ISO_TRY(iso_alloc(&out->order, (size_t)n, sizeof *out->order, "a walk against the waves", err));
  ISO_TRY(iso_alloc(&out->place, (size_t)n, sizeof *out->place, "a walk against the waves", err));
  return iso_alloc(&out->due, (size_t)n, sizeof *out->due, "a walk against the waves", err);
}

void iso_walk_free(iso_walk *walk) {
  free(walk->order);
  free(walk->place);
  free(walk->due);
  *walk = (iso_walk){0};
}

/* Keys that ascend as times descend. */
static uint64_t key_of(double time) {
  uint64_t bits;
  memcpy(&bits, &time, sizeof bits);
  return bits >> 63 ? bits : ~(bits | (uint64_t)1 << 63);
}

iso_status iso_walk_set(iso_walk *walk, const double *time, const iso_ray *ray, iso_error *err) {
  iso_keyed *pairs;
  walk->ray = ray;
  ISO_TRY(iso_alloc(&pairs, (size_t)walk->n, sizeof *pairs, "a walk against the waves", err));
  for (iso_lid i = 0; i < walk->n; i++) pairs[i] = (iso_keyed){key_of(time[i]), i};
  const iso_status status = iso_sort(walk->n, pairs, err);
  for (iso_lid k = 0; k < walk->n && status == ISO_OK; k++) {
    walk->order[k] = (iso_lid)pairs[k].item;
    walk->place[pairs[k].item] = k;
  }
  free(pairs);
  return status;
}

typedef struct pass {
  double least; /* of a share, to count */
  iso_lid next; /* the first place before which something became due behind the walk */
  int64_t left; /* nodes with something due */
} pass;

static void add(iso_walk *w, iso_lid node, double share, pass *p) {
  if (w->due[node] == 0 && share != 0) p->left++;
  w->due[node] += share;
  if (w->due[node] == 0 && share != 0) p->left--;
}

static void step(iso_walk *w, iso_lid at, pass *p, iso_walk_visit visit, void *self) {
  const iso_lid node = w->order[at];
  const double share = w->due[node];
  if (share == 0) return;
  w->due[node] = 0;
  p->left--;
  if (fabs(share) <= p->least) return;
  visit(self, node, share);
  const iso_ray *ray = &w->ray[node];
  for (int c = 0; c < ray->n; c++) {
    add(w, ray->node[c], share * ray->weight[c], p);
    if (w->place[ray->node[c]] < p->next) p->next = w->place[ray->node[c]];
  }
}

void iso_walk_back(iso_walk *w, int n, const iso_lid *from, const double *share, iso_walk_visit visit,
                   void *self) {
  pass p = {.next = w->n};
  double most = 0;
  for (int k = 0; k < n; k++) {
    add(w, from[k], share[k], &p);
    most = fmax(most, fabs(share[k]));
    if (w->place[from[k]] < p.next) p.next = w->place[from[k]];
  }
  p.least = NOTHING * most;
  while (p.left > 0) {
    iso_lid at = p.next;
    p.next = w->n;
    for (; at < w->n && p.left > 0; at++) {
      step(w, at, &p, visit, self);
      if (p.next > at) p.next = w->n; /* ahead of the walk, which comes there yet */
    }
  }
}

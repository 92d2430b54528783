/* The rules of a step, one patch after the other. */
#include "kernels/parity_pace.h"

#include <string.h>

static iso_pace_levels levels_of(patches *p) {
  return (iso_pace_levels){p->level, p->wish, p->due, p->rate, p->bend, p->calm};
}

static void look_ahead(const heart *h, int32_t k, double steps, void *out, int64_t offset) {
  const size_t real = h->device->real_bytes;
  iso_launch_combine(h->device, &(iso_combine){.first = h->p.first[k],
                                               .count = h->p.first[k + 1] - h->p.first[k],
                                               .nterms = 2,
                                               .coefficient = {1, steps},
                                               .term = {h->vm, h->slope},
                                               .out = (char *)out + (size_t)offset * real});
}

static void plan_patch(heart *h, int32_t k) {
  patches *p = &h->p;
  const iso_pace_levels levels = levels_of(p);
  int next = p->wish[k];
  for (int64_t e = p->start[k]; e < p->start[k + 1]; e++) {
    const int most = iso_pace_allows(iso_pace_word_of(&levels, p->neighbour[e]), h->now);
    if (next > most) next = most;
  }
  const double gates = 0.25 * (next - p->level[k]);
  const uint64_t party = (uint64_t)1 << p->party[k][iso_level_index(next)];
  p->next[k] = (int8_t)next;
  p->role[k] |= party;
  for (int64_t e = p->start[k]; e < p->start[k + 1]; e++) p->role[p->neighbour[e]] |= party;
  look_ahead(h, k, 3 * gates - next, h->before, 0);
  if (next != p->level[k]) look_ahead(h, k, gates, h->gates, 0);
  if (k >= p->ninner) pace_say(h, k, next);
}

void pace_plan(heart *h) {
  patches *p = &h->p;
  memset(p->role, 0, sizeof p->role);
  for (int32_t k = 0; k < p->nowned; k++) {
    p->next[k] = 0;
    if (p->due[k] == h->now) plan_patch(h, k);
  }
}

static int is_member(const heart *h, int32_t k, int party) {
  return h->p.next[k] > 0 && h->p.party[k][iso_level_index(h->p.next[k])] == party;
}

void pace_fill(const heart *h, const iso_pace_fill *f) {
  for (int32_t k = 0; k < h->p.nall; k++) {
    const double behind = (double)(h->p.due[k] - h->now);
    for (int l = 0; f->party == 0 && l < ISO_LEVELS; l++)
      if (h->p.role[k] >> l & 1) look_ahead(h, k, 0.5 * (1 << l) - behind, h->middle, (int64_t)l * LOCAL);
    if (f->party > 0 && h->p.role[k] >> f->party & 1 && (f->members || !is_member(h, k, f->party)))
      look_ahead(h, k, f->ahead - behind, f->out, 0);
  }
}

static void multiply(const heart *h, int32_t k, iso_product product) {
  product.first = h->p.slice[k], product.last = h->p.slice[k + 1], product.part = ISO_ALL_ROWS;
  iso_launch_product(h->device, &product);
}

void pace_multiply(const heart *h, int party, const iso_product *product) {
  for (int32_t k = 0; k < h->p.nowned; k++) {
    const int l = iso_level_index(h->p.next[k]);
    if (party > 0 && is_member(h, k, party)) multiply(h, k, *product);
    if (party > 0 || h->p.next[k] == 0 || !is_member(h, k, l)) continue;
    iso_product own = *product;
    own.x = (char *)h->middle + (size_t)l * LOCAL * h->device->real_bytes;
    own.apply *= 1 << l, own.coefficient[1] *= 1 << l;
    multiply(h, k, own);
  }
}

static void settle_patch(heart *h, int32_t k) {
  patches *p = &h->p;
  const int level = p->next[k];
  const int64_t alone = iso_pace_left_alone(p->busy[k], (int)(h->now % BASE_STEPS) + level);
  const iso_pace_levels levels = levels_of(p);
  double rate, bend;
  iso_device_upload(h->device, h->one, 0, &k, sizeof k);
  iso_launch_settle(h->device, &(iso_settle){.npatches = 1,
                                             .patch = h->one,
                                             .first = h->starts,
                                             .steps = level,
                                             .after = h->before,
                                             .vm = h->vm,
                                             .slope = h->slope,
                                             .rate = h->rate,
                                             .bend = h->bend,
                                             .watch = &h->watch});
  iso_device_download_real(h->device, h->rate, k, 1, &rate);
  iso_device_download_real(h->device, h->bend, k, 1, &bend);
  iso_pace_record(&levels, k, level, rate, bend, h->pace.step_ms, alone, &p->limits[k]);
  p->node_steps[iso_level_index(level)] += level * (p->first[k + 1] - p->first[k]);
  if (k >= p->ninner) pace_say(h, k, pace_word(p, k));
}

void pace_settle(heart *h) {
  for (int32_t k = 0; k < h->p.nowned; k++)
    if (h->p.next[k] > 0) settle_patch(h, k);
}

void pace_show(const heart *h, void *out) {
  for (int32_t k = 0; k < h->p.nowned; k++) look_ahead(h, k, (double)(h->now - h->p.due[k]), out, 0);
}

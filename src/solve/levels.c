#include "solve/levels.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Beyond, a cell is in its upstroke, where every model needs its finest step. The foot of a wave passes it a
 * millisecond before the crossing of 0 mV. */
static const double upstroke_mV_ms = 5;

/* Of Vm from a straight line in a step: what decides how accurate a pace is. The second, which is the smaller
 * one in steps of less than 0.4 ms, holds where a front is about to come: by the first alone a node in the
 * foot of a slow one activates up to 0.6% late. docs/numerics.md has the errors that come of them. */
static const double departure_mV = 0.02, drift_mV_ms = 0.05;

/* Calcium is released and the notch is over by then. */
static const double hold_ms = 20;

/* A level from one patch to the next, and from one step to the next. */
enum { GRADE = 4, GROWTH = 2 };

static const double membrane_mV = 85; /* from rest to 0 mV: what the limits above are meant for */

iso_status iso_levels_new(iso_levels *out, const iso_patches *patches, iso_error *err) {
  const size_t local = (size_t)patches->nlocal, owned = (size_t)patches->nowned;
  const char *what = "levels of the step";
  *out = (iso_levels){.patches = patches};
  ISO_TRY(iso_alloc(&out->level, local, sizeof *out->level, what, err));
  ISO_TRY(iso_alloc(&out->wish, local, sizeof *out->wish, what, err));
  ISO_TRY(iso_alloc(&out->due, local, sizeof *out->due, what, err));
  ISO_TRY(iso_alloc(&out->rate, owned, sizeof *out->rate, what, err));
  ISO_TRY(iso_alloc(&out->bend, owned, sizeof *out->bend, what, err));
  ISO_TRY(iso_alloc(&out->calm, owned, sizeof *out->calm, what, err));
  iso_levels_reset(out, 0);
  return ISO_OK;
}

void iso_levels_free(iso_levels *l) {
  free(l->level);
  free(l->wish);
  free(l->due);
  free(l->rate);
  free(l->bend);
  free(l->calm);
  *l = (iso_levels){0};
}

void iso_levels_reset(iso_levels *l, int64_t step) {
  l->shared = false;
  for (iso_lid p = 0; p < l->patches->nlocal; p++) l->level[p] = l->wish[p] = 1, l->due[p] = step;
  for (iso_lid p = 0; p < l->patches->nowned; p++) l->rate[p] = l->bend[p] = INFINITY, l->calm[p] = step;
}

iso_level_limits iso_level_limits_of(double rest_mV, double active_mV, int most) {
  const double scale = (active_mV - rest_mV) / membrane_mV;
  return (iso_level_limits){.most = (int8_t)most,
                            .rate = upstroke_mV_ms * scale,
                            .departure = departure_mV * scale,
                            .drift = drift_mV_ms * scale};
}

static bool may_take(const iso_levels *l, iso_lid p, int level, double rate, double bend, double step_ms,
                     int64_t left_alone, const iso_level_limits *limits) {
  const double length = level * step_ms, departure = 0.5 * bend * length * length;
  return level <= GROWTH * l->level[p] && level <= limits->most && level <= left_alone &&
         l->due[p] % level == 0 && (level <= ISO_AFTER_UPSTROKE || l->due[p] >= l->calm[p]) &&
         rate <= limits->rate && departure <= limits->departure && departure <= limits->drift * length;
}

void iso_levels_record(iso_levels *l, iso_lid p, int level, double rate, double bend, double step_ms,
                       int64_t left_alone, const iso_level_limits *limits) {
  const double before_rate = l->rate[p], before_bend = l->bend[p];
  l->rate[p] = rate / step_ms;
  l->bend[p] = bend / (0.5 * (level + l->level[p]) * step_ms * step_ms);
  l->level[p] = (int8_t)level;
  l->due[p] += level;
  if (!(l->rate[p] <= limits->rate)) l->calm[p] = l->due[p] + (int64_t)ceil(hold_ms / step_ms);
  rate = before_rate > l->rate[p] ? before_rate : l->rate[p]; /* NaN where this step's is */
  bend = before_bend > l->bend[p] ? before_bend : l->bend[p];
  int wish = 1;
  for (int q = 2; may_take(l, p, q, rate, bend, step_ms, left_alone, limits); q *= 2) wish = q;
  l->wish[p] = (int8_t)wish;
}

int iso_levels_next(const iso_levels *l, iso_lid p, int64_t now) {
  int next = l->wish[p];
  for (int64_t k = l->patches->start[p]; k < l->patches->start[p + 1]; k++) {
    const iso_lid q = l->patches->neighbour[k];
    const int most = GRADE * (l->due[q] == now ? l->wish[q] : l->level[q]);
    if (next > most) next = most;
  }
  return next;
}

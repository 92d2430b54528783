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
  if (l->away) l->away->is_newer = false;
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

static iso_pace_levels arrays_of(const iso_levels *l) {
  return (iso_pace_levels){l->level, l->wish, l->due, l->rate, l->bend, l->calm};
}

void iso_levels_record(iso_levels *l, iso_lid p, int level, double rate, double bend, double step_ms,
                       int64_t left_alone, const iso_level_limits *limits) {
  const iso_pace_levels arrays = arrays_of(l);
  iso_pace_record(&arrays, p, level, rate, bend, step_ms, left_alone, limits);
}

int iso_levels_next(const iso_levels *l, iso_lid p, int64_t now) {
  const iso_pace_levels arrays = arrays_of(l);
  int next = l->wish[p];
  for (int64_t k = l->patches->start[p]; k < l->patches->start[p + 1]; k++) {
    const int most = iso_pace_allows(iso_pace_word_of(&arrays, l->patches->neighbour[k]), now);
    if (next > most) next = most;
  }
  return next;
}

void iso_levels_fetch(const iso_levels *l) {
  if (!l->away || !l->away->is_newer) return;
  iso_device *device = l->away->device;
  const iso_pace_levels *from = &l->away->pace->levels;
  const size_t n = (size_t)l->patches->nowned;
  iso_device_download(device, from->level, 0, l->level, n * sizeof *l->level);
  iso_device_download(device, from->wish, 0, l->wish, n * sizeof *l->wish);
  iso_device_download(device, from->due, 0, l->due, n * sizeof *l->due);
  iso_device_download(device, from->rate, 0, l->rate, n * sizeof *l->rate);
  iso_device_download(device, from->bend, 0, l->bend, n * sizeof *l->bend);
  iso_device_download(device, from->calm, 0, l->calm, n * sizeof *l->calm);
  l->away->is_newer = false;
}

#include "act/icd.h"

#include <math.h>
#include <string.h>

void iso_icd_start(iso_icd *d, const iso_icd_settings *set) {
  *d = (iso_icd){.set = *set, .last = -1, .zone = -1};
}

bool iso_icd_is_treating(const iso_icd *d) { return d->left > 0; }

/* ---- detection ---- */

/* The k-th of the last intervals, from the newest, 0. */
static int64_t interval_before(const iso_icd *d, int64_t k) {
  return d->interval[(d->n - 1 - k) % ISO_ICD_INTERVALS];
}

static bool is_detected(const iso_icd *d, const iso_zone *zone) {
  const int64_t of = d->zone < 0 ? zone->of : d->set.again_of;
  const int64_t wanted = d->zone < 0 ? zone->count : d->set.again_count;
  int64_t within = 0;
  if (interval_before(d, 0) > zone->interval) return false;
  for (int64_t k = 0; k < of && k < d->n; k++) within += interval_before(d, k) <= zone->interval;
  return within >= wanted;
}

/* The fastest zone that is, or -1. */
static int detected_zone(const iso_icd *d) {
  for (int z = d->set.nzones - 1; z >= 0; z--)
    if (is_detected(d, &d->set.zone[z])) return z;
  return -1;
}

/* ---- therapies ---- */

static int64_t at_least(int64_t interval, int64_t minimum) { return interval > minimum ? interval : minimum; }

static double measured_cycle(const iso_icd *d) {
  const int64_t n = d->n < ISO_ICD_MEASURED ? d->n : ISO_ICD_MEASURED;
  int64_t sum = 0;
  for (int64_t k = 0; k < n; k++) sum += interval_before(d, k);
  return (double)sum / (double)n;
}

static void begin_attempt(iso_icd *d, int64_t tick) {
  const iso_therapy *t = &d->set.zone[d->zone].therapy[d->therapy];
  const int64_t first = (int64_t)floor(0.01 * t->percent * measured_cycle(d) + 0.5) - d->attempt * t->scan;
  d->spacing = at_least(first, t->minimum);
  d->due = tick + d->spacing;
  d->left = t->pulses;
  d->treated = 1;
  d->attempts++;
}

/* After a failed attempt the next one; in a faster zone, its first. */
static void choose_attempt(iso_icd *d, int zone) {
  if (zone != d->zone && !(d->zone >= 0 && zone < d->zone)) {
    d->zone = zone, d->therapy = 0, d->attempt = 0;
    return;
  }
  const iso_zone *z = &d->set.zone[d->zone];
  if (d->therapy < z->ntherapies && ++d->attempt >= z->therapy[d->therapy].attempts)
    d->therapy++, d->attempt = 0;
}

static int detect(iso_icd *d, int64_t tick, int zone, iso_mark *mark) {
  int n = 0;
  if (d->exhausted) return 0;
  if (d->zone < 0) d->episodes++, d->treated = 0;
  choose_attempt(d, zone);
  mark[n++] = ISO_MARK_TD;
  d->fast = tick;
  if (d->therapy < d->set.zone[d->zone].ntherapies) {
    begin_attempt(d, tick);
  } else {
    d->exhausted = 1;
    mark[n++] = ISO_MARK_TX;
  }
  return n;
}

static int give(iso_icd *d, int64_t tick, iso_mark *mark) {
  const iso_therapy *t = &d->set.zone[d->zone].therapy[d->therapy];
  if (tick < d->due) return 0;
  *mark = ISO_MARK_TP;
  d->last = d->fast = tick;
  d->spacing = at_least(d->spacing - t->ramp, t->minimum);
  d->due = tick + d->spacing;
  if (--d->left == 0) d->n = 0; /* intervals are counted anew */
  return 1;
}

static int end(iso_icd *d, iso_mark *mark) {
  d->terminated += d->treated && !d->exhausted;
  d->zone = -1, d->exhausted = 0, d->n = 0;
  *mark = ISO_MARK_TE;
  return 1;
}

/* An interval ends with a beat, but for the first of all. */
static int count_beat(iso_icd *d, int64_t tick, iso_mark *mark) {
  const int64_t interval = tick - d->last;
  const bool is_first = d->last < 0;
  d->last = tick;
  if (is_first) return 0;
  d->interval[d->n++ % ISO_ICD_INTERVALS] = interval;
  if (d->zone >= 0 && interval <= d->set.zone[d->zone].interval) d->fast = tick;
  const int zone = detected_zone(d);
  return zone >= 0 ? detect(d, tick, zone, mark) : 0;
}

int iso_icd_tick(iso_icd *d, int64_t tick, bool ventricular, iso_mark *mark) {
  if (d->set.nzones == 0) return 0;
  if (d->left > 0) return give(d, tick, mark);
  if (ventricular) return count_beat(d, tick, mark);
  return d->zone >= 0 && tick - d->fast >= d->set.ended ? end(d, mark) : 0;
}

/* ---- saving ---- */

void iso_icd_pack(const iso_icd *d, int64_t *state) {
  const int64_t all[ISO_ICD_STATE - ISO_ICD_INTERVALS] = {
      d->last, d->n,    d->zone, d->therapy, d->attempt,  d->exhausted, d->treated,
      d->fast, d->left, d->due,  d->spacing, d->episodes, d->attempts,  d->terminated};
  memcpy(state, all, sizeof all);
  memcpy(state + sizeof all / sizeof *all, d->interval, sizeof d->interval);
}

void iso_icd_unpack(iso_icd *d, const int64_t *state) {
  d->last = state[0], d->n = state[1], d->zone = state[2], d->therapy = state[3], d->attempt = state[4];
  d->exhausted = state[5], d->treated = state[6], d->fast = state[7], d->left = state[8], d->due = state[9];
  d->spacing = state[10], d->episodes = state[11], d->attempts = state[12], d->terminated = state[13];
  memcpy(d->interval, state + ISO_ICD_STATE - ISO_ICD_INTERVALS, sizeof d->interval);
}

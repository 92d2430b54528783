#include "ecg/average.h"

#include "base/ascending.h"
#include "base/memory.h"
#include "ecg/band.h"
#include "ecg/measures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In samples, which are ms. */
enum {
  BEFORE_QRS = 100, /* of the fastest moment, what is compared of a beat */
  AFTER_QRS = 150,
  SHIFT = 30, /* at most, either way */
  FIRST = 15, /* beats that a template is chosen of */
  LEVEL = 15,
  REST = 2,          /* the level is of so many samples, so many before QRS */
  MOST_BEFORE = 350, /* the average begins and ends, of the fastest moment, */
  MOST_AFTER = 700,  /* and at 0.35 and 0.65 of the median interval */
  WIDTH = BEFORE_QRS + AFTER_QRS
};
#define LIKE 0.9
#define EARLY 0.8
#define FARTHEST_MS 4.0

typedef struct work {
  const iso_ecg_record *record;
  const char *path;
  int n, nleads; /* samples of 1 ms */
  double *value; /* [nleads][n] */
  int nfree, *independent;
  int nbeats, *at; /* [nbeats] the fastest sample, moved to where it fits */
  char *used;      /* [nbeats] */
  double *pattern; /* [nfree][WIDTH], each with mean 0 and all with square 1 */
  int before, after;
  iso_ecg_average *out;
  iso_error *err;
} work;

#define FAIL(w, ...) iso_fail((w)->err, ISO_EINPUT, __VA_ARGS__)

/* ---- samples of 1 ms ---- */

static double step_of(const iso_ecg_record *r) { return (r->time_ms[r->n - 1] - r->time_ms[0]) / (r->n - 1); }

iso_status iso_ecg_check_times(const iso_ecg_record *r, const char *path, iso_error *err) {
  const double step = step_of(r);
  if (step > FARTHEST_MS)
    return iso_fail(err, ISO_EINPUT,
                    "%s: samples are %g ms apart; beats are found in those up to %g ms apart", path, step,
                    FARTHEST_MS);
  for (int i = 0; i < r->n; i++)
    if (fabs(r->time_ms[i] - r->time_ms[0] - i * step) > 0.5 * step)
      return iso_fail(err, ISO_EINPUT,
                      "%s: samples are not evenly spaced: that at %g ms would be at %g ms; fill the gap, or "
                      "cut there",
                      path, r->time_ms[i], r->time_ms[0] + i * step);
  return ISO_OK;
}

/* Between samples by the cubic through four (Catmull and Rom): those of a whole ms stay as they are. */
static double between(const double *x, int n, double at) {
  const int k = (int)fmin(fmax(floor(at), 0), n - 2);
  const double u = at - k, a = x[k > 0 ? k - 1 : 0], b = x[k], c = x[k + 1], d = x[k + 2 < n ? k + 2 : n - 1];
  return b + 0.5 * u * (c - a + u * (2 * a - 5 * b + 4 * c - d + u * (3 * (b - c) + d - a)));
}

static iso_status resample(work *w) {
  const iso_ecg_record *r = w->record;
  const double rate_hz = 1000 / step_of(r);
  double *x;
  ISO_TRY(iso_ecg_check_times(r, w->path, w->err));
  w->out->low_hz = ISO_ECG_LOW_HZ, w->out->high_hz = iso_ecg_high_hz(rate_hz);
  w->n = (int)floor(r->time_ms[r->n - 1] - r->time_ms[0] + 1e-9) + 1; /* 1e-9: a rounded end counts */
  ISO_TRY(iso_alloc(&w->value, (size_t)w->n * (size_t)r->nleads, sizeof *w->value, "beats", w->err));
  ISO_TRY(iso_alloc(&x, (size_t)r->n, sizeof *x, "beats", w->err));
  iso_status status = ISO_OK;
  for (int k = 0; k < r->nleads && status == ISO_OK; k++) {
    memcpy(x, r->value + (size_t)k * (size_t)r->n, (size_t)r->n * sizeof *x);
    status = iso_ecg_band(x, r->n, rate_hz, w->err);
    for (int t = 0; t < w->n; t++)
      w->value[(size_t)k * (size_t)w->n + (size_t)t] = between(x, r->n, t * rate_hz / 1000);
  }
  free(x);
  return status;
}

/* ---- beats ---- */

static const double *lead(const work *w, int column) { return w->value + (size_t)column * (size_t)w->n; }

/* What measures look at, of a record or of its samples of 1 ms. pointer: room [nleads]. */
static iso_ecg_signals signals_of(const iso_ecg_record *r, const int *independent, int nfree,
                                  const double **pointer) {
  for (int k = 0; k < nfree; k++) pointer[k] = r->value + (size_t)independent[k] * (size_t)r->n;
  return (iso_ecg_signals){.n = r->n, .time_ms = r->time_ms, .nleads = nfree, .lead = pointer};
}

static iso_status find_in(const iso_ecg_record *r, double **peak_ms, int *n, iso_error *err) {
  int *independent;
  const double **pointer = NULL;
  ISO_TRY(iso_alloc(&independent, (size_t)r->nleads, sizeof *independent, "beats", err));
  iso_status status = iso_alloc(&pointer, (size_t)r->nleads, sizeof *pointer, "beats", err);
  if (status == ISO_OK) {
    const int nfree = iso_ecg_record_independent(r, independent);
    const iso_ecg_signals signals = signals_of(r, independent, nfree, pointer);
    status = iso_ecg_find_beats(&signals, peak_ms, n, err);
  }
  free(pointer);
  free(independent);
  return status;
}

iso_status iso_ecg_count_beats(const iso_ecg_record *record, int *count, iso_error *err) {
  double *peak_ms = NULL;
  const iso_status status = find_in(record, &peak_ms, count, err);
  free(peak_ms);
  return status;
}

/* In the filtered samples: names are the record's. */
static iso_status find_beats(work *w) {
  double *time_ms, *peak_ms = NULL;
  ISO_TRY(iso_alloc(&time_ms, (size_t)w->n, sizeof *time_ms, "beats", w->err));
  for (int t = 0; t < w->n; t++) time_ms[t] = t;
  const iso_ecg_record filtered = {
      .n = w->n, .nleads = w->nleads, .time_ms = time_ms, .name = w->record->name, .value = w->value};
  iso_status status = find_in(&filtered, &peak_ms, &w->nbeats, w->err);
  free(time_ms);
  if (status == ISO_OK) status = iso_alloc(&w->at, (size_t)w->nbeats, sizeof *w->at, "beats", w->err);
  if (status == ISO_OK) status = iso_alloc(&w->used, (size_t)w->nbeats, 1, "beats", w->err);
  for (int b = 0; b < w->nbeats && status == ISO_OK; b++) w->at[b] = (int)peak_ms[b];
  free(peak_ms);
  w->out->found = w->nbeats;
  return status;
}

static iso_status find_interval(work *w) {
  const int n = w->nbeats - 1;
  int *rr;
  ISO_TRY(iso_alloc(&rr, (size_t)w->nbeats, sizeof *rr, "beats", w->err));
  for (int b = 0; b < n; b++) rr[b] = w->at[b + 1] - w->at[b];
  qsort(rr, (size_t)n, sizeof *rr, iso_ascending_int32);
  w->out->rr_ms = 0.5 * (rr[(n - 1) / 2] + rr[n / 2]);
  free(rr);
  w->before = (int)fmin(MOST_BEFORE, 0.35 * w->out->rr_ms);
  w->after = (int)fmin(MOST_AFTER, 0.65 * w->out->rr_ms);
  return ISO_OK;
}

/* Whether all that is looked at of a beat is in the record, wherever it is moved. */
static bool is_whole(const work *w, int b) {
  const int before = w->before > BEFORE_QRS ? w->before : BEFORE_QRS;
  const int after = w->after > AFTER_QRS ? w->after : AFTER_QRS;
  return w->at[b] - before - SHIFT >= 0 && w->at[b] + after + SHIFT < w->n;
}

static bool is_early(const work *w, int b) {
  const double least = EARLY * w->out->rr_ms;
  return (b > 0 && w->at[b] - w->at[b - 1] < least) || (b + 1 < w->nbeats && w->at[b + 1] - w->at[b] < least);
}

/* ---- likeness ---- */

/* A beat's QRS to shape [nfree][WIDTH], as the template is. */
static void take_shape(const work *w, int at, double *shape) {
  double square = 0;
  for (int l = 0; l < w->nfree; l++) {
    const double *x = lead(w, w->independent[l]) + at - BEFORE_QRS;
    double mean = 0, *to = shape + l * WIDTH;
    for (int t = 0; t < WIDTH; t++) mean += x[t] / WIDTH;
    for (int t = 0; t < WIDTH; t++) to[t] = x[t] - mean, square += to[t] * to[t];
  }
  for (int i = 0; i < w->nfree * WIDTH; i++) shape[i] *= square > 0 ? 1 / sqrt(square) : 0;
}

/* The correlation with a shape where it is best, *at being moved there. room as shape. */
static double fit_shape(const work *w, const double *shape, int *at, double *room) {
  const int middle = *at;
  double most = -1;
  for (int k = 0; k <= 2 * SHIFT; k++) {
    const int shift = k % 2 ? (k + 1) / 2 : -k / 2; /* the nearest of equal ones */
    double product = 0;
    take_shape(w, middle + shift, room);
    for (int i = 0; i < w->nfree * WIDTH; i++) product += room[i] * shape[i];
    if (product > most) most = product, *at = middle + shift;
  }
  return most;
}

/* The template is the beat of the first that most are like. room [2][nfree][WIDTH]. */
static void choose_template(work *w, double *room) {
  const size_t size = (size_t)w->nfree * WIDTH;
  int best = 0;
  for (int a = 0, seen = 0; a < w->nbeats && seen < FIRST; a++) {
    int like = 0;
    if (!is_whole(w, a)) continue;
    seen++;
    take_shape(w, w->at[a], room);
    for (int b = 0, other = 0; b < w->nbeats && other < FIRST; b++) {
      int at = w->at[b];
      if (!is_whole(w, b)) continue;
      other++;
      like += fit_shape(w, room, &at, room + size) >= LIKE;
    }
    if (like > best) best = like, memcpy(w->pattern, room, size * sizeof *room);
  }
}

/* Moves beats to where they fit, and says which are used. Returns how many. */
static int align(work *w, double *room) {
  iso_ecg_average *o = w->out;
  o->used = o->unlike = o->early = o->cut = 0;
  for (int b = 0; b < w->nbeats; b++) w->used[b] = !is_early(w, b); /* before any of them is moved */
  for (int b = 0; b < w->nbeats; b++) {
    int at = w->at[b];
    const bool whole = is_whole(w, b), early = !w->used[b];
    const bool like = whole && fit_shape(w, w->pattern, &at, room) >= LIKE;
    w->used[b] = like && !early;
    if (w->used[b]) w->at[b] = at;
    if (!whole)
      o->cut++;
    else if (!like)
      o->unlike++;
    else if (early)
      o->early++;
    o->used += w->used[b];
  }
  return o->used;
}

/* The template is the mean of the beats that are used. */
static void average_template(work *w, double *room) {
  const size_t size = (size_t)w->nfree * WIDTH;
  double square = 0;
  memset(w->pattern, 0, size * sizeof *room);
  for (int b = 0; b < w->nbeats; b++) {
    if (!w->used[b]) continue;
    take_shape(w, w->at[b], room);
    for (size_t i = 0; i < size; i++) w->pattern[i] += room[i];
  }
  for (size_t i = 0; i < size; i++) square += w->pattern[i] * w->pattern[i];
  for (size_t i = 0; i < size; i++) w->pattern[i] /= sqrt(square);
}

static iso_status choose_beats(work *w) {
  const size_t size = (size_t)w->nfree * WIDTH;
  double *room;
  ISO_TRY(iso_alloc(&w->pattern, size, sizeof *w->pattern, "beats", w->err));
  ISO_TRY(iso_alloc(&room, 2 * size, sizeof *room, "beats", w->err));
  choose_template(w, room);
  if (align(w, room) >= ISO_ECG_FEWEST_BEATS) average_template(w, room), align(w, room);
  free(room);
  if (w->out->used >= ISO_ECG_FEWEST_BEATS) return ISO_OK;
  return FAIL(w,
              "%s: of %d beats %d are unlike the others, %d early and %d cut; an average needs %d that are "
              "none of these: is it an ECG, and long enough?",
              w->path, w->nbeats, w->out->unlike, w->out->early, w->out->cut, ISO_ECG_FEWEST_BEATS);
}

/* ---- the average ---- */

static void add_up(work *w) {
  iso_ecg_record *beat = &w->out->beat;
  for (int l = 0; l < w->nleads; l++)
    for (int b = 0; b < w->nbeats; b++)
      for (int t = 0; t < beat->n && w->used[b]; t++)
        beat->value[l * beat->n + t] += lead(w, l)[w->at[b] - w->before + t] / w->out->used;
}

static double level(const double *x, int onset) {
  double sum = 0;
  const int end = onset - REST > 1 ? onset - REST : 1, first = end > LEVEL ? end - LEVEL : 0;
  for (int t = first; t < end; t++) sum += x[t];
  return sum / (end - first);
}

/* Around the average, each from its own level, from the beginning of QRS to its end. */
static double spread(const work *w, int l, int onset, int offset) {
  const iso_ecg_record *beat = &w->out->beat;
  const double *mean = beat->value + (size_t)l * (size_t)beat->n;
  double square = 0;
  for (int b = 0; b < w->nbeats; b++) {
    if (!w->used[b]) continue;
    const double *x = lead(w, l) + w->at[b] - w->before, own = level(x, onset);
    for (int t = onset; t <= offset; t++) square += (x[t] - own - mean[t]) * (x[t] - own - mean[t]);
  }
  return sqrt(square / ((w->out->used - 1.0) * (offset - onset + 1)));
}

static iso_status copy_names(work *w) {
  iso_ecg_record *beat = &w->out->beat;
  for (int l = 0; l < w->nleads; l++) {
    const size_t size = strlen(w->record->name[l]) + 1;
    ISO_TRY(iso_alloc(&beat->name[l], size, 1, "an ECG", w->err));
    memcpy(beat->name[l], w->record->name[l], size);
  }
  memcpy(beat->date, w->record->date, sizeof beat->date);
  return ISO_OK;
}

static iso_status make_room(work *w) {
  iso_ecg_record *beat = &w->out->beat;
  const size_t n = (size_t)(w->before + w->after + 1), nleads = (size_t)w->nleads;
  ISO_TRY(iso_alloc(&beat->name, nleads, sizeof *beat->name, "an ECG", w->err));
  beat->nleads = w->nleads, beat->n = (int)n;
  ISO_TRY(iso_alloc(&beat->time_ms, n, sizeof *beat->time_ms, "an ECG", w->err));
  ISO_TRY(iso_alloc(&beat->value, n * nleads, sizeof *beat->value, "an ECG", w->err));
  ISO_TRY(iso_alloc(&w->out->beat_sd_mV, nleads, sizeof *w->out->beat_sd_mV, "an ECG", w->err));
  for (int t = 0; t < beat->n; t++) beat->time_ms[t] = t;
  return copy_names(w);
}

static iso_status make_average(work *w) {
  iso_ecg_record *beat = &w->out->beat;
  iso_ecg_measures m;
  const double **pointer;
  ISO_TRY(make_room(w));
  add_up(w);
  ISO_TRY(iso_alloc(&pointer, (size_t)w->nfree, sizeof *pointer, "beats", w->err));
  const iso_ecg_signals signals = signals_of(beat, w->independent, w->nfree, pointer);
  const iso_status status = iso_ecg_measure(&signals, &m, w->err);
  free(pointer);
  ISO_TRY(status);
  if (m.beats < 1) return FAIL(w, "%s: the average of %d beats has no QRS complex", w->path, w->out->used);
  if (isnan(m.qrs_onset_ms))
    return FAIL(
        w,
        "%s: the average of %d beats is at rest for less than a quarter of its time, so that the ends of "
        "its QRS complex cannot be told: filter its noise, or take a slower rhythm",
        w->path, w->out->used);
  const int onset = (int)m.qrs_onset_ms, offset = (int)m.qrs_offset_ms;
  w->out->qrs_ms = m.qrs_duration_ms;
  for (int l = 0; l < w->nleads; l++) {
    double *x = beat->value + (size_t)l * (size_t)beat->n;
    const double own = level(x, onset);
    for (int t = 0; t < beat->n; t++) x[t] -= own;
    w->out->beat_sd_mV[l] = spread(w, l, onset, offset);
  }
  for (int t = 0; t < beat->n; t++) beat->time_ms[t] -= onset;
  return ISO_OK;
}

static iso_status make(work *w) {
  ISO_TRY(resample(w));
  ISO_TRY(iso_alloc(&w->independent, (size_t)w->nleads, sizeof *w->independent, "beats", w->err));
  w->nfree = iso_ecg_record_independent(w->record, w->independent);
  ISO_TRY(find_beats(w));
  if (w->nbeats < ISO_ECG_FEWEST_BEATS)
    return FAIL(w, "%s: %d beats were found in %d ms; an average needs %d: is it an ECG, and long enough?",
                w->path, w->nbeats, w->n - 1, ISO_ECG_FEWEST_BEATS);
  ISO_TRY(find_interval(w));
  ISO_TRY(choose_beats(w));
  return make_average(w);
}

iso_status iso_ecg_average_new(iso_ecg_average *out, const iso_ecg_record *record, const char *path,
                               iso_error *err) {
  work w = {.record = record, .path = path, .nleads = record->nleads, .out = out, .err = err};
  *out = (iso_ecg_average){0};
  const iso_status status = make(&w);
  free(w.value);
  free(w.independent);
  free(w.at);
  free(w.used);
  free(w.pattern);
  return status;
}

void iso_ecg_average_free(iso_ecg_average *average) {
  iso_ecg_record_free(&average->beat);
  free(average->beat_sd_mV);
  *average = (iso_ecg_average){0};
}

const char *iso_ecg_average_say(const iso_ecg_average *a, char text[ISO_ECG_SAID]) {
  snprintf(text, ISO_ECG_SAID,
           "the mean of %d of %d beats (%d unlike the others, %d early, %d cut), %g to %g Hz", a->used,
           a->found, a->unlike, a->early, a->cut, a->low_hz, a->high_hz);
  return text;
}

double iso_ecg_average_sd(const iso_ecg_average *a, int column) {
  return fmax(1e-3, a->beat_sd_mV[column] / sqrt(a->used));
}

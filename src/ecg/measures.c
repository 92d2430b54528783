#include "ecg/measures.h"

#include "base/ascending.h"
#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* All in samples, which are ms. */
enum {
  LEAST = 20,        /* of a record */
  FAST = 2,          /* on either side, that the slope of a QRS is fitted to */
  SLOW = 16,         /* and that of a T wave */
  APART = 250,       /* peaks of two QRS complexes, at least */
  GAP = 20,          /* a pause in a QRS, at most */
  LONGEST_QRS = 300, /* on either side of its fastest point */
  LEVEL = 15,        /* before the QRS, whose mean is the level that waves stand on */
  NOT_YET_T = 60,    /* after the QRS */
  LATEST_T = 650     /* the end of T after the onset, at most; and 75% of the next beat's */
};
#define FASTEST 0.4    /* of the fastest QRS, to be one */
#define QRS_SPEED 0.05 /* of its own fastest point */
#define NOISE 4.0      /* times the lower quartile of the speed */
#define RESTLESS 0.25  /* of a QRS' fastest point: with more noise than that its ends are not told */
#define T_FALLS 0.3    /* of its peak: what T has to reach, or its end is not in the record */

typedef struct record {
  int64_t n;
  double start_ms;
  int nleads;
  double *value;    /* [nleads][n] mV */
  double *limb[2];  /* [n] or NULL */
  double *speed;    /* [n] mV/ms */
  double *size;     /* [n] of the vector, mV, for one beat */
  double threshold; /* of noise, mV/ms */
} record;

typedef struct beat {
  int64_t peak, onset, offset, t_peak;
  double t_end;   /* NAN: not found */
  double area[2]; /* net, of the QRS in I and aVF, mV ms */
} beat;

/* ---- samples of 1 ms ---- */

static void resample(const iso_ecg_signals *s, const double *from, const record *r, double *to) {
  int64_t k = 0;
  for (int64_t i = 0; i < r->n; i++) {
    const double t = r->start_ms + (double)i;
    while (k + 2 < s->n && s->time_ms[k + 1] < t) k++;
    const double part = (t - s->time_ms[k]) / (s->time_ms[k + 1] - s->time_ms[k]);
    to[i] = from[k] + fmin(fmax(part, 0), 1) * (from[k + 1] - from[k]);
  }
}

static double at(const record *r, const double *x, int64_t i) {
  return x[i < 0 ? 0 : i >= r->n ? r->n - 1 : i];
}

/* The least-squares slope over 2 half + 1 samples. */
static double slope(const record *r, const double *x, int64_t i, int half) {
  double rise = 0, run = 0;
  for (int j = 1; j <= half; j++) {
    rise += j * (at(r, x, i + j) - at(r, x, i - j));
    run += 2.0 * j * j;
  }
  return rise / run;
}

static void find_speed(record *r) {
  for (int64_t i = 0; i < r->n; i++) {
    double sum = 0;
    for (int k = 0; k < r->nleads; k++) sum += pow(slope(r, r->value + k * r->n, i, FAST), 2);
    r->speed[i] = sqrt(sum);
  }
}

/* Sorts values [n]. */
static double median(double *values, int64_t n) {
  if (n == 0) return NAN;
  qsort(values, (size_t)n, sizeof *values, iso_ascending_double);
  return 0.5 * (values[(n - 1) / 2] + values[n / 2]);
}

static iso_status make_record(const iso_ecg_signals *s, record *r, iso_error *err) {
  const size_t n = (size_t)r->n;
  ISO_TRY(iso_alloc(&r->value, (size_t)r->nleads * n, sizeof *r->value, "measures of an ECG", err));
  ISO_TRY(iso_alloc(&r->speed, n, sizeof *r->speed, "measures of an ECG", err));
  ISO_TRY(iso_alloc(&r->size, n, sizeof *r->size, "measures of an ECG", err));
  for (int k = 0; k < r->nleads; k++) resample(s, s->lead[k], r, r->value + k * r->n);
  for (int k = 0; k < 2 && s->limb[0] && s->limb[1]; k++) {
    ISO_TRY(iso_alloc(&r->limb[k], n, sizeof *r->limb[k], "measures of an ECG", err));
    resample(s, s->limb[k], r, r->limb[k]);
  }
  find_speed(r);
  memcpy(r->size, r->speed, n * sizeof *r->size);
  qsort(r->size, n, sizeof *r->size, iso_ascending_double);
  r->threshold = NOISE * r->size[n / 4];
  return ISO_OK;
}

static void free_record(record *r) {
  free(r->value);
  free(r->speed);
  free(r->size);
  free(r->limb[0]);
  free(r->limb[1]);
}

/* ---- a QRS complex ---- */

static int64_t fastest(const record *r, int64_t first, int64_t end) {
  int64_t most = first;
  for (int64_t i = first; i < end; i++)
    if (r->speed[i] > r->speed[most]) most = i;
  return most;
}

/* The last sample of the QRS from peak on in a direction, 1 or -1. */
static int64_t edge(const record *r, int64_t peak, int direction, double threshold) {
  int64_t last = peak;
  for (int64_t k = 1; k <= LONGEST_QRS; k++) {
    const int64_t i = peak + direction * k;
    if (i < 0 || i >= r->n || direction * (i - last) > GAP) break;
    if (r->speed[i] > threshold) last = i;
  }
  return last;
}

static void find_qrs(const record *r, beat *b) {
  const double threshold = fmax(QRS_SPEED * r->speed[b->peak], r->threshold);
  b->onset = edge(r, b->peak, -1, threshold);
  b->offset = edge(r, b->peak, 1, threshold);
}

static double level_before(const double *x, const beat *b) {
  const int64_t end = b->onset > 2 ? b->onset - 2 : 1, first = end > LEVEL ? end - LEVEL : 0;
  double sum = 0;
  for (int64_t i = first; i < end; i++) sum += x[i];
  return sum / (double)(end - first);
}

static double area(const double *x, const beat *b) {
  const double level = level_before(x, b);
  double sum = 0;
  for (int64_t i = b->onset; i <= b->offset; i++) sum += x[i] - level;
  return sum;
}

/* ---- its T wave ---- */

/* Root mean square of the leads against their levels before the QRS, from first to end. */
static void find_size(record *r, const beat *b, int64_t first, int64_t end) {
  for (int64_t i = first; i < end; i++) r->size[i] = 0;
  for (int k = 0; k < r->nleads; k++) {
    const double *x = r->value + k * r->n, level = level_before(x, b);
    for (int64_t i = first; i < end; i++) r->size[i] += pow(x[i] - level, 2);
  }
  for (int64_t i = first; i < end; i++) r->size[i] = sqrt(r->size[i] / r->nleads);
}

/* limit: where the wave has to be over. */
static void find_t(record *r, beat *b, int64_t limit) {
  const int64_t first = b->offset + NOT_YET_T;
  b->t_peak = -1, b->t_end = NAN;
  if (first + 2 >= limit) return;
  find_size(r, b, first, limit);
  int64_t peak = first, lowest, steepest;
  for (int64_t i = first; i < limit; i++)
    if (r->size[i] > r->size[peak]) peak = i;
  if (peak == first || peak == limit - 1) return; /* the edge of something else */
  b->t_peak = lowest = steepest = peak;
  for (int64_t i = peak; i < limit; i++)
    if (r->size[i] < r->size[lowest]) lowest = i;
  if (r->size[lowest] > T_FALLS * r->size[peak]) return;
  double most = 0;
  for (int64_t i = peak; i <= lowest && i + SLOW < limit; i++) {
    const double falls = -slope(r, r->size, i, SLOW);
    if (falls > most) most = falls, steepest = i;
  }
  if (most > 0) b->t_end = (double)steepest + (r->size[steepest] - r->size[lowest]) / most;
}

/* ---- beats ---- */

/* The next QRS after the sample from, faster than it has to be; false: there is none. */
static bool next_beat(const record *r, int64_t from, double speed, beat *b) {
  int64_t i = from;
  while (i < r->n && r->speed[i] <= speed) i++;
  if (i >= r->n) return false;
  b->peak = fastest(r, i, i + APART < r->n ? i + APART : r->n);
  find_qrs(r, b);
  return true;
}

/* The fastest sample, or in a long record the median of those of every two seconds: artefacts are faster. */
static double fastest_qrs(record *r) {
  enum { SPAN = 2000 };
  const int64_t spans = r->n / SPAN;
  if (spans < 3) return r->speed[fastest(r, 0, r->n)];
  for (int64_t k = 0; k < spans; k++) r->size[k] = r->speed[fastest(r, k * SPAN, (k + 1) * SPAN)];
  return median(r->size, spans);
}

static iso_status find_beats(record *r, beat **beats, int *n, iso_error *err) {
  const double speed = fmax(FASTEST * fastest_qrs(r), r->threshold);
  beat found;
  *n = 0;
  for (int64_t from = 0; speed > 0 && next_beat(r, from, speed, &found); from = found.offset + APART) {
    ISO_TRY(iso_realloc(beats, (size_t)*n + 1, sizeof **beats, "measures of an ECG", err));
    (*beats)[(*n)++] = found;
  }
  for (int k = 0; k < *n; k++) {
    beat *b = &(*beats)[k];
    int64_t limit = b->onset + LATEST_T < r->n ? b->onset + LATEST_T : r->n;
    if (k + 1 < *n)
      limit = (int64_t)fmin((double)limit, (double)b->onset + 0.75 * (double)(b[1].onset - b->onset));
    for (int l = 0; l < 2 && r->limb[0]; l++) b->area[l] = area(r->limb[l], b);
    find_t(r, b, limit);
  }
  return ISO_OK;
}

/* ---- their measures ---- */

typedef double of_beat(const beat *b, const beat *next);
static double duration(const beat *b, const beat *next) { return (void)next, (double)(b->offset - b->onset); }
static double qt(const beat *b, const beat *next) { return (void)next, b->t_end - (double)b->onset; }
static double rr(const beat *b, const beat *next) { return next ? (double)(next->onset - b->onset) : NAN; }

/* room [n] */
static double median_of(of_beat *value, const beat *beats, int n, double *room) {
  int64_t found = 0;
  for (int k = 0; k < n; k++) {
    const double x = value(&beats[k], k + 1 < n ? &beats[k + 1] : NULL);
    if (!isnan(x)) room[found++] = x;
  }
  return median(room, found);
}

/* Of the mean areas of all beats. aVF is sqrt(3) / 2 as sensitive as I is (Einthoven's triangle). */
static double axis(const record *r, const beat *beats, int n) {
  const double pi = 3.14159265358979323846;
  double sum[2] = {0};
  if (!r->limb[0]) return NAN;
  for (int k = 0; k < n; k++)
    for (int l = 0; l < 2; l++) sum[l] += beats[k].area[l];
  return 180 / pi * atan2(2 / sqrt(3) * sum[1], sum[0]);
}

/* Whether the threshold of noise lets the ends of a QRS be found: not in a record of which less than a
 * quarter is at rest, such as one that ends within the T wave. */
static bool has_ends(const record *r, const beat *beats, int n) {
  double most = 0;
  for (int k = 0; k < n; k++) most = fmax(most, r->speed[beats[k].peak]);
  return r->threshold <= RESTLESS * most;
}

static void summarise(const record *r, const beat *beats, int n, double *room, iso_ecg_measures *out) {
  out->qrs_onset_ms = r->start_ms + (double)beats[0].onset;
  out->qrs_offset_ms = r->start_ms + (double)beats[0].offset;
  out->t_peak_ms = beats[0].t_peak < 0 ? NAN : r->start_ms + (double)beats[0].t_peak;
  out->t_end_ms = r->start_ms + beats[0].t_end;
  out->qrs_duration_ms = median_of(duration, beats, n, room);
  out->qt_ms = median_of(qt, beats, n, room);
  out->qrs_axis_deg = axis(r, beats, n);
  out->rr_ms = median_of(rr, beats, n, room);
  out->qtc_bazett_ms = out->qt_ms / sqrt(out->rr_ms / 1000);
  out->qtc_fridericia_ms = out->qt_ms / cbrt(out->rr_ms / 1000);
}

static bool is_fine(const iso_ecg_signals *s) {
  if (s->n < 2 || s->nleads == 0 || s->time_ms[s->n - 1] - s->time_ms[0] < LEAST) return false;
  for (int64_t i = 1; i < s->n; i++)
    if (!(s->time_ms[i] > s->time_ms[i - 1] && s->time_ms[i] - s->time_ms[i - 1] <= 4)) return false;
  return true;
}

static record record_of(const iso_ecg_signals *s) {
  return (record){.start_ms = s->time_ms[0],
                  .n = (int64_t)floor(s->time_ms[s->n - 1] - s->time_ms[0]) + 1,
                  .nleads = s->nleads};
}

iso_status iso_ecg_measure(const iso_ecg_signals *s, iso_ecg_measures *out, iso_error *err) {
  *out = (iso_ecg_measures){0, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
  if (!is_fine(s)) return ISO_OK;
  record r = record_of(s);
  beat *beats = NULL;
  int n = 0;
  iso_status status = make_record(s, &r, err);
  if (status == ISO_OK) status = find_beats(&r, &beats, &n, err);
  out->beats = n;
  if (status == ISO_OK && n > 0 && has_ends(&r, beats, n))
    summarise(&r, beats, n, r.speed, out); /* beats are fewer than samples */
  free(beats);
  free_record(&r);
  return status;
}

iso_status iso_ecg_find_beats(const iso_ecg_signals *s, double **peak_ms, int *n, iso_error *err) {
  *peak_ms = NULL;
  *n = 0;
  if (!is_fine(s)) return ISO_OK;
  record r = record_of(s);
  beat *beats = NULL;
  iso_status status = make_record(s, &r, err);
  if (status == ISO_OK) status = find_beats(&r, &beats, n, err);
  if (status == ISO_OK) status = iso_alloc(peak_ms, (size_t)*n, sizeof **peak_ms, "beats", err);
  for (int k = 0; k < *n && status == ISO_OK; k++) (*peak_ms)[k] = r.start_ms + (double)beats[k].peak;
  free(beats);
  free_record(&r);
  return status;
}

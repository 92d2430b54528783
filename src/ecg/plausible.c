#include "ecg/plausible.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>

#define LEAST_MV 0.02
#define MOST_MV 50
#define FLAT_MV 0.1
#define LEAST_P_MV 0.03

/* ---- units and names ---- */

iso_status iso_ecg_check_units(const iso_ecg_record *f, const char *path, iso_error *err) {
  double most = 0;
  for (int k = 0; k < f->nleads; k++) {
    const double range = iso_ecg_record_range(f, k);
    if (range > MOST_MV)
      return iso_fail(err, ISO_EINPUT,
                      "%s: samples of the lead '%.30s' span %g mV, which is above %d; they may be in uV",
                      path, f->name[k], range, MOST_MV);
    most = fmax(most, range);
  }
  if (most < LEAST_MV)
    return iso_fail(err, ISO_EINPUT, "%s: no lead has more than %g mV; they may be in V", path, most);
  return ISO_OK;
}

const char *iso_ecg_missing(const iso_ecg_record *f, char text[ISO_ECG_MISSING]) {
  enum { ALL = 8 };
  static const char *const all[ALL] = {"I", "II", "V1", "V2", "V3", "V4", "V5", "V6"};
  const char *missing[ALL];
  int n = 0;
  for (int k = 0; k < ALL; k++)
    if (iso_ecg_record_find(f, all[k]) < 0) missing[n++] = all[k];
  *text = '\0';
  if (n < ALL) iso_text_list(text, ISO_ECG_MISSING, n, missing);
  return text;
}

/* ---- identities ---- */

static const double *column(const iso_ecg_record *f, int k) { return f->value + (size_t)k * (size_t)f->n; }

/* By how much a column is not a I + b II at the most; NAN: it is not there. */
static double apart(const iso_ecg_record *f, int one, int two, const char *lead, double a, double b) {
  const int k = iso_ecg_record_find(f, lead);
  double most = 0;
  if (k < 0) return NAN;
  for (int t = 0; t < f->n; t++)
    most = fmax(most, fabs(column(f, k)[t] - a * column(f, one)[t] - b * column(f, two)[t]));
  return most;
}

iso_status iso_ecg_check_limbs(const iso_ecg_record *f, const char *path, iso_error *err) {
  static const struct {
    const char *lead, *is;
    double one, two;
  } follow[] = {{"III", "II - I", -1, 1},
                {"aVR", "-(I + II) / 2", -0.5, -0.5},
                {"aVL", "I - II / 2", 1, -0.5},
                {"aVF", "II - I / 2", -0.5, 1}};
  const int one = iso_ecg_record_find(f, "I"), two = iso_ecg_record_find(f, "II");
  if (one < 0 || two < 0) return ISO_OK;
  const double most = fmax(iso_ecg_record_range(f, one), iso_ecg_record_range(f, two));
  for (int k = 0; k < 4; k++) {
    const double off = apart(f, one, two, follow[k].lead, follow[k].one, follow[k].two);
    if (off > most / 5) /* of one beat and without much noise they agree to the last bit of the recorder */
      return iso_fail(err, ISO_EINPUT,
                      "%s: %s is not %s, by up to %.3g mV: columns are mixed up, or leads reversed by name",
                      path, follow[k].lead, follow[k].is, off);
  }
  return ISO_OK;
}

/* ---- exchanged electrodes ---- */

typedef struct limbs {
  const iso_ecg_record *beat;
  int one, two, six; /* columns of I, II and V6, or -1 */
} limbs;

static double first_at(const limbs *l, int t) { return column(l->beat, l->one)[t]; }
static double second_at(const limbs *l, int t) { return column(l->beat, l->two)[t]; }

/* The sample of P, or -1: where I and II are largest together, against their level before QRS, which is 0. */
static int find_p(const limbs *l) {
  int at = -1;
  double most = LEAST_P_MV;
  for (int t = 0; t < l->beat->n; t++) {
    const double size = hypot(first_at(l, t), second_at(l, t));
    if (l->beat->time_ms[t] < -250 || l->beat->time_ms[t] > -40 || size <= most) continue;
    most = size, at = t;
  }
  return at;
}

/* Of QRS, a I + b II; or of V6. */
static double area(const limbs *l, double end_ms, double a, double b) {
  double sum = 0;
  for (int t = 0; t < l->beat->n; t++)
    if (l->beat->time_ms[t] >= 0 && l->beat->time_ms[t] <= end_ms)
      sum += a * first_at(l, t) + b * second_at(l, t);
  return sum;
}

static double area_of_six(const limbs *l, double end_ms) {
  double sum = 0;
  for (int t = 0; t < l->beat->n && l->six >= 0; t++)
    if (l->beat->time_ms[t] >= 0 && l->beat->time_ms[t] <= end_ms) sum += column(l->beat, l->six)[t];
  return sum;
}

static double range_of(const limbs *l, double a, double b) {
  double low = INFINITY, high = -INFINITY;
  for (int t = 0; t < l->beat->n; t++) {
    const double x = a * first_at(l, t) + b * second_at(l, t);
    low = fmin(low, x), high = fmax(high, x);
  }
  return high - low;
}

/* The one of I, II and III that is flat, 0 to 2, or -1. */
static int flat_lead(const limbs *l) {
  const double range[3] = {range_of(l, 1, 0), range_of(l, 0, 1), range_of(l, -1, 1)};
  for (int k = 0; k < 3; k++)
    if (range[k] < FLAT_MV && range[(k + 1) % 3] >= 2 * FLAT_MV && range[(k + 2) % 3] >= 2 * FLAT_MV)
      return k;
  return -1;
}

const char *iso_ecg_reversed(const iso_ecg_record *beat, double end_ms, char text[ISO_ECG_REVERSED]) {
  static const char *const grounds[] = {"I is flat: both arms' electrodes may be on the legs",
                                        "II is flat: the right arm's electrode may be on the right leg",
                                        "III is flat: the left arm's electrode may be on the right leg"};
  const limbs l = {beat, iso_ecg_record_find(beat, "I"), iso_ecg_record_find(beat, "II"),
                   iso_ecg_record_find(beat, "V6")};
  *text = '\0';
  if (l.one < 0 || l.two < 0) return text;
  const int flat = flat_lead(&l), p = find_p(&l);
  if (flat >= 0) {
    snprintf(text, ISO_ECG_REVERSED, "%s", grounds[flat]);
    return text;
  }
  if (p < 0) return text;
  const double one = first_at(&l, p), two = second_at(&l, p), six = area_of_six(&l, end_ms);
  const bool upright = one + two < 0 && area(&l, end_ms, 1, 1) < 0; /* aVR, P and QRS */
  if (upright && one < 0 && one <= two && area(&l, end_ms, 1, 0) < 0 && six > 0)
    snprintf(text, ISO_ECG_REVERSED,
             "P and QRS are negative in I and positive in aVR, unlike V6: RA and LA may be exchanged");
  else if (upright && two < 0 && two < one && area(&l, end_ms, 0, 1) < 0)
    snprintf(text, ISO_ECG_REVERSED,
             "P and QRS are negative in II and positive in aVR: RA and LL may be exchanged");
  return text;
}

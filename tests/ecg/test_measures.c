/* Measures of ECGs that are known: made of pieces with a beginning and an end, and a measured one that was
 * read by eye. */
#include "grid/mpi_main.h"

#include "ecg/measures.h"
#include "verified.h"

#include <stdio.h>

static iso_error err;

enum { LEADS = 8, MOST = 6000 };

typedef struct trace {
  int64_t n;
  double time_ms[MOST], value[LEADS][MOST], limb[2][MOST];
} trace;

static iso_ecg_measures measure(const trace *t) {
  const double *lead[LEADS];
  iso_ecg_measures m;
  for (int k = 0; k < LEADS; k++) lead[k] = t->value[k];
  ASSERT_OK(
      iso_ecg_measure(&(iso_ecg_signals){t->n, t->time_ms, LEADS, lead, {t->limb[0], t->limb[1]}}, &m, &err));
  return m;
}

static void assert_near(const char *what, double value, double expected, double most) {
  if (!(fabs(value - expected) <= most)) fail_msg("%s: %g is not %g within %g", what, value, expected, most);
}

/* ---- made of raised cosines ---- */

#define PI 3.14159265358979323846

/* 1 at the middle of [from, to], 0 outside. */
static double bump(double t, double from, double to) {
  return t <= from || t >= to ? 0 : 0.5 - 0.5 * cos(2 * PI * (t - from) / (to - from));
}

/* A beat that begins at 0: QRS to 110 ms, T from 240 to 420 ms. */
enum { QRS = 110, T_FROM = 240, T_TO = 420 };
static double qrs(double t) { return -0.2 * bump(t, 0, 30) + 1.4 * bump(t, 15, 75) - 0.5 * bump(t, 60, QRS); }
static double t_wave(double t) { return 0.35 * bump(t, T_FROM, T_TO); }

/* The tangent at the middle of the way down meets 0 there. */
static const double t_end = T_TO - (0.25 - 0.5 / PI) * (T_TO - T_FROM);

/* How much of both a lead sees; I and aVF as the axis has it. */
static const double part[LEADS] = {0.8, 0.9, -0.5, -0.3, 0.7, 1, 0.9, 0.6};
static const double axis_deg = 40;

/* Repeatable noise of some uV. */
static double noise(int64_t i, int lead) {
  return 0.004 * sin(12.9898 * (double)i + 78.233 * lead + 0.01 * (double)(i * i % 977));
}

typedef struct beats {
  double start_ms, rr_ms, step_ms, noise, drift;
  int count;
  int64_t n;
} beats;

static void make(const beats *b, trace *t) {
  t->n = b->n;
  for (int64_t i = 0; i < b->n; i++) {
    double shape = 0;
    t->time_ms[i] = b->step_ms * (double)i;
    for (int k = 0; k < b->count; k++) {
      const double since = t->time_ms[i] - b->start_ms - k * b->rr_ms;
      shape += qrs(since) + t_wave(since);
    }
    for (int l = 0; l < LEADS; l++)
      t->value[l][i] = part[l] * shape + b->noise * noise(i, l) + b->drift * 1e-3 * t->time_ms[i];
    t->limb[0][i] = cos(axis_deg * PI / 180) * shape + b->noise * noise(i, 8);
    t->limb[1][i] = 0.5 * sqrt(3) * sin(axis_deg * PI / 180) * shape + b->noise * noise(i, 9);
  }
}

static trace room; /* too large for a stack */

static void a_clean_beat_is_measured_to_two_samples(void **state) {
  (void)state;
  const double steps[] = {0.5, 1, 2};
  for (int k = 0; k < 3; k++) {
    make(&(beats){.start_ms = 60, .step_ms = steps[k], .count = 1, .n = (int64_t)(600 / steps[k])}, &room);
    const iso_ecg_measures m = measure(&room);
    assert_int_equal(m.beats, 1);
    assert_near("onset", m.qrs_onset_ms, 60, 2);
    assert_near("offset", m.qrs_offset_ms, 60 + QRS, 2);
    assert_near("duration", m.qrs_duration_ms, QRS, 3);
    assert_near("T peak", m.t_peak_ms, 60 + 0.5 * (T_FROM + T_TO), 1);
    assert_near("T end", m.t_end_ms, 60 + t_end, 2);
    assert_near("QT", m.qt_ms, t_end, 3);
    assert_near("axis", m.qrs_axis_deg, axis_deg, 0.1);
    assert_true(isnan(m.rr_ms) && isnan(m.qtc_bazett_ms));
  }
}

/* As of a heart that is paced when the record begins. */
static void a_beat_may_begin_with_the_record(void **state) {
  (void)state;
  make(&(beats){.start_ms = 0, .step_ms = 1, .count = 1, .n = 550}, &room);
  const iso_ecg_measures m = measure(&room);
  assert_near("onset", m.qrs_onset_ms, 0, 2);
  assert_near("duration", m.qrs_duration_ms, QRS, 3);
  assert_near("QT", m.qt_ms, t_end, 3);
}

/* 4 uV of noise and 0.02 mV a second. CSE's tolerances are 6.5 and 11.6 ms (two standard deviations: The CSE
 * Working Party, Eur Heart J 6:815-825, 1985, as Martinez et al. quote it, IEEE Trans Biomed Eng 51:570,
 * 2004). */
static void noise_and_drift_move_little(void **state) {
  (void)state;
  make(
      &(beats){.start_ms = 200, .rr_ms = 800, .step_ms = 1, .count = 7, .n = 5800, .noise = 1, .drift = 0.02},
      &room);
  const iso_ecg_measures m = measure(&room);
  assert_int_equal(m.beats, 7);
  assert_near("onset", m.qrs_onset_ms, 200, 4);
  assert_near("offset", m.qrs_offset_ms, 200 + QRS, 4);
  assert_near("QT", m.qt_ms, t_end, 10);
  assert_near("axis", m.qrs_axis_deg, axis_deg, 2);
  assert_near("RR", m.rr_ms, 800, 1);
  assert_near("Bazett", m.qtc_bazett_ms, m.qt_ms / sqrt(0.8), 1);
  assert_near("Fridericia", m.qtc_fridericia_ms, m.qt_ms / cbrt(0.8), 1);
}

static void what_is_not_there_is_not_measured(void **state) {
  (void)state;
  make(&(beats){.start_ms = 60, .step_ms = 1, .count = 1, .n = 60 + 300}, &room); /* ends within T */
  iso_ecg_measures m = measure(&room);
  assert_near("duration", m.qrs_duration_ms, QRS, 3);
  assert_true(isnan(m.t_end_ms) && isnan(m.qt_ms));
  make(&(beats){.start_ms = 0, .step_ms = 1, .count = 1, .n = QRS}, &room); /* never at rest */
  m = measure(&room);
  assert_true(isnan(m.qrs_duration_ms) && isnan(m.qrs_axis_deg));
  make(&(beats){.start_ms = 60, .step_ms = 1, .count = 0, .n = 500}, &room); /* nothing at all */
  m = measure(&room);
  assert_int_equal(m.beats, 0);
  assert_true(isnan(m.qrs_duration_ms) && isnan(m.qrs_axis_deg));
  for (int64_t i = 0; i < room.n; i++) /* never slower than in a QRS, so nothing stands out */
    for (int k = 0; k < LEADS; k++) room.value[k][i] = 0.01 * (double)i;
  assert_int_equal(measure(&room).beats, 0);
  make(&(beats){.start_ms = 60, .step_ms = 8, .count = 1, .n = 70}, &room); /* too coarse */
  assert_int_equal(measure(&room).beats, 0);
  make(&(beats){.start_ms = 60, .step_ms = 1, .count = 1, .n = 1}, &room);
  assert_int_equal(measure(&room).beats, 0);
}

/* ---- measured ---- */

static int16_t count_at(FILE *file) {
  unsigned char byte[2];
  assert_int_equal(fread(byte, 1, 2, file), 2);
  return (int16_t)(byte[0] | byte[1] << 8);
}

static void read_ptb(trace *t) {
  enum { SAMPLES = 5000, TWELVE = 12 };
  static const int place[LEADS] = {0, 1, 6, 7, 8, 9, 10, 11};
  FILE *file = fopen(DATA "/s0010_5s.dat", "rb");
  assert_non_null(file);
  t->n = SAMPLES;
  for (int i = 0; i < SAMPLES; i++) {
    double mV[TWELVE];
    t->time_ms[i] = i;
    for (int k = 0; k < TWELVE; k++) mV[k] = count_at(file) / 2000.0;
    for (int l = 0; l < LEADS; l++) t->value[l][i] = mV[place[l]];
    t->limb[0][i] = mV[0], t->limb[1][i] = mV[5];
  }
  fclose(file);
}

/* Right bundle branch block after an infarction. Read by eye on all leads, before any program did: QRS from
 * 600 to 727 ms, T peak at 930, its end by tangents at 1,030 ms. Within CSE's tolerances for programs against
 * its readers, 6.5, 11.6 and 30.6 ms (two standard deviations). */
static void a_patient_s_ecg_is_measured_as_it_is_read(void **state) {
  (void)state;
  read_ptb(&room);
  const iso_ecg_measures m = measure(&room);
  assert_int_equal(m.beats, 6);
  verified_near("ptb_qrs_onset_ms", m.qrs_onset_ms, 600, 6.5);
  verified_near("ptb_qrs_offset_ms", m.qrs_offset_ms, 727, 11.6);
  verified_near("ptb_t_peak_ms", m.t_peak_ms, 930, 15);
  verified_near("ptb_t_end_ms", m.t_end_ms, 1030, 30.6);
  assert_near("RR", m.rr_ms, 740, 15);
  assert_true(m.qrs_axis_deg < -80 && m.qrs_axis_deg > -110); /* aVF negative, I about even */
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_clean_beat_is_measured_to_two_samples),
    cmocka_unit_test(a_beat_may_begin_with_the_record),
    cmocka_unit_test(noise_and_drift_move_little),
    cmocka_unit_test(what_is_not_there_is_not_measured),
    cmocka_unit_test(a_patient_s_ecg_is_measured_as_it_is_read),
};
RUN_ON_ALL_RANKS(tests)

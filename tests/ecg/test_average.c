/* The average beat: of records that are made of known beats, and of a measured one. */
#include "grid/mpi_main.h"

#include "ecg/average.h"
#include "ecg/band.h"
#include "ecg/plausible.h"

#include <stdio.h>

static iso_error err;

#define PI 3.14159265358979323846
enum { LEADS = 9, MOST_SECONDS = 60 };
static char *names[LEADS] = {"I", "II", "aVR", "V1", "V2", "V3", "V4", "V5", "V6"};

/* ---- made records ---- */

/* 1 at the middle of [from, to], 0 outside. */
static double bump(double t, double from, double to) {
  return t <= from || t >= to ? 0 : 0.5 - 0.5 * cos(2 * PI * (t - from) / (to - from));
}

/* QRS from 0 to 90 ms, P before, T after; what a lead sees of each. */
static double beat_at(double t, int lead) {
  static const double p[LEADS] = {0.08, 0.15, 0, 0.05, 0.06, 0.06, 0.07, 0.06, 0.05};
  static const double r[LEADS] = {0.8, 1.1, 0, 0.2, 0.5, 1, 1.4, 1.2, 0.9};
  static const double s[LEADS] = {-0.1, -0.2, 0, -1.1, -1.4, -0.9, -0.5, -0.2, -0.05};
  if (lead == 2) return -(beat_at(t, 0) + beat_at(t, 1)) / 2;
  return p[lead] * bump(t, -170, -70) + r[lead] * bump(t, 0, 60) + s[lead] * bump(t, 35, 90) +
         0.3 * r[lead] * bump(t, 230, 420);
}

/* An ectopic beat: wide, and another way round. */
static double ectopic_at(double t, int lead) {
  if (lead == 2) return -(ectopic_at(t, 0) + ectopic_at(t, 1)) / 2;
  return (lead % 2 ? -2.4 : 2) * bump(t, 0, 150) + (lead % 2 ? 0.5 : -0.6) * bump(t, 250, 450);
}

/* Repeatable, with standard deviation 1: a sum of 12 even ones. */
static double noise(void) {
  static uint64_t state = 1;
  double sum = -6;
  for (int k = 0; k < 12; k++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    sum += (double)(state >> 11) / 9007199254740992.0;
  }
  return sum;
}

typedef struct made {
  double rate_hz, seconds, noise_mV, drift_mV;
  int ectopic, early; /* every which beat, 0: none */
} made;

static double times[MOST_SECONDS * 1000], values[LEADS * MOST_SECONDS * 1000];

/* When beat k begins: 800 ms and some more or less, with early ones 300 ms before their time. */
static double begin_of(const made *m, int k) {
  const bool early = m->early && k % m->early == m->early - 1;
  return 400 + 800 * k + 20 * sin(2.0 * k) - (early ? 300 : 0);
}

static iso_ecg_record make(const made *m) {
  iso_ecg_record r = {(int)(m->rate_hz * m->seconds) + 1, LEADS, times, names, values, "", {0}};
  for (int i = 0; i < r.n; i++) times[i] = 1000 * i / m->rate_hz;
  for (int l = 0; l < LEADS; l++)
    for (int i = 0; i < r.n; i++) {
      double *x = &values[l * r.n + i];
      *x = l == 2 ? 0 : m->noise_mV * noise() + m->drift_mV * sin(2 * PI * 0.15 * times[i] / 1000 + l);
      for (int k = 0; begin_of(m, k) < 1000 * m->seconds + 500; k++) {
        const double t = times[i] - begin_of(m, k);
        if (t < -200 || t > 500) continue;
        *x += m->ectopic && k % m->ectopic == m->ectopic - 1 ? ectopic_at(t, l) : beat_at(t, l);
      }
      if (l == 2) *x = -(values[i] + values[r.n + i]) / 2;
    }
  return r;
}

/* The largest difference of a lead's average from the beat that it is made of, during QRS. */
static double largest_error(const iso_ecg_average *a, int lead) {
  const iso_ecg_record *b = &a->beat;
  double most = INFINITY;
  for (int shift = -5; shift <= 5; shift++) { /* where QRS is said to begin is another thing */
    double error = 0;
    for (int t = 0; t < b->n; t++)
      if (b->time_ms[t] >= -20 && b->time_ms[t] <= 100)
        error = fmax(error, fabs(b->value[lead * b->n + t] - beat_at(b->time_ms[t] + shift, lead)));
    most = fmin(most, error);
  }
  return most;
}

static void beats_and_noise_are_found(void **state) {
  (void)state;
  static const double rates[] = {250, 360, 500, 1000};
  for (int k = 0; k < 4; k++) {
    const made m = {rates[k], 40, 0.02, 0.3, 0, 0};
    const iso_ecg_record r = make(&m);
    iso_ecg_average a;
    char text[ISO_ECG_SAID];
    ASSERT_OK(iso_ecg_average_new(&a, &r, "made", &err));
    assert_int_equal(a.found, 50);
    assert_int_equal(a.unlike + a.early, 0);
    assert_true(a.used >= 48);
    assert_true(fabs(a.rr_ms - 800) < 10 && fabs(a.qrs_ms - 90) < 8);
    assert_true(a.high_hz == (rates[k] < 375 ? rates[k] / 2 : 150));
    assert_non_null(strstr(iso_ecg_average_say(&a, text), "of 50 beats (0 unlike"));
    /* Half a sample of 4 ms on the steepest flank, 0.06 mV/ms, is the most that is lost at 250 Hz; the noise
     * of the mean is 3 uV. */
    for (int l = 0; l < LEADS; l++) assert_true(largest_error(&a, l) < (rates[k] < 500 ? 0.06 : 0.035));
    /* White noise of 20 uV, of which the band leaves 11 at 1 kHz, all at 250 Hz; and up to half a ms of
     * misalignment on flanks of 45 uV/ms. */
    for (int l = 3; l < LEADS; l++)
      assert_true(a.beat_sd_mV[l] > (rates[k] < 1000 ? 0.012 : 0.009) && a.beat_sd_mV[l] < 0.04);
    assert_true(iso_ecg_average_sd(&a, 4) == a.beat_sd_mV[4] / sqrt(a.used));
    iso_ecg_average_free(&a);
  }
}

static void other_beats_are_left_out_and_counted(void **state) {
  (void)state;
  const made m = {500, 40, 0.01, 0.2, 7, 5}, clean = {500, 40, 0.01, 0.2, 0, 0};
  iso_ecg_average a, b;
  iso_ecg_record r = make(&m);
  ASSERT_OK(iso_ecg_average_new(&a, &r, "made", &err));
  assert_int_equal(a.unlike, 7); /* of 50 every seventh, 7; none of them is cut */
  assert_true(a.early >= 14 &&
              a.early < 20); /* every fifth, 10, and the beat after each or before; less ectopic ones */
  assert_int_equal(a.used + a.unlike + a.early + a.cut, a.found);
  r = make(&clean);
  ASSERT_OK(iso_ecg_average_new(&b, &r, "made", &err));
  for (int l = 0; l < LEADS; l++) assert_true(fabs(largest_error(&a, l) - largest_error(&b, l)) < 0.02);
  iso_ecg_average_free(&a);
  iso_ecg_average_free(&b);
}

static void refuse(const iso_ecg_record *r, const char *text) {
  iso_ecg_average a;
  ASSERT_REFUSED(iso_ecg_average_new(&a, r, "made", &err), text);
  iso_ecg_average_free(&a);
}

static void what_has_no_beats_is_refused(void **state) {
  (void)state;
  made m = {500, 20, 0.05, 0, 0, 0};
  iso_ecg_record r = make(&m);
  for (int l = 0; l < LEADS; l++)
    for (int i = 0; i < r.n; i++) values[l * r.n + i] = 0.1 * noise();
  refuse(&r, "an average needs 3");
  for (int l = 0; l < LEADS; l++)
    for (int i = 0; i < r.n; i++) values[l * r.n + i] = sin(2 * PI * 50 * times[i] / 1000 + l);
  refuse(&r, "an average needs 3");
  memset(values, 0, sizeof values);
  refuse(&r, "0 beats were found");
  m.seconds = 1.7;
  r = make(&m);
  refuse(&r, "beats were found in 1700 ms");
  m.seconds = 20;
  r = make(&m);
  for (int i = 100; i < r.n; i++) times[i] += 300;
  refuse(&r, "samples are not evenly spaced: that at");
  m.rate_hz = 200;
  r = make(&m);
  refuse(&r, "samples are 5 ms apart");
}

/* A lead that no beat is looked for in: the filter adds up beyond the largest number. */
static void a_lead_without_numbers_is_refused(void **state) {
  (void)state;
  const made m = {500, 10, 0.01, 0, 0, 0};
  iso_ecg_record r = make(&m);
  char *own[LEADS];
  iso_ecg_average a;
  memcpy(own, names, sizeof own);
  own[LEADS - 1] = (char *)"X";
  r.name = own;
  for (int i = 0; i < r.n; i++) values[(LEADS - 1) * r.n + i] = 1e308;
  ASSERT_OK(iso_ecg_average_new(&a, &r, "made", &err));
  ASSERT_REFUSED(iso_ecg_check_units(&a.beat, "made", &err), "samples of the lead 'X' span inf mV");
  iso_ecg_average_free(&a);
}

/* ---- the band ---- */

/* What is left of a sine of 1, in the middle of 30 s. */
static double through(double hz) {
  const int n = 30000;
  double most = 0;
  for (int i = 0; i < n; i++) values[i] = sin(2 * PI * hz * i / 1000 + 0.3);
  ASSERT_OK(iso_ecg_band(values, n, 1000, &err));
  for (int i = 12000; i < 18000; i++) most = fmax(most, fabs(values[i]));
  return most;
}

static void the_band_is_as_stated(void **state) {
  (void)state;
  assert_true(fabs(through(ISO_ECG_LOW_HZ) - sqrt(0.5)) < 0.005);
  assert_true(fabs(through(ISO_ECG_HIGH_HZ) - sqrt(0.5)) < 0.005);
  assert_true(fabs(through(10) - 1) < 0.002);
  assert_true(through(0.05) < 3e-3 && through(480) < 3e-3);
  double most = 0;
  /* What is symmetric stays so: nothing moves in time. */
  for (int i = 0; i <= 6000; i++) values[i] = bump(i, 2970, 3030);
  ASSERT_OK(iso_ecg_band(values, 6001, 1000, &err));
  for (int i = 0; i < 3000; i++) most = fmax(most, fabs(values[i] - values[6000 - i]));
  assert_true(most < 1e-5); /* but for what the record's ends do */
  for (int i = 0; i < 100; i++) values[i] = 7;
  ASSERT_OK(iso_ecg_band(values, 100, 1000, &err));
  for (int i = 0; i < 100; i++) assert_true(fabs(values[i]) < 1e-12);
}

/* ---- exchanged electrodes ---- */

/* I and II of electrodes that were exchanged from those of the right ones. */
static const char *exchanged(iso_ecg_record *r, const double one[2], const double two[2], double rest,
                             char text[ISO_ECG_REVERSED]) {
  iso_ecg_average a;
  for (int i = 0; i < r->n; i++) {
    const double x = values[i], y = values[r->n + i];
    values[i] = one[0] * x + one[1] * y + rest * noise();
    values[r->n + i] = two[0] * x + two[1] * y + rest * noise();
    values[2 * r->n + i] = -(values[i] + values[r->n + i]) / 2;
  }
  ASSERT_OK(iso_ecg_average_new(&a, r, "made", &err));
  iso_ecg_reversed(&a.beat, a.qrs_ms, text);
  iso_ecg_average_free(&a);
  return text;
}

static void exchanged_electrodes_are_named(void **state) {
  (void)state;
  static const struct {
    double one[2], two[2];
    const char *text;
  } kinds[] = {{{1, 0}, {0, 1}, ""},
               {{-1, 0}, {-1, 1}, "unlike V6: RA and LA"},
               {{1, -1}, {0, -1}, "RA and LL"},
               {{0, 1}, {1, 0}, ""}, /* LA and LL look like an ordinary ECG */
               {{0.02, 0}, {0, 1}, "I is flat"},
               {{1, 0}, {0, 0.02}, "II is flat: the right arm"},
               {{1, 0}, {1, 0.02}, "III is flat: the left arm"}};
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    const made m = {500, 12, 0.005, 0.1, 0, 0};
    iso_ecg_record r = make(&m);
    char text[ISO_ECG_REVERSED];
    exchanged(&r, kinds[k].one, kinds[k].two, 0.002, text);
    if (!strstr(text, kinds[k].text) || (!*kinds[k].text && *text)) fail_msg("%zu: '%s'", k, text);
  }
}

/* ---- a patient's ---- */

static void a_patient_s_ecg_is_averaged_as_it_is_read(void **state) {
  (void)state;
  iso_ecg_record r;
  iso_ecg_average a;
  char text[ISO_ECG_REVERSED];
  ASSERT_OK(iso_ecg_record_read(&r, DATA "/s0010_5s.hea", &err));
  ASSERT_OK(iso_ecg_average_new(&a, &r, "s0010", &err));
  assert_int_equal(a.found, 6);
  assert_true(a.used >= 4 && a.used + a.cut == 6);
  assert_true(fabs(a.qrs_ms - 127) < 13.3); /* onset and end as in test_measures.c */
  assert_true(fabs(a.rr_ms - 740) < 15);
  /* An infarct that turns the axis to -96 degrees is no exchange. */
  assert_string_equal(iso_ecg_reversed(&a.beat, a.qrs_ms, text), "");
  for (int l = 0; l < a.beat.nleads; l++) assert_true(a.beat_sd_mV[l] > 0.005 && a.beat_sd_mV[l] < 0.06);
  ASSERT_OK(iso_ecg_check_limbs(&a.beat, "s0010", &err));
  iso_ecg_average_free(&a);
  iso_ecg_record_free(&r);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(beats_and_noise_are_found),
    cmocka_unit_test(other_beats_are_left_out_and_counted),
    cmocka_unit_test(what_has_no_beats_is_refused),
    cmocka_unit_test(a_lead_without_numbers_is_refused),
    cmocka_unit_test(the_band_is_as_stated),
    cmocka_unit_test(exchanged_electrodes_are_named),
    cmocka_unit_test(a_patient_s_ecg_is_averaged_as_it_is_read),
};
RUN_ON_ALL_RANKS(tests)

/* The p of a monitor, where the truth is known to be as one more member: how often it is low, and that it is
 * where something has changed. */
#include "grid/mpi_main.h"

#include "fit/random.h"
#include "fit/surprise.h"
#include "verified.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MEMBERS = 25, NUMBERS = 40, LATENT = 12, TRIALS = 400 };

static iso_error err;

/* What a member, or the truth, is at a point: more directions than members tell well, and cubes, so that
 * nothing is normal. */
static double predict(uint64_t whose, int k) {
  double sum = 0;
  for (int i = 0; i < LATENT; i++) {
    const double z = iso_normal(7, ISO_DRAW_PRIOR, whose, (uint64_t)i);
    sum += (z + 0.3 * z * z * z) * sin(1 + 0.7 * k + 2.3 * i * k);
  }
  return sum;
}

/* Of a trial with members, a truth and errors of its own; changed: added to each number measured. */
static double p_of(int trial, double changed) {
  double predicted[MEMBERS * (NUMBERS + 3)], value[NUMBERS], sd[NUMBERS];
  iso_surprise found;
  const uint64_t first = (uint64_t)trial * (MEMBERS + 1);
  for (int m = 0; m < MEMBERS; m++)
    for (int k = 0; k < NUMBERS + 3; k++)
      predicted[m * (NUMBERS + 3) + k] = k < NUMBERS ? predict(first + (uint64_t)m, k) : NAN;
  for (int k = 0; k < NUMBERS; k++) {
    sd[k] = 0.5 + 0.02 * k;
    value[k] = predict(first + MEMBERS, k) + changed * (k < 5) +
               sd[k] * iso_normal(7, ISO_DRAW_MEASURED, (uint64_t)trial, (uint64_t)k);
  }
  ASSERT_OK(iso_fit_surprise(&found, MEMBERS, NUMBERS, NUMBERS + 3, predicted, value, sd, 1, (uint64_t)trial,
                             &err));
  assert_true(found.distance >= 0 && found.farthest > 0);
  return found.p;
}

/* No more than said, but for what chance does: a share of 400 is within 3.3 root(a (1 - a) / 400) with 99.9%.
 * And no fewer by much, or nothing would ever be seen. */
static void false_alarms_are_as_said(void **state) {
  (void)state;
  static const double level[] = {0.05, 0.1, 0.2, 0.5, 0.8};
  double p[TRIALS];
  for (int t = 0; t < TRIALS; t++) {
    p[t] = p_of(t, 0);
    assert_true(p[t] >= 1.0 / (MEMBERS + 1) && p[t] <= 1);
  }
  for (int l = 0; l < 5; l++) {
    double below = 0;
    for (int t = 0; t < TRIALS; t++) below += p[t] < level[l];
    const double a = level[l], share = below / TRIALS;
    char key[48];
    snprintf(key, sizeof key, "monitor_p_below_%g_percent", a);
    verified_at_most(key, 100 * share, 100 * (a + 3.3 * sqrt(a * (1 - a) / TRIALS)));
    assert_true(share > a / 3);
  }
}

/* Five numbers by twelve or more standard deviations of their errors, and once or twice the spread of
 * members. */
static void a_change_is_seen(void **state) {
  (void)state;
  int seen = 0;
  for (int t = 0; t < 50; t++) seen += p_of(t, 8) < 0.05;
  verified_at_least("monitor_sees_of_50", seen, 40);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(false_alarms_are_as_said),
                                     cmocka_unit_test(a_change_is_seen)};
  MPI_Init(&argc, &argv);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failed;
}

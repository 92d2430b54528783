/* Errors that go on from one datum to the next: of two sets, of which one has them. */
#include "grid/mpi_main.h"

#include "fit/errors.h"

enum { FIRST = 3, LEADS = 2, SAMPLES = 4, N = FIRST + LEADS * SAMPLES };
#define FOR_MS 7.0

/* Of the variance of each lead, what goes on. */
static const double share[LEADS] = {0.7, 1};

static const double time_ms[SAMPLES] = {0, 2, 4, 9};

static iso_fit_follow follow[LEADS * SAMPLES];

static iso_fit_data make(iso_data_set set[2]) {
  for (int k = 0; k < LEADS * SAMPLES; k++) {
    const int s = k % SAMPLES;
    follow[k] = (iso_fit_follow){.keep = s > 0 ? exp((time_ms[s - 1] - time_ms[s]) / FOR_MS) : 0,
                                 .share = share[k / SAMPLES]};
  }
  iso_fit_errors_prepare(LEADS * SAMPLES, follow);
  set[0] = (iso_data_set){.nused = FIRST};
  set[1] = (iso_data_set){.nused = LEADS * SAMPLES, .follow = follow};
  return (iso_fit_data){.nsets = 2, .set = set, .nused = N};
}

static double correlation(int i, int j) {
  if (i == j) return 1;
  if (i < FIRST || j < FIRST || (i - FIRST) / SAMPLES != (j - FIRST) / SAMPLES) return 0;
  return share[(i - FIRST) / SAMPLES] *
         exp(-fabs(time_ms[(i - FIRST) % SAMPLES] - time_ms[(j - FIRST) % SAMPLES]) / FOR_MS);
}

/* What is made of independent numbers is correlated as said: L L^T, column by column of L. */
static void joined_errors_are_correlated_as_said(void **state) {
  (void)state;
  iso_data_set set[2];
  const iso_fit_data data = make(set);
  double column[N][N] = {{0}};
  for (int k = 0; k < N; k++) {
    column[k][k] = 1;
    iso_fit_errors_join(&data, column[k]);
  }
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      double sum = 0;
      for (int k = 0; k < N; k++) sum += column[k][i] * column[k][j];
      assert_true(fabs(sum - correlation(i, j)) < 1e-14);
    }
}

/* Parting undoes joining, of each column of rows as of one, and its squares are the sum of squares. */
static void parting_undoes_joining(void **state) {
  (void)state;
  iso_data_set set[2];
  const iso_fit_data data = make(set);
  const double zero[N] = {0};
  double n[N], rows[N][2], sd[N], predicted[N], square = 0;
  for (int k = 0; k < N; k++) {
    n[k] = sin(3.0 * k + 1);
    square += n[k] * n[k];
  }
  double joined[N];
  memcpy(joined, n, sizeof n);
  iso_fit_errors_join(&data, joined);
  assert_true(fabs(joined[N - 1] - n[N - 1]) > 0.1);
  for (int k = 0; k < N; k++) {
    rows[k][0] = joined[k], rows[k][1] = -2 * joined[k];
    sd[k] = 0.5 + k, predicted[k] = joined[k] * sd[k];
  }
  iso_fit_errors_part(&data, 2, rows[0]);
  for (int k = 0; k < N; k++) {
    assert_true(fabs(rows[k][0] - n[k]) < 1e-14);
    assert_true(fabs(rows[k][1] + 2 * n[k]) < 1e-14);
  }
  assert_true(fabs(iso_fit_errors_square(&data, predicted, zero, sd) - square) < 1e-13);
}

/* Of the sum of a lead's errors: of all pairs. */
static void a_sum_has_the_deviation_of_its_pairs(void **state) {
  (void)state;
  iso_data_set set[2];
  make(set);
  for (int n = 1; n <= SAMPLES; n++) {
    double square = 0;
    for (int i = 0; i < n; i++)
      for (int j = 0; j < n; j++) square += correlation(FIRST + i, FIRST + j);
    assert_true(fabs(iso_fit_errors_sum_sd(n, follow) - sqrt(square)) < 1e-14);
    assert_true(iso_fit_errors_sum_sd(n, NULL) == sqrt(n));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(joined_errors_are_correlated_as_said),
      cmocka_unit_test(parting_undoes_joining),
      cmocka_unit_test(a_sum_has_the_deviation_of_its_pairs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The tables of rates against the rate functions that they stand for. */
#include "kernels/models.h"
#include "kernels/prepare.h"
#include "kernels/templates/block_rates.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

enum { SAMPLES = 20000 }; /* some 60 in each interval of half a millivolt */

/* Relative to the range of a rate. The error of a cubic at Chebyshev nodes is (h / L)^4 / 3072 for a function
 * that changes by e over L; h = 1/2 mV and the steepest rate, L = 4 mV, give 8e-8. */
static const double BOUND = 1e-7;
static const double STEP_MS = 0.02;

typedef struct error {
  double low, high, most;
} error;

/* Over the physiological potentials: beyond, exponentials grow that no current sees. */
static double sample_mV(int i) { return -100 + 160 * fmod(i * 0.6180339887498949, 1.0); }

static double *prepared_tables(const iso_model *model, const double *parameters) {
  double *prepared = malloc(iso_prepared_reals(model, 0) * sizeof *prepared);
  assert_non_null(prepared);
  iso_prepare(model, parameters, STEP_MS, 0, 0, ISO_BY_POWER, prepared);
  return prepared;
}

static void clear(error *errors, int n) {
  for (int rate = 0; rate < n; rate++) errors[rate] = (error){.low = INFINITY, .high = -INFINITY};
}

static void compare(error *errors, const double *exact, const double *from_table, int n) {
  for (int rate = 0; rate < n; rate++) {
    error *e = &errors[rate];
    const double value = exact[rate];
    e->low = fmin(e->low, value);
    e->high = fmax(e->high, value);
    e->most = fmax(e->most, fabs(from_table[rate * ISO_BLOCK] - value));
  }
}

/* The largest of n rates, relative to their ranges. */
static double assert_small(const error *errors, int n) {
  double worst = 0;
  int at = 0;
  for (int rate = 0; rate < n; rate++) {
    const double relative = errors[rate].most / (errors[rate].high - errors[rate].low);
    if (relative > worst) worst = relative, at = rate;
  }
  print_message("largest error %.2g of its range, at rate %d of %d\n", worst, at, n);
  assert_true(worst < BOUND);
  return worst;
}

#define ISO_EACH_MODEL "kernels/rates_of_model.h"
#include "kernels/each_model.h"

/* A potential outside the tables counts as the nearer end, and none reads outside them. */
static void tables_end(void **state) {
  (void)state;
  const double v[] = {-INFINITY, -1e300, -120.25, -120, 99.999, 100, 100.25, 1e300, INFINITY, NAN};
  enum { N = sizeof v / sizeof *v };
  int32_t row[N];
  double x[N];
  iso_table_rows(v, N, row, x);
  for (int i = 0; i < N; i++) {
    assert_in_range(row[i], 0, ISO_TABLE_ROWS - 1);
    assert_true(x[i] >= -0.5 && x[i] <= 0.5);
  }
  assert_true(row[2] == 0 && x[2] == -0.5 && row[6] == ISO_TABLE_ROWS - 1 && x[6] == 0.5);
}

/* The models switch formulas at these potentials: they must be ends of intervals. */
static void switches_are_knots(void **state) {
  (void)state;
  const double v[] = {-100, -40, 0, 31.5};
  int32_t row[4];
  double x[4];
  iso_table_rows(v, 4, row, x);
  for (int i = 0; i < 4; i++)
    assert_true(x[i] == -0.5 && row[i] == (v[i] - ISO_TABLE_FROM_MV) * ISO_TABLE_PER_MV);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define X(index, name) cmocka_unit_test(name##_tables_are_accurate),
      ISO_MODEL_LIST(X)
#undef X
          cmocka_unit_test(tables_end),
      cmocka_unit_test(switches_are_knots),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

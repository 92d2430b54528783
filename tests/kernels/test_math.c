/* kernels/math.h and kernels/trigonometry.h against the C library's long double functions, in the precision
 * that this file is built with. */
#include "kernels/trigonometry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <stdio.h>

#ifdef ISO_SINGLE
enum { DIGITS = FLT_MANT_DIG };
static const long double SMALLEST = FLT_MIN;
#else
enum { DIGITS = DBL_MANT_DIG };
static const long double SMALLEST = DBL_MIN;
#endif

/* Error in units in the last place of the exact value. */
static double ulps(real got, long double exact) {
  int exponent;
  frexpl(exact, &exponent);
  return (double)(fabsl((long double)got - exact) / ldexpl(1.0L, exponent - DIGITS));
}

/* Largest error of f over count points of [from, to]; the points are irrational steps, so that they fall
 * between the numbers that the reduction is exact for. */
static double worst(real (*f)(real), long double (*exact)(long double), double from, double to) {
  const int count = 400000;
  double most = 0;
  for (int i = 0; i < count; i++) {
    const double place = fmod(i * 0.6180339887498949, 1.0);
    const real x = (real)(from + (to - from) * place);
    most = fmax(most, ulps(f(x), exact((long double)x)));
  }
  return most;
}

static real exp_of(real x) { return iso_exp(x); }
static real expm1_of(real x) { return iso_expm1(x); }
static real log_of(real x) { return iso_log(x); }
static real ratio_of(real x) { return iso_x_over_expm1(x); }
static long double exact_ratio(long double x) { return x == 0 ? 1 : x / expm1l(x); }

#define assert_at_most(value, bound)                                                                         \
  do {                                                                                                       \
    const double value_ = (value);                                                                           \
    print_message("%s: %.3f, bound %g\n", #value, value_, bound);                                            \
    assert_true(value_ <= (bound));                                                                          \
  } while (0)

/* Bounds: what kernels/math.h promises. */
static void exp_is_accurate(void **state) {
  (void)state;
  assert_at_most(worst(exp_of, expl, ISO_EXP_MIN, ISO_EXP_MAX), 1.1);
  assert_at_most(worst(exp_of, expl, -2, 2), 1.1);
  assert_at_most(worst(expm1_of, expm1l, -40, 40), 2.5);
  assert_at_most(worst(expm1_of, expm1l, -1, 1), 2.5);
  assert_at_most(worst(expm1_of, expm1l, -1e-6, 1e-6), 2.5);
  assert_at_most(worst(ratio_of, exact_ratio, -60, 60), 3.0);
  assert_at_most(worst(ratio_of, exact_ratio, -1e-3, 1e-3), 3.0);
}

static void log_is_accurate(void **state) {
  (void)state;
  assert_at_most(worst(log_of, logl, 0.5, 2), 1.3);
  assert_at_most(worst(log_of, logl, 1e-7, 1e-2), 1.3);
  assert_at_most(worst(log_of, logl, 1, 1e3), 1.3);
  for (int e = -120; e < 120; e++) {
    const real x = (real)ldexp(1.37, e);
    assert_true(ulps(iso_log(x), logl((long double)x)) <= 1.3);
  }
}

static real ratio_log_of(real x) { return iso_log_ratio(x); }
static long double exact_ratio_log(long double s) { return 2 * atanhl(s); }

/* s = 0.1715 is the ratio sqrt(2), s = 1/3 the ratio 2; bounds as kernels/math.h gives them. */
static void log_ratio_is_accurate(void **state) {
  (void)state;
  assert_at_most(worst(ratio_log_of, exact_ratio_log, -0.1715, 0.1715), 2.0);
  const long double relative = sizeof(real) == sizeof(float) ? 5e-6L : 1e-8L;
  for (int i = -100; i <= 100; i++) {
    const real s = (real)(i / 300.0);
    assert_true(fabsl(iso_log_ratio(s) - exact_ratio_log((long double)s)) <=
                relative * fabsl((long double)s));
  }
}

/* 1 division and up to 4 products, each within half an ulp. */
static void inverses_are_accurate(void **state) {
  (void)state;
  for (int i = 0; i < 1000; i++) {
    const real x[4] = {(real)(1.1 + i), (real)(2e-4 * (1 + i % 37)), (real)(3.7 / (1 + i)),
                       (real)(17 + i % 11)};
    real two[2] = {x[0], x[1]}, three[3] = {x[0], x[1], x[2]}, four[4] = {x[0], x[1], x[2], x[3]};
    iso_invert2(&two[0], &two[1]);
    iso_invert3(&three[0], &three[1], &three[2]);
    iso_invert4(&four[0], &four[1], &four[2], &four[3]);
    for (int k = 0; k < 4; k++) {
      if (k < 2) assert_true(ulps(two[k], 1 / (long double)x[k]) <= 4);
      if (k < 3) assert_true(ulps(three[k], 1 / (long double)x[k]) <= 4);
      assert_true(ulps(four[k], 1 / (long double)x[k]) <= 4);
    }
  }
}

static void exp_saturates(void **state) {
  (void)state;
  const real most = iso_exp(ISO_EXP_MAX), least = iso_exp(ISO_EXP_MIN);
  assert_true(iso_exp(R(1e30)) == most && isfinite(most));
  assert_true(iso_exp((real)INFINITY) == most);
  assert_true(iso_exp(R(-1e30)) == least && (long double)least >= SMALLEST);
  assert_true(iso_exp((real)-INFINITY) == least);
  assert_true(iso_exp(R(0.0)) == R(1.0) && iso_exp(R(-0.0)) == R(1.0));
  assert_true(isnan(iso_exp((real)NAN)) && isnan(iso_expm1((real)NAN)));
}

static void expm1_keeps_small_arguments(void **state) {
  (void)state;
  assert_true(iso_expm1(R(0.0)) == R(0.0));
  assert_true(iso_expm1(R(1e-20)) == R(1e-20) && iso_expm1(R(-1e-20)) == R(-1e-20));
  assert_true(iso_expm1(R(-1e30)) == R(-1.0));
  assert_true(iso_x_over_expm1(R(0.0)) == R(1.0));
}

static void log_saturates(void **state) {
  (void)state;
  const real least = iso_log((real)SMALLEST);
  assert_true(iso_log(R(1.0)) == R(0.0));
  assert_true(iso_log(R(0.0)) == least && iso_log(R(-3.0)) == least &&
              iso_log((real)(SMALLEST / 4)) == least);
  assert_true(isfinite(iso_log((real)INFINITY)) && iso_log((real)INFINITY) > iso_log(R(1e38)));
  assert_true(isnan(iso_log((real)NAN)));
}

static real sin_of(real x) { return iso_sin(x); }
static real cos_of(real x) { return iso_cos(x); }
static real arctan_of(real x) { return iso_arctan(x); }
static real arccos_of(real x) { return iso_arccos(x); }

/* Ulps away from zeros; near them an absolute error of half an ulp of 1, as kernels/trigonometry.h has it. */
static void trigonometry_is_accurate(void **state) {
  (void)state;
  const double far = sizeof(real) == sizeof(float) ? 1e3 : 1e5;
  assert_at_most(worst(sin_of, sinl, -0.8, 0.8), 2.0);
  assert_at_most(worst(cos_of, cosl, -0.8, 0.8), 2.0);
  assert_at_most(worst(arctan_of, atanl, -1e4, 1e4), 3.0);
  assert_at_most(worst(arctan_of, atanl, -1.5, 1.5), 3.0);
  assert_at_most(worst(arccos_of, acosl, -0.999, 0.99), 5.0);
  const long double near_zero = sizeof(real) == sizeof(float) ? 1e-7L : 2e-16L;
  for (int i = 0; i < 100000; i++) {
    const real x = (real)(far * (2 * fmod(i * 0.6180339887498949, 1.0) - 1));
    assert_true(fabsl(iso_sin(x) - sinl((long double)x)) <= near_zero);
    assert_true(fabsl(iso_cos(x) - cosl((long double)x)) <= near_zero);
  }
  assert_true(iso_sin(R(0.0)) == 0 && iso_cos(R(0.0)) == R(1.0) && iso_arctan(R(0.0)) == 0);
  assert_true(iso_arccos(R(1.0)) == 0 && iso_arccos(R(1.0001)) == 0);
  assert_true(iso_arccos(R(-1.0001)) == iso_arccos(R(-1.0)));
  assert_true(fabsl(iso_arccos(R(-1.0)) - acosl(-1.0L)) <= 4 * near_zero);
  assert_true(isnan(iso_sin((real)NAN)) && isnan(iso_arctan((real)NAN)) && isnan(iso_arccos((real)NAN)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exp_is_accurate),       cmocka_unit_test(log_is_accurate),
      cmocka_unit_test(log_ratio_is_accurate), cmocka_unit_test(inverses_are_accurate),
      cmocka_unit_test(exp_saturates),         cmocka_unit_test(expm1_keeps_small_arguments),
      cmocka_unit_test(log_saturates),         cmocka_unit_test(trigonometry_is_accurate),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

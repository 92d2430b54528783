/* The exact sum of products and the largest value, against slow ones that are right by inspection. */
#include "kernels/device.h"
#include "kernels/synthetic.h"
#include "kernels/ways.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the slow sum ---- */

/* A sum as numbers whose bits do not overlap, smallest first: adding two doubles loses nothing if what
 * rounding takes off is kept as a number of its own (Shewchuk, Discrete Comput Geom 18:305, 1997). */
enum { PARTS = 2200 }; /* more than the bits between the largest double and the smallest */
typedef struct slow_sum {
  int n;
  double part[PARTS];
} slow_sum;

static void slow_add(slow_sum *s, double x) {
  int kept = 0;
  for (int k = 0; k < s->n; k++) {
    const double y = s->part[k], large = fabs(x) > fabs(y) ? x : y, small = fabs(x) > fabs(y) ? y : x;
    const double sum = large + small, lost = small - (sum - large);
    if (lost != 0) s->part[kept++] = lost;
    x = sum;
  }
  assert_true(kept < PARTS);
  s->part[kept++] = x;
  s->n = kept;
}

/* Within a unit in the last place of the sum. */
static double slow_value(const slow_sum *s) {
  double sum = 0;
  for (int k = 0; k < s->n; k++) sum += s->part[k];
  return sum;
}

/* ---- numbers ---- */

enum { MOST = 4000 };
typedef struct numbers {
  int n;
  double x[MOST], y[MOST];
} numbers;

/* Products from 2^(-2 spread - 40) to 2^(2 spread), of both signs. */
static void random_numbers(numbers *a, int n, int spread, uint64_t seed) {
  a->n = n;
  for (int i = 0; i < n; i++) {
    a->x[i] = ldexp(synthetic_value(seed, i), (int)(spread * synthetic_value(seed + 1, i)));
    a->y[i] = ldexp(synthetic_value(seed + 2, i), (int)(spread * synthetic_value(seed + 3, i)));
  }
}

/* The second half takes off all that the first half has added, but for one product. */
static void cancelling_numbers(numbers *a, int n, int spread, uint64_t seed) {
  random_numbers(a, n, spread, seed);
  for (int i = 0; i < n / 2; i++) a->x[n / 2 + i] = -a->x[i], a->y[n / 2 + i] = a->y[i];
  a->x[n / 2 + n / 3] *= 0.5;
}

/* ---- the device's ---- */

/* In two launches, as two ranks would, whose numbers are added. */
static double device_sum(iso_device *device, const numbers *a) {
  int64_t limb[ISO_LIMBS] = {0};
  const int cut = a->n / 3;
  for (int part = 0; part < 2; part++) {
    const int first = part ? cut : 0, count = part ? a->n - cut : cut;
    int64_t mine[ISO_LIMBS] = {0};
    void *x = iso_device_copy_real(device, a->x + first, count);
    void *y = iso_device_copy_real(device, a->y + first, count);
    iso_launch_dot(device, count, x, y, mine);
    for (int k = 0; k < ISO_LIMBS; k++) limb[k] += mine[k];
    iso_device_release(device, x);
    iso_device_release(device, y);
  }
  return iso_limbs_value(limb);
}

static double own_sum(const numbers *a) {
  slow_sum s = {0};
  for (int i = 0; i < a->n; i++) slow_add(&s, a->x[i] * a->y[i]);
  return slow_value(&s);
}

static double rounding(double value) { return nextafter(fabs(value), INFINITY) - fabs(value); }

static void check_sum(iso_device *device, const numbers *a) {
  const double got = device_sum(device, a), expected = own_sum(a);
  /* Both may round once more than necessary. */
  if (!(fabs(got - expected) <= 2 * rounding(expected)))
    fail_msg("%d products on %s: %.17g is not %.17g", a->n, device->name, got, expected);
}

/* Sizes of no thread, one, and many; numbers that a float holds, and the range of doubles with subnormals. */
static void sums_are_exact(void **state) {
  (void)state;
  static const int sizes[] = {0, 1, 2, 63, 64, 1001, MOST};
  numbers *a = synthetic_need(malloc(sizeof *a));
  for (int way = 0; way < WAYS; way++) {
    iso_device *device = open_way(way);
    const int single = device->precision == ISO_PRECISION_SINGLE;
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
      for (int spread = 0; spread <= (single ? 90 : 500); spread += single ? 30 : 50) {
        random_numbers(a, sizes[k], spread, 11 + (uint64_t)spread);
        check_sum(device, a);
        cancelling_numbers(a, sizes[k], spread, 12 + (uint64_t)spread);
        check_sum(device, a);
      }
    iso_device_close(device);
  }
  free(a);
}

/* What rounding every product alone would leave of them. */
static void what_cancels_is_gone_and_what_is_tiny_is_not(void **state) {
  (void)state;
  iso_device *device = open_way(4);
  const numbers a = {.n = 4, .x = {1e300, 1, -1e300, 0x1p-1000}, .y = {1, -3, 1, 0x1p-74}};
  const numbers none = {.n = 3, .x = {0.1, 0.2, -0.1}, .y = {0.5, 0, 0.5}};
  assert_true(device_sum(device, &a) == -3);
  assert_true(device_sum(device, &none) == 0);
  const numbers tiny = {.n = 3, .x = {0x1p-500, 0x1p-500, 0x1p-500}, .y = {0x1p-570, 0x1p-574, -0x1p-572}};
  assert_true(device_sum(device, &tiny) == 0x1p-1070 + 0x1p-1074 - 0x1p-1072);
  iso_device_close(device);
}

static void the_largest_is_found_anywhere(void **state) {
  (void)state;
  enum { N = 301 };
  for (int way = 0; way < WAYS; way++) {
    iso_device *device = open_way(way);
    for (int at = 0; at < N; at++) {
      double x[N];
      for (int i = 0; i < N; i++) x[i] = i == at ? -80 : -85 + synthetic_value(5, i);
      void *field = iso_device_copy_real(device, x, N);
      assert_true(iso_device_max(device, N, field) == -80);
      iso_device_upload_real(device, field, at, 1, (double[]){NAN});
      assert_true(isnan(iso_device_max(device, N, field)));
      iso_device_release(device, field);
    }
    iso_device_close(device);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sums_are_exact),
      cmocka_unit_test(what_cancels_is_gone_and_what_is_tiny_is_not),
      cmocka_unit_test(the_largest_is_found_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

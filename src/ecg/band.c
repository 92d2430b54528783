#include "ecg/band.h"

#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define PI 3.14159265358979323846
#define TURNED_S 2.0 /* beyond an end: five times as long as the high-pass remembers */

/* y_n = b0 x_n + b1 x_(n-1) + b2 x_(n-2) - a1 y_(n-1) - a2 y_(n-2) */
typedef struct section {
  double b0, b1, b2, a1, a2;
  bool keeps_level; /* passes a constant; the other sort removes it */
} section;

/* Of |x| < 1.3, by its continued fraction: the same bits with any library. */
static double tangent(double x) {
  double below = 25;
  for (double k = 23; k > 0; k -= 2) below = k - x * x / below;
  return x / below;
}

/* By the bilinear transform. Twice through it, 3 dB are lost where once 1.5 are: at 0.802 of its own corner,
 * (sqrt 2 - 1)^(1/4). */
static section butterworth(double limit_hz, double rate_hz, bool low_pass) {
  const double moved = sqrt(sqrt(sqrt(2.0) - 1));
  const double k = tangent(PI * limit_hz / rate_hz) * (low_pass ? 1 / moved : moved);
  const double whole = 1 / (1 + sqrt(2.0) * k + k * k), b = low_pass ? k * k * whole : whole;
  return (section){
      b,       low_pass ? 2 * b : -2 * b, b, 2 * (k * k - 1) * whole, (1 - sqrt(2.0) * k + k * k) * whole,
      low_pass};
}

/* In steps of 1 or -1 from x on, as if its first value had always been there. */
static void pass(const section *s, double *x, long n, long step) {
  const double level = *x;
  double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
  for (long i = 0; i < n; i++, x += step) {
    const double now = *x - level, y = s->b0 * now + s->b1 * x1 + s->b2 * x2 - s->a1 * y1 - s->a2 * y2;
    x2 = x1, x1 = now, y2 = y1, y1 = y;
    *x = y + (s->keeps_level ? level : 0);
  }
}

static void both_ways(const section *s, double *x, long n) {
  pass(s, x, n, 1);
  pass(s, x + n - 1, n, -1);
}

double iso_ecg_high_hz(double rate_hz) {
  return rate_hz >= 2.5 * ISO_ECG_HIGH_HZ ? ISO_ECG_HIGH_HZ : rate_hz / 2;
}

iso_status iso_ecg_band(double *value, int n, double rate_hz, iso_error *err) {
  const long more = (long)fmin(n - 1, TURNED_S * rate_hz), all = n + 2 * more;
  double *x;
  ISO_TRY(iso_alloc(&x, (size_t)all, sizeof *x, "a filter", err));
  for (long i = 0; i < n; i++) x[more + i] = value[i];
  for (long i = 1; i <= more; i++) {
    x[more - i] = 2 * value[0] - value[i];
    x[more + n - 1 + i] = 2 * value[n - 1] - value[n - 1 - i];
  }
  const section high_pass = butterworth(ISO_ECG_LOW_HZ, rate_hz, false);
  both_ways(&high_pass, x, all);
  if (iso_ecg_high_hz(rate_hz) == ISO_ECG_HIGH_HZ) {
    const section low_pass = butterworth(ISO_ECG_HIGH_HZ, rate_hz, true);
    both_ways(&low_pass, x, all);
  }
  for (long i = 0; i < n; i++) value[i] = x[more + i];
  free(x);
  return ISO_OK;
}

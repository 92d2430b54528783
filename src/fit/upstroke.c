#include "fit/upstroke.h"

#include "fit/exponential.h"

#include <math.h>

/* Steps of the table and of the sum that filters, of the shorter of rise and filter; where they end: beyond,
 * 1e-10 of the upstroke is left. */
#define FINE 8
#define RISES 12
#define DEVIATIONS 7

/* exp(-t^2 / (2 s^2)) at -3 dB: its transform is exp(-(2 pi f s)^2 / 2), which is to be the root of a half.
 */
double iso_filter_ms(double low_pass_hz) {
  const double two_pi = 6.283185307179586;
  return 1000 * sqrt(iso_fit_log(2)) / (two_pi * low_pass_hz);
}

static double plain(double t, double rise_ms, double *slope) {
  const double y = 1 / (1 + iso_fit_exp(-2 * t / rise_ms));
  *slope = 2 * y * (1 - y) / rise_ms;
  return y;
}

/* The mean over a Gaussian by a sum with even steps, which is exact to rounding for what is so smooth. */
static double filtered(double t, double rise_ms, double filter_ms, double *slope) {
  if (!(filter_ms > 0)) return plain(t, rise_ms, slope);
  const double step = fmin(rise_ms, filter_ms) / FINE;
  const int n = (int)ceil(DEVIATIONS * filter_ms / step);
  double value = 0, by = 0, whole = 0;
  for (int k = -n; k <= n; k++) {
    const double u = k * step, weight = iso_fit_exp(-u * u / (2 * filter_ms * filter_ms));
    double one;
    value += weight * plain(t - u, rise_ms, &one);
    by += weight * one;
    whole += weight;
  }
  *slope = by / whole;
  return value / whole;
}

iso_status iso_upstroke_new(iso_curve *out, double rise_ms, double filter_ms, iso_error *err) {
  const double reach = RISES * rise_ms + DEVIATIONS * filter_ms, step = rise_ms / FINE;
  const int half = (int)ceil(reach / step);
  ISO_TRY(iso_curve_new(out, 2 * half + 1, -half * step, step, err));
  out->after = 1;
  for (int k = 0; k < out->n; k++)
    out->value[k] = filtered(out->first_ms + k * step, rise_ms, filter_ms, &out->slope[k]);
  return ISO_OK;
}

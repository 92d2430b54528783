#include "grid/ask/pattern.h"

#include "grid/hash.h"
#include "kernels/trigonometry.h"

#include <math.h>

static double uniform(uint64_t *state) {
  const uint64_t bits = iso_hash(*state);
  *state += 0x9e3779b97f4a7c15u;
  return (double)(bits >> 11) * 0x1p-53;
}

/* The sum of twelve uniform ones less six: as good as normal within three standard deviations, and the same
 * bits with any library of mathematics. */
static double normal(uint64_t *state) {
  double sum = -6;
  for (int k = 0; k < 12; k++) sum += uniform(state);
  return sum;
}

/* The part of a normal distribution below z, by the series of its density times z^(2n+1) / (2n+1)!!. */
static double part_below(double z) {
  const double root_two_pi = 2.5066282746310002;
  double term = z, sum = 0;
  for (int n = 1; n < 200; n++) {
    sum += term;
    term *= z * z / (2 * n + 1);
  }
  return 0.5 + iso_exp(-0.5 * z * z) / root_two_pi * sum;
}

static double quantile(double part) {
  double low = -6, high = 6;
  for (int k = 0; k < 60; k++) {
    const double z = 0.5 * (low + high);
    if (part_below(z) < part)
      low = z;
    else
      high = z;
  }
  return 0.5 * (low + high);
}

void iso_pattern_new(iso_pattern *out, const iso_select_pattern *of) {
  uint64_t state = iso_hash((uint64_t)of->seed);
  for (int k = 0; k < ISO_PATTERN_WAVES; k++) {
    for (int d = 0; d < 3; d++) out->wave[k][d] = sqrt(2) / of->correlation_mm * normal(&state);
    out->wave[k][3] = 6.2831853071795865 * uniform(&state);
  }
  out->most = quantile(of->density) * sqrt(ISO_PATTERN_WAVES / 2.0); /* a cosine has the variance 1/2 */
}

bool iso_pattern_has(const iso_pattern *p, const double x[3]) {
  double sum = 0;
  for (int k = 0; k < ISO_PATTERN_WAVES; k++)
    sum += iso_cos(p->wave[k][0] * x[0] + p->wave[k][1] * x[1] + p->wave[k][2] * x[2] + p->wave[k][3]);
  return sum <= p->most;
}

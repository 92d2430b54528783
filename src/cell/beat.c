#include "cell/beat.h"

#include "base/assert.h"

#include <math.h>

/* Time at which trace, past its peak, falls through level, or NAN. */
static double falls_through(const double *trace, int64_t n, int64_t peak, double step_ms, double level) {
  for (int64_t i = peak; i < n; i++)
    if (trace[i + 1] <= level) return step_ms * ((double)i + (trace[i] - level) / (trace[i] - trace[i + 1]));
  return NAN;
}

iso_beat iso_beat_measure(const double *trace, int64_t n, double step_ms, double activation) {
  ISO_ASSERT(n >= 0 && step_ms > 0);
  iso_beat b = {.rest = trace[0], .peak = trace[0], .apd50 = NAN, .apd90 = NAN};
  int64_t upstroke = 0, peak = 0;
  for (int64_t i = 0; i < n; i++) {
    const double slope = (trace[i + 1] - trace[i]) / step_ms;
    if (slope > b.max_dvdt) b.max_dvdt = slope, upstroke = i;
    if (trace[i] > b.peak) b.peak = trace[i], peak = i;
  }
  if (b.rest >= activation || b.peak <= activation) return b;
  const double start = step_ms * ((double)upstroke + 0.5), height = b.peak - b.rest;
  b.apd50 = falls_through(trace, n, peak, step_ms, b.rest + 0.5 * height) - start;
  b.apd90 = falls_through(trace, n, peak, step_ms, b.rest + 0.1 * height) - start;
  return b;
}

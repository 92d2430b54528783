#include "fit/curve.h"

#include "base/memory.h"

#include <stdlib.h>

iso_status iso_curve_new(iso_curve *out, int n, double first_ms, double step_ms, iso_error *err) {
  *out = (iso_curve){.n = n, .first_ms = first_ms, .step_ms = step_ms};
  ISO_TRY(iso_alloc(&out->value, (size_t)n, sizeof *out->value, "a curve", err));
  return iso_alloc(&out->slope, (size_t)n, sizeof *out->slope, "a curve", err);
}

void iso_curve_free(iso_curve *c) {
  free(c->value);
  free(c->slope);
  *c = (iso_curve){0};
}

double iso_curve_at(const iso_curve *c, double time_ms, double *slope) {
  const double at = (time_ms - c->first_ms) / c->step_ms;
  if (slope) *slope = 0;
  if (!(at > 0)) return c->before;
  if (at >= c->n - 1) return c->after;
  const int k = (int)at;
  const double x = at - k, h = c->step_ms;
  const double y0 = c->value[k], y1 = c->value[k + 1], d0 = h * c->slope[k], d1 = h * c->slope[k + 1];
  const double c2 = 3 * (y1 - y0) - 2 * d0 - d1, c3 = d0 + d1 - 2 * (y1 - y0);
  if (slope) *slope = (d0 + x * (2 * c2 + x * 3 * c3)) / h;
  return y0 + x * (d0 + x * (c2 + x * c3));
}

#include "fit/potential.h"

#include "base/memory.h"
#include "fit/exponential.h"

#include <math.h>
#include <stdlib.h>

/* How far the filter reaches, in standard deviations, and its steps of one at most. */
#define DEVIATIONS 7
#define FINE 4

/* mV above rest at a time of the table, between samples. */
static double at_time(const iso_action_potential *a, double after_ms) {
  return iso_action_potential_at(a, after_ms, a->apd_ms) - a->vm_mV[0];
}

/* weight [2 n + 1] of times a step apart; they add up to 1. */
static void weigh(int n, double step_ms, double filter_ms, double *weight) {
  double sum = 0;
  for (int k = -n; k <= n; k++) {
    const double u = k * step_ms / filter_ms;
    weight[k + n] = iso_fit_exp(-u * u / 2);
    sum += weight[k + n];
  }
  for (int k = 0; k <= 2 * n; k++) weight[k] /= sum;
}

static iso_status filter(iso_curve *c, const iso_action_potential *from, double filter_ms, iso_error *err) {
  const double step_ms = fmin(c->step_ms, filter_ms / FINE);
  const int n = (int)ceil(DEVIATIONS * filter_ms / step_ms);
  double *weight;
  ISO_TRY(iso_alloc(&weight, 2 * (size_t)n + 1, sizeof *weight, "a filter", err));
  weigh(n, step_ms, filter_ms, weight);
  for (int i = 0; i < c->n; i++)
    for (int k = -n; k <= n; k++)
      c->value[i] += weight[k + n] * at_time(from, c->first_ms + i * c->step_ms - k * step_ms);
  free(weight);
  return ISO_OK;
}

iso_status iso_potential_new(iso_potential *out, const iso_action_potential *from, double filter_ms,
                             iso_error *err) {
  const int room = (int)ceil(DEVIATIONS * filter_ms / from->step_ms) + 1;
  iso_curve *c = &out->curve;
  *out = (iso_potential){.apd_ms = from->apd_ms};
  ISO_TRY(
      iso_curve_new(c, (int)from->n + 2 * room, -from->before_ms - room * from->step_ms, from->step_ms, err));
  c->after = from->vm_mV[from->n - 1] - from->vm_mV[0];
  for (int i = 0; i < c->n && !(filter_ms > 0); i++)
    c->value[i] = at_time(from, c->first_ms + i * c->step_ms);
  if (filter_ms > 0) ISO_TRY(filter(c, from, filter_ms, err));
  for (int i = 1; i < c->n - 1; i++) c->slope[i] = (c->value[i + 1] - c->value[i - 1]) / (2 * c->step_ms);
  return ISO_OK;
}

void iso_potential_free(iso_potential *p) {
  iso_curve_free(&p->curve);
  *p = (iso_potential){0};
}

double iso_potential_at(const iso_potential *p, double after_ms, double lasting_ms, double by[2]) {
  double stretch[2], slope;
  const double at = iso_action_potential_stretch(p->apd_ms, after_ms, lasting_ms, stretch);
  const double value = iso_curve_at(&p->curve, at, &slope);
  if (by) by[0] = slope * stretch[0], by[1] = slope != 0 ? slope * stretch[1] * lasting_ms : 0;
  return value;
}

#include "kernels/pace.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A cell in the precision of its build, one value to a row. */
typedef struct cell {
  int single, nstates;
  void *prepared, *state, *vm, *before, *iion;
} cell;

static double get(const cell *c, const void *array, int i) {
  return c->single ? (double)((const float *)array)[i] : ((const double *)array)[i];
}

static void set(const cell *c, void *array, int i, double value) {
  if (c->single)
    ((float *)array)[i] = (float)value;
  else
    ((double *)array)[i] = value;
}

static void *room(size_t bytes) {
  void *p = calloc(bytes + 64, 1);
  if (!p) abort();
  return p;
}

static void change(const iso_model *model, const iso_change *c, double *parameters, double *states) {
  const int parameter = iso_model_parameter(model, c->name), state = iso_model_state(model, c->name);
  if (parameter < 0 && state < 0) abort();
  if (parameter >= 0) parameters[parameter] = c->value;
  if (state >= 0) states[state] = c->value;
}

static cell open_cell(const pacing *p) {
  double parameters[PACE_MAX], states[PACE_MAX], vm;
  cell c = {.single = p->single, .nstates = p->model->nstates};
  iso_model_defaults(p->model, iso_model_variant(p->model, p->variant), parameters, states, &vm);
  for (const iso_change *each = p->changes; each && each->name; each++)
    change(p->model, each, parameters, states);
  if (p->scaled) parameters[iso_model_parameter(p->model, p->scaled)] *= p->scale;
  c.prepared = room(p->kernels->prepared_bytes(p->model, p->exact));
  p->kernels->prepare(p->model, parameters, p->step_ms, p->exact, c.prepared);
  c.state = room(sizeof(double) * PACE_MAX);
  c.vm = room(sizeof(double)), c.before = room(sizeof(double)), c.iion = room(sizeof(double));
  for (int s = 0; s < c.nstates; s++) set(&c, c.state, s, states[s]);
  set(&c, c.vm, 0, vm);
  set(&c, c.before, 0, vm);
  return c;
}

static void close_cell(cell *c) {
  free(c->prepared), free(c->state), free(c->vm), free(c->before), free(c->iion);
}

static void advance(const pacing *p, cell *c, double stimulus) {
  const iso_cells launch = {.count = 1,
                            .ld = 1,
                            .state = c->state,
                            .vm = c->vm,
                            .vm_before = c->before,
                            .iion = c->iion,
                            .parameters = c->prepared,
                            .step_ms = p->step_ms};
  p->kernels->step[iso_model_index(p->model)](&launch);
  const double vm = get(c, c->vm, 0);
  set(c, c->before, 0, vm);
  set(c, c->vm, 0, vm + p->step_ms * (stimulus - get(c, c->iion, 0)));
  if (p->carrier) {
    const int s = iso_model_state(p->model, p->carrier);
    set(c, c->state, s, get(c, c->state, s) + p->carried * p->step_ms * stimulus);
  }
}

/* Time at which trace, past its peak, falls through level. */
static double falls_through(const double *trace, int n, int peak, double step, double level) {
  for (int i = peak; i < n; i++)
    if (trace[i + 1] <= level) return step * (i + (trace[i] - level) / (trace[i] - trace[i + 1]));
  return NAN;
}

/* Time at which trace [n + 1] first rises through level. */
static double rises_through(const double *trace, int n, double step, double level) {
  for (int i = 0; i < n; i++)
    if (trace[i] < level && trace[i + 1] >= level)
      return step * (i + (level - trace[i]) / (trace[i + 1] - trace[i]));
  return NAN;
}

/* Between the last two times that trace [n + 1] rises through 0 mV. */
static double last_period(const double *trace, int n, double step) {
  double last = NAN, period = NAN;
  for (int i = 0; i < n; i++)
    if (trace[i] < 0 && trace[i + 1] >= 0) {
      const double at = step * (i + trace[i] / (trace[i] - trace[i + 1]));
      period = at - last, last = at;
    }
  return period;
}

/* trace [n + 1] */
static beat measure(const double *trace, int n, double step) {
  beat b = {.rest = trace[0], .peak = trace[0]};
  int upstroke = 0, peak = 0;
  for (int i = 0; i < n; i++) {
    const double slope = (trace[i + 1] - trace[i]) / step;
    if (slope > b.max_dvdt) b.max_dvdt = slope, upstroke = i;
    if (trace[i] > b.peak) b.peak = trace[i], peak = i;
  }
  const double start = step * (upstroke + 0.5), height = b.peak - b.rest;
  b.apd50 = falls_through(trace, n, peak, step, b.rest + 0.5 * height) - start;
  b.apd90 = falls_through(trace, n, peak, step, b.rest + 0.1 * height) - start;
  b.period = last_period(trace, n, step);
  return b;
}

beat pace(const pacing *p) {
  cell c = open_cell(p);
  const int n = (int)lround(p->cycle_ms / p->step_ms), on = (int)lround(p->duration_ms / p->step_ms);
  double *trace = room(sizeof(double) * (size_t)(n + 1));
  for (int k = 0; k < p->beats; k++)
    for (int i = 0; i < n; i++) {
      trace[i] = get(&c, c.vm, 0);
      advance(p, &c, i < on ? p->stimulus : 0);
    }
  trace[n] = get(&c, c.vm, 0);
  beat b = measure(trace, n, p->step_ms);
  b.vm = trace[n];
  b.activation = rises_through(trace, n, p->step_ms, p->model->activation_mV);
  for (int s = 0; s < c.nstates; s++) b.states[s] = get(&c, c.state, s);
  free(trace);
  close_cell(&c);
  return b;
}

#include "kernels/pace.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_LEVEL = 16, RUN = 6 };

/* How a state swings from step to step. */
typedef struct swing {
  double value, change, least, most, amplitude;
  int run; /* changes in turn up and down, so far */
} swing;

/* A cell in the precision of its build, one value to a row. */
typedef struct cell {
  int single, nstates;
  double parameters[PACE_MAX];
  void *prepared[2 * MOST_LEVEL + 1]; /* for so many halves of a step; NULL until one takes them */
  void *state, *vm, *before, *iion;
  int level;          /* steps that V went at once the last time */
  double slope, bend; /* of V, mV a step and a step squared */
  double vm_before;
  double calm_from; /* ms, after an upstroke */
  double evaluations;
  swing swings[PACE_MAX];
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
  double states[PACE_MAX], vm;
  cell c = {.single = p->single, .nstates = p->model->nstates, .level = 1};
  iso_model_defaults(p->model, iso_model_variant(p->model, p->variant), c.parameters, states, &vm);
  for (const iso_change *each = p->changes; each && each->name; each++)
    change(p->model, each, c.parameters, states);
  if (p->scaled) c.parameters[iso_model_parameter(p->model, p->scaled)] *= p->scale;
  c.state = room(sizeof(double) * PACE_MAX);
  c.vm = room(sizeof(double)), c.before = room(sizeof(double)), c.iion = room(sizeof(double));
  for (int s = 0; s < c.nstates; s++) set(&c, c.state, s, states[s]);
  set(&c, c.vm, 0, vm);
  c.vm_before = get(&c, c.vm, 0);
  return c;
}

static void close_cell(cell *c) {
  for (int i = 0; i <= 2 * MOST_LEVEL; i++) free(c->prepared[i]);
  free(c->state), free(c->vm), free(c->before), free(c->iion);
}

static const void *prepared(const pacing *p, cell *c, int halves) {
  void **room_of = &c->prepared[halves];
  if (*room_of) return *room_of;
  *room_of = room(p->kernels->prepared_bytes(p->model, p->exact));
  p->kernels->prepare(p->model, c->parameters, 0.5 * halves * p->step_ms, p->exact, *room_of);
  return *room_of;
}

/* By how many steps V goes on at once, the at-th of a beat being next. */
static int next_level(const pacing *p, cell *c, int at, double stimulus) {
  int level = 1;
  const double now_ms = at * p->step_ms;
  if (stimulus != 0 || fabs(c->slope) > 5 * p->step_ms) {
    c->calm_from = now_ms + 20;
    return 1;
  }
  for (int q = 2; q <= 2 * c->level && q <= MOST_LEVEL && at % q == 0; q *= 2) {
    if (q * p->step_ms > p->slow_step_ms * (1 + 1e-9) || fabs(c->bend) * q * q / 2 > 0.02) break;
    if (q > p->after_upstroke && now_ms < c->calm_from) break;
    level = q;
  }
  return level;
}

/* States swing where their changes are in turn up and down for RUN steps: by the smaller of two that follow.
 */
static void watch(cell *c) {
  for (int s = 0; s < c->nstates; s++) {
    swing *w = &c->swings[s];
    const double value = get(c, c->state, s), change = value - w->value;
    w->run = change * w->change < 0 ? w->run + 1 : 0;
    if (w->run >= RUN) w->amplitude = fmax(w->amplitude, fmin(fabs(change), fabs(w->change)));
    w->value = value, w->change = change;
    w->least = fmin(w->least, value), w->most = fmax(w->most, value);
  }
}

static void start_watching(cell *c) {
  c->evaluations = 0;
  for (int s = 0; s < c->nstates; s++) {
    const double value = get(c, c->state, s);
    c->swings[s] = (swing){.value = value, .least = value, .most = value};
  }
}

static void advance(const pacing *p, cell *c, int level, double stimulus) {
  const double vm = get(c, c->vm, 0);
  const double gates = vm + 0.25 * (level - c->level) * c->slope, currents = vm + 0.5 * level * c->slope;
  set(c, c->vm, 0, gates);
  /* As the solver has it where all steps are alike, to the last bit. */
  const int alike = level == 1 && c->level == 1;
  set(c, c->before, 0, alike ? c->vm_before : 3 * gates - 2 * currents);
  const int halves = c->level + level;
  const iso_cells launch = {.count = 1,
                            .ld = 1,
                            .state = c->state,
                            .vm = c->vm,
                            .vm_before = c->before,
                            .iion = c->iion,
                            .parameters = prepared(p, c, halves),
                            .step_ms = 0.5 * halves * p->step_ms};
  p->kernels->step[iso_model_index(p->model)](&launch);
  const double over_ms = level * p->step_ms;
  set(c, c->vm, 0, vm + over_ms * (stimulus - get(c, c->iion, 0)));
  if (p->carrier) {
    const int s = iso_model_state(p->model, p->carrier);
    set(c, c->state, s, get(c, c->state, s) + p->carried * over_ms * stimulus);
  }
  const double slope = (get(c, c->vm, 0) - vm) / level;
  c->bend = 2 * (slope - c->slope) / halves;
  c->slope = slope, c->level = level, c->vm_before = vm, c->evaluations++;
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

/* trace [n + 1] of V, straight between the ends of a cell's own steps. */
static void beat_of(const pacing *p, cell *c, int n, double *trace) {
  const int on = (int)lround(p->duration_ms / p->step_ms);
  start_watching(c);
  c->calm_from = 0; /* a stimulus makes it anew */
  for (int i = 0; i < n; i += c->level) {
    const double stimulus = i < on ? p->stimulus : 0;
    trace[i] = get(c, c->vm, 0);
    advance(p, c, p->slow_step_ms > 0 ? next_level(p, c, i, stimulus) : 1, stimulus);
    for (int j = 1; j < c->level; j++) trace[i + j] = trace[i] + j * c->slope;
    if (p->slow_step_ms > 0) watch(c);
  }
  trace[n] = get(c, c->vm, 0);
}

beat pace(const pacing *p) {
  cell c = open_cell(p);
  const int n = (int)lround(p->cycle_ms / p->step_ms);
  double *trace = room(sizeof(double) * (size_t)(n + 1));
  for (int k = 0; k < p->beats; k++) beat_of(p, &c, n, trace);
  beat b = measure(trace, n, p->step_ms);
  b.vm = trace[n];
  b.activation = rises_through(trace, n, p->step_ms, p->model->activation_mV);
  b.evaluations = c.evaluations / n;
  for (int s = 0; s < c.nstates; s++) {
    const swing *w = &c.swings[s];
    b.states[s] = get(&c, c.state, s);
    if (w->amplitude > b.ripple * (w->most - w->least))
      b.ripple = w->amplitude / (w->most - w->least), b.rippling = s;
  }
  free(trace);
  close_cell(&c);
  return b;
}

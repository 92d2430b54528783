/* Measures the ionic models and prints tables in Markdown: docs/models.md and docs/benchmarks.md hold them.
 *
 * Usage: measure_models speed|steps|beats|slow [MODEL...]
 *   speed  ns of one core per cell and step; scripts/cells.py sets it against counts of arithmetic and
 * functions steps  largest time step at which APD90 and largest dV/dt are within 1% of those of a step of
 * 0.002 ms beats  APD90 of references and ours; single against double precision over ten beats
 *   slow   the 20th beat with one step of 0.05 ms, and with the steps that cells take on their own outside
 * upstrokes */
#include "kernels/build_list.h"
#include "kernels/builds.h"
#include "kernels/functions.h"
#include "kernels/pace.h"
#include "kernels/prepare.h"
#include "kernels/references.h"
#include "kernels/templates/model_names.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CELLS = 8192, PHASES = 64, STEPS = 40, REPEATS = 7 };
static const double STEP_MS = 0.02;

static const build *widest(void) {
  const build *all;
  const int n = builds(&all);
  return &all[n - 1];
}

/* Of a model that has no protocol: without stimulus. */
static pacing paced(const iso_model *model, int single, double cycle_ms) {
  static const protocol none = {"", 0, 1, NULL, 0};
  const protocol *known = protocol_of(model->name), *of = known ? known : &none;
  return (pacing){.kernels = widest()->kernels[single],
                  .single = single,
                  .model = model,
                  .variant = model->variants[0].name,
                  .step_ms = STEP_MS,
                  .cycle_ms = cycle_ms,
                  .beats = 1,
                  .stimulus = of->stimulus,
                  .duration_ms = of->duration_ms,
                  .carrier = of->carrier,
                  .carried = of->carried};
}

static void *room(size_t bytes) {
  void *p = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!p) abort();
  return memset(p, 0, bytes);
}

/* ---- speed ---- */

static double now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

/* Cycles in a nanosecond, from a chain of additions of one cycle each: the best of the repeats. */
static double clock_GHz(void) {
  enum { ADDITIONS = 2000000 };
  double best = 0;
  for (int repeat = 0; repeat < REPEATS; repeat++) {
    volatile long sink;
    long chain = 0;
    const double start = now_ns();
    for (long i = 0; i < ADDITIONS; i++) {
      chain += 1;
      __asm__ volatile("" : "+r"(chain)); /* one addition after the other */
    }
    best = fmax(best, ADDITIONS / (now_ns() - start));
    sink = chain, (void)sink;
  }
  return best;
}

static void put(int single, void *array, size_t i, double value) {
  if (single)
    ((float *)array)[i] = (float)value;
  else
    ((double *)array)[i] = value;
}

static double at(int single, const void *array, size_t i) {
  return single ? (double)((const float *)array)[i] : ((const double *)array)[i];
}

/* Cells in phases of an action potential, from its stimulus to 400 ms later. */
static void spread(const iso_model *model, int single, void *state, void *vm) {
  for (int phase = 0; phase < PHASES; phase++) {
    const pacing p = paced(model, single, STEP_MS * round((phase + 1) * 400.0 / PHASES / STEP_MS));
    const beat b = pace(&p);
    for (size_t i = (size_t)phase; i < CELLS; i += PHASES) {
      put(single, vm, i, b.vm);
      for (int s = 0; s < model->nstates; s++) put(single, state, (size_t)s * CELLS + i, b.states[s]);
    }
  }
}

/* Nanoseconds of processor time per cell and step of the kernel, the least of the repeats. */
static double cost_ns(const iso_model *model, int single) {
  const iso_cell_kernels *kernels = widest()->kernels[single];
  const size_t row = CELLS * (single ? sizeof(float) : sizeof(double));
  double parameters[PACE_MAX], states[PACE_MAX], vm0;
  iso_model_defaults(model, 0, parameters, states, &vm0);
  void *prepared = room(kernels->prepared_bytes(model, 0));
  kernels->prepare(model, parameters, STEP_MS, 0, prepared);
  void *state = room(row * (size_t)model->nstates), *vm = room(row), *before = room(row), *iion = room(row);
  spread(model, single, state, vm);
  memcpy(before, vm, row);
  const iso_cells cells = {.count = CELLS,
                           .ld = CELLS,
                           .state = state,
                           .vm = vm,
                           .vm_before = before,
                           .iion = iion,
                           .parameters = prepared,
                           .step_ms = STEP_MS};
  double least = INFINITY;
  for (int repeat = 0; repeat < REPEATS; repeat++) {
    double spent = 0;
    for (int step = 0; step < STEPS; step++) {
      const double start = now_ns();
      kernels->step[iso_model_index(model)](&cells);
      spent += now_ns() - start;
      memcpy(before, vm, row);
      for (size_t i = 0; i < CELLS; i++)
        put(single, vm, i, at(single, vm, i) - STEP_MS * at(single, iion, i));
    }
    least = fmin(least, spent / STEPS / CELLS);
  }
  free(prepared), free(state), free(vm), free(before), free(iion);
  return least;
}

/* Rates that are looked up for a cell, padded as in its table. */
static int rates(const iso_model *model) {
  return (int)((iso_prepared_reals(model, 0) - iso_prepared_reals(model, 1)) / (4 * ISO_TABLE_ROWS));
}

#define DECLARE(isa) extern exponentials exponentials_f64_##isa, exponentials_f32_##isa;
ISO_BUILD_LIST(DECLARE)

/* Nanoseconds of one exponential of the widest build, among others in the first-level cache: the least of the
 * repeats. Arguments are those of rates, x = -20 to 20. */
static double exponential_ns(int single) {
  static const struct {
    const char *isa;
    exponentials *of[2];
  } all[] = {
#define EXPONENTIALS(isa) {#isa, {exponentials_f64_##isa, exponentials_f32_##isa}},
      ISO_BUILD_LIST(EXPONENTIALS)};
  enum { N = 1024, TIMES = 2000 };
  exponentials *evaluate = NULL;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (!strcmp(all[i].isa, widest()->isa)) evaluate = all[i].of[single];
  double x[N], y[N], least = INFINITY;
  for (size_t i = 0; i < N; i++) put(single, x, i, 40.0 * (double)i / N - 20);
  for (int repeat = 0; repeat < REPEATS; repeat++) {
    const double start = now_ns();
    for (int time = 0; time < TIMES; time++) evaluate(N, x, y);
    least = fmin(least, (now_ns() - start) / TIMES / N);
  }
  return least;
}

static void speed(const iso_model *model) {
  const double wide = cost_ns(model, 0), narrow = cost_ns(model, 1);
  printf("| %s | %d | %d | %.2f | %.2f |\n", model->name, rates(model), functions_of(iso_model_index(model)),
         wide, narrow);
}

/* ---- steps ---- */

static int divides(double step, double whole) {
  return fabs(whole / step - round(whole / step)) < 1e-9 * whole / step;
}

/* The second beat at 1000 ms. */
static beat beat_at(const iso_model *model, double step_ms) {
  pacing p = paced(model, 0, 1000);
  p.beats = 2, p.step_ms = step_ms;
  return pace(&p);
}

/* A step counts only if all shorter ones do, too. */
static void steps(const iso_model *model) {
  const double tried[] = {0.01, 0.0125, 0.02, 0.025, 0.04, 0.05, 0.0625, 0.1, 0.125, 0.2, 0.25, 0.5, 1};
  if (!protocol_of(model->name)) return;
  const beat exact = beat_at(model, 0.002);
  double apd90 = 0, dvdt = 0;
  int apd90_holds = 1, dvdt_holds = 1;
  for (size_t i = 0; i < sizeof tried / sizeof *tried && tried[i] <= model->max_step_ms; i++) {
    if (!divides(tried[i], protocol_of(model->name)->duration_ms)) continue;
    const beat b = beat_at(model, tried[i]);
    apd90_holds = apd90_holds && fabs(b.apd90 - exact.apd90) < 0.01 * exact.apd90;
    dvdt_holds = dvdt_holds && fabs(b.max_dvdt - exact.max_dvdt) < 0.01 * exact.max_dvdt;
    apd90 = apd90_holds ? tried[i] : apd90;
    dvdt = dvdt_holds ? tried[i] : dvdt;
  }
  printf("| %s | %g | %g | %g | %g |\n", model->name, model->max_step_ms, fmin(apd90, dvdt), apd90, dvdt);
}

/* ---- beats ---- */

static void beats(const iso_model *model) {
  if (!protocol_of(model->name)) return;
  pacing p = paced(model, 0, 1000), q = paced(model, 1, 1000);
  p.beats = q.beats = 10;
  const beat wide = pace(&p), narrow = pace(&q);
  printf("| %s | %.3f | %+.4f | %+.5f |\n", model->name, wide.apd90, narrow.apd90 - wide.apd90,
         narrow.activation - wide.activation);
}

/* ---- slow ---- */

/* Largest relative difference of a concentration at the end of a beat. */
static double concentration_error(const iso_model *model, int variant, const beat *a, const beat *b) {
  double parameters[PACE_MAX], states[PACE_MAX], vm, most = 0;
  iso_model_defaults(model, variant, parameters, states, &vm);
  for (int s = 0; s < model->nstates; s++) {
    const iso_quantity *q = &model->states[s];
    if (q->kind != ISO_KIND_CONCENTRATION && q->kind != ISO_KIND_ABOVE) continue;
    const double whole = b->states[s] + iso_model_reference(model, s, parameters, b->states);
    most = fmax(most, fabs((a->states[s] - b->states[s]) / whole));
  }
  return 100 * most;
}

/* Of what a beat differs by from that of a step of 0.005 ms: "-" where a state swings, or Vm does not
 * recover. */
static void print_difference(const beat *b, const beat *exact) {
  if (b->ripple > 1e-3 || !(fabs(b->apd90 - exact->apd90) < 20))
    printf(" - |");
  else
    printf(" %+.2f |", b->apd90 - exact->apd90);
}

static void slow(const iso_model *model) {
  const double tried[] = {0, 0.1, 0.2, 0.4, 0.8}; /* 0: one step for all */
  if (!protocol_of(model->name)) return;
  for (int v = 0; v < model->nvariants; v++) {
    pacing p = paced(model, 0, 1000);
    p.variant = model->variants[v].name, p.beats = 20, p.step_ms = 0.005;
    const beat exact = pace(&p);
    p.step_ms = 0.05;
    const beat fixed = pace(&p);
    p.slow_step_ms = model->slow_step_ms;
    p.after_upstroke = 1;
    const beat careful = pace(&p);
    p.after_upstroke = 2;
    const beat own = pace(&p);
    printf("| %s | %s | %g | %.3f | %.2f |", model->name, p.variant, model->slow_step_ms, own.evaluations,
           exact.apd90);
    for (size_t i = 0; i < sizeof tried / sizeof *tried; i++) {
      p.slow_step_ms = tried[i];
      const beat b = pace(&p);
      print_difference(&b, &exact);
    }
    printf(" %.3f |", careful.evaluations);
    print_difference(&careful, &exact);
    printf(" %.2f, %.2f, %.2f |\n", concentration_error(model, v, &fixed, &exact),
           concentration_error(model, v, &own, &exact), concentration_error(model, v, &careful, &exact));
  }
}

int main(int argc, char **argv) {
  const struct {
    const char *name, *head;
    void (*measure)(const iso_model *model);
  } modes[] = {
      {"speed", "| model | rates looked up | functions | double, ns | single, ns |\n|---|--:|--:|--:|--:|",
       speed},
      {"steps", "| model | stable, ms | useful, ms | by APD90 | by dV/dt |\n|---|--:|--:|--:|--:|", steps},
      {"beats", "| model | APD90, ms | single, ms | activation, ms |\n|---|--:|--:|--:|", beats},
      {"slow",
       "| model | variant | slow step | evaluations | APD90 | one step | 0.1 | 0.2 | 0.4 | 0.8 | careful: "
       "evaluations | "
       "APD90 | concentrations |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
       slow},
  };
  for (size_t i = 0; argc > 1 && i < sizeof modes / sizeof *modes; i++) {
    if (strcmp(modes[i].name, argv[1]) != 0) continue;
    if (modes[i].measure == speed)
      printf("clock: %.2f GHz, exponential: %.3f ns in double, %.3f ns in single precision\n", clock_GHz(),
             exponential_ns(0), exponential_ns(1));
    puts(modes[i].head);
    for (int m = 0; m < iso_nmodels; m++) {
      int named = argc == 2;
      for (int a = 2; a < argc; a++) named = named || !strcmp(argv[a], iso_models[m]->name);
      if (named) modes[i].measure(iso_models[m]), fflush(stdout);
    }
    return 0;
  }
  fprintf(stderr, "usage: measure_models speed|steps|beats|slow [MODEL...]\n");
  return 1;
}

/* The whole time step, as a run makes it, but without stimuli and output. */
#include "app/bench/bench_rows.h"

#include "base/memory.h"
#include "solve/watch.h"

#include <math.h>
#include <stdlib.h>

enum { STEPS = ISO_WATCH_STEPS }; /* timed at once: what happened is read once in so many */

static iso_status new_simulation(const iso_setup *setup, iso_fast_current fast, iso_simulation **out,
                                 iso_error *err) {
  iso_simulation_options o = iso_setup_options(setup);
  o.timer = NULL; /* the steps are timed as a whole */
  o.numerics.fast_current = fast;
  return iso_simulation_new(out, &o, err);
}

/* The first quarter of the tissue is lifted above the threshold of its upstroke, and a wave runs on from
 * there. */
static iso_status start_front(const iso_setup *setup, iso_simulation *s, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  double *vm, low = INFINITY, high = -INFINITY;
  ISO_TRY(iso_alloc(&vm, (size_t)mesh->nowned, sizeof *vm, "Vm", err));
  iso_simulation_get_vm(s, vm);
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    low = fmin(low, mesh->xyz[i][0]);
    high = fmax(high, mesh->xyz[i][0]);
  }
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const iso_model *m = setup->tissue.regions[iso_tissue_of_node(&setup->tissue, mesh->node_tag[i])].model;
    if (mesh->xyz[i][0] < 0.75 * low + 0.25 * high)
      vm[i] = m->activation_mV + 0.25 * (m->activation_mV - m->vm_rest_mV);
  }
  iso_simulation_set_vm(s, vm);
  free(vm);
  return ISO_OK;
}

/* Until the tissue that was lifted has done with its upstroke. */
static iso_status settle(const iso_setup *setup, iso_simulation *s, iso_error *err) {
  const double settled_ms = 2;
  while (iso_simulation_time(s) < settled_ms - 0.5 * setup->config->time.step_ms)
    ISO_TRY(iso_simulation_step(s, err));
  return ISO_OK;
}

typedef struct stepping {
  iso_simulation *simulation;
  iso_status status;
  iso_error *err;
} stepping;

static void step_on(void *self) {
  stepping *s = self;
  for (int k = 0; k < STEPS && s->status == ISO_OK; k++)
    s->status = iso_simulation_step(s->simulation, s->err);
}

/* By the rules of the launches, for the tissue at rest; NAN for the schemes that it is not counted for. */
static double bytes_of_step(const iso_bench *b, const iso_setup *setup, bool fast) {
  const iso_numerics *n = &setup->config->numerics.scheme;
  if (n->splitting != ISO_SPLITTING_STAGGERED || n->diffusion != ISO_DIFFUSION_EXPLICIT) return NAN;
  const double vector = (double)setup->mesh->nowned * (double)setup->device->real_bytes;
  const double product = iso_bench_bytes(b, ISO_BENCH_PRODUCT);
  const double rest = fast ? iso_bench_bytes(b, ISO_BENCH_FAST) : 0;
  if (b->stages == 1) return iso_bench_cells_bytes(setup, true, fast) + product + rest;
  /* Stages after the first have 4 terms, and the last one has 5 and reads 3 values for its watch, where the
   * product of the row has 2 of each. */
  const double stages = b->stages * (product - 2 * vector) + (2 * (b->stages - 2) + 3 + 3) * vector;
  return iso_bench_cells_bytes(setup, false, fast) + iso_bench_bytes(b, ISO_BENCH_COMBINATION) + stages +
         rest;
}

static iso_status time_steps(iso_bench *b, iso_setup *setup, const iso_bench_options *o, const char *name,
                             bool fast, iso_simulation *s, iso_error *err) {
  stepping steps = {.simulation = s, .err = err};
  const double seconds = iso_bench_time(setup->device, o->repeats, 1, step_on, &steps) / STEPS;
  ISO_TRY(steps.status);
  ISO_TRY(iso_simulation_check(s, err));
  b->stages = iso_simulation_describe(s).stages;
  return iso_bench_add(b, setup->device, name, (double)setup->mesh->nnodes, bytes_of_step(b, setup, fast),
                       seconds, err);
}

static iso_status measure(iso_bench *b, iso_setup *setup, const iso_bench_options *o, const char *name,
                          iso_fast_current fast, bool front, iso_error *err) {
  iso_simulation *s = NULL;
  iso_status status = new_simulation(setup, fast, &s, err);
  if (status == ISO_OK && front) status = start_front(setup, s, err);
  if (status == ISO_OK && front) status = settle(setup, s, err);
  if (status == ISO_OK) status = time_steps(b, setup, o, name, fast != ISO_FAST_NODAL, s, err);
  iso_simulation_free(s);
  return status;
}

iso_status iso_bench_steps(iso_bench *b, iso_setup *setup, const iso_bench_options *o, iso_error *err) {
  const iso_fast_current chosen = setup->config->numerics.scheme.fast_current;
  ISO_TRY(measure(b, setup, o, "whole step, nodal current", ISO_FAST_NODAL, false, err));
  if (chosen == ISO_FAST_NODAL) return ISO_OK;
  const char *const names[2][2] = {
      {"whole step, smoothed, at rest", "whole step, smoothed, with a front"},
      {"whole step, interpolated, at rest", "whole step, interpolated, a front"}};
  const bool interpolated = chosen == ISO_FAST_INTERPOLATED;
  ISO_TRY(measure(b, setup, o, names[interpolated][0], chosen, false, err));
  return measure(b, setup, o, names[interpolated][1], chosen, true, err);
}

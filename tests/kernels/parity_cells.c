/* Cells of a model. */
#include "kernels/parity_parts.h"

#include "kernels/prepare.h"
#include <math.h>
#include <stdlib.h>

enum { CELLS = 309, FIRST = 2, CELL_LD = 320, ALL = FIRST + CELLS, CELL_STEPS = 6 };

typedef struct cells {
  iso_device *device;
  const iso_model *model;
  double rest, amplitude;
  iso_cells launch;
  void *parameters, *varying, *varying_row;
} cells;

/* Every third constant is up to 2% away from its value, as fields of parameters would make it. */
static void vary(cells *c, const double *parameters, double step_ms) {
  const int n = iso_model_constants(c->model);
  double *constant = synthetic_need(malloc((size_t)n * sizeof *constant)), row[CELL_LD];
  int32_t *number = synthetic_need(malloc((size_t)n * sizeof *number)), rows = 0;
  iso_derive(c->model, parameters, step_ms, constant);
  c->varying = parity_zeros(c->device, (int64_t)n * CELL_LD);
  for (int k = 0; k < n; k++) {
    number[k] = k % 3 ? -1 : rows++;
    if (number[k] < 0) continue;
    for (int i = 0; i < CELL_LD; i++)
      row[i] = constant[k] * (1 + 0.02 * synthetic_value(200 + (uint64_t)k, i));
    iso_device_upload_real(c->device, c->varying, (int64_t)number[k] * CELL_LD, CELL_LD, row);
  }
  c->varying_row = synthetic_need(iso_device_copy(c->device, number, (size_t)n * sizeof *number));
  c->launch.varying = c->varying;
  c->launch.varying_row = c->varying_row;
  free(constant);
  free(number);
}

static void *initial_states(const cells *c, const double *states) {
  void *state = parity_zeros(c->device, (int64_t)c->model->nstates * CELL_LD);
  double row[CELL_LD];
  for (int s = 0; s < c->model->nstates; s++) {
    for (int i = 0; i < CELL_LD; i++) row[i] = states[s] * (1 + 0.01 * synthetic_value(100 + (uint64_t)s, i));
    iso_device_upload_real(c->device, state, (int64_t)s * CELL_LD, CELL_LD, row);
  }
  return state;
}

/* From below rest to above the peak, so that every branch on Vm is taken by some. */
static void *potential(const cells *c, uint64_t seed) {
  double v[ALL];
  for (int i = 0; i < ALL; i++) v[i] = c->rest + c->amplitude * (0.6 + 0.75 * synthetic_value(seed, i));
  return synthetic_need(iso_device_copy_real(c->device, v, ALL));
}

static void set_up(cells *c, int exact, int varying) {
  const double step_ms = fmin(0.02, c->model->max_step_ms);
  double *parameters = synthetic_need(malloc((size_t)(c->model->nparameters + 1) * sizeof *parameters));
  double *states = synthetic_need(malloc((size_t)(c->model->nstates + 1) * sizeof *states));
  const size_t bytes = c->device->cells->prepared_bytes(c->model, exact);
  void *prepared = synthetic_need(malloc(bytes));
  iso_model_defaults(c->model, 0, parameters, states, &c->rest);
  c->amplitude = 1.4 * (c->model->activation_mV - c->rest);
  c->device->cells->prepare(c->model, parameters, step_ms, exact, prepared);
  c->parameters = synthetic_need(iso_device_copy(c->device, prepared, bytes));
  c->launch = (iso_cells){.first = FIRST,
                          .count = CELLS,
                          .ld = CELL_LD,
                          .fast_ld = CELL_LD,
                          .step_ms = step_ms,
                          .state = initial_states(c, states),
                          .iion = parity_zeros(c->device, ALL),
                          .fast = c->model->nfast ? parity_zeros(c->device, ISO_MAX_FAST * CELL_LD) : NULL,
                          .parameters = c->parameters};
  if (varying) vary(c, parameters, step_ms);
  free(parameters);
  free(states);
  free(prepared);
}

/* The last step is one of runs of cells. */
void parity_cells(iso_device *device, const iso_model *model, int exact, int varying, record *to) {
  cells c = {.device = device, .model = model};
  iso_lid run[CELLS][2];
  set_up(&c, exact, varying);
  c.launch.nruns = parity_short_runs(660, FIRST, ALL, run);
  void *before = NULL, *runs = synthetic_need(iso_device_copy(device, run, sizeof run));
  for (int k = 0; k < CELL_STEPS; k++) {
    void *vm = potential(&c, 300 + (uint64_t)k);
    c.launch.vm = vm, c.launch.vm_before = before; /* NULL at first */
    c.launch.run = k == CELL_STEPS - 1 ? runs : NULL;
    iso_launch_cells(device, model, &c.launch);
    parity_keep(device, (char *)c.launch.iion + FIRST * device->real_bytes, CELLS, to);
    iso_device_release(device, before);
    before = vm;
  }
  for (int s = 0; s < model->nstates; s++)
    parity_keep(device, (char *)c.launch.state + (size_t)s * CELL_LD * device->real_bytes, CELLS, to);
  for (int f = 0; f < model->nfast; f++)
    parity_keep(device, (char *)c.launch.fast + ((size_t)f * CELL_LD + FIRST) * device->real_bytes, CELLS,
                to);
  parity_release(device, 8,
                 (void *[]){before, runs, c.launch.state, c.launch.iion, c.launch.fast, c.parameters,
                            c.varying, c.varying_row});
}

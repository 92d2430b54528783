#include "kernels/field.h"

#include "kernels/prepare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PARAMETERS = 256 };
static const double STEP_MS = 0.02;

static size_t width(const field_run *run) { return run->single ? sizeof(float) : sizeof(double); }

static void set(const field_run *run, void *array, size_t i, double value) {
  if (run->single)
    ((float *)array)[i] = (float)value;
  else
    ((double *)array)[i] = value;
}

/* From beyond one end of the tables to beyond the other, slowly and fast. Exact arithmetic only, so that
 * every compiler prescribes the same. */
static double potential(int cell, int step) {
  const int phase = (cell * 37 + step * (1 + cell % 5)) % 1024;
  return -130 + 0.25 * (phase < 512 ? 2 * phase : 2 * (1023 - phase));
}

static void prescribe(const field_run *run, void *vm, int step) {
  for (int i = 0; i < run->ncells; i++) set(run, vm, (size_t)i, potential(i, step));
}

/* Piece k of n launches over the cells: [start(k), start(k + 1)). */
static int start(const field_run *run, int k) {
  return (int)((int64_t)run->ncells * k * k / (run->pieces * run->pieces));
}

/* The answer to the last question is kept: it takes longer than all that is done with it. */
int field_scaled(const field_run *run, double scale, double *parameters) {
  static struct {
    const iso_model *model;
    int exact, scaled;
    double scale, parameters[MAX_PARAMETERS];
  } last;
  const iso_model *model = run->model;
  if (last.model != model || last.exact != run->exact || last.scale != scale) {
    double states[MAX_PARAMETERS], defaults[MAX_PARAMETERS], one[MAX_PARAMETERS], vm;
    last.model = model, last.exact = run->exact, last.scale = scale, last.scaled = 0;
    iso_model_defaults(model, 0, defaults, states, &vm);
    memcpy(last.parameters, defaults, sizeof defaults);
    for (int p = 0; p < model->nparameters; p++) {
      memcpy(one, defaults, sizeof defaults);
      one[p] *= scale;
      if (one[p] == defaults[p] || (!run->exact && !iso_same_tables(model, defaults, one, STEP_MS))) continue;
      last.parameters[p] = one[p];
      last.scaled++;
    }
  }
  memcpy(parameters, last.parameters, sizeof last.parameters);
  return last.scaled;
}

/* Rows of the constants that scaled parameters change, in every second cell; row [constants]. */
static char *alternating_rows(const field_run *run, const double *parameters, int32_t *row) {
  double scaled[MAX_PARAMETERS], k[2][MAX_PARAMETERS];
  const int n = iso_model_constants(run->model);
  int nrows = 0;
  char *rows = calloc((size_t)n * (size_t)run->ncells, width(run));
  if (!rows) abort();
  field_scaled(run, run->scale, scaled);
  iso_derive(run->model, parameters, STEP_MS, k[0]);
  iso_derive(run->model, scaled, STEP_MS, k[1]);
  for (int c = 0; c < n; c++) {
    row[c] = k[0][c] == k[1][c] ? -1 : nrows++;
    for (int i = 0; i < run->ncells && row[c] >= 0; i++)
      set(run, rows, (size_t)row[c] * (size_t)run->ncells + (size_t)i, k[i % 2][c]);
  }
  return rows;
}

void *field_after(const field_run *run, size_t *bytes) {
  const iso_model *model = run->model;
  const size_t n = (size_t)run->ncells, row = n * width(run);
  double parameters[MAX_PARAMETERS], states[MAX_PARAMETERS], vm0;
  int32_t varying_row[MAX_PARAMETERS];
  iso_model_defaults(model, 0, parameters, states, &vm0);
  void *prepared = malloc(run->kernels->prepared_bytes(model, run->exact));
  char *out = calloc((size_t)model->nstates + 1 + ISO_MAX_FAST, row), *vm = malloc(row),
       *before = malloc(row);
  if (!prepared || !out || !vm || !before) abort();
  if (run->scale != 0 && !run->alternate) field_scaled(run, run->scale, parameters);
  char *varying = run->alternate ? alternating_rows(run, parameters, varying_row) : NULL;
  run->kernels->prepare(model, parameters, STEP_MS, run->exact, prepared);
  for (int s = 0; s < model->nstates; s++)
    for (size_t i = 0; i < n; i++) set(run, out + (size_t)s * row, i, states[s]);
  iso_cells cells = {.ld = run->ncells,
                     .state = out,
                     .vm = vm,
                     .vm_before = run->same_vm == 0   ? before
                                  : run->same_vm == 1 ? NULL
                                                      : vm,
                     .iion = out + (size_t)model->nstates * row,
                     .fast = run->keep_fast ? out + (size_t)(model->nstates + 1) * row : NULL,
                     .fast_ld = run->ncells,
                     .parameters = prepared,
                     .varying = varying,
                     .varying_row = varying_row,
                     .step_ms = STEP_MS};
  for (int step = 0; step < run->nsteps; step++) {
    prescribe(run, before, step);
    prescribe(run, vm, step + 1);
    for (int k = 0; k < run->pieces; k++) {
      cells.first = start(run, k);
      cells.count = start(run, k + 1) - cells.first;
      run->kernels->step[iso_model_index(model)](&cells);
    }
  }
  free(prepared), free(vm), free(before), free(varying);
  *bytes = row * (size_t)(model->nstates + 1 + (run->keep_fast ? model->nfast : 0));
  return out;
}

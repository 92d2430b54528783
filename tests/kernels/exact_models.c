#include "kernels/exact_real.h"

#include "kernels/exact_models.h"
#include "kernels/model_headers.h"
#include "kernels/model_list.h"

#include <stdlib.h>
#include <string.h>

#define ISO_EACH_MODEL "kernels/steps_of_model.h"
#include "kernels/each_model.h"

static real (*const steps[])(const double *parameters, real step, real v, real *states) = {
#define X(index, name) name##_one_step,
    ISO_MODEL_LIST(X)
#undef X
};

/* States that hold what happened in the step before, for the next one. */
static int remembers(const iso_model *model, int state) {
  const char *name = model->states[state].name, *end = strrchr(name, '_');
  return end && (!strcmp(end, "_rate") || !strcmp(end, "_gain") || !strcmp(end, "_loss"));
}

/* After one step of states [nstates] that remember a step of the same length. */
static real step_from(const iso_model *model, const double *parameters, real step, real v,
                      const double *states, real *after) {
  real *before = malloc((size_t)model->nstates * sizeof *before);
  for (int s = 0; s < model->nstates; s++) after[s] = before[s] = states[s];
  steps[iso_model_index(model)](parameters, step, v, after);
  for (int s = 0; s < model->nstates; s++)
    if (!remembers(model, s)) after[s] = before[s];
  free(before);
  return steps[iso_model_index(model)](parameters, step, v, after);
}

/* From steps of h, h / 2 and h / 4 of a scheme of first order: what is left is of third. Rates are below 3e3
 * a ms, so that it is some (1e-6 3e3)^3 of a slope; the rounding of a state over the step is 5e-20 / 1e-6 of
 * it a ms. */
double exact_slopes(const iso_model *model, const double *parameters, double v, const double *states,
                    double *slopes) {
  const real h = 1e-6L, weight[] = {1 / 3.0L, -2, 8 / 3.0L};
  real *after = malloc((size_t)model->nstates * sizeof *after), iion = 0;
  for (int s = 0; s < model->nstates; s++) slopes[s] = 0;
  for (int k = 0; k < 3; k++) {
    const real step = h / (1 << k);
    iion += weight[k] * step_from(model, parameters, step, v, states, after);
    for (int s = 0; s < model->nstates; s++) slopes[s] += (double)(weight[k] * (after[s] - states[s]) / step);
  }
  free(after);
  return (double)iion;
}

double exact_steps(const iso_model *model, const double *parameters, double v, double step_ms, int n,
                   const double *states, double *out) {
  real *after = malloc((size_t)model->nstates * sizeof *after);
  real charge = step_from(model, parameters, step_ms, v, states, after);
  for (int k = 1; k < n; k++) charge += steps[iso_model_index(model)](parameters, step_ms, v, after);
  for (int s = 0; s < model->nstates; s++) out[s] = (double)after[s];
  free(after);
  return (double)(charge * step_ms);
}

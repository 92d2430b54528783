#include "fit/minimise.h"

#include "base/memory.h"
#include "base/timer.h"
#include "fit/dense.h"
#include "fit/errors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STEPS = 40, MOST_HALVES = 8 };
#define ENOUGH 1e-4 /* of what a step promises, for it to count (Armijo) */
#define LONGEST 1.0 /* change of any number in a step: beyond, derivatives say little */

iso_status iso_minimiser_new(iso_minimiser *out, iso_fit_model *model, const iso_fit_data *data,
                             iso_error *err) {
  const size_t nz = (size_t)model->at.n, n = (size_t)data->nused, all = n + (size_t)data->nheld;
  *out = (iso_minimiser){.model = model, .data = data, .enough = ISO_SETTLED};
  ISO_TRY(iso_alloc(&out->slopes, n * nz, sizeof *out->slopes, "a fit", err));
  ISO_TRY(iso_alloc(&out->normal, nz * nz, sizeof *out->normal, "a fit", err));
  ISO_TRY(iso_alloc(&out->step, nz, sizeof *out->step, "a fit", err));
  ISO_TRY(iso_alloc(&out->trial, nz, sizeof *out->trial, "a fit", err));
  ISO_TRY(iso_alloc(&out->predicted, all, sizeof *out->predicted, "a fit", err));
  return iso_alloc(&out->next, all, sizeof *out->next, "a fit", err);
}

void iso_minimiser_free(iso_minimiser *m) {
  free(m->slopes);
  free(m->normal);
  free(m->step);
  free(m->trial);
  free(m->predicted);
  free(m->next);
  *m = (iso_minimiser){0};
}

void iso_minimiser_sums(const iso_minimiser *m, const double *begin, const double *value, const double *sd,
                        const double *z, const double *predicted, double *misfit, double *penalty) {
  *penalty = 0;
  *misfit = iso_fit_errors_square(m->data, predicted, value, sd);
  for (int i = 0; i < m->model->at.n; i++) *penalty += (z[i] - begin[i]) * (z[i] - begin[i]);
}

typedef struct problem {
  iso_minimiser *m;
  const double *begin, *value, *sd;
  iso_minimum *out;
} problem;

/* The two sums of z, whose predictions go to predicted. */
static iso_status weigh(const problem *p, const double *z, double *predicted, double *misfit, double *penalty,
                        iso_error *err) {
  iso_minimiser *m = p->m;
  ISO_TRY(iso_fit_model_run(m->model, z, err));
  p->out->waves++;
  iso_fit_data_predict(m->data, m->model, z, predicted);
  iso_minimiser_sums(m, p->begin, p->value, p->sd, z, predicted, misfit, penalty);
  return ISO_OK;
}

/* m->step from z, of the model's last run; *gain: what it promises. */
static iso_status find_step(const problem *p, double *z, double *gain, iso_error *err) {
  iso_minimiser *m = p->m;
  const int nz = m->model->at.n, n = m->data->nused;
  double *rest = m->next; /* there is no trial yet */
  ISO_TRY(iso_fit_model_trace(m->model, z, err));
  iso_fit_data_slopes(m->data, m->model, z, m->slopes);
  for (int i = 0; i < nz; i++) m->step[i] = p->begin[i] - z[i];
  for (int k = 0; k < n; k++) {
    double *row = m->slopes + (size_t)k * (size_t)nz;
    rest[k] = (m->predicted[k] - p->value[k]) / p->sd[k];
    for (int i = 0; i < nz; i++) row[i] /= p->sd[k];
  }
  iso_fit_errors_part(m->data, 1, rest);
  iso_fit_errors_part(m->data, nz, m->slopes);
  for (int k = 0; k < n; k++)
    for (int i = 0; i < nz; i++) m->step[i] -= m->slopes[(size_t)k * (size_t)nz + (size_t)i] * rest[k];
  memcpy(m->trial, m->step, (size_t)nz * sizeof *m->trial); /* minus half the gradient */
  iso_normal_matrix(n, nz, m->slopes, m->normal);
  if (!iso_factorise(nz, m->normal))
    return iso_fail(err, ISO_EFAIL,
                    "the derivatives of the data are no numbers; this is a bug: please report it");
  iso_solve_factorised(nz, m->normal, m->step);
  *gain = 0;
  for (int i = 0; i < nz; i++) *gain += m->trial[i] * m->step[i];
  return ISO_OK;
}

/* Along m->step, halved until it gains; *gained false: it never does. */
static iso_status go(const problem *p, double *z, double gain, bool *gained, iso_error *err) {
  iso_minimiser *m = p->m;
  const int nz = m->model->at.n;
  const double before = p->out->misfit + p->out->penalty;
  double share = 1, misfit, penalty;
  for (int i = 0; i < nz; i++) share = fmin(share, LONGEST / fmax(LONGEST, fabs(m->step[i])));
  *gained = false;
  for (int half = 0; half < MOST_HALVES && !*gained; half++, share /= 2) {
    for (int i = 0; i < nz; i++) m->trial[i] = z[i] + share * m->step[i];
    ISO_TRY(weigh(p, m->trial, m->next, &misfit, &penalty, err));
    *gained = misfit + penalty < before - ENOUGH * share * gain;
  }
  if (!*gained) return ISO_OK;
  memcpy(z, m->trial, (size_t)nz * sizeof *z);
  double *swap = m->predicted;
  m->predicted = m->next, m->next = swap;
  p->out->misfit = misfit, p->out->penalty = penalty;
  return ISO_OK;
}

iso_status iso_minimise(iso_minimiser *m, const double *begin, const double *value, const double *sd,
                        double *z, iso_minimum *out, iso_error *err) {
  const problem p = {m, begin, value, sd, out};
  bool gained = true;
  *out = (iso_minimum){0};
  ISO_TRY(weigh(&p, z, m->predicted, &out->misfit, &out->penalty, err));
  while (gained && out->steps < MOST_STEPS) {
    double gain = 0;
    ISO_TRY(find_step(&p, z, &gain, err));
    out->settled = gain < m->enough;
    if (out->settled) break;
    ISO_TRY(go(&p, z, gain, &gained, err));
    out->steps += gained;
    out->settled = !gained && gain < ISO_AT_KINK;
  }
  return ISO_OK;
}

iso_status iso_minimiser_time(iso_minimiser *m, const double *begin, const double *value, const double *sd,
                              double *z, double *step_s, double *wave_s, iso_error *err) {
  iso_minimum minimum = {0};
  const problem p = {m, begin, value, sd, &minimum};
  const double began = iso_clock();
  double gain;
  ISO_TRY(weigh(&p, z, m->predicted, &minimum.misfit, &minimum.penalty, err));
  *wave_s = iso_clock() - began;
  ISO_TRY(find_step(&p, z, &gain, err));
  *step_s = iso_clock() - began;
  return ISO_OK;
}

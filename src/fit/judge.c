#include "fit/judge.h"

#include "base/memory.h"
#include "fit/dense.h"
#include "fit/ecg.h"
#include "fit/errors.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double iso_chi_square_above(double x, double n) {
  const double part = 2 / (9 * n);
  return 0.5 * erfc((cbrt(x / n) - (1 - part)) / sqrt(2 * part));
}

/* The trace of 1 - (1 + S^T S)^-1 from the factor of 1 + S^T S. */
static iso_status count_fitted(const iso_minimiser *m, double *out, iso_error *err) {
  const int n = m->model->at.n;
  double *column;
  ISO_TRY(iso_alloc(&column, (size_t)n, sizeof *column, "a fit", err));
  *out = n;
  for (int i = 0; i < n; i++) {
    memset(column, 0, (size_t)n * sizeof *column);
    column[i] = 1;
    iso_solve_factorised(n, m->normal, column);
    *out -= column[i];
  }
  free(column);
  return ISO_OK;
}

/* Sums of errors around each point, over the root of how many there are. */
static void find_worst(iso_judgement *out, const iso_minimiser *m, const double *value, const double *sd,
                       double reach_mm) {
  for (int k = 0; k < m->data->nused; k++) {
    double sum = 0, late = 0, when = 0;
    int n = 0, of;
    const iso_data_set *own = iso_fit_data_find(m->data, k, &of);
    if (!own->at) continue;
    const double *here = own->at[of].place.at_mm;
    for (int i = 0, at; i < m->data->nused; i++) {
      const iso_data_set *set = iso_fit_data_find(m->data, i, &at);
      if (!set->at || iso_distance(here, set->at[at].place.at_mm) > reach_mm) continue;
      sum += (value[i] - m->predicted[i]) / sd[i];
      late += value[i] - m->predicted[i];
      when += value[i];
      n++;
    }
    if (!(fabs(sum) / sqrt(n) > fabs(out->worst))) continue;
    out->worst = sum / sqrt(n), out->worst_points = n, out->worst_ms = late / n;
    out->worst_when_ms = when / n;
    out->worst_region =
        iso_tissue_region(&m->model->tissue, iso_mesh_tag(m->model->places.mesh, own->at[of].place.elem));
    memcpy(out->worst_mm, here, sizeof out->worst_mm);
  }
}

/* Of the samples of a lead around one of them. follow, which may be NULL, value, sd, predicted: of the lead's
 * first. */
static iso_worst_samples around(const iso_fit_ecg *e, int sample, const iso_fit_follow *follow,
                                const double *value, const double *sd, const double *predicted) {
  iso_worst_samples found = {.from_ms = INFINITY, .to_ms = -INFINITY};
  int n = 0, last = 0;
  for (int s = 0; s < e->nsamples; s++) {
    if (fabs(e->time_ms[s] - e->time_ms[sample]) > ISO_TOGETHER_MS / 2.0) continue;
    found.deviation += (value[s] - predicted[s]) / sd[s];
    found.above_mV += value[s] - predicted[s];
    found.from_ms = fmin(found.from_ms, e->time_ms[s]), found.to_ms = fmax(found.to_ms, e->time_ms[s]);
    n++, last = s;
  }
  found.deviation /= iso_fit_errors_sum_sd(n, follow ? follow + last - (n - 1) : NULL);
  found.above_mV /= n;
  return found;
}

void iso_fit_worst_samples(iso_worst_samples *out, const iso_fit_data *data, const double *predicted,
                           const double *value, const double *sd) {
  *out = (iso_worst_samples){.set = -1, .lead = -1};
  for (int s = 0, first = 0; s < data->nsets; first += data->set[s].nused, s++) {
    const iso_fit_ecg *e = data->set[s].ecg;
    const iso_fit_follow *follow = data->set[s].follow;
    for (int k = 0; e && k < e->nleads * e->nsamples; k++) {
      const int lead = k / e->nsamples, at = first + lead * e->nsamples;
      iso_worst_samples one = around(e, k % e->nsamples, follow ? follow + lead * e->nsamples : NULL,
                                     value + at, sd + at, predicted + at);
      one.set = s, one.lead = lead;
      if (fabs(one.deviation) > fabs(out->deviation)) *out = one;
    }
  }
}

iso_status iso_fit_judge(iso_judgement *out, const iso_minimiser *m, const iso_minimum *minimum,
                         const double *value, const double *sd, double reach_mm, iso_error *err) {
  const int n = m->data->nused;
  *out = (iso_judgement){.worst_region = -1};
  ISO_TRY(count_fitted(m, &out->fitted, err));
  out->reduced_chi_square = minimum->misfit / fmax(1, n - out->fitted);
  /* The least of both sums has the distribution of as many squares as there are data, where predictions are
   * linear in z. */
  out->p_value = iso_chi_square_above(minimum->misfit + minimum->penalty, n);
  find_worst(out, m, value, sd, reach_mm);
  iso_fit_worst_samples(&out->samples, m->data, m->predicted, value, sd);
  return ISO_OK;
}

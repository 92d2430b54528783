#include "fit/ecg.h"

#include "fit/exponential.h"
#include "grid/hash.h"

#include <math.h>

static const iso_config_fit_ecg *config_of(const iso_fit_model *m, int k) { return &m->config->fit.ecgs[k]; }

static double spread_of(const iso_config_fit_ecg *e) { return iso_fit_log(1 + e->amplitude_percent / 100); }

double iso_fit_ecg_late(const iso_fit_model *m, int k, const double *z) {
  const int at = m->at.ecg_clock[k];
  return config_of(m, k)->clock_ms + (at >= 0 ? config_of(m, k)->clock_sd_ms * z[at] : 0);
}

double iso_fit_ecg_amplitude(const iso_fit_model *m, int k, const double *z) {
  const int at = m->at.ecg_amplitude[k];
  return at >= 0 ? iso_fit_exp(spread_of(config_of(m, k)) * z[at]) : 1;
}

/* What a node has, mV or parts of the upstroke, so long after the zero of waves. by, which may be NULL: its
 * derivatives by that time and by the logarithm of what lasts there. */
static double seen(const iso_fit_ecg *e, const iso_fit_model *m, iso_lid node, double at_ms, double by[2]) {
  const double after_ms = at_ms - iso_fit_model_times(m, m->ecg_beat[e->number])[node];
  if (by) by[1] = 0;
  if (!e->potential) return iso_curve_at(&e->upstroke, after_ms, by);
  const int r = iso_tissue_of_node(&m->tissue, m->places.mesh->node_tag[node]);
  return iso_potential_at(&e->potential[r], after_ms, e->lasting_ms[node] * m->apd.factor[node], by);
}

/* Sums go over nodes in their order, of each lead by itself. */
static void predict(const iso_data_set *set, const iso_fit_model *m, const double *z, double *value) {
  const iso_fit_ecg *e = set->ecg;
  const iso_lid n = m->places.mesh->nlocal;
  const double late = iso_fit_ecg_late(m, e->number, z), factor = iso_fit_ecg_amplitude(m, e->number, z);
  for (int s = 0; s < e->nsamples; s++) {
    for (int k = 0; k < e->nleads; k++) value[k * e->nsamples + s] = 0;
    for (iso_lid i = 0; i < n; i++) {
      const double up = seen(e, m, i, e->time_ms[s] - late, NULL);
      for (int k = 0; k < e->nleads && up != 0; k++)
        value[k * e->nsamples + s] += e->weight[(size_t)k * (size_t)n + (size_t)i] * up;
    }
    for (int k = 0; k < e->nleads; k++) value[k * e->nsamples + s] *= factor;
  }
}

static void slope(const iso_data_set *set, iso_fit_model *m, const double *z, int datum, double *out) {
  const iso_fit_ecg *e = set->ecg;
  const iso_lid n = m->places.mesh->nlocal;
  const size_t nz = (size_t)m->at.n, napd = (size_t)m->apd.n;
  const double *weight = e->weight + (size_t)(datum / e->nsamples) * (size_t)n;
  const double late = iso_fit_ecg_late(m, e->number, z), factor = iso_fit_ecg_amplitude(m, e->number, z);
  const double at = e->time_ms[datum % e->nsamples] - late;
  const double *tangent = m->beat[m->ecg_beat[e->number]].tangent;
  double sum = 0, shifted = 0;
  for (iso_lid i = 0; i < n; i++) {
    double by[2];
    sum += weight[i] * seen(e, m, i, at, by);
    if (by[0] == 0) continue;
    const double *row = tangent + (size_t)i * nz, share = -factor * weight[i] * by[0];
    for (size_t j = 0; j < nz; j++) out[j] += share * row[j];
    shifted += share;
    const double *apd = m->apd.share + (size_t)i * napd, lasting = factor * weight[i] * by[1];
    for (size_t j = 0; j < napd; j++) out[(size_t)m->at.apd + j] += lasting * apd[j];
  }
  const int clock = m->at.ecg_clock[e->number], amplitude = m->at.ecg_amplitude[e->number];
  if (clock >= 0) out[clock] += shifted * config_of(m, e->number)->clock_sd_ms;
  if (amplitude >= 0) out[amplitude] += factor * sum * spread_of(config_of(m, e->number));
}

uint64_t iso_fit_ecg_hash(const iso_fit_ecg *e, const iso_fit_model *m) {
  const iso_config_fit_ecg *from = config_of(m, e->number);
  const size_t n = (size_t)e->nleads * (size_t)m->places.mesh->nlocal;
  const double travels[] = {e->potential ? 0 : from->upstroke_ms, e->filter_ms};
  uint64_t hash =
      iso_hash_words(iso_hash_words(0, e->weight, n * sizeof *e->weight), travels, sizeof travels);
  if (e->potential)
    hash = iso_hash_words(hash, e->lasting_ms, (size_t)m->places.mesh->nlocal * sizeof *e->lasting_ms);
  return hash;
}

const iso_data_kind iso_fit_ecg_kind = {"mV", "ECG", "samples", predict, slope};

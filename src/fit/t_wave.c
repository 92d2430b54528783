#include "fit/t_wave.h"

#include "base/memory.h"
#include "study/recovery.h"

#include <math.h>
#include <stdio.h>

/* How much more than errors a T wave is, root mean squares by standard deviation: noise alone is about 1. */
#define MORE 2.0

static const iso_config_fit_ecg *config_of(const iso_fit_model *m, const iso_fit_ecg *e) {
  return &m->config->fit.ecgs[e->number];
}

static const char *path_of(const iso_fit_model *m, const iso_fit_ecg *e, char path[180]) {
  snprintf(path, 180, "fit.ecgs.%.100s.t_wave", config_of(m, e)->name);
  return path;
}

#define FAIL(m, e, ...) iso_config_fail((m)->config, err, path_of(m, e, (char[180]){0}), __VA_ARGS__)

iso_status iso_fit_t_wave_potentials(iso_fit_ecg *e, const iso_fit_model *m, iso_error *err) {
  iso_setup *setup = m->wave.setup;
  const size_t regions = (size_t)m->config->nregions, nodes = (size_t)setup->mesh->nlocal;
  ISO_TRY(iso_wave_parts_record(setup, err));
  const iso_templates *t = &setup->parts->templates;
  for (int r = 0; r < t->n; r++)
    if (!isfinite(t->region[r].apd_ms))
      return FAIL(
          m, e,
          "in region '%.60s' the model's action potential does not end within time.duration_ms, %g ms: "
          "make that longer",
          m->config->regions[r].name, m->config->time.duration_ms);
  ISO_TRY(iso_alloc(&e->lasting_ms, nodes, sizeof *e->lasting_ms, "action potentials", err));
  ISO_TRY(iso_alloc(&e->potential, regions, sizeof *e->potential, "action potentials", err));
  for (int r = 0; r < t->n; r++) {
    e->nregions = r + 1;
    ISO_TRY(iso_potential_new(&e->potential[r], &t->region[r], e->filter_ms, err));
  }
  ISO_TRY(iso_spread_recovery(setup, t, e->lasting_ms, err));
  return iso_setup_stretch(setup, e->lasting_ms, err);
}

/* Of a lead's samples, about their mean. */
static double variation(int n, const double *value) {
  double mean = 0, sum = 0;
  for (int s = 0; s < n; s++) mean += value[s] / n;
  for (int s = 0; s < n; s++) sum += (value[s] - mean) * (value[s] - mean);
  return sqrt(sum / n);
}

iso_status iso_fit_t_wave_check(const iso_fit_ecg *e, const iso_fit_model *m, const double *value,
                                const double *sd, iso_error *err) {
  const iso_config_t_wave *t = &config_of(m, e)->t_wave;
  double most = 0;
  for (int k = 0; k < e->nleads; k++) {
    const int at = k * e->nsamples + e->nqrs;
    most = fmax(most, variation(e->nsamples - e->nqrs, value + at) / sd[at]);
  }
  if (most > MORE) return ISO_OK;
  return FAIL(
      m, e,
      "from %g to %g ms no lead of %s varies by more than %.2g times sd_mV: there is no T wave; see when it "
      "is, or leave t_wave out",
      t->from_ms, t->to_ms, config_of(m, e)->file, most);
}

iso_status iso_fit_t_wave_meets(const iso_fit_ecg *e, const iso_fit_model *m, const double *z,
                                iso_error *err) {
  const iso_config_t_wave *t = &config_of(m, e)->t_wave;
  const double *time = iso_fit_model_times(m, m->ecg_beat[e->number]),
               late = iso_fit_ecg_late(m, e->number, z);
  double least = INFINITY, most = -INFINITY;
  for (iso_lid i = 0; i < m->places.mesh->nlocal; i++) {
    const double recovers = late + time[i] + e->lasting_ms[i] * m->apd.factor[i];
    if (!isfinite(recovers)) continue;
    least = fmin(least, recovers), most = fmax(most, recovers);
  }
  if (least <= t->to_ms && most >= t->from_ms) return ISO_OK;
  return FAIL(m, e,
              "the heart that is thought of beforehand recovers from %.4g to %.4g ms of the ECG's times, and "
              "samples are from %g to %g ms: give other ones, clock_ms, or models of another duration",
              least, most, t->from_ms, t->to_ms);
}

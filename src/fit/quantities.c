#include "fit/quantities.h"

#include "base/ascending.h"
#include "base/memory.h"
#include "fit/ecg.h"
#include "fit/exponential.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

static iso_status add(iso_fit_quantities *q, const char *what, const char *of, const char *unit,
                      const char *meaning, const char *source, bool is_logarithmic, iso_error *err) {
  iso_fit_quantity *to = &q->quantity[q->n];
  char *name;
  ISO_TRY(iso_arena_print(q->memory, &name, err, "%s of %s", what, of));
  *to = (iso_fit_quantity){name, unit, meaning, source, is_logarithmic, NAN};
  q->n++;
  return ISO_OK;
}

static iso_status add_regions(iso_fit_quantities *q, const iso_fit_model *m, iso_error *err) {
  const iso_config_fit *fit = &m->config->fit;
  const char *source = fit->has_velocity ? fit->velocity.source : fit->field.source;
  for (int r = 0; r < m->config->nregions; r++) {
    if (m->at.velocity >= 0 || m->at.field >= 0)
      ISO_TRY(add(q, "velocity", m->config->regions[r].name, "m/s",
                  "along the fibres, the mean over its elements beside scars", source, true, err));
    if (m->at.ratio[r] >= 0)
      ISO_TRY(add(q, "ratio", m->config->regions[r].name, "1",
                  "of the velocities along and across the fibres", source, true, err));
  }
  return ISO_OK;
}

static iso_status add_scars(iso_fit_quantities *q, const iso_config_fit *fit, iso_error *err) {
  for (int k = 0; k < fit->nscars; k++) {
    ISO_TRY(add(q, "velocity factor", fit->scars[k].name, "1", "what velocities there are times those around",
                fit->scars[k].source, true, err));
    q->quantity[q->n - 1].neutral = 1;
  }
  return ISO_OK;
}

static iso_status add_apd(iso_fit_quantities *q, const iso_fit_model *m, iso_error *err) {
  const iso_config_apd *apd = &m->config->fit.apd;
  const char *source = apd->has_regions ? apd->regions.source
                       : apd->has_field ? apd->field.source
                                        : apd->gradients[0].source;
  for (int r = 0; r < m->config->nregions; r++)
    ISO_TRY(add(q, "apd", m->config->regions[r].name, "1",
                "duration of action potentials, by that of its model: the geometric mean over its nodes",
                source, true, err));
  for (int k = 0; k < apd->ngradients; k++)
    ISO_TRY(add(q, "apd gradient", apd->gradients[k].name, "1",
                "duration of action potentials where its field is 1, by that where it is 0",
                apd->gradients[k].source, true, err));
  return ISO_OK;
}

static iso_status name_all(iso_fit_quantities *q, const iso_fit_model *m, iso_error *err) {
  static const char *const axis[] = {"x", "y", "z"};
  const iso_config_fit *fit = &m->config->fit;
  ISO_TRY(add_regions(q, m, err));
  if (m->at.angle >= 0)
    ISO_TRY(add(q, "angle", "fibres", "deg", "that they are turned by, counterclockwise as normals are seen",
                fit->fibre_angle.source, false, err));
  ISO_TRY(add_scars(q, fit, err));
  if (m->at.apd >= 0) ISO_TRY(add_apd(q, m, err));
  for (int k = 0; k < fit->nonsets; k++) {
    const iso_config_onset *o = &fit->onsets[k];
    if (o->within_ms > 0)
      ISO_TRY(add(q, "time", o->name, "ms", "when its wave begins", o->source, false, err));
    for (int d = 0; d < 3 && (o->within_mm > 0 || o->depth_within_mm > 0); d++)
      ISO_TRY(add(q, axis[d], o->name, "mm", "where its wave begins", o->source, false, err));
  }
  for (int k = 0; k < fit->nmaps; k++)
    if (fit->maps[k].clock_sd_ms > 0)
      ISO_TRY(add(q, "clock", fit->maps[k].name, "ms", "what its times are later than those of the onsets",
                  fit->maps[k].source, false, err));
  for (int k = 0; k < fit->necgs; k++) {
    const iso_config_fit_ecg *e = &fit->ecgs[k];
    if (e->clock_sd_ms > 0)
      ISO_TRY(add(q, "clock", e->name, "ms", "what its times are later than those of the onsets", e->source,
                  false, err));
    if (e->amplitude_percent > 0)
      ISO_TRY(add(q, "amplitude", e->name, "1", "factor of all of its leads", e->source, true, err));
  }
  return ISO_OK;
}

static iso_status find_means(iso_fit_quantities *q, const iso_fit_model *m, iso_error *err) {
  const iso_mesh *mesh = m->places.mesh;
  const size_t regions = (size_t)m->config->nregions, n = (size_t)m->basis.n;
  double *elements;
  ISO_TRY(iso_arena_alloc(q->memory, &q->mean, regions * n + 1, sizeof *q->mean, err));
  ISO_TRY(iso_arena_alloc(q->memory, &elements, regions, sizeof *elements, err));
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const size_t r = (size_t)iso_tissue_region(&m->tissue, iso_mesh_tag(mesh, e));
    elements[r]++;
    for (int64_t k = n > 0 ? m->basis.start[e] : 0; n > 0 && k < m->basis.start[e + 1]; k++)
      q->mean[r * n + (size_t)m->basis.which[k]] += m->basis.value[k];
  }
  for (size_t r = 0; r < regions; r++)
    for (size_t k = 0; k < n; k++) q->mean[r * n + k] /= elements[r];
  return ISO_OK;
}

iso_status iso_fit_quantities_new(iso_fit_quantities *out, const iso_fit_model *m, iso_error *err) {
  const size_t regions = (size_t)m->config->nregions;
  const size_t most = 1 + 3 * regions + (size_t)m->config->fit.apd.ngradients +
                      4 * (size_t)m->config->fit.nonsets + (size_t)m->config->fit.nmaps +
                      2 * (size_t)m->config->fit.necgs + (size_t)m->config->fit.nscars;
  *out = (iso_fit_quantities){0};
  ISO_TRY(iso_arena_new(&out->memory, err));
  ISO_TRY(iso_arena_alloc(out->memory, &out->quantity, most, sizeof *out->quantity, err));
  ISO_TRY(find_means(out, m, err));
  return name_all(out, m, err);
}

void iso_fit_quantities_free(iso_fit_quantities *q) {
  if (q->memory) iso_arena_free(q->memory);
  *q = (iso_fit_quantities){0};
}

/* ---- values ---- */

static double mean_factor(const iso_fit_quantities *q, const iso_fit_model *m, int r, const double *z) {
  double sum = m->at.velocity >= 0 ? m->at.velocity_spread * z[m->at.velocity + r] : 0;
  for (int k = 0; k < m->basis.n; k++)
    sum += m->at.field_spread * q->mean[(size_t)r * (size_t)m->basis.n + (size_t)k] * z[m->at.field + k];
  return sum;
}

/* Returns how many. */
static int of_region(const iso_fit_quantities *q, const iso_fit_model *m, int r, const double *z,
                     double *value) {
  const iso_speeds *s = &m->wave.speeds[r];
  const double ratio = m->at.ratio[r] >= 0 ? m->at.ratio_spread * z[m->at.ratio[r]] : 0;
  int n = 0;
  if (m->at.velocity >= 0 || m->at.field >= 0)
    value[n++] = s->along * iso_fit_exp(mean_factor(q, m, r, z) + ratio / 2);
  if (m->at.ratio[r] >= 0) value[n++] = s->along / s->across * iso_fit_exp(ratio);
  return n;
}

static int of_apd(const iso_fit_model *m, const double *z, double *value) {
  const iso_config_apd *apd = &m->config->fit.apd;
  int n = 0;
  for (int r = 0; r < m->config->nregions; r++) value[n++] = iso_fit_apd_of_region(&m->apd, r, z);
  for (int k = 0; k < apd->ngradients; k++)
    value[n++] = iso_fit_apd_of_gradient(&m->apd, &apd->gradients[k], k, z);
  return n;
}

static int of_onset(const iso_fit_model *m, int k, const double *z, double *value) {
  const iso_config_onset *o = &m->config->fit.onsets[k];
  int n = 0;
  if (m->at.onset_time[k] >= 0) value[n++] = m->onset[k].mean_ms + o->within_ms * z[m->at.onset_time[k]];
  if (m->at.onset_place[k] < 0 && m->at.onset_depth[k] < 0) return n;
  const iso_place place = iso_fit_onset_at(m, k, z);
  for (int d = 0; d < 3; d++) value[n++] = place.at_mm[d];
  return n;
}

void iso_fit_quantities_of(const iso_fit_quantities *q, const iso_fit_model *m, const double *z,
                           double *value) {
  for (int r = 0; r < m->config->nregions; r++) value += of_region(q, m, r, z, value);
  if (m->at.angle >= 0) *value++ = iso_fit_angle_degrees(m, z);
  for (int k = 0; k < m->config->fit.nscars; k++) *value++ = iso_fit_scar_factor(m, k, z);
  if (m->at.apd >= 0) value += of_apd(m, z + m->at.apd, value);
  for (int k = 0; k < m->config->fit.nonsets; k++) value += of_onset(m, k, z, value);
  for (int k = 0; k < m->config->fit.nmaps; k++)
    if (m->at.clock[k] >= 0) *value++ = m->config->fit.maps[k].clock_sd_ms * z[m->at.clock[k]];
  for (int k = 0; k < m->config->fit.necgs; k++) {
    if (m->at.ecg_clock[k] >= 0) *value++ = iso_fit_ecg_late(m, k, z);
    if (m->at.ecg_amplitude[k] >= 0) *value++ = iso_fit_ecg_amplitude(m, k, z);
  }
}

/* ---- spreads ---- */

double iso_fit_quantile(int n, double *value, double share) {
  qsort(value, (size_t)n, sizeof *value, iso_ascending_double);
  const double at = fmax(0, share * (n + 1) - 1), below = floor(at);
  const int k = (int)below;
  return k + 1 < n ? value[k] + (at - below) * (value[k + 1] - value[k]) : value[n - 1];
}

double iso_fit_width(const iso_fit_quantity *quantity, int n, double *value) {
  const double low = iso_fit_quantile(n, value, 0.05), high = iso_fit_quantile(n, value, 0.95);
  return quantity->is_logarithmic ? log(high / low) : high - low;
}

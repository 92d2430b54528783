#include "fit/model.h"

#include "base/memory.h"
#include "config/config_sets.h"
#include "fit/exponential.h"
#include "grid/hash.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what z has where ---- */

static double spread_of(double percent) { return iso_fit_log(1 + percent / 100); }

static int take(int *n, bool any, int how_many) {
  const int first = *n;
  if (!any) return -1;
  *n += how_many;
  return first;
}

static iso_status lay_out(iso_fit_model *m, iso_error *err) {
  const iso_config_fit *fit = &m->config->fit;
  const int regions = m->config->nregions;
  iso_fit_layout *at = &m->at;
  const bool ratio = fit->has_velocity && !isnan(fit->velocity.ratio_percent);
  at->velocity = take(&at->n, fit->has_velocity, regions);
  ISO_TRY(iso_alloc(&at->ratio, (size_t)regions, sizeof *at->ratio, "regions", err));
  for (int r = 0; r < regions; r++)
    at->ratio[r] = take(&at->n, ratio && isnan(m->config->regions[r].velocity.isotropic_m_per_s), 1);
  at->angle = take(&at->n, fit->has_fibre_angle, 1);
  at->scar = take(&at->n, fit->nscars > 0, fit->nscars);
  at->apd = take(&at->n, m->apd.n > 0, m->apd.n);
  at->field = take(&at->n, m->basis.n > 0, m->basis.n);
  at->velocity_spread = fit->has_velocity ? spread_of(fit->velocity.percent) : 0;
  at->ratio_spread = ratio ? spread_of(fit->velocity.ratio_percent) : 0;
  at->field_spread = fit->has_field ? spread_of(fit->field.percent) : 0;
  ISO_TRY(iso_alloc(&at->onset_time, (size_t)fit->nonsets, sizeof *at->onset_time, "onsets", err));
  ISO_TRY(iso_alloc(&at->onset_place, (size_t)fit->nonsets, sizeof *at->onset_place, "onsets", err));
  ISO_TRY(iso_alloc(&at->onset_depth, (size_t)fit->nonsets, sizeof *at->onset_depth, "onsets", err));
  ISO_TRY(iso_alloc(&at->clock, (size_t)fit->nmaps, sizeof *at->clock, "maps", err));
  ISO_TRY(iso_alloc(&at->ecg_clock, (size_t)fit->necgs, sizeof *at->ecg_clock, "ECGs", err));
  ISO_TRY(iso_alloc(&at->ecg_amplitude, (size_t)fit->necgs, sizeof *at->ecg_amplitude, "ECGs", err));
  for (int k = 0; k < fit->nonsets; k++) {
    at->onset_time[k] = take(&at->n, fit->onsets[k].within_ms > 0, 1);
    at->onset_place[k] = take(&at->n, fit->onsets[k].within_mm > 0, 2);
    at->onset_depth[k] = take(&at->n, fit->onsets[k].depth_within_mm > 0, 1);
  }
  for (int k = 0; k < fit->nmaps; k++) at->clock[k] = take(&at->n, fit->maps[k].clock_sd_ms > 0, 1);
  for (int k = 0; k < fit->necgs; k++) {
    at->ecg_clock[k] = take(&at->n, fit->ecgs[k].clock_sd_ms > 0, 1);
    at->ecg_amplitude[k] = take(&at->n, fit->ecgs[k].amplitude_percent > 0, 1);
  }
  return ISO_OK;
}

/* ---- making one ---- */

static bool is_onset(const iso_fit_model *m, int stimulus) {
  for (int k = 0; k < m->config->fit.nonsets; k++)
    if (m->onset[k].stimulus == stimulus) return true;
  return false;
}

/* Sources that stimuli are whose time is known. */
static iso_status find_known(iso_fit_model *m, iso_error *err) {
  iso_setup *setup = m->wave.setup;
  double *known_ms = m->beat[0].known_ms;
  for (iso_lid i = 0; i < setup->mesh->nlocal; i++) known_ms[i] = INFINITY;
  for (int k = 0; k < m->config->nstimuli; k++) {
    const iso_pulses *pulses = &m->config->stimuli[k].pulses;
    iso_selection hit;
    if (!(pulses->amplitude > 0) || is_onset(m, k)) continue;
    ISO_TRY(iso_setup_stimulated(setup, k, &hit, err));
    for (int64_t i = 0; i < hit.count; i++)
      known_ms[hit.node[i]] = fmin(known_ms[hit.node[i]], pulses->start_ms);
    iso_selection_free(&hit);
  }
  return ISO_OK;
}

/* ---- beats ---- */

/* kind, name: of the map or ECG that was measured then. */
static iso_status pace_site(iso_fit_model *m, const char *kind, const char *name, iso_fit_beat *beat,
                            iso_error *err) {
  const iso_config *config = m->config;
  iso_selection hit;
  char path[160];
  const int site = iso_config_find_site(config, beat->site);
  snprintf(path, sizeof path, "fit.%s.%.100s.paced", kind, name);
  if (site < 0)
    return iso_config_fail(config, err, path, "there is no site '%.60s'; name it under sites", beat->site);
  ISO_TRY(iso_setup_site(m->wave.setup, site, &hit, err));
  const int64_t count = hit.count;
  for (int64_t i = 0; i < count; i++) beat->known_ms[hit.node[i]] = 0;
  iso_selection_free(&hit);
  if (count > 0) return ISO_OK;
  return iso_config_fail(config, err, path, "no node of the heart is in site '%.60s'", beat->site);
}

/* *out: the beat of a site, which may be a new one; of NULL that of the onsets. */
static iso_status find_beat(iso_fit_model *m, const char *site, const char *kind, const char *name, int *out,
                            iso_error *err) {
  *out = site ? 1 : 0;
  while (site && *out < m->nbeats && strcmp(m->beat[*out].site, site) != 0) ++*out;
  if (*out < m->nbeats) return ISO_OK;
  iso_fit_beat *beat = &m->beat[m->nbeats++];
  ISO_TRY(iso_fit_beat_new(beat, site, m->wave.setup->mesh->nlocal, true, err));
  return pace_site(m, kind, name, beat, err);
}

/* That of the onsets, and one for each site at which maps and ECGs were paced. */
static iso_status make_beats(iso_fit_model *m, iso_error *err) {
  const iso_config_fit *fit = &m->config->fit;
  const iso_lid n = m->wave.setup->mesh->nlocal;
  bool several = false;
  for (int k = 0; k < fit->nmaps; k++) several |= fit->maps[k].paced != NULL;
  for (int k = 0; k < fit->necgs; k++) several |= fit->ecgs[k].paced != NULL;
  ISO_TRY(iso_alloc(&m->beat, (size_t)(fit->nmaps + fit->necgs) + 1, sizeof *m->beat, "beats", err));
  ISO_TRY(iso_alloc(&m->map_beat, (size_t)fit->nmaps, sizeof *m->map_beat, "beats", err));
  ISO_TRY(iso_alloc(&m->ecg_beat, (size_t)fit->necgs, sizeof *m->ecg_beat, "beats", err));
  m->nbeats = 1;
  ISO_TRY(iso_fit_beat_new(&m->beat[0], NULL, n, several, err));
  for (int k = 0; k < fit->nmaps; k++)
    ISO_TRY(find_beat(m, fit->maps[k].paced, "maps", fit->maps[k].name, &m->map_beat[k], err));
  for (int k = 0; k < fit->necgs; k++) {
    ISO_TRY(find_beat(m, fit->ecgs[k].paced, "ecgs", fit->ecgs[k].name, &m->ecg_beat[k], err));
    iso_fit_beat *beat = &m->beat[m->ecg_beat[k]];
    if (!beat->tangent)
      ISO_TRY(
          iso_alloc(&beat->tangent, (size_t)n * (size_t)m->at.n, sizeof *beat->tangent, "derivatives", err));
  }
  return ISO_OK;
}

static iso_status allocate(iso_fit_model *m, iso_error *err) {
  const iso_mesh *mesh = m->wave.setup->mesh;
  const size_t nodes = (size_t)mesh->nlocal;
  ISO_TRY(iso_alloc(&m->speeds, (size_t)m->config->nregions, sizeof *m->speeds, "velocities", err));
  ISO_TRY(iso_alloc(&m->boost, (size_t)mesh->nelem, sizeof *m->boost, "velocities", err));
  ISO_TRY(iso_alloc(&m->onset, (size_t)m->config->fit.nonsets, sizeof *m->onset, "onsets", err));
  ISO_TRY(iso_alloc(&m->mark, nodes, sizeof *m->mark, "sources", err));
  return make_beats(m, err);
}

iso_status iso_fit_model_new(iso_fit_model *out, iso_setup *setup, iso_error *err) {
  const iso_config_fit *fit = &setup->config->fit;
  *out = (iso_fit_model){.config = setup->config};
  ISO_TRY(iso_wave_new(&out->wave, setup, MPI_COMM_SELF, err));
  const iso_mesh *mesh = setup->mesh;
  ISO_TRY(iso_places_new(&out->places, mesh, err));
  ISO_TRY(iso_basis_new(&out->basis, mesh, fit->has_field ? fit->field.correlation_mm : 0, "fit.field",
                        setup->log, err));
  ISO_TRY(iso_fit_apd_new(&out->apd, setup, err));
  ISO_TRY(lay_out(out, err));
  ISO_TRY(allocate(out, err));
  out->tissue = setup->tissue;
  out->tissue.boost = out->boost;
  if (out->at.angle >= 0) ISO_TRY(iso_fit_angle_begin(out, err));
  ISO_TRY(iso_fit_scars_begin(out, err));
  for (int k = 0; k < fit->nonsets; k++) ISO_TRY(iso_fit_onset_begin(out, k, err));
  for (int k = 0; k < setup->config->mesh.nnetworks; k++)
    out->has_ways |= setup->config->mesh.networks[k].junction_way;
  return find_known(out, err);
}

void iso_fit_model_free(iso_fit_model *m) {
  for (int k = 0; m->onset && k < m->config->fit.nonsets; k++) free(m->onset[k].seed);
  for (int b = 0; b < m->nbeats; b++) iso_fit_beat_free(&m->beat[b]);
  iso_fit_scars_free(m);
  iso_basis_free(&m->basis);
  iso_fit_apd_free(&m->apd);
  iso_places_free(&m->places);
  iso_wave_free(&m->wave);
  free(m->at.onset_time);
  free(m->at.onset_place);
  free(m->at.onset_depth);
  free(m->at.clock);
  free(m->at.ratio);
  free(m->at.ecg_clock);
  free(m->at.ecg_amplitude);
  free(m->speeds);
  free(m->boost);
  free(m->turn);
  free(m->onset);
  free(m->beat);
  free(m->map_beat);
  free(m->ecg_beat);
  free(m->mark);
  *m = (iso_fit_model){0};
}

/* ---- waves ---- */

iso_speeds iso_fit_model_speeds(const iso_fit_model *m, int r, const double *z) {
  const iso_speeds *base = &m->wave.speeds[r];
  const double both = m->at.velocity >= 0 ? m->at.velocity_spread * z[m->at.velocity + r] : 0;
  const double half = m->at.ratio[r] >= 0 ? m->at.ratio_spread * z[m->at.ratio[r]] / 2 : 0;
  const double along = iso_fit_exp(both + half), across = iso_fit_exp(both - half);
  return (iso_speeds){base->along * along, base->across * across, base->normal * across, 0};
}

static void set_velocities(iso_fit_model *m, const double *z) {
  const iso_mesh *mesh = m->places.mesh;
  const double *before = m->wave.setup->tissue.boost;
  iso_fit_scars_set(m, z);
  for (int r = 0; r < m->config->nregions; r++) m->speeds[r] = iso_fit_model_speeds(m, r, z);
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const double scars = iso_fit_scars_of(m, e);
    m->boost[e] = (before ? before[e] : 1) * scars * scars;
    if (m->at.field >= 0)
      m->boost[e] *= iso_fit_exp(2 * m->at.field_spread * iso_basis_at(&m->basis, e, z + m->at.field));
  }
}

/* Each node's earliest source. */
static iso_status set_sources(iso_fit_model *m, iso_fit_beat *b, const double *z, iso_error *err) {
  const iso_mesh *mesh = m->places.mesh;
  iso_eikonal *eikonal = m->wave.eikonal;
  for (iso_lid i = 0; i < mesh->nlocal; i++) b->began_ms[i] = b->known_ms[i], b->began_by[i] = -1;
  for (int k = 0; k < m->config->fit.nonsets && !b->is_paced; k++) {
    ISO_TRY(iso_fit_onset_set(m, k, z, err));
    for (int j = 0; j < m->onset[k].nseeds; j++) {
      const iso_lid node = m->onset[k].seed[j];
      const double time = iso_fit_onset_arrives(m, &m->onset[k], node);
      if (time < b->began_ms[node]) b->began_ms[node] = time, b->began_by[node] = k;
    }
  }
  iso_eikonal_clear(eikonal);
  for (iso_lid i = 0; i < mesh->nlocal; i++)
    if (b->began_ms[i] < INFINITY) iso_eikonal_start_at(eikonal, b->began_ms[i], 1, &i);
  return ISO_OK;
}

static iso_status run_beat(iso_fit_model *m, iso_fit_beat *b, const double *z, iso_error *err) {
  ISO_TRY(set_sources(m, b, z, err));
  ISO_TRY(iso_eikonal_solve(m->wave.eikonal, NULL, err));
  if (b->time_ms)
    memcpy(b->time_ms, iso_eikonal_times(m->wave.eikonal),
           (size_t)m->places.mesh->nlocal * sizeof *b->time_ms);
  return ISO_OK;
}

iso_status iso_fit_model_run(iso_fit_model *m, const double *z, iso_error *err) {
  m->runs++;
  set_velocities(m, z);
  if (m->turn) iso_fit_angle_set(m, z);
  if (m->at.apd >= 0) iso_fit_apd_set(&m->apd, m->places.mesh->nlocal, z + m->at.apd);
  ISO_TRY(iso_eikonal_set_speeds(m->wave.eikonal, &m->tissue, m->speeds, err));
  if (m->has_ways) ISO_TRY(iso_wave_delay_junctions(&m->wave, err));
  for (int b = 0; b < m->nbeats; b++) ISO_TRY(run_beat(m, &m->beat[b], z, err));
  return ISO_OK;
}

iso_status iso_fit_model_pace(iso_fit_model *m, const iso_selection *hit, bool too, iso_error *err) {
  iso_fit_beat *b = &m->beat[0];
  while (m->nbeats > 1) iso_fit_beat_free(&m->beat[--m->nbeats]);
  b->is_paced = !too;
  if (too) ISO_TRY(find_known(m, err));
  for (iso_lid i = 0; !too && i < m->places.mesh->nlocal; i++) b->known_ms[i] = INFINITY;
  for (int64_t i = 0; i < hit->count; i++) b->known_ms[hit->node[i]] = fmin(b->known_ms[hit->node[i]], 0);
  return ISO_OK;
}

/* The eikonal has the waves of one beat at a time: where there are several, each runs once more. */
iso_status iso_fit_model_trace(iso_fit_model *m, double *z, iso_error *err) {
  for (int k = 0; k < m->config->fit.nonsets; k++) iso_fit_onset_trace(m, k, z);
  for (int k = 0; k < m->nbeats; k++) {
    iso_fit_beat *b = &m->beat[k];
    if (m->nbeats > 1) ISO_TRY(run_beat(m, b, z, err));
    iso_eikonal_rays(m->wave.eikonal, &m->tissue, m->speeds, b->began_ms, b->ray);
    ISO_TRY(iso_walk_set(&b->walk, iso_fit_model_times(m, k), b->ray, err));
    if (b->tangent) iso_fit_model_set_tangent(m, b);
  }
  return ISO_OK;
}

const double *iso_fit_model_times(const iso_fit_model *m, int beat) {
  return m->beat[beat].time_ms ? m->beat[beat].time_ms : iso_eikonal_times(m->wave.eikonal);
}

uint64_t iso_fit_hash_nodes(const iso_mesh *mesh, int n, const iso_lid *node) {
  uint64_t sum = 0;
  for (int i = 0; i < n; i++) sum += iso_hash((uint64_t)mesh->gid[node[i]]);
  return sum;
}

uint64_t iso_fit_beat_site(const iso_fit_beat *b, const iso_mesh *mesh) {
  uint64_t sum = 0;
  for (iso_lid i = 0; i < mesh->nlocal; i++)
    if (b->known_ms[i] < INFINITY) sum += iso_fit_hash_nodes(mesh, 1, &i);
  return sum;
}

uint64_t iso_fit_model_places(const iso_fit_model *m) {
  const iso_mesh *mesh = m->places.mesh;
  uint64_t h = 0;
  for (int k = 0; k < m->config->fit.nscars; k++) {
    uint64_t sum = 0;
    for (iso_lid i = 0; i < mesh->nlocal; i++)
      if (m->scar[k].has[i]) sum += iso_fit_hash_nodes(mesh, 1, &i);
    h = iso_hash(h ^ sum);
  }
  for (int k = 0; k < m->config->fit.nonsets; k++)
    if (m->onset[k].stimulus >= 0)
      h = iso_hash(h ^ iso_fit_hash_nodes(mesh, m->onset[k].nseeds, m->onset[k].seed));
  return h;
}

/* ---- derivatives ---- */

void iso_fit_add_element(const iso_fit_model *m, iso_lid e, const double by[3], double *slope) {
  const double all = by[0] + by[1] + by[2];
  const int r = iso_tissue_region(&m->tissue, iso_mesh_tag(m->places.mesh, e));
  if (m->at.velocity >= 0) slope[m->at.velocity + r] += m->at.velocity_spread * all;
  if (m->at.ratio[r] >= 0) slope[m->at.ratio[r]] += m->at.ratio_spread * (by[0] - by[1] - by[2]) / 2;
  iso_fit_scars_slope(m, e, all, slope);
  if (m->at.field < 0) return;
  for (int64_t k = m->basis.start[e]; k < m->basis.start[e + 1]; k++)
    slope[m->at.field + m->basis.which[k]] += m->at.field_spread * m->basis.value[k] * all;
}

typedef struct adding {
  const iso_fit_model *model;
  const iso_fit_beat *beat;
  double *slope;
} adding;

static void visit(void *self, iso_lid node, double share) {
  const adding *a = self;
  iso_fit_model_add_local(a->model, a->beat, node, share, a->slope);
}

void iso_fit_model_slope(iso_fit_model *m, int beat, int n, const iso_lid *node, const double *weight,
                         double *slope) {
  iso_walk_back(&m->beat[beat].walk, n, node, weight, visit, &(adding){m, &m->beat[beat], slope});
}

double iso_fit_model_factor(const iso_fit_model *m, iso_lid e, const double *z) {
  double sum = 0;
  if (m->at.velocity >= 0)
    sum += m->at.velocity_spread *
           z[m->at.velocity + iso_tissue_region(&m->tissue, iso_mesh_tag(m->places.mesh, e))];
  if (m->at.field >= 0) sum += m->at.field_spread * iso_basis_at(&m->basis, e, z + m->at.field);
  if (m->at.scar >= 0) sum += iso_fit_log(iso_fit_scars_at(m, e, z));
  return sum;
}

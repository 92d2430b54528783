#include "study/detectors.h"

#include "base/memory.h"
#include "study/outcomes.h"

#include <math.h>
#include <stdlib.h>

double iso_midway_mV(const iso_setup *setup, iso_lid local) {
  const int r = iso_tissue_of_node(&setup->tissue, setup->mesh->node_tag[local]);
  const iso_model *model = setup->tissue.regions[r].model;
  return 0.5 * (model->vm_rest_mV + model->activation_mV);
}

static iso_status make_reentry(iso_detectors *d, const iso_setup *setup, iso_error *err) {
  const iso_config *config = setup->config;
  const iso_reentry_options options = {.last_stimulus_ms = iso_last_stimulus(config),
                                       .sustained_ms = config->outputs.reentry.sustained_ms,
                                       .window_ms = config->outputs.reentry.window_ms};
  iso_status status = iso_reentry_new(&d->reentry, setup->mesh, &options, err);
  if (status == ISO_OK)
    status = iso_circuit_new(&d->circuit, setup->mesh, d->reentry, options.last_stimulus_ms, err);
  return iso_agree(setup->mesh->comm, status, err);
}

static iso_status make_conduction(iso_detectors *d, const iso_setup *setup, const iso_activation *activation,
                                  iso_error *err) {
  const iso_config_conduction *c = &setup->config->outputs.conduction;
  if (c->beat == 0) return ISO_OK;
  const iso_status status =
      iso_conduction_new(&d->conduction, setup->mesh, activation, c->beat - 1, c->slowest_m_per_s, err);
  return iso_agree(setup->mesh->comm, status, err);
}

static iso_status make_singularities(iso_detectors *d, const iso_setup *setup, iso_error *err) {
  const iso_config_singularities *c = &setup->config->outputs.singularities;
  const iso_mesh *mesh = setup->mesh;
  if (!(c->interval_ms > 0)) return ISO_OK;
  iso_status status =
      iso_alloc(&d->midway_mV, (size_t)mesh->nowned, sizeof *d->midway_mV, "phase singularities", err);
  for (iso_lid i = 0; i < mesh->nowned && status == ISO_OK; i++)
    d->midway_mV[i] = isnan(c->threshold_mV) ? iso_midway_mV(setup, i) : c->threshold_mV;
  const iso_singularities_options options = {.threshold_mV = d->midway_mV,
                                             .delay_ms = c->delay_ms,
                                             .every = (int)llround(c->interval_ms / c->delay_ms),
                                             .distance_mm = c->distance_mm,
                                             .turns = c->turns};
  if (status == ISO_OK) status = iso_singularities_new(&d->singularities, mesh, &options, err);
  return iso_agree(mesh->comm, status, err);
}

static iso_status make_spectra(iso_detectors *d, const iso_setup *setup, iso_error *err) {
  const iso_config_spectra *c = &setup->config->outputs.spectra;
  if (!(c->interval_ms > 0)) return ISO_OK;
  const iso_spectra_options options = {.interval_ms = c->interval_ms,
                                       .start_ms = c->start_ms,
                                       .window_ms = c->window_ms,
                                       .lowest_Hz = c->lowest_Hz,
                                       .highest_Hz = c->highest_Hz,
                                       .width_Hz = c->width_Hz};
  return iso_agree(setup->mesh->comm, iso_spectra_new(&d->spectra, setup->mesh, &options, err), err);
}

static iso_status make_wavefronts(iso_detectors *d, const iso_setup *setup, iso_error *err) {
  const iso_config_wavefronts *c = &setup->config->outputs.wavefronts;
  if (!(c->interval_ms > 0)) return ISO_OK;
  const iso_wavefronts_options options = {.interval_ms = c->interval_ms,
                                          .width_ms = c->width_ms,
                                          .last_stimulus_ms = iso_last_stimulus(setup->config)};
  return iso_agree(setup->mesh->comm, iso_wavefronts_new(&d->wavefronts, setup->mesh, &options, err), err);
}

iso_status iso_detectors_new(iso_detectors *out, const iso_setup *setup, const iso_activation *activation,
                             iso_error *err) {
  *out = (iso_detectors){0};
  ISO_TRY(make_reentry(out, setup, err));
  ISO_TRY(make_conduction(out, setup, activation, err));
  ISO_TRY(make_singularities(out, setup, err));
  ISO_TRY(make_spectra(out, setup, err));
  return make_wavefronts(out, setup, err);
}

void iso_detectors_free(iso_detectors *d) {
  iso_circuit_free(d->circuit);
  iso_reentry_free(d->reentry);
  iso_conduction_free(d->conduction);
  iso_singularities_free(d->singularities);
  iso_spectra_free(d->spectra);
  iso_wavefronts_free(d->wavefronts);
  free(d->midway_mV);
  *d = (iso_detectors){0};
}

int iso_detectors_guests(const iso_detectors *d, const iso_setup *setup,
                         iso_guest guest[ISO_DETECTOR_GUESTS]) {
  enum { BETWEEN_LOOKS_MS = 10 };
  int n = 0;
  guest[n++] = iso_reentry_guest(d->reentry);
  if (setup->config->stop.sustained) guest[n++] = iso_reentry_ender(d->reentry, BETWEEN_LOOKS_MS);
  guest[n++] = iso_circuit_guest(d->circuit);
  if (d->conduction) guest[n++] = iso_conduction_guest(d->conduction);
  if (d->singularities) guest[n++] = iso_singularities_guest(d->singularities);
  if (d->spectra) guest[n++] = iso_spectra_guest(d->spectra);
  if (d->wavefronts) guest[n++] = iso_wavefronts_guest(d->wavefronts);
  if (d->wavefronts) guest[n++] = iso_wavefronts_counter(d->wavefronts);
  return n;
}

int iso_detectors_maps(const iso_detectors *d) {
  enum { OF_REENTRY = 2, OF_CIRCUIT = 2, OF_SPECTRA = 2 };
  return OF_REENTRY + OF_CIRCUIT + (d->spectra ? OF_SPECTRA : 0);
}

static iso_rhythm rhythm(const iso_reentry_summary *s, const iso_circuit_summary *c, const iso_isthmus *i) {
  return (iso_rhythm){.known = s->known,
                      .induced = s->induced,
                      .goes_on = s->goes_on,
                      .sustained_ms = s->sustained_ms,
                      .cycle_length_ms = s->cycle_length_ms,
                      .last_ms = s->last_ms,
                      .last_node = s->last_node,
                      .last_mm = {s->last_mm[0], s->last_mm[1], s->last_mm[2]},
                      .exit_ms = c->exit_ms,
                      .exit_node = c->exit_node,
                      .exit_mm = {c->exit_mm[0], c->exit_mm[1], c->exit_mm[2]},
                      .isthmus_node = i->node,
                      .isthmus_mm = {i->at_mm[0], i->at_mm[1], i->at_mm[2]},
                      .highest_Hz = c->highest_Hz,
                      .highest_node = c->highest_node};
}

static iso_cores cores(const iso_singularities_count *c) {
  return (iso_cores){.count = c->tracks, .most = c->most, .longest_ms = c->longest_ms};
}

/* Collective. */
static void summarise_spectra(const iso_detectors *d, iso_waves *out) {
  if (!d->spectra) return;
  const iso_spectra_summary s = iso_spectra_summarise(d->spectra);
  out->has_spectra = true;
  out->dominant_Hz = s.dominant_Hz, out->regularity = s.regularity, out->highest_Hz = s.highest_Hz;
  out->highest_node = s.highest_node;
  for (int k = 0; k < 3; k++) out->highest_mm[k] = s.highest_mm[k];
}

/* Collective. */
static void summarise_wavefronts(const iso_detectors *d, iso_waves *out) {
  if (!d->wavefronts) return;
  const iso_wavefronts_summary s = iso_wavefronts_summarise(d->wavefronts);
  out->has_fronts = true;
  if (s.known) out->fronts_mean = s.mean, out->fronts_most = (double)s.most;
}

void iso_detectors_summarise(const iso_detectors *d, iso_summary *summary) {
  const iso_reentry_summary reentry = iso_reentry_summarise(d->reentry);
  const iso_circuit_summary circuit = iso_circuit_summarise(d->circuit);
  iso_singularities_count singularities, filaments;
  const iso_isthmus isthmus = iso_reentry_isthmus(d->reentry);
  summary->rhythm = rhythm(&reentry, &circuit, &isthmus);
  summary->waves = iso_waves_none();
  summarise_spectra(d, &summary->waves);
  summarise_wavefronts(d, &summary->waves);
  if (!d->singularities) return;
  iso_singularities_summarise(d->singularities, &singularities, &filaments);
  summary->has_cores = true;
  summary->singularities = cores(&singularities), summary->filaments = cores(&filaments);
}

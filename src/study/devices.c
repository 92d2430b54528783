#include "study/devices.h"

#include "base/memory.h"
#include "grid/ask/locate.h"
#include "observe/lead_weights.h"
#include "study/ecg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An electrode is in or at the tissue, or in the blood: farther away it is a slip. */
static const double far_electrode_mm = 30;

_Static_assert((int)ISO_CONFIG_ZONES == (int)ISO_ICD_ZONES &&
                   (int)ISO_CONFIG_THERAPIES == (int)ISO_ICD_THERAPIES &&
                   (int)ISO_CONFIG_LEADS == (int)ISO_NCHAMBERS,
               "a configuration has room for what a device takes");

/* While the options of a device are made. */
typedef struct maker {
  const iso_setup *setup;
  int k; /* device */
  const iso_config_implant *asked;
  iso_implant_options options;
  bool has_sources;
  iso_system sources;
  double *weight[ISO_NCHAMBERS];
  iso_selection site[ISO_NCHAMBERS];
} maker;

static int64_t ticks(const iso_config_implant *m, double ms) { return llround(ms / m->interval_ms); }

static iso_pacemaker_settings settings_of(const iso_config_implant *m) {
  static const iso_pacing_mode mode[] = {ISO_MODE_OFF, ISO_MODE_VVI, ISO_MODE_AAI, ISO_MODE_DDD,
                                         ISO_MODE_DDD};
  return (iso_pacemaker_settings){.mode = mode[m->mode],
                                  .biventricular = m->has_lead[ISO_CHAMBER_LEFT],
                                  .lower = ticks(m, 60000 / m->lower_rate_per_min),
                                  .upper = ticks(m, 60000 / m->upper_rate_per_min),
                                  .av_paced = ticks(m, m->av_delay_ms),
                                  .av_sensed = ticks(m, m->sensed_av_delay_ms),
                                  .vv = ticks(m, m->vv_delay_ms),
                                  .vrp = ticks(m, m->ventricular_refractory_ms),
                                  .arp = ticks(m, m->atrial_refractory_ms),
                                  .pvarp = ticks(m, m->pvarp_ms),
                                  .pvarp_extension = ticks(m, m->pvarp_extension_ms),
                                  .blanking = ticks(m, m->blanking_ms),
                                  .ventricular_blanking = ticks(m, m->ventricular_blanking_ms),
                                  .atrial_blanking = ticks(m, m->atrial_blanking_ms)};
}

static iso_icd_settings tachycardia_of(const iso_config_implant *m) {
  iso_icd_settings set = {.nzones = m->nzones,
                          .again_count = m->redetect_count,
                          .again_of = m->redetect_of,
                          .ended = ticks(m, m->ended_after_ms)};
  for (int k = 0; k < m->nzones; k++) {
    const iso_config_zone *z = &m->zones[k];
    set.zone[k] = (iso_zone){
        .interval = ticks(m, z->interval_ms), .count = z->count, .of = z->of, .ntherapies = z->ntherapies};
    for (int t = 0; t < z->ntherapies; t++)
      set.zone[k].therapy[t] = (iso_therapy){.percent = z->therapies[t].percent,
                                             .pulses = z->therapies[t].pulses,
                                             .attempts = z->therapies[t].attempts,
                                             .ramp = ticks(m, z->therapies[t].ramp_ms),
                                             .scan = ticks(m, z->therapies[t].scan_ms),
                                             .minimum = ticks(m, z->therapies[t].minimum_ms)};
  }
  return set;
}

/* ---- electrograms ---- */

static iso_status check_electrode(const maker *k, int l, const double at_mm[3], const char *what,
                                  iso_error *err) {
  iso_location location;
  char path[96];
  ISO_TRY(iso_locate(k->setup->mesh, 1, (const double(*)[3])at_mm, &location, err));
  if (location.distance_mm <= far_electrode_mm) return ISO_OK;
  snprintf(path, sizeof path, "devices.%.60s.%s.sense", k->asked->name, iso_chamber_text((iso_chamber)l));
  return iso_config_fail(k->setup->config, err, path,
                         "%s_mm is %.3g mm from the nearest node, number %lld; move it, or check its unit",
                         what, location.distance_mm, (long long)location.node[0]);
}

/* Adds factor times the weights of an electrode, with z [nlocal] as room. */
static void add_weights(const maker *k, const double at_mm[3], double factor, double *z, double *own,
                        double *weight) {
  const iso_mesh *mesh = k->setup->mesh;
  iso_lead_unbounded(mesh, at_mm, k->setup->config->outputs.ecg.medium_S_per_m, z);
  iso_lead_weights(&k->sources, z, own);
  for (iso_lid i = 0; i < mesh->nowned; i++) weight[i] += factor * own[i];
}

static iso_status weigh(maker *k, int l, iso_error *err) {
  const iso_mesh *mesh = k->setup->mesh;
  const iso_config_lead *lead = &k->asked->lead[l];
  const bool ring = !isnan(lead->ring_mm[0]);
  double *z = NULL, *own = NULL;
  ISO_TRY(check_electrode(k, l, lead->tip_mm, "tip", err));
  if (ring) ISO_TRY(check_electrode(k, l, lead->ring_mm, "ring", err));
  if (!k->has_sources) ISO_TRY(iso_ecg_sources(&k->sources, k->setup, err));
  k->has_sources = true;
  iso_status status = iso_alloc(&z, (size_t)mesh->nlocal, sizeof *z, "electrograms", err);
  if (status == ISO_OK) status = iso_alloc(&own, (size_t)mesh->nowned, sizeof *own, "electrograms", err);
  if (status == ISO_OK)
    status = iso_alloc(&k->weight[l], (size_t)mesh->nowned, sizeof **k->weight, "electrograms", err);
  if (status == ISO_OK) add_weights(k, lead->tip_mm, 1, z, own, k->weight[l]);
  if (status == ISO_OK && ring) add_weights(k, lead->ring_mm, -1, z, own, k->weight[l]);
  free(z);
  free(own);
  return iso_agree(mesh->comm, status, err);
}

/* ---- leads ---- */

static iso_status make_lead(maker *k, int l, iso_error *err) {
  static const double usual_mV[] = {0.75, 2.5, NAN}; /* nominal sensitivities */
  const iso_config_lead *asked = &k->asked->lead[l];
  iso_implant_lead *lead = &k->options.lead[l];
  iso_gid sensed;
  if (!k->asked->has_lead[l]) return ISO_OK;
  ISO_TRY(iso_setup_lead(k->setup, k->k, l, &sensed, &lead->centre, &k->site[l], err));
  const bool electrode = !isnan(asked->tip_mm[0]);
  if (electrode) ISO_TRY(weigh(k, l, err));
  lead->senses = l != ISO_CHAMBER_LEFT, lead->paces = lead->centre >= 0;
  lead->node = sensed, lead->weight = k->weight[l];
  lead->high_pass_Hz = electrode ? asked->high_pass_Hz : 0;
  lead->threshold_mV = asked->threshold_mV;
  if (lead->senses && isnan(lead->threshold_mV))
    lead->threshold_mV = electrode ? usual_mV[l] : iso_setup_threshold(k->setup, sensed);
  lead->pulse = asked->pulse;
  lead->nsite = k->site[l].count, lead->site = k->site[l].node;
  if (lead->paces) lead->capture_mV = iso_setup_threshold(k->setup, lead->centre);
  return ISO_OK;
}

static iso_status make(iso_implant **out, const iso_setup *setup, int number, iso_error *err) {
  maker k = {.setup = setup, .k = number, .asked = &setup->config->implants[number]};
  iso_status status = ISO_OK;
  k.options.name = k.asked->name, k.options.interval_ms = k.asked->interval_ms;
  k.options.pacing = settings_of(k.asked);
  k.options.tachycardia = tachycardia_of(k.asked);
  for (int l = 0; l < ISO_NCHAMBERS && status == ISO_OK; l++) status = make_lead(&k, l, err);
  if (status == ISO_OK) status = iso_implant_new(out, setup->device, setup->mesh, &k.options, err);
  for (int l = 0; l < ISO_NCHAMBERS; l++) {
    iso_selection_free(&k.site[l]);
    free(k.weight[l]);
  }
  if (k.has_sources) iso_system_free(&k.sources);
  return status;
}

/* Faster atrial beats than one in AV delay and PVARP are sensed every second time. */
static void judge_upper_rate(const iso_setup *setup, const iso_config_implant *m) {
  const double total_ms = m->sensed_av_delay_ms + m->pvarp_ms, upper_ms = 60000 / m->upper_rate_per_min;
  if (m->mode < ISO_CONFIG_MODE_DDD || total_ms <= upper_ms) return;
  iso_log_say(
      setup->log, ISO_LOG_WARNING,
      "device %s: the AV delay of %g ms and pvarp_ms, %g, take longer than the %g ms of the upper rate: from "
      "%.4g a minute on every second atrial beat is followed, and the upper rate is not reached",
      m->name, m->sensed_av_delay_ms, m->pvarp_ms, upper_ms, 60000 / total_ms);
}

iso_status iso_devices_new(iso_devices *out, const iso_setup *setup, iso_error *err) {
  const iso_config *config = setup->config;
  const size_t n = (size_t)config->nimplants;
  *out = (iso_devices){0};
  iso_status status = iso_alloc(&out->implant, n, sizeof *out->implant, "devices", err);
  if (status == ISO_OK)
    status = iso_alloc(&out->leads, n * ISO_NCHAMBERS, sizeof *out->leads, "devices", err);
  status = iso_agree(setup->mesh->comm, status, err);
  for (; out->n < config->nimplants && status == ISO_OK; out->n += status == ISO_OK) {
    judge_upper_rate(setup, &config->implants[out->n]);
    status = make(&out->implant[out->n], setup, out->n, err);
  }
  return status;
}

void iso_devices_free(iso_devices *devices) {
  for (int k = 0; k < devices->n; k++) iso_implant_free(devices->implant[k]);
  free(devices->implant);
  free(devices->leads);
  *devices = (iso_devices){0};
}

/* ---- afterwards ---- */

int iso_devices_summarise(iso_devices *devices, const iso_summary_lead **leads) {
  int n = 0;
  for (int k = 0; k < devices->n; k++) {
    const iso_implant_counts c = iso_implant_count(devices->implant[k]);
    for (int l = 0; l < ISO_NCHAMBERS; l++)
      if (iso_implant_has(devices->implant[k], (iso_chamber)l))
        devices->leads[n++] = (iso_summary_lead){.device = iso_implant_name(devices->implant[k]),
                                                 .lead = iso_chamber_text((iso_chamber)l),
                                                 .sensed = c.sensed[l],
                                                 .paced = c.paced[l],
                                                 .judged = c.judged[l],
                                                 .captured = c.captured[l],
                                                 .episodes = l == ISO_CHAMBER_VENTRICLE ? c.episodes : 0,
                                                 .attempts = l == ISO_CHAMBER_VENTRICLE ? c.attempts : 0,
                                                 .terminated = l == ISO_CHAMBER_VENTRICLE ? c.terminated : 0};
  }
  *leads = devices->leads;
  return n;
}

void iso_devices_warn(iso_devices *devices, const iso_log *log) {
  const iso_summary_lead *lead;
  const int n = iso_devices_summarise(devices, &lead);
  for (int k = 0; k < n; k++)
    if (lead[k].captured < lead[k].judged)
      iso_log_say(log, ISO_LOG_WARNING,
                  "device %s: the lead '%s' paced %lld times and captured %lld: where the tissue was at "
                  "rest, raise its "
                  "amplitude_uA_per_uF or duration_ms, or give it more nodes",
                  lead[k].device, lead[k].lead, (long long)lead[k].judged, (long long)lead[k].captured);
}

int64_t iso_devices_bytes(const iso_devices *devices, double duration_ms) {
  double bytes = 0;
  for (int k = 0; k < devices->n; k++) bytes += iso_implant_bytes_per_ms(devices->implant[k]) * duration_ms;
  return (int64_t)bytes;
}

#include "study/ecg.h"

#include "base/memory.h"
#include "base/share.h"
#include "ecg/measures.h"
#include "observe/lead_weights.h"
#include "study/torso.h"
#include "tissue/conductor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool iso_ecg_asked(const iso_config *config) { return config->outputs.ecg.electrodes != NULL; }

static bool has_torso(const iso_setup *setup) {
  return setup->config->outputs.ecg.torso.file || setup->config->mesh.npassive > 0;
}

/* ---- weights ---- */

/* The intracellular conductivities of a region; its own, which are those of the monodomain, where none are
 * given. */
static void take_intracellular(iso_region *region, const iso_config_region *from) {
  if (isnan(from->intracellular_longitudinal_S_per_m)) return;
  region->longitudinal = from->intracellular_longitudinal_S_per_m;
  region->transverse = from->intracellular_transverse_S_per_m;
  region->normal = from->intracellular_normal_S_per_m;
}

iso_status iso_ecg_sources(iso_system *out, const iso_setup *setup, iso_error *err) {
  const int n = setup->tissue.nregions;
  iso_region *region;
  iso_tissue_conductor room;
  *out = (iso_system){0};
  ISO_TRY(iso_alloc_all(setup->mesh->comm, &region, (size_t)n, sizeof *region, "regions", err));
  for (int r = 0; r < n; r++) {
    region[r] = setup->tissue.regions[r];
    take_intracellular(&region[r], &setup->config->regions[r]);
  }
  const iso_tissue tissue = {.nregions = n, .regions = region, .boost = setup->tissue.boost};
  iso_status status = iso_system_new(out, setup->mesh, iso_tissue_conduct(&room, &tissue), false, err);
  free(region);
  return status;
}

/* weight [electrodes][nowned], in the medium without bounds. */
static iso_status weigh_unbounded(const iso_ecg_study *s, const iso_setup *setup, const iso_system *sources,
                                  double *weight, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  double *z = NULL;
  ISO_TRY(iso_alloc_all(mesh->comm, &z, (size_t)mesh->nlocal, sizeof *z, "weights of electrodes", err));
  for (int k = 0; k < s->electrodes.n; k++) {
    iso_lead_unbounded(mesh, s->electrodes.at_mm[k], setup->config->outputs.ecg.medium_S_per_m, z);
    iso_lead_weights(sources, z, weight + (size_t)k * (size_t)mesh->nowned);
  }
  free(z);
  return ISO_OK;
}

static iso_status make_observer(iso_ecg_study *s, const iso_setup *setup, const iso_system *sources,
                                iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  double *weight = NULL;
  iso_status status = iso_alloc(&weight, (size_t)s->electrodes.n * (size_t)mesh->nowned, sizeof *weight,
                                "weights of electrodes", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK)
    status = has_torso(setup) ? iso_torso_weights(setup, &s->electrodes, sources, weight, err)
                              : weigh_unbounded(s, setup, sources, weight, err);
  if (status == ISO_OK) status = iso_ecg_new(&s->ecg, setup->device, mesh, s->electrodes.n, weight, err);
  free(weight);
  return status;
}

/* In a torso there is no infinity: unipolar leads are against the ground. */
static void name_ground(iso_ecg_study *s, const iso_setup *setup) {
  const int ground = iso_torso_ground(&setup->config->outputs.ecg.torso, &s->electrodes);
  for (int k = 0; k < s->leads.n && has_torso(setup) && ground >= 0; k++) {
    iso_lead *lead = &s->leads.lead[k];
    if (lead->kind == ISO_LEAD_UNIPOLAR)
      snprintf(lead->meaning, sizeof lead->meaning, "%s against %s", lead->name, s->electrodes.name[ground]);
  }
}

iso_status iso_ecg_study_new(iso_ecg_study *out, const iso_setup *setup, iso_error *err) {
  const iso_config_ecg *asked = &setup->config->outputs.ecg;
  iso_system sources;
  iso_error why = {0};
  *out = (iso_ecg_study){0};
  ISO_TRY(iso_electrodes_read(&out->electrodes, setup->mesh->comm, asked->electrodes, err));
  iso_status status = iso_leads_new(&out->leads, out->electrodes.n, out->electrodes.name, asked->npairs,
                                    (const char *const *)asked->pairs, &why);
  if (status == ISO_EINPUT)
    status = iso_config_fail(setup->config, err, "outputs.ecg.pairs", "%s", why.message);
  if (status == ISO_EFAIL) iso_fail(err, status, "%s", why.message);
  ISO_TRY(iso_agree(setup->mesh->comm, status, err));
  name_ground(out, setup);
  ISO_TRY(iso_ecg_sources(&sources, setup, err));
  status = make_observer(out, setup, &sources, err);
  iso_system_free(&sources);
  return status;
}

iso_status iso_ecg_study_find_lead(const iso_ecg_study *s, const iso_config *config, iso_error *err) {
  const char *name = config->outputs.qlv_lead;
  if (!name) return ISO_OK;
  const iso_lead *lead = iso_leads_find(&s->leads, name);
  if (lead && (lead->kind == ISO_LEAD_UNIPOLAR || lead->kind == ISO_LEAD_BIPOLAR)) return ISO_OK;
  return iso_config_fail(
      config, err, "outputs.synchrony.lead",
      "'%.60s' is no electrogram: name an electrode that is none of the twelve leads', or a pair "
      "of outputs.ecg.pairs",
      name);
}

/* ---- files ---- */

/* The signals of all leads, one after the other in value [leads][samples]. */
static void derive(const iso_ecg_study *s, iso_signal *signal, double *value) {
  const int64_t n = iso_ecg_samples(s->ecg);
  const double *potential = iso_ecg_potentials(s->ecg);
  for (int k = 0; k < s->leads.n; k++) {
    const iso_lead *lead = &s->leads.lead[k];
    double *of_lead = value + k * n;
    signal[k] = (iso_signal){lead->name, "mV", lead->meaning, of_lead};
    for (int64_t t = 0; t < n; t++) of_lead[t] = iso_lead_value(lead, potential + t * s->electrodes.n);
  }
}

static const double *find_signal(const iso_ecg_study *s, const iso_signal *signal, const char *name) {
  for (int k = 0; k < s->leads.n; k++)
    if (!strcmp(s->leads.lead[k].name, name)) return signal[k].value;
  return NULL;
}

/* Of the leads that are independent: I, II and those of the chest. */
static iso_status measure_ecg(const iso_ecg_study *s, const iso_signal *signal, iso_ecg_measures *out,
                              iso_error *err) {
  const double **lead;
  iso_ecg_signals all = {.n = iso_ecg_samples(s->ecg),
                         .time_ms = iso_ecg_times(s->ecg),
                         .limb = {find_signal(s, signal, "I"), find_signal(s, signal, "aVF")}};
  ISO_TRY(iso_alloc(&lead, (size_t)s->leads.n, sizeof *lead, "measures of an ECG", err));
  lead[all.nleads++] = all.limb[0];
  lead[all.nleads++] = find_signal(s, signal, "II");
  for (int k = 0; k < s->leads.n; k++)
    if (s->leads.lead[k].kind == ISO_LEAD_CHEST) lead[all.nleads++] = signal[k].value;
  all.lead = lead;
  const iso_status status = iso_ecg_measure(&all, out, err);
  free(lead);
  return status;
}

static void add_measure(iso_ecg_study *s, const char *name, const char *head, const char *unit,
                        const char *meaning, double value) {
  s->measure[s->nmeasures++] = (iso_measure){name, head, unit, meaning, value};
}

static void name_measures(iso_ecg_study *s, const iso_ecg_measures *m) {
  add_measure(s, "qrs_onset", NULL, "ms", "beginning of the first QRS complex", m->qrs_onset_ms);
  add_measure(s, "qrs_offset", NULL, "ms", "its end", m->qrs_offset_ms);
  add_measure(s, "qrs_duration", "QRS", "ms", "duration of the QRS complex", m->qrs_duration_ms);
  add_measure(s, "qrs_axis", "axis", "degree", "its axis in the frontal plane: 0 left, 90 foot",
              m->qrs_axis_deg);
  add_measure(s, "t_peak", NULL, "ms", "peak of the first T wave", m->t_peak_ms);
  add_measure(s, "t_end", NULL, "ms", "its end, by the tangent", m->t_end_ms);
  add_measure(s, "qt", "QT", "ms", "from the beginning of QRS to the end of T", m->qt_ms);
  add_measure(s, "rr", "RR", "ms", "from beat to beat", m->rr_ms);
  add_measure(s, "qtc_bazett", NULL, "ms", "QT / (RR / 1 s)^(1/2)", m->qtc_bazett_ms);
  add_measure(s, "qtc_fridericia", NULL, "ms", "QT / (RR / 1 s)^(1/3)", m->qtc_fridericia_ms);
}

static bool is_electrogram(const iso_lead *lead) {
  return lead->kind == ISO_LEAD_UNIPOLAR || lead->kind == ISO_LEAD_BIPOLAR;
}

static iso_status measure(iso_ecg_study *s, const iso_signal *signal, iso_error *err) {
  iso_ecg_measures m;
  ISO_TRY(iso_alloc(&s->measure, ISO_ECG_MEASURES + (size_t)s->leads.n, sizeof *s->measure, "measures", err));
  if (iso_leads_find(&s->leads, "I")) {
    ISO_TRY(measure_ecg(s, signal, &m, err));
    name_measures(s, &m);
  }
  for (int k = 0; k < s->leads.n; k++) {
    const iso_lead *lead = &s->leads.lead[k];
    char *name;
    if (!is_electrogram(lead)) continue;
    ISO_TRY(iso_arena_print(s->electrodes.memory, &name, err, "%s_activation", lead->name));
    add_measure(s, name, NULL, "ms", "when the electrogram is steepest",
                iso_lead_activation(lead, iso_ecg_samples(s->ecg), iso_ecg_times(s->ecg), signal[k].value));
  }
  return ISO_OK;
}

static iso_status save(const iso_ecg_study *s, const iso_signal *signal, const char *netcdf, const char *csv,
                       const iso_provenance *provenance, iso_error *err) {
  const iso_recording recording = {.ntimes = iso_ecg_samples(s->ecg),
                                   .time_ms = iso_ecg_times(s->ecg),
                                   .nsignals = s->leads.n,
                                   .signals = signal,
                                   .nelectrodes = s->electrodes.n,
                                   .electrode = s->electrodes.name,
                                   .position_mm = (const double(*)[3])s->electrodes.at_mm,
                                   .nmeasures = s->nmeasures,
                                   .measures = s->measure,
                                   .nattributes = provenance->count,
                                   .attributes = provenance->attribute};
  ISO_TRY(iso_recording_save(&recording, netcdf, err));
  return iso_recording_save_csv(&recording, csv, err);
}

/* On rank 0. */
static iso_status write_files(iso_ecg_study *s, const char *netcdf, const char *csv,
                              const iso_provenance *provenance, iso_error *err) {
  const size_t leads = (size_t)s->leads.n, samples = (size_t)iso_ecg_samples(s->ecg);
  iso_signal *signal = NULL;
  double *value = NULL;
  iso_status status = iso_alloc(&signal, leads, sizeof *signal, "leads", err);
  if (status == ISO_OK) status = iso_alloc(&value, leads * samples, sizeof *value, "leads", err);
  if (status == ISO_OK) {
    derive(s, signal, value);
    status = measure(s, signal, err);
    if (status == ISO_OK) status = save(s, signal, netcdf, csv, provenance, err);
  }
  free(signal);
  free(value);
  return status;
}

iso_status iso_ecg_study_write(iso_ecg_study *s, const iso_setup *setup, const char *netcdf, const char *csv,
                               const iso_provenance *provenance, iso_error *err) {
  MPI_Comm comm = setup->mesh->comm;
  ISO_TRY(iso_ecg_finish(s->ecg, err));
  if (iso_ecg_samples(s->ecg) == 0) return ISO_OK;
  return iso_agree(comm, iso_rank(comm) == 0 ? write_files(s, netcdf, csv, provenance, err) : ISO_OK, err);
}

int64_t iso_ecg_study_bytes(const iso_ecg_study *s, const iso_setup *setup) {
  const iso_config *config = setup->config;
  enum { NUMBER = sizeof(double), TEXT = 24 };
  if (!s->ecg) return 0;
  const double samples = config->time.duration_ms / config->outputs.ecg.interval_ms + 1;
  return (int64_t)samples * (s->leads.n + 1) * (NUMBER + TEXT);
}

void iso_ecg_study_free(iso_ecg_study *s) {
  iso_ecg_free(s->ecg);
  iso_leads_free(&s->leads);
  iso_electrodes_free(&s->electrodes);
  free(s->measure);
  *s = (iso_ecg_study){0};
}

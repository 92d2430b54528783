#include "study/ecg.h"

#include "base/memory.h"
#include "base/share.h"
#include "observe/lead_weights.h"
#include "result/recording.h"
#include "tissue/conductor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool iso_ecg_asked(const iso_config *config) { return config->outputs.ecg.electrodes != NULL; }

/* ---- weights ---- */

/* The intracellular conductivities of a region; its own, which are those of the monodomain, where none are
 * given. */
static void take_intracellular(iso_region *region, const iso_config_region *from) {
  if (isnan(from->intracellular_longitudinal_S_per_m)) return;
  region->longitudinal = from->intracellular_longitudinal_S_per_m;
  region->transverse = from->intracellular_transverse_S_per_m;
  region->normal = from->intracellular_normal_S_per_m;
}

static iso_status assemble_sources(const iso_setup *setup, iso_system *out, iso_error *err) {
  const int n = setup->tissue.nregions;
  iso_region *region;
  iso_tissue_conductor room;
  iso_status status = iso_alloc(&region, (size_t)n, sizeof *region, "regions", err);
  ISO_TRY(iso_agree(setup->mesh->comm, status, err));
  for (int r = 0; r < n; r++) {
    region[r] = setup->tissue.regions[r];
    take_intracellular(&region[r], &setup->config->regions[r]);
  }
  const iso_tissue tissue = {.nregions = n, .regions = region};
  status = iso_system_new(out, setup->mesh, iso_tissue_conduct(&room, &tissue), false, err);
  free(region);
  return status;
}

/* weight [electrodes][nowned], of each electrode in the medium of the configuration. z: room [nlocal]. */
static void weigh(const iso_ecg_study *s, const iso_setup *setup, const iso_system *sources, double *z,
                  double *weight) {
  const iso_mesh *mesh = setup->mesh;
  for (int k = 0; k < s->electrodes.n; k++) {
    iso_lead_unbounded(mesh, s->electrodes.at_mm[k], setup->config->outputs.ecg.medium_S_per_m, z);
    iso_lead_weights(sources, z, weight + (size_t)k * (size_t)mesh->nowned);
  }
}

static iso_status make_observer(iso_ecg_study *s, const iso_setup *setup, const iso_system *sources,
                                iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  double *z = NULL, *weight = NULL;
  iso_status status = iso_alloc(&z, (size_t)mesh->nlocal, sizeof *z, "weights of electrodes", err);
  if (status == ISO_OK)
    status = iso_alloc(&weight, (size_t)s->electrodes.n * (size_t)mesh->nowned, sizeof *weight,
                       "weights of electrodes", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) {
    weigh(s, setup, sources, z, weight);
    status = iso_ecg_new(&s->ecg, setup->device, mesh, s->electrodes.n, weight, err);
  }
  free(z);
  free(weight);
  return status;
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
  ISO_TRY(assemble_sources(setup, &sources, err));
  status = make_observer(out, setup, &sources, err);
  iso_system_free(&sources);
  return status;
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

/* On rank 0. */
static iso_status write_files(const iso_ecg_study *s, const char *netcdf, const char *csv,
                              const iso_provenance *provenance, iso_error *err) {
  const size_t leads = (size_t)s->leads.n, samples = (size_t)iso_ecg_samples(s->ecg);
  iso_signal *signal = NULL;
  double *value = NULL;
  iso_status status = iso_alloc(&signal, leads, sizeof *signal, "leads", err);
  if (status == ISO_OK) status = iso_alloc(&value, leads * samples, sizeof *value, "leads", err);
  if (status == ISO_OK) {
    derive(s, signal, value);
    const iso_recording recording = {.ntimes = (int64_t)samples,
                                     .time_ms = iso_ecg_times(s->ecg),
                                     .nsignals = s->leads.n,
                                     .signals = signal,
                                     .nelectrodes = s->electrodes.n,
                                     .electrode = s->electrodes.name,
                                     .position_mm = (const double(*)[3])s->electrodes.at_mm,
                                     .nattributes = provenance->count,
                                     .attributes = provenance->attribute};
    status = iso_recording_save(&recording, netcdf, err);
    if (status == ISO_OK) status = iso_recording_save_csv(&recording, csv, err);
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

void iso_ecg_study_free(iso_ecg_study *s) {
  iso_ecg_free(s->ecg);
  iso_leads_free(&s->leads);
  iso_electrodes_free(&s->electrodes);
  *s = (iso_ecg_study){0};
}

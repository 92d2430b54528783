#include "study/watchers.h"

#include "base/memory.h"
#include "base/text.h"
#include "grid/ask/locate.h"
#include "result/maps.h"
#include "result/plain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Guests beside actors, devices, detectors and those of a protocol at most: activation, its end, upstrokes,
 * probes, rest, snapshots, ECG. */
enum { OTHERS = 7 + ISO_DETECTOR_GUESTS };

/* Invited is who stays where he is: there is room for all from the beginning. */
static iso_status add(iso_watchers *w, iso_guest guest, iso_error *err) {
  if (w->nguests == w->most_guests)
    return iso_fail(err, ISO_EFAIL, "there is no room for the guest '%s'; count it in OTHERS", guest.name);
  w->guest[w->nguests] = guest;
  return iso_simulation_invite(w->setup->simulation, &w->guest[w->nguests++], err);
}

iso_status iso_watchers_follow(iso_watchers *w, iso_error *err) {
  for (int k = 0; k < w->nguests; k++)
    ISO_TRY(iso_simulation_invite(w->setup->simulation, &w->guest[k], err));
  return ISO_OK;
}

/* ---- probes ---- */

static iso_status place_probe(const iso_setup *setup, int k, const iso_location *location, iso_probe *probe,
                              iso_error *err) {
  const iso_config_probe *wanted = &setup->config->outputs.probes[k];
  iso_gid node = wanted->node;
  char path[64];
  if (iso_select_given(&wanted->where)) ISO_TRY(iso_setup_probed(setup, k, &node, err));
  snprintf(path, sizeof path, "outputs.probes.%d", k);
  probe->name = wanted->name;
  memcpy(probe->at_mm, wanted->at_mm, sizeof probe->at_mm);
  if (node >= 0) {
    if (node >= setup->mesh->nnodes)
      return iso_config_fail(setup->config, err, path,
                             "the probe '%s' is at node %lld, but the mesh has nodes 0 to %lld", wanted->name,
                             (long long)node, (long long)setup->mesh->nnodes - 1);
    probe->nnodes = 1, probe->node[0] = node, probe->weight[0] = 1;
  } else {
    if (!location->inside)
      return iso_config_fail(
          setup->config, err, path,
          "the probe '%s' is outside the mesh, %.3g mm from the nearest node, number %lld; move it, or "
          "name that node instead of at_mm",
          wanted->name, location->distance_mm, (long long)location->node[0]);
    probe->nnodes = location->n;
    memcpy(probe->node, location->node, sizeof probe->node);
    memcpy(probe->weight, location->weight, sizeof probe->weight);
  }
  probe->threshold_mV = iso_setup_threshold(setup, probe->node[0]);
  return ISO_OK;
}

static iso_status place_probes(const iso_setup *setup, double (*at)[3], iso_location *location,
                               iso_probe *probe, iso_error *err) {
  const iso_config_outputs *o = &setup->config->outputs;
  for (int k = 0; k < o->nprobes; k++)
    for (int d = 0; d < 3; d++) at[k][d] = isnan(o->probes[k].at_mm[d]) ? 0 : o->probes[k].at_mm[d];
  ISO_TRY(iso_locate(setup->mesh, o->nprobes, (const double(*)[3])at, location, err));
  for (int k = 0; k < o->nprobes; k++) ISO_TRY(place_probe(setup, k, &location[k], &probe[k], err));
  return ISO_OK;
}

/* Steps between samples. */
static int64_t probe_stride(const iso_config *config) {
  const int64_t stride = llround(config->outputs.probe_interval_ms / config->time.step_ms);
  return stride > 1 ? stride : 1;
}

static iso_status add_probes(iso_watchers *w, iso_error *err) {
  const iso_config *config = w->setup->config;
  size_t n = (size_t)config->outputs.nprobes;
  if (n == 0) return ISO_OK;
  double(*at)[3] = NULL;
  iso_location *location = NULL;
  iso_probe *probe = NULL;
  iso_status status = iso_alloc(&at, n, sizeof *at, "probes", err);
  if (status == ISO_OK) status = iso_alloc(&location, n, sizeof *location, "probes", err);
  if (status == ISO_OK) status = iso_alloc(&probe, n, sizeof *probe, "probes", err);
  status = iso_agree(w->setup->mesh->comm, status, err);
  if (status == ISO_OK) status = place_probes(w->setup, at, location, probe, err);
  if (status == ISO_OK)
    status = iso_probes_new(&w->probes, w->setup->mesh, (int)n, probe, probe_stride(config), err);
  if (status == ISO_OK) status = add(w, iso_probes_guest(w->probes), err);
  free(at);
  free(location);
  free(probe);
  return status;
}

/* ---- the others ---- */

static iso_status add_detectors(iso_watchers *w, iso_error *err) {
  iso_guest guest[ISO_DETECTOR_GUESTS];
  ISO_TRY(iso_detectors_new(&w->detectors, w->setup, w->activation, err));
  const int n = iso_detectors_guests(&w->detectors, w->setup, guest);
  for (int k = 0; k < n; k++) ISO_TRY(add(w, guest[k], err));
  return ISO_OK;
}

static iso_status add_slope(iso_watchers *w, iso_error *err) {
  const iso_config_outputs *o = &w->setup->config->outputs;
  const iso_mesh *mesh = w->setup->mesh;
  if (!o->by_slope) return ISO_OK;
  ISO_TRY(iso_agree(mesh->comm, iso_slope_new(&w->slope, mesh, o->beats, err), err));
  return add(w, iso_slope_guest(w->slope), err);
}

static iso_status add_quiescence(iso_watchers *w, iso_error *err) {
  const iso_config_stop *stop = &w->setup->config->stop;
  const iso_mesh *mesh = w->setup->mesh;
  if (stop->quiescent_ms <= 0) return ISO_OK;
  iso_status status = iso_alloc(&w->quiet_mV, (size_t)mesh->nowned, sizeof *w->quiet_mV, "quiescence", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    w->quiet_mV[i] = isnan(stop->quiescent_mV) ? iso_midway_mV(w->setup, i) : stop->quiescent_mV;
  }
  status = iso_quiescence_new(&w->quiescence, mesh, w->quiet_mV, stop->quiescent_ms,
                              iso_simulation_last_stimulus(w->setup->simulation), err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  return add(w, iso_quiescence_guest(w->quiescence, 1), err);
}

static iso_status add_series(iso_watchers *w, const iso_watchers_files *files, iso_error *err) {
  const iso_config *config = w->setup->config;
  if (!files->series) return ISO_OK;
  iso_provenance provenance;
  bool spare;
  ISO_TRY(iso_setup_spare_core(w->setup, &spare, err));
  iso_status status = iso_provenance_new(&provenance, w->setup, NAN, err);
  if (status == ISO_OK)
    status = iso_series_new(&w->series, files->series, w->setup->mesh,
                            &(iso_series_spec){.title = config->title,
                                               .compression = config->outputs.compression,
                                               .nattributes = provenance.count,
                                               .attributes = provenance.attribute,
                                               .threaded = spare,
                                               .spool = files->spool,
                                               .restart = files->restart},
                            err);
  iso_provenance_free(&provenance);
  ISO_TRY(status);
  const iso_snapshot_sink sink = {w->series, iso_series_append, iso_series_save, iso_series_restore};
  status = iso_snapshots_new(&w->snapshots, w->setup->mesh, sink, err);
  ISO_TRY(iso_agree(w->setup->mesh->comm, status, err));
  const iso_config_outputs *o = &config->outputs;
  return add(
      w,
      iso_snapshots_guest(w->snapshots, o->snapshot_start_ms, o->snapshot_stop_ms, o->snapshot_interval_ms),
      err);
}

static iso_status add_ecg(iso_watchers *w, iso_error *err) {
  const iso_config *config = w->setup->config;
  if (!iso_ecg_asked(config)) return ISO_OK;
  ISO_TRY(iso_ecg_study_new(&w->ecg, w->setup, err));
  ISO_TRY(iso_ecg_study_find_lead(&w->ecg, config, err));
  return add(w, iso_ecg_guest(w->ecg.ecg, config->outputs.ecg.interval_ms), err);
}

static iso_status add_actor(iso_watchers *w, int k, iso_error *err) {
  const iso_config_actor *a = &w->setup->config->actors[k];
  iso_selection site;
  iso_gid sensed;
  ISO_TRY(iso_setup_actor(w->setup, k, &sensed, &site, err));
  const iso_trigger_options options = {
      .name = a->name,
      .sensed = sensed,
      .threshold_mV = isnan(a->threshold_mV) ? iso_setup_threshold(w->setup, sensed) : a->threshold_mV,
      .down = a->crossing == ISO_CROSSING_DOWN,
      .latency_ms = a->latency_ms,
      .blank_ms = a->blank_ms,
      .pulses = a->pulses,
      .nsite = site.count,
      .site = site.node};
  iso_status status =
      iso_trigger_new(&w->actor[k], w->setup->mesh, &options, w->setup->config->time.step_ms, err);
  iso_selection_free(&site);
  ISO_TRY(status);
  w->nactors++;
  return add(w, iso_trigger_guest(w->actor[k]), err);
}

static iso_status add_devices(iso_watchers *w, iso_error *err) {
  iso_guest guest[ISO_IMPLANT_GUESTS];
  ISO_TRY(iso_devices_new(&w->devices, w->setup, err));
  for (int k = 0; k < w->devices.n; k++) {
    const int n = iso_implant_guests(w->devices.implant[k], guest);
    for (int g = 0; g < n; g++) ISO_TRY(add(w, guest[g], err));
  }
  return ISO_OK;
}

static iso_status add_protocol(iso_watchers *w, iso_error *err) {
  ISO_TRY(iso_protocol_guests_new(&w->protocol, w->setup, err));
  for (int k = 0; k < iso_protocol_guests_count(w->setup->config); k++)
    ISO_TRY(add(w, iso_protocol_guest(&w->protocol, k), err));
  return ISO_OK;
}

iso_status iso_watchers_new(iso_watchers *out, const iso_setup *setup, const iso_watchers_files *files,
                            iso_error *err) {
  const size_t nactors = (size_t)setup->config->nactors;
  const size_t nimplants = (size_t)setup->config->nimplants;
  const size_t most =
      OTHERS + (size_t)iso_protocol_guests_count(setup->config) + nactors + nimplants * ISO_IMPLANT_GUESTS;
  *out = (iso_watchers){.setup = setup, .most_guests = (int)most};
  iso_status status = iso_alloc(&out->guest, most, sizeof *out->guest, "guests", err);
  if (status == ISO_OK) status = iso_alloc(&out->actor, nactors, sizeof *out->actor, "actors", err);
  if (status == ISO_OK)
    status = iso_activation_new(&out->activation, setup->mesh, setup->config->outputs.beats, err);
  ISO_TRY(iso_agree(setup->mesh->comm, status, err));
  ISO_TRY(add_protocol(out, err)); /* first: who waits for rest asks when the last stimulus is */
  ISO_TRY(add(out, iso_activation_guest(out->activation), err));
  if (setup->config->stop.all_activated) ISO_TRY(add(out, iso_activation_ender(out->activation, 1), err));
  ISO_TRY(add_detectors(out, err));
  ISO_TRY(add_slope(out, err));
  ISO_TRY(add_probes(out, err));
  ISO_TRY(add_quiescence(out, err));
  ISO_TRY(add_series(out, files, err));
  ISO_TRY(add_ecg(out, err));
  for (int k = 0; k < setup->config->nactors; k++) ISO_TRY(add_actor(out, k, err));
  return add_devices(out, err);
}

static iso_status report(iso_watchers *w, iso_results *results, iso_error *err) {
  iso_status status = ISO_OK;
  for (int k = 0; k < w->nguests && status == ISO_OK; k++)
    if (w->guest[k].report) status = w->guest[k].report(w->guest[k].self, results, err);
  return status;
}

/* Beyond what the first beat takes: samples of probes, maps of a re-entry, and of more beats those that the
 * configuration names. */
static int64_t bytes_to_come(const iso_watchers *w) {
  enum { MAPS_OF_A_BEAT = 3 };
  const iso_config *config = w->setup->config;
  const iso_config_outputs *o = &config->outputs;
  const int64_t samples = iso_setup_steps(&config->time) / probe_stride(config) + 1;
  const int64_t of_probes = o->nprobes > 0 ? (o->nprobes + 1) * samples : 0; /* and their times */
  return (int64_t)sizeof(double) *
             (of_probes +
              (iso_detectors_maps(&w->detectors) + MAPS_OF_A_BEAT * o->beats) * w->setup->mesh->nnodes) +
         iso_ecg_study_bytes(&w->ecg, w->setup) + iso_devices_bytes(&w->devices, config->time.duration_ms);
}

iso_status iso_watchers_reserve(iso_watchers *w, const char *maps_path, iso_error *err) {
  iso_results results = {0};
  const iso_maps file = {.mesh = w->setup->mesh, .results = &results};
  iso_status status = report(w, &results, err);
  if (status == ISO_OK)
    status = iso_room_hold(&w->room, w->setup->mesh->comm, maps_path,
                           iso_maps_bytes(&file) + bytes_to_come(w), err);
  iso_results_free(&results);
  return status;
}

bool iso_watchers_are_full(const iso_watchers *w) { return w->series && iso_series_is_full(w->series); }

/* Notes, on rank 0, a file that is written. */
static iso_status note(const iso_setup *setup, iso_names *written, const char *path, iso_error *err) {
  int rank;
  MPI_Comm_rank(setup->mesh->comm, &rank);
  return iso_agree(setup->mesh->comm, rank == 0 ? iso_names_add(written, path, err) : ISO_OK, err);
}

static iso_status write_plain(const iso_setup *setup, const iso_result_paths *paths,
                              const iso_results *results, iso_names *written, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  if (paths->vtu) ISO_TRY(iso_plain_save_vtu(paths->vtu, mesh, results, err));
  ISO_TRY(note(setup, written, paths->vtu, err));
  if (paths->nodes_csv) ISO_TRY(iso_plain_save_nodes(paths->nodes_csv, mesh, results, err));
  ISO_TRY(note(setup, written, paths->nodes_csv, err));
  return paths->tables ? iso_plain_save_tables(paths->tables, mesh->comm, results, written, err) : ISO_OK;
}

iso_status iso_study_write(const iso_setup *setup, const iso_results *results, const iso_ecg_study *ecg,
                           const iso_outcomes *found, const iso_result_paths *paths, double time_ms,
                           const iso_provenance *provenance, iso_names *written, iso_error *err) {
  const iso_maps maps = {.title = setup->config->title,
                         .mesh = setup->mesh,
                         .time_ms = time_ms,
                         .compression = paths->hurry ? 0 : setup->config->outputs.compression,
                         .results = results,
                         .nattributes = provenance->count,
                         .attributes = provenance->attribute};
  ISO_TRY(iso_maps_write(paths->maps, &maps, err));
  ISO_TRY(note(setup, written, paths->maps, err));
  ISO_TRY(note(setup, written, paths->series, err));
  ISO_TRY(note(setup, written, paths->ecg, err));
  ISO_TRY(note(setup, written, paths->ecg_csv, err));
  ISO_TRY(write_plain(setup, paths, results, written, err));
  return iso_run_page_write(&paths->shown, setup, results, ecg, found, provenance, written, err);
}

iso_status iso_watchers_outcomes(iso_watchers *w, iso_outcomes *o, iso_error *err) {
  iso_summary s = {0};
  *o = iso_outcomes_none();
  o->value[ISO_OUTCOME_BURNED] = w->setup->burned_percent;
  iso_detectors_summarise(&w->detectors, &s);
  iso_outcomes_of_rhythm(o, &s.rhythm);
  iso_outcomes_of_waves(o, &s.waves);
  iso_outcomes_of_ecg(o, &w->ecg, w->setup->config->outputs.qlv_lead);
  iso_outcomes_of_devices(o, &w->devices);
  ISO_TRY(iso_outcomes_of_activation(o, w->activation, w->setup->mesh, err));
  return iso_outcomes_of_ventricles(o, w->setup, iso_activation_times(w->activation, 0), err);
}

static iso_status finish_series(iso_watchers *w, iso_error *err) {
  iso_series *series = w->series;
  w->series = NULL;
  return series ? iso_series_finish(series, err) : ISO_OK;
}

static iso_status write_maps(iso_watchers *w, const iso_result_paths *paths, double time_ms,
                             const iso_provenance *provenance, iso_names *written, iso_error *err) {
  iso_results results = {0};
  iso_status status = report(w, &results, err);
  iso_room_release(&w->room);
  if (status == ISO_OK && paths->ecg)
    status = iso_ecg_study_write(&w->ecg, w->setup, paths->ecg, paths->ecg_csv, provenance, err);
  iso_outcomes found;
  if (status == ISO_OK) status = iso_watchers_outcomes(w, &found, err);
  if (status == ISO_OK)
    status = iso_study_write(w->setup, &results, &w->ecg, &found, paths, time_ms, provenance, written, err);
  iso_results_free(&results);
  return status;
}

/* Where the snapshots cannot be completed, all else is there. */
iso_status iso_watchers_write(iso_watchers *w, const iso_result_paths *paths, double time_ms,
                              const iso_provenance *provenance, iso_names *written, iso_error *err) {
  iso_result_paths there = *paths;
  const iso_status of_series = finish_series(w, err);
  if (of_series != ISO_OK) there.series = NULL;
  ISO_TRY(write_maps(w, &there, time_ms, provenance, written, err));
  if (of_series != ISO_OK)
    iso_text_append(err->message, sizeof err->message, "; the other results are written");
  return of_series;
}

void iso_watchers_free(iso_watchers *w) {
  iso_room_release(&w->room);
  for (int k = 0; k < w->nactors; k++) iso_trigger_free(w->actor[k]);
  free(w->actor);
  iso_devices_free(&w->devices);
  iso_protocol_guests_free(&w->protocol);
  free(w->guest);
  iso_snapshots_free(w->snapshots);
  iso_series_discard(w->series);
  iso_ecg_study_free(&w->ecg);
  if (w->quiescence) iso_quiescence_free(w->quiescence);
  if (w->probes) iso_probes_free(w->probes);
  iso_slope_free(w->slope);
  iso_detectors_free(&w->detectors);
  if (w->activation) iso_activation_free(w->activation);
  free(w->quiet_mV);
  memset(w, 0, sizeof *w);
}

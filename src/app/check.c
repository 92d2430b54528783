/* What `isochrone check` prints: what a run would do and cost. */
#include "app/check.h"

#include "base/memory.h"
#include "base/print.h"
#include "base/share.h"
#include "base/text.h"
#include "config/config_sets.h"
#include "grid/ask/edges.h"
#include "result/summary.h"
#include "study/accuracy.h"
#include "study/protocol.h"
#include "study/watchers.h"
#include "study/wave_ecg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is left of each parameter that drugs act on, in a region. */
static void print_drugs(const iso_config *config, int r) {
  const iso_model *model = config->regions[r].model;
  for (int p = 0; p < model->nparameters; p++) {
    bool acts = false;
    for (int i = 0; i < config->ndrugs; i++) {
      double scale = iso_config_drug_scale(config, &config->drugs[i], r, p);
      if (scale == 1) continue;
      if (!acts)
        iso_print(stdout, "drugs        %s: %s x %.4g", config->regions[r].name, model->parameters[p].name,
                  iso_config_drugs_scale(config, r, p));
      iso_print(stdout, "%s %s", acts ? "," : " by", config->drugs[i].drug.name);
      acts = true;
    }
    if (acts) printf("\n");
  }
}

static void print_region(const iso_config_region *region, int64_t elements, int64_t nodes) {
  char a[32], b[32];
  iso_print(stdout,
            "region       %s: %s elements, %s nodes; %s, %s; %.6g along and %.6g S/m across the fibre\n",
            region->name, iso_text_count(elements, a, sizeof a), iso_text_count(nodes, b, sizeof b),
            region->model->name, region->model->variants[region->variant].name, region->longitudinal_S_per_m,
            region->transverse_S_per_m);
}

static iso_status print_regions(const iso_setup *setup, int rank, iso_error *err) {
  const int n = setup->tissue.nregions;
  int64_t *elements;
  ISO_TRY(iso_alloc_all(setup->mesh->comm, &elements, 2 * (size_t)n, sizeof *elements, "regions", err));
  iso_setup_sizes(setup, elements, elements + n);
  for (int r = 0; rank == 0 && r < n; r++) {
    print_region(&setup->config->regions[r], elements[r], elements[n + r]);
    print_drugs(setup->config, r);
  }
  free(elements);
  return ISO_OK;
}

/* A site that nobody uses is not looked at by a run, and may miss there without a word. */
static iso_status print_site(const iso_setup *setup, int k, bool used, int rank, iso_error *err) {
  const char *name = setup->config->sites[k].name;
  iso_selection hit;
  char text[32], path[256], miss[300];
  iso_error told = {0};
  ISO_TRY(iso_setup_site(setup, k, &hit, err));
  if (rank == 0)
    iso_print(stdout, "site         %s: %s nodes%s\n", name, iso_text_count(hit.total, text, sizeof text),
              used ? "" : "; nothing uses it");
  snprintf(path, sizeof path, "sites.%.200s", name);
  if (hit.total == 0)
    iso_config_fail(setup->config, &told, path, "%s%s", iso_selection_miss(&hit, miss, sizeof miss),
                    used ? "" : "; nothing uses it");
  else if (!used)
    iso_config_fail(setup->config, &told, path,
                    "nothing uses this site: no region, lesion, fast layer, stimulus, actor, device, "
                    "protocol, probe, fit or study");
  iso_selection_free(&hit);
  if (told.status != ISO_OK) iso_log_say(setup->log, ISO_LOG_WARNING, "%s", told.message);
  return ISO_OK;
}

static iso_status print_sites(const iso_setup *setup, int rank, iso_error *err) {
  bool *used;
  ISO_TRY(iso_alloc_all(setup->mesh->comm, &used, (size_t)setup->config->nsites, sizeof *used, "sites", err));
  iso_status status = ISO_OK;
  iso_config_used_sites(setup->config, used);
  for (int k = 0; status == ISO_OK && k < setup->config->nsites; k++)
    status = print_site(setup, k, used[k], rank, err);
  free(used);
  return status;
}

static void print_passive(const iso_config_mesh *mesh) {
  for (int k = 0; k < mesh->npassive; k++) {
    const iso_config_torso_region *part = &mesh->passive[k];
    printf("passive      tag%s", part->ntags == 1 ? "" : "s");
    for (int t = 0; t < part->ntags; t++) printf("%s%d", t ? ", " : " ", (int)part->tags[t]);
    printf(": %.6g S/m", part->longitudinal_S_per_m);
    if (part->transverse_S_per_m != part->longitudinal_S_per_m)
      printf(" along and %.6g across the fibre", part->transverse_S_per_m);
    printf(", not simulated\n");
  }
}

static void print_lesions(const iso_setup *setup) {
  char text[32];
  if (setup->config->nlesions == 0) return;
  printf("lesions      %s elements, %.3g%% of the tissue",
         iso_text_count(setup->burned.nelem, text, sizeof text), setup->burned_percent);
  if (!isnan(setup->burned_mL)) printf(", %.3g mL", setup->burned_mL);
  printf("\n");
  for (int k = 0; k < setup->config->nlesions; k++) {
    const iso_config_lesion *lesion = &setup->config->lesions[k];
    if (lesion->from_ms > 0)
      iso_print(stdout, "             and %s from %g ms on, not in these numbers\n", lesion->name,
                lesion->from_ms);
  }
}

static iso_status print_layers(const iso_setup *setup, int rank, iso_error *err) {
  for (int k = 0; k < setup->config->nlayers; k++) {
    const iso_config_fast_layer *layer = &setup->config->layers[k];
    iso_selection near;
    char text[32];
    ISO_TRY(iso_setup_layer_nodes(setup, k, &near, err));
    if (rank == 0)
      iso_print(stdout, "fast layer   %s: %g times as fast within %g mm of %s nodes\n", layer->name,
                layer->velocity_ratio, layer->depth_mm, iso_text_count(near.total, text, sizeof text));
    iso_selection_free(&near);
  }
  return ISO_OK;
}

/* Whether anything in the configuration may begin a wave. */
static bool has_sources(const iso_config *config) {
  return config->nstimuli > 0 || config->nactors > 0 || config->nimplants > 0 || config->has_protocol;
}

static iso_status print_stimuli(const iso_setup *setup, int rank, iso_error *err) {
  if (rank == 0 && !has_sources(setup->config))
    iso_print(stdout, "stimulus     none: nothing starts a wave but cells that beat by themselves\n");
  for (int k = 0; k < setup->config->nstimuli; k++) {
    const iso_config_stimulus *s = &setup->config->stimuli[k];
    const iso_pulses *p = &s->pulses;
    iso_selection hit;
    char text[32];
    ISO_TRY(iso_setup_stimulated(setup, k, &hit, err));
    if (rank == 0)
      iso_print(stdout, "stimulus     %s: %s%s nodes, %g uA/uF for %g ms from %g ms%s\n", s->name,
                hit.total == setup->mesh->nnodes ? "all " : "", iso_text_count(hit.total, text, sizeof text),
                p->amplitude, p->duration_ms, p->start_ms, p->period_ms > 0 ? ", repeated" : "");
    iso_selection_free(&hit);
  }
  return ISO_OK;
}

static iso_status print_actors(const iso_setup *setup, int rank, iso_error *err) {
  for (int k = 0; k < setup->config->nactors; k++) {
    const iso_config_actor *a = &setup->config->actors[k];
    iso_selection hit;
    iso_gid sensed;
    char text[32];
    ISO_TRY(iso_setup_actor(setup, k, &sensed, &hit, err));
    if (rank == 0)
      iso_print(stdout, "actor        %s: %s nodes, %g uA/uF for %g ms, %g ms after node %lld\n", a->name,
                iso_text_count(hit.total, text, sizeof text), a->pulses.amplitude, a->pulses.duration_ms,
                a->latency_ms, (long long)sensed);
    iso_selection_free(&hit);
  }
  return ISO_OK;
}

static void print_devices(const iso_config *config) {
  static const char *const mode[] = {"off", "VVI", "AAI", "DDD", "CRT"};
  for (int k = 0; k < config->nimplants; k++) {
    const iso_config_implant *m = &config->implants[k];
    iso_print(stdout, "implant      %s: %s, every %g ms", m->name, mode[m->mode], m->interval_ms);
    for (int l = 0; l < ISO_CONFIG_LEADS; l++)
      if (m->has_lead[l]) printf(", %s", iso_chamber_text((iso_chamber)l));
    printf("\n");
  }
}

static iso_status print_protocol(const iso_setup *setup, int rank, iso_error *err) {
  const iso_config_protocol *p = &setup->config->protocol;
  iso_gid sensed;
  if (!setup->config->has_protocol) return ISO_OK;
  ISO_TRY(iso_setup_protocol_sense(setup, &sensed, err));
  for (int e = 0; e <= p->nsites; e++) {
    char text[ISO_PROTOCOL_TEXT], nodes[32], where[48];
    iso_selection hit;
    ISO_TRY(iso_setup_electrode(setup, e, &hit, err));
    iso_text_count(hit.total, nodes, sizeof nodes);
    iso_selection_free(&hit);
    if (rank != 0) continue;
    if (sensed >= 0)
      snprintf(where, sizeof where, "at node %lld", (long long)sensed);
    else
      snprintf(where, sizeof where, "%g mm away", p->sense_distance_mm);
    if (e == 0)
      iso_print(stdout, "protocol     %s nodes, %g uA/uF for %g ms: %s, sensed %s\n", nodes, p->s1.amplitude,
                p->s1.duration_ms, iso_protocol_describe(p, text, sizeof text), where);
    else
      iso_print(stdout, "protocol     %s: %s nodes\n", p->sites[e - 1], nodes);
  }
  return ISO_OK;
}

static void print_probes(const iso_watchers *watchers) {
  const int n = watchers->probes ? iso_probes_count(watchers->probes) : 0;
  for (int k = 0; k < n; k++) {
    const iso_probe *p = iso_probes_probe(watchers->probes, k);
    if (p->nnodes == 1)
      iso_print(stdout, "probe        %s: node %lld\n", p->name, (long long)p->node[0]);
    else
      iso_print(stdout, "probe        %s: (%.6g, %.6g, %.6g) mm\n", p->name, p->at_mm[0], p->at_mm[1],
                p->at_mm[2]);
  }
}

static void print_ecg(const iso_setup *setup, const iso_watchers *watchers) {
  const iso_leads *leads = &watchers->ecg.leads;
  if (!watchers->ecg.ecg) return;
  iso_print(stdout,
            "ecg          every %g ms, %d lead%s of %d electrode%s:", setup->config->outputs.ecg.interval_ms,
            leads->n, leads->n == 1 ? "" : "s", watchers->ecg.electrodes.n,
            watchers->ecg.electrodes.n == 1 ? "" : "s");
  for (int k = 0; k < leads->n && k < 16; k++) iso_print(stdout, " %s", leads->lead[k].name);
  printf(leads->n > 16 ? " ...\n" : "\n");
}

/* Where nobody asked for a fixed pace. */
static void print_why_fixed(const iso_config *config) {
  iso_numerics scheme = config->numerics.scheme;
  if (iso_config_given(config, "numerics.pace") || config->numerics.accuracy == ISO_ACCURACY_REFERENCE)
    return;
  scheme.pace = ISO_PACE_ADAPTIVE;
  const char *why = iso_numerics_pace_refused(&scheme);
  if (why) printf("pace         fixed: %.*s\n", (int)strcspn(why, ";"), why);
}

static void print_accuracy(const iso_setup *setup, double edge_mm) {
  static const char *const names[] = {"draft: ", "standard: ", "reference: "};
  const iso_config *config = setup->config;
  const iso_config_numerics *n = &config->numerics;
  char text[ISO_EXPECTATION_TEXT];
  const iso_expectation expected =
      iso_expected_error(config, iso_setup_coarsest_fast_current(setup), edge_mm);
  printf("accuracy     %s%s precision, %s pace, steps of %g ms\n",
         n->accuracy == ISO_ACCURACY_NONE ? "" : names[n->accuracy],
         n->precision == ISO_PRECISION_SINGLE ? "single" : "double",
         n->scheme.pace == ISO_PACE_ADAPTIVE ? "adaptive" : "fixed", config->time.step_ms);
  print_why_fixed(config);
  printf("expected     %s\n", iso_expectation_text(&expected, text));
}

static void print_estimate(const iso_estimate *e) {
  char a[32], b[32], c[32], d[32];
  printf("memory       %.4g MB at the peak, over all ranks\n", 1e-6 * e->peak_bytes);
  printf("estimate     %s on this machine with these ranks: set-up %s, loop %s, ",
         iso_text_duration(iso_estimate_seconds(e), a, sizeof a), iso_text_duration(e->setup_s, b, sizeof b),
         iso_text_duration(e->loop_s, c, sizeof c));
  if (e->kept_s > 0) printf("snapshots and checkpoints %s, ", iso_text_duration(e->kept_s, d, sizeof d));
  printf("results %s\n", iso_text_duration(e->output_s, d, sizeof d));
}

/* A sample that is the run has what actors and devices do. */
static void print_left_out(const iso_config *config, const iso_estimate *e) {
  if (config->has_protocol)
    printf("             with %.6g trials and %.6g ms of them and their train, at most\n", e->trials.trials,
           e->trials.ms);
  if (!e->is_whole && config->nactors + config->nimplants > 0)
    printf("             not in it: waves of actors and devices\n");
}

static void print_costs(const iso_setup *setup, const iso_estimate *e) {
  char a[32];
  const iso_config_time *time = &setup->config->time;
  iso_simulation_info info = iso_simulation_describe(setup->simulation);
  const bool adaptive = setup->config->numerics.scheme.pace == ISO_PACE_ADAPTIVE;
  iso_print(stdout, "device       %s\n", setup->device->name);
  printf("time         %s steps of %g ms; ", iso_text_count(iso_setup_steps(time), a, sizeof a),
         time->step_ms);
  if (info.stages)
    printf("explicit diffusion, %d sparse product%s a step%s\n", info.stages, info.stages == 1 ? "" : "s",
           adaptive ? ", and up to 16 steps at a time where nothing happens" : "");
  else
    printf("implicit diffusion\n");
  print_estimate(e);
  printf(
      "             (%.3g million node-steps at %.3g million/s, from the first %.4g ms; to the end at %s%.4g "
      "ms)\n",
      1e-6 * e->node_steps, 1e-6 * e->node_steps_s, e->sampled_ms, e->ends_itself ? "about " : "", e->end_ms);
  print_left_out(setup->config, e);
}

/* What both methods have. */
static iso_status print_heart(const iso_setup *setup, int rank, iso_error *err) {
  char a[32], b[32];
  if (rank == 0)
    printf("mesh         %s nodes, %s elements\n", iso_text_count(setup->mesh->nnodes, a, sizeof a),
           iso_text_count(setup->mesh->nelems, b, sizeof b));
  ISO_TRY(print_regions(setup, rank, err));
  if (rank == 0) print_passive(&setup->config->mesh);
  if (rank == 0) print_lesions(setup);
  ISO_TRY(print_sites(setup, rank, err));
  ISO_TRY(print_layers(setup, rank, err));
  return print_stimuli(setup, rank, err);
}

static iso_status print_all(const iso_setup *setup, const iso_watchers *watchers, int rank, iso_error *err) {
  ISO_TRY(print_heart(setup, rank, err));
  ISO_TRY(print_actors(setup, rank, err));
  if (rank == 0) print_devices(setup->config);
  ISO_TRY(print_protocol(setup, rank, err));
  if (rank == 0) print_probes(watchers);
  if (rank == 0) print_ecg(setup, watchers);
  const double edge_mm = iso_mesh_edge_mm(setup->mesh);
  if (rank == 0) print_accuracy(setup, edge_mm);
  return ISO_OK;
}

/* The wave and its ECG: they are over soon, so that nothing has to be foreseen. */
static iso_status time_wave(iso_setup *setup, MPI_Comm comm, double setup_s, iso_estimate *out,
                            iso_error *err) {
  iso_wave wave = {0};
  iso_wave_ecg ecg = {0};
  const double began = iso_clock();
  iso_status status = iso_wave_new(&wave, setup, comm, err);
  if (status == ISO_OK && iso_ecg_asked(setup->config)) status = iso_wave_ecg_new(&ecg, &wave, err);
  if (status == ISO_OK)
    *out = (iso_estimate){.setup_s = setup_s,
                          .loop_s = iso_clock() - began,
                          .end_ms = wave.activated > 0 ? wave.last_ms : 0,
                          .beats = 1,
                          .is_whole = true};
  if (status == ISO_OK) status = iso_estimate_memory(setup, out, err);
  if (status == ISO_OK) status = iso_estimate_results(setup, out, err);
  iso_wave_ecg_free(&ecg);
  iso_wave_free(&wave);
  return status;
}

/* Everything of an eikonal wave but the wave, and what it starts from; the wave where its time is asked for.
 */
static iso_status check_wave(iso_setup *setup, MPI_Comm comm, bool quiet, iso_estimate *estimate,
                             iso_error *err) {
  const double began = iso_clock();
  const int rank = iso_rank(comm);
  iso_wave_warn(setup);
  ISO_TRY(iso_setup_heart(setup, comm, err));
  for (int k = 0; k < setup->config->nstimuli; k++) {
    iso_selection hit;
    ISO_TRY(iso_setup_stimulated(setup, k, &hit, err));
    iso_selection_free(&hit);
  }
  const double setup_s = iso_clock() - began;
  iso_log_now(setup->log, NULL);
  if (!quiet && rank == 0) printf("method       eikonal\n");
  if (!quiet) ISO_TRY(print_heart(setup, rank, err));
  if (!estimate) return iso_ecg_asked(setup->config) ? iso_wave_ecg_check(setup, err) : ISO_OK;
  ISO_TRY(time_wave(setup, comm, setup_s, estimate, err));
  iso_log_now(setup->log, NULL);
  if (!quiet && rank == 0) print_estimate(estimate);
  return ISO_OK;
}

/* Everything that a run makes before its first step, so that it refuses the same with the same words. */
static iso_status check(iso_setup *setup, iso_watchers *watchers, MPI_Comm comm, bool quiet,
                        iso_estimate *estimate, iso_error *err) {
  const double began = iso_clock();
  if (setup->config->method == ISO_METHOD_EIKONAL) return check_wave(setup, comm, quiet, estimate, err);
  ISO_TRY(iso_setup_all(setup, comm, err));
  ISO_TRY(iso_watchers_new(watchers, setup, &(iso_watchers_files){0}, err));
  const double setup_s = iso_clock() - began;
  iso_log_now(setup->log, NULL);
  if (!quiet) ISO_TRY(print_all(setup, watchers, iso_rank(comm), err));
  if (!estimate) return ISO_OK;
  iso_log_now(setup->log, "making first steps");
  ISO_TRY(iso_estimate_run(setup, watchers, setup_s, estimate, err));
  iso_log_now(setup->log, NULL);
  if (!quiet && iso_rank(comm) == 0) print_costs(setup, estimate);
  return ISO_OK;
}

iso_status iso_check(MPI_Comm comm, const iso_config *config, const iso_log *log, iso_estimate *estimate,
                     iso_error *err) {
  iso_timer timer;
  iso_watchers watchers = {0};
  iso_timer_start(&timer);
  iso_setup setup = {.config = config, .log = log, .timer = &timer, .no_pacing = true};
  const bool quiet = !log || log->level < ISO_LOG_INFO;
  iso_status status = check(&setup, &watchers, comm, quiet, estimate, err);
  iso_log_now(log, NULL); /* where it failed, too */
  iso_watchers_free(&watchers);
  iso_setup_free(&setup);
  return status;
}

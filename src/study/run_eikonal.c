/* One eikonal wave from a configuration. */
#include "study/run_eikonal.h"

#include "base/atomic.h"
#include "base/print.h"
#include "base/share.h"
#include "base/text.h"
#include "result/netcdf_file.h"
#include "result/summary.h"
#include "study/checkpoints.h"
#include "study/leftovers.h"
#include "study/provenance.h"
#include "study/result_names.h"
#include "study/targets.h"
#include "study/watchers.h"
#include "study/wave_ecg.h"

#include <math.h>
#include <stdlib.h>

typedef struct run {
  MPI_Comm comm;
  const iso_run_options *options;
  double began;
  iso_timer timer;
  iso_setup own, *setup; /* its own, or what it shares */
  iso_wave wave;
  iso_wave_ecg ecg;                          /* empty: not asked for */
  char *maps, *vtu, *csv, *ecg_nc, *ecg_csv; /* files; NULL: not asked for */
  iso_run_page_paths shown;
  iso_names written; /* on rank 0 */
  iso_leftovers leftovers;
} run;

/* None of them is a file that it reads. */
static iso_status check_outputs(run *r, iso_error *err) {
  const char *const path[] = {r->maps,    r->vtu,        r->csv,          r->ecg_nc,
                              r->ecg_csv, r->shown.page, r->shown.picture};
  return iso_targets_check(r->comm, r->setup->config, r->options->output, r->options->summary,
                           sizeof path / sizeof *path, path, err);
}

/* Names of the results, and whether they can be written. */
static iso_status name_outputs(run *r, iso_error *err) {
  const iso_config_outputs *o = &r->setup->config->outputs;
  ISO_TRY(iso_output_name(r->comm, &r->maps, r->options->output, ISO_END_MAPS, err));
  if (o->vtu) ISO_TRY(iso_output_name(r->comm, &r->vtu, r->options->output, ISO_END_VTU, err));
  if (o->csv) ISO_TRY(iso_output_name(r->comm, &r->csv, r->options->output, ISO_END_NODES, err));
  if (iso_ecg_asked(r->setup->config)) {
    ISO_TRY(iso_output_name(r->comm, &r->ecg_nc, r->options->output, ISO_END_ECG, err));
    ISO_TRY(iso_output_name(r->comm, &r->ecg_csv, r->options->output, ISO_END_ECG_CSV, err));
    ISO_TRY(iso_output_check(r->comm, r->ecg_nc, err));
    ISO_TRY(iso_output_check(r->comm, r->ecg_csv, err));
  }
  ISO_TRY(
      iso_run_page_name(&r->shown, r->comm, r->setup->config, r->options->output, r->options->picture, err));
  ISO_TRY(iso_ncfile_check(r->comm, r->maps, err));
  if (r->vtu) ISO_TRY(iso_output_check(r->comm, r->vtu, err));
  if (r->csv) ISO_TRY(iso_output_check(r->comm, r->csv, err));
  ISO_TRY(check_outputs(r, err));
  if (r->options->summary) ISO_TRY(iso_output_check(r->comm, r->options->summary, err));
  const iso_status status =
      iso_rank(r->comm) == 0 ? iso_leftovers_note(&r->leftovers, r->options->output, err) : ISO_OK;
  return iso_agree(r->comm, status, err);
}

static iso_status tell_outcomes(const run *r, iso_outcomes *o, iso_error *err) {
  const iso_wave *w = &r->wave;
  *o = iso_outcomes_none();
  o->value[ISO_OUTCOME_TOTAL_ACTIVATION] = w->last_ms - w->first_ms;
  o->value[ISO_OUTCOME_ACTIVATED] = 100 * (double)w->activated / (double)r->setup->mesh->nnodes;
  o->value[ISO_OUTCOME_BURNED] = r->setup->burned_percent;
  o->value[ISO_OUTCOME_SIMULATED] = w->activated > 0 ? w->last_ms : 0;
  o->value[ISO_OUTCOME_PROCESSOR] = w->processor_s;
  MPI_Allreduce(MPI_IN_PLACE, &o->value[ISO_OUTCOME_PROCESSOR], 1, MPI_DOUBLE, MPI_SUM, r->comm);
  iso_outcomes_of_ecg(o, &r->ecg.study, r->setup->config->outputs.qlv_lead);
  return iso_outcomes_of_ventricles(o, r->setup, w->activation_ms, err);
}

static iso_status write_results(run *r, iso_error *err) {
  const iso_phase before = iso_timer_enter(&r->timer, ISO_PHASE_OUTPUT);
  const iso_result_paths paths = {.maps = r->maps,
                                  .vtu = r->vtu,
                                  .nodes_csv = r->csv,
                                  .ecg = r->ecg_nc,
                                  .ecg_csv = r->ecg_csv,
                                  .shown = r->shown};
  const double end_ms = r->wave.activated > 0 ? r->wave.last_ms : 0;
  iso_results results = {0};
  iso_provenance provenance;
  iso_status status = iso_provenance_new(&provenance, r->setup, iso_clock() - r->began, err);
  if (status == ISO_OK) status = iso_wave_report(&r->wave, &results, err);
  if (status == ISO_OK && r->ecg_nc) status = iso_wave_ecg_report(&r->ecg, &results, err);
  if (status == ISO_OK && r->ecg_nc)
    status = iso_ecg_study_write(&r->ecg.study, r->setup, r->ecg_nc, r->ecg_csv, &provenance, err);
  iso_outcomes found;
  if (status == ISO_OK) status = tell_outcomes(r, &found, err);
  if (status == ISO_OK)
    status = iso_study_write(r->setup, &results, &r->ecg.study, &found, &paths, end_ms, &provenance,
                             &r->written, err);
  iso_results_free(&results);
  iso_provenance_free(&provenance);
  iso_timer_enter(&r->timer, before);
  return status;
}

static void print_speeds(const run *r) {
  const iso_config *config = r->setup->config;
  for (int k = 0; k < config->nregions; k++) {
    const iso_config_velocity *v = &config->regions[k].velocity;
    const bool asked = !isnan(v->longitudinal_m_per_s) || !isnan(v->isotropic_m_per_s);
    const iso_speeds *s = &r->wave.speeds[k];
    iso_print(stdout, "velocity     %s: %.4g m/s along, %.4g across the fibres", config->regions[k].name,
              s->along, s->across);
    if (s->normal != s->across) printf(", %.4g normal to the sheets", s->normal);
    printf("; %s\n", asked ? "asked for" : "of a plane wave with its conductivities");
  }
}

/* On rank 0. */
static iso_status tell(run *r, iso_summary *s, iso_error *err) {
  ISO_TRY(iso_names_add(&r->written, r->options->summary, err));
  s->nfiles = r->written.n, s->files = (const char *const *)r->written.name;
  iso_leftovers_warn(&r->leftovers, r->options->log);
  if (r->options->log && r->options->log->level >= ISO_LOG_INFO) {
    print_speeds(r);
    iso_summary_print(s, stdout);
  }
  return r->options->summary ? iso_summary_save(s, r->options->summary, err) : ISO_OK;
}

static iso_status report(run *r, iso_error *err) {
  const iso_wave *w = &r->wave;
  iso_summary s = {.title = r->setup->config->title,
                   .nodes = r->setup->mesh->nnodes,
                   .elements = r->setup->mesh->nelems,
                   .device = "cpu",
                   .method = "eikonal",
                   .rounds = w->work.rounds,
                   .updates = w->work.updates,
                   .threads = r->setup->device->threads,
                   .simulated_ms = w->activated > 0 ? w->last_ms : 0,
                   .ended = "every wave has run out",
                   .wall_s = iso_clock() - r->began,
                   .processor_s = w->processor_s,
                   .burned_percent = r->setup->burned_percent,
                   .burned_mL = r->setup->burned_mL,
                   .activated = w->activated,
                   .first_ms = w->first_ms,
                   .last_ms = w->last_ms,
                   .nmeasures = r->ecg.study.nmeasures,
                   .measures = r->ecg.study.measure,
                   .rank_peak_bytes = iso_peak_memory_of_rank(r->comm),
                   .peak_bytes = iso_peak_memory(r->comm)};
  MPI_Comm_size(r->comm, &s.ranks);
  MPI_Allreduce(MPI_IN_PLACE, &s.processor_s, 1, MPI_DOUBLE, MPI_SUM, r->comm);
  iso_timer_most(&r->timer, r->comm, s.seconds);
  s.loop_s = s.seconds[ISO_PHASE_DIFFUSION];
  return iso_agree(r->comm, iso_rank(r->comm) == 0 ? tell(r, &s, err) : ISO_OK, err);
}

/* The set-up begins, or moves on from the configuration before. */
static iso_status take_heart(run *r, const iso_config *config, iso_error *err) {
  r->setup = r->options->heart ? r->options->heart : &r->own;
  r->setup->log = r->options->log;
  r->setup->timer = &r->timer;
  r->setup->no_cache = r->options->no_cache;
  r->setup->no_pacing = true;
  if (r->setup->config) return iso_setup_move_heart(r->setup, config, r->comm, err);
  r->setup->config = config;
  return ISO_OK;
}

/* Up to files. */
static iso_status make(run *r, const iso_config *config, iso_error *err) {
  if (r->options->restart)
    return iso_fail(err, ISO_EINPUT,
                    "--restart: an eikonal wave is done in seconds and has no checkpoints; "
                    "run it from its start");
  ISO_TRY(take_heart(r, config, err));
  ISO_TRY(name_outputs(r, err));
  iso_wave_warn(r->setup);
  ISO_TRY(iso_wave_new(&r->wave, r->setup, r->comm, err));
  if (r->ecg_nc) iso_log_now(r->options->log, "computing the ECG");
  if (r->ecg_nc) ISO_TRY(iso_wave_ecg_new(&r->ecg, &r->wave, err));
  if (!r->ecg_nc && config->has_apd_field)
    iso_log_say(r->options->log, ISO_LOG_WARNING,
                "apd_field changes nothing: an eikonal wave has action potentials with outputs.ecg alone");
  iso_log_now(r->options->log, "writing results");
  return write_results(r, err);
}

static iso_status run_all(run *r, const iso_config *config, iso_error *err) {
  const iso_status status = make(r, config, err);
  iso_log_now(r->options->log, NULL);
  ISO_TRY(status);
  ISO_TRY(report(r, err));
  return r->options->outcomes ? tell_outcomes(r, r->options->outcomes, err) : ISO_OK;
}

iso_status iso_run_eikonal(MPI_Comm comm, const iso_config *config, const iso_run_options *options,
                           iso_error *err) {
  run r = {.comm = comm, .options = options, .began = iso_clock()};
  iso_timer_start(&r.timer);
  const iso_status status = run_all(&r, config, err);
  iso_wave_ecg_free(&r.ecg);
  iso_wave_free(&r.wave);
  iso_leftovers_free(&r.leftovers);
  iso_setup_free(&r.own);
  iso_names_free(&r.written);
  iso_run_page_paths_free(&r.shown);
  free(r.maps);
  free(r.vtu);
  free(r.csv);
  free(r.ecg_nc);
  free(r.ecg_csv);
  return status;
}

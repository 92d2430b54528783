#include "study/run.h"

#include "base/atomic.h"
#include "base/share.h"
#include "base/signals.h"
#include "base/text.h"
#include "result/netcdf_file.h"
#include "study/provenance.h"
#include "study/result_names.h"
#include "study/run_eikonal.h"
#include "study/run_loop.h"
#include "study/setup.h"
#include "study/targets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef iso_running run;

/* No snapshot is taken: the file is no result of this run. */
static void forget_series(run *r) {
  free(r->series_path);
  r->series_path = NULL;
}

/* None of them is a file that it reads. */
static iso_status check_outputs(run *r, iso_error *err) {
  const char *const path[] = {r->maps_path, r->series_path,  r->vtu_path,   r->csv_path,
                              r->ecg_path,  r->ecg_csv_path, r->shown.page, r->shown.picture};
  return iso_targets_check(r->comm, r->config, r->options->output, r->options->summary,
                           sizeof path / sizeof *path, path, err);
}

/* Names of the results, and whether they can be written: before hours of work rather than after. */
static iso_status name_outputs(run *r, iso_error *err) {
  ISO_TRY(iso_output_name(r->comm, &r->maps_path, r->options->output, ISO_END_MAPS, err));
  ISO_TRY(iso_output_name(r->comm, &r->series_path, r->options->output, ISO_END_SERIES, err));
  if (!(r->config->outputs.snapshot_interval_ms > 0)) forget_series(r);
  if (r->config->outputs.vtu)
    ISO_TRY(iso_output_name(r->comm, &r->vtu_path, r->options->output, ISO_END_VTU, err));
  if (r->config->outputs.csv)
    ISO_TRY(iso_output_name(r->comm, &r->csv_path, r->options->output, ISO_END_NODES, err));
  if (iso_ecg_asked(r->config)) {
    ISO_TRY(iso_output_name(r->comm, &r->ecg_path, r->options->output, ISO_END_ECG, err));
    ISO_TRY(iso_output_name(r->comm, &r->ecg_csv_path, r->options->output, ISO_END_ECG_CSV, err));
    ISO_TRY(iso_output_check(r->comm, r->ecg_path, err));
    ISO_TRY(iso_output_check(r->comm, r->ecg_csv_path, err));
  }
  ISO_TRY(iso_run_page_name(&r->shown, r->comm, r->config, r->options->output, r->options->picture, err));
  ISO_TRY(iso_ncfile_check(r->comm, r->maps_path, err));
  if (r->vtu_path) ISO_TRY(iso_output_check(r->comm, r->vtu_path, err));
  if (r->csv_path) ISO_TRY(iso_output_check(r->comm, r->csv_path, err));
  if (r->series_path) ISO_TRY(iso_ncfile_check(r->comm, r->series_path, err));
  ISO_TRY(check_outputs(r, err));
  if (r->options->summary) ISO_TRY(iso_output_check(r->comm, r->options->summary, err));
  return iso_agree(
      r->comm, iso_rank(r->comm) == 0 ? iso_leftovers_note(&r->leftovers, r->options->output, err) : ISO_OK,
      err);
}

/* ---- afterwards ---- */

/* why: what stopped the run before its end, or NULL. */
static iso_status describe(const run *r, const char *why, iso_provenance *out, char text[80],
                           iso_error *err) {
  ISO_TRY(iso_provenance_new(out, r->setup, iso_clock() - r->began, err));
  if (r->signal) why = iso_signals_name(r->signal);
  if (!why) return ISO_OK;
  snprintf(text, 80, "by %s at %.6g ms", why, r->time_ms);
  return iso_agree(r->comm, iso_provenance_add(out, ISO_STOPPED_ATTRIBUTE, text, err), err);
}

static iso_status write_results(run *r, const char *why, iso_error *err) {
  iso_phase before = iso_timer_enter(&r->timer, ISO_PHASE_OUTPUT);
  iso_provenance provenance;
  char stopped[80];
  iso_status status = describe(r, why, &provenance, stopped, err);
  if (r->watchers.series && iso_series_count(r->watchers.series) == 0) forget_series(r);
  const iso_result_paths paths = {.maps = r->maps_path,
                                  .hurry = r->signal != 0,
                                  .series = r->series_path,
                                  .vtu = r->vtu_path,
                                  .nodes_csv = r->csv_path,
                                  .tables = r->csv_path ? r->options->output : NULL,
                                  .ecg = r->ecg_path,
                                  .ecg_csv = r->ecg_csv_path,
                                  .shown = r->shown};
  if (status == ISO_OK)
    status = iso_watchers_write(&r->watchers, &paths, r->time_ms, &provenance, &r->written, err);
  iso_provenance_free(&provenance);
  iso_timer_enter(&r->timer, before);
  return status;
}

/* Writing the mesh takes memory that the state and the matrices no longer need; the next run may need these.
 */
static void free_simulation(run *r) {
  r->steps = iso_simulation_steps(r->setup->simulation);
  r->time_ms = iso_simulation_time(r->setup->simulation);
  r->is_explicit = iso_simulation_describe(r->setup->simulation).stages > 0;
  iso_simulation_shares(r->setup->simulation, r->share);
  iso_run_count_sent(r);
  if (!r->stepped) iso_setup_drop_cells(r->setup, !r->options->heart);
}

/* A disk that snapshots filled ends the run, but the room of the maps is held: the results up to then are
 * kept. */
static iso_status keep_results(run *r, iso_status failure, iso_error *err) {
  iso_error also = {0};
  r->stepped = false;
  free_simulation(r);
  if (write_results(r, "a full disk", &also) == ISO_OK)
    iso_text_append(err->message, sizeof err->message, "; the results up to %.6g ms are written", r->time_ms);
  else
    iso_text_append(err->message, sizeof err->message, "; and %s", also.message);
  return failure;
}

/* Checkpoints of another run, which could still go on, are not mixed with those of this one, nor replaced.
 * Those of the run that goes on are its own. */
static iso_status spare_older_run(run *r, iso_error *err) {
  char *before = NULL;
  if (!r->checkpoints.path) return ISO_OK;
  if (r->options->restart)
    ISO_TRY(iso_agree(r->comm, iso_restart_spool(r->options->restart, &before, err), err));
  const bool same = before && !strcmp(before, r->checkpoints.spool);
  free(before);
  return same ? ISO_OK : iso_restart_spare(r->setup, r->checkpoints.path, err);
}

static iso_status make_watchers(run *r, iso_error *err) {
  char *before = NULL;
  if (r->options->restart)
    ISO_TRY(iso_agree(r->comm, iso_restart_spool(r->options->restart, &before, err), err));
  const iso_watchers_files files = {
      .series = r->series_path, .spool = r->checkpoints.spool, .restart = before};
  iso_status status = iso_watchers_new(&r->watchers, r->setup, &files, err);
  free(before);
  return status;
}

/* The set-up begins, or moves on from the configuration before. */
static iso_status take_heart(run *r, iso_error *err) {
  r->setup = r->options->heart ? r->options->heart : &r->own;
  r->setup->log = r->options->log;
  r->setup->timer = &r->timer;
  r->setup->no_cache = r->options->no_cache;
  r->setup->no_pacing = r->options->restart && !r->options->heart; /* whose next run may begin there */
  r->setup->progress = r->options->progress;
  if (r->setup->config) return iso_setup_move(r->setup, r->config, r->comm, err);
  r->setup->config = r->config;
  return ISO_OK;
}

static iso_status tell_outcomes(run *r, iso_error *err) {
  iso_outcomes *o = r->options->outcomes;
  if (!o) return ISO_OK;
  ISO_TRY(iso_watchers_outcomes(&r->watchers, o, err));
  iso_outcomes_of_protocol(o, &r->protocol);
  o->value[ISO_OUTCOME_SIMULATED] = r->time_ms;
  o->value[ISO_OUTCOME_PROCESSOR] = r->processor_s;
  MPI_Allreduce(MPI_IN_PLACE, &o->value[ISO_OUTCOME_PROCESSOR], 1, MPI_DOUBLE, MPI_SUM, r->comm);
  return ISO_OK;
}

/* ---- in parts ---- */

void iso_running_init(run *out, MPI_Comm comm, const iso_config *config, const iso_run_options *options,
                      bool stepped) {
  *out = (run){.comm = comm, .config = config, .options = options, .began = iso_clock(), .stepped = stepped};
  iso_timer_start(&out->timer);
}

static iso_status prepare(run *r, iso_error *err) {
  const bool listens = !r->options->heart && !r->stepped;
  if (listens) iso_signals_prepare();
  ISO_TRY(take_heart(r, err));
  ISO_TRY(name_outputs(r, err));
  ISO_TRY(iso_checkpoints_new(&r->checkpoints, r->comm, r->setup, r->options->output,
                              r->options->state_ms > 0, err));
  if (r->options->restart)
    ISO_TRY(iso_restart_open(&r->restart, r->comm, r->options->restart, r->setup, err));
  if (!r->setup->simulation) ISO_TRY(iso_setup_all(r->setup, r->comm, err));
  ISO_TRY(spare_older_run(r, err));
  if (listens) iso_signals_watch(); /* from here on there are files that nobody else removes */
  iso_log_now(r->options->log, "preparing what is watched");
  ISO_TRY(make_watchers(r, err));
  ISO_TRY(iso_watchers_reserve(&r->watchers, r->maps_path, err));
  r->loop_began = iso_clock();
  r->processor_began = iso_processor_clock();
  return ISO_OK;
}

iso_status iso_running_prepare(run *r, iso_error *err) {
  const iso_status status = prepare(r, err);
  iso_log_now(r->options->log, NULL);
  return status;
}

/* Between what a loop came to and what is left of it. */
static iso_status judge_loop(run *r, iso_status status, iso_error *err) {
  if (status != ISO_OK && r->began_loop && iso_watchers_are_full(&r->watchers))
    return keep_results(r, status, err);
  return status;
}

iso_status iso_running_step(run *r, iso_error *err) {
  const int64_t steps = iso_setup_steps(&r->setup->config->time),
                done = iso_simulation_steps(r->setup->simulation);
  if (r->ended) return ISO_OK;
  if (done < steps) ISO_TRY(judge_loop(r, iso_run_step(r, done + 1, steps, err), err));
  if (done + 1 >= steps && !r->ended) r->ended = "duration reached";
  return ISO_OK;
}

iso_status iso_running_write(run *r, iso_error *err) {
  const char *why = r->ended ? NULL : "its caller"; /* a program that steps it */
  if (!r->ended) r->ended = "its results were asked for";
  r->loop_s = iso_clock() - r->loop_began;
  r->processor_s = iso_processor_clock() - r->processor_began;
  free_simulation(r);
  iso_log_now(r->options->log, "writing results");
  const iso_status status = write_results(r, why, err);
  iso_log_now(r->options->log, NULL);
  ISO_TRY(status);
  ISO_TRY(iso_running_report(r, err));
  return tell_outcomes(r, err);
}

void iso_running_free(run *r) {
  iso_checkpoint_close(r->restart);
  iso_checkpoints_free(&r->checkpoints);
  iso_leftovers_free(&r->leftovers);
  iso_watchers_free(&r->watchers);
  iso_setup_free(&r->own);
  iso_names_free(&r->written);
  iso_run_page_paths_free(&r->shown);
  free(r->maps_path);
  free(r->series_path);
  free(r->vtu_path);
  free(r->csv_path);
  free(r->ecg_path);
  free(r->ecg_csv_path);
}

/* ---- at once ---- */

/* The state at the end of the loop instead of results. */
static iso_status keep_state(run *r, iso_error *err) {
  const double time_ms = iso_simulation_time(r->setup->simulation);
  if (r->signal)
    return iso_fail(err, ISO_ESTOPPED, "stopped by %s at %.6g ms", iso_signals_name(r->signal), time_ms);
  if (iso_simulation_steps(r->setup->simulation) < iso_run_last_step(r) ||
      (r->config->has_protocol && !r->kept) || iso_simulation_end(r->setup->simulation))
    return iso_fail(err, ISO_EINPUT, "the run ends at %.6g ms, before the state at %.6g ms is reached: %s",
                    time_ms, r->options->state_ms, r->ended);
  if (!r->kept) ISO_TRY(iso_checkpoints_write(&r->checkpoints, iso_clock() - r->loop_began, NULL, err));
  free_simulation(r);
  return ISO_OK;
}

static iso_status run_all(run *r, iso_error *err) {
  ISO_TRY(iso_running_prepare(r, err));
  if (r->options->state_ms > 0) {
    ISO_TRY(iso_run_loop(r, err));
    return keep_state(r, err);
  }
  ISO_TRY(judge_loop(r, iso_run_loop(r, err), err));
  ISO_TRY(iso_running_write(r, err));
  if (!r->signal) return ISO_OK;
  return iso_fail(err, ISO_ESTOPPED, "stopped by %s at %.6g ms; the results up to then are written%s%s",
                  iso_signals_name(r->signal), r->time_ms, r->kept ? "; to go on: --restart " : "",
                  r->kept ? r->checkpoints.path : "");
}

iso_status iso_run(MPI_Comm comm, const iso_config *config, const iso_run_options *options, iso_error *err) {
  if (config->method == ISO_METHOD_EIKONAL) return iso_run_eikonal(comm, config, options, err);
  run r;
  iso_running_init(&r, comm, config, options, false);
  const iso_status status = run_all(&r, err);
  if (options->steps) *options->steps = (iso_run_steps){r.began_step, iso_run_steps_made(&r)};
  iso_running_free(&r);
  return status;
}

#include "study/run.h"

#include "base/atomic.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/progress.h"
#include "base/share.h"
#include "base/signals.h"
#include "base/text.h"
#include "grid/ask/edges.h"
#include "result/netcdf_file.h"
#include "result/summary.h"
#include "study/accuracy.h"
#include "study/checkpoints.h"
#include "study/leftovers.h"
#include "study/protocol.h"
#include "study/provenance.h"
#include "study/restart.h"
#include "study/result_names.h"
#include "study/run_eikonal.h"
#include "study/setup.h"
#include "study/watchers.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct run {
  MPI_Comm comm;
  const iso_config *config;
  const iso_run_options *options;
  iso_timer timer;
  iso_setup own, *setup; /* its own, or what it shares */
  iso_watchers watchers;
  iso_checkpoints checkpoints;
  bool began_loop;               /* all observers know the state that it began with */
  bool kept;                     /* the state at the end, in a checkpoint */
  iso_checkpoint *restart;       /* what the run goes on from, or NULL */
  char *maps_path, *series_path; /* series_path NULL: no snapshots */
  char *vtu_path, *csv_path;     /* of maps for other tools; NULL: not asked for */
  char *ecg_path, *ecg_csv_path; /* NULL: no ECG */
  iso_run_page_paths shown;
  iso_names written;                   /* files, on rank 0 */
  iso_leftovers leftovers;             /* on rank 0: results of that name that were there before */
  double began, loop_began, loop_s;    /* with what the parts before a restart took */
  double processor_began, processor_s; /* of this rank, in the loop */
  iso_protocol_result protocol;
  iso_rhythm rhythm;
  const char *ended;
  int signal; /* that stopped it, or 0 */
  struct {
    int64_t step, next; /* when the ranks last asked, and when they ask again */
    double clock;
  } asked;
  /* Of the simulation, which is freed before the results are written. */
  int64_t steps;
  double time_ms;
  bool is_explicit;
  double share[ISO_LEVELS]; /* of nodes' time at each level of an adaptive pace */
} run;

/* No snapshot is taken: the file is no result of this run. */
static void forget_series(run *r) {
  free(r->series_path);
  r->series_path = NULL;
}

/* Names of the results, and whether they can be written: before hours of work rather than after. */
static iso_status name_outputs(run *r, iso_error *err) {
  ISO_TRY(iso_output_name(&r->maps_path, r->options->output, ISO_END_MAPS, err));
  ISO_TRY(iso_output_name(&r->series_path, r->options->output, ISO_END_SERIES, err));
  if (!(r->config->outputs.snapshot_interval_ms > 0)) forget_series(r);
  if (r->config->outputs.vtu) ISO_TRY(iso_output_name(&r->vtu_path, r->options->output, ISO_END_VTU, err));
  if (r->config->outputs.csv) ISO_TRY(iso_output_name(&r->csv_path, r->options->output, ISO_END_NODES, err));
  if (iso_ecg_asked(r->config)) {
    ISO_TRY(iso_output_name(&r->ecg_path, r->options->output, ISO_END_ECG, err));
    ISO_TRY(iso_output_name(&r->ecg_csv_path, r->options->output, ISO_END_ECG_CSV, err));
    ISO_TRY(iso_output_check(r->comm, r->ecg_path, err));
    ISO_TRY(iso_output_check(r->comm, r->ecg_csv_path, err));
  }
  ISO_TRY(iso_run_page_name(&r->shown, r->comm, r->config, r->options->output, r->options->picture, err));
  ISO_TRY(iso_ncfile_check(r->comm, r->maps_path, err));
  if (r->vtu_path) ISO_TRY(iso_output_check(r->comm, r->vtu_path, err));
  if (r->csv_path) ISO_TRY(iso_output_check(r->comm, r->csv_path, err));
  if (r->series_path) ISO_TRY(iso_ncfile_check(r->comm, r->series_path, err));
  if (r->options->summary) ISO_TRY(iso_output_check(r->comm, r->options->summary, err));
  return iso_agree(
      r->comm, iso_rank(r->comm) == 0 ? iso_leftovers_note(&r->leftovers, r->options->output, err) : ISO_OK,
      err);
}

/* ---- the time loop ---- */

/* What somebody, or the clock, asks for now. Collective: the ranks ask each other about ten times a second,
 * however long their steps take: mpirun leaves a second between Ctrl-C and the end of everything. */
static iso_ask what_is_asked(run *r, int64_t step) {
  if (step < r->asked.next) return ISO_ASK_NOTHING;
  const double clock = iso_clock(), since = fmax(clock - r->asked.clock, 1e-9);
  const int64_t steps = step - r->asked.step;
  const double wait = fmin(0.1 / since, 2) * (double)steps; /* steps differ: the first of all are short */
  const iso_ask late = iso_checkpoints_late(&r->checkpoints) ? ISO_ASK_CHECKPOINT : ISO_ASK_NOTHING;
  const int stop = iso_signals_stop(); /* first: a signal in between is heard the next time */
  const iso_ask mine = iso_signals_take();
  int64_t say[3] = {mine > late ? mine : late, stop, -llround(fmax(wait, 1))};
  MPI_Allreduce(MPI_IN_PLACE, say, 3, MPI_INT64_T, MPI_MAX, r->comm); /* the fewest steps */
  r->asked.step = step, r->asked.next = step - say[2], r->asked.clock = clock;
  r->signal = say[0] == ISO_ASK_STOP ? (int)say[1] : 0;
  return (iso_ask)say[0];
}

/* A checkpoint that cannot be written ends no run: the one before it is still there. */
static void write_checkpoint(run *r) {
  iso_error why = {0};
  if (!r->checkpoints.path) {
    if (!r->signal)
      iso_log_say(r->options->log, ISO_LOG_WARNING,
                  "SIGUSR1 asks for a checkpoint, and the configuration for none: set "
                  "checkpoint.every_minutes or checkpoint.interval_ms");
    return;
  }
  r->kept = iso_checkpoints_write(&r->checkpoints, iso_clock() - r->loop_began, &why) == ISO_OK;
  if (!r->kept)
    iso_log_say(r->options->log, ISO_LOG_WARNING, "no checkpoint at %.6g ms: %s",
                iso_simulation_time(r->setup->simulation), why.message);
}

/* The initial state, or that of the checkpoint. */
static iso_status begin(run *r, iso_error *err) {
  double loop_s = 0, wall_s = 0;
  if (!r->restart) return iso_simulation_start(r->setup->simulation, err);
  ISO_TRY(iso_restart_state(r->restart, r->options->restart, r->setup, &loop_s, &wall_s, err));
  iso_checkpoint_close(r->restart);
  r->restart = NULL;
  r->loop_began -= loop_s;
  r->began -= wall_s;
  r->checkpoints.began = r->began;
  iso_log_say(r->options->log, ISO_LOG_INFO, "going on from %.6g ms, by %s",
              iso_simulation_time(r->setup->simulation), r->options->restart);
  return ISO_OK;
}

/* At the first signal, while there is time to read it. mpirun's own answer to Ctrl-C cannot be changed from
 * here: it hands its options to its ranks, and takes none from them. */
static void say_stopping(const run *r) {
  const bool is_killed = (r->signal == SIGINT || r->signal == SIGTERM) && getenv("OMPI_COMM_WORLD_SIZE") &&
                         !getenv("OMPI_MCA_odls_base_sigkill_timeout");
  iso_log_say(
      r->options->log, is_killed ? ISO_LOG_WARNING : ISO_LOG_INFO, "%s: writing the results up to %.6g ms%s",
      iso_signals_name(r->signal), iso_simulation_time(r->setup->simulation),
      is_killed ? "; mpirun kills its ranks one second after Ctrl-C: where that is too short, start it "
                  "with --mca odls_base_sigkill_timeout 60, or send it SIGUSR2 instead"
                : "");
}

/* Where a step fails and Vm is no potential, that is why: a snapshot of it cannot be written, say. */
static iso_status tell_cause(run *r, iso_status status, iso_error *err) {
  iso_error cause = {0};
  if (iso_simulation_check(r->setup->simulation, &cause) != ISO_OK) *err = cause;
  return status;
}

static void stop_here(run *r) {
  r->ended = "interrupted by a signal; the results are those up to then";
  say_stopping(r);
}

/* About once a millisecond the field is looked at. */
static int64_t steps_of_a_look(const run *r) {
  const int64_t every = llround(1 / r->setup->config->time.step_ms);
  return every < 1 ? 1 : every;
}

/* One step and whatever it is time for; r->ended says that it was the last. */
static iso_status step(run *r, int64_t k, int64_t steps, int64_t every, iso_error *err) {
  iso_simulation *simulation = r->setup->simulation;
  const iso_status status = iso_simulation_step(simulation, err);
  if (status != ISO_OK) return tell_cause(r, status, err);
  const iso_ask ask = what_is_asked(r, k);
  const bool due = k % every == 0, keep = ask != ISO_ASK_NOTHING || iso_checkpoints_due(&r->checkpoints, k);
  if (due || keep || k == steps) ISO_TRY(iso_simulation_check(simulation, err));
  r->ended = iso_simulation_end(simulation);
  if (ask == ISO_ASK_STOP) stop_here(r);
  if (keep && (!r->ended || ask == ISO_ASK_STOP)) write_checkpoint(r);
  return ISO_OK;
}

/* Of a protocol, whose steps go back in time. */
static iso_status protocol_step(void *self, int64_t k, bool *stop, iso_error *err) {
  run *r = self;
  const int64_t every = steps_of_a_look(r);
  const iso_status status = iso_simulation_step(r->setup->simulation, err);
  if (status != ISO_OK) return tell_cause(r, status, err);
  if (k % every == 0) ISO_TRY(iso_simulation_check(r->setup->simulation, err));
  *stop = what_is_asked(r, k) == ISO_ASK_STOP;
  if (*stop) stop_here(r);
  return ISO_OK;
}

static iso_status run_protocol(run *r, iso_error *err) {
  r->protocol = iso_protocol_none();
  if (!r->config->has_protocol) return ISO_OK;
  return iso_protocol_run(&r->protocol, r->setup, &r->watchers.protocol,
                          (iso_protocol_stepper){r, protocol_step}, err);
}

static iso_status loop(run *r, iso_error *err) {
  const iso_config_time *time = &r->setup->config->time;
  const int64_t steps = iso_setup_steps(time), every = steps_of_a_look(r);
  ISO_TRY(begin(r, err));
  r->asked.clock = iso_clock();
  ISO_TRY(run_protocol(r, err));
  /* The checkpoint may be of the step that ended the run. */
  if (!r->ended) r->ended = iso_simulation_end(r->setup->simulation);
  r->began_loop = true;
  iso_progress progress = iso_progress_begin(r->comm, stderr, r->options->progress, 0, time->duration_ms);
  iso_status status = ISO_OK;
  r->asked.clock = iso_clock();
  r->asked.step = r->asked.next = iso_simulation_steps(r->setup->simulation);
  for (int64_t k = r->asked.step + 1; status == ISO_OK && k <= steps && !r->ended; k++) {
    status = step(r, k, steps, every, err);
    iso_progress_show(&progress, iso_simulation_time(r->setup->simulation));
  }
  iso_progress_end(&progress);
  if (!r->ended) r->ended = "duration reached";
  return status;
}

/* ---- afterwards ---- */

static iso_summary summarise(run *r) {
  const iso_config *config = r->setup->config;
  static const char *const splitting[] = {"staggered", "Godunov", "Strang"};
  static const char *const fast[] = {"nodal", "smoothed", "interpolated"};
  const iso_numerics *n = &config->numerics.scheme;
  iso_activation_summary activation = iso_activation_summarise(r->watchers.activation);
  iso_summary s = {.title = config->title,
                   .nodes = r->setup->mesh->nnodes,
                   .elements = r->setup->mesh->nelems,
                   .device = r->setup->device->name,
                   .precision = config->numerics.precision == ISO_PRECISION_DOUBLE ? "double" : "single",
                   .splitting = splitting[n->splitting],
                   .diffusion = r->is_explicit ? "explicit" : "implicit",
                   .fast_current = fast[n->fast_current],
                   .threads = r->setup->device->threads,
                   .steps = r->steps,
                   .step_ms = config->time.step_ms,
                   .simulated_ms = r->time_ms,
                   .ended = r->ended,
                   .wall_s = iso_clock() - r->began,
                   .loop_s = r->loop_s,
                   .processor_s = r->processor_s,
                   .pace = n->pace == ISO_PACE_ADAPTIVE ? "adaptive" : "fixed",
                   .nlevels = ISO_LEVELS,
                   .share = r->share,
                   .burned_percent = r->setup->burned_percent,
                   .burned_mL = r->setup->burned_mL,
                   .trials = r->protocol.trials,
                   .protocol_steps = r->protocol.steps,
                   .restitution_slope = r->protocol.restitution_slope,
                   .premature_pulses = r->protocol.pulses,
                   .inducing_sites =
                       r->protocol.induced == ISO_NOT_LOOKED_FOR ? -1 : r->protocol.inducing_sites,
                   .blocked_ms = r->protocol.blocked_ms,
                   .captured_ms = r->protocol.captured_ms,
                   .activated = activation.nactivated,
                   .first_ms = activation.first_ms,
                   .last_ms = activation.last_ms,
                   .nmeasures = r->watchers.ecg.nmeasures,
                   .measures = r->watchers.ecg.measure,
                   .peak_bytes = iso_peak_memory(r->comm)};
  s.nleads = iso_devices_summarise(&r->watchers.devices, &s.leads);
  memcpy(s.erp_ms, r->protocol.erp_ms, sizeof s.erp_ms);
  iso_detectors_summarise(&r->watchers.detectors, &s);
  r->rhythm = s.rhythm;
  MPI_Comm_size(r->comm, &s.ranks);
  MPI_Allreduce(MPI_IN_PLACE, &s.processor_s, 1, MPI_DOUBLE, MPI_SUM, r->comm);
  iso_timer_most(&r->timer, r->comm, s.seconds);
  return s;
}

/* On rank 0 alone. */
static iso_status tell(run *r, iso_summary *s, iso_error *err) {
  ISO_TRY(iso_checkpoints_list(&r->checkpoints, &r->written, err));
  ISO_TRY(iso_names_add(&r->written, r->options->summary, err));
  s->nfiles = r->written.n, s->files = (const char *const *)r->written.name;
  iso_leftovers_warn(&r->leftovers, r->options->log);
  iso_devices_warn(&r->watchers.devices, r->options->log);
  if (r->options->log && r->options->log->level >= ISO_LOG_INFO) iso_summary_print(s, stdout);
  return r->options->summary ? iso_summary_save(s, r->options->summary, err) : ISO_OK;
}

static iso_status report(run *r, iso_error *err) {
  char text[ISO_EXPECTATION_TEXT], protocol[ISO_PROTOCOL_TEXT];
  iso_summary s = summarise(r);
  if (r->protocol.trials > 0)
    s.protocol = iso_protocol_tell(&r->protocol, &r->config->protocol, protocol, sizeof protocol);
  const iso_expectation expected = iso_expected_error(r->setup->config, iso_mesh_edge_mm(r->setup->mesh));
  s.expected = iso_expectation_text(&expected, text);
  s.expected_of_mesh = expected.mesh, s.expected_of_step = expected.step;
  return iso_agree(r->comm, iso_rank(r->comm) == 0 ? tell(r, &s, err) : ISO_OK, err);
}

static iso_status write_results(run *r, iso_error *err) {
  iso_phase before = iso_timer_enter(&r->timer, ISO_PHASE_OUTPUT);
  iso_provenance provenance;
  iso_status status = iso_provenance_new(&provenance, r->setup, iso_clock() - r->began, err);
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
  iso_setup_drop_cells(r->setup, !r->options->heart);
}

/* A disk that snapshots filled ends the run, but the room of the maps is held: the results up to then are
 * kept. */
static iso_status keep_results(run *r, iso_status failure, iso_error *err) {
  iso_error also = {0};
  free_simulation(r);
  if (write_results(r, &also) == ISO_OK)
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
  r->setup->no_pacing = r->options->restart;
  r->setup->progress = r->options->progress;
  if (r->setup->config) return iso_setup_move(r->setup, r->config, r->comm, err);
  r->setup->config = r->config;
  return ISO_OK;
}

static iso_status tell_outcomes(run *r, iso_error *err) {
  iso_outcomes *o = r->options->outcomes, none = iso_outcomes_none();
  if (!o) return ISO_OK;
  *o = none;
  o->value[ISO_OUTCOME_BURNED] = r->setup->burned_percent;
  iso_outcomes_of_protocol(o, &r->protocol);
  o->value[ISO_OUTCOME_SIMULATED] = r->time_ms;
  o->value[ISO_OUTCOME_PROCESSOR] = r->processor_s;
  MPI_Allreduce(MPI_IN_PLACE, &o->value[ISO_OUTCOME_PROCESSOR], 1, MPI_DOUBLE, MPI_SUM, r->comm);
  iso_outcomes_of_ecg(o, &r->watchers.ecg, r->config->outputs.qlv_lead);
  iso_outcomes_of_devices(o, &r->watchers.devices);
  iso_outcomes_of_rhythm(o, &r->rhythm);
  ISO_TRY(iso_outcomes_of_activation(o, r->watchers.activation, r->setup->mesh, err));
  return iso_outcomes_of_ventricles(o, r->setup, iso_activation_times(r->watchers.activation, 0), err);
}

static iso_status run_all(run *r, iso_error *err) {
  if (!r->options->heart) iso_signals_prepare();
  ISO_TRY(take_heart(r, err));
  ISO_TRY(name_outputs(r, err));
  ISO_TRY(iso_checkpoints_new(&r->checkpoints, r->comm, r->setup, r->options->output, err));
  if (r->options->restart && r->config->has_protocol)
    return iso_config_fail(r->config, err, "protocol",
                           "--restart goes on with one state, and trials need those before; leave out one");
  if (r->options->restart)
    ISO_TRY(iso_restart_open(&r->restart, r->comm, r->options->restart, r->config, r->options->log, err));
  if (!r->setup->simulation) ISO_TRY(iso_setup_all(r->setup, r->comm, err));
  ISO_TRY(spare_older_run(r, err));
  if (!r->options->heart) iso_signals_watch(); /* from here on there are files that nobody else removes */
  ISO_TRY(make_watchers(r, err));
  ISO_TRY(iso_watchers_reserve(&r->watchers, r->maps_path, err));
  r->loop_began = iso_clock();
  r->processor_began = iso_processor_clock();
  iso_status status = loop(r, err);
  if (status != ISO_OK && r->began_loop && iso_watchers_are_full(&r->watchers))
    return keep_results(r, status, err);
  ISO_TRY(status);
  r->loop_s = iso_clock() - r->loop_began;
  r->processor_s = iso_processor_clock() - r->processor_began;
  free_simulation(r);
  ISO_TRY(write_results(r, err));
  ISO_TRY(report(r, err));
  ISO_TRY(tell_outcomes(r, err));
  if (!r->signal) return ISO_OK;
  return iso_fail(err, ISO_ESTOPPED, "stopped by %s at %.6g ms; the results up to then are written%s%s",
                  iso_signals_name(r->signal), r->time_ms, r->kept ? "; to go on: --restart " : "",
                  r->kept ? r->checkpoints.path : "");
}

iso_status iso_run(MPI_Comm comm, const iso_config *config, const iso_run_options *options, iso_error *err) {
  if (config->method == ISO_METHOD_EIKONAL) return iso_run_eikonal(comm, config, options, err);
  run r = {.comm = comm, .config = config, .options = options, .began = iso_clock()};
  iso_timer_start(&r.timer);
  iso_status status = run_all(&r, err);
  iso_checkpoint_close(r.restart);
  iso_checkpoints_free(&r.checkpoints);
  iso_leftovers_free(&r.leftovers);
  iso_watchers_free(&r.watchers);
  iso_setup_free(&r.own);
  iso_names_free(&r.written);
  iso_run_page_paths_free(&r.shown);
  free(r.maps_path);
  free(r.series_path);
  free(r.vtu_path);
  free(r.csv_path);
  free(r.ecg_path);
  free(r.ecg_csv_path);
  return status;
}

#include "study/run.h"

#include "base/atomic.h"
#include "base/memory.h"
#include "base/progress.h"
#include "base/signals.h"
#include "result/summary.h"
#include "study/provenance.h"
#include "study/setup.h"
#include "study/watchers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct run {
  MPI_Comm comm;
  const iso_config *config;
  const iso_run_options *options;
  iso_timer timer;
  iso_setup setup;
  iso_watchers watchers;
  char *maps_path, *series_path; /* series_path NULL: no snapshots */
  double began, loop_s;
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
} run;

static int rank_of(MPI_Comm comm) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  return rank;
}

/* PREFIX + suffix */
static iso_status join(char **out, const char *prefix, const char *suffix, iso_error *err) {
  size_t size = strlen(prefix) + strlen(suffix) + 1;
  ISO_TRY(iso_alloc(out, size, 1, "a file name", err));
  snprintf(*out, size, "%s%s", prefix, suffix);
  return ISO_OK;
}

/* Snapshots of an earlier run of that name would be taken for this one's. */
static void warn_of_stale_series(const run *r, const char *path) {
  if (rank_of(r->comm) == 0 && access(path, F_OK) == 0)
    iso_log_say(r->options->log, ISO_LOG_WARNING,
                "%s is of an earlier run and stays; this one has no outputs.snapshots", path);
}

/* Names of the results, and whether they can be written: before hours of work rather than after. */
static iso_status name_outputs(run *r, iso_error *err) {
  ISO_TRY(join(&r->maps_path, r->options->output, ".e.nc", err));
  ISO_TRY(join(&r->series_path, r->options->output, "_vm.e.nc", err));
  if (!(r->config->outputs.snapshot_interval_ms > 0)) {
    warn_of_stale_series(r, r->series_path);
    free(r->series_path);
    r->series_path = NULL;
  }
  ISO_TRY(iso_output_check(r->comm, r->maps_path, err));
  if (r->series_path) ISO_TRY(iso_output_check(r->comm, r->series_path, err));
  if (r->options->summary) ISO_TRY(iso_output_check(r->comm, r->options->summary, err));
  return ISO_OK;
}

/* ---- the time loop ---- */

/* Whether somebody wants to stop now. Collective: the ranks ask each other about ten times a second, however
 * long their steps take: mpirun leaves a second between Ctrl-C and the end of everything. */
static bool is_interrupted(run *r, int64_t step) {
  if (step < r->asked.next) return false;
  const double clock = iso_clock(), since = fmax(clock - r->asked.clock, 1e-9);
  const int64_t steps = step - r->asked.step;
  const double wait = fmin(0.1 / since, 2) * (double)steps; /* steps differ: the first of all are short */
  int64_t say[3] = {iso_signals_take(), iso_signals_stop(), -llround(fmax(wait, 1))};
  MPI_Allreduce(MPI_IN_PLACE, say, 3, MPI_INT64_T, MPI_MAX, r->comm); /* the fewest steps */
  r->asked.step = step, r->asked.next = step - say[2], r->asked.clock = clock;
  r->signal = (int)say[1];
  return say[0] == ISO_ASK_STOP;
}

static iso_status loop(run *r, iso_error *err) {
  const iso_config_time *time = &r->config->time;
  iso_simulation *simulation = r->setup.simulation;
  int64_t steps = iso_setup_steps(time), every = llround(1 / time->step_ms);
  if (every < 1) every = 1; /* about once a millisecond the field is looked at */
  iso_progress progress = iso_progress_begin(r->comm, stderr, r->options->progress, 0, time->duration_ms);
  iso_status status = iso_simulation_start(simulation, err);
  r->asked.clock = iso_clock();
  for (int64_t k = 1; status == ISO_OK && k <= steps && !r->ended; k++) {
    status = iso_simulation_step(simulation, err);
    iso_progress_show(&progress, iso_simulation_time(simulation));
    const bool interrupted = status == ISO_OK && is_interrupted(r, k), due = k % every == 0;
    if (status == ISO_OK && (due || interrupted || k == steps))
      status = iso_simulation_check(simulation, err);
    if (status == ISO_OK && due) r->ended = iso_watchers_reason(&r->watchers);
    if (interrupted) r->ended = "interrupted by a signal; the results are those up to then";
  }
  iso_progress_end(&progress);
  if (!r->ended) r->ended = "duration reached";
  return status;
}

/* ---- afterwards ---- */

static iso_summary summarise(run *r) {
  const iso_config *config = r->config;
  static const char *const splitting[] = {"staggered", "Godunov", "Strang"};
  static const char *const fast[] = {"nodal", "smoothed", "interpolated"};
  const iso_numerics *n = &config->numerics.scheme;
  iso_activation_summary activation = iso_activation_summarise(r->watchers.activation);
  iso_summary s = {.title = config->title,
                   .nodes = r->setup.mesh->nnodes,
                   .elements = r->setup.mesh->nelems,
                   .device = r->setup.device->name,
                   .precision = config->numerics.precision == ISO_PRECISION_DOUBLE ? "double" : "single",
                   .splitting = splitting[n->splitting],
                   .diffusion = r->is_explicit ? "explicit" : "implicit",
                   .fast_current = fast[n->fast_current],
                   .threads = r->setup.device->threads,
                   .steps = r->steps,
                   .step_ms = config->time.step_ms,
                   .simulated_ms = r->time_ms,
                   .ended = r->ended,
                   .wall_s = iso_clock() - r->began,
                   .loop_s = r->loop_s,
                   .activated = activation.nactivated,
                   .first_ms = activation.first_ms,
                   .last_ms = activation.last_ms,
                   .peak_bytes = iso_peak_memory(r->comm)};
  MPI_Comm_size(r->comm, &s.ranks);
  iso_timer_most(&r->timer, r->comm, s.seconds);
  return s;
}

static iso_status report(run *r, iso_error *err) {
  const char *files[] = {r->maps_path, r->series_path};
  iso_summary s = summarise(r);
  s.files = files;
  s.nfiles = r->series_path ? 2 : 1;
  iso_status status = ISO_OK;
  if (rank_of(r->comm) == 0) {
    if (r->options->log && r->options->log->level >= ISO_LOG_INFO) iso_summary_print(&s, stdout);
    if (r->options->summary) status = iso_summary_save(&s, r->options->summary, err);
  }
  return iso_agree(r->comm, status, err);
}

static iso_status write_results(run *r, iso_error *err) {
  iso_phase before = iso_timer_enter(&r->timer, ISO_PHASE_OUTPUT);
  iso_provenance provenance;
  iso_status status = iso_provenance_new(&provenance, &r->setup, iso_clock() - r->began, err);
  if (status == ISO_OK) status = iso_watchers_write(&r->watchers, r->maps_path, r->time_ms, &provenance, err);
  iso_provenance_free(&provenance);
  iso_timer_enter(&r->timer, before);
  return status;
}

/* Writing the mesh takes memory that the state and the matrices no longer need. */
static void free_simulation(run *r) {
  r->steps = iso_simulation_steps(r->setup.simulation);
  r->time_ms = iso_simulation_time(r->setup.simulation);
  r->is_explicit = iso_simulation_describe(r->setup.simulation).stages > 0;
  iso_simulation_free(r->setup.simulation);
  r->setup.simulation = NULL;
}

static iso_status run_all(run *r, iso_error *err) {
  r->setup = (iso_setup){.config = r->config,
                         .log = r->options->log,
                         .timer = &r->timer,
                         .no_cache = r->options->no_cache,
                         .progress = r->options->progress};
  iso_signals_prepare();
  ISO_TRY(name_outputs(r, err));
  ISO_TRY(iso_setup_all(&r->setup, r->comm, err));
  ISO_TRY(iso_watchers_new(&r->watchers, &r->setup, r->series_path, err));
  iso_signals_watch();
  const double loop_began = iso_clock();
  ISO_TRY(loop(r, err));
  r->loop_s = iso_clock() - loop_began;
  free_simulation(r);
  ISO_TRY(write_results(r, err));
  ISO_TRY(report(r, err));
  if (!r->signal) return ISO_OK;
  return iso_fail(err, ISO_ESTOPPED, "stopped by %s at %.6g ms; the results up to then are written",
                  iso_signals_name(r->signal), r->time_ms);
}

iso_status iso_run(MPI_Comm comm, const iso_config *config, const iso_run_options *options, iso_error *err) {
  run r = {.comm = comm, .config = config, .options = options, .began = iso_clock()};
  iso_timer_start(&r.timer);
  iso_status status = run_all(&r, err);
  iso_watchers_free(&r.watchers);
  iso_setup_free(&r.setup);
  free(r.maps_path);
  free(r.series_path);
  return status;
}

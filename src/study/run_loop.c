/* The time loop of a run: steps, and what somebody, the clock or a protocol asks for in between. */
#include "study/run_loop.h"

#include "base/progress.h"
#include "base/signals.h"
#include "study/late_lesions.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

typedef iso_running run;

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

/* trials: that are under way, or NULL. A checkpoint that cannot be written ends no run: the one before it is
 * still there. */
static void write_checkpoint(run *r, const iso_trials *trials) {
  iso_error why = {0};
  if (r->checkpoints.only_last) return;
  if (!r->checkpoints.path) {
    if (!r->signal)
      iso_log_say(r->options->log, ISO_LOG_WARNING,
                  "SIGUSR1 asks for a checkpoint, and the configuration for none: set "
                  "checkpoint.every_minutes or checkpoint.interval_ms");
    return;
  }
  r->kept = iso_checkpoints_write(&r->checkpoints, iso_clock() - r->loop_began, trials, &why) == ISO_OK;
  if (!r->kept)
    iso_log_say(r->options->log, ISO_LOG_WARNING, "no checkpoint at %.6g ms: %s",
                iso_simulation_time(r->setup->simulation), why.message);
}

/* The initial state, or that of the checkpoint, *saved. */
static iso_status begin(run *r, iso_archive **saved, iso_error *err) {
  double loop_s = 0, wall_s = 0;
  *saved = NULL;
  if (!r->restart) return iso_simulation_start(r->setup->simulation, err);
  ISO_TRY(iso_restart_state(r->restart, r->options->restart, r->setup, saved, &loop_s, &wall_s, err));
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

iso_status iso_run_step(run *r, int64_t k, int64_t steps, iso_error *err) {
  const int64_t every = steps_of_a_look(r);
  iso_simulation *simulation = r->setup->simulation;
  const iso_status status = iso_simulation_step(simulation, err);
  if (status != ISO_OK) return tell_cause(r, status, err);
  const iso_ask ask = what_is_asked(r, k);
  const bool due = k % every == 0, keep = ask != ISO_ASK_NOTHING || iso_checkpoints_due(&r->checkpoints, k);
  if (due || keep || k == steps) ISO_TRY(iso_simulation_check(simulation, err));
  r->ended = iso_simulation_end(simulation);
  if (ask == ISO_ASK_STOP) stop_here(r);
  if (keep && (!r->ended || ask == ISO_ASK_STOP)) write_checkpoint(r, NULL);
  return ISO_OK;
}

/* Of a protocol in its train, the state that others go on from; *stop: it has been reached. */
static iso_status keep_train(run *r, const iso_trials *trials, bool *stop, iso_error *err) {
  const bool begun = iso_trials_have_begun(trials);
  *stop = r->options->state_ms > 0 &&
          (begun || iso_simulation_steps(r->setup->simulation) >= iso_run_last_step(r));
  if (!*stop || begun) return ISO_OK;
  r->kept = true;
  return iso_checkpoints_write(&r->checkpoints, iso_clock() - r->loop_began, trials, err);
}

/* Of a protocol, whose steps go back in time: what is due by simulated time goes by all that have been made.
 */
static iso_status protocol_step(void *self, const iso_trials *trials, bool *stop, iso_error *err) {
  run *r = self;
  const int64_t every = steps_of_a_look(r), k = trials->steps;
  const iso_status status = iso_simulation_step(r->setup->simulation, err);
  if (status != ISO_OK) return tell_cause(r, status, err);
  const iso_ask ask = what_is_asked(r, k - trials->before);
  const bool keep = ask != ISO_ASK_NOTHING || iso_checkpoints_due(&r->checkpoints, k);
  if (keep || k % every == 0) ISO_TRY(iso_simulation_check(r->setup->simulation, err));
  *stop = ask == ISO_ASK_STOP;
  if (*stop) stop_here(r);
  if (keep) write_checkpoint(r, trials);
  return *stop ? ISO_OK : keep_train(r, trials, stop, err);
}

static iso_status run_protocol(run *r, iso_archive **saved, iso_error *err) {
  r->protocol = iso_protocol_none();
  if (!r->config->has_protocol) return ISO_OK;
  return iso_protocol_run(&r->protocol, r->setup, &r->watchers.protocol,
                          (iso_protocol_stepper){r, protocol_step}, saved, err);
}

/* Before the first step of this part. */
static void note_sent(run *r) {
  r->began_step = r->first_step = iso_simulation_steps(r->setup->simulation);
  r->sent_before[0] = r->timer.messages, r->sent_before[1] = r->timer.bytes;
}

int64_t iso_run_steps_made(const run *r) {
  return r->steps - r->first_step + r->protocol.steps - r->protocol.before;
}

void iso_run_count_sent(run *r) {
  const int64_t steps = iso_run_steps_made(r);
  const double mine[2] = {(double)(r->timer.messages - r->sent_before[0]),
                          (double)(r->timer.bytes - r->sent_before[1])};
  MPI_Allreduce(mine, r->sent, 2, MPI_DOUBLE, MPI_MAX, r->comm);
  for (int k = 0; k < 2; k++) r->sent[k] = steps > 0 ? r->sent[k] / (double)steps : 0;
}

int64_t iso_run_last_step(const run *r) {
  const double step_ms = r->setup->config->time.step_ms, most_ms = r->options->state_ms;
  int64_t steps = iso_setup_steps(&r->setup->config->time);
  if (!(most_ms > 0)) return steps;
  if (most_ms < (double)steps * step_ms) steps = (int64_t)ceil(most_ms / step_ms);
  while ((double)steps * step_ms > most_ms) steps--;
  return steps;
}

static iso_status begin_with_protocol(run *r, iso_error *err) {
  iso_archive *saved;
  ISO_TRY(begin(r, &saved, err));
  note_sent(r);
  r->asked.clock = iso_clock();
  const iso_status status = run_protocol(r, &saved, err);
  iso_archive_free(saved);
  return status;
}

iso_status iso_run_loop(run *r, iso_error *err) {
  const iso_config_time *time = &r->setup->config->time;
  const int64_t steps = iso_run_last_step(r);
  ISO_TRY(begin_with_protocol(r, err));
  r->first_step = iso_simulation_steps(r->setup->simulation);     /* the protocol counts its own */
  ISO_TRY(iso_late_lesions_burn(r->setup, &r->watchers, 0, err)); /* before a restart */
  /* The checkpoint may be of the step that ended the run. */
  if (!r->ended) r->ended = iso_simulation_end(r->setup->simulation);
  r->began_loop = true;
  iso_progress progress = iso_progress_begin(r->comm, stderr, r->options->progress, 0, time->duration_ms);
  iso_status status = ISO_OK;
  r->asked.clock = iso_clock();
  r->asked.step = r->asked.next = iso_simulation_steps(r->setup->simulation);
  for (int64_t k = r->asked.step + 1; status == ISO_OK && k <= steps && !r->ended; k++) {
    const double before_ms = iso_simulation_time(r->setup->simulation);
    status = iso_run_step(r, k, steps, err);
    if (status == ISO_OK && !r->ended) status = iso_late_lesions_burn(r->setup, &r->watchers, before_ms, err);
    iso_progress_show(&progress, iso_simulation_time(r->setup->simulation));
  }
  iso_progress_end(&progress);
  if (!r->ended) r->ended = "duration reached";
  return status;
}

iso_status iso_running_begin(run *r, iso_error *err) {
  iso_archive *saved;
  r->protocol = iso_protocol_none();
  ISO_TRY(begin(r, &saved, err));
  iso_archive_free(saved);
  note_sent(r);
  r->began_loop = true;
  r->ended = iso_simulation_end(r->setup->simulation);
  r->asked.clock = iso_clock();
  r->asked.step = r->asked.next = iso_simulation_steps(r->setup->simulation);
  return ISO_OK;
}

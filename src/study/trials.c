#include "study/trials.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

iso_status iso_trials_new(iso_trials *out, const iso_setup *setup, const iso_protocol_guests *guests,
                          iso_protocol_stepper stepper, bool several_sites, iso_error *err) {
  *out = (iso_trials){.setup = setup,
                      .simulation = setup->simulation,
                      .guests = guests,
                      .stepper = stepper,
                      .step_ms = setup->config->time.step_ms,
                      .most_steps = iso_setup_steps(&setup->config->time)};
  iso_status status = ISO_OK;
  for (int k = 0; k < ISO_NSTATES && status == ISO_OK; k++)
    if (several_sites || (k != ISO_STATE_TRAIN && k != ISO_STATE_FINAL))
      status = iso_archive_new(&out->state[k], setup->mesh, err);
  return iso_agree(setup->mesh->comm, status, err);
}

void iso_trials_free(iso_trials *t) {
  for (int k = 0; k < ISO_NSTATES; k++) iso_archive_free(t->state[k]);
  free(t->note);
  *t = (iso_trials){0};
}

int64_t iso_trials_before(const iso_trials *t, double time_ms) {
  return (int64_t)floor(time_ms / t->step_ms) - ISO_ELECTRODE_STEPS;
}

/* ---- notes ---- */

static iso_status add_note(iso_trials *t, double number, iso_error *err) {
  ISO_TRY(iso_realloc(&t->note, (size_t)t->nnotes + 1, sizeof *t->note, "trials", err));
  t->note[t->nnotes++] = number;
  return ISO_OK;
}

iso_status iso_trials_note(iso_trials *t, double *number, iso_error *err) {
  if (t->stopped) return ISO_OK;
  if (!t->replays) return iso_agree(t->setup->mesh->comm, add_note(t, *number, err), err);
  if (t->nread == t->nnotes) return iso_fail(err, ISO_EINPUT, "the saved state is of another protocol");
  *number = t->note[t->nread++];
  return ISO_OK;
}

iso_status iso_trials_hear(iso_trials *t, int ear, iso_ear *heard, iso_error *err) {
  *heard = iso_hearing_ear(t->guests->hearing, ear);
  ISO_TRY(iso_trials_note(t, &heard->first, err));
  ISO_TRY(iso_trials_note(t, &heard->recovered, err));
  return iso_trials_note(t, &heard->rested, err);
}

/* Whether a way forward was gone before the restart, to its end; else what follows is new. */
static bool is_behind(iso_trials *t) {
  if (!t->replays) return false;
  if (t->nread < t->nnotes) return true;
  t->replays = false;
  const int n = iso_protocol_record_trials(t->guests->record);
  iso_log_say(t->setup->log, ISO_LOG_INFO, "going on with the protocol: %d trial%s %s done", n,
              n == 1 ? "" : "s", n == 1 ? "is" : "are");
  return false;
}

/* ---- forward ---- */

static iso_status one_step(iso_trials *t, iso_error *err) {
  if (iso_simulation_steps(t->simulation) >= t->most_steps) {
    t->stopped = t->over = true;
    return ISO_OK;
  }
  t->steps++;
  return t->stepper.step(t->stepper.self, t, &t->stopped, err);
}

typedef bool done_fn(const iso_trials *, const void *);

/* Ears know what guests have been shown, which is more often where there is a checkpoint or another guest: so
 * it is asked at steps that depend on neither. */
static iso_status ask(const iso_trials *t, done_fn *done, const void *self, bool *yes, iso_error *err) {
  *yes = false;
  if (!done || (iso_simulation_steps(t->simulation) - t->from) % ISO_WATCH_STEPS != 0) return ISO_OK;
  ISO_TRY(iso_simulation_show(t->simulation, err));
  *yes = done(t, self);
  return ISO_OK;
}

/* On to a step; the way is noted by where it ends. */
static iso_status go(iso_trials *t, int64_t step, done_fn *done, const void *self, iso_error *err) {
  const bool resumes = t->replays;
  bool is_done = false;
  double end = NAN;
  if (is_behind(t)) return iso_trials_note(t, &end, err);
  if (!resumes) t->from = iso_simulation_steps(t->simulation);
  ISO_TRY(ask(t, done, self, &is_done, err));
  while (!t->stopped && !is_done && iso_simulation_steps(t->simulation) < step) {
    ISO_TRY(one_step(t, err));
    ISO_TRY(ask(t, done, self, &is_done, err));
  }
  ISO_TRY(iso_simulation_show(t->simulation, err));
  end = (double)iso_simulation_steps(t->simulation);
  return iso_trials_note(t, &end, err);
}

iso_status iso_trials_advance(iso_trials *t, int64_t step, iso_error *err) {
  return go(t, step, NULL, NULL, err);
}

iso_status iso_trials_wait(iso_trials *t, double time_ms, bool (*done)(const iso_trials *, const void *),
                           const void *self, iso_error *err) {
  return go(t, isinf(time_ms) ? INT64_MAX : (int64_t)ceil(time_ms / t->step_ms), done, self, err);
}

void iso_trials_listen(iso_trials *t, double time_ms) {
  if (!t->stopped && !t->replays) iso_hearing_since(t->guests->hearing, time_ms, ISO_HEAR_ALL);
}

static void arm(const iso_trials *t, int electrode, double time_ms) {
  iso_pulses pulse = t->setup->config->protocol.s1;
  pulse.start_ms = time_ms, pulse.period_ms = 0, pulse.count = 1;
  const bool captured = !isinf(iso_hearing_ear(t->guests->hearing, t->guests->sense[electrode]).first);
  iso_hearing_since(t->guests->hearing, time_ms, captured ? ISO_HEAR_AGAIN : ISO_HEAR_STILL);
  iso_electrode_arm(t->guests->electrode[electrode], &pulse);
}

iso_status iso_trials_pulse(iso_trials *t, int electrode, double time_ms, iso_error *err) {
  double step = (double)iso_simulation_steps(t->simulation);
  if (t->stopped) return ISO_OK;
  ISO_TRY(iso_trials_note(t, &step, err));
  if (!t->replays) arm(t, electrode, time_ms);
  return iso_trials_advance(t, (int64_t)step + 1, err);
}

/* ---- what comes of it ---- */

typedef struct capture {
  int ear;
  double until_ms;
} capture;

static bool has_captured(const iso_trials *t, const void *self) {
  const capture *c = self;
  return iso_hearing_ear(t->guests->hearing, c->ear).first <= c->until_ms;
}

iso_status iso_trials_capture(iso_trials *t, int electrode, double until_ms, bool *captured, iso_error *err) {
  const capture c = {t->guests->sense[electrode], until_ms};
  iso_ear heard;
  ISO_TRY(iso_trials_wait(t, until_ms, has_captured, &c, err));
  ISO_TRY(iso_trials_hear(t, c.ear, &heard, err));
  *captured = heard.first <= until_ms;
  return ISO_OK;
}

typedef struct settling {
  double end_ms, after_ms, quiet_ms;
} settling;

static bool is_induced(const iso_trials *t, const settling *s) {
  return iso_hearing_anywhere(t->guests->hearing) - s->end_ms >= s->after_ms;
}

static bool has_settled(const iso_trials *t, const void *self) {
  const settling *s = self;
  const double last = fmax(iso_hearing_anywhere(t->guests->hearing), s->end_ms);
  return is_induced(t, s) || iso_hearing_shown(t->guests->hearing) > last + s->quiet_ms;
}

iso_status iso_trials_settle(iso_trials *t, double end_ms, double after_ms, double quiet_ms, bool *induced,
                             iso_error *err) {
  const settling s = {end_ms, after_ms, quiet_ms};
  ISO_TRY(iso_trials_wait(t, end_ms + after_ms + quiet_ms, has_settled, &s, err));
  double yes = is_induced(t, &s);
  ISO_TRY(iso_trials_note(t, &yes, err));
  *induced = yes != 0;
  return ISO_OK;
}

/* ---- states ---- */

iso_status iso_trials_keep(iso_trials *t, iso_trial_state state, iso_error *err) {
  if (t->stopped || t->replays) return ISO_OK;
  t->kept[state] = true;
  return iso_simulation_save(t->simulation, t->state[state], err);
}

iso_status iso_trials_go_back(iso_trials *t, iso_trial_state state, iso_error *err) {
  return t->stopped || t->replays ? ISO_OK : iso_simulation_restore(t->simulation, t->state[state], err);
}

void iso_trials_replace(iso_trials *t, iso_trial_state old, iso_trial_state by) {
  iso_archive *given_up = t->state[old];
  if (t->stopped || t->replays) return;
  t->state[old] = t->state[by], t->state[by] = given_up;
  t->kept[by] = false;
}

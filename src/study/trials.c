#include "study/trials.h"

#include <math.h>

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
  *t = (iso_trials){0};
}

int64_t iso_trials_before(const iso_trials *t, double time_ms) {
  return (int64_t)floor(time_ms / t->step_ms) - ISO_ELECTRODE_STEPS;
}

static iso_status one_step(iso_trials *t, iso_error *err) {
  if (iso_simulation_steps(t->simulation) >= t->most_steps) {
    t->stopped = t->over = true;
    return ISO_OK;
  }
  return t->stepper.step(t->stepper.self, ++t->steps, &t->stopped, err);
}

static bool never(const iso_trials *t, const void *self) {
  (void)t, (void)self;
  return false;
}

static iso_status go(iso_trials *t, int64_t step, bool (*done)(const iso_trials *, const void *),
                     const void *self, iso_error *err) {
  while (!t->stopped && !done(t, self) && iso_simulation_steps(t->simulation) < step)
    ISO_TRY(one_step(t, err));
  return iso_simulation_show(t->simulation, err);
}

iso_status iso_trials_advance(iso_trials *t, int64_t step, iso_error *err) {
  return go(t, step, never, NULL, err);
}

iso_status iso_trials_wait(iso_trials *t, double time_ms, bool (*done)(const iso_trials *, const void *),
                           const void *self, iso_error *err) {
  return go(t, isinf(time_ms) ? INT64_MAX : (int64_t)ceil(time_ms / t->step_ms), done, self, err);
}

iso_status iso_trials_pulse(iso_trials *t, int electrode, double time_ms, iso_error *err) {
  iso_pulses pulse = t->setup->config->protocol.s1;
  if (t->stopped) return ISO_OK;
  pulse.start_ms = time_ms, pulse.period_ms = 0, pulse.count = 1;
  const bool captured = !isinf(iso_hearing_ear(t->guests->hearing, t->guests->sense[electrode]).first);
  iso_hearing_since(t->guests->hearing, time_ms, captured ? ISO_HEAR_AGAIN : ISO_HEAR_STILL);
  iso_electrode_arm(t->guests->electrode[electrode], &pulse);
  ISO_TRY(one_step(t, err));
  return iso_simulation_show(t->simulation, err);
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
  ISO_TRY(iso_trials_wait(t, until_ms, has_captured, &c, err));
  *captured = has_captured(t, &c);
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
  *induced = is_induced(t, &s);
  return ISO_OK;
}

/* ---- states ---- */

iso_status iso_trials_keep(iso_trials *t, iso_trial_state state, iso_error *err) {
  return t->stopped ? ISO_OK : iso_simulation_save(t->simulation, t->state[state], err);
}

iso_status iso_trials_go_back(iso_trials *t, iso_trial_state state, iso_error *err) {
  return t->stopped ? ISO_OK : iso_simulation_restore(t->simulation, t->state[state], err);
}

void iso_trials_exchange(iso_trials *t, iso_trial_state a, iso_trial_state b) {
  iso_archive *kept = t->state[a];
  t->state[a] = t->state[b], t->state[b] = kept;
}

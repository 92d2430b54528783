#include "study/protocol.h"

#include <math.h>

typedef struct bisection {
  const iso_setup *setup;
  const iso_config_protocol *asked;
  iso_simulation *simulation;
  iso_premature *s2;
  iso_protocol_stepper stepper;
  double step_ms, s1_ms; /* the last pulse of the train begins */
  iso_archive *nearest;  /* before the earliest S2 that is still to be tried */
  iso_archive *ahead;    /* before the S2 of the present trial */
  iso_archive *captured; /* of the trial with the shortest interval that captured */
  iso_protocol_result result;
  bool stopped;
} bisection;

iso_protocol_result iso_protocol_none(void) {
  return (iso_protocol_result){.erp_ms = NAN, .blocked_ms = NAN, .captured_ms = NAN};
}

/* Of the longest coupling interval; that of the shortest is 0. */
static int64_t last_interval(const iso_config_protocol *p) {
  return llround((p->longest_ms - p->shortest_ms) / p->resolution_ms);
}

int iso_protocol_most_trials(const iso_config_protocol *p) {
  int trials = 2;
  for (int64_t left = last_interval(p); left > 1; left -= left / 2) trials++;
  return trials;
}

static double coupling(const bisection *b, int64_t k) {
  return b->asked->shortest_ms + (double)k * b->asked->resolution_ms;
}

/* After which a trial's S2 can be given. */
static int64_t step_before(const bisection *b, int64_t k) {
  return (int64_t)floor((b->s1_ms + coupling(b, k)) / b->step_ms) - ISO_PREMATURE_STEPS;
}

static iso_status advance(bisection *b, iso_error *err) {
  return b->stepper.step(b->stepper.self, ++b->result.steps, &b->stopped, err);
}

static iso_status advance_to(bisection *b, int64_t step, iso_error *err) {
  while (!b->stopped && iso_simulation_steps(b->simulation) < step) ISO_TRY(advance(b, err));
  return ISO_OK;
}

/* The train, up to the earliest S2. */
static iso_status pace(bisection *b, iso_error *err) {
  ISO_TRY(advance_to(b, step_before(b, 0), err));
  if (b->stopped) return ISO_OK;
  ISO_TRY(iso_simulation_save(b->simulation, b->nearest, err));
  if (iso_premature_heard_since(b->s2, b->s1_ms)) return ISO_OK;
  return iso_config_fail(
      b->setup->config, err, "protocol",
      "the node that it senses has not activated between the last S1 pulse, at %g ms, and "
      "%g ms, so that nothing would tell S2's wave from S1's: raise amplitude_uA_per_uF or "
      "s2.shortest_ms, or sense nearer to the electrode",
      b->s1_ms, iso_simulation_time(b->simulation));
}

/* From S2 to capture, or to the end of the window. */
static iso_status await_capture(bisection *b, double s2_ms, iso_error *err) {
  const double until_ms = s2_ms + b->asked->window_ms;
  const int64_t end = (int64_t)ceil(until_ms / b->step_ms);
  iso_premature_arm(b->s2, s2_ms, until_ms);
  ISO_TRY(advance(b, err));
  ISO_TRY(iso_simulation_show(b->simulation, err)); /* S2 is given */
  while (!b->stopped && !iso_premature_captured(b->s2) && iso_simulation_steps(b->simulation) < end)
    ISO_TRY(advance(b, err));
  return iso_simulation_show(b->simulation, err);
}

static iso_status keep(bisection *b, int64_t k, iso_error *err) {
  b->result.captured_ms = coupling(b, k);
  return iso_simulation_save(b->simulation, b->captured, err);
}

/* Later trials are of longer intervals, and begin from here. */
static void go_on_from_here(bisection *b, int64_t k) {
  iso_archive *old = b->nearest;
  b->nearest = b->ahead, b->ahead = old;
  b->result.blocked_ms = coupling(b, k);
}

static iso_status try_at(bisection *b, int64_t k, bool *captured, iso_error *err) {
  *captured = false;
  if (b->stopped) return ISO_OK;
  ISO_TRY(iso_simulation_restore(b->simulation, b->nearest, err));
  iso_premature_arm(b->s2, NAN, NAN);
  ISO_TRY(advance_to(b, step_before(b, k), err));
  if (b->stopped) return ISO_OK;
  ISO_TRY(iso_simulation_save(b->simulation, b->ahead, err));
  ISO_TRY(await_capture(b, b->s1_ms + coupling(b, k), err));
  *captured = iso_premature_captured(b->s2);
  if (b->stopped && !*captured) return ISO_OK;
  b->result.trials++;
  iso_log_say(b->setup->log, ISO_LOG_INFO, "S2 at %.6g ms: %s", coupling(b, k),
              *captured ? "captured" : "not captured");
  if (*captured) return keep(b, k, err);
  go_on_from_here(b, k);
  return ISO_OK;
}

/* One that captures and one that does not, and then what is between them. */
static iso_status search(bisection *b, iso_error *err) {
  int64_t blocked = 0, captured = last_interval(b->asked);
  bool is_captured;
  ISO_TRY(try_at(b, captured, &is_captured, err));
  if (b->stopped || !is_captured) return ISO_OK;
  ISO_TRY(try_at(b, blocked, &is_captured, err));
  if (b->stopped || is_captured) return ISO_OK;
  while (captured - blocked > 1 && !b->stopped) {
    const int64_t middle = blocked + (captured - blocked) / 2;
    ISO_TRY(try_at(b, middle, &is_captured, err));
    *(is_captured ? &captured : &blocked) = middle;
  }
  if (!b->stopped) b->result.erp_ms = b->result.blocked_ms;
  return ISO_OK;
}

static iso_status run(bisection *b, iso_error *err) {
  const iso_mesh *mesh = b->setup->mesh;
  iso_status status = iso_archive_new(&b->nearest, mesh, err);
  if (status == ISO_OK) status = iso_archive_new(&b->ahead, mesh, err);
  if (status == ISO_OK) status = iso_archive_new(&b->captured, mesh, err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  ISO_TRY(pace(b, err));
  ISO_TRY(search(b, err));
  iso_premature_arm(b->s2, NAN, NAN);
  if (b->stopped || isnan(b->result.captured_ms)) return ISO_OK;
  return iso_simulation_restore(b->simulation, b->captured, err);
}

iso_status iso_protocol_run(iso_protocol_result *out, const iso_setup *setup, iso_premature *s2,
                            iso_protocol_stepper stepper, iso_error *err) {
  const iso_config_protocol *p = &setup->config->protocol;
  bisection b = {.setup = setup,
                 .asked = p,
                 .simulation = setup->simulation,
                 .s2 = s2,
                 .stepper = stepper,
                 .step_ms = setup->config->time.step_ms,
                 .s1_ms = p->s1.start_ms + (double)(p->s1.count - 1) * p->s1.period_ms,
                 .result = iso_protocol_none()};
  const iso_status status = run(&b, err);
  iso_archive_free(b.nearest);
  iso_archive_free(b.ahead);
  iso_archive_free(b.captured);
  *out = b.result;
  return status;
}

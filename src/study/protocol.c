#include "study/protocol.h"

#include "study/protocol_site.h"

#include <math.h>
#include <string.h>

/* All sites. */
typedef struct walk {
  iso_trials trials;
  const iso_setup *setup;
  const iso_config_protocol *asked;
  const iso_protocol_guests *guests;
  double s1_ms;                /* the last pulse of the train begins */
  iso_protocol_result *result; /* of the site that the run goes on with; trials of all */
} walk;

iso_protocol_result iso_protocol_none(void) {
  return (iso_protocol_result){.erp_ms = {NAN, NAN, NAN},
                               .blocked_ms = NAN,
                               .captured_ms = NAN,
                               .last_end_ms = -INFINITY,
                               .induced = ISO_NOT_LOOKED_FOR,
                               .restitution_slope = NAN};
}

static bool has_several(const iso_config_protocol *p) { return p->nsites > 1; }

int iso_protocol_most_states(const iso_config_protocol *p) {
  enum { OF_SITES = 2, OF_SEARCH = 3 };
  const int of_all = has_several(p) ? OF_SITES : 0;
  if (p->has_burst) return of_all + p->burst.test_each;
  return of_all + (p->has_restitution ? 1 : OF_SEARCH);
}

double iso_protocol_earliest(const iso_config_protocol *p, double step_ms) {
  const double s1_ms = iso_protocol_last_s1(p);
  if (p->has_peerp) return s1_ms + ISO_ELECTRODE_STEPS * step_ms; /* in time for the activation by S1 */
  if (p->has_restitution) return s1_ms + p->restitution.shortest_ms;
  if (p->has_burst) return s1_ms + iso_burst_interval(&p->burst, 0);
  return s1_ms + (isnan(p->extra[0].at_ms) ? p->extra[0].shortest_ms : p->extra[0].at_ms);
}

/* A state that other members of a study begin with, too, may come too late. */
static iso_status check_late(const walk *w, int64_t step, double pulse_ms, iso_error *err) {
  const iso_trials *t = &w->trials;
  if (t->stopped || t->replays || iso_simulation_steps(t->simulation) <= step) return ISO_OK;
  return iso_config_fail(w->setup->config, err, "protocol",
                         "the state that it goes on from, at %g ms, is not %d steps before its earliest "
                         "premature pulse, at %g ms: take an earlier study.shared_ms, or leave it out",
                         iso_simulation_time(t->simulation), ISO_ELECTRODE_STEPS, pulse_ms);
}

/* The train, up to the earliest premature pulse. */
static iso_status pace(walk *w, iso_error *err) {
  iso_trials *t = &w->trials;
  ISO_TRY(iso_trials_advance(t, (int64_t)floor(w->s1_ms / t->step_ms), err));
  iso_trials_listen(t, w->s1_ms);
  const double pulse_ms = iso_protocol_earliest(w->asked, t->step_ms);
  const int64_t step = iso_trials_before(t, pulse_ms);
  ISO_TRY(iso_trials_advance(t, step, err));
  ISO_TRY(check_late(w, step, pulse_ms, err));
  return has_several(w->asked) ? iso_trials_keep(t, ISO_STATE_TRAIN, err) : ISO_OK;
}

static iso_status do_trials(iso_protocol_site *s, iso_error *err) {
  if (s->asked->has_burst) return iso_protocol_burst(s, err);
  if (s->asked->has_peerp) return iso_protocol_peerp(s, err);
  ISO_TRY(iso_protocol_site_heard(s, "S1", err));
  ISO_TRY(iso_trials_keep(s->trials, ISO_STATE_NEAREST, err));
  return s->asked->has_restitution ? iso_protocol_restitution(s, err) : iso_protocol_extras(s, err);
}

static iso_status do_site(walk *w, int k, iso_error *err) {
  iso_protocol_site site = {.trials = &w->trials,
                            .asked = w->asked,
                            .log = w->setup->log,
                            .record = w->guests->record,
                            .site = k,
                            .electrode = w->asked->nsites > 0 ? 1 + k : 0,
                            .last_ms = w->s1_ms,
                            .result = iso_protocol_none()};
  site.result.site = k;
  if (k > 0) ISO_TRY(iso_trials_go_back(&w->trials, ISO_STATE_TRAIN, err));
  if (w->trials.stopped) return ISO_OK;
  ISO_TRY(do_trials(&site, err));
  iso_site_row *row = iso_protocol_record_site(w->guests->record, k);
  row->pulses = site.result.pulses, row->induced = site.result.induced;
  /* The first that induces, else the last. */
  const int trials = w->result->trials + site.result.trials, inducing = w->result->inducing_sites;
  const bool induced = site.result.induced == ISO_INDUCED;
  if (inducing == 0) *w->result = site.result;
  w->result->trials = trials, w->result->inducing_sites = inducing + induced;
  return induced && inducing == 0 && has_several(w->asked) ? iso_trials_keep(&w->trials, ISO_STATE_FINAL, err)
                                                           : ISO_OK;
}

static iso_status run(walk *w, iso_error *err) {
  const int nsites = w->asked->nsites > 0 ? w->asked->nsites : 1;
  ISO_TRY(pace(w, err));
  for (int k = 0; k < nsites && !w->trials.stopped; k++) ISO_TRY(do_site(w, k, err));
  if (w->trials.over)
    iso_log_say(w->setup->log, ISO_LOG_WARNING,
                "time.duration_ms ended the protocol before it was through; lengthen it");
  if (has_several(w->asked) && w->result->inducing_sites > 0)
    return iso_trials_go_back(&w->trials, ISO_STATE_FINAL, err);
  return ISO_OK;
}

/* ---- after a restart ---- */

enum { NUMBERS = ISO_EXTRAS + 10 };

static void pack(const iso_protocol_result *p, double number[NUMBERS]) {
  const double rest[] = {
      p->blocked_ms, p->captured_ms, p->last_end_ms, p->trials,         (double)p->steps,
      p->site,       p->pulses,      p->induced,     p->inducing_sites, p->restitution_slope};
  memcpy(number, p->erp_ms, sizeof p->erp_ms);
  memcpy(number + ISO_EXTRAS, rest, sizeof rest);
}

static iso_protocol_result unpack(const double number[NUMBERS]) {
  const double *n = number + ISO_EXTRAS;
  iso_protocol_result p = {.blocked_ms = n[0],
                           .captured_ms = n[1],
                           .last_end_ms = n[2],
                           .trials = (int)n[3],
                           .steps = (int64_t)n[4],
                           .site = (int)n[5],
                           .pulses = (int)n[6],
                           .induced = (iso_induction)(int)n[7],
                           .inducing_sites = (int)n[8],
                           .restitution_slope = n[9]};
  memcpy(p.erp_ms, number, sizeof p.erp_ms);
  return p;
}

/* ---- all ---- */

/* The rest of the saved state is not needed any more. */
static iso_status resume(walk *w, iso_archive **saved, iso_error *err) {
  const iso_status status = iso_trials_resume(&w->trials, *saved, err);
  iso_archive_free(*saved);
  *saved = NULL;
  return iso_agree(w->setup->mesh->comm, status, err);
}

iso_status iso_protocol_run(iso_protocol_result *out, const iso_setup *setup,
                            const iso_protocol_guests *guests, iso_protocol_stepper stepper,
                            iso_archive **saved, iso_error *err) {
  const iso_config_protocol *p = &setup->config->protocol;
  walk w = {.setup = setup, .asked = p, .guests = guests, .s1_ms = iso_protocol_last_s1(p), .result = out};
  double number[NUMBERS];
  const double *concluded = iso_protocol_record_concluded(guests->record, NUMBERS);
  if (concluded) {
    *out = unpack(concluded);
    out->before = out->steps;
    iso_hearing_stop(guests->hearing);
    return ISO_OK;
  }
  *out = iso_protocol_none();
  iso_status status = iso_trials_new(&w.trials, setup, guests, stepper, has_several(p), err);
  if (status == ISO_OK && *saved) status = resume(&w, saved, err);
  if (status == ISO_OK) status = run(&w, err);
  out->steps = w.trials.steps, out->before = w.trials.before;
  iso_hearing_stop(guests->hearing);
  iso_trials_free(&w.trials);
  if (status != ISO_OK) return status;
  pack(out, number);
  return iso_agree(setup->mesh->comm, iso_protocol_record_conclude(guests->record, NUMBERS, number, err),
                   err);
}

/* Restitution in tissue: what a premature beat is like after less and less rest. */
#include "study/protocol_site.h"

#include <math.h>

/* Whether both ends of the way have been passed, and the beat is over at its beginning. */
static bool has_passed(const iso_trials *t, const void *self) {
  const iso_protocol_guests *g = t->guests;
  (void)self;
  return !isinf(iso_hearing_ear(g->hearing, g->from).recovered) &&
         !isinf(iso_hearing_ear(g->hearing, g->to).first);
}

static double known(double ms) { return isinf(ms) ? NAN : ms; }

static iso_status measure(iso_trials *t, iso_restitution_row *row, iso_error *err) {
  iso_ear from, to;
  ISO_TRY(iso_trials_hear(t, t->guests->from, &from, err));
  ISO_TRY(iso_trials_hear(t, t->guests->to, &to, err));
  row->rest_ms = known(from.first) - known(from.rested);
  row->apd_ms = known(from.recovered) - known(from.first);
  if (to.first > from.first) row->velocity_m_per_s = t->guests->way_mm / (known(to.first) - from.first);
  return ISO_OK;
}

/* A trial is kept from before its pulse: the next one's interval is longer. */
static iso_status try_at(iso_protocol_site *s, double interval_ms, iso_error *err) {
  iso_trials *t = s->trials;
  const double at_ms = s->last_ms + interval_ms, until_ms = at_ms + s->asked->window_ms;
  const int before = s->result.trials;
  bool captured;
  ISO_TRY(iso_trials_go_back(t, ISO_STATE_NEAREST, err));
  ISO_TRY(iso_trials_advance(t, iso_trials_before(t, at_ms), err));
  ISO_TRY(iso_trials_keep(t, ISO_STATE_NEAREST, err));
  ISO_TRY(iso_protocol_site_try(s, 2, interval_ms, until_ms, &captured, err));
  if (captured) ISO_TRY(iso_trials_wait(t, until_ms, has_passed, NULL, err));
  if (s->result.trials == before || t->stopped) return ISO_OK;
  iso_restitution_row row = {interval_ms, NAN, NAN, NAN};
  if (captured) ISO_TRY(measure(t, &row, err));
  return iso_agree(t->setup->mesh->comm, iso_protocol_record_restitution(s->record, &row, err), err);
}

iso_status iso_protocol_restitution(iso_protocol_site *s, iso_error *err) {
  const iso_config_restitution *r = &s->asked->restitution;
  const int64_t last = llround((r->longest_ms - r->shortest_ms) / r->resolution_ms);
  for (int64_t k = 0; k <= last && !s->trials->stopped; k++)
    ISO_TRY(try_at(s, r->shortest_ms + (double)k * r->resolution_ms, err));
  s->result.pulses = 1;
  s->result.restitution_slope = iso_protocol_record_slope(s->record);
  return ISO_OK;
}

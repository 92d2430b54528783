/* S2, S3 and S4, one after the other. */
#include "study/protocol_site.h"

#include <math.h>

static bool is_given(const iso_config_extra *e) { return !isnan(e->at_ms); }

/* The shortest interval of a pulse, or INFINITY where there is none. */
static double shortest(const iso_config_protocol *p, int k) {
  if (k >= ISO_EXTRAS || !p->has_extra[k]) return INFINITY;
  return is_given(&p->extra[k]) ? p->extra[k].at_ms : p->extra[k].shortest_ms;
}

void iso_protocol_site_note(iso_protocol_site *s, int k, const iso_protocol_found *found) {
  const double duration_ms = s->asked->s1.duration_ms;
  if (k < ISO_EXTRAS) {
    s->result.erp_ms[k] = found->erp_ms;
    iso_protocol_record_site(s->record, s->site)->erp_ms[k] = found->erp_ms;
  }
  if (k == 0) s->result.blocked_ms = found->blocked_ms, s->result.captured_ms = found->captured_ms;
  if (s->trials->stopped) return;
  s->last_ms =
      isnan(found->captured_ms) ? s->result.last_end_ms - duration_ms : s->last_ms + found->captured_ms;
  s->result.last_end_ms = s->last_ms + duration_ms;
  s->result.pulses = k + 1;
}

/* The next pulse's trials begin before its earliest time, where this one has to have captured. */
static iso_status make_way(iso_protocol_site *s, int k, iso_error *err) {
  iso_trials *t = s->trials;
  const int64_t step = iso_trials_before(t, s->last_ms + shortest(s->asked, k + 1));
  ISO_TRY(iso_trials_go_back(t, ISO_STATE_CAPTURED, err));
  double captured = (double)iso_simulation_steps(t->simulation);
  ISO_TRY(iso_trials_note(t, &captured, err));
  if (captured > (double)step)
    return iso_config_fail(t->setup->config, err, "protocol",
                           "the wave of the S%d pulse at %g ms is sensed at %g ms, after the earliest S%d: "
                           "lengthen that one's shortest interval, or sense nearer to the electrode",
                           k + 2, s->last_ms, captured * t->step_ms, k + 3);
  ISO_TRY(iso_trials_advance(t, step, err));
  return iso_trials_keep(t, ISO_STATE_NEAREST, err);
}

/* One pulse; *more: the next one can follow. */
static iso_status find_extra(iso_protocol_site *s, int k, bool *more, iso_error *err) {
  const iso_config_extra *extra = &s->asked->extra[k];
  const bool searched = !is_given(extra), each = searched && extra->search == ISO_SEARCH_DECREMENT;
  iso_protocol_found found;
  ISO_TRY(iso_protocol_search(s, k + 2, extra, shortest(s->asked, k + 1), &found, err));
  iso_protocol_site_note(s, k, &found);
  *more = false;
  if (s->trials->stopped || s->result.induced == ISO_INDUCED || (searched && isnan(found.captured_ms)))
    return ISO_OK;
  ISO_TRY(iso_trials_go_back(s->trials, ISO_STATE_CAPTURED, err));
  if (!each) ISO_TRY(iso_protocol_site_settle(s, err));
  *more = !s->trials->stopped && s->result.induced != ISO_INDUCED;
  return ISO_OK;
}

iso_status iso_protocol_extras(iso_protocol_site *s, iso_error *err) {
  bool more = true;
  for (int k = 0; k < ISO_EXTRAS && s->asked->has_extra[k] && more; k++) {
    if (k > 0) ISO_TRY(make_way(s, k - 1, err));
    ISO_TRY(find_extra(s, k, &more, err));
  }
  return ISO_OK;
}

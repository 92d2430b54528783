/* One premature pulse, whose coupling interval is given, decremented or bisected. */
#include "study/protocol_site.h"

#include <math.h>

typedef struct search {
  iso_protocol_site *site;
  const iso_config_extra *extra;
  int stimulus;
  iso_protocol_found *found;
} search;

static bool is_given(const iso_config_extra *e) { return !isnan(e->at_ms); }

/* Of the longest coupling interval; that of the shortest is 0. */
static int64_t last_interval(const iso_config_extra *e) {
  return llround((e->longest_ms - e->shortest_ms) / e->resolution_ms);
}

int iso_protocol_most_trials(const iso_config_extra *e) {
  int trials = 2;
  if (is_given(e)) return 1;
  if (e->search == ISO_SEARCH_DECREMENT) return (int)last_interval(e) + 1;
  for (int64_t left = last_interval(e); left > 1; left -= left / 2) trials++;
  return trials;
}

static double interval(const search *s, int64_t k) {
  return s->extra->shortest_ms + (double)k * s->extra->resolution_ms;
}

/* One trial from the nearest state. Later trials of one that did not capture are of longer intervals, and
 * begin from before its pulse. */
static iso_status try_at(search *s, double interval_ms, bool *captured, iso_error *err) {
  iso_protocol_site *site = s->site;
  iso_trials *t = site->trials;
  const double at_ms = site->last_ms + interval_ms;
  *captured = false;
  ISO_TRY(iso_trials_go_back(t, ISO_STATE_NEAREST, err));
  ISO_TRY(iso_trials_advance(t, iso_trials_before(t, at_ms), err));
  ISO_TRY(iso_trials_keep(t, ISO_STATE_AHEAD, err));
  const int before = site->result.trials;
  ISO_TRY(
      iso_protocol_site_try(site, s->stimulus, interval_ms, at_ms + site->asked->window_ms, captured, err));
  if (site->result.trials == before) return ISO_OK; /* stopped */
  if (*captured) {
    s->found->captured_ms = interval_ms;
    return iso_trials_keep(t, ISO_STATE_CAPTURED, err);
  }
  s->found->blocked_ms = interval_ms;
  iso_trials_replace(t, ISO_STATE_NEAREST, ISO_STATE_AHEAD);
  return ISO_OK;
}

/* ---- searches ---- */

/* One that captures and one that does not, and then what is between them. */
static iso_status bisect(search *s, iso_error *err) {
  const iso_trials *t = s->site->trials;
  int64_t blocked = 0, captured = last_interval(s->extra);
  bool is_captured;
  ISO_TRY(try_at(s, interval(s, captured), &is_captured, err));
  if (t->stopped || !is_captured) return ISO_OK;
  ISO_TRY(try_at(s, interval(s, blocked), &is_captured, err));
  if (t->stopped || is_captured) return ISO_OK;
  while (captured - blocked > 1 && !t->stopped) {
    const int64_t middle = blocked + (captured - blocked) / 2;
    ISO_TRY(try_at(s, interval(s, middle), &is_captured, err));
    *(is_captured ? &captured : &blocked) = middle;
  }
  if (!t->stopped) s->found->erp_ms = s->found->blocked_ms;
  return ISO_OK;
}

/* From the longest on, as long as it captures, and whether re-entry follows is asked each time. */
static iso_status decrement(search *s, iso_error *err) {
  const iso_trials *t = s->site->trials;
  bool is_captured = true;
  for (int64_t k = last_interval(s->extra); k >= 0 && is_captured && !t->stopped; k--) {
    ISO_TRY(try_at(s, interval(s, k), &is_captured, err));
    if (is_captured) ISO_TRY(iso_protocol_site_settle(s->site, err));
    if (s->site->result.induced == ISO_INDUCED) return ISO_OK;
  }
  if (!t->stopped && !is_captured) s->found->erp_ms = s->found->blocked_ms;
  return ISO_OK;
}

/* next_ms: to the next pulse, which may come before the window is over. */
static iso_status give(search *s, double next_ms, iso_error *err) {
  iso_protocol_site *site = s->site;
  iso_trials *t = site->trials;
  const double at_ms = site->last_ms + s->extra->at_ms;
  const double free_ms =
      isinf(next_ms) ? INFINITY : (double)iso_trials_before(t, at_ms + next_ms) * t->step_ms;
  bool captured;
  ISO_TRY(iso_trials_go_back(t, ISO_STATE_NEAREST, err));
  ISO_TRY(iso_trials_advance(t, iso_trials_before(t, at_ms), err));
  ISO_TRY(iso_protocol_site_try(site, s->stimulus, s->extra->at_ms,
                                fmin(at_ms + site->asked->window_ms, free_ms), &captured, err));
  *(captured ? &s->found->captured_ms : &s->found->blocked_ms) = s->extra->at_ms;
  return iso_trials_keep(t, ISO_STATE_CAPTURED, err);
}

iso_status iso_protocol_search(iso_protocol_site *site, int stimulus, const iso_config_extra *extra,
                               double next_ms, iso_protocol_found *out, iso_error *err) {
  search s = {site, extra, stimulus, out};
  *out = (iso_protocol_found){NAN, NAN, NAN};
  if (is_given(extra)) return give(&s, next_ms, err);
  return extra->search == ISO_SEARCH_BISECT ? bisect(&s, err) : decrement(&s, err);
}

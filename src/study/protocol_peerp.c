/* Pacing at the end of the effective refractory period: Azzolin et al., Front Physiol 12:656411 (2021), doi
 * 10.3389/fphys.2021.656411, with the windows of openCARP's second version. Each premature pulse comes as
 * early as the site lets it, until re-entry follows. */
#include "study/protocol_site.h"

#include <math.h>

static bool has_activated(const iso_trials *t, const void *ear) {
  return !isinf(iso_hearing_ear(t->guests->hearing, *(const int *)ear).first);
}

static bool has_recovered(const iso_trials *t, const void *ear) {
  return !isinf(iso_hearing_ear(t->guests->hearing, *(const int *)ear).recovered);
}

/* When the site's centre has recovered from the last S1 beat; the nearest state is when it had activated. */
static iso_status await_recovery(iso_protocol_site *s, double *recovered_ms, iso_error *err) {
  iso_trials *t = s->trials;
  const int *ear = &t->guests->centre[s->electrode];
  iso_ear heard;
  ISO_TRY(iso_trials_wait(t, s->last_ms + s->asked->window_ms, has_activated, ear, err));
  ISO_TRY(iso_trials_hear(t, *ear, &heard, err));
  if (!t->stopped && isinf(heard.first))
    return iso_config_fail(t->setup->config, err, "protocol",
                           "%s has not activated within window_ms of the last S1 pulse, at %g ms: raise "
                           "amplitude_uA_per_uF or window_ms",
                           iso_protocol_site_name(s->asked, s->site), s->last_ms);
  ISO_TRY(iso_trials_keep(t, ISO_STATE_NEAREST, err));
  ISO_TRY(iso_trials_wait(t, INFINITY, has_recovered, ear, err));
  ISO_TRY(iso_trials_hear(t, *ear, &heard, err));
  *recovered_ms = heard.recovered;
  return ISO_OK;
}

/* A window in time, of whole numbers of the resolution: intervals from the pulse before. */
static iso_config_extra window(const iso_protocol_site *s, double from_ms, double width_ms) {
  const double resolution = s->asked->peerp.resolution_ms;
  return (iso_config_extra){.at_ms = NAN,
                            .shortest_ms = from_ms - s->last_ms,
                            .longest_ms = from_ms - s->last_ms + resolution * ceil(width_ms / resolution),
                            .resolution_ms = resolution,
                            .search = ISO_SEARCH_BISECT};
}

/* The window moves on while its end does not capture. */
static iso_status find_end(iso_protocol_site *s, int k, double from_ms, iso_protocol_found *found,
                           iso_error *err) {
  const double width = s->asked->peerp.below_ms + s->asked->peerp.above_ms;
  iso_config_extra e = window(s, from_ms, width);
  do {
    ISO_TRY(iso_protocol_search(s, k + 2, &e, INFINITY, found, err));
    e = window(s, s->last_ms + e.longest_ms, width);
  } while (isnan(found->captured_ms) && !s->trials->stopped);
  return ISO_OK;
}

/* Not before a pulse could be given in the present state. */
static iso_status at_least(iso_trials *t, double *ms, iso_error *err) {
  double now_ms = iso_simulation_time(t->simulation);
  ISO_TRY(iso_trials_note(t, &now_ms, err));
  *ms = fmax(*ms, now_ms + (ISO_ELECTRODE_STEPS + 1) * t->step_ms);
  return ISO_OK;
}

/* Where the search for the next pulse begins. */
static iso_status begin_next(iso_protocol_site *s, double *from_ms, iso_error *err) {
  iso_trials *t = s->trials;
  const double earliest_ms = s->last_ms + s->asked->peerp.earliest_ms;
  ISO_TRY(iso_trials_go_back(t, ISO_STATE_CAPTURED, err));
  ISO_TRY(iso_trials_advance(t, iso_trials_before(t, earliest_ms), err));
  ISO_TRY(iso_trials_keep(t, ISO_STATE_NEAREST, err));
  *from_ms = earliest_ms;
  return at_least(t, from_ms, err);
}

iso_status iso_protocol_peerp(iso_protocol_site *s, iso_error *err) {
  iso_trials *t = s->trials;
  double from_ms, recovered_ms = 0;
  ISO_TRY(await_recovery(s, &recovered_ms, err));
  ISO_TRY(iso_trials_go_back(t, ISO_STATE_NEAREST, err));
  from_ms = recovered_ms - s->asked->peerp.below_ms;
  ISO_TRY(at_least(t, &from_ms, err));
  for (int k = 0; k < s->asked->peerp.beats && !t->stopped; k++) {
    iso_protocol_found found;
    if (k > 0) ISO_TRY(begin_next(s, &from_ms, err));
    ISO_TRY(find_end(s, k, from_ms, &found, err));
    iso_protocol_site_note(s, k, &found);
    ISO_TRY(iso_trials_go_back(t, ISO_STATE_CAPTURED, err));
    ISO_TRY(iso_protocol_site_settle(s, err));
    if (s->result.induced == ISO_INDUCED) return ISO_OK;
  }
  return ISO_OK;
}

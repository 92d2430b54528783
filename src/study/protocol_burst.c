/* A burst, or a ramp. */
#include "study/protocol_site.h"

#include <math.h>

/* Whether re-entry follows the pulse that was just given; if not, the next one comes as if nobody had asked.
 */
static iso_status look_for_reentry(iso_protocol_site *s, int64_t next_step, iso_error *err) {
  iso_trials *t = s->trials;
  ISO_TRY(iso_trials_advance(t, next_step, err));
  ISO_TRY(iso_trials_keep(t, ISO_STATE_NEAREST, err));
  ISO_TRY(iso_protocol_site_settle(s, err));
  return s->result.induced == ISO_INDUCED ? ISO_OK : iso_trials_go_back(t, ISO_STATE_NEAREST, err);
}

iso_status iso_protocol_burst(iso_protocol_site *s, iso_error *err) {
  const iso_config_burst *burst = &s->asked->burst;
  iso_trials *t = s->trials;
  for (int64_t k = 0; k < burst->count && s->result.induced != ISO_INDUCED && !t->stopped; k++) {
    const bool last = k + 1 == burst->count;
    const double interval_ms = iso_burst_interval(burst, k), at_ms = s->last_ms + interval_ms;
    const int64_t next_step =
        last ? INT64_MAX : iso_trials_before(t, at_ms + iso_burst_interval(burst, k + 1));
    const double free_ms = last ? INFINITY : (double)next_step * t->step_ms;
    bool captured;
    ISO_TRY(iso_trials_advance(t, iso_trials_before(t, at_ms), err));
    ISO_TRY(iso_protocol_site_try(s, (int)k + 2, interval_ms, fmin(at_ms + s->asked->window_ms, free_ms),
                                  &captured, err));
    s->last_ms = at_ms;
    s->result.pulses = (int)k + 1;
    if (last)
      ISO_TRY(iso_protocol_site_settle(s, err));
    else if (burst->test_each)
      ISO_TRY(look_for_reentry(s, next_step, err));
  }
  return ISO_OK;
}

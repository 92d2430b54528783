#include "study/protocol_site.h"

#include <math.h>

iso_status iso_protocol_site_heard(const iso_protocol_site *s, const char *name, iso_error *err) {
  iso_trials *t = s->trials;
  iso_ear heard;
  ISO_TRY(iso_trials_hear(t, t->guests->sense[s->electrode], &heard, err));
  if (t->stopped || !isinf(heard.first)) return ISO_OK;
  return iso_config_fail(
      t->setup->config, err, "protocol",
      "the node that it senses has not activated between the last %s pulse, at %g ms, and "
      "%g ms, so that nothing would tell the next pulse's wave from that one's: raise amplitude_uA_per_uF or "
      "the next pulse's shortest interval, or sense nearer to the electrode",
      name, s->last_ms, iso_simulation_time(t->simulation));
}

static void tell(const iso_protocol_site *s, const iso_trial_row *row) {
  const char *name = s->asked->nsites > 1 ? iso_protocol_site_name(s->asked, s->site) : NULL;
  if (s->trials->replays) return; /* it was told then */
  iso_log_say(s->log, ISO_LOG_INFO, "%s%sS%d at %.6g ms: %s", name ? name : "", name ? ": " : "",
              row->stimulus, row->interval_ms, row->captured ? "captured" : "not captured");
}

iso_status iso_protocol_site_try(iso_protocol_site *s, int stimulus, double interval_ms, double until_ms,
                                 bool *captured, iso_error *err) {
  const double at_ms = s->last_ms + interval_ms;
  *captured = false;
  if (s->trials->stopped) return ISO_OK;
  ISO_TRY(iso_trials_pulse(s->trials, s->electrode, at_ms, err));
  s->result.last_end_ms = at_ms + s->asked->s1.duration_ms;
  ISO_TRY(iso_trials_capture(s->trials, s->electrode, until_ms, captured, err));
  if (s->trials->stopped && !*captured) return ISO_OK;
  const iso_trial_row row = {.site = s->site,
                             .stimulus = stimulus,
                             .interval_ms = interval_ms,
                             .time_ms = at_ms,
                             .captured = *captured,
                             .induced = ISO_NOT_LOOKED_FOR};
  s->result.trials++;
  tell(s, &row);
  const iso_status status = iso_protocol_record_add(s->record, &row, err);
  return iso_agree(s->trials->setup->mesh->comm, status, err);
}

iso_status iso_protocol_site_settle(iso_protocol_site *s, iso_error *err) {
  bool induced = false;
  if (!s->asked->look_for_reentry || s->trials->stopped) return ISO_OK;
  ISO_TRY(iso_trials_settle(s->trials, s->result.last_end_ms,
                            s->trials->setup->config->outputs.reentry.sustained_ms, s->asked->window_ms,
                            &induced, err));
  if (s->trials->stopped && !induced) return ISO_OK;
  s->result.induced = induced ? ISO_INDUCED : ISO_NOT_INDUCED;
  iso_protocol_record_last(s->record)->induced = s->result.induced;
  if (induced && !s->trials->replays)
    iso_log_say(s->log, ISO_LOG_INFO, "re-entry: activated at %.6g ms, %.6g ms after the last pulse",
                iso_hearing_anywhere(s->trials->guests->hearing),
                iso_hearing_anywhere(s->trials->guests->hearing) - s->result.last_end_ms);
  return ISO_OK;
}

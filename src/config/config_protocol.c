#include "config/config_read.h"

#include <math.h>

#define FAIL(...) iso_config_fail(config, err, __VA_ARGS__)

/* S2 is given some steps before it begins (act/premature.h). */
#define LEAST_STEPS 40

static iso_status check_train(const iso_config *config, const iso_config_protocol *p, iso_error *err) {
  if (p->s1.period_ms < p->s1.duration_ms)
    return FAIL("protocol.s1.cycle_ms", "a pulse of %g ms does not fit into a cycle of %g ms",
                p->s1.duration_ms, p->s1.period_ms);
  if (p->s1.period_ms >= config->time.step_ms) return ISO_OK;
  return FAIL("protocol.s1.cycle_ms",
              "%g ms is shorter than a time step of %g ms; lengthen it or lower time.step_ms",
              p->s1.period_ms, config->time.step_ms);
}

static iso_status check_intervals(const iso_config *config, const iso_config_protocol *p, iso_error *err) {
  const double intervals = (p->longest_ms - p->shortest_ms) / p->resolution_ms;
  if (p->longest_ms <= p->shortest_ms)
    return FAIL("protocol.s2", "longest_ms, %g, has to be above shortest_ms, %g", p->longest_ms,
                p->shortest_ms);
  if (fabs(intervals - round(intervals)) > 1e-6 || intervals > 1e6)
    return FAIL("protocol.s2.resolution_ms",
                "from %g to %g ms are not a whole number, up to 1e6, of %g ms; change one of them",
                p->shortest_ms, p->longest_ms, p->resolution_ms);
  if (p->shortest_ms < p->s1.duration_ms)
    return FAIL("protocol.s2.shortest_ms", "S2 at %g ms is within the last S1 pulse of %g ms; lengthen it",
                p->shortest_ms, p->s1.duration_ms);
  if (p->shortest_ms >= LEAST_STEPS * config->time.step_ms) return ISO_OK;
  return FAIL("protocol.s2.shortest_ms",
              "%g ms are fewer than %d steps of %g ms; lengthen it or lower time.step_ms", p->shortest_ms,
              LEAST_STEPS, config->time.step_ms);
}

/* The end of the last trial is within the duration. */
static iso_status check_duration(const iso_config *config, const iso_config_protocol *p, iso_error *err) {
  const double last = p->s1.start_ms + (double)(p->s1.count - 1) * p->s1.period_ms,
               end = last + p->longest_ms + p->window_ms;
  if (config->time.duration_ms >= end) return ISO_OK;
  return FAIL("protocol",
              "its longest trial ends at %g ms: the last S1 pulse at %g, s2.longest_ms, and window_ms; "
              "time.duration_ms is %g: lengthen it",
              end, last, config->time.duration_ms);
}

/* What a run that goes back in time cannot have beside it. */
static iso_status check_others(const iso_config *config, const iso_config_protocol *p, iso_error *err) {
  if (config->method == ISO_METHOD_EIKONAL)
    return FAIL("protocol", "method: eikonal has one wave and no refractory period; take method: monodomain, "
                            "or leave the protocol out");
  if (config->outputs.snapshot_interval_ms > 0)
    return FAIL("outputs.snapshots", "those of a protocol's trials could not be taken back; leave out the "
                                     "snapshots or the protocol");
  if (config->checkpoint.interval_ms > 0 || config->checkpoint.every_minutes > 0)
    return FAIL("checkpoint", "a run with a protocol cannot be restarted; leave one of them out");
  if (config->stop.all_activated)
    return FAIL("stop.all_activated", "the first S1 beat would end the run; leave it out, or the protocol");
  if (config->stop.quiescent_ms > 0 && config->stop.quiescent_ms <= p->longest_ms)
    return FAIL("stop.quiescent_ms",
                "%g ms of rest could end the run before S2; it has to be above protocol.s2.longest_ms, %g",
                config->stop.quiescent_ms, p->longest_ms);
  if (config->stop.sustained && config->outputs.reentry.sustained_ms <= p->longest_ms)
    return FAIL("stop.sustained",
                "the train could end the run before S2; outputs.reentry.sustained_ms, %g, has to be above "
                "protocol.s2.longest_ms, %g",
                config->outputs.reentry.sustained_ms, p->longest_ms);
  return ISO_OK;
}

iso_status iso_config_complete_protocol(iso_config *config, iso_error *err) {
  iso_config_protocol *p = &config->protocol;
  if (!config->has_protocol) return ISO_OK;
  if ((p->node >= 0) + iso_select_given(&p->sense) != 1)
    return FAIL("protocol.sense", "say where it senses, once: node or site");
  if (p->sense.name) ISO_TRY(iso_config_complete_where(config, &p->sense, "protocol.sense", err));
  ISO_TRY(iso_config_complete_where(config, &p->where, "protocol", err));
  ISO_TRY(check_others(config, p, err));
  ISO_TRY(check_train(config, p, err));
  ISO_TRY(check_intervals(config, p, err));
  return check_duration(config, p, err);
}

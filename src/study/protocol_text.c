/* What a protocol will do, and what it came to, in words. */
#include "base/text.h"
#include "study/protocol.h"

#include <math.h>
#include <stdio.h>

#define ADD(...) iso_text_append(text, size, __VA_ARGS__)

/* ---- before ---- */

static void describe_extra(const iso_config_extra *e, int k, char *text, size_t size) {
  if (!isnan(e->at_ms)) {
    ADD(", S%d at %g ms", k + 2, e->at_ms);
    return;
  }
  ADD(", S%d between %g and %g ms by %g in %d trials at most", k + 2, e->shortest_ms, e->longest_ms,
      e->resolution_ms, iso_protocol_most_trials(e));
}

const char *iso_protocol_describe(const iso_config_protocol *p, char *text, size_t size) {
  *text = 0;
  ADD("S1 %lld x %g ms", (long long)p->s1.count, p->s1.period_ms);
  for (int k = 0; k < ISO_EXTRAS; k++)
    if (p->has_extra[k]) describe_extra(&p->extra[k], k, text, size);
  if (p->has_burst) {
    ADD(", burst of %lld x %g ms", (long long)p->burst.count, p->burst.cycle_ms);
    if (p->burst.decrement_ms > 0)
      ADD(", each %g ms shorter, down to %g", p->burst.decrement_ms, p->burst.shortest_ms);
  }
  if (p->has_peerp) ADD(", up to %d pulses at the end of the effective refractory period", p->peerp.beats);
  if (p->has_restitution)
    ADD(", S2 from %g to %g ms by %g for restitution", p->restitution.shortest_ms, p->restitution.longest_ms,
        p->restitution.resolution_ms);
  if (p->nsites > 0) ADD(", from each of %d sites", p->nsites);
  return text;
}

/* ---- after ---- */

/* S2, where it was searched. */
static void tell_s2(const iso_protocol_result *r, char *text, size_t size) {
  ADD("effective refractory period ");
  if (!isnan(r->erp_ms[0]) && isnan(r->captured_ms)) /* a decrement that began with it */
    ADD("%.6g ms or above: S2 is blocked there", r->erp_ms[0]);
  else if (!isnan(r->erp_ms[0]))
    ADD("%.6g ms: S2 is blocked there, and captures at %.6g ms", r->erp_ms[0], r->captured_ms);
  else if (isnan(r->captured_ms))
    ADD("above %.6g ms, where S2 is blocked", r->blocked_ms);
  else if (isnan(r->blocked_ms))
    ADD("below %.6g ms, where S2 captures", r->captured_ms);
  else
    ADD("between %.6g and %.6g ms", r->blocked_ms, r->captured_ms);
}

static void tell_pulses(const iso_protocol_result *r, char *text, size_t size) {
  ADD("%d premature pulse%s", r->pulses, r->pulses == 1 ? "" : "s");
}

const char *iso_protocol_tell(const iso_protocol_result *r, const iso_config_protocol *p, char *text,
                              size_t size) {
  char count[32];
  *text = 0;
  if (p->has_extra[0] && isnan(p->extra[0].at_ms))
    tell_s2(r, text, size);
  else
    tell_pulses(r, text, size);
  for (int k = 1; k < ISO_EXTRAS; k++)
    if (!isnan(r->erp_ms[k])) ADD("; %.6g ms of S%d", r->erp_ms[k], k + 2);
  if (!isnan(r->restitution_slope)) ADD("; restitution slope %.3g at most", r->restitution_slope);
  if (r->induced == ISO_INDUCED) {
    ADD("; re-entry induced by ");
    tell_pulses(r, text, size);
    if (p->nsites > 1)
      ADD(" from %s, and from %d of %d sites", iso_protocol_site_name(p, r->site), r->inducing_sites,
          p->nsites);
  } else if (r->induced == ISO_NOT_INDUCED) {
    ADD("; no re-entry");
  }
  ADD("; %d trial%s, %s steps with the train", r->trials, r->trials == 1 ? "" : "s",
      iso_text_count(r->steps, count, sizeof count));
  return text;
}

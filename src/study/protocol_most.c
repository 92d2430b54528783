/* How much there can be of trials, before any is made. */
#include "study/protocol.h"

#include <math.h>

typedef struct bound {
  const iso_config_protocol *asked;
  double before_ms; /* of a pulse: how early it is asked for */
  double settle_ms; /* whether re-entry follows; 0: not asked */
  iso_protocol_most most;
} bound;

/* That many pulses, each from a state right before it until its window is over. */
static void try_pulses(bound *b, double n) {
  b->most.ms += n * (b->before_ms + b->asked->window_ms);
  b->most.trials += n;
}

static void settle(bound *b, double n) { b->most.ms += n * b->settle_ms; }

/* The way from the shortest interval on is gone once to the longest and once to those between, where it is
 * bisected (protocol_search.c). */
static void search(bound *b, const iso_config_extra *e) {
  const int n = iso_protocol_most_trials(e);
  const bool is_given = !isnan(e->at_ms), each = !is_given && e->search == ISO_SEARCH_DECREMENT;
  const double way_ms = is_given ? 0 : e->longest_ms - e->shortest_ms;
  try_pulses(b, n);
  b->most.ms += (each ? 0.5 * n : 2) * way_ms;
  settle(b, each ? n : 1);
}

static void add_extras(bound *b) {
  const iso_config_protocol *p = b->asked;
  for (int k = 0; k < ISO_EXTRAS && p->has_extra[k]; k++) {
    const iso_config_extra *e = &p->extra[k];
    if (k > 0) b->most.ms += isnan(e->at_ms) ? e->shortest_ms : e->at_ms;
    search(b, e);
  }
}

static void add_burst(bound *b) {
  const iso_config_burst *burst = &b->asked->burst;
  for (int64_t k = 1; k < burst->count; k++) b->most.ms += iso_burst_interval(burst, k);
  b->most.trials += (double)burst->count;
  b->most.ms += b->asked->window_ms;
  settle(b, burst->test_each ? (double)burst->count : 1);
}

/* A window moves on until its end captures, which it does a cycle of the train after the pulse before, or the
 * train itself would not. */
static void add_peerp(bound *b) {
  const iso_config_peerp *p = &b->asked->peerp;
  const double width_ms = p->below_ms + p->above_ms, cycle_ms = b->asked->s1.period_ms;
  const double moves = fmax(ceil((cycle_ms - p->earliest_ms) / width_ms), 0);
  const iso_config_extra window = {
      .at_ms = NAN, .longest_ms = width_ms, .resolution_ms = p->resolution_ms, .search = ISO_SEARCH_BISECT};
  b->most.ms += b->asked->window_ms + cycle_ms;
  for (int k = 0; k < p->beats; k++) {
    b->most.ms += p->earliest_ms + moves * width_ms;
    try_pulses(b, moves);
    search(b, &window);
  }
}

static void add_restitution(bound *b) {
  const iso_config_restitution *r = &b->asked->restitution;
  b->most.ms += r->longest_ms - r->shortest_ms;
  try_pulses(b, (double)llround((r->longest_ms - r->shortest_ms) / r->resolution_ms) + 1);
}

iso_protocol_most iso_protocol_most_of(const iso_config_protocol *p, double sustained_ms, double step_ms) {
  bound b = {.asked = p,
             .before_ms = ISO_ELECTRODE_STEPS * step_ms,
             .settle_ms = p->look_for_reentry ? sustained_ms + p->window_ms : 0};
  if (p->has_burst)
    add_burst(&b);
  else if (p->has_peerp)
    add_peerp(&b);
  else if (p->has_restitution)
    add_restitution(&b);
  else
    add_extras(&b);
  const double sites = p->nsites > 0 ? p->nsites : 1;
  return (iso_protocol_most){.trials = sites * b.most.trials,
                             .ms = iso_protocol_earliest(p, step_ms) + sites * b.most.ms};
}

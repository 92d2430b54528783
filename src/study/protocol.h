/* A protocol: a train, and then premature pulses whose coupling intervals are given or found by trials, or a
 * burst. Trials go back to states in memory, so that neither the train nor what comes before a trial is
 * repeated. */
#ifndef ISO_STUDY_PROTOCOL_H
#define ISO_STUDY_PROTOCOL_H

#include "study/trials.h"

/* What it came to, at the site that the run goes on with. */
typedef struct iso_protocol_result {
  double erp_ms[ISO_EXTRAS]; /* of S2, S3, S4: the longest coupling interval that did not capture; NAN: not
                                within those given, or not tried */
  double blocked_ms;         /* the longest of S2 that was tried and did not; NAN: none */
  double captured_ms;        /* the shortest of S2 that did; NAN: none */
  double last_end_ms;        /* of the last pulse after the train in the beats that the simulation is left in;
                                -INFINITY: none */
  int trials;                /* of all sites; 0: there is no protocol */
  int64_t steps;             /* of the train and all trials */
  int64_t before;            /* of these, before a restart */
  int site, pulses;          /* which, and how many premature pulses those beats have */
  iso_induction induced;
  int inducing_sites;
  double restitution_slope; /* the steepest; NAN: not measured */
} iso_protocol_result;

/* No trials. */
iso_protocol_result iso_protocol_none(void);

/* Most trials that a search of a premature pulse can take; 1 where its interval is given. */
int iso_protocol_most_trials(const iso_config_extra *extra);

/* Most states that trials keep in memory at a time. */
int iso_protocol_most_states(const iso_config_protocol *protocol);

/* When the earliest premature pulse may begin that trials give, ms. step_ms: of time. */
double iso_protocol_earliest(const iso_config_protocol *protocol, double step_ms);

/* How much there can be of the train and all trials, one after the other. */
typedef struct iso_protocol_most {
  double trials;
  double ms; /* of simulated time, with the train */
} iso_protocol_most;

/* Most of them, as if each trial lasted for its whole window; with peerp, whose windows move on until one
 * captures, as far as within a cycle of the train. sustained_ms: of outputs.reentry; step_ms: of time. */
iso_protocol_most iso_protocol_most_of(const iso_config_protocol *protocol, double sustained_ms,
                                       double step_ms);

enum { ISO_PROTOCOL_TEXT = 500 };

/* What will be done, and what came of it, into text [size], which is returned. */
const char *iso_protocol_describe(const iso_config_protocol *protocol, char *text, size_t size);
const char *iso_protocol_tell(const iso_protocol_result *result, const iso_config_protocol *protocol,
                              char *text, size_t size);

/* Collective. Paces the simulation, which has been started, and leaves it with the beats of the first site
 * that induced re-entry, else of the last one: of the shortest coupling intervals that captured, or, where
 * none did, of the longest; what its guests know is of those beats alone. Logs and records each trial. Where
 * stopped it is left as it is. After a restart from a state behind it it
 * is over, and *out what it came to then. *saved: NULL, or after a restart what the simulation was restored
 * from; it goes on from there without repeating trials, and frees it, *saved then being NULL, where it goes
 * on at all. ISO_EINPUT where a wave has not been sensed before the earliest pulse that could come after it.
 */
iso_status iso_protocol_run(iso_protocol_result *out, const iso_setup *setup,
                            const iso_protocol_guests *guests, iso_protocol_stepper stepper,
                            iso_archive **saved, iso_error *err);

#endif

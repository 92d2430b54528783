/* The effective refractory period by bisection of S2's coupling interval: trials go back to states in memory,
 * so that neither the train nor what comes before a trial is ever repeated. */
#ifndef ISO_STUDY_PROTOCOL_H
#define ISO_STUDY_PROTOCOL_H

#include "act/premature.h"
#include "study/setup.h"

typedef struct iso_protocol_result {
  double erp_ms;      /* the longest coupling interval that did not capture; NAN: not within those given */
  double blocked_ms;  /* the longest that was tried and did not; NAN: none */
  double captured_ms; /* the shortest that did; NAN: none */
  int trials;         /* 0: there is no protocol */
  int64_t steps;      /* of the train and all trials */
} iso_protocol_result;

/* Who makes the steps: the k-th of all since the beginning. *stop: somebody asked to end. Collective, with
 * the same answer on all ranks. */
typedef struct iso_protocol_stepper {
  void *self;
  iso_status (*step)(void *self, int64_t k, bool *stop, iso_error *err);
} iso_protocol_stepper;

/* No trials. */
iso_protocol_result iso_protocol_none(void);

/* Most trials that the configuration's protocol can take. */
int iso_protocol_most_trials(const iso_config_protocol *protocol);

/* Collective. Paces the simulation, which has been started, and leaves it in the trial with the shortest
 * coupling interval that captured, or, where none did, at the end of the longest; what its guests know is of
 * those beats alone. Logs each trial. Where stopped it is left as it is. ISO_EINPUT where the last S1 is not
 * sensed before the earliest S2. */
iso_status iso_protocol_run(iso_protocol_result *out, const iso_setup *setup, iso_premature *s2,
                            iso_protocol_stepper stepper, iso_error *err);

#endif

/* A stimulus in time: a train of current pulses. */
#ifndef ISO_SOLVE_STIMULUS_H
#define ISO_SOLVE_STIMULUS_H

#include <stdint.h>

typedef struct iso_pulses {
  double start_ms, duration_ms;
  double amplitude; /* uA/uF; positive depolarises */
  double period_ms; /* 0: one pulse */
  int64_t count;    /* pulses; 0: without end */
} iso_pulses;

/* Mean amplitude over [from, to]: the charge of a pulse does not depend on the step. */
double iso_pulses_mean(const iso_pulses *pulses, double from_ms, double to_ms);

/* End of the last pulse, ms; infinite for a train without end. */
double iso_pulses_end(const iso_pulses *pulses);

#endif

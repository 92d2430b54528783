/* What is measured on one beat of a cell. */
#ifndef ISO_CELL_BEAT_H
#define ISO_CELL_BEAT_H

#include <stdint.h>

/* APDs run from the middle of the step with the largest dV/dt (stimulus included) until Vm has gone 50 or 90%
 * of the way from its peak back to rest, interpolated linearly; NAN where the beat does not activate or does
 * not recover before the next. */
typedef struct iso_beat {
  double rest;         /* mV, just before the pulse */
  double peak;         /* mV */
  double max_dvdt;     /* mV/ms */
  double apd50, apd90; /* ms */
} iso_beat;

/* trace [n + 1]: Vm at the ends of n steps. activation: mV, that rest lies below and the peak of a beat
 * above.
 */
iso_beat iso_beat_measure(const double *trace, int64_t n, double step_ms, double activation);

#endif

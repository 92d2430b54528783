/* One cell, paced: what the single-cell tests measure. */
#ifndef ISO_TESTS_KERNELS_PACE_H
#define ISO_TESTS_KERNELS_PACE_H

#include "kernels/model.h"

enum { PACE_MAX = 128 }; /* parameters or states of a model */

typedef struct pacing {
  const iso_cell_kernels *kernels;
  int single, exact;
  const iso_model *model;
  const char *variant;
  const char *scaled; /* parameter to multiply by scale, or NULL */
  double scale;
  const iso_change *changes; /* of the variant's parameters and states, up to a NULL name; or NULL */
  double step_ms, cycle_ms;
  double slow_step_ms; /* a cell outside upstrokes takes steps of 2, 4, 8 or 16 step_ms up to this; 0: none */
  int after_upstroke;  /* and of so many for 20 ms after one: 1 or 2 */
  int beats;
  double stimulus, duration_ms; /* uA/uF */
  const char *carrier;          /* state that the stimulus current adds to, or NULL */
  double carried;               /* its change in mM per uA/uF and ms */
} pacing;

/* Of the last beat, t = 0 at its stimulus. APDs run from the largest dV/dt to 50 or 90% repolarisation
 * between peak and rest, linearly interpolated. */
typedef struct beat {
  double rest, peak, max_dvdt, apd50, apd90; /* mV, mV, mV/ms, ms, ms */
  double activation;                         /* ms from the stimulus to the model's threshold; NAN: none */
  double vm;                                 /* at the end */
  double period;                             /* ms between the last two upstrokes through 0 mV; NAN: none */
  double states[PACE_MAX];
  double evaluations; /* of the cell, for each step_ms */
  double ripple; /* of the state that swings most from step to step, of its range in the beat; 0: none does */
  int rippling;  /* which */
} beat;

/* Integrates V' = stimulus - Iion with the second-order staggered scheme: gates and currents at the middle of
 * a step, V at its ends.
 *
 * With slow_step_ms at the cell's own pace. At step n, after k steps of V at once, come k' more, a power of
 * two that divides n and is at most 2 k: 1 during a stimulus and where V moves by 5 mV/ms, at most
 * after_upstroke for 20 ms after that, and so that V is straight within 0.02 mV over k'. States go from n -
 * k/2 to n + k'/2. */
beat pace(const pacing *p);

#endif

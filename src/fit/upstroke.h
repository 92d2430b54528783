/* The upstroke that travels with a wave, from 0 to 1: (1 + tanh(t / rise)) / 2, through a Gaussian filter. */
#ifndef ISO_FIT_UPSTROKE_H
#define ISO_FIT_UPSTROKE_H

#include "fit/curve.h"

/* By the time after the activation: 0 before the table, 1 behind. rise_ms: above 0; filter_ms: the standard
 * deviation of the filter, 0: none. ISO_EFAIL where memory is short; to be freed whatever the status. */
iso_status iso_upstroke_new(iso_curve *out, double rise_ms, double filter_ms, iso_error *err);

/* The standard deviation, ms, of the Gaussian filter with -3 dB at a frequency. */
double iso_filter_ms(double low_pass_hz);

#endif

/* The band of a record: the wandering of its baseline and what is faster than an ECG are taken off, without
 * moving anything in time.
 *
 * Butterworth filters of second order, once forward and once backward, so that phases are zero and slopes 24
 * dB an octave; at the two limits 3 dB are lost. 0.5 Hz is below the 0.67 Hz that Kligfield et al.
 * (Circulation 115:1306, 2007) allow where phases are zero, so that ST stays where it is, and 150 Hz their
 * upper limit for adults. */
#ifndef ISO_ECG_BAND_H
#define ISO_ECG_BAND_H

#include "base/error.h"

#define ISO_ECG_LOW_HZ 0.5
#define ISO_ECG_HIGH_HZ 150.0

/* The upper limit at a rate of samples: the above, or none, half the rate, where that is not 2.5 times it. */
double iso_ecg_high_hz(double rate_hz);

/* Not collective. value [n] in place; beyond its ends it goes on as turned about them. rate_hz at least 2.
 * ISO_EFAIL where memory is short. */
iso_status iso_ecg_band(double *value, int n, double rate_hz, iso_error *err);

#endif

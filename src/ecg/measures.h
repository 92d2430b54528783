/* What is read off an ECG: when the QRS complex begins and ends, its axis, the T wave, QT.
 *
 * Leads are brought to samples of 1 ms. A QRS complex is where the speed of the vector of all leads, the root
 * of the sum of their squared slopes (each fitted over 5 ms), is above 5% of its largest and above four times
 * the lower quartile of the whole record, gaps below 20 ms included; where that quartile is more than a
 * sixteenth of the largest, because the record is hardly ever at rest, nothing is measured. T peak is the
 * largest root mean square of the leads against their level before the QRS; T end is where the tangent at its
 * steepest descent meets the lowest level that follows (Lepeschkin and Surawicz, Circulation 6:378, 1952).
 * The axis is that of the net areas of the QRS in I and aVF. Of several beats, durations are medians, the
 * axis is that of the mean, and times are those of the first. */
#ifndef ISO_ECG_MEASURES_H
#define ISO_ECG_MEASURES_H

#include "base/error.h"

#include <stdint.h>

typedef struct iso_ecg_signals {
  int64_t n;
  const double *time_ms;     /* [n] ascending */
  int nleads;                /* that are independent: I, II and those of the chest, say */
  const double *const *lead; /* [nleads][n] mV */
  const double *limb[2];     /* [n] I and aVF, or NULL */
} iso_ecg_signals;

/* NAN: not found. */
typedef struct iso_ecg_measures {
  int beats;
  double qrs_onset_ms, qrs_offset_ms, t_peak_ms, t_end_ms; /* of the first beat */
  double qrs_duration_ms, qt_ms;
  double qrs_axis_deg; /* from -180 to 180; 0 towards the left arm, 90 to the foot */
  double rr_ms, qtc_bazett_ms, qtc_fridericia_ms;
} iso_ecg_measures;

/* ISO_EFAIL where memory is short. Signals whose samples are more than 4 ms apart, or of less than 20 ms,
 * have no measures. Not collective. */
iso_status iso_ecg_measure(const iso_ecg_signals *signals, iso_ecg_measures *out, iso_error *err);

/* When each QRS complex is fastest, in ms of the record, *n of them in *peak_ms, to be freed. As above. */
iso_status iso_ecg_find_beats(const iso_ecg_signals *signals, double **peak_ms, int *n, iso_error *err);

#endif

/* When an ECG begins by a heart's own time: the clock that lays what is predicted over what was measured. A
 * record has a zero of time of its own, known to clock_sd_ms, and errors in it are neither of the heart nor
 * of the waveform. Not collective. */
#ifndef ISO_FIT_ALIGN_H
#define ISO_FIT_ALIGN_H

#include "fit/data.h"

typedef struct iso_aligner {
  const iso_fit_model *model;
  const iso_fit_data *data; /* an ECG alone */
  const double *sd;         /* [data->nused] */
  int clock;                /* which number of z */
  double sd_ms;             /* what one of it is */
} iso_aligner;

/* Sets the clock in z, for which the model was run last, to where the squares of the errors (errors.h) of
 * predicted, which becomes what is predicted then, against target are least: near to where it is, downhill,
 * or anywhere within ISO_CLOCK_REACH standard deviations of what is known beforehand. predicted, target
 * [data->nused]. */
void iso_fit_align(const iso_aligner *a, const double *target, double *z, double *predicted);
void iso_fit_align_anywhere(const iso_aligner *a, const double *target, double *z, double *predicted);

#define ISO_CLOCK_REACH 4

#endif

/* Whether what was measured is what such hearts do. */
#ifndef ISO_FIT_JUDGE_H
#define ISO_FIT_JUDGE_H

#include "fit/minimise.h"

/* Samples of an ECG that disagree most together: those of one lead within ISO_TOGETHER_MS. */
typedef struct iso_worst_samples {
  int set, lead;    /* of the data; -1: there is no ECG */
  double deviation; /* of all of them, in standard deviations: above 0 where measured is above predicted */
  double from_ms, to_ms; /* by the ECG's clock */
  double above_mV;       /* measured less predicted, the mean */
} iso_worst_samples;

/* Long enough for waves of a QRS complex, of 80 to 200 ms, to be told from single samples, and short enough
 * to tell one from the next: a convention. */
#define ISO_TOGETHER_MS 20

typedef struct iso_judgement {
  double reduced_chi_square; /* of the data used, by those less what was fitted */
  double fitted;             /* how many of z the data decide: a sum of shares */
  double p_value; /* of data like these, or less likely ones, if hearts were as known beforehand and
                     errors as said: below 0.01, something is wrong, and above 0.99 errors are smaller */
  /* Where points of maps disagree most together: as many standard deviations, of so many points around one of
   * them. */
  double worst, worst_mm[3], worst_ms;
  int worst_points;
  double worst_when_ms; /* the mean of when they were measured */
  int worst_region;     /* where that one is; -1: there are no maps */
  iso_worst_samples samples;
} iso_judgement;

/* Of the heart that goes best, right after iso_minimise; reach_mm: how far points are looked at together.
 * value, sd [nused]. ISO_EFAIL where memory is short. */
iso_status iso_fit_judge(iso_judgement *out, const iso_minimiser *m, const iso_minimum *minimum,
                         const double *value, const double *sd, double reach_mm, iso_error *err);

/* The same of samples alone. predicted, value, sd [data->nused]. */
void iso_fit_worst_samples(iso_worst_samples *out, const iso_fit_data *data, const double *predicted,
                           const double *value, const double *sd);

/* The share of a chi-square distribution with n degrees of freedom that is above x (Wilson and Hilferty, PNAS
 * 17:684-688, 1931: to some 1e-3 from 10 degrees on). */
double iso_chi_square_above(double x, double n);

#endif

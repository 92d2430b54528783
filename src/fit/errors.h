/* Errors of data of which a part goes on from one to the next: of a set with follow error k over its standard
 * deviation is sqrt(u) x_k + sqrt(1 - u) e_k, u the share, e_k normal and independent, and x_k normal with
 * standard deviation 1 and the correlation keep with x_(k-1): a Gauss-Markov process in noise. Given those
 * before it, an error is normal (Kalman, J Basic Eng 82:35-45, 1960), so that all are made of independent
 * numbers n, one a datum, and the reverse. Other sets have independent errors. Not collective; sums are in
 * the order of the data. */
#ifndef ISO_FIT_ERRORS_H
#define ISO_FIT_ERRORS_H

#include "fit/data.h"

/* Of a datum. */
struct iso_fit_follow {
  double keep;  /* 0 to 1; 0 of a first one */
  double share; /* of the variance, 0 to 1 */
  double gain;  /* how much of what was not expected of an error belongs to x */
  double scale; /* standard deviation of an error given those before it */
};

/* Sets gain and scale of n data in a row by the others. */
void iso_fit_errors_prepare(int n, iso_fit_follow *follow);

/* rest [nused][width]: a row for each datum of errors, or of derivatives, over its standard deviation. Each
 * column becomes that of the n. */
void iso_fit_errors_part(const iso_fit_data *data, int width, double *rest);

/* The reverse: n [nused] becomes errors over their standard deviations. */
void iso_fit_errors_join(const iso_fit_data *data, double *n);

/* The sum of the squares of the n; value, sd, predicted [nused]. */
double iso_fit_errors_square(const iso_fit_data *data, const double *predicted, const double *value,
                             const double *sd);

/* The standard deviation of a sum of errors over theirs, of n > 0 data in a row, follow [n]; NULL: they are
 * independent. */
double iso_fit_errors_sum_sd(int n, const iso_fit_follow *follow);

#endif

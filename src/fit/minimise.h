/* The heart that goes best with data and with what is known beforehand: of numbers z, the least of
 *     |z - begin|^2 + sum ((predicted - value) / sd)^2,
 * of errors that follow each other what is independent of them instead (errors.h), by steps of Gauss and
 * Newton with the derivatives of the waves, halved where they overshoot. */
#ifndef ISO_FIT_MINIMISE_H
#define ISO_FIT_MINIMISE_H

#include "fit/data.h"

/* Room for one after the other, for nz numbers and n data. */
typedef struct iso_minimiser {
  iso_fit_model *model;
  const iso_fit_data *data;
  double *slopes;           /* [n][nz] over sd, parted (errors.h), where the last step began */
  double *normal;           /* [nz][nz] the factor of 1 + slopes^T slopes there */
  double *step, *trial;     /* [nz] */
  double *predicted, *next; /* [n + nheld] of z, of the trial */
  double enough; /* what a step may still gain at the end; ISO_SETTLED where nobody says otherwise */
} iso_minimiser;

typedef struct iso_minimum {
  double misfit, penalty; /* the two sums, data first */
  int steps, waves;
  bool settled; /* no step would gain more than enough, or one that cannot promises no more than
                   ISO_AT_KINK; else steps were at an end, or no longer gained what they promise */
} iso_minimum;

/* Of sums in which 1 is the square of a standard deviation. Where waves meet, and where a source goes to
 * another element, they have kinks, at which derivatives promise what steps cannot hold: a quarter is half a
 * standard deviation in one direction of many. */
#define ISO_SETTLED 0.01
#define ISO_AT_KINK 0.25

/* model and data outlive it. ISO_EFAIL where memory is short; to be freed whatever the status. */
iso_status iso_minimiser_new(iso_minimiser *out, iso_fit_model *model, const iso_fit_data *data,
                             iso_error *err);
void iso_minimiser_free(iso_minimiser *m);

/* The two sums of z [nz], with its predictions [n]; the others as below. */
void iso_minimiser_sums(const iso_minimiser *m, const double *begin, const double *value, const double *sd,
                        const double *z, const double *predicted, double *misfit, double *penalty);

/* z [nz]: from where, and the least that is found, of which m->predicted then are the predictions, m->slopes
 * and m->normal as above. begin [nz]; value, sd [n]. */
iso_status iso_minimise(iso_minimiser *m, const double *begin, const double *value, const double *sd,
                        double *z, iso_minimum *out, iso_error *err);

/* Seconds that a step from z [nz] takes, with its wave, derivatives and equations, and those of the wave
 * alone: found by preparing one. */
iso_status iso_minimiser_time(iso_minimiser *m, const double *begin, const double *value, const double *sd,
                              double *z, double *step_s, double *wave_s, iso_error *err);

#endif

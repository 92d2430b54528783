/* What people ask of a twin: named numbers with units that follow from z. */
#ifndef ISO_FIT_QUANTITIES_H
#define ISO_FIT_QUANTITIES_H

#include "base/arena.h"
#include "fit/model.h"

typedef struct iso_fit_quantity {
  const char *name; /* "velocity of left atrium" */
  const char *unit; /* "m/s" */
  const char *meaning;
  const char *source;  /* of what is known beforehand */
  bool is_logarithmic; /* spreads are those of the logarithm */
  double neutral;      /* where it is so much, there is nothing of the kind; NAN: it has no such value */
} iso_fit_quantity;

typedef struct iso_fit_quantities {
  int n;
  iso_fit_quantity *quantity; /* [n] */
  double *mean;      /* [nregions][basis.n] of what each number of the field counts in a region's elements */
  iso_arena *memory; /* of all */
} iso_fit_quantities;

/* Of each region its velocity, along the fibres, as the geometric mean over its elements, and the ratio where
 * it is not known; of each scar its factor; of each onset what is not known of place and time; of each map
 * its clock where it is not known. ISO_EFAIL where memory is short; to be freed whatever the status. */
iso_status iso_fit_quantities_new(iso_fit_quantities *out, const iso_fit_model *model, iso_error *err);
void iso_fit_quantities_free(iso_fit_quantities *quantities);

/* value [n] for z; the model's waves are not run, and its onsets stay where they are. */
void iso_fit_quantities_of(const iso_fit_quantities *quantities, const iso_fit_model *model, const double *z,
                           double *value);

/* The value below which one more like value [n] lies with a probability of share: of so many, linear between
 * neighbours at share (n + 1) (Weibull). value is sorted. */
double iso_fit_quantile(int n, double *value, double share);

/* Of value [n] by members with one quantity's scale: from 5% to 95%, of the logarithm where it is
 * logarithmic: what spreads are compared by. Sorts. */
double iso_fit_width(const iso_fit_quantity *quantity, int n, double *value);

#endif

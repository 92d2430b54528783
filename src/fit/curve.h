/* A curve in time by a table of its values and slopes: between them a cubic that has both, so that what is
 * summed of it has derivatives to rounding. */
#ifndef ISO_FIT_CURVE_H
#define ISO_FIT_CURVE_H

#include "base/error.h"

typedef struct iso_curve {
  int n;
  double first_ms, step_ms; /* of the table's times */
  double *value, *slope;    /* [n] and by ms */
  double before, after;     /* the value outside of the table */
} iso_curve;

/* Room for n values and slopes, which the caller fills. ISO_EFAIL where memory is short; to be freed whatever
 * the status. */
iso_status iso_curve_new(iso_curve *out, int n, double first_ms, double step_ms, iso_error *err);
void iso_curve_free(iso_curve *curve);

/* At a time, -INFINITY and INFINITY, too; *slope, which may be NULL: by it. */
double iso_curve_at(const iso_curve *curve, double time_ms, double *slope);

#endif

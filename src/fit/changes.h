/* What is other than it was, of members before and now. */
#ifndef ISO_FIT_CHANGES_H
#define ISO_FIT_CHANGES_H

#include "fit/quantities.h"

#include <stdio.h>

/* Prints each quantity before and now, with the 90% interval of its change, and the place where the velocity
 * has changed most for sure. before, now [members][model->at.n]; the k-th of both began with the same
 * numbers, so that what no data decide has not changed. stream NULL: nothing. ISO_EFAIL where memory is
 * short. */
iso_status iso_changes_print(const iso_fit_model *model, const iso_fit_quantities *asked, int members,
                             const double *before, const double *now, FILE *stream, iso_error *err);

#endif

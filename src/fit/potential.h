/* The action potential that travels with a wave, through a Gaussian filter. */
#ifndef ISO_FIT_POTENTIAL_H
#define ISO_FIT_POTENTIAL_H

#include "fit/curve.h"
#include "study/templates.h"

typedef struct iso_potential {
  iso_curve curve; /* mV above rest, by the time after the activation */
  double apd_ms;
} iso_potential;

/* That of a region's model, which has recovered. filter_ms: the standard deviation of the filter, 0: none. It
 * filters the model's own duration; what is stretched afterwards is filtered as much more or less, which
 * matters to the second order of the filter by the time that recovery takes. ISO_EFAIL where memory is short;
 * to be freed whatever the status. */
iso_status iso_potential_new(iso_potential *out, const iso_action_potential *from, double filter_ms,
                             iso_error *err);
void iso_potential_free(iso_potential *potential);

/* mV above rest, at a time after the activation, INFINITY and -INFINITY, too, of one that lasts lasting_ms
 * (iso_action_potential_stretch). by, which may be NULL: its derivatives by after_ms and by the logarithm of
 * lasting_ms. */
double iso_potential_at(const iso_potential *potential, double after_ms, double lasting_ms, double by[2]);

#endif

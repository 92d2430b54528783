/* Whether new data are what the members of a twin predict. */
#ifndef ISO_FIT_SURPRISE_H
#define ISO_FIT_SURPRISE_H

#include "base/error.h"

#include <stdint.h>

typedef struct iso_surprise {
  double p;        /* how likely data are that are no nearer to what members predict */
  double distance; /* of the data, and the largest of members in their place */
  double farthest;
} iso_surprise;

/* Of value [n]. predicted [members][stride] of which the first n count; sd [n] of the errors.
 *
 * How near is the distance of Mahalanobis, its root, by the spread of the members and the errors together.
 * How it is distributed is not taken from a table, which would believe the spread of a few members: each
 * member takes its turn as the truth, is measured ISO_REPEATS times, and is as far from the other members as
 * it is; so are the data from the same others. p is the share that is farther than the data, which count as
 * one more (in the manner of conformal prediction: Vovk, Gammerman and Shafer, 2005). Where the truth is as
 * one more member, whatever their distribution, p is below a level about as often as that, or less; it is no
 * smaller than 1 / (members + 1), since so many members tell no more of what is rare.
 *
 * seed, whose: of the errors drawn. ISO_EFAIL where memory is short. */
iso_status iso_fit_surprise(iso_surprise *out, int members, int n, int stride, const double *predicted,
                            const double *value, const double *sd, uint64_t seed, uint64_t whose,
                            iso_error *err);

enum { ISO_REPEATS = 20 };

#endif

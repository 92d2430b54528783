/* Where a wave that comes back is when the least tissue activates: the isthmus of its circuit. */
#ifndef ISO_OBSERVE_ISTHMUS_H
#define ISO_OBSERVE_ISTHMUS_H

#include "grid/mesh.h"

typedef struct iso_isthmus {
  iso_gid node;             /* -1: none */
  double at_mm[3], time_ms; /* of its activation in the last cycle; NAN: none */
} iso_isthmus;

/* None. */
iso_isthmus iso_isthmus_none(void);

/* Collective. last [nowned] ms: each node's last activation, NAN: none. Of those in the cycle_ms up to
 * end_ms, in twentieths of the cycle: the three in a row (the cycle closes) with the fewest nodes, but at
 * least one, the earliest of several; and of their nodes the one with the least sum of distances to the
 * others, the lowest of several. The same bits on any number of ranks. ISO_EFAIL where memory is short. */
iso_status iso_isthmus_find(iso_isthmus *out, const iso_mesh *mesh, const double *last, double end_ms,
                            double cycle_ms, iso_error *err);

#endif

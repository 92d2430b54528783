/* Purkinje trees grown on a surface: the fractal trees of Sahli Costabal, Hurtado and Kuhl, "Generating
 * Purkinje networks in the human heart", J Biomech 49:2455, 2016.
 *
 * A branch goes along the surface in short segments. Each turns away from what has grown before, and the
 * branch ends where it comes too near to it or reaches the rim. One that got to its length forks in two. */
#ifndef ISO_ANATOMY_PURKINJE_H
#define ISO_ANATOMY_PURKINJE_H

#include "anatomy/grown.h"

typedef struct iso_growth {
  double root_mm[3];        /* the first point is the surface's nearest to it */
  double toward_mm[3];      /* where the first branch sets off to */
  double initial_mm;        /* length of the first branch */
  int nfascicles;           /* 0: the first branch forks as others do; 1 or 2: these begin at its end */
  double fascicle_mm[2][3]; /* where they go to along the surface, and fork */
  double branch_mm; /* mean length of the others; their standard deviation is sqrt(0.2) times that, and none
                       is shorter than a tenth of it */
  double segment_mm;
  double angle_degree; /* of a new branch against its mother, to either side; below 90 */
  double
      repulsion; /* what is added to the direction, times the gradient of the distance to the nearest point */
  int generations; /* of branches after the first */
  uint64_t seed;
  int32_t tag, fascicle_tag[2]; /* of lines */
} iso_growth;

/* The same tree for the same surface, growth and seed. ISO_EINPUT where it cannot set off: toward is straight
 * above the root, or the rim is in the way of the first branch or a fascicle. Not collective. Free the tree
 * with iso_grown_free. */
iso_status iso_purkinje_grow(iso_grown *tree, const iso_sheet *sheet, const iso_growth *growth,
                             iso_error *err);

#endif

/* The step from a node to the face that a line meets first. */
#ifndef ISO_ANATOMY_UPWIND_H
#define ISO_ANATOMY_UPWIND_H

#include "grid/mesh.h"

typedef struct iso_upwind {
  iso_lid node[3];  /* of the face */
  double weight[3]; /* of the point that is met, at least 0, with the sum 1; all 0: there is none */
  double step_mm;   /* from the node to that point */
} iso_upwind;

/* For each owned node, the line along sign times direction [nlocal], into out [nowned]. A line that leaves
 * the mesh goes along its surface instead: to the face that it misses by the least. ISO_EFAIL where memory is
 * short. Not collective. */
iso_status iso_upwind_find(const iso_mesh *mesh, const double (*direction)[3], double sign, iso_upwind *out,
                           iso_error *err);

#endif

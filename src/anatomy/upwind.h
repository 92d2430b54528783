/* The step from a node to the face that a line meets first. */
#ifndef ISO_ANATOMY_UPWIND_H
#define ISO_ANATOMY_UPWIND_H

#include "grid/mesh.h"

typedef struct iso_upwind {
  iso_lid node[3];  /* of the face */
  double weight[3]; /* of the point that is met, at least 0, with the sum 1; all 0: there is none */
  double step_mm;   /* from the node to that point */
} iso_upwind;

/* Which lines. A node's step leads only to nodes of its own side, and down the potential, so that steps never
 * lead round. */
typedef struct iso_lines {
  const double (*direction)[3]; /* [nlocal] at nodes, of any length */
  double sign;                  /* 1: steps go against the direction; -1: along it */
  const double *potential;      /* [nlocal] rises along the direction; NULL: there is none */
  const int8_t *side;           /* [nlocal]; NULL: all are on one */
} iso_lines;

/* For each owned node, its step into out [nowned]. A line that leaves the mesh goes along its surface
 * instead: to the face that it misses by the least; and one that meets no node below, to the neighbour with
 * the steepest descent. ISO_EFAIL where memory is short. Not collective. */
iso_status iso_upwind_find(const iso_mesh *mesh, const iso_lines *lines, iso_upwind *out, iso_error *err);

#endif

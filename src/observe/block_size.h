/* How long and how large what conduction does not pass is: lines in sheets, surfaces in volumes. */
#ifndef ISO_OBSERVE_BLOCK_SIZE_H
#define ISO_OBSERVE_BLOCK_SIZE_H

#include "grid/mesh.h"

#include <stdbool.h>

/* Whether an edge is blocked: one end activated and the other did not, or passing it took a velocity below
 * slowest_m_per_s. ms [nlocal], NAN: never; where both ends are there is nothing to pass. */
bool iso_edge_is_blocked(const iso_mesh *mesh, const double *ms, double slowest_m_per_s, iso_lid i,
                         iso_lid j);

/* NAN: the mesh has no triangles, or no volumes. */
typedef struct iso_block_size {
  double line_mm, surface_mm2;
} iso_block_size;

/* Collective. Through the middles of blocked edges: in a triangle with two of them from one to the other, in
 * a tetrahedron that they part in two the plane through all; elsewhere, at ends and where blocks meet, from
 * each through the middles of the faces and the element that it is an edge of. ms: as above, ghosts included.
 * Exact sums over elements: the same on any number of ranks. */
iso_block_size iso_block_measure(const iso_mesh *mesh, const double *ms, double slowest_m_per_s);

#endif

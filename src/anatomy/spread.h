/* Lists of nodes that were made before a mesh was refined. */
#ifndef ISO_ANATOMY_SPREAD_H
#define ISO_ANATOMY_SPREAD_H

#include "grid/mesh.h"

/* Collective. Once: an owned node of the outer surface without any bit in on [nowned] takes those that all
 * its neighbours on that surface which have some have in common. After one refinement that is what both ends
 * of its edge are on. */
iso_status iso_landmark_spread(const iso_mesh *mesh, uint8_t *on, iso_error *err);

#endif

/* The line on top of a right atrium, from the superior to the inferior vena cava. */
#ifndef ISO_ANATOMY_ATRIAL_TOP_H
#define ISO_ANATOMY_ATRIAL_TOP_H

#include "grid/mesh.h"

/* Collective. on [nowned] has the bits of atria.h for both venae cavae and the tricuspid valve, and gets
 * ISO_ON_TOP. The plane through the middles of the three cuts the wall into arcs between them; the top is the
 * nodes of the elements that it cuts in the arc from one vena cava to the other, nodes of the three left out.
 * The same on any number of ranks. ISO_EINPUT where the three are on one line, or no arc reaches both venae
 * cavae; the message says what to give instead. */
iso_status iso_atrial_top(const iso_mesh *mesh, uint8_t *on, iso_error *err);

#endif

/* Directions for elements that have none, from their neighbours. */
#ifndef ISO_GRID_MAKE_FILL_FIBRES_H
#define ISO_GRID_MAKE_FILL_FIBRES_H

#include "grid/mesh.h"

/* Collective. An element without fibre gets the axis that the fibres of elements at its nodes lie along best
 * (the first principal axis of their sum f f^T, so that signs do not count), and so on from these to the
 * next, until all elements that hang together with one that has a fibre have theirs; then the same of sheets,
 * made orthogonal to the fibre. Nothing is done to a mesh without fibres. The same bits on any number of
 * ranks. *fibres, *sheets: elements that were filled, over all ranks. Fails for lack of memory. */
iso_status iso_mesh_fill_fibres(iso_mesh *mesh, int64_t *fibres, int64_t *sheets, iso_error *err);

#endif

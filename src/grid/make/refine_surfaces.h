/* Named surfaces of a mesh that is refined. */
#ifndef ISO_GRID_MAKE_REFINE_SURFACES_H
#define ISO_GRID_MAKE_REFINE_SURFACES_H

#include "grid/make/midpoints.h"

/* Collective. fine, whose nodes are placed, gets the surfaces of coarse: edges become two, triangles and
 * quadrilaterals four. Of sets of nodes alone it is not known what lies between them: they get the midpoint
 * of each edge of an element with both ends in the set. ISO_EINPUT names a surface with an edge or face that
 * no element has; else fails for lack of memory. Where only some edges have midpoints, one at most of each
 * triangle, what has none stays as it is, and what has one becomes two. */
iso_status iso_refine_surfaces(MPI_Comm comm, const iso_midpoints *mid, const iso_slice *coarse,
                               iso_slice *fine, iso_error *err);

#endif

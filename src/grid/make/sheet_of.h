/* A named surface of a mesh as a mesh of its own. */
#ifndef ISO_GRID_MAKE_SHEET_OF_H
#define ISO_GRID_MAKE_SHEET_OF_H

#include "grid/slice.h"

/* Collective. Leaves of the slice the faces or edges of its surface of that name, as triangles or lines of
 * tag 0 in an order that depends on nothing but their nodes' numbers, and their nodes in their order;
 * quadrilaterals are cut by the diagonal at their lowest node. Fibres, other surfaces and names go. The slice
 * must have no links. ISO_EINPUT where there is no such surface, which lists those that there are, or it has
 * nodes alone; the same on all ranks. The slice is to be freed on failure. */
iso_status iso_slice_take_surface(MPI_Comm comm, iso_slice *slice, const char *name, iso_error *err);

#endif

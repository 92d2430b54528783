/* Which sides of elements the faces of a named surface are. */
#ifndef ISO_GRID_SHARE_SIDES_H
#define ISO_GRID_SHARE_SIDES_H

#include "grid/slice.h"

typedef struct iso_side {
  int64_t element; /* what the caller calls it; -1: no element has this face */
  int face;        /* of iso_shapes, or, of a triangle and a line, 0: itself */
} iso_side;

/* Collective. side [surface n] of the items of this rank: the element whose face has the same nodes, as
 * called by name [slice nelem]; of two the one whose face turns the same way, else the one of the lower name.
 * Of triangles and lines of the slice the face is the element itself. The same on any number of ranks. Fails
 * for lack of memory, on all ranks. */
iso_status iso_find_sides(MPI_Comm comm, const iso_slice *slice, const iso_surface *surface,
                          const int64_t *name, iso_side *side, iso_error *err);

#endif

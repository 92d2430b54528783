/* Hexahedra as tetrahedra. */
#ifndef ISO_GRID_MAKE_SPLIT_H
#define ISO_GRID_MAKE_SPLIT_H

#include "grid/slice.h"

/* Collective. Every hexahedron of a repaired slice (share/repair.h) becomes six tetrahedra, in its place in
 * the order, with its tag, fibre and sheet; quadrilateral faces of named surfaces become two triangles.
 * Diagonals begin at a face's node of the lowest number (format/element_kinds.h), so that neighbours fit.
 * *hexahedra: how many there were, over all ranks. Nodes stay as they are; the same on any number of ranks.
 * ISO_EFAIL where memory is short; the slice is then to be freed. */
iso_status iso_slice_split(MPI_Comm comm, iso_slice *slice, int64_t *hexahedra, iso_error *err);

#endif

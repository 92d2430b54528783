/* A mesh whose nodes are elsewhere: another heart in correspondence with the one that was read. */
#ifndef ISO_GRID_MAKE_MOVE_H
#define ISO_GRID_MAKE_MOVE_H

#include "base/error.h"
#include "grid/slice.h"

/* Collective. Puts the nodes of a slice to other places, to [nnode] mm. Fibres and sheets go with the tissue:
 * of an element with the deformation gradient F, at the middle of a hexahedron, a fibre f becomes F f, and a
 * sheet what of F s is at right angles to it, both of unit length; fibres on nodes become those of elements
 * first. A surface keeps what is along its normal, and a line is turned the shortest way. The same on any
 * number of ranks. ISO_EINPUT, with the first element of the file and its volume, area or length before and
 * after in mm, where an element turns over or has none left; one that has none before is left to
 * iso_slice_repair. On failure the slice is to be freed. */
iso_status iso_slice_move(MPI_Comm comm, iso_slice *slice, const double (*to)[3], iso_error *err);

#endif

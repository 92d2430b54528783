/* Points that go along as a mesh is moved (move.h), though they are no nodes of it. */
#ifndef ISO_GRID_MAKE_CARRY_H
#define ISO_GRID_MAKE_CARRY_H

#include "base/error.h"
#include "grid/slice.h"

/* Collective. Moves n points, mm, the same on every rank, as a slice's nodes would move to [nnode] mm, before
 * they do: each by what its nearest place in the elements of the highest dimension moves by, linear between
 * the nodes, of several that of the element of the lowest number. A point in a simplex keeps its weights
 * there, and one in a hexahedron those in a tetrahedron that it is cut into; one beside the mesh keeps the
 * way to the place nearest to it. A slice without elements moves nothing. The same bits on any number of
 * ranks. Fails for lack of memory, on all ranks. */
iso_status iso_slice_carry(MPI_Comm comm, const iso_slice *slice, const double (*to)[3], int64_t n,
                           double (*point)[3], iso_error *err);

#endif

/* Uniform refinement: every line becomes 2, triangle 4, tetrahedron 8 and hexahedron 8 elements. */
#ifndef ISO_GRID_MAKE_REFINE_H
#define ISO_GRID_MAKE_REFINE_H

#include "grid/format/read.h"

/* Collective. Refines the slice so many times, after repairing it (repair.h, whose notes and refusals apply).
 *
 * Nodes keep their numbers; then come the midpoints of edges by their ascending pairs of nodes, then the
 * centres of quadrilateral faces, then those of hexahedra. Children follow in the order of their parents and
 * inherit tag, fibre and sheet; fibres on nodes are interpolated. Named surfaces are refined with the
 * elements (refine_surfaces.h). Numbers and bits do not depend on the
 * number of ranks.
 *
 * Tetrahedra: red refinement of J. Bey, "Tetrahedral grid refinement", Computing 55 (1995), which makes at
 * most three classes of similar tetrahedra from any one however often it is repeated, started from the
 * shortest diagonal of the inner octahedron.
 *
 * ISO_EINPUT where that makes more than `most` elements (0: than memory holds, room.h). */
iso_status iso_slice_refine(MPI_Comm comm, iso_slice *slice, int levels, int64_t most, iso_notes *notes,
                            iso_error *err);

/* The slice becomes the finer one that was made of it, which is empty then: links, names of tags and of the
 * file go over. */
void iso_slice_become(iso_slice *slice, iso_slice *fine);

#endif

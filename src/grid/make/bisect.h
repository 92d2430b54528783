/* Local refinement: elements are halved until no edge is longer than is asked for. */
#ifndef ISO_GRID_MAKE_BISECT_H
#define ISO_GRID_MAKE_BISECT_H

#include "grid/format/read.h"

/* Collective. Halves edges of the slice until none is longer than edge_mm, after repairing it (repair.h,
 * whose notes and refusals apply). Elements with short edges only stay as they are.
 *
 * In each round those edges are halved, with all elements around them, that are the longest of each of these:
 * so no element is halved twice at once, and the mesh has no hanging nodes at any time (terminal edges of
 * Rivara, "New longest-edge algorithms for the refinement and/or improvement of unstructured triangulations",
 * Int. J. Numer. Methods Eng. 40, 1997). The longest edge of all is always one of them. Of edges of one
 * length the one with the larger hash of its nodes counts as longer, so that rows of like elements are not
 * halved one by one.
 *
 * Nodes keep their numbers; then come the midpoints, round by round, by the ascending pairs of nodes of their
 * edges. Halves follow in the order of their parents and inherit tag, fibre and sheet; fibres on nodes are
 * interpolated, and named surfaces halved with the elements. Numbers and bits do not depend on the number of
 * ranks.
 *
 * Lines, triangles and tetrahedra. ISO_EINPUT where there are hexahedra, or where it takes more than `most`
 * elements (0: than memory holds, room.h), before the first is halved if that can be told by then. ISO_EFAIL
 * where memory is short; the slice is then to be freed. */
iso_status iso_slice_bisect(MPI_Comm comm, iso_slice *slice, double edge_mm, int64_t most, iso_notes *notes,
                            iso_error *err);

#endif

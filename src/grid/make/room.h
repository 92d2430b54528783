/* Whether a finer mesh has room, before it is made. */
#ifndef ISO_GRID_MAKE_ROOM_H
#define ISO_GRID_MAKE_ROOM_H

#include "grid/slice.h"

/* Collective. ISO_EINPUT where so many elements, at least, are more than most or, with most 0, than fit into
 * the memory of all machines; by: what asks for them, as in "edges of at most 0.8 mm". */
iso_status iso_room_for(MPI_Comm comm, const iso_slice *slice, double elements, int64_t most, const char *by,
                        iso_error *err);

/* Collective. The same for elements without an edge of more than edge_mm. So many there are at least: with
 * all edges that short none is larger than the one with all edges of that length. */
iso_status iso_room_for_edges(MPI_Comm comm, const iso_slice *slice, double edge_mm, int64_t most,
                              iso_error *err);

#endif

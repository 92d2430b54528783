/* Which nodes are at given places. */
#ifndef ISO_GRID_MAKE_MATCH_H
#define ISO_GRID_MAKE_MATCH_H

#include "grid/slice.h"

/* Collective. node [n]: the node of the slice nearest to each of this rank's points x [n], of the lowest
 * number on ties, or -1 where none is within tolerance, which must be above 0. The same on any number of
 * ranks. Fails for lack of memory, on all ranks. */
iso_status iso_match_points(MPI_Comm comm, const iso_slice *slice, double tolerance, int64_t n,
                            const double (*x)[3], iso_gid *node, iso_error *err);

/* Collective. The distance from a place, the same on every rank, to the slice's nearest node. */
double iso_nearest_node(MPI_Comm comm, const iso_slice *slice, const double x[3]);

#endif

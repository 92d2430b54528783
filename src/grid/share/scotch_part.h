/* Partition of the coarse graph by PT-Scotch. */
#ifndef ISO_GRID_SHARE_SCOTCH_PART_H
#define ISO_GRID_SHARE_SCOTCH_PART_H

#include "grid/share/coarse_graph.h"

/* Collective. part [graph n]: one of nparts parts for each run, balanced within about 1%. The seed is
 * fixed. Algorithm: C. Chevalier and F. Pellegrini, "PT-Scotch", Parallel Computing 34 (2008). */
iso_status iso_scotch_part(MPI_Comm comm, const iso_coarse_graph *graph, int nparts, int32_t *part,
                           iso_error *err);

#endif

/* Other numbers for the nodes of a named surface, and each once. */
#ifndef ISO_GRID_SHARE_RENUMBER_H
#define ISO_GRID_SHARE_RENUMBER_H

#include "grid/surfaces.h"

/* Collective. The nodes of surface's items get the numbers that number [cut[rank + 1] - cut[rank]] has for
 * them, where rank r knows those of [cut[r], cut[r + 1]); cut [ranks + 1]. Fails for lack of memory, on all
 * ranks. */
iso_status iso_surface_renumber(MPI_Comm comm, iso_surface *surface, const iso_gid *cut,
                                const iso_gid *number, iso_error *err);

/* Collective. Of a surface of nodes alone, of a mesh of nnodes nodes, each node stays once. Fails for lack of
 * memory, on all ranks. */
iso_status iso_surface_unique(MPI_Comm comm, iso_surface *surface, iso_gid nnodes, iso_error *err);

#endif

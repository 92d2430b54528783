/* Other numbers for the nodes of a named surface. */
#ifndef ISO_GRID_SHARE_RENUMBER_H
#define ISO_GRID_SHARE_RENUMBER_H

#include "grid/surfaces.h"

/* Collective. The nodes of surface's items get the numbers that number [cut[rank + 1] - cut[rank]] has for
 * them, where rank r knows those of [cut[r], cut[r + 1]); cut [ranks + 1]. Fails for lack of memory, on all
 * ranks. */
iso_status iso_surface_renumber(MPI_Comm comm, iso_surface *surface, const iso_gid *cut,
                                const iso_gid *number, iso_error *err);

#endif

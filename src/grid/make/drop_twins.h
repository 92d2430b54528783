/* Elements that are there twice, once. */
#ifndef ISO_GRID_MAKE_DROP_TWINS_H
#define ISO_GRID_MAKE_DROP_TWINS_H

#include "grid/slice.h"

/* Collective. Of elements of one shape with the same nodes, in any order, the first stays. *dropped: how many
 * went, over all ranks. Nodes stay as they are. Fails for lack of memory, on all ranks. */
iso_status iso_slice_drop_twins(MPI_Comm comm, iso_slice *slice, int64_t *dropped, iso_error *err);

#endif

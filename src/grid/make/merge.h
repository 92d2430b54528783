/* Nodes of one place made one node, as pieces of a mesh that were written apart want it. */
#ifndef ISO_GRID_MAKE_MERGE_H
#define ISO_GRID_MAKE_MERGE_H

#include "grid/slice.h"

/* Collective. Of nodes whose coordinates are equal, bit for bit but for the sign of zero, the one of the
 * lowest number stays, and elements and named surfaces of the others get it. Nodes behind them move up in
 * number; a node fibre is that of the node that stays. *merged: nodes that went, over all ranks. The slice
 * must have no links. Fails for lack of memory, on all ranks; the slice is then to be freed. */
iso_status iso_slice_merge(MPI_Comm comm, iso_slice *slice, int64_t *merged, iso_error *err);

#endif

/* New numbers for the nodes of a slice, some of which go. */
#ifndef ISO_GRID_MAKE_DROP_NODES_H
#define ISO_GRID_MAKE_DROP_NODES_H

#include "grid/share/batches.h"

/* Of a node that goes, and has none. */
#define ISO_NO_NUMBER (-2)

/* Collective. number [slice nnode]: those of nodes that stay, in their order; stays [slice nnode]. Others are
 * left as they are. Returns how many go, over all ranks. */
int64_t iso_number_nodes(MPI_Comm comm, const iso_slice *slice, const uint8_t *stays, iso_gid *number);

/* Collective. Elements, named surfaces, the skin and nodes take their numbers: number [slice nnode] is what a
 * node is called from now on, ISO_NO_NUMBER where no element has it; nodes that do not stay go. Items of
 * surfaces and entries of the skin with a node without number go, too. batches: of the slice as it is; it is
 * of no use afterwards. The slice must have no links. Fails for lack of memory, on all ranks; the slice is
 * then to be freed. */
iso_status iso_slice_drop_nodes(MPI_Comm comm, iso_slice *slice, iso_batches *batches, const uint8_t *stays,
                                const iso_gid *number, iso_error *err);

#endif

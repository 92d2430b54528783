/* A part of a slice. */
#ifndef ISO_GRID_MAKE_KEEP_H
#define ISO_GRID_MAKE_KEEP_H

#include "grid/slice.h"

#include <stdbool.h>

/* Collective. What is left of a slice: nodes that stay, the others' elements, items of named surfaces and
 * entries of the skin go with them. stays [slice nnode]: 1 or 0. The slice must have no links. Fails for lack
 * of memory, on all ranks; the slice is then to be freed. */
iso_status iso_slice_keep(MPI_Comm comm, iso_slice *slice, const uint8_t *stays, iso_error *err);

/* Collective. The same of elements alone: stays [slice nelem]; nodes and named surfaces are left as they are.
 */
void iso_slice_keep_elements(MPI_Comm comm, iso_slice *slice, const uint8_t *stays);

/* Collective. The same of nodes, of which those that go have no element any more: stays [slice nnode].
 * *renumbered: whether one that stayed has another number now. */
iso_status iso_slice_keep_nodes(MPI_Comm comm, iso_slice *slice, const uint8_t *stays, bool *renumbered,
                                iso_error *err);

/* Collective. used [slice nnode]: 1 where an element has the node, else 0. Fails for lack of memory, on all
 * ranks. */
iso_status iso_slice_used(MPI_Comm comm, const iso_slice *slice, uint8_t *used, iso_error *err);

#endif

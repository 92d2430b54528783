/* Parts of a mesh that are not simulated, by their tags: what is around a heart. */
#ifndef ISO_GRID_MAKE_TAKE_OUT_H
#define ISO_GRID_MAKE_TAKE_OUT_H

#include "grid/slice.h"

#include <stdbool.h>

/* Collective. Elements with one of the tags tag [n] go, and nodes that no element is left with; those that
 * stay keep their order. Items of named surfaces and entries of the skin that have such a node go with them.
 * taken [n]: elements of each tag that went, over all ranks. *renumbered: whether a node that stayed has
 * another number now. The slice must have no links. Fails for lack of memory, on all ranks; the slice is then
 * to be freed. */
iso_status iso_slice_take_out(MPI_Comm comm, iso_slice *slice, int n, const int32_t *tag, int64_t *taken,
                              bool *renumbered, iso_error *err);

#endif

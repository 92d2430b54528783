/* Elements that leave a mesh one by one, as ablated tissue does. */
#ifndef ISO_GRID_MAKE_BURN_H
#define ISO_GRID_MAKE_BURN_H

#include "grid/slice.h"

/* The same lists on every rank, ascending. */
typedef struct iso_burned {
  int64_t nelem, nnode;
  iso_gid *elem; /* [nelem] numbers of elements */
  iso_gid *node; /* [nnode] numbers of the nodes that no other element has */
} iso_burned;

bool iso_burned_has_node(const iso_burned *burned, iso_gid node);

/* Collective. These elements go, and links with one of these nodes, which stay with their numbers, as nodes
 * of no element. Named surfaces and the order of elements are left as they are. Fails for lack of memory, on
 * all ranks; the slice is then to be freed. */
iso_status iso_slice_burn(MPI_Comm comm, iso_slice *slice, const iso_burned *burned, iso_error *err);

void iso_burned_free(iso_burned *burned);

#endif

/* How large the parts of a mesh are that share no node. */
#ifndef ISO_GRID_ASK_PART_SIZES_H
#define ISO_GRID_ASK_PART_SIZES_H

#include "grid/mesh.h"

/* Collective. size [nowned]: nodes of the part that an owned node belongs to; 1 of an orphan. Every rank
 * holds a list of all parts meanwhile. Fails for lack of memory, on all ranks. */
iso_status iso_part_sizes(const iso_mesh *mesh, int64_t *size, iso_error *err);

#endif

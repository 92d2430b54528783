/* What tells one mesh from another. */
#ifndef ISO_GRID_SHARE_MESH_HASH_H
#define ISO_GRID_SHARE_MESH_HASH_H

#include "grid/mesh.h"

/* Collective. A hash of nodes, elements, tags, directions, links and named surfaces with their numbers: the
 * same on any number of ranks, of a mesh as it is built and packed. */
uint64_t iso_mesh_hash(const iso_mesh *mesh);

#endif

/* Nodes of the mesh's named surfaces (grid/surfaces.h). */
#ifndef ISO_GRID_ASK_NAMED_H
#define ISO_GRID_ASK_NAMED_H

#include "grid/mesh.h"

/* Collective. Marks, on the ranks that own them, nodes that any rank lists by their global numbers node [n],
 * in any order and as often as it likes: on [nowned] becomes 1 there and is left as it is elsewhere. Fails
 * for lack of memory, on all ranks. */
iso_status iso_mark_nodes(const iso_mesh *mesh, int64_t n, const iso_gid *node, uint8_t *on, iso_error *err);

/* Collective. The same of the nodes of the surface with that name. ISO_EINPUT, with the names there are,
 * where there is none. */
iso_status iso_named_nodes(const iso_mesh *mesh, const char *name, uint8_t *on, iso_error *err);

#endif

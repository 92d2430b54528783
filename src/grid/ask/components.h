/* Connected parts of the mesh. */
#ifndef ISO_GRID_ASK_COMPONENTS_H
#define ISO_GRID_ASK_COMPONENTS_H

#include "grid/mesh.h"

/* Collective. label [nlocal]: the lowest global number among all nodes that elements and links connect with
 * this one; the node's own at orphans. */
iso_status iso_components(const iso_mesh *mesh, iso_gid *label, iso_error *err);

#endif

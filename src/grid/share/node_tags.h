/* The region that a node belongs to, from the regions of its elements. */
#ifndef ISO_GRID_SHARE_NODE_TAGS_H
#define ISO_GRID_SHARE_NODE_TAGS_H

#include "grid/mesh.h"

/* Of nodes without elements. Results show -1. */
#define ISO_ORPHAN_TAG INT32_MIN

static inline int32_t iso_shown_tag(int32_t node_tag) { return node_tag == ISO_ORPHAN_TAG ? -1 : node_tag; }

/* Collective. Fills node_tag of owned nodes, as mesh.h defines it, from complete elements. */
iso_status iso_node_tags(iso_mesh *mesh, iso_error *err);

/* Collective. Then fills those of ghosts: of a mesh that has no halo yet. */
iso_status iso_node_tags_of_ghosts(iso_mesh *mesh, iso_error *err);

#endif

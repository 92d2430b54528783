/* Elements that leave a distributed mesh one by one, as ablated tissue does: ranks keep their nodes, and each
 * cuts its own share. */
#ifndef ISO_GRID_SHARE_BURN_H
#define ISO_GRID_SHARE_BURN_H

#include "grid/mesh.h"

/* What has left a mesh. */
typedef struct iso_burned {
  iso_gid nelem, nnode; /* elements, and nodes that no other element has, of all ranks */
  int64_t n;
  iso_gid *node; /* [n] numbers of this rank's own ones of these nodes, ascending */
} iso_burned;

/* Whether an owned node, by its global number, is one of them. */
bool iso_burned_has_node(const iso_burned *burned, iso_gid node);

/* Collective. Elements with burned[e] != 0 go, and links with one of the nodes that are left with none; those
 * nodes stay where they are, as orphans. burned [mesh->nelem] says the same on every rank that has an
 * element. What stays is numbered anew in its order, nodes and named surfaces as before; the rest, local
 * order, ghosts, halo and patches, is as if the mesh had been built without. Of a mesh that is not packed and
 * has the tags of its file. *out: what went, to be freed with iso_burned_free, on failure too. Fails for lack
 * of memory, on all ranks; the mesh is then to be freed. */
iso_status iso_mesh_burn(iso_mesh *mesh, const uint8_t *burned, iso_burned *out, iso_error *err);

void iso_burned_free(iso_burned *burned);

#endif

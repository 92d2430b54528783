/* The final order of local nodes, and who exchanges which of them. */
#ifndef ISO_GRID_SHARE_ARRANGE_H
#define ISO_GRID_SHARE_ARRANGE_H

#include "grid/mesh.h"

/* Collective. Finds the tags of a migrated mesh's nodes, puts the nodes in the order of mesh.h (ninner is
 * set, gid, xyz, run, conn and nodes of links are renumbered), and makes the halo and, where the mesh has
 * runs, the patches. owner [nlocal] is put in the same order. The halo is made from owner alone: an owned
 * node goes to every rank that owns another node of one of its elements or links, and both sides know those.
 */
iso_status iso_arrange(iso_mesh *mesh, int32_t *owner, iso_error *err);

#endif

/* The final order of local nodes, and who exchanges which of them. */
#ifndef ISO_GRID_SHARE_ARRANGE_H
#define ISO_GRID_SHARE_ARRANGE_H

#include "grid/mesh.h"

/* Collective. Puts the nodes of a migrated mesh in the order of mesh.h: sets ninner and renumbers gid, xyz,
 * conn, nodes of links and the owned entries of node_tag. owner [nlocal] is put in the same order. */
iso_status iso_arrange(iso_mesh *mesh, int32_t *owner, iso_error *err);

/* Makes the halo of a mesh in order, from owner [nlocal] alone: an owned node goes to every rank that owns
 * another node of one of its elements or links, and both sides know those. */
iso_status iso_mesh_make_halo(iso_mesh *mesh, const int32_t *owner, iso_error *err);

#endif

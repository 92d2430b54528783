/* The part of a mesh that this rank will hold, before its nodes are put in order. */
#ifndef ISO_GRID_SHARE_MIGRATE_H
#define ISO_GRID_SHARE_MIGRATE_H

#include "grid/mesh.h"
#include "grid/slice.h"

/* Collective. Sends every node to its owner and every element and link to all owners of its nodes, and fills
 * gid, xyz, nowned, nlocal and all of the elements and links. Local numbers are provisional: owned nodes by
 * global number, then ghosts as elements name them. *owner [slice nnode] (freed) becomes [nlocal]; run [slice
 * nnode], where it is not NULL, becomes mesh->run. Consumes the slice. */
iso_status iso_migrate(iso_mesh *mesh, iso_slice *slice, int32_t **owner, const int32_t *run, iso_error *err);

#endif

/* Links on their way from a slice to the owners of their nodes. */
#ifndef ISO_GRID_SHARE_MOVE_LINKS_H
#define ISO_GRID_SHARE_MOVE_LINKS_H

#include "grid/mesh.h"
#include "grid/slice.h"

/* Collective. Sends every link of slice to the owner, or both, of its nodes: number and link of mesh->links;
 * its local nodes are left to who numbers them. owner [slice nnode]: rank of each of the slice's nodes.
 * ISO_EFAIL where memory is short. */
iso_status iso_move_links(iso_mesh *mesh, const iso_slice *slice, const int32_t *owner, iso_error *err);

/* Collective. value [slice nnode] of bytes each -> *ends [slice links.n][2], to be freed: what the nodes of
 * this rank's links have. */
iso_status iso_fetch_link_ends(MPI_Comm comm, const iso_slice *slice, const void *value, size_t bytes,
                               void *ends, iso_error *err);

#endif

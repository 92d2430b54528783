/* Other tags for the elements of a mesh that stands. */
#ifndef ISO_GRID_SHARE_RETAG_H
#define ISO_GRID_SHARE_RETAG_H

#include "grid/mesh.h"

/* Collective. Elements get the tags tag [mesh->nelem], the same on every rank that knows an element, and
 * nodes theirs as mesh.h defines it. Nodes are put in order again, so that whatever is kept by local numbers,
 * the halo and patches included, is made anew or void; elements keep their places, and checksum is still that
 * of the mesh as it was built, whose tags stay in file_tag; iso_mesh_pack (pack.h) may pack the new ones. On
 * failure the mesh is only good to be freed. */
iso_status iso_mesh_retag(iso_mesh *mesh, const int32_t *tag, iso_error *err);

#endif

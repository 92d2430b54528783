/* A mesh in less memory. */
#ifndef ISO_GRID_PACK_H
#define ISO_GRID_PACK_H

#include "grid/mesh.h"

/* Collective. Keeps directions and tags that elements have in common with those before them once, and numbers
 * of elements that follow each other as the first one. They can only be read from then on, by iso_mesh_fibre,
 * iso_mesh_sheet, iso_mesh_tag and iso_mesh_elem. ISO_EFAIL where memory is short. */
iso_status iso_mesh_pack(iso_mesh *mesh, iso_error *err);

#endif

/* The surface of the mesh: faces that only one volume element has. */
#ifndef ISO_GRID_ASK_SURFACE_H
#define ISO_GRID_ASK_SURFACE_H

#include "grid/mesh.h"

/* Marks the surface faces of local elements: bit f of faces[e] is set if no other element has face f
 * (numbered as in cells.h). A face is known to the ranks that own one of its nodes; its bit stays 0 on
 * others. faces [nelem]. *crowded (or NULL): faces with an owned node that more than two elements have; a
 * sound mesh has none. Every rank on its own. */
iso_status iso_surface_faces(const iso_mesh *mesh, uint8_t *faces, int64_t *crowded, iso_error *err);

/* on_surface [nowned]: 1 at the nodes of surface faces and at all nodes of sheets and cables that are in no
 * volume element, else 0. Every rank on its own. */
iso_status iso_surface_nodes(const iso_mesh *mesh, uint8_t *on_surface, iso_error *err);

#endif

/* How long the edges of a mesh are. */
#ifndef ISO_GRID_ASK_EDGES_H
#define ISO_GRID_ASK_EDGES_H

#include "grid/mesh.h"

/* The mean length of the edges of local element e, mm. */
double iso_element_edge_mm(const iso_mesh *mesh, iso_lid e);

/* Collective. The mean over all elements of the mean length of their edges, mm: the same bits on any number
 * of ranks, to 1e-6 mm. */
double iso_mesh_edge_mm(const iso_mesh *mesh);

#endif

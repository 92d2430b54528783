/* The new nodes of a refinement: midpoints of edges, centres of quadrilateral faces and of hexahedra. */
#ifndef ISO_GRID_MAKE_MIDPOINTS_H
#define ISO_GRID_MAKE_MIDPOINTS_H

#include "grid/index.h"
#include "grid/slice.h"

/* What is known of the new nodes of this rank's elements. A pair of local nodes, the one of lower global
 * number first, names an edge; the pair of the lowest node of a face and the one across names a face. */
typedef struct iso_midpoints {
  iso_gid nnodes;          /* of the refined mesh */
  iso_index node;          /* nodes of this rank's elements */
  iso_lid *conn;           /* [nelem][width] into them, unused columns -1 */
  iso_index edge, face;    /* keys made of pairs of local nodes */
  iso_lid (*face_rest)[2]; /* [face.n] the two other nodes, by ascending global number */
  iso_gid *edge_gid;       /* [edge.n] number in the refined mesh */
  iso_gid *face_gid;       /* [face.n] */
  iso_gid first_centre;    /* number of the centre of this rank's first hexahedron; the others follow */
} iso_midpoints;

/* Collective. */
iso_status iso_midpoints_new(iso_midpoints *mid, MPI_Comm comm, const iso_slice *slice, iso_error *err);

/* Number of the midpoint of an edge, or of the centre of a face, given by local nodes in any order. */
iso_gid iso_midpoint_of_edge(const iso_midpoints *mid, iso_lid a, iso_lid b);
iso_gid iso_midpoint_of_face(const iso_midpoints *mid, const iso_lid corner[4]);

/* Collective. Makes the nodes of the refined mesh, in equal blocks: fine gets nnodes, first_node, nnode, xyz
 * and node_fibre. */
iso_status iso_midpoints_place(const iso_midpoints *mid, MPI_Comm comm, const iso_slice *coarse,
                               iso_slice *fine, iso_error *err);

void iso_midpoints_free(iso_midpoints *mid);

#endif

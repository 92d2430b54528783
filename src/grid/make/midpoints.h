/* The new nodes of a refinement: midpoints of edges, centres of quadrilateral faces and of hexahedra. */
#ifndef ISO_GRID_MAKE_MIDPOINTS_H
#define ISO_GRID_MAKE_MIDPOINTS_H

#include "grid/index.h"
#include "grid/slice.h"

#include <stdbool.h>

/* What is known of the new nodes of this rank's elements. A pair of local nodes, the one of lower global
 * number first, names an edge; the pair of the lowest node of a face and the one across names a face. */
typedef struct iso_midpoints {
  iso_gid nnodes;          /* of the refined mesh */
  bool some;               /* edges without a midpoint are in none of the following */
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

/* The same for one edge at most of each element, in two steps. First the nodes of the elements that are not
 * skipped, skip [nelem]; then the midpoints: edge [nelem] is the edge's number in iso_shapes, -1 for none and
 * for all that are skipped, and whoever has an edge that is some element's says so. The mesh has no
 * hexahedra. Both collective; free it whatever the status of the second. */
iso_status iso_midpoints_begin(iso_midpoints *mid, MPI_Comm comm, const iso_slice *slice, const uint8_t *skip,
                               iso_error *err);
iso_status iso_midpoints_of(iso_midpoints *mid, MPI_Comm comm, const iso_slice *slice, const int8_t *edge,
                            iso_error *err);

/* The key of edge number k (iso_shapes) of an element that is not skipped: the local number of its end of
 * lower global number above that of the other, 32 bits each. */
iso_gid iso_midpoints_edge(const iso_midpoints *mid, const iso_slice *slice, int64_t element, int k);

/* Number of the midpoint of an edge, or of the centre of a face, given by local nodes in any order. */
iso_gid iso_midpoint_of_edge(const iso_midpoints *mid, iso_lid a, iso_lid b);
iso_gid iso_midpoint_of_face(const iso_midpoints *mid, const iso_lid corner[4]);

/* Collective. Makes the nodes of the refined mesh, in equal blocks: fine gets nnodes, first_node, nnode, xyz
 * and node_fibre. */
iso_status iso_midpoints_place(const iso_midpoints *mid, MPI_Comm comm, const iso_slice *coarse,
                               iso_slice *fine, iso_error *err);

void iso_midpoints_free(iso_midpoints *mid);

#endif

/* The built-in mesh: a box, a rectangular sheet or a straight cable. */
#ifndef ISO_GRID_MAKE_SLAB_H
#define ISO_GRID_MAKE_SLAB_H

#include "grid/slice.h"

/* How cubes become tetrahedra and squares triangles.
 * ISO_ALTERNATING: Kuhn's six tetrahedra, mirrored in every other cube along each axis, so that no direction
 * is preferred; ISO_SINGLE:      Kuhn's six, unmirrored: all long diagonals are parallel; ISO_JITTERED:
 * alternating, with every node moved by up to a fifth of the spacing along each axis; ISO_FIVE:        five
 * tetrahedra per cube, mirrored in every other cube; tetrahedra only. */
typedef enum { ISO_ALTERNATING, ISO_SINGLE, ISO_JITTERED, ISO_FIVE } iso_diagonals;

typedef struct iso_slab_options {
  double size_mm[3];       /* of the box with one corner at the origin; 0 along the axes it lacks */
  double spacing_mm;       /* edge of a cube; divides every size */
  iso_shape shape;         /* triangles lie in the plane of x and y, lines along x */
  iso_diagonals diagonals; /* nodes are jittered for hexahedra and lines too */
  double fibre[3];         /* of every element, any length; all 0: the mesh has no fibres */
  int32_t tag;             /* of every element */
} iso_slab_options;

/* Collective. Each rank makes its own run. Nodes are numbered with x fastest, then y, then z; elements cube
 * by cube in the same order. A size that is not a multiple of the spacing is ISO_EINPUT. */
iso_status iso_slab(MPI_Comm comm, const iso_slab_options *options, iso_slice *out, iso_error *err);

#endif

/* The faces of the outer surface as a list. */
#ifndef ISO_ANATOMY_OUTER_FACES_H
#define ISO_ANATOMY_OUTER_FACES_H

#include "grid/mesh.h"

typedef struct iso_outer_face {
  iso_lid node[4]; /* corners in turn, the last one twice in a triangle */
} iso_outer_face;

/* Those of this rank's elements with volume: face [*n], to be freed. An owned node has all of its faces here.
 * ISO_EFAIL where memory is short. Not collective. */
iso_status iso_outer_faces_list(const iso_mesh *mesh, iso_outer_face **face, int64_t *n, iso_error *err);

#endif

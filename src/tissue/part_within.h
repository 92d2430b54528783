/* Which part of an element is within a distance of something. */
#ifndef ISO_TISSUE_PART_WITHIN_H
#define ISO_TISSUE_PART_WITHIN_H

#include "grid/mesh.h"

/* The part, 0 to 1, of local element e where a function that is linear in it (in each of six tetrahedra of a
 * hexahedron), value [mesh->nlocal] at the nodes, is below a limit. Values may be INFINITY. */
double iso_part_within(const iso_mesh *mesh, iso_lid e, const double *value, double limit);

#endif

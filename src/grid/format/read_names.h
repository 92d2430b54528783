/* Surfaces that a file tells as elements with a name. */
#ifndef ISO_GRID_FORMAT_READ_NAMES_H
#define ISO_GRID_FORMAT_READ_NAMES_H

#include "grid/slice.h"

/* Collective. Elements of a lower dimension than the mesh whose tag has a name become items of the surface of
 * that name, too, and the items of all surfaces are dealt out evenly. Fails for lack of memory. */
iso_status iso_name_surfaces(MPI_Comm comm, iso_slice *slice, iso_error *err);

#endif

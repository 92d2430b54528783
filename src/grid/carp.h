/* CARP text meshes: NAME.pts, NAME.elem, NAME.lon (openCARP user's manual, "File formats"). */
#ifndef ISO_GRID_CARP_H
#define ISO_GRID_CARP_H

#include "grid/read.h"

/* Collective. path: NAME or any of the three files, compressed by gzip or not. A missing .lon is a mesh
 * without fibres. Vectors and coordinates are as in the files: the caller mends them. On failure the slice
 * may be partly filled, and is freed by the caller. */
iso_status iso_carp_read(MPI_Comm comm, const char *path, iso_slice *slice, iso_notes *notes, iso_error *err);

#endif

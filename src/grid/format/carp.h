/* CARP text meshes: NAME.pts, NAME.elem, NAME.lon (openCARP user's manual, "File formats"). */
#ifndef ISO_GRID_FORMAT_CARP_H
#define ISO_GRID_FORMAT_CARP_H

#include "grid/format/read.h"

/* CARP's words for the shapes. */
extern const char *const iso_carp_shape[ISO_NSHAPES];

/* CARP's hexahedron turns its last four nodes the other way round from VTK's: its node i is VTK's node
 * iso_carp_hexahedron[i], and the reverse. */
extern const int iso_carp_hexahedron[ISO_MAX_NODES];

/* Collective. options->path: NAME or any of the three files, compressed by gzip or not. A missing .lon is a
 * mesh without fibres. Vectors and coordinates are as in the files: the caller mends them. On failure the
 * slice may be partly filled, and is freed by the caller. */
iso_status iso_carp_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err);

#endif

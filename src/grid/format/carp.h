/* CARP meshes: text in NAME.pts, NAME.elem, NAME.lon (openCARP user's manual, "File formats"), or binary in
 * NAME.bpts, NAME.belem, NAME.blon (carp_binary.h). */
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

/* The same of the binary files, which the other reads, too, where they are there alone. */
iso_status iso_carp_read_binary(MPI_Comm comm, const iso_read_options *options, iso_slice *slice,
                                iso_error *err);

/* ISO_EINPUT where one of n nodes is not in [0, nnodes); worded without file. */
iso_status iso_carp_check_nodes(const iso_gid *node, int n, iso_gid nnodes, iso_error *err);

/* values [slice nelem][columns]: fibres, and with six columns sheets, for the slice. */
iso_status iso_carp_frames(iso_slice *slice, int columns, const float *values, iso_error *err);

/* The common part of the names of a CARP mesh's files, of any of which path is the name, into base [size].
 * ISO_EINPUT where that is too short. */
iso_status iso_carp_base(char *base, size_t size, const char *path, iso_error *err);

#endif

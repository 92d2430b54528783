/* Surfaces of triangles: STL, PLY and OBJ. Read as a mesh they are a sheet; as a file of mesh.surfaces, a
 * named surface (grid/make/attach.h). */
#ifndef ISO_GRID_FORMAT_SHEETS_H
#define ISO_GRID_FORMAT_SHEETS_H

#include "grid/format/read.h"

/* All are collective and as iso_carp_read (carp.h). Polygons become triangles, which is noted. */

/* Text and binary. Points of the very same place are one node. */
iso_status iso_stl_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err);

/* Text and binary of either byte order; elements vertex and face, others are passed over. */
iso_status iso_ply_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err);

/* Vertices, faces and lines; what says how they look is passed over. */
iso_status iso_obj_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err);

#endif

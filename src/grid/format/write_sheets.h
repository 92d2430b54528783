/* Sheets of triangles, written as STL, PLY and OBJ. */
#ifndef ISO_GRID_FORMAT_WRITE_SHEETS_H
#define ISO_GRID_FORMAT_WRITE_SHEETS_H

#include "grid/slice.h"

#include <stdbool.h>

/* Collective; in mm; tags are not written. Else as write.h says: the same bytes on any number of ranks.
 * Elements that the format has none of are ISO_EINPUT, with what to do. */

/* Binary, whose coordinates have single precision, and text. Triangles have the places of their nodes, and
 * nodes of no triangle are lost. */
iso_status iso_stl_write(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err);
iso_status iso_stl_write_text(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err);

/* Binary with the lowest byte first, and text, both of double precision. */
iso_status iso_ply_write(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err);
iso_status iso_ply_write_text(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err);

/* Text; triangles and lines. */
iso_status iso_obj_write(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err);

/* Collective. ISO_EINPUT, on all ranks, where the slice has other elements than triangles and, with lines,
 * lines. */
iso_status iso_check_sheet(MPI_Comm comm, const iso_slice *slice, const char *path, bool lines,
                           iso_error *err);

#endif

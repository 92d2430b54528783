/* Writing slices as mesh files: CARP text, and VTU with appended raw data. */
#ifndef ISO_GRID_FORMAT_WRITE_H
#define ISO_GRID_FORMAT_WRITE_H

#include "base/error.h"
#include "grid/format/read.h"
#include "grid/slice.h"

#include <stdbool.h>

/* Values on the nodes of a slice. */
typedef struct iso_point_field {
  const char *name;    /* the same on all ranks, of letters, digits and _ */
  const double *value; /* [slice nnode] */
} iso_point_field;

/* Whether path names a file, and its ending a format of the table (formats.h) that is written, or none for
 * CARP; with format, the name of one, whether that is. ISO_EINPUT names those that there are. Not collective;
 * the same on all ranks. */
iso_status iso_slice_check_target_as(const char *path, const char *format, iso_error *err);

/* Collective. Writes the mesh in the format of that name; NULL: the one that path's ending names. */
iso_status iso_slice_write_as(MPI_Comm comm, const iso_slice *slice, const char *path, const char *format,
                              iso_error *err);

/* The files that it writes, for people: "heart.pts, .elem, .lon". */
void iso_slice_name_files_as(const iso_slice *slice, const char *path, const char *format, char *text,
                             size_t size);

/* Collective. Notes what the slice has and a file of that format cannot hold. */
void iso_slice_note_losses(MPI_Comm comm, const iso_slice *slice, const char *path, const char *format,
                           iso_notes *notes);

/* The same where the ending tells the format. */
static inline iso_status iso_slice_check_target(const char *path, iso_error *err) {
  return iso_slice_check_target_as(path, NULL, err);
}
static inline iso_status iso_slice_write(MPI_Comm comm, const iso_slice *slice, const char *path,
                                         iso_error *err) {
  return iso_slice_write_as(comm, slice, path, NULL, err);
}
static inline void iso_slice_name_files(const iso_slice *slice, const char *path, char *text, size_t size) {
  iso_slice_name_files_as(slice, path, NULL, text, size);
}

/* Whether the format that path's ending names holds fields of nodes: VTU, legacy VTK, and CARP with a file
 * for each beside. ISO_EINPUT says which do. Not collective; the same on all ranks. */
iso_status iso_slice_check_fields_target(const char *path, iso_error *err);

/* Collective. Writes the mesh as the ending of such a path says, with nfields fields of its nodes, and into
 * text [size] the files for people; of CARP heart_NAME.dat, a line for each node. */
iso_status iso_slice_write_fields(MPI_Comm comm, const iso_slice *slice, int nfields,
                                  const iso_point_field *field, const char *path, char *text, size_t size,
                                  iso_error *err);

/* All are collective and write as base/atomic.h says: what stood there stays until all is complete, and then
 * all is replaced. A folder that cannot be written, a write-protected file of that name and a full disk are
 * ISO_EFAIL, on all ranks. */

/* base.pts, base.elem and, where there are fibres, base.lon; in um, with 17 significant digits. A base.lon of
 * another mesh is refused where there are no fibres. */
iso_status iso_slice_write_carp(MPI_Comm comm, const iso_slice *slice, const char *base, iso_error *err);

/* The same as base.bpts, base.belem and base.blon (carp_binary.h), which round coordinates to single
 * precision. ISO_EINPUT for 2^31 nodes and more. */
iso_status iso_slice_write_carp_binary(MPI_Comm comm, const iso_slice *slice, const char *base,
                                       iso_error *err);

/* One legacy VTK file in mm, version 3.0, binary; arrays as below. ISO_EINPUT for what its 32-bit numbers
 * cannot hold. */
iso_status iso_slice_write_vtk(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err);

/* The same with nfields fields of the points, in double precision; and CARP, text or binary, with fields as
 * base_NAME.dat. */
iso_status iso_slice_write_vtk_fields(MPI_Comm comm, const iso_slice *slice, int nfields,
                                      const iso_point_field *field, const char *path, iso_error *err);
iso_status iso_slice_write_carp_fields(MPI_Comm comm, const iso_slice *slice, bool binary, int nfields,
                                       const iso_point_field *field, const char *base, iso_error *err);

/* One file in mm; tags as 'elemTag', fibres as 'fibre' and 'sheet', fibres on nodes as 'fibre' of the points.
 */
iso_status iso_slice_write_vtu(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err);

/* A sheet of triangles, or lines, likewise as VTK's PolyData. ISO_EINPUT for other elements, and for both. */
iso_status iso_slice_write_vtp(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err);

/* The same with nfields fields of the points, in double precision. */
iso_status iso_slice_write_vtu_fields(MPI_Comm comm, const iso_slice *slice, int nfields,
                                      const iso_point_field *field, const char *path, iso_error *err);

#endif

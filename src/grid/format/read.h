/* Reading a mesh file into slices: CARP (.pts .elem .lon), legacy VTK and VTU.
 *
 * CARP: text or gzip-compressed text, elements Tt Hx Tr Ln, an optional tag, fibres of three or six columns.
 * VTK: versions 3.0 to 5.1, ASCII and binary. VTU: ASCII, base64 and appended data, with or without zlib.
 * Region tags, fibres and sheets of VTK files are found by the names of their arrays (vtk.h). */
#ifndef ISO_GRID_FORMAT_READ_H
#define ISO_GRID_FORMAT_READ_H

#include "base/error.h"
#include "grid/slice.h"

#include <stdbool.h>

/* What was mended or looks odd, for the caller to log; the same on every rank. */
typedef struct iso_notes {
  int count;
  char (*text)[256]; /* [count] one sentence each */
} iso_notes;

/* Appends a sentence, once: what is noted already is not repeated. notes may be NULL; a note for which there
 * is no memory is dropped. */
void iso_notes_add(iso_notes *notes, const char *format, ...) __attribute__((format(printf, 2, 3)));

void iso_notes_free(iso_notes *notes);

typedef struct iso_read_options {
  const char *path;   /* a file; for CARP also the name without extension */
  const char *format; /* of the table (formats.h); NULL or "auto": by content and ending */
  const char *unit;   /* of the coordinates: "um", "mm", "cm", "m"; NULL or "auto": um for CARP, else mm */
  /* Names of the arrays of cells that hold region tags, fibres and sheets, where the format has named arrays;
   * NULL or "": those of the usual names. */
  const char *tag_array, *fibre_array, *sheet_array;
  bool cut_second_order; /* elements of second order become several of first order, where that is known how
                            (element_kinds.h), instead of one of their corners */
  iso_notes *notes;      /* or NULL */
} iso_read_options;

/* Collective. Reads a mesh, in mm, with unit fibres and sheets orthogonal to them. On failure *out is empty
 * and every rank returns the same status and message. */
iso_status iso_slice_read(MPI_Comm comm, const iso_read_options *options, iso_slice *out, iso_error *err);

/* Collective. Reads a CARP list of nodes (.vtx: count, optional line "intra" or "extra", one global node
 * number per line). Every rank gets the whole list, ascending and without repetition: *nodes [*count], to be
 * freed. Numbers outside [0, nnodes) are refused with their line. */
iso_status iso_vtx_read(MPI_Comm comm, const char *path, iso_gid nnodes, int64_t *count, iso_gid **nodes,
                        iso_error *err);

/* Collective. The same of the faces of a CARP surface (.surf: count, then on each line Tr and three, or Qd
 * and four, global node numbers, which a tag may follow). */
iso_status iso_surf_read(MPI_Comm comm, const char *path, iso_gid nnodes, int64_t *count, iso_gid **nodes,
                         iso_error *err);

/* Collective. How many points a legacy VTK, VTU or VTP file has. */
iso_status iso_vtk_count_points(MPI_Comm comm, const char *path, iso_gid *npoints, iso_error *err);

/* Collective. Places of the points of a legacy VTK, VTU or VTP file, whether there are cells or not, in its
 * own unit: *npoints of all, and this rank's block in *at, to be freed; NULL where that fails. */
iso_status iso_vtk_read_places(MPI_Comm comm, const char *path, iso_gid *npoints, double (**at)[3],
                               iso_error *err);

/* Collective. Whether there is an array of that name with a number for each point. */
iso_status iso_vtk_has_node_data(MPI_Comm comm, const char *path, const char *name, bool *has,
                                 iso_error *err);

/* Collective. Reads the array of that name, one number for each point, from a legacy VTK or VTU file of
 * nnodes points: each rank the block that is its own (share/blocks.h), into values. What is not finite is
 * passed on. Of an array of cells, each point has the mean over the elements around it (of those of highest
 * dimension), and a point of none keeps its value. */
iso_status iso_vtk_read_node_data(MPI_Comm comm, const char *path, const char *name, iso_gid nnodes,
                                  double *values, iso_error *err);

/* Collective. The same of any file: VTK as above; of a CARP mesh, by its name without ending or that of one
 * of its files, MESH_NAME.dat; and of a .dat file, whatever name. A .dat file has a line for each node, and
 * no header. */
iso_status iso_read_node_data(MPI_Comm comm, const char *path, const char *name, iso_gid nnodes,
                              double *values, iso_error *err);

/* Collective. How many nodes a mesh's file of these has: points of VTK, or what NAME.pts of CARP announces;
 * where nothing tells, the given number. */
iso_status iso_count_nodes(MPI_Comm comm, const char *path, iso_gid given, iso_gid *nnodes, iso_error *err);

#endif

/* VTK's file formats: what a file holds and where, found by rank 0 and read by all.
 *
 * Indexing goes over the file once and notes, for each array that matters, where its values begin and how
 * they are written; every rank then reads its own share of each. Legacy files and VTU differ only in their
 * index. */
#ifndef ISO_GRID_FORMAT_VTK_H
#define ISO_GRID_FORMAT_VTK_H

#include "grid/format/read.h"
#include "grid/format/vtk_values.h"

typedef enum { ISO_VTK_POINTS, ISO_VTK_NODE_DATA, ISO_VTK_CELL_DATA } iso_vtk_role;

/* Values for points or cells [first, first + items) of the whole mesh. */
typedef struct iso_vtk_field {
  iso_vtk_role role;
  int64_t first, items;
  iso_vtk_array array;
} iso_vtk_field;

/* Numbers of VTK (vtkCellType.h) for the cells of a section of POLYDATA, each of any number of nodes. */
enum { ISO_VTK_POLY_VERTEX = 2, ISO_VTK_POLY_LINE = 4, ISO_VTK_STRIP = 6, ISO_VTK_POLYGON = 7 };

/* Cells [first, first + items) of the whole mesh. Their nodes come either with their number in front
 * (classic) or apart from offsets. */
typedef struct iso_vtk_cells {
  int64_t first, items;
  int64_t point_base, npoints; /* connectivity counts from point_base and stays below npoints */
  int type;                    /* of all cells, or 0: each has its own in types */
  bool classic;                /* connectivity holds n, node, ..., node for each cell; there are no offsets */
  bool leading_zero;           /* offsets hold the start of each cell and the end, not the end of each */
  iso_vtk_array types, offsets, connectivity;
} iso_vtk_cells;

/* A file that arrays lie in. */
typedef struct iso_vtk_file {
  char path[1024];
} iso_vtk_file;

typedef struct iso_vtk_index {
  int64_t npoints, ncells;
  int nfields, ncells_blocks, nfiles;
  int nlater; /* arrays of later time steps, which are passed over */
  iso_vtk_field *fields;
  iso_vtk_cells *cells; /* in order of first */
  iso_vtk_file *files;
} iso_vtk_index;

void iso_vtk_index_free(iso_vtk_index *index);

/* Each appends one; array.file of what follows is the last file added. */
iso_status iso_vtk_add_file(iso_vtk_index *index, const char *path, iso_error *err);
iso_status iso_vtk_add_field(iso_vtk_index *index, const iso_vtk_field *field, iso_error *err);
iso_status iso_vtk_add_cells(iso_vtk_index *index, const iso_vtk_cells *cells, iso_error *err);

/* Opens the stream of one of the index's arrays (iso_values_open). */
iso_status iso_vtk_open(const iso_vtk_index *index, const iso_vtk_array *array, iso_values **out,
                        iso_error *err);

/* One rank: adds what a legacy file, or a VTU, VTP or PVTU file with its pieces, holds. Messages are
 * complete. */
iso_status iso_vtk_index_legacy(const char *path, iso_vtk_index *index, iso_error *err);
iso_status iso_vtk_index_xml(const char *path, iso_vtk_index *index, iso_error *err);

/* Collective. Rank 0's index on every rank. */
iso_status iso_vtk_index_share(MPI_Comm comm, iso_vtk_index *index, iso_error *err);

/* Collective. As iso_carp_read. */
iso_status iso_vtk_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err);
iso_status iso_vtu_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err);

#endif

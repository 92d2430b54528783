/* VTK's file formats: what a file holds and where, found by rank 0 and read by all.
 *
 * Indexing goes over the file once and notes, for each array that matters, where its values begin and how
 * they are written; every rank then reads its own share of each. Legacy files and VTU differ only in their
 * index. */
#ifndef ISO_GRID_FORMAT_VTK_H
#define ISO_GRID_FORMAT_VTK_H

#include "grid/format/read.h"
#include "grid/format/vtk_values.h"

typedef enum {
  ISO_VTK_POINTS,
  ISO_VTK_TAG,
  ISO_VTK_FIBRE,
  ISO_VTK_SHEET,
  ISO_VTK_NODE_FIBRE,
  ISO_VTK_NODE_DATA, /* any array of points, where the index is asked for those */
  ISO_VTK_NROLES
} iso_vtk_role;

/* Values of one role for points or cells [first, first + items) of the whole mesh. */
typedef struct iso_vtk_field {
  iso_vtk_role role;
  int64_t first, items;
  iso_vtk_array array;
} iso_vtk_field;

enum { ISO_VTK_VERTEX = 1, ISO_VTK_LINE = 3, ISO_VTK_POLYGON = 7, ISO_VTK_STRIP = 6 };

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

typedef struct iso_vtk_index {
  bool of_node_data; /* set before indexing: ISO_VTK_NODE_DATA is wanted, and no other data */
  int64_t npoints, ncells;
  int nfields, ncells_blocks;
  iso_vtk_field *fields;
  iso_vtk_cells *cells; /* in order of first */
} iso_vtk_index;

void iso_vtk_index_free(iso_vtk_index *index);

iso_status iso_vtk_add_field(iso_vtk_index *index, const iso_vtk_field *field, iso_error *err);
iso_status iso_vtk_add_cells(iso_vtk_index *index, const iso_vtk_cells *cells, iso_error *err);

/* Adds a data array where its name has a meaning, which is compared without regard to case:
 *   region tag   elemTag elem_tag tag tags region regions region_id material material_id label cell_scalars
 * scalars gmsh:physical medit:ref                                               (cells, one component) fibre
 * fibre fiber fibres fibers f0 fibre_direction fiber_direction          (cells or points, three) sheet sheet
 * sheets s0 sheet_direction                                       (cells, three) Of several for one role the
 * one named first above is taken. */
iso_status iso_vtk_add_data(iso_vtk_index *index, bool of_cells, int64_t first, int64_t items,
                            const iso_vtk_array *array, iso_error *err);

/* One rank: the index of a legacy file or of a VTU file. Messages are complete. */
iso_status iso_vtk_index_legacy(const char *path, iso_vtk_index *index, iso_error *err);
iso_status iso_vtk_index_xml(const char *path, iso_vtk_index *index, iso_error *err);

/* Collective. Rank 0's index on every rank. */
iso_status iso_vtk_index_share(MPI_Comm comm, iso_vtk_index *index, iso_error *err);

/* Collective. As iso_carp_read. */
iso_status iso_vtk_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err);
iso_status iso_vtu_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err);

#endif

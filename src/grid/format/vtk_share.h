/* One rank's share of a VTK mesh while it is read: points, and cells, which become elements. */
#ifndef ISO_GRID_FORMAT_VTK_SHARE_H
#define ISO_GRID_FORMAT_VTK_SHARE_H

#include "grid/format/element_kinds.h"
#include "grid/format/vtk.h"

typedef struct iso_vtk_share {
  MPI_Comm comm;
  const char *path; /* of the file that was asked for, for messages */
  const iso_vtk_index *index;
  iso_slice *slice;
  int64_t first_cell, ncells;
  int64_t capacity; /* of the slice's elements, and of cell */
  iso_lid *cell;    /* [slice nelem] the cell that each element is, or is a part of; from first_cell */
  bool one_each;    /* cell[e] is e, and there are as many elements as cells */
  uint8_t *ghost;   /* [ncells] 1: the cell is a copy of another piece's; NULL: none is */
  int64_t nghosts;
  unsigned how; /* iso_parts_how */
  iso_kind_tally met;
  iso_error *err;
} iso_vtk_share;

/* Points [from, to) of the mesh or cells, empty where from >= to. */
typedef struct iso_vtk_range {
  int64_t from, to;
} iso_vtk_range;

/* What [first, first + n) and [other_first, other_first + other_n) have in common. */
iso_vtk_range iso_vtk_common(int64_t first, int64_t n, int64_t other_first, int64_t other_n);

/* This rank reads its cells and makes elements of them. */
iso_status iso_vtk_read_cells(iso_vtk_share *share);

/* Collective. How cells are taken apart: where pyramids or wedges are among all ranks' cells, hexahedra are
 * split, too; cut: elements of second order, unless there are some that cannot be. */
iso_status iso_vtk_choose_parts(iso_vtk_share *share, bool cut);

/* This rank reads its points' coordinates. */
iso_status iso_vtk_read_points(iso_vtk_share *share);

/* This rank reads which of its cells are ghosts. */
iso_status iso_vtk_read_ghosts(iso_vtk_share *share);

/* This rank reads what of the field, one number for each point or cell, lies in [first, first + n) of them,
 * into values; the rest of these is left as it is. */
iso_status iso_vtk_read_part(iso_vtk_share *share, const iso_vtk_field *field, int64_t first, int64_t n,
                             double *values);

/* This rank reads the array of that name, one number for each cell, for its cells: values [ncells]. */
iso_status iso_vtk_read_numbers(iso_vtk_share *share, const char *name, double *values);

/* Collective. Reads cells, and the array of that name, one number for each. values [block of nodes
 * (share/blocks.h)]: the mean over the elements around each node, of those of highest dimension; a node of no
 * element keeps its value. The same bits on any number of ranks. */
iso_status iso_vtk_mean_of_cells(iso_vtk_share *share, const char *name, double *values);

/* Collective. Reads tags, fibres and sheets, and notes from where. */
iso_status iso_vtk_read_data(iso_vtk_share *share, const iso_read_options *options);

#endif

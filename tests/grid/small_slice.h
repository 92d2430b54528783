/* Slices of a mesh written out in a test, dealt to the ranks in blocks. */
#ifndef ISO_TESTS_GRID_SMALL_SLICE_H
#define ISO_TESTS_GRID_SMALL_SLICE_H

#include "grid/slice.h"

typedef struct small_element {
  iso_shape shape;
  int32_t tag;
  iso_gid node[ISO_MAX_NODES];
} small_element;

/* Collective over MPI_COMM_WORLD. xyz [nnodes], element [nelems]. */
iso_slice small_slice(iso_gid nnodes, const double (*xyz)[3], iso_gid nelems, const small_element *element);

#endif

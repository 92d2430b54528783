/* Elements of a CARP mesh, as its files name them, on their way to ours. */
#ifndef ISO_GRID_FORMAT_CARP_SPLIT_H
#define ISO_GRID_FORMAT_CARP_SPLIT_H

#include "grid/format/read.h"

/* A type of element: its word in text, its number in binary files, VTK's number for it, and its nodes. */
typedef struct iso_carp_type {
  char word[3];
  int number, vtk, nodes;
} iso_carp_type;

/* NULL where there is none. */
const iso_carp_type *iso_carp_type_of_word(const char *word, size_t length);
const iso_carp_type *iso_carp_type_of_number(int64_t number);

/* Collective. slice: nodes, and elements whose shape holds VTK's number and whose nodes are in the file's
 * order, but for hexahedra (iso_carp_hexahedron); with fibres and sheets where the mesh has them.
 * Quadrilaterals, pyramids and wedges are split (element_kinds.h), and the parts have the fibres of the
 * whole. Of wedges, and of hexahedra where these are split, the second face may run either way round: which
 * one is told by the edges between the faces, which are the shorter ones. path: for messages. */
iso_status iso_carp_split(MPI_Comm comm, iso_slice *slice, const char *path, iso_notes *notes,
                          iso_error *err);

#endif

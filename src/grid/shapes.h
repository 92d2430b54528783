/* Edges, faces and numbering of the shapes. */
#ifndef ISO_GRID_SHAPES_H
#define ISO_GRID_SHAPES_H

#include "kernels/types.h"

typedef struct iso_cell {
  int nedges;
  uint8_t edge[12][2];
  int nfaces;         /* the boundary of a three-dimensional shape; a surface or a line is its own boundary */
  int face_nodes;     /* 3 or 4 */
  uint8_t face[6][4]; /* in turn around the face, outward normal */
} iso_cell;

extern const iso_cell iso_shapes[ISO_NSHAPES];

#endif

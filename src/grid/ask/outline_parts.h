/* The parts of outline.c. */
#ifndef ISO_GRID_ASK_OUTLINE_PARTS_H
#define ISO_GRID_ASK_OUTLINE_PARTS_H

#include "grid/mesh.h"

/* A cube's point, or what may become it: the node nearest to its middle, and of such the first. */
typedef struct iso_outline_point {
  int64_t cube; /* its number, or the node's where every node is a point */
  double distance;
  iso_gid node;
  double xyz[3];
} iso_outline_point;

typedef struct iso_outline_piece {
  int64_t corner[3]; /* nodes of this rank, then cubes, then points; the last two alike in a line */
} iso_outline_piece;

typedef struct iso_outline_draft {
  const iso_mesh *mesh;
  double low[3], extent; /* of the whole mesh; the longest side */
  uint8_t *drawn;        /* [nlocal] nodes that pieces have */
  int64_t npieces, room;
  iso_outline_piece *piece; /* [npieces] of local nodes */
  int64_t *cube;            /* [nlocal] of nodes that are drawn, for the present size */
  int npoints;
  iso_outline_point
      *point; /* [npoints] for the present size, ascending by cube; on rank 0 at the end of all ranks */
} iso_outline_draft;

/* Collective. Points of the finest cubes of which at most most have one, and the edge of these. */
iso_status iso_outline_find_points(iso_outline_draft *draft, int most, double *cell_mm, iso_error *err);

#endif

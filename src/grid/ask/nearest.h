/* The place of an element that is nearest to a point. */
#ifndef ISO_GRID_ASK_NEAREST_H
#define ISO_GRID_ASK_NEAREST_H

#include <stdint.h>

typedef struct iso_nearest {
  int n;             /* nodes below: of the corner, edge, face or whole that the place lies in */
  uint8_t corner[4]; /* of the element; of a hexahedron those of a tetrahedron that it is cut into */
  double weight[4];  /* not negative, sum 1: the place, and linear fields there, are sums with these */
  double at_mm[3];
  double square; /* of the distance from the point; 0 within rounding inside */
} iso_nearest;

/* Of an element with nodes x, mm. n 0 and square INFINITY where it is flat and has no place. */
iso_nearest iso_nearest_in(int shape, const double x[8][3], const double at[3]);

#endif

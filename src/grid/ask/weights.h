/* Interpolation weights of a point in one element. */
#ifndef ISO_GRID_ASK_WEIGHTS_H
#define ISO_GRID_ASK_WEIGHTS_H

#include "kernels/types.h"

#include <stdbool.h>

/* True if the element with nodes x holds the point; weight [nodes of the shape] then sums to 1. */
bool iso_element_holds(int shape, const double x[8][3], const double at[3], double *weight);

#endif

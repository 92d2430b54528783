/* Points of simplices, which are corners, edges, triangles and tetrahedra, as means of their corners. */
#ifndef ISO_GRID_ASK_SIMPLEX_H
#define ISO_GRID_ASK_SIMPLEX_H

#include <stdbool.h>

/* Of the line, plane or space through the corners x [n], n up to 4, the point nearest to p. weight [n]: it is
 * the sum of the corners times these, whose own sum is 1; outside the simplex some are negative. False where
 * the corners lie in fewer than n - 1 dimensions. */
bool iso_simplex_project(int n, double (*const x)[3], const double p[3], double *weight);

/* Whether that point is in the simplex but for rounding, which weight is rid of: none is negative. */
bool iso_simplex_holds(int n, double (*const x)[3], const double p[3], double *weight);

/* The point of the simplex nearest to p, with weights [n] that are not negative; returns the square of its
 * distance. spans [n]: whether a corner is one of the side that the point is in, be it with weight 0; all
 * where that is the whole. */
double iso_simplex_nearest(int n, double (*const x)[3], const double p[3], double *weight, bool *spans);

#endif

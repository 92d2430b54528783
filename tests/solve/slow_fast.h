/* The fast inward current inside elements as kernels/device.h writes it, in its own words and as slowly as
 * one likes: what the launch is compared with. */
#ifndef ISO_TESTS_SOLVE_SLOW_FAST_H
#define ISO_TESTS_SOLVE_SLOW_FAST_H

#include "solve/fixture.h"

/* Points and weights on a reference element: the cube [0, 1]^3, or the simplex with corners 0 and the unit
 * vectors. Weights sum to its volume, area or length. */
enum { SLOW_POINTS = 125 };
typedef struct slow_rule {
  int n;
  double at[SLOW_POINTS][3], weight[SLOW_POINTS];
} slow_rule;

/* Of degree 2 (simplices; Stroud, Approximate Calculation of Multiple Integrals, 1971) and 3 along each edge
 * (hexahedra): what the launch promises to use. */
slow_rule slow_rule_low(int shape);

/* Gauss's five points along each edge, collapsed onto simplices: exact for polynomials of degree 7 there. */
slow_rule slow_rule_high(int shape);

/* Values of the shape functions of an element at a point of the reference element; phi [nodes]. */
void slow_shapes(int shape, const double at[3], double phi[ISO_MAX_NODES]);

/* correction [nlocal] of owned nodes, uA/uF, where all models have the current f0 f1^3 f2 f3. factors
 * [ISO_MAX_FAST][nlocal]; elements whose nodes' currents are all within threshold give nothing. */
void slow_fast_current(const heart *h, const iso_numerics *numerics, slow_rule (*rule)(int shape),
                       double threshold, const double *factors, double *correction);

#endif

/* The nonlinear monodomain problem with an exact solution of Pathmanathan and Gray, Int J Numer Meth Biomed
 * Eng 30:525-544 (2014): unit interval, square or cube, t from 0 to 1, Cm = 2, chi = 3, sigma =
 * diag(1.1, 1.2, 0.3) / pi^2, V = sqrt(1 + t) F,   F = cos(pi x) cos(2 pi y) cos(3 pi z), u1 = (1 + t) G +
 * sqrt(1 + t) F,   u2 = 1 / ((1 + t) sqrt(G)),   G = 1 + x y^2 z^3, in fewer dimensions without the factors
 * of the others. */
#ifndef ISO_TESTS_VERIFY_EXACT_H
#define ISO_TESTS_VERIFY_EXACT_H

#include "solve/fixture.h"

typedef struct exact_problem {
  int dim;
  double h, dt;
  iso_diagonals diagonals;
  iso_numerics numerics;
  bool euler; /* forward Euler for the cells instead of the midpoint rule */
} exact_problem;

/* Of V: largest over time of the L2 norm in space, and the L2 norm over time (trapezoidal) of the H1 norm. */
typedef struct exact_errors {
  double l2, h1;
} exact_errors;

/* Collective. Solves to t = 1. vm: where not NULL, V at the end by global number, to be freed. */
exact_errors exact_solve(const exact_problem *problem, double **vm);

#endif

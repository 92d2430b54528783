/* Runge-Kutta-Legendre stages of second order for dV/dt = L V (RKL2; Meyer, Balsara and Aslam, J Comput Phys
 * 257:594, 2014): s of them are stable up to a step of (s^2 + s - 2) / (2 lambda). */
#ifndef ISO_SOLVE_RKL_H
#define ISO_SOLVE_RKL_H

#include "base/error.h"
#include "kernels/types.h"

#include <stdbool.h>

enum { ISO_RKL_MOST = 40 }; /* beyond, the implicit scheme is the better choice */

/* Stage j of s: Y_j = newest Y_{j-1} + older Y_{j-2} + start Y_0 + apply dt L Y_{j-1} + slope dt L Y_0; of
 * the first stage newest, older and slope are 0, and L is applied to Y_0. */
typedef struct iso_rkl_stage {
  double newest, older, start, apply, slope;
  double at; /* time of Y_{j-1}, in steps */
} iso_rkl_stage;

/* Fewest stages, at least 2, that take a step; more than ISO_RKL_MOST where none do. With a little room
 * because the bound is approached in rounding too. step: ms; eigenvalue: lambda, 1/ms. */
int iso_rkl_stages(double step, double eigenvalue);

/* The longest step, ms, that so many stages take. */
double iso_rkl_longest(int stages, double eigenvalue);

/* Whether Adams and Bashforth's product with V extrapolated to the middle of the step will do: below its
 * limit of stability, step lambda = 1, where the highest modes still decay. */
bool iso_rkl_is_short(double step, double eigenvalue);

/* Whether so few stages take the step. If not, ISO_EINPUT. node: whose row gives the eigenvalue. */
iso_status iso_rkl_check(double step, double eigenvalue, iso_gid node, iso_error *err);

/* j from 1 to stages. */
iso_rkl_stage iso_rkl_stage_of(int stages, int j);

#endif

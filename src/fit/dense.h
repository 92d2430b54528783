/* Small dense linear algebra: some hundred numbers, sums in the order of their indices. */
#ifndef ISO_FIT_DENSE_H
#define ISO_FIT_DENSE_H

#include <stdbool.h>

/* a [n][n] symmetric, of which the lower half is read, becomes L with a = L L^T in its lower half. Whether a
 * is positive definite. */
bool iso_factorise(int n, double *a);

/* x [n] becomes (L L^T)^-1 x. */
void iso_solve_factorised(int n, const double *l, double *x);

/* a [n][n], its lower half, becomes 1 + J^T J of rows j [m][n]. */
void iso_normal_matrix(int m, int n, const double *j, double *a);

#endif

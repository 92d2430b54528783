/* Symmetric matrices of any size, whole on a rank. */
#ifndef ISO_ANATOMY_EIGEN_H
#define ISO_ANATOMY_EIGEN_H

/* Not collective. Eigenvalues of a symmetric matrix [n][n], which becomes diagonal, the largest first: value
 * [n], and vector [n][n], a row for each, of unit length. By Jacobi's rotations, all pairs in turn (Golub and
 * Van Loan, Matrix Computations, 4th ed., 8.5): square roots and no other functions, so the bits are the
 * same everywhere. Values are right to rounding of the largest. */
void iso_symmetric_eigen(int n, double *matrix, double *value, double *vector);

#endif

/* Vectorised exponentials: compiled once for each build, with its flags. */
#include "kernels/functions.h"
#include "kernels/math.h"

exponentials ISO_VARIANT(exponentials);
void ISO_VARIANT(exponentials)(int n, const void *x, void *y) {
  const real *from = x;
  real *to = y;
#pragma omp simd
  for (int i = 0; i < n; i++) to[i] = iso_exp(from[i]);
}

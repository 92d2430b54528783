/* In place of kernels/real.h and kernels/math.h, and to be included before them: the models' headers in long
 * double, with the C library's functions. Neither the rounding of double nor our own functions come into what
 * such a model gives. */
#ifndef ISO_TESTS_KERNELS_EXACT_REAL_H
#define ISO_TESTS_KERNELS_EXACT_REAL_H

#define ISO_KERNELS_REAL_H
#define ISO_KERNELS_MATH_H

#include "kernels/types.h"

#include <math.h>

typedef long double real;
typedef int64_t int_real;
#define R(x) x##L
#define ISO_PASTE_(a, b) a##_##b
#define ISO_PASTE(a, b) ISO_PASTE_(a, b)

ISO_INLINE real iso_fma(real a, real b, real c) { return a * b + c; }
ISO_INLINE real iso_sqrt(real x) { return sqrtl(x); }
ISO_INLINE real iso_abs(real x) { return fabsl(x); }
ISO_INLINE real iso_exp(real x) { return expl(x); }
ISO_INLINE real iso_expm1(real x) { return expm1l(x); }
ISO_INLINE real iso_x_over_expm1(real x) { return x == 0 ? 1 : x / expm1l(x); }
ISO_INLINE real iso_log(real x) { return logl(x); }
ISO_INLINE real iso_log_ratio(real s) { return 2 * atanhl(s); }
ISO_INLINE void iso_invert2(real *a, real *b) { *a = 1 / *a, *b = 1 / *b; }
ISO_INLINE void iso_invert3(real *a, real *b, real *c) { *a = 1 / *a, *b = 1 / *b, *c = 1 / *c; }
ISO_INLINE void iso_invert4(real *a, real *b, real *c, real *d) {
  iso_invert2(a, b);
  iso_invert2(c, d);
}

#endif

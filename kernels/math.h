/* Elementary functions with the same bits everywhere: branch-free, every fused multiply-add written out, so
 * that gcc, clang and nvcc give one answer at any vector width when contraction is off (-ffp-contract=off,
 * -fmad=false).
 *
 * Errors are measured against long double in tests/kernels/test_math.c. NaN in, NaN out. The functions
 * saturate instead of reaching infinity, zero or a subnormal number: see each. The polynomials are
 * interpolants at Chebyshev nodes, computed with 60 digits. */
#ifndef ISO_KERNELS_MATH_H
#define ISO_KERNELS_MATH_H

#include "kernels/real.h"

#include <string.h>

#ifdef ISO_SINGLE
typedef uint32_t uint_real;
#else
typedef uint64_t uint_real;
#endif

/* Arguments of exp and log stay where results are normal numbers. */
#ifdef ISO_SINGLE
#define ISO_EXP_MIN (-87.0f)
#define ISO_EXP_MAX 88.0f
#define ISO_LOG_MIN 1.17549435e-38f
#define ISO_MANTISSA_BITS 23
#define ISO_EXPONENT_BIAS 127
#else
#define ISO_EXP_MIN (-708.0)
#define ISO_EXP_MAX 709.0
#define ISO_LOG_MIN 2.2250738585072014e-308
#define ISO_MANTISSA_BITS 52
#define ISO_EXPONENT_BIAS 1023
#endif

#ifdef ISO_SINGLE
ISO_INLINE real iso_fma(real a, real b, real c) { return __builtin_fmaf(a, b, c); }
ISO_INLINE real iso_sqrt(real x) { return __builtin_sqrtf(x); }
ISO_INLINE real iso_abs(real x) { return __builtin_fabsf(x); }
#else
ISO_INLINE real iso_fma(real a, real b, real c) { return __builtin_fma(a, b, c); }
ISO_INLINE real iso_sqrt(real x) { return __builtin_sqrt(x); }
ISO_INLINE real iso_abs(real x) { return __builtin_fabs(x); }
#endif

ISO_INLINE int_real iso_bits(real x) {
  int_real i;
  memcpy(&i, &x, sizeof i);
  return i;
}

ISO_INLINE real iso_from_bits(int_real i) {
  real x;
  memcpy(&x, &i, sizeof x);
  return x;
}

/* x = n ln 2 + r with |r| <= ln 2 / 2 (Cody and Waite): *scale = 2^n, and exp(r) - 1 is returned. */
ISO_INLINE real iso_exp_reduced(real x, real *scale) {
#ifdef ISO_SINGLE
  const real shift = 12582912.0f; /* 1.5 * 2^23: adding it rounds to an integer */
  const real ln2_hi = 0.693115234375f, ln2_lo = 3.1946184945309415e-05f;
#else
  const real shift = 6755399441055744.0; /* 1.5 * 2^52 */
  const real ln2_hi = 0.6931471805592082, ln2_lo = 7.371002565167799e-13;
#endif
  x = x > ISO_EXP_MAX ? ISO_EXP_MAX : x;
  x = x < ISO_EXP_MIN ? ISO_EXP_MIN : x;
  const real shifted = iso_fma(x, R(1.4426950408889634), shift);
  const real n = shifted - shift;
  const real r = iso_fma(-n, ln2_lo, iso_fma(-n, ln2_hi, x));
  /* The low bits of shifted hold n; unsigned, because a negative n is shifted left. */
  const uint_real exponent = (uint_real)iso_bits(shifted) + ISO_EXPONENT_BIAS;
  *scale = iso_from_bits((int_real)(exponent << ISO_MANTISSA_BITS));
#ifdef ISO_SINGLE
  real q = 1.3926183587713494e-3f; /* (exp(r) - 1 - r) / r^2, degree 4: error 8e-9 r^2 */
  q = iso_fma(q, r, 8.363179052722578e-3f);
  q = iso_fma(q, r, 4.1666554617204574e-2f);
  q = iso_fma(q, r, 1.6666576989698775e-1f);
  q = iso_fma(q, r, 0.5f);
#else
  /* (exp(r) - 1 - r) / r^2, degree 9: error 1.3e-17 r^2. Even and odd halves shorten the chain. */
  const real r2 = r * r;
  real even = 2.7620088445409746e-07, odd = 2.510038549551032e-08;
  even = iso_fma(even, r2, 2.4801521295954376e-05);
  odd = iso_fma(odd, r2, 2.7557268459997064e-06);
  even = iso_fma(even, r2, 1.3888888917213717e-03);
  odd = iso_fma(odd, r2, 1.9841269863053618e-04);
  even = iso_fma(even, r2, 4.166666666662413e-02);
  odd = iso_fma(odd, r2, 8.333333333330062e-03);
  even = iso_fma(even, r2, 0.5000000000000001);
  odd = iso_fma(odd, r2, 0.16666666666666669);
  const real q = iso_fma(odd, r, even);
#endif
  return iso_fma(q * r, r, r);
}

/* e^x within 1.1 ulp; saturates at e^ISO_EXP_MIN and e^ISO_EXP_MAX. */
ISO_INLINE real iso_exp(real x) {
  real scale;
  const real e = iso_exp_reduced(x, &scale);
  return iso_fma(scale, e, scale);
}

/* e^x - 1 within 2.5 ulp, also near 0; saturates as iso_exp. */
ISO_INLINE real iso_expm1(real x) {
  real scale;
  const real e = iso_exp_reduced(x, &scale);
  return iso_fma(scale, e, scale - R(1.0));
}

/* x / (e^x - 1) within 3 ulp; 1 at 0. */
ISO_INLINE real iso_x_over_expm1(real x) {
  const real e = iso_expm1(x);
  return x == R(0.0) ? R(1.0) : x / e;
}

/* (2 atanh(s) - 2 s) / s^3 at z = s^2 <= 0.0295, where the argument of atanh stands for a ratio up to
 * sqrt(2). */
ISO_INLINE real iso_log_series(real z) {
#ifdef ISO_SINGLE
  real g = 0.23330581938241893f; /* degree 3: error 4e-11 s */
  g = iso_fma(g, z, 0.2855081659971155f);
  g = iso_fma(g, z, 0.40000121876972f);
  g = iso_fma(g, z, 0.6666666655445165f);
#else
  real g = 0.14616585424888623; /* degree 6: error 1e-17 s */
  g = iso_fma(g, z, 0.15331710618210773);
  g = iso_fma(g, z, 0.18182889455674947);
  g = iso_fma(g, z, 0.22222211130259878);
  g = iso_fma(g, z, 0.2857142862600327);
  g = iso_fma(g, z, 0.39999999999899444);
  g = iso_fma(g, z, 0.666666666666667);
#endif
  return g;
}

/* Natural logarithm within 1.3 ulp; arguments below the smallest normal number, and negative ones, count as
 * it. log(infinity) is the logarithm of the next power of two. */
ISO_INLINE real iso_log(real x) {
  const real safe = x < ISO_LOG_MIN ? ISO_LOG_MIN : x;
  /* safe = 2^k m with sqrt(1/2) <= m < sqrt(2). No signed shift and no conversion: AVX2 has neither in 64
   * bits. */
#ifdef ISO_SINGLE
  const uint_real bits = (uint_real)iso_bits(safe), half = 0x3f3504f3u, one = 0x3f800000u, mask = 0x7fffffu;
  const uint_real offset = bits + (one - half);
  const real k =
      iso_from_bits((int_real)((offset >> ISO_MANTISSA_BITS) | 0x4b000000u)) - (8388608.0f + 127.0f);
#else
  const uint_real bits = (uint_real)iso_bits(safe), half = 0x3fe6a09e667f3bcdu, one = 0x3ff0000000000000u,
                  mask = 0xfffffffffffffu;
  const uint_real offset = bits + (one - half);
  const real k = iso_from_bits((int_real)((offset >> ISO_MANTISSA_BITS) | 0x4330000000000000u)) -
                 (4503599627370496.0 + 1023.0);
#endif
  const real m = iso_from_bits((int_real)((offset & mask) + half));
  /* log m = 2 atanh s = f - s (f - z g(z)), f = m - 1, s = f / (2 + f), z = s^2. */
  const real f = m - R(1.0);
  const real s = f / (R(2.0) + f);
  const real z = s * s;
#ifdef ISO_SINGLE
  const real ln2_hi = 0.693115234375f, ln2_lo = 3.1946184945309415e-05f;
#else
  const real ln2_hi = 0.6931471805592082, ln2_lo = 7.371002565167799e-13;
#endif
  const real log_m = iso_fma(k, ln2_lo, f - s * iso_fma(-z, iso_log_series(z), f));
  const real r = iso_fma(k, ln2_hi, log_m);
  return x == x ? r : x;
}

/* log(a / b) from s = (a - b) / (a + b), as 2 atanh s: cheaper than iso_log where a / b stays near 1, and
 * without its cancellation there. Within 2 ulp for a / b in [1/sqrt(2), sqrt(2)]; 1e-8 of itself (single:
 * 5e-6) in [1/2, 2]. */
ISO_INLINE real iso_log_ratio(real s) {
  const real z = s * s;
  return iso_fma(s * z, iso_log_series(z), R(2.0) * s);
}

/* Two, three or four reciprocals for one division, each within 4 ulp. The product of all must neither
 * overflow nor underflow. */
ISO_INLINE void iso_invert2(real *a, real *b) {
  const real r = R(1.0) / (*a * *b), inverse_a = r * *b;
  *b = r * *a;
  *a = inverse_a;
}

ISO_INLINE void iso_invert3(real *a, real *b, real *c) {
  const real ab = *a * *b, r = R(1.0) / (ab * *c), inverse_ab = r * *c, inverse_a = inverse_ab * *b;
  *c = r * ab;
  *b = inverse_ab * *a;
  *a = inverse_a;
}

ISO_INLINE void iso_invert4(real *a, real *b, real *c, real *d) {
  real ab = *a * *b, cd = *c * *d;
  iso_invert2(&ab, &cd);
  const real inverse_a = ab * *b, inverse_c = cd * *d;
  *b = ab * *a;
  *d = cd * *c;
  *a = inverse_a;
  *c = inverse_c;
}

#endif

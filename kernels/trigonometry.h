/* Trigonometric functions in the manner of kernels/math.h: branch-free and with the same bits everywhere.
 * Models in CellML have them in closed solutions of buffers (arccos, cos).
 *
 * Errors are measured against long double in tests/kernels/test_math.c. The polynomials are interpolants at
 * Chebyshev nodes, computed with 60 digits. */
#ifndef ISO_KERNELS_TRIGONOMETRY_H
#define ISO_KERNELS_TRIGONOMETRY_H

#include "kernels/math.h"

/* sin(x + quarter pi / 2) for quarter 0 or 1, by x = n pi/2 + r with |r| <= pi/4 (Cody and Waite). */
ISO_INLINE real iso_sin_quarter(real x, int_real quarter) {
#ifdef ISO_SINGLE
  const real shift = 12582912.0f; /* 1.5 * 2^23: adding it rounds to an integer */
  const real pi2_hi = 1.5703125f, pi2_mid = 4.8375129697e-4f, pi2_lo = 7.5497899548918821692e-8f;
#else
  const real shift = 6755399441055744.0; /* 1.5 * 2^52 */
  const real pi2_hi = 1.5707963267341256142, pi2_mid = 6.0771005063039659766e-11,
             pi2_lo = 2.0222662487959507324e-21;
#endif
  const real shifted = iso_fma(x, R(0.63661977236758134308), shift);
  const real n = shifted - shift;
  const real r = iso_fma(-n, pi2_lo, iso_fma(-n, pi2_mid, iso_fma(-n, pi2_hi, x)));
  const real z = r * r;
#ifdef ISO_SINGLE
  real s = -1.9587865702101875e-4f; /* (sin r - r) / r^3, degree 2 in z: error 2e-8 r^3 */
  s = iso_fma(s, z, 8.3327481540850321e-3f);
  s = iso_fma(s, z, -1.6666664661714698e-1f);
  real c = 2.4547916853691017e-5f; /* (cos r - 1 + z / 2) / z^2: error 2e-9 r^4 */
  c = iso_fma(c, z, -1.3888302919113633e-3f);
  c = iso_fma(c, z, 4.1666664658901404e-2f);
#else
  real s = 1.5918115263265975e-10; /* degree 5: error 2e-17 r^3 */
  s = iso_fma(s, z, -2.5051131650235181e-8);
  s = iso_fma(s, z, 2.7557316101617874e-6);
  s = iso_fma(s, z, -1.9841269836756773e-4);
  s = iso_fma(s, z, 8.3333333333309473e-3);
  s = iso_fma(s, z, -0.16666666666666665);
  real c = -1.1382623647474605e-11; /* degree 5: error 1.3e-18 r^4 */
  c = iso_fma(c, z, 2.0876146146558612e-9);
  c = iso_fma(c, z, -2.7557317271145146e-7);
  c = iso_fma(c, z, 2.4801587298754561e-5);
  c = iso_fma(c, z, -1.3888888888887396e-3);
  c = iso_fma(c, z, 0.041666666666666665);
#endif
  const real sine = iso_fma(r * z, s, r);
  const real cosine = iso_fma(z * z, c, iso_fma(R(-0.5), z, R(1.0)));
  const int_real turn = iso_bits(shifted) + quarter;
  const real value = turn & 1 ? cosine : sine;
  return turn & 2 ? -value : value;
}

/* Within 2 ulp, or 2e-16 (single: 1e-7) near zeros, for |x| <= 1e5 (single: 1e3). */
ISO_INLINE real iso_sin(real x) { return iso_sin_quarter(x, 0); }
ISO_INLINE real iso_cos(real x) { return iso_sin_quarter(x, 1); }

/* In (-pi/2, pi/2), within 3 ulp. */
ISO_INLINE real iso_arctan(real x) {
  const real a = iso_abs(x);
  const int far = a > R(1.0);
  const real t = far ? R(1.0) / a : a;
  const int middle = t > R(0.41421356237309503); /* tan(pi / 8) */
  const real u = middle ? (t - R(1.0)) / (t + R(1.0)) : t;
  const real z = u * u;
#ifdef ISO_SINGLE
  real p = -6.4517188693589581e-2f; /* (arctan u - u) / u^3, degree 4 in z: error 1.6e-8 u^3 */
  p = iso_fma(p, z, 1.0743668324830098e-1f);
  p = iso_fma(p, z, -1.4263949753605724e-1f);
  p = iso_fma(p, z, 1.9999540314957969e-1f);
  p = iso_fma(p, z, -3.3333331760434556e-1f);
#else
  real p = 2.2748939747779046e-2; /* degree 9: error 9e-16 u^3 */
  p = iso_fma(p, z, -4.4832186289953741e-2);
  p = iso_fma(p, z, 5.7362969593526144e-2);
  p = iso_fma(p, z, -6.6496079533997166e-2);
  p = iso_fma(p, z, 7.6910546148256477e-2);
  p = iso_fma(p, z, -9.0908525270882975e-2);
  p = iso_fma(p, z, 0.11111109635603796);
  p = iso_fma(p, z, -0.14285714266082289);
  p = iso_fma(p, z, 0.19999999999898324);
  p = iso_fma(p, z, -0.33333333333333246);
#endif
  const real near = iso_fma(u * z, p, u);
  const real first = middle ? near + R(0.78539816339744831) : near;
  const real angle = far ? R(1.5707963267948966) - first : first;
  return x < R(0.0) ? -angle : angle;
}

/* In [0, pi], within 5 ulp, or 1e-8 (single: 2e-4) where x is within rounding of 1. Arguments beyond -1 and
 * 1, which rounding makes of them, count as these. */
ISO_INLINE real iso_arccos(real x) {
  const real low = x < R(-1.0) ? R(-1.0) : x;
  const real safe = low > R(1.0) ? R(1.0) : low;
  return R(2.0) * iso_arctan(iso_sqrt((R(1.0) - safe) / (R(1.0) + safe)));
}

#endif

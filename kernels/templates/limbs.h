/* A fixed-point number that holds any sum of up to 2^31 doubles exactly (Kulisch, Advanced Arithmetic for the
 * Digital Computer, 2002): limb k weighs 2^(32 k - ISO_LIMB_BIAS). */
#ifndef ISO_KERNELS_TEMPLATES_LIMBS_H
#define ISO_KERNELS_TEMPLATES_LIMBS_H

#include "kernels/device.h"
#include "kernels/real.h"

#include <string.h>

#define ISO_LIMB_BIAS 1088 /* 34 limbs: below the smallest subnormal, 2^-1074 */

/* value as three digits, each with its sign, from limb place on. */
ISO_INLINE void iso_limbs_split(double value, int *place, int64_t digit[3]) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  const int exponent = (int)(bits >> 52 & 0x7ff);
  const uint64_t mantissa = (bits & 0xfffffffffffffULL) | (exponent ? 1ULL << 52 : 0);
  const int from = (exponent ? exponent : 1) - 1075 + ISO_LIMB_BIAS, shift = from & 31;
  const uint64_t low = mantissa << shift, high = shift ? mantissa >> (64 - shift) : 0;
  const int64_t sign = (int64_t)bits < 0 ? -1 : 1;
  *place = from >> 5;
  digit[0] = sign * (int64_t)(low & 0xffffffffU);
  digit[1] = sign * (int64_t)(low >> 32);
  digit[2] = sign * (int64_t)high;
}

ISO_INLINE void iso_limbs_add(int64_t *limb, double value) {
  int place;
  int64_t digit[3];
  iso_limbs_split(value, &place, digit);
  for (int d = 0; d < 3; d++) limb[place + d] += digit[d];
}

/* Brings every limb but the last into [0, 2^32): the same number, with room for more. */
ISO_INLINE void iso_limbs_carry(int64_t *limb) {
  for (int k = 0; k < ISO_LIMBS - 1; k++) {
    int64_t carry = limb[k] >> 32;
    limb[k] -= carry * ((int64_t)1 << 32);
    limb[k + 1] += carry;
  }
}

#endif

/* Doubles as whole numbers, whose sums have no order. */
#ifndef ISO_KERNELS_TEMPLATES_WHOLE_H
#define ISO_KERNELS_TEMPLATES_WHOLE_H

#include "kernels/real.h"

#include <stdint.h>
#include <string.h>

/* value, at most 2^51 in size, rounded to the nearest whole number, ties to even. Added to 1.5 2^52, whose
 * last bit weighs 1, the rounding is the processor's own and vectorises wherever integers of 64 bits add. */
ISO_INLINE int64_t iso_whole(double value) {
  const double origin = 0x1.8p52, moved = value + origin;
  int64_t from, to;
  memcpy(&from, &origin, sizeof from);
  memcpy(&to, &moved, sizeof to);
  return to - from;
}

/* value as within +-bound; bound where it is NaN, on every processor. */
ISO_INLINE double iso_within(double value, double bound) {
  const double below = value < bound ? value : bound;
  return below > -bound ? below : -bound;
}

#endif

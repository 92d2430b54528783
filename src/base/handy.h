/* Numbers that people choose: 1, 2 or 5 times a power of ten. */
#ifndef ISO_BASE_HANDY_H
#define ISO_BASE_HANDY_H

#include <math.h>

/* The largest of them that is at most most, which is above 0: as a time step in ms, it divides the whole
 * milliseconds that pulses and cycle lengths usually are. */
static inline double iso_handy_below(double most) {
  static const double mantissa[] = {5, 2, 1};
  const double most_at_least = most * (1 + 1e-12); /* 0.05 is below 5 * 0.01 */
  for (int power = (int)floor(log10(most_at_least));; power--)
    for (int k = 0; k < 3; k++) {
      /* 5e-3 as decimal text has it: divided, not multiplied by a power that is no binary number */
      const double value = power < 0 ? mantissa[k] / pow(10, -power) : mantissa[k] * pow(10, power);
      if (value <= most_at_least) return value;
    }
}

#endif

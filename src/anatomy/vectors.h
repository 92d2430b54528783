/* Differences of places. */
#ifndef ISO_ANATOMY_VECTORS_H
#define ISO_ANATOMY_VECTORS_H

#include "grid/geometry.h"

static inline void iso_difference(const double a[3], const double b[3], double out[3]) {
  for (int d = 0; d < 3; d++) out[d] = a[d] - b[d];
}

static inline double iso_distance(const double a[3], const double b[3]) {
  double between[3];
  iso_difference(a, b, between);
  return iso_length(between);
}

#endif

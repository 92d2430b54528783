#include "grid/draw.h"

#include "grid/hash.h"
#include "kernels/math.h"

double iso_draw_uniform(uint64_t h) { return (double)(iso_hash(h) >> 11) * 0x1p-53; }

/* The polar method (Marsaglia and Bray, SIAM Review 6:260-264, 1964), one of its two numbers: points in a
 * square until one is in the circle. */
double iso_draw_normal(uint64_t h) {
  for (;; h = iso_hash(h + 2)) {
    const double u = 2 * iso_draw_uniform(h) - 1, v = 2 * iso_draw_uniform(h + 1) - 1, square = u * u + v * v;
    if (square > 0 && square < 1) return u * iso_sqrt(-2 * iso_log(square) / square);
  }
}

/* Numbers at random that depend on a hash alone: the same on any ranks, in any order, with any compiler. */
#ifndef ISO_GRID_DRAW_H
#define ISO_GRID_DRAW_H

#include <stdint.h>

/* From 0 up to, but not, 1, all alike. */
double iso_draw_uniform(uint64_t hash);

/* Of the standard normal distribution. */
double iso_draw_normal(uint64_t hash);

#endif

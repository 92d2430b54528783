/* How the wall lies at a place. */
#ifndef ISO_FIT_WALL_H
#define ISO_FIT_WALL_H

#include "fit/places.h"

/* way [3]: unit vectors at right angles, along the wall (two) and through it: the principal axes of the nodes
 * within reach_mm of a place, the nearer the more they count, so that they turn smoothly with the place; the
 * reach is made longer until there are ten. On a block as thick as wide any three. */
void iso_wall_ways(const iso_places *places, const double at_mm[3], double reach_mm, double way[3][3]);

#endif

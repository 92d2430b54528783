/* A strip of tissue: what lies under a path on the surface, from wall to wall or as deep as asked. */
#ifndef ISO_ANATOMY_STRIP_H
#define ISO_ANATOMY_STRIP_H

#include "anatomy/surface_path.h"

/* From each point of the path a straight way goes into the tissue, against the normal of the surface. */
typedef struct iso_strip {
  int64_t n;
  double (*top)[3], (*inward)[3]; /* [n] the points of the path, and where the ways go; 0 in sheets */
  double *depth_mm;               /* [n] length of the way */
} iso_strip;

/* As deep as depth_mm, or, where that is INFINITY, to where each way leaves the tissue again; where a wall
 * is so bent that a way runs along it, twice the median of all ways is the end. In sheets the depth is 0.
 * Not collective. ISO_EFAIL where memory is short; free out whatever the status. */
iso_status iso_strip_new(iso_strip *out, const iso_hull *hull, const iso_surface_path *path, double depth_mm,
                         iso_error *err);
void iso_strip_free(iso_strip *strip);

/* How far a place is from the strip, a surface of triangles between neighbouring ways, in mm. *deep: how far
 * it lies along the way that is nearest, from the path inwards. */
double iso_strip_distance(const iso_strip *strip, const double at[3], double *deep);

/* low, high: the box around the strip. */
void iso_strip_bounds(const iso_strip *strip, double low[3], double high[3]);

#endif

/* Where in the mesh a point lies. */
#ifndef ISO_GRID_ASK_LOCATE_H
#define ISO_GRID_ASK_LOCATE_H

#include "grid/mesh.h"

#include <stdbool.h>

typedef struct iso_location {
  bool inside;                  /* some element holds the point */
  iso_gid element;              /* the one of lowest global number, or -1 */
  double distance_mm;           /* 0 inside, else to the nearest node */
  int n;                        /* nodes below: those of the element, or the one nearest */
  iso_gid node[ISO_MAX_NODES];  /* in the element's order */
  double weight[ISO_MAX_NODES]; /* sum 1; a nodal field is interpolated as sum of weight * value */
} iso_location;

/* Collective. at [n] mm, the same on all ranks -> location [n], the same on all ranks and on any number of
 * them. A point within rounding of an element counts as inside; on a sheet or cable, within 1e-6 of its
 * element's diameter. */
iso_status iso_locate(const iso_mesh *mesh, int64_t n, const double (*at)[3], iso_location *location,
                      iso_error *err);

#endif

/* The shortest way along the outer surface through places on it. */
#ifndef ISO_ANATOMY_SURFACE_PATH_H
#define ISO_ANATOMY_SURFACE_PATH_H

#include "anatomy/hull.h"

#include <stdbool.h>

/* Nodes of the hull, by their index; the way touches one of them. */
typedef struct iso_path_stop {
  int64_t n;
  const int64_t *node; /* [n] */
} iso_path_stop;

/* On an edge of the hull: low and high are indices of its nodes, at the first and last of it the same. */
typedef struct iso_path_point {
  int64_t low, high;
  double at_mm[3];
  double inward[3]; /* as hull->inward, of length 1; 0 on sheets */
} iso_path_point;

typedef struct iso_surface_path {
  int64_t n; /* 1 or more */
  iso_path_point *point;
  double length_mm;
} iso_surface_path;

/* From the nearest of the first stop's nodes to the second stop, from the node reached there to the next, and
 * so on; closed: back to where it began. Edges are passed at their ends and at three points between, so that
 * a way may be longer than the shortest one by a percent or two. Equal lengths go to the lowest numbers.
 * Dijkstra's method, without communication: the same on ranks that have the same hull. nstops is 2 or more.
 * ISO_EINPUT where no way leads to a stop, and then *lost is its number; ISO_EFAIL where memory is short.
 * Free out with iso_surface_path_free whatever the status. */
iso_status iso_surface_path_find(iso_surface_path *out, const iso_hull *hull, int nstops,
                                 const iso_path_stop *stop, bool closed, int *lost, iso_error *err);
void iso_surface_path_free(iso_surface_path *path);

#endif

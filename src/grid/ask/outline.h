/* What a mesh looks like from outside, with few enough points for a picture: the outer surface of its volume
 * elements, its sheets and its lines, in which nodes near each other have become one (vertex clustering,
 * Rossignac and Borrel 1993). Points and values are those of nodes, not means. */
#ifndef ISO_GRID_ASK_OUTLINE_H
#define ISO_GRID_ASK_OUTLINE_H

#include "grid/mesh.h"

typedef struct iso_outline {
  double cell_mm; /* edge of the cubes of which each has one point; 0: every node of the surface is a point */
  int npoints;
  iso_gid *node; /* [npoints] on every rank, ascending */
  /* On rank 0: */
  double (*xyz)[3]; /* [npoints] mm */
  int64_t ntriangles, nlines;
  int32_t (*triangle)[3]; /* [ntriangles] points; outward where the surface is that of a volume */
  int32_t (*line)[2];     /* [nlines] */
} iso_outline;

/* Collective. With at most most_points, of which there is room for at least one. The same on any number of
 * ranks. Fails for lack of memory, on all ranks. Free out whatever the status. */
iso_status iso_outline_new(iso_outline *out, const iso_mesh *mesh, int most_points, iso_error *err);

/* Collective. The values of a map, owned [mesh->nowned], at the points, value [npoints], on rank 0; that of
 * other ranks is scratch of the same size. */
iso_status iso_outline_values(const iso_outline *outline, const iso_mesh *mesh, const double *owned,
                              double *value, iso_error *err);

void iso_outline_free(iso_outline *outline);

#endif

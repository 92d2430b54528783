/* The outer surface of the mesh, whole on every rank: for what goes along it from one end to the other. It is
 * small beside the volume. */
#ifndef ISO_ANATOMY_HULL_H
#define ISO_ANATOMY_HULL_H

#include "grid/mesh.h"

typedef struct iso_hull {
  int64_t nnodes, nfaces;
  iso_gid *gid;        /* [nnodes] ascending */
  double (*xyz)[3];    /* [nnodes] mm */
  double (*inward)[3]; /* [nnodes] of length 1, into the tissue: the mean of the faces there by their areas; 0
                          at nodes of sheets alone, which have no inside */
  int32_t (
      *face)[3]; /* [nfaces] into the nodes, as seen from outside against the clock; by ascending numbers */
  int64_t *around_first; /* [nnodes + 1] into around */
  int64_t *around;       /* faces of each node, ascending */
} iso_hull;

/* Collective. Triangles that are sheets, and the faces that only one volume element has, those of hexahedra
 * cut at their lowest node; lines are left out. The same on every rank and on any number of them. Free out
 * whatever the status. ISO_EINPUT where there is no face, and beyond 2 GB; ISO_EFAIL where memory is short.
 */
iso_status iso_hull_new(iso_hull *out, const iso_mesh *mesh, iso_error *err);
void iso_hull_free(iso_hull *hull);

/* Index of a node by its global number, or -1 where it is not on the surface. */
int64_t iso_hull_find(const iso_hull *hull, iso_gid node);

/* The node nearest to a place, the lowest on ties. */
int64_t iso_hull_nearest(const iso_hull *hull, const double place[3]);

#endif

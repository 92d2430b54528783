/* What a mesh is made of and how good it is, for people and for checks. */
#ifndef ISO_GRID_ASK_QUALITY_H
#define ISO_GRID_ASK_QUALITY_H

#include "grid/ask/parts.h"

/* Shape of an element with nodes x, 1 the best and 0 degenerate:
 *   tetrahedra  12 (3 V)^(2/3) / sum of squared edges, the mean ratio of A. Liu and B. Joe, BIT 34 (1994);
 *   triangles   4 sqrt(3) A / sum of squared edges, the same in the plane;
 *   hexahedra   the least corner determinant of unit edges (scaled Jacobian);
 *   lines       1, since a line has no shape. */
double iso_element_quality(int shape, const double x[8][3]);

typedef struct iso_tag_info {
  int32_t tag;
  int64_t nelems[ISO_NSHAPES];
  double length_mm, area_mm2, volume_mm3; /* of its lines, triangles, and tetrahedra with hexahedra */
} iso_tag_info;

enum { ISO_QUALITY_BINS = 10 };

typedef struct iso_mesh_info {
  iso_gid nnodes, nelems, nedges;
  int64_t shapes[ISO_NSHAPES];                   /* elements of each shape */
  iso_parts parts;                               /* what hangs together */
  double low_mm[3], high_mm[3];                  /* bounding box of all nodes */
  double edge_min_mm, edge_mean_mm, edge_max_mm; /* every edge counts once */
  int64_t rated;                                 /* elements with a shape to judge: all but lines */
  double quality_min, quality_mean;            /* iso_element_quality over these; INFINITY and NAN if none */
  iso_gid worst_element;                       /* the one of quality_min, the lowest of several */
  int64_t quality_histogram[ISO_QUALITY_BINS]; /* rated elements with quality in [k / 10, (k + 1) / 10) */
  int64_t fibres, sheets;                      /* elements with a direction; -1: the mesh has no such field */
  int ntags;
  iso_tag_info *tags; /* [ntags] ascending */
} iso_mesh_info;

/* Collective. Fills info, the same on all ranks; sums are rounded differently on another number of ranks.
 * Release with iso_mesh_info_free, after success only. Fails for lack of memory, on all ranks. */
iso_status iso_mesh_info_of(const iso_mesh *mesh, iso_mesh_info *info, iso_error *err);

void iso_mesh_info_free(iso_mesh_info *info);

#endif

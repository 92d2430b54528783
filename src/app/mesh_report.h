/* Numbers that say whether a mesh is fit to be solved on. */
#ifndef ISO_APP_MESH_REPORT_H
#define ISO_APP_MESH_REPORT_H

#include "grid/mesh.h"

typedef struct iso_region_size {
  int64_t tag, elements;
  double size_mm[4]; /* by dimension: [1] length mm, [2] area mm2, [3] volume mm3 */
} iso_region_size;

typedef struct iso_mesh_report {
  int64_t elements[ISO_NSHAPES];
  double least_mm[3], most_mm[3];          /* the bounding box */
  double shortest_mm, mean_mm, longest_mm; /* edges, those of several elements counted in each */
  /* 1 for an equilateral tetrahedron or triangle, 0 for a flat one: 12 (3 V)^(2/3) / sum l^2 and
   * 4 sqrt(3) A / sum l^2 (A. Liu, B. Joe, Math Comp 63, 1994: the mean ratio). NAN where there are none. */
  double worst_quality, mean_quality;
  int64_t components; /* parts that share no node */
  int64_t orphans;    /* nodes of no element */
  int nregions;
  iso_region_size *regions; /* [nregions] by ascending tag; on rank 0 only */
} iso_mesh_report;

/* Collective. Everything but the regions is the same on all ranks. Release with iso_mesh_report_free. */
iso_status iso_mesh_report_make(const iso_mesh *mesh, iso_mesh_report *out, iso_error *err);

void iso_mesh_report_free(iso_mesh_report *report);

#endif

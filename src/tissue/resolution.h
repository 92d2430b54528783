/* Whether the edges of a mesh can carry a wave of its tissue. */
#ifndef ISO_TISSUE_RESOLUTION_H
#define ISO_TISSUE_RESOLUTION_H

#include "grid/mesh.h"
#include "tissue/tissue.h"

/* Widths of the front that the edges of an element may have on average, see docs/numerics.md: beyond, a front
 * along the edges is blocked or nearly so. The nodal current asks for finer meshes. */
#define ISO_MOST_WIDTHS 3.0
#define ISO_MOST_WIDTHS_NODAL 1.5

/* Of a region. A front of usual excitability runs at about 2 sqrt(D / ms), D = sigma / (chi Cm), and rises in
 * about a millisecond: it is so many mm wide as it runs mm in a millisecond. The edges of an element are
 * measured in that width, each along its own direction, and averaged. */
typedef struct iso_resolution {
  int64_t elements, coarse; /* all, and those whose edges are longer than asked for */
  double edge_mm, widths; /* of the coarse ones, on average: length of an edge, and in widths of the front */
  double along, across;   /* velocity of the front, mm/ms = m/s, which is its width in mm */
} iso_resolution;

/* Collective. out [tissue->nregions], the same on every rank and, but for rounding of the averages, on any
 * number of them. limit: widths of the front that an edge may have. Elements that no region takes are left
 * out. */
iso_status iso_tissue_resolution(const iso_mesh *mesh, const iso_tissue *tissue, double limit,
                                 iso_resolution *out, iso_error *err);

#endif

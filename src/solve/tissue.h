/* What the heart is made of: conductivities, membrane and ionic model of each region. */
#ifndef ISO_SOLVE_TISSUE_H
#define ISO_SOLVE_TISSUE_H

#include "base/error.h"
#include "kernels/model.h"

typedef struct iso_region {
  int ntags; /* 0: every tag that no other region names */
  const int32_t *tags;
  double longitudinal, transverse, normal; /* mS/mm = S/m, along fibre, sheet and their normal */
  double chi;                              /* membrane area per volume, 1/mm */
  double cm;                               /* uF/mm2 */
  double thickness, cross_section;         /* mm of triangles, mm2 of lines */
  const iso_model *model;
  double vm;                /* initial, mV */
  const double *parameters; /* [model->nparameters] */
  const double *states;     /* [model->nstates] initial */
} iso_region;

typedef struct iso_tissue {
  int nregions;
  const iso_region *regions;
} iso_tissue;

/* Index of the region of a tag, or -1. */
int iso_tissue_region(const iso_tissue *tissue, int32_t tag);

#endif

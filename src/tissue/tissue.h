/* What the heart is made of: conductivities, membrane and ionic model of each region. */
#ifndef ISO_TISSUE_TISSUE_H
#define ISO_TISSUE_TISSUE_H

#include "base/error.h"
#include "kernels/model.h"

/* A parameter that differs from node to node. */
typedef struct iso_parameter_field {
  int parameter;       /* of the model */
  const double *value; /* [owned nodes of the mesh], finite at those of the region */
} iso_parameter_field;

typedef struct iso_region {
  const char *name; /* for messages; NULL: none */
  int ntags;        /* 0: every tag that no other region names */
  const int32_t *tags;
  double longitudinal, transverse, normal; /* mS/mm = S/m, along fibre, sheet and their normal */
  const double *scale; /* [local nodes of the mesh] an element's conductivities are times the mean of its
                          nodes; NULL: 1 */
  double chi;          /* membrane area per volume, 1/mm */
  double cm;           /* uF/mm2 */
  double thickness, cross_section; /* mm of triangles, mm2 of lines */
  const iso_model *model;
  double vm;                /* initial, mV */
  const double *parameters; /* [model->nparameters] */
  int nfields;              /* parameters that fields replace */
  const iso_parameter_field *fields;
  const double *states; /* [model->nstates] initial */
} iso_region;

typedef struct iso_tissue {
  int nregions;
  const iso_region *regions;
  const double
      *boost; /* [elements of the mesh] what multiplies each one's conductivities, 0: burned; NULL: nothing */
} iso_tissue;

/* Index of the region of a tag, or -1. */
int iso_tissue_region(const iso_tissue *tissue, int32_t tag);

/* Region of a node of that tag: the first one for a node without elements, whose tag no region may take. */
int iso_tissue_of_node(const iso_tissue *tissue, int32_t tag);

#endif

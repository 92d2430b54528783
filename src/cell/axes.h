/* A grid of parameters and concentrations: the sets of parameters that single cells are studied with. */
#ifndef ISO_CELL_AXES_H
#define ISO_CELL_AXES_H

#include "kernels/model.h"
#include "tissue/drug.h"

#include <stdbool.h>

/* A parameter and the values that it takes, or a drug and its concentrations; several make a grid, the last
 * running fastest. Drugs act on what the others have made of the parameters. */
typedef struct iso_axis {
  int parameter;  /* -1: a drug */
  bool scales;    /* values multiply the variant's */
  char label[32]; /* name of the drug, or empty */
  iso_drug drug;  /* without name */
  int n;
  double *values; /* nM, of a drug */
} iso_axis;

/* Points of the grid of axes [naxes]: 1 where there are none. A double, since it may be beyond any integer.
 */
double iso_axes_sets(int naxes, const iso_axis *axes);

/* The value of one of them in a set, counted from 0. */
double iso_axes_value(int naxes, const iso_axis *axes, int axis, int set);

/* Changes p, a variant's parameters of model, to those of a set. */
void iso_axes_apply(int naxes, const iso_axis *axes, int set, const iso_model *model, double *p);

#endif

/* A field of cells under a prescribed potential that visits everything: what the tests of bits compare. */
#ifndef ISO_TESTS_KERNELS_FIELD_H
#define ISO_TESTS_KERNELS_FIELD_H

#include "kernels/model.h"

typedef struct field_run {
  const iso_cell_kernels *kernels;
  int single, exact;
  const iso_model *model;
  int ncells, nsteps;
  int pieces;    /* launches that a step is cut into, of unequal length */
  int keep_fast; /* ask for the factors of the fast current */
  int same_vm;   /* currents at vm: 0 with vm_before, 1 without it, 2 with vm_before = vm */
  double scale;  /* of the parameters that field_scaled scales; 0: defaults */
  int alternate; /* only of every second cell, by constants that vary */
} field_run;

/* Default parameters, scaled where that makes no difference to the tables of rates, or all in exact mode: 1%
 * more of each is within what every model bears. Returns how many were scaled. */
int field_scaled(const field_run *run, double scale, double *parameters);

/* States, then ionic current, then factors of the fast current if kept, all [rows][ncells] in the build's
 * precision, after the last step. The caller frees it; *bytes is its size. */
void *field_after(const field_run *run, size_t *bytes);

#endif

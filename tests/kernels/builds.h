/* The builds of the cell kernels that this processor runs. */
#ifndef ISO_TESTS_KERNELS_BUILDS_H
#define ISO_TESTS_KERNELS_BUILDS_H

#include "kernels/model.h"

typedef struct build {
  const char *isa;
  const iso_cell_kernels *kernels[2]; /* in double, in single precision */
} build;

/* Number of builds, narrowest first; the last is the widest. */
int builds(const build **out);

#endif

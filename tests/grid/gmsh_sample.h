/* The sample as a file of Gmsh. */
#ifndef ISO_TESTS_GRID_GMSH_SAMPLE_H
#define ISO_TESTS_GRID_GMSH_SAMPLE_H

#include "read_sample.h"

typedef struct gmsh_style {
  int version; /* 2: 2.2, 4: 4.1 */
  bool binary, swapped;
  bool parametric;  /* of version 2: nodes with parameters, which version 4 always has */
  bool partitioned; /* of version 4: with partitions, ghosts and what is between them */
  int file;         /* 0: the whole; 1 and 2: of a set, one for each of two partitions */
} gmsh_style;

/* Collective. Writes a file of that name into the scratch folder, with numbers that have gaps and no order,
 * and returns its path. */
const char *gmsh_sample(const sample *s, gmsh_style how, const char *name);

#endif

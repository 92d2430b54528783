/* Sums over all nodes that do not depend on their order. */
#ifndef ISO_ANATOMY_SUMS_H
#define ISO_ANATOMY_SUMS_H

#include "grid/mesh.h"

/* Collective. The sum over all nodes of each of four numbers [nowned][4], each rounded to 2^-33 of the
 * largest of its kind and then summed exactly: the same on any number of ranks. */
void iso_exact_sums(const iso_mesh *mesh, const double (*term)[4], double sum[4]);

#endif

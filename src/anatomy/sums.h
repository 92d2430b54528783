/* Sums over all nodes that do not depend on their order. */
#ifndef ISO_ANATOMY_SUMS_H
#define ISO_ANATOMY_SUMS_H

#include "grid/mesh.h"

/* Collective. The sum over all nodes of each of four numbers [nowned][4], each rounded to 2^-33 of the
 * largest of its kind and then summed exactly: the same on any number of ranks. */
void iso_exact_sums(const iso_mesh *mesh, const double (*term)[4], double sum[4]);

/* Collective over comm. The sum over all ranks of a_i b_i for i = 0, stride, .. below n stride of this rank:
 * each product is rounded once, their sum once more, whatever ranks and order. b NULL: of a_i alone. */
double iso_exact_dot(MPI_Comm comm, int64_t n, int stride, const double *a, const double *b);

#endif

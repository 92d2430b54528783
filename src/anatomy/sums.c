#include "anatomy/sums.h"

#include "kernels/templates/limbs.h"

#include <math.h>

/* 2^33 times 2^29 nodes stays below 2^63. */
void iso_exact_sums(const iso_mesh *mesh, const double (*term)[4], double sum[4]) {
  double largest[4] = {0}, unit[4];
  int64_t whole[4] = {0};
  for (iso_lid i = 0; i < mesh->nowned; i++)
    for (int k = 0; k < 4; k++) largest[k] = fmax(largest[k], fabs(term[i][k]));
  MPI_Allreduce(MPI_IN_PLACE, largest, 4, MPI_DOUBLE, MPI_MAX, mesh->comm);
  for (int k = 0; k < 4; k++) unit[k] = largest[k] > 0 ? ldexp(1, ilogb(largest[k]) - 32) : 1;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    for (int k = 0; k < 4; k++) whole[k] += llround(term[i][k] / unit[k]);
  MPI_Allreduce(MPI_IN_PLACE, whole, 4, MPI_INT64_T, MPI_SUM, mesh->comm);
  for (int k = 0; k < 4; k++) sum[k] = unit[k] * (double)whole[k];
}

/* A limb has room for 2^31 digits, and once carried for as many ranks. */
double iso_exact_dot(MPI_Comm comm, int64_t n, int stride, const double *a, const double *b) {
  int64_t limb[ISO_LIMBS] = {0};
  for (int64_t i = 0; i < n; i++) {
    iso_limbs_add(limb, b ? a[i * stride] * b[i * stride] : a[i * stride]);
    if ((i & 0x3fffffff) == 0x3fffffff) iso_limbs_carry(limb);
  }
  iso_limbs_carry(limb);
  MPI_Allreduce(MPI_IN_PLACE, limb, ISO_LIMBS, MPI_INT64_T, MPI_SUM, comm);
  return iso_limbs_value(limb);
}

/* Table lookup for the cell of one thread of a GPU. */
#ifndef ISO_KERNELS_THREAD_RATES_H
#define ISO_KERNELS_THREAD_RATES_H

#include "kernels/rates.h"

namespace {
/* The cubic of one rate, in ISO_BY_RATE: one or two loads. */
struct alignas(16) cubic {
  real c[4];
};
} // namespace

/* Rate r of a row of a table at place x. The order of operations is that of iso_table_rates. */
static __device__ __forceinline__ real rate_at(const real *row, int r, real x) {
  const cubic p = ((const cubic *)row)[r];
  return iso_fma(iso_fma(iso_fma(p.c[3], x, p.c[2]), x, p.c[1]), x, p.c[0]);
}

#endif

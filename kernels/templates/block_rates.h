/* Table lookup for a block of cells on a CPU: vectorised across the rates of a cell, which lie side by side
 * in a table, so that no gather is needed; then transposed, so that a rate's values for the block lie side by
 * side. */
#ifndef ISO_KERNELS_TEMPLATES_BLOCK_RATES_H
#define ISO_KERNELS_TEMPLATES_BLOCK_RATES_H

#include "kernels/templates/rates.h"

/* Cells in a block: its rates and states fit the first-level cache. */
enum { ISO_BLOCK = 512 / sizeof(real), ISO_MAX_RATES = 64 };

/* Four reals side by side: what a table's rows are transposed in. */
typedef real iso_quad __attribute__((vector_size(4 * sizeof(real))));

/* to[r * stride + c] = from[c * stride_from + r] for 4 x 4. */
ISO_INLINE void iso_transpose(const real *from, int stride_from, real *to, int stride) {
  iso_quad a, b, c, d;
  memcpy(&a, from, sizeof a);
  memcpy(&b, from + stride_from, sizeof b);
  memcpy(&c, from + 2 * stride_from, sizeof c);
  memcpy(&d, from + 3 * stride_from, sizeof d);
  const iso_quad ac_low = __builtin_shufflevector(a, c, 0, 1, 4, 5),
                 ac_high = __builtin_shufflevector(a, c, 2, 3, 6, 7);
  const iso_quad bd_low = __builtin_shufflevector(b, d, 0, 1, 4, 5),
                 bd_high = __builtin_shufflevector(b, d, 2, 3, 6, 7);
  a = __builtin_shufflevector(ac_low, bd_low, 0, 4, 2, 6);
  b = __builtin_shufflevector(ac_low, bd_low, 1, 5, 3, 7);
  c = __builtin_shufflevector(ac_high, bd_high, 0, 4, 2, 6);
  d = __builtin_shufflevector(ac_high, bd_high, 1, 5, 3, 7);
  memcpy(to, &a, sizeof a);
  memcpy(to + stride, &b, sizeof b);
  memcpy(to + 2 * stride, &c, sizeof c);
  memcpy(to + 3 * stride, &d, sizeof d);
}

/* out[rate][ISO_BLOCK] of n <= ISO_BLOCK cells; what follows the n-th is overwritten. nrates is a multiple of
 * ISO_GROUP and known to the compiler. */
ISO_INLINE void iso_table_rates(const real *ISO_RESTRICT table, int nrates, const real *v, int n,
                                real *ISO_RESTRICT out) {
  int32_t row[ISO_BLOCK];
  real x[ISO_BLOCK];
  iso_table_rows(v, n, row, x);
  for (int i = n; i % 4 != 0; i++) row[i] = 0, x[i] = 0;
  for (int i = 0; i < n; i += 4) {
    real rates[4 * ISO_MAX_RATES] __attribute__((aligned(64)));
    for (int c = 0; c < 4; c++) {
      const real *cubic = table + row[i + c] * (4 * nrates);
      const real at = x[i + c];
#pragma omp simd
      for (int r = 0; r < nrates; r++)
        rates[c * nrates + r] =
            iso_fma(iso_fma(iso_fma(cubic[3 * nrates + r], at, cubic[2 * nrates + r]), at, cubic[nrates + r]),
                    at, cubic[r]);
    }
    for (int r = 0; r < nrates; r += 4) iso_transpose(rates + r, nrates, out + r * ISO_BLOCK + i, ISO_BLOCK);
  }
}

#endif

/* Table lookup for a block of cells: vectorised across the rates of a cell, which lie side by side, so that
 * no gather is needed. */
#ifndef ISO_KERNELS_RATES_H
#define ISO_KERNELS_RATES_H

#include "kernels/model_names.h"

/* Cells in a block: its rates and states fit the first-level cache. */
enum { ISO_BLOCK = 512 / sizeof(real) };

/* Rate number r of cell i of a block is at [r / GROUP][i][r % GROUP]. */
ISO_INLINE int iso_rate_at(int rate, int cell) {
  return rate / ISO_GROUP * (ISO_GROUP * ISO_BLOCK) + cell * ISO_GROUP + rate % ISO_GROUP;
}

/* Rows, and places x within them, of n potentials. */
ISO_INLINE void iso_table_rows(const real *v, int n, int32_t *row, real *x) {
#pragma omp simd
  for (int i = 0; i < n; i++) {
    const real rows = R(1.0) * ISO_TABLE_ROWS, per_mV = R(1.0) * ISO_TABLE_PER_MV;
    real t = (v[i] - R(1.0) * ISO_TABLE_FROM_MV) * per_mV;
    t = t > R(0.0) ? t : R(0.0);
    t = t < rows ? t : rows;
    const int32_t down = (int32_t)t;
    row[i] = down < ISO_TABLE_ROWS - 1 ? down : ISO_TABLE_ROWS - 1;
    x[i] = t - (real)row[i] - R(0.5);
  }
}

/* out: see iso_rate_at. nrates is a multiple of ISO_GROUP and known to the compiler. */
ISO_INLINE void iso_table_rates(const real *ISO_RESTRICT table, int nrates, const real *v, int n,
                                real *ISO_RESTRICT out) {
  int32_t row[ISO_BLOCK];
  real x[ISO_BLOCK];
  iso_table_rows(v, n, row, x);
  for (int i = 0; i < n; i++) {
    const real *c = table + row[i] * (4 * nrates);
    for (int group = 0; group < nrates; group += ISO_GROUP) {
      real *to = out + iso_rate_at(group, i);
#pragma omp simd
      for (int r = 0; r < ISO_GROUP; r++) {
        const real *at = c + group + r;
        const real cubic =
            iso_fma(iso_fma(iso_fma(at[3 * nrates], x[i], at[2 * nrates]), x[i], at[nrates]), x[i], at[0]);
        to[r] = cubic;
      }
    }
  }
}

#endif

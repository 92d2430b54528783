/* Where in the tables of rates a potential falls. */
#ifndef ISO_KERNELS_TEMPLATES_RATES_H
#define ISO_KERNELS_TEMPLATES_RATES_H

#include "kernels/templates/model_names.h"

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

#endif

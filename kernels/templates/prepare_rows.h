/* Where the numbers of prepare go, and the fit of a table's rows: what kernels/templates/prepare_model.h is
 * made of. */
#ifndef ISO_KERNELS_TEMPLATES_PREPARE_ROWS_H
#define ISO_KERNELS_TEMPLATES_PREPARE_ROWS_H

#include "kernels/prepare.h"
#include "kernels/templates/model_names.h"

/* Where the numbers go, in the precision of the build that will read them. */
typedef struct sink {
  void *out;
  int single;
  iso_table_order order;
} sink;

static void put(const sink *s, size_t at, double value) {
  if (s->single)
    ((float *)s->out)[at] = (float)value;
  else
    ((double *)s->out)[at] = value;
}

/* Cubic through f at the Chebyshev nodes of [-1/2, 1/2], in the order -a, -b, b, a. */
static void fit_cubic(const double f[4], double c[4]) {
  const double a = ISO_CHEBYSHEV_A, b = ISO_CHEBYSHEV_B, gap = a * a - b * b;
  const double even_a = (f[3] + f[0]) / 2, even_b = (f[2] + f[1]) / 2;
  const double odd_a = (f[3] - f[0]) / (2 * a), odd_b = (f[2] - f[1]) / (2 * b);
  c[2] = (even_a - even_b) / gap;
  c[0] = even_a - c[2] * (a * a);
  c[3] = (odd_a - odd_b) / gap;
  c[1] = odd_a - c[3] * (a * a);
}

/* One row of a table: the cubics of nrates functions whose values at the four nodes are f[node][rate]. */
static void put_row(const sink *s, size_t at, int nrates, int stride, const double *const f[4]) {
  for (int rate = 0; rate < stride; rate++) {
    double value[4] = {0}, c[4];
    for (int node = 0; rate < nrates && node < 4; node++) value[node] = f[node][rate];
    fit_cubic(value, c);
    for (int power = 0; power < 4; power++)
      put(s, at + (size_t)(s->order == ISO_BY_POWER ? power * stride + rate : rate * 4 + power), c[power]);
  }
}

/* V at node 0..3 of a row. */
static double node_mV(int row, int node) {
  static const double x[4] = {-ISO_CHEBYSHEV_A, -ISO_CHEBYSHEV_B, ISO_CHEBYSHEV_B, ISO_CHEBYSHEV_A};
  return ISO_TABLE_FROM_MV + (row + 0.5 + x[node]) / ISO_TABLE_PER_MV;
}

#endif

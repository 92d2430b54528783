/* Sparse rows times a vector, fused with the linear combination around it. */
#include "kernels/device_cpu.h"

#include <string.h>

/* One slice of rows side by side. Separate multiply and add: gcc and clang have no portable fused one on
 * vectors, and the loads of x are what costs. */
typedef real lanes __attribute__((vector_size(ISO_CPU_SLICE * sizeof(real))));

#define LANES_INLINE static inline __attribute__((always_inline)) /* no ABI for vectors wider than registers */

LANES_INLINE lanes load(const real *p) {
  lanes v;
  memcpy(&v, p, sizeof v);
  return v;
}

LANES_INLINE lanes gather(const real *x, const iso_lid *at) {
  return (lanes){x[at[0]], x[at[1]], x[at[2]], x[at[3]], x[at[4]], x[at[5]], x[at[6]], x[at[7]]};
}

LANES_INLINE lanes row_sums(const iso_rows *rows, int64_t slice, const real *x, lanes own) {
  const iso_lid *column = rows->column;
  const real *value = rows->value;
  lanes sum = {0};
  for (int64_t k = rows->start[slice]; k < rows->start[slice + 1]; k += ISO_CPU_SLICE)
    sum += load(value + k) * (gather(x, column + k) - own);
  return sum;
}

static void product_of_slice(const iso_product *p, int64_t slice) {
  const iso_rows *rows = p->rows;
  const iso_lid *row = rows->row + slice * ISO_CPU_SLICE;
  const real *x = p->x, *diagonal = rows->diagonal;
  real *store = p->store, *out = p->out;
  /* Padding rows repeat a real one, so that they can be read; they are not written. */
  lanes own = gather(x, row);
  lanes ax = row_sums(rows, slice, x, own);
  if (diagonal) ax += gather(diagonal, row) * own;
  lanes sum = {0};
  for (int t = 0; t < p->nterms; t++) sum += (real)p->coefficient[t] * gather(p->term[t], row);
  sum += (real)p->apply * ax;
  for (int r = 0; r < ISO_CPU_SLICE; r++) {
    if (r > 0 && row[r] == row[r - 1]) break;
    if (store) store[row[r]] = ax[r];
    out[row[r]] = sum[r];
  }
}

void ISO_VARIANT(iso_cpu_product)(iso_device *device, const iso_product *p) {
  ISO_THREADS_BEGIN(device, p->last - p->first, 1)
  for (int64_t s = first; s < last; s++) product_of_slice(p, p->first + s);
  ISO_THREADS_END
}

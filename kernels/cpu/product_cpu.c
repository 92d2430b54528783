/* Sparse rows times a vector, fused with the linear combination around it. */
#include "kernels/cpu/runs_cpu.h"
#include "kernels/cpu/watch_cpu.h"

#include <string.h>

/* A slice is PARTS registers wide. Separate multiply and add: gcc and clang have no portable fused one on
 * vectors, and the loads of x are what costs. */
#if defined __AVX512F__
#define REGISTER 64
#elif defined __AVX2__
#define REGISTER 32
#else
#define REGISTER 16
#endif
enum {
  LANES = REGISTER / sizeof(real) < ISO_CPU_SLICE ? REGISTER / sizeof(real) : ISO_CPU_SLICE,
  PARTS = ISO_CPU_SLICE / LANES
};
typedef real lanes __attribute__((vector_size(LANES * sizeof(real))));

static inline lanes load(const real *p) {
  lanes v;
  memcpy(&v, p, sizeof v);
  return v;
}

static inline lanes gather(const real *x, const iso_lid *at) {
  lanes v;
  for (int r = 0; r < LANES; r++) v[r] = x[at[r]];
  return v;
}

/* One slice: row sums of the differences, then the terms. Padding rows repeat the last real one, so that they
 * can be read; they are written again with the same values. */
static inline void product_of_slice(const iso_product *p, int64_t slice) {
  const iso_rows *rows = p->rows;
  const iso_lid *row = rows->row + slice * ISO_CPU_SLICE, *column = rows->column;
  const real *x = p->x, *value = rows->value;
  lanes own[PARTS], sum[PARTS];
  for (int l = 0; l < PARTS; l++) own[l] = gather(x, row + l * LANES), sum[l] = (lanes){0};
  for (int64_t k = rows->start[slice]; k < rows->start[slice + 1]; k += ISO_CPU_SLICE)
    for (int l = 0; l < PARTS; l++)
      sum[l] += load(value + k + l * LANES) * (gather(x, column + k + l * LANES) - own[l]);
  real ax[ISO_CPU_SLICE], out[ISO_CPU_SLICE] = {0};
  for (int l = 0; l < PARTS; l++) {
    if (rows->diagonal) sum[l] += gather(rows->diagonal, row + l * LANES) * own[l];
    memcpy(ax + l * LANES, &sum[l], sizeof sum[l]);
  }
  const int plain = p->stimulus ? p->nterms - 1 : p->nterms;
  for (int t = 0; t < plain; t++) {
    const real *term = p->term[t], coefficient = (real)p->coefficient[t];
    for (int r = 0; r < ISO_CPU_SLICE; r++) out[r] += coefficient * term[row[r]];
  }
  if (p->stimulus) {
    const real *term = p->term[plain], coefficient = (real)p->coefficient[plain];
    for (int r = 0; r < ISO_CPU_SLICE; r++)
      out[r] += coefficient * (term[row[r]] - iso_stimulus_at(p->stimulus, row[r]));
  }
  real *store = p->store, *to = p->out;
  for (int r = 0; r < ISO_CPU_SLICE; r++) {
    if (store) store[row[r]] = ax[r];
    to[row[r]] = out[r] + (real)p->apply * ax[r];
  }
}

/* Slices that are sorted by length together hold consecutive nodes, in vectors of which crossings are looked
 * for while the nodes are in the cache. */
enum { TOGETHER = 512 / ISO_CPU_SLICE };

/* Whether rows [n] are consecutive nodes in some order, but for padding; if so, from *first on. */
static int are_consecutive(const iso_lid *row, int n, iso_lid *first, iso_lid *count) {
  iso_lid low = row[0], high = row[0];
  int padding = 0;
#pragma omp simd reduction(min : low) reduction(max : high) reduction(+ : padding)
  for (int r = 1; r < n; r++) {
    low = row[r] < low ? row[r] : low;
    high = row[r] > high ? row[r] : high;
    padding += row[r] == row[r - 1];
  }
  *first = low;
  *count = n - padding;
  return high - low + 1 == *count;
}

static void watch_slices(const iso_product *p, int64_t slice, int64_t n) {
  const iso_lid *row = p->rows->row + slice * ISO_CPU_SLICE;
  const int nrows = (int)n * ISO_CPU_SLICE;
  const real *out = p->out;
  iso_lid first, count;
  if (are_consecutive(row, nrows, &first, &count))
    iso_watch_nodes(p->watch, first, count, p->watch->before, out, 1);
  else
    for (int r = 0; r < nrows; r++)
      if (r == 0 || row[r] != row[r - 1])
        iso_watch_at(p->watch, row[r], iso_before_at(p->watch, row[r]), out[row[r]], 1);
}

static void product_of_slices(const void *with, int64_t first, int64_t last) {
  const iso_product *p = with;
  for (int64_t s = first; s < last; s += TOGETHER) {
    const int64_t n = last - s < TOGETHER ? last - s : TOGETHER;
    for (int64_t k = 0; k < n; k++) product_of_slice(p, s + k);
    if (p->watch) watch_slices(p, s, n);
  }
}

void ISO_VARIANT(iso_cpu_product)(iso_device *device, const iso_product *p) {
  const iso_runs runs = ISO_RUNS_OF(p, p->first, p->last);
  iso_over_runs(device, &runs, TOGETHER, product_of_slices, p);
}

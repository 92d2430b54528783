/* Weighted sums in whole numbers. */
#include "kernels/cpu/device_cpu.h"
#include "kernels/templates/whole.h"

enum {
  AT_ONCE = 16, /* sums for which x is read once */
  BLOCK = 512   /* of x, which stays in the nearest cache meanwhile */
};

/* Of one block of values within the bound. */
static int64_t sum_block(int64_t n, const double *weight, const double *x) {
  int64_t sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < n; i++) sum += iso_whole(weight[i] * x[i]);
  return sum;
}

static void take_block(const iso_weigh *w, int64_t first, int64_t n, double *out) {
  const real *x = (const real *)w->x + first;
#pragma omp simd
  for (int64_t i = 0; i < n; i++) out[i] = iso_within((double)x[i], w->bound);
}

/* Nodes [first, last) into sums [sum, sum + n). */
static void weigh_some(const iso_weigh *w, int32_t sum, int32_t n, int64_t first, int64_t last) {
  int64_t mine[AT_ONCE] = {0};
  double x[BLOCK];
  for (int64_t i = first; i < last; i += BLOCK) {
    const int64_t size = last - i < BLOCK ? last - i : BLOCK;
    take_block(w, i, size, x);
    for (int32_t k = 0; k < n; k++)
      mine[k] += sum_block(size, w->weight + (sum + k) * (int64_t)w->count + i, x);
  }
  for (int32_t k = 0; k < n; k++) {
#pragma omp atomic
    w->sum[sum + k] += mine[k];
  }
}

static void weigh_all(const void *with, int64_t first, int64_t last) {
  const iso_weigh *w = with;
  for (int32_t k = 0; k < w->nsums; k += AT_ONCE)
    weigh_some(w, k, w->nsums - k < AT_ONCE ? w->nsums - k : AT_ONCE, first, last);
}

void ISO_VARIANT(iso_cpu_weigh)(iso_device *device, const iso_weigh *w) {
  iso_in_threads(device, w->count, 64, weigh_all, w);
}

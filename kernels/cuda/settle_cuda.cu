/* The end of the steps of some patches on a GPU, a block of threads for each: see iso_settle in
 * kernels/device.h. */
#include "kernels/cuda/launch_cuda.h"
#include "kernels/math.h"
#include "kernels/templates/watch.h"

enum { THREADS = 64 };

/* NaN once one of them is, and else the larger one: the same in any order. */
static __device__ __forceinline__ real larger(real a, real b) { return b > a || b != b ? b : a; }

static __device__ __forceinline__ real largest(const real *values) {
  real most = 0;
  for (int k = 0; k < THREADS; k++) most = larger(most, values[k]);
  return most;
}

static __device__ __forceinline__ real slope_of(const iso_settle &s, int64_t i) {
  return (((const real *)s.after)[i] - ((const real *)s.vm)[i]) * (real)(1.0 / s.steps);
}

/* watch is settle's, which is the host's. Nothing is moved on before the threads meet. */
static __global__ void settle(const iso_settle s, const iso_watch watch) {
  __shared__ real rate[THREADS], bend[THREADS];
  const int32_t patch = s.patch[blockIdx.x];
  const int64_t first = s.first[patch] + (int)threadIdx.x, end = s.first[patch + 1];
  const real *after = (const real *)s.after;
  real *vm = (real *)s.vm, *slope = (real *)s.slope, fastest = 0, sharpest = 0;
  for (int64_t i = first; i < end; i += THREADS) {
    fastest = larger(fastest, iso_abs(slope_of(s, i)));
    sharpest = larger(sharpest, iso_abs(slope_of(s, i) - slope[i]));
  }
  rate[threadIdx.x] = fastest;
  bend[threadIdx.x] = sharpest;
  __syncthreads();
  if (threadIdx.x == 0) ((real *)s.rate)[patch] = largest(rate);
  if (threadIdx.x == ISO_WARP) ((real *)s.bend)[patch] = largest(bend);
  for (int64_t i = first; i < end; i += THREADS) {
    if (watch.pending) iso_watch_at(&watch, i, vm[i], after[i], s.steps);
    slope[i] = slope_of(s, i);
    vm[i] = after[i];
  }
}

extern "C" void ISO_VARIANT(iso_cuda_settle)(iso_device *device, const iso_settle *s) {
  iso_watch watch = {};
  if (s->watch) watch = *s->watch;
  ISO_LAUNCH_ON(device, main, settle, s->npatches, THREADS, *s, watch);
}

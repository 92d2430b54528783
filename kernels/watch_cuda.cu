/* Upstrokes, recoveries and samples on a GPU: the tests of kernels/watch_cpu.c, one node to a thread. */
#include "kernels/launch_cuda.h"

static __device__ __forceinline__ void report(const iso_watch &w, int64_t node, real before, real after,
                                              real level, int kind) {
  const int32_t at = atomicAdd(&w.pending->events, 1);
  if (at >= w.capacity) return;
  iso_watch_event event;
  event.part = ((double)level - (double)before) / ((double)after - (double)before);
  event.node = (iso_lid)node;
  event.step = (int16_t)w.pending->steps;
  event.kind = (int16_t)kind;
  w.event[at] = event;
}

static __global__ void watch(const iso_watch w) {
  if (iso_thread() >= w.count) return;
  const int64_t i = w.first + iso_thread();
  real *const rest = (real *)w.rest + i, *const peak = (real *)w.peak + i;
  const real b = ((const real *)w.before)[i], a = ((const real *)w.after)[i];
  const real threshold = (real)w.activation, fraction = (real)w.fraction;
  if (*peak > (real)(0.5 * ISO_RESTING)) {
    if (a > *peak) *peak = a;
    const real level = fraction > 0 ? *peak - fraction * (*peak - *rest) : (real)w.recovery;
    if (a <= level && b > level) {
      report(w, i, b, a, level, 1);
      *peak = (real)ISO_RESTING, *rest = a;
    }
  } else {
    if (a < *rest) *rest = a;
    if (b < threshold && a >= threshold) {
      report(w, i, b, a, threshold, 0);
      *peak = a;
    }
  }
}

extern "C" void ISO_VARIANT(iso_cuda_watch)(iso_device *device, const iso_watch *w) {
  ISO_LAUNCH(device, w->count, watch, *w);
}

/* One block, because all have to read the step before one moves it on. */
static __global__ void sample(const iso_sample s) {
  real *out = (real *)s.out + (int64_t)s.pending->steps * s.count;
  for (int k = (int)threadIdx.x; k < s.count; k += (int)blockDim.x)
    out[k] = ((const real *)s.field)[s.node[k]];
  __syncthreads();
  if (threadIdx.x == 0) s.pending->steps++;
}

extern "C" void ISO_VARIANT(iso_cuda_sample)(iso_device *device, const iso_sample *s) {
  ISO_LAUNCH_ON(device, main, sample, 1, ISO_CUDA_BLOCK, *s);
}

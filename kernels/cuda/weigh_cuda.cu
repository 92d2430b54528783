/* Weighted sums in whole numbers on a GPU. */
#include "kernels/cuda/launch_cuda.h"
#include "kernels/templates/whole.h"

static const unsigned ALL_LANES = ~0U;

/* Whole warps go through all of it; one lane of each adds what they have found. */
static __global__ void weigh(const iso_weigh w) {
  for (int32_t k = 0; k < w.nsums; k++) {
    const double *weight = w.weight + k * (int64_t)w.count;
    unsigned long long mine = 0;
    for (int64_t i = iso_thread(); i < w.count; i += iso_threads())
      mine += (unsigned long long)iso_whole(weight[i] * iso_within((double)((const real *)w.x)[i], w.bound));
    for (int lanes = ISO_WARP / 2; lanes > 0; lanes /= 2) mine += __shfl_xor_sync(ALL_LANES, mine, lanes);
    if (threadIdx.x % ISO_WARP == 0 && mine) atomicAdd((unsigned long long *)&w.sum[k], mine);
  }
}

extern "C" void ISO_VARIANT(iso_cuda_weigh)(iso_device *device, const iso_weigh *w) {
  iso_cuda *c = iso_cuda_of(device);
  const int blocks = iso_cuda_blocks(w->count) < c->wide ? iso_cuda_blocks(w->count) : c->wide;
  ISO_LAUNCH_ON(device, main, weigh, blocks, ISO_CUDA_BLOCK, *w);
}

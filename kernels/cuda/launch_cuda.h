/* What the CUDA device's translation units share: its state, and how kernels are launched.
 *
 * Kernels are plain functions of the thread's number: neighbouring threads hold neighbouring nodes. Nothing
 * here depends on the order in which threads run, so that results have the bits of the CPU. */
#ifndef ISO_KERNELS_CUDA_LAUNCH_CUDA_H
#define ISO_KERNELS_CUDA_LAUNCH_CUDA_H

#include "kernels/cell_list.h"
#include "kernels/device.h"
#include "kernels/real.h"

#include <cuda_runtime.h>

/* A GPU as one rank uses it. Launches go to main. The halo has a stream of its own, of higher priority, so
 * that packing, copies and the boundary rows of products pass by the work on inner nodes. */
typedef struct iso_cuda {
  int gpu;
  int wide; /* blocks that fill the GPU, for kernels that loop over their work */
  cudaStream_t main, halo;
  cudaEvent_t reached; /* main, before a pack or a launch for inner rows */
  cudaEvent_t packed,
      unpacked;    /* the halo's, after a pack, and after an unpack or a launch for boundary rows */
  void *result;    /* [ISO_LIMBS] 64-bit words for reductions */
  char flags[256]; /* of own models */
  char gpu_name[64];
  char failure[256]; /* empty while all is well */
} iso_cuda;

#ifdef ISO_NVRTC
/* The kernels of a user's own model: iso_own.kernels. */
typedef struct iso_cuda_own {
  cudaLibrary_t library;
  cudaKernel_t uniform, varying, listed_uniform, listed_varying;
} iso_cuda_own;
#endif

#ifdef __cplusplus
extern "C" {
#endif

static inline iso_cuda *iso_cuda_of(const iso_device *device) { return (iso_cuda *)device->self; }

/* Keeps the first error; returns whether all is well so far. */
int iso_cuda_well(iso_device *device, cudaError_t error);

/* What is launched next on one of the streams waits for what has been launched on the other. */
int iso_cuda_halo_follows(iso_device *device);
int iso_cuda_main_follows(iso_device *device);

/* The launches of each precision's build. */
extern const iso_cell_kernels iso_cells_f64_cuda, iso_cells_f32_cuda;
#define X(result, name, parameters)                                                                          \
  result iso_cuda_##name##_f64_cuda parameters;                                                              \
  result iso_cuda_##name##_f32_cuda parameters;
ISO_EACH_LAUNCH(X)
ISO_EACH_PACE_LAUNCH(X)
#undef X

#ifdef __cplusplus
}
#endif

enum { ISO_CUDA_BLOCK = 128, ISO_WARP = 32 };

static inline int iso_cuda_blocks(int64_t threads) {
  return (int)((threads + ISO_CUDA_BLOCK - 1) / ISO_CUDA_BLOCK);
}

#ifdef __cplusplus /* device code and its launches */

/* kernel<<<blocks, threads>>>(...) on a stream, unless the device has failed. The test double of CUDA has its
 * own. */
#ifndef ISO_KERNEL_CALL
#define ISO_KERNEL_CALL(kernel, blocks, threads, stream, ...)                                                \
  kernel<<<(unsigned)(blocks), (unsigned)(threads), 0, stream>>>(__VA_ARGS__)
#endif
#define ISO_LAUNCH_ON(device, stream_, kernel, blocks, threads, ...)                                         \
  do {                                                                                                       \
    if (iso_cuda_of(device)->failure[0] || (blocks) == 0) break;                                             \
    ISO_KERNEL_CALL(kernel, blocks, threads, iso_cuda_of(device)->stream_, __VA_ARGS__);                     \
    iso_cuda_well(device, cudaGetLastError());                                                               \
  } while (0)
/* One thread for each of n. */
#define ISO_LAUNCH(device, n, kernel, ...)                                                                   \
  ISO_LAUNCH_ON(device, main, kernel, iso_cuda_blocks(n), ISO_CUDA_BLOCK, __VA_ARGS__)

/* Number of this thread, and of threads in the launch. */
static __device__ __forceinline__ int64_t iso_thread(void) {
  return (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
}
static __device__ __forceinline__ int64_t iso_threads(void) { return (int64_t)gridDim.x * blockDim.x; }

/* A launch over runs has blocks of ISO_RUN threads: one for each run, or where runs are few, and may be long,
 * the same number for each, which share it. */
static inline int iso_cuda_run_blocks(const iso_device *device, int32_t nruns) {
  const int wide = iso_cuda_of(device)->wide;
  return nruns > 0 && nruns < wide ? wide / nruns * nruns : nruns;
}
#define ISO_LAUNCH_RUNS(device, nruns, kernel, ...)                                                          \
  ISO_LAUNCH_ON(device, main, kernel, iso_cuda_run_blocks(device, nruns), ISO_RUN, __VA_ARGS__)

/* A launch over a list that a device made has as many blocks as keep the GPU busy, or are enough for n of
 * them, the most there may be. */
static inline int iso_cuda_list_blocks(const iso_device *device, int32_t n) {
  const int busy = 3 * iso_cuda_of(device)->wide;
  return n < busy ? n : busy;
}
#define ISO_LAUNCH_LIST(device, n, kernel, ...)                                                              \
  ISO_LAUNCH_ON(device, main, kernel, iso_cuda_list_blocks(device, n), ISO_RUN, __VA_ARGS__)

/* A kernel's loop over the thread's places of its runs, which are nruns or, where count is not NULL, *count:
 * i from first * scale to last * scale. */
#define ISO_FOR_RUN(i, run, nruns, count, scale)                                                             \
  const unsigned all_runs = (unsigned)((count) ? *(const int32_t *)(count) : (nruns));                       \
  const unsigned shares = all_runs > 0 && all_runs < gridDim.x ? gridDim.x / all_runs : 1;                   \
  for (unsigned this_run = blockIdx.x / shares; this_run < all_runs; this_run += gridDim.x / shares)         \
    for (int64_t i = (int64_t)(run)[this_run][0] * (scale) + blockIdx.x % shares * blockDim.x + threadIdx.x; \
         i < (int64_t)(run)[this_run][1] * (scale); i += shares * blockDim.x)

#endif
#endif

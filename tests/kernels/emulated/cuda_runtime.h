/* A test double of the part of CUDA that the CUDA device uses. It runs kernels on the CPU and is stricter
 * than a GPU:
 *
 * - Device memory cannot be touched by the host: it is readable only while launches run.
 * - Launches, copies and waits are put off until the host waits for them, and then only those that what the
 * host waits for depends on are run. A wait that was forgotten shows as stale data.
 * - Pinned memory that a copy is on its way to holds NaN until somebody waits.
 * - Threads of a block really meet at __syncthreads, and those of a warp where they tell each other values.
 * - A library is a shared library of kernels for the CPU; nvrtc.h makes them.
 * - On request blocks and threads run in a shuffled order: see EMULATED_CUDA_ORDER.
 *
 * Environment: EMULATED_CUDA_GPUS (2), EMULATED_CUDA_MEMORY (bytes of each, 1 GiB), EMULATED_CUDA_DRIVER=old,
 * EMULATED_CUDA_LOST_AFTER=n, after which number of launches the GPU is lost, EMULATED_CUDA_ORDER=seed, and
 * EMULATED_CUDA_PROCESSORS (2), of which a GPU has fewer than most launches have blocks. With
 * EMULATED_CUDA_COUNT the end of the program says how many launches, graphs, copies and waits the host asked
 * for.
 *
 * What each function does is in NVIDIA's CUDA Runtime API reference; anything that the device does not need
 * is not here. */
#ifndef EMULATED_CUDA_RUNTIME_H
#define EMULATED_CUDA_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

typedef enum cudaError {
  cudaSuccess = 0,
  cudaErrorInvalidValue = 1,
  cudaErrorMemoryAllocation = 2,
  cudaErrorInsufficientDriver = 35,
  cudaErrorNoDevice = 100,
  cudaErrorSymbolNotFound = 500,
  cudaErrorLaunchFailure = 719,
} cudaError_t;

enum cudaMemcpyKind { cudaMemcpyHostToDevice = 1, cudaMemcpyDeviceToHost = 2, cudaMemcpyDeviceToDevice = 3 };
enum cudaStreamCaptureMode { cudaStreamCaptureModeThreadLocal = 1 };
enum { cudaStreamNonBlocking = 1, cudaEventDisableTiming = 2 };

typedef struct emulated_stream *cudaStream_t;
typedef struct emulated_event *cudaEvent_t;
typedef struct emulated_graph *cudaGraph_t;
typedef struct emulated_graph *cudaGraphExec_t;
typedef struct emulated_library *cudaLibrary_t;
typedef struct emulated_kernel *cudaKernel_t;

struct cudaUUID_t {
  char bytes[16];
};
struct cudaDeviceProp {
  char name[256];
  struct cudaUUID_t uuid;
  int major, minor;
  int multiProcessorCount;
};

#ifdef __cplusplus
extern "C" {
#endif
cudaError_t cudaGetDeviceCount(int *count);
cudaError_t cudaDriverGetVersion(int *version);
cudaError_t cudaRuntimeGetVersion(int *version);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaGetDeviceProperties(struct cudaDeviceProp *properties, int device);
cudaError_t cudaDeviceGetStreamPriorityRange(int *least, int *greatest);
const char *cudaGetErrorString(cudaError_t error);
cudaError_t cudaGetLastError(void);
cudaError_t cudaMemGetInfo(size_t *free_bytes, size_t *all_bytes);
cudaError_t cudaMalloc(void **buffer, size_t bytes);
cudaError_t cudaFree(void *buffer);
cudaError_t cudaMallocHost(void **buffer, size_t bytes);
cudaError_t cudaFreeHost(void *buffer);
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind,
                            cudaStream_t stream);
cudaError_t cudaMemsetAsync(void *buffer, int value, size_t bytes, cudaStream_t stream);
cudaError_t cudaStreamCreateWithPriority(cudaStream_t *stream, unsigned flags, int priority);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned flags);
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, enum cudaStreamCaptureMode mode);
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t *graph);
cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned flags);
cudaError_t cudaEventDestroy(cudaEvent_t event);
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream);
cudaError_t cudaEventSynchronize(cudaEvent_t event);
cudaError_t cudaGraphInstantiate(cudaGraphExec_t *exec, cudaGraph_t graph, unsigned long long flags);
cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream);
cudaError_t cudaGraphDestroy(cudaGraph_t graph);
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec);
cudaError_t cudaLibraryLoadFromFile(cudaLibrary_t *library, const char *file, void *jit_options,
                                    void **jit_values, unsigned n_jit_options, void *options, void **values,
                                    unsigned n_options);
cudaError_t cudaLibraryGetKernel(cudaKernel_t *kernel, cudaLibrary_t library, const char *name);
cudaError_t cudaLibraryUnload(cudaLibrary_t library);
/* Not CUDA's: whether an address lies in device memory. */
int emulated_is_device_memory(const void *at);
#ifdef __cplusplus
}

#include <cstring>
#include <functional>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __shared__ static

struct emulated_index {
  unsigned x;
};
extern emulated_index blockIdx, threadIdx, blockDim, gridDim;
void __syncthreads();

/* What lanes of a warp tell each other: all 32 of them at a time. */
namespace emulated_warp {
unsigned give(uint64_t value); /* to the whole warp, which it waits for; this lane's number */
uint64_t given_by(unsigned lane);
} // namespace emulated_warp

inline void __syncwarp() { emulated_warp::give(0); }
inline unsigned __ballot_sync(unsigned, int condition) {
  unsigned lanes = 0;
  emulated_warp::give(condition != 0);
  for (unsigned k = 0; k < 32; k++) lanes |= (unsigned)emulated_warp::given_by(k) << k;
  return lanes;
}
inline int __shfl_sync(unsigned, int value, int lane) {
  emulated_warp::give((uint64_t)value);
  return (int)emulated_warp::given_by((unsigned)lane);
}
inline unsigned long long __shfl_xor_sync(unsigned, unsigned long long value, int other) {
  const unsigned lane = emulated_warp::give(value);
  return emulated_warp::given_by(lane ^ (unsigned)other);
}
inline int __reduce_add_sync(unsigned, int value) {
  int sum = 0;
  emulated_warp::give((uint64_t)value);
  for (unsigned k = 0; k < 32; k++) sum += (int)emulated_warp::given_by(k);
  return sum;
}
inline int __ffs(int x) { return __builtin_ffs(x); }

/* Threads of one program take turns, so that plain operations are atomic. */
template <typename T> inline T atomicAdd(T *at, T value) {
  const T before = *at;
  *at = before + value;
  return before;
}
template <typename T> inline T atomicOr(T *at, T value) {
  const T before = *at;
  *at = before | value;
  return before;
}
template <typename T> inline T atomicMax(T *at, T value) {
  const T before = *at;
  if (value > before) *at = value;
  return before;
}

void emulated_launch(cudaStream_t stream, unsigned blocks, unsigned threads, std::function<void()> kernel);
/* Arguments are copied at the launch, as on a GPU. */
template <typename Kernel, typename... Arguments>
void emulated_call(Kernel kernel, unsigned blocks, unsigned threads, cudaStream_t stream,
                   Arguments... arguments) {
  emulated_launch(stream, blocks, threads, [=] { kernel(arguments...); });
}
struct dim3 {
  unsigned x;
  dim3(unsigned x_ = 1) : x(x_) {}
};
struct cudaLaunchConfig_t {
  dim3 gridDim, blockDim;
  size_t dynamicSmemBytes;
  cudaStream_t stream;
};
/* A kernel that was loaded is a function of just these arguments. */
template <typename... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t *config, cudaKernel_t kernel,
                               Arguments &...arguments) {
  emulated_call((void (*)(Arguments...))kernel, config->gridDim.x, config->blockDim.x, config->stream,
                arguments...);
  return cudaGetLastError();
}
#define ISO_KERNEL_CALL(kernel, blocks, threads, stream, ...)                                                \
  emulated_call(kernel, (unsigned)(blocks), (unsigned)(threads), stream, __VA_ARGS__)

#endif
#endif

/* The CUDA device: choice of GPU, memory, streams, graphs. Kernels are in the *_cuda.cu files. */
#include "kernels/cuda/device_cuda.h"

#include "kernels/cuda/launch_cuda.h"
#include "kernels/cuda/library_cuda.h"
#include "kernels/cuda/own_cuda.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- failures ---- */

int iso_cuda_well(iso_device *device, cudaError_t error) {
  iso_cuda *c = iso_cuda_of(device);
  if (error != cudaSuccess && !c->failure[0])
    snprintf(c->failure, sizeof c->failure,
             "GPU %d (%s) failed: %s; start again, on another GPU or with --device cpu", c->gpu, c->gpu_name,
             cudaGetErrorString(error));
  return !c->failure[0];
}

static int is_well(const iso_device *device) { return !iso_cuda_of(device)->failure[0]; }

static const char *failure(const iso_device *device) {
  const iso_cuda *c = iso_cuda_of(device);
  return c->failure[0] ? c->failure : NULL;
}

/* ---- memory ---- */

/* Zeroed in the order of launches. Memory that is short is the caller's to report. */
static void *cuda_alloc(iso_device *device, size_t bytes) {
  void *buffer = NULL;
  if (!is_well(device)) return NULL;
  const cudaError_t error = cudaMalloc(&buffer, bytes ? bytes : 1);
  if (error == cudaErrorMemoryAllocation) {
    cudaGetLastError(); /* it is not a failure of the GPU */
    return NULL;
  }
  if (!iso_cuda_well(device, error)) return NULL;
  iso_cuda_well(device, cudaMemsetAsync(buffer, 0, bytes, iso_cuda_of(device)->main));
  return buffer;
}

static void cuda_release(iso_device *device, void *buffer) {
  (void)device;
  cudaFree(buffer);
}

static void *cuda_host_alloc(iso_device *device, size_t bytes) {
  void *buffer = NULL;
  if (!is_well(device)) return NULL;
  if (cudaMallocHost(&buffer, bytes ? bytes : 1) == cudaSuccess) return buffer;
  cudaGetLastError();
  return NULL;
}

static void cuda_host_release(iso_device *device, void *buffer) {
  (void)device;
  cudaFreeHost(buffer);
}

static void cuda_memory(const iso_device *device, size_t *free_bytes, size_t *all_bytes) {
  *free_bytes = *all_bytes = 0;
  if (is_well(device)) cudaMemGetInfo(free_bytes, all_bytes);
}

/* Both are done when they return: the host's memory is the caller's again. */
static void copy(iso_device *device, void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind) {
  iso_cuda *c = iso_cuda_of(device);
  if (!bytes || !is_well(device)) return;
  if (iso_cuda_well(device, cudaMemcpyAsync(to, from, bytes, kind, c->main)))
    iso_cuda_well(device, cudaStreamSynchronize(c->main));
}

static void cuda_upload(iso_device *device, void *to, const void *from, size_t bytes) {
  copy(device, to, from, bytes, cudaMemcpyHostToDevice);
}

/* What a failed GPU cannot tell reads as zeros. */
static void cuda_download(iso_device *device, const void *from, void *to, size_t bytes) {
  copy(device, to, from, bytes, cudaMemcpyDeviceToHost);
  if (!is_well(device)) memset(to, 0, bytes);
}

static void cuda_sync(iso_device *device) {
  if (is_well(device)) iso_cuda_well(device, cudaStreamSynchronize(iso_cuda_of(device)->main));
}

int iso_cuda_halo_follows(iso_device *device) {
  iso_cuda *c = iso_cuda_of(device);
  return is_well(device) && iso_cuda_well(device, cudaEventRecord(c->reached, c->main)) &&
         iso_cuda_well(device, cudaStreamWaitEvent(c->halo, c->reached, 0));
}

int iso_cuda_main_follows(iso_device *device) {
  iso_cuda *c = iso_cuda_of(device);
  return is_well(device) && iso_cuda_well(device, cudaEventRecord(c->unpacked, c->halo)) &&
         iso_cuda_well(device, cudaStreamWaitEvent(c->main, c->unpacked, 0));
}

static void wait_packed(iso_device *device) {
  if (is_well(device)) iso_cuda_well(device, cudaEventSynchronize(iso_cuda_of(device)->packed));
}

/* ---- sequences as graphs ---- */

enum { SEEN_NEVER, SEEN_ONCE, SEEN_CAPTURING };

static int replay(iso_device *device, iso_sequence *sequence) {
  if (!is_well(device) || !sequence->graph) return 0;
  iso_cuda_well(device, cudaGraphLaunch((cudaGraphExec_t)sequence->graph, iso_cuda_of(device)->main));
  return 1;
}

/* The first time runs as it is: it loads kernels, which a capture must not. */
static void record(iso_device *device, iso_sequence *sequence) {
  iso_cuda *c = iso_cuda_of(device);
  if (!is_well(device)) return;
  if (sequence->seen == SEEN_NEVER)
    sequence->seen = SEEN_ONCE;
  else if (iso_cuda_well(device, cudaStreamBeginCapture(c->main, cudaStreamCaptureModeThreadLocal)))
    sequence->seen = SEEN_CAPTURING;
}

static void recorded(iso_device *device, iso_sequence *sequence) {
  iso_cuda *c = iso_cuda_of(device);
  cudaGraph_t graph;
  cudaGraphExec_t executable = NULL;
  if (sequence->seen != SEEN_CAPTURING) return;
  sequence->seen = SEEN_ONCE;
  if (!iso_cuda_well(device, cudaStreamEndCapture(c->main, &graph))) return;
  iso_cuda_well(device, cudaGraphInstantiate(&executable, graph, 0));
  cudaGraphDestroy(graph);
  sequence->graph = executable;
  replay(device, sequence);
}

static void forget(iso_device *device, iso_sequence *sequence) {
  (void)device;
  if (sequence->graph) cudaGraphExecDestroy((cudaGraphExec_t)sequence->graph);
  *sequence = (iso_sequence){0};
}

/* ---- life ---- */

static void cuda_close(iso_device *device) {
  iso_cuda *c = iso_cuda_of(device);
  cudaEvent_t events[] = {c->reached, c->packed, c->unpacked};
  for (size_t k = 0; k < sizeof events / sizeof *events; k++)
    if (events[k]) cudaEventDestroy(events[k]);
  if (c->main) cudaStreamDestroy(c->main);
  if (c->halo) cudaStreamDestroy(c->halo);
  cudaFree(c->result);
  free(c);
  free(device);
}

/* Which GPU, and whether there is one that this program runs on. */
static int choose_gpu(int local_rank, int *gpu, char *message, size_t size) {
  int count = 0, driver = 0, runtime = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  cudaGetLastError();
  if (error == cudaErrorInsufficientDriver) {
    cudaDriverGetVersion(&driver);
    cudaRuntimeGetVersion(&runtime);
    if (driver == 0)
      snprintf(message, size, "there is no NVIDIA driver here; use --device cpu");
    else
      snprintf(message, size,
               "the NVIDIA driver is for CUDA %d.%d and this program needs %d.%d: update the driver, or use "
               "--device cpu",
               driver / 1000, driver / 10 % 100, runtime / 1000, runtime / 10 % 100);
    return 0;
  }
  if (error != cudaSuccess || count == 0) {
    snprintf(message, size, "there is no GPU here (%s); use --device cpu",
             error == cudaSuccess ? "none is visible" : cudaGetErrorString(error));
    return 0;
  }
  *gpu = local_rank % count;
  return 1;
}

/* Of a GPU's unique identifier (FNV-1a), never 0. */
static uint32_t number_of(const struct cudaDeviceProp *properties) {
  uint32_t hash = 2166136261U;
  for (size_t k = 0; k < sizeof properties->uuid.bytes; k++)
    hash = (hash ^ (uint8_t)properties->uuid.bytes[k]) * 16777619U;
  return hash ? hash : 1;
}

static int set_up(iso_device *device, char *message, size_t size) {
  iso_cuda *c = iso_cuda_of(device);
  struct cudaDeviceProp properties;
  int low, high;
  if (iso_cuda_well(device, cudaSetDevice(c->gpu)) &&
      iso_cuda_well(device, cudaGetDeviceProperties(&properties, c->gpu))) {
    snprintf(c->gpu_name, sizeof c->gpu_name, "%.60s", properties.name);
    c->wide = 8 * properties.multiProcessorCount;
    device->gpu = number_of(&properties);
#ifdef ISO_NVRTC
    iso_cuda_own_flags(properties.major, properties.minor, device->precision, c->flags, sizeof c->flags);
    device->flags = c->flags;
#endif
  }
  if (is_well(device)) iso_cuda_well(device, cudaDeviceGetStreamPriorityRange(&low, &high));
  if (is_well(device))
    iso_cuda_well(device, cudaStreamCreateWithPriority(&c->main, cudaStreamNonBlocking, low));
  if (is_well(device))
    iso_cuda_well(device, cudaStreamCreateWithPriority(&c->halo, cudaStreamNonBlocking, high));
  cudaEvent_t *events[] = {&c->reached, &c->packed, &c->unpacked};
  for (size_t k = 0; k < sizeof events / sizeof *events; k++)
    if (is_well(device)) iso_cuda_well(device, cudaEventCreateWithFlags(events[k], cudaEventDisableTiming));
  if (is_well(device)) iso_cuda_well(device, cudaMalloc(&c->result, ISO_LIMBS * sizeof(int64_t)));
  if (is_well(device)) /* read before anything else writes it */
    iso_cuda_well(device, cudaMemsetAsync(c->result, 0, ISO_LIMBS * sizeof(int64_t), c->main));
  if (is_well(device)) device->ops->multiply(device, 1, c->result, c->result, c->result);
  if (is_well(device)) return 1;
  snprintf(message, size, "%s", c->failure);
  return 0;
}

#ifdef ISO_CUSPARSE
#define LIBRARY                                                                                              \
  .library_rows = iso_cuda_library_rows, .library_rows_free = iso_cuda_library_rows_free,                    \
  .library_product = iso_cuda_library_product,
#else
#define LIBRARY
#endif
#ifdef ISO_NVRTC
#define OWN                                                                                                  \
  .compiler = iso_cuda_compiler, .compile = iso_cuda_compile, .load_own = iso_cuda_load_own,                 \
  .release_own = iso_cuda_release_own,
#else
#define OWN
#endif
#define OPS                                                                                                  \
  .close = cuda_close, .failure = failure, .alloc = cuda_alloc, .release = cuda_release,                     \
  .host_alloc = cuda_host_alloc, .host_release = cuda_host_release, .memory = cuda_memory,                   \
  .upload = cuda_upload, .download = cuda_download, .sync = cuda_sync, .replay = replay, .record = record,   \
  .recorded = recorded, .forget = forget, .wait_packed = wait_packed, LIBRARY OWN
static const iso_device_ops double_ops = {
#define X(result, name, parameters) .name = iso_cuda_##name##_f64_cuda,
    OPS ISO_EACH_LAUNCH(X) ISO_EACH_PACE_LAUNCH(X)
#undef X
};
static const iso_device_ops single_ops = {
#define X(result, name, parameters) .name = iso_cuda_##name##_f32_cuda,
    OPS ISO_EACH_LAUNCH(X) ISO_EACH_PACE_LAUNCH(X)
#undef X
};

iso_device *iso_cuda_open(const iso_device_options *options, char *message, size_t size) {
  int gpu;
  if (!choose_gpu(options->local_rank, &gpu, message, size)) return NULL;
  const int single = options->precision == ISO_PRECISION_SINGLE;
  iso_device *device = calloc(1, sizeof *device);
  iso_cuda *c = calloc(1, sizeof *c);
  if (!device || !c) {
    snprintf(message, size, "out of memory for the device");
    free(device), free(c);
    return NULL;
  }
  c->gpu = gpu;
  *device = (iso_device){.ops = single ? &single_ops : &double_ops,
                         .cells = single ? &iso_cells_f32_cuda : &iso_cells_f64_cuda,
                         .precision = options->precision,
                         .real_bytes = single ? sizeof(float) : sizeof(double),
                         .slice_rows = ISO_WARP,
                         .threads = 1,
                         .deferred = 1,
                         .self = c};
  if (!set_up(device, message, size)) {
    cuda_close(device);
    return NULL;
  }
  snprintf(device->name, sizeof device->name, "cuda (GPU %d, %s, %s precision)", gpu, c->gpu_name,
           single ? "single" : "double");
  return device;
}

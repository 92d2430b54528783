/* The CPU device: choice of build, memory. */
#include "kernels/cpu/device_host.h"

#include "kernels/build_list.h"
#include "kernels/cpu/device_cpu.h"
#include "kernels/own/own.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void iso_host_close(iso_device *device) { free(device); }

/* Lines of 64 bytes. calloc leaves what the system gives it as zeros untouched: lists with room for all
 * nodes, of which few are ever used, then take no memory. Where its block begins stands before the buffer. */
enum { LINE = 64 };

void *iso_host_alloc(iso_device *device, size_t bytes) {
  (void)device;
  char *block = bytes > SIZE_MAX - 2 * LINE ? NULL : calloc(1, bytes + 2 * LINE);
  if (!block) return NULL;
  char *buffer = block + 2 * LINE - (uintptr_t)block % LINE;
  memcpy(buffer - sizeof block, &block, sizeof block);
  return buffer;
}

void iso_host_release(iso_device *device, void *buffer) {
  char *block;
  (void)device;
  if (!buffer) return;
  memcpy(&block, (char *)buffer - sizeof block, sizeof block);
  free(block);
}

void iso_host_upload(iso_device *device, void *to, const void *from, size_t bytes) {
  (void)device;
  if (bytes) memcpy(to, from, bytes);
}

void iso_host_download(iso_device *device, const void *from, void *to, size_t bytes) {
  (void)device;
  if (bytes) memcpy(to, from, bytes);
}

void iso_host_sync(iso_device *device) { (void)device; }

const char *iso_host_failure(const iso_device *device) {
  (void)device;
  return NULL;
}

void iso_host_memory(const iso_device *device, size_t *free_bytes, size_t *all_bytes) {
  (void)device;
  *free_bytes = *all_bytes = 0;
}

int iso_host_replay(iso_device *device, iso_sequence *sequence) {
  (void)device, (void)sequence;
  return 0;
}

void iso_host_record(iso_device *device, iso_sequence *sequence) { (void)device, (void)sequence; }

void *iso_host_load_own(iso_device *device, const char *file, const char *name, char *message, size_t size) {
  (void)name;
  iso_host_own *own = malloc(sizeof *own);
  snprintf(message, size, "out of memory for a model's loops");
  if (!own) return NULL;
  const iso_own_cells_library *library =
      iso_own_load(file, "iso_own_cells", device->real_bytes, &own->handle, message, size);
  if (library) {
    own->cells = library->cells;
    return own;
  }
  free(own);
  return NULL;
}

void iso_host_release_own(iso_device *device, void *kernels) {
  (void)device;
  dlclose(((iso_host_own *)kernels)->handle);
  free(kernels);
}

#define DECLARE(isa) extern const iso_cpu_build iso_cpu_build_f64_##isa, iso_cpu_build_f32_##isa;
ISO_BUILD_LIST(DECLARE)

/* Whether this processor has what a build is compiled for; __builtin_cpu_init comes first. A program need not
 * have every build. */
#define CAPABLE static __attribute__((unused)) int
#ifdef __x86_64__
CAPABLE has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
CAPABLE has_avx512(void) {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd");
}
#endif
CAPABLE has_scalar(void) { return 1; }

/* ISO_FLAGS_isa: how kernels/CMakeLists.txt compiles that build. */
#define LEVEL(isa)                                                                                           \
  {#isa,                                                                                                     \
   has_##isa,                                                                                                \
   {ISO_FLAGS_##isa, ISO_FLAGS_##isa " -DISO_SINGLE"},                                                       \
   {&iso_cpu_build_f64_##isa, &iso_cpu_build_f32_##isa}},
static const struct level {
  const char *name;
  int (*runs)(void);
  const char *flags[2]; /* by iso_precision */
  const iso_cpu_build *build[2];
} levels[] = {ISO_BUILD_LIST(LEVEL)};
enum { NLEVELS = sizeof levels / sizeof levels[0] };

/* The last level that this processor runs, or -1. */
static int widest(void) {
#ifdef __x86_64__
  __builtin_cpu_init();
#endif
  int level = NLEVELS - 1;
  while (level >= 0 && !levels[level].runs()) level--;
  return level;
}

iso_device *iso_cpu_open(const iso_device_options *options, char *message, size_t size) {
  const char *simd = options->simd ? options->simd : "auto";
  int most = widest(), chosen = most;
  if (most < 0) {
    snprintf(message, size,
             "this processor lacks the '%s' instructions that the program was built for; build it "
             "here, or with -DISOCHRONE_SIMD=all",
             levels[0].name);
    return NULL;
  }
  if (strcmp(simd, "auto")) {
    for (chosen = NLEVELS - 1; chosen >= 0 && strcmp(simd, levels[chosen].name); chosen--) continue;
    if (chosen < 0 || chosen > most) {
      snprintf(message, size, "this processor or program has no '%s' instructions; the widest here is '%s'",
               simd, levels[most].name);
      return NULL;
    }
  }
  iso_device *device = calloc(1, sizeof *device);
  if (!device) {
    snprintf(message, size, "out of memory for the device");
    return NULL;
  }
  const iso_cpu_build *build = levels[chosen].build[options->precision];
  device->ops = &build->ops;
  device->cells = build->cells;
  device->flags = levels[chosen].flags[options->precision];
  device->precision = options->precision;
  device->real_bytes = options->precision == ISO_PRECISION_DOUBLE ? sizeof(double) : sizeof(float);
  device->slice_rows = ISO_CPU_SLICE;
  device->threads = options->threads > 0 ? options->threads : 1;
  snprintf(device->name, sizeof device->name, "cpu (%s, %s precision)", levels[chosen].name,
           options->precision == ISO_PRECISION_DOUBLE ? "double" : "single");
  return device;
}

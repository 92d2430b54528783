/* What the CPU device's builds share: memory in the host's own. */
#ifndef ISO_KERNELS_CPU_DEVICE_HOST_H
#define ISO_KERNELS_CPU_DEVICE_HOST_H

#include "kernels/device.h"

typedef struct iso_cpu_build {
  const iso_cell_kernels *cells;
  iso_device_ops ops;
} iso_cpu_build;

/* The loops of a user's own model: iso_own.kernels. */
typedef struct iso_host_own {
  void *handle; /* of the library */
  void (*cells)(const iso_cells *cells);
} iso_host_own;
void *iso_host_load_own(iso_device *device, const char *file, const char *name, char *message, size_t size);
void iso_host_release_own(iso_device *device, void *kernels);

void iso_host_close(iso_device *device);
void *iso_host_alloc(iso_device *device, size_t bytes);
void iso_host_release(iso_device *device, void *buffer);
void iso_host_upload(iso_device *device, void *to, const void *from, size_t bytes);
void iso_host_download(iso_device *device, const void *from, void *to, size_t bytes);
void iso_host_sync(iso_device *device);
const char *iso_host_failure(const iso_device *device);
void iso_host_memory(const iso_device *device, size_t *free_bytes, size_t *all_bytes);
/* Launches are done when they return, so nothing is gained by recording them. */
int iso_host_replay(iso_device *device, iso_sequence *sequence);
void iso_host_record(iso_device *device, iso_sequence *sequence);

/* Opens the CPU device with the widest build that the processor runs and options->simd allows. */
iso_device *iso_cpu_open(const iso_device_options *options, char *message, size_t size);

#endif

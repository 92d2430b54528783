/* What the CPU device's builds share: memory in the host's own. */
#ifndef ISO_KERNELS_DEVICE_HOST_H
#define ISO_KERNELS_DEVICE_HOST_H

#include "kernels/device.h"

typedef struct iso_cpu_build {
  const iso_cell_kernels *cells;
  iso_device_ops ops;
} iso_cpu_build;

void iso_host_close(iso_device *device);
void *iso_host_alloc(iso_device *device, size_t bytes);
void iso_host_release(iso_device *device, void *buffer);
void iso_host_upload(iso_device *device, void *to, const void *from, size_t bytes);
void iso_host_download(iso_device *device, const void *from, void *to, size_t bytes);
void iso_host_sync(iso_device *device);

/* Opens the CPU device with the widest build that the processor runs and options->simd allows. */
iso_device *iso_cpu_open(const iso_device_options *options, char *message, size_t size);

#endif

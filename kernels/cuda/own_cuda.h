/* The operations of a CUDA device on a user's own model, which NVRTC compiles: see iso_device_ops. */
#ifndef ISO_KERNELS_CUDA_OWN_CUDA_H
#define ISO_KERNELS_CUDA_OWN_CUDA_H

#include "kernels/device.h"

/* The flags that give the bits of the other devices, for a GPU of compute capability major.minor. */
void iso_cuda_own_flags(int major, int minor, iso_precision precision, char *flags, size_t size);

/* These two need no GPU: of the device they look at the flags alone. */
int iso_cuda_compiler(iso_kernel_compiler *compiler, char *message, size_t size);
int iso_cuda_compile(iso_device *device, const iso_kernel_source *source, const char *output,
                     const char *messages);

void *iso_cuda_load_own(iso_device *device, const char *file, const char *name, char *message, size_t size);
void iso_cuda_release_own(iso_device *device, void *kernels);

#endif

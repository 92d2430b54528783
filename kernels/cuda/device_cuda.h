/* The CUDA device. A program links one provider of it: iso_cuda, the device itself or, where the program was
 * built without CUDA, its apology. */
#ifndef ISO_KERNELS_CUDA_DEVICE_CUDA_H
#define ISO_KERNELS_CUDA_DEVICE_CUDA_H

#include "kernels/device.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Opens the GPU number options->local_rank modulo their count. On failure NULL, and why and what to do in
 * message.
 */
iso_device *iso_cuda_open(const iso_device_options *options, char *message, size_t size);

#ifdef __cplusplus
}
#endif

#endif

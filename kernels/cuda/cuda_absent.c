/* The CUDA device of a program that was built without CUDA. */
#include "kernels/cuda/device_cuda.h"

#include <stdio.h>

iso_device *iso_cuda_open(const iso_device_options *options, char *message, size_t size) {
  (void)options;
  snprintf(message, size,
           "this program was built without CUDA; use --device cpu, or build it where nvcc is on the path");
  return NULL;
}

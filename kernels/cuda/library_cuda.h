/* The operations of a CUDA device that use cuSPARSE: see iso_device_ops. */
#ifndef ISO_KERNELS_CUDA_LIBRARY_CUDA_H
#define ISO_KERNELS_CUDA_LIBRARY_CUDA_H

#include "kernels/device.h"

void *iso_cuda_library_rows(iso_device *device, const iso_rows *rows, iso_lid nrows, iso_lid ncolumns,
                            char *message, size_t size);
void iso_cuda_library_product(iso_device *device, void *library_rows, const iso_product *product);
void iso_cuda_library_rows_free(iso_device *device, void *library_rows);

#endif

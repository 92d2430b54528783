/* Memory of the device: what a simulation takes of it, and the message when it is short. */
#ifndef ISO_LINEAR_DEVICE_MEMORY_H
#define ISO_LINEAR_DEVICE_MEMORY_H

#include "base/error.h"
#include "kernels/device.h"

/* The message of a failed iso_device_alloc of that many bytes for that purpose. */
iso_status iso_fail_device(iso_error *err, const iso_device *device, size_t bytes, const char *what);

/* value in each of count reals from the first-th on. */
void iso_device_fill_real(iso_device *device, void *field, int64_t first, int64_t count, double value);

#endif

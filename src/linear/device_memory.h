/* Memory of the device: what a simulation takes of it, and the message when it is short. */
#ifndef ISO_LINEAR_DEVICE_MEMORY_H
#define ISO_LINEAR_DEVICE_MEMORY_H

#include "base/error.h"
#include "kernels/device.h"

#include <stdbool.h>

/* The message of a failed iso_device_alloc: ISO_EFAIL with what device says has failed, or with how much
 * memory it has. bytes: that were wanted. what: they are for, to stand after "MB for". */
iso_status iso_fail_device(iso_error *err, const iso_device *device, size_t bytes, const char *what);

/* Whether buffers are the host's own memory: then a device can work on a host's array itself. */
bool iso_device_is_host(const iso_device *device);

/* Writes value to the reals [first, first + count) of field, a buffer of device. */
void iso_device_fill_real(iso_device *device, void *field, int64_t first, int64_t count, double value);

#endif

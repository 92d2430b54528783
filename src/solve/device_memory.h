/* Memory of the device: what a simulation takes of it, and the message when it is short. */
#ifndef ISO_SOLVE_DEVICE_MEMORY_H
#define ISO_SOLVE_DEVICE_MEMORY_H

#include "kernels/device.h"
#include "solve/options.h"
#include "solve/system.h"

/* The message of a failed iso_device_alloc of that many bytes for that purpose. */
iso_status iso_fail_device(iso_error *err, const iso_device *device, size_t bytes, const char *what);

/* value in each of count reals from the first-th on. */
void iso_device_fill_real(iso_device *device, void *field, int64_t first, int64_t count, double value);

/* Collective. Whether the simulation fits into what is free of the GPUs; ISO_EFAIL says how much is needed,
 * how much is free and how many GPUs would do. Always ISO_OK where the device has the host's memory. */
iso_status iso_device_fits(const iso_device *device, const iso_mesh *mesh, const iso_tissue *tissue,
                           const iso_system *system, const iso_numerics *numerics, iso_error *err);

#endif

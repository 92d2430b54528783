#include "linear/device_memory.h"

iso_status iso_fail_device(iso_error *err, const iso_device *device, size_t bytes, const char *what) {
  size_t free_bytes, all_bytes;
  const char *failure = iso_device_failure(device);
  if (failure) return iso_fail(err, ISO_EFAIL, "%s", failure);
  iso_device_memory(device, &free_bytes, &all_bytes);
  if (all_bytes == 0) return iso_fail_memory(err, bytes, what);
  return iso_fail(err, ISO_EFAIL,
                  "out of GPU memory: %.1f MB for %s, and %.1f of %.1f MB are free; use more GPUs, "
                  "numerics.precision: single, or a coarser mesh",
                  1e-6 * (double)bytes, what, 1e-6 * (double)free_bytes, 1e-6 * (double)all_bytes);
}

/* In parts, so that little is held twice. */
void iso_device_fill_real(iso_device *device, void *field, int64_t first, int64_t count, double value) {
  enum { PART = 1024 };
  double part[PART];
  for (int k = 0; k < PART; k++) part[k] = value;
  for (int64_t i = 0; i < count; i += PART)
    iso_device_upload_real(device, field, first + i, count - i < PART ? count - i : PART, part);
}

bool iso_device_is_host(const iso_device *device) {
  size_t free_bytes, all_bytes;
  iso_device_memory(device, &free_bytes, &all_bytes);
  return all_bytes == 0;
}

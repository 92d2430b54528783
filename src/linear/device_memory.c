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

/* A little comes from the host, and twice as much each time from what is there already: a copy from the host
 * waits, and there would be a hundred thousand of them for a large mesh on a GPU. 0 + 1 x is x, but for the
 * sign of a zero. */
void iso_device_fill_real(iso_device *device, void *field, int64_t first, int64_t count, double value) {
  enum { PART = 1024 };
  char *const to = (char *)field + (size_t)first * device->real_bytes;
  double part[PART];
  for (int k = 0; k < PART; k++) part[k] = value;
  int64_t filled = count < PART ? count : PART;
  iso_device_upload_real(device, field, first, filled, part);
  for (int64_t more; filled < count; filled += more) {
    more = count - filled < filled ? count - filled : filled;
    iso_launch_combine(device, &(iso_combine){.count = (iso_lid)more,
                                              .nterms = 1,
                                              .coefficient = {1},
                                              .term = {to},
                                              .out = to + (size_t)filled * device->real_bytes});
  }
}

bool iso_device_is_host(const iso_device *device) {
  size_t free_bytes, all_bytes;
  iso_device_memory(device, &free_bytes, &all_bytes);
  return all_bytes == 0;
}

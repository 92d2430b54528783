#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A multiplication that wraps is reported as the largest size, which no allocator grants. */
static size_t product(size_t count, size_t size) {
  return size && count > SIZE_MAX / size ? SIZE_MAX : count * size;
}

iso_status iso_alloc(void *out, size_t count, size_t size, const char *what, iso_error *err) {
  size_t bytes = product(count, size);
  if (bytes > SIZE_MAX - 64) return iso_fail_memory(err, bytes, what);
  size_t rounded = (bytes + 64) / 64 * 64;
  void *p = aligned_alloc(64, rounded);
  if (!p) return iso_fail_memory(err, bytes, what);
  memset(p, 0, rounded);
  memcpy(out, &p, sizeof p);
  return ISO_OK;
}

iso_status iso_realloc(void *inout, size_t count, size_t size, const char *what, iso_error *err) {
  size_t bytes = product(count, size);
  void *old;
  memcpy(&old, inout, sizeof old);
  void *p = bytes == SIZE_MAX ? NULL : realloc(old, bytes ? bytes : 1);
  if (!p) return iso_fail_memory(err, bytes, what);
  memcpy(inout, &p, sizeof p);
  return ISO_OK;
}

#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A multiplication that wraps is reported as the largest size, which no allocator grants. */
static size_t product(size_t count, size_t size) {
  return size && count > SIZE_MAX / size ? SIZE_MAX : count * size;
}

iso_status iso_alloc(void *out, size_t count, size_t size, const char *what, iso_error *err) {
  const size_t bytes = product(count, size), rounded = bytes > SIZE_MAX - 64 ? 0 : (bytes + 64) / 64 * 64;
  void *p = rounded > 0 ? aligned_alloc(64, rounded) : NULL;
  memcpy(out, &p, sizeof p);
  if (!p) return iso_fail_memory(err, bytes, what);
  memset(p, 0, rounded);
  return ISO_OK;
}

iso_status iso_alloc_all(MPI_Comm comm, void *out, size_t count, size_t size, const char *what,
                         iso_error *err) {
  const iso_status status = iso_agree(comm, iso_alloc(out, count, size, what, err), err);
  if (status == ISO_OK) return ISO_OK;
  void *p;
  memcpy(&p, out, sizeof p);
  free(p);
  memset(out, 0, sizeof p);
  return status;
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

#include "grid/steps.h"

#include "base/memory.h"

#include <stdlib.h>

iso_status iso_steps_new(iso_steps *out, iso_lid n, bool (*begins)(const void *self, iso_lid i),
                         const void *self, iso_error *err) {
  const size_t words = (size_t)n / 64 + 1;
  *out = (iso_steps){0};
  iso_status status = iso_alloc(&out->bits, words, sizeof *out->bits, "runs of elements", err);
  if (status == ISO_OK) status = iso_alloc(&out->before, words, sizeof *out->before, "runs of elements", err);
  for (iso_lid i = 0; i < n && status == ISO_OK; i++) {
    if (i % 64 == 0) out->before[i / 64] = out->nruns;
    if (i > 0 && !begins(self, i)) continue;
    out->bits[i / 64] |= (uint64_t)1 << i % 64;
    out->nruns++;
  }
  if (status != ISO_OK || out->nruns > n / 4 * 3) iso_steps_free(out);
  return status;
}

void iso_steps_free(iso_steps *s) {
  free(s->bits);
  free(s->before);
  *s = (iso_steps){0};
}

/* Items in a row of which neighbours often have one value in common, the children of a refined element say: a
 * bit for each that differs from the one before it, so that a value is kept once for each run of equal ones.
 */
#ifndef ISO_GRID_STEPS_H
#define ISO_GRID_STEPS_H

#include "base/error.h"
#include "kernels/types.h"

#include <stdbool.h>
#include <stdint.h>

/* Without bits every item is a run of its own. */
typedef struct iso_steps {
  uint64_t *bits;  /* [n / 64 + 1] item 64 k + b begins a run: bit b of word k; or NULL */
  iso_lid *before; /* [n / 64 + 1] runs that begin before word k */
  iso_lid nruns;
} iso_steps;

/* The runs of n items; begins(self, i), for i > 0: whether item i differs from the one before. Where they are
 * so many that most items are one, *out is without bits. ISO_EFAIL where memory is short. */
iso_status iso_steps_new(iso_steps *out, iso_lid n, bool (*begins)(const void *self, iso_lid i),
                         const void *self, iso_error *err);
void iso_steps_free(iso_steps *steps);

/* The run that item i is of. */
static inline iso_lid iso_steps_run(const iso_steps *s, iso_lid i) {
  if (!s->bits) return i;
  const uint64_t upto = s->bits[i / 64] << (63 - i % 64);
  return s->before[i / 64] + (iso_lid)__builtin_popcountll(upto) - 1;
}

/* Whether item i is the first of its run. */
static inline bool iso_steps_begins(const iso_steps *s, iso_lid i) {
  return !s->bits || s->bits[i / 64] >> i % 64 & 1;
}

#endif

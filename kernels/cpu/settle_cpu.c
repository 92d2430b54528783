/* The end of the steps of some patches: see iso_settle in kernels/device.h. */
#include "kernels/cpu/device_cpu.h"
#include "kernels/cpu/watch_cpu.h"
#include "kernels/math.h"

enum { LANES = 64 }; /* nodes looked at together: those of a patch */

static inline real larger(real a, real b) { return b > a || b != b ? b : a; } /* NaN where one is */

/* Of v [LANES], which is used up: by halves, since compilers do not vectorise the maximum of a row. */
static real largest(real *v) {
  for (int n = LANES / 2; n > 0; n /= 2)
#pragma omp simd
    for (int i = 0; i < n; i++) v[i] = larger(v[i], v[i + n]);
  return v[0];
}

/* n <= LANES nodes from the first on. */
static void settle_lanes(const iso_settle *s, int64_t first, int n, real *rate, real *bend) {
  const real *after = (const real *)s->after + first, per_step = (real)(1.0 / s->steps);
  real *vm = (real *)s->vm + first, *slope = (real *)s->slope + first, size[LANES] = {0}, change[LANES] = {0};
#pragma omp simd
  for (int i = 0; i < n; i++) {
    const real now = (after[i] - vm[i]) * per_step;
    size[i] = iso_abs(now);
    change[i] = iso_abs(now - slope[i]);
    slope[i] = now;
    vm[i] = after[i];
  }
  *rate = larger(*rate, largest(size));
  *bend = larger(*bend, largest(change));
}

static void settle_patches(const void *with, int64_t first, int64_t last) {
  const iso_settle *s = with;
  for (int64_t k = first; k < last; k++) {
    const int32_t p = s->patch[k];
    const int64_t node = s->first[p], end = s->first[p + 1];
    if (s->watch) iso_watch_nodes(s->watch, node, end - node, s->vm, s->after, s->steps);
    real rate = 0, bend = 0;
    for (int64_t i = node; i < end; i += LANES)
      settle_lanes(s, i, (int)(end - i < LANES ? end - i : LANES), &rate, &bend);
    ((real *)s->rate)[p] = rate, ((real *)s->bend)[p] = bend;
  }
}

void ISO_VARIANT(iso_cpu_settle)(iso_device *device, const iso_settle *s) {
  iso_in_threads(device, s->npatches, 1, settle_patches, s);
}

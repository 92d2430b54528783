/* The end of the steps of some patches: see iso_settle in kernels/device.h. */
#include "kernels/cpu/device_cpu.h"
#include "kernels/cpu/watch_cpu.h"
#include "kernels/math.h"

#include <math.h>

/* Nodes [first, last). A largest value knows nothing of NaN, which is looked for besides. */
static void settle_nodes(const iso_settle *s, int64_t first, int64_t last, real *rate, real *bend) {
  const real *after = s->after, per_step = (real)(1.0 / s->steps);
  real *vm = s->vm, *slope = s->slope, fastest = 0, sharpest = 0;
  int_real bad_rate = 0, bad_bend = 0;
#pragma omp simd reduction(max : fastest, sharpest) reduction(| : bad_rate, bad_bend)
  for (int64_t i = first; i < last; i++) {
    const real now = (after[i] - vm[i]) * per_step, size = iso_abs(now), change = iso_abs(now - slope[i]);
    fastest = size > fastest ? size : fastest;
    sharpest = change > sharpest ? change : sharpest;
    bad_rate |= size != size;
    bad_bend |= change != change;
    slope[i] = now;
    vm[i] = after[i];
  }
  *rate = bad_rate ? (real)NAN : fastest;
  *bend = bad_bend ? (real)NAN : sharpest;
}

void ISO_VARIANT(iso_cpu_settle)(iso_device *device, const iso_settle *s) {
  ISO_THREADS_BEGIN(device, s->npatches, 1)
  for (int64_t k = first; k < last; k++) {
    const int32_t p = s->patch[k];
    const int64_t node = s->first[p], end = s->first[p + 1];
    if (s->watch) iso_watch_nodes(s->watch, node, end - node, s->vm, s->after, s->steps);
    settle_nodes(s, node, end, (real *)s->rate + p, (real *)s->bend + p);
  }
  ISO_THREADS_END
}

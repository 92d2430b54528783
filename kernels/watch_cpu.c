/* Upstrokes and recoveries. Most blocks of nodes have none in a step, and are done in one vector pass. */
#include "kernels/device_cpu.h"

#define BLOCK 128

static void report(const iso_watch *w, int64_t node, real before, real after, real level, int kind) {
  int32_t at;
#pragma omp atomic capture
  at = w->pending->events++;
  if (at >= w->capacity) return;
  double part = ((double)level - (double)before) / ((double)after - (double)before);
  w->event[at] = (iso_watch_event){part, (iso_lid)node, (int16_t)w->pending->steps, (int16_t)kind};
}

static real level_of(const iso_watch *w, real rest, real peak) {
  return w->fraction > 0 ? peak - (real)w->fraction * (peak - rest) : (real)w->recovery;
}

/* The rare case, one node at a time: the same tests as the vector pass, then the events. */
static void events_of_block(const iso_watch *w, int64_t first, int64_t last) {
  const real *before = w->before, *after = w->after;
  real *rest = w->rest, *peak = w->peak, threshold = (real)w->activation;
  for (int64_t i = first; i < last; i++) {
    real b = before[i], a = after[i];
    if (peak[i] > (real)(0.5 * ISO_RESTING)) {
      real level = level_of(w, rest[i], peak[i]);
      if (a <= level && b > level) {
        report(w, i, b, a, level, 1);
        peak[i] = (real)ISO_RESTING, rest[i] = a;
      }
    } else if (b < threshold && a >= threshold) {
      report(w, i, b, a, threshold, 0);
      peak[i] = a;
    }
  }
}

void ISO_VARIANT(iso_cpu_watch)(iso_device *device, const iso_watch *w) {
  ISO_THREADS_BEGIN(device, w->count, BLOCK)
  const real *before = w->before, *after = w->after;
  real *rest = w->rest, *peak = w->peak;
  const real threshold = (real)w->activation, fraction = (real)w->fraction;
  const real recovery = (real)w->recovery, resting = (real)(0.5 * ISO_RESTING);
  first += w->first, last += w->first;
  for (int64_t b0 = first; b0 < last; b0 += BLOCK) {
    int64_t b1 = b0 + BLOCK < last ? b0 + BLOCK : last;
    int_real some = 0;
#pragma omp simd reduction(| : some)
    for (int64_t i = b0; i < b1; i++) {
      real b = before[i], a = after[i], r = rest[i], p = peak[i];
      int_real active = p > resting;
      real highest = a > p ? a : p, lowest = a < r ? a : r;
      real level = fraction > 0 ? highest - fraction * (highest - r) : recovery;
      some |= active ? a <= level && b > level : b < threshold && a >= threshold;
      peak[i] = active ? highest : p;
      rest[i] = active ? r : lowest;
    }
    if (some) events_of_block(w, b0, b1);
  }
  ISO_THREADS_END
}

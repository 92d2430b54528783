/* Crossings at consecutive nodes. Most blocks have none in a step, and are done in one vector pass. */
#ifndef ISO_KERNELS_CPU_WATCH_CPU_H
#define ISO_KERNELS_CPU_WATCH_CPU_H

#include "kernels/templates/watch.h"

enum { ISO_WATCHED = 128 }; /* nodes of a block */

/* Returns whether something happens at the nodes [first, last), whose rest and peak are moved on. Node i has
 * the threshold activation[stride * i]. */
ISO_INLINE int iso_watch_block(const iso_watch *w, int64_t first, int64_t last, const real *activation,
                               int stride, const real *before, const real *after) {
  real *rest = w->rest, *peak = w->peak;
  const real fraction = (real)w->fraction, recovery = (real)w->recovery;
  int_real some = 0;
#pragma omp simd reduction(| : some)
  for (int64_t i = first; i < last; i++) {
    real low = rest[i], high = peak[i], level;
    some |=
        iso_watch_node(activation[stride * i], fraction, recovery, before[i], after[i], &low, &high, &level);
    rest[i] = low, peak[i] = high;
  }
  return some != 0;
}

/* Nodes [first, first + count), whose Vm went from before to after in so many steps. */
static inline void iso_watch_nodes(const iso_watch *w, int64_t first, int64_t count, const real *before,
                                   const real *after, int steps) {
  const int64_t end = first + count;
  const real everywhere = (real)w->activation_mV, *activation = w->activation;
  for (int64_t b = first; b < end; b += ISO_WATCHED) {
    const int64_t last = b + ISO_WATCHED < end ? b + ISO_WATCHED : end;
    if (activation ? iso_watch_block(w, b, last, activation, 1, before, after)
                   : iso_watch_block(w, b, last, &everywhere, 0, before, after))
      for (int64_t i = b; i < last; i++) iso_watch_at(w, i, before[i], after[i], steps);
  }
}

#endif

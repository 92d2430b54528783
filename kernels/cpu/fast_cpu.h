/* What the CPU's launch of the fast current and its models' loops share; see kernels/cpu/fast_cpu.c. */
#ifndef ISO_KERNELS_CPU_FAST_CPU_H
#define ISO_KERNELS_CPU_FAST_CPU_H

#include "kernels/device.h"
#include "kernels/real.h"

/* Elements between two passes over nodes, elements vectorised over, nodes looked at together, and how many
 * elements before its use an element's data are asked for: about the time that memory needs. */
enum { ISO_FAST_BATCH = 2048, ISO_FAST_RUN = 64, ISO_FAST_BLOCK = 64, ISO_FAST_AHEAD = 16 };

/* What the launch keeps between its passes, carved from iso_fast.scratch. */
typedef struct iso_fast_work {
  real *current;    /* [nlocal] nodal fast current, of the last launch until this one's is found */
  real *correction; /* [nlocal] zero between launches */
  real *element;    /* [ISO_MAX_NODES][ISO_FAST_BATCH] what the elements of a batch give to their nodes */
  uint8_t *count;   /* [nelem, rounded up] nodes of each element that are beyond the threshold */
  iso_lid *list;    /* [nelem + ISO_FAST_AHEAD] elements to work on, ascending: the order of global numbers */
  uint8_t *due;     /* [nowned] in a launch with runs, whether a node is in one; zero between launches */
  uint64_t *front;  /* a bit for each element that has such nodes, and for some that had */
  uint64_t *some;   /* a bit for each word of front that is not zero */
  int64_t *beyond;  /* nodes beyond the threshold: of all [0], and of a launch with runs, those in them [1] */
} iso_fast_work;

static inline int_real iso_fast_beyond(real current, real threshold) {
  return (current > threshold) | (current < -threshold);
}

/* Nodal currents of nodes [first, first + n), n <= ISO_FAST_BLOCK, all of one model, into now [n]. Returns
 * whether any has passed the threshold since the last launch, which found last [n]. */
typedef int iso_fast_block(const iso_fast *f, int64_t first, int n, const real *last, real *now);

/* What elements list[0 .. n), n <= ISO_FAST_RUN, all of one shape and model, give to their nodes:
 * out[node * ISO_FAST_BATCH + place in the list]. */
typedef void iso_fast_run(const iso_fast *f, const iso_fast_work *w, const iso_lid *list, int n, real *out);

#endif

/* Pairs of global numbers, like the ends of edges. */
#ifndef ISO_GRID_SHARE_PAIRS_H
#define ISO_GRID_SHARE_PAIRS_H

#include "grid/sort.h"
#include "kernels/types.h"

#include <stdbool.h>

typedef struct iso_pair {
  iso_gid a, b; /* not negative */
} iso_pair;

static inline bool iso_same_pair(iso_pair p, iso_pair q) { return p.a == q.a && p.b == q.b; }

/* The items of order [n] become the numbers of the pairs, sorted by a, then b. */
iso_status iso_pairs_sort(int64_t n, const iso_pair *pair, iso_keyed *order, iso_error *err);

#endif

/* Elements that have the same nodes as another one: their tissue would count twice. */
#ifndef ISO_GRID_TWINS_H
#define ISO_GRID_TWINS_H

#include "base/error.h"
#include "kernels/types.h"

#include <stdbool.h>

/* What an element's shape and nodes say in whatever order they come: two different elements of a mesh of 10^7
 * have the same 128 bits by chance once in 10^24 meshes. */
typedef struct iso_twin_key {
  uint64_t a, b;
} iso_twin_key;

/* node [n]: global numbers, n at most ISO_MAX_NODES. */
iso_twin_key iso_twin_key_of(int shape, int n, const iso_gid *node);

static inline bool iso_same_twin(const iso_twin_key *p, const iso_twin_key *q) {
  return p->a == q->a && p->b == q->b;
}

/* again [n]: 1 where a key is that of one before it. Fails for lack of memory. */
iso_status iso_find_twins(int64_t n, const iso_twin_key *key, uint8_t *again, iso_error *err);

#endif

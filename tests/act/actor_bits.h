/* What programs share that print what actors did, for actor_bits.sh to compare: a slab, sites of it, a hash
 * of what came of it, and runs that read other numbers of steps at once and go back to a saved state. */
#ifndef ISO_TESTS_ACTOR_BITS_H
#define ISO_TESTS_ACTOR_BITS_H

#include "solve/fixture.h"

#include "base/memory.h"
#include "grid/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void actor_slab(heart *h, const char *model, const char *device) {
  const iso_slab_options slab = {{4, 1, 1}, 0.5, ISO_HEXAHEDRON, ISO_JITTERED, {1, 0, 0}, 1};
  heart_mesh(h, &slab, NULL, NULL);
  heart_region(h, 0, model);
  heart_device(h, &(iso_device_options){device, ISO_PRECISION_DOUBLE, 1, "auto", 0});
}

/* Owned nodes with x within [low, high]; to be freed. */
static inline int64_t actor_site(const iso_mesh *mesh, double low, double high, iso_lid **node) {
  int64_t n = 0;
  DEMAND(iso_alloc(node, (size_t)mesh->nowned, sizeof **node, "nodes", WHY));
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (mesh->xyz[i][0] >= low && mesh->xyz[i][0] <= high) (*node)[n++] = i;
  return n;
}

/* Of values [nowned], this rank's part of the sum over all. Another key is another hash. */
static inline uint64_t actor_hash(const heart *h, const double *values, uint64_t key) {
  uint64_t sum = 0;
  for (iso_lid i = 0; i < h->mesh->nowned; i++) {
    uint64_t bits;
    memcpy(&bits, &values[i], sizeof bits);
    sum += iso_hash(iso_hash(key + (uint64_t)h->mesh->gid[i]) ^ bits);
  }
  return sum;
}

/* A run, and a line of what it found; how is theirs. found holds no bytes that nobody sets. */
typedef struct actor_program {
  void (*run)(const void *how, int read_steps, bool back, void *found);
  void (*print)(const void *how, const void *found);
  const void *how;
  size_t size; /* of what is found */
} actor_program;

/* Makes the first run, prints it, and demands the same of the others, made into other. Returns failures. */
static inline int actor_runs(const actor_program *p, void *first, void *other) {
  static const int read_steps[] = {0, 7, 1};
  int failures = 0;
  p->run(p->how, 0, false, first);
  p->print(p->how, first);
  for (int k = 0; k < 3; k++)
    for (int back = k == 0; back <= 1; back++) {
      p->run(p->how, read_steps[k], back, other);
      if (!memcmp(first, other, p->size)) continue;
      failures++;
      printf("reading every %d steps, back %d: ", read_steps[k], back);
      p->print(p->how, other);
    }
  return failures;
}

#endif

/* Named surfaces as sets of sides or of nodes, as Exodus has them. */
#ifndef ISO_GRID_FORMAT_WRITE_SETS_H
#define ISO_GRID_FORMAT_WRITE_SETS_H

#include "grid/format/write_blocks.h"

#include <stdbool.h>

typedef struct iso_set {
  const char *name;  /* the surface's */
  bool sides;        /* of elements, else of nodes */
  int64_t total;     /* over all ranks */
  int64_t first, n;  /* of these, this rank's */
  int64_t *value[2]; /* [n] nodes; or elements, by their places among the blocks, and their sides in Exodus'
                      * order; all from 1 */
} iso_set;

typedef struct iso_sets {
  int n[2];     /* sets of nodes, of sides */
  iso_set *set; /* [n[0] + n[1]] those of nodes first; the same on every rank but for its share */
} iso_sets;

/* Collective. A set for each named surface of slice that is not empty and not elements itself: of sides where
 * all its faces are sides of elements, else of nodes. slice outlives it. blocks: those of slice. Fails for
 * lack of memory, on all ranks; to be freed whatever the status. */
iso_status iso_sets_new(iso_sets *out, MPI_Comm comm, const iso_slice *slice,
                        const iso_elements_blocks *blocks, iso_error *err);

/* Number of the first set of nodes, or of sides. */
int iso_sets_first(const iso_sets *sets, bool sides);

void iso_sets_free(iso_sets *sets);

#endif

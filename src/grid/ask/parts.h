/* Whether a mesh hangs together. */
#ifndef ISO_GRID_ASK_PARTS_H
#define ISO_GRID_ASK_PARTS_H

#include "grid/mesh.h"

enum { ISO_LARGEST_PARTS = 4 };

typedef struct iso_parts {
  int64_t n;                          /* parts that share no node; orphans are none */
  int64_t largest[ISO_LARGEST_PARTS]; /* their nodes, the most first; 0 where there are fewer parts */
  int64_t orphans;                    /* nodes of no element */
  int64_t coincident; /* nodes of elements at the very place of one of a lower number; with links, nodes of
                         lines alone and the others count each for themselves */
  int64_t twins;      /* elements with the same nodes as another one (twins.h) */
} iso_parts;

/* Collective. The same on all ranks. Fails for lack of memory, on all ranks. */
iso_status iso_parts_of(const iso_mesh *mesh, iso_parts *parts, iso_error *err);

#endif

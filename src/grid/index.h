/* A set of global numbers that numbers its members 0, 1, 2, ... in the order they were added. */
#ifndef ISO_GRID_INDEX_H
#define ISO_GRID_INDEX_H

#include "base/error.h"
#include "kernels/types.h"

typedef struct iso_index {
  iso_lid n;         /* members */
  iso_gid *gid;      /* [n] in the order they were added */
  int64_t nslots;    /* a power of two, at least twice n */
  iso_lid *slot;     /* [nslots] member + 1, 0 where empty */
  int64_t allocated; /* room in gid */
} iso_index;

/* An empty set with room for that many members; it grows as needed. */
iso_status iso_index_new(iso_index *index, int64_t expected, iso_error *err);

/* *number is the member's number; a new member is added. */
iso_status iso_index_add(iso_index *index, iso_gid gid, iso_lid *number, iso_error *err);

/* The member's number, or -1. */
iso_lid iso_index_find(const iso_index *index, iso_gid gid);

/* Forgets the members and keeps the memory. */
void iso_index_clear(iso_index *index);

void iso_index_free(iso_index *index);

#endif

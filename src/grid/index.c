#include "grid/index.h"

#include "base/assert.h"
#include "base/memory.h"
#include "grid/hash.h"

#include <stdlib.h>
#include <string.h>

static iso_status set_slots(iso_index *index, int64_t nslots, iso_error *err) {
  iso_lid *slot;
  ISO_TRY(iso_alloc(&slot, (size_t)nslots, sizeof *slot, "a table of node numbers", err));
  for (iso_lid i = 0; i < index->n; i++) {
    int64_t s = (int64_t)(iso_hash((uint64_t)index->gid[i]) & (uint64_t)(nslots - 1));
    while (slot[s]) s = (s + 1) & (nslots - 1);
    slot[s] = i + 1;
  }
  free(index->slot);
  index->slot = slot;
  index->nslots = nslots;
  return ISO_OK;
}

iso_status iso_index_new(iso_index *index, int64_t expected, iso_error *err) {
  *index = (iso_index){.allocated = expected > 16 ? expected : 16};
  ISO_TRY(iso_realloc(&index->gid, (size_t)index->allocated, sizeof *index->gid, "node numbers", err));
  int64_t nslots = 32;
  while (nslots < 2 * index->allocated) nslots *= 2;
  return set_slots(index, nslots, err);
}

/* The slot that holds gid, or the empty one where it belongs. */
static int64_t slot_of(const iso_index *index, iso_gid gid) {
  int64_t mask = index->nslots - 1;
  ISO_ASSERT(mask > 0 && index->n < index->nslots); /* made, and with an empty slot where a search ends */
  int64_t s = (int64_t)(iso_hash((uint64_t)gid) & (uint64_t)mask);
  while (index->slot[s] && index->gid[index->slot[s] - 1] != gid) s = (s + 1) & mask;
  return s;
}

iso_lid iso_index_find(const iso_index *index, iso_gid gid) { return index->slot[slot_of(index, gid)] - 1; }

iso_status iso_index_add(iso_index *index, iso_gid gid, iso_lid *number, iso_error *err) {
  int64_t s = slot_of(index, gid);
  if (!index->slot[s]) {
    if (index->n == INT32_MAX)
      return iso_fail(err, ISO_EFAIL, "a rank would hold more than 2^31 nodes; use more ranks");
    if (index->n == index->allocated) {
      int64_t room = index->allocated + index->allocated / 2;
      ISO_TRY(iso_realloc(&index->gid, (size_t)room, sizeof *index->gid, "node numbers", err));
      index->allocated = room;
    }
    index->gid[index->n++] = gid;
    index->slot[s] = index->n;
    *number = index->n - 1;
    return 2 * (int64_t)index->n > index->nslots ? set_slots(index, 2 * index->nslots, err) : ISO_OK;
  }
  *number = index->slot[s] - 1;
  return ISO_OK;
}

void iso_index_clear(iso_index *index) {
  memset(index->slot, 0, (size_t)index->nslots * sizeof *index->slot);
  index->n = 0;
}

void iso_index_free(iso_index *index) {
  free(index->gid);
  free(index->slot);
  *index = (iso_index){0};
}

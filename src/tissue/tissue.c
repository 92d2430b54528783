#include "tissue/tissue.h"

#include "base/assert.h"

int iso_tissue_region(const iso_tissue *tissue, int32_t tag) {
  int rest = -1;
  for (int r = 0; r < tissue->nregions; r++) {
    const iso_region *region = &tissue->regions[r];
    for (int t = 0; t < region->ntags; t++)
      if (region->tags[t] == tag) return r;
    if (region->ntags == 0) rest = r;
  }
  return rest;
}

int iso_tissue_of_node(const iso_tissue *tissue, int32_t tag) {
  ISO_ASSERT(tissue->nregions > 0);
  int r = iso_tissue_region(tissue, tag);
  return r < 0 ? 0 : r;
}

/* Elements in blocks of one tag and shape, as Exodus has them. */
#ifndef ISO_GRID_FORMAT_WRITE_BLOCKS_H
#define ISO_GRID_FORMAT_WRITE_BLOCKS_H

#include "grid/slice.h"

typedef struct iso_elements_block {
  int32_t tag, id; /* id: positive, of no other block; the tag where possible */
  iso_shape shape;
  int64_t before;        /* elements of the blocks before it */
  int64_t total;         /* its own, over all ranks */
  int64_t first, n;      /* of these, this rank's */
  const int64_t *member; /* [n] this rank's, by their numbers in the slice, ascending */
} iso_elements_block;

typedef struct iso_elements_blocks {
  int n;
  iso_elements_block
      *block;      /* [n] by dimension, then tag, then shape; the same on every rank but for its share */
  int64_t *member; /* [slice nelem] of all blocks */
} iso_elements_blocks;

/* Collective. Fails for lack of memory, on all ranks. */
iso_status iso_elements_blocks_new(iso_elements_blocks *blocks, MPI_Comm comm, const iso_slice *slice,
                                   iso_error *err);

void iso_elements_blocks_free(iso_elements_blocks *blocks);

#endif

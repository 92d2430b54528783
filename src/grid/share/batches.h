/* A walk over the elements of a slice, some at a time, that brings to each batch what other ranks know of its
 * nodes. It keeps the memory for that small and bounded. */
#ifndef ISO_GRID_SHARE_BATCHES_H
#define ISO_GRID_SHARE_BATCHES_H

#include "grid/index.h"
#include "grid/share/blocks.h"
#include "grid/slice.h"

typedef struct iso_batches {
  MPI_Comm comm;
  const iso_slice *slice;
  iso_gid *cut;       /* [ranks + 1] rank r's slice holds the nodes [cut[r], cut[r + 1]) */
  int64_t n;          /* batches, the same on all ranks */
  int64_t first, end; /* elements of this rank's slice in the open batch */
  iso_index nodes;    /* the batch's nodes */
  iso_lid *conn;      /* [end - first][slice width] into them, unused columns -1 */
  iso_block_plan *plan;
} iso_batches;

/* Collective. */
iso_status iso_batches_new(iso_batches *batches, MPI_Comm comm, const iso_slice *slice, iso_error *err);

/* Collective. Opens batch k. */
iso_status iso_batches_open(iso_batches *batches, int64_t k, iso_error *err);

/* Collective. of_slice [slice nnode] values of bytes each -> *values [nodes.n], which is reallocated. */
iso_status iso_batches_fetch(iso_batches *batches, const void *of_slice, size_t bytes, void *values,
                             iso_error *err);

void iso_batches_free(iso_batches *batches);

/* Collective. The bounds of all ranks' node slices; *cut [ranks + 1] is the caller's to free. */
iso_status iso_slice_cut(MPI_Comm comm, const iso_slice *slice, iso_gid **cut, iso_error *err);

#endif

#include "grid/share/batches.h"

#include "base/memory.h"

#include <stdlib.h>

enum { BATCH = 1 << 16 }; /* elements: tables of their nodes stay in the cache */

iso_status iso_slice_cut(MPI_Comm comm, const iso_slice *slice, iso_gid **cut, iso_error *err) {
  int size;
  MPI_Comm_size(comm, &size);
  iso_status status = iso_alloc(cut, (size_t)size + 1, sizeof **cut, "the bounds of slices", err);
  ISO_TRY(iso_agree(comm, status, err));
  MPI_Allgather(&slice->first_node, 1, MPI_INT64_T, *cut, 1, MPI_INT64_T, comm);
  (*cut)[size] = slice->nnodes;
  return ISO_OK;
}

static iso_status allocate(iso_batches *batches, iso_error *err) {
  int64_t most = batches->slice->nelem < BATCH ? batches->slice->nelem : BATCH;
  ISO_TRY(iso_index_new(&batches->nodes, most, err));
  return iso_alloc(&batches->conn, (size_t)most * (size_t)batches->slice->width, sizeof *batches->conn,
                   "a batch of elements", err);
}

iso_status iso_batches_new(iso_batches *batches, MPI_Comm comm, const iso_slice *slice, iso_error *err) {
  *batches = (iso_batches){.comm = comm, .slice = slice, .n = (slice->nelem + BATCH - 1) / BATCH};
  MPI_Allreduce(MPI_IN_PLACE, &batches->n, 1, MPI_INT64_T, MPI_MAX, comm);
  iso_status status = iso_slice_cut(comm, slice, &batches->cut, err);
  if (status == ISO_OK) status = iso_agree(comm, allocate(batches, err), err);
  if (status != ISO_OK) iso_batches_free(batches);
  return status;
}

static iso_status number_nodes(iso_batches *batches, iso_error *err) {
  const iso_slice *slice = batches->slice;
  iso_index_clear(&batches->nodes);
  int64_t width = slice->width, n = (batches->end - batches->first) * width;
  for (int64_t i = 0; i < n; i++) {
    iso_gid gid = slice->conn[batches->first * width + i];
    batches->conn[i] = -1;
    if (gid >= 0) ISO_TRY(iso_index_add(&batches->nodes, gid, &batches->conn[i], err));
  }
  return ISO_OK;
}

static int64_t at_most(int64_t value, int64_t limit) { return value < limit ? value : limit; }

iso_status iso_batches_open(iso_batches *batches, int64_t k, iso_error *err) {
  iso_block_plan_free(batches->plan);
  batches->plan = NULL;
  batches->first = at_most(k * BATCH, batches->slice->nelem);
  batches->end = at_most((k + 1) * BATCH, batches->slice->nelem);
  ISO_TRY(iso_agree(batches->comm, number_nodes(batches, err), err));
  return iso_block_plan_new_cut(&batches->plan, batches->comm, batches->cut, batches->nodes.n,
                                batches->nodes.gid, err);
}

iso_status iso_batches_fetch(iso_batches *batches, const void *of_slice, size_t bytes, void *values,
                             iso_error *err) {
  iso_status status = iso_realloc(values, (size_t)batches->nodes.n, bytes, "a batch of nodes", err);
  ISO_TRY(iso_agree(batches->comm, status, err));
  return iso_block_plan_fetch(batches->plan, of_slice, bytes, *(void **)values, err);
}

void iso_batches_free(iso_batches *batches) {
  iso_block_plan_free(batches->plan);
  iso_index_free(&batches->nodes);
  free(batches->conn);
  free(batches->cut);
  *batches = (iso_batches){0};
}

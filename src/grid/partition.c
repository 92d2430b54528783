#include "grid/partition.h"

#include "base/memory.h"
#include "grid/blocks.h"
#include "grid/hilbert.h"

#include <stdlib.h>

iso_status iso_partition(MPI_Comm comm, const iso_slice *slice, const iso_partition_options *options,
                         int32_t *owner, iso_error *err) {
  (void)options;
  int size;
  MPI_Comm_size(comm, &size);
  if (size > slice->nnodes)
    return iso_fail(err, ISO_EINPUT, "the mesh has %lld nodes but %d ranks were started; use at most %lld",
                    (long long)slice->nnodes, size, (long long)slice->nnodes);
  if (size == 1) return ISO_OK;
  int64_t *place = NULL;
  iso_status status = iso_alloc(&place, (size_t)slice->nnode, sizeof *place, "the partition", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK)
    status = iso_hilbert_order(comm, slice->nnode, (const double(*)[3])slice->xyz, place, err);
  if (status == ISO_OK)
    for (int64_t i = 0; i < slice->nnode; i++) owner[i] = iso_block_owner(slice->nnodes, size, place[i]);
  free(place);
  return status;
}

#include "grid/make/take_out.h"

#include "base/memory.h"
#include "grid/make/keep.h"

#include <stdlib.h>
#include <string.h>

/* stays [slice nelem]. */
static void mark_elements(MPI_Comm comm, const iso_slice *slice, int n, const int32_t *tag, uint8_t *stays,
                          int64_t *taken) {
  memset(taken, 0, (size_t)n * sizeof *taken);
  for (int64_t e = 0; e < slice->nelem; e++) {
    stays[e] = 1;
    for (int k = 0; k < n && stays[e]; k++)
      if (slice->tag[e] == tag[k]) stays[e] = 0, taken[k]++;
  }
  MPI_Allreduce(MPI_IN_PLACE, taken, n, MPI_INT64_T, MPI_SUM, comm);
}

iso_status iso_slice_take_out(MPI_Comm comm, iso_slice *slice, int n, const int32_t *tag, int64_t *taken,
                              bool *renumbered, iso_error *err) {
  uint8_t *stays = NULL, *used = NULL;
  iso_status status = iso_alloc(&stays, (size_t)slice->nelem, 1, "elements that stay", err);
  if (status == ISO_OK) status = iso_alloc(&used, (size_t)slice->nnode, 1, "nodes that stay", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    mark_elements(comm, slice, n, tag, stays, taken);
    iso_slice_keep_elements(comm, slice, stays);
    status = iso_slice_used(comm, slice, used, err);
  }
  if (status == ISO_OK) status = iso_slice_keep_nodes(comm, slice, used, renumbered, err);
  free(stays);
  free(used);
  return status;
}

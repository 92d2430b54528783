#include "grid/format/write_groups.h"

#include "base/ascending.h"
#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/index.h"

#include <stdlib.h>

/* Ascending keys are ascending dimensions, then tags. */
static iso_gid key_of(int dimension, int32_t tag) {
  return (iso_gid)dimension << 33 | ((iso_gid)tag - INT32_MIN);
}

static iso_status list_here(const iso_slice *slice, iso_index *keys, iso_error *err) {
  iso_lid k;
  iso_gid last = -1;
  ISO_TRY(iso_index_new(keys, 64, err));
  for (int64_t e = 0; e < slice->nelem; e++) {
    const iso_gid key = key_of(iso_shape_dimension(slice->shape[e]), slice->tag[e]);
    if (key != last) ISO_TRY(iso_index_add(keys, key, &k, err));
    last = key;
  }
  return ISO_OK;
}

/* keys of all ranks -> all [*n]. */
static iso_status gather(MPI_Comm comm, const iso_index *keys, int *n, iso_gid **all, iso_error *err) {
  int size, *count = NULL;
  MPI_Comm_size(comm, &size);
  ISO_TRY(iso_alloc_all(comm, &count, 2 * (size_t)size, sizeof *count, "tags of elements", err));
  int *first = count + size;
  MPI_Allgather(&keys->n, 1, MPI_INT, count, 1, MPI_INT, comm);
  *n = 0;
  for (int r = 0; r < size; r++) {
    first[r] = *n;
    *n += count[r];
  }
  iso_status status = iso_agree(comm, iso_alloc(all, (size_t)*n, sizeof **all, "tags of elements", err), err);
  if (status == ISO_OK)
    MPI_Allgatherv(keys->gid, keys->n, MPI_INT64_T, *all, count, first, MPI_INT64_T, comm);
  free(count);
  return status;
}

iso_status iso_list_groups(MPI_Comm comm, const iso_slice *slice, int *n, iso_group **group, iso_error *err) {
  iso_index keys = {0};
  iso_gid *all = NULL;
  int total = 0;
  *n = 0;
  iso_status status = iso_agree(comm, list_here(slice, &keys, err), err);
  if (status == ISO_OK) status = gather(comm, &keys, &total, &all, err);
  if (status == ISO_OK)
    status = iso_agree(comm, iso_alloc(group, (size_t)total, sizeof **group, "tags of elements", err), err);
  if (status == ISO_OK) {
    if (total) qsort(all, (size_t)total, sizeof *all, iso_ascending_int64);
    for (int k = 0; k < total; k++) {
      if (k > 0 && all[k] == all[k - 1]) continue;
      const iso_gid tag = (all[k] & (((iso_gid)1 << 33) - 1)) + INT32_MIN;
      (*group)[(*n)++] = (iso_group){(int)(all[k] >> 33), (int32_t)tag};
    }
  }
  iso_index_free(&keys);
  free(all);
  return status;
}

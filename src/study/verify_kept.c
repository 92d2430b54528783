/* Whether the snapshots that a checkpoint goes on from are beside it. */
#include "study/verify_parts.h"

#include "base/memory.h"
#include "base/share.h"
#include "grid/share/blocks.h"
#include "result/netcdf_file.h"
#include "result/spool.h"
#include "study/restart.h"

#include <stdlib.h>

/* On rank 0. Both are 0 of what is no checkpoint, or has none. */
static void read_kept(const char *path, int64_t *count, int64_t *sum) {
  int nc, variable;
  long long value[2] = {0, 0};
  static const char *const names[] = {"snapshots.count", "snapshots.checksum"};
  if (iso_nc_open(path, &nc) != NC_NOERR) return;
  for (int k = 0; k < 2; k++)
    if (nc_inq_varid(nc, names[k], &variable) != NC_NOERR ||
        nc_get_var_longlong(nc, variable, &value[k]) != NC_NOERR)
      value[0] = 0;
  nc_close(nc);
  *count = value[0], *sum = value[1];
}

static iso_status compare(iso_spool *spool, const char *path, int64_t count, int64_t sum, iso_error *err) {
  float *row = NULL;
  iso_status status = iso_alloc(&row, (size_t)spool->count, sizeof *row, "a snapshot", err);
  status = iso_agree(spool->comm, status, err);
  for (int64_t k = 0; k < count && status == ISO_OK; k++) status = iso_spool_next(spool, row, err);
  free(row);
  ISO_TRY(status);
  if ((int64_t)iso_spool_sum(spool) == sum) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "%s: %s holds other snapshots than those of its run", path, spool->path);
}

iso_status iso_verify_kept(MPI_Comm comm, const char *path, int64_t nnodes, iso_error *err) {
  const int rank = iso_rank(comm);
  int64_t kept[2] = {0, 0};
  int size;
  char *name = NULL;
  iso_spool spool;
  MPI_Comm_size(comm, &size);
  if (rank == 0) read_kept(path, &kept[0], &kept[1]);
  MPI_Bcast(kept, 2, MPI_INT64_T, 0, comm);
  if (kept[0] == 0) return ISO_OK;
  ISO_TRY(iso_agree(comm, iso_restart_spool(path, &name, err), err));
  const int64_t first = iso_block_first(nnodes, size, rank);
  iso_status status = iso_spool_open(&spool, comm, name, false, nnodes, first,
                                     iso_block_first(nnodes, size, rank + 1) - first, err);
  free(name);
  ISO_TRY(status);
  status = compare(&spool, path, kept[0], kept[1], err);
  iso_spool_close(&spool);
  return status;
}

#include "result/series_read.h"

#include "base/input.h"
#include "base/memory.h"
#include "base/share.h"
#include "result/netcdf_file.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHECKSUM = 32 };

static iso_status fail_kind(const iso_series_file *f, iso_error *err) {
  return iso_fail(err, ISO_EINPUT, "%s: holds no snapshots of Vm; name a result like PREFIX_vm.e.nc",
                  f->path);
}

static iso_status check_mesh(const iso_series_file *f, iso_error *err) {
  char was[CHECKSUM] = "", is[CHECKSUM];
  size_t length = 0;
  snprintf(is, sizeof is, "%016llx", (unsigned long long)f->mesh->checksum);
  if (nc_inq_attlen(f->id, NC_GLOBAL, "mesh_checksum", &length) != NC_NOERR || length >= sizeof was ||
      nc_get_att_text(f->id, NC_GLOBAL, "mesh_checksum", was) != NC_NOERR)
    return fail_kind(f, err);
  if (!strcmp(was, is)) return ISO_OK;
  return iso_fail(
      err, ISO_EINPUT,
      "%s: is of another mesh: the checksum of nodes, elements, tags and fibres was %s and is %s; use the "
      "configuration of that run",
      f->path, was, is);
}

/* Whether the first result on nodes is Vm: maps have others. */
static bool holds_vm(const iso_series_file *f) {
  char name[NC_MAX_NAME + 1] = "";
  int names, dims[NC_MAX_VAR_DIMS], ndims;
  size_t length;
  return nc_inq_varid(f->id, "name_nod_var", &names) == NC_NOERR &&
         nc_inq_var(f->id, names, NULL, NULL, &ndims, dims, NULL) == NC_NOERR && ndims == 2 &&
         nc_inq_dimlen(f->id, dims[1], &length) == NC_NOERR && length < sizeof name &&
         nc_get_vara_text(f->id, names, (size_t[]){0, 0}, (size_t[]){1, length}, name) == NC_NOERR &&
         !strcmp(name, "Vm");
}

static iso_status read_times(iso_series_file *f, iso_error *err) {
  int time, ndims, dims[NC_MAX_VAR_DIMS];
  size_t nsteps, nnodes;
  if (!holds_vm(f) || nc_inq_varid(f->id, "vals_nod_var1", &f->vm) != NC_NOERR ||
      nc_inq_varid(f->id, "time_whole", &time) != NC_NOERR ||
      nc_inq_var(f->id, f->vm, NULL, NULL, &ndims, dims, NULL) != NC_NOERR || ndims != 2 ||
      nc_inq_dimlen(f->id, dims[0], &nsteps) != NC_NOERR ||
      nc_inq_dimlen(f->id, dims[1], &nnodes) != NC_NOERR || nnodes != (size_t)f->mesh->nnodes || nsteps == 0)
    return fail_kind(f, err);
  f->nsteps = (int64_t)nsteps;
  ISO_TRY(iso_alloc(&f->time_ms, nsteps, sizeof *f->time_ms, "times of snapshots", err));
  return nc_get_vara_double(f->id, time, (size_t[]){0}, &nsteps, f->time_ms) == NC_NOERR ? ISO_OK
                                                                                         : fail_kind(f, err);
}

/* Snapshots are read one after the other, and a chunk has several: all chunks of this rank's part of one are
 * kept, which HDF5 would otherwise unpack again for each. */
static void keep_chunks(const iso_series_file *f) {
  size_t chunk[2] = {0};
  int storage;
  if (nc_inq_var_chunking(f->id, f->vm, &storage, chunk) != NC_NOERR || storage != NC_CHUNKED) return;
  const size_t n = (size_t)f->count / chunk[1] + 2;
  nc_set_var_chunk_cache(f->id, f->vm, n * chunk[0] * chunk[1] * sizeof(float), 10 * n + 1, 0.75f);
}

/* On this rank. */
static iso_status open_file(iso_series_file *f, iso_error *err) {
  const char *why = iso_input_trouble(f->path);
  if (why) return iso_fail(err, ISO_EINPUT, "%s: cannot be opened (%s); check the path", f->path, why);
  if (iso_nc_open(f->path, &f->id) != NC_NOERR) {
    f->id = -1;
    return fail_kind(f, err);
  }
  ISO_TRY(check_mesh(f, err));
  ISO_TRY(read_times(f, err));
  keep_chunks(f);
  return iso_alloc(&f->block, (size_t)f->count, sizeof *f->block, "a snapshot", err);
}

iso_status iso_series_open(iso_series_file *out, const char *path, const iso_mesh *mesh, iso_error *err) {
  int size;
  const int rank = iso_rank(mesh->comm);
  MPI_Comm_size(mesh->comm, &size);
  *out = (iso_series_file){.path = path, .mesh = mesh, .id = -1};
  out->first = iso_block_first(mesh->nnodes, size, rank);
  out->count = iso_block_first(mesh->nnodes, size, rank + 1) - out->first;
  ISO_TRY(iso_agree(mesh->comm, open_file(out, err), err));
  return iso_block_plan_new(&out->plan, mesh->comm, mesh->nnodes, mesh->nowned, mesh->gid, err);
}

iso_status iso_series_get(iso_series_file *f, int64_t step, double *owned, iso_error *err) {
  const size_t start[] = {(size_t)step, (size_t)f->first}, count[] = {1, (size_t)f->count};
  const int code = f->count > 0 ? nc_get_vara_double(f->id, f->vm, start, count, f->block) : NC_NOERR;
  iso_status status = ISO_OK;
  if (code != NC_NOERR)
    status = iso_fail(err, ISO_EINPUT, "%s: snapshot %lld cannot be read (%s)", f->path, (long long)step,
                      nc_strerror(code));
  ISO_TRY(iso_agree(f->mesh->comm, status, err));
  return iso_block_plan_fetch(f->plan, f->block, sizeof *owned, owned, err);
}

void iso_series_close(iso_series_file *f) {
  if (f->id >= 0) nc_close(f->id);
  iso_block_plan_free(f->plan);
  free(f->time_ms);
  free(f->block);
  *f = (iso_series_file){.id = -1};
}

#include "result/netcdf_file.h"

#include "base/share.h"
#include "result/seal.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <netcdf_par.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Room for HDF5's headers and indices beside the data: of the file, and of one variable or dimension (some
 * 300 bytes). */
#define METADATA_BYTES (1 << 20)
#define VARIABLE_BYTES 2048

/* A chunk: 256 kB to 512 kB of values, and its entry in HDF5's index, which starts with room for some. */
#define CHUNK_VALUES 65536
#define CHUNK_BYTES 256
#define CHUNKED_BYTES 4096

iso_status iso_nc_fail_memory(const char *path, iso_error *err) {
  return iso_fail(err, ISO_EFAIL, "%s: out of memory for it; use more ranks or nodes, or a coarser mesh",
                  path);
}

iso_status iso_nc(const iso_ncfile *file, int code, iso_error *err) {
  if (code == NC_NOERR) return ISO_OK;
  if (code == NC_ENOMEM) return iso_nc_fail_memory(file->target.path, err);
  if (code == NC_ERANGE) /* the disk is not to blame */
    return iso_fail(
        err, ISO_EFAIL,
        "%s: a value is beyond %.2g, the most that the file's single precision holds: the ionic model or a "
        "stimulus overflowed; reduce time.step_ms or the amplitude of the stimuli",
        file->target.path, (double)FLT_MAX);
  return iso_fail(err, ISO_EFAIL,
                  "%s: writing failed (%s); check the disk's space and health, or choose another "
                  "output",
                  file->target.path, nc_strerror(code));
}

/* ---- names that NetCDF takes as they stand ---- */

/* To be freed; NULL where memory is short. */
static char *plain_name(const char *path) {
  const size_t size = strlen(path) + sizeof "./";
  char *name = malloc(size);
  if (name) snprintf(name, size, "%s%s", *path == '/' ? "" : "./", path);
  return name;
}

int iso_nc_open(const char *path, int *id) {
  char *name = plain_name(path);
  const int code = name ? nc_open(name, NC_NOWRITE, id) : NC_ENOMEM;
  free(name);
  return code;
}

/* Whether every rank has a name: a call that some leave out would wait for ever. */
static bool all_have(MPI_Comm comm, const char *name) {
  int have = name != NULL;
  MPI_Allreduce(MPI_IN_PLACE, &have, 1, MPI_INT, MPI_LAND, comm);
  return have;
}

int iso_nc_open_par(const char *path, MPI_Comm comm, int *id) {
  char *name = plain_name(path);
  const int code = all_have(comm, name) ? nc_open_par(name, NC_NOWRITE, comm, MPI_INFO_NULL, id) : NC_ENOMEM;
  free(name);
  return code;
}

static int create(const char *path, MPI_Comm comm, int *id) {
  char *name = plain_name(path);
  const int code = all_have(comm, name)
                       ? nc_create_par(name, NC_NETCDF4 | NC_CLOBBER, comm, MPI_INFO_NULL, id)
                       : NC_ENOMEM;
  free(name);
  return code;
}

/* ---- files ---- */

static iso_status agree(iso_ncfile *file, iso_status status, iso_error *err) {
  return iso_agree(file->target.comm, status, err);
}

static iso_status reserve(iso_ncfile *file, int64_t bytes, iso_error *err) {
  file->bytes = bytes;
  return iso_atomic_reserve(&file->target, bytes, err);
}

/* NetCDF-C 4.9.0 takes a backslash for a slash, as Windows does: its file would be another one. */
static iso_status check_name(const char *path, iso_error *err) {
  if (!strchr(path, '\\')) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "%s: NetCDF takes a backslash for a slash; choose a name without", path);
}

iso_status iso_ncfile_create(iso_ncfile *file, MPI_Comm comm, const char *path, iso_error *err) {
  memset(file, 0, sizeof *file);
  ISO_TRY(check_name(path, err));
  ISO_TRY(iso_atomic_begin(&file->target, comm, path, err));
  /* Not even an empty file is started on a full disk. */
  if (reserve(file, METADATA_BYTES, err) != ISO_OK) {
    iso_atomic_abandon(&file->target);
    return ISO_EFAIL;
  }
  const int code = create(file->target.temporary, comm, &file->id);
  file->open = code == NC_NOERR;
  iso_status status = iso_nc(file, code, err);
  int before;
  if (status == ISO_OK) status = iso_nc(file, nc_set_fill(file->id, NC_NOFILL, &before), err);
  status = agree(file, status, err);
  if (status == ISO_OK) status = reserve(file, METADATA_BYTES, err);
  if (status != ISO_OK) iso_ncfile_discard(file);
  return status;
}

iso_status iso_ncfile_check(MPI_Comm comm, const char *path, iso_error *err) {
  iso_ncfile file;
  ISO_TRY(iso_output_folder(comm, path, err));
  ISO_TRY(iso_ncfile_create(&file, comm, path, err));
  iso_ncfile_discard(&file);
  return ISO_OK;
}

iso_status iso_nc_dimension(iso_ncfile *file, const char *name, int64_t length, int *id, iso_error *err) {
  return iso_nc(file, nc_def_dim(file->id, name, (size_t)length, id), err);
}

iso_status iso_nc_text(iso_ncfile *file, int variable, const char *name, const char *text, iso_error *err) {
  file->bytes += (int64_t)strlen(text);
  return iso_nc(file, nc_put_att_text(file->id, variable, name, strlen(text), text), err);
}

iso_status iso_nc_float(iso_ncfile *file, int variable, const char *name, float value, iso_error *err) {
  return iso_nc(file, nc_put_att_float(file->id, variable, name, NC_FLOAT, 1, &value), err);
}

iso_status iso_nc_int(iso_ncfile *file, int variable, const char *name, int value, iso_error *err) {
  return iso_nc(file, nc_put_att_int(file->id, variable, name, NC_INT, 1, &value), err);
}

iso_status iso_nc_variable(iso_ncfile *file, const char *name, nc_type type, int ndims, const int *dimensions,
                           const char *unit, const char *long_name, int *id, iso_error *err) {
  ISO_TRY(iso_nc(file, nc_def_var(file->id, name, type, ndims, dimensions, id), err));
  if (unit) ISO_TRY(iso_nc_text(file, *id, "units", unit, err));
  if (long_name) ISO_TRY(iso_nc_text(file, *id, "long_name", long_name, err));
  return ISO_OK;
}

iso_status iso_nc_result(iso_ncfile *file, const char *name, nc_type type, int ndims, const int *dimensions,
                         const char *unit, const char *long_name, int *id, iso_error *err) {
  double never = NAN;
  ISO_TRY(iso_nc_variable(file, name, type, ndims, dimensions, unit, long_name, id, err));
  if (type != NC_FLOAT && type != NC_DOUBLE) return ISO_OK;
  return iso_nc(file, nc_put_att_double(file->id, *id, "_FillValue", type, 1, &never), err);
}

int64_t iso_nc_chunks(int64_t length, int64_t width) {
  const int64_t n = (length * width + CHUNK_VALUES - 1) / CHUNK_VALUES;
  return n > 2 ? n : 2;
}

/* Length of each dimension of a variable; returns their number. Nothing here can fail on a valid variable. */
static int shape_of(const iso_ncfile *file, int variable, size_t *length) {
  int ndims = 0, dimensions[NC_MAX_VAR_DIMS];
  nc_inq_var(file->id, variable, NULL, NULL, &ndims, dimensions, NULL);
  for (int d = 0; d < ndims; d++) nc_inq_dimlen(file->id, dimensions[d], &length[d]);
  return ndims;
}

iso_status iso_nc_store(iso_ncfile *file, int variable, int along, int level, iso_error *err) {
  size_t chunk[NC_MAX_VAR_DIMS] = {0}, width = 1;
  const int ndims = shape_of(file, variable, chunk);
  for (int d = along + 1; d < ndims; d++) width *= chunk[d];
  const size_t n = (size_t)iso_nc_chunks((int64_t)chunk[along], (int64_t)width);
  chunk[along] = (chunk[along] + n - 1) / n;
  for (int d = 0; d < along; d++) chunk[d] = 1;
  return iso_nc_store_chunks(file, variable, chunk, level, err);
}

iso_status iso_nc_store_chunks(iso_ncfile *file, int variable, const size_t *chunk, int level,
                               iso_error *err) {
  ISO_TRY(iso_nc(file, nc_def_var_chunking(file->id, variable, NC_CHUNKED, chunk), err));
  return level == 0 ? ISO_OK : iso_nc(file, nc_def_var_deflate(file->id, variable, 1, 1, level), err);
}

/* Bytes of a variable at its present size, none of it compressed. */
static int64_t bytes_of(const iso_ncfile *file, int variable) {
  size_t length[NC_MAX_VAR_DIMS], chunk[NC_MAX_VAR_DIMS], size = 0;
  int storage = NC_CONTIGUOUS;
  int64_t nchunks = 1;
  nc_type type = NC_BYTE;
  nc_inq_vartype(file->id, variable, &type);
  nc_inq_type(file->id, type, NULL, &size);
  int ndims = shape_of(file, variable, length);
  nc_inq_var_chunking(file->id, variable, &storage, chunk);
  for (int d = 0; d < ndims; d++) {
    const size_t n = storage == NC_CHUNKED ? (length[d] + chunk[d] - 1) / chunk[d] : 1;
    size *= storage == NC_CHUNKED ? n * chunk[d] : length[d];
    nchunks *= (int64_t)n;
  }
  return (int64_t)size + (storage == NC_CHUNKED ? CHUNKED_BYTES + CHUNK_BYTES * nchunks : 0);
}

/* NetCDF keeps each dimension as a dataset of that length, of 4-byte values that are never written. */
static int64_t bytes_of_dimensions(const iso_ncfile *file) {
  int ndimensions = 0;
  int64_t bytes = 0;
  nc_inq_ndims(file->id, &ndimensions);
  for (int d = 0; d < ndimensions; d++) {
    size_t length = 0;
    nc_inq_dimlen(file->id, d, &length);
    bytes += VARIABLE_BYTES + 4 * (int64_t)length;
  }
  return bytes;
}

static bool is_compressed(const iso_ncfile *file, int variable) {
  int shuffle, deflate = 0, level;
  nc_inq_var_deflate(file->id, variable, &shuffle, &deflate, &level);
  return deflate;
}

/* nc_enddef cuts the file after the last variable, and a compressed one takes hardly any room before it is
 * written: what was cut off is reserved again. The end of the file then moves, and HDF5 cuts it there. */
iso_status iso_ncfile_defined(iso_ncfile *file, iso_error *err) {
  int nvariables = 0;
  nc_inq_nvars(file->id, &nvariables);
  int64_t bytes = file->bytes + bytes_of_dimensions(file);
  for (int v = 0; v < nvariables; v++) bytes += bytes_of(file, v) + VARIABLE_BYTES;
  ISO_TRY(reserve(file, bytes, err));
  ISO_TRY(iso_room_hold(&file->seal, file->target.comm, file->target.path, ISO_SEAL_ROOM, err));
  bool compressed = false;
  for (int v = 0; v < nvariables; v++) compressed |= is_compressed(file, v);
  iso_status status = iso_nc(file, nc_enddef(file->id), err);
  for (int v = 0; v < nvariables && status == ISO_OK; v++)
    status = iso_nc(file, nc_var_par_access(file->id, v, NC_COLLECTIVE), err);
  ISO_TRY(agree(file, status, err));
  return compressed ? reserve(file, bytes, err) : ISO_OK;
}

static int put(int id, int variable, const size_t *start, const size_t *count, nc_type memory,
               const void *data) {
  switch (memory) {
  case NC_CHAR:
    return nc_put_vara_text(id, variable, start, count, data);
  case NC_INT:
    return nc_put_vara_int(id, variable, start, count, data);
  case NC_INT64:
    return nc_put_vara_longlong(id, variable, start, count, data);
  case NC_FLOAT:
    return nc_put_vara_float(id, variable, start, count, data);
  case NC_DOUBLE:
    return nc_put_vara_double(id, variable, start, count, data);
  default:
    return NC_EBADTYPE;
  }
}

iso_status iso_nc_put(iso_ncfile *file, int variable, const size_t *start, const size_t *count,
                      nc_type memory, const void *data, iso_error *err) {
  iso_status status = iso_nc(file, put(file->id, variable, start, count, memory, data), err);
  return agree(file, status, err);
}

iso_status iso_nc_put_root(iso_ncfile *file, int variable, nc_type memory, const void *data, iso_error *err) {
  size_t start[NC_MAX_VAR_DIMS] = {0}, count[NC_MAX_VAR_DIMS] = {0};
  if (iso_rank(file->target.comm) == 0) shape_of(file, variable, count);
  return iso_nc_put(file, variable, start, count, memory, data, err);
}

static iso_status close_file(iso_ncfile *file, iso_error *err) {
  if (!file->open) return ISO_OK;
  file->open = 0;
  return iso_nc(file, nc_close(file->id), err);
}

static iso_status length_of(const iso_ncfile *file, int64_t *bytes, iso_error *err) {
  struct stat st;
  *bytes = 0;
  if (stat(file->target.temporary, &st) != 0) return iso_fail_write(file->target.path, errno, err);
  *bytes = st.st_size;
  return ISO_OK;
}

iso_status iso_ncfile_shut(iso_ncfile *file, int64_t *bytes, iso_error *err) {
  ISO_TRY(agree(file, close_file(file, err), err));
  if (!bytes) return ISO_OK;
  const bool first = iso_rank(file->target.comm) == 0;
  ISO_TRY(agree(file, first ? length_of(file, bytes, err) : ISO_OK, err));
  MPI_Bcast(bytes, 1, MPI_INT64_T, 0, file->target.comm);
  return ISO_OK;
}

iso_status iso_ncfile_reopen(iso_ncfile *file, iso_error *err) {
  char *name = plain_name(file->target.temporary);
  int before, code = name ? nc_open(name, NC_WRITE, &file->id) : NC_ENOMEM;
  free(name);
  file->open = code == NC_NOERR;
  if (code == NC_NOERR) code = nc_redef(file->id);
  if (code == NC_NOERR) code = nc_set_fill(file->id, NC_NOFILL, &before);
  return iso_nc(file, code, err);
}

iso_status iso_ncfile_close(iso_ncfile *file, iso_error *err) {
  if (file->sealed) return ISO_OK;
  ISO_TRY(iso_ncfile_shut(file, NULL, err));
  file->sealed = 1;
  iso_room_release(&file->seal);
  return iso_seal_put(file->target.comm, file->target.temporary, file->target.path, err);
}

iso_status iso_ncfile_commit(iso_ncfile *file, iso_error *err) {
  iso_status status = iso_ncfile_close(file, err);
  if (status == ISO_OK) return iso_atomic_commit(&file->target, err);
  iso_ncfile_discard(file);
  return status;
}

iso_status iso_ncfile_finish(iso_ncfile *file, iso_status status, iso_error *err) {
  if (status == ISO_OK) return iso_ncfile_commit(file, err);
  iso_ncfile_discard(file);
  return status;
}

void iso_ncfile_discard(iso_ncfile *file) {
  close_file(file, NULL);
  iso_room_release(&file->seal);
  iso_atomic_abandon(&file->target);
}

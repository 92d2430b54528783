/* What a file of shape modes makes of scores. */
#include "study/shape_file.h"

#include "anatomy/corresponding.h"
#include "base/input.h"
#include "base/memory.h"
#include "result/netcdf_file.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One rank's. */
typedef struct reader {
  const char *path;
  const iso_slice *slice;
  uint64_t topology;
  int id;
  double (*to)[3], (*mode)[3]; /* [slice nnode] */
  iso_error *err;
} reader;

#define SHAPE_FORMAT "'isochrone mesh modes' writes such files (docs/file-formats.md)"

static iso_status check(const reader *r, const char *name, int code) {
  if (code == NC_NOERR) return ISO_OK;
  return iso_fail(r->err, ISO_EINPUT, "%s: '%s' cannot be read (%s); " SHAPE_FORMAT, r->path, name,
                  nc_strerror(code));
}

/* A variable of numbers with so many dimensions, and how long these are. */
static iso_status find(const reader *r, const char *name, int ndims, int *variable, size_t length[3]) {
  int n, dim[NC_MAX_VAR_DIMS];
  nc_type type;
  ISO_TRY(check(r, name, nc_inq_varid(r->id, name, variable)));
  ISO_TRY(check(r, name, nc_inq_var(r->id, *variable, NULL, &type, &n, dim, NULL)));
  if (n != ndims || (type != NC_DOUBLE && type != NC_FLOAT))
    return iso_fail(r->err, ISO_EINPUT, "%s: '%s' is not of real numbers along %d dimensions; " SHAPE_FORMAT,
                    r->path, name, ndims);
  for (int d = 0; d < ndims; d++) ISO_TRY(check(r, name, nc_inq_dimlen(r->id, dim[d], &length[d])));
  return ISO_OK;
}

static iso_status check_unit(const reader *r, const char *name, int variable) {
  char unit[16] = "";
  size_t length;
  if (nc_inq_attlen(r->id, variable, "units", &length) != NC_NOERR) return ISO_OK;
  if (length < sizeof unit) ISO_TRY(check(r, name, nc_get_att_text(r->id, variable, "units", unit)));
  if (!strcmp(unit, "mm")) return ISO_OK;
  return iso_fail(r->err, ISO_EINPUT, "%s: '%s' is in '%s'; shape modes are in mm", r->path, name, unit);
}

static iso_status check_numbers(const reader *r, const char *name, size_t n, const double *value) {
  for (size_t k = 0; k < n; k++)
    if (!isfinite(value[k]))
      return iso_fail(r->err, ISO_EINPUT, "%s: '%s' has a number that is not finite; make the file anew",
                      r->path, name);
  return ISO_OK;
}

/* This rank's nodes; mode -1: of the mean. */
static iso_status read_nodes(const reader *r, const char *name, int variable, int mode, double (*out)[3]) {
  const size_t start[3] = {(size_t)(mode < 0 ? 0 : mode), (size_t)r->slice->first_node, 0};
  const size_t count[3] = {1, (size_t)r->slice->nnode, 3};
  const int skip = mode < 0;
  if (r->slice->nnode == 0) return ISO_OK;
  ISO_TRY(check(r, name, nc_get_vara_double(r->id, variable, start + skip, count + skip, out[0])));
  return check_numbers(r, name, 3 * count[1], out[0]);
}

static iso_status check_nodes(const reader *r, const char *name, size_t nodes, size_t axes) {
  if (axes == 3 && nodes == (size_t)r->slice->nnodes) return ISO_OK;
  return iso_fail(
      r->err, ISO_EINPUT,
      "%s: '%s' is of %zu nodes with %zu coordinates, and the mesh has %lld nodes with 3; use one of "
      "the meshes that the modes were made of",
      r->path, name, nodes, axes, (long long)r->slice->nnodes);
}

/* Where the file says what its elements are. */
static iso_status check_topology(const reader *r) {
  char was[32] = "", is[32];
  size_t length;
  if (nc_inq_attlen(r->id, NC_GLOBAL, "elements_checksum", &length) != NC_NOERR) return ISO_OK;
  if (length < sizeof was)
    ISO_TRY(check(r, "elements_checksum", nc_get_att_text(r->id, NC_GLOBAL, "elements_checksum", was)));
  snprintf(is, sizeof is, "%016" PRIx64, r->topology);
  if (!strcmp(was, is)) return ISO_OK;
  return iso_fail(
      r->err, ISO_EINPUT,
      "%s: its meshes have as many nodes as this one and other elements, so that the nodes do not "
      "correspond; use one of the meshes that the modes were made of",
      r->path);
}

static iso_status add_mode(const reader *r, int variable, int k, double by_mm) {
  ISO_TRY(read_nodes(r, "mode", variable, k, r->mode));
  for (int64_t i = 0; i < r->slice->nnode; i++)
    for (int a = 0; a < 3; a++) r->to[i][a] += by_mm * r->mode[i][a];
  return ISO_OK;
}

static iso_status add_modes(const reader *r, int n, const double *score) {
  int mode, sd;
  size_t length[3], nsd[3], count = (size_t)n;
  double *sd_mm;
  ISO_TRY(find(r, "mode", 3, &mode, length));
  ISO_TRY(check_nodes(r, "mode", length[1], length[2]));
  ISO_TRY(find(r, "sd", 1, &sd, nsd));
  const size_t there = length[0] < nsd[0] ? length[0] : nsd[0];
  if (there < count)
    return iso_fail(r->err, ISO_EINPUT, "%s has %zu modes, and there are %zu scores; leave the last ones out",
                    r->path, there, count);
  ISO_TRY(iso_alloc(&sd_mm, count, sizeof *sd_mm, "standard deviations", r->err));
  const size_t start = 0;
  iso_status status = n > 0 ? check(r, "sd", nc_get_vara_double(r->id, sd, &start, &count, sd_mm)) : ISO_OK;
  if (status == ISO_OK) status = check_numbers(r, "sd", count, sd_mm);
  for (int k = 0; k < n && status == ISO_OK; k++) status = add_mode(r, mode, k, score[k] * sd_mm[k]);
  free(sd_mm);
  return status;
}

static iso_status read_all(const reader *r, int n, const double *score) {
  int mean;
  size_t length[3];
  ISO_TRY(find(r, "mean", 2, &mean, length));
  ISO_TRY(check_unit(r, "mean", mean));
  ISO_TRY(check_nodes(r, "mean", length[0], length[1]));
  ISO_TRY(check_topology(r));
  ISO_TRY(read_nodes(r, "mean", mean, -1, r->to));
  return add_modes(r, n, score);
}

/* Every rank opens the file for itself: reading needs no coordination, and so any kind of NetCDF will do. */
static iso_status read_file(reader *r, int n, const double *score) {
  const size_t nnode = (size_t)r->slice->nnode;
  const char *why = iso_input_trouble(r->path);
  if (why) return iso_fail(r->err, ISO_EINPUT, "%s: cannot be opened (%s); check the path", r->path, why);
  const int code = iso_nc_open(r->path, &r->id);
  if (code != NC_NOERR)
    return iso_fail(r->err, ISO_EINPUT, "%s: cannot be opened as NetCDF (%s); " SHAPE_FORMAT, r->path,
                    nc_strerror(code));
  iso_status status = iso_alloc(&r->to, nnode, sizeof *r->to, "a shape", r->err);
  if (status == ISO_OK) status = iso_alloc(&r->mode, nnode, sizeof *r->mode, "a shape", r->err);
  if (status == ISO_OK) status = read_all(r, n, score);
  nc_close(r->id);
  return status;
}

iso_status iso_shape_file_places(MPI_Comm comm, const char *path, int n, const double *score,
                                 const iso_slice *slice, double (**out)[3], iso_error *err) {
  reader r = {.path = path, .slice = slice, .topology = iso_topology_hash(comm, slice), .err = err};
  const iso_status status = iso_agree(comm, read_file(&r, n, score), err);
  free(r.mode);
  if (status == ISO_OK)
    *out = r.to;
  else
    free(r.to);
  return status;
}

#include "fit/twin_read.h"

#include "base/input.h"
#include "base/memory.h"
#include "fit/twin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static iso_status check(const iso_twin_file *f, int code) {
  if (code == NC_NOERR) return ISO_OK;
  return iso_fail(f->err, ISO_EINPUT, "%s: this is no twin of this program (%s)", f->path, nc_strerror(code));
}

iso_status iso_twin_open(iso_twin_file *out, const char *path, iso_error *err) {
  *out = (iso_twin_file){-1, path, err};
  const char *why = iso_input_trouble(path);
  if (why)
    return iso_fail(err, ISO_EINPUT, "%s: cannot be opened (%s); check the path: isochrone fit makes it",
                    path, why);
  const int code = iso_nc_open(path, &out->nc);
  if (code != NC_NOERR) out->nc = -1;
  if (code != NC_NOERR || !iso_twin_is(out->nc))
    return iso_fail(err, ISO_EINPUT, "%s: this is no twin; name a NAME.twin.nc of isochrone fit", path);
  return ISO_OK;
}

void iso_twin_close(iso_twin_file *f) {
  if (f->nc >= 0) nc_close(f->nc);
  f->nc = -1;
}

iso_status iso_twin_length(const iso_twin_file *f, const char *name, size_t *out) {
  int id;
  ISO_TRY(check(f, nc_inq_dimid(f->nc, name, &id)));
  return check(f, nc_inq_dimlen(f->nc, id, out));
}

/* NetCDF writes as many numbers as the variable has. */
static iso_status check_length(const iso_twin_file *f, int id, const char *name, size_t n) {
  int ndims, dims[NC_MAX_VAR_DIMS];
  size_t total = 1, length;
  ISO_TRY(check(f, nc_inq_var(f->nc, id, NULL, NULL, &ndims, dims, NULL)));
  for (int d = 0; d < ndims; d++) {
    ISO_TRY(check(f, nc_inq_dimlen(f->nc, dims[d], &length)));
    total *= length;
  }
  if (total == n) return ISO_OK;
  return iso_fail(f->err, ISO_EINPUT, "%s: this is no twin of this program (%s has %zu numbers, not %zu)",
                  f->path, name, total, n);
}

iso_status iso_twin_numbers(const iso_twin_file *f, const char *name, size_t n, double **out) {
  int id;
  ISO_TRY(check(f, nc_inq_varid(f->nc, name, &id)));
  ISO_TRY(check_length(f, id, name, n));
  ISO_TRY(iso_alloc(out, n, sizeof **out, "a twin", f->err));
  const iso_status status = check(f, nc_get_var_double(f->nc, id, *out));
  if (status == ISO_OK) return ISO_OK;
  free(*out);
  *out = NULL;
  return status;
}

iso_status iso_twin_number(const iso_twin_file *f, const char *name, double *out) {
  double *one;
  ISO_TRY(iso_twin_numbers(f, name, 1, &one));
  *out = *one;
  free(one);
  return ISO_OK;
}

iso_status iso_twin_text(const iso_twin_file *f, const char *name, size_t k, const char *length,
                         char out[257]) {
  int id;
  size_t size;
  ISO_TRY(iso_twin_length(f, length, &size));
  ISO_TRY(check(f, nc_inq_varid(f->nc, name, &id)));
  memset(out, 0, 257);
  return check(f, nc_get_vara_text(f->nc, id, (size_t[]){k, 0}, (size_t[]){1, size < 256 ? size : 256}, out));
}

iso_status iso_twin_configuration(const iso_twin_file *f, char **out) {
  size_t length;
  ISO_TRY(check(f, nc_inq_attlen(f->nc, NC_GLOBAL, "configuration", &length)));
  ISO_TRY(iso_alloc(out, length + 1, 1, "a configuration", f->err));
  return check(f, nc_get_att_text(f->nc, NC_GLOBAL, "configuration", *out));
}

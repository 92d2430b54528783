#include "grid/format/exodus_file.h"

#include "base/input.h"

#include <netcdf.h>
#include <string.h>

iso_status iso_exodus_open(const char *path, int *file, iso_error *err) {
  const char *why = iso_input_trouble(path);
  if (why) return iso_fail(err, ISO_EINPUT, "%s cannot be opened: %s; check the path", path, why);
  const int code = nc_open(path, NC_NOWRITE, file);
  if (code == NC_NOERR) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "%s is no file that NetCDF reads (%s); copy or write it again", path,
                  nc_strerror(code));
}

bool iso_exodus_has(int file, const char *variable) {
  int id;
  return nc_inq_varid(file, variable, &id) == NC_NOERR;
}

/* The id of a variable that holds rows [first, first + n); *depth: its number of dimensions. A leading
 * dimension of time steps counts as none: its last entry is taken. */
static iso_status find(int file, const char *path, const char *variable, int64_t first, int64_t n,
                       int64_t width, int *id, size_t start[3], size_t count[3], iso_error *err) {
  int dimension[NC_MAX_VAR_DIMS], depth = 0;
  size_t length[3];
  if (nc_inq_varid(file, variable, id) != NC_NOERR)
    return iso_fail(err, ISO_EINPUT, "%s has no variable '%s'; is it a complete Exodus file?", path,
                    variable);
  if (nc_inq_varndims(file, *id, &depth) != NC_NOERR || depth < 1 || depth > 3 ||
      nc_inq_vardimid(file, *id, dimension) != NC_NOERR)
    return iso_fail(err, ISO_EINPUT, "%s: the variable '%s' has %d dimensions; is it an Exodus file?", path,
                    variable, depth);
  for (int d = 0; d < depth; d++)
    if (nc_inq_dimlen(file, dimension[d], &length[d]) != NC_NOERR)
      return iso_fail(err, ISO_EINPUT, "%s: the variable '%s' cannot be read", path, variable);
  const int want = width > 0 ? 2 : 1, of_time = depth - want;
  const bool holds = of_time >= 0 && of_time <= 1 && (of_time == 0 || length[0] > 0) &&
                     (uint64_t)(first + n) <= length[of_time] &&
                     (width == 0 || length[of_time + 1] == (size_t)width);
  if (!holds)
    return iso_fail(err, ISO_EINPUT, "%s: the variable '%s' is smaller than the file says; it is damaged",
                    path, variable);
  if (of_time) start[0] = length[0] - 1, count[0] = 1;
  start[of_time] = (size_t)first, count[of_time] = (size_t)n;
  if (width) start[of_time + 1] = 0, count[of_time + 1] = (size_t)width;
  return ISO_OK;
}

static iso_status fail_read(const char *path, const char *variable, int code, iso_error *err) {
  return iso_fail(err, ISO_EINPUT, "%s: the variable '%s' cannot be read: %s", path, variable,
                  nc_strerror(code));
}

iso_status iso_exodus_integers(int file, const char *path, const char *variable, int64_t first, int64_t n,
                               int64_t width, int64_t *value, iso_error *err) {
  size_t start[3], count[3];
  int id;
  _Static_assert(sizeof(long long) == sizeof(int64_t), "NetCDF's widest integers are ours");
  ISO_TRY(find(file, path, variable, first, n, width, &id, start, count, err));
  const int code = n > 0 ? nc_get_vara_longlong(file, id, start, count, (long long *)value) : NC_NOERR;
  return code == NC_NOERR ? ISO_OK : fail_read(path, variable, code, err);
}

iso_status iso_exodus_reals(int file, const char *path, const char *variable, int64_t first, int64_t n,
                            double *value, iso_error *err) {
  size_t start[3], count[3];
  int id;
  ISO_TRY(find(file, path, variable, first, n, 0, &id, start, count, err));
  const int code = n > 0 ? nc_get_vara_double(file, id, start, count, value) : NC_NOERR;
  return code == NC_NOERR ? ISO_OK : fail_read(path, variable, code, err);
}

iso_status iso_exodus_row(int file, const char *path, const char *variable, int row, int64_t first, int64_t n,
                          double *value, iso_error *err) {
  const size_t start[2] = {(size_t)row, (size_t)first}, count[2] = {1, (size_t)n};
  int dimension[NC_MAX_VAR_DIMS], id, depth;
  size_t rows, columns;
  if (nc_inq_varid(file, variable, &id) != NC_NOERR || nc_inq_varndims(file, id, &depth) != NC_NOERR ||
      depth != 2 || nc_inq_vardimid(file, id, dimension) != NC_NOERR ||
      nc_inq_dimlen(file, dimension[0], &rows) != NC_NOERR ||
      nc_inq_dimlen(file, dimension[1], &columns) != NC_NOERR || rows <= start[0] ||
      columns < (size_t)(first + n))
    return iso_fail(
        err, ISO_EINPUT,
        "%s: the variable '%s' has no row for each axis with a number for each node; it is damaged", path,
        variable);
  const int code = n > 0 ? nc_get_vara_double(file, id, start, count, value) : NC_NOERR;
  return code == NC_NOERR ? ISO_OK : fail_read(path, variable, code, err);
}

/* Maps of a twin, as data of another one. */
#include "fit/twin_read.h"

#include "base/memory.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_SD_MS 1e-6 /* as of the key sd_ms */

enum { SET, LINE, TIME, SD, VOLTAGE, POSITION, COLUMNS };

static iso_status find_set(const iso_twin_file *f, const char *name, double *out) {
  size_t n;
  char text[257];
  ISO_TRY(iso_twin_length(f, "set", &n));
  for (size_t k = 0; k < n; k++) {
    ISO_TRY(iso_twin_text(f, "set_name", k, "name_length", text));
    *out = (double)k;
    if (name && !strcmp(text, name)) return ISO_OK;
  }
  return iso_fail(f->err, ISO_EINPUT, "%s: the twin has no map '%.60s'; array names one of its maps", f->path,
                  name ? name : "");
}

static int by_number(const void *a, const void *b) {
  const int64_t x = ((const iso_lat_point *)a)->number, y = ((const iso_lat_point *)b)->number;
  return (x > y) - (x < y);
}

/* Any that a double has in full. */
static iso_status check_line(const iso_twin_file *f, size_t k, double line) {
  if (line >= 0 && line <= 0x1p53 && line == floor(line)) return ISO_OK;
  return iso_fail(f->err, ISO_EINPUT, "%s: this is no twin of this program (point_line of point %zu is %g)",
                  f->path, k, line);
}

static iso_status take(const iso_twin_file *f, iso_lat_map *out, size_t n, double set,
                       double *const *column) {
  for (size_t k = 0; k < n; k++) {
    const double *at = column[POSITION] + 3 * k;
    if (column[SET][k] != set) continue;
    ISO_TRY(check_line(f, k, column[LINE][k]));
    if (!(column[SD][k] >= LEAST_SD_MS))
      return iso_fail(f->err, ISO_EINPUT, "%s: this is no twin of this program (point_sd of point %zu is %g)",
                      f->path, k, column[SD][k]);
    ISO_TRY(iso_lat_map_add(out,
                            &(iso_lat_point){{at[0], at[1], at[2]},
                                             column[TIME][k],
                                             column[SD][k],
                                             column[VOLTAGE][k],
                                             (int64_t)column[LINE][k]},
                            f->err));
  }
  if (out->n > 0) qsort(out->point, (size_t)out->n, sizeof *out->point, by_number);
  return ISO_OK;
}

/* How many points of the set were too far from the heart to be kept. Twins of before do not say. */
static iso_status read_far(const iso_twin_file *f, double set, iso_lat_map *out) {
  size_t nsets;
  double *far;
  int id;
  out->far = -1;
  if (nc_inq_varid(f->nc, "set_far", &id) != NC_NOERR) return ISO_OK;
  ISO_TRY(iso_twin_length(f, "set", &nsets));
  ISO_TRY(iso_twin_numbers(f, "set_far", nsets, &far));
  out->far = far[(size_t)set] >= 0 && far[(size_t)set] <= INT_MAX ? (int)far[(size_t)set] : -1;
  free(far);
  return ISO_OK;
}

static iso_status read_points(const iso_twin_file *f, const iso_config_map *from, double **column,
                              iso_lat_map *out) {
  static const char *const names[COLUMNS] = {"point_set", "point_line",    "point_time",
                                             "point_sd",  "point_voltage", "point_position"};
  double set = -1;
  size_t n;
  ISO_TRY(find_set(f, from->array, &set));
  ISO_TRY(iso_twin_length(f, "point", &n));
  for (int c = 0; c < COLUMNS; c++)
    ISO_TRY(iso_twin_numbers(f, names[c], c == POSITION ? 3 * n : n, &column[c]));
  ISO_TRY(read_far(f, set, out));
  return take(f, out, n, set, column);
}

iso_status iso_twin_read_map(iso_lat_map *out, const iso_config_map *from, iso_error *err) {
  double *column[COLUMNS] = {NULL};
  iso_twin_file file;
  iso_status status = iso_twin_open(&file, from->file, err);
  if (status == ISO_OK) status = read_points(&file, from, column, out);
  iso_twin_close(&file);
  for (int c = 0; c < COLUMNS; c++) free(column[c]);
  return status;
}

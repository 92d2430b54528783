#include "fit/lat_map.h"

#include "base/csv.h"
#include "base/memory.h"
#include "fit/fit.h"
#include "fit/twin_read.h"
#include "grid/format/read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EXAMPLE "x,y,z,lat_ms"
#define LEAST_SD_MS 1e-6 /* as of the key sd_ms: squares of less are no weights */

static double mm_of(const char *unit) {
  if (!strcmp(unit, "um")) return 1e-3;
  if (!strcmp(unit, "cm")) return 10;
  return strcmp(unit, "m") ? 1 : 1000;
}

iso_status iso_lat_map_add(iso_lat_map *map, const iso_lat_point *point, iso_error *err) {
  if (isnan(point->lat_ms)) {
    map->unmeasured++;
    return ISO_OK;
  }
  if (map->n == map->room) {
    ISO_TRY(iso_realloc(&map->point, 2 * (size_t)map->room + 256, sizeof *map->point, "a map", err));
    map->room = 2 * map->room + 256;
  }
  map->point[map->n++] = *point;
  return ISO_OK;
}

/* ---- CSV ---- */

enum { X, Y, Z, LAT, NEEDED, SD = NEEDED, VOLTAGE, COLUMNS, MOST_FIELDS = 64 };
static const char *const columns[COLUMNS] = {"x", "y", "z", "lat_ms", "sd_ms", "voltage_mV"};

typedef struct reader {
  const iso_config_map *from;
  int line;
  int nfields;        /* of the first line */
  int place[COLUMNS]; /* field of each column, or -1 */
  iso_error *err;
} reader;

#define FAIL(r, ...) iso_fail((r)->err, ISO_EINPUT, __VA_ARGS__)

static iso_status read_head(reader *r, char *line) {
  char *field[MOST_FIELDS];
  const char *hint = strchr(line, ';') ? ", with commas between, not semicolons" : "";
  const int n = r->nfields = iso_csv_split(line, MOST_FIELDS, field);
  for (int c = 0; c < COLUMNS; c++) {
    r->place[c] = iso_csv_column(n, field, columns[c]);
    if (r->place[c] == ISO_CSV_TWICE)
      return FAIL(r, "%s:%d: there are two columns %s; rename the one that does not count", r->from->file,
                  r->line, columns[c]);
    if (r->place[c] < 0 && c < NEEDED)
      return FAIL(r, "%s:%d: there is no column %s; the first line has to name them, like " EXAMPLE "%s",
                  r->from->file, r->line, columns[c], hint);
  }
  return ISO_OK;
}

/* NAN where there is none. */
static iso_status read_number(const reader *r, int column, const char *text, double *out) {
  char *end = NULL;
  *out = NAN;
  if (column >= LAT && (!*text || !strcmp(text, "nan") || !strcmp(text, "NaN") || !strcmp(text, "NAN")))
    return ISO_OK;
  const bool plain = *text && strspn(text, "+-.0123456789eE") == strlen(text);
  if (plain) *out = strtod(text, &end);
  if (plain && !*end && isfinite(*out)) return ISO_OK;
  return FAIL(r, "%s:%d: %s is '%.60s', which is no number", r->from->file, r->line, columns[column], text);
}

static iso_status read_point(const reader *r, char *line, iso_lat_point *p) {
  char *field[MOST_FIELDS];
  double value[COLUMNS];
  const int n = iso_csv_split(line, MOST_FIELDS, field);
  if (n < 0)
    return FAIL(r, "%s:%d: more than %d fields, or a quote that does not end", r->from->file, r->line,
                MOST_FIELDS);
  if (n > r->nfields)
    return FAIL(r, "%s:%d: %d fields, and the first line names %d; numbers have points, not commas",
                r->from->file, r->line, n, r->nfields);
  for (int c = 0; c < COLUMNS; c++) {
    value[c] = NAN;
    if (r->place[c] < 0) continue;
    if (r->place[c] >= n)
      return FAIL(r, "%s:%d: the column %s is missing", r->from->file, r->line, columns[c]);
    ISO_TRY(read_number(r, c, field[r->place[c]], &value[c]));
  }
  if (value[SD] < LEAST_SD_MS)
    return FAIL(r, "%s:%d: sd_ms is %g; a standard deviation is above 0, and %g at least", r->from->file,
                r->line, value[SD], LEAST_SD_MS);
  *p = (iso_lat_point){{value[X], value[Y], value[Z]}, value[LAT], value[SD], value[VOLTAGE], r->line};
  return ISO_OK;
}

static iso_status read_csv(iso_lat_map *out, const iso_config_map *from, char *text, iso_error *err) {
  reader r = {.from = from, .err = err};
  bool has_head = false;
  text = iso_csv_begin(text);
  for (char *line; (line = iso_csv_line(&text));) {
    iso_lat_point p;
    r.line++;
    if (!*line || *line == '#') continue;
    if (!has_head) {
      ISO_TRY(read_head(&r, line));
      has_head = true;
      continue;
    }
    ISO_TRY(read_point(&r, line, &p));
    ISO_TRY(iso_lat_map_add(out, &p, err));
  }
  return ISO_OK;
}

/* ---- VTK ---- */

/* Numbers of points, [count]. */
typedef struct points {
  iso_gid n;
  double (*at)[3], *lat, *sd, *voltage;
} points;

/* An array that a file may have, or NANs. */
static iso_status read_optional(const char *file, const char *name, iso_gid n, double *out, iso_error *err) {
  bool has = false;
  for (iso_gid i = 0; i < n; i++) out[i] = NAN;
  ISO_TRY(iso_vtk_has_node_data(MPI_COMM_SELF, file, name, &has, err));
  return has ? iso_vtk_read_node_data(MPI_COMM_SELF, file, name, n, out, err) : ISO_OK;
}

static iso_status read_points(points *p, const iso_config_map *from, iso_error *err) {
  double **const room[] = {&p->lat, &p->sd, &p->voltage};
  ISO_TRY(iso_vtk_read_places(MPI_COMM_SELF, from->file, &p->n, &p->at, err));
  for (int k = 0; k < 3; k++) ISO_TRY(iso_alloc(room[k], (size_t)p->n, sizeof **room[k], "a map", err));
  ISO_TRY(iso_vtk_read_node_data(MPI_COMM_SELF, from->file, from->array ? from->array : columns[LAT], p->n,
                                 p->lat, err));
  ISO_TRY(read_optional(from->file, columns[SD], p->n, p->sd, err));
  return read_optional(from->file, columns[VOLTAGE], p->n, p->voltage, err);
}

static double or_none(double x) { return isfinite(x) ? x : NAN; }

static iso_status add_points(iso_lat_map *out, const points *p, const char *file, iso_error *err) {
  for (iso_gid i = 0; i < p->n; i++) {
    const double *at = p->at[i];
    if (p->sd[i] < LEAST_SD_MS)
      return iso_fail(err, ISO_EINPUT,
                      "%s: sd_ms of point %lld is %g; a standard deviation is above 0, and %g at least", file,
                      (long long)i, p->sd[i], LEAST_SD_MS);
    const iso_lat_point point = {
        {at[0], at[1], at[2]}, or_none(p->lat[i]), or_none(p->sd[i]), or_none(p->voltage[i]), i};
    ISO_TRY(iso_lat_map_add(out, &point, err));
  }
  return ISO_OK;
}

static iso_status read_vtk(iso_lat_map *out, const iso_config_map *from, iso_error *err) {
  points p = {0};
  iso_status status = read_points(&p, from, err);
  if (status == ISO_OK) status = add_points(out, &p, from->file, err);
  free(p.at);
  free(p.lat);
  free(p.sd);
  free(p.voltage);
  return status;
}

/* ---- either ---- */

static bool is_twin(const char *file) {
  const size_t n = strlen(file), end = sizeof ISO_END_TWIN - 1;
  return n > end && !strcmp(file + n - end, ISO_END_TWIN);
}

bool iso_lat_map_is_vtk(const char *file) {
  const char *dot = strrchr(file, '.');
  return dot && (!strcmp(dot, ".vtp") || !strcmp(dot, ".vtu") || !strcmp(dot, ".vtk"));
}

iso_status iso_lat_map_read(iso_lat_map *out, const iso_config_map *from, iso_error *err) {
  char *text = NULL;
  iso_status status;
  *out = (iso_lat_map){0};
  if (from->array && !iso_lat_map_is_vtk(from->file) && !is_twin(from->file))
    return iso_fail(
        err, ISO_EINPUT,
        "fit.maps.%.100s.array: '%.60s' would be an array of points in a VTK file; %s is none, and has its "
        "times by the name lat_ms: leave the key out",
        from->name, from->array, from->file);
  if (is_twin(from->file)) {
    status = iso_twin_read_map(out, from, err);
  } else if (iso_lat_map_is_vtk(from->file)) {
    status = read_vtk(out, from, err);
  } else {
    status = iso_csv_load(MPI_COMM_SELF, from->file, EXAMPLE, &text, err);
    if (status == ISO_OK) status = read_csv(out, from, text, err);
    free(text);
  }
  const double mm = mm_of(from->unit);
  for (int k = 0; k < out->n; k++)
    for (int d = 0; d < 3; d++) out->point[k].at_mm[d] *= mm;
  return status;
}

void iso_lat_map_free(iso_lat_map *map) {
  free(map->point);
  *map = (iso_lat_map){0};
}

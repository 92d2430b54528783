#include "study/electrodes.h"

#include "base/csv.h"
#include "observe/leads.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 4, MOST_FIELDS = 64 };
static const char *const columns[COLUMNS] = {"name", "x_mm", "y_mm", "z_mm"};

typedef struct reader {
  const char *path;
  int line;
  int place[COLUMNS]; /* field of each column */
  iso_electrodes *to;
  iso_error *err;
} reader;

#define FAIL(reader, text, ...)                                                                              \
  iso_fail((reader)->err, ISO_EINPUT, "%s:%d: " text, (reader)->path, (reader)->line, __VA_ARGS__)

static iso_status read_head(reader *r, char *line) {
  char *field[MOST_FIELDS];
  const int n = iso_csv_split(line, MOST_FIELDS, field);
  for (int c = 0; c < COLUMNS; c++) {
    r->place[c] = iso_csv_column(n, field, columns[c]);
    if (r->place[c] == ISO_CSV_TWICE)
      return FAIL(r, "there are two columns %s; rename the one that does not count", columns[c]);
    if (r->place[c] < 0)
      return FAIL(r, "there is no column %s; the first line has to name them, like name,x_mm,y_mm,z_mm",
                  columns[c]);
  }
  return ISO_OK;
}

/* ---- electrodes ---- */

/* Names of other leads, variables and dimensions of the files. */
static bool is_taken(const char *name) {
  static const char *const taken[] = {"I",
                                      "II",
                                      "III",
                                      "aVR",
                                      "aVL",
                                      "aVF",
                                      "time",
                                      "time_ms",
                                      "electrode",
                                      "name_length",
                                      "electrode_name",
                                      "electrode_position",
                                      "qrs_onset",
                                      "qrs_offset",
                                      "qrs_duration",
                                      "qrs_axis",
                                      "t_peak",
                                      "t_end",
                                      "qt",
                                      "rr",
                                      "qtc_bazett",
                                      "qtc_fridericia"};
  static const char tail[] = "_activation"; /* of each electrogram's measure */
  const size_t n = strlen(name), m = sizeof tail - 1;
  for (size_t k = 0; k < sizeof taken / sizeof *taken; k++)
    if (!strcmp(name, taken[k])) return true;
  return n > m && !strcmp(name + n - m, tail);
}

/* Names become those of columns and variables. */
static iso_status check_name(const reader *r, const char *name) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  const size_t n = strspn(name, plain);
  if (n == 0 || name[n] || n >= ISO_LEAD_NAME || strchr(".-", name[0]))
    return FAIL(r, "'%.60s' is no name: 1 to %d letters, digits, '_', '.' or '-', the first no '.' or '-'",
                name, ISO_LEAD_NAME - 1);
  if (is_taken(name)) return FAIL(r, "'%s' is no electrode's name; choose another", name);
  for (int k = 0; k < r->to->n; k++)
    if (!strcmp(name, r->to->name[k])) return FAIL(r, "the electrode '%s' is there twice", name);
  return ISO_OK;
}

enum { FARTHEST_MM = 10000 }; /* as of all positions in a configuration; um are found by it */

static iso_status read_number(const reader *r, const char *text, double *out) {
  char *end = NULL;
  const bool plain = *text && strspn(text, "+-.0123456789eE") == strlen(text);
  *out = plain ? strtod(text, &end) : NAN;
  if (plain && !*end && fabs(*out) <= FARTHEST_MM) return ISO_OK;
  return FAIL(r, "'%.60s' is no number of mm from -%d to %d", text, FARTHEST_MM, FARTHEST_MM);
}

/* There is room for one more. */
static iso_status read_electrode(reader *r, char *line) {
  char *field[MOST_FIELDS], *name;
  iso_electrodes *to = r->to;
  const int n = iso_csv_split(line, MOST_FIELDS, field);
  if (n < 0) return FAIL(r, "more than %d fields, or a quote that does not end", MOST_FIELDS);
  for (int c = 0; c < COLUMNS; c++)
    if (r->place[c] >= n) return FAIL(r, "the column %s is missing", columns[c]);
  const char *called = field[r->place[0]];
  ISO_TRY(check_name(r, called));
  for (int d = 0; d < 3; d++) ISO_TRY(read_number(r, field[r->place[1 + d]], &to->at_mm[to->n][d]));
  ISO_TRY(iso_arena_text(to->memory, &name, called, strlen(called), r->err));
  to->name[to->n++] = name;
  return ISO_OK;
}

static iso_status make_room(iso_electrodes *out, const char *text, iso_error *err) {
  size_t most = 1;
  for (const char *at = text; (at = strchr(at, '\n')); at++) most++;
  *out = (iso_electrodes){0};
  ISO_TRY(iso_arena_new(&out->memory, err));
  ISO_TRY(iso_arena_alloc(out->memory, &out->name, most, sizeof *out->name, err));
  return iso_arena_alloc(out->memory, &out->at_mm, most, sizeof *out->at_mm, err);
}

iso_status iso_electrodes_parse(iso_electrodes *out, const char *path, char *text, iso_error *err) {
  reader r = {.path = path, .to = out, .err = err};
  bool has_head = false;
  text = iso_csv_begin(text);
  ISO_TRY(make_room(out, text, err));
  for (char *line; (line = iso_csv_line(&text));) {
    r.line++;
    if (!*line || *line == '#') continue;
    ISO_TRY(has_head ? read_electrode(&r, line) : read_head(&r, line));
    has_head = true;
  }
  if (out->n > 0) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "%s: there is no electrode; a line is like V1,-51.7,-104.7,6.6", path);
}

void iso_electrodes_free(iso_electrodes *electrodes) {
  iso_arena_free(electrodes->memory);
  *electrodes = (iso_electrodes){0};
}

iso_status iso_electrodes_read(iso_electrodes *out, MPI_Comm comm, const char *path, iso_error *err) {
  char *text = NULL;
  *out = (iso_electrodes){0};
  iso_status status = iso_csv_load(comm, path, "name,x_mm,y_mm,z_mm", &text, err);
  if (status == ISO_OK) status = iso_agree(comm, iso_electrodes_parse(out, path, text, err), err);
  free(text);
  return status;
}

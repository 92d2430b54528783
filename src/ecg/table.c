/* ECGs as CSV. */
#include "ecg/record_parts.h"

#include "base/csv.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define EXAMPLE "t_ms,I,II,V1"
enum { MOST_FIELDS = 300 };

#define FAIL(...) iso_fail(err, ISO_EINPUT, __VA_ARGS__)

static bool is_time(const char *name) { return !strcmp(name, "t_ms") || !strcmp(name, "time_ms"); }

typedef struct reader {
  const char *path;
  int line, fields, time; /* how many columns, which of them has the time */
  int room;
  iso_ecg_record *out;
} reader;

static iso_status read_head(reader *r, char *line, iso_error *err) {
  char *field[MOST_FIELDS];
  r->fields = iso_csv_split(line, MOST_FIELDS, field);
  r->time = -1;
  for (int k = 0; k < r->fields; k++) {
    if (!is_time(field[k])) continue;
    if (r->time >= 0)
      return FAIL("%s:%d: the columns %s and %s are both times; rename one", r->path, r->line, field[r->time],
                  field[k]);
    r->time = k;
  }
  if (r->fields < 2 || r->time < 0)
    return FAIL(
        "%s:%d: there is no column t_ms; the first line has to name the time and leads, like " EXAMPLE,
        r->path, r->line);
  ISO_TRY(iso_alloc(&r->out->name, (size_t)r->fields, sizeof *r->out->name, "an ECG", err));
  for (int k = 0; k < r->fields; k++) {
    char **name = &r->out->name[r->out->nleads];
    if (k == r->time) continue;
    ISO_TRY(iso_alloc(name, strlen(field[k]) + 1, 1, "an ECG", err));
    memcpy(*name, field[k], strlen(field[k]) + 1);
    r->out->nleads++;
  }
  return ISO_OK;
}

static iso_status grow(reader *r, iso_error *err) {
  const size_t room = 2 * (size_t)r->room + 256;
  ISO_TRY(iso_realloc(&r->out->time_ms, room, sizeof *r->out->time_ms, "an ECG", err));
  ISO_TRY(iso_realloc(&r->out->value, room * (size_t)r->out->nleads, sizeof *r->out->value, "an ECG", err));
  r->room = (int)room;
  return ISO_OK;
}

/* Samples one after the other, [room][nleads], until all are read. */
static iso_status read_sample(reader *r, char *line, iso_error *err) {
  iso_ecg_record *out = r->out;
  char *field[MOST_FIELDS];
  const int n = iso_csv_split(line, MOST_FIELDS, field);
  if (n != r->fields) return FAIL("%s:%d: %d columns, not %d", r->path, r->line, n, r->fields);
  if (out->n == r->room) ISO_TRY(grow(r, err));
  double *value = out->value + (size_t)out->n * (size_t)out->nleads, *time = &out->time_ms[out->n];
  for (int k = 0; k < n; k++)
    if (!iso_ecg_number(field[k], k == r->time ? time : value++))
      return FAIL("%s:%d: '%.60s' is no number", r->path, r->line, field[k]);
  if (out->n > 0 && !(time[0] > time[-1]))
    return FAIL("%s:%d: %g ms does not come after %g ms", r->path, r->line, time[0], time[-1]);
  out->n++;
  return ISO_OK;
}

/* To [nleads][n]. */
static iso_status turn(iso_ecg_record *f, iso_error *err) {
  const size_t n = (size_t)f->n, nleads = (size_t)f->nleads;
  double *value;
  ISO_TRY(iso_alloc(&value, n * nleads, sizeof *value, "an ECG", err));
  for (size_t k = 0; k < nleads; k++)
    for (size_t t = 0; t < n; t++) value[k * n + t] = f->value[t * nleads + k];
  free(f->value);
  f->value = value;
  return ISO_OK;
}

static iso_status read_text(reader *r, char *text, iso_error *err) {
  text = iso_csv_begin(text);
  for (char *line; (line = iso_csv_line(&text));) {
    r->line++;
    if (!*line || *line == '#') continue;
    ISO_TRY(r->fields == 0 ? read_head(r, line, err) : read_sample(r, line, err));
  }
  if (r->out->n < 2) return FAIL("%s: there are fewer than two samples", r->path);
  return turn(r->out, err);
}

iso_status iso_ecg_read_table(iso_ecg_record *out, const char *path, iso_error *err) {
  reader r = {.path = path, .out = out};
  char *text = NULL;
  iso_status status = iso_csv_load(MPI_COMM_SELF, path, EXAMPLE, &text, err);
  if (status == ISO_OK) status = read_text(&r, text, err);
  free(text);
  return status;
}

bool iso_ecg_is_table(const char *path) {
  char *text = NULL, *field[MOST_FIELDS], *line = NULL;
  iso_error unread = {0};
  bool found = false;
  if (iso_csv_load(MPI_COMM_SELF, path, EXAMPLE, &text, &unread) == ISO_OK) {
    char *rest = iso_csv_begin(text);
    while ((line = iso_csv_line(&rest)) && (!*line || *line == '#')) continue;
  }
  const int n = line ? iso_csv_split(line, MOST_FIELDS, field) : 0;
  for (int k = 0; k < n; k++) found |= is_time(field[k]);
  free(text);
  return found;
}

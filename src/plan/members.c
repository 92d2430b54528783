#include "plan/members.h"

#include "base/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 256 };

/* Text is data of a line of a table, key of its column. */
static iso_status add_setting(iso_arena *memory, iso_config_case *c, const char *key, const char *text,
                              iso_error *err) {
  return iso_arena_print(memory, &c->set[c->nset++], err, "%s=%s", key, text);
}

/* ---- a key with values ---- */

static iso_status take_values(iso_members *m, iso_members_axis *axis, const iso_config_axis *asked,
                              iso_error *err) {
  axis->ncases = asked->nvalues;
  ISO_TRY(iso_arena_alloc(m->memory, &axis->cases, (size_t)axis->ncases, sizeof *axis->cases, err));
  for (int i = 0; i < axis->ncases; i++) {
    iso_config_case *c = &axis->cases[i];
    c->name = asked->values[i];
    ISO_TRY(iso_arena_alloc(m->memory, &c->set, 1, sizeof *c->set, err));
    ISO_TRY(add_setting(m->memory, c, asked->key, asked->values[i], err));
  }
  return ISO_OK;
}

/* ---- a table ---- */

typedef struct table {
  const char *path;
  int line;
  int n;                      /* columns */
  char *column[MOST_COLUMNS]; /* keys, or name */
} table;

#define FAIL(t, ...) fail_line(t, err, __VA_ARGS__)

static iso_status fail_line(const table *t, iso_error *err, const char *text, const char *what) {
  return iso_fail(err, ISO_EINPUT, "%s:%d: %s%.100s", t->path, t->line, text, what);
}

static iso_status read_head(table *t, char *line, iso_error *err) {
  t->n = iso_csv_split(line, MOST_COLUMNS, t->column);
  if (t->n < 0) return FAIL(t, "more columns than it may have, or a quote that does not end", "");
  int keys = 0;
  for (int k = 0; k < t->n; k++) {
    if (!*t->column[k]) return FAIL(t, "a column has no name", "");
    keys += strcmp(t->column[k], "name") != 0;
    for (int j = 0; j < k; j++)
      if (!strcmp(t->column[j], t->column[k])) return FAIL(t, "two columns have the name ", t->column[k]);
  }
  return keys > 0 ? ISO_OK
                  : FAIL(t, "no column is a key; the first line names them, like stimuli.0.start_ms", "");
}

static iso_status read_case(const table *t, char *line, iso_arena *memory, iso_config_case *out, int number,
                            iso_error *err) {
  char *field[MOST_COLUMNS];
  const int n = iso_csv_split(line, MOST_COLUMNS, field);
  if (n != t->n) return FAIL(t, "it has not as many fields as the first line", "");
  ISO_TRY(iso_arena_alloc(memory, &out->set, (size_t)n, sizeof *out->set, err));
  for (int k = 0; k < n; k++) {
    if (!strcmp(t->column[k], "name"))
      ISO_TRY(iso_arena_text(memory, &out->name, field[k], strlen(field[k]), err));
    else
      ISO_TRY(add_setting(memory, out, t->column[k], field[k], err));
  }
  return out->name ? ISO_OK : iso_arena_print(memory, &out->name, err, "%d", number);
}

static iso_status read_table(iso_members *m, iso_members_axis *axis, const char *path, char *text,
                             iso_error *err) {
  table t = {.path = path};
  size_t lines = 1;
  text = iso_csv_begin(text);
  for (const char *at = text; (at = strchr(at, '\n')); at++) lines++;
  ISO_TRY(iso_arena_alloc(m->memory, &axis->cases, lines, sizeof *axis->cases, err));
  for (char *line; (line = iso_csv_line(&text));) {
    t.line++;
    if (!*line || *line == '#') continue;
    if (t.n == 0) {
      ISO_TRY(read_head(&t, line, err));
      continue;
    }
    ISO_TRY(read_case(&t, line, m->memory, &axis->cases[axis->ncases], axis->ncases + 1, err));
    axis->ncases++;
  }
  return axis->ncases > 0
             ? ISO_OK
             : iso_fail(err, ISO_EINPUT, "%s: no case is in it; a line below the first is one", path);
}

static iso_status take_file(iso_members *m, MPI_Comm comm, iso_members_axis *axis, const char *path,
                            iso_error *err) {
  char *text;
  ISO_TRY(iso_csv_load(comm, path, "name,stimuli.0.start_ms", &text, err));
  const iso_status status = iso_agree(comm, read_table(m, axis, path, text, err), err);
  free(text);
  return status;
}

/* ---- members ---- */

static iso_status take_axis(iso_members *m, MPI_Comm comm, iso_members_axis *axis,
                            const iso_config_axis *asked, iso_error *err) {
  axis->name = asked->name;
  if (asked->file) return take_file(m, comm, axis, asked->file, err);
  axis->cases = asked->cases, axis->ncases = asked->ncases;
  return iso_agree(comm, asked->key ? take_values(m, axis, asked, err) : ISO_OK, err);
}

static int most_sets(const iso_members_axis *axis) {
  int most = 0;
  for (int c = 0; c < axis->ncases; c++)
    if (axis->cases[c].nset > most) most = axis->cases[c].nset;
  return most;
}

iso_status iso_members_new(iso_members *out, MPI_Comm comm, const iso_config *config, iso_error *err) {
  const iso_config_study *study = &config->study;
  *out = (iso_members){.naxes = study->naxes, .n = 1};
  if (study->naxes == 0)
    return iso_fail(err, ISO_EINPUT,
                    "%s: it has no study; give it one, like study: {axes: [{key: stimuli.0.start_ms, values: "
                    "[0, 10]}]}",
                    config->file);
  iso_status status = iso_arena_new(&out->memory, err);
  if (status == ISO_OK)
    status = iso_arena_alloc(out->memory, &out->axis, (size_t)out->naxes, sizeof *out->axis, err);
  ISO_TRY(iso_agree(comm, status, err));
  for (int a = 0; a < out->naxes; a++) {
    ISO_TRY(take_axis(out, comm, &out->axis[a], &study->axes[a], err));
    if (out->axis[a].ncases > ISO_MOST_MEMBERS / out->n)
      return iso_config_fail(config, err, "study.axes", "they make more than %d members", ISO_MOST_MEMBERS);
    out->n *= out->axis[a].ncases;
    out->most_sets += most_sets(&out->axis[a]);
  }
  return ISO_OK;
}

void iso_members_free(iso_members *members) {
  iso_arena_free(members->memory);
  *members = (iso_members){0};
}

const iso_config_case *iso_members_case(const iso_members *m, int member, int axis) {
  for (int a = m->naxes - 1; a > axis; a--) member /= m->axis[a].ncases;
  return &m->axis[axis].cases[member % m->axis[axis].ncases];
}

int iso_members_settings(const iso_members *m, int member, const char **set) {
  int n = 0;
  for (int a = 0; a < m->naxes; a++) {
    const iso_config_case *c = iso_members_case(m, member, a);
    for (int i = 0; i < c->nset; i++) set[n++] = c->set[i];
  }
  return n;
}

#include "plan/members.h"

#include "base/csv.h"
#include "base/path.h"
#include "plan/draws.h"
#include "plan/undone.h"

#include <limits.h>
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

/* By what results show of them, with a number where earlier ones differ in folders alone. */
static iso_status name_values(iso_members *m, iso_members_axis *axis, const iso_config_axis *asked,
                              iso_error *err) {
  for (int i = 0; i < axis->ncases; i++) {
    char *shown;
    ISO_TRY(iso_config_shown_value(asked->values[i], &shown, err));
    const iso_status status = iso_arena_text(m->memory, &axis->cases[i].name, shown, strlen(shown), err);
    free(shown);
    ISO_TRY(status);
  }
  for (int i = axis->ncases - 1; i > 0; i--) {
    char **name = &axis->cases[i].name;
    int twins = 0;
    if (!strcmp(*name, asked->values[i])) continue;
    for (int j = 0; j < i; j++) twins += !strcmp(axis->cases[j].name, *name);
    if (twins > 0) ISO_TRY(iso_arena_print(m->memory, name, err, "%s, %d", *name, twins + 1));
  }
  return ISO_OK;
}

static iso_status take_values(iso_members *m, iso_members_axis *axis, const iso_config_axis *asked,
                              iso_error *err) {
  axis->ncases = asked->nvalues;
  ISO_TRY(iso_arena_alloc(m->memory, &axis->cases, (size_t)axis->ncases, sizeof *axis->cases, err));
  for (int i = 0; i < axis->ncases; i++) {
    iso_config_case *c = &axis->cases[i];
    ISO_TRY(iso_arena_alloc(m->memory, &c->set, 1, sizeof *c->set, err));
    ISO_TRY(add_setting(m->memory, c, asked->key, asked->values[i], err));
  }
  return name_values(m, axis, asked, err);
}

/* ---- a table ---- */

typedef struct table {
  const char *path;
  int line;
  int n;                      /* columns */
  char *column[MOST_COLUMNS]; /* keys, or name */
} table;

/* Of a case, to find two of one name. */
typedef struct named {
  const char *name;
  int line;
} named;

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
    if (strchr(t->column[k], ';'))
      return FAIL(t, "its fields are parted by semicolons; write it with commas between them", "");
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
    if (!*field[k])
      return FAIL(t, "a field is empty; write null where a key is to have no value. It is of the column ",
                  t->column[k]);
    if (!strcmp(t->column[k], "name"))
      ISO_TRY(iso_arena_text(memory, &out->name, field[k], strlen(field[k]), err));
    else
      ISO_TRY(add_setting(memory, out, t->column[k], field[k], err));
  }
  return out->name ? ISO_OK : iso_arena_print(memory, &out->name, err, "%d", number);
}

static int by_name(const void *a, const void *b) {
  const named *p = a, *q = b;
  const int order = strcmp(p->name, q->name);
  return order ? order : (p->line > q->line) - (p->line < q->line);
}

/* Members are told apart by the names of their cases. list [n] becomes sorted. */
static iso_status check_names(table *t, int n, named *list, iso_error *err) {
  qsort(list, (size_t)n, sizeof *list, by_name);
  for (int k = 1; k < n; k++)
    if (!strcmp(list[k - 1].name, list[k].name)) {
      t->line = list[k].line;
      return FAIL(t,
                  "a case above has this name already, and members are told apart by them: ", list[k].name);
    }
  return ISO_OK;
}

static iso_status read_table(iso_members *m, iso_members_axis *axis, const char *path, char *text,
                             iso_error *err) {
  table t = {.path = path};
  named *list;
  size_t lines = 1;
  text = iso_csv_begin(text);
  for (const char *at = text; (at = strchr(at, '\n')); at++) lines++;
  ISO_TRY(iso_arena_alloc(m->memory, &axis->cases, lines, sizeof *axis->cases, err));
  ISO_TRY(iso_arena_alloc(m->memory, &list, lines, sizeof *list, err));
  for (char *line; (line = iso_csv_line(&text));) {
    t.line++;
    if (!*line || *line == '#') continue;
    if (t.n == 0) {
      ISO_TRY(read_head(&t, line, err));
      continue;
    }
    ISO_TRY(read_case(&t, line, m->memory, &axis->cases[axis->ncases], axis->ncases + 1, err));
    list[axis->ncases] = (named){axis->cases[axis->ncases].name, t.line};
    axis->ncases++;
  }
  return axis->ncases > 0
             ? check_names(&t, axis->ncases, list, err)
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

/* With its path from the root: members' paths are from the configuration's folder. */
static iso_status name_fields(iso_members *m, const char *folder, iso_error *err) {
  char whole[PATH_MAX];
  if (!folder) return ISO_OK;
  ISO_TRY(iso_path_from_root(folder, whole, sizeof whole, err));
  return iso_arena_print(m->memory, &m->fields, err, "%s/" ISO_HEARTS_FIELDS, whole);
}

/* Whether a setting of method is the monodomain one, which is also the default: as text of YAML. */
static bool is_monodomain(const char *value) {
  static const char *const all[] = {"monodomain", "null", "~"};
  value += strspn(value, " '\"");
  const size_t length = strcspn(value, " '\"");
  for (size_t k = 0; k < sizeof all / sizeof *all; k++)
    if (length == strlen(all[k]) && !strncmp(value, all[k], length)) return true;
  return length == 0;
}

/* Which methods members have: the last axis that sets it decides. */
static void find_methods(const iso_members *m, const iso_config *config, iso_hearts_asked *asked) {
  static const char key[] = "method=";
  asked->by_monodomain = config->method == ISO_METHOD_MONODOMAIN, asked->by_wave = !asked->by_monodomain;
  for (int a = 0; a < m->naxes; a++) {
    const iso_members_axis *axis = &m->axis[a];
    bool set[2] = {false, false}, all = axis->ncases > 0;
    for (int c = 0; c < axis->ncases; c++) {
      const char *value = NULL;
      for (int i = 0; i < axis->cases[c].nset; i++)
        if (!strncmp(axis->cases[c].set[i], key, sizeof key - 1))
          value = axis->cases[c].set[i] + sizeof key - 1;
      if (value) set[is_monodomain(value)] = true;
      all = all && value;
    }
    asked->by_monodomain = set[true] || (asked->by_monodomain && !all);
    asked->by_wave = set[false] || (asked->by_wave && !all);
  }
}

/* What is drawn is the twin's to say. */
static iso_status take_twin(iso_members *m, MPI_Comm comm, const iso_config *config, const char *folder,
                            iso_members_axis *axis, iso_error *err) {
  iso_config_axis *full;
  if (m->twin.n > 0)
    return iso_config_fail(config, err, "study.axes",
                           "two axes have a twin, and set the same keys; leave "
                           "one out");
  ISO_TRY(iso_agree(comm, name_fields(m, folder, err), err));
  iso_hearts_asked asked = {.key = "study.axes",
                            .twin = axis->asked->twin,
                            .n = axis->asked->draws,
                            .seed = axis->asked->seed,
                            .own_beat = axis->asked->own_beat,
                            .later_ms = axis->asked->later_ms};
  find_methods(m, config, &asked);
  ISO_TRY(iso_twin_cases_new(&m->twin, comm, config, &asked, m->fields, m->memory, err));
  iso_status status = iso_arena_alloc(m->memory, &full, 1, sizeof *full, err);
  ISO_TRY(iso_agree(comm, status, err));
  *full = *axis->asked;
  full->ndrawn = m->twin.nnumbers, full->drawn = m->twin.numbers;
  axis->asked = full;
  axis->cases = m->twin.cases, axis->ncases = m->twin.n;
  return ISO_OK;
}

static iso_status take_axis(iso_members *m, MPI_Comm comm, const iso_config *config, const char *folder,
                            iso_members_axis *axis, const iso_config_axis *asked, iso_error *err) {
  axis->name = asked->name;
  axis->asked = asked;
  if (asked->twin) return take_twin(m, comm, config, folder, axis, err);
  if (asked->draws > 0) {
    axis->ncases = asked->draws;
    iso_status status =
        iso_arena_alloc(m->memory, &axis->cases, (size_t)axis->ncases, sizeof *axis->cases, err);
    if (status == ISO_OK) status = iso_draws_make(asked, m->memory, axis->cases, err);
    return iso_agree(comm, status, err);
  }
  if (asked->file) return take_file(m, comm, axis, asked->file, err);
  axis->cases = asked->cases, axis->ncases = asked->ncases;
  return iso_agree(comm, asked->key ? take_values(m, axis, asked, err) : ISO_OK, err);
}

/* The twin's last: its hearts depend on the methods of the others. */
static iso_status take_axes(iso_members *m, MPI_Comm comm, const iso_config *config, const char *folder,
                            iso_error *err) {
  for (int twin = 0; twin < 2; twin++)
    for (int a = 0; a < m->naxes; a++)
      if ((config->study.axes[a].twin != NULL) == twin)
        ISO_TRY(take_axis(m, comm, config, folder, &m->axis[a], &config->study.axes[a], err));
  return ISO_OK;
}

static bool has_break(const char *text) { return text[strcspn(text, "\r\n")] != '\0'; }

static bool is_in(const char *set, const char *section) {
  const size_t n = strlen(section);
  return !strncmp(set, section, n) && (set[n] == '.' || set[n] == '=');
}

/* "study.ranks=2": it is the same for all members, but for the rules by which each is ablated. */
static bool is_of_study(const char *set) { return is_in(set, "study") && !is_in(set, "study.ablation"); }

/* A member is a line of the table, told apart by the names of its cases, and differs in what is simulated. */
static iso_status check_axis(const iso_members_axis *axis, int a, const iso_config *config, iso_error *err) {
  char path[64];
  snprintf(path, sizeof path, "study.axes.%d", a);
  for (int c = 0; c < axis->ncases; c++) {
    const iso_config_case *one = &axis->cases[c];
    if (has_break(one->name))
      return iso_config_fail(
          config, err, path,
          "case %d has a line break in its name, and the table a line for each member; give "
          "it another one, under cases",
          c + 1);
    for (int i = 0; i < one->nset; i++)
      if (is_of_study(one->set[i]))
        return iso_config_fail(
            config, err, path,
            "%.100s is of the study, which all members share; name a key of what is simulated", one->set[i]);
  }
  return ISO_OK;
}

static int most_sets(const iso_members_axis *axis) {
  int most = 0;
  for (int c = 0; c < axis->ncases; c++)
    if (axis->cases[c].nset > most) most = axis->cases[c].nset;
  return most;
}

static iso_status make_columns(iso_members *m, iso_error *err) {
  m->ncolumns = m->naxes;
  for (int a = 0; a < m->naxes; a++) m->ncolumns += m->axis[a].asked->ndrawn;
  ISO_TRY(iso_arena_alloc(m->memory, &m->column, (size_t)m->ncolumns, sizeof *m->column, err));
  for (int a = 0, c = 0; a < m->naxes; a++)
    for (int k = -1; k < m->axis[a].asked->ndrawn; k++)
      m->column[c++] = (iso_members_column){k < 0 ? m->axis[a].name : m->axis[a].asked->drawn[k].name, a, k};
  return ISO_OK;
}

/* The axis takes its place. */
static iso_status check_twin(const iso_config *config, iso_error *err) {
  for (int a = 0; a < config->study.naxes; a++)
    if (config->study.axes[a].twin) return ISO_OK;
  if (!config->has_twin) return ISO_OK;
  return iso_config_fail(config, err, "twin",
                         "it is the heart of one run; a study has an axis instead, like {name: heart, twin: "
                         "%.200s, draws: 20}",
                         config->twin.file);
}

iso_status iso_members_new(iso_members *out, MPI_Comm comm, const iso_config *config, const char *folder,
                           iso_error *err) {
  const iso_config_study *study = &config->study;
  *out = (iso_members){.naxes = study->naxes, .n = 1};
  if (study->naxes == 0 && study->ablation.lesions == 0)
    return iso_fail(err, ISO_EINPUT,
                    "%s: it has no study; give it one, like study: {axes: [{key: stimuli.0.start_ms, values: "
                    "[0, 10]}]}",
                    config->file);
  ISO_TRY(check_twin(config, err));
  iso_status status = iso_arena_new(&out->memory, err);
  if (status == ISO_OK)
    status = iso_arena_alloc(out->memory, &out->axis, (size_t)out->naxes, sizeof *out->axis, err);
  ISO_TRY(iso_agree(comm, status, err));
  ISO_TRY(take_axes(out, comm, config, folder, err));
  for (int a = 0; a < out->naxes; a++) {
    ISO_TRY(check_axis(&out->axis[a], a, config, err));
    if (out->axis[a].ncases > ISO_MOST_MEMBERS / out->n)
      return iso_config_fail(config, err, "study.axes", "they make more than %d members", ISO_MOST_MEMBERS);
    out->n *= out->axis[a].ncases;
    out->most_sets += most_sets(&out->axis[a]);
  }
  ISO_TRY(iso_undone_check(out, config, err));
  return iso_agree(comm, make_columns(out, err), err);
}

iso_status iso_members_save(const iso_members *m, iso_error *err) {
  return m->fields && m->twin.field.nnodes > 0 ? iso_twin_cases_save(&m->twin, m->fields, err) : ISO_OK;
}

void iso_members_free(iso_members *members) {
  iso_drawn_field_free(&members->twin.field);
  iso_arena_free(members->memory);
  *members = (iso_members){0};
}

bool iso_members_draws(const iso_members_axis *axis) { return axis->asked->draws > 0 || axis->asked->twin; }

const iso_config_case *iso_members_case(const iso_members *m, int member, int axis) {
  for (int a = m->naxes - 1; a > axis; a--) member /= m->axis[a].ncases;
  return &m->axis[axis].cases[member % m->axis[axis].ncases];
}

const char *iso_members_cell(const iso_members *m, int member, int column) {
  const iso_members_column *c = &m->column[column];
  const iso_config_case *of = iso_members_case(m, member, c->axis);
  return c->drawn < 0 ? of->name
                      : of->set[c->drawn] + strlen(m->axis[c->axis].asked->drawn[c->drawn].key) + 1;
}

int iso_members_settings(const iso_members *m, int member, const char **set) {
  int n = 0;
  for (int a = 0; a < m->naxes; a++) {
    const iso_config_case *c = iso_members_case(m, member, a);
    for (int i = 0; i < c->nset; i++) set[n++] = c->set[i];
  }
  return n;
}

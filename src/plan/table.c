#include "plan/table.h"

#include "base/csv.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "result/netcdf_file.h"
#include "study/provenance.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static iso_status read_cells(iso_study_table *t, iso_error *err) {
  char *next = t->text;
  const int n = iso_csv_split(iso_csv_line(&next), t->columns, t->head);
  for (int k = 0; k < t->rows; k++) {
    char *line = iso_csv_line(&next);
    if (n != t->columns || !line ||
        iso_csv_split(line, t->columns, t->cell + (size_t)k * (size_t)t->columns) != n)
      return iso_fail(err, ISO_EFAIL,
                      "%s/members/%04d.csv: is no row of this study; remove it, and its member runs again",
                      t->ledger->folder, k + 1);
  }
  return ISO_OK;
}

iso_status iso_study_table_new(iso_study_table *out, const iso_ledger *ledger, iso_error *err) {
  *out = (iso_study_table){.ledger = ledger,
                           .rows = ledger->members->n,
                           .columns = 1 + ledger->members->naxes + ledger->noutcomes + 2};
  const size_t columns = (size_t)out->columns;
  ISO_TRY(iso_alloc(&out->head, columns, sizeof *out->head, "a table", err));
  ISO_TRY(iso_alloc(&out->cell, columns * (size_t)out->rows, sizeof *out->cell, "a table", err));
  ISO_TRY(iso_ledger_text(ledger, &out->text, err));
  return read_cells(out, err);
}

void iso_study_table_free(iso_study_table *t) {
  free(t->head);
  free(t->cell);
  free(t->text);
  *t = (iso_study_table){0};
}

int iso_study_table_outcomes(const iso_study_table *t) { return 1 + t->ledger->members->naxes; }

static const char *cell(const iso_study_table *t, int row, int column) {
  return t->cell[(size_t)row * (size_t)t->columns + (size_t)column];
}

double iso_study_table_value(const iso_study_table *t, int row, int c) {
  const char *text = cell(t, row, c);
  return *text ? strtod(text, NULL) : NAN;
}

/* ---- the best ---- */

/* Whether row a comes before row b. */
static bool is_before(const iso_study_table *t, int a, int b) {
  const iso_ledger *l = t->ledger;
  const int c = iso_study_table_outcomes(t) + l->rank_by;
  const double x = iso_study_table_value(t, a, c), y = iso_study_table_value(t, b, c);
  if (isnan(x) || isnan(y)) return !isnan(x) || (isnan(y) && a < b);
  if (x == y) return a < b;
  return l->largest_first ? x > y : x < y;
}

static void merge(const iso_study_table *t, int *order, int n, int *room) {
  const int half = n / 2;
  if (n < 2) return;
  merge(t, order, half, room);
  merge(t, order + half, n - half, room);
  for (int k = 0, i = 0, j = half; k < n; k++)
    room[k] = j == n || (i < half && is_before(t, order[i], order[j])) ? order[i++] : order[j++];
  memcpy(order, room, (size_t)n * sizeof *order);
}

iso_status iso_study_table_rank(const iso_study_table *t, int *order, iso_error *err) {
  int *room;
  for (int k = 0; k < t->rows; k++) order[k] = k;
  if (t->ledger->rank_by < 0) return ISO_OK;
  ISO_TRY(iso_alloc(&room, (size_t)t->rows, sizeof *room, "ranks of members", err));
  merge(t, order, t->rows, room);
  free(room);
  return ISO_OK;
}

char *iso_study_table_label(const iso_study_table *t, int row, char *text, size_t size) {
  text[0] = '\0';
  for (int c = 1; c <= t->ledger->members->naxes; c++)
    iso_text_append(text, size, "%s%s", c > 1 ? ", " : "", cell(t, row, c));
  return text;
}

/* ---- NetCDF ---- */

typedef struct writer {
  const iso_study_table *table;
  iso_ncfile file;
  int members, number, *column; /* dimension; variables [columns] */
  void *room;                   /* for a column */
} writer;

static bool is_text(const iso_study_table *t, int c) {
  const int first = iso_study_table_outcomes(t);
  return c < first || c >= first + t->ledger->noutcomes;
}

static size_t longest(const iso_study_table *t, int c) {
  size_t most = 1;
  for (int k = 0; k < t->rows; k++)
    if (strlen(cell(t, k, c)) > most) most = strlen(cell(t, k, c));
  return most;
}

/* What an axis is called may be no name of a variable, or another one's. */
static iso_status define_text(writer *w, int c, iso_error *err) {
  const iso_study_table *t = w->table;
  const bool axis = c <= t->ledger->members->naxes;
  char name[32], length[40];
  int dimensions[2] = {w->members, 0};
  if (axis)
    snprintf(name, sizeof name, "axis_%d", c);
  else
    snprintf(name, sizeof name, "%s", t->head[c]);
  snprintf(length, sizeof length, "len_%s", name);
  ISO_TRY(iso_nc_dimension(&w->file, length, (int64_t)longest(t, c), &dimensions[1], err));
  return iso_nc_variable(&w->file, name, NC_CHAR, 2, dimensions, NULL, t->head[c], &w->column[c], err);
}

static iso_status define(writer *w, const char *question, const char *configuration, iso_error *err) {
  const iso_study_table *t = w->table;
  ISO_TRY(iso_nc_dimension(&w->file, "member", t->rows, &w->members, err));
  ISO_TRY(iso_nc_variable(&w->file, "member", NC_INT, 1, &w->members, NULL, "number of the member",
                          &w->number, err));
  for (int c = 1; c < t->columns; c++) {
    if (is_text(t, c)) {
      ISO_TRY(define_text(w, c, err));
      continue;
    }
    const iso_outcome o = t->ledger->outcome[c - iso_study_table_outcomes(t)];
    ISO_TRY(iso_nc_result(&w->file, iso_outcome_name(o), NC_DOUBLE, 1, &w->members, iso_outcome_unit(o),
                          iso_outcome_meaning(o), &w->column[c], err));
  }
  ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, "program", "Isochrone " ISO_VERSION, err));
  ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, "program_commit", iso_program_commit(), err));
  ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, "intended_use", ISO_NOT_A_DEVICE, err));
  if (question) ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, "question", question, err));
  ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, "configuration", configuration, err));
  return iso_ncfile_defined(&w->file, err);
}

static iso_status put_column(writer *w, int c, iso_error *err) {
  const iso_study_table *t = w->table;
  const size_t n = (size_t)t->rows, length = is_text(t, c) ? longest(t, c) : sizeof(double);
  ISO_TRY(iso_alloc(&w->room, n, length, "a column", err));
  memset(w->room, 0, n * length);
  for (int k = 0; k < t->rows; k++) {
    if (is_text(t, c))
      memcpy((char *)w->room + (size_t)k * length, cell(t, k, c), strlen(cell(t, k, c)));
    else
      ((double *)w->room)[k] = iso_study_table_value(t, k, c);
  }
  const iso_status status =
      iso_nc_put_root(&w->file, w->column[c], is_text(t, c) ? NC_CHAR : NC_DOUBLE, w->room, err);
  free(w->room);
  w->room = NULL;
  return status;
}

static iso_status put(writer *w, iso_error *err) {
  const iso_study_table *t = w->table;
  int32_t *number;
  ISO_TRY(iso_alloc(&number, (size_t)t->rows, sizeof *number, "a column", err));
  for (int k = 0; k < t->rows; k++) number[k] = k + 1;
  iso_status status = iso_nc_put_root(&w->file, w->number, NC_INT, number, err);
  free(number);
  for (int c = 1; c < t->columns && status == ISO_OK; c++) status = put_column(w, c, err);
  return status;
}

iso_status iso_study_table_save(const iso_study_table *table, const char *path, const char *question,
                                const char *configuration, iso_error *err) {
  writer w = {.table = table};
  ISO_TRY(iso_alloc(&w.column, (size_t)table->columns, sizeof *w.column, "variables", err));
  iso_status status = iso_ncfile_create(&w.file, MPI_COMM_SELF, path, err);
  if (status == ISO_OK) {
    status = define(&w, question, configuration, err);
    if (status == ISO_OK) status = put(&w, err);
    if (status == ISO_OK) status = iso_ncfile_commit(&w.file, err);
    if (status != ISO_OK) iso_ncfile_discard(&w.file);
  }
  free(w.column);
  return status;
}

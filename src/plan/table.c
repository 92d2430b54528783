#include "plan/table.h"

#include "base/csv.h"
#include "base/memory.h"
#include "base/text.h"

#include <math.h>
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
                           .columns =
                               1 + ledger->members->ncolumns + ledger->noutcomes + (ledger->naccept > 0) + 2};
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

int iso_study_table_outcomes(const iso_study_table *t) { return 1 + t->ledger->members->ncolumns; }

const char *iso_study_table_cell(const iso_study_table *t, int row, int column) {
  return t->cell[(size_t)row * (size_t)t->columns + (size_t)column];
}

double iso_study_table_value(const iso_study_table *t, int row, int c) {
  const char *text = iso_study_table_cell(t, row, c);
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
  const iso_members *m = t->ledger->members;
  text[0] = '\0';
  for (int c = 0; c < m->ncolumns; c++) {
    const char *cell = iso_study_table_cell(t, row, c + 1);
    const bool number = *cell && strchr("+-.0123456789", *cell); /* which does not say of what it is */
    if (m->column[c].drawn >= 0) continue;
    iso_text_append(text, size, "%s%s%s%s", *text ? ", " : "", number ? m->column[c].name : "",
                    number ? " " : "", cell);
  }
  return text;
}

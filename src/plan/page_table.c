#include "plan/page_table.h"

#include "result/page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct shown {
  const iso_study_table *t;
  const iso_config_study *study;
  int reference;                    /* row that others are compared with; -1: none */
  bool has_why;                     /* somebody failed */
  bool is_empty[1 + ISO_NOUTCOMES]; /* an outcome that no member has */
  FILE *f;
} shown;

static int first_outcome(const shown *s) { return iso_study_table_outcomes(s->t); }

static bool is_outcome(const shown *s, int c) {
  return c >= first_outcome(s) && c < first_outcome(s) + s->t->ledger->noutcomes;
}

static iso_outcome outcome_of(const shown *s, int c) { return s->t->ledger->outcome[c - first_outcome(s)]; }

/* Why members failed is there where one did, and an outcome where a member has it or all columns were asked
 * for by name. */
static bool is_hidden(const shown *s, int c) {
  if (is_outcome(s, c)) return s->is_empty[c - first_outcome(s)];
  return c == s->t->columns - 1 && !s->has_why;
}

/* Of all outcomes there are, most are of sections that a study does not have. */
static bool is_empty(const shown *s, int c) {
  if (s->study->noutcomes > 0) return false;
  for (int k = 0; k < s->t->rows; k++)
    if (!isnan(iso_study_table_value(s->t, k, c))) return false;
  return true;
}

bool iso_page_is_reference(const iso_config_study *study, int row) {
  for (int k = 0; k < study->ncompare; k++)
    if (study->compare[k] == row + 1) return true;
  return false;
}

/* ---- heads ---- */

static void put_head(const shown *s, int c) {
  char words[64];
  if (!is_outcome(s, c)) {
    fputs("<th>", s->f);
    iso_page_text(s->f, s->t->head[c]);
    fputs("</th>", s->f);
    return;
  }
  const iso_outcome o = outcome_of(s, c);
  fputs("<th title=\"", s->f);
  iso_page_text(s->f, iso_outcome_meaning(o));
  fputs("\">", s->f);
  iso_page_text(s->f, iso_outcome_words(o, words, sizeof words));
  if (strcmp(iso_outcome_unit(o), "1") != 0) fprintf(s->f, " <small>%s</small>", iso_outcome_unit(o));
  fputs("</th>", s->f);
}

static void put_heads(const shown *s) {
  const iso_ledger *l = s->t->ledger;
  char words[64];
  fputs("<thead><tr>", s->f);
  for (int c = 0; c < s->t->columns; c++) {
    if (c == s->t->columns - 2 && s->reference >= 0)
      fprintf(s->f, "<th title=\"how far it is from that of member %d\">%s from member %d</th>",
              s->reference + 1, iso_outcome_words(l->outcome[l->rank_by], words, sizeof words),
              s->reference + 1);
    if (!is_hidden(s, c)) put_head(s, c);
  }
  fputs("</tr></thead>\n", s->f);
}

/* ---- rows ---- */

/* The largest of a column whose values are all of 0 and above, which bars are drawn for; else 0. */
static double largest(const shown *s, int c) {
  double most = 0;
  for (int k = 0; k < s->t->rows; k++) {
    const double value = iso_study_table_value(s->t, k, c);
    if (value < 0) return 0;
    if (value > most) most = value;
  }
  return most;
}

static void put_value(const shown *s, int row, int c, double most) {
  const double value = iso_study_table_value(s->t, row, c);
  if (isnan(value)) {
    fputs("<td class=n data-value=\"\" style=\"--w:0\"></td>", s->f);
    return;
  }
  fprintf(s->f, "<td class=n data-value=\"%.17g\" style=\"--w:%.1f%%\">%.5g</td>", value,
          most > 0 ? 100 * value / most : 0, value);
}

static void put_difference(const shown *s, int row) {
  const int c = first_outcome(s) + s->t->ledger->rank_by;
  const double from = iso_study_table_value(s->t, s->reference, c),
               difference = iso_study_table_value(s->t, row, c) - from;
  if (isnan(difference)) {
    fputs("<td class=n data-value=\"\" style=\"--w:0\"></td>", s->f);
    return;
  }
  fprintf(s->f, "<td class=n data-value=\"%.17g\" style=\"--w:0\">", difference);
  if (row != s->reference) fprintf(s->f, "%+.4g", difference);
  if (row != s->reference && from > 0) fprintf(s->f, " (%+.0f%%)", 100 * difference / from);
  fputs("</td>", s->f);
}

static void put_row(const shown *s, int row, const double *most) {
  const iso_study_table *t = s->t;
  char *const *cell = t->cell + (size_t)row * (size_t)t->columns;
  fprintf(s->f, "<tr class=%s%s>", cell[t->columns - 2],
          iso_page_is_reference(s->study, row) ? " data-reference" : "");
  for (int c = 0; c < t->columns; c++) {
    if (c == t->columns - 2 && s->reference >= 0) put_difference(s, row);
    if (is_hidden(s, c)) continue;
    if (is_outcome(s, c)) {
      put_value(s, row, c, most[c - first_outcome(s)]);
      continue;
    }
    fputs("<td>", s->f);
    iso_page_text(s->f, cell[c]);
    fputs("</td>", s->f);
  }
  fputs("</tr>\n", s->f);
}

/* ---- words ---- */

static void put_meanings(const shown *s) {
  char words[64];
  fputs("<details><summary>What the columns mean</summary><table>\n", s->f);
  for (int c = 0; c < s->t->columns; c++) {
    if (!is_outcome(s, c) || is_hidden(s, c)) continue;
    fputs("<tr><td>", s->f);
    iso_page_text(s->f, iso_outcome_words(outcome_of(s, c), words, sizeof words));
    fputs("</td><td>", s->f);
    iso_page_text(s->f, iso_outcome_meaning(outcome_of(s, c)));
    fputs("</td></tr>\n", s->f);
  }
  fputs("</table></details>\n", s->f);
}

static bool somebody_failed(const iso_study_table *t) {
  for (int k = 0; k < t->rows; k++)
    if (*t->cell[(size_t)(k + 1) * (size_t)t->columns - 1]) return true;
  return false;
}

void iso_page_table(const iso_study_table *table, const iso_config_study *study, const int *order,
                    FILE *file) {
  const bool compares = table->ledger->rank_by >= 0 && study->ncompare > 0;
  shown s = {.t = table,
             .study = study,
             .reference = compares ? study->compare[0] - 1 : -1,
             .has_why = somebody_failed(table),
             .f = file};
  double most[1 + ISO_NOUTCOMES];
  for (int c = 0; c < table->ledger->noutcomes; c++) {
    most[c] = largest(&s, first_outcome(&s) + c);
    s.is_empty[c] = is_empty(&s, first_outcome(&s) + c);
  }
  fputs("<div class=wide><table class=sorted>\n", file);
  put_heads(&s);
  fputs("<tbody>\n", file);
  for (int k = 0; k < table->rows; k++) put_row(&s, order[k], most);
  fputs("</tbody></table></div>\n", file);
  put_meanings(&s);
}

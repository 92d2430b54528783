/* Distributions of a study's outcomes as a file, a text and a table of its page. */
#include "plan/spread.h"

#include "base/atomic.h"
#include "base/csv.h"
#include "base/print.h"
#include "base/text.h"
#include "result/page.h"

#include <math.h>
#include <stdio.h>

static const iso_members *members_of(const iso_spreads *s) { return s->table->ledger->members; }

/* The case of an axis that draws nothing. */
static const char *case_of(const iso_spreads *s, int c, int axis) {
  return iso_members_case(members_of(s), s->row[(size_t)c * (size_t)s->hearts], axis)->name;
}

const char *iso_spreads_label(const iso_spreads *s, int c, char *text, size_t size) {
  text[0] = '\0';
  for (int a = 0; a < members_of(s)->naxes; a++)
    if (!iso_members_draws(&members_of(s)->axis[a]))
      iso_text_append(text, size, "%s%s", *text ? ", " : "", case_of(s, c, a));
  if (!*text) iso_text_append(text, size, "all");
  return text;
}

static const iso_spread *spread_of(const iso_spreads *s, int c, int outcome) {
  return &s->of[(size_t)c * (size_t)s->table->ledger->noutcomes + (size_t)outcome];
}

/* ---- as a file ---- */

static void put_line(const iso_spreads *s, int c, const char *outcome, const char *what, const iso_spread *x,
                     FILE *f) {
  const double of[] = {x->value, x->low, x->high};
  char text[32];
  for (int a = 0; a < members_of(s)->naxes; a++) {
    if (iso_members_draws(&members_of(s)->axis[a])) continue;
    iso_csv_put(f, case_of(s, c, a));
    fputc(',', f);
  }
  fprintf(f, "%s,%s,%d", outcome, what, x->hearts);
  for (int k = 0; k < 3; k++)
    fprintf(f, ",%s", isnan(of[k]) ? "" : iso_text_shortest(of[k], text, sizeof text));
  fputc('\n', f);
}

static void print_file(const void *self, FILE *f) {
  const iso_spreads *s = self;
  const iso_ledger *l = s->table->ledger;
  for (int a = 0; a < members_of(s)->naxes; a++) {
    if (iso_members_draws(&members_of(s)->axis[a])) continue;
    iso_csv_put(f, members_of(s)->axis[a].name);
    fputc(',', f);
  }
  fputs("outcome,what,hearts,value,5%,95%\n", f);
  for (int c = 0; c < s->cases; c++) {
    for (int k = 0; k < l->noutcomes; k++) {
      const iso_spread *x = spread_of(s, c, k);
      put_line(s, c, iso_outcome_name(l->outcome[k]), x->is_share ? "probability" : "median", x, f);
    }
    if (s->best) put_line(s, c, iso_outcome_name(l->outcome[l->rank_by]), "best in", &s->best[c], f);
  }
}

iso_status iso_spreads_save(const iso_spreads *s, const char *path, iso_error *err) {
  return s->cases > 0 ? iso_atomic_write(path, false, print_file, s, err) : ISO_OK;
}

/* ---- for people ---- */

/* "142 (138 to 147)", "23% (17 to 30)"; "" of no heart. */
static const char *words(const iso_spread *x, char *text, size_t size) {
  text[0] = '\0';
  if (x->hearts == 0) return text;
  if (x->is_share)
    snprintf(text, size, "%.0f%% (%.0f to %.0f)", 100 * x->value, 100 * x->low, 100 * x->high);
  else
    snprintf(text, size, "%.4g (%.4g to %.4g)", x->value, x->low, x->high);
  return text;
}

void iso_spreads_print(const iso_spreads *s, FILE *stream) {
  if (s->cases == 0) return;
  const iso_ledger *l = s->table->ledger;
  const int outcome = l->rank_by < 0 ? 0 : l->rank_by;
  char name[512], value[96], best[96];
  iso_print(stream, "hearts       %d; median and 90%% interval of %s%s\n", s->hearts,
            iso_outcome_name(l->outcome[outcome]), s->best ? ", and how often it is the best" : "");
  for (int c = 0; c < s->cases; c++)
    iso_print(stream, "  %-40s %-28s %s\n", iso_spreads_label(s, c, name, sizeof name),
              words(spread_of(s, c, outcome), value, sizeof value),
              s->best ? words(&s->best[c], best, sizeof best) : "");
}

static void put_heads(const iso_spreads *s, FILE *f) {
  const iso_ledger *l = s->table->ledger;
  char text[64];
  fputs("<thead><tr><th>case</th>", f);
  for (int k = 0; k < l->noutcomes; k++) {
    fputs("<th>", f);
    iso_page_text(f, iso_outcome_words(l->outcome[k], text, sizeof text));
    if (*iso_outcome_unit(l->outcome[k]) != '1')
      fprintf(f, " <small>%s</small>", iso_outcome_unit(l->outcome[k]));
    fputs("</th>", f);
  }
  if (s->best) fputs("<th>best in</th>", f);
  fputs("</tr></thead>\n<tbody>\n", f);
}

static void put_cell(const iso_spread *x, FILE *f) {
  char text[96];
  fprintf(f, "<td class=n data-value=\"%.17g\">%s</td>", x->hearts > 0 ? x->value : 0,
          words(x, text, sizeof text));
}

void iso_spreads_put(const iso_spreads *s, FILE *f) {
  char text[512];
  if (s->cases == 0) return;
  fprintf(f,
          "<h2>Over %d hearts</h2>\n<p>Median and 90%% interval over the hearts that are drawn; of yes or no "
          "the probability, with the 90%% interval that so few hearts leave%s.</p>\n<div class=wide><table "
          "class=sorted>\n",
          s->hearts, s->best ? "; and in which share of the hearts a case is the best" : "");
  put_heads(s, f);
  for (int c = 0; c < s->cases; c++) {
    fputs("<tr><td>", f);
    iso_page_text(f, iso_spreads_label(s, c, text, sizeof text));
    fputs("</td>", f);
    for (int k = 0; k < s->table->ledger->noutcomes; k++) put_cell(spread_of(s, c, k), f);
    if (s->best) put_cell(&s->best[c], f);
    fputs("</tr>\n", f);
  }
  fputs("</tbody></table></div>\n", f);
}

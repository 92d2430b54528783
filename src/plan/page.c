/* A study's page: one file that opens without a network. */
#include "plan/table.h"

#include "base/atomic.h"
#include "base/version.h"
#include "study/provenance.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct page {
  const iso_study_table *table;
  const char *title, *question, *configuration;
} page;

static const char style[] =
    "body{font:16px/1.45 system-ui,sans-serif;margin:2em auto;max-width:72em;padding:0 1em;color:#222}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{padding:.3em .7em;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}"
    "th{cursor:pointer;background:#f4f4f4;position:sticky;top:0}th small{font-weight:normal;color:#666}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;"
    "background:linear-gradient(#cfe3f5,#cfe3f5) no-repeat left/var(--w) 100%}"
    ".failed{color:#a00}.waiting{color:#888}.note{background:#fff6dd;padding:.6em 1em;border-left:4px solid "
    "#e0a800}"
    "pre{background:#f7f7f7;padding:1em;overflow:auto}";

/* A click on a head sorts by its column, a second one the other way round; what is missing comes last. */
static const char script[] =
    "document.querySelectorAll('th').forEach((head,column)=>head.onclick=()=>{"
    "const body=document.querySelector('tbody'),up=head.dataset.up!=='1';"
    "document.querySelectorAll('th').forEach(h=>delete h.dataset.up);head.dataset.up=up?'1':'0';"
    "const key=row=>row.cells[column].dataset.value??row.cells[column].textContent;"
    "[...body.rows].sort((a,b)=>{const x=key(a),y=key(b);if(x===''||y==='')return (x==='')-(y==='');"
    "const d=isNaN(x)||isNaN(y)?x.localeCompare(y):x-y;return up?d:-d})"
    ".forEach(row=>body.append(row))})";

static void put_text(FILE *f, const char *text) {
  for (; *text; text++) {
    const char *as = *text == '&'   ? "&amp;"
                     : *text == '<' ? "&lt;"
                     : *text == '>' ? "&gt;"
                     : *text == '"' ? "&quot;"
                                    : NULL;
    if (as)
      fputs(as, f);
    else
      fputc(*text, f);
  }
}

static bool is_outcome(const iso_study_table *t, int c) {
  const int first = iso_study_table_outcomes(t);
  return c >= first && c < first + t->ledger->noutcomes;
}

static void put_heads(const iso_study_table *t, FILE *f) {
  fputs("<thead><tr>", f);
  for (int c = 0; c < t->columns; c++) {
    fputs("<th title=\"", f);
    if (is_outcome(t, c))
      put_text(f, iso_outcome_meaning(t->ledger->outcome[c - iso_study_table_outcomes(t)]));
    fputs("\">", f);
    put_text(f, t->head[c]);
    fputs("</th>", f);
  }
  fputs("</tr></thead>\n", f);
}

/* The largest of a column whose values are all of 0 and above, which bars are drawn for; else 0. */
static double largest(const iso_study_table *t, int c) {
  double most = 0;
  for (int k = 0; k < t->rows; k++) {
    const double value = iso_study_table_value(t, k, c);
    if (value < 0) return 0;
    if (value > most) most = value;
  }
  return most;
}

static void put_value(const iso_study_table *t, int row, int c, double most, FILE *f) {
  const double value = iso_study_table_value(t, row, c);
  if (isnan(value)) {
    fputs("<td class=n data-value=\"\" style=\"--w:0\"></td>", f);
    return;
  }
  fprintf(f, "<td class=n data-value=\"%.17g\" style=\"--w:%.1f%%\">%.5g</td>", value,
          most > 0 ? 100 * value / most : 0, value);
}

static void put_table(const iso_study_table *t, FILE *f) {
  double most[1 + ISO_NOUTCOMES];
  const int first = iso_study_table_outcomes(t);
  for (int c = 0; c < t->ledger->noutcomes; c++) most[c] = largest(t, first + c);
  fputs("<table>\n", f);
  put_heads(t, f);
  fputs("<tbody>\n", f);
  for (int k = 0; k < t->rows; k++) {
    char *const *cell = t->cell + (size_t)k * (size_t)t->columns;
    fprintf(f, "<tr class=%s>", cell[t->columns - 2]);
    for (int c = 0; c < t->columns; c++) {
      if (is_outcome(t, c)) {
        put_value(t, k, c, most[c - first], f);
        continue;
      }
      fputs("<td>", f);
      put_text(f, cell[c]);
      fputs("</td>", f);
    }
    fputs("</tr>\n", f);
  }
  fputs("</tbody></table>\n", f);
}

static void print_page(const void *self, FILE *f) {
  const page *p = self;
  const iso_ledger *l = p->table->ledger;
  fputs("<!doctype html>\n<html lang=en><meta charset=utf-8><meta name=viewport "
        "content=\"width=device-width\">\n<title>",
        f);
  put_text(f, p->title);
  fprintf(f, "</title>\n<style>%s</style>\n<h1>", style);
  put_text(f, p->title);
  fputs("</h1>\n", f);
  if (p->question) {
    fputs("<p><strong>", f);
    put_text(f, p->question);
    fputs("</strong></p>\n", f);
  }
  fprintf(f,
          "<p class=note>A " ISO_NOT_A_DEVICE
          ".</p>\n<p>%d members: %d done, %d failed, %d to do. A click on a head sorts.</p>\n",
          l->members->n, l->nfinished - l->nfailed, l->nfailed, l->members->n - l->nfinished);
  put_table(p->table, f);
  fprintf(f, "<h2>How it was made</h2>\n<p>Isochrone " ISO_VERSION ", commit ");
  put_text(f, iso_program_commit());
  fputs(". Maps of each member are in <code>members/</code>, the table in <code>table.csv</code> and "
        "<code>table.nc</code>.</p>\n<details><summary>The configuration, with every default</summary><pre>",
        f);
  put_text(f, p->configuration);
  fprintf(f, "</pre></details>\n<script>%s</script>\n</html>\n", script);
}

iso_status iso_study_page_save(const iso_study_table *table, const char *path, const char *title,
                               const char *question, const char *configuration, iso_error *err) {
  return iso_atomic_write(path, false, print_page, &(page){table, title, question, configuration}, err);
}

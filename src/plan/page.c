/* A study's page: one file that opens without a network. */
#include "result/page.h"
#include "base/atomic.h"
#include "base/memory.h"
#include "base/version.h"
#include "plan/table.h"
#include "result/picture.h"
#include "study/provenance.h"
#include "study/result_names.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct page {
  const iso_study_table *table;
  const iso_config *config;
  const char *configuration;
  int *order; /* [rows] the best first */
  int npictures;
  int *shown;           /* [npictures] rows */
  iso_picture *picture; /* [npictures] */
} page;

static bool is_outcome(const iso_study_table *t, int c) {
  const int first = iso_study_table_outcomes(t);
  return c >= first && c < first + t->ledger->noutcomes;
}

static void put_heads(const iso_study_table *t, FILE *f) {
  fputs("<thead><tr>", f);
  for (int c = 0; c < t->columns; c++) {
    fputs("<th title=\"", f);
    if (is_outcome(t, c))
      iso_page_text(f, iso_outcome_meaning(t->ledger->outcome[c - iso_study_table_outcomes(t)]));
    fputs("\">", f);
    iso_page_text(f, t->head[c]);
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

static void put_row(const iso_study_table *t, int row, const double *most, FILE *f) {
  char *const *cell = t->cell + (size_t)row * (size_t)t->columns;
  const int first = iso_study_table_outcomes(t);
  fprintf(f, "<tr class=%s>", cell[t->columns - 2]);
  for (int c = 0; c < t->columns; c++) {
    if (is_outcome(t, c)) {
      put_value(t, row, c, most[c - first], f);
      continue;
    }
    fputs("<td>", f);
    iso_page_text(f, cell[c]);
    fputs("</td>", f);
  }
  fputs("</tr>\n", f);
}

static void put_table(const iso_study_table *t, const int *order, FILE *f) {
  double most[1 + ISO_NOUTCOMES];
  const int first = iso_study_table_outcomes(t);
  for (int c = 0; c < t->ledger->noutcomes; c++) most[c] = largest(t, first + c);
  fputs("<table class=sorted>\n", f);
  put_heads(t, f);
  fputs("<tbody>\n", f);
  for (int k = 0; k < t->rows; k++) put_row(t, order[k], most, f);
  fputs("</tbody></table>\n", f);
}

/* What the order of rows, and of maps, says. */
static void put_rank(const iso_ledger *l, FILE *f) {
  if (l->rank_by < 0) return;
  fprintf(f, " Ranked by %s, the %s first.", iso_outcome_name(l->outcome[l->rank_by]),
          l->largest_first ? "largest" : "smallest");
}

static void put_pictures(const page *p, iso_page *out) {
  char label[512], heading[600];
  if (p->npictures == 0) return;
  fprintf(out->file, "<h2>Maps and signals</h2>\n<p>Of the first %d in this order. Maps turn together.</p>\n",
          p->npictures);
  fputs("<div class=views>\n", out->file);
  for (int k = 0; k < p->npictures; k++) {
    snprintf(heading, sizeof heading, "%d: %s", p->shown[k] + 1,
             iso_study_table_label(p->table, p->shown[k], label, sizeof label));
    iso_page_picture(out, heading, p->picture[k].surface, p->picture[k].rest);
  }
  fputs("</div>\n", out->file);
}

static void print_page(const void *self, FILE *f) {
  const page *p = self;
  const iso_ledger *l = p->table->ledger;
  iso_page out;
  iso_page_begin(&out, f, p->config->title ? p->config->title : "A study", p->config->study.question);
  fprintf(f, "<p>%d members: %d done, %d failed, %d to do. A click on a head sorts.", l->members->n,
          l->nfinished - l->nfailed, l->nfailed, l->members->n - l->nfinished);
  put_rank(l, f);
  fputs("</p>\n", f);
  put_table(p->table, p->order, f);
  put_pictures(p, &out);
  fputs("<h2>How it was made</h2>\n<p>Isochrone " ISO_VERSION ", commit ", f);
  iso_page_text(f, iso_program_commit());
  fputs(". Results of each member are in <code>members/</code>, the table in <code>table.csv</code> and "
        "<code>table.nc</code>.</p>\n",
        f);
  iso_page_details(f, "The configuration, with every default", p->configuration);
  iso_page_end(&out);
}

/* Of the first members whose pictures are there: those that failed, and those of older versions, have none.
 */
static iso_status load_pictures(page *p, iso_error *err) {
  char path[PATH_MAX];
  iso_error why;
  const int most = p->config->study.maps;
  ISO_TRY(iso_alloc(&p->picture, (size_t)most, sizeof *p->picture, "pictures", err));
  ISO_TRY(iso_alloc(&p->shown, (size_t)most, sizeof *p->shown, "pictures", err));
  for (int k = 0; k < p->table->rows && p->npictures < most; k++) {
    const int row = p->order[k];
    if (strcmp(p->table->cell[(size_t)(row + 1) * (size_t)p->table->columns - 2], "done") != 0) continue;
    iso_member_path(p->table->ledger->folder, row, ISO_END_PICTURE, path, sizeof path);
    if (iso_picture_load(&p->picture[p->npictures], path, &why) == ISO_OK)
      p->shown[p->npictures++] = row;
    else
      iso_picture_free(&p->picture[p->npictures]);
  }
  return ISO_OK;
}

iso_status iso_study_page_save(const iso_study_table *table, const char *path, const iso_config *config,
                               const char *configuration, iso_error *err) {
  page p = {.table = table, .config = config, .configuration = configuration};
  iso_status status = iso_alloc(&p.order, (size_t)table->rows, sizeof *p.order, "ranks of members", err);
  if (status == ISO_OK) status = iso_study_table_rank(table, p.order, err);
  if (status == ISO_OK) status = load_pictures(&p, err);
  if (status == ISO_OK) status = iso_atomic_write(path, false, print_page, &p, err);
  for (int k = 0; k < p.npictures; k++) iso_picture_free(&p.picture[k]);
  free(p.picture);
  free(p.shown);
  free(p.order);
  return status;
}

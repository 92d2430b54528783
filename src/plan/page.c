/* A study's page: one file that opens without a network. */
#include "result/page.h"
#include "base/atomic.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "plan/circuits.h"
#include "plan/page_table.h"
#include "plan/spread.h"
#include "plan/table.h"
#include "result/picture.h"
#include "study/made.h"
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
  const iso_circuits *circuits;
  const iso_spreads *spreads;
  const char *screened;
  int *order; /* [rows] the best first */
  int npictures;
  int *shown, *round;   /* [npictures] rows, and which of their rounds, from 1 */
  iso_picture *picture; /* [npictures] */
} page;

/* What the order of rows, and of maps, says. */
static void put_rank(const page *p, FILE *f) {
  const iso_ledger *l = p->table->ledger;
  char words[64];
  if (l->rank_by < 0) return;
  fprintf(f, " Ranked by %s, the %s first.", iso_outcome_words(l->outcome[l->rank_by], words, sizeof words),
          l->largest_first ? "largest" : "smallest");
  if (p->config->study.ncompare > 0) fputs(" Members to compare with are in italics.", f);
}

/* ---- circuits ---- */

/* Row of the members of circuit c, and what they have in common. */
static void put_circuit(const page *p, int c, FILE *f) {
  const iso_circuit_of_member *first = NULL;
  double shortest = INFINITY, longest = 0;
  char members[512] = "", label[512];
  int n = 0, first_row = 0;
  for (int row = p->table->rows - 1; row >= 0; row--)
    if (p->circuits->member[row].number == c) first = &p->circuits->member[row], first_row = row;
  for (int row = 0; row < p->table->rows; row++) {
    const iso_circuit_of_member *m = &p->circuits->member[row];
    if (m->number != c) continue;
    shortest = fmin(shortest, m->cycle_ms), longest = fmax(longest, m->cycle_ms);
    iso_text_append(members, sizeof members, "%s%d", n++ ? ", " : "", row + 1);
  }
  fprintf(f, "<tr><td>%d</td><td>%d</td><td>", c, n);
  iso_page_text(f, members);
  fprintf(f, "</td><td>%.4g", shortest);
  if (longest > shortest * 1.001) fprintf(f, " to %.4g", longest); /* else they are written alike */
  fprintf(f, " ms</td><td>%.4g, %.4g, %.4g mm</td><td>", first->exit_mm[0], first->exit_mm[1],
          first->exit_mm[2]);
  iso_page_text(f, iso_study_table_label(p->table, first_row, label, sizeof label));
  fputs("</td></tr>\n", f);
}

static void put_circuits(const page *p, FILE *f) {
  const iso_config_circuits *same = &p->config->study.circuits;
  if (p->circuits->n == 0) return;
  fprintf(
      f,
      "<h2>Circuits</h2>\n<p>%d member%s with sustained re-entry, %d different circuit%s: counted once where "
      "the exits, the first places that activate again, are within %g mm, the cycle lengths within %g%%, and "
      "the surface activates in the same order (an overlap of %g or more, 1 being the same).</p>\n",
      p->circuits->nmembers, p->circuits->nmembers == 1 ? "" : "s", p->circuits->n,
      p->circuits->n == 1 ? "" : "s", same->exit_mm, same->cycle_percent, same->overlap);
  fputs("<table class=sorted><thead><tr><th>circuit</th><th>members</th><th>which</th><th>cycle length</th>"
        "<th>exit</th><th>first in</th></tr></thead><tbody>\n",
        f);
  for (int c = 1; c <= p->circuits->n; c++) put_circuit(p, c, f);
  fputs("</tbody></table>\n", f);
}

static void put_pictures(const page *p, iso_page *out) {
  char label[512], heading[600];
  if (p->npictures == 0) return;
  fprintf(out->file,
          "<h2>Maps and signals</h2>\n<p>%s Drag a map to turn it, all maps turn "
          "together; the wheel zooms. The same colour is the same time in all of them.</p>\n",
          p->config->study.ncompare > 0
              ? "Of the members to compare with, and then of the first in this order."
              : "Of the first members in this order.");
  fputs("<div class=views>\n", out->file);
  for (int k = 0; k < p->npictures; k++) {
    snprintf(heading, sizeof heading, "%d: %s", p->shown[k] + 1,
             iso_study_table_label(p->table, p->shown[k], label, sizeof label));
    if (p->circuits->member[p->shown[k]].number > 0)
      iso_text_append(heading, sizeof heading, ": circuit %d", p->circuits->member[p->shown[k]].number);
    if (p->round[k] > 1) iso_text_append(heading, sizeof heading, ": round %d", p->round[k]);
    iso_page_picture(out, heading, p->picture[k].surface, p->picture[k].rest);
  }
  fputs("</div>\n", out->file);
}

static void print_page(const void *self, FILE *f) {
  const page *p = self;
  const iso_ledger *l = p->table->ledger;
  iso_page out;
  const char *title = p->config->title ? p->config->title : "A study";
  const char *question = p->config->study.question;
  iso_page_begin(&out, f, title, question && strcmp(question, title) != 0 ? question : NULL);
  fprintf(f, "<p>%d members, a simulation each: %d done, ", l->members->n,
          l->nfinished - l->nfailed - l->nscreened);
  if (p->config->study.has_screen) fprintf(f, "%d screened, ", l->nscreened);
  fprintf(f, "%d failed, %d to do. A click on a head sorts.", l->nfailed, l->members->n - l->nfinished);
  put_rank(p, f);
  fputs("</p>\n", f);
  if (*p->screened) fprintf(f, "<p>Screen: %s.</p>\n", p->screened);
  iso_spreads_put(p->spreads, f);
  iso_page_table(p->table, &p->config->study, p->order, f);
  put_circuits(p, f);
  put_pictures(p, &out);
  fputs("<h2>How it was made</h2>\n", f);
  iso_made_put(f, p->config);
  fputs("<p>Results of each member are in <code>members/</code>, the table in <code>table.csv</code> and "
        "<code>table.nc</code>.</p>\n",
        f);
  iso_page_details(f, "The configuration, with every default", p->configuration);
  iso_page_end(&out);
}

/* The picture of a round of a member, where it is there: those that failed, and those of older versions, have
 * none. */
static bool load_round(page *p, int row, int round) {
  char path[PATH_MAX], ending[64] = "";
  iso_error why = {0};
  iso_picture *picture = &p->picture[p->npictures];
  if (round > 1) snprintf(ending, sizeof ending, "_round%d", round);
  iso_text_append(ending, sizeof ending, "%s", ISO_END_PICTURE);
  iso_member_path(p->table->ledger->folder, row, ending, path, sizeof path);
  if (iso_picture_load(picture, path, &why) != ISO_OK) {
    iso_picture_free(picture);
    return false;
  }
  p->shown[p->npictures] = row, p->round[p->npictures++] = round;
  return true;
}

/* A member's pictures, its rounds (study.ablation) one after the other, up to so many of all. */
static void load_member(page *p, int row, int most) {
  if (strcmp(p->table->cell[(size_t)(row + 1) * (size_t)p->table->columns - 2], "done") != 0) return;
  for (int round = 1; p->npictures < most && load_round(p, row, round); round++) continue;
}

/* Of those to compare with, and of the first others. */
static iso_status load_pictures(page *p, iso_error *err) {
  const iso_config_study *study = &p->config->study;
  const int most = study->maps + study->ncompare;
  ISO_TRY(iso_alloc(&p->picture, (size_t)most, sizeof *p->picture, "pictures", err));
  ISO_TRY(iso_alloc(&p->shown, (size_t)most, sizeof *p->shown, "pictures", err));
  ISO_TRY(iso_alloc(&p->round, (size_t)most, sizeof *p->round, "pictures", err));
  for (int k = 0; k < study->ncompare; k++) load_member(p, study->compare[k] - 1, k + 1);
  const int references = p->npictures;
  for (int k = 0; k < p->table->rows; k++)
    if (!iso_page_is_reference(study, p->order[k])) load_member(p, p->order[k], references + study->maps);
  return ISO_OK;
}

iso_status iso_study_page_save(const iso_study_table *table, const char *path, const iso_study_about *about,
                               iso_error *err) {
  page p = {.table = table,
            .config = about->config,
            .configuration = about->configuration,
            .circuits = about->circuits,
            .spreads = about->spreads,
            .screened = about->screened};
  iso_status status = iso_alloc(&p.order, (size_t)table->rows, sizeof *p.order, "ranks of members", err);
  if (status == ISO_OK) status = iso_study_table_rank(table, p.order, err);
  if (status == ISO_OK) status = load_pictures(&p, err);
  if (status == ISO_OK) status = iso_atomic_write(path, false, print_page, &p, err);
  for (int k = 0; k < p.npictures; k++) iso_picture_free(&p.picture[k]);
  free(p.picture);
  free(p.shown);
  free(p.round);
  free(p.order);
  return status;
}

/* What a job leaves of all members: tables, the page, and a word on how far the study is. */
#include "plan/job.h"

#include "base/memory.h"
#include "base/print.h"
#include "base/timer.h"
#include "plan/circuits.h"
#include "plan/heart_maps.h"
#include "plan/manifest.h"
#include "plan/screen.h"
#include "plan/spread.h"
#include "plan/table.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static iso_status write_files(const char *folder, const iso_study_table *table, const iso_study_about *about,
                              iso_error *err) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/circuits.csv", folder);
  if (about->circuits->n > 0)
    ISO_TRY(iso_circuits_save(about->circuits, table, path, err));
  else
    unlink(path); /* of members that have been removed since */
  snprintf(path, sizeof path, "%s/summary.csv", folder);
  ISO_TRY(iso_spreads_save(about->spreads, path, err));
  snprintf(path, sizeof path, "%s/table.nc", folder);
  ISO_TRY(iso_study_table_save(table, path, about, err));
  snprintf(path, sizeof path, "%s/index.html", folder);
  return iso_study_page_save(table, path, about, err);
}

/* The table as CSV, with the column circuit where members have any. */
static iso_status write_table(iso_ledger *l, const iso_circuits *circuits, iso_error *err) {
  int *number;
  if (circuits->n == 0) return iso_ledger_table(l, err);
  ISO_TRY(iso_alloc(&number, (size_t)l->members->n, sizeof *number, "a column", err));
  for (int k = 0; k < l->members->n; k++) number[k] = circuits->member[k].number;
  l->circuit = number;
  const iso_status status = iso_ledger_table(l, err);
  l->circuit = NULL;
  free(number);
  return status;
}

/* All members, into table and circuits, and as CSV: where there is no memory for the former, what is known of
 * them all the same, instead of what was when the job began. */
static iso_status read_members(iso_job *j, iso_study_table *table, iso_circuits *circuits, iso_error *err) {
  iso_status status = iso_study_table_new(table, &j->ledger, err);
  if (status == ISO_OK) status = iso_circuits_find(circuits, table, &j->config.study.circuits, err);
  if (status == ISO_OK) status = write_table(&j->ledger, circuits, err);
  if (status != ISO_OK) iso_ledger_table(&j->ledger, &(iso_error){0});
  return status;
}

static bool speaks(const iso_job *j) { return !j->options->log || j->options->log->level >= ISO_LOG_INFO; }

/* By the job that finishes the study, where maps are wanted. */
static bool maps_hearts(const iso_job *j, const iso_spreads *spreads) {
  return spreads->cases > 0 && j->ngroups > 0 && j->config.study.maps > 0 &&
         j->ledger.nfinished == j->members.n;
}

/* Of a study that is finished, with or without them. */
static void map_hearts(iso_job *j, const iso_spreads *spreads, const char *configuration) {
  iso_error why = {0};
  if (iso_heart_maps_save(j, spreads, configuration, &why) != ISO_OK)
    iso_log_say(j->options->log, ISO_LOG_WARNING, "no " ISO_HEART_MAPS ": %s", why.message);
}

/* On rank 0: the table as CSV and NetCDF, circuits, and the page. */
static iso_status write_tables(iso_job *j, iso_error *err) {
  char *text = NULL;
  iso_study_table table = {0};
  iso_circuits circuits = {0};
  iso_spreads spreads = {0};
  iso_ledger_look(&j->ledger);
  iso_status status = read_members(j, &table, &circuits, err);
  if (status == ISO_OK) status = iso_config_dump(&j->config, &text, err);
  /* Members that a wave chose are no sample of the hearts: none then, as iso_screen_tell says. */
  if (status == ISO_OK && !j->config.study.has_screen) status = iso_spreads_new(&spreads, &table, err);
  char screened[ISO_SCREEN_TEXT] = "";
  if (status == ISO_OK) iso_screen_tell(&table, &j->config.study, screened, sizeof screened);
  const iso_study_about about = {&j->config, text, &circuits, &spreads, screened};
  if (status == ISO_OK) status = write_files(j->options->folder, &table, &about, err);
  if (status == ISO_OK && speaks(j)) iso_spreads_print(&spreads, stdout);
  if (status == ISO_OK && speaks(j) && *screened) iso_print(stdout, "screen       %s\n", screened);
  if (status == ISO_OK && maps_hearts(j, &spreads)) map_hearts(j, &spreads, text);
  iso_spreads_free(&spreads);
  iso_circuits_free(&circuits);
  iso_study_table_free(&table);
  free(text);
  return status;
}

/* The number in "members/0007.e.nc"; 0: of the folder itself. */
static int member_of(const char *lost) {
  int number = 0;
  sscanf(lost, "members/%9d", &number);
  return number;
}

enum { MOST_TOLD = 10 };

/* What the folder does not have any more, a line for each member. */
static void tell_lost(const iso_job *j, const iso_names *lost) {
  const iso_log *log = j->options->log;
  int told = 0, next;
  for (int k = 0; k < lost->n; k = next) {
    const int member = member_of(lost->name[k]);
    char more[32] = "";
    for (next = k + 1; next < lost->n && member_of(lost->name[next]) == member;) next++;
    if (++told > MOST_TOLD) continue;
    if (next > k + 1) snprintf(more, sizeof more, " and %d more", next - k - 1);
    if (member > 0)
      iso_log_say(
          log, ISO_LOG_WARNING,
          "member %d is finished, but %s/%s%s %s not there any more: put %s back, or --again makes the "
          "member anew",
          member, j->options->folder, lost->name[k], more, *more ? "are" : "is", *more ? "them" : "it");
    else
      iso_log_say(log, ISO_LOG_WARNING,
                  "%s/%s is not there any more: put it back, or the study without --status makes it anew",
                  j->options->folder, lost->name[k]);
  }
  if (told > MOST_TOLD)
    iso_log_say(log, ISO_LOG_WARNING, "and files of %d more members: sha256sum -c manifest.sha256 lists them",
                told - MOST_TOLD);
}

static iso_status keep_manifest(const iso_job *j, iso_error *err) {
  iso_names lost = {0};
  const iso_status status = iso_manifest_save(j->options->folder, j->members.n, &lost, err);
  if (status == ISO_OK) tell_lost(j, &lost);
  iso_names_free(&lost);
  return status;
}

iso_status iso_job_show(iso_job *j, iso_error *err) {
  const iso_ledger *l = &j->ledger;
  char screened[48] = "";
  ISO_TRY(write_tables(j, err));
  ISO_TRY(keep_manifest(j, err));
  if (!speaks(j)) return ISO_OK;
  if (j->config.study.has_screen) snprintf(screened, sizeof screened, "%d screened, ", l->nscreened);
  iso_print(
      stdout,
      "study        %s\nmembers      %d: %d done, %s%d failed, %d to do\ntable        %s/table.csv; the "
      "page: %s/index.html\n",
      j->options->folder, j->members.n, l->nfinished - l->nfailed - l->nscreened, screened, l->nfailed,
      j->members.n - l->nfinished, j->options->folder, j->options->folder);
  iso_effort_print(&j->effort, j->ngroups, iso_clock() - j->began);
  return ISO_OK;
}

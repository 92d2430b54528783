/* A job's beginning and end, and the one heart that its members are runs of. */
#include "plan/job.h"

#include "base/memory.h"
#include "base/share.h"
#include "study/inputs.h"
#include "study/load.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- members and their heart ---- */

/* Into j->set: how many they are. */
static int set_member(iso_job *j, int member) {
  const iso_study_options *o = j->options;
  for (int i = 0; i < o->nset; i++) j->set[i] = o->set[i];
  return o->nset + iso_members_settings(&j->members, member, j->set + o->nset);
}

iso_status iso_job_load_screened(iso_job *j, int member, iso_config *out, MPI_Comm comm, iso_error *err) {
  const iso_config_screen *s = &j->config.study.screen;
  int n = set_member(j, member);
  j->set[n++] = "method=recurrent_eikonal";
  for (int i = 0; i < s->nset; i++) j->set[n++] = s->set[i];
  return iso_study_load(out, comm, j->options->file, n, j->set, err);
}

iso_status iso_job_load(iso_job *j, int member, const iso_rounds *rounds, iso_config *out, MPI_Comm comm,
                        iso_error *err) {
  int n = set_member(j, member);
  for (int i = 0; rounds && i < rounds->nlesions; i++) j->set[n++] = rounds->set[i];
  return iso_study_load(out, comm, j->options->file, n, j->set, err);
}

void iso_job_forget_heart(iso_job *j) {
  iso_setup_free(&j->heart);
  j->heart = (iso_setup){0};
  for (int k = 0; k < 2; k++) iso_config_free(&j->member[k]);
}

iso_status iso_job_run_next(iso_job *j, iso_run_options *options, iso_run_steps *steps, iso_error *err) {
  options->heart = &j->heart;
  options->steps = steps;
  ISO_TRY(iso_run(j->group, &j->member[j->now], options, err));
  j->now = !j->now;
  iso_config_free(&j->member[j->now]);
  return ISO_OK;
}

/* ---- its beginning and end ---- */

/* Groups of equal size; ranks beyond them work on nothing. */
static iso_status make_groups(iso_job *j, iso_error *err) {
  int rank, size, ranks = j->config.study.ranks;
  MPI_Comm_rank(j->comm, &rank);
  MPI_Comm_size(j->comm, &size);
  if (ranks > size)
    return iso_config_fail(&j->config, err, "study.ranks", "a member wants %d ranks, and the job has %d",
                           ranks, size);
  j->ngroups = size / ranks;
  if (size % ranks)
    iso_log_say(j->options->log, ISO_LOG_WARNING,
                "%d of %d ranks have no member to work on: study.ranks is %d", size % ranks, size, ranks);
  MPI_Comm_split(j->comm, rank < j->ngroups * ranks ? rank / ranks : MPI_UNDEFINED, rank, &j->group);
  if (j->group == MPI_COMM_NULL) return ISO_OK;
  j->leads = iso_rank(j->group) == 0;
  j->log = iso_log_new(j->group, stderr, j->options->log ? j->options->log->level : ISO_LOG_SILENT);
  return ISO_OK;
}

/* What a case's configuration has to do with the others' before the first member runs. */
static iso_status check_case(iso_job *j, int axis, int c, const iso_config *config, iso_error *err) {
  ISO_TRY(iso_agree(j->comm, iso_beginnings_add(&j->beginnings, axis, c, config, err), err));
  const bool first = iso_rank(j->comm) == 0;
  return iso_agree(j->comm, first ? iso_inputs_add(config, &j->files, &j->inputs, err) : ISO_OK, err);
}

/* Before the first member runs: every case of every axis once, the other axes at their first case. */
static iso_status check_cases(iso_job *j, iso_error *err) {
  for (int a = j->members.naxes - 1, stride = 1; a >= 0; stride *= j->members.axis[a--].ncases)
    for (int c = a == j->members.naxes - 1 ? 0 : 1; c < j->members.axis[a].ncases; c++) {
      iso_config config;
      ISO_TRY(iso_job_load(j, c * stride, NULL, &config, j->comm, err));
      const iso_status status = check_case(j, a, c, &config, err);
      iso_config_free(&config);
      ISO_TRY(status);
      if (!j->config.study.has_screen) continue;
      ISO_TRY(iso_job_load_screened(j, c * stride, &config, j->comm, err));
      iso_config_free(&config);
    }
  return iso_beginnings_check(&j->beginnings, err);
}

/* Rank 0 first, which makes the folder. */
static iso_status open_ledgers(iso_job *j, bool new, iso_error *err) {
  const char *folder = j->options->folder;
  const bool first = iso_rank(j->comm) == 0;
  iso_status status = first ? iso_ledger_open(&j->ledger, folder, new, &j->config, &j->members, err) : ISO_OK;
  ISO_TRY(iso_agree(j->comm, status, err));
  if (first && new) status = iso_members_save(&j->members, err);
  if (first && new &&status == ISO_OK && j->inputs) status = iso_ledger_inputs(folder, j->inputs, err);
  if (first && status == ISO_OK && j->options->again) status = iso_ledger_forget(&j->ledger, err);
  ISO_TRY(iso_agree(j->comm, status, err));
  if (!first && j->leads) status = iso_ledger_open(&j->ledger, folder, false, &j->config, &j->members, err);
  return iso_agree(j->comm, status, err);
}

/* folder: where members run; NULL: nowhere. */
static iso_status load_members(iso_job *j, const char *folder, iso_error *err) {
  const iso_study_options *o = j->options;
  ISO_TRY(iso_study_load(&j->config, j->comm, o->file, o->nset, o->set, err));
  ISO_TRY(iso_members_new(&j->members, j->comm, &j->config, folder, err));
  const int of_wave = 1 + j->config.study.screen.nset;
  const size_t n = (size_t)(o->nset + j->members.most_sets + of_wave + ISO_MOST_ROUND_LESIONS);
  ISO_TRY(iso_agree(j->comm, iso_alloc(&j->set, n, sizeof *j->set, "settings", err), err));
  return iso_agree(j->comm, iso_beginnings_new(&j->beginnings, &j->members, &j->config, err), err);
}

iso_status iso_job_try(iso_job *j, iso_error *err) {
  ISO_TRY(load_members(j, NULL, err));
  return check_cases(j, err);
}

iso_status iso_job_begin(iso_job *j, bool new, iso_error *err) {
  ISO_TRY(load_members(j, new ? j->options->folder : NULL, err));
  if (new) ISO_TRY(make_groups(j, err));
  if (new) ISO_TRY(check_cases(j, err));
  return open_ledgers(j, new, err);
}

void iso_job_end(iso_job *j) {
  iso_job_forget_heart(j);
  iso_ledger_free(&j->ledger);
  iso_beginnings_free(&j->beginnings);
  iso_members_free(&j->members);
  iso_config_free(&j->config);
  iso_names_free(&j->files);
  free(j->inputs);
  free(j->set);
  if (j->group != MPI_COMM_NULL) MPI_Comm_free(&j->group);
}

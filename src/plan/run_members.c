#include "plan/run_members.h"

#include "base/memory.h"
#include "base/print.h"
#include "base/share.h"
#include "base/signals.h"
#include "base/text.h"
#include "base/timer.h"
#include "plan/ledger.h"
#include "plan/table.h"
#include "study/load.h"
#include "study/run.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct job {
  const iso_study_options *options;
  MPI_Comm comm, group; /* group: of ranks that work on a member together */
  int ngroups;
  bool leads;        /* the first of its group */
  iso_log log;       /* speaks on each group's first rank */
  iso_config config; /* what all members begin with */
  iso_members members;
  iso_ledger ledger;    /* of those that lead, and of rank 0 */
  const char **set;     /* [options->nset + members.most_sets] of a member */
  iso_config member[2]; /* that runs, and the one before, from which the heart moves on */
  int now;              /* which of the two runs next */
  iso_setup heart;
  double began, told; /* the clock: of the job, of the last table */
  int nrun;           /* members that this group has run */
  double member_s;    /* the clock's, that they took; at the end on rank 0 of all groups */
} job;

/* ---- one member ---- */

static iso_status load_member(job *j, int member, iso_config *out, MPI_Comm comm, iso_error *err) {
  const iso_study_options *o = j->options;
  for (int i = 0; i < o->nset; i++) j->set[i] = o->set[i];
  const int n = iso_members_settings(&j->members, member, j->set + o->nset);
  return iso_study_load(out, comm, o->file, o->nset + n, j->set, err);
}

static void free_heart(job *j) {
  iso_setup_free(&j->heart);
  j->heart = (iso_setup){0};
}

static void forget_heart(job *j) {
  free_heart(j);
  for (int k = 0; k < 2; k++) iso_config_free(&j->member[k]);
}

/* The heart moves from the configuration before, which goes then. */
static iso_status run_member(job *j, int member, const iso_log *log, iso_outcomes *outcomes, iso_error *err) {
  char prefix[PATH_MAX], summary[PATH_MAX];
  iso_config *config = &j->member[j->now];
  *outcomes = iso_outcomes_none();
  ISO_TRY(load_member(j, member, config, j->group, err));
  iso_member_path(j->options->folder, member, "", prefix, sizeof prefix);
  iso_member_path(j->options->folder, member, ".json", summary, sizeof summary);
  const bool shares = config->method == ISO_METHOD_MONODOMAIN;
  if (!shares) free_heart(j);
  const iso_run_options options = {.output = prefix,
                                   .summary = summary,
                                   .log = log,
                                   .picture = j->config.study.maps > 0,
                                   .heart = shares ? &j->heart : NULL,
                                   .outcomes = outcomes};
  ISO_TRY(iso_run(j->group, config, &options, err));
  j->now = !j->now;
  iso_config_free(&j->member[j->now]);
  return ISO_OK;
}

/* What a member's run has to say goes to a file beside its results; none where it is nothing. */
static iso_status run_logged(job *j, int member, iso_outcomes *outcomes, iso_error *err) {
  char path[PATH_MAX] = "";
  FILE *file = NULL;
  if (j->leads) {
    iso_member_path(j->options->folder, member, ".log", path, sizeof path);
    file = fopen(path, "w");
  }
  const iso_log log = iso_log_new(j->group, file, ISO_LOG_WARNING);
  const iso_status status = run_member(j, member, &log, outcomes, err);
  const bool empty = file && ftell(file) == 0;
  if (file) fclose(file);
  if (empty) unlink(path);
  if (status != ISO_OK) forget_heart(j);
  return status;
}

static void tell_end(const job *j, int member, iso_status status, const iso_error *why, double seconds) {
  char text[512] = "", took[32], left[32];
  const int done = j->ledger.nfinished, rest = j->members.n - done;
  for (int a = 0; a < j->members.naxes; a++)
    iso_text_append(text, sizeof text, "%s%s %s", a ? ", " : "", j->members.axis[a].name,
                    iso_members_case(&j->members, member, a)->name);
  const double each = (iso_clock() - j->began) / j->nrun / j->ngroups;
  iso_log_say(&j->log, status == ISO_OK ? ISO_LOG_INFO : ISO_LOG_WARNING,
              "member %d (%s): %s%s in %s; %d of %d finished%s%s", member + 1, text,
              status == ISO_OK ? "done" : "failed: ", status == ISO_OK ? "" : why->message,
              iso_text_duration(seconds, took, sizeof took), done, j->members.n,
              rest > 0 ? ", left about " : "",
              rest > 0 ? iso_text_duration(each * rest, left, sizeof left) : "");
}

enum { TABLE_SECONDS = 2 }; /* between tables of one group: each reads the rows that are new */

/* The row, and now and then the table. On the rank that leads. */
static iso_status keep(job *j, int member, iso_status status, const iso_outcomes *outcomes,
                       const iso_error *why, double seconds, iso_error *err) {
  const iso_member_end end = {.status = status == ISO_OK ? ISO_MEMBER_DONE : ISO_MEMBER_FAILED,
                              .outcomes = outcomes,
                              .why = status == ISO_OK ? "" : why->message};
  ISO_TRY(iso_ledger_finish(&j->ledger, member, &end, err));
  if (iso_clock() - j->told > TABLE_SECONDS) {
    ISO_TRY(iso_ledger_table(&j->ledger, err));
    j->told = iso_clock();
  } else
    iso_ledger_look(&j->ledger);
  tell_end(j, member, status, why, seconds);
  return ISO_OK;
}

/* A member that this group has claimed. Fails where the study cannot go on; a member that fails does not. */
static iso_status work_on(job *j, int member, iso_error *err) {
  iso_outcomes outcomes;
  iso_error why = {0};
  const double began = iso_clock();
  const iso_status status = run_logged(j, member, &outcomes, &why);
  if (status == ISO_ESTOPPED) return iso_fail(err, status, "%s", why.message);
  const double seconds = iso_clock() - began;
  j->nrun++;
  j->member_s += seconds;
  return iso_agree(j->group, j->leads ? keep(j, member, status, &outcomes, &why, seconds, err) : ISO_OK, err);
}

/* ---- all of them ---- */

static bool is_mine(const iso_study_options *o, int member) { return member % o->nshards == o->shard - 1; }

/* Whether a signal asks for the end, for any rank of the group. */
static bool asks_to_stop(const job *j) {
  int stop = iso_signals_stop();
  MPI_Allreduce(MPI_IN_PLACE, &stop, 1, MPI_INT, MPI_MAX, j->group);
  return stop != 0;
}

static iso_status run_group(job *j, iso_error *err) {
  for (int k = 0; k < j->members.n; k++) {
    int claim = -1, mine = 0;
    if (!is_mine(j->options, k)) continue;
    if (asks_to_stop(j)) return iso_fail(err, ISO_ESTOPPED, "stopped by a signal");
    iso_status status = j->leads ? iso_ledger_claim(&j->ledger, k, &claim, err) : ISO_OK;
    ISO_TRY(iso_agree(j->group, status, err));
    mine = claim >= 0;
    MPI_Bcast(&mine, 1, MPI_INT, 0, j->group);
    if (!mine) continue;
    status = work_on(j, k, err);
    if (claim >= 0) iso_ledger_release(&j->ledger, k, claim);
    ISO_TRY(status);
  }
  return ISO_OK;
}

/* Groups of equal size; ranks beyond them work on nothing. */
static iso_status make_groups(job *j, iso_error *err) {
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

/* Before the first member runs: every case of every axis once, the other axes at their first case. */
static iso_status check_cases(job *j, iso_error *err) {
  for (int a = j->members.naxes - 1, stride = 1; a >= 0; stride *= j->members.axis[a--].ncases)
    for (int c = a == j->members.naxes - 1 ? 0 : 1; c < j->members.axis[a].ncases; c++) {
      iso_config config;
      ISO_TRY(load_member(j, c * stride, &config, j->comm, err));
      iso_config_free(&config);
    }
  return ISO_OK;
}

/* Rank 0 first, which makes the folder. */
static iso_status open_ledgers(job *j, bool new, iso_error *err) {
  const char *folder = j->options->folder;
  const bool first = iso_rank(j->comm) == 0;
  iso_status status = first ? iso_ledger_open(&j->ledger, folder, new, &j->config, &j->members, err) : ISO_OK;
  ISO_TRY(iso_agree(j->comm, status, err));
  if (first && j->options->again) status = iso_ledger_forget_failed(&j->ledger, err);
  ISO_TRY(iso_agree(j->comm, status, err));
  if (!first && j->leads) status = iso_ledger_open(&j->ledger, folder, false, &j->config, &j->members, err);
  return iso_agree(j->comm, status, err);
}

static iso_status begin(job *j, bool new, iso_error *err) {
  const iso_study_options *o = j->options;
  ISO_TRY(iso_study_load(&j->config, j->comm, o->file, o->nset, o->set, err));
  ISO_TRY(iso_members_new(&j->members, j->comm, &j->config, err));
  const size_t n = (size_t)(o->nset + j->members.most_sets);
  ISO_TRY(iso_agree(j->comm, iso_alloc(&j->set, n, sizeof *j->set, "settings", err), err));
  if (new) ISO_TRY(make_groups(j, err));
  if (new) ISO_TRY(check_cases(j, err));
  return open_ledgers(j, new, err);
}

static void end(job *j) {
  forget_heart(j);
  iso_ledger_free(&j->ledger);
  iso_members_free(&j->members);
  iso_config_free(&j->config);
  free(j->set);
  if (j->group != MPI_COMM_NULL) MPI_Comm_free(&j->group);
}

/* On rank 0: the table as CSV and NetCDF, and the page. */
static iso_status write_tables(job *j, iso_error *err) {
  const iso_config_study *study = &j->config.study;
  char path[PATH_MAX], *text = NULL;
  iso_study_table table = {0};
  iso_status status = iso_ledger_table(&j->ledger, err);
  if (status == ISO_OK) status = iso_config_dump(&j->config, &text, err);
  if (status == ISO_OK) status = iso_study_table_new(&table, &j->ledger, err);
  snprintf(path, sizeof path, "%s/table.nc", j->options->folder);
  if (status == ISO_OK) status = iso_study_table_save(&table, path, study->question, text, err);
  snprintf(path, sizeof path, "%s/index.html", j->options->folder);
  if (status == ISO_OK) status = iso_study_page_save(&table, path, &j->config, text, err);
  iso_study_table_free(&table);
  free(text);
  return status;
}

/* How much of the groups' time went into members; the rest is set-up of the job, claims, tables and waiting
 * at the end. On rank 0. */
static void print_use(const job *j) {
  if (j->nrun == 0) return;
  const double all = j->ngroups * (iso_clock() - j->began);
  iso_print(stdout, "time         %.1f%% of %d x %.1f s in members\n", 100 * j->member_s / all, j->ngroups,
            all / j->ngroups);
}

/* Members and their time over all groups, on rank 0. Collective. */
static void add_up(job *j) {
  double mine = j->leads ? j->member_s : 0;
  int n = j->leads ? j->nrun : 0;
  MPI_Reduce(&mine, &j->member_s, 1, MPI_DOUBLE, MPI_SUM, 0, j->comm);
  MPI_Reduce(&n, &j->nrun, 1, MPI_INT, MPI_SUM, 0, j->comm);
}

/* On rank 0. */
static iso_status print_state(job *j, iso_error *err) {
  const iso_ledger *l = &j->ledger;
  ISO_TRY(write_tables(j, err));
  if (j->options->log && j->options->log->level < ISO_LOG_INFO) return ISO_OK;
  iso_print(stdout,
            "study        %s\nmembers      %d: %d done, %d failed, %d to do\ntable        %s/table.csv; the "
            "page: %s/index.html\n",
            j->options->folder, j->members.n, l->nfinished - l->nfailed, l->nfailed,
            j->members.n - l->nfinished, j->options->folder, j->options->folder);
  print_use(j);
  return ISO_OK;
}

/* What is left is other jobs', or another shard's. */
static iso_status conclude(job *j, iso_status status, iso_error *err) {
  int failed = 0;
  ISO_TRY(iso_agree(j->comm, status, err));
  add_up(j);
  if (iso_rank(j->comm) == 0) {
    status = print_state(j, err);
    failed = j->ledger.nfailed;
  }
  ISO_TRY(iso_agree(j->comm, status, err));
  MPI_Bcast(&failed, 1, MPI_INT, 0, j->comm);
  if (failed == 0) return ISO_OK;
  return iso_fail(err, ISO_EFAIL, "%d of %d members failed: %s/table.csv says why; --again runs them again",
                  failed, j->members.n, j->options->folder);
}

iso_status iso_study_run(MPI_Comm comm, const iso_study_options *options, iso_error *err) {
  job j = {.options = options, .comm = comm, .group = MPI_COMM_NULL, .began = iso_clock()};
  iso_status status = begin(&j, true, err);
  if (status == ISO_OK) {
    iso_signals_watch();
    if (j.group != MPI_COMM_NULL) status = run_group(&j, err);
    if (status == ISO_ESTOPPED && iso_rank(comm) == 0) iso_ledger_table(&j.ledger, &(iso_error){0});
    status = conclude(&j, status, err);
  }
  end(&j);
  return status;
}

iso_status iso_study_status(MPI_Comm comm, const iso_study_options *options, iso_error *err) {
  job j = {.options = options, .comm = comm, .group = MPI_COMM_NULL};
  iso_status status = begin(&j, false, err);
  if (status == ISO_OK) status = iso_agree(comm, iso_rank(comm) == 0 ? print_state(&j, err) : ISO_OK, err);
  end(&j);
  return status;
}

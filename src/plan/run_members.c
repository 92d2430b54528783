/* Which member comes next, what becomes of it, and the end of it all. */
#include "plan/run_members.h"

#include "base/share.h"
#include "base/signals.h"
#include "base/text.h"
#include "base/timer.h"
#include "plan/job.h"
#include "plan/manifest.h"
#include "plan/screen.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

/* ---- one member ---- */

/* What a member's run has to say goes to a file beside its results; none where it is nothing. */
static iso_status run_logged(iso_job *j, int member, iso_outcomes *outcomes, iso_error *err) {
  char path[PATH_MAX] = "";
  FILE *file = NULL;
  if (j->leads) {
    iso_member_path(j->options->folder, member, ".log", path, sizeof path);
    file = fopen(path, "w");
  }
  iso_log log = iso_log_new(j->group, file, ISO_LOG_WARNING);
  log.kept = true;
  const iso_status status = iso_job_run_member(j, member, &log, outcomes, err);
  const bool empty = file && ftell(file) == 0;
  if (file) fclose(file);
  if (empty) unlink(path);
  if (status != ISO_OK) iso_job_forget_heart(j);
  return status;
}

static void tell_end(const iso_job *j, int member, iso_status status, const iso_error *why, double seconds) {
  char text[512] = "", took[32], left[32];
  const int done = j->ledger.nfinished, rest = j->members.n - done;
  for (int a = 0; a < j->members.naxes; a++)
    iso_text_append(text, sizeof text, "%s%s %s", a ? ", " : " (", j->members.axis[a].name,
                    iso_members_case(&j->members, member, a)->name);
  const double each = (iso_clock() - j->began) / j->effort.members / j->ngroups;
  iso_log_say(&j->log, status == ISO_OK ? ISO_LOG_INFO : ISO_LOG_WARNING,
              "member %d%s%s: %s in %s%s%s; %d of %d finished%s%s", member + 1, text,
              j->members.naxes > 0 ? ")" : "", status == ISO_OK ? "done" : "failed",
              iso_text_duration(seconds, took, sizeof took), status == ISO_OK ? "" : ": ",
              status == ISO_OK ? "" : why->message, done, j->members.n, rest > 0 ? ", left about " : "",
              rest > 0 ? iso_text_duration(each * rest, left, sizeof left) : "");
}

enum { TABLE_SECONDS = 2 }; /* between tables of one group: each reads the rows that are new */

/* The row, and now and then the table. On the rank that leads. */
static iso_status keep(iso_job *j, int member, iso_status status, const iso_outcomes *outcomes,
                       const iso_error *why, double seconds, iso_error *err) {
  const iso_member_status done = iso_screen_leaves_out(outcomes) ? ISO_MEMBER_SCREENED : ISO_MEMBER_DONE;
  const iso_member_end end = {.status = status == ISO_OK ? done : ISO_MEMBER_FAILED,
                              .outcomes = status == ISO_OK ? outcomes : NULL,
                              .why = status == ISO_OK ? "" : why->message};
  ISO_TRY(iso_manifest_member(j->options->folder, member, err));
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
static iso_status work_on(iso_job *j, int member, iso_error *err) {
  iso_outcomes outcomes = iso_outcomes_none();
  iso_error why = {0};
  const double began = iso_clock();
  const iso_status status = run_logged(j, member, &outcomes, &why);
  if (status == ISO_ESTOPPED)
    return iso_fail(
        err, status,
        "stopped by a signal: member %d is not finished and will run again from its beginning; the same "
        "command goes on",
        member + 1);
  const double seconds = iso_clock() - began;
  j->effort.members++;
  j->effort.member_s += seconds;
  return iso_agree(j->group, j->leads ? keep(j, member, status, &outcomes, &why, seconds, err) : ISO_OK, err);
}

/* ---- all of them ---- */

static bool is_mine(const iso_study_options *o, int member) { return member % o->nshards == o->shard - 1; }

/* Whether a signal asks for the end, for any rank of the group. */
static bool asks_to_stop(const iso_job *j) {
  int stop = iso_signals_stop();
  MPI_Allreduce(MPI_IN_PLACE, &stop, 1, MPI_INT, MPI_MAX, j->group);
  return stop != 0;
}

/* A member, if nobody has it or has had it: *did. */
static iso_status take_member(iso_job *j, int member, bool *did, iso_error *err) {
  int claim = -1, mine = 0;
  *did = false;
  if (asks_to_stop(j)) return iso_fail(err, ISO_ESTOPPED, "stopped by a signal; the same command goes on");
  iso_status status = j->leads ? iso_ledger_claim(&j->ledger, member, &claim, err) : ISO_OK;
  ISO_TRY(iso_agree(j->group, status, err));
  mine = claim >= 0;
  MPI_Bcast(&mine, 1, MPI_INT, 0, j->group);
  if (!mine) return ISO_OK;
  *did = true;
  status = work_on(j, member, err);
  if (claim >= 0) iso_ledger_release(&j->ledger, member, claim);
  return status;
}

/* Until there is none that nobody has: while this group works on one, whoever has another may be killed. */
static iso_status run_group(iso_job *j, iso_error *err) {
  bool any, did;
  do {
    any = false;
    for (int k = 0; k < j->members.n; k++) {
      if (!is_mine(j->options, k)) continue;
      ISO_TRY(take_member(j, k, &did, err));
      any |= did;
    }
  } while (any);
  return ISO_OK;
}

/* What is left is other jobs', or another shard's. */
static iso_status conclude(iso_job *j, iso_status status, iso_error *err) {
  int failed = 0;
  ISO_TRY(iso_agree(j->comm, status, err));
  iso_job_forget_heart(j); /* rank 0 makes one of its own for maps of all hearts */
  iso_effort_add_up(&j->effort, j->leads, j->comm);
  if (iso_rank(j->comm) == 0) {
    iso_ledger_look(&j->ledger);
    iso_job_remove_states(j);
    status = iso_job_show(j, err);
    failed = j->ledger.nfailed;
  }
  ISO_TRY(iso_agree(j->comm, status, err));
  MPI_Bcast(&failed, 1, MPI_INT, 0, j->comm);
  if (failed == 0) return ISO_OK;
  return iso_fail(err, ISO_EFAIL, "%d of %d members failed: %s/table.csv says why; --again runs them again",
                  failed, j->members.n, j->options->folder);
}

iso_status iso_study_run(MPI_Comm comm, const iso_study_options *options, iso_error *err) {
  iso_job j = {.options = options, .comm = comm, .group = MPI_COMM_NULL, .began = iso_clock()};
  iso_status status = iso_job_begin(&j, true, err);
  if (status == ISO_OK) {
    iso_signals_watch();
    if (j.group != MPI_COMM_NULL) status = run_group(&j, err);
    if (status == ISO_ESTOPPED && iso_rank(comm) == 0) iso_ledger_table(&j.ledger, &(iso_error){0});
    status = conclude(&j, status, err);
  }
  iso_job_end(&j);
  return status;
}

iso_status iso_study_check(MPI_Comm comm, const iso_study_options *options, int *members, iso_error *err) {
  iso_job j = {.options = options, .comm = comm, .group = MPI_COMM_NULL};
  const iso_status status = iso_job_try(&j, err);
  *members = j.members.n;
  iso_job_end(&j);
  return status;
}

iso_status iso_study_status(MPI_Comm comm, const iso_study_options *options, iso_error *err) {
  iso_job j = {.options = options, .comm = comm, .group = MPI_COMM_NULL};
  iso_status status = iso_job_begin(&j, false, err);
  if (status == ISO_OK) status = iso_agree(comm, iso_rank(comm) == 0 ? iso_job_show(&j, err) : ISO_OK, err);
  iso_job_end(&j);
  return status;
}

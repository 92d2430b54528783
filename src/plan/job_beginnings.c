/* The states that members go on from (study.shared_ms). */
#include "plan/job.h"

#include "base/share.h"
#include "base/text.h"
#include "base/timer.h"
#include "result/checkpoint.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

/* Makes the state that members go on from, unless it is there. */
static iso_status make_state(iso_job *j, int first, const char *prefix, const char *path, iso_error *err) {
  int there = j->leads && access(path, F_OK) == 0;
  iso_run_steps steps = {0};
  MPI_Bcast(&there, 1, MPI_INT, 0, j->group);
  if (there) return ISO_OK;
  const double began = iso_clock();
  ISO_TRY(iso_job_load(j, first, NULL, &j->member[j->now], j->group, err));
  iso_run_options options = {.output = prefix, .state_ms = iso_beginnings_state_ms(&j->member[j->now])};
  ISO_TRY(iso_job_run_next(j, &options, &steps, err));
  j->effort.begun_steps += (double)steps.made;
  j->effort.begun_s += iso_clock() - began;
  return ISO_OK;
}

/* Whether a member goes on from the beginning of another one, or itself. */
static iso_status is_shared(iso_job *j, int member, int first, bool *share, iso_error *err) {
  iso_config begins = {0}, is = {0};
  *share = true;
  if (member == first && !j->config.has_protocol) return ISO_OK;
  iso_status status = iso_job_load(j, first, NULL, &begins, j->group, err);
  if (status == ISO_OK) status = iso_job_load(j, member, NULL, &is, j->group, err);
  if (status == ISO_OK)
    status = iso_agree(j->group, iso_beginnings_share(&j->beginnings, &begins, &is, share, err), err);
  iso_config_free(&begins);
  iso_config_free(&is);
  return status;
}

iso_status iso_job_share_state(iso_job *j, int member, char *path, bool *share, iso_error *err) {
  char ending[48], lock[64], prefix[PATH_MAX];
  const int first = iso_beginnings_of(&j->beginnings, member);
  int hold = -1;
  ISO_TRY(is_shared(j, member, first, share, err));
  if (!*share) return ISO_OK;
  iso_beginnings_ending(&j->beginnings, ending, sizeof ending);
  snprintf(lock, sizeof lock, "%s.lock", ending);
  iso_member_path(j->options->folder, first, ending, prefix, sizeof prefix);
  snprintf(path, PATH_MAX, "%.4000s" ISO_CHECKPOINT_SUFFIX, prefix);
  iso_status status = j->leads ? iso_ledger_hold(&j->ledger, first, lock, &hold, err) : ISO_OK;
  ISO_TRY(iso_agree(j->group, status, err));
  status = make_state(j, first, prefix, path, err);
  if (j->leads) iso_ledger_let_go(&j->ledger, first, lock, hold);
  return status;
}

void iso_job_remove_states(const iso_job *j) {
  char ending[48], path[PATH_MAX];
  if (!(j->beginnings.shared_ms > 0) || j->ledger.nfinished < j->members.n || j->ledger.nfailed > 0) return;
  iso_beginnings_ending(&j->beginnings, ending, sizeof ending);
  for (int k = 0; k < j->members.n; k++)
    for (int e = 0; e < 2; e++) {
      if (iso_beginnings_of(&j->beginnings, k) != k) continue;
      iso_member_path(j->options->folder, k, ending, path, sizeof path);
      iso_text_append(path, sizeof path, "%s", e ? ".ckpt.vm" : ISO_CHECKPOINT_SUFFIX);
      unlink(path);
    }
}

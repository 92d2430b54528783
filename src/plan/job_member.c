/* A member from its first run to its outcomes. */
#include "plan/job.h"

#include "base/share.h"
#include "plan/screen.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static iso_status run_once(iso_job *j, int member, const iso_rounds *rounds, const iso_log *log,
                           iso_outcomes *outcomes, iso_error *err) {
  char prefix[PATH_MAX], summary[PATH_MAX], state[PATH_MAX], round[32] = "", ending[48];
  bool goes_on = j->beginnings.shared_ms > 0 && rounds->n == 0; /* later ones begin with lesions */
  iso_run_steps steps = {0};
  *outcomes = iso_outcomes_none();
  if (goes_on) ISO_TRY(iso_job_share_state(j, member, state, &goes_on, err));
  ISO_TRY(iso_job_load(j, member, rounds, &j->member[j->now], j->group, err));
  if (rounds->n > 0) snprintf(round, sizeof round, "_round%d", rounds->n + 1);
  snprintf(ending, sizeof ending, "%s.json", round);
  iso_member_path(j->options->folder, member, round, prefix, sizeof prefix);
  iso_member_path(j->options->folder, member, ending, summary, sizeof summary);
  iso_run_options options = {.output = prefix,
                             .restart = goes_on ? state : NULL,
                             .summary = summary,
                             .log = log,
                             .picture = j->config.study.maps > 0,
                             .outcomes = outcomes};
  ISO_TRY(iso_job_run_next(j, &options, &steps, err));
  j->effort.steps += (double)steps.made;
  j->effort.spared_steps += (double)steps.began;
  j->effort.shared += goes_on;
  MPI_Bcast(outcomes->value, ISO_NOUTCOMES, MPI_DOUBLE, 0, j->group);
  return ISO_OK;
}

/* Of the heart that has just run. */
static iso_status plan_lesion(iso_job *j, const iso_rounds *rounds, const iso_outcomes *outcomes,
                              iso_ablation_lesion *lesion, iso_error *err) {
  const iso_config_ablation *a = &j->member[!j->now].study.ablation;
  *lesion = (iso_ablation_lesion){0};
  if (rounds->nlesions >= a->lesions || outcomes->value[ISO_OUTCOME_INDUCED] != 1) return ISO_OK;
  ISO_TRY(iso_ablation_next(lesion, &j->heart, outcomes, rounds->nlesions + 1, err));
  if (lesion->found)
    iso_log_say(&j->log, ISO_LOG_INFO,
                "round %d: induced, cycle length %.4g ms; next lesion at (%.4g, %.4g, %.4g) mm",
                rounds->n + 1, outcomes->value[ISO_OUTCOME_CYCLE_LENGTH], lesion->at_mm[0], lesion->at_mm[1],
                lesion->at_mm[2]);
  return ISO_OK;
}

/* What fails with the lesions of rounds, which the configuration has not, says so. */
static iso_status run_round(iso_job *j, int member, const iso_rounds *rounds, const iso_log *log,
                            iso_outcomes *outcomes, iso_error *err) {
  iso_error why = {0};
  const iso_status status = run_once(j, member, rounds, log, outcomes, &why);
  if (status == ISO_OK) return ISO_OK;
  if (status == ISO_ESTOPPED || rounds->nlesions == 0) return iso_fail(err, status, "%s", why.message);
  return iso_fail(err, status,
                  "round %d of study.ablation, whose %d lesion%s from %.*s on in this message: %s",
                  rounds->n + 1, rounds->nlesions, rounds->nlesions == 1 ? " is" : "s are",
                  (int)strcspn(rounds->set[0], "="), rounds->set[0], why.message);
}

/* Once, or until nothing is induced or there are no lesions left. */
static iso_status run_rounds(iso_job *j, int member, iso_rounds *rounds, const iso_log *log,
                             iso_outcomes *outcomes, iso_error *err) {
  char path[PATH_MAX];
  do {
    iso_ablation_lesion lesion;
    ISO_TRY(run_round(j, member, rounds, log, outcomes, err));
    if (j->member[!j->now].study.ablation.lesions == 0) return ISO_OK;
    ISO_TRY(plan_lesion(j, rounds, outcomes, &lesion, err));
    iso_rounds_add(rounds, outcomes, &lesion);
  } while (rounds->round[rounds->n - 1].lesion.found);
  *outcomes = iso_rounds_outcomes(rounds);
  iso_member_path(j->options->folder, member, "_rounds.csv", path, sizeof path);
  return iso_agree(j->group, j->leads ? iso_rounds_save(rounds, path, err) : ISO_OK, err);
}

static iso_status run_in_full(iso_job *j, int member, const iso_log *log, iso_outcomes *outcomes,
                              iso_error *err) {
  iso_rounds rounds;
  iso_status status = iso_agree(j->group, iso_rounds_new(&rounds, err), err);
  if (status == ISO_OK) status = run_rounds(j, member, &rounds, log, outcomes, err);
  iso_rounds_free(&rounds);
  return status;
}

iso_status iso_job_run_member(iso_job *j, int member, const iso_log *log, iso_outcomes *outcomes,
                              iso_error *err) {
  iso_outcomes judged = iso_outcomes_none();
  if (j->config.study.has_screen) ISO_TRY(iso_job_screen(j, member, log, &judged, err));
  *outcomes = judged;
  if (iso_screen_leaves_out(&judged)) return ISO_OK;
  ISO_TRY(run_in_full(j, member, log, outcomes, err));
  for (int k = ISO_OUTCOME_SCREENED; k <= ISO_OUTCOME_SAMPLED; k++) outcomes->value[k] = judged.value[k];
  return ISO_OK;
}

/* The wave that says whether a member is worth a full simulation (study.screen). */
#include "plan/job.h"

#include "plan/screen.h"

#include <limits.h>

/* What the wave comes to. */
static iso_status run_wave(iso_job *j, int member, const iso_log *log, iso_outcomes *outcomes,
                           iso_error *err) {
  char prefix[PATH_MAX], summary[PATH_MAX];
  iso_run_steps steps = {0};
  *outcomes = iso_outcomes_none();
  ISO_TRY(iso_job_load_screened(j, member, &j->member[j->now], j->group, err));
  iso_member_path(j->options->folder, member, "_screen", prefix, sizeof prefix);
  iso_member_path(j->options->folder, member, "_screen.json", summary, sizeof summary);
  iso_run_options options = {.output = prefix, .summary = summary, .log = log, .outcomes = outcomes};
  ISO_TRY(iso_job_run_next(j, &options, &steps, err));
  j->effort.steps += (double)steps.made;
  MPI_Bcast(outcomes->value, ISO_NOUTCOMES, MPI_DOUBLE, 0, j->group);
  return ISO_OK;
}

iso_status iso_job_screen(iso_job *j, int member, const iso_log *log, iso_outcomes *outcomes,
                          iso_error *err) {
  const iso_config_screen *s = &j->config.study.screen;
  iso_outcomes wave;
  ISO_TRY(run_wave(j, member, log, &wave, err));
  *outcomes = iso_outcomes_none();
  outcomes->value[ISO_OUTCOME_SCREENED] = iso_screen_finds(s, wave.value[iso_outcome_find(s->outcome)]);
  outcomes->value[ISO_OUTCOME_SAMPLED] = iso_screen_samples(s, j->members.n, member);
  return ISO_OK;
}

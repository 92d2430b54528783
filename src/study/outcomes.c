#include "study/outcomes.h"

#include <math.h>
#include <string.h>

static const struct {
  const char *name, *unit, *meaning;
} about[ISO_NOUTCOMES] = {
#define X(key, name, unit, meaning) {name, unit, meaning},
    ISO_OUTCOME_LIST(X)
#undef X
};

const char *iso_outcome_name(iso_outcome outcome) { return about[outcome].name; }
const char *iso_outcome_unit(iso_outcome outcome) { return about[outcome].unit; }
const char *iso_outcome_meaning(iso_outcome outcome) { return about[outcome].meaning; }

int iso_outcome_find(const char *name) {
  for (int k = 0; k < ISO_NOUTCOMES; k++)
    if (!strcmp(about[k].name, name)) return k;
  return -1;
}

iso_outcomes iso_outcomes_none(void) {
  iso_outcomes o;
  for (int k = 0; k < ISO_NOUTCOMES; k++) o.value[k] = NAN;
  return o;
}

double iso_last_stimulus(const iso_config *config) {
  double last = config->has_protocol ? iso_pulses_end(&config->protocol.s1) : -INFINITY;
  for (int k = 0; k < config->nstimuli; k++) {
    const iso_pulses *p = &config->stimuli[k].pulses;
    if (p->start_ms < config->time.duration_ms) last = fmax(last, iso_pulses_end(p));
  }
  return last;
}

void iso_outcomes_of_activation(iso_outcomes *o, const iso_activation *activation, const iso_mesh *mesh) {
  const iso_activation_summary s = iso_activation_summarise(activation);
  o->value[ISO_OUTCOME_TOTAL_ACTIVATION] = s.last_ms - s.first_ms;
  o->value[ISO_OUTCOME_ACTIVATED] = 100 * (double)s.nactivated / (double)mesh->nnodes;
}

void iso_outcomes_of_reentry(iso_outcomes *o, const iso_reentry_summary *reentry) {
  if (!reentry->known) return;
  o->value[ISO_OUTCOME_INDUCED] = reentry->induced;
  o->value[ISO_OUTCOME_SUSTAINED] = reentry->sustained_ms;
  o->value[ISO_OUTCOME_CYCLE_LENGTH] = reentry->cycle_length_ms;
}

void iso_outcomes_of_ecg(iso_outcomes *o, const iso_ecg_study *ecg) {
  static const struct {
    const char *name;
    iso_outcome outcome;
  } row[] = {{"qrs_duration", ISO_OUTCOME_QRS}, {"qrs_axis", ISO_OUTCOME_QRS_AXIS}, {"qt", ISO_OUTCOME_QT}};
  for (int k = 0; k < ecg->nmeasures; k++)
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
      if (!strcmp(ecg->measure[k].name, row[i].name)) o->value[row[i].outcome] = ecg->measure[k].value;
}

void iso_outcomes_of_devices(iso_outcomes *o, iso_devices *devices) {
  const iso_summary_lead *lead;
  const int n = iso_devices_summarise(devices, &lead);
  int64_t sensed = 0, paced = 0, judged = 0, captured = 0, episodes = 0, attempts = 0, terminated = 0;
  for (int k = 0; k < n; k++) {
    sensed += lead[k].sensed, paced += lead[k].paced;
    judged += lead[k].judged, captured += lead[k].captured;
    episodes += lead[k].episodes, attempts += lead[k].attempts, terminated += lead[k].terminated;
  }
  if (n == 0) return;
  o->value[ISO_OUTCOME_SENSES] = (double)sensed;
  o->value[ISO_OUTCOME_PACES] = (double)paced;
  o->value[ISO_OUTCOME_ATTEMPTS] = (double)attempts;
  if (attempts > 0) o->value[ISO_OUTCOME_ATP_SUCCESS] = terminated == episodes;
  if (judged > 0) o->value[ISO_OUTCOME_CAPTURED] = 100 * (double)captured / (double)judged;
}

#include "study/outcomes.h"

#include "base/median.h"
#include "base/memory.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
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

bool iso_outcome_is_yes_or_no(iso_outcome outcome) {
  return outcome == ISO_OUTCOME_INDUCED || outcome == ISO_OUTCOME_INDUCED_AFTER ||
         outcome == ISO_OUTCOME_ATP_SUCCESS || outcome == ISO_OUTCOME_SCREENED;
}

/* Abbreviations are written in capitals. */
static bool is_abbreviation(const char *word, size_t n) {
  static const char *const all[] = {"lv", "vv", "qlv", "qrs", "qt", "apd", "erp", "s3", "s4", "atp"};
  for (size_t k = 0; k < sizeof all / sizeof *all; k++)
    if (strlen(all[k]) == n && !strncmp(all[k], word, n)) return true;
  return false;
}

char *iso_outcome_words(iso_outcome outcome, char *text, size_t size) {
  const char *name = about[outcome].name, *last = strrchr(name, '_');
  const bool has_unit = last && !strcmp(last + 1, about[outcome].unit);
  snprintf(text, size, "%.*s", has_unit ? (int)(last - name) : (int)strlen(name), name);
  for (char *word = text; *word;) {
    const size_t n = strcspn(word, "_");
    const bool capitals = is_abbreviation(word, n);
    for (size_t k = 0; k < n && capitals; k++) word[k] = (char)toupper((unsigned char)word[k]);
    word += n;
    if (*word) *word++ = ' ';
  }
  return text;
}

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

void iso_outcomes_of_protocol(iso_outcomes *o, const iso_protocol_result *p) {
  static const iso_outcome erp[ISO_EXTRAS] = {ISO_OUTCOME_ERP, ISO_OUTCOME_S3_ERP, ISO_OUTCOME_S4_ERP};
  for (int k = 0; k < ISO_EXTRAS; k++) o->value[erp[k]] = p->erp_ms[k];
  o->value[ISO_OUTCOME_RESTITUTION_SLOPE] = p->restitution_slope;
  if (p->induced == ISO_NOT_LOOKED_FOR) return;
  o->value[ISO_OUTCOME_INDUCING_SITES] = p->inducing_sites;
  if (p->induced == ISO_INDUCED) o->value[ISO_OUTCOME_INDUCING_PULSES] = p->pulses;
}

double iso_last_stimulus(const iso_config *config) {
  double last = config->has_protocol ? iso_pulses_end(&config->protocol.s1) : -INFINITY;
  for (int k = 0; k < config->nstimuli; k++) {
    const iso_pulses *p = &config->stimuli[k].pulses;
    if (p->start_ms < config->time.duration_ms) last = fmax(last, iso_pulses_end(p));
  }
  return last;
}

/* The duration of a node's last beat that ended; NAN: none. *open: it is in one that has not. */
static double last_apd(const iso_activation *a, iso_lid i, bool *open) {
  double apd = NAN;
  *open = false;
  for (int beat = 0; beat < iso_activation_beats(a); beat++) {
    const double *begin = iso_activation_times(a, beat), *end = iso_repolarisation_times(a, beat);
    if (!begin || isnan(begin[i])) break;
    *open = !end || isnan(end[i]);
    if (!*open) apd = end[i] - begin[i];
  }
  return apd;
}

static iso_status find_durations(iso_outcomes *o, const iso_activation *a, const iso_mesh *mesh,
                                 int64_t activated, iso_error *err) {
  double *apd;
  int64_t n = 0, open = 0;
  ISO_TRY(iso_alloc_all(mesh->comm, &apd, (size_t)mesh->nowned, sizeof *apd, "durations of action potentials",
                        err));
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    bool is_open;
    const double duration = last_apd(a, i, &is_open);
    if (!isnan(duration)) apd[n++] = duration;
    open += is_open;
  }
  o->value[ISO_OUTCOME_APD] = iso_median(mesh->comm, n, apd);
  free(apd);
  MPI_Allreduce(MPI_IN_PLACE, &open, 1, MPI_INT64_T, MPI_SUM, mesh->comm);
  if (activated > 0) o->value[ISO_OUTCOME_RECOVERED] = 100 * (double)(activated - open) / (double)activated;
  return ISO_OK;
}

iso_status iso_outcomes_of_activation(iso_outcomes *o, const iso_activation *activation, const iso_mesh *mesh,
                                      iso_error *err) {
  const iso_activation_summary s = iso_activation_summarise(activation);
  o->value[ISO_OUTCOME_TOTAL_ACTIVATION] = s.last_ms - s.first_ms;
  o->value[ISO_OUTCOME_ACTIVATED] = 100 * (double)s.nactivated / (double)mesh->nnodes;
  return find_durations(o, activation, mesh, s.nactivated, err);
}

void iso_outcomes_of_rhythm(iso_outcomes *o, const iso_rhythm *rhythm) {
  if (!rhythm->known) return;
  o->value[ISO_OUTCOME_INDUCED] = rhythm->induced;
  o->value[ISO_OUTCOME_SUSTAINED] = rhythm->sustained_ms;
  o->value[ISO_OUTCOME_CYCLE_LENGTH] = rhythm->cycle_length_ms;
  o->value[ISO_OUTCOME_EXIT_X] = rhythm->exit_mm[0];
  o->value[ISO_OUTCOME_EXIT_Y] = rhythm->exit_mm[1];
  o->value[ISO_OUTCOME_EXIT_Z] = rhythm->exit_mm[2];
  o->value[ISO_OUTCOME_ISTHMUS_X] = rhythm->isthmus_mm[0];
  o->value[ISO_OUTCOME_ISTHMUS_Y] = rhythm->isthmus_mm[1];
  o->value[ISO_OUTCOME_ISTHMUS_Z] = rhythm->isthmus_mm[2];
  o->value[ISO_OUTCOME_HIGHEST_FREQUENCY] = rhythm->highest_Hz;
}

void iso_outcomes_of_waves(iso_outcomes *o, const iso_waves *waves) {
  o->value[ISO_OUTCOME_DOMINANT_FREQUENCY] = waves->dominant_Hz;
  o->value[ISO_OUTCOME_REGULARITY] = waves->regularity;
  o->value[ISO_OUTCOME_HIGHEST_DOMINANT] = waves->highest_Hz;
  for (int d = 0; d < 3; d++) o->value[ISO_OUTCOME_DOMINANT_X + d] = waves->highest_mm[d];
  o->value[ISO_OUTCOME_WAVEFRONTS] = waves->fronts_mean;
  o->value[ISO_OUTCOME_WAVEFRONTS_MOST] = waves->fronts_most;
}

static double find_measure(const iso_ecg_study *ecg, const char *name) {
  for (int k = 0; k < ecg->nmeasures; k++)
    if (!strcmp(ecg->measure[k].name, name)) return ecg->measure[k].value;
  return NAN;
}

void iso_outcomes_of_ecg(iso_outcomes *o, const iso_ecg_study *ecg, const char *lead) {
  char activation[2 * ISO_LEAD_NAME];
  o->value[ISO_OUTCOME_QRS] = find_measure(ecg, "qrs_duration");
  o->value[ISO_OUTCOME_QRS_AXIS] = find_measure(ecg, "qrs_axis");
  o->value[ISO_OUTCOME_QT] = find_measure(ecg, "qt");
  if (!lead) return;
  snprintf(activation, sizeof activation, "%.*s_activation", ISO_LEAD_NAME, lead);
  o->value[ISO_OUTCOME_QLV] = find_measure(ecg, activation) - find_measure(ecg, "qrs_onset");
}

/* ---- ventricles ---- */

/* time_ms may be NULL: none has activated. */
static double time_of(const double *time_ms, iso_lid node) { return time_ms ? time_ms[node] : NAN; }

/* Of the nodes of a ventricle that activate. */
typedef struct ventricle {
  double first_ms, last_ms, mean_ms, deviation_ms; /* NAN: none does */
} ventricle;

/* Sums are of whole numbers of 2^-20 ms, and of 2^-16 ms2, so that they have no order. */
static ventricle describe(MPI_Comm comm, const iso_selection *nodes, const double *time_ms) {
  double extremes[2] = {INFINITY, INFINITY}; /* least of times, and of their negatives */
  int64_t sum[2] = {0, 0}, squares = 0;
  for (int64_t k = 0; k < nodes->count; k++) {
    const double t = time_of(time_ms, nodes->node[k]);
    if (isnan(t)) continue;
    extremes[0] = fmin(extremes[0], t), extremes[1] = fmin(extremes[1], -t);
    sum[0]++, sum[1] += llround(ldexp(t, 20));
  }
  MPI_Allreduce(MPI_IN_PLACE, extremes, 2, MPI_DOUBLE, MPI_MIN, comm);
  MPI_Allreduce(MPI_IN_PLACE, sum, 2, MPI_INT64_T, MPI_SUM, comm);
  const double n = (double)sum[0], mean = sum[0] ? ldexp((double)sum[1], -20) / n : NAN;
  for (int64_t k = 0; k < nodes->count; k++) {
    const double from_mean = time_of(time_ms, nodes->node[k]) - mean;
    if (!isnan(from_mean)) squares += llround(ldexp(from_mean * from_mean, 16));
  }
  MPI_Allreduce(MPI_IN_PLACE, &squares, 1, MPI_INT64_T, MPI_SUM, comm);
  if (sum[0] == 0) return (ventricle){NAN, NAN, NAN, NAN};
  return (ventricle){extremes[0], -extremes[1], mean, sqrt(ldexp((double)squares, -16) / n)};
}

static iso_status find_ventricle(const iso_setup *setup, bool left, const double *time_ms, ventricle *out,
                                 iso_error *err) {
  iso_selection nodes;
  ISO_TRY(iso_setup_ventricle(setup, left, &nodes, err));
  *out = describe(setup->mesh->comm, &nodes, time_ms);
  iso_selection_free(&nodes);
  return ISO_OK;
}

/* The first of several that are as late. */
static iso_status find_latest(iso_outcomes *o, const iso_setup *setup, const double *time_ms,
                              iso_error *err) {
  double *latest = &o->value[ISO_OUTCOME_LATEST_SEGMENT_TIME];
  for (int k = 0; k < setup->config->outputs.nsegments; k++) {
    iso_selection nodes;
    ISO_TRY(iso_setup_segment(setup, k, &nodes, err));
    const double mean = describe(setup->mesh->comm, &nodes, time_ms).mean_ms;
    iso_selection_free(&nodes);
    if (isnan(mean) || mean <= *latest) continue;
    *latest = mean;
    o->value[ISO_OUTCOME_LATEST_SEGMENT] = k + 1;
  }
  return ISO_OK;
}

iso_status iso_outcomes_of_ventricles(iso_outcomes *o, const iso_setup *setup, const double *time_ms,
                                      iso_error *err) {
  ventricle left, right;
  ISO_TRY(find_latest(o, setup, time_ms, err));
  if (!iso_select_given(&setup->config->outputs.left)) return ISO_OK;
  ISO_TRY(find_ventricle(setup, true, time_ms, &left, err));
  ISO_TRY(find_ventricle(setup, false, time_ms, &right, err));
  o->value[ISO_OUTCOME_LV_ACTIVATION] = left.last_ms - left.first_ms;
  o->value[ISO_OUTCOME_LV_DISPERSION] = left.deviation_ms;
  o->value[ISO_OUTCOME_VV_SYNCHRONY] = left.mean_ms - right.mean_ms;
  return ISO_OK;
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

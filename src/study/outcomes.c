#include "study/outcomes.h"

#include "base/memory.h"
#include "base/share.h"

#include <math.h>
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

double iso_last_stimulus(const iso_config *config, double s2_end_ms) {
  double last = s2_end_ms;
  if (config->has_protocol) last = fmax(last, iso_pulses_end(&config->protocol.s1));
  for (int k = 0; k < config->nstimuli; k++) {
    const iso_pulses *p = &config->stimuli[k].pulses;
    if (p->start_ms < config->time.duration_ms) last = fmax(last, iso_pulses_end(p));
  }
  return last;
}

/* The last activation of a node after a time, and the interval before it, the one before it being after that
 * time, too; NAN: none. */
static void last_of_node(const iso_activation *a, iso_lid i, double after_ms, double *last,
                         double *interval) {
  double before = NAN;
  *last = NAN, *interval = NAN;
  for (int beat = 0; beat < iso_activation_beats(a); beat++) {
    const double t = iso_activation_times(a, beat)[i];
    if (isnan(t)) break;
    if (t <= after_ms) continue;
    before = *last, *last = t;
  }
  *interval = *last - before;
}

static int by_value(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Rank 0's: the middle one of all ranks' values, the lower of two. */
static iso_status median(MPI_Comm comm, int n, const double *mine, double *out, iso_error *err) {
  int size, total = 0, *counts = NULL, *starts = NULL;
  double *all = NULL;
  MPI_Comm_size(comm, &size);
  iso_status status = iso_alloc(&counts, (size_t)size, sizeof *counts, "counts of intervals", err);
  if (status == ISO_OK) status = iso_alloc(&starts, (size_t)size, sizeof *starts, "counts of intervals", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    MPI_Gather(&n, 1, MPI_INT, counts, 1, MPI_INT, 0, comm);
    for (int r = 0; r < size && iso_rank(comm) == 0; r++) starts[r] = total, total += counts[r];
    status = iso_agree(comm, iso_alloc(&all, (size_t)total, sizeof *all, "intervals", err), err);
  }
  if (status == ISO_OK) {
    MPI_Gatherv(mine, n, MPI_DOUBLE, all, counts, starts, MPI_DOUBLE, 0, comm);
    if (total > 0) qsort(all, (size_t)total, sizeof *all, by_value);
    *out = total > 0 ? all[(total - 1) / 2] : NAN;
  }
  free(all);
  free(starts);
  free(counts);
  return status;
}

/* What goes on after the last stimulus. */
static iso_status find_arrhythmia(iso_outcomes *o, MPI_Comm comm, const iso_activation *a,
                                  const iso_mesh *mesh, double last_stimulus_ms, double induced_after_ms,
                                  iso_error *err) {
  double *intervals = NULL, latest = -INFINITY;
  int n = 0;
  iso_status status = iso_alloc(&intervals, (size_t)mesh->nowned, sizeof *intervals, "intervals", err);
  ISO_TRY(iso_agree(comm, status, err));
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    double last, interval;
    last_of_node(a, i, last_stimulus_ms, &last, &interval);
    if (!isnan(last)) latest = fmax(latest, last);
    if (!isnan(interval)) intervals[n++] = interval;
  }
  MPI_Allreduce(MPI_IN_PLACE, &latest, 1, MPI_DOUBLE, MPI_MAX, comm);
  status = median(comm, n, intervals, &o->value[ISO_OUTCOME_CYCLE_LENGTH], err);
  free(intervals);
  const double sustained = isinf(latest) ? 0 : latest - fmax(last_stimulus_ms, 0);
  o->value[ISO_OUTCOME_SUSTAINED] = sustained;
  o->value[ISO_OUTCOME_INDUCED] = sustained >= induced_after_ms;
  return status;
}

iso_status iso_outcomes_of_activation(iso_outcomes *o, MPI_Comm comm, const iso_activation *activation,
                                      const iso_mesh *mesh, double last_stimulus_ms, double induced_after_ms,
                                      iso_error *err) {
  const iso_activation_summary s = iso_activation_summarise(activation);
  o->value[ISO_OUTCOME_TOTAL_ACTIVATION] = s.last_ms - s.first_ms;
  o->value[ISO_OUTCOME_ACTIVATED] = 100 * (double)s.nactivated / (double)mesh->nnodes;
  if (last_stimulus_ms == INFINITY) return ISO_OK;
  return find_arrhythmia(o, comm, activation, mesh, last_stimulus_ms, induced_after_ms, err);
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

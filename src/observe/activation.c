#include "observe/activation.h"

#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
  double *activated, *repolarised; /* [nowned] */
} beat_times;

struct iso_activation {
  const iso_mesh *mesh;
  int max_beats;
  int nbeats, capacity;
  beat_times *beats;            /* [nbeats] */
  int32_t *count;               /* [nowned] */
  uint8_t *in_tissue;           /* [nowned] 1 for a node of an element */
  iso_lid nactivated, nwaiting; /* nodes that activated; nodes of elements that did not yet */
  int64_t looked;               /* step that completeness was last asked at */
  iso_error failure;            /* of this rank: events are no longer kept */
};

/* Nodes of no element are not excited by others, so nobody waits for them. */
static iso_status find_tissue(iso_activation *a, iso_error *err) {
  const iso_mesh *mesh = a->mesh;
  ISO_TRY(iso_alloc(&a->in_tissue, (size_t)mesh->nowned, sizeof *a->in_tissue, "activation times", err));
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++) {
      iso_lid node = mesh->conn[(int64_t)e * mesh->width + k];
      if (node < mesh->nowned) a->in_tissue[node] = 1;
    }
  for (iso_lid i = 0; i < mesh->nowned; i++) a->nwaiting += a->in_tissue[i];
  return ISO_OK;
}

iso_status iso_activation_new(iso_activation **out, const iso_mesh *mesh, int max_beats, iso_error *err) {
  iso_activation *a;
  *out = NULL;
  ISO_TRY(iso_alloc(&a, 1, sizeof *a, "activation times", err));
  *a = (iso_activation){.mesh = mesh, .max_beats = max_beats};
  iso_status status = iso_alloc(&a->count, (size_t)mesh->nowned, sizeof *a->count, "activation counts", err);
  if (status == ISO_OK) status = find_tissue(a, err);
  if (status == ISO_OK)
    *out = a;
  else
    iso_activation_free(a);
  return status;
}

static iso_status new_times(double **out, iso_lid n, iso_error *err) {
  ISO_TRY(iso_alloc(out, (size_t)n, sizeof **out, "the times of one more beat", err));
  for (iso_lid i = 0; i < n; i++) (*out)[i] = NAN;
  return ISO_OK;
}

static iso_status add_beat(iso_activation *a, iso_error *err) {
  if (a->nbeats == a->capacity) {
    int capacity = 2 * a->capacity + 1;
    ISO_TRY(iso_realloc(&a->beats, (size_t)capacity, sizeof *a->beats, "a table of beats", err));
    a->capacity = capacity;
  }
  beat_times *beat = &a->beats[a->nbeats];
  ISO_TRY(new_times(&beat->activated, a->mesh->nowned, err));
  iso_status status = new_times(&beat->repolarised, a->mesh->nowned, err);
  if (status != ISO_OK) {
    free(beat->activated);
    return status;
  }
  a->nbeats++;
  return ISO_OK;
}

static void drop_beat(iso_activation *a) {
  a->nbeats--;
  free(a->beats[a->nbeats].activated);
  free(a->beats[a->nbeats].repolarised);
}

static bool is_kept(const iso_activation *a, int beat) { return a->max_beats == 0 || beat < a->max_beats; }

static iso_status activate(iso_activation *a, const iso_event *event, iso_error *err) {
  int beat = a->count[event->node]++;
  if (beat == 0) {
    a->nactivated++;
    a->nwaiting -= a->in_tissue[event->node];
  }
  if (!is_kept(a, beat)) return ISO_OK;
  if (beat == a->nbeats) ISO_TRY(add_beat(a, err));
  a->beats[beat].activated[event->node] = event->time_ms;
  return ISO_OK;
}

static void repolarise(iso_activation *a, const iso_event *event) {
  int beat = a->count[event->node] - 1;
  if (beat < 0 || !is_kept(a, beat)) return;
  double *time = &a->beats[beat].repolarised[event->node];
  if (isnan(*time)) *time = event->time_ms;
}

/* Ranks do not meet here, so a failure waits for iso_activation_finish: returning it would leave the others
 * waiting for this rank in the next step. */
static iso_status look(void *self, const iso_view *view, iso_error *err) {
  (void)err;
  iso_activation *a = self;
  for (int64_t i = 0; i < view->nevents && a->failure.status == ISO_OK; i++) {
    if (view->events[i].kind == ISO_ACTIVATED)
      activate(a, &view->events[i], &a->failure);
    else
      repolarise(a, &view->events[i]);
  }
  return ISO_OK;
}

iso_status iso_activation_finish(const iso_activation *a, iso_error *err) {
  if (a->failure.status != ISO_OK) iso_fail(err, a->failure.status, "%s", a->failure.message);
  return iso_agree(a->mesh->comm, a->failure.status, err);
}

int iso_activation_beats(const iso_activation *a) { return a->nbeats; }

const double *iso_activation_times(const iso_activation *a, int beat) {
  return beat < a->nbeats ? a->beats[beat].activated : NULL;
}

const double *iso_repolarisation_times(const iso_activation *a, int beat) {
  return beat < a->nbeats ? a->beats[beat].repolarised : NULL;
}

const int32_t *iso_activation_counts(const iso_activation *a) { return a->count; }

/* Smallest of each entry of lowest: minima, and maxima with their sign changed, share one reduction. */
enum { FIRST, LAST, APD_MIN, APD_MAX, NEXTREMA };

static void local_extrema(const iso_activation *a, double *lowest) {
  for (int k = 0; k < NEXTREMA; k++) lowest[k] = INFINITY;
  if (a->nbeats == 0) return;
  const double *activated = a->beats[0].activated, *repolarised = a->beats[0].repolarised;
  for (iso_lid i = 0; i < a->mesh->nowned; i++) { /* fmin takes the number where the other is NaN */
    lowest[FIRST] = fmin(lowest[FIRST], activated[i]);
    lowest[LAST] = fmin(lowest[LAST], -activated[i]);
    lowest[APD_MIN] = fmin(lowest[APD_MIN], repolarised[i] - activated[i]);
    lowest[APD_MAX] = fmin(lowest[APD_MAX], activated[i] - repolarised[i]);
  }
}

static double or_nan(double value) { return isinf(value) ? NAN : value; }

iso_activation_summary iso_activation_summarise(const iso_activation *a) {
  double lowest[NEXTREMA];
  iso_activation_summary s = {.nactivated = a->nactivated, .beats = a->nbeats};
  local_extrema(a, lowest);
  MPI_Allreduce(MPI_IN_PLACE, lowest, NEXTREMA, MPI_DOUBLE, MPI_MIN, a->mesh->comm);
  MPI_Allreduce(MPI_IN_PLACE, &s.nactivated, 1, MPI_INT64_T, MPI_SUM, a->mesh->comm);
  MPI_Allreduce(MPI_IN_PLACE, &s.beats, 1, MPI_INT, MPI_MAX, a->mesh->comm);
  s.first_ms = or_nan(lowest[FIRST]);
  s.last_ms = -or_nan(lowest[LAST]);
  s.apd_min_ms = or_nan(lowest[APD_MIN]);
  s.apd_max_ms = -or_nan(lowest[APD_MAX]);
  return s;
}

/* ---- results ---- */

static void fill(double *owned, const iso_activation *a, const double *times) {
  for (iso_lid i = 0; i < a->mesh->nowned; i++) owned[i] = times ? times[i] : NAN;
}

static void fill_activation(const void *self, int64_t beat, double *owned) {
  fill(owned, self, iso_activation_times(self, (int)beat));
}

static void fill_repolarisation(const void *self, int64_t beat, double *owned) {
  fill(owned, self, iso_repolarisation_times(self, (int)beat));
}

static void fill_apd(const void *self, int64_t beat, double *owned) {
  const iso_activation *a = self;
  const double *activated = iso_activation_times(a, (int)beat);
  fill_repolarisation(a, beat, owned);
  for (iso_lid i = 0; activated && i < a->mesh->nowned; i++) owned[i] -= activated[i];
}

static void fill_count(const void *self, int64_t row, double *owned) {
  (void)row;
  const iso_activation *a = self;
  for (iso_lid i = 0; i < a->mesh->nowned; i++) owned[i] = a->count[i];
}

iso_status iso_activation_report(void *self, iso_results *results, iso_error *err) {
  const iso_activation *a = self;
  ISO_TRY(iso_activation_finish(a, err));
  const int kept = iso_activation_summarise(a).beats;
  const iso_dimension beats = {"num_beats", kept > 1 ? kept : 1};
  const struct {
    const char *name, *unit, *meaning;
    bool every_beat;
    void (*fill)(const void *, int64_t, double *);
  } table[] = {
      {"activation_time", "ms", "time of the first activation", false, fill_activation},
      {"repolarisation_time", "ms", "time of the first repolarisation", false, fill_repolarisation},
      {"apd", "ms", "action potential duration of the first beat", false, fill_apd},
      {"activation_count", "1", "number of activations", false, fill_count},
      {"beat_activation_time", "ms", "time of activation in each beat", true, fill_activation},
      {"beat_repolarisation_time", "ms", "time of repolarisation in each beat", true, fill_repolarisation},
      {"beat_apd", "ms", "action potential duration in each beat", true, fill_apd},
  };
  iso_status status = ISO_OK;
  for (size_t k = 0; k < sizeof table / sizeof *table && status == ISO_OK; k++) {
    const bool counts = table[k].fill == fill_count;
    const iso_variable variable = {.name = table[k].name,
                                   .unit = table[k].unit,
                                   .meaning = table[k].meaning,
                                   .type = counts ? ISO_VARIABLE_WHOLE : ISO_VARIABLE_REAL,
                                   .may_lack = !counts,
                                   .ndims = table[k].every_beat,
                                   .dims = {beats},
                                   .fill = table[k].fill,
                                   .self = a};
    status = iso_results_add(results, &variable, err);
  }
  return iso_agree(a->mesh->comm, status, err);
}

/* ---- saving ---- */

/* "activation.3.activated" */
static const char *name_times(char *name, size_t size, int beat, const char *what) {
  snprintf(name, size, "activation.%d.%s", beat, what);
  return name;
}

/* A rank whose nodes had fewer beats than others' saves that they had none. */
static iso_status save_times(const iso_activation *a, iso_archive *archive, int beat, const char *what,
                             const double *times, double *never, iso_error *err) {
  char name[64];
  if (!times)
    for (iso_lid i = 0; i < a->mesh->nowned; i++) never[i] = NAN;
  return iso_archive_put_nodes(archive, name_times(name, sizeof name, beat, what), "ms",
                               "time in a beat, counted from 0", ISO_ARCHIVE_DOUBLE, times ? times : never,
                               err);
}

static iso_status save_all(const iso_activation *a, int beats, iso_archive *archive, iso_error *err) {
  double *never;
  ISO_TRY(iso_archive_put_count(archive, "activation.beats", "1", "beats that are kept", beats, err));
  ISO_TRY(iso_archive_put_nodes(archive, "activation.count", "1", "activations so far", ISO_ARCHIVE_INT32,
                                a->count, err));
  ISO_TRY(iso_alloc(&never, (size_t)a->mesh->nowned, sizeof *never, "activation times", err));
  iso_status status = ISO_OK;
  for (int b = 0; b < beats && status == ISO_OK; b++) {
    status = save_times(a, archive, b, "activated", iso_activation_times(a, b), never, err);
    if (status == ISO_OK)
      status = save_times(a, archive, b, "repolarised", iso_repolarisation_times(a, b), never, err);
  }
  free(never);
  return status;
}

static iso_status save(void *self, iso_archive *archive, iso_error *err) {
  const iso_activation *a = self;
  ISO_TRY(iso_activation_finish(a, err));
  int beats = a->nbeats;
  MPI_Allreduce(MPI_IN_PLACE, &beats, 1, MPI_INT, MPI_MAX, a->mesh->comm);
  return iso_agree(a->mesh->comm, save_all(a, beats, archive, err), err);
}

static iso_status restore_beat(iso_activation *a, const iso_archive *archive, int b, iso_error *err) {
  char name[64];
  if (b == a->nbeats) ISO_TRY(add_beat(a, err));
  ISO_TRY(iso_archive_get_nodes(archive, name_times(name, sizeof name, b, "activated"), ISO_ARCHIVE_DOUBLE,
                                a->beats[b].activated, err));
  return iso_archive_get_nodes(archive, name_times(name, sizeof name, b, "repolarised"), ISO_ARCHIVE_DOUBLE,
                               a->beats[b].repolarised, err);
}

static void count_again(iso_activation *a) {
  a->nactivated = a->nwaiting = 0;
  for (iso_lid i = 0; i < a->mesh->nowned; i++) {
    a->nactivated += a->count[i] > 0;
    a->nwaiting += a->count[i] == 0 && a->in_tissue[i];
  }
}

static iso_status restore_all(iso_activation *a, const iso_archive *archive, iso_error *err) {
  int64_t beats;
  ISO_TRY(iso_archive_get_count(archive, "activation.beats", &beats, err));
  ISO_TRY(iso_archive_get_nodes(archive, "activation.count", ISO_ARCHIVE_INT32, a->count, err));
  while (a->nbeats > beats) drop_beat(a);
  for (int b = 0; b < beats; b++) ISO_TRY(restore_beat(a, archive, b, err));
  count_again(a);
  return ISO_OK;
}

static iso_status restore(void *self, const iso_archive *archive, iso_error *err) {
  iso_activation *a = self;
  return iso_agree(a->mesh->comm, restore_all(a, archive, err), err);
}

iso_guest iso_activation_guest(iso_activation *a) {
  return (iso_guest){.name = "activation",
                     .stop_ms = INFINITY,
                     .self = a,
                     .look = look,
                     .report = iso_activation_report,
                     .save = save,
                     .restore = restore};
}

bool iso_activation_complete(const iso_activation *a) {
  int all = a->nwaiting == 0;
  MPI_Allreduce(MPI_IN_PLACE, &all, 1, MPI_INT, MPI_MIN, a->mesh->comm);
  return all;
}

static iso_status look_for_all(void *self, const iso_view *view, iso_error *err) {
  (void)err;
  ((iso_activation *)self)->looked = view->step;
  return ISO_OK;
}

static iso_status end_when_all(void *self, iso_hands *hands, iso_error *err) {
  (void)err;
  const iso_activation *a = self;
  if (iso_activation_complete(a)) iso_hands_end(hands, a->looked);
  return ISO_OK;
}

iso_guest iso_activation_ender(iso_activation *a, double every_ms) {
  return (iso_guest){.name = "all activated",
                     .stop_ms = INFINITY,
                     .every_ms = every_ms,
                     .reason = "every node has activated",
                     .self = a,
                     .look = look_for_all,
                     .act = end_when_all};
}

void iso_activation_free(iso_activation *a) {
  if (!a) return;
  while (a->nbeats > 0) drop_beat(a);
  free(a->beats);
  free(a->count);
  free(a->in_tissue);
  free(a);
}

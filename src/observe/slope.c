#include "observe/slope.h"

#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct iso_slope {
  const iso_mesh *mesh;
  int max_beats;
  iso_lid *node;       /* [nowned] all of them */
  double *vm, *before; /* [nowned] mV, after this step and the one before */
  bool started;        /* before holds something */
  double *rise, *time; /* [nowned] the largest so far of the beat, mV in a step, and when, ms */
  int32_t *count;      /* [nowned] activations */
  int nbeats, capacity;
  double **beats;    /* [nbeats][nowned] ms; of a beat that goes on NaN */
  iso_error failure; /* of this rank, until the ranks meet */
};

static bool is_kept(const iso_slope *s, int beat) { return s->max_beats == 0 || beat < s->max_beats; }

static iso_status allocate(iso_slope *s, iso_error *err) {
  const size_t n = (size_t)s->mesh->nowned;
  const char *what = "times of the steepest upstroke";
  ISO_TRY(iso_alloc(&s->node, n, sizeof *s->node, what, err));
  ISO_TRY(iso_alloc(&s->vm, n, sizeof *s->vm, what, err));
  ISO_TRY(iso_alloc(&s->before, n, sizeof *s->before, what, err));
  ISO_TRY(iso_alloc(&s->rise, n, sizeof *s->rise, what, err));
  ISO_TRY(iso_alloc(&s->time, n, sizeof *s->time, what, err));
  return iso_alloc(&s->count, n, sizeof *s->count, what, err);
}

iso_status iso_slope_new(iso_slope **out, const iso_mesh *mesh, int max_beats, iso_error *err) {
  iso_slope *s;
  *out = NULL;
  ISO_TRY(iso_alloc(&s, 1, sizeof *s, "times of the steepest upstroke", err));
  *s = (iso_slope){.mesh = mesh, .max_beats = max_beats};
  iso_status status = allocate(s, err);
  if (status != ISO_OK) {
    iso_slope_free(s);
    return status;
  }
  for (iso_lid i = 0; i < mesh->nowned; i++) s->node[i] = i, s->time[i] = NAN;
  *out = s;
  return ISO_OK;
}

static void drop_beat(iso_slope *s) { free(s->beats[--s->nbeats]); }

static iso_status add_beat(iso_slope *s, iso_error *err) {
  if (s->nbeats == s->capacity) {
    const int capacity = 2 * s->capacity + 1;
    ISO_TRY(iso_realloc(&s->beats, (size_t)capacity, sizeof *s->beats, "a table of beats", err));
    s->capacity = capacity;
  }
  double **times = &s->beats[s->nbeats];
  ISO_TRY(iso_alloc(times, (size_t)s->mesh->nowned, sizeof **times, "the times of one more beat", err));
  for (iso_lid i = 0; i < s->mesh->nowned; i++) (*times)[i] = NAN;
  s->nbeats++;
  return ISO_OK;
}

/* ---- looking ---- */

static void find_rises(iso_slope *s, double time_ms) {
  const double *restrict vm = s->vm, *restrict before = s->before;
  for (iso_lid i = 0; i < s->mesh->nowned; i++) {
    const double rise = vm[i] - before[i];
    if (!(rise > s->rise[i])) continue;
    s->rise[i] = rise;
    s->time[i] = time_ms;
  }
}

static iso_status activate(iso_slope *s, iso_lid node, iso_error *err) {
  const int beat = s->count[node]++;
  return is_kept(s, beat) && beat == s->nbeats ? add_beat(s, err) : ISO_OK;
}

/* The beat is over, and the next rise is of another one. */
static void recover(iso_slope *s, iso_lid node) {
  const int beat = s->count[node] - 1;
  if (beat >= 0 && beat < s->nbeats && isnan(s->beats[beat][node])) s->beats[beat][node] = s->time[node];
  s->rise[node] = 0;
  s->time[node] = NAN;
}

/* Ranks do not meet here: a failure waits until they do. */
static iso_status look(void *self, const iso_view *view, iso_error *err) {
  iso_slope *s = self;
  const iso_view_source *source = view->source;
  ISO_TRY(source->vm ? iso_view_vm(view, s->vm, err)
                     : iso_view_vm_at(view, s->mesh->nowned, s->node, s->vm, err));
  if (s->started) find_rises(s, view->time_ms - 0.5 * view->step_ms);
  for (int64_t k = 0; k < view->nevents && s->failure.status == ISO_OK; k++) {
    if (view->events[k].kind == ISO_ACTIVATED)
      activate(s, view->events[k].node, &s->failure);
    else
      recover(s, view->events[k].node);
  }
  double *vm = s->vm;
  s->vm = s->before, s->before = vm;
  s->started = true;
  return ISO_OK;
}

/* ---- results ---- */

void iso_slope_times(const iso_slope *s, int beat, double *owned) {
  for (iso_lid i = 0; i < s->mesh->nowned; i++) {
    const bool has = beat < s->count[i] && beat < s->nbeats;
    owned[i] = has ? s->beats[beat][i] : NAN;
    if (has && isnan(owned[i])) owned[i] = s->time[i]; /* the beat goes on */
  }
}

static void fill(const void *self, int64_t beat, double *owned) { iso_slope_times(self, (int)beat, owned); }

/* Collective. */
static iso_status finish(const iso_slope *s, int *beats, iso_error *err) {
  if (s->failure.status != ISO_OK) iso_fail(err, s->failure.status, "%s", s->failure.message);
  ISO_TRY(iso_agree(s->mesh->comm, s->failure.status, err));
  *beats = s->nbeats;
  MPI_Allreduce(MPI_IN_PLACE, beats, 1, MPI_INT, MPI_MAX, s->mesh->comm);
  return ISO_OK;
}

static iso_status report(void *self, iso_results *results, iso_error *err) {
  const iso_slope *s = self;
  int kept;
  ISO_TRY(finish(s, &kept, err));
  iso_variable v = {.name = "activation_by_slope",
                    .unit = "ms",
                    .meaning = "time of the steepest upstroke of the first beat",
                    .type = ISO_VARIABLE_REAL,
                    .may_lack = true,
                    .dims = {{"num_beats", kept > 1 ? kept : 1}},
                    .fill = fill,
                    .self = s};
  iso_status status = iso_results_add(results, &v, err);
  v.name = "beat_activation_by_slope", v.meaning = "time of the steepest upstroke in each beat", v.ndims = 1;
  if (status == ISO_OK) status = iso_results_add(results, &v, err);
  return iso_agree(s->mesh->comm, status, err);
}

/* ---- saving ---- */

typedef struct kept {
  const char *name, *unit, *meaning;
  iso_archive_type type;
  void *values;
} kept;

enum { NKEPT = 4 };

static void list_kept(const iso_slope *s, kept list[NKEPT]) {
  const kept all[NKEPT] = {
      {"slope.before", "mV", "Vm after the last step", ISO_ARCHIVE_DOUBLE, s->before},
      {"slope.rise", "mV", "largest rise in a step of the beat", ISO_ARCHIVE_DOUBLE, s->rise},
      {"slope.time", "ms", "when that was", ISO_ARCHIVE_DOUBLE, s->time},
      {"slope.count", "1", "activations so far", ISO_ARCHIVE_INT32, s->count}};
  for (int k = 0; k < NKEPT; k++) list[k] = all[k];
}

static const char *name_beat(char *name, size_t size, int beat) {
  snprintf(name, size, "slope.%d", beat);
  return name;
}

/* vm, which holds nothing between looks, stands in where this rank had no such beat. */
static iso_status save_all(const iso_slope *s, int beats, iso_archive *archive, iso_error *err) {
  kept list[NKEPT];
  char name[32];
  list_kept(s, list);
  ISO_TRY(iso_archive_put_count(archive, "slope.beats", "1", "beats that are kept", beats, err));
  for (int k = 0; k < NKEPT; k++)
    ISO_TRY(iso_archive_put_nodes(archive, list[k].name, list[k].unit, list[k].meaning, list[k].type,
                                  list[k].values, err));
  for (iso_lid i = 0; i < s->mesh->nowned; i++) s->vm[i] = NAN;
  for (int b = 0; b < beats; b++)
    ISO_TRY(iso_archive_put_nodes(archive, name_beat(name, sizeof name, b), "ms",
                                  "time of the steepest upstroke in a beat, counted from 0",
                                  ISO_ARCHIVE_DOUBLE, b < s->nbeats ? s->beats[b] : s->vm, err));
  return ISO_OK;
}

static iso_status save(void *self, iso_archive *archive, iso_error *err) {
  const iso_slope *s = self;
  int beats;
  ISO_TRY(finish(s, &beats, err));
  return iso_agree(s->mesh->comm, save_all(s, beats, archive, err), err);
}

static iso_status restore_all(iso_slope *s, const iso_archive *archive, iso_error *err) {
  kept list[NKEPT];
  char name[32];
  int64_t beats;
  list_kept(s, list);
  ISO_TRY(iso_archive_get_count(archive, "slope.beats", &beats, err));
  for (int k = 0; k < NKEPT; k++)
    ISO_TRY(iso_archive_get_nodes(archive, list[k].name, list[k].type, list[k].values, err));
  while (s->nbeats > beats) drop_beat(s);
  for (int b = 0; b < beats; b++) {
    if (b == s->nbeats) ISO_TRY(add_beat(s, err));
    ISO_TRY(iso_archive_get_nodes(archive, name_beat(name, sizeof name, b), ISO_ARCHIVE_DOUBLE, s->beats[b],
                                  err));
  }
  s->started = true;
  return ISO_OK;
}

static iso_status restore(void *self, const iso_archive *archive, iso_error *err) {
  iso_slope *s = self;
  return iso_agree(s->mesh->comm, restore_all(s, archive, err), err);
}

iso_guest iso_slope_guest(iso_slope *s) {
  return (iso_guest){.name = "steepest upstroke",
                     .stop_ms = INFINITY,
                     .nnodes = s->mesh->nowned,
                     .node = s->node,
                     .self = s,
                     .look = look,
                     .report = report,
                     .save = save,
                     .restore = restore};
}

void iso_slope_free(iso_slope *s) {
  if (!s) return;
  while (s->nbeats > 0) drop_beat(s);
  free(s->beats);
  free(s->node);
  free(s->vm);
  free(s->before);
  free(s->rise);
  free(s->time);
  free(s->count);
  free(s);
}

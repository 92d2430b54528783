#include "act/trigger.h"

#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Crossings between two acts at most: of the steps that are shown at once, and some room. */
enum { MOST_CROSSINGS = 64 };

struct iso_trigger {
  const iso_mesh *mesh;
  char name[24], variable[40], dimension[40];
  double threshold_mV, step_ms;
  bool down;
  int64_t latency_steps, blank_steps;
  iso_pulses pulses;
  int64_t nsite;
  iso_lid *site;
  iso_lid node; /* sensed, or -1 where another rank owns it */
  double vm_before;
  int64_t ncrossings, crossing[MOST_CROSSINGS]; /* steps, on the rank that senses, since the last act */
  int64_t blank_until;                          /* step; crossings before it are not answered */
  int64_t ntimes;
  double *times; /* [ntimes] of the pulses, ms */
};

/* ---- life ---- */

static iso_status prepare(iso_trigger *t, const iso_trigger_options *o, iso_error *err) {
  snprintf(t->name, sizeof t->name, "%s", o->name);
  snprintf(t->variable, sizeof t->variable, "%s_pulse_time", t->name);
  snprintf(t->dimension, sizeof t->dimension, "num_%s_pulses", t->name);
  for (iso_lid i = 0; i < t->mesh->nowned && t->node < 0; i++)
    if (t->mesh->gid[i] == o->sensed) t->node = i;
  ISO_TRY(iso_alloc(&t->site, (size_t)o->nsite, sizeof *t->site, "a trigger", err));
  if (o->nsite) memcpy(t->site, o->site, (size_t)o->nsite * sizeof *t->site);
  return ISO_OK;
}

static iso_status check_sensed(const iso_trigger *t, const iso_trigger_options *o, iso_error *err) {
  int owners = t->node >= 0;
  MPI_Allreduce(MPI_IN_PLACE, &owners, 1, MPI_INT, MPI_SUM, t->mesh->comm);
  if (owners) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "%s: the node %lld that it senses is not in the mesh, which has %lld",
                  t->name, (long long)o->sensed, (long long)t->mesh->nnodes);
}

iso_status iso_trigger_new(iso_trigger **out, const iso_mesh *mesh, const iso_trigger_options *o,
                           double step_ms, iso_error *err) {
  iso_trigger *t = NULL;
  *out = NULL;
  iso_status status = iso_alloc(&t, 1, sizeof *t, "a trigger", err);
  if (status == ISO_OK) {
    const int64_t latency = llround(o->latency_ms / step_ms);
    *t = (iso_trigger){.mesh = mesh,
                       .threshold_mV = o->threshold_mV,
                       .down = o->down,
                       .step_ms = step_ms,
                       .latency_steps = latency > 1 ? latency : 1,
                       .blank_steps = llround(o->blank_ms / step_ms),
                       .pulses = o->pulses,
                       .nsite = o->nsite,
                       .node = -1,
                       .vm_before = NAN};
    status = prepare(t, o, err);
  }
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = check_sensed(t, o, err);
  if (status == ISO_OK)
    *out = t;
  else
    iso_trigger_free(t);
  return status;
}

void iso_trigger_free(iso_trigger *t) {
  if (!t) return;
  free(t->site);
  free(t->times);
  free(t);
}

/* ---- sensing and pacing ---- */

static iso_status look(void *self, const iso_view *view, iso_error *err) {
  iso_trigger *t = self;
  double vm;
  if (t->node < 0) return ISO_OK;
  ISO_TRY(iso_view_vm_at(view, 1, &t->node, &vm, err));
  const double low = t->down ? vm : t->vm_before, high = t->down ? t->vm_before : vm;
  if (low < t->threshold_mV && high >= t->threshold_mV && t->ncrossings < MOST_CROSSINGS)
    t->crossing[t->ncrossings++] = view->step;
  t->vm_before = vm;
  return ISO_OK;
}

static iso_status pace(iso_trigger *t, iso_hands *hands, int64_t seen, iso_error *err) {
  ISO_TRY(iso_realloc(&t->times, (size_t)t->ntimes + 1, sizeof *t->times, "times of pulses", err));
  t->times[t->ntimes++] = (double)(seen + t->latency_steps) * t->step_ms + t->pulses.start_ms;
  t->blank_until = seen + t->blank_steps;
  return iso_hands_pulse(hands, seen, &t->pulses, err);
}

/* One rank senses, and all learn when. */
static iso_status act(void *self, iso_hands *hands, iso_error *err) {
  iso_trigger *t = self;
  int64_t say[MOST_CROSSINGS + 1] = {t->ncrossings};
  memcpy(say + 1, t->crossing, (size_t)t->ncrossings * sizeof *say);
  MPI_Allreduce(MPI_IN_PLACE, say, MOST_CROSSINGS + 1, MPI_INT64_T, MPI_MAX, t->mesh->comm);
  t->ncrossings = 0;
  iso_status status = ISO_OK;
  for (int64_t k = 1; k <= say[0] && status == ISO_OK; k++)
    if (say[k] >= t->blank_until) status = pace(t, hands, say[k], err);
  return iso_agree(t->mesh->comm, status, err);
}

/* ---- results and saving ---- */

static iso_status report(void *self, iso_results *results, iso_error *err) {
  iso_trigger *t = self;
  if (t->ntimes == 0) return ISO_OK;
  const iso_variable variable = {.name = t->variable,
                                 .unit = "ms",
                                 .meaning = "when its pulses began",
                                 .ndims = 1,
                                 .dims = {{t->dimension, t->ntimes}},
                                 .data = t->times};
  return iso_agree(t->mesh->comm, iso_results_add(results, &variable, err), err);
}

static const char *name(const iso_trigger *t, const char *what, char *text, size_t size) {
  snprintf(text, size, "actors.%s.%s", t->name, what);
  return text;
}

static iso_status save_all(const iso_trigger *t, double vm, iso_archive *archive, iso_error *err) {
  char text[64];
  ISO_TRY(iso_archive_put_number(archive, name(t, "vm", text, sizeof text), "mV",
                                 "where it senses, after the last step", vm, err));
  ISO_TRY(iso_archive_put_count(archive, name(t, "blank_until", text, sizeof text), "1",
                                "step before which it answers nothing", t->blank_until, err));
  const iso_archive_array times = {.name = name(t, "pulse_time", text, sizeof text),
                                   .unit = "ms",
                                   .meaning = "when its pulses began",
                                   .place = ISO_ARCHIVE_ALL,
                                   .type = ISO_ARCHIVE_DOUBLE,
                                   .count = t->ntimes,
                                   .values = t->times};
  return iso_archive_put(archive, &times, err);
}

/* Nothing waits to be answered when a simulation is saved. */
static iso_status save(void *self, iso_archive *archive, iso_error *err) {
  const iso_trigger *t = self;
  double vm = t->node < 0 ? -INFINITY : t->vm_before;
  MPI_Allreduce(MPI_IN_PLACE, &vm, 1, MPI_DOUBLE, MPI_MAX, t->mesh->comm);
  return iso_agree(t->mesh->comm, save_all(t, vm, archive, err), err);
}

static iso_status restore_all(iso_trigger *t, const iso_archive *archive, iso_error *err) {
  char text[64];
  const iso_archive_array *times;
  ISO_TRY(iso_archive_get_number(archive, name(t, "vm", text, sizeof text), &t->vm_before, err));
  ISO_TRY(iso_archive_get_count(archive, name(t, "blank_until", text, sizeof text), &t->blank_until, err));
  ISO_TRY(iso_archive_get(archive, name(t, "pulse_time", text, sizeof text), ISO_ARCHIVE_ALL,
                          ISO_ARCHIVE_DOUBLE, &times, err));
  ISO_TRY(iso_realloc(&t->times, (size_t)times->count + 1, sizeof *t->times, "times of pulses", err));
  t->ntimes = times->count, t->ncrossings = 0;
  if (times->count) memcpy(t->times, times->values, (size_t)times->count * sizeof *t->times);
  return ISO_OK;
}

static iso_status restore(void *self, const iso_archive *archive, iso_error *err) {
  iso_trigger *t = self;
  return iso_agree(t->mesh->comm, restore_all(t, archive, err), err);
}

iso_guest iso_trigger_guest(iso_trigger *t) {
  return (iso_guest){.name = t->name,
                     .stop_ms = INFINITY,
                     .nnodes = t->node >= 0,
                     .node = &t->node,
                     .latency_steps = t->latency_steps,
                     .nsite = t->nsite,
                     .site = t->site,
                     .self = t,
                     .look = look,
                     .act = act,
                     .report = report,
                     .save = save,
                     .restore = restore};
}

const double *iso_trigger_times(const iso_trigger *t, int64_t *count) {
  *count = t->ntimes;
  return t->times;
}

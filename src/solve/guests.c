#include "solve/guests.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

void iso_guests_free(iso_guests *g) {
  free(g->observers);
  free(g->first_sample);
  *g = (iso_guests){0};
}

iso_status iso_guests_add(iso_guests *g, const iso_observer *observer, iso_error *err) {
  const size_t n = (size_t)g->nobservers + 1;
  ISO_TRY(iso_realloc(&g->observers, n, sizeof *g->observers, "observers", err));
  ISO_TRY(iso_realloc(&g->first_sample, n, sizeof *g->first_sample, "observers", err));
  g->first_sample[g->nobservers] = g->watch->nnodes;
  g->observers[g->nobservers++] = observer;
  return observer->nnodes ? iso_watch_list_sample(g->watch, observer->nnodes, observer->node, err) : ISO_OK;
}

/* ---- what they see ---- */

static iso_status source_vm(void *self, double *vm, iso_error *err) {
  (void)err;
  iso_state_get_vm(self, vm);
  return ISO_OK;
}

static iso_status source_vm_at(void *self, int64_t n, const iso_lid *nodes, double *out, iso_error *err) {
  (void)err;
  const iso_state *s = self;
  for (int64_t k = 0; k < n; k++) iso_device_download_real(s->device, s->now.real, nodes[k], 1, &out[k]);
  return ISO_OK;
}

/* Samples of one observer in one step. */
static iso_status sampled_vm_at(void *self, int64_t n, const iso_lid *nodes, double *out, iso_error *err) {
  (void)nodes, (void)err;
  const double *samples = self; // none where the rank has no probe
  for (int64_t k = 0; k < n; k++) out[k] = samples[k];
  return ISO_OK;
}

/* ---- when they are due ---- */

static bool watches_every_step(const iso_observer *o) { return o->every_ms <= 0; }

/* Whether a step that ends at t passes a multiple of the observer's interval, or is the initial state. */
static bool is_due(const iso_guests *g, const iso_observer *o, int64_t step) {
  double dt = g->step_ms, t = (double)step * dt, rounding = 1e-6 * dt;
  if (t < o->start_ms - rounding || t > o->stop_ms + rounding) return false;
  if (watches_every_step(o) || step == 0) return true;
  return floor((t + rounding) / o->every_ms) > floor((t - dt + rounding) / o->every_ms);
}

static bool someone_is_due(const iso_guests *g) {
  for (int k = 0; k < g->nobservers; k++)
    if (!watches_every_step(g->observers[k]) && is_due(g, g->observers[k], g->state->step)) return true;
  return false;
}

static iso_view view_of(const iso_guests *g, int64_t step) {
  return (iso_view){
      .mesh = g->mesh, .step = step, .time_ms = (double)step * g->step_ms, .step_ms = g->step_ms};
}

/* Shows the present state to those who watch every step, or to the others, as far as they are due. */
static iso_status show_now(iso_guests *g, bool every_step, iso_error *err) {
  const iso_view_source source = {.self = (void *)g->state, .vm = source_vm, .vm_at = source_vm_at};
  iso_view view = view_of(g, g->state->step);
  view.source = &source;
  iso_status status = ISO_OK;
  for (int k = 0; status == ISO_OK && k < g->nobservers; k++) {
    const iso_observer *o = g->observers[k];
    if (watches_every_step(o) == every_step && is_due(g, o, g->state->step))
      status = o->look(o->self, &view, err);
  }
  return status;
}

/* Shows the k-th of the steps just read. */
static iso_status show_read(iso_guests *g, int64_t k, iso_error *err) {
  const iso_watch_list *w = g->watch;
  iso_view view = view_of(g, g->seen + k + 1);
  view.events = w->events + w->first[k];
  view.nevents = w->first[k + 1] - w->first[k];
  iso_status status = ISO_OK;
  for (int i = 0; status == ISO_OK && i < g->nobservers; i++) {
    const iso_observer *o = g->observers[i];
    const iso_view_source source = {.self = w->samples + k * w->nnodes + g->first_sample[i],
                                    .vm_at = sampled_vm_at};
    view.source = &source;
    if (watches_every_step(o) && is_due(g, o, view.step)) status = o->look(o->self, &view, err);
  }
  return status;
}

static iso_status show_pending(iso_guests *g, iso_error *err) {
  const int64_t step = g->state->step;
  if (g->seen == step) return ISO_OK;
  iso_status status = iso_watch_list_read(g->watch, g->seen, g->step_ms, err);
  status = iso_agree(g->mesh->comm, status, err);
  for (int64_t k = 0; status == ISO_OK && k < step - g->seen; k++) status = show_read(g, k, err);
  g->seen = step;
  return status;
}

/* ---- the verbs ---- */

iso_status iso_guests_start(iso_guests *g, iso_error *err) {
  iso_phase before = iso_timer_enter(g->timer, ISO_PHASE_OBSERVERS);
  iso_status status = show_now(g, true, err);
  if (status == ISO_OK) status = show_now(g, false, err);
  iso_timer_enter(g->timer, before);
  return status;
}

iso_status iso_guests_look(iso_guests *g, iso_error *err) {
  iso_phase before = iso_timer_enter(g->timer, ISO_PHASE_OBSERVERS);
  const bool due = someone_is_due(g);
  iso_status status = ISO_OK;
  if (due || g->state->step - g->seen == ISO_WATCH_STEPS) status = show_pending(g, err);
  if (status == ISO_OK && due) status = show_now(g, false, err);
  iso_timer_enter(g->timer, before);
  return status;
}

iso_status iso_guests_show(iso_guests *g, iso_error *err) {
  iso_phase before = iso_timer_enter(g->timer, ISO_PHASE_OBSERVERS);
  iso_status status = show_pending(g, err);
  iso_timer_enter(g->timer, before);
  return status;
}

void iso_guests_moved(iso_guests *g) {
  iso_watch_list_forget(g->watch);
  g->seen = g->state->step;
}

iso_status iso_guests_save(const iso_guests *g, iso_archive *archive, iso_error *err) {
  iso_status status = ISO_OK;
  for (int k = 0; status == ISO_OK && k < g->nobservers; k++)
    if (g->observers[k]->save) status = g->observers[k]->save(g->observers[k]->self, archive, err);
  return status;
}

iso_status iso_guests_restore(iso_guests *g, const iso_archive *archive, iso_error *err) {
  iso_status status = ISO_OK;
  for (int k = 0; status == ISO_OK && k < g->nobservers; k++)
    if (g->observers[k]->restore) status = g->observers[k]->restore(g->observers[k]->self, archive, err);
  return status;
}

#include "solve/guests.h"

#include "base/memory.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct iso_hands {
  iso_guests *guests;
  int guest; /* whose they are */
};

void iso_guests_new(iso_guests *out, const iso_state *state, iso_watch_list *watch, iso_stimuli *stimuli,
                    double step_ms, int read_steps, iso_timer *timer) {
  *out = (iso_guests){.mesh = state->mesh,
                      .state = state,
                      .watch = watch,
                      .stimuli = stimuli,
                      .step_ms = step_ms,
                      .timer = timer,
                      .read_steps =
                          read_steps > 0 && read_steps < ISO_WATCH_STEPS ? read_steps : ISO_WATCH_STEPS,
                      .end_step = INT64_MAX};
}

void iso_guests_free(iso_guests *g) {
  free(g->guests);
  free(g->first_sample);
  free(g->stimulus);
  free(g->given);
  *g = (iso_guests){0};
}

static bool watches_every_step(const iso_guest *guest) { return guest->every_ms <= 0; }

/* Where it acts, a guest has a stimulus of its own that is off until it does: the sums of stimuli that
 * overlap have the same order whenever and however often anybody acts. */
static iso_status add_site(iso_guests *g, const iso_guest *guest, int32_t *stimulus, iso_error *err) {
  int64_t nodes = guest->nsite;
  *stimulus = -1;
  MPI_Allreduce(MPI_IN_PLACE, &nodes, 1, MPI_INT64_T, MPI_SUM, g->mesh->comm);
  if (nodes == 0) return ISO_OK;
  *stimulus = g->stimuli->nstimuli;
  return iso_stimuli_add(g->stimuli, &(iso_pulses){0}, guest->nsite, guest->site, err);
}

static iso_status make_room(iso_guests *g, iso_error *err) {
  const size_t n = (size_t)g->nguests + 1;
  ISO_TRY(iso_realloc(&g->guests, n, sizeof *g->guests, "guests", err));
  ISO_TRY(iso_realloc(&g->first_sample, n, sizeof *g->first_sample, "guests", err));
  return iso_realloc(&g->stimulus, n, sizeof *g->stimulus, "guests", err);
}

iso_status iso_guests_add(iso_guests *g, const iso_guest *guest, iso_error *err) {
  const int k = g->nguests;
  ISO_TRY(iso_agree(g->mesh->comm, make_room(g, err), err));
  g->guests[k] = guest;
  g->first_sample[k] = g->watch->nnodes;
  iso_status status = add_site(g, guest, &g->stimulus[k], err);
  if (status == ISO_OK && guest->nnodes)
    status = iso_watch_list_sample(g->watch, g->state, guest->nnodes, guest->node, err);
  ISO_TRY(iso_agree(g->mesh->comm, status, err));
  g->nguests++;
  if (guest->act && watches_every_step(guest) && guest->latency_steps < g->read_steps)
    g->read_steps = guest->latency_steps;
  return ISO_OK;
}

/* ---- what they see ---- */

static iso_status source_vm(void *self, double *vm, iso_error *err) {
  (void)err;
  iso_state_get_vm(self, vm);
  return ISO_OK;
}

static iso_status source_vm_single(void *self, float *vm, iso_error *err) {
  (void)err;
  iso_state_get_vm_single(self, vm);
  return ISO_OK;
}

static iso_status source_vm_at(void *self, int64_t n, const iso_lid *nodes, double *out, iso_error *err) {
  (void)err;
  const iso_state *s = self;
  iso_state_get_vm_at(s, n, nodes, out);
  return ISO_OK;
}

static const void *source_vm_on_device(void *self) { return iso_state_vm(self); }

/* Samples of one observer in one step. */
static iso_status sampled_vm_at(void *self, int64_t n, const iso_lid *nodes, double *out, iso_error *err) {
  (void)nodes, (void)err;
  const double *samples = self; // none where the rank has no probe
  for (int64_t k = 0; k < n; k++) out[k] = samples[k];
  return ISO_OK;
}

/* ---- when they are due ---- */

/* Whether a step that ends at t passes a multiple of the observer's interval from where it starts, or is the
 * initial state. */
static bool is_due(const iso_guests *g, const iso_guest *o, int64_t step) {
  double dt = g->step_ms, t = (double)step * dt, rounding = 1e-6 * dt;
  if (t < o->start_ms - rounding || t > o->stop_ms + rounding) return false;
  if (watches_every_step(o) || step == 0) return true;
  const double since = t - o->start_ms + rounding;
  return floor(since / o->every_ms) > floor((since - dt) / o->every_ms);
}

/* Of those who do not watch every step. */
static bool someone_is_due(const iso_guests *g, bool and_waits) {
  for (int k = 0; k < g->nguests; k++) {
    const iso_guest *guest = g->guests[k];
    if (watches_every_step(guest) || (and_waits && guest->only_launches)) continue;
    if (is_due(g, guest, g->state->step)) return true;
  }
  return false;
}

static double given_until(const iso_guests *g) {
  double end = -INFINITY;
  for (int k = 0; k < g->ngiven; k++) end = fmax(end, iso_pulses_end(&g->given[k].pulses));
  return end;
}

static iso_view view_of(const iso_guests *g, int64_t step) {
  return (iso_view){.mesh = g->mesh,
                    .step = step,
                    .time_ms = (double)step * g->step_ms,
                    .step_ms = g->step_ms,
                    .given_until_ms = given_until(g)};
}

/* Shows the present state to those who watch every step, or to the others, as far as they are due. */
static iso_status show_now(iso_guests *g, bool every_step, iso_error *err) {
  const iso_view_source source = {.self = (void *)g->state,
                                  .vm = source_vm,
                                  .vm_single = source_vm_single,
                                  .vm_at = source_vm_at,
                                  .vm_on_device = source_vm_on_device};
  iso_view view = view_of(g, g->state->step);
  view.source = &source;
  iso_status status = ISO_OK;
  for (int k = 0; status == ISO_OK && k < g->nguests; k++) {
    const iso_guest *o = g->guests[k];
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
  for (int i = 0; status == ISO_OK && i < g->nguests; i++) {
    const iso_guest *o = g->guests[i];
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

/* ---- what they do ---- */

static int64_t effect_of(const iso_hands *hands, int64_t seen) {
  return seen + hands->guests->guests[hands->guest]->latency_steps;
}

static iso_status give(iso_guests *g, int guest, const iso_pulses *pulses, iso_error *err) {
  ISO_TRY(iso_realloc(&g->given, (size_t)g->ngiven + 1, sizeof *g->given, "stimuli of guests", err));
  g->given[g->ngiven++] = (iso_guest_pulses){guest, *pulses};
  return iso_stimuli_append(g->stimuli, g->stimulus[guest], pulses, err);
}

iso_status iso_hands_pulse_at(iso_hands *hands, int64_t seen, const iso_pulses *pulses, iso_error *err) {
  iso_guests *g = hands->guests;
  assert(effect_of(hands, seen) >= g->state->step && g->stimulus[hands->guest] >= 0);
  assert(pulses->start_ms >= ((double)effect_of(hands, seen) - 0.5) * g->step_ms);
  return give(g, hands->guest, pulses, err);
}

iso_status iso_guests_pulse(iso_guests *g, const iso_guest *guest, const iso_pulses *pulses, iso_error *err) {
  int k = 0;
  while (k < g->nguests && g->guests[k] != guest) k++;
  assert(k < g->nguests && g->stimulus[k] >= 0 && g->seen == g->state->step);
  assert(pulses->start_ms >= ((double)g->state->step - 0.5) * g->step_ms);
  return iso_agree(g->mesh->comm, give(g, k, pulses, err), err);
}

iso_status iso_hands_pulse(iso_hands *hands, int64_t seen, const iso_pulses *pulses, iso_error *err) {
  iso_pulses given = *pulses;
  given.start_ms += (double)effect_of(hands, seen) * hands->guests->step_ms;
  return iso_hands_pulse_at(hands, seen, &given, err);
}

void iso_hands_end(iso_hands *hands, int64_t seen) {
  iso_guests *g = hands->guests;
  const int64_t effect = effect_of(hands, seen);
  if (effect >= g->end_step) return;
  g->end_step = effect;
  g->ender = hands->guest;
}

const char *iso_guests_end(const iso_guests *g) {
  return g->state->step >= g->end_step ? g->guests[g->ender]->reason : NULL;
}

/* Those who have looked: of every step, or those who are due now. */
static iso_status act(iso_guests *g, bool every_step, iso_error *err) {
  iso_status status = ISO_OK;
  for (int k = 0; status == ISO_OK && k < g->nguests; k++) {
    const iso_guest *guest = g->guests[k];
    iso_hands hands = {g, k};
    if (guest->act && watches_every_step(guest) == every_step &&
        (every_step || is_due(g, guest, g->state->step)))
      status = guest->act(guest->self, &hands, err);
  }
  return status;
}

static iso_status show_pending_and_act(iso_guests *g, iso_error *err) {
  if (g->seen == g->state->step) return ISO_OK;
  ISO_TRY(show_pending(g, err));
  return act(g, true, err);
}

static iso_status show_now_and_act(iso_guests *g, bool every_step, iso_error *err) {
  ISO_TRY(show_now(g, every_step, err));
  return act(g, every_step, err);
}

/* ---- the verbs ---- */

iso_status iso_guests_start(iso_guests *g, iso_error *err) {
  iso_phase before = iso_timer_enter(g->timer, ISO_PHASE_OBSERVERS);
  iso_status status = show_now_and_act(g, true, err);
  if (status == ISO_OK) status = show_now_and_act(g, false, err);
  iso_timer_enter(g->timer, before);
  return status;
}

void iso_guests_enqueue(const iso_guests *g) {
  const void *vm = NULL;
  for (int k = 0; k < g->nguests; k++) {
    const iso_guest *guest = g->guests[k];
    if (!guest->enqueue) continue;
    if (!vm) vm = iso_state_made(g->state);
    guest->enqueue(guest->self, g->state->device, vm);
  }
}

bool iso_guests_are_due(const iso_guests *g) {
  return g->state->step - g->seen >= g->read_steps || someone_is_due(g, false);
}

iso_status iso_guests_look(iso_guests *g, iso_error *err) {
  iso_phase before = iso_timer_enter(g->timer, ISO_PHASE_OBSERVERS);
  const bool due = someone_is_due(g, false), wait = due && someone_is_due(g, true);
  iso_status status = ISO_OK;
  if (wait || g->state->step - g->seen >= g->read_steps) status = show_pending_and_act(g, err);
  if (status == ISO_OK && due) status = show_now_and_act(g, false, err);
  iso_timer_enter(g->timer, before);
  return status;
}

iso_status iso_guests_show(iso_guests *g, iso_error *err) {
  iso_phase before = iso_timer_enter(g->timer, ISO_PHASE_OBSERVERS);
  iso_status status = show_pending_and_act(g, err);
  iso_timer_enter(g->timer, before);
  return status;
}

void iso_guests_moved(iso_guests *g) {
  iso_watch_list_forget(g->watch, g->state->step);
  g->seen = g->state->step;
}

/* ---- saving ---- */

enum { PULSES = 6 }; /* numbers of an iso_guest_pulses */

static void pack(const iso_guest_pulses *given, double number[PULSES]) {
  const iso_pulses *p = &given->pulses;
  const double all[PULSES] = {given->guest, p->start_ms,  p->duration_ms,
                              p->amplitude, p->period_ms, (double)p->count};
  memcpy(number, all, sizeof all);
}

static iso_guest_pulses unpack(const double number[PULSES]) {
  return (iso_guest_pulses){(int32_t)number[0],
                            {number[1], number[2], number[3], number[4], (int64_t)number[5]}};
}

static iso_status save_acts(const iso_guests *g, iso_archive *archive, iso_error *err) {
  const iso_archive_array given = {
      .name = "guests.given",
      .unit = "1",
      .meaning = "currents given: guest; start, duration (ms), amplitude (uA/uF), period (ms), count",
      .place = ISO_ARCHIVE_ALL,
      .type = ISO_ARCHIVE_DOUBLE,
      .count = PULSES * (int64_t)g->ngiven};
  void *number;
  ISO_TRY(iso_archive_room(archive, &given, &number, err));
  for (int k = 0; k < g->ngiven; k++) pack(&g->given[k], (double *)number + PULSES * k);
  ISO_TRY(iso_archive_put_count(archive, "guests.end_step", "1", "step that a guest ends the run with",
                                g->end_step, err));
  return iso_archive_put_count(archive, "guests.ender", "1", "which guest", g->ender, err);
}

static iso_status restore_acts(iso_guests *g, const iso_archive *archive, iso_error *err) {
  const iso_archive_array *given;
  int64_t ender;
  ISO_TRY(iso_archive_get(archive, "guests.given", ISO_ARCHIVE_ALL, ISO_ARCHIVE_DOUBLE, &given, err));
  ISO_TRY(iso_archive_get_count(archive, "guests.end_step", &g->end_step, err));
  ISO_TRY(iso_archive_get_count(archive, "guests.ender", &ender, err));
  iso_stimuli_clear_appended(g->stimuli);
  g->ngiven = 0, g->ender = (int)ender;
  ISO_TRY(iso_realloc(&g->given, (size_t)(given->count / PULSES) + 1, sizeof *g->given, "stimuli of guests",
                      err));
  for (int64_t k = 0; k < given->count / PULSES; k++) {
    const iso_guest_pulses one = unpack((const double *)given->values + PULSES * k);
    if (one.guest < 0 || one.guest >= g->nguests || g->stimulus[one.guest] < 0)
      return iso_fail(err, ISO_EINPUT, "the saved state has currents of guests that are not there");
    g->given[g->ngiven++] = one;
    ISO_TRY(iso_stimuli_append(g->stimuli, g->stimulus[one.guest], &one.pulses, err));
  }
  return ISO_OK;
}

iso_status iso_guests_save(const iso_guests *g, iso_archive *archive, iso_error *err) {
  iso_status status = iso_agree(g->mesh->comm, save_acts(g, archive, err), err);
  for (int k = 0; status == ISO_OK && k < g->nguests; k++)
    if (g->guests[k]->save) status = g->guests[k]->save(g->guests[k]->self, archive, err);
  return status;
}

iso_status iso_guests_restore(iso_guests *g, const iso_archive *archive, iso_error *err) {
  iso_status status = iso_agree(g->mesh->comm, restore_acts(g, archive, err), err);
  for (int k = 0; status == ISO_OK && k < g->nguests; k++)
    if (g->guests[k]->restore) status = g->guests[k]->restore(g->guests[k]->self, archive, err);
  return status;
}

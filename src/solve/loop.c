#include "solve/loop.h"

#include "base/assert.h"
#include "base/memory.h"

#include <stdlib.h>

static void end_step(iso_loop *l) {
  iso_watch_list_step(l->watch, l->state);
  iso_guests_enqueue(l->guests);
}

static iso_status advance(iso_loop *l, iso_error *err) {
  ISO_TRY(l->scheme->step(l->scheme, l->state, err));
  end_step(l);
  return ISO_OK;
}

/* Records the launches of n steps from the present one on, or makes those of earlier ones like them at once.
 * A device that does counts them all as cells. The present step stays. */
static iso_status advance_as_before(iso_loop *l, iso_sequence *sequence, int n, iso_error *err) {
  iso_device *device = l->scheme->device;
  const int64_t first = l->state->step;
  iso_phase before = iso_timer_enter(l->timer, ISO_PHASE_CELLS);
  iso_status status = ISO_OK;
  if (!iso_device_replay(device, sequence)) {
    iso_device_record(device, sequence);
    for (; l->state->step < first + n && status == ISO_OK; l->state->step++) status = advance(l, err);
    iso_device_recorded(device, sequence);
  }
  l->state->step = first;
  iso_timer_enter(l->timer, before);
  return status;
}

/* Of n steps from a place on that is a multiple of n, with the stimuli of the present step. */
static iso_sequence *sequence_of(iso_loop *l, int n, int place) {
  const int on = iso_stimuli_on(l->stimuli, l->state->step);
  return &l->sequence[on * ISO_LOOP_PARTS + ISO_COARSEST / n + place / n];
}

static bool are_alike(const iso_loop *l, int64_t first, int64_t end) {
  for (int64_t k = first; k < end; k++)
    if (iso_stimuli_on(l->stimuli, k) != iso_stimuli_on(l->stimuli, first)) return false;
  return true;
}

/* The longest part of a cycle that begins with the present step and is over by `end`. */
static int part_of(const iso_loop *l, int64_t end) {
  const int64_t first = l->state->step;
  int n = iso_scheme_cycle(l->scheme);
  while (first % n != 0 || first + n > end || !are_alike(l, first, first + n)) n /= 2;
  return n;
}

static iso_status launch_owed(iso_loop *l, iso_error *err) {
  const int64_t end = l->state->step;
  const int cycle = iso_scheme_cycle(l->scheme);
  iso_status status = ISO_OK;
  l->state->step -= l->owed;
  l->owed = 0;
  for (int n; l->state->step < end && status == ISO_OK; l->state->step += n) {
    n = part_of(l, end);
    status = advance_as_before(l, sequence_of(l, n, (int)(l->state->step % cycle)), n, err);
  }
  l->state->step = end;
  return status;
}

/* Steps that come in cycles are launches and nothing else. */
void iso_loop_finish(iso_loop *l) {
  iso_error err;
  const iso_status status = launch_owed(l, &err);
  ISO_ASSERT(status == ISO_OK);
}

/* Steps that come in cycles are owed until one is whole, or somebody looks. */
static void step_in_cycles(iso_loop *l) {
  l->owed++;
  iso_state_turn(l->state);
  const bool is_whole = l->state->step % iso_scheme_cycle(l->scheme) == 0;
  if (is_whole || iso_guests_are_due(l->guests)) iso_loop_finish(l);
}

static iso_status step_at_once(iso_loop *l, iso_error *err) {
  ISO_TRY(iso_scheme_is_repeated(l->scheme)
              ? advance_as_before(l, sequence_of(l, 1, l->state->turned), 1, err)
              : advance(l, err));
  iso_state_turn(l->state);
  return ISO_OK;
}

/* One of n pieces of the present step. */
static void launch_piece(iso_loop *l, int k, int n) {
  const int on = iso_stimuli_on(l->stimuli, l->state->step) != 0,
            place = (int)(l->state->step % iso_scheme_cycle(l->scheme));
  iso_sequence *sequence = &l->piece[(on * ISO_COARSEST + place) * l->pieces + k];
  iso_phase before = iso_timer_enter(l->timer, ISO_PHASE_CELLS);
  ISO_ASSERT(n <= l->pieces);
  if (!iso_device_replay(l->scheme->device, sequence)) {
    iso_device_record(l->scheme->device, sequence);
    iso_scheme_launch(l->scheme, l->state, k);
    if (k == n - 1) end_step(l);
    iso_device_recorded(l->scheme->device, sequence);
  }
  iso_timer_enter(l->timer, before);
}

static void step_in_pieces(iso_loop *l) {
  const int n = iso_scheme_pieces(l->scheme, l->state);
  for (int k = 0; k < n; k++) {
    launch_piece(l, k, n);
    iso_scheme_exchange(l->scheme, l->state, k);
  }
  iso_state_turn(l->state);
}

static iso_status step_of_mover(iso_loop *l, iso_error *err) {
  const iso_phase before = iso_timer_enter(l->timer, ISO_PHASE_DIFFUSION);
  iso_stimuli_prepare(l->stimuli, l->guests->seen, l->scheme->dt, 1);
  iso_mover_drive_step(l->drive, l->state, l->stimuli, l->watch, l->guests->seen, l->scheme->dt);
  iso_timer_enter(l->timer, before);
  end_step(l);
  iso_state_turn(l->state);
  return iso_guests_look(l->guests, err);
}

iso_status iso_loop_step(iso_loop *l, iso_error *err) {
  if (l->drive->mover) return step_of_mover(l, err);
  const bool in_cycles = iso_scheme_is_repeated(l->scheme) && iso_scheme_cycle(l->scheme) > 1;
  iso_stimuli_prepare(l->stimuli, l->guests->seen, l->scheme->dt, l->scheme->parts);
  ISO_TRY(iso_scheme_ready(l->scheme, l->state, err));
  if (iso_scheme_is_cut(l->scheme))
    step_in_pieces(l);
  else if (in_cycles)
    step_in_cycles(l);
  else
    ISO_TRY(step_at_once(l, err));
  return iso_guests_look(l->guests, err);
}

void iso_loop_forget(iso_loop *l) {
  if (!l->scheme) return; /* nothing was made, nor recorded */
  for (int k = 0; k < ISO_LOOP_SEQUENCES; k++) iso_device_forget(l->scheme->device, &l->sequence[k]);
  for (int k = 0; k < 2 * ISO_COARSEST * l->pieces; k++) iso_device_forget(l->scheme->device, &l->piece[k]);
}

iso_status iso_loop_new(iso_loop *l, iso_error *err) {
  if (!iso_scheme_is_cut(l->scheme)) return ISO_OK;
  const int most = iso_scheme_pieces(l->scheme, l->state); /* steps of all levels begin with a run */
  ISO_TRY(iso_alloc(&l->piece, (size_t)(2 * ISO_COARSEST * most), sizeof *l->piece, "the time loop", err));
  l->pieces = most;
  return ISO_OK;
}

void iso_loop_free(iso_loop *l) {
  iso_loop_forget(l);
  free(l->piece);
}

#include "solve/loop.h"

static iso_status advance(iso_loop *l, iso_error *err) {
  ISO_TRY(l->scheme->step(l->scheme, l->state, err));
  iso_watch_list_step(l->watch, l->state);
  iso_guests_enqueue(l->guests);
  return ISO_OK;
}

/* Records the launches of a step, or makes those of an earlier one like it at once. A device that does counts
 * them all as cells. */
static iso_status advance_as_before(iso_loop *l, iso_error *err) {
  iso_device *device = l->scheme->device;
  const int kind = 2 * iso_stimuli_on(l->stimuli, l->state->step) + l->state->turned;
  iso_sequence *sequence = &l->sequence[kind];
  iso_phase before = iso_timer_enter(l->timer, ISO_PHASE_CELLS);
  iso_status status = ISO_OK;
  if (!iso_device_replay(device, sequence)) {
    iso_device_record(device, sequence);
    status = advance(l, err);
    iso_device_recorded(device, sequence);
  }
  iso_timer_enter(l->timer, before);
  return status;
}

iso_status iso_loop_step(iso_loop *l, iso_error *err) {
  iso_stimuli_prepare(l->stimuli, l->guests->seen, l->scheme->dt, l->scheme->parts);
  ISO_TRY(iso_scheme_is_repeated(l->scheme) ? advance_as_before(l, err) : advance(l, err));
  iso_state_turn(l->state);
  return iso_guests_look(l->guests, err);
}

void iso_loop_forget(iso_loop *l) {
  if (!l->scheme) return; /* nothing was made, nor recorded */
  for (int k = 0; k < ISO_LOOP_SEQUENCES; k++) iso_device_forget(l->scheme->device, &l->sequence[k]);
}

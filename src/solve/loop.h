/* The time loop: what happens in a step, and in which order. */
#ifndef ISO_SOLVE_LOOP_H
#define ISO_SOLVE_LOOP_H

#include "solve/guests.h"
#include "solve/scheme.h"

/* Kinds of steps that a device records apart: Vm stands in one of two buffers, and each part of a step has a
 * stimulus or not. */
enum { ISO_LOOP_SEQUENCES = 2 << ISO_STIMULUS_PARTS };

typedef struct iso_loop {
  iso_scheme *scheme;
  iso_state *state;
  iso_stimuli *stimuli;
  iso_watch_list *watch;
  iso_guests *guests;
  iso_timer *timer;
  iso_sequence sequence[ISO_LOOP_SEQUENCES];
} iso_loop;

/* Collective. One step. The status is the same on all ranks. */
iso_status iso_loop_step(iso_loop *loop, iso_error *err);

/* Recorded launches are made anew: before a buffer that they use is released. */
void iso_loop_forget(iso_loop *loop);

#endif

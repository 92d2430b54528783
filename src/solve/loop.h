/* The time loop: what happens in a step, and in which order. */
#ifndef ISO_SOLVE_LOOP_H
#define ISO_SOLVE_LOOP_H

#include "solve/guests.h"
#include "solve/mover.h"
#include "solve/scheme.h"

/* What a device records apart: parts of a cycle, halves of it, their halves and so on down to single steps,
 * or steps of which Vm is in one of two buffers; each with a stimulus or not in each part of its steps.
 * Pieces of steps that are cut are recorded by their place in a cycle. */
enum { ISO_LOOP_PARTS = 2 * ISO_COARSEST, ISO_LOOP_SEQUENCES = ISO_LOOP_PARTS << ISO_STIMULUS_PARTS };

typedef struct iso_loop {
  iso_scheme *scheme;
  iso_state *state;
  iso_stimuli *stimuli;
  iso_watch_list *watch;
  iso_guests *guests;
  iso_timer *timer;
  iso_mover_drive *drive; /* with a mover, whose steps are in place of the scheme's */
  int owed; /* steps that are counted and not launched yet: the last ones of a cycle under way */
  iso_sequence sequence[ISO_LOOP_SEQUENCES];
  int pieces;          /* of a step at most, where steps are cut */
  iso_sequence *piece; /* [2 ISO_COARSEST pieces], with a stimulus or not */
} iso_loop;

/* Sets up a loop that has all of its members up to timer, which outlive it. Not collective; to be freed
 * whatever the status. */
iso_status iso_loop_new(iso_loop *loop, iso_error *err);
void iso_loop_free(iso_loop *loop);

/* Collective. One step. The status is the same on all ranks. */
iso_status iso_loop_step(iso_loop *loop, iso_error *err);

/* Where steps come in cycles their launches wait for whole ones: makes those that wait. To be called before
 * anybody but guests reads the state. */
void iso_loop_finish(iso_loop *loop);

/* Recorded launches are made anew: before a buffer that they use is released. */
void iso_loop_forget(iso_loop *loop);

#endif

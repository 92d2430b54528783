/* A trial from a saved state: how a protocol goes forward, gives a pulse, waits for what comes of it, and
 * goes back. States are kept in memory.
 *
 * What a protocol does depends on the configuration and on what it notes of the simulation. So after a
 * restart it does everything again, and as long as there are notes of the time before (trials->replays), no
 * step is made, nothing is heard, and states are left alone: until it comes to the way forward that the
 * checkpoint was on. */
#ifndef ISO_STUDY_TRIALS_H
#define ISO_STUDY_TRIALS_H

#include "study/protocol_guests.h"

typedef struct iso_trials iso_trials;

/* Who makes the steps: number trials->steps of all since the beginning. *stop: somebody asked to end.
 * Collective, with the same answer on all ranks. */
typedef struct iso_protocol_stepper {
  void *self;
  iso_status (*step)(void *self, const iso_trials *trials, bool *stop, iso_error *err);
} iso_protocol_stepper;

/* States that are kept. */
typedef enum {
  ISO_STATE_TRAIN,    /* after the train, for several sites */
  ISO_STATE_NEAREST,  /* before the earliest pulse that is still to be tried */
  ISO_STATE_AHEAD,    /* before the pulse of the present trial */
  ISO_STATE_CAPTURED, /* of the trial that is best so far */
  ISO_STATE_FINAL,    /* what the run will go on with, for several sites */
  ISO_NSTATES
} iso_trial_state;

struct iso_trials {
  const iso_setup *setup;
  iso_simulation *simulation;
  const iso_protocol_guests *guests;
  iso_protocol_stepper stepper;
  double step_ms;
  int64_t most_steps; /* those of the duration */
  int64_t steps;      /* of all trials so far */
  int64_t before;     /* of these, before a restart */
  int64_t from;       /* the step at which the present way forward began */
  bool stopped;       /* somebody asked to end, or the duration is over: the state is left as it is */
  bool over;          /* the latter */
  iso_archive *state[ISO_NSTATES];
  bool kept[ISO_NSTATES];
  int nnotes, nread; /* read: again, after a restart */
  double *note;      /* [nnotes] */
  bool replays;
};

/* Collective. several_sites: whether the states of several sites will be kept, too. Free it whatever the
 * status. ISO_EFAIL where memory is short. */
iso_status iso_trials_new(iso_trials *out, const iso_setup *setup, const iso_protocol_guests *guests,
                          iso_protocol_stepper stepper, bool several_sites, iso_error *err);
void iso_trials_free(iso_trials *trials);

/* Of a checkpoint: whether a protocol had begun trials, 0 while it paces its train. */
#define ISO_TRIALS_BEGUN "trials.begun"

/* Whether the train is over. */
bool iso_trials_have_begun(const iso_trials *trials);

/* Puts all that the trials go on from into an archive that has the state of the present step, to which their
 * states are lent. Within a step of the stepper. Not collective. ISO_EFAIL where memory is short. */
iso_status iso_trials_save(const iso_trials *trials, iso_archive *archive, iso_error *err);

/* Goes on from there: the simulation is in that state already. Their states are taken out of the archive. Not
 * collective. ISO_EINPUT where it is no state of trials, or of others. */
iso_status iso_trials_resume(iso_trials *trials, iso_archive *archive, iso_error *err);

/* The last step at which a pulse that begins at time_ms can still be asked for. */
int64_t iso_trials_before(const iso_trials *trials, double time_ms);

/* Collective, as are those that follow. They do nothing where the trials have been stopped.
 *
 * Notes a number, which is what it was where that is known from before a restart: whatever a protocol decides
 * by. ISO_EFAIL where memory is short. */
iso_status iso_trials_note(iso_trials *trials, double *number, iso_error *err);

/* What an ear has heard, noted. */
iso_status iso_trials_hear(iso_trials *trials, int ear, iso_ear *heard, iso_error *err);

/* From now on only what happens after time_ms is heard, of all nodes. */
void iso_trials_listen(iso_trials *trials, double time_ms);

/* On to a step, unless it is there already; everything up to it has been shown. */
iso_status iso_trials_advance(iso_trials *trials, int64_t step, iso_error *err);

/* On by one step after another until `done`, which is asked of what has been shown after every
 * ISO_WATCH_STEPS of them, whoever else is shown steps; or to the end of the step that time_ms falls into
 * (INFINITY: that of the duration). */
iso_status iso_trials_wait(iso_trials *trials, double time_ms, bool (*done)(const iso_trials *, const void *),
                           const void *self, iso_error *err);

/* One pulse of an electrode, in time by iso_trials_before; from its beginning on things are heard, of nodes
 * that the wave of the pulse before has passed, if that captured. */
iso_status iso_trials_pulse(iso_trials *trials, int electrode, double time_ms, iso_error *err);

/* Waits for an electrode's pulse, which began at time_ms, to capture, until_ms at most; *captured by then. */
iso_status iso_trials_capture(iso_trials *trials, int electrode, double until_ms, bool *captured,
                              iso_error *err);

/* Waits for what is left after a pulse that ended at end_ms: *induced where any node activates after_ms
 * later, or more; it is over where none has for quiet_ms. */
iso_status iso_trials_settle(iso_trials *trials, double end_ms, double after_ms, double quiet_ms,
                             bool *induced, iso_error *err);

iso_status iso_trials_keep(iso_trials *trials, iso_trial_state state, iso_error *err);
iso_status iso_trials_go_back(iso_trials *trials, iso_trial_state state, iso_error *err);

/* A state that is kept takes the place of another, and is given up. Not collective. */
void iso_trials_replace(iso_trials *trials, iso_trial_state old, iso_trial_state by);

#endif

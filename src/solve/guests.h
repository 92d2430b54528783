/* The guests of a simulation, and when each is due. What happens in every step is collected on the device and
 * shown some steps at once. Its time counts as ISO_PHASE_OBSERVERS. */
#ifndef ISO_SOLVE_GUESTS_H
#define ISO_SOLVE_GUESTS_H

#include "base/timer.h"
#include "solve/guest.h"
#include "solve/state.h"
#include "solve/stimuli.h"
#include "solve/watch.h"

/* Current that a guest gave: number k of the guests, pulses that begin at start_ms of the simulation. */
typedef struct iso_guest_pulses {
  int32_t guest;
  iso_pulses pulses;
} iso_guest_pulses;

typedef struct iso_guests {
  const iso_mesh *mesh;
  const iso_state *state;
  iso_watch_list *watch;
  iso_stimuli *stimuli;
  double step_ms;
  iso_timer *timer;
  int64_t read_steps; /* between looks of every step, at most */
  int64_t seen;       /* steps that those of every step have been shown */
  int nguests;
  const iso_guest **guests; /* [nguests] */
  int32_t *first_sample;    /* [nguests] where a guest's nodes begin among the sampled ones */
  int32_t *stimulus;        /* [nguests] its own among the stimuli, -1: it has no site */
  int ngiven;
  iso_guest_pulses *given; /* [ngiven] in the order in which they were given */
  int64_t end_step;        /* after which the run ends; INT64_MAX: nobody ends it */
  int ender;               /* who does */
} iso_guests;

/* read_steps: 0, or fewer than fit. */
void iso_guests_new(iso_guests *out, const iso_state *state, iso_watch_list *watch, iso_stimuli *stimuli,
                    double step_ms, int read_steps, iso_timer *timer);
void iso_guests_free(iso_guests *guests);

/* Collective. Adds a guest, which must outlive the guests. The same on all ranks but for its nodes and its
 * site. */
iso_status iso_guests_add(iso_guests *guests, const iso_guest *guest, iso_error *err);

/* Collective. Shows the initial state to all. */
iso_status iso_guests_start(iso_guests *guests, iso_error *err);

/* In a step that is made but not turned yet: see iso_guest. */
void iso_guests_enqueue(const iso_guests *guests);

/* Whether iso_guests_look will show anybody anything after this step. */
bool iso_guests_are_due(const iso_guests *guests);

/* After a step. Collective where somebody is due, or as many steps wait as are read at once. */
iso_status iso_guests_look(iso_guests *guests, iso_error *err);

/* Collective. Shows those of every step what they have not seen yet, and has them act on it. */
iso_status iso_guests_show(iso_guests *guests, iso_error *err);

/* Collective. Current at the site of a guest, between steps and after iso_guests_show: pulses whose start_ms
 * is the simulation's time, not before it. Kept with what guests give. */
iso_status iso_guests_pulse(iso_guests *guests, const iso_guest *guest, const iso_pulses *pulses,
                            iso_error *err);

/* Why the run ends after the steps done so far, or NULL: it goes on. */
const char *iso_guests_end(const iso_guests *guests);

/* Collective. What they know and did, and back; those that keep nothing are passed over. */
iso_status iso_guests_save(const iso_guests *guests, iso_archive *archive, iso_error *err);
iso_status iso_guests_restore(iso_guests *guests, const iso_archive *archive, iso_error *err);

/* The state is another one, of which nothing is to be shown: what waits is forgotten. */
void iso_guests_moved(iso_guests *guests);

#endif

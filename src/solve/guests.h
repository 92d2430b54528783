/* Who watches a simulation, and when each is due. What happens in every step is collected on the device and
 * shown some steps at once. Its time counts as ISO_PHASE_OBSERVERS. */
#ifndef ISO_SOLVE_GUESTS_H
#define ISO_SOLVE_GUESTS_H

#include "base/timer.h"
#include "solve/state.h"
#include "solve/view.h"
#include "solve/watch.h"

typedef struct iso_guests {
  const iso_mesh *mesh;
  const iso_state *state;
  iso_watch_list *watch;
  double step_ms;
  iso_timer *timer;
  int64_t seen; /* steps that those of every step have been shown */
  int nobservers;
  const iso_observer **observers;
  int32_t *first_sample; /* [nobservers] where an observer's nodes begin among the sampled ones */
} iso_guests;

void iso_guests_free(iso_guests *guests);

/* Adds an observer, which must outlive the guests. */
iso_status iso_guests_add(iso_guests *guests, const iso_observer *observer, iso_error *err);

/* Collective. Shows the initial state to all. */
iso_status iso_guests_start(iso_guests *guests, iso_error *err);

/* After a step. Collective where somebody is due, or as many steps wait as fit. */
iso_status iso_guests_look(iso_guests *guests, iso_error *err);

/* Collective. Shows those of every step what they have not seen yet. */
iso_status iso_guests_show(iso_guests *guests, iso_error *err);

/* Collective. What they know, and back; those that keep nothing are passed over. */
iso_status iso_guests_save(const iso_guests *guests, iso_archive *archive, iso_error *err);
iso_status iso_guests_restore(iso_guests *guests, const iso_archive *archive, iso_error *err);

/* The state is another one, of which nothing is to be shown: what waits is forgotten. */
void iso_guests_moved(iso_guests *guests);

#endif

/* When each node's Vm rose most steeply in each beat: local activation times by the upstroke itself, which
 * need no threshold. */
#ifndef ISO_OBSERVE_SLOPE_H
#define ISO_OBSERVE_SLOPE_H

#include "solve/guest.h"

typedef struct iso_slope iso_slope;

/* Keeps the first max_beats beats of every node (0: all). Not collective; to be freed where it is ISO_OK. */
iso_status iso_slope_new(iso_slope **out, const iso_mesh *mesh, int max_beats, iso_error *err);

/* The observer that looks after every step, at the Vm of all owned nodes and at the view's events: a beat
 * begins with the recovery from the one before, or with the run, and counts where the node activates in it.
 * Its time is the middle of the step with the largest rise. Publishes "activation_by_slope", of first beats,
 * and "beat_activation_by_slope". Does not own. */
iso_guest iso_slope_guest(iso_slope *slope);

/* Times of one beat (from 0) in ms into owned [nowned]; NaN where the node had no such beat. */
void iso_slope_times(const iso_slope *slope, int beat, double *owned);

/* Harmless on NULL. */
void iso_slope_free(iso_slope *slope);

#endif

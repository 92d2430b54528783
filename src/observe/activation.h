/* When each node activated and recovered, beat by beat, from the events that the device finds in every step.
 */
#ifndef ISO_OBSERVE_ACTIVATION_H
#define ISO_OBSERVE_ACTIVATION_H

#include "solve/guest.h"

#include <stdbool.h>

typedef struct iso_activation iso_activation;

/* Keeps the first max_beats beats of every node (0: all); later ones are only counted. */
iso_status iso_activation_new(iso_activation **out, const iso_mesh *mesh, int max_beats, iso_error *err);

/* The observer that collects: it looks after every step and only reads the view's events. Does not own. */
iso_guest iso_activation_guest(iso_activation *activation);

/* Collective. Publishes the maps of first beats, the number of activations, and the times of every beat. */
iso_status iso_activation_report(void *activation, iso_results *results, iso_error *err);

/* Collective. Reports what went wrong while collecting (memory); call it before using the results. */
iso_status iso_activation_finish(const iso_activation *activation, iso_error *err);

/* Beats kept on this rank: the most of any owned node. */
int iso_activation_beats(const iso_activation *activation);

/* Times of one beat (from 0) in ms [nowned], NaN where the node had no such beat, or NULL where no owned node
 * had. A node recovers from the beat it is in; a recovery before the first activation is not one. */
const double *iso_activation_times(const iso_activation *activation, int beat);
const double *iso_repolarisation_times(const iso_activation *activation, int beat);

/* Activations of each owned node [nowned], with those not kept. */
const int32_t *iso_activation_counts(const iso_activation *activation);

typedef struct iso_activation_summary {
  iso_gid nactivated;            /* nodes that activated at least once */
  int beats;                     /* kept: the most of any node */
  double first_ms, last_ms;      /* of all first activations; NaN where none */
  double apd_min_ms, apd_max_ms; /* of the first beat; NaN where none recovered */
} iso_activation_summary;

/* Collective: over all ranks. */
iso_activation_summary iso_activation_summarise(const iso_activation *activation);

/* Collective: whether every node that belongs to an element has activated. */
bool iso_activation_complete(const iso_activation *activation);

/* A guest that ends the run when that is so, asking every so often. Invite it after the other. Does not own.
 */
iso_guest iso_activation_ender(iso_activation *activation, double every_ms);

void iso_activation_free(iso_activation *activation);

#endif

/* A pulse of current some time after Vm at a node crosses a threshold upwards: what a pacemaker does that
 * senses one chamber and paces another, and the smallest example of a guest that acts. */
#ifndef ISO_ACT_TRIGGER_H
#define ISO_ACT_TRIGGER_H

#include "solve/guest.h"

typedef struct iso_trigger_options {
  const char *name; /* of its variables in the results, at most 20 characters */
  iso_gid sensed;   /* node whose Vm it watches */
  double threshold_mV;
  bool down;         /* crossed downwards, as at recovery */
  double latency_ms; /* from the end of the step in which it is crossed to the pulse, in whole steps, 1 at
                        least */
  double blank_ms;   /* crossings so soon after one that was answered are not */
  iso_pulses pulses; /* start_ms counts from there */
  int64_t nsite;
  const iso_lid *site; /* [nsite] owned nodes that it reaches, distinct; copied */
} iso_trigger_options;

typedef struct iso_trigger iso_trigger;

/* Collective. step_ms: of the simulation. ISO_EINPUT where no rank owns the sensed node. */
iso_status iso_trigger_new(iso_trigger **out, const iso_mesh *mesh, const iso_trigger_options *options,
                           double step_ms, iso_error *err);
void iso_trigger_free(iso_trigger *trigger);

/* The guest. It does not own, and publishes NAME_pulse_time. */
iso_guest iso_trigger_guest(iso_trigger *trigger);

/* Times of its pulses so far, ms, on all ranks: [*count]. */
const double *iso_trigger_times(const iso_trigger *trigger, int64_t *count);

#endif

/* S2: one premature pulse at a time that may be another in each trial, and whether a node activated after it.
 * It is given some steps before it begins, so that it does not make the loop look more often. */
#ifndef ISO_ACT_PREMATURE_H
#define ISO_ACT_PREMATURE_H

#include "solve/guest.h"
#include "solve/watch.h"

/* From a state that a trial begins with to the earliest S2: a step that is shown, and the guest's latency. */
enum { ISO_PREMATURE_STEPS = ISO_WATCH_STEPS + 1 };

typedef struct iso_premature_options {
  iso_gid sensed;   /* node that tells by its activation, as the simulation finds it, whether S2 captured */
  iso_pulses pulse; /* amplitude and duration of one pulse */
  int64_t nsite;
  const iso_lid *site; /* [nsite] owned nodes that it reaches, distinct; copied */
} iso_premature_options;

typedef struct iso_premature iso_premature;

/* Collective. ISO_EINPUT where no rank owns the sensed node. */
iso_status iso_premature_new(iso_premature **out, const iso_mesh *mesh, const iso_premature_options *options,
                             iso_error *err);
void iso_premature_free(iso_premature *premature);

/* The guest. It does not own. It does nothing unless armed; what it knows of a trial goes with the next
 * arming, and the pulse that it gave with the state that the simulation is restored to. */
iso_guest iso_premature_guest(iso_premature *premature);

/* In the next act gives a pulse at s2_ms, ISO_PREMATURE_STEPS after the present step at least; activation
 * up to until_ms is capture. The same on all ranks. s2_ms NAN: no pulse, and nothing is waited for. */
void iso_premature_arm(iso_premature *premature, double s2_ms, double until_ms);

/* Whether it has captured, as far as steps have been shown. The same on all ranks. */
bool iso_premature_captured(const iso_premature *premature);

/* Collective. Whether the node's last activation that has been shown was after a time. */
bool iso_premature_heard_since(const iso_premature *premature, double time_ms);

#endif

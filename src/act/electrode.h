/* An electrode that gives one pulse at a time, when and as it is told. A pulse is given some steps before it
 * begins, so that it does not make the loop look more often. */
#ifndef ISO_ACT_ELECTRODE_H
#define ISO_ACT_ELECTRODE_H

#include "solve/guest.h"
#include "solve/watch.h"

/* From a state in which a pulse is asked for to its beginning: a step that is shown, and the latency. */
enum { ISO_ELECTRODE_STEPS = ISO_WATCH_STEPS + 1 };

typedef struct iso_electrode iso_electrode;

/* Not collective. name: of messages, outlives it. site [nsite]: owned nodes that it reaches, distinct;
 * copied. ISO_EFAIL where memory is short. */
iso_status iso_electrode_new(iso_electrode **out, const char *name, int64_t nsite, const iso_lid *site,
                             iso_error *err);
void iso_electrode_free(iso_electrode *electrode);

/* The guest. It does not own. It does nothing unless armed; the pulse that it gave goes with the state that
 * the simulation is restored to. */
iso_guest iso_electrode_guest(iso_electrode *electrode);

/* In the next act gives the pulse, whose start_ms is the simulation's time, ISO_ELECTRODE_STEPS after the
 * present step at least. The same on all ranks. */
void iso_electrode_arm(iso_electrode *electrode, const iso_pulses *pulse);

#endif

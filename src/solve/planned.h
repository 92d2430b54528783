/* A base step of patches at their own pace (solve/adaptive.h) on a device that plans it itself: which patches
 * go on at which level, and what that makes of each launch, is found and kept there, so that a step is a few
 * launches for all patches, the same ones in every step of its place in a cycle of ISO_COARSEST, and the host
 * neither decides nor waits. The numbers are those of the steps that the host plans. */
#ifndef ISO_SOLVE_PLANNED_H
#define ISO_SOLVE_PLANNED_H

#include "solve/adaptive.h"

typedef struct iso_planned iso_planned;

/* Whether the device plans, unless there are too many different numbers of stages. It does not for a rank
 * with neighbours, whom the host tells what is due. */
bool iso_planned_is_for(const iso_device *device, const iso_mesh *mesh);

/* Not collective. *out is NULL where the host has to plan. adaptive is set up and outlives it. To be freed
 * whatever the status. */
iso_status iso_planned_new(iso_planned **out, iso_adaptive *adaptive, iso_error *err);
void iso_planned_free(iso_planned *planned);

/* Before a step and before launches are recorded: what has to go to the device goes there. all: the state has
 * become another one. */
void iso_planned_ready(iso_planned *planned, iso_state *state, bool all);

/* One base step, without copies or waits. */
void iso_planned_step(iso_planned *planned, iso_state *state);

/* Base steps of nodes at each level so far, [ISO_LEVELS]; waits. */
void iso_planned_node_steps(const iso_planned *planned, int64_t node_steps[ISO_LEVELS]);

#endif

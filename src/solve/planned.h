/* A base step of patches at their own pace (solve/adaptive.h) on a device that plans it itself: which patches
 * go on at which level, and what that makes of each launch, is found and kept there, so that a step is a few
 * launches for all patches, the same ones in every step of its place in a cycle of ISO_COARSEST, and the host
 * neither decides nor waits. The numbers are those of the steps that the host plans.
 *
 * Among several ranks a step is cut into pieces where values have to travel. Nobody but the devices knows
 * which patches go on, so all boundary nodes' values do, and what patches say of their levels among them. */
#ifndef ISO_SOLVE_PLANNED_H
#define ISO_SOLVE_PLANNED_H

#include "linear/exchange.h"
#include "solve/adaptive.h"

typedef struct iso_planned iso_planned;

/* Collective. *out is NULL, on all ranks, where the host has to plan: on one of them the device does not, or
 * there are too many different numbers of stages. adaptive is set up; it and exchange, of ISO_MAX_FIELDS,
 * outlive it. To be freed whatever the status, which need not be the same on all ranks. */
iso_status iso_planned_new(iso_planned **out, iso_adaptive *adaptive, iso_exchange *exchange, iso_error *err);
void iso_planned_free(iso_planned *planned);

/* Before a step and before launches are recorded: what has to go to the device goes there. all: the state has
 * become another one, and what ranks know of each other is up to date. */
void iso_planned_ready(iso_planned *planned, iso_state *state, bool all);

/* Into how many pieces a base step is cut: 1 without neighbours, else the same on all ranks. */
int iso_planned_pieces(iso_planned *planned, iso_state *state);

/* The launches of a piece of a base step, without copies or waits. */
void iso_planned_launch(iso_planned *planned, iso_state *state, int piece);

/* Collective among neighbours. What travels after a piece; nothing without them. */
void iso_planned_exchange(iso_planned *planned, iso_state *state, int piece);

/* Base steps of nodes at each level so far, [ISO_LEVELS]; waits. */
void iso_planned_node_steps(const iso_planned *planned, int64_t node_steps[ISO_LEVELS]);

#endif

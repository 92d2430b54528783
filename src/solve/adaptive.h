/* Steps at a pace of each patch's own: the staggered scheme (solve/scheme.h) with steps of 1, 2, 4, .. base
 * steps, chosen for each patch by how Vm changes there (solve/levels.h). docs/numerics.md says how accurate
 * that is.
 *
 * A patch that goes on at base step n with level k', after one at level k, has V at n and the slope S of V in
 * the step before. Then
 *     cells      go from n - k/2 to n + k'/2: gates with V + (k' - k)/4 S, in the middle of that, and
 * currents with V + k'/2 S, the middle of the step of V; diffusion  V(n + k') = V + k' dt (L V* - I), where
 * V* is every V at n + k'/2, from V and S: a patch that has gone on for longer already has its own in
 * between. Where such a step is too long for one product, it has Runge-Kutta-Legendre stages. With k = k' = 1
 * everywhere this is the fixed scheme. */
#ifndef ISO_SOLVE_ADAPTIVE_H
#define ISO_SOLVE_ADAPTIVE_H

#include "linear/patch_exchange.h"
#include "solve/body.h"
#include "solve/currents.h"
#include "solve/state.h"
#include "solve/stimuli.h"

typedef struct iso_adaptive iso_adaptive;

/* All of these outlive it. */
typedef struct iso_adaptive_options {
  const iso_body *body; /* of a mesh with patches */
  const iso_tissue_cells *cells;
  const iso_stimuli *stimuli;
  iso_watch_list *watch;
  const iso_numerics *numerics;
  iso_currents *currents;
  iso_exchange *exchange; /* of ISO_MAX_FIELDS */
  iso_field *work;        /* room */
  double step_ms;
  iso_timer *timer;
} iso_adaptive_options;

/* Collective. To be freed whatever the status. A base step that is unstable is ISO_EINPUT. */
iso_status iso_adaptive_new(iso_adaptive **out, const iso_adaptive_options *options, iso_error *err);
void iso_adaptive_free(iso_adaptive *adaptive);

/* Collective. Before a step: what changed between steps is told to neighbours and to the device. */
iso_status iso_adaptive_ready(iso_adaptive *adaptive, iso_state *state, iso_error *err);

/* Collective among neighbours. One base step: patches that are due go on. state has levels. */
iso_status iso_adaptive_step(iso_adaptive *adaptive, iso_state *state, iso_error *err);

/* Whether steps are launches for the device alone, the same ones at each place in a cycle of ISO_COARSEST,
 * and between ranks what travels between pieces of them. */
bool iso_adaptive_is_launched(const iso_adaptive *adaptive);

/* Then: how many pieces a base step has, 1 without neighbours, and instead of iso_adaptive_step, when it is
 * ready, the launches of each; and collective among neighbours, what travels after it. */
int iso_adaptive_pieces(const iso_adaptive *adaptive, iso_state *state);
void iso_adaptive_launch(iso_adaptive *adaptive, iso_state *state, int piece);
void iso_adaptive_exchange(iso_adaptive *adaptive, iso_state *state, int piece);

/* Products of the base step at most. The same on all ranks. */
int iso_adaptive_stages(const iso_adaptive *adaptive);

/* Collective. Of all nodes' time so far, the fraction at each level, [ISO_LEVELS]. */
void iso_adaptive_shares(const iso_adaptive *adaptive, double share[ISO_LEVELS]);

#endif

/* One step of dV/dt = L V - I by the three ways of splitting, where L is diffusion and I the ionic current
 * less the stimulus. docs/numerics.md derives them; scheme.c reads as their equations. */
#ifndef ISO_SOLVE_SCHEME_H
#define ISO_SOLVE_SCHEME_H

#include "solve/adaptive.h"
#include "solve/body.h"
#include "solve/currents.h"
#include "solve/state.h"
#include "solve/stepper.h"
#include "solve/stimuli.h"

typedef struct iso_scheme_options {
  const iso_body *body; /* all of these outlive the scheme */
  const iso_tissue_cells *cells;
  const iso_stimuli *stimuli;
  iso_watch_list *watch;
  const iso_numerics *numerics; /* copied */
  double step_ms;
  iso_timer *timer;
} iso_scheme_options;

typedef struct iso_scheme iso_scheme;
struct iso_scheme {
  /* Collective. Makes the next Vm in state->before and moves the cells' states on. */
  iso_status (*step)(iso_scheme *scheme, iso_state *state, iso_error *err);
  double dt;
  int parts; /* of a step, with stimuli of their own: 1 or 2 */
  iso_device *device;
  const iso_mesh *mesh;
  iso_exchange exchange;
  iso_currents currents;
  iso_stepper *diffusion; /* NULL where patches have their own pace: */
  iso_adaptive *adaptive; /* then, else NULL */
  const iso_stimuli *stimuli;
  iso_watch_list *watch;
  iso_field work; /* V as a part of the step needs it */
};

/* Collective. To be freed whatever the status. */
iso_status iso_scheme_new(iso_scheme *out, const iso_scheme_options *options, iso_error *err);
void iso_scheme_free(iso_scheme *scheme);

/* Of a step of those cells: Strang's splitting makes two of them. */
double iso_scheme_cell_step(const iso_numerics *numerics, double step_ms);

/* What its state needs. */
iso_state_needs iso_scheme_needs(const iso_numerics *numerics);

iso_stepper_info iso_scheme_describe(const iso_scheme *scheme);

/* Whether steps are the same launches again and again, without anything for MPI or the host in between: those
 * at the same place of a cycle of iso_scheme_cycle steps, ISO_COARSEST at most, that begins at a multiple of
 * it, with Vm in the same one of two buffers. */
bool iso_scheme_is_repeated(const iso_scheme *scheme);
int iso_scheme_cycle(const iso_scheme *scheme);

/* Whether steps are cut into pieces, between which values travel between ranks, and which are launches alone,
 * the same ones at each place of a cycle. */
bool iso_scheme_is_cut(const iso_scheme *scheme);

/* Then: how many pieces a step of state has, and instead of scheme->step, when it is ready, the launches of
 * each; and collective among neighbours, what travels after it. */
int iso_scheme_pieces(const iso_scheme *scheme, iso_state *state);
void iso_scheme_launch(iso_scheme *scheme, iso_state *state, int piece);
void iso_scheme_exchange(iso_scheme *scheme, iso_state *state, int piece);

/* Collective. Before a step, or launches of one that are made again: what changed between steps goes to where
 * they need it. */
iso_status iso_scheme_ready(iso_scheme *scheme, iso_state *state, iso_error *err);

#endif

/* One step of diffusion, M dV/dt = -K V, by one of two schemes.
 *
 * explicit: Runge-Kutta-Legendre of second order (Meyer, Balsara and Aslam, J Comput Phys 257:594, 2014,
 *     RKL2): s stages are stable up to dt = (s^2 + s - 2) / (2 lambda); no reduction, lumped mass.
 * implicit: (M + theta dt K) V' = (M - (1 - theta) dt K) V by conjugate gradients with the diagonal as
 *     preconditioner; scalar products are exact sums, so that the iterates do not depend on ranks.
 *
 * A stepper counts its time as ISO_PHASE_DIFFUSION. */
#ifndef ISO_SOLVE_STEPPER_H
#define ISO_SOLVE_STEPPER_H

#include "solve/diffusion_rows.h"

typedef struct iso_stepper iso_stepper;

/* What the set-up decided, for the user. */
typedef struct iso_stepper_info {
  int stages;         /* of the explicit scheme, else 0 */
  int64_t iterations; /* of the implicit scheme so far */
} iso_stepper_info;

/* What a stepper is made from; all of it outlives the stepper. */
typedef struct iso_stepper_options {
  iso_device *device;
  const iso_mesh *mesh;
  const iso_diffusion_rows *rows; /* for these numerics, and this step where they are implicit */
  double eigenvalue;              /* bound on the spectrum of lumped^-1 K, 1/ms */
  iso_gid eigenvalue_node;        /* whose row gives it */
  const iso_numerics *numerics;   /* copied */
  double step_ms;
  iso_exchange *exchange; /* of one field at least */
  iso_timer *timer;
} iso_stepper_options;

/* Collective. A step beyond the explicit scheme's bound is ISO_EINPUT. */
iso_status iso_stepper_new(iso_stepper **out, const iso_stepper_options *options, iso_error *err);
void iso_stepper_free(iso_stepper *diffusion);

/* What the last launch of a step of diffusion does besides: it adds factor * (iion - stimulus), and watches
 * the result where that is the end of a time step. */
typedef struct iso_reaction {
  double factor;
  const void *iion;
  const iso_stimulation *stimulus; /* NULL: none */
  const iso_watch *watch;          /* NULL: nobody */
} iso_reaction;

/* out = v + reaction for owned nodes; out may be v. part: ISO_ALL_ROWS, or ISO_INNER_ROWS or
 * ISO_BOUNDARY_ROWS of the mesh. */
void iso_react(const iso_field *v, const iso_reaction *reaction, int part, iso_field *out);

/* Collective. out = (v after a step) + reaction over owned nodes. v and out are distinct. v
 * travels, and has arrived afterwards. Conjugate gradients that do not converge are ISO_EFAIL, on all ranks.
 */
iso_status iso_stepper_step(iso_stepper *diffusion, iso_field *v, const iso_reaction *reaction,
                            iso_field *out, iso_error *err);

/* Whether the step is short enough for one product a step. The same on all ranks. */
bool iso_stepper_is_short(const iso_stepper *stepper);

/* Only where the step is short. out = vm + dt L middle + reaction, where middle is Vm half a step later:
 * first for inner nodes, which need no ghosts of it, and then for the others. */
typedef struct iso_short_step {
  const iso_field *vm, *middle;
  iso_reaction reaction;
  iso_field *out;
} iso_short_step;
void iso_stepper_short_inner(iso_stepper *stepper, const iso_short_step *step);
void iso_stepper_short_boundary(iso_stepper *stepper, const iso_short_step *step);

iso_stepper_info iso_stepper_describe(const iso_stepper *diffusion);

#endif

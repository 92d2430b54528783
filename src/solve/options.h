/* Choices of the numerics, as the configuration and the solver share them. */
#ifndef ISO_SOLVE_OPTIONS_H
#define ISO_SOLVE_OPTIONS_H

#include "kernels/device.h"

#include <stdbool.h>

/* How reaction and diffusion alternate in a step:
 * staggered  gates live half a step ahead and currents are taken at V extrapolated there, half of them before
 *            and half after diffusion: second order with one cell evaluation;
 * godunov    a step of the cells, then a step of diffusion: first order;
 * strang     half a step of the cells, a step of diffusion, half a step of the cells, with gates a quarter
 * step ahead: second order with two evaluations. */
typedef enum { ISO_SPLITTING_STAGGERED, ISO_SPLITTING_GODUNOV, ISO_SPLITTING_STRANG } iso_splitting;

/* explicit: Runge-Kutta-Legendre stages; implicit: theta scheme with conjugate gradients. */
typedef enum { ISO_DIFFUSION_EXPLICIT, ISO_DIFFUSION_IMPLICIT } iso_diffusion;
typedef enum { ISO_MASS_LUMPED, ISO_MASS_CONSISTENT } iso_mass_kind;

/* Where the fast inward current is taken: at nodes; at nodes and smoothed with the lumped minus the
 * consistent mass; or inside elements from interpolated gates and V. */
typedef enum { ISO_FAST_NODAL, ISO_FAST_SMOOTHED, ISO_FAST_INTERPOLATED } iso_fast_current;

/* Rate functions of V from piecewise cubics, or evaluated anew in every step. */
typedef enum { ISO_RATES_TABULATED, ISO_RATES_EXACT } iso_rates;

/* Sparse products by our own kernels, or by a library of the device's maker, which sums in an order of its
 * own. */
typedef enum { ISO_PRODUCT_OWN, ISO_PRODUCT_LIBRARY } iso_product_kind;

/* Steps of the same length for all nodes; or longer ones where nothing happens, for cells and diffusion of
 * blocks of nodes together. */
typedef enum { ISO_PACE_FIXED, ISO_PACE_ADAPTIVE } iso_pace;

typedef struct iso_numerics {
  iso_pace pace;
  iso_splitting splitting;
  iso_diffusion diffusion;
  double theta;        /* of the implicit scheme: 0.5 Crank-Nicolson, 1 backward Euler */
  double cg_tolerance; /* residual relative to the right-hand side */
  int cg_iterations;   /* at most */
  iso_mass_kind mass;  /* consistent needs the implicit scheme */
  iso_fast_current fast_current;
  double smoothing, interpolation; /* gamma and theta of docs/numerics.md */
  iso_rates rates;
  iso_product_kind product;
} iso_numerics;

/* What is wrong with an adaptive pace beside the other choices, as below. */
static inline const char *iso_numerics_pace_refused(const iso_numerics *n) {
  if (n->pace == ISO_PACE_FIXED) return NULL;
  if (n->diffusion != ISO_DIFFUSION_EXPLICIT || n->mass != ISO_MASS_LUMPED)
    return "an adaptive pace needs explicit diffusion with a lumped mass, since a solve ties all nodes to "
           "one "
           "step; set numerics.diffusion to explicit and numerics.mass to lumped, or numerics.pace to fixed";
  if (n->splitting != ISO_SPLITTING_STAGGERED)
    return "an adaptive pace needs the staggered splitting; set numerics.splitting to staggered, or "
           "numerics.pace to fixed";
  if (n->product != ISO_PRODUCT_OWN)
    return "an adaptive pace multiplies some rows at a time, which a library of sparse products cannot; set "
           "numerics.product to own, or numerics.pace to fixed";
  return NULL;
}

/* What is wrong with choices that do not go together, with the remedy, and *key of the configuration that it
 * is said of; NULL where they do. */
static inline const char *iso_numerics_refused(const iso_numerics *n, const char **key) {
  const char *why = iso_numerics_pace_refused(n);
  *key = why                                      ? "numerics.pace"
         : n->diffusion == ISO_DIFFUSION_EXPLICIT ? "numerics.mass"
                                                  : "numerics.fast_current";
  if (why || n->mass == ISO_MASS_LUMPED) return why;
  if (n->diffusion == ISO_DIFFUSION_EXPLICIT)
    return "a consistent mass needs a solve in every step; set numerics.diffusion to implicit, or "
           "numerics.mass to lumped";
  if (n->fast_current == ISO_FAST_NODAL) return NULL;
  return "smoothing and interpolation correct the lumped mass; set it to nodal with numerics.mass: "
         "consistent";
}

#endif

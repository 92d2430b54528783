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

/* The choices, each a member of iso_numerics and a key of the configuration's section numerics, which
 * config/sections/numerics_keys.c makes of it: type, kind of the key, name, meaning, default and bounds. */
#define ISO_NUMERICS_KEYS(X)                                                                                 \
  X(iso_pace, CHOICE, pace,                                                                                  \
    "the same step for all nodes, or longer ones where nothing happens; where not given it is adaptive, if " \
    "the scheme allows it and accuracy is not reference",                                                    \
    .choices = CHOICES("fixed", "adaptive"))                                                                 \
  X(iso_splitting, CHOICE, splitting, "of reaction and diffusion", .fallback = "staggered",                  \
    .choices = CHOICES("staggered", "godunov", "strang"))                                                    \
  X(iso_diffusion, CHOICE, diffusion, "stabilised explicit scheme, or theta-scheme with CG",                 \
    .fallback = "explicit", .choices = CHOICES("explicit", "implicit"))                                      \
  X(double, REAL, theta, "of the implicit scheme: 0.5 Crank-Nicolson, 1 backward Euler", .fallback = "0.5",  \
    RANGE(0.5, 1))                                                                                           \
  X(double, REAL, cg_tolerance, "relative residual of the implicit scheme", .fallback = "1e-8",              \
    ABOVE(0, 0.1))                                                                                           \
  X(int, INTEGER, cg_iterations, "at most", .fallback = "1000", RANGE(1, 1e6))                               \
  X(iso_mass_kind, CHOICE, mass, "mass matrix; consistent needs diffusion: implicit", .fallback = "lumped",  \
    .choices = CHOICES("lumped", "consistent"))                                                              \
  X(iso_fast_current, CHOICE, fast_current, "treatment of the fast inward current",                          \
    .fallback = "interpolated", .choices = CHOICES("nodal", "smoothed", "interpolated"))                     \
  X(double, REAL, smoothing,                                                                                 \
    "of the fast current; 0.2 for interpolated and 0.65 for smoothed where not given", RANGE(0, 1))          \
  X(double, REAL, interpolation, "share of the fast current that is interpolated", .fallback = "0.7",        \
    RANGE(0, 1))                                                                                             \
  X(iso_rates, CHOICE, rates, "rate functions of V from tables, or evaluated", .fallback = "tabulated",      \
    .choices = CHOICES("tabulated", "exact"))                                                                \
  X(iso_product_kind, CHOICE, product,                                                                       \
    "sparse products by our kernels, or by cuSPARSE (device: cuda), which gives other last bits",            \
    .fallback = "own", .choices = CHOICES("own", "library"))

/* smoothing and interpolation are gamma and theta of docs/numerics.md. */
typedef struct iso_numerics {
#define X(type, kind, name, ...) type name;
  ISO_NUMERICS_KEYS(X)
#undef X
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

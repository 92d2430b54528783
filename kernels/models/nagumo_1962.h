/* Verification: the excitable medium of Nagumo, Arimoto and Yoshizawa, Proc IRE 50:2061-2070 (1962),
 * doi 10.1109/JRPROC.1962.288235, as V' = k V (1 - V) (V - a) - w, w' = epsilon (V - gamma w), V from 0 to 1.
 * With epsilon = 0, the default, a front travels at sqrt(D k / 2) (1 - 2 a) with an exact profile.
 *
 * Time scheme: w by forward Euler. */
#ifndef ISO_KERNELS_MODELS_NAGUMO_1962_H
#define ISO_KERNELS_MODELS_NAGUMO_1962_H

#include "kernels/math.h"

#define nagumo_1962_TITLE "Nagumo et al. 1962, for verification: bistable front of known speed"
#define nagumo_1962_PAPER                                                                                    \
  "Nagumo J, Arimoto S, Yoshizawa S. Proc IRE 50:2061-2070, 1962. doi:10.1109/JRPROC.1962.288235"
#define nagumo_1962_VM_REST 0.0
#define nagumo_1962_ACTIVATION 0.5
#define nagumo_1962_MAX_STEP 1.0 /* of forward Euler on V with the default k */
#define nagumo_1962_NFAST 3
#define nagumo_1962_TABLED 0 /* its rates are cheaper than a table */

#define nagumo_1962_STATES(X) X(w, "1", 0, "recovery")

#define nagumo_1962_PARAMETERS(X)                                                                            \
  X(k, "1/ms", 1, "rate of the reaction")                                                                    \
  X(a, "1", 0.1, "threshold")                                                                                \
  X(epsilon, "1/ms", 0, "rate of recovery")                                                                  \
  X(gamma, "1", 1, "strength of recovery")

#define nagumo_1962_VARIANTS(X) X(standard, "bistable: no recovery")
#define nagumo_1962_CHANGES_standard(X)

#define nagumo_1962_CONSTANTS(X)                                                                             \
  X(k, p->k)                                                                                                 \
  X(a, p->a)                                                                                                 \
  X(pace, step * p->epsilon)                                                                                 \
  X(gamma, p->gamma)

/* V at the start of the step, and where the currents are taken. */
#define nagumo_1962_GATES(X) X(V)
#define nagumo_1962_CURRENTS(X) X(V)

#define ISO_MODEL nagumo_1962
#include "kernels/model_types.h"

ISO_INLINE nagumo_1962_gates nagumo_1962_gates_at(const nagumo_1962_constants *k, real v) {
  (void)k;
  nagumo_1962_gates at = {v};
  return at;
}

ISO_INLINE nagumo_1962_currents nagumo_1962_currents_at(const nagumo_1962_constants *k, real v) {
  (void)k;
  nagumo_1962_currents at = {v};
  return at;
}

/* What stands for the fast inward current, from {V, V - a, k}. */
ISO_INLINE real nagumo_1962_fast(const real f[]) { return -(f[2] * f[0]) * (R(1.0) - f[0]) * f[1]; }

/* Advances one cell; v is where the currents are taken. Returns the ionic current in uA/uF. */
ISO_INLINE real nagumo_1962_step(const nagumo_1962_constants *k, const nagumo_1962_gates *g,
                                 const nagumo_1962_currents *c, real v, nagumo_1962_state *s, real fast[]) {
  (void)c;
  s->w = iso_fma(k->pace, iso_fma(-k->gamma, s->w, g->V), s->w);
  fast[0] = v;
  fast[1] = v - k->a;
  fast[2] = k->k;
  return nagumo_1962_fast(fast) + s->w;
}

#endif

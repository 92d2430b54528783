/* FitzHugh-Nagumo equations in the cardiac form of Rogers and McCulloch, IEEE Trans Biomed Eng 41:743-757
 * (1994), doi 10.1109/10.310090: du/dt = c1 u (u - a) (1 - u) - c2 u v, dv/dt = b (u - d v), with the
 * potential in mV: V = V_min + (V_max - V_min) u.
 *
 * Time scheme: the recovery variable by the implicit midpoint rule. */
#ifndef ISO_KERNELS_MODELS_ROGERS_MCCULLOCH_1994_H
#define ISO_KERNELS_MODELS_ROGERS_MCCULLOCH_1994_H

#include "kernels/math.h"

#define rogers_mcculloch_1994_TITLE "Rogers and McCulloch 1994, cardiac FitzHugh-Nagumo, two variables"
#define rogers_mcculloch_1994_PAPER                                                                          \
  "Rogers JM, McCulloch AD. IEEE Trans Biomed Eng 41:743-757, 1994. doi:10.1109/10.310090"
#define rogers_mcculloch_1994_VM_REST (-85.0)
#define rogers_mcculloch_1994_ACTIVATION (-22.5) /* u = 1/2 */
#define rogers_mcculloch_1994_MAX_STEP 1.0
#define rogers_mcculloch_1994_NFAST 3
#define rogers_mcculloch_1994_TABLED 0 /* its rates are cheaper than a table */

#define rogers_mcculloch_1994_STATES(X) X(v, "1", 0, "recovery")

#define rogers_mcculloch_1994_PARAMETERS(X)                                                                  \
  X(a, "1", 0.13, "threshold of excitation")                                                                 \
  X(b, "1/ms", 0.013, "rate of recovery")                                                                    \
  X(c1, "1/ms", 0.26, "strength of the cubic current")                                                       \
  X(c2, "1/ms", 0.1, "strength of the recovery current")                                                     \
  X(d, "1", 1, "decay of the recovery variable")                                                             \
  X(V_min, "mV", -85, "resting potential")                                                                   \
  X(V_max, "mV", 40, "potential of u = 1")

#define rogers_mcculloch_1994_VARIANTS(X) X(standard, "as published")
#define rogers_mcculloch_1994_CHANGES_standard(X)

#define rogers_mcculloch_1994_CONSTANTS(X)                                                                   \
  X(V_min, p->V_min)                                                                                         \
  X(per_amplitude, R(1.0) / (p->V_max - p->V_min))                                                           \
  X(a, p->a)                                                                                                 \
  X(d, p->d)                                                                                                 \
  X(part, step * p->b / (R(1.0) + R(0.5) * step * p->b * p->d))                                              \
  X(outward, (p->V_max - p->V_min) * p->c2)                                                                  \
  X(inward, (p->V_max - p->V_min) * p->c1)

/* u at the start of the step, and where the currents are taken. */
#define rogers_mcculloch_1994_GATES(X) X(u)
#define rogers_mcculloch_1994_CURRENTS(X) X(u)

#define ISO_MODEL rogers_mcculloch_1994
#include "kernels/model_types.h"

ISO_INLINE rogers_mcculloch_1994_gates
rogers_mcculloch_1994_gates_at(const rogers_mcculloch_1994_constants *k, real v) {
  rogers_mcculloch_1994_gates g;
  g.u = (v - k->V_min) * k->per_amplitude;
  return g;
}

ISO_INLINE rogers_mcculloch_1994_currents
rogers_mcculloch_1994_currents_at(const rogers_mcculloch_1994_constants *k, real v) {
  rogers_mcculloch_1994_currents c;
  c.u = (v - k->V_min) * k->per_amplitude;
  return c;
}

/* Inward current from {u, u - a, c1 (V_max - V_min)}. */
ISO_INLINE real rogers_mcculloch_1994_fast(const real f[]) { return -f[2] * (f[0] * f[1]) * (R(1.0) - f[0]); }

/* Advances one cell. Returns the ionic current in uA/uF. */
ISO_INLINE real rogers_mcculloch_1994_step(const rogers_mcculloch_1994_constants *k,
                                           const rogers_mcculloch_1994_gates *g,
                                           const rogers_mcculloch_1994_currents *c, real v,
                                           rogers_mcculloch_1994_state *s, real fast[]) {
  (void)v;
  s->v = iso_fma(k->part, iso_fma(-k->d, s->v, g->u), s->v);
  fast[0] = c->u;
  fast[1] = c->u - k->a;
  fast[2] = k->inward;
  return iso_fma(k->outward * c->u, s->v, rogers_mcculloch_1994_fast(fast));
}

#endif

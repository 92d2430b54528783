/* Two-variable model of Mitchell and Schaeffer as modified by Corrado and Niederer, Math Biosci 281:46-54
 * (2016), doi 10.1016/j.mbs.2016.08.010, so that it does not become a pacemaker: rest is stable for all
 * parameters. The potential is in mV: V = V_min + (V_max - V_min) u. Default time constants are Mitchell and
 * Schaeffer's.
 *
 * Time scheme: the gate h is advanced exactly on either side of u_gate; the step that crosses it is of first
 * order. */
#ifndef ISO_KERNELS_MODELS_CORRADO_NIEDERER_2016_H
#define ISO_KERNELS_MODELS_CORRADO_NIEDERER_2016_H

#include "kernels/math.h"

#define corrado_niederer_2016_TITLE                                                                          \
  "Corrado and Niederer 2016, two variables: Mitchell-Schaeffer that does not oscillate"
#define corrado_niederer_2016_PAPER                                                                          \
  "Corrado C, Niederer SA. Math Biosci 281:46-54, 2016. doi:10.1016/j.mbs.2016.08.010"
#define corrado_niederer_2016_VM_REST (-80.0)
#define corrado_niederer_2016_ACTIVATION (-30.0) /* u = 1/2 */
#define corrado_niederer_2016_MAX_STEP 0.25, ISO_SLOW_STEP(0.8)
#define corrado_niederer_2016_NFAST 3
#define corrado_niederer_2016_TABLED 0 /* its rates are cheaper than a table */

#define corrado_niederer_2016_STATES(X) X(h, "1", 1, "recovery of the inward current", ISO_FRACTION)

#define corrado_niederer_2016_PARAMETERS(X)                                                                  \
  X(tau_in, "ms", 0.3, "time constant of the inward current")                                                \
  X(tau_out, "ms", 6, "time constant of the outward current")                                                \
  X(tau_open, "ms", 120, "time constant of recovery")                                                        \
  X(tau_close, "ms", 150, "time constant of inactivation")                                                   \
  X(u_gate, "1", 0.13, "fraction of the amplitude above which the gate closes")                              \
  X(u_crit, "1", 0.13, "fraction of the amplitude above which the fast current is inward")                   \
  X(V_min, "mV", -80, "resting potential")                                                                   \
  X(V_max, "mV", 20, "potential of u = 1")

#define corrado_niederer_2016_VARIANTS(X) X(standard, "time constants of Mitchell and Schaeffer 2003")
#define corrado_niederer_2016_CHANGES_standard(X)

#define corrado_niederer_2016_CONSTANTS(X)                                                                   \
  X(V_min, p->V_min)                                                                                         \
  X(per_amplitude, R(1.0) / (p->V_max - p->V_min))                                                           \
  X(u_gate, p->u_gate)                                                                                       \
  X(u_crit, p->u_crit)                                                                                       \
  X(open_part, -iso_expm1(-step / p->tau_open))                                                              \
  X(close_part, -iso_expm1(-step / p->tau_close))                                                            \
  X(inward, (p->V_max - p->V_min) / p->tau_in)                                                               \
  X(outward, (p->V_max - p->V_min) / p->tau_out)

#define corrado_niederer_2016_GATES(X) X(h_inf) X(h_part)
#define corrado_niederer_2016_CURRENTS(X) X(u)

#define ISO_MODEL corrado_niederer_2016
#include "kernels/model_types.h"

ISO_INLINE corrado_niederer_2016_gates
corrado_niederer_2016_gates_at(const corrado_niederer_2016_constants *k, real v) {
  corrado_niederer_2016_gates g;
  const int open = (v - k->V_min) * k->per_amplitude < k->u_gate;
  g.h_inf = open ? R(1.0) : R(0.0);
  g.h_part = open ? k->open_part : k->close_part;
  return g;
}

ISO_INLINE corrado_niederer_2016_currents
corrado_niederer_2016_currents_at(const corrado_niederer_2016_constants *k, real v) {
  corrado_niederer_2016_currents c;
  c.u = (v - k->V_min) * k->per_amplitude;
  return c;
}

/* Inward current from {u, u - u_crit, h (V_max - V_min) / tau_in}. */
ISO_INLINE real corrado_niederer_2016_fast(const real f[]) { return -f[2] * (f[0] * f[1]) * (R(1.0) - f[0]); }

/* Advances one cell. Returns the ionic current in uA/uF. */
ISO_INLINE real corrado_niederer_2016_step(const corrado_niederer_2016_constants *k,
                                           const corrado_niederer_2016_gates *g,
                                           const corrado_niederer_2016_currents *c, real v,
                                           corrado_niederer_2016_state *s, real fast[]) {
  (void)v;
  s->h = iso_fma(g->h_part, g->h_inf - s->h, s->h);
  fast[0] = c->u;
  fast[1] = c->u - k->u_crit;
  fast[2] = s->h * k->inward;
  return iso_fma(k->outward * c->u, R(1.0) - s->h, corrado_niederer_2016_fast(fast));
}

#endif

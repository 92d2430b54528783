/* Two-variable model of Mitchell and Schaeffer, Bull Math Biol 65:767-793 (2003),
 * doi 10.1016/S0092-8240(03)00041-7, with the potential in mV: V = V_min + (V_max - V_min) u.
 *
 * Time scheme: the gate h is advanced exactly on either side of u_gate. */
#ifndef ISO_KERNELS_MODELS_MITCHELL_SCHAEFFER_2003_H
#define ISO_KERNELS_MODELS_MITCHELL_SCHAEFFER_2003_H

#include "kernels/math.h"

#define mitchell_schaeffer_2003_TITLE "Mitchell and Schaeffer 2003, two variables"
#define mitchell_schaeffer_2003_PAPER                                                                        \
  "Mitchell CC, Schaeffer DG. Bull Math Biol 65:767-793, 2003. doi:10.1016/S0092-8240(03)00041-7"
#define mitchell_schaeffer_2003_VM_REST (-80.0)
#define mitchell_schaeffer_2003_ACTIVATION (-30.0) /* u = 1/2 */
#define mitchell_schaeffer_2003_MAX_STEP 0.2, ISO_SLOW_STEP(0.8)
#define mitchell_schaeffer_2003_NFAST 2
#define mitchell_schaeffer_2003_TABLED 0 /* its rates are cheaper than a table */

#define mitchell_schaeffer_2003_STATES(X) X(h, "1", 1, "recovery of the inward current", ISO_FRACTION)

#define mitchell_schaeffer_2003_PARAMETERS(X)                                                                \
  X(tau_in, "ms", 0.3, "time constant of the inward current")                                                \
  X(tau_out, "ms", 6, "time constant of the outward current")                                                \
  X(tau_open, "ms", 120, "time constant of recovery")                                                        \
  X(tau_close, "ms", 150, "time constant of inactivation")                                                   \
  X(u_gate, "1", 0.13, "fraction of the amplitude above which the gate closes")                              \
  X(V_min, "mV", -80, "resting potential")                                                                   \
  X(V_max, "mV", 20, "potential of u = 1")

#define mitchell_schaeffer_2003_VARIANTS(X) X(standard, "as published")
#define mitchell_schaeffer_2003_CHANGES_standard(X)

#define mitchell_schaeffer_2003_CONSTANTS(X)                                                                 \
  X(V_min, p->V_min)                                                                                         \
  X(per_amplitude, R(1.0) / (p->V_max - p->V_min))                                                           \
  X(u_gate, p->u_gate)                                                                                       \
  X(open_part, -iso_expm1(-step / p->tau_open))                                                              \
  X(close_part, -iso_expm1(-step / p->tau_close))                                                            \
  X(inward, (p->V_max - p->V_min) / p->tau_in)                                                               \
  X(outward, (p->V_max - p->V_min) / p->tau_out)

#define mitchell_schaeffer_2003_GATES(X) X(h_inf) X(h_part)
#define mitchell_schaeffer_2003_CURRENTS(X) X(u)

#define ISO_MODEL mitchell_schaeffer_2003
#include "kernels/model_types.h"

ISO_INLINE mitchell_schaeffer_2003_gates
mitchell_schaeffer_2003_gates_at(const mitchell_schaeffer_2003_constants *k, real v) {
  mitchell_schaeffer_2003_gates g;
  const int open = (v - k->V_min) * k->per_amplitude < k->u_gate;
  g.h_inf = open ? R(1.0) : R(0.0);
  g.h_part = open ? k->open_part : k->close_part;
  return g;
}

ISO_INLINE mitchell_schaeffer_2003_currents
mitchell_schaeffer_2003_currents_at(const mitchell_schaeffer_2003_constants *k, real v) {
  mitchell_schaeffer_2003_currents c;
  c.u = (v - k->V_min) * k->per_amplitude;
  return c;
}

/* Inward current from {u, h (V_max - V_min) / tau_in}. */
ISO_INLINE real mitchell_schaeffer_2003_fast(const real f[]) {
  return -f[1] * (f[0] * f[0]) * (R(1.0) - f[0]);
}

/* Advances one cell. Returns the ionic current in uA/uF. */
ISO_INLINE real mitchell_schaeffer_2003_step(const mitchell_schaeffer_2003_constants *k,
                                             const mitchell_schaeffer_2003_gates *g,
                                             const mitchell_schaeffer_2003_currents *c, real v,
                                             mitchell_schaeffer_2003_state *s, real fast[]) {
  (void)v;
  s->h = iso_fma(g->h_part, g->h_inf - s->h, s->h);
  fast[0] = c->u;
  fast[1] = s->h * k->inward;
  return iso_fma(k->outward, c->u, mitchell_schaeffer_2003_fast(fast));
}

#endif

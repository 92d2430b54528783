/* Two-variable model of Aliev and Panfilov, Chaos Solitons Fractals 7:293-301 (1996),
 * doi 10.1016/0960-0779(95)00089-5, with the paper's V = 100 u - 80 mV and 12.9 ms per unit of time.
 *
 * Time scheme: the recovery variable, in which its equation is quadratic, by the explicit midpoint rule. */
#ifndef ISO_KERNELS_MODELS_ALIEV_PANFILOV_1996_H
#define ISO_KERNELS_MODELS_ALIEV_PANFILOV_1996_H

#include "kernels/math.h"

#define aliev_panfilov_1996_TITLE "Aliev and Panfilov 1996, two variables"
#define aliev_panfilov_1996_PAPER                                                                            \
  "Aliev RR, Panfilov AV. Chaos Solitons Fractals 7:293-301, 1996. doi:10.1016/0960-0779(95)00089-5"
#define aliev_panfilov_1996_VM_REST (-80.0)
#define aliev_panfilov_1996_ACTIVATION (-30.0) /* u = 1/2 */
#define aliev_panfilov_1996_MAX_STEP 1.0
#define aliev_panfilov_1996_NFAST 3
#define aliev_panfilov_1996_TABLED 0 /* its rates are cheaper than a table */

#define aliev_panfilov_1996_STATES(X) X(v, "1", 0, "recovery")

#define aliev_panfilov_1996_PARAMETERS(X)                                                                    \
  X(k, "1", 8, "strength of the cubic current")                                                              \
  X(a, "1", 0.15, "threshold of excitation")                                                                 \
  X(epsilon_0, "1", 0.002, "rate of recovery at v = 0")                                                      \
  X(mu_1, "1", 0.2, "rise of that rate with v")                                                              \
  X(mu_2, "1", 0.3, "and its fall with u")                                                                   \
  X(time_unit, "ms", 12.9, "time unit of the paper")                                                         \
  X(V_min, "mV", -80, "resting potential")                                                                   \
  X(V_max, "mV", 20, "potential of u = 1")

#define aliev_panfilov_1996_VARIANTS(X) X(standard, "as published")
#define aliev_panfilov_1996_CHANGES_standard(X)

#define aliev_panfilov_1996_CONSTANTS(X)                                                                     \
  X(V_min, p->V_min)                                                                                         \
  X(per_amplitude, R(1.0) / (p->V_max - p->V_min))                                                           \
  X(a, p->a)                                                                                                 \
  X(k, p->k)                                                                                                 \
  X(mu_1, p->mu_1)                                                                                           \
  X(mu_2, p->mu_2)                                                                                           \
  X(epsilon_0, p->epsilon_0)                                                                                 \
  X(pace, step / p->time_unit)                                                                               \
  X(outward, (p->V_max - p->V_min) / p->time_unit)                                                           \
  X(inward, k.outward * p->k)

/* dv/dt = (epsilon_0 + rise v) (v_inf - v) per unit of time. */
#define aliev_panfilov_1996_GATES(X) X(v_inf) X(rise)
#define aliev_panfilov_1996_CURRENTS(X) X(u)

#define ISO_MODEL aliev_panfilov_1996
#include "kernels/model_types.h"

ISO_INLINE aliev_panfilov_1996_gates aliev_panfilov_1996_gates_at(const aliev_panfilov_1996_constants *k,
                                                                  real v) {
  aliev_panfilov_1996_gates g;
  const real u = (v - k->V_min) * k->per_amplitude;
  /* The published rate is infinite at u = -mu_2 (-110 mV); no action potential comes below u = -mu_2 / 2. */
  const real distance = u + k->mu_2, least = R(0.5) * k->mu_2;
  g.v_inf = k->k * u * (R(1.0) + k->a - u);
  g.rise = k->mu_1 / (distance > least ? distance : least);
  return g;
}

ISO_INLINE aliev_panfilov_1996_currents
aliev_panfilov_1996_currents_at(const aliev_panfilov_1996_constants *k, real v) {
  aliev_panfilov_1996_currents c;
  c.u = (v - k->V_min) * k->per_amplitude;
  return c;
}

/* Inward current from {u, u - a, k (V_max - V_min) / time_unit}. */
ISO_INLINE real aliev_panfilov_1996_fast(const real f[]) { return -f[2] * (f[0] * f[1]) * (R(1.0) - f[0]); }

/* Advances one cell. Returns the ionic current in uA/uF. */
ISO_INLINE real aliev_panfilov_1996_step(const aliev_panfilov_1996_constants *k,
                                         const aliev_panfilov_1996_gates *g,
                                         const aliev_panfilov_1996_currents *c, real v,
                                         aliev_panfilov_1996_state *s, real fast[]) {
  (void)v;
  const real slope = iso_fma(g->rise, s->v, k->epsilon_0) * (g->v_inf - s->v);
  const real middle = iso_fma(R(0.5) * k->pace, slope, s->v);
  s->v = iso_fma(k->pace, iso_fma(g->rise, middle, k->epsilon_0) * (g->v_inf - middle), s->v);
  fast[0] = c->u;
  fast[1] = c->u - k->a;
  fast[2] = k->inward;
  return iso_fma(k->outward * c->u, s->v, aliev_panfilov_1996_fast(fast));
}

#endif

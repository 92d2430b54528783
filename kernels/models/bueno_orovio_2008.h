/* Minimal model of the human ventricle of Bueno-Orovio, Cherry and Fenton, J Theor Biol 253:544-560 (2008),
 * doi 10.1016/j.jtbi.2008.03.029: equations and parameter sets of the paper's table, V = 85.7 u - 84 mV as
 * there. The variants of 2007 are those of the thesis that precedes the paper (Bueno A, Mathematical modeling
 * and spectral simulation of genetic diseases in the human heart, Universidad de Castilla-La Mancha, 2007),
 * as its CellML encoding has them: v changes its recovery at u = 0.024, and w inactivates from u = 0.006 on,
 * where the paper has theta_w.
 *
 * Time scheme: the three gates relax by their parts of the step, at the V of its start. Where the paper has
 * step functions of u, each side counts by the part of the step for which u is there, u going straight
 * through the values at which gates and currents are taken: a whole step on one side or the other would let a
 * last place of V decide, say, whether v inactivates a step earlier, which is 3% of the fast current. */
#ifndef ISO_KERNELS_MODELS_BUENO_OROVIO_2008_H
#define ISO_KERNELS_MODELS_BUENO_OROVIO_2008_H

#include "kernels/math.h"

#define bueno_orovio_2008_TITLE "Bueno-Orovio et al. 2008, human ventricle, minimal model"
#define bueno_orovio_2008_PAPER                                                                              \
  "Bueno-Orovio A, Cherry EM, Fenton FH. J Theor Biol 253:544-560, 2008. doi:10.1016/j.jtbi.2008.03.029"
#define bueno_orovio_2008_VM_REST (-84.0)
#define bueno_orovio_2008_ACTIVATION 0.0
#define bueno_orovio_2008_MAX_STEP 0.25, ISO_SLOW_STEP(0.4)
#define bueno_orovio_2008_NFAST 3
#define bueno_orovio_2008_TABLED 0 /* its thresholds lie anywhere, not between the intervals of a table */

#define bueno_orovio_2008_STATES(X)                                                                          \
  X(v, "1", 1, "gate of the fast inward current", ISO_FRACTION)                                              \
  X(w, "1", 1, "gate of the slow inward current", ISO_FRACTION)                                              \
  X(s, "1", 0, "activation of the slow inward current", ISO_FRACTION)

#define bueno_orovio_2008_PARAMETERS(X)                                                                      \
  X(u_o, "1", 0, "u of rest")                                                                                \
  X(u_u, "1", 1.55, "u where the fast inward current ends")                                                  \
  X(theta_v, "1", 0.3, "threshold of the fast inward current")                                               \
  X(theta_w, "1", 0.13, "threshold of the slow currents and of s")                                           \
  X(theta_w_plus, "1", 0.13, "threshold of the inactivation of w; theta_w in the paper")                     \
  X(theta_v_minus, "1", 0.006, "threshold of the recovery of v")                                             \
  X(theta_o, "1", 0.006, "threshold of the resting outward current and of w_inf")                            \
  X(tau_v1_minus, "ms", 60, "recovery of v below theta_v_minus")                                             \
  X(tau_v2_minus, "ms", 1150, "recovery of v above theta_v_minus")                                           \
  X(tau_v_plus, "ms", 1.4506, "inactivation of v")                                                           \
  X(tau_w1_minus, "ms", 60, "recovery of w at low u")                                                        \
  X(tau_w2_minus, "ms", 15, "recovery of w at high u")                                                       \
  X(k_w_minus, "1", 65, "steepness between the two")                                                         \
  X(u_w_minus, "1", 0.03, "u midway between the two")                                                        \
  X(tau_w_plus, "ms", 200, "inactivation of w")                                                              \
  X(tau_fi, "ms", 0.11, "fast inward current")                                                               \
  X(tau_o1, "ms", 400, "resting outward current below theta_o")                                              \
  X(tau_o2, "ms", 6, "resting outward current above theta_o")                                                \
  X(tau_so1, "ms", 30.0181, "slow outward current at low u")                                                 \
  X(tau_so2, "ms", 0.9957, "slow outward current at high u")                                                 \
  X(k_so, "1", 2.0458, "steepness between the two")                                                          \
  X(u_so, "1", 0.65, "u midway between the two")                                                             \
  X(tau_s1, "ms", 2.7342, "s below theta_w")                                                                 \
  X(tau_s2, "ms", 16, "s above theta_w")                                                                     \
  X(k_s, "1", 2.0994, "steepness of the activation of s")                                                    \
  X(u_s, "1", 0.9087, "u of its half activation")                                                            \
  X(tau_si, "ms", 1.8875, "slow inward current")                                                             \
  X(tau_w_inf, "1", 0.07, "w_inf = 1 - u / tau_w_inf below theta_o")                                         \
  X(w_inf_star, "1", 0.94, "w_inf above theta_o")                                                            \
  X(V_0, "mV", -84, "potential of u = 0")                                                                    \
  X(V_scale, "mV", 85.7, "potential between u = 0 and u = 1")

#define bueno_orovio_2008_VARIANTS(X)                                                                        \
  X(epi, "epicardium")                                                                                       \
  X(endo, "endocardium")                                                                                     \
  X(mid, "midmyocardium")                                                                                    \
  X(pb, "fitted to the model of Priebe and Beuckelmann 1998")                                                \
  X(tnnp, "fitted to the model of ten Tusscher et al. 2004")                                                 \
  X(epi_2007, "epicardium, parameters of the thesis of 2007")                                                \
  X(endo_2007, "endocardium, parameters of the thesis of 2007")
#define bueno_orovio_2008_CHANGES_epi(X)
#define bueno_orovio_2008_CHANGES_endo(X)                                                                    \
  X(u_u, 1.56)                                                                                               \
  X(theta_v_minus, 0.2)                                                                                      \
  X(tau_v1_minus, 75)                                                                                        \
  X(tau_v2_minus, 10)                                                                                        \
  X(tau_w1_minus, 6)                                                                                         \
  X(tau_w2_minus, 140)                                                                                       \
  X(k_w_minus, 200)                                                                                          \
  X(u_w_minus, 0.016)                                                                                        \
  X(tau_w_plus, 280)                                                                                         \
  X(tau_fi, 0.1)                                                                                             \
  X(tau_o1, 470)                                                                                             \
  X(tau_so1, 40)                                                                                             \
  X(tau_so2, 1.2)                                                                                            \
  X(k_so, 2)                                                                                                 \
  X(tau_s2, 2)                                                                                               \
  X(tau_si, 2.9013)                                                                                          \
  X(tau_w_inf, 0.0273)                                                                                       \
  X(w_inf_star, 0.78)
#define bueno_orovio_2008_CHANGES_mid(X)                                                                     \
  X(u_u, 1.61)                                                                                               \
  X(theta_v_minus, 0.1)                                                                                      \
  X(theta_o, 0.005)                                                                                          \
  X(tau_v1_minus, 80)                                                                                        \
  X(tau_v2_minus, 1.4506)                                                                                    \
  X(tau_w1_minus, 70)                                                                                        \
  X(tau_w2_minus, 8)                                                                                         \
  X(k_w_minus, 200)                                                                                          \
  X(u_w_minus, 0.016)                                                                                        \
  X(tau_w_plus, 280)                                                                                         \
  X(tau_fi, 0.078)                                                                                           \
  X(tau_o1, 410)                                                                                             \
  X(tau_o2, 7)                                                                                               \
  X(tau_so1, 91)                                                                                             \
  X(tau_so2, 0.8)                                                                                            \
  X(k_so, 2.1)                                                                                               \
  X(u_so, 0.6)                                                                                               \
  X(tau_s2, 4)                                                                                               \
  X(tau_si, 3.3849)                                                                                          \
  X(tau_w_inf, 0.01)                                                                                         \
  X(w_inf_star, 0.5)
#define bueno_orovio_2008_CHANGES_pb(X)                                                                      \
  X(u_u, 1.45)                                                                                               \
  X(theta_v, 0.35)                                                                                           \
  X(theta_v_minus, 0.175)                                                                                    \
  X(tau_v1_minus, 10)                                                                                        \
  X(tau_w1_minus, 140)                                                                                       \
  X(tau_w2_minus, 6.25)                                                                                      \
  X(u_w_minus, 0.015)                                                                                        \
  X(tau_w_plus, 326)                                                                                         \
  X(tau_fi, 0.105)                                                                                           \
  X(tau_w_inf, 0.175)                                                                                        \
  X(w_inf_star, 0.9)
#define bueno_orovio_2008_CHANGES_tnnp(X)                                                                    \
  X(u_u, 1.58)                                                                                               \
  X(theta_w, 0.015)                                                                                          \
  X(theta_w_plus, 0.015)                                                                                     \
  X(theta_v_minus, 0.015)                                                                                    \
  X(tau_w1_minus, 70)                                                                                        \
  X(tau_w2_minus, 20)                                                                                        \
  X(tau_w_plus, 280)                                                                                         \
  X(tau_o1, 6)                                                                                               \
  X(tau_so1, 43)                                                                                             \
  X(tau_so2, 0.2)                                                                                            \
  X(k_so, 2)                                                                                                 \
  X(tau_s2, 3)                                                                                               \
  X(tau_si, 2.8723)
#define bueno_orovio_2008_CHANGES_epi_2007(X)                                                                \
  X(theta_w_plus, 0.006)                                                                                     \
  X(theta_v_minus, 0.024)
#define bueno_orovio_2008_CHANGES_endo_2007(X)                                                               \
  X(u_u, 1.56)                                                                                               \
  X(theta_w_plus, 0.006)                                                                                     \
  X(theta_v_minus, 0.024)                                                                                    \
  X(tau_v1_minus, 75)                                                                                        \
  X(tau_v2_minus, 10)                                                                                        \
  X(tau_w1_minus, 6)                                                                                         \
  X(tau_w2_minus, 140)                                                                                       \
  X(k_w_minus, 200)                                                                                          \
  X(u_w_minus, 0.016)                                                                                        \
  X(tau_w_plus, 280)                                                                                         \
  X(tau_fi, 0.104)                                                                                           \
  X(tau_o1, 470)                                                                                             \
  X(tau_so1, 40)                                                                                             \
  X(tau_so2, 1.2)                                                                                            \
  X(k_so, 2)                                                                                                 \
  X(tau_s2, 2)                                                                                               \
  X(tau_si, 2.9013)                                                                                          \
  X(tau_w_inf, 0.0273)

/* (1 + tanh(x)) / 2 = 1 / (1 + exp(-2 x)): hence the factors of -2 in the steepnesses. */
#define bueno_orovio_2008_CONSTANTS(X)                                                                       \
  X(step, step)                                                                                              \
  X(V_0, p->V_0)                                                                                             \
  X(per_scale, R(1.0) / p->V_scale)                                                                          \
  X(u_o, p->u_o)                                                                                             \
  X(u_u, p->u_u)                                                                                             \
  X(theta_v, p->theta_v)                                                                                     \
  X(theta_w, p->theta_w)                                                                                     \
  X(theta_w_plus, p->theta_w_plus)                                                                           \
  X(theta_v_minus, p->theta_v_minus)                                                                         \
  X(theta_o, p->theta_o)                                                                                     \
  X(v1_part, -iso_expm1(-step / p->tau_v1_minus))                                                            \
  X(v2_part, -iso_expm1(-step / p->tau_v2_minus))                                                            \
  X(v_plus_part, -iso_expm1(-step / p->tau_v_plus))                                                          \
  X(tau_w1, p->tau_w1_minus)                                                                                 \
  X(tau_w_rise, p->tau_w2_minus - p->tau_w1_minus)                                                           \
  X(k_w, R(-2.0) * p->k_w_minus)                                                                             \
  X(u_w, p->u_w_minus)                                                                                       \
  X(w_plus_part, -iso_expm1(-step / p->tau_w_plus))                                                          \
  X(per_tau_w_inf, R(1.0) / p->tau_w_inf)                                                                    \
  X(w_inf_star, p->w_inf_star)                                                                               \
  X(s1_part, -iso_expm1(-step / p->tau_s1))                                                                  \
  X(s2_part, -iso_expm1(-step / p->tau_s2))                                                                  \
  X(k_s, R(-2.0) * p->k_s)                                                                                   \
  X(u_s, p->u_s)                                                                                             \
  X(fast, p->V_scale / p->tau_fi)                                                                            \
  X(rest1, p->V_scale / p->tau_o1)                                                                           \
  X(rest2, p->V_scale / p->tau_o2)                                                                           \
  X(V_scale, p->V_scale)                                                                                     \
  X(tau_so1, p->tau_so1)                                                                                     \
  X(tau_so_rise, p->tau_so2 - p->tau_so1)                                                                    \
  X(k_so, R(-2.0) * p->k_so)                                                                                 \
  X(u_so, p->u_so)                                                                                           \
  X(slow, p->V_scale / p->tau_si)

#define bueno_orovio_2008_GATES(X) X(u) X(w_part) X(s_inf)

#define bueno_orovio_2008_CURRENTS(X) X(u) X(plateau)

#define ISO_MODEL bueno_orovio_2008
#include "kernels/model_types.h"

ISO_INLINE bueno_orovio_2008_gates bueno_orovio_2008_gates_at(const bueno_orovio_2008_constants *k, real v) {
  bueno_orovio_2008_gates g;
  g.u = (v - k->V_0) * k->per_scale;
  const real tau_w = k->tau_w1 + k->tau_w_rise / (R(1.0) + iso_exp(k->k_w * (g.u - k->u_w)));
  g.w_part = -iso_expm1(-k->step / tau_w);
  g.s_inf = R(1.0) / (R(1.0) + iso_exp(k->k_s * (g.u - k->u_s)));
  return g;
}

/* plateau: the outward current above theta_w. */
ISO_INLINE bueno_orovio_2008_currents bueno_orovio_2008_currents_at(const bueno_orovio_2008_constants *k,
                                                                    real v) {
  bueno_orovio_2008_currents c;
  c.u = (v - k->V_0) * k->per_scale;
  c.plateau = k->V_scale / (k->tau_so1 + k->tau_so_rise / (R(1.0) + iso_exp(k->k_so * (c.u - k->u_so))));
  return c;
}

/* The part of a step in which u, that goes straight from one value to the other, is at theta or above. */
ISO_INLINE real bueno_orovio_2008_above(real theta, real from, real to) {
  const real low = from < to ? from : to, high = from < to ? to : from;
  const real part = (high - theta) / (high - low);
  return low >= theta ? R(1.0) : high < theta ? R(0.0) : part;
}

/* Fast inward current from {u - theta_v, u_u - u, v V_scale / tau_fi}. */
ISO_INLINE real bueno_orovio_2008_fast(const real f[]) {
  const real above = f[0] > R(0.0) ? f[0] : R(0.0);
  return -f[2] * (above * f[1]);
}

/* Gates see u go from before to c->u, with g->u in the middle. */
ISO_INLINE void bueno_orovio_2008_relax(const bueno_orovio_2008_constants *k,
                                        const bueno_orovio_2008_gates *g, real now,
                                        bueno_orovio_2008_state *s) {
  const real before = R(2.0) * g->u - now;
  const real excited = bueno_orovio_2008_above(k->theta_v, before, now),
             above_rest = bueno_orovio_2008_above(k->theta_v_minus, before, now),
             recovering = above_rest > excited ? above_rest - excited : R(0.0),
             inactivating = bueno_orovio_2008_above(k->theta_w_plus, before, now),
             active = bueno_orovio_2008_above(k->theta_o, before, now),
             plateau = bueno_orovio_2008_above(k->theta_w, before, now);
  const real v_falls = iso_fma(excited, k->v_plus_part, recovering * k->v2_part),
             v_rises = (R(1.0) - excited - recovering) * k->v1_part;
  const real w_rest = R(1.0) - g->u * k->per_tau_w_inf,
             w_inf = iso_fma(active, k->w_inf_star - w_rest, w_rest);
  const real w_way = (R(1.0) - inactivating) * g->w_part * (w_inf - s->w);
  s->v += iso_fma(v_rises, R(1.0) - s->v, -v_falls * s->v);
  s->w += iso_fma(-inactivating * k->w_plus_part, s->w, w_way);
  s->s = iso_fma(iso_fma(plateau, k->s2_part - k->s1_part, k->s1_part), g->s_inf - s->s, s->s);
}

/* Advances one cell. Returns the ionic current in uA/uF. */
ISO_INLINE real bueno_orovio_2008_step(const bueno_orovio_2008_constants *k, const bueno_orovio_2008_gates *g,
                                       const bueno_orovio_2008_currents *c, real v,
                                       bueno_orovio_2008_state *s, real fast[]) {
  (void)v;
  bueno_orovio_2008_relax(k, g, c->u, s);
  fast[0] = c->u - k->theta_v;
  fast[1] = k->u_u - c->u;
  fast[2] = s->v * k->fast;
  const real after = R(2.0) * c->u - g->u; /* u goes from g->u to it, with c->u in the middle */
  const real plateau = bueno_orovio_2008_above(k->theta_w, g->u, after),
             active = bueno_orovio_2008_above(k->theta_o, g->u, after);
  const real rest = iso_fma(active, k->rest2 - k->rest1, k->rest1) * (c->u - k->u_o);
  const real slow = c->plateau - k->slow * (s->w * s->s);
  return bueno_orovio_2008_fast(fast) + iso_fma(plateau, slow - rest, rest);
}

#endif

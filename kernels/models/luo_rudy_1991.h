/* Guinea-pig ventricle of Luo and Rudy, Circ Res 68:1501-1526 (1991), doi 10.1161/01.RES.68.6.1501, with the
 * constants and the initial state of its CellML encoding in the Physiome Model Repository.
 *
 * Time scheme: gates by Rush-Larsen, calcium by forward Euler. */
#ifndef ISO_KERNELS_MODELS_LUO_RUDY_1991_H
#define ISO_KERNELS_MODELS_LUO_RUDY_1991_H

#include "kernels/math.h"

#define luo_rudy_1991_TITLE "Luo and Rudy 1991, guinea-pig ventricle"
#define luo_rudy_1991_PAPER "Luo CH, Rudy Y. Circ Res 68:1501-1526, 1991. doi:10.1161/01.RES.68.6.1501"
#define luo_rudy_1991_VM_REST (-83.853)
#define luo_rudy_1991_ACTIVATION 0.0
#define luo_rudy_1991_MAX_STEP 0.1, ISO_SLOW_STEP(0.8)
#define luo_rudy_1991_NFAST 4
#define luo_rudy_1991_TABLED 1

#define luo_rudy_1991_STATES(X)                                                                              \
  X(m, "1", 0.00187018, "activation of INa", ISO_FRACTION)                                                   \
  X(h, "1", 0.9804713, "fast inactivation of INa", ISO_FRACTION)                                             \
  X(j, "1", 0.98767124, "slow inactivation of INa", ISO_FRACTION)                                            \
  X(d, "1", 0.00316354, "activation of the slow inward current", ISO_FRACTION)                               \
  X(f, "1", 0.99427859, "inactivation of the slow inward current", ISO_FRACTION)                             \
  X(x, "1", 0.16647703, "activation of IK", ISO_FRACTION)                                                    \
  X(Ca_i, "mM", 0.0002, "intracellular calcium", ISO_CONCENTRATION)

#define luo_rudy_1991_PARAMETERS(X)                                                                          \
  X(g_Na, "mS/uF", 23, "fast sodium conductance")                                                            \
  X(g_si, "mS/uF", 0.09, "slow inward conductance")                                                          \
  X(g_K, "mS/uF", 0.282, "time-dependent potassium conductance at K_o = 5.4 mM")                             \
  X(g_K1, "mS/uF", 0.6047, "inward rectifier conductance at K_o = 5.4 mM")                                   \
  X(g_Kp, "mS/uF", 0.0183, "plateau potassium conductance")                                                  \
  X(g_b, "mS/uF", 0.03921, "background conductance")                                                         \
  X(E_b, "mV", -59.87, "background reversal potential")                                                      \
  X(K_o, "mM", 5.4, "extracellular potassium")                                                               \
  X(K_i, "mM", 145, "intracellular potassium")                                                               \
  X(Na_o, "mM", 140, "extracellular sodium")                                                                 \
  X(Na_i, "mM", 18, "intracellular sodium")                                                                  \
  X(PR_NaK, "1", 0.01833, "sodium permeability of IK relative to potassium")                                 \
  X(temperature, "K", 310, "temperature")

#define luo_rudy_1991_VARIANTS(X) X(standard, "as published")
#define luo_rudy_1991_CHANGES_standard(X)

/* Gas constant over Faraday's, mV/K. */
#define luo_rudy_1991_R_F (R(8314.0) / R(96484.6))

#define luo_rudy_1991_CONSTANTS(X)                                                                           \
  X(step, step)                                                                                              \
  X(rt_f, luo_rudy_1991_R_F * p->temperature)                                                                \
  X(g_Na, p->g_Na)                                                                                           \
  X(g_si, p->g_si)                                                                                           \
  X(g_K, p->g_K *iso_sqrt(p->K_o / R(5.4)))                                                                  \
  X(g_K1, p->g_K1 *iso_sqrt(p->K_o / R(5.4)))                                                                \
  X(g_Kp, p->g_Kp)                                                                                           \
  X(g_b, p->g_b)                                                                                             \
  X(E_b, p->E_b)                                                                                             \
  X(E_Na, k.rt_f *iso_log(p->Na_o / p->Na_i))                                                                \
  X(E_K, k.rt_f *iso_log((p->K_o + p->PR_NaK * p->Na_o) / (p->K_i + p->PR_NaK * p->Na_i)))                   \
  X(E_K1, k.rt_f *iso_log(p->K_o / p->K_i))

/* Of each gate x: where it goes, and the part of the way it goes in one step, 1 - exp(-step / tau). */
#define luo_rudy_1991_GATES(X)                                                                               \
  X(m_inf)                                                                                                   \
  X(m_part) X(h_inf) X(h_part) X(j_inf) X(j_part) X(d_inf) X(d_part) X(f_inf) X(f_part) X(x_inf) X(x_part)

/* IK over the gate x, and the sum of the currents that depend on V alone. */
#define luo_rudy_1991_CURRENTS(X) X(K) X(instant)

#define ISO_MODEL luo_rudy_1991
#include "kernels/model_types.h"

ISO_INLINE luo_rudy_1991_gates luo_rudy_1991_gates_at(const luo_rudy_1991_constants *k, real v) {
#define RATES(x, alpha, beta)                                                                                \
  do {                                                                                                       \
    const real a = (alpha), sum = a + (beta);                                                                \
    g.x##_inf = a / sum;                                                                                     \
    g.x##_part = -iso_expm1(-k->step * sum);                                                                 \
  } while (0)
  luo_rudy_1991_gates g;
  const int low = v < R(-40.0);

  RATES(m, R(3.2) * iso_x_over_expm1(R(-0.1) * (v + R(47.13))), R(0.08) * iso_exp(-v / R(11.0)));
  const real alpha_h = R(0.135) * iso_exp(-(R(80.0) + v) / R(6.8));
  const real beta_h_low = R(3.56) * iso_exp(R(0.079) * v) + R(3.1e5) * iso_exp(R(0.35) * v);
  const real beta_h_high = R(1.0) / (R(0.13) * (R(1.0) + iso_exp(-(v + R(10.66)) / R(11.1))));
  RATES(h, low ? alpha_h : R(0.0), low ? beta_h_low : beta_h_high);
  const real alpha_j = (R(-1.2714e5) * iso_exp(R(0.2444) * v) - R(3.474e-5) * iso_exp(R(-0.04391) * v)) *
                       (v + R(37.78)) / (R(1.0) + iso_exp(R(0.311) * (v + R(79.23))));
  const real beta_j_low =
      R(0.1212) * iso_exp(R(-0.01052) * v) / (R(1.0) + iso_exp(R(-0.1378) * (v + R(40.14))));
  const real beta_j_high = R(0.3) * iso_exp(R(-2.535e-7) * v) / (R(1.0) + iso_exp(R(-0.1) * (v + R(32.0))));
  RATES(j, low ? alpha_j : R(0.0), low ? beta_j_low : beta_j_high);
  RATES(d, R(0.095) * iso_exp(R(-0.01) * (v - R(5.0))) / (R(1.0) + iso_exp(R(-0.072) * (v - R(5.0)))),
        R(0.07) * iso_exp(R(-0.017) * (v + R(44.0))) / (R(1.0) + iso_exp(R(0.05) * (v + R(44.0)))));
  RATES(f, R(0.012) * iso_exp(R(-0.008) * (v + R(28.0))) / (R(1.0) + iso_exp(R(0.15) * (v + R(28.0)))),
        R(0.0065) * iso_exp(R(-0.02) * (v + R(30.0))) / (R(1.0) + iso_exp(R(-0.2) * (v + R(30.0)))));
  RATES(x, R(0.0005) * iso_exp(R(0.083) * (v + R(50.0))) / (R(1.0) + iso_exp(R(0.057) * (v + R(50.0)))),
        R(0.0013) * iso_exp(R(-0.06) * (v + R(20.0))) / (R(1.0) + iso_exp(R(-0.04) * (v + R(20.0)))));
  return g;
#undef RATES
}

ISO_INLINE luo_rudy_1991_currents luo_rudy_1991_currents_at(const luo_rudy_1991_constants *k, real v) {
  luo_rudy_1991_currents c;
  /* Xi = 2.837 (e^x - 1) / (25 x e^(0.04 (v + 35))), x = 0.04 (v + 77) */
  const real Xi = R(0.11348) / (iso_x_over_expm1(R(0.04) * (v + R(77.0))) * iso_exp(R(0.04) * (v + R(35.0))));
  c.K = k->g_K * (v < R(-100.0) ? R(1.0) : Xi) * (v - k->E_K);
  const real u = v - k->E_K1;
  const real alpha = R(1.02) / (R(1.0) + iso_exp(R(0.2385) * (u - R(59.215))));
  const real beta =
      (R(0.49124) * iso_exp(R(0.08032) * (u + R(5.476))) + iso_exp(R(0.06175) * (u - R(594.31)))) /
      (R(1.0) + iso_exp(R(-0.5143) * (u + R(4.753))));
  const real plateau = k->g_Kp / (R(1.0) + iso_exp((R(7.488) - v) / R(5.98)));
  c.instant = (k->g_K1 * alpha / (alpha + beta) + plateau) * u + k->g_b * (v - k->E_b);
  return c;
}

/* Fast inward current from {g_Na (V - E_Na), m, h, j}. */
ISO_INLINE real luo_rudy_1991_fast(const real f[]) { return f[0] * (f[1] * f[1] * f[1]) * (f[2] * f[3]); }

/* Advances one cell; v is where the currents are taken. Returns the ionic current in uA/uF. */
ISO_INLINE real luo_rudy_1991_step(const luo_rudy_1991_constants *k, const luo_rudy_1991_gates *g,
                                   const luo_rudy_1991_currents *c, real v, luo_rudy_1991_state *s,
                                   real fast[]) {
#define RELAX(x) s->x = iso_fma(g->x##_part, g->x##_inf - s->x, s->x)
  RELAX(m);
  RELAX(h);
  RELAX(j);
  RELAX(d);
  RELAX(f);
  RELAX(x);
#undef RELAX
  fast[0] = k->g_Na * (v - k->E_Na);
  fast[1] = s->m;
  fast[2] = s->h;
  fast[3] = s->j;
  const real E_si = iso_fma(R(-13.0287), iso_log(s->Ca_i), R(7.7));
  const real I_si = k->g_si * (s->d * s->f) * (v - E_si);
  s->Ca_i = iso_fma(k->step, R(0.07) * (R(1e-4) - s->Ca_i) - R(1e-4) * I_si, s->Ca_i);
  return luo_rudy_1991_fast(fast) + I_si + iso_fma(c->K, s->x, c->instant);
}

#endif

/* What the human ventricles of O'Hara et al. (PLoS Comput Biol 7:e1002061, 2011, doi
 * 10.1371/journal.pcbi.1002061, Text S1) and of Tomek et al. (eLife 8:e48890, 2019), which grew out of it,
 * have in common: gates of INaL, Ito, ICaL and IKs, the exchanger, the pump and the buffers.
 *
 * Two simplifications that are exact: the 3 Na+ : 1 Ca2+ exchanger and the 3 Na+ : 2 K+ pump are cycles of
 * four states, so that in the steady state one net flux, the difference of the products of the rates around
 * the cycle over the sum of all paths, passes every step. */
#ifndef ISO_KERNELS_MODELS_COMMON_OHARA_RUDY_H
#define ISO_KERNELS_MODELS_COMMON_OHARA_RUDY_H

#include "kernels/math.h"

#define OHARA_RUDY_FARADAY R(96485.0) /* C/mol */
#define OHARA_RUDY_GAS R(8314.0)      /* mJ/(mol K) */

/* A cylinder of 100 um length and 11 um radius, pi taken as 3.14; twice its surface. ul and cm2 at 1 uF/cm2.
 */
#define OHARA_RUDY_V_CELL R(3.7994e-5)
#define OHARA_RUDY_V_MYO (R(0.68) * OHARA_RUDY_V_CELL)
#define OHARA_RUDY_V_NSR (R(0.0552) * OHARA_RUDY_V_CELL)
#define OHARA_RUDY_V_JSR (R(0.0048) * OHARA_RUDY_V_CELL)
#define OHARA_RUDY_V_SS (R(0.02) * OHARA_RUDY_V_CELL)
#define OHARA_RUDY_CAPACITANCE R(1.533576e-4)

/* Calcium of a store, mM, which release may empty: in single precision all of it, and a store of nothing at
 * all cannot be divided by. */
ISO_INLINE real ohara_rudy_store(real Ca) { return Ca < R(1e-6) ? R(1e-6) : Ca; }

/* 1 / (1 + e^x) */
ISO_INLINE real ohara_rudy_sigmoid(real x) { return R(1.0) / (R(1.0) + iso_exp(x)); }

/* Gates that both models have, as functions of V. way: step over the time constant before the factor of
 * ohara_rudy_develop; v is V itself, for that factor. */
/* clang-format off */
#define OHARA_RUDY_GATES(X) \
  X(mL_inf) X(hL_inf) X(hLp_inf) X(a_inf) X(ap_inf) X(a_part) X(i_inf) X(iF_part) X(iS_part) X(iF_way) X(iS_way) \
  X(v) X(d_part) X(f_inf) X(ff_part) X(fs_part) X(fcaf_part) X(fcas_part) X(ffp_part) X(fcafp_part) X(xs_inf) \
  X(xs1_part) X(xs2_part)
/* clang-format on */

typedef struct ohara_rudy_gates {
#define FIELD(name) real name;
  OHARA_RUDY_GATES(FIELD)
#undef FIELD
} ohara_rudy_gates;

/* i_epi: what the epicardium takes off the time constants of the inactivation of Ito. */
ISO_INLINE ohara_rudy_gates ohara_rudy_gates_at(real step, real i_epi, real v) {
#define SIGMOID ohara_rudy_sigmoid
#define PART(tau) -iso_expm1(-step / (tau))
  ohara_rudy_gates g;
  g.mL_inf = SIGMOID((R(-42.85) - v) / R(5.264));
  g.hL_inf = SIGMOID((v + R(87.61)) / R(7.488));
  g.hLp_inf = SIGMOID((v + R(93.81)) / R(7.488));

  g.a_inf = SIGMOID((R(14.34) - v) / R(14.82));
  g.ap_inf = SIGMOID((R(24.34) - v) / R(14.82));
  g.a_part = PART(R(1.0515) / (SIGMOID((R(18.4099) - v) / R(29.3814)) / R(1.2089) +
                               R(3.5) * SIGMOID((v + R(100.0)) / R(29.3814))));
  g.i_inf = SIGMOID((v + R(43.94)) / R(5.711));
  const real epi = R(1.0) - i_epi * SIGMOID((v + R(70.0)) / R(5.0));
  const real tau_iF = epi * (R(4.562) + R(1.0) / (R(0.3933) * iso_exp(R(-0.01) * (v + R(100.0))) +
                                                  R(0.08004) * iso_exp((v + R(50.0)) / R(16.59))));
  const real tau_iS = epi * (R(23.62) + R(1.0) / (R(0.001416) * iso_exp((R(-96.52) - v) / R(59.05)) +
                                                  R(1.78e-8) * iso_exp((v + R(114.1)) / R(8.079))));
  const real recover = R(1.0) - R(0.5) * SIGMOID((v + R(70.0)) / R(20.0));
  g.iF_part = PART(tau_iF);
  g.iS_part = PART(tau_iS);
  g.iF_way = step / (recover * tau_iF);
  g.iS_way = step / (recover * tau_iS);
  g.v = v;

  g.d_part = PART(R(0.6) + R(1.0) / (iso_exp(R(-0.05) * (v + R(6.0))) + iso_exp(R(0.09) * (v + R(14.0)))));
  g.f_inf = SIGMOID((v + R(19.58)) / R(3.696));
  const real tau_ff = R(7.0) + R(1.0) / (R(0.0045) * iso_exp(R(-0.1) * (v + R(20.0))) +
                                         R(0.0045) * iso_exp(R(0.1) * (v + R(20.0))));
  const real tau_fcaf =
      R(7.0) + R(1.0) / (R(0.04) * iso_exp((R(4.0) - v) / R(7.0)) + R(0.04) * iso_exp((v - R(4.0)) / R(7.0)));
  g.ff_part = PART(tau_ff);
  g.ffp_part = PART(R(2.5) * tau_ff);
  g.fcaf_part = PART(tau_fcaf);
  g.fcafp_part = PART(R(2.5) * tau_fcaf);
  g.fs_part = PART(R(1000.0) + R(1.0) / (R(3.5e-5) * iso_exp(R(-0.25) * (v + R(5.0))) +
                                         R(3.5e-5) * iso_exp((v + R(5.0)) / R(6.0))));
  g.fcas_part =
      PART(R(100.0) + R(1.0) / (R(1.2e-4) * iso_exp(-v / R(3.0)) + R(1.2e-4) * iso_exp(v / R(7.0))));

  g.xs_inf = SIGMOID((R(-11.6) - v) / R(8.932));
  g.xs1_part = PART(R(817.3) + R(1.0) / (R(2.326e-4) * iso_exp((v + R(48.28)) / R(17.8)) +
                                         R(0.001292) * iso_exp((R(-210.0) - v) / R(230.0))));
  g.xs2_part = -iso_expm1(
      -step * (R(0.01) * iso_exp((v - R(50.0)) / R(20.0)) + R(0.0193) * iso_exp((R(-66.54) - v) / R(31.0))));
  return g;
#undef SIGMOID
#undef PART
}

/* Steps the gates above, but for those of phosphorylated Ito, of a model's state s. hL and hLp have constant
 * time constants. */
#define OHARA_RUDY_RELAX(x, inf, part) s->x = iso_fma(part, (inf)-s->x, s->x)
#define OHARA_RUDY_RELAX_ALL(s, g, k)                                                                        \
  do {                                                                                                       \
    OHARA_RUDY_RELAX(mL, g->mL_inf, g->m_part); /* as fast as m */                                           \
    OHARA_RUDY_RELAX(hL, g->hL_inf, k->hL_part);                                                             \
    OHARA_RUDY_RELAX(hLp, g->hLp_inf, k->hLp_part);                                                          \
    OHARA_RUDY_RELAX(a, g->a_inf, g->a_part);                                                                \
    OHARA_RUDY_RELAX(ap, g->ap_inf, g->a_part);                                                              \
    OHARA_RUDY_RELAX(iF, g->i_inf, g->iF_part);                                                              \
    OHARA_RUDY_RELAX(iS, g->i_inf, g->iS_part);                                                              \
    OHARA_RUDY_RELAX(d, g->d_inf, g->d_part);                                                                \
    OHARA_RUDY_RELAX(ff, g->f_inf, g->ff_part);                                                              \
    OHARA_RUDY_RELAX(fs, g->f_inf, g->fs_part);                                                              \
    OHARA_RUDY_RELAX(fcaf, g->f_inf, g->fcaf_part);                                                          \
    OHARA_RUDY_RELAX(fcas, g->f_inf, g->fcas_part);                                                          \
    OHARA_RUDY_RELAX(ffp, g->f_inf, g->ffp_part);                                                            \
    OHARA_RUDY_RELAX(fcafp, g->f_inf, g->fcafp_part);                                                        \
    OHARA_RUDY_RELAX(xs1, g->xs_inf, g->xs1_part);                                                           \
    OHARA_RUDY_RELAX(xs2, g->xs_inf, g->xs2_part);                                                           \
  } while (0)

/* Phosphorylation slows the inactivation of Ito by 1.354 + 1e-4 / E, which doubles within 1/2 mV at 14 mV:
 * too steep for a table. E, without overflow; beyond e^40 the rest is nothing. */
ISO_INLINE real ohara_rudy_develop(real v) {
  const real steep = (R(12.23) - v) / R(0.2154);
  return iso_exp((v - R(167.4)) / R(15.89)) + iso_exp(steep < R(40.0) ? steep : R(40.0));
}

/* 1 - e^-x for x <= 0.2: the fifth term is below 3e-6. */
ISO_INLINE real ohara_rudy_part(real x) {
  real p = iso_fma(x, R(-1.0) / R(24.0), R(1.0) / R(6.0));
  p = iso_fma(-p, x, R(0.5));
  return x * iso_fma(-p, x, R(1.0));
}

/* Functions of V where the currents are taken: part of fast inactivation in Ito and in calcium's of ICaL;
 * Goldman's 2 F x / (1 - e^-x) of the divalent and F x / (1 - e^-x) of the monovalent ions; of the exchanger
 * e^(0.5224 VF/RT), 12 e^(-0.167 VF/RT) and its rates k3 and k3''; of the pump a3, b2 and 1 / K_Nai. Rates of
 * the exchanger are over its k2 = 5 / us. */
/* clang-format off */
#define OHARA_RUDY_CURRENTS(X) \
  X(i_fast) X(fca_fast) X(divalent) X(monovalent) X(hNa) X(hCa) X(k3) X(k3pp) X(a3) X(b2) X(per_Nai)
/* clang-format on */

typedef struct ohara_rudy_currents {
#define FIELD(name) real name;
  OHARA_RUDY_CURRENTS(FIELD)
#undef FIELD
} ohara_rudy_currents;

ISO_INLINE ohara_rudy_currents ohara_rudy_currents_at(real f_rt, real Na_o, real K_o, real v) {
  ohara_rudy_currents c;
  const real x = v * f_rt;
  c.i_fast = ohara_rudy_sigmoid((v - R(213.6)) / R(151.2));
  c.fca_fast = R(0.3) + R(0.6) * ohara_rudy_sigmoid(R(0.1) * (v - R(10.0)));
  c.divalent = R(2.0) * OHARA_RUDY_FARADAY * iso_x_over_expm1(R(-2.0) * x);
  c.monovalent = OHARA_RUDY_FARADAY * iso_x_over_expm1(-x);
  c.hNa = iso_exp(R(0.5224) * x);
  c.hCa = R(12.0) * iso_exp(R(-0.167) * x);
  const real bound = Na_o / (R(88.12) * c.hNa), h9 = R(1.0) / (R(1.0) + Na_o / R(88.12) + bound);
  c.k3pp = bound * h9;
  c.k3 = iso_fma(R(12.0), h9, c.k3pp);
  const real Na = Na_o / (R(27.78) * iso_exp(R(1.155) / R(3.0) * x)), K = K_o / R(0.3582), Na1 = R(1.0) + Na,
             K1 = R(1.0) + K, per = R(1.0) / (Na1 * Na1 * Na1 + K1 * K1 - R(1.0));
  c.a3 = R(1899.0) * (K * K) * per;
  c.b2 = R(39.4) * (Na * Na * Na) * per;
  c.per_Nai = iso_exp(R(0.155) / R(3.0) * x) / R(9.073);
  return c;
}

/* Sodium-calcium exchanger of one compartment: the current over its scale is cycle / paths. per_h1 and per_h4
 * are the reciprocals of ohara_rudy_h1 and _h4; k1 and k8 over k3pp are constants. */
ISO_INLINE real ohara_rudy_h1(real hNa, real Na) {
  return iso_fma(R(1.0) / R(88.12) * (R(1.0) + hNa), Na, R(1.0));
}
ISO_INLINE real ohara_rudy_h4(real Na) {
  return iso_fma(Na, iso_fma(R(1.0) / R(75.0), Na, R(1.0) / R(15.0)), R(1.0));
}
ISO_INLINE real ohara_rudy_exchanger(const ohara_rudy_currents *c, real k1, real k8, real Na, real Ca,
                                     real per_h1, real per_h4, real *paths) {
  const real k4pp = R(1.0) / R(88.12) * c->hNa * Na * per_h1, k4 = iso_fma(c->hCa, per_h1, k4pp);
  const real k6 = R(300.0) * Ca * per_h4, k7 = R(0.16) * (Na * Na) * k4pp * per_h4;
  const real k76 = k7 + k6, k23 = R(1.0) + c->k3, k45 = k4 + R(1.0), k18 = k1 + k8;
  const real x1 = iso_fma(k4, k76, k7 * k23), x2 = iso_fma(k1 * k7, k45, k4 * k6 * k18);
  const real x3 = iso_fma(k1 * c->k3, k76, k8 * k6 * k23), x4 = iso_fma(k8, k45, c->k3 * k18);
  /* Active where calcium binds, 0.15 uM. */
  const real Ca2 = Ca * Ca;
  *paths = (x1 + x2 + (x3 + x4)) * (Ca2 + R(2.25e-8));
  const real cycle = iso_fma(k1 * c->k3, k7, -(k4 * k6) * k8);
  return Ca2 * (cycle + iso_fma(x3, k4pp, -x2 * c->k3pp));
}

/* Sodium-potassium pump: the current over its scale is the result over *paths. The rate b3, with which
 * phosphate binds, is 1e-9 of the others in the published units, and is left out: at most 2e-10 of the
 * current. */
ISO_INLINE real ohara_rudy_pump(const ohara_rudy_currents *c, real Na, real K, real *paths) {
  const real a2 = R(687.2), a4 = R(638.99998892828), b1 = R(9.12);
  const real n = Na * c->per_Nai, n1 = n + R(1.0), kk = R(2.0) * K, kk1 = kk + R(1.0);
  const real a1 = R(949.5) * (n * n * n), b4 = R(40.0) * (kk * kk),
             per = iso_fma(kk1, kk1, n1 * n1 * n1) - R(1.0);
  const real out = a2 * c->a3;
  const real with_a1 = iso_fma(a4, c->a3 + c->b2, iso_fma(a2, a4, out));
  const real with_b4 = iso_fma(b1, c->b2 + c->a3, out);
  const real neither = a4 * iso_fma(b1, c->a3 + c->b2, out);
  *paths = iso_fma(a1, with_a1, iso_fma(b4, with_b4, per * neither));
  return out * a4 * a1;
}

/* Part of a change of total calcium that stays free beside one or two instantaneous buffers, as a numerator;
 * the denominator goes to *per. */
ISO_INLINE real ohara_rudy_free(real Ca, real K1, real BK1, real K2, real BK2, real *per) {
  const real a = Ca + K1, b = Ca + K2, a2 = a * a, b2 = b * b;
  *per = iso_fma(a2, b2, iso_fma(BK1, b2, BK2 * a2));
  return a2 * b2;
}

#endif

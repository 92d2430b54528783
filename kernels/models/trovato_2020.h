/* Human Purkinje cell of Trovato, Passini, Nagy, Varro, Abi-Gerges, Severi and Rodriguez, J Mol Cell Cardiol
 * 142:24-38 (2020), doi 10.1016/j.yjmcc.2020.04.001, with the constants of its public encodings (pi is 3.14
 * there). Three spaces of the cytosol: i, the centre; sl, below the membrane; ss, the junction. Three of the
 * reticulum: nsr, jsr and csr. A stimulus brings its charge as potassium into the space sl.
 *
 * Time scheme: gates by Rush-Larsen; the calcium states nca, u and the two releases by the implicit midpoint;
 * concentrations by forward Euler with instantaneous buffers, but for the diffusion between ss and sl (6 /
 * ms), which is that of the middle of the step by linearisation. Calcium is thereby of first order in the
 * step. Potassium and sodium are kept as differences from a reference: single precision would round their
 * increments away. */
#ifndef ISO_KERNELS_MODELS_TROVATO_2020_H
#define ISO_KERNELS_MODELS_TROVATO_2020_H

#include "kernels/math.h"

#define trovato_2020_TITLE "Trovato et al. 2020, human Purkinje cell"
#define trovato_2020_PAPER                                                                                   \
  "Trovato C, Passini E, Nagy N, Varro A, Abi-Gerges N, Severi S, Rodriguez B. J Mol Cell Cardiol "          \
  "142:24-38, 2020. doi:10.1016/j.yjmcc.2020.04.001"
#define trovato_2020_VM_REST (-86.5501029579896)
#define trovato_2020_ACTIVATION 0.0
#define trovato_2020_MAX_STEP 0.1, ISO_SLOW_STEP(0.4)
#define trovato_2020_NFAST 3
#define trovato_2020_TABLED 1

#define trovato_2020_STATES(X)                                                                               \
  X(m, "1", 0.006341207769833, "activation of INa", ISO_FRACTION)                                            \
  X(hf, "1", 0.788541761218318, "fast inactivation of INa", ISO_FRACTION)                                    \
  X(hs, "1", 0.788474863764949, "slow inactivation of INa", ISO_FRACTION)                                    \
  X(j, "1", 0.790412100577539, "recovery of INa", ISO_FRACTION)                                              \
  X(hsp, "1", 0.579594138981772, "slow inactivation of phosphorylated INa", ISO_FRACTION)                    \
  X(jp, "1", 0.790885181877794, "recovery of phosphorylated INa", ISO_FRACTION)                              \
  X(mL, "1", 0, "activation of late INa", ISO_FRACTION)                                                      \
  X(hL, "1", 0.463478975643765, "inactivation of late INa", ISO_FRACTION)                                    \
  X(hLp, "1", 0.240123148015689, "inactivation of phosphorylated late INa", ISO_FRACTION)                    \
  X(a, "1", 0, "activation of Ito", ISO_FRACTION)                                                            \
  X(i1, "1", 0.649386868151536, "slow inactivation of Ito", ISO_FRACTION)                                    \
  X(i2, "1", 0.989963717273401, "fast inactivation of Ito", ISO_FRACTION)                                    \
  X(d, "1", 0, "activation of ICaL", ISO_FRACTION)                                                           \
  X(ff, "1", 0.999999963501871, "fast inactivation of ICaL", ISO_FRACTION)                                   \
  X(fs, "1", 0.926598485399264, "slow inactivation of ICaL", ISO_FRACTION)                                   \
  X(fcaf, "1", 0.999999963493016, "fast calcium-dependent inactivation of ICaL", ISO_FRACTION)               \
  X(fcas, "1", 0.999834100785052, "slow calcium-dependent inactivation of ICaL", ISO_FRACTION)               \
  X(jca, "1", 0.999979200703676, "recovery of ICaL from it", ISO_FRACTION)                                   \
  X(ffp, "1", 0.999999963494571, "fast inactivation of phosphorylated ICaL", ISO_FRACTION)                   \
  X(fcafp, "1", 0.999999963612862, "fast calcium-dependent inactivation of phosphorylated ICaL",             \
    ISO_FRACTION)                                                                                            \
  X(nca, "1", 0.005470852996192, "channels of ICaL in the calcium-dependent mode", ISO_FRACTION)             \
  X(b, "1", 0, "activation of ICaT", ISO_FRACTION)                                                           \
  X(g, "1", 0.994211562437775, "inactivation of ICaT", ISO_FRACTION)                                         \
  X(xrf, "1", 0, "fast activation of IKr", ISO_FRACTION)                                                     \
  X(xrs, "1", 0.568856244015729, "slow activation of IKr", ISO_FRACTION)                                     \
  X(xs1, "1", 0.191294664752654, "activation of IKs", ISO_FRACTION)                                          \
  X(xs2, "1", 0, "deactivation of IKs", ISO_FRACTION)                                                        \
  X(y, "1", 0.23301463985723, "activation of If", ISO_FRACTION)                                              \
  X(xk1, "1", 0.997085416662044, "inactivation of IK1", ISO_FRACTION)                                        \
  X(CaMKt, "1", 0.005060490773142, "trapped calmodulin kinase", ISO_FRACTION)                                \
  X(u, "1", 0.466232550741101, "inactivated fraction of the IP3 receptor", ISO_FRACTION)                     \
  X(Jrel1, "mM/ms", 0, "release of the jsr")                                                                 \
  X(Jrel2, "mM/ms", 0, "release of the csr")                                                                 \
  X(Na_i_shift, "mM", 0.000257731510893, "sodium of i above Na_ref", ISO_ABOVE(Na_ref))                      \
  X(Na_sl_shift, "mM", -4.6545638607e-5, "sodium of sl above Na_ref", ISO_ABOVE(Na_ref))                     \
  X(Na_ss_shift, "mM", -3.846098605e-5, "sodium of ss above Na_ref", ISO_ABOVE(Na_ref))                      \
  X(K_i_shift, "mM", -3.267918137e-4, "potassium of i above K_ref", ISO_ABOVE(K_ref))                        \
  X(K_sl_shift, "mM", 1.055601899e-4, "potassium of sl above K_ref", ISO_ABOVE(K_ref),                       \
    ISO_CARRIER(3.98937e-4 / (96485 * 0.15 * 1.577065e-4)))                                                  \
  X(K_ss_shift, "mM", 8.178853940e-5, "potassium of ss above K_ref", ISO_ABOVE(K_ref))                       \
  X(Ca_i, "mM", 4.360080908582633e-5, "calcium of i", ISO_CONCENTRATION)                                     \
  X(Ca_sl, "mM", 1.020101597047671e-4, "calcium of sl", ISO_CONCENTRATION)                                   \
  X(Ca_ss, "mM", 1.017658486729359e-4, "calcium of ss", ISO_CONCENTRATION)                                   \
  X(Ca_nsr, "mM", 1.263525645841406, "calcium of the network reticulum", ISO_CONCENTRATION)                  \
  X(Ca_jsr, "mM", 1.248146625349512, "calcium of the junctional reticulum", ISO_CONCENTRATION)               \
  X(Ca_csr, "mM", 1.26518561772175, "calcium of the corbular reticulum", ISO_CONCENTRATION)

#define trovato_2020_PARAMETERS(X)                                                                           \
  X(g_Na, "mS/uF", 39.4572, "fast sodium conductance")                                                       \
  X(g_NaL, "mS/uF", 0.0189, "late sodium conductance")                                                       \
  X(P_Ca, "mm3/uF/ms", 7.76772893145948e-5, "L-type permeability for calcium")                               \
  X(g_CaT, "mS/uF", 0.0754, "T-type calcium conductance")                                                    \
  X(g_to, "mS/uF", 0.192, "transient outward conductance")                                                   \
  X(g_sus, "mS/uF", 0.0301, "sustained outward conductance")                                                 \
  X(g_Kr, "mS/uF", 0.0342, "rapid delayed rectifier conductance at K_o = 5.4 mM")                            \
  X(g_Ks, "mS/uF", 0.0029, "slow delayed rectifier conductance")                                             \
  X(g_K1, "mS/uF", 0.1057329, "inward rectifier conductance at K_o = 5.4 mM")                                \
  X(g_fNa, "mS/uF", 0.0116, "funny conductance for sodium")                                                  \
  X(g_fK, "mS/uF", 0.0232, "funny conductance for potassium")                                                \
  X(g_NCX, "uA/uF", 9.5709e-4, "sodium-calcium exchanger")                                                   \
  X(P_NaK, "uA/uF", 32.4872, "sodium-potassium pump")                                                        \
  X(P_Nab, "mm3/uF/ms", 9.375e-10, "background sodium permeability")                                         \
  X(P_Cab, "mm3/uF/ms", 2.5e-8, "background calcium permeability")                                           \
  X(g_pCa, "uA/uF", 0.0005, "sarcolemmal calcium pump")                                                      \
  X(K_o, "mM", 5.4, "extracellular potassium")                                                               \
  X(Na_o, "mM", 140, "extracellular sodium")                                                                 \
  X(Ca_o, "mM", 1.8, "extracellular calcium")                                                                \
  X(IP3, "mM", 0.0001, "inositol trisphosphate")                                                             \
  X(K_ref, "mM", 143.7676715625, "potassium where the shifts of potassium are 0")                            \
  X(Na_ref, "mM", 8.2316, "sodium where the shifts of sodium are 0")                                         \
  X(NCX_ss, "1", 0.2, "part of the exchanger in ss")                                                         \
  X(Acap, "uF", 3.98937e-4, "capacitance of the cell")                                                       \
  X(V_cell, "ul", 1.577065e-4, "volume of the cell")

#define trovato_2020_VARIANTS(X) X(standard, "as published")
#define trovato_2020_CHANGES_standard(X)

#define trovato_2020_FARADAY R(96485.0)
#define trovato_2020_F_RT (R(96485.0) / (R(8314.0) * R(310.0))) /* 1/mV at 310 K */

/* Volumes are parts of the cell's: i 0.6, sl 0.15, ss 0.02, nsr 0.04, jsr 0.002, csr 0.008. */
#define trovato_2020_CONSTANTS(X)                                                                            \
  X(step, step)                                                                                              \
  X(half_step, R(0.5) * step)                                                                                \
  X(diff_part, R(1.0) / (R(1.0) + R(5.0) * k.half_step * (R(1.0) + R(0.02) / R(0.15))))                      \
  X(hL_part, -iso_expm1(-step / R(200.0)))                                                                   \
  X(hLp_part, -iso_expm1(-step / R(600.0)))                                                                  \
  X(jca_part, -iso_expm1(-step / R(75.0)))                                                                   \
  X(f_rt, trovato_2020_F_RT)                                                                                 \
  X(rt_f, R(1.0) / k.f_rt)                                                                                   \
  X(g_Na, p->g_Na)                                                                                           \
  X(g_NaL, p->g_NaL)                                                                                         \
  X(P_Ca, R(2.0) * trovato_2020_FARADAY * p->P_Ca)                                                           \
  X(P_CaNa, R(0.75) * R(0.00125) * trovato_2020_FARADAY * p->P_Ca)                                           \
  X(P_CaK, R(0.75) * R(3.574e-4) * trovato_2020_FARADAY * p->P_Ca)                                           \
  X(P_Nab, trovato_2020_FARADAY * p->P_Nab)                                                                  \
  X(P_Cab, R(2.0) * trovato_2020_FARADAY * p->P_Cab)                                                         \
  X(g_CaT, p->g_CaT)                                                                                         \
  X(g_to, p->g_to)                                                                                           \
  X(g_sus, p->g_sus)                                                                                         \
  X(g_Kr, p->g_Kr *iso_sqrt(p->K_o / R(5.4)))                                                                \
  X(g_Ks, p->g_Ks)                                                                                           \
  X(g_K1, p->g_K1 *iso_sqrt(p->K_o / R(5.4)))                                                                \
  X(g_fNa, p->g_fNa)                                                                                         \
  X(g_fK, p->g_fK)                                                                                           \
  X(g_pCa, p->g_pCa)                                                                                         \
  X(NCX_ss, p->g_NCX * p->NCX_ss)                                                                            \
  X(NCX_sl, p->g_NCX - p->g_NCX * p->NCX_ss)                                                                 \
  X(P_NaK, p->P_NaK)                                                                                         \
  X(K_o, p->K_o)                                                                                             \
  X(Na_o, p->Na_o)                                                                                           \
  X(Ca_o, R(0.341) * p->Ca_o)                                                                                \
  X(K_ref, p->K_ref)                                                                                         \
  X(Na_ref, p->Na_ref)                                                                                       \
  X(E_Na_ref, k.rt_f *iso_log(p->Na_o / p->Na_ref))                                                          \
  X(E_K_ref, k.rt_f *iso_log(p->K_o / p->K_ref))                                                             \
  X(E_Ks_ref, k.rt_f *iso_log((p->K_o + R(0.01833) * p->Na_o) / (p->K_ref + R(0.01833) * p->Na_ref)))        \
  X(log_Ca_o, iso_log(p->Ca_o))                                                                              \
  X(NCX_h10, R(13.5) + p->Na_o / R(15.0) * (R(1.0) + p->Na_o / R(5.0)))                                      \
  X(NCX_k1, p->Ca_o *R(1.5e6) / k.NCX_h10)                                                                   \
  X(NCX_k8, p->Na_o * p->Na_o * R(12.0) / (k.NCX_h10 * R(75.0)))                                             \
  X(MgATP, R(9.8) / R(1.698e-7))                                                                             \
  X(NaK_a4, R(639.0) * k.MgATP / (R(1.0) + k.MgATP))                                                         \
  X(NaK_b3, R(79300.0) * R(4.2) * R(1.0e-7) / (R(1.0) + k.MgATP))                                            \
  X(IP3, R(3.7) * R(10.92) * p->IP3 / (R(1.0) + p->IP3 * R(10000.0)))                                        \
  X(mM, p->Acap / (trovato_2020_FARADAY * p->V_cell))

/* Of each gate x: where it goes, and the part of the way it goes in one step, 1 - exp(-step / tau). */
/* clang-format off */
#define trovato_2020_GATES(X) \
  X(m_inf) X(m_part) X(mL_inf) X(h_inf) X(hsp_inf) X(hf_part) X(hs_part) X(hsp_part) X(j_part) X(jp_part) \
  X(hL_inf) X(hLp_inf) X(a_inf) X(a_part) X(i_inf) X(i1_part) X(i2_part) X(d_inf) X(d_part) X(f_inf) \
  X(ff_part) X(fs_part) X(fcaf_part) X(fcas_part) X(ffp_part) X(fcafp_part) X(b_inf) X(b_part) X(g_inf) \
  X(g_part) X(xr_inf) X(xrf_part) X(xrs_part) X(xs_inf) X(xs1_part) X(xs2_part) X(y_inf) X(y_part) \
  X(xk1_inf) X(xk1_part)

/* Factors of the currents: see the step. */
#define trovato_2020_CURRENTS(X) \
  X(out) X(out2) X(fcaf) X(Krf) X(Krs) X(sus) X(K1) X(hna) X(wca) X(k3) X(k3pp) \
  X(per_Knai) X(NaK_b2) X(NaK_a3)
/* clang-format on */

#define ISO_MODEL trovato_2020
#include "kernels/model_types.h"

/* 1 / (1 + e^x) */
ISO_INLINE real trovato_2020_sigmoid(real x) { return R(1.0) / (R(1.0) + iso_exp(x)); }

ISO_INLINE trovato_2020_gates trovato_2020_gates_at(const trovato_2020_constants *k, real v) {
#define SIGMOID trovato_2020_sigmoid
#define EXP iso_exp
#define PART(tau) -iso_expm1(-k->step / (tau))
#define FALL(rate) -iso_expm1(-k->step *(rate))
  trovato_2020_gates g;
  g.m_inf = SIGMOID(-(v + R(48.4264)) / R(7.5653));
  g.m_part = FALL(R(6.765) * EXP((v + R(11.64)) / R(34.77)) + R(8.552) * EXP(-(v + R(77.42)) / R(5.955)));
  g.mL_inf = SIGMOID(-(v + R(42.85)) / R(5.264));
  g.h_inf = SIGMOID((v + R(78.5)) / R(6.22));
  g.hsp_inf = SIGMOID((v + R(84.7)) / R(6.22));
  g.hf_part =
      FALL(R(3.686e-6) * EXP(-(v + R(3.8875)) / R(7.8579)) + R(16.0) * EXP((v - R(0.4963)) / R(9.1843)));
  const real hs = R(0.009794) * EXP(-(v + R(17.95)) / R(28.05)) + R(0.3343) * EXP((v + R(5.73)) / R(56.66));
  g.hs_part = FALL(hs);
  g.hsp_part = FALL(hs / R(3.0));
  const real tau_j = R(4.859) + R(1.0) / (R(0.8628) * EXP(-(v + R(116.7258)) / R(7.6005)) +
                                          R(1.1096) * EXP((v + R(6.2719)) / R(9.0358)));
  g.j_part = PART(tau_j);
  g.jp_part = PART(R(1.46) * tau_j);
  g.hL_inf = SIGMOID((v + R(87.61)) / R(7.488));
  g.hLp_inf = SIGMOID((v + R(93.81)) / R(7.488));

  g.a_inf = SIGMOID((R(20.0) - v) / R(13.0));
  g.a_part = FALL(
      (SIGMOID(-(v - R(18.4099)) / R(29.3814)) / R(1.2089) + R(3.5) * SIGMOID((v + R(100.0)) / R(29.3814))) /
      R(1.0515));
  g.i_inf = SIGMOID((v + R(27.0)) / R(13.0));
  g.i1_part = PART(R(43.0) + R(1.0) / (R(0.001416) * EXP(-(v + R(96.52)) / R(59.05)) +
                                       R(1.78e-8) * EXP((v + R(114.1)) / R(8.079))));
  g.i2_part = PART(R(6.162) + R(1.0) / (R(0.3933) * EXP(-(v + R(100.0)) / R(100.0)) +
                                        R(0.08004) * EXP((v - R(8.0)) / R(8.59))));

  const real w = v + R(15.19);
  g.d_inf = SIGMOID(-(v + R(7.24)) / R(4.23));
  g.d_part = PART(R(0.6) + R(1.0) / (EXP(R(-0.05) * (v + R(6.0))) + EXP(R(0.09) * (v + R(14.0)))));
  g.f_inf = SIGMOID((v + R(22.88)) / R(3.696));
  const real tau_ff =
      R(7.0) + R(1.0) / (R(0.0045) * (EXP(-(w + R(20.0)) / R(10.0)) + EXP((w + R(20.0)) / R(10.0))));
  g.ff_part = PART(tau_ff);
  g.ffp_part = PART(R(2.5) * tau_ff);
  g.fs_part =
      PART(R(1000.0) + R(1.0) / (R(3.5e-5) * (EXP(-(w + R(5.0)) / R(4.0)) + EXP((w + R(5.0)) / R(6.0)))));
  const real tau_fcaf =
      R(0.72) * (R(7.0) + R(1.0) / (R(0.04) * (EXP(-(w - R(4.0)) / R(7.0)) + EXP((w - R(4.0)) / R(7.0)))));
  g.fcaf_part = PART(tau_fcaf);
  g.fcafp_part = PART(R(2.5) * tau_fcaf);
  g.fcas_part = PART(R(0.49) * (R(100.0) + R(1.0) / (R(0.00012) * (EXP(-w / R(3.0)) + EXP(w / R(7.0))))));

  g.b_inf = SIGMOID(-(v + R(30.0)) / R(7.0));
  g.b_part = FALL(R(1.068) * (EXP((v + R(16.3)) / R(30.0)) + EXP(-(v + R(16.3)) / R(30.0))));
  g.g_inf = SIGMOID((v + R(61.0)) / R(5.0));
  g.g_part = FALL(R(0.015) * (EXP(-(v + R(71.7)) / R(83.3)) + EXP((v + R(71.7)) / R(15.4))));

  g.xr_inf = SIGMOID(-(v + R(8.337)) / R(6.789));
  g.xrf_part = PART(R(12.98) + R(1.0) / (R(0.3652) * EXP((v - R(14.06)) / R(3.869)) +
                                         R(4.123e-5) * EXP((R(30.18) - v) / R(20.38))));
  g.xrs_part = PART(R(1.865) + R(1.0) / (R(0.06629) * EXP((v - R(17.5)) / R(7.355)) +
                                         R(1.128e-5) * EXP((R(12.54) - v) / R(25.94))));
  g.xs_inf = SIGMOID(-(v + R(11.6)) / R(8.932));
  g.xs1_part = PART(R(817.3) + R(1.0) / (R(2.326e-4) * EXP((v + R(48.28)) / R(17.8)) +
                                         R(0.001292) * EXP(-(v + R(210.0)) / R(230.0))));
  g.xs2_part = FALL(R(0.01) * EXP((v - R(50.0)) / R(20.0)) + R(0.0193) * EXP(-(v + R(66.54)) / R(31.0)));
  g.y_inf = SIGMOID((v + R(87.0)) / R(9.5));
  g.y_part = FALL((EXP(-(v + R(132.0)) / R(10.0)) + EXP((v + R(57.0)) / R(60.0))) / R(2000.0));
  g.xk1_inf = SIGMOID(-(v + R(2.5538) * k->K_o + R(144.59)) / (R(1.5692) * k->K_o + R(3.8115)));
  g.xk1_part = FALL((EXP(-(v + R(127.2)) / R(20.36)) + EXP((v + R(236.8)) / R(69.33))) / R(122.2));
  return g;
#undef FALL
#undef PART
#undef EXP
}

ISO_INLINE trovato_2020_currents trovato_2020_currents_at(const trovato_2020_constants *k, real v) {
  trovato_2020_currents c;
  const real x = v * k->f_rt;
  c.out = iso_x_over_expm1(-x);
  c.out2 = iso_x_over_expm1(R(-2.0) * x);
  c.fcaf = R(0.3) + R(0.6) * SIGMOID((v - R(10.0)) / R(10.0));
  const real fast = SIGMOID((v + R(54.81)) / R(38.21));
  const real Kr = k->g_Kr * SIGMOID((v + R(55.0)) / R(24.0)) * SIGMOID((v - R(10.0)) / R(9.6));
  c.Krf = Kr * fast;
  c.Krs = Kr - Kr * fast;
  c.sus = k->g_sus * SIGMOID((R(12.0) - v) / R(16.0));
  c.K1 = k->g_K1 * SIGMOID((v + R(116.0) - R(5.5) * k->K_o) / R(11.0));
  /* Exchanger: as in the step */
  c.hna = iso_exp(R(0.5224) * x);
  c.wca = R(6.0e4) * iso_exp(R(-0.167) * x);
  const real o = k->Na_o / R(88.12), h9 = c.hna / (c.hna + o * (c.hna + R(1.0))), h8 = o / c.hna * h9;
  c.k3pp = h8 * R(5.0e3);
  c.k3 = h9 * R(6.0e4) + c.k3pp;
  /* Pump */
  c.per_Knai = iso_exp(R(0.155) / R(3.0) * x) / R(9.073);
  const real n = k->Na_o / R(27.78) * iso_exp(R(-1.155) / R(3.0) * x), K = k->K_o / R(0.3582);
  const real n1 = n + R(1.0), K1 = K + R(1.0), per = R(1.0) / (n1 * n1 * n1 + K1 * K1 - R(1.0));
  c.NaK_b2 = R(39.4) * (n * n * n) * per;
  c.NaK_a3 = R(1899.0) * (K * K) * per;
  return c;
#undef SIGMOID
}

/* Fast inward current from {g_Na (V - E_Na), m, and h j of both kinds of channel}. */
ISO_INLINE real trovato_2020_fast(const real f[]) { return f[0] * (f[1] * f[1] * f[1]) * f[2]; }

/* Sodium-calcium exchanger over its strength, of O'Hara and Rudy (2011): a cycle of four states. */
ISO_INLINE real trovato_2020_exchanger(const trovato_2020_constants *k, const trovato_2020_currents *c,
                                       real Na, real Ca) {
  const real n = Na * (R(1.0) / R(88.12)), nh = n * c->hna;
  const real bind = Na * (R(1.0) / R(15.0)) * iso_fma(Na, R(1.0) / R(5.0), R(1.0)) + R(1.0);
  real per_h1 = R(1.0) + n + nh, per_h4 = bind;
  iso_invert2(&per_h1, &per_h4);
  const real k1 = k->NCX_k1, k2 = R(5.0e3), k3 = c->k3, k8 = k->NCX_k8 * c->k3pp;
  const real k4pp = nh * per_h1 * R(5.0e3), k4 = iso_fma(c->wca, per_h1, k4pp);
  const real k6 = per_h4 * Ca * R(1.5e6);
  const real k7 = Na * Na * (R(6.0e4) / R(75.0)) * per_h4 * (nh * per_h1);
  const real x1 = k2 * (k4 * (k7 + k6) + k7 * (k2 + k3));
  const real x2 = k1 * k7 * (k4 + k2) + k4 * k6 * (k1 + k8);
  const real x3 = k1 * k3 * (k7 + k6) + k8 * k6 * (k2 + k3);
  const real x4 = k2 * (k8 * (k4 + k2) + k3 * (k1 + k8));
  const real a = Ca * R(6666.666666666667), a2 = a * a; /* over 0.15 uM */
  const real Na_out = R(3.0) * (x4 * k7 - x1 * k8) + x3 * k4pp - x2 * c->k3pp, Ca_out = x2 * k2 - x1 * k1;
  return iso_fma(R(2.0), Ca_out, Na_out) * a2 / ((x1 + x2 + x3 + x4) * (a2 + R(1.0)));
}

/* Sodium-potassium pump over its strength, of the same paper. */
ISO_INLINE real trovato_2020_pump(const trovato_2020_constants *k, const trovato_2020_currents *c, real Na,
                                  real K) {
  const real n = Na * c->per_Knai, q = K * R(2.0), n1 = n + R(1.0), q1 = q + R(1.0);
  real per = n1 * n1 * n1 + q1 * q1 - R(1.0);
  real per_P = R(1.0) + R(1.0) / R(1.698) + Na * (R(1.0) / R(224.0)) + K * (R(1.0) / R(292.0));
  iso_invert2(&per, &per_P);
  const real a1 = R(949.5) * (n * n * n) * per, a2 = R(687.2), a3 = c->NaK_a3, a4 = k->NaK_a4;
  const real b1 = R(9.12), b2 = c->NaK_b2, b3 = k->NaK_b3 * per_P, b4 = R(40.0) * (q * q) * per;
  const real x1 = a4 * a1 * a2 + b2 * b4 * b3 + a2 * b4 * b3 + b3 * a1 * a2;
  const real x2 = b2 * b1 * b4 + a1 * a2 * a3 + a3 * b1 * b4 + a2 * a3 * b4;
  const real x3 = a2 * a3 * a4 + b3 * b2 * b1 + b2 * b1 * a4 + a3 * a4 * b1;
  const real x4 = b4 * b3 * b2 + a3 * a4 * a1 + b2 * a4 * a1 + b3 * b2 * a1;
  return (R(3.0) * (x1 * a3 - x2 * b3) + R(2.0) * (x4 * b1 - x3 * a1)) / (x1 + x2 + x3 + x4);
}

/* Over 1 / (1 + B K / (K + c)^2 + B' K' / (K' + c)^2), the free part of a change of calcium. */
ISO_INLINE real trovato_2020_free(real c, real K, real BK, real L, real BL) {
  const real a = c + K, b = c + L, a2 = a * a, b2 = b * b;
  return a2 * b2 / (a2 * b2 + BK * b2 + BL * a2);
}

/* Advances one cell; v is where the currents are taken. Returns the ionic current in uA/uF. */
ISO_INLINE real trovato_2020_step(const trovato_2020_constants *k, const trovato_2020_gates *g,
                                  const trovato_2020_currents *c, real v, trovato_2020_state *s,
                                  real fast[]) {
  const real step = k->step, half = k->half_step;
#define RELAX(x, inf, part) s->x = iso_fma(g->part, g->inf - s->x, s->x)
  RELAX(m, m_inf, m_part);
  RELAX(hf, h_inf, hf_part);
  RELAX(hs, h_inf, hs_part);
  RELAX(j, h_inf, j_part);
  RELAX(hsp, hsp_inf, hsp_part);
  RELAX(jp, h_inf, jp_part);
  RELAX(mL, mL_inf, m_part);
  s->hL = iso_fma(k->hL_part, g->hL_inf - s->hL, s->hL);
  s->hLp = iso_fma(k->hLp_part, g->hLp_inf - s->hLp, s->hLp);
  RELAX(a, a_inf, a_part);
  RELAX(i1, i_inf, i1_part);
  RELAX(i2, i_inf, i2_part);
  RELAX(d, d_inf, d_part);
  RELAX(ff, f_inf, ff_part);
  RELAX(fs, f_inf, fs_part);
  RELAX(fcaf, f_inf, fcaf_part);
  RELAX(fcas, f_inf, fcas_part);
  s->jca = iso_fma(k->jca_part, g->f_inf - s->jca, s->jca);
  RELAX(ffp, f_inf, ffp_part);
  RELAX(fcafp, f_inf, fcafp_part);
  RELAX(b, b_inf, b_part);
  RELAX(g, g_inf, g_part);
  RELAX(xrf, xr_inf, xrf_part);
  RELAX(xrs, xr_inf, xrs_part);
  RELAX(xs1, xs_inf, xs1_part);
  RELAX(xs2, xs_inf, xs2_part);
  RELAX(y, y_inf, y_part);
  RELAX(xk1, xk1_inf, xk1_part);
#undef RELAX
  const real Ca_ss = s->Ca_ss, Ca_sl = s->Ca_sl, Ca_i = s->Ca_i;
  const real Na_sl = k->Na_ref + s->Na_sl_shift, Na_ss = k->Na_ref + s->Na_ss_shift;
  const real K_sl = k->K_ref + s->K_sl_shift, K_ss = k->K_ref + s->K_ss_shift;

  /* Calmodulin kinase, active and its part of phosphorylated channels; calcium-dependent mode of ICaL */
  const real over_ss = R(1.0) + R(0.002) / Ca_ss, o2 = over_ss * over_ss;
  const real bound = R(0.05) * (R(1.0) - s->CaMKt) * Ca_ss / (Ca_ss + R(0.0015)), CaMKa = bound + s->CaMKt;
  const real part = CaMKa / (CaMKa + R(0.15));
  s->CaMKt = iso_fma(step, R(0.05) * bound * CaMKa - R(0.00068) * s->CaMKt, s->CaMKt);
  const real n_inf = R(1000.0) * s->jca / iso_fma(s->jca, o2 * o2, R(1000.0));
  s->nca = iso_fma(step, (n_inf - s->nca * s->jca) / iso_fma(half, s->jca, R(1.0)), s->nca);

  /* Differences from the reversal potentials; log(c / c_ref) by its series */
  const real Ks_shift = iso_fma(R(0.01833), s->Na_sl_shift, s->K_sl_shift);
  real per_K = k->K_ref + K_sl, per_Na = k->Na_ref + Na_sl, per_Ks = iso_fma(R(0.01833), per_Na, per_K);
  iso_invert3(&per_K, &per_Na, &per_Ks);
  const real u_K = iso_fma(k->rt_f, iso_log_ratio(s->K_sl_shift * per_K), v - k->E_K_ref);
  const real u_Na = iso_fma(k->rt_f, iso_log_ratio(s->Na_sl_shift * per_Na), v - k->E_Na_ref);
  const real u_Ks = iso_fma(k->rt_f, iso_log_ratio(Ks_shift * per_Ks), v - k->E_Ks_ref);
  const real log_sl = iso_log(Ca_sl);
  const real u_Ca = iso_fma(R(0.5) * k->rt_f, log_sl - k->log_Ca_o, v);

  const real hj = iso_fma(R(0.99), s->hf, R(0.01) * s->hs) * s->j;
  const real hjp = iso_fma(R(0.99), s->hf, R(0.01) * s->hsp) * s->jp;
  fast[0] = k->g_Na * u_Na;
  fast[1] = s->m;
  fast[2] = iso_fma(part, hjp - hj, hj);
  const real I_Na = trovato_2020_fast(fast);
  const real I_NaL = k->g_NaL * u_Na * s->mL * iso_fma(part, s->hLp - s->hL, s->hL);
  const real f = iso_fma(R(0.6), s->ff, R(0.4) * s->fs), fp = iso_fma(R(0.6), s->ffp, R(0.4) * s->fs);
  const real fca = s->jca * iso_fma(c->fcaf, s->fcaf - s->fcas, s->fcas);
  const real fcap = s->jca * iso_fma(c->fcaf, s->fcafp - s->fcas, s->fcas);
  const real open =
      s->d * ((R(1.0) - part) * iso_fma(s->nca, fca - f, f) + R(1.1) * part * iso_fma(s->nca, fcap - fp, fp));
  /* x / (e^x - 1) of influx is that of efflux, -x / (e^-x - 1), less x. */
  const real x = v * k->f_rt, in = c->out - x, in2 = iso_fma(R(-2.0), x, c->out2);
  const real I_CaL = k->P_Ca * open * (c->out2 * Ca_ss - in2 * k->Ca_o);
  const real I_CaNa = k->P_CaNa * open * (c->out * Na_ss - in * k->Na_o);
  const real I_CaK = k->P_CaK * open * (c->out * K_ss - in * k->K_o);
  const real I_CaT = k->g_CaT * s->b * s->g * u_Ca;
  const real y2 = s->y * s->y, I_fNa = k->g_fNa * y2 * u_Na;
  const real KsCa = iso_exp(R(1.4) * (log_sl - R(-10.177924398237888)));
  const real I_Ks = k->g_Ks * (R(1.0) + R(0.6) * KsCa / (R(1.0) + KsCa)) * s->xs1 * s->xs2 * u_Ks;
  const real I_K = (k->g_to * s->a * s->i1 * s->i2 + c->sus + c->Krf * s->xrf + c->Krs * s->xrs +
                    c->K1 * s->xk1 + k->g_fK * y2) *
                       u_K +
                   I_Ks;
  const real I_NaK = k->P_NaK * trovato_2020_pump(k, c, Na_sl, K_sl);
  const real NCX_sl = k->NCX_sl * trovato_2020_exchanger(k, c, Na_sl, Ca_sl);
  const real NCX_ss = k->NCX_ss * trovato_2020_exchanger(k, c, Na_ss, Ca_ss);
  const real I_Nab = k->P_Nab * (c->out * Na_sl - in * k->Na_o);
  const real I_Cab = k->P_Cab * (c->out2 * Ca_sl - in2 * k->Ca_o);
  const real I_pCa = k->g_pCa * Ca_sl / (Ca_sl + R(0.0005));

  const real I = I_Na + I_NaL + I_CaL + I_CaNa + I_CaK + I_CaT + I_K + I_fNa + (NCX_sl + NCX_ss) + I_NaK +
                 I_Nab + I_Cab + I_pCa;

  /* Fluxes of calcium */
  const real diff = (Ca_ss - Ca_sl) * R(5.0), gap = (Ca_sl - Ca_i) * (R(1.0) / R(12.0));
  const real opening = R(1800.0) * Ca_ss;
  const real ip3 =
      k->IP3 * (s->Ca_jsr - Ca_ss) * Ca_ss * (R(1.0) - s->u) / (R(1.0) + Ca_ss * (R(150000.0) / R(16.5)));
  s->u =
      iso_fma(step, (opening - (opening + R(0.21)) * s->u) / iso_fma(half, opening + R(0.21), R(1.0)), s->u);
  const real km = R(0.00028) - R(0.00017) * part, quick = iso_fma(R(0.75), part, R(1.0));
  const real up1 = R(0.0002) * quick * Ca_sl / (Ca_sl + km) - R(7e-5) * s->Ca_nsr;
  const real up2 = R(0.0026) * quick * Ca_i / (Ca_i + km) - R(0.00028) * s->Ca_nsr;
  const real w = CaMKa * (R(1.0) / R(0.28)), w2 = w * w, w4 = w2 * w2, w8 = w4 * w4;
  const real slow = R(1.0) + w8 / (R(1.0) + w8);
  const real to_ss = R(-0.5) * k->mM * R(50.0) * I_CaL + (s->Jrel1 + ip3) * R(0.1) - diff;
  const real to_i = gap * R(0.25) + s->Jrel2 * (R(0.008) / R(0.6)) - up2 * (R(0.04) / R(0.6));
#define RELEASE(J, Ca, in, gain, tau)                                                                        \
  do {                                                                                                       \
    const real q = (Ca), q2 = q * q, q4 = q2 * q2, q8 = q4 * q4;                                             \
    const real inf = (in) > R(0.0) ? (gain)*slow * (in)*q8 / (R(1.0) + q8) : R(0.0);                         \
    const real e = q + R(0.0123);                                                                            \
    s->J = iso_fma(step, (inf - s->J) * e / iso_fma((tau)*slow, q, half * e), s->J);                         \
  } while (0)
  const real Jrel1 = s->Jrel1, Jrel2 = s->Jrel2;
  RELEASE(Jrel1, s->Ca_jsr, to_ss, R(15.0), R(2.0));
  RELEASE(Jrel2, s->Ca_csr, to_i, R(91.0), R(6.0));
#undef RELEASE
  const real tr1 = (s->Ca_nsr - s->Ca_jsr) * (R(1.0) / R(120.0)),
             tr2 = (s->Ca_nsr - s->Ca_csr) * (R(1.0) / R(120.0));

  /* Concentrations */
  const real mM_ss = k->mM * R(50.0), mM_sl = k->mM * (R(1.0) / R(0.15));
  /* From ss to sl, at the middle of the step */
#define DIFFUSE(ss, sl, to_ss, to_sl) (R(5.0) * k->diff_part * iso_fma(half, (to_ss) - (to_sl), (ss) - (sl)))
  const real Na_gap = (s->Na_sl_shift - s->Na_i_shift) * (R(1.0) / R(12.0));
  const real K_gap = (s->K_sl_shift - s->K_i_shift) * (R(1.0) / R(12.0));
  const real Na_ss_rate = -mM_ss * (I_CaNa + R(3.0) * NCX_ss), K_ss_rate = -mM_ss * I_CaK;
  const real Na_sl_rate = -Na_gap - mM_sl * (I_Na + I_NaL + R(3.0) * (NCX_sl + I_NaK) + I_fNa + I_Nab);
  const real K_sl_rate = -K_gap - mM_sl * (I_K - R(2.0) * I_NaK);
  const real Na_diff = DIFFUSE(s->Na_ss_shift, s->Na_sl_shift, Na_ss_rate, Na_sl_rate);
  const real K_diff = DIFFUSE(s->K_ss_shift, s->K_sl_shift, K_ss_rate, K_sl_rate);
#undef DIFFUSE
  s->Na_ss_shift = iso_fma(step, Na_ss_rate - Na_diff, s->Na_ss_shift);
  s->Na_sl_shift = iso_fma(step, iso_fma(R(0.02) / R(0.15), Na_diff, Na_sl_rate), s->Na_sl_shift);
  s->Na_i_shift = iso_fma(step, Na_gap * R(0.25), s->Na_i_shift);
  s->K_ss_shift = iso_fma(step, K_ss_rate - K_diff, s->K_ss_shift);
  s->K_sl_shift = iso_fma(step, iso_fma(R(0.02) / R(0.15), K_diff, K_sl_rate), s->K_sl_shift);
  s->K_i_shift = iso_fma(step, K_gap * R(0.25), s->K_i_shift);

  const real free_ss = trovato_2020_free(Ca_ss, R(0.00087), R(1.737825e-5), R(0.0087), R(0.00415599));
  const real free_sl = trovato_2020_free(Ca_sl, R(0.0005), R(1.75e-6), R(0.00238), R(2.975e-5));
  const real into_ss = (Jrel1 + ip3) * R(0.1) - R(0.5) * mM_ss * (I_CaL - R(2.0) * NCX_ss);
  const real into_sl =
      -gap - up1 * (R(0.04) / R(0.15)) - R(0.5) * mM_sl * (I_pCa + I_Cab + I_CaT - R(2.0) * NCX_sl);
  const real Ca_diff = R(5.0) * iso_fma(half, free_ss * into_ss - free_sl * into_sl, Ca_ss - Ca_sl) /
                       iso_fma(R(5.0) * half, iso_fma(R(0.02) / R(0.15), free_sl, free_ss), R(1.0));
  const real K_csqn = R(0.8), jq = s->Ca_jsr + K_csqn, cq = s->Ca_csr + K_csqn;
  s->Ca_ss = iso_fma(step * (into_ss - Ca_diff), free_ss, Ca_ss);
  s->Ca_sl = iso_fma(step * iso_fma(R(0.02) / R(0.15), Ca_diff, into_sl), free_sl, Ca_sl);
  s->Ca_i =
      iso_fma(step * to_i, trovato_2020_free(Ca_i, R(0.0005), R(1.575e-5), R(0.00238), R(0.00026775)), Ca_i);
  s->Ca_nsr = iso_fma(step, up1 + up2 - R(0.05) * tr1 - R(0.2) * tr2, s->Ca_nsr);
  s->Ca_jsr = iso_fma(step * (tr1 - Jrel1 - ip3), jq * jq / iso_fma(jq, jq, R(0.96)), s->Ca_jsr);
  s->Ca_csr = iso_fma(step * (tr2 - Jrel2), cq * cq / iso_fma(cq, cq, R(2.304)), s->Ca_csr);
  return I;
}

#endif

/* Human atrium of Maleckar, Greenstein, Giles and Trayanova, Am J Physiol Heart Circ Physiol 297:H1398-H1410
 * (2009), doi 10.1152/ajpheart.00411.2009, with what it takes over from Nygren et al., Circ Res 82:63-81
 * (1998), doi 10.1161/01.RES.82.1.63, and the initial state of its CellML encoding in the Physiome Model
 * Repository.
 *
 * Time scheme: gates of V by Rush-Larsen, and the states F1 and F2 of the release channel, which follow
 * calcium, by the implicit midpoint, at the middles of steps. Concentrations live at the ends of steps like
 * Vm, so that all are advanced with quantities of the middle: cytosolic calcium with its four buffers, and
 * calcium of the release compartment with calsequestrin, by the trapezoidal rule linearised, which conserves
 * their sums and is stable where binding is fast (18 / ms); calcium of the subspace by the explicit midpoint
 * rule. The uptake compartment and the slow concentrations, which hardly move in a step, are of first order.
 * Slow concentrations are differences from a reference, and the inactivation of IKur, which takes seconds and
 * stays near 1, is kept as its complement: single precision would round their increments away. */
#ifndef ISO_KERNELS_MODELS_MALECKAR_2009_H
#define ISO_KERNELS_MODELS_MALECKAR_2009_H

#include "kernels/math.h"

#define maleckar_2009_TITLE "Maleckar, Greenstein, Giles and Trayanova 2009, human atrium"
#define maleckar_2009_PAPER                                                                                  \
  "Maleckar MM, Greenstein JL, Giles WR, Trayanova NA. Am J Physiol Heart Circ Physiol 297:H1398-H1410, "    \
  "2009. doi:10.1152/ajpheart.00411.2009"
#define maleckar_2009_VM_REST (-74.031982)
#define maleckar_2009_ACTIVATION (-20.0)
#define maleckar_2009_MAX_STEP 0.2, ISO_SLOW_STEP(0.4)
#define maleckar_2009_NFAST 3
#define maleckar_2009_TABLED 1

#define maleckar_2009_STATES(X)                                                                              \
  X(m, "1", 0.003289, "activation of INa", ISO_FRACTION)                                                     \
  X(h1, "1", 0.877202, "fast inactivation of INa", ISO_FRACTION)                                             \
  X(h2, "1", 0.873881, "slow inactivation of INa", ISO_FRACTION)                                             \
  X(d, "1", 1.4e-5, "activation of ICaL", ISO_FRACTION)                                                      \
  X(f1, "1", 0.998597, "fast inactivation of ICaL", ISO_FRACTION)                                            \
  X(f2, "1", 0.998586, "slow inactivation of ICaL", ISO_FRACTION)                                            \
  X(r, "1", 0.001089, "activation of It", ISO_FRACTION)                                                      \
  X(s, "1", 0.948597, "inactivation of It", ISO_FRACTION)                                                    \
  X(a, "1", 0.000367, "activation of IKur", ISO_FRACTION)                                                    \
  X(i_shut, "1", 0.03271, "inactivated part of IKur, 1 - i", ISO_FRACTION)                                   \
  X(n, "1", 0.004374, "activation of IKs", ISO_FRACTION)                                                     \
  X(pa, "1", 5.3e-5, "activation of IKr", ISO_FRACTION)                                                      \
  X(F1, "1", 0.470055, "inactive precursor of the release channel", ISO_FRACTION)                            \
  X(F2, "1", 0.002814, "activator of the release channel", ISO_FRACTION)                                     \
  X(O_C, "1", 0.026766, "calmodulin that holds calcium", ISO_FRACTION)                                       \
  X(O_TC, "1", 0.012922, "troponin that holds calcium", ISO_FRACTION)                                        \
  X(O_TMgC, "1", 0.190369, "troponin of the magnesium sites that holds calcium", ISO_FRACTION)               \
  X(O_TMgMg, "1", 0.714463, "troponin of the magnesium sites that holds magnesium", ISO_FRACTION)            \
  X(O_Calse, "1", 0.431547, "calsequestrin that holds calcium", ISO_FRACTION)                                \
  X(Ca_i, "mM", 6.5e-5, "cytosolic calcium", ISO_CONCENTRATION)                                              \
  X(Ca_d, "mM", 7.1e-5, "calcium of the subsarcolemmal space", ISO_CONCENTRATION)                            \
  X(Ca_up, "mM", 0.649195, "calcium of the uptake compartment", ISO_CONCENTRATION)                           \
  X(Ca_rel, "mM", 0.632613, "calcium of the release compartment", ISO_CONCENTRATION)                         \
  X(Na_i_shift, "mM", 0, "intracellular sodium above Na_i_ref", ISO_ABOVE(Na_i_ref))                         \
  X(K_i_shift, "mM", 0, "intracellular potassium above K_i_ref", ISO_ABOVE(K_i_ref),                         \
    ISO_CARRIER(0.001 * 50 / (0.005884 * 96487)))                                                            \
  X(Na_c_shift, "mM", 0.022096, "sodium of the cleft above Na_b", ISO_ABOVE(Na_b))                           \
  X(K_c_shift, "mM", 0.160224, "potassium of the cleft above K_b", ISO_ABOVE(K_b))                           \
  X(Ca_c_shift, "mM", 0.015768, "calcium of the cleft above Ca_b", ISO_ABOVE(Ca_b))

#define maleckar_2009_PARAMETERS(X)                                                                          \
  X(P_Na, "nl/s", 0.0018, "fast sodium permeability")                                                        \
  X(g_CaL, "nS", 6.75, "L-type calcium conductance")                                                         \
  X(g_t, "nS", 8.25, "transient outward conductance")                                                        \
  X(g_Kur, "nS", 2.25, "ultrarapid delayed rectifier conductance")                                           \
  X(g_Kr, "nS", 0.5, "rapid delayed rectifier conductance")                                                  \
  X(g_Ks, "nS", 1, "slow delayed rectifier conductance")                                                     \
  X(g_K1, "nS", 3.1, "inward rectifier conductance at 1 mM extracellular potassium")                         \
  X(ACh, "mM", 1e-24, "acetylcholine")                                                                       \
  X(g_bNa, "nS", 0.060599, "background sodium conductance")                                                  \
  X(g_bCa, "nS", 0.078681, "background calcium conductance")                                                 \
  X(I_NaK, "pA", 68.55, "sodium-potassium pump")                                                             \
  X(I_CaP, "pA", 4, "sarcolemmal calcium pump")                                                              \
  X(K_NaCa, "pA/mM4", 0.0374842, "sodium-calcium exchanger")                                                 \
  X(I_up, "pA", 2800, "uptake of the reticulum")                                                             \
  X(alpha_rel, "pA/mM", 200000, "release of the reticulum")                                                  \
  X(Na_b, "mM", 130, "sodium of the bath")                                                                   \
  X(K_b, "mM", 5.4, "potassium of the bath")                                                                 \
  X(Ca_b, "mM", 1.8, "calcium of the bath")                                                                  \
  X(K_i_ref, "mM", 129.485991, "intracellular potassium where K_i_shift is 0")                               \
  X(Na_i_ref, "mM", 8.516766, "intracellular sodium where Na_i_shift is 0")                                  \
  X(Mg_i, "mM", 2.5, "intracellular magnesium")                                                              \
  X(temperature, "K", 306.15, "temperature")                                                                 \
  X(E_CaL, "mV", 60, "apparent reversal potential of ICaL")                                                  \
  X(K_Ca, "mM", 0.025, "subsarcolemmal calcium at which half of ICaL inactivates fast")                      \
  X(K_mK, "mM", 1, "potassium of half activation of the sodium-potassium pump")                              \
  X(K_mNa, "mM", 11, "sodium of half activation of the sodium-potassium pump")                               \
  X(K_CaP, "mM", 0.0002, "calcium of half activation of the calcium pump")                                   \
  X(gamma_NaCa, "1", 0.45, "place of the exchanger's barrier")                                               \
  X(d_NaCa, "1/mM4", 0.0003, "saturation of the exchanger")                                                  \
  X(K_cyca, "mM", 0.0003, "cytosolic calcium of half uptake")                                                \
  X(K_srca, "mM", 0.5, "reticulum calcium of half back flux")                                                \
  X(K_xcs, "1", 0.4, "forward over back reaction of the uptake")                                             \
  X(K_rel_i, "mM", 0.0003, "cytosolic calcium of half activation of release")                                \
  X(K_rel_d, "mM", 0.003, "subsarcolemmal calcium of half activation of release")                            \
  X(r_recov, "1/ms", 0.000815, "recovery of the release channel")                                            \
  X(tau_di, "ms", 10, "time constant of diffusion from subsarcolemmal space to cytosol")                     \
  X(tau_tr, "ms", 10, "time constant of transfer from the uptake to the release compartment")                \
  X(tau_Na, "ms", 14300, "time constant of sodium between cleft and bath")                                   \
  X(tau_K, "ms", 10000, "time constant of potassium between cleft and bath")                                 \
  X(tau_Ca, "ms", 24700, "time constant of calcium between cleft and bath")                                  \
  X(Cm, "pF", 50, "capacitance of the cell")                                                                 \
  X(V_i, "nl", 0.005884, "volume of the cytosol")                                                            \
  X(V_d, "nl", 0.00011768, "volume of the subsarcolemmal space")                                             \
  X(V_c, "nl", 0.000800224, "volume of the cleft")                                                           \
  X(V_up, "nl", 0.0003969, "volume of the uptake compartment")                                               \
  X(V_rel, "nl", 4.41e-5, "volume of the release compartment")

#define maleckar_2009_VARIANTS(X) X(standard, "as published")
#define maleckar_2009_CHANGES_standard(X)

#define maleckar_2009_FARADAY R(96487.0) /* C/mol */
#define maleckar_2009_GAS R(8314.0)      /* mJ/(mol K) */

/* Per mM and ms, 1/ms and mM: binding, release and amount of the buffers, Nygren et al. Table 15 and 16. */
#define maleckar_2009_C_ON R(200.0)
#define maleckar_2009_C_OFF R(0.476)
#define maleckar_2009_C R(0.045)
#define maleckar_2009_TC_ON R(78.4)
#define maleckar_2009_TC_OFF R(0.392)
#define maleckar_2009_TC R(0.08)
#define maleckar_2009_TMg_ON R(200.0)
#define maleckar_2009_TMg_OFF R(0.0066)
#define maleckar_2009_TMg R(0.16)
#define maleckar_2009_Mg_ON R(2.0)
#define maleckar_2009_Mg_OFF R(0.666)
#define maleckar_2009_Calse_ON R(0.48)
#define maleckar_2009_Calse_OFF R(0.4)
#define maleckar_2009_Calse R(31.0)

/* pA / pF is uA/uF; pA, nl and C/mol make mM/s. Release and uptake are per volume of their compartments. */
#define maleckar_2009_CONSTANTS(X)                                                                           \
  X(step, step)                                                                                              \
  X(half_step, R(0.5) * step)                                                                                \
  X(f_rt, maleckar_2009_FARADAY / (maleckar_2009_GAS * p->temperature))                                      \
  X(rt_f, maleckar_2009_GAS * p->temperature / maleckar_2009_FARADAY)                                        \
  X(half_rt_f, R(0.5) * k.rt_f)                                                                              \
  X(P_Na, p->P_Na *maleckar_2009_FARADAY / p->Cm)                                                            \
  X(g_CaL, p->g_CaL / p->Cm)                                                                                 \
  X(g_t, p->g_t / p->Cm)                                                                                     \
  X(g_Kur, p->g_Kur / p->Cm)                                                                                 \
  X(g_Kr, p->g_Kr / p->Cm)                                                                                   \
  X(g_Ks, p->g_Ks / p->Cm)                                                                                   \
  X(g_K1, p->g_K1 / p->Cm * iso_exp(R(0.4457) * iso_log(p->K_b)))                                            \
  X(KACh, R(10.0) / (R(1.0) + R(9.13652) * iso_exp(R(-0.477811) * iso_log(p->ACh))))                         \
  X(g_bNa, p->g_bNa / p->Cm)                                                                                 \
  X(g_bCa, p->g_bCa / p->Cm)                                                                                 \
  X(g_bCa_slope, k.g_bCa *k.half_rt_f)                                                                       \
  X(I_NaK, p->I_NaK / p->Cm)                                                                                 \
  X(I_CaP, p->I_CaP / p->Cm)                                                                                 \
  X(NaCa, p->K_NaCa / p->Cm)                                                                                 \
  X(E_CaL, p->E_CaL)                                                                                         \
  X(K_Ca, p->K_Ca)                                                                                           \
  X(K_mK, p->K_mK)                                                                                           \
  X(K_mNa15, p->K_mNa *iso_sqrt(p->K_mNa))                                                                   \
  X(K_CaP, p->K_CaP)                                                                                         \
  X(gamma_NaCa, p->gamma_NaCa)                                                                               \
  X(d_NaCa, p->d_NaCa)                                                                                       \
  X(E_K_ref, k.rt_f *iso_log(p->K_b / p->K_i_ref))                                                           \
  X(E_Na_ref, k.rt_f *iso_log(p->Na_b / p->Na_i_ref))                                                        \
  X(K_i_ref, p->K_i_ref)                                                                                     \
  X(Na_i_ref, p->Na_i_ref)                                                                                   \
  X(Na_b, p->Na_b)                                                                                           \
  X(K_b, p->K_b)                                                                                             \
  X(Ca_b, p->Ca_b)                                                                                           \
  X(up, R(0.0005) * p->I_up / (p->V_up * maleckar_2009_FARADAY))                                             \
  X(per_cyca, R(1.0) / p->K_cyca)                                                                            \
  X(up_back, p->K_xcs * p->K_xcs / p->K_srca)                                                                \
  X(up_sr, p->K_xcs / p->K_srca)                                                                             \
  X(up_least, R(1.0) + p->K_xcs)                                                                             \
  X(rel, R(0.0005) * p->alpha_rel / (p->V_rel * maleckar_2009_FARADAY))                                      \
  X(K_rel_i, p->K_rel_i)                                                                                     \
  X(K_rel_d, p->K_rel_d)                                                                                     \
  X(r_recov, p->r_recov)                                                                                     \
  X(per_tau_di, R(1.0) / p->tau_di)                                                                          \
  X(per_tau_tr, R(1.0) / p->tau_tr)                                                                          \
  X(per_tau_Na, R(1.0) / p->tau_Na)                                                                          \
  X(per_tau_K, R(1.0) / p->tau_K)                                                                            \
  X(per_tau_Ca, R(1.0) / p->tau_Ca)                                                                          \
  X(Mg_on, maleckar_2009_Mg_ON * p->Mg_i)                                                                    \
  X(per_Mg, R(1.0) / (R(1.0) + k.half_step * (k.Mg_on + maleckar_2009_Mg_OFF)))                              \
  X(mM_i, R(0.001) * p->Cm / (p->V_i * maleckar_2009_FARADAY))                                               \
  X(half_mM_i, R(0.5) * k.mM_i)                                                                              \
  X(half_mM_d, R(0.0005) * p->Cm / (p->V_d * maleckar_2009_FARADAY))                                         \
  X(i_c, p->V_i / p->V_c)                                                                                    \
  X(d_i, p->V_d / p->V_i)                                                                                    \
  X(up_i, p->V_up / p->V_i)                                                                                  \
  X(rel_i, p->V_rel / p->V_i)                                                                                \
  X(rel_up, p->V_rel / p->V_up)

/* Of each gate x: where it goes, and the part of the way it goes in one step, 1 - exp(-step / tau).
 * (clang-format folds this list anew each time.) */
/* clang-format off */
#define maleckar_2009_GATES(X) \
  X(m_inf) X(m_part) X(h_inf) X(h1_part) X(h2_part) X(d_inf) X(d_part) \
  X(f_inf) X(f1_part) X(f2_part) X(r_inf) X(r_part) X(s_inf) X(s_part) \
  X(a_inf) X(a_part) X(i_shut_inf) X(i_part) X(n_inf) X(n_part) X(pa_inf) X(pa_part)
/* clang-format on */

/* Factors of the currents: see the step. */
#define maleckar_2009_CURRENTS(X) X(Na_in) X(Na_out) X(Kr) X(K1) X(KACh) X(NaK) X(NaCa_in) X(NaCa_out)

#define ISO_MODEL maleckar_2009
#include "kernels/model_types.h"

/* 1 / (1 + e^x) */
ISO_INLINE real maleckar_2009_sigmoid(real x) { return R(1.0) / (R(1.0) + iso_exp(x)); }

/* e^-x^2 */
ISO_INLINE real maleckar_2009_bell(real x) { return iso_exp(-x * x); }

ISO_INLINE maleckar_2009_gates maleckar_2009_gates_at(const maleckar_2009_constants *k, real v) {
#define SIGMOID maleckar_2009_sigmoid
#define BELL maleckar_2009_bell
#define PART(tau) -iso_expm1(-k->step / (tau))
  maleckar_2009_gates g;
  g.m_inf = SIGMOID((v + R(27.12)) / R(-8.21));
  g.m_part = PART(R(0.042) * BELL((v + R(25.57)) / R(28.8)) + R(0.024));
  const real slow_h = SIGMOID((v + R(35.1)) / R(3.2));
  g.h_inf = SIGMOID((v + R(63.6)) / R(5.3));
  g.h1_part = PART(R(30.0) * slow_h + R(0.3));
  g.h2_part = PART(R(120.0) * slow_h + R(3.0));
  g.d_inf = SIGMOID((v + R(9.0)) / R(-5.8));
  g.d_part = PART(R(2.7) * BELL((v + R(35.0)) / R(30.0)) + R(2.0));
  g.f_inf = SIGMOID((v + R(27.4)) / R(7.1));
  g.f1_part = PART(R(161.0) * BELL((v + R(40.0)) / R(14.4)) + R(10.0));
  g.f2_part = PART(R(1332.3) * BELL((v + R(40.0)) / R(14.2)) + R(62.6));
  g.r_inf = SIGMOID((v - R(1.0)) / R(-11.0));
  g.r_part = PART(R(3.5) * BELL(v / R(30.0)) + R(1.5));
  g.s_inf = SIGMOID((v + R(40.5)) / R(11.5));
  g.s_part = PART(R(25.635) * BELL((v + R(52.45)) / R(15.8827)) + R(14.14));
  g.a_inf = SIGMOID((v + R(6.0)) / R(-8.6));
  g.a_part = PART(R(9.0) * SIGMOID((v + R(5.0)) / R(12.0)) + R(0.5));
  g.i_shut_inf = SIGMOID((v + R(7.5)) / R(-10.0));
  g.i_part = PART(R(590.0) * SIGMOID((v + R(60.0)) / R(10.0)) + R(3050.0));
  g.n_inf = SIGMOID((v - R(19.9)) / R(-12.7));
  g.n_part = PART(R(400.0) * BELL((v - R(20.0)) / R(20.0)) + R(700.0));
  g.pa_inf = SIGMOID((v + R(15.0)) / R(-6.0));
  g.pa_part = PART(R(217.18) * BELL((v + R(20.1376)) / R(22.1996)) + R(31.18));
  return g;
#undef SIGMOID
#undef BELL
#undef PART
}

ISO_INLINE maleckar_2009_currents maleckar_2009_currents_at(const maleckar_2009_constants *k, real v) {
  maleckar_2009_currents c;
  const real x = v * k->f_rt;
  c.Na_in = k->P_Na * iso_x_over_expm1(x);
  c.Na_out = k->P_Na * iso_x_over_expm1(-x);
  c.Kr = k->g_Kr * maleckar_2009_sigmoid((v + R(55.0)) / R(24.0));
  c.K1 = iso_exp(R(1.5) * (v + R(3.6)) * k->f_rt);
  c.KACh = k->KACh * (R(0.0517) + R(0.4516) * maleckar_2009_sigmoid((v + R(59.53)) / R(17.18)));
  c.NaK = k->I_NaK * (v + R(150.0)) / (v + R(200.0));
  c.NaCa_in = k->NaCa * iso_exp(k->gamma_NaCa * x);
  c.NaCa_out = k->NaCa * iso_exp((k->gamma_NaCa - R(1.0)) * x);
  return c;
}

/* Fast inward current from {P_Na m^-3 h^-1 INa, m, h = 0.9 h1 + 0.1 h2}. */
ISO_INLINE real maleckar_2009_fast(const real f[]) { return f[0] * (f[1] * f[1] * f[1]) * f[2]; }

/* Advances F1 and F2 by one step and returns the open part of the release channel. */
ISO_INLINE real maleckar_2009_release(const maleckar_2009_constants *k, real in_i, real in_d,
                                      maleckar_2009_state *s) {
  const real i2 = in_i * in_i, d2 = in_d * in_d, i4 = i2 * i2;
  const real activation = R(0.2038) * iso_fma(d2, d2, i4), inactivation = iso_fma(R(0.3396), i4, R(0.03396));
  real per_1 = iso_fma(k->half_step, k->r_recov + activation, R(1.0));
  real per_2 = iso_fma(k->half_step, inactivation, R(1.0));
  iso_invert2(&per_1, &per_2);
  const real to_1 = k->r_recov * (R(1.0) - s->F1 - s->F2) - activation * s->F1;
  const real half_1 = k->half_step * to_1 * per_1, F1 = s->F1 + half_1;
  s->F1 = F1 + half_1;
  s->F2 = iso_fma(k->step * per_2, activation * F1 - inactivation * s->F2, s->F2);
  const real open = s->F2 / (s->F2 + R(0.25));
  return open * open;
}

/* Advances the release compartment and calsequestrin by one step and returns Ca_rel of its middle: Ca_rel' =
 * gain - loss Ca_rel - Calse O_Calse', linearised. */
ISO_INLINE real maleckar_2009_reticulum(const maleckar_2009_constants *k, real gain, real loss,
                                        maleckar_2009_state *s) {
  const real on = maleckar_2009_Calse_ON * (R(1.0) - s->O_Calse);
  const real half_bound = k->half_step * (on * s->Ca_rel - maleckar_2009_Calse_OFF * s->O_Calse);
  const real D =
      iso_fma(k->half_step, iso_fma(maleckar_2009_Calse_ON, s->Ca_rel, maleckar_2009_Calse_OFF), R(1.0));
  real per_D = D;
  real per_rel = iso_fma(iso_fma(k->half_step, loss, R(1.0)), D, maleckar_2009_Calse * k->half_step * on);
  iso_invert2(&per_D, &per_rel);
  const real half_change =
      per_rel * (k->half_step * iso_fma(-loss, s->Ca_rel, gain) * D - maleckar_2009_Calse * half_bound);
  const real middle = s->Ca_rel + half_change;
  s->O_Calse = iso_fma(R(2.0) * per_D, iso_fma(k->half_step * on, half_change, half_bound), s->O_Calse);
  s->Ca_rel = middle + half_change;
  return middle;
}

/* Advances cytosolic calcium and its buffers by one step and returns half the change of Ca_i: Ca_i' = flux +
 * slope (Ca_i - Ca_i of the beginning) - the sum of amounts times O', linearised. */
ISO_INLINE real maleckar_2009_cytosol(const maleckar_2009_constants *k, real flux, real slope,
                                      maleckar_2009_state *s) {
  const real half = k->half_step, Ca = s->Ca_i, idle = R(1.0) - s->O_TMgC - s->O_TMgMg;
  const real on_C = maleckar_2009_C_ON * (R(1.0) - s->O_C), on_TC = maleckar_2009_TC_ON * (R(1.0) - s->O_TC);
  const real on_TMg = maleckar_2009_TMg_ON * idle, bind_TMg = maleckar_2009_TMg_ON * Ca;
  /* Half the change of each O is per_O (O_gain + half on_O half_rise). Magnesium's follows from that of TMgC:
   * per_Mg (Mg_gain - half Mg_on half_TMgC). */
  const real gain_C = half * (on_C * Ca - maleckar_2009_C_OFF * s->O_C);
  const real gain_TC = half * (on_TC * Ca - maleckar_2009_TC_OFF * s->O_TC);
  const real gain_Mg = half * (k->Mg_on * idle - maleckar_2009_Mg_OFF * s->O_TMgMg);
  const real gain_TMg =
      half * (on_TMg * Ca - maleckar_2009_TMg_OFF * s->O_TMgC - bind_TMg * (k->per_Mg * gain_Mg));
  const real TMg_alone = R(1.0) - half * k->Mg_on * k->per_Mg;
  real per_C = iso_fma(half, iso_fma(maleckar_2009_C_ON, Ca, maleckar_2009_C_OFF), R(1.0));
  real per_TC = iso_fma(half, iso_fma(maleckar_2009_TC_ON, Ca, maleckar_2009_TC_OFF), R(1.0));
  real per_TMg = iso_fma(half, iso_fma(bind_TMg, TMg_alone, maleckar_2009_TMg_OFF), R(1.0));
  iso_invert3(&per_C, &per_TC, &per_TMg);
  const real held_C = maleckar_2009_C * per_C, held_TC = maleckar_2009_TC * per_TC,
             held_TMg = maleckar_2009_TMg * per_TMg;
  const real taken = iso_fma(held_C, gain_C, iso_fma(held_TC, gain_TC, held_TMg * gain_TMg));
  const real taking = iso_fma(held_C, on_C, iso_fma(held_TC, on_TC, held_TMg * on_TMg));
  const real half_rise = (half * flux - taken) / iso_fma(half, taking - slope, R(1.0));
  const real more = half * half_rise;
  const real half_TMg = per_TMg * iso_fma(on_TMg, more, gain_TMg);
  s->O_C = iso_fma(R(2.0) * per_C, iso_fma(on_C, more, gain_C), s->O_C);
  s->O_TC = iso_fma(R(2.0) * per_TC, iso_fma(on_TC, more, gain_TC), s->O_TC);
  s->O_TMgC = iso_fma(R(2.0), half_TMg, s->O_TMgC);
  s->O_TMgMg = iso_fma(R(2.0) * k->per_Mg, gain_Mg - half * k->Mg_on * half_TMg, s->O_TMgMg);
  s->Ca_i = iso_fma(R(2.0), half_rise, Ca);
  return half_rise;
}

/* Advances one cell; v is where the currents are taken. Returns the ionic current in uA/uF. */
ISO_INLINE real maleckar_2009_step(const maleckar_2009_constants *k, const maleckar_2009_gates *g,
                                   const maleckar_2009_currents *c, real v, maleckar_2009_state *s,
                                   real fast[]) {
#define RELAX(x, inf, part) s->x = iso_fma(g->part, g->inf - s->x, s->x)
  RELAX(m, m_inf, m_part);
  RELAX(h1, h_inf, h1_part);
  RELAX(h2, h_inf, h2_part);
  RELAX(d, d_inf, d_part);
  RELAX(f1, f_inf, f1_part);
  RELAX(f2, f_inf, f2_part);
  RELAX(r, r_inf, r_part);
  RELAX(s, s_inf, s_part);
  RELAX(a, a_inf, a_part);
  RELAX(i_shut, i_shut_inf, i_part);
  RELAX(n, n_inf, n_part);
  RELAX(pa, pa_inf, pa_part);
#undef RELAX
  const real K_i = k->K_i_ref + s->K_i_shift, Na_i = k->Na_i_ref + s->Na_i_shift;
  const real K_c = k->K_b + s->K_c_shift, Na_c = k->Na_b + s->Na_c_shift, Ca_c = k->Ca_b + s->Ca_c_shift;

  /* Differences from the reversal potentials, each of which is that of the references less RT/F times the
   * logarithm of the ratio of ratios. */
  const real K_in = K_i * k->K_b, K_out = K_c * k->K_i_ref, Na_in = Na_i * k->Na_b,
             Na_out = Na_c * k->Na_i_ref;
  real per_K = K_in + K_out, per_Kc = K_c, per_Kb = K_c + k->K_b, per_Cac = Ca_c;
  iso_invert4(&per_K, &per_Kc, &per_Kb, &per_Cac);
  const real K_ratio = K_i * per_Kc, Na_i15 = Na_i * iso_sqrt(Na_i);
  real per_Na = Na_in + Na_out, per_NaK = Na_i15 + k->K_mNa15, per_pump = K_c + k->K_mK;
  real per_K1 = iso_fma(c->K1, K_ratio * iso_sqrt(K_ratio), R(1.0));
  iso_invert4(&per_Na, &per_NaK, &per_pump, &per_K1);
  const real K_shift = s->K_i_shift * k->K_b - s->K_c_shift * k->K_i_ref;
  const real Na_shift = s->Na_i_shift * k->Na_b - s->Na_c_shift * k->Na_i_ref;
  const real u_K = iso_fma(k->rt_f, iso_log_ratio(K_shift * per_K), v - k->E_K_ref);
  const real u_Na = iso_fma(k->rt_f, iso_log_ratio(Na_shift * per_Na), v - k->E_Na_ref);
  const real u_Ca = iso_fma(k->half_rt_f, iso_log(s->Ca_i * per_Cac), v);

  const real Na_i3 = Na_i * Na_i * Na_i, Na_c3 = Na_c * Na_c * Na_c;
  const real up_sum = iso_fma(k->per_cyca, s->Ca_i, iso_fma(k->up_sr, s->Ca_up, k->up_least));
  real per_NaCa = iso_fma(k->d_NaCa, iso_fma(Na_c3, s->Ca_i, Na_i3 * Ca_c), R(1.0)),
       per_CaP = s->Ca_i + k->K_CaP;
  real per_CaL = s->Ca_d + k->K_Ca, per_up = up_sum;
  iso_invert4(&per_NaCa, &per_CaP, &per_CaL, &per_up);
  real in_i = s->Ca_i + k->K_rel_i, in_d = s->Ca_d + k->K_rel_d, per_Ca = s->Ca_i;
  iso_invert3(&in_i, &in_d, &per_Ca);

  fast[0] = c->Na_out * Na_i - c->Na_in * Na_c;
  fast[1] = s->m;
  fast[2] = iso_fma(R(0.9), s->h1, R(0.1) * s->h2);
  const real I_Na = maleckar_2009_fast(fast);
  const real I_bNa = k->g_bNa * u_Na;
  /* K_c^0.4457 over K_b^0.4457 */
  const real rise_K1 = iso_exp(R(0.4457) * iso_log_ratio(s->K_c_shift * per_Kb));
  const real g_K = iso_fma(k->g_t * s->r, s->s, k->g_Kur * s->a * (R(1.0) - s->i_shut)) +
                   iso_fma(c->Kr, s->pa, k->g_Ks * s->n) + k->g_K1 * rise_K1 * per_K1;
  const real I_K = g_K * u_K;
  const real I_KACh = c->KACh * u_K; /* in no balance of potassium, as in the CellML file */
  const real I_NaK = c->NaK * (K_c * per_pump) * (Na_i15 * per_NaK);

  /* ICaL with subsarcolemmal calcium of the middle of the step. */
  const real CaL = k->g_CaL * s->d * (v - k->E_CaL), f_Ca = s->Ca_d * per_CaL;
  const real I_CaL_before = CaL * iso_fma(s->f1 - s->f2, f_Ca, s->f2);
  const real rise_d =
      -k->half_step * iso_fma(k->half_mM_d, I_CaL_before, k->per_tau_di * (s->Ca_d - s->Ca_i));
  const real f_Ca_middle = iso_fma(k->K_Ca * (per_CaL * per_CaL), rise_d, f_Ca);
  const real I_CaL = CaL * iso_fma(s->f1 - s->f2, f_Ca_middle, s->f2);
  const real Ca_d = s->Ca_d + rise_d;

  const real open = k->rel * maleckar_2009_release(k, s->Ca_i * in_i, s->Ca_d * in_d, s);
  const real Ca_rel =
      maleckar_2009_reticulum(k, iso_fma(open, s->Ca_i, k->per_tau_tr * s->Ca_up), open + k->per_tau_tr, s);
  const real release = open * (Ca_rel - s->Ca_i), transfer = k->per_tau_tr * (s->Ca_up - Ca_rel);

  /* What depends on cytosolic calcium, and its slope. */
  const real up = k->up * (k->per_cyca * s->Ca_i - k->up_back * s->Ca_up) * per_up;
  const real up_slope = k->per_cyca * per_up * (k->up - up);
  const real NaCa = (c->NaCa_in * (Na_i3 * Ca_c) - c->NaCa_out * (Na_c3 * s->Ca_i)) * per_NaCa;
  const real NaCa_slope = -Na_c3 * per_NaCa * iso_fma(k->d_NaCa, NaCa, c->NaCa_out);
  const real CaP = k->I_CaP * s->Ca_i * per_CaP, CaP_slope = k->I_CaP * k->K_CaP * (per_CaP * per_CaP);
  const real I_Ca_before = iso_fma(k->g_bCa, u_Ca, CaP),
             I_Ca_slope = iso_fma(k->g_bCa_slope, per_Ca, CaP_slope);
  const real diffusion = k->per_tau_di * (Ca_d - s->Ca_i);
  const real flux = iso_fma(diffusion, k->d_i, iso_fma(release, k->rel_i, -up * k->up_i)) -
                    k->half_mM_i * (I_Ca_before - R(2.0) * NaCa);
  const real slope = -k->half_mM_i * (I_Ca_slope - R(2.0) * NaCa_slope) - k->up_i * up_slope;
  const real rise = maleckar_2009_cytosol(k, flux, slope, s);
  const real I_NaCa = iso_fma(NaCa_slope, rise, NaCa), I_Ca = iso_fma(I_Ca_slope, rise, I_Ca_before);

  s->Ca_d = iso_fma(-k->step, iso_fma(k->half_mM_d, I_CaL, diffusion), s->Ca_d);
  s->Ca_up = iso_fma(k->step, iso_fma(up_slope, rise, up) - transfer * k->rel_up, s->Ca_up);
  const real to_Na = k->mM_i * (I_Na + I_bNa + R(3.0) * (I_NaK + I_NaCa)),
             to_K = k->mM_i * (I_K - R(2.0) * I_NaK);
  const real to_Ca = k->half_mM_i * (I_CaL + I_Ca - R(2.0) * I_NaCa);
  s->Na_i_shift = iso_fma(-k->step, to_Na, s->Na_i_shift);
  s->K_i_shift = iso_fma(-k->step, to_K, s->K_i_shift);
  s->Na_c_shift = iso_fma(k->step, k->i_c * to_Na - k->per_tau_Na * s->Na_c_shift, s->Na_c_shift);
  s->K_c_shift = iso_fma(k->step, k->i_c * to_K - k->per_tau_K * s->K_c_shift, s->K_c_shift);
  s->Ca_c_shift = iso_fma(k->step, k->i_c * to_Ca - k->per_tau_Ca * s->Ca_c_shift, s->Ca_c_shift);
  return I_Na + I_bNa + I_K + I_KACh + I_NaK + I_CaL + I_NaCa + I_Ca;
}

#endif

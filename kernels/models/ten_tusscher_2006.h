/* Human ventricle of ten Tusscher and Panfilov, Am J Physiol Heart Circ Physiol 291:H1088-H1100 (2006),
 * doi 10.1152/ajpheart.00109.2006, with the constants of its CellML encoding in the Physiome Model
 * Repository, and the parameter sets of the paper's Table 2 for other slopes of restitution. Initial states:
 * epi is Table 2 of Niederer et al. 2011 (doi 10.1098/rsta.2011.0139), which the sets have, too; endo and mid
 * are those of the CellML files.
 *
 * Time scheme: gates by Rush-Larsen; fCass and R_prime, whose rates depend on calcium, by the implicit
 * midpoint; concentrations by forward Euler with instantaneous buffers. Calcium is thereby of first order in
 * the step; what Vm sees of it is below 0.05 mV at 0.05 ms. The slow concentrations of potassium and sodium
 * are kept as differences from a reference, because single precision would round their increments (1e-6 mM
 * per step on 137 mM) away. */
#ifndef ISO_KERNELS_MODELS_TEN_TUSSCHER_2006_H
#define ISO_KERNELS_MODELS_TEN_TUSSCHER_2006_H

#include "kernels/math.h"

#define ten_tusscher_2006_TITLE "ten Tusscher and Panfilov 2006, human ventricle"
#define ten_tusscher_2006_PAPER                                                                              \
  "ten Tusscher KHWJ, Panfilov AV. Am J Physiol Heart Circ Physiol 291:H1088-H1100, 2006. "                  \
  "doi:10.1152/ajpheart.00109.2006"
#define ten_tusscher_2006_VM_REST (-85.23)
#define ten_tusscher_2006_ACTIVATION 0.0
#define ten_tusscher_2006_MAX_STEP 0.1, ISO_SLOW_STEP(0.8)
#define ten_tusscher_2006_NFAST 4
#define ten_tusscher_2006_TABLED 1

#define ten_tusscher_2006_STATES(X)                                                                          \
  X(Xr1, "1", 0.00621, "activation of IKr", ISO_FRACTION)                                                    \
  X(Xr2, "1", 0.4712, "inactivation of IKr", ISO_FRACTION)                                                   \
  X(Xs, "1", 0.0095, "activation of IKs", ISO_FRACTION)                                                      \
  X(m, "1", 0.00172, "activation of INa", ISO_FRACTION)                                                      \
  X(h, "1", 0.7444, "fast inactivation of INa", ISO_FRACTION)                                                \
  X(j, "1", 0.7045, "slow inactivation of INa", ISO_FRACTION)                                                \
  X(d, "1", 3.373e-5, "activation of ICaL", ISO_FRACTION)                                                    \
  X(f, "1", 0.7888, "slow voltage inactivation of ICaL", ISO_FRACTION)                                       \
  X(f2, "1", 0.9755, "fast voltage inactivation of ICaL", ISO_FRACTION)                                      \
  X(fCass, "1", 0.9953, "calcium inactivation of ICaL", ISO_FRACTION)                                        \
  X(s, "1", 0.999998, "inactivation of Ito", ISO_FRACTION)                                                   \
  X(r, "1", 2.42e-8, "activation of Ito", ISO_FRACTION)                                                      \
  X(Ca_i, "mM", 0.000126, "cytosolic calcium", ISO_CONCENTRATION)                                            \
  X(Ca_SR, "mM", 3.64, "calcium of the sarcoplasmic reticulum", ISO_CONCENTRATION)                           \
  X(Ca_ss, "mM", 0.00036, "calcium of the dyadic subspace", ISO_CONCENTRATION)                               \
  X(R_prime, "1", 0.9073, "closed fraction of the ryanodine receptor", ISO_FRACTION)                         \
  X(Na_i_shift, "mM", 0, "intracellular sodium above Na_i_ref", ISO_ABOVE(Na_i_ref))                         \
  X(K_i_shift, "mM", 0, "intracellular potassium above K_i_ref", ISO_ABOVE(K_i_ref),                         \
    ISO_CARRIER(0.185 / (0.016404 * 96485.3415)))

#define ten_tusscher_2006_PARAMETERS(X)                                                                      \
  X(g_Na, "mS/uF", 14.838, "fast sodium conductance")                                                        \
  X(g_CaL, "mm3/uF/ms", 3.98e-5, "L-type calcium permeability")                                              \
  X(g_to, "mS/uF", 0.294, "transient outward conductance")                                                   \
  X(g_Kr, "mS/uF", 0.153, "rapid delayed rectifier conductance")                                             \
  X(g_Ks, "mS/uF", 0.392, "slow delayed rectifier conductance")                                              \
  X(g_K1, "mS/uF", 5.405, "inward rectifier conductance")                                                    \
  X(g_pK, "mS/uF", 0.0146, "plateau potassium conductance")                                                  \
  X(g_pCa, "uA/uF", 0.1238, "sarcolemmal calcium pump")                                                      \
  X(g_bNa, "mS/uF", 0.00029, "background sodium conductance")                                                \
  X(g_bCa, "mS/uF", 0.000592, "background calcium conductance")                                              \
  X(P_NaK, "uA/uF", 2.724, "sodium-potassium pump")                                                          \
  X(K_NaCa, "uA/uF", 1000, "sodium-calcium exchanger")                                                       \
  X(K_o, "mM", 5.4, "extracellular potassium")                                                               \
  X(Na_o, "mM", 140, "extracellular sodium")                                                                 \
  X(Ca_o, "mM", 2, "extracellular calcium")                                                                  \
  X(K_i_ref, "mM", 136.89, "intracellular potassium where K_i_shift is 0")                                   \
  X(Na_i_ref, "mM", 8.604, "intracellular sodium where Na_i_shift is 0")                                     \
  X(temperature, "K", 310, "temperature")                                                                    \
  X(s_half, "mV", -20, "half inactivation of Ito")                                                           \
  X(s_tau_peak, "ms", 85, "height of the bell in the time constant of s")                                    \
  X(s_tau_centre, "mV", -45, "its centre")                                                                   \
  X(s_tau_width, "mV2", 320, "its width")                                                                    \
  X(s_tau_step, "ms", 5, "its step at 20 mV")                                                                \
  X(s_tau_floor, "ms", 3, "its floor")                                                                       \
  X(P_kna, "1", 0.03, "sodium permeability of IKs relative to potassium")                                    \
  X(K_mK, "mM", 1, "potassium of half activation of the sodium-potassium pump")                              \
  X(K_mNa, "mM", 40, "sodium of half activation of the sodium-potassium pump")                               \
  X(gamma_NaCa, "1", 0.35, "place of the exchanger's barrier")                                               \
  X(K_mCa, "mM", 1.38, "calcium of half saturation of the exchanger")                                        \
  X(K_mNai, "mM", 87.5, "sodium of half saturation of the exchanger")                                        \
  X(k_sat, "1", 0.1, "saturation of the exchanger at negative V")                                            \
  X(alpha_NaCa, "1", 2.5, "outward part of the exchanger")                                                   \
  X(K_pCa, "mM", 0.0005, "calcium of half activation of the calcium pump")                                   \
  X(V_leak, "1/ms", 0.00036, "leak of the reticulum")                                                        \
  X(Vmax_up, "mM/ms", 0.006375, "uptake of the reticulum")                                                   \
  X(K_up, "mM", 0.00025, "calcium of half uptake")                                                           \
  X(V_rel, "1/ms", 0.102, "release of the reticulum")                                                        \
  X(V_xfer, "1/ms", 0.0038, "diffusion from subspace to cytosol")                                            \
  X(k1_prime, "1/mM2/ms", 0.15, "opening of the ryanodine receptor")                                         \
  X(k2_prime, "1/mM/ms", 0.045, "its closing by calcium")                                                    \
  X(k3, "1/ms", 0.06, "its closing")                                                                         \
  X(k4, "1/ms", 0.005, "its recovery")                                                                       \
  X(EC, "mM", 1.5, "reticulum calcium of half effect on the receptor")                                       \
  X(max_sr, "1", 2.5, "largest effect of the reticulum's calcium")                                           \
  X(min_sr, "1", 1, "smallest effect of the reticulum's calcium")                                            \
  X(Buf_c, "mM", 0.2, "cytosolic buffer")                                                                    \
  X(K_buf_c, "mM", 0.001, "its dissociation constant")                                                       \
  X(Buf_sr, "mM", 10, "buffer of the reticulum")                                                             \
  X(K_buf_sr, "mM", 0.3, "its dissociation constant")                                                        \
  X(Buf_ss, "mM", 0.4, "buffer of the subspace")                                                             \
  X(K_buf_ss, "mM", 0.00025, "its dissociation constant")                                                    \
  X(Cm, "nF", 0.185, "capacitance of the cell")                                                              \
  X(V_c, "nl", 0.016404, "volume of the cytosol")                                                            \
  X(V_sr, "nl", 0.001094, "volume of the reticulum")                                                         \
  X(V_ss, "nl", 0.00005468, "volume of the subspace")                                                        \
  X(f_tau_above_0, "1", 1, "what the time constant of f is times above 0 mV")

#define ten_tusscher_2006_VARIANTS(X)                                                                        \
  X(epi, "epicardium")                                                                                       \
  X(endo, "endocardium")                                                                                     \
  X(mid, "midmyocardium (M cell)")                                                                           \
  X(slope_0_7, "epicardium, restitution set of slope 0.7")                                                   \
  X(slope_1_4, "epicardium, restitution set of slope 1.4")                                                   \
  X(slope_1_8, "epicardium, restitution set of slope 1.8")
#define ten_tusscher_2006_CHANGES_epi(X)
/* Of the paper's Table 2, where epi is the set of slope 1.1. */
#define ten_tusscher_2006_CHANGES_slope_0_7(X)                                                               \
  X(g_Kr, 0.134)                                                                                             \
  X(g_Ks, 0.270)                                                                                             \
  X(g_pCa, 0.0619)                                                                                           \
  X(g_pK, 0.0730)                                                                                            \
  X(f_tau_above_0, 0.6)
#define ten_tusscher_2006_CHANGES_slope_1_4(X)                                                               \
  X(g_Kr, 0.172)                                                                                             \
  X(g_Ks, 0.441)                                                                                             \
  X(g_pCa, 0.3714)                                                                                           \
  X(g_pK, 0.0073)                                                                                            \
  X(f_tau_above_0, 1.5)
#define ten_tusscher_2006_CHANGES_slope_1_8(X)                                                               \
  X(g_Kr, 0.172)                                                                                             \
  X(g_Ks, 0.441)                                                                                             \
  X(g_pCa, 0.8666)                                                                                           \
  X(g_pK, 0.00219)                                                                                           \
  X(f_tau_above_0, 2)
#define ten_tusscher_2006_CHANGES_endo(X)                                                                    \
  X(g_to, 0.073)                                                                                             \
  X(s_half, -28)                                                                                             \
  X(s_tau_peak, 1000)                                                                                        \
  X(s_tau_centre, -67)                                                                                       \
  X(s_tau_width, 1000)                                                                                       \
  X(s_tau_step, 0)                                                                                           \
  X(s_tau_floor, 8)                                                                                          \
  X(vm, -86.709)                                                                                             \
  X(Xr1, 0.00448)                                                                                            \
  X(Xr2, 0.476)                                                                                              \
  X(Xs, 0.0087)                                                                                              \
  X(m, 0.00155)                                                                                              \
  X(h, 0.7573)                                                                                               \
  X(j, 0.7225)                                                                                               \
  X(d, 3.164e-5)                                                                                             \
  X(f, 0.8009)                                                                                               \
  X(f2, 0.9778)                                                                                              \
  X(fCass, 0.9953)                                                                                           \
  X(s, 0.3212)                                                                                               \
  X(r, 2.235e-8)                                                                                             \
  X(Ca_i, 0.00013)                                                                                           \
  X(Ca_SR, 3.715)                                                                                            \
  X(Ca_ss, 0.00036)                                                                                          \
  X(R_prime, 0.9068)                                                                                         \
  X(Na_i_ref, 10.355)                                                                                        \
  X(K_i_ref, 138.4)
#define ten_tusscher_2006_CHANGES_mid(X)                                                                     \
  X(g_Ks, 0.098)                                                                                             \
  X(vm, -85.423)                                                                                             \
  X(Xr1, 0.0165)                                                                                             \
  X(Xr2, 0.473)                                                                                              \
  X(Xs, 0.0174)                                                                                              \
  X(m, 0.00165)                                                                                              \
  X(h, 0.749)                                                                                                \
  X(j, 0.6788)                                                                                               \
  X(d, 3.288e-5)                                                                                             \
  X(f, 0.7026)                                                                                               \
  X(f2, 0.9526)                                                                                              \
  X(fCass, 0.9942)                                                                                           \
  X(s, 0.999998)                                                                                             \
  X(r, 2.347e-8)                                                                                             \
  X(Ca_i, 0.000153)                                                                                          \
  X(Ca_SR, 4.272)                                                                                            \
  X(Ca_ss, 0.00042)                                                                                          \
  X(R_prime, 0.8978)                                                                                         \
  X(Na_i_ref, 10.132)                                                                                        \
  X(K_i_ref, 138.52)

#define ten_tusscher_2006_FARADAY R(96485.3415) /* C/mol */
#define ten_tusscher_2006_GAS R(8314.472)       /* mJ/(mol K) */

/* f is F / RT; nF and nl make Cm / (V F) mM/ms per uA/uF. */
#define ten_tusscher_2006_CONSTANTS(X)                                                                       \
  X(step, step)                                                                                              \
  X(f_rt, ten_tusscher_2006_FARADAY / (ten_tusscher_2006_GAS * p->temperature))                              \
  X(rt_f, ten_tusscher_2006_GAS * p->temperature / ten_tusscher_2006_FARADAY)                                \
  X(half_rt_f, R(0.5) * k.rt_f)                                                                              \
  X(g_Na, p->g_Na)                                                                                           \
  X(g_to, p->g_to)                                                                                           \
  X(g_Kr, p->g_Kr *iso_sqrt(p->K_o / R(5.4)))                                                                \
  X(g_Ks, p->g_Ks)                                                                                           \
  X(g_K1, p->g_K1 *iso_sqrt(p->K_o / R(5.4)) * R(0.1))                                                       \
  X(g_pK, p->g_pK)                                                                                           \
  X(g_pCa, p->g_pCa)                                                                                         \
  X(g_bNa, p->g_bNa)                                                                                         \
  X(g_bCa, p->g_bCa)                                                                                         \
  X(CaL, R(2.0) * ten_tusscher_2006_FARADAY * p->g_CaL)                                                      \
  X(Ca_o, p->Ca_o)                                                                                           \
  X(NaK, p->P_NaK * p->K_o / (p->K_o + p->K_mK))                                                             \
  X(NaCa,                                                                                                    \
    p->K_NaCa / ((p->K_mNai * p->K_mNai * p->K_mNai + p->Na_o * p->Na_o * p->Na_o) * (p->K_mCa + p->Ca_o)))  \
  X(NaCa_out, p->Na_o * p->Na_o * p->Na_o * p->alpha_NaCa)                                                   \
  X(gamma_NaCa, p->gamma_NaCa)                                                                               \
  X(k_sat, p->k_sat)                                                                                         \
  X(K_mNa, p->K_mNa)                                                                                         \
  X(K_pCa, p->K_pCa)                                                                                         \
  X(P_kna, p->P_kna)                                                                                         \
  X(E_K_ref, k.rt_f *iso_log(p->K_o / p->K_i_ref))                                                           \
  X(E_Na_ref, k.rt_f *iso_log(p->Na_o / p->Na_i_ref))                                                        \
  X(E_Ks_ref, k.rt_f *iso_log((p->K_o + p->P_kna * p->Na_o) / (p->K_i_ref + p->P_kna * p->Na_i_ref)))        \
  X(log_Ca_o, iso_log(p->Ca_o))                                                                              \
  X(K_i_ref, p->K_i_ref)                                                                                     \
  X(Na_i_ref, p->Na_i_ref)                                                                                   \
  X(s_half, p->s_half)                                                                                       \
  X(s_tau_peak, p->s_tau_peak)                                                                               \
  X(s_tau_centre, p->s_tau_centre)                                                                           \
  X(s_tau_width, R(1.0) / p->s_tau_width)                                                                    \
  X(s_tau_step, p->s_tau_step)                                                                               \
  X(s_tau_floor, p->s_tau_floor)                                                                             \
  X(V_leak, p->V_leak)                                                                                       \
  X(Vmax_up, p->Vmax_up)                                                                                     \
  X(K_up2, p->K_up * p->K_up)                                                                                \
  X(V_rel, p->V_rel)                                                                                         \
  X(V_xfer, p->V_xfer)                                                                                       \
  X(k1_prime, p->k1_prime)                                                                                   \
  X(k2_prime, p->k2_prime)                                                                                   \
  X(k3, p->k3)                                                                                               \
  X(k4, p->k4)                                                                                               \
  X(EC2, p->EC * p->EC)                                                                                      \
  X(max_EC2, p->max_sr * p->EC * p->EC)                                                                      \
  X(min_sr, p->min_sr)                                                                                       \
  X(K_buf_c, p->K_buf_c)                                                                                     \
  X(K_buf_sr, p->K_buf_sr)                                                                                   \
  X(K_buf_ss, p->K_buf_ss)                                                                                   \
  X(KB_c, p->Buf_c * p->K_buf_c)                                                                             \
  X(KB_sr, p->Buf_sr * p->K_buf_sr)                                                                          \
  X(KB_ss, p->Buf_ss * p->K_buf_ss)                                                                          \
  X(mM_c, p->Cm / (p->V_c * ten_tusscher_2006_FARADAY))                                                      \
  X(mM_ss, p->Cm / (R(2.0) * p->V_ss * ten_tusscher_2006_FARADAY))                                           \
  X(sr_c, p->V_sr / p->V_c)                                                                                  \
  X(sr_ss, p->V_sr / p->V_ss)                                                                                \
  X(c_ss, p->V_c / p->V_ss)                                                                                  \
  X(f_tau_above_0, p->f_tau_above_0)

/* Of each gate x: where it goes, and the part of the way it goes in one step, 1 - exp(-step / tau).
 * (clang-format folds this list anew each time.) */
/* clang-format off */
#define ten_tusscher_2006_GATES(X) \
  X(Xr1_inf) X(Xr1_part) X(Xr2_inf) X(Xr2_part) X(Xs_inf) X(Xs_part) \
  X(m_inf) X(m_part) X(hj_inf) X(h_part) X(j_part) X(d_inf) \
  X(d_part) X(f_inf) X(f_part) X(f2_inf) X(f2_part) X(s_inf) \
  X(s_part) X(r_inf) X(r_part)
/* clang-format on */

/* Factors of the currents: see the step. */
#define ten_tusscher_2006_CURRENTS(X) X(CaL_out) X(CaL_in) X(NaCa_in) X(NaCa_out) X(NaK) X(pK)

#define ISO_MODEL ten_tusscher_2006
#include "kernels/model_types.h"

/* 1 / (1 + e^x) */
ISO_INLINE real ten_tusscher_2006_sigmoid(real x) { return R(1.0) / (R(1.0) + iso_exp(x)); }

ISO_INLINE ten_tusscher_2006_gates ten_tusscher_2006_gates_at(const ten_tusscher_2006_constants *k, real v) {
#define SIGMOID ten_tusscher_2006_sigmoid
#define BELL(centre, width) iso_exp(-(v - (centre)) * (v - (centre)) * (width))
#define PART(tau) -iso_expm1(-k->step / (tau))
  ten_tusscher_2006_gates g;
  const int low = v < R(-40.0);

  g.m_inf = SIGMOID((R(-56.86) - v) / R(9.03));
  g.m_inf = g.m_inf * g.m_inf;
  g.m_part = PART(SIGMOID((R(-60.0) - v) / R(5.0)) *
                  (R(0.1) * SIGMOID((v + R(35.0)) / R(5.0)) + R(0.1) * SIGMOID((v - R(50.0)) / R(200.0))));
  g.hj_inf = SIGMOID((v + R(71.55)) / R(7.43));
  g.hj_inf = g.hj_inf * g.hj_inf;
  const real h_low = R(0.057) * iso_exp(-(v + R(80.0)) / R(6.8)) + R(2.7) * iso_exp(R(0.079) * v) +
                     R(3.1e5) * iso_exp(R(0.3485) * v);
  const real h_high = R(0.77) / R(0.13) * SIGMOID(-(v + R(10.66)) / R(11.1));
  g.h_part = -iso_expm1(-k->step * (low ? h_low : h_high));
  const real j_low = (R(-2.5428e4) * iso_exp(R(0.2444) * v) - R(6.948e-6) * iso_exp(R(-0.04391) * v)) *
                         (v + R(37.78)) * SIGMOID(R(0.311) * (v + R(79.23))) +
                     R(0.02424) * iso_exp(R(-0.01052) * v) * SIGMOID(R(-0.1378) * (v + R(40.14)));
  const real j_high = R(0.6) * iso_exp(R(0.057) * v) * SIGMOID(R(-0.1) * (v + R(32.0)));
  g.j_part = -iso_expm1(-k->step * (low ? j_low : j_high));

  g.Xr1_inf = SIGMOID((R(-26.0) - v) / R(7.0));
  g.Xr1_part = PART(R(450.0) * SIGMOID((R(-45.0) - v) / R(10.0)) * R(6.0) * SIGMOID((v + R(30.0)) / R(11.5)));
  g.Xr2_inf = SIGMOID((v + R(88.0)) / R(24.0));
  g.Xr2_part = PART(R(3.0) * SIGMOID((R(-60.0) - v) / R(20.0)) * R(1.12) * SIGMOID((v - R(60.0)) / R(20.0)));
  g.Xs_inf = SIGMOID((R(-5.0) - v) / R(14.0));
  g.Xs_part =
      PART(R(1400.0) * iso_sqrt(SIGMOID((R(5.0) - v) / R(6.0))) * SIGMOID((v - R(35.0)) / R(15.0)) + R(80.0));

  g.d_inf = SIGMOID((R(-8.0) - v) / R(7.5));
  g.d_part =
      PART((R(1.4) * SIGMOID((R(-35.0) - v) / R(13.0)) + R(0.25)) * R(1.4) * SIGMOID((v + R(5.0)) / R(5.0)) +
           SIGMOID((R(50.0) - v) / R(20.0)));
  g.f_inf = SIGMOID((v + R(20.0)) / R(7.0));
  const real f_tau = R(1102.5) * BELL(R(-27.0), R(1.0) / R(225.0)) +
                     R(200.0) * SIGMOID((R(13.0) - v) / R(10.0)) +
                     R(180.0) * SIGMOID((v + R(30.0)) / R(10.0)) + R(20.0);
  g.f_part = PART(f_tau * (v > R(0.0) ? k->f_tau_above_0 : R(1.0)));
  g.f2_inf = R(0.67) * SIGMOID((v + R(35.0)) / R(7.0)) + R(0.33);
  g.f2_part = PART(R(562.0) * BELL(R(-27.0), R(1.0) / R(240.0)) + R(31.0) * SIGMOID((R(25.0) - v) / R(10.0)) +
                   R(80.0) * SIGMOID((v + R(30.0)) / R(10.0)));

  g.s_inf = SIGMOID((v - k->s_half) / R(5.0));
  g.s_part = PART(k->s_tau_peak * BELL(k->s_tau_centre, k->s_tau_width) +
                  k->s_tau_step * SIGMOID((v - R(20.0)) / R(5.0)) + k->s_tau_floor);
  g.r_inf = SIGMOID((R(20.0) - v) / R(6.0));
  g.r_part = PART(R(9.5) * BELL(R(-40.0), R(1.0) / R(1800.0)) + R(0.8));
  return g;
#undef SIGMOID
#undef BELL
#undef PART
}

ISO_INLINE ten_tusscher_2006_currents ten_tusscher_2006_currents_at(const ten_tusscher_2006_constants *k,
                                                                    real v) {
  ten_tusscher_2006_currents c;
  const real x = R(2.0) * (v - R(15.0)) * k->f_rt;
  c.CaL_in = k->CaL * k->Ca_o * iso_x_over_expm1(x);
  c.CaL_out = k->CaL * R(0.25) * iso_x_over_expm1(-x);
  const real in = iso_exp(k->gamma_NaCa * v * k->f_rt), out = iso_exp((k->gamma_NaCa - R(1.0)) * v * k->f_rt);
  const real scale = k->NaCa / (R(1.0) + k->k_sat * out);
  c.NaCa_in = scale * in * k->Ca_o;
  c.NaCa_out = scale * out * k->NaCa_out;
  c.NaK = k->NaK / (R(1.0) + R(0.1245) * iso_exp(R(-0.1) * v * k->f_rt) + R(0.0353) * iso_exp(-v * k->f_rt));
  c.pK = k->g_pK * ten_tusscher_2006_sigmoid((R(25.0) - v) / R(5.98));
  return c;
}

/* Fast inward current from {g_Na (V - E_Na), m, h, j}. */
ISO_INLINE real ten_tusscher_2006_fast(const real f[]) { return f[0] * (f[1] * f[1] * f[1]) * (f[2] * f[3]); }

/* Inward rectifier over g_K1 / 10, at u = V - E_K: 10 u alpha / (alpha + beta). Its exponents 0.06 u, 0.1 u
 * and -0.5 u are multiples of 0.02 u; the fourth, 0.0002 (u + 100), is small, and a polynomial of degree 6
 * gives it to 1e-13. Beyond 140 mV the ratio, by then 1e-6, is held. */
ISO_INLINE real ten_tusscher_2006_rectifier(real u) {
  const real held = u < R(140.0) ? u : R(140.0);
  const real y = iso_exp(R(0.02) * held);
  const real y2 = y * y, y3 = y2 * y, y5 = y3 * y2, y10 = y5 * y5, y25 = y10 * y10 * y5;
  const real z = R(0.0002) * (held + R(100.0));
  real slow = iso_fma(z, R(1.0) / R(720.0), R(1.0) / R(120.0));
  slow = iso_fma(slow, z, R(1.0) / R(24.0));
  slow = iso_fma(slow, z, R(1.0) / R(6.0));
  slow = iso_fma(slow, z, R(0.5));
  slow = iso_fma(slow, z, R(1.0));
  slow = iso_fma(slow, z, R(1.0));
  /* alpha = 0.1 / (1 + e^-12 y^3), beta = (3 slow + e^-1 y^5) / (1 + y^-25) */
  const real open = iso_fma(R(0.1), y25, R(0.1));
  const real shut =
      iso_fma(R(3.0), slow, R(0.36787944117144233) * y5) * y25 * iso_fma(R(6.14421235332821e-06), y3, R(1.0));
  return u * (R(10.0) * open) / (open + shut);
}

/* Advances one cell; v is where the currents are taken. Returns the ionic current in uA/uF. */
ISO_INLINE real ten_tusscher_2006_step(const ten_tusscher_2006_constants *k, const ten_tusscher_2006_gates *g,
                                       const ten_tusscher_2006_currents *c, real v,
                                       ten_tusscher_2006_state *s, real fast[]) {
#define RELAX(x, inf, part) s->x = iso_fma(g->part, g->inf - s->x, s->x)
  RELAX(Xr1, Xr1_inf, Xr1_part);
  RELAX(Xr2, Xr2_inf, Xr2_part);
  RELAX(Xs, Xs_inf, Xs_part);
  RELAX(m, m_inf, m_part);
  RELAX(h, hj_inf, h_part);
  RELAX(j, hj_inf, j_part);
  RELAX(d, d_inf, d_part);
  RELAX(f, f_inf, f_part);
  RELAX(f2, f2_inf, f2_part);
  RELAX(s, s_inf, s_part);
  RELAX(r, r_inf, r_part);
#undef RELAX
  /* With D = 0.05^2 + Ca_ss^2, fCass goes to (0.6 0.05^2 + 0.4 D) / D with the time constant (80 0.05^2 + 2
   * D) / D. Receptor: R_prime' = k4 - (k2 Ca_ss + k4) R_prime with k2 = k2_prime n / e; k1 = k1_prime e / n.
   */
  const real Ca_ss2 = s->Ca_ss * s->Ca_ss, D = Ca_ss2 + R(0.0025), half_step = R(0.5) * k->step;
  const real Ca_SR2 = s->Ca_SR * s->Ca_SR;
  const real n = iso_fma(k->min_sr, Ca_SR2, k->max_EC2), e = Ca_SR2 + k->EC2;
  const real loss = iso_fma(k->k2_prime * n, s->Ca_ss, k->k4 * e), opening = k->k1_prime * e * Ca_ss2;
  real per_fCass = iso_fma(R(2.0) + half_step, D, R(0.2));
  real per_R = iso_fma(half_step, loss, e), per_open = iso_fma(k->k3, n, opening);
  iso_invert3(&per_fCass, &per_R, &per_open);
  s->fCass = iso_fma(k->step * per_fCass, iso_fma(R(0.4) - s->fCass, D, R(0.0015)), s->fCass);
  s->R_prime = iso_fma(k->step * per_R, iso_fma(-loss, s->R_prime, k->k4 * e), s->R_prime);
  const real open = opening * s->R_prime * per_open;

  /* Differences from the reversal potentials, each of which is that of the reference less RT/F log(c /
   * c_ref). */
  const real K_i = k->K_i_ref + s->K_i_shift, Na_i = k->Na_i_ref + s->Na_i_shift;
  const real Ks_shift = iso_fma(k->P_kna, s->Na_i_shift, s->K_i_shift);
  real per_K = k->K_i_ref + K_i, per_Na = k->Na_i_ref + Na_i;
  real per_Ks = iso_fma(k->P_kna, per_Na, per_K), per_NaK = Na_i + k->K_mNa;
  iso_invert4(&per_K, &per_Na, &per_Ks, &per_NaK);
  const real u_K = iso_fma(k->rt_f, iso_log_ratio(s->K_i_shift * per_K), v - k->E_K_ref);
  const real u_Na = iso_fma(k->rt_f, iso_log_ratio(s->Na_i_shift * per_Na), v - k->E_Na_ref);
  const real u_Ks = iso_fma(k->rt_f, iso_log_ratio(Ks_shift * per_Ks), v - k->E_Ks_ref);
  const real u_Ca = iso_fma(k->half_rt_f, iso_log(s->Ca_i) - k->log_Ca_o, v);

  fast[0] = k->g_Na * u_Na;
  fast[1] = s->m;
  fast[2] = s->h;
  fast[3] = s->j;
  const real I_Na = ten_tusscher_2006_fast(fast);
  const real I_bNa = k->g_bNa * u_Na;
  const real I_K = k->g_K1 * ten_tusscher_2006_rectifier(u_K) +
                   iso_fma(k->g_to * s->r, s->s, iso_fma(k->g_Kr * s->Xr1, s->Xr2, c->pK)) * u_K +
                   k->g_Ks * (s->Xs * s->Xs) * u_Ks;
  const real I_CaL = s->d * s->f * (s->f2 * s->fCass) * iso_fma(c->CaL_out, s->Ca_ss, -c->CaL_in);
  const real I_NaK = c->NaK * Na_i * per_NaK;
  const real I_NaCa = c->NaCa_in * (Na_i * Na_i * Na_i) - c->NaCa_out * s->Ca_i;
  const real Ca_i2 = s->Ca_i * s->Ca_i;
  real per_pump = s->Ca_i + k->K_pCa, per_uptake = Ca_i2 + k->K_up2;
  iso_invert2(&per_pump, &per_uptake);
  const real I_pCa = k->g_pCa * s->Ca_i * per_pump;
  const real I_bCa = k->g_bCa * u_Ca;

  const real uptake = k->Vmax_up * Ca_i2 * per_uptake;
  const real leak = k->V_leak * (s->Ca_SR - s->Ca_i);
  const real release = k->V_rel * open * (s->Ca_SR - s->Ca_ss);
  const real transfer = k->V_xfer * (s->Ca_ss - s->Ca_i);
  const real to_i =
      (leak - uptake) * k->sr_c + transfer - R(0.5) * k->mM_c * (I_bCa + I_pCa - R(2.0) * I_NaCa);
  const real to_SR = uptake - release - leak;
  const real to_ss = release * k->sr_ss - transfer * k->c_ss - k->mM_ss * I_CaL;
  /* Instantaneous buffers leave the part (c + K)^2 / ((c + K)^2 + K B) of a change of total calcium free. */
  const real a_c = s->Ca_i + k->K_buf_c, a_SR = s->Ca_SR + k->K_buf_sr, a_ss = s->Ca_ss + k->K_buf_ss;
  const real a_c2 = a_c * a_c, a_SR2 = a_SR * a_SR, a_ss2 = a_ss * a_ss;
  real free_c = a_c2 + k->KB_c, free_SR = a_SR2 + k->KB_sr, free_ss = a_ss2 + k->KB_ss;
  iso_invert3(&free_c, &free_SR, &free_ss);
  s->Ca_i = iso_fma(k->step * to_i, a_c2 * free_c, s->Ca_i);
  s->Ca_SR = iso_fma(k->step * to_SR, a_SR2 * free_SR, s->Ca_SR);
  s->Ca_ss = iso_fma(k->step * to_ss, a_ss2 * free_ss, s->Ca_ss);
  const real mM = k->step * k->mM_c;
  s->Na_i_shift = iso_fma(-mM, I_Na + I_bNa + R(3.0) * (I_NaK + I_NaCa), s->Na_i_shift);
  s->K_i_shift = iso_fma(-mM, I_K - R(2.0) * I_NaK, s->K_i_shift);
  return I_Na + I_bNa + I_K + I_CaL + I_NaK + I_NaCa + I_pCa + I_bCa;
}

#endif

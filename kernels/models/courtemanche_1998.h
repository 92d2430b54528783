/* Human atrium of Courtemanche, Ramirez and Nattel, Am J Physiol 275:H301-H321 (1998),
 * doi 10.1152/ajpheart.1998.275.1.H301, with the constants and the initial state of its CellML encoding in
 * the Physiome Model Repository, which has more digits than the paper and the sign of beta_ui that the
 * paper's figure shows.
 *
 * Time scheme: gates of V by Rush-Larsen, f_Ca too, at the middles of steps. Concentrations and the release
 * gates u and v live at the ends of steps like Vm, so that all are advanced with quantities of the middle:
 * cytosolic calcium by the explicit midpoint rule, that of the release compartment by the trapezoidal rule
 * linearised (stable whatever the release), u by Rush-Larsen, v by the implicit midpoint; buffers are
 * instantaneous. First order are the uptake compartment and the slow concentrations, which hardly move in a
 * step, and the beginning and end of release: Fn passes its half activation within 0.01 ms, so that u turns
 * at an end of a step. Slow concentrations of potassium and sodium are differences from a reference, and ui,
 * which recovers within seconds to nearly 1, is kept as its complement: single precision would round their
 * increments away.
 */
#ifndef ISO_KERNELS_MODELS_COURTEMANCHE_1998_H
#define ISO_KERNELS_MODELS_COURTEMANCHE_1998_H

#include "kernels/math.h"

#define courtemanche_1998_TITLE "Courtemanche, Ramirez and Nattel 1998, human atrium"
#define courtemanche_1998_PAPER                                                                              \
  "Courtemanche M, Ramirez RJ, Nattel S. Am J Physiol 275:H301-H321, 1998. "                                 \
  "doi:10.1152/ajpheart.1998.275.1.H301"
#define courtemanche_1998_VM_REST (-81.18)
#define courtemanche_1998_ACTIVATION (-20.0)
#define courtemanche_1998_MAX_STEP 0.2, ISO_SLOW_STEP(0.4)
#define courtemanche_1998_NFAST 4
#define courtemanche_1998_TABLED 1

#define courtemanche_1998_STATES(X)                                                                          \
  X(m, "1", 2.908e-3, "activation of INa", ISO_FRACTION)                                                     \
  X(h, "1", 9.649e-1, "fast inactivation of INa", ISO_FRACTION)                                              \
  X(j, "1", 9.775e-1, "slow inactivation of INa", ISO_FRACTION)                                              \
  X(oa, "1", 3.043e-2, "activation of Ito", ISO_FRACTION)                                                    \
  X(oi, "1", 9.992e-1, "inactivation of Ito", ISO_FRACTION)                                                  \
  X(ua, "1", 4.966e-3, "activation of IKur", ISO_FRACTION)                                                   \
  X(ui_shut, "1", 1.4e-3, "inactivated part of IKur, 1 - ui", ISO_FRACTION)                                  \
  X(xr, "1", 3.296e-5, "activation of IKr", ISO_FRACTION)                                                    \
  X(xs, "1", 1.869e-2, "activation of IKs", ISO_FRACTION)                                                    \
  X(d, "1", 1.367e-4, "activation of ICaL", ISO_FRACTION)                                                    \
  X(f, "1", 9.996e-1, "voltage inactivation of ICaL", ISO_FRACTION)                                          \
  X(f_Ca, "1", 7.755e-1, "calcium inactivation of ICaL", ISO_FRACTION)                                       \
  X(u, "1", 0, "activation of release by the calcium flux", ISO_FRACTION)                                    \
  X(v, "1", 1, "inactivation of release by the calcium flux", ISO_FRACTION)                                  \
  X(w, "1", 9.992e-1, "inactivation of release by V", ISO_FRACTION)                                          \
  X(Ca_i, "mM", 1.013e-4, "cytosolic calcium", ISO_CONCENTRATION)                                            \
  X(Ca_up, "mM", 1.488, "calcium of the uptake compartment", ISO_CONCENTRATION)                              \
  X(Ca_rel, "mM", 1.488, "calcium of the release compartment", ISO_CONCENTRATION)                            \
  X(Na_i_shift, "mM", 0, "intracellular sodium above Na_i_ref", ISO_ABOVE(Na_i_ref))                         \
  X(K_i_shift, "mM", 0, "intracellular potassium above K_i_ref", ISO_ABOVE(K_i_ref))

#define courtemanche_1998_PARAMETERS(X)                                                                      \
  X(g_Na, "mS/uF", 7.8, "fast sodium conductance")                                                           \
  X(g_K1, "mS/uF", 0.09, "inward rectifier conductance")                                                     \
  X(g_to, "mS/uF", 0.1652, "transient outward conductance")                                                  \
  X(g_Kur, "mS/uF", 0.005,                                                                                   \
    "ultrarapid delayed rectifier conductance at negative V; 11 times that at positive V")                   \
  X(g_Kr, "mS/uF", 0.029411765, "rapid delayed rectifier conductance")                                       \
  X(g_Ks, "mS/uF", 0.12941176, "slow delayed rectifier conductance")                                         \
  X(g_CaL, "mS/uF", 0.12375, "L-type calcium conductance")                                                   \
  X(g_bCa, "mS/uF", 0.001131, "background calcium conductance")                                              \
  X(g_bNa, "mS/uF", 0.0006744375, "background sodium conductance")                                           \
  X(I_pCa, "uA/uF", 0.275, "sarcolemmal calcium pump")                                                       \
  X(I_NaK, "uA/uF", 0.59933874, "sodium-potassium pump")                                                     \
  X(I_NaCa, "uA/uF", 1600, "sodium-calcium exchanger")                                                       \
  X(E_CaL, "mV", 65, "apparent reversal potential of ICaL")                                                  \
  X(K_o, "mM", 5.4, "extracellular potassium")                                                               \
  X(Na_o, "mM", 140, "extracellular sodium")                                                                 \
  X(Ca_o, "mM", 1.8, "extracellular calcium")                                                                \
  X(K_i_ref, "mM", 139, "intracellular potassium where K_i_shift is 0")                                      \
  X(Na_i_ref, "mM", 11.17, "intracellular sodium where Na_i_shift is 0")                                     \
  X(temperature, "K", 310, "temperature")                                                                    \
  X(K_Q10, "1", 3, "speed of Ito and IKur at 37 degrees Celsius, over that of the experiments")              \
  X(K_fCa, "mM", 0.00035, "calcium of half inactivation of ICaL")                                            \
  X(tau_fCa, "ms", 2, "time constant of f_Ca")                                                               \
  X(K_mNai, "mM", 10, "sodium of half activation of the sodium-potassium pump")                              \
  X(K_mKo, "mM", 1.5, "potassium of half activation of the sodium-potassium pump")                           \
  X(K_mNa, "mM", 87.5, "sodium of half saturation of the exchanger")                                         \
  X(K_mCa, "mM", 1.38, "calcium of half saturation of the exchanger")                                        \
  X(gamma_NaCa, "1", 0.35, "place of the exchanger's barrier")                                               \
  X(k_sat, "1", 0.1, "saturation of the exchanger at negative V")                                            \
  X(K_pCa, "mM", 0.0005, "calcium of half activation of the calcium pump")                                   \
  X(k_rel, "1/ms", 30, "release")                                                                            \
  X(tau_u, "ms", 8, "time constant of u")                                                                    \
  X(tau_tr, "ms", 180, "time constant of transfer from the uptake to the release compartment")               \
  X(I_up, "mM/ms", 0.005, "uptake of the reticulum")                                                         \
  X(K_up, "mM", 0.00092, "calcium of half uptake")                                                           \
  X(Ca_up_max, "mM", 15, "calcium of the uptake compartment where leak is I_up")                             \
  X(CMDN, "mM", 0.05, "calmodulin")                                                                          \
  X(K_CMDN, "mM", 0.00238, "its dissociation constant")                                                      \
  X(TRPN, "mM", 0.07, "troponin")                                                                            \
  X(K_TRPN, "mM", 0.0005, "its dissociation constant")                                                       \
  X(CSQN, "mM", 10, "calsequestrin of the release compartment")                                              \
  X(K_CSQN, "mM", 0.8, "its dissociation constant")                                                          \
  X(Cm, "pF", 100, "capacitance of the cell")                                                                \
  X(V_i, "um3", 13668, "volume of the cytosol")                                                              \
  X(V_up, "um3", 1109.52, "volume of the uptake compartment")                                                \
  X(V_rel, "um3", 96.48, "volume of the release compartment")

/* Remodelling: Courtemanche, Ramirez and Nattel, Cardiovasc Res 42:477-489 (1999),
 * doi 10.1016/S0008-6363(99)00034-6: Ito and IKur halved, 30% of ICaL. */
#define courtemanche_1998_VARIANTS(X)                                                                        \
  X(standard, "as published")                                                                                \
  X(af, "remodelled by chronic atrial fibrillation")
#define courtemanche_1998_CHANGES_standard(X)
#define courtemanche_1998_CHANGES_af(X)                                                                      \
  X(g_to, 0.0826)                                                                                            \
  X(g_Kur, 0.0025)                                                                                           \
  X(g_CaL, 0.037125)

#define courtemanche_1998_FARADAY R(96.4867) /* C/mmol */
#define courtemanche_1998_GAS R(8.3143)      /* J/(mol K) */

/* Calcium flux Fn that activates release: the width of its sigmoid in umol/ms, and over that width its half
 * activation, 3.4175e-13 umol/ms, and how much of that lies between the sigmoids of u and v. */
#define courtemanche_1998_FN_WIDTH R(1.367e-15)
#define courtemanche_1998_FN_HALF R(250.0)
#define courtemanche_1998_FN_APART R(200.0)

/* Saturation of the release gates' exponentials: 1e-13 is closed, and u^2 v remains a normal number in single
 * precision. */
#define courtemanche_1998_SATURATION R(30.0)
#define courtemanche_1998_FLOOR R(9.357622968840175e-14) /* e^-30 */

/* pF, um3 and C/mmol make Cm / (V F) mM/ms per uA/uF. Fn = 1e-12 V_rel I_rel - 5e-13 Cm (ICaL / 2 - INaCa /
 * 5) / F. */
#define courtemanche_1998_CONSTANTS(X)                                                                       \
  X(step, step)                                                                                              \
  X(half_step, R(0.5) * step)                                                                                \
  X(f_rt, courtemanche_1998_FARADAY / (courtemanche_1998_GAS * p->temperature))                              \
  X(rt_f, courtemanche_1998_GAS * p->temperature / courtemanche_1998_FARADAY)                                \
  X(half_rt_f, R(0.5) * k.rt_f)                                                                              \
  X(g_Na, p->g_Na)                                                                                           \
  X(g_K1, p->g_K1)                                                                                           \
  X(g_to, p->g_to)                                                                                           \
  X(g_Kur, p->g_Kur)                                                                                         \
  X(g_Kr, p->g_Kr)                                                                                           \
  X(g_Ks, p->g_Ks)                                                                                           \
  X(g_CaL, p->g_CaL)                                                                                         \
  X(g_bCa, p->g_bCa)                                                                                         \
  X(g_bNa, p->g_bNa)                                                                                         \
  X(I_pCa, p->I_pCa)                                                                                         \
  X(E_CaL, p->E_CaL)                                                                                         \
  X(NaK, p->I_NaK * p->K_o / (p->K_o + p->K_mKo))                                                            \
  X(NaK_sigma, R(0.0365) / R(7.0) * iso_expm1(p->Na_o / R(67.3)))                                            \
  X(K_mNai15, p->K_mNai *iso_sqrt(p->K_mNai))                                                                \
  X(NaCa,                                                                                                    \
    p->I_NaCa / ((p->K_mNa * p->K_mNa * p->K_mNa + p->Na_o * p->Na_o * p->Na_o) * (p->K_mCa + p->Ca_o)))     \
  X(NaCa_in, k.NaCa * p->Ca_o)                                                                               \
  X(NaCa_out, k.NaCa * p->Na_o * p->Na_o * p->Na_o)                                                          \
  X(gamma_NaCa, p->gamma_NaCa)                                                                               \
  X(k_sat, p->k_sat)                                                                                         \
  X(K_pCa, p->K_pCa)                                                                                         \
  X(E_K_ref, k.rt_f *iso_log(p->K_o / p->K_i_ref))                                                           \
  X(E_Na_ref, k.rt_f *iso_log(p->Na_o / p->Na_i_ref))                                                        \
  X(log_Ca_o, iso_log(p->Ca_o))                                                                              \
  X(K_i_ref, p->K_i_ref)                                                                                     \
  X(Na_i_ref, p->Na_i_ref)                                                                                   \
  X(Q10_step, p->K_Q10 *step)                                                                                \
  X(K_fCa, p->K_fCa)                                                                                         \
  X(fCa_part, -iso_expm1(-step / p->tau_fCa))                                                                \
  X(u_part, -iso_expm1(-step / p->tau_u))                                                                    \
  X(k_rel, p->k_rel)                                                                                         \
  X(Fn_rel, R(1e-12) * p->V_rel / courtemanche_1998_FN_WIDTH)                                                \
  X(Fn_CaL, R(2.5e-13) * p->Cm / (courtemanche_1998_FARADAY * courtemanche_1998_FN_WIDTH))                   \
  X(Fn_NaCa, R(1e-13) * p->Cm / (courtemanche_1998_FARADAY * courtemanche_1998_FN_WIDTH))                    \
  X(per_tau_tr, R(1.0) / p->tau_tr)                                                                          \
  X(I_up, p->I_up)                                                                                           \
  X(K_up, p->K_up)                                                                                           \
  X(leak, p->I_up / p->Ca_up_max)                                                                            \
  X(K_CMDN, p->K_CMDN)                                                                                       \
  X(K_TRPN, p->K_TRPN)                                                                                       \
  X(K_CSQN, p->K_CSQN)                                                                                       \
  X(KB_CMDN, p->CMDN * p->K_CMDN)                                                                            \
  X(KB_TRPN, p->TRPN * p->K_TRPN)                                                                            \
  X(KB_CSQN, p->CSQN * p->K_CSQN)                                                                            \
  X(mM, p->Cm / (p->V_i * courtemanche_1998_FARADAY))                                                        \
  X(up_i, p->V_up / p->V_i)                                                                                  \
  X(rel_i, p->V_rel / p->V_i)                                                                                \
  X(rel_up, p->V_rel / p->V_up)

/* Of each gate x: where it goes, and the part of the way it goes in one step, 1 - exp(-step / tau). ua has
 * the time constant of oa. (clang-format folds this list anew each time.) */
/* clang-format off */
#define courtemanche_1998_GATES(X) \
  X(m_inf) X(m_part) X(h_inf) X(h_part) X(j_inf) X(j_part) \
  X(oa_inf) X(oa_part) X(oi_inf) X(oi_part) X(ua_inf) X(ui_shut_inf) X(ui_part) \
  X(xr_inf) X(xr_part) X(xs_inf) X(xs_part) X(d_inf) X(d_part) X(f_inf) X(f_part) \
  X(w_inf) X(w_part)
/* clang-format on */

/* Factors of the currents: see the step. */
#define courtemanche_1998_CURRENTS(X) X(K1) X(Kur) X(Kr) X(NaK) X(NaCa_in) X(NaCa_out)

#define ISO_MODEL courtemanche_1998
#include "kernels/model_types.h"
ISO_BLOCKS(courtemanche_1998, sizeof(real) == sizeof(double) ? 3 : varies ? 4 : 5)

/* 1 / (1 + e^x) */
ISO_INLINE real courtemanche_1998_sigmoid(real x) { return R(1.0) / (R(1.0) + iso_exp(x)); }

ISO_INLINE courtemanche_1998_gates courtemanche_1998_gates_at(const courtemanche_1998_constants *k, real v) {
#define SIGMOID courtemanche_1998_sigmoid
#define RATES(x, alpha, beta)                                                                                \
  do {                                                                                                       \
    const real a = (alpha), sum = a + (beta);                                                                \
    g.x##_inf = a / sum;                                                                                     \
    g.x##_part = -iso_expm1(-k->step * sum);                                                                 \
  } while (0)
  courtemanche_1998_gates g;
  const int low = v < R(-40.0);

  RATES(m, R(3.2) * iso_x_over_expm1(R(-0.1) * (v + R(47.13))), R(0.08) * iso_exp(-v / R(11.0)));
  const real alpha_h = R(0.135) * iso_exp(-(R(80.0) + v) / R(6.8));
  const real beta_h_low = R(3.56) * iso_exp(R(0.079) * v) + R(3.1e5) * iso_exp(R(0.35) * v);
  const real beta_h_high = SIGMOID(-(v + R(10.66)) / R(11.1)) / R(0.13);
  RATES(h, low ? alpha_h : R(0.0), low ? beta_h_low : beta_h_high);
  const real alpha_j = (R(-1.2714e5) * iso_exp(R(0.2444) * v) - R(3.474e-5) * iso_exp(R(-0.04391) * v)) *
                       (v + R(37.78)) * SIGMOID(R(0.311) * (v + R(79.23)));
  const real beta_j_low = R(0.1212) * iso_exp(R(-0.01052) * v) * SIGMOID(R(-0.1378) * (v + R(40.14)));
  const real beta_j_high = R(0.3) * iso_exp(R(-2.535e-7) * v) * SIGMOID(R(-0.1) * (v + R(32.0)));
  RATES(j, low ? alpha_j : R(0.0), low ? beta_j_low : beta_j_high);

  const real alpha_a = R(0.65) / (iso_exp((v + R(10.0)) / R(-8.5)) + iso_exp((v - R(30.0)) / R(-59.0)));
  const real beta_a = R(0.65) / (R(2.5) + iso_exp((v + R(82.0)) / R(17.0)));
  g.oa_inf = SIGMOID((v + R(20.47)) / R(-17.54));
  g.oa_part = -iso_expm1(-k->Q10_step * (alpha_a + beta_a));
  const real alpha_oi = R(1.0) / (R(18.53) + iso_exp((v + R(113.7)) / R(10.95)));
  const real beta_oi = R(1.0) / (R(35.56) + iso_exp((v + R(1.26)) / R(-7.44)));
  g.oi_inf = SIGMOID((v + R(43.1)) / R(5.3));
  g.oi_part = -iso_expm1(-k->Q10_step * (alpha_oi + beta_oi));
  g.ua_inf = SIGMOID((v + R(30.3)) / R(-9.6));
  const real alpha_ui = R(1.0) / (R(21.0) + iso_exp((v - R(185.0)) / R(-28.0)));
  const real beta_ui = iso_exp((v - R(158.0)) / R(16.0));
  g.ui_shut_inf = SIGMOID((v - R(99.45)) / R(-27.48));
  g.ui_part = -iso_expm1(-k->Q10_step * (alpha_ui + beta_ui));

  const real rate_xr = R(0.0015) * iso_x_over_expm1((v + R(14.1)) / R(-5.0)) +
                       R(7.3898e-5) * R(5.1237) * iso_x_over_expm1((v - R(3.3328)) / R(5.1237));
  g.xr_inf = SIGMOID((v + R(14.1)) / R(-6.5));
  g.xr_part = -iso_expm1(-k->step * rate_xr);
  const real rate_xs = R(1.36e-3) * iso_x_over_expm1((v - R(19.9)) / R(-17.0)) +
                       R(6.3e-4) * iso_x_over_expm1((v - R(19.9)) / R(9.0));
  g.xs_inf = iso_sqrt(SIGMOID((v - R(19.9)) / R(-12.7)));
  g.xs_part = -iso_expm1(-k->step * rate_xs);

  const real z_d = (v + R(10.0)) / R(-6.24), z_w = (v - R(7.9)) / R(-5.0);
  g.d_inf = SIGMOID((v + R(10.0)) / R(-8.0));
  g.d_part = -iso_expm1(-k->step * R(0.2184) * iso_x_over_expm1(z_d) * (R(1.0) + iso_exp(z_d)));
  g.f_inf = SIGMOID((v + R(28.0)) / R(6.9));
  const real bell = iso_exp(R(-0.0337) * R(0.0337) * (v + R(10.0)) * (v + R(10.0)));
  g.f_part = -iso_expm1(-k->step * (R(0.0197) * bell + R(0.02)) / R(9.0));
  g.w_inf = SIGMOID((v - R(40.0)) / R(17.0));
  g.w_part =
      -iso_expm1(-k->step * iso_x_over_expm1(z_w) * (R(1.0) + R(0.3) * iso_exp(z_w)) * (R(5.0) / R(6.0)));
  return g;
#undef RATES
#undef SIGMOID
}

ISO_INLINE courtemanche_1998_currents courtemanche_1998_currents_at(const courtemanche_1998_constants *k,
                                                                    real v) {
#define SIGMOID courtemanche_1998_sigmoid
  courtemanche_1998_currents c;
  c.K1 = k->g_K1 * SIGMOID(R(0.07) * (v + R(80.0)));
  c.Kur = k->g_Kur * (R(1.0) + R(10.0) * SIGMOID((v - R(15.0)) / R(-13.0)));
  c.Kr = k->g_Kr * SIGMOID((v + R(15.0)) / R(22.4));
  c.NaK =
      k->NaK / (R(1.0) + R(0.1245) * iso_exp(R(-0.1) * v * k->f_rt) + k->NaK_sigma * iso_exp(-v * k->f_rt));
  const real in = iso_exp(k->gamma_NaCa * v * k->f_rt), out = iso_exp((k->gamma_NaCa - R(1.0)) * v * k->f_rt);
  const real per_saturation = R(1.0) / (R(1.0) + k->k_sat * out);
  c.NaCa_in = k->NaCa_in * in * per_saturation;
  c.NaCa_out = k->NaCa_out * out * per_saturation;
  return c;
#undef SIGMOID
}

/* Fast inward current from {g_Na (V - E_Na), m, h, j}. */
ISO_INLINE real courtemanche_1998_fast(const real f[]) { return f[0] * (f[1] * f[1] * f[1]) * (f[2] * f[3]); }

/* Advances u and v by one step and returns u^2 v of its middle; x is Fn less its half activation, over its
 * width. u_inf = 1 / (1 + e^-x), tau_v = 1.91 + 2.09 u_inf, v_inf = 1 / (1 + e^(x + apart)). With apart =
 * 200, one of the two sigmoids is always saturated, and one exponential e does. */
ISO_INLINE real courtemanche_1998_release(const courtemanche_1998_constants *k, real x,
                                          courtemanche_1998_state *s) {
  const real limit = courtemanche_1998_SATURATION, least = courtemanche_1998_FLOOR;
  const int low = x < R(-0.5) * courtemanche_1998_FN_APART;
  real y = low ? x + courtemanche_1998_FN_APART : x;
  y = y > -limit ? y : -limit;
  y = y < limit ? y : limit;
  const real e = iso_exp(-y), q = R(1.0) + e;
  real per_q = q, per_v = iso_fma(R(1.91) + k->half_step, q, low ? R(0.0) : R(2.09));
  iso_invert2(&per_q, &per_v);
  const real u_inf = low ? least : per_q, v_goal = low ? e : least * q;
  const real u_change = k->u_part * (u_inf - s->u), v_change = k->step * per_v * iso_fma(-q, s->v, v_goal);
  const real u = iso_fma(R(0.5), u_change, s->u), v = iso_fma(R(0.5), v_change, s->v);
  s->u += u_change;
  s->v += v_change;
  return u * u * v;
}

/* Advances one cell; v is where the currents are taken. Returns the ionic current in uA/uF. */
ISO_INLINE real courtemanche_1998_step(const courtemanche_1998_constants *k, const courtemanche_1998_gates *g,
                                       const courtemanche_1998_currents *c, real v,
                                       courtemanche_1998_state *s, real fast[]) {
#define RELAX(x, inf, part) s->x = iso_fma(g->part, g->inf - s->x, s->x)
  RELAX(m, m_inf, m_part);
  RELAX(h, h_inf, h_part);
  RELAX(j, j_inf, j_part);
  RELAX(oa, oa_inf, oa_part);
  RELAX(oi, oi_inf, oi_part);
  RELAX(ua, ua_inf, oa_part);
  RELAX(ui_shut, ui_shut_inf, ui_part);
  RELAX(xr, xr_inf, xr_part);
  RELAX(xs, xs_inf, xs_part);
  RELAX(d, d_inf, d_part);
  RELAX(f, f_inf, f_part);
  RELAX(w, w_inf, w_part);
#undef RELAX
  /* Differences from the reversal potentials, each of which is that of the reference less RT/F log(c /
   * c_ref). */
  const real K_i = k->K_i_ref + s->K_i_shift, Na_i = k->Na_i_ref + s->Na_i_shift;
  const real Na_i15 = Na_i * iso_sqrt(Na_i);
  real per_K = k->K_i_ref + K_i, per_Na = k->Na_i_ref + Na_i, per_NaK = Na_i15 + k->K_mNai15;
  real per_fCa = s->Ca_i + k->K_fCa;
  iso_invert4(&per_K, &per_Na, &per_NaK, &per_fCa);
  const real u_K = iso_fma(k->rt_f, iso_log_ratio(s->K_i_shift * per_K), v - k->E_K_ref);
  const real u_Na = iso_fma(k->rt_f, iso_log_ratio(s->Na_i_shift * per_Na), v - k->E_Na_ref);
  const real u_Ca = iso_fma(k->half_rt_f, iso_log(s->Ca_i) - k->log_Ca_o, v);
  s->f_Ca = iso_fma(k->fCa_part, iso_fma(k->K_fCa, per_fCa, -s->f_Ca), s->f_Ca);

  /* Instantaneous buffers leave the part 1 / (1 + KB_T / (c + K_T)^2 + KB_C / (c + K_C)^2) of a change of
   * total calcium free; free_slope is half its derivative. */
  const real a_T = s->Ca_i + k->K_TRPN, a_C = s->Ca_i + k->K_CMDN, a_T2 = a_T * a_T, a_C2 = a_C * a_C;
  const real a_TC2 = a_T2 * a_C2, a_R = s->Ca_rel + k->K_CSQN, a_R2 = a_R * a_R;
  real per_pump = s->Ca_i + k->K_pCa, per_uptake = s->Ca_i + k->K_up, per_Ca = s->Ca_i;
  real per_free = iso_fma(k->KB_TRPN, a_C2, iso_fma(k->KB_CMDN, a_T2, a_TC2)), per_R = a_R2 + k->KB_CSQN;
  const real total_R = per_R;
  iso_invert3(&per_pump, &per_uptake, &per_Ca);
  iso_invert2(&per_free, &per_R);
  const real free = a_TC2 * per_free;
  const real free_slope =
      per_free * per_free * a_T * a_C * iso_fma(k->KB_TRPN, a_C2 * a_C, k->KB_CMDN * (a_T2 * a_T));

  fast[0] = k->g_Na * u_Na;
  fast[1] = s->m;
  fast[2] = s->h;
  fast[3] = s->j;
  const real I_Na = courtemanche_1998_fast(fast);
  const real I_bNa = k->g_bNa * u_Na;
  const real oa3 = s->oa * s->oa * s->oa, ua3 = s->ua * s->ua * s->ua;
  const real g_K = iso_fma(k->g_to * oa3, s->oi, c->K1) + c->Kur * ua3 * (R(1.0) - s->ui_shut) +
                   iso_fma(c->Kr, s->xr, k->g_Ks * (s->xs * s->xs));
  const real I_K = g_K * u_K;
  const real I_CaL = k->g_CaL * (s->d * s->f) * s->f_Ca * (v - k->E_CaL);
  const real I_NaK = c->NaK * Na_i15 * per_NaK;
  real I_NaCa = c->NaCa_in * (Na_i * Na_i * Na_i) - c->NaCa_out * s->Ca_i;
  real I_Ca = iso_fma(k->I_pCa * s->Ca_i, per_pump, k->g_bCa * u_Ca), uptake = k->I_up * s->Ca_i * per_uptake;

  const real gradient = s->Ca_rel - s->Ca_i, before = k->k_rel * (s->u * s->u) * (s->v * s->w) * gradient;
  const real Fn = iso_fma(k->Fn_rel, before, iso_fma(k->Fn_NaCa, I_NaCa, -k->Fn_CaL * I_CaL));
  const real open = k->k_rel * s->w * courtemanche_1998_release(k, Fn - courtemanche_1998_FN_HALF, s);
  /* Of the release compartment, with free part b = a^2 / (a^2 + KB): b ((Ca_up - Ca_rel) / tau_tr - open
   * (Ca_rel
   * - Ca_i)), linearised. */
  const real gain = k->per_tau_tr * (s->Ca_up - s->Ca_rel) - open * gradient, loss = k->per_tau_tr + open;
  const real bend = a_R * (loss * a_R - R(2.0) * k->KB_CSQN * gain * per_R);
  const real half_change = k->half_step * gain * a_R2 / iso_fma(k->half_step, bend, total_R);
  const real Ca_rel = s->Ca_rel + half_change;
  const real transfer = k->per_tau_tr * (s->Ca_up - Ca_rel), release = open * (Ca_rel - s->Ca_i);
  s->Ca_rel = Ca_rel + half_change;

  /* Cytosolic calcium to the middle of the step, and what depends on it there. */
  const real leak = k->leak * s->Ca_up, half_mM = R(0.5) * k->mM;
  const real fixed = iso_fma(leak, k->up_i, release * k->rel_i) - half_mM * I_CaL;
  const real rise = k->half_step * free * (fixed - uptake * k->up_i - half_mM * (I_Ca - R(2.0) * I_NaCa));
  const real pump_slope = k->I_pCa * k->K_pCa * (per_pump * per_pump);
  I_NaCa = iso_fma(-c->NaCa_out, rise, I_NaCa);
  I_Ca = iso_fma(iso_fma(k->g_bCa * k->half_rt_f, per_Ca, pump_slope), rise, I_Ca);
  uptake = iso_fma(k->I_up * k->K_up * (per_uptake * per_uptake), rise, uptake);
  const real to_i = fixed - uptake * k->up_i - half_mM * (I_Ca - R(2.0) * I_NaCa);
  s->Ca_i = iso_fma(k->step * to_i, iso_fma(R(2.0) * free_slope, rise, free), s->Ca_i);
  s->Ca_up = iso_fma(k->step, uptake - leak - transfer * k->rel_up, s->Ca_up);
  const real mM = k->step * k->mM;
  s->Na_i_shift = iso_fma(-mM, I_Na + I_bNa + R(3.0) * (I_NaK + I_NaCa), s->Na_i_shift);
  s->K_i_shift = iso_fma(-mM, I_K - R(2.0) * I_NaK, s->K_i_shift);
  return I_Na + I_bNa + I_K + I_CaL + I_NaK + I_NaCa + I_Ca;
}

#endif

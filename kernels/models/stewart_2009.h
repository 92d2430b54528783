/* Human Purkinje fibre of Stewart, Aslanidi, Noble, Noble, Boyett and Zhang, Phil Trans R Soc A 367:2225-2255
 * (2009), doi 10.1098/rsta.2008.0283, with the constants and the initial state of its CellML encoding in the
 * Physiome Model Repository. It is the ventricular cell of ten Tusscher and Panfilov (2006) with a funny and
 * a sustained potassium current and other IK1, Ito and INa, and it beats by itself.
 *
 * Time scheme, as of ten_tusscher_2006.h: gates by Rush-Larsen; fCass and R_prime, whose rates depend on
 * calcium, by the implicit midpoint; concentrations by forward Euler with instantaneous buffers. Calcium is
 * thereby of first order in the step. Potassium and sodium are kept as differences from a reference. */
#ifndef ISO_KERNELS_MODELS_STEWART_2009_H
#define ISO_KERNELS_MODELS_STEWART_2009_H

#include "kernels/math.h"

#define stewart_2009_TITLE "Stewart et al. 2009, human Purkinje fibre"
#define stewart_2009_PAPER                                                                                   \
  "Stewart P, Aslanidi OV, Noble D, Noble PJ, Boyett MR, Zhang H. Phil Trans R Soc A 367:2225-2255, 2009. "  \
  "doi:10.1098/rsta.2008.0283"
#define stewart_2009_VM_REST (-69.1370441635924)
#define stewart_2009_ACTIVATION 0.0
#define stewart_2009_MAX_STEP 0.1, ISO_SLOW_STEP(0.2)
#define stewart_2009_NFAST 4
#define stewart_2009_TABLED 1

#define stewart_2009_STATES(X)                                                                               \
  X(Xr1, "1", 0.00550281999719088, "activation of IKr", ISO_FRACTION)                                        \
  X(Xr2, "1", 0.313213286437995, "inactivation of IKr", ISO_FRACTION)                                        \
  X(Xs, "1", 0.00953708522974789, "activation of IKs", ISO_FRACTION)                                         \
  X(m, "1", 0.0417391656294997, "activation of INa", ISO_FRACTION)                                           \
  X(h, "1", 0.190678733735145, "fast inactivation of INa", ISO_FRACTION)                                     \
  X(j, "1", 0.238219836154029, "slow inactivation of INa", ISO_FRACTION)                                     \
  X(d, "1", 0.000287906256206415, "activation of ICaL", ISO_FRACTION)                                        \
  X(f, "1", 0.989328560287987, "slow voltage inactivation of ICaL", ISO_FRACTION)                            \
  X(f2, "1", 0.995474890442185, "fast voltage inactivation of ICaL", ISO_FRACTION)                           \
  X(fCass, "1", 0.999955429598213, "calcium inactivation of ICaL", ISO_FRACTION)                             \
  X(s, "1", 0.96386101799501, "inactivation of Ito", ISO_FRACTION)                                           \
  X(y, "1", 0.0457562667986602, "activation of If", ISO_FRACTION)                                            \
  X(r, "1", 0.00103618091196912, "activation of Ito", ISO_FRACTION)                                          \
  X(Ca_i, "mM", 0.000101878186157052, "cytosolic calcium", ISO_CONCENTRATION)                                \
  X(Ca_SR, "mM", 3.10836886659417, "calcium of the sarcoplasmic reticulum", ISO_CONCENTRATION)               \
  X(Ca_ss, "mM", 0.000446818714055411, "calcium of the dyadic subspace", ISO_CONCENTRATION)                  \
  X(R_prime, "1", 0.991580051907845, "closed fraction of the ryanodine receptor", ISO_FRACTION)              \
  X(Na_i_shift, "mM", 0, "intracellular sodium above Na_i_ref", ISO_ABOVE(Na_i_ref))                         \
  X(K_i_shift, "mM", 0, "intracellular potassium above K_i_ref", ISO_ABOVE(K_i_ref))

#define stewart_2009_PARAMETERS(X)                                                                           \
  X(g_Na, "mS/uF", 130.5744, "fast sodium conductance")                                                      \
  X(g_CaL, "mm3/uF/ms", 3.98e-5, "L-type calcium permeability")                                              \
  X(g_to, "mS/uF", 0.08184, "transient outward conductance")                                                 \
  X(g_Kr, "mS/uF", 0.0918, "rapid delayed rectifier conductance")                                            \
  X(g_Ks, "mS/uF", 0.2352, "slow delayed rectifier conductance")                                             \
  X(g_K1, "mS/uF", 0.065, "inward rectifier conductance")                                                    \
  X(g_pK, "mS/uF", 0.0146, "plateau potassium conductance")                                                  \
  X(g_sus, "mS/uF", 0.0227, "sustained potassium conductance")                                               \
  X(g_fNa, "mS/uF", 0.0145654, "funny conductance for sodium")                                               \
  X(g_fK, "mS/uF", 0.0234346, "funny conductance for potassium")                                             \
  X(g_pCa, "uA/uF", 0.1238, "sarcolemmal calcium pump")                                                      \
  X(g_bNa, "mS/uF", 0.00029, "background sodium conductance")                                                \
  X(g_bCa, "mS/uF", 0.000592, "background calcium conductance")                                              \
  X(P_NaK, "uA/uF", 2.724, "sodium-potassium pump")                                                          \
  X(K_NaCa, "uA/uF", 1000, "sodium-calcium exchanger")                                                       \
  X(K_o, "mM", 5.4, "extracellular potassium")                                                               \
  X(Na_o, "mM", 140, "extracellular sodium")                                                                 \
  X(Ca_o, "mM", 2, "extracellular calcium")                                                                  \
  X(K_i_ref, "mM", 136.781894160227, "intracellular potassium where K_i_shift is 0")                         \
  X(Na_i_ref, "mM", 8.80420286531673, "intracellular sodium where Na_i_shift is 0")                          \
  X(temperature, "K", 310, "temperature")                                                                    \
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
  X(V_ss, "nl", 0.00005468, "volume of the subspace")

#define stewart_2009_VARIANTS(X) X(standard, "as published")
#define stewart_2009_CHANGES_standard(X)

#define stewart_2009_FARADAY R(96485.3415) /* C/mol */
#define stewart_2009_GAS R(8314.472)       /* mJ/(mol K) */

/* f is F / RT; nF and nl make Cm / (V F) mM/ms per uA/uF. */
#define stewart_2009_CONSTANTS(X)                                                                            \
  X(step, step)                                                                                              \
  X(f_rt, stewart_2009_FARADAY / (stewart_2009_GAS * p->temperature))                                        \
  X(rt_f, stewart_2009_GAS * p->temperature / stewart_2009_FARADAY)                                          \
  X(half_rt_f, R(0.5) * k.rt_f)                                                                              \
  X(g_Na, p->g_Na)                                                                                           \
  X(g_to, p->g_to)                                                                                           \
  X(g_Kr, p->g_Kr *iso_sqrt(p->K_o / R(5.4)))                                                                \
  X(g_Ks, p->g_Ks)                                                                                           \
  X(g_K1, p->g_K1)                                                                                           \
  X(g_sus, p->g_sus)                                                                                         \
  X(g_fNa, p->g_fNa)                                                                                         \
  X(g_fK, p->g_fK)                                                                                           \
  X(g_pK, p->g_pK)                                                                                           \
  X(g_pCa, p->g_pCa)                                                                                         \
  X(g_bNa, p->g_bNa)                                                                                         \
  X(g_bCa, p->g_bCa)                                                                                         \
  X(CaL, R(2.0) * stewart_2009_FARADAY * p->g_CaL)                                                           \
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
  X(mM_c, p->Cm / (p->V_c * stewart_2009_FARADAY))                                                           \
  X(mM_ss, p->Cm / (R(2.0) * p->V_ss * stewart_2009_FARADAY))                                                \
  X(sr_c, p->V_sr / p->V_c)                                                                                  \
  X(sr_ss, p->V_sr / p->V_ss)                                                                                \
  X(c_ss, p->V_c / p->V_ss)

/* Of each gate x: where it goes, and the part of the way it goes in one step, 1 - exp(-step / tau).
 * (clang-format folds this list anew each time.) */
/* clang-format off */
#define stewart_2009_GATES(X) \
  X(Xr1_inf) X(Xr1_part) X(Xr2_inf) X(Xr2_part) X(Xs_inf) X(Xs_part) \
  X(m_inf) X(m_part) X(hj_inf) X(h_part) X(j_part) X(d_inf) \
  X(d_part) X(f_inf) X(f_part) X(f2_inf) X(f2_part) X(s_inf) \
  X(s_part) X(r_inf) X(r_part) X(y_inf) X(y_part)
/* clang-format on */

/* Factors of the currents: see the step. */
#define stewart_2009_CURRENTS(X) X(CaL_out) X(CaL_in) X(NaCa_in) X(NaCa_out) X(NaK) X(K1) X(K)

#define ISO_MODEL stewart_2009
#include "kernels/model_types.h"

/* 1 / (1 + e^x) */
ISO_INLINE real stewart_2009_sigmoid(real x) { return R(1.0) / (R(1.0) + iso_exp(x)); }

ISO_INLINE stewart_2009_gates stewart_2009_gates_at(const stewart_2009_constants *k, real v) {
#define SIGMOID stewart_2009_sigmoid
#define BELL(centre, width) iso_exp(-(v - (centre)) * (v - (centre)) * (width))
#define PART(tau) -iso_expm1(-k->step / (tau))
  stewart_2009_gates g;
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
  g.f_part =
      PART(R(1102.5) * BELL(R(-27.0), R(1.0) / R(225.0)) + R(200.0) * SIGMOID((R(13.0) - v) / R(10.0)) +
           R(180.0) * SIGMOID((v + R(30.0)) / R(10.0)) + R(20.0));
  g.f2_inf = R(0.67) * SIGMOID((v + R(35.0)) / R(7.0)) + R(0.33);
  g.f2_part = PART(R(562.0) * BELL(R(-27.0), R(1.0) / R(240.0)) + R(31.0) * SIGMOID((R(25.0) - v) / R(10.0)) +
                   R(80.0) * SIGMOID((v + R(30.0)) / R(10.0)));

  g.s_inf = SIGMOID((v + R(27.0)) / R(13.0));
  g.s_part =
      PART(R(85.0) * BELL(R(-25.0), R(1.0) / R(320.0)) + R(5.0) * SIGMOID((v - R(40.0)) / R(5.0)) + R(42.0));
  g.r_inf = SIGMOID((R(20.0) - v) / R(13.0));
  g.r_part = PART(R(10.45) * BELL(R(-40.0), R(1.0) / R(1800.0)) + R(7.3));
  g.y_inf = SIGMOID((v + R(80.6)) / R(6.8));
  g.y_part =
      -iso_expm1(-k->step / R(4000.0) * (iso_exp(R(-2.9) - R(0.04) * v) + iso_exp(R(3.6) + R(0.11) * v)));
  return g;
#undef SIGMOID
#undef BELL
#undef PART
}

ISO_INLINE stewart_2009_currents stewart_2009_currents_at(const stewart_2009_constants *k, real v) {
  stewart_2009_currents c;
  const real x = R(2.0) * (v - R(15.0)) * k->f_rt;
  c.CaL_in = k->CaL * k->Ca_o * iso_x_over_expm1(x);
  c.CaL_out = k->CaL * R(0.25) * iso_x_over_expm1(-x);
  const real in = iso_exp(k->gamma_NaCa * v * k->f_rt), out = iso_exp((k->gamma_NaCa - R(1.0)) * v * k->f_rt);
  const real scale = k->NaCa / (R(1.0) + k->k_sat * out);
  c.NaCa_in = scale * in * k->Ca_o;
  c.NaCa_out = scale * out * k->NaCa_out;
  c.NaK = k->NaK / (R(1.0) + R(0.1245) * iso_exp(R(-0.1) * v * k->f_rt) + R(0.0353) * iso_exp(-v * k->f_rt));
  c.K1 = k->g_K1 * stewart_2009_sigmoid(R(0.1) * (v + R(75.44)));
  c.K = k->g_pK * stewart_2009_sigmoid((R(25.0) - v) / R(5.98)) +
        k->g_sus * stewart_2009_sigmoid((R(5.0) - v) / R(17.0));
  return c;
}

/* Fast inward current from {g_Na (V - E_Na), m, h, j}. */
ISO_INLINE real stewart_2009_fast(const real f[]) { return f[0] * (f[1] * f[1] * f[1]) * (f[2] * f[3]); }

/* Advances one cell; v is where the currents are taken. Returns the ionic current in uA/uF. */
ISO_INLINE real stewart_2009_step(const stewart_2009_constants *k, const stewart_2009_gates *g,
                                  const stewart_2009_currents *c, real v, stewart_2009_state *s,
                                  real fast[]) {
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
  RELAX(y, y_inf, y_part);
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
  const real I_Na = stewart_2009_fast(fast);
  const real I_bNa = iso_fma(k->g_fNa, s->y, k->g_bNa) * u_Na; /* and the sodium of If */
  /* IK1 reverses 8 mV above E_K. */
  const real I_K =
      c->K1 * (u_K - R(8.0)) +
      iso_fma(k->g_to * s->r, s->s, iso_fma(k->g_fK, s->y, iso_fma(k->g_Kr * s->Xr1, s->Xr2, c->K))) * u_K +
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

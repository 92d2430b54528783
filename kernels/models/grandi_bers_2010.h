/* Human ventricle of Grandi, Pasqualini and Bers, J Mol Cell Cardiol 48:112-121 (2010), doi
 * 10.1016/j.yjmcc.2009.09.019, with the constants of its CellML encoding in the Physiome Model Repository but
 * for J_Ca_slmyo, which is the authors' 3.7243e-12 l/ms (two digits are swapped in the CellML file).
 * Intracellular potassium is constant. As in the authors' code, magnesium that binds to troponin and myosin
 * is counted as calcium. Initial states are those of the CellML file.
 *
 * Time scheme: gates by Rush-Larsen; calcium inactivation of ICaL by the implicit midpoint and the ryanodine
 * receptor by the explicit one. The calcium of reticulum, junction, subsarcolemma and cytosol advances
 * together with its buffers and with what its currents change by it, linearised about the start of the step
 * and implicit by half (the linearly implicit midpoint rule, a Rosenbrock method: Hairer and Wanner, Solving
 * Ordinary Differential Equations II, 2nd ed., IV.7): buffers are eliminated from each compartment, cytosol
 * and reticulum from the chain of compartments, so that two equations remain.
 * It conserves calcium, and is stable at 0.8 ms, where currents of the step's start would allow 0.1. The
 * current that Vm sees is that of the middle of calcium's step. Sodium diffuses by the implicit midpoint.
 * Uptake is that of the concentrations at the start of the step, which is of first order.
 *
 * States named ..._shift are differences from the parameter ..._ref: single precision would round the
 * increments of the whole away. The state of the receptor that is carried is its inactivated closed one, RI,
 * for the same reason; R = 1 - RI - O - I. */
#ifndef ISO_KERNELS_MODELS_GRANDI_BERS_2010_H
#define ISO_KERNELS_MODELS_GRANDI_BERS_2010_H

#include "kernels/math.h"

#define grandi_bers_2010_TITLE "Grandi, Pasqualini and Bers 2010, human ventricle"
#define grandi_bers_2010_PAPER                                                                               \
  "Grandi E, Pasqualini FS, Bers DM. J Mol Cell Cardiol 48:112-121, 2010. "                                  \
  "doi:10.1016/j.yjmcc.2009.09.019"
#define grandi_bers_2010_VM_REST (-81.4229700631461)
#define grandi_bers_2010_ACTIVATION 0.0
#define grandi_bers_2010_MAX_STEP 0.1, ISO_SLOW_STEP(0.4)
#define grandi_bers_2010_NFAST 4
#define grandi_bers_2010_TABLED 1

#define grandi_bers_2010_STATES(X)                                                                           \
  X(m, "1", 0.00381858135062259, "activation of INa", ISO_FRACTION)                                          \
  X(h, "1", 0.625086621635645, "fast inactivation of INa", ISO_FRACTION)                                     \
  X(j, "1", 0.62332507235506, "slow inactivation of INa", ISO_FRACTION)                                      \
  X(d, "1", 2.93982287251302e-6, "activation of ICaL", ISO_FRACTION)                                         \
  X(f, "1", 0.99511673495949, "voltage inactivation of ICaL", ISO_FRACTION)                                  \
  X(fCaB_j, "1", 0.0246142436477748, "calcium-inactivated fraction of ICaL in the junction", ISO_FRACTION)   \
  X(fCaB_sl, "1", 0.0152416826209301, "calcium-inactivated fraction of ICaL in the subsarcolemma",           \
    ISO_FRACTION)                                                                                            \
  X(xtos, "1", 0.000441539203559411, "activation of slow Ito", ISO_FRACTION)                                 \
  X(ytos, "1", 0.784875334693892, "inactivation of slow Ito", ISO_FRACTION)                                  \
  X(xtof, "1", 0.000441531250866821, "activation of fast Ito", ISO_FRACTION)                                 \
  X(ytof, "1", 0.999995817153572, "inactivation of fast Ito", ISO_FRACTION)                                  \
  X(xkr, "1", 0.021733554982663, "activation of IKr", ISO_FRACTION)                                          \
  X(xks, "1", 0.00428981903391989, "activation of IKs", ISO_FRACTION)                                        \
  X(RyR_RI, "1", 0.1089769417196, "ryanodine receptors closed and inactivated", ISO_FRACTION)                \
  X(RyR_O, "1", 7.37484660389498e-7, "ryanodine receptors open", ISO_FRACTION)                               \
  X(RyR_I, "1", 9.01984485847386e-8, "ryanodine receptors open and inactivated", ISO_FRACTION)               \
  X(NaB_j_shift, "mM", 0, "buffered sodium of the junction above NaB_j_ref", ISO_ABOVE(NaB_j_ref))           \
  X(NaB_sl_shift, "mM", 0, "buffered sodium of the subsarcolemma above NaB_sl_ref", ISO_ABOVE(NaB_sl_ref))   \
  X(TnCL, "mM", 0.00893708435270205, "calcium on troponin C, low affinity", ISO_CONCENTRATION)               \
  X(TnCHc_shift, "mM", 0, "calcium on troponin C, high affinity, above TnCHc_ref", ISO_ABOVE(TnCHc_ref))     \
  X(TnCHm_shift, "mM", 0, "magnesium on troponin C, high affinity, above TnCHm_ref", ISO_ABOVE(TnCHm_ref))   \
  X(CaM, "mM", 0.000295653619580701, "calcium on calmodulin", ISO_CONCENTRATION)                             \
  X(Myoc_shift, "mM", 0, "calcium on myosin above Myoc_ref", ISO_ABOVE(Myoc_ref))                            \
  X(Myom_shift, "mM", 0, "magnesium on myosin above Myom_ref", ISO_ABOVE(Myom_ref))                          \
  X(SRB, "mM", 0.00217414510791738, "calcium on the outside of the reticulum", ISO_CONCENTRATION)            \
  X(SLL_j, "mM", 0.00738583890572642, "calcium on low-affinity sites of the junction", ISO_CONCENTRATION)    \
  X(SLL_sl, "mM", 0.00988178900584875, "calcium on low-affinity sites of the subsarcolemma",                 \
    ISO_CONCENTRATION)                                                                                       \
  X(SLH_j, "mM", 0.0734662466011574, "calcium on high-affinity sites of the junction", ISO_CONCENTRATION)    \
  X(SLH_sl, "mM", 0.114400081504523, "calcium on high-affinity sites of the subsarcolemma",                  \
    ISO_CONCENTRATION)                                                                                       \
  X(Csqn_shift, "mM", 0, "calcium on calsequestrin above Csqn_ref", ISO_ABOVE(Csqn_ref))                     \
  X(Ca_sr, "mM", 0.555180633859957, "calcium of the sarcoplasmic reticulum", ISO_CONCENTRATION)              \
  X(Na_j_shift, "mM", 0.0005690202059, "sodium of the junction above Na_ref", ISO_ABOVE(Na_ref))             \
  X(Na_sl_shift, "mM", -5.410322139e-5, "sodium of the subsarcolemma above Na_ref", ISO_ABOVE(Na_ref))       \
  X(Na_i_shift, "mM", 0.00014502072456, "sodium of the cytosol above Na_ref", ISO_ABOVE(Na_ref))             \
  X(Ca_j, "mM", 0.000175415190830688, "calcium of the junction", ISO_CONCENTRATION)                          \
  X(Ca_sl, "mM", 0.000106544589194246, "calcium of the subsarcolemma", ISO_CONCENTRATION)                    \
  X(Ca_i, "mM", 8.72745589849657e-5, "calcium of the cytosol", ISO_CONCENTRATION)

#define grandi_bers_2010_PARAMETERS(X)                                                                       \
  X(g_Na, "mS/uF", 23, "fast sodium conductance")                                                            \
  X(g_NaB, "mS/uF", 0.000597, "background sodium conductance")                                               \
  X(P_Ca, "mm3/uF/ms", 0.00027, "L-type permeability for calcium")                                           \
  X(P_Na, "mm3/uF/ms", 7.5e-9, "L-type permeability for sodium")                                             \
  X(P_K, "mm3/uF/ms", 1.35e-7, "L-type permeability for potassium")                                          \
  X(CaL_part, "1", 0.45, "active fraction of L-type channels")                                               \
  X(F_junc_CaL, "1", 0.9, "fraction of L-type channels in the junction")                                     \
  X(F_junc, "1", 0.11, "fraction of the other channels in the junction")                                     \
  X(g_tos, "mS/uF", 0.0156, "slow transient outward conductance")                                            \
  X(g_tof, "mS/uF", 0.1144, "fast transient outward conductance")                                            \
  X(g_Kr, "mS/uF", 0.035, "rapid delayed rectifier conductance at K_o = 5.4 mM")                             \
  X(g_Ks, "mS/uF", 0.0035, "slow delayed rectifier conductance")                                             \
  X(g_K1, "mS/uF", 0.35, "inward rectifier conductance at K_o = 5.4 mM")                                     \
  X(g_Kp, "mS/uF", 0.002, "plateau potassium conductance")                                                   \
  X(g_ClCa, "mS/uF", 0.0548125, "calcium-activated chloride conductance")                                    \
  X(g_ClB, "mS/uF", 0.009, "background chloride conductance")                                                \
  X(g_CaB, "mS/uF", 0.0005513, "background calcium conductance")                                             \
  X(I_NaK, "uA/uF", 1.8, "sodium-potassium pump")                                                            \
  X(I_NCX, "uA/uF", 4.5, "sodium-calcium exchanger")                                                         \
  X(I_pCa, "uA/uF", 0.0673, "sarcolemmal calcium pump")                                                      \
  X(K_o, "mM", 5.4, "extracellular potassium")                                                               \
  X(Na_o, "mM", 140, "extracellular sodium")                                                                 \
  X(Ca_o, "mM", 1.8, "extracellular calcium")                                                                \
  X(Cl_o, "mM", 150, "extracellular chloride")                                                               \
  X(K_i, "mM", 120, "intracellular potassium")                                                               \
  X(Cl_i, "mM", 15, "intracellular chloride")                                                                \
  X(Mg_i, "mM", 1, "intracellular magnesium")                                                                \
  X(P_NaK, "1", 0.01833, "sodium permeability of IKs relative to potassium")                                 \
  X(K_mNaip, "mM", 11, "sodium of half activation of the sodium-potassium pump")                             \
  X(K_mKo, "mM", 1.5, "potassium of half activation of the sodium-potassium pump")                           \
  X(K_dClCa, "mM", 0.1, "calcium of half activation of the chloride current")                                \
  X(K_mCai, "mM", 0.00359, "intracellular calcium constant of the exchanger")                                \
  X(K_mCao, "mM", 1.3, "extracellular calcium constant of the exchanger")                                    \
  X(K_mNai, "mM", 12.29, "intracellular sodium constant of the exchanger")                                   \
  X(K_mNao, "mM", 87.5, "extracellular sodium constant of the exchanger")                                    \
  X(K_dact, "mM", 0.00015, "calcium of half activation of the exchanger")                                    \
  X(k_sat, "1", 0.32, "saturation of the exchanger at negative V")                                           \
  X(nu, "1", 0.27, "place of the exchanger's barrier")                                                       \
  X(K_mPCa, "mM", 0.0005, "calcium of half activation of the calcium pump")                                  \
  X(hill_PCa, "1", 1.6, "its Hill coefficient")                                                              \
  X(fCaB_on, "1/mM/ms", 1.7, "calcium inactivation of ICaL")                                                 \
  X(fCaB_off, "1/ms", 0.0119, "its recovery")                                                                \
  X(Vmax_SRCaP, "mM/ms", 0.0053114, "uptake of the reticulum, of its volume")                                \
  X(K_mf, "mM", 0.000246, "cytosolic calcium of half uptake")                                                \
  X(K_mr, "mM", 1.7, "reticulum calcium of half reverse uptake")                                             \
  X(hill_SRCaP, "1", 1.787, "Hill coefficient of uptake")                                                    \
  X(k_s, "1/ms", 25, "release of the reticulum")                                                             \
  X(k_leak, "1/ms", 5.348e-6, "leak of the reticulum, of the cytosol's volume")                              \
  X(ko_Ca, "1/mM2/ms", 10, "opening of the ryanodine receptor")                                              \
  X(ko_m, "1/ms", 0.06, "its closing")                                                                       \
  X(ki_Ca, "1/mM/ms", 0.5, "its inactivation")                                                               \
  X(ki_m, "1/ms", 0.005, "its recovery")                                                                     \
  X(EC50_SR, "mM", 0.45, "reticulum calcium of half effect on the receptor")                                 \
  X(max_SR, "1", 15, "largest effect of the reticulum's calcium")                                            \
  X(min_SR, "1", 1, "smallest effect of the reticulum's calcium")                                            \
  X(B_Na_j, "mM", 7.561, "sodium buffer of the junction")                                                    \
  X(B_Na_sl, "mM", 1.65, "sodium buffer of the subsarcolemma")                                               \
  X(Na_on, "1/mM/ms", 0.0001, "binding to the sodium buffers")                                               \
  X(Na_off, "1/ms", 0.001, "unbinding from them")                                                            \
  X(B_TnCL, "mM", 0.07, "troponin C, low affinity")                                                          \
  X(TnCL_on, "1/mM/ms", 32.7, "binding to it")                                                               \
  X(TnCL_off, "1/ms", 0.0196, "unbinding")                                                                   \
  X(B_TnCH, "mM", 0.14, "troponin C, high affinity")                                                         \
  X(TnCHc_on, "1/mM/ms", 2.37, "binding of calcium to it")                                                   \
  X(TnCHc_off, "1/ms", 3.2e-5, "unbinding")                                                                  \
  X(TnCHm_on, "1/mM/ms", 0.003, "binding of magnesium to it")                                                \
  X(TnCHm_off, "1/ms", 0.00333, "unbinding")                                                                 \
  X(B_CaM, "mM", 0.024, "calmodulin")                                                                        \
  X(CaM_on, "1/mM/ms", 34, "binding to it")                                                                  \
  X(CaM_off, "1/ms", 0.238, "unbinding")                                                                     \
  X(B_Myo, "mM", 0.14, "myosin")                                                                             \
  X(Myoc_on, "1/mM/ms", 13.8, "binding of calcium to it")                                                    \
  X(Myoc_off, "1/ms", 0.00046, "unbinding")                                                                  \
  X(Myom_on, "1/mM/ms", 0.0157, "binding of magnesium to it")                                                \
  X(Myom_off, "1/ms", 5.7e-5, "unbinding")                                                                   \
  X(B_SR, "mM", 0.0171, "sites outside the reticulum")                                                       \
  X(SRB_on, "1/mM/ms", 100, "binding to them")                                                               \
  X(SRB_off, "1/ms", 0.06, "unbinding")                                                                      \
  X(B_SLL_j, "mM", 0.00046, "low-affinity sites of the junction, of the cytosol's volume")                   \
  X(B_SLL_sl, "mM", 0.0374, "low-affinity sites of the subsarcolemma, of the cytosol's volume")              \
  X(SLL_on, "1/mM/ms", 100, "binding to low-affinity sites")                                                 \
  X(SLL_off, "1/ms", 1.3, "unbinding")                                                                       \
  X(B_SLH_j, "mM", 0.000165, "high-affinity sites of the junction, of the cytosol's volume")                 \
  X(B_SLH_sl, "mM", 0.0134, "high-affinity sites of the subsarcolemma, of the cytosol's volume")             \
  X(SLH_on, "1/mM/ms", 100, "binding to high-affinity sites")                                                \
  X(SLH_off, "1/ms", 0.03, "unbinding")                                                                      \
  X(B_Csqn, "mM", 0.14, "calsequestrin, of the cytosol's volume")                                            \
  X(Csqn_on, "1/mM/ms", 100, "binding to it")                                                                \
  X(Csqn_off, "1/ms", 65, "unbinding")                                                                       \
  X(Na_ref, "mM", 8.321, "sodium where the shifts of sodium are 0")                                          \
  X(NaB_j_ref, "mM", 3.43545459048316, "reference of NaB_j_shift")                                           \
  X(NaB_sl_ref, "mM", 0.749601264899653, "reference of NaB_sl_shift")                                        \
  X(TnCHc_ref, "mM", 0.117445983314504, "reference of TnCHc_shift")                                          \
  X(TnCHm_ref, "mM", 0.0105996734077994, "reference of TnCHm_shift")                                         \
  X(Myoc_ref, "mM", 0.00192645052472679, "reference of Myoc_shift")                                          \
  X(Myom_ref, "mM", 0.137557201546068, "reference of Myom_shift")                                            \
  X(Csqn_ref, "mM", 1.19772047585784, "reference of Csqn_shift")                                             \
  X(J_Ca_juncsl, "nl/ms", 0.00082413, "calcium's diffusion from junction to subsarcolemma")                  \
  X(J_Ca_slmyo, "nl/ms", 0.0037243, "calcium's diffusion from subsarcolemma to cytosol")                     \
  X(J_Na_juncsl, "nl/ms", 1.8313e-5, "sodium's diffusion from junction to subsarcolemma")                    \
  X(J_Na_slmyo, "nl/ms", 0.0016386, "sodium's diffusion from subsarcolemma to cytosol")                      \
  X(Cm, "nF", 0.1381, "capacitance of the cell")                                                             \
  X(V_cell, "nl", 0.0330063578167776, "volume of the cell, 100 um long with a radius of 10.25 um")           \
  X(V_myo, "1", 0.65, "cytosol's fraction of it")                                                            \
  X(V_sr, "1", 0.035, "reticulum's fraction of it")                                                          \
  X(V_sl, "1", 0.02, "subsarcolemma's fraction of it")                                                       \
  X(V_j, "1", 0.000539, "junction's fraction of it")

#define grandi_bers_2010_VARIANTS(X)                                                                         \
  X(epi, "epicardium")                                                                                       \
  X(endo, "endocardium")
#define grandi_bers_2010_CHANGES_epi(X)
#define grandi_bers_2010_CHANGES_endo(X)                                                                     \
  X(g_tos, 0.037596)                                                                                         \
  X(g_tof, 0.001404)

#define grandi_bers_2010_FARADAY R(96485.0)                         /* C/mol */
#define grandi_bers_2010_F_RT (R(96485.0) / (R(8314.0) * R(310.0))) /* 1/mV at 310 K */

/* Products with half_step, and 1 / (1 + such a product), belong to the implicit midpoint rule. */
#define grandi_bers_2010_CONSTANTS(X)                                                                        \
  X(step, step)                                                                                              \
  X(half_step, R(0.5) * step)                                                                                \
  X(f_rt, grandi_bers_2010_F_RT)                                                                             \
  X(rt_f, R(1.0) / k.f_rt)                                                                                   \
  X(half_rt_f, R(0.5) * k.rt_f)                                                                              \
  X(in_j, p->F_junc)                                                                                         \
  X(in_sl, R(1.0) - p->F_junc)                                                                               \
  X(g_Na, p->g_Na)                                                                                           \
  X(g_NaB, p->g_NaB)                                                                                         \
  X(g_tos, p->g_tos)                                                                                         \
  X(g_tof, p->g_tof)                                                                                         \
  X(g_Kr, p->g_Kr *iso_sqrt(p->K_o / R(5.4)))                                                                \
  X(g_Ks, p->g_Ks)                                                                                           \
  X(g_K1, p->g_K1 *iso_sqrt(p->K_o / R(5.4)))                                                                \
  X(g_Kp, p->g_Kp)                                                                                           \
  X(g_ClCa, p->g_ClCa / p->K_dClCa)                                                                          \
  X(per_K_dClCa, R(1.0) / p->K_dClCa)                                                                        \
  X(g_ClB, p->g_ClB)                                                                                         \
  X(g_CaB, p->g_CaB)                                                                                         \
  X(I_pCa, p->I_pCa)                                                                                         \
  X(hill_PCa, p->hill_PCa)                                                                                   \
  X(E_K, k.rt_f *iso_log(p->K_o / p->K_i))                                                                   \
  X(E_Cl, k.rt_f *iso_log(p->Cl_i / p->Cl_o))                                                                \
  X(E_Na_ref, k.rt_f *iso_log(p->Na_o / p->Na_ref))                                                          \
  X(E_Ks_ref, k.rt_f *iso_log((p->K_o + p->P_NaK * p->Na_o) / (p->K_i + p->P_NaK * p->Na_ref)))              \
  X(Ks_part, p->P_NaK / (p->K_i + p->P_NaK * p->Na_ref))                                                     \
  X(Na_ref, p->Na_ref)                                                                                       \
  X(log_Ca_o, iso_log(p->Ca_o))                                                                              \
  X(log_K_mPCa, iso_log(p->K_mPCa))                                                                          \
  X(CaL_Ca, R(2.0) * grandi_bers_2010_FARADAY * p->P_Ca * p->CaL_part * R(0.341))                            \
  X(CaL_Na, grandi_bers_2010_FARADAY * p->P_Na * p->CaL_part * R(0.75))                                      \
  X(CaL_K, grandi_bers_2010_FARADAY * p->P_K * p->CaL_part * R(0.75))                                        \
  X(CaL_j, p->F_junc_CaL)                                                                                    \
  X(CaL_sl, R(1.0) - p->F_junc_CaL)                                                                          \
  X(Ca_o, p->Ca_o)                                                                                           \
  X(Na_o, p->Na_o)                                                                                           \
  X(K_o, p->K_o)                                                                                             \
  X(K_i, p->K_i)                                                                                             \
  X(fCaB_on, p->fCaB_on)                                                                                     \
  X(fCaB_off, p->fCaB_off)                                                                                   \
  X(NaK, p->I_NaK * p->K_o / (p->K_o + p->K_mKo))                                                            \
  X(NaK_sigma, R(0.0365) * (iso_exp(p->Na_o / R(67.3)) - R(1.0)) / R(7.0))                                   \
  X(per_K_mNaip, R(1.0) / p->K_mNaip)                                                                        \
  X(Na_o3, p->Na_o * p->Na_o * p->Na_o)                                                                      \
  X(NCX, p->I_NCX / (p->K_mCai * k.Na_o3))                                                                   \
  X(nu, p->nu)                                                                                               \
  X(k_sat, p->k_sat)                                                                                         \
  X(per_K_dact, R(1.0) / p->K_dact)                                                                          \
  X(NCX_Na3, (p->K_mCao + p->Ca_o) / (p->K_mCai * k.Na_o3) + R(1.0) / (p->K_mNai * p->K_mNai * p->K_mNai))   \
  X(NCX_Ca2, p->K_mNao * p->K_mNao * p->K_mNao / (p->K_mCai * p->K_mCai * k.Na_o3))                          \
  X(NCX_Ca, k.NCX_Ca2 * p->K_mCai + R(1.0) / p->K_mCai)                                                      \
  X(hill_SRCaP, p->hill_SRCaP)                                                                               \
  X(log_K_mf, iso_log(p->K_mf))                                                                              \
  X(log_K_mr, iso_log(p->K_mr))                                                                              \
  X(Vmax_SRCaP, p->Vmax_SRCaP)                                                                               \
  X(log_EC50_SR, iso_log(p->EC50_SR))                                                                        \
  X(max_SR, p->max_SR)                                                                                       \
  X(min_SR, p->min_SR)                                                                                       \
  X(ko_Ca, p->ko_Ca)                                                                                         \
  X(ko_m, p->ko_m)                                                                                           \
  X(ki_Ca, p->ki_Ca)                                                                                         \
  X(ki_m, p->ki_m)                                                                                           \
  X(k_s, p->k_s)                                                                                             \
  X(k_leak, p->k_leak * p->V_myo / p->V_sr)                                                                  \
  X(Na_on, p->Na_on)                                                                                         \
  X(Na_off, p->Na_off)                                                                                       \
  X(NaB_j_ref, p->NaB_j_ref)                                                                                 \
  X(NaB_sl_ref, p->NaB_sl_ref)                                                                               \
  X(NaB_j_free, p->B_Na_j - p->NaB_j_ref)                                                                    \
  X(NaB_sl_free, p->B_Na_sl - p->NaB_sl_ref)                                                                 \
  X(B_TnCL, p->B_TnCL)                                                                                       \
  X(TnCL_on, p->TnCL_on)                                                                                     \
  X(TnCL_off, p->TnCL_off)                                                                                   \
  X(TnCH_free, p->B_TnCH - p->TnCHc_ref - p->TnCHm_ref)                                                      \
  X(TnCHc_ref, p->TnCHc_ref)                                                                                 \
  X(TnCHm_ref, p->TnCHm_ref)                                                                                 \
  X(TnCHc_on, p->TnCHc_on)                                                                                   \
  X(TnCHc_off, p->TnCHc_off)                                                                                 \
  X(TnCHm_on, p->TnCHm_on * p->Mg_i)                                                                         \
  X(TnCHm_off, p->TnCHm_off)                                                                                 \
  X(B_CaM, p->B_CaM)                                                                                         \
  X(CaM_on, p->CaM_on)                                                                                       \
  X(CaM_off, p->CaM_off)                                                                                     \
  X(Myo_free, p->B_Myo - p->Myoc_ref - p->Myom_ref)                                                          \
  X(Myoc_ref, p->Myoc_ref)                                                                                   \
  X(Myom_ref, p->Myom_ref)                                                                                   \
  X(Myoc_on, p->Myoc_on)                                                                                     \
  X(Myoc_off, p->Myoc_off)                                                                                   \
  X(Myom_on, p->Myom_on * p->Mg_i)                                                                           \
  X(Myom_off, p->Myom_off)                                                                                   \
  X(B_SR, p->B_SR)                                                                                           \
  X(SRB_on, p->SRB_on)                                                                                       \
  X(SRB_off, p->SRB_off)                                                                                     \
  X(B_SLL_j, p->B_SLL_j * p->V_myo / p->V_j)                                                                 \
  X(B_SLL_sl, p->B_SLL_sl * p->V_myo / p->V_sl)                                                              \
  X(SLL_on, p->SLL_on)                                                                                       \
  X(SLL_off, p->SLL_off)                                                                                     \
  X(B_SLH_j, p->B_SLH_j * p->V_myo / p->V_j)                                                                 \
  X(B_SLH_sl, p->B_SLH_sl * p->V_myo / p->V_sl)                                                              \
  X(SLH_on, p->SLH_on)                                                                                       \
  X(SLH_off, p->SLH_off)                                                                                     \
  X(Csqn_free, p->B_Csqn * p->V_myo / p->V_sr - p->Csqn_ref)                                                 \
  X(Csqn_ref, p->Csqn_ref)                                                                                   \
  X(Csqn_on, p->Csqn_on)                                                                                     \
  X(Csqn_off, p->Csqn_off)                                                                                   \
  X(mM_j, p->Cm / (grandi_bers_2010_FARADAY * p->V_cell * p->V_j))                                           \
  X(mM_sl, p->Cm / (grandi_bers_2010_FARADAY * p->V_cell * p->V_sl))                                         \
  X(sr_i, p->V_sr / p->V_myo)                                                                                \
  X(sr_j, p->V_sr / p->V_j)                                                                                  \
  X(Ca_j_sl, p->J_Ca_juncsl / (p->V_cell * p->V_j))                                                          \
  X(Ca_sl_j, p->J_Ca_juncsl / (p->V_cell * p->V_sl))                                                         \
  X(Ca_sl_i, p->J_Ca_slmyo / (p->V_cell * p->V_sl))                                                          \
  X(Ca_i_sl, p->J_Ca_slmyo / (p->V_cell * p->V_myo))                                                         \
  X(Na_j_sl, p->J_Na_juncsl / (p->V_cell * p->V_j))                                                          \
  X(Na_sl_j, p->J_Na_juncsl / (p->V_cell * p->V_sl))                                                         \
  X(Na_sl_i, p->J_Na_slmyo / (p->V_cell * p->V_sl))                                                          \
  X(Na_i_sl, p->J_Na_slmyo / (p->V_cell * p->V_myo))                                                         \
  X(Na_j_part, R(1.0) / (R(1.0) + k.half_step * k.Na_j_sl))                                                  \
  X(Na_i_part, R(1.0) / (R(1.0) + k.half_step * k.Na_i_sl))                                                  \
  X(Na_sl_part, R(1.0) / (R(1.0) + k.half_step * (k.Na_sl_j * k.Na_j_part + k.Na_sl_i * k.Na_i_part)))

/* Of each gate x: where it goes, and the part of the way it goes in one step, 1 - exp(-step / tau). */
/* clang-format off */
#define grandi_bers_2010_GATES(X) \
  X(m_inf) X(m_part) X(hj_inf) X(h_part) X(j_part) X(d_inf) X(d_part) X(f_inf) X(f_part) \
  X(xto_inf) X(xtos_part) X(xtof_part) X(yto_inf) X(ytos_part) X(ytof_part) \
  X(xkr_inf) X(xkr_part) X(xks_inf) X(xks_part)

/* Factors of the currents, see the step; instant is the sum of those that depend on V alone. */
#define grandi_bers_2010_CURRENTS(X) \
  X(Ca_out) X(Ca_in) X(CaNa_out) X(CaNa_in) X(CaK) X(NCX_in) X(NCX_out) X(NaK) X(Kr) X(instant)
/* clang-format on */

#define ISO_MODEL grandi_bers_2010
#include "kernels/model_types.h"

/* 1 / (1 + e^x) */
ISO_INLINE real grandi_bers_2010_sigmoid(real x) { return R(1.0) / (R(1.0) + iso_exp(x)); }

/* e^(-x^2) */
ISO_INLINE real grandi_bers_2010_bell(real x) { return iso_exp(-x * x); }

ISO_INLINE grandi_bers_2010_gates grandi_bers_2010_gates_at(const grandi_bers_2010_constants *k, real v) {
#define SIGMOID grandi_bers_2010_sigmoid
#define BELL grandi_bers_2010_bell
#define PART(tau) -iso_expm1(-k->step / (tau))
  grandi_bers_2010_gates g;
  const int low = v < R(-40.0);

  g.m_inf = SIGMOID((R(-56.86) - v) / R(9.03));
  g.m_inf = g.m_inf * g.m_inf;
  g.m_part = PART(R(0.1292) * BELL((v + R(45.79)) / R(15.54)) + R(0.06487) * BELL((v - R(4.823)) / R(51.12)));
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

  /* tau = d_inf (1 - e^-x) / (0.035 (V + 5)), x = (V + 5) / 6 */
  const real x = (v + R(5.0)) / R(6.0);
  g.d_inf = SIGMOID(-x);
  g.d_part = -iso_expm1(-k->step * R(0.21) * iso_x_over_expm1(-x) * (R(1.0) + iso_exp(-x)));
  g.f_inf = SIGMOID((v + R(35.0)) / R(9.0)) + R(0.6) * SIGMOID((R(50.0) - v) / R(20.0));
  g.f_part = -iso_expm1(-k->step * (R(0.0197) * BELL(R(0.0337) * (v + R(14.5))) + R(0.02)));

  g.xto_inf = SIGMOID((R(19.0) - v) / R(13.0));
  g.xtos_part = PART(R(9.0) * SIGMOID((v + R(3.0)) / R(15.0)) + R(0.5));
  g.xtof_part = PART(R(8.5) * BELL((v + R(45.0)) / R(50.0)) + R(0.5));
  g.yto_inf = SIGMOID((v + R(19.5)) / R(5.0));
  g.ytos_part = PART(R(800.0) * SIGMOID((v + R(60.0)) / R(10.0)) + R(30.0));
  g.ytof_part = PART(R(85.0) * iso_exp(-(v + R(40.0)) * (v + R(40.0)) / R(220.0)) + R(7.0));

  g.xkr_inf = SIGMOID((R(-10.0) - v) / R(5.0));
  g.xkr_part = PART(R(3300.0) * SIGMOID((R(-22.0) - v) / R(9.0)) * SIGMOID((v + R(11.0)) / R(9.0)) +
                    R(230.0) * SIGMOID((v + R(40.0)) / R(20.0)));
  g.xks_inf = SIGMOID((R(-3.8) - v) / R(14.25));
  g.xks_part = PART(R(990.1) * SIGMOID((R(-2.436) - v) / R(14.12)));
  return g;
#undef SIGMOID
#undef BELL
#undef PART
}

ISO_INLINE grandi_bers_2010_currents grandi_bers_2010_currents_at(const grandi_bers_2010_constants *k,
                                                                  real v) {
  grandi_bers_2010_currents c;
  const real x = v * k->f_rt;
  const real out = iso_x_over_expm1(-x), in = iso_x_over_expm1(x);
  c.Ca_out = k->CaL_Ca * iso_x_over_expm1(R(-2.0) * x);
  c.Ca_in = k->CaL_Ca * iso_x_over_expm1(R(2.0) * x) * k->Ca_o;
  c.CaNa_out = k->CaL_Na * out;
  c.CaNa_in = k->CaL_Na * in * k->Na_o;
  c.CaK = k->CaL_K * (out * k->K_i - in * k->K_o);
  const real back = iso_exp((k->nu - R(1.0)) * x), per_ncx = k->NCX / iso_fma(k->k_sat, back, R(1.0));
  c.NCX_in = per_ncx * iso_exp(k->nu * x) * k->Ca_o;
  c.NCX_out = per_ncx * back * k->Na_o3;
  c.NaK = k->NaK / (R(1.0) + R(0.1245) * iso_exp(R(-0.1) * x) + k->NaK_sigma * iso_exp(-x));
  const real u = v - k->E_K;
  c.Kr = k->g_Kr * grandi_bers_2010_sigmoid((v + R(74.0)) / R(24.0)) * u;
  const real alpha = R(1.02) * grandi_bers_2010_sigmoid(R(0.2385) * (u - R(59.215)));
  const real beta =
      (R(0.49124) * iso_exp(R(0.08032) * (u + R(5.476))) + iso_exp(R(0.06175) * (u - R(594.31)))) *
      grandi_bers_2010_sigmoid(R(-0.5143) * (u + R(4.753)));
  const real plateau = k->g_Kp * grandi_bers_2010_sigmoid(R(7.488) - v / R(5.98));
  c.instant = (k->g_K1 * alpha / (alpha + beta) + plateau) * u + k->g_ClB * (v - k->E_Cl);
  return c;
}

/* Fast inward current from {g_Na (V - E_Na), m, h, j}. */
ISO_INLINE real grandi_bers_2010_fast(const real f[]) { return f[0] * (f[1] * f[1] * f[1]) * (f[2] * f[3]); }

/* Currents over the membrane of one compartment, uA/uF of the cell's membrane. */
typedef struct grandi_bers_2010_membrane {
  real Na, Ca, Cl;          /* Na: without the fast and background currents */
  real all;                 /* of these, with the potassium of the pump */
  real Ca_slope, all_slope; /* what Ca and all change by, for each mM of calcium */
} grandi_bers_2010_membrane;

/* In a compartment that has the part `in` of the channels and the part `L` of those of ICaL, open. */
ISO_INLINE grandi_bers_2010_membrane grandi_bers_2010_over(const grandi_bers_2010_constants *k,
                                                           const grandi_bers_2010_currents *c, real v,
                                                           real in, real L, real Na, real Ca) {
  const real log_Ca = iso_log(Ca);
  const real Na2 = Na * Na, Na3 = Na2 * Na;
  const real n = Na * k->per_K_mNaip, n2 = n * n, n4 = n2 * n2;
  const real a = Ca * k->per_K_dact, a2 = a * a;
  const real w = iso_exp(k->hill_PCa * (log_Ca - k->log_K_mPCa));
  /* The exchanger's denominator over K_mCai Na_o^3, and that of its activation */
  const real NCX_free = iso_fma(k->NCX_Na3, Na3, iso_fma(iso_fma(k->NCX_Ca2, Ca, k->NCX_Ca), Ca, R(1.0)));
  const real NCX_active = a2 + R(1.0), NCX_both = NCX_free * NCX_active;
  real per_all = NCX_both * Ca;
  real per_NaK = n4 + R(1.0), per_pCa = w + R(1.0), per_ClCa = iso_fma(k->per_K_dClCa, Ca, R(1.0));
  iso_invert4(&per_all, &per_NaK, &per_pCa, &per_ClCa);
  const real per_NCX = per_all * Ca, per_Ca = per_all * NCX_both;

  const real NCX_way = in * (a2 * per_NCX), NCX = NCX_way * (c->NCX_in * Na3 - c->NCX_out * Ca);
  const real NCX_bend = R(2.0) * NCX_free * per_Ca - iso_fma(R(2.0) * k->NCX_Ca2, Ca, k->NCX_Ca) * NCX_active;
  const real NCX_slope = iso_fma(NCX * per_NCX, NCX_bend, -(NCX_way * c->NCX_out));
  const real NaK = in * c->NaK * (n4 * per_NaK);
  const real CaL = L * iso_fma(c->Ca_out, Ca, -c->Ca_in);
  const real CaNa = L * iso_fma(c->CaNa_out, Na, -c->CaNa_in);
  const real pCa = k->I_pCa * (w * per_pCa);
  const real CaB = k->g_CaB * (v - k->half_rt_f * (k->log_Ca_o - log_Ca));
  grandi_bers_2010_membrane i;
  i.Na = R(3.0) * (NaK + NCX) + CaNa;
  i.Ca = CaL + in * (pCa + CaB) - R(2.0) * NCX;
  i.Cl = in * k->g_ClCa * (Ca * per_ClCa) * (v - k->E_Cl);
  i.all = i.Na + i.Ca + i.Cl - R(2.0) * NaK;
  i.Ca_slope =
      iso_fma(L, c->Ca_out, in * (per_Ca * iso_fma(k->hill_PCa * pCa, per_pCa, k->g_CaB * k->half_rt_f))) -
      R(2.0) * NCX_slope;
  i.all_slope =
      i.Ca_slope + iso_fma(R(3.0), NCX_slope, in * k->g_ClCa * (v - k->E_Cl) * (per_ClCa * per_ClCa));
  return i;
}

/* What a buffer takes up: mM/ms at the calcium of the start of the step, and more of that per mM. */
typedef struct grandi_bers_2010_uptake {
  real rate, slope;
} grandi_bers_2010_uptake;

/* part is 1 / (1 + half_step (on Ca + off)). */
ISO_INLINE grandi_bers_2010_uptake grandi_bers_2010_binding(real on, real off, real unbound, real bound,
                                                            real Ca, real part) {
  grandi_bers_2010_uptake b;
  b.slope = part * on * unbound;
  b.rate = iso_fma(b.slope, Ca, -(part * off * bound));
  return b;
}

/* That part where it is so near 1 that the inverse is a difference: error below 3e-4 at 0.1 ms. */
ISO_INLINE real grandi_bers_2010_slow(real half_step, real on, real off, real Ca) {
  return iso_fma(-half_step, iso_fma(on, Ca, off), R(1.0));
}

/* Ryanodine receptor: rates of change of RI, O and I. */
ISO_INLINE void grandi_bers_2010_receptor(const grandi_bers_2010_constants *k, real open, real shut, real RI,
                                          real O, real I, real rate[3]) {
  const real free = R(1.0) - (RI + (O + I));
  rate[0] = shut * free + k->ko_m * I - (k->ki_m + open) * RI;
  rate[1] = open * free + k->ki_m * I - (k->ko_m + shut) * O;
  rate[2] = shut * O + open * RI - (k->ki_m + k->ko_m) * I;
}

/* Advances one cell; v is where the currents are taken. Returns the ionic current in uA/uF. */
ISO_INLINE real grandi_bers_2010_step(const grandi_bers_2010_constants *k, const grandi_bers_2010_gates *g,
                                      const grandi_bers_2010_currents *c, real v, grandi_bers_2010_state *s,
                                      real fast[]) {
  const real step = k->step, half = k->half_step;
#define RELAX(x, inf, part) s->x = iso_fma(g->part, g->inf - s->x, s->x)
  RELAX(m, m_inf, m_part);
  RELAX(h, hj_inf, h_part);
  RELAX(j, hj_inf, j_part);
  RELAX(xtos, xto_inf, xtos_part);
  RELAX(ytos, yto_inf, ytos_part);
  RELAX(xtof, xto_inf, xtof_part);
  RELAX(ytof, yto_inf, ytof_part);
  RELAX(xkr, xkr_inf, xkr_part);
  RELAX(xks, xks_inf, xks_part);
  RELAX(d, d_inf, d_part);
  RELAX(f, f_inf, f_part);
#undef RELAX
  /* Differences from the reversal potentials; log(c / c_ref) by its series */
  const real Na_j = k->Na_ref + s->Na_j_shift, Na_sl = k->Na_ref + s->Na_sl_shift;
  real per_j = k->Na_ref + Na_j, per_sl = k->Na_ref + Na_sl;
  iso_invert2(&per_j, &per_sl);
  const real u_j = iso_fma(k->rt_f, iso_log_ratio(s->Na_j_shift * per_j), v - k->E_Na_ref);
  const real u_sl = iso_fma(k->rt_f, iso_log_ratio(s->Na_sl_shift * per_sl), v - k->E_Na_ref);
  /* log(1 + x) of the ions of IKs to three terms: x is some 1e-4. */
  const real x = k->Ks_part * s->Na_i_shift;
  const real u_Ks =
      iso_fma(k->rt_f, x * iso_fma(x, iso_fma(x, R(1.0) / R(3.0), R(-0.5)), R(1.0)), v - k->E_Ks_ref);

  const real u_Na = iso_fma(k->in_j, u_j, k->in_sl * u_sl);
  fast[0] = k->g_Na * u_Na;
  fast[1] = s->m;
  fast[2] = s->h;
  fast[3] = s->j;
  const real I_Na = grandi_bers_2010_fast(fast);
  const real I_K = c->instant + c->Kr * s->xkr + k->g_Ks * (s->xks * s->xks) * u_Ks +
                   iso_fma(k->g_tos * s->xtos, s->ytos, k->g_tof * s->xtof * s->ytof) * (v - k->E_K);

  const real Ca_j = s->Ca_j, Ca_sl = s->Ca_sl, Ca_i = s->Ca_i, Ca_sr = s->Ca_sr;
#define INACTIVATE(x, Ca)                                                                                    \
  do {                                                                                                       \
    const real on = k->fCaB_on * (Ca), off = on + k->fCaB_off;                                               \
    s->x = iso_fma(step * iso_fma(-half, off, R(1.0)), iso_fma(-off, s->x, on), s->x);                       \
  } while (0)
  INACTIVATE(fCaB_j, Ca_j);
  INACTIVATE(fCaB_sl, Ca_sl);
#undef INACTIVATE

  const real g_Na = iso_fma(k->g_Na * (s->m * s->m * s->m), s->h * s->j, k->g_NaB);
  const real df = s->d * s->f, L_j = k->CaL_j * (df - df * s->fCaB_j),
             L_sl = k->CaL_sl * (df - df * s->fCaB_sl);
  const grandi_bers_2010_membrane over_j = grandi_bers_2010_over(k, c, v, k->in_j, L_j, Na_j, Ca_j);
  const grandi_bers_2010_membrane over_sl = grandi_bers_2010_over(k, c, v, k->in_sl, L_sl, Na_sl, Ca_sl);
  const real I = I_Na + k->g_NaB * u_Na + (I_K + c->CaK * (L_j + L_sl)) + (over_j.all + over_sl.all);

  /* Sodium */
  const real NaB_j = s->NaB_j_shift, NaB_sl = s->NaB_sl_shift;
  const real to_B_j = k->Na_on * (k->NaB_j_free - NaB_j) * Na_j - k->Na_off * (k->NaB_j_ref + NaB_j);
  const real to_B_sl = k->Na_on * (k->NaB_sl_free - NaB_sl) * Na_sl - k->Na_off * (k->NaB_sl_ref + NaB_sl);
  const real slope_j = s->Na_sl_shift - s->Na_j_shift, slope_i = s->Na_sl_shift - s->Na_i_shift;
  const real Na_to_j =
      step * (k->Na_j_sl * slope_j - k->mM_j * iso_fma(k->in_j * g_Na, u_j, over_j.Na) - to_B_j);
  const real Na_to_i = step * (k->Na_i_sl * slope_i);
  const real Na_to_sl = step * (-k->Na_sl_j * slope_j - k->Na_sl_i * slope_i -
                                k->mM_sl * iso_fma(k->in_sl * g_Na, u_sl, over_sl.Na) - to_B_sl);
  const real d_Na_sl =
      k->Na_sl_part *
      (Na_to_sl + half * (k->Na_sl_j * k->Na_j_part * Na_to_j + k->Na_sl_i * k->Na_i_part * Na_to_i));
  s->Na_j_shift = iso_fma(k->Na_j_part, iso_fma(half * k->Na_j_sl, d_Na_sl, Na_to_j), s->Na_j_shift);
  s->Na_i_shift = iso_fma(k->Na_i_part, iso_fma(half * k->Na_i_sl, d_Na_sl, Na_to_i), s->Na_i_shift);
  s->Na_sl_shift += d_Na_sl;
  s->NaB_j_shift = iso_fma(step, to_B_j, NaB_j);
  s->NaB_sl_shift = iso_fma(step, to_B_sl, NaB_sl);

  /* Powers of calcium; and what one division gives */
  const real log_sr = iso_log(Ca_sr);
  const real up = iso_exp(k->hill_SRCaP * (iso_log(Ca_i) - k->log_K_mf));
  const real down = iso_exp(k->hill_SRCaP * (log_sr - k->log_K_mr));
  const real load = iso_exp(R(2.5) * (log_sr - k->log_EC50_SR));
  const real bound_sr = k->Csqn_ref + s->Csqn_shift;
  real per_uptake = up + down + R(1.0), per_load = load + R(1.0),
       per_full = iso_fma(k->min_SR, load, k->max_SR);
  real Csqn_part = iso_fma(half, iso_fma(k->Csqn_on, Ca_sr, k->Csqn_off), R(1.0));
  const real full = per_full, loaded = per_load;
  iso_invert4(&per_uptake, &per_load, &per_full, &Csqn_part);
  const real uptake = k->Vmax_SRCaP * (up - down) * per_uptake;

  const real open = k->ko_Ca * (Ca_j * Ca_j) * (loaded * per_full);
  const real shut = k->ki_Ca * Ca_j * (full * per_load);
  real rate[3];
  grandi_bers_2010_receptor(k, open, shut, s->RyR_RI, s->RyR_O, s->RyR_I, rate);
  grandi_bers_2010_receptor(k, open, shut, iso_fma(half, rate[0], s->RyR_RI),
                            iso_fma(half, rate[1], s->RyR_O), iso_fma(half, rate[2], s->RyR_I), rate);
  s->RyR_RI = iso_fma(step, rate[0], s->RyR_RI);
  s->RyR_O = iso_fma(step, rate[1], s->RyR_O);
  s->RyR_I = iso_fma(step, rate[2], s->RyR_I);

  /* Buffers of calcium */
#define BIND grandi_bers_2010_binding
#define SLOW(x) grandi_bers_2010_slow(half, k->x##_on, k->x##_off, Ca_i)
  const real Hc = k->TnCHc_ref + s->TnCHc_shift, Hm = k->TnCHm_ref + s->TnCHm_shift;
  const real Mc = k->Myoc_ref + s->Myoc_shift, Mm = k->Myom_ref + s->Myom_shift;
  const real H_free = k->TnCH_free - (s->TnCHc_shift + s->TnCHm_shift);
  const real M_free = k->Myo_free - (s->Myoc_shift + s->Myom_shift);
  const real Mg_H = k->TnCHm_on * H_free - k->TnCHm_off * Hm, Mg_M = k->Myom_on * M_free - k->Myom_off * Mm;
  const grandi_bers_2010_uptake TnCL = BIND(k->TnCL_on, k->TnCL_off, k->B_TnCL - s->TnCL, s->TnCL, Ca_i,
                                            SLOW(TnCL)),
                                TnCH = BIND(k->TnCHc_on, k->TnCHc_off, H_free, Hc, Ca_i, SLOW(TnCHc)),
                                CaM = BIND(k->CaM_on, k->CaM_off, k->B_CaM - s->CaM, s->CaM, Ca_i, SLOW(CaM)),
                                Myo = BIND(k->Myoc_on, k->Myoc_off, M_free, Mc, Ca_i, SLOW(Myoc)),
                                SRB = BIND(k->SRB_on, k->SRB_off, k->B_SR - s->SRB, s->SRB, Ca_i, SLOW(SRB));
  real L_j_part = iso_fma(half, iso_fma(k->SLL_on, Ca_j, k->SLL_off), R(1.0));
  real L_sl_part = iso_fma(half, iso_fma(k->SLL_on, Ca_sl, k->SLL_off), R(1.0));
  real H_j_part = iso_fma(half, iso_fma(k->SLH_on, Ca_j, k->SLH_off), R(1.0));
  real H_sl_part = iso_fma(half, iso_fma(k->SLH_on, Ca_sl, k->SLH_off), R(1.0));
  iso_invert4(&L_j_part, &L_sl_part, &H_j_part, &H_sl_part);
  const grandi_bers_2010_uptake
      SLL_j = BIND(k->SLL_on, k->SLL_off, k->B_SLL_j - s->SLL_j, s->SLL_j, Ca_j, L_j_part),
      SLL_sl = BIND(k->SLL_on, k->SLL_off, k->B_SLL_sl - s->SLL_sl, s->SLL_sl, Ca_sl, L_sl_part),
      SLH_j = BIND(k->SLH_on, k->SLH_off, k->B_SLH_j - s->SLH_j, s->SLH_j, Ca_j, H_j_part),
      SLH_sl = BIND(k->SLH_on, k->SLH_off, k->B_SLH_sl - s->SLH_sl, s->SLH_sl, Ca_sl, H_sl_part),
      Csqn = BIND(k->Csqn_on, k->Csqn_off, k->Csqn_free - s->Csqn_shift, bound_sr, Ca_sr, Csqn_part);
#undef BIND
#undef SLOW

  /* Calcium: what flows in per step, less what buffers take; and the diagonal of the implicit equations */
  const real release = iso_fma(k->k_s, s->RyR_O, k->k_leak), released = release * (Ca_sr - Ca_j);
  const real Ca_slope_j = Ca_sl - Ca_j, Ca_slope_i = Ca_sl - Ca_i;
  const real to_sr = step * (uptake - released - Csqn.rate);
  const real to_j = step * (released * k->sr_j + k->Ca_j_sl * Ca_slope_j - R(0.5) * k->mM_j * over_j.Ca -
                            (SLL_j.rate + SLH_j.rate));
  const real to_sl = step * (-k->Ca_sl_j * Ca_slope_j - k->Ca_sl_i * Ca_slope_i -
                             R(0.5) * k->mM_sl * over_sl.Ca - (SLL_sl.rate + SLH_sl.rate));
  const real to_i = step * (k->Ca_i_sl * Ca_slope_i - uptake * k->sr_i -
                            (TnCL.rate + (TnCH.rate + Mg_H) + CaM.rate + (Myo.rate + Mg_M) + SRB.rate));
  real per_sr = iso_fma(half, release + Csqn.slope, R(1.0));
  real per_i =
      iso_fma(half, k->Ca_i_sl + (TnCL.slope + TnCH.slope + CaM.slope + Myo.slope + SRB.slope), R(1.0));
  iso_invert2(&per_sr, &per_i);
  /* The ends of the chain eliminated; then junction and subsarcolemma */
  const real half_release = half * release, sr_to_j = half_release * k->sr_j * per_sr;
  const real i_to_sl = half * k->Ca_sl_i * per_i;
  const real A_j =
      iso_fma(half, k->Ca_j_sl + R(0.5) * k->mM_j * over_j.Ca_slope + (SLL_j.slope + SLH_j.slope),
              iso_fma(half_release, k->sr_j, R(1.0)) - sr_to_j * half_release);
  const real A_sl =
      iso_fma(half,
              k->Ca_sl_j + k->Ca_sl_i + R(0.5) * k->mM_sl * over_sl.Ca_slope + (SLL_sl.slope + SLH_sl.slope),
              R(1.0)) -
      i_to_sl * (half * k->Ca_i_sl);
  const real B_j = iso_fma(sr_to_j, to_sr, to_j), B_sl = iso_fma(i_to_sl, to_i, to_sl);
  const real from_sl = half * k->Ca_j_sl, from_j = half * k->Ca_sl_j;
  const real per_det = R(1.0) / iso_fma(A_j, A_sl, -(from_sl * from_j));
  const real d_j = iso_fma(A_sl, B_j, from_sl * B_sl) * per_det;
  const real d_sl = iso_fma(A_j, B_sl, from_j * B_j) * per_det;
  const real d_sr = iso_fma(half_release, d_j, to_sr) * per_sr;
  const real d_i = iso_fma(half * k->Ca_i_sl, d_sl, to_i) * per_i;
  s->Ca_j += d_j;
  s->Ca_sl += d_sl;
  s->Ca_sr += d_sr;
  s->Ca_i += d_i;
#define TAKE(state, buffer, d)                                                                               \
  s->state = iso_fma(half * buffer.slope, d, iso_fma(step, buffer.rate, s->state))
  TAKE(TnCL, TnCL, d_i);
  TAKE(TnCHc_shift, TnCH, d_i);
  TAKE(CaM, CaM, d_i);
  TAKE(Myoc_shift, Myo, d_i);
  TAKE(SRB, SRB, d_i);
  TAKE(SLL_j, SLL_j, d_j);
  TAKE(SLL_sl, SLL_sl, d_sl);
  TAKE(SLH_j, SLH_j, d_j);
  TAKE(SLH_sl, SLH_sl, d_sl);
  TAKE(Csqn_shift, Csqn, d_sr);
#undef TAKE
  s->TnCHm_shift = iso_fma(step, Mg_H, s->TnCHm_shift);
  s->Myom_shift = iso_fma(step, Mg_M, s->Myom_shift);
  return iso_fma(R(0.5), iso_fma(over_j.all_slope, d_j, over_sl.all_slope * d_sl), I);
}

#endif

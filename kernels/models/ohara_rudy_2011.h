/* Human ventricle of O'Hara, Virag, Varro and Rudy, PLoS Comput Biol 7:e1002061 (2011), doi
 * 10.1371/journal.pcbi.1002061, with the equations and constants of its Text S1 and published code. The
 * initial states are those after 1000 beats at 1 Hz from the published ones (V -87 mV, gates at 0 or 1).
 *
 * Time scheme, of second order: gates by Rush-Larsen; nca by the implicit midpoint with calcium half a step
 * back; calcium by Adams and Bashforth's second-order formula with instantaneous buffers, whose rates of the
 * step before are states; Jrel relaxes, and the junctional reticulum loses by release, by 1 / (1 + x + x^2 /
 * 2) for e^-x, which keeps both positive where M cells all but empty it. CaMKt and the slow concentrations
 * advance by forward Euler. The latter are kept as differences, of the cytosol from a reference and of the
 * subspace from the cytosol, because single precision would round their increments away. */
#ifndef ISO_KERNELS_MODELS_OHARA_RUDY_2011_H
#define ISO_KERNELS_MODELS_OHARA_RUDY_2011_H

#include "kernels/models/common/ohara_rudy.h"

#define ohara_rudy_2011_TITLE "O'Hara et al. 2011, human ventricle"
#define ohara_rudy_2011_PAPER                                                                                \
  "O'Hara T, Virag L, Varro A, Rudy Y. PLoS Comput Biol 7:e1002061, 2011. doi:10.1371/journal.pcbi.1002061"
#define ohara_rudy_2011_VM_REST (-88.00285643)
#define ohara_rudy_2011_ACTIVATION 0.0
#define ohara_rudy_2011_MAX_STEP 0.1, ISO_SLOW_STEP(0.4)
#define ohara_rudy_2011_NFAST 3
#define ohara_rudy_2011_TABLED 1

#define ohara_rudy_2011_STATES(X)                                                                            \
  X(m, "1", 0.00734341813919, "activation of INa", ISO_FRACTION)                                             \
  X(hf, "1", 0.698140160045, "fast inactivation of INa", ISO_FRACTION)                                       \
  X(hs, "1", 0.698123300327, "slow part of it", ISO_FRACTION)                                                \
  X(hsp, "1", 0.454990145092, "hs where phosphorylated by CaMK", ISO_FRACTION)                               \
  X(j, "1", 0.698028783629, "slow inactivation of INa", ISO_FRACTION)                                        \
  X(jp, "1", 0.697965391445, "j where phosphorylated", ISO_FRACTION)                                         \
  X(mL, "1", 0.000188227694216, "activation of INaL", ISO_FRACTION)                                          \
  X(hL, "1", 0.501451095987, "inactivation of INaL", ISO_FRACTION)                                           \
  X(hLp, "1", 0.270065267712, "hL where phosphorylated", ISO_FRACTION)                                       \
  X(a, "1", 0.00100103324772, "activation of Ito", ISO_FRACTION)                                             \
  X(iF, "1", 0.999554251324, "fast inactivation of Ito", ISO_FRACTION)                                       \
  X(iS, "1", 0.591397907787, "slow inactivation of Ito", ISO_FRACTION)                                       \
  X(ap, "1", 0.000510053443631, "a where phosphorylated", ISO_FRACTION)                                      \
  X(iFp, "1", 0.999554258727, "iF where phosphorylated", ISO_FRACTION)                                       \
  X(iSp, "1", 0.64422410155, "iS where phosphorylated", ISO_FRACTION)                                        \
  X(d, "1", 2.34026470187e-09, "activation of ICaL", ISO_FRACTION)                                           \
  X(ff, "1", 0.999999990877, "fast voltage inactivation of ICaL", ISO_FRACTION)                              \
  X(fs, "1", 0.911133125012, "slow voltage inactivation of ICaL", ISO_FRACTION)                              \
  X(fcaf, "1", 0.999999990877, "fast calcium inactivation of ICaL", ISO_FRACTION)                            \
  X(fcas, "1", 0.999823257638, "slow calcium inactivation of ICaL", ISO_FRACTION)                            \
  X(jca, "1", 0.99997709558, "recovery from calcium inactivation of ICaL", ISO_FRACTION)                     \
  X(ffp, "1", 0.999999990874, "ff where phosphorylated", ISO_FRACTION)                                       \
  X(fcafp, "1", 0.999999990874, "fcaf where phosphorylated", ISO_FRACTION)                                   \
  X(nca, "1", 0.00271526018608, "fraction of ICaL in calcium mode", ISO_FRACTION)                            \
  X(xrf, "1", 8.06837213186e-06, "fast activation of IKr", ISO_FRACTION)                                     \
  X(xrs, "1", 0.450302137331, "slow activation of IKr", ISO_FRACTION)                                        \
  X(xs1, "1", 0.269487378891, "slow activation of IKs", ISO_FRACTION)                                        \
  X(xs2, "1", 0.000192827118825, "fast activation of IKs", ISO_FRACTION)                                     \
  X(xk1, "1", 0.996759492516, "gate of IK1", ISO_FRACTION)                                                   \
  X(CaMKt, "1", 0.0125186063603, "CaMK bound to trapped calmodulin", ISO_FRACTION)                           \
  X(Jrel_np, "mM/ms", 2.50713416823e-07, "release of the reticulum, not phosphorylated")                     \
  X(Jrel_p, "mM/ms", 3.13234643723e-07, "release of the reticulum, phosphorylated")                          \
  X(Ca_i, "mM", 8.5775085774e-05, "cytosolic calcium", ISO_CONCENTRATION)                                    \
  X(Ca_ss, "mM", 8.46537326403e-05, "calcium of the subspace", ISO_CONCENTRATION)                            \
  X(Ca_nsr, "mM", 1.61942898512, "calcium of the network reticulum", ISO_CONCENTRATION)                      \
  X(Ca_jsr, "mM", 1.57317237771, "calcium of the junctional reticulum", ISO_CONCENTRATION)                   \
  X(Na_i_shift, "mM", 0, "cytosolic sodium above Na_i_ref", ISO_ABOVE(Na_i_ref))                             \
  X(Na_ss_excess, "mM", 8.508124058e-05, "sodium of the subspace above that of the cytosol",                 \
    ISO_ABOVE(Na_i_shift))                                                                                   \
  X(K_i_shift, "mM", 0, "cytosolic potassium above K_i_ref", ISO_ABOVE(K_i_ref),                             \
    ISO_CARRIER(1.533576e-4 / (96485 * 0.70 * 3.7994e-5)))                                                   \
  X(K_ss_excess, "mM", -2.676027475e-05, "potassium of the subspace above that of the cytosol",              \
    ISO_ABOVE(K_i_shift))                                                                                    \
  X(Ca_i_rate, "mM/ms", 0, "change of Ca_i in the step before")                                              \
  X(Ca_ss_rate, "mM/ms", 0, "change of Ca_ss in the step before")                                            \
  X(Ca_nsr_rate, "mM/ms", 0, "change of Ca_nsr in the step before")                                          \
  X(Ca_jsr_gain, "mM/ms", 0, "change of Ca_jsr by refilling in the step before")                             \
  X(Ca_jsr_loss, "1/ms", 0, "relative loss of Ca_jsr by release in the step before")

#define ohara_rudy_2011_PARAMETERS(X)                                                                        \
  X(g_Na, "mS/uF", 75, "fast sodium conductance")                                                            \
  X(g_NaL, "mS/uF", 0.0075, "late sodium conductance")                                                       \
  X(g_to, "mS/uF", 0.02, "transient outward conductance")                                                    \
  X(P_CaL, "cm/s", 1e-4, "L-type calcium permeability")                                                      \
  X(g_Kr, "mS/uF", 0.046, "rapid delayed rectifier conductance at K_o = 5.4 mM")                             \
  X(g_Ks, "mS/uF", 0.0034, "slow delayed rectifier conductance")                                             \
  X(g_K1, "mS/uF", 0.1908, "inward rectifier conductance at K_o = 1 mM")                                     \
  X(K_NaCa, "uA/uF", 0.0008, "sodium-calcium exchanger")                                                     \
  X(P_NaK, "uA/uF", 30, "sodium-potassium pump")                                                             \
  X(g_Kb, "mS/uF", 0.003, "background potassium conductance")                                                \
  X(P_Nab, "cm/s", 3.75e-10, "background sodium permeability")                                               \
  X(P_Cab, "cm/s", 2.5e-8, "background calcium permeability")                                                \
  X(g_pCa, "uA/uF", 0.0005, "sarcolemmal calcium pump")                                                      \
  X(NaCa_ss, "1", 0.2, "part of the exchanger in the subspace")                                              \
  X(K_o, "mM", 5.4, "extracellular potassium")                                                               \
  X(Na_o, "mM", 140, "extracellular sodium")                                                                 \
  X(Ca_o, "mM", 1.8, "extracellular calcium")                                                                \
  X(K_i_ref, "mM", 144.655737443, "cytosolic potassium where K_i_shift is 0")                                \
  X(Na_i_ref, "mM", 7.26777552755, "cytosolic sodium where Na_i_shift is 0")                                 \
  X(temperature, "K", 310, "temperature")                                                                    \
  X(P_kna, "1", 0.01833, "sodium permeability of IKs relative to potassium")                                 \
  X(i_epi, "1", 0, "what the epicardium takes off the time constants of Ito's inactivation")                 \
  X(tau_hL, "ms", 200, "time constant of hL")                                                                \
  X(tau_jca, "ms", 75, "time constant of jca")                                                               \
  X(K_mn, "mM", 0.002, "calcium of half effect on nca")                                                      \
  X(k2n, "1/ms", 1000, "rate into calcium mode")                                                             \
  X(CaMK_0, "1", 0.05, "fraction of CaMK bound at rest")                                                     \
  X(K_mCaM, "mM", 0.0015, "calcium of half binding of calmodulin")                                           \
  X(K_mCaMK, "1", 0.15, "CaMK of half phosphorylation")                                                      \
  X(a_CaMK, "1/ms", 0.05, "phosphorylation of CaMK")                                                         \
  X(b_CaMK, "1/ms", 0.00068, "dephosphorylation of CaMK")                                                    \
  X(a_rel, "mM/ms", 2.375, "gain of the release, uF/uA")                                                     \
  X(tau_rel, "ms", 4.75, "time constant of the release")                                                     \
  X(K_rel, "mM", 1.5, "reticulum calcium of half release")                                                   \
  X(V_up, "mM/ms", 0.004375, "uptake of the reticulum")                                                      \
  X(V_leak, "1/ms", 0.0002625, "leak of the reticulum")                                                      \
  X(tau_tr, "ms", 100, "diffusion from network to junctional reticulum")                                     \
  X(tau_Ca, "ms", 0.2, "diffusion of calcium from the subspace")                                             \
  X(tau_ion, "ms", 2, "diffusion of the other ions from the subspace")                                       \
  X(Buf_cmdn, "mM", 0.05, "calmodulin of the cytosol")                                                       \
  X(K_cmdn, "mM", 0.00238, "its dissociation constant")                                                      \
  X(Buf_trpn, "mM", 0.07, "troponin of the cytosol")                                                         \
  X(K_trpn, "mM", 0.0005, "its dissociation constant")                                                       \
  X(Buf_BSR, "mM", 0.047, "reticular buffer of the subspace")                                                \
  X(K_BSR, "mM", 0.00087, "its dissociation constant")                                                       \
  X(Buf_BSL, "mM", 1.124, "sarcolemmal buffer of the subspace")                                              \
  X(K_BSL, "mM", 0.0087, "its dissociation constant")                                                        \
  X(Buf_csqn, "mM", 10, "calsequestrin")                                                                     \
  X(K_csqn, "mM", 0.8, "its dissociation constant")

#define ohara_rudy_2011_VARIANTS(X)                                                                          \
  X(endo, "endocardium")                                                                                     \
  X(epi, "epicardium")                                                                                       \
  X(mid, "midmyocardium (M cell)")
#define ohara_rudy_2011_CHANGES_endo(X)
#define ohara_rudy_2011_CHANGES_epi(X)                                                                       \
  X(g_NaL, 0.0045)                                                                                           \
  X(g_to, 0.08)                                                                                              \
  X(P_CaL, 0.00012)                                                                                          \
  X(g_Kr, 0.0598)                                                                                            \
  X(g_Ks, 0.00476)                                                                                           \
  X(g_K1, 0.22896)                                                                                           \
  X(K_NaCa, 0.00088)                                                                                         \
  X(P_NaK, 27)                                                                                               \
  X(g_Kb, 0.0018)                                                                                            \
  X(i_epi, 0.95)                                                                                             \
  X(V_up, 0.0056875)                                                                                         \
  X(Buf_cmdn, 0.065)                                                                                         \
  X(vm, -87.9369884988)                                                                                      \
  X(m, 0.00739221970602)                                                                                     \
  X(hf, 0.695854557539)                                                                                      \
  X(hs, 0.69584440009)                                                                                       \
  X(hsp, 0.452332515076)                                                                                     \
  X(j, 0.695785656361)                                                                                       \
  X(jp, 0.695744473255)                                                                                      \
  X(mL, 0.00019059728857)                                                                                    \
  X(hL, 0.50203162579)                                                                                       \
  X(hLp, 0.276050724568)                                                                                     \
  X(a, 0.00100548585745)                                                                                     \
  X(iF, 0.999549137502)                                                                                      \
  X(iS, 0.9995420785)                                                                                        \
  X(ap, 0.000512323288379)                                                                                   \
  X(iFp, 0.99954913782)                                                                                      \
  X(iSp, 0.999547632143)                                                                                     \
  X(d, 2.37697827064e-09)                                                                                    \
  X(ff, 0.999999990714)                                                                                      \
  X(fs, 0.922851297658)                                                                                      \
  X(fcaf, 0.999999990714)                                                                                    \
  X(fcas, 0.999890651285)                                                                                    \
  X(jca, 0.999984612772)                                                                                     \
  X(ffp, 0.999999990712)                                                                                     \
  X(fcafp, 0.999999990712)                                                                                   \
  X(nca, 0.00173702938556)                                                                                   \
  X(xrf, 8.1160387556e-06)                                                                                   \
  X(xrs, 0.423043457661)                                                                                     \
  X(xs1, 0.241367466955)                                                                                     \
  X(xs2, 0.000194230787071)                                                                                  \
  X(xk1, 0.99677661712)                                                                                      \
  X(CaMKt, 0.0159831809405)                                                                                  \
  X(Ca_i, 7.63828308525e-05)                                                                                 \
  X(Ca_ss, 7.53563660666e-05)                                                                                \
  X(Ca_nsr, 2.00160006587)                                                                                   \
  X(Ca_jsr, 1.94585004563)                                                                                   \
  X(Jrel_np, 4.60541579077e-07)                                                                              \
  X(Jrel_p, 5.75578136298e-07)                                                                               \
  X(Na_i_ref, 7.87526493372)                                                                                 \
  X(Na_ss_excess, 8.221959092e-05)                                                                           \
  X(K_i_ref, 143.979222581)                                                                                  \
  X(K_ss_excess, -3.263211497e-05)
#define ohara_rudy_2011_CHANGES_mid(X)                                                                       \
  X(g_to, 0.08)                                                                                              \
  X(P_CaL, 0.00025)                                                                                          \
  X(g_Kr, 0.0368)                                                                                            \
  X(g_K1, 0.24804)                                                                                           \
  X(K_NaCa, 0.00112)                                                                                         \
  X(P_NaK, 21)                                                                                               \
  X(a_rel, 4.0375)                                                                                           \
  X(vm, -87.6850001127)                                                                                      \
  X(m, 0.00758191066512)                                                                                     \
  X(hf, 0.687021092822)                                                                                      \
  X(hs, 0.686998135108)                                                                                      \
  X(hsp, 0.442050408519)                                                                                     \
  X(j, 0.686866422163)                                                                                       \
  X(jp, 0.686774259292)                                                                                      \
  X(mL, 0.00019994130178)                                                                                    \
  X(hL, 0.485770062706)                                                                                      \
  X(hLp, 0.249786189278)                                                                                     \
  X(a, 0.00102271452327)                                                                                     \
  X(iF, 0.999528731063)                                                                                      \
  X(iS, 0.559889221401)                                                                                      \
  X(ap, 0.000521106185435)                                                                                   \
  X(iFp, 0.999528741385)                                                                                     \
  X(iSp, 0.607157024647)                                                                                     \
  X(d, 2.5229071963e-09)                                                                                     \
  X(ff, 0.999999990057)                                                                                      \
  X(fs, 0.878859928086)                                                                                      \
  X(fcaf, 0.999999990057)                                                                                    \
  X(fcas, 0.999640508937)                                                                                    \
  X(jca, 0.999955324783)                                                                                     \
  X(ffp, 0.999999990053)                                                                                     \
  X(fcafp, 0.999999990053)                                                                                   \
  X(nca, 0.00442775381694)                                                                                   \
  X(xrf, 8.63237526759e-06)                                                                                  \
  X(xrs, 0.483869904039)                                                                                     \
  X(xs1, 0.323182480662)                                                                                     \
  X(xs2, 0.000199834646687)                                                                                  \
  X(xk1, 0.996842120322)                                                                                     \
  X(CaMKt, 0.0256943413394)                                                                                  \
  X(Ca_i, 9.88158765705e-05)                                                                                 \
  X(Ca_ss, 9.62333737351e-05)                                                                                \
  X(Ca_nsr, 2.15374913678)                                                                                   \
  X(Ca_jsr, 2.09616649842)                                                                                   \
  X(Jrel_np, 1.79347568278e-06)                                                                              \
  X(Jrel_p, 2.24160141343e-06)                                                                               \
  X(Na_i_ref, 9.00707333642)                                                                                 \
  X(Na_ss_excess, 0.0001407910125)                                                                           \
  X(K_i_ref, 142.813506596)                                                                                  \
  X(K_ss_excess, -3.693013639e-05)

/* mM_c and mM_ss make mM/ms of monovalent ions of uA/uF. */
#define ohara_rudy_2011_CONSTANTS(X)                                                                         \
  X(step, step)                                                                                              \
  X(half_step, R(0.5) * step)                                                                                \
  X(rt_f, OHARA_RUDY_GAS * p->temperature / OHARA_RUDY_FARADAY)                                              \
  X(f_rt, R(1.0) / k.rt_f)                                                                                   \
  X(Na_o, p->Na_o)                                                                                           \
  X(K_o, p->K_o)                                                                                             \
  X(i_epi, p->i_epi)                                                                                         \
  X(hL_part, -iso_expm1(-step / p->tau_hL))                                                                  \
  X(hLp_part, -iso_expm1(-step / (R(3.0) * p->tau_hL)))                                                      \
  X(jca_part, -iso_expm1(-step / p->tau_jca))                                                                \
  X(g_Na, p->g_Na)                                                                                           \
  X(g_NaL, p->g_NaL)                                                                                         \
  X(g_to, p->g_to)                                                                                           \
  X(g_Kr, p->g_Kr *iso_sqrt(p->K_o / R(5.4)))                                                                \
  X(g_Ks, p->g_Ks)                                                                                           \
  X(g_K1, p->g_K1 *iso_sqrt(p->K_o))                                                                         \
  X(g_Kb, p->g_Kb)                                                                                           \
  X(NaCa_ss, R(5000.0) * p->K_NaCa * p->NaCa_ss)                                                             \
  X(NaCa_i, R(5000.0) * p->K_NaCa * (R(1.0) - p->NaCa_ss))                                                   \
  X(P_NaK, p->P_NaK)                                                                                         \
  X(P_CaL, p->P_CaL)                                                                                         \
  X(Ca_in, R(0.341) * p->Ca_o)                                                                               \
  X(P_Nab, p->P_Nab)                                                                                         \
  X(P_Cab, p->P_Cab)                                                                                         \
  X(g_pCa, p->g_pCa)                                                                                         \
  X(h10, R(13.5) + p->Na_o / R(15.0) * (R(1.0) + p->Na_o / R(5.0)))                                          \
  X(k1, R(300.0) * p->Ca_o / k.h10)                                                                          \
  X(k8_k3pp, R(12.0) * p->Na_o * p->Na_o / (R(75.0) * k.h10))                                                \
  X(P_kna, p->P_kna)                                                                                         \
  X(K_i_ref, p->K_i_ref)                                                                                     \
  X(Na_i_ref, p->Na_i_ref)                                                                                   \
  X(E_K_ref, k.rt_f *iso_log(p->K_o / p->K_i_ref))                                                           \
  X(E_Na_ref, k.rt_f *iso_log(p->Na_o / p->Na_i_ref))                                                        \
  X(E_Ks_ref, k.rt_f *iso_log((p->K_o + p->P_kna * p->Na_o) / (p->K_i_ref + p->P_kna * p->Na_i_ref)))        \
  X(K_mn, p->K_mn)                                                                                           \
  X(k2n, p->k2n)                                                                                             \
  X(CaMK_0, p->CaMK_0)                                                                                       \
  X(K_mCaM, p->K_mCaM)                                                                                       \
  X(K_mCaMK, p->K_mCaMK)                                                                                     \
  X(a_CaMK, p->a_CaMK)                                                                                       \
  X(b_CaMK, p->b_CaMK)                                                                                       \
  X(a_rel, p->a_rel)                                                                                         \
  X(tau_rel, p->tau_rel)                                                                                     \
  X(K_rel4, p->K_rel * p->K_rel * p->K_rel * p->K_rel)                                                       \
  X(K_rel8, k.K_rel4 *k.K_rel4)                                                                              \
  X(V_up, p->V_up)                                                                                           \
  X(V_leak, p->V_leak)                                                                                       \
  X(per_tr, R(1.0) / p->tau_tr)                                                                              \
  X(per_Ca, R(1.0) / p->tau_Ca)                                                                              \
  X(per_ion, R(1.0) / p->tau_ion)                                                                            \
  X(K_cmdn, p->K_cmdn)                                                                                       \
  X(BK_cmdn, p->Buf_cmdn * p->K_cmdn)                                                                        \
  X(K_trpn, p->K_trpn)                                                                                       \
  X(BK_trpn, p->Buf_trpn * p->K_trpn)                                                                        \
  X(K_BSR, p->K_BSR)                                                                                         \
  X(BK_BSR, p->Buf_BSR * p->K_BSR)                                                                           \
  X(K_BSL, p->K_BSL)                                                                                         \
  X(BK_BSL, p->Buf_BSL * p->K_BSL)                                                                           \
  X(K_csqn, p->K_csqn)                                                                                       \
  X(BK_csqn, p->Buf_csqn * p->K_csqn)                                                                        \
  X(mM_c, OHARA_RUDY_CAPACITANCE / (OHARA_RUDY_FARADAY * OHARA_RUDY_V_MYO))                                  \
  X(mM_ss, OHARA_RUDY_CAPACITANCE / (OHARA_RUDY_FARADAY * OHARA_RUDY_V_SS))

/* clang-format off */
#define ohara_rudy_2011_GATES(X) \
  OHARA_RUDY_GATES(X) \
  X(m_inf) X(m_part) X(h_inf) X(hf_part) X(hs_part) X(hsp_inf) X(hsp_part) X(j_part) X(jp_part) X(d_inf) \
  X(xr_inf) X(xrf_part) X(xrs_part) X(xk1_inf) X(xk1_part)
/* clang-format on */

/* Kr_fast and Kr_slow: IKr over its gates and V - E_K; K1: IK1 over its gate. */
#define ohara_rudy_2011_CURRENTS(X) OHARA_RUDY_CURRENTS(X) X(Kb) X(Kr_fast) X(Kr_slow) X(K1)

#define ISO_MODEL ohara_rudy_2011
#include "kernels/model_types.h"

ISO_INLINE ohara_rudy_2011_gates ohara_rudy_2011_gates_at(const ohara_rudy_2011_constants *k, real v) {
#define SIGMOID ohara_rudy_sigmoid
  ohara_rudy_2011_gates g;
  const ohara_rudy_gates shared = ohara_rudy_gates_at(k->step, k->i_epi, v);
#define TAKE(name) g.name = shared.name;
  OHARA_RUDY_GATES(TAKE)
#undef TAKE
  g.m_inf = SIGMOID((R(-39.57) - v) / R(9.871));
  g.m_part = -iso_expm1(-k->step * (R(6.765) * iso_exp((v + R(11.64)) / R(34.77)) +
                                    R(8.552) * iso_exp((R(-77.42) - v) / R(5.955))));
  g.h_inf = SIGMOID((v + R(82.9)) / R(6.086));
  g.hf_part = -iso_expm1(-k->step * (R(1.432e-5) * iso_exp((R(-1.196) - v) / R(6.285)) +
                                     R(6.149) * iso_exp((v + R(0.5096)) / R(20.27))));
  const real hs =
      R(0.009794) * iso_exp((R(-17.95) - v) / R(28.05)) + R(0.3343) * iso_exp((v + R(5.73)) / R(56.66));
  g.hs_part = -iso_expm1(-k->step * hs);
  g.hsp_inf = SIGMOID((v + R(89.1)) / R(6.086));
  g.hsp_part = -iso_expm1(-k->step * hs / R(3.0));
  const real tau_j = R(2.038) + R(1.0) / (R(0.02136) * iso_exp((R(-100.6) - v) / R(8.281)) +
                                          R(0.3052) * iso_exp((v + R(0.9941)) / R(38.45)));
  g.j_part = -iso_expm1(-k->step / tau_j);
  g.jp_part = -iso_expm1(-k->step / (R(1.46) * tau_j));
  g.d_inf = SIGMOID((R(-3.94) - v) / R(4.23));
  g.xr_inf = SIGMOID((R(-8.337) - v) / R(6.789));
  g.xrf_part =
      -iso_expm1(-k->step / (R(12.98) + R(1.0) / (R(0.3652) * iso_exp((v - R(31.66)) / R(3.869)) +
                                                  R(4.123e-5) * iso_exp((R(47.78) - v) / R(20.38)))));
  g.xrs_part =
      -iso_expm1(-k->step / (R(1.865) + R(1.0) / (R(0.06629) * iso_exp((v - R(34.7)) / R(7.355)) +
                                                  R(1.128e-5) * iso_exp((R(29.74) - v) / R(25.94)))));
  g.xk1_inf = SIGMOID(-(v + R(2.5538) * k->K_o + R(144.59)) / (R(1.5692) * k->K_o + R(3.8115)));
  g.xk1_part = -iso_expm1(-k->step / R(122.2) *
                          (iso_exp((R(-127.2) - v) / R(20.36)) + iso_exp((v + R(236.8)) / R(69.33))));
  return g;
#undef SIGMOID
}

ISO_INLINE ohara_rudy_2011_currents ohara_rudy_2011_currents_at(const ohara_rudy_2011_constants *k, real v) {
  ohara_rudy_2011_currents c;
  const ohara_rudy_currents shared = ohara_rudy_currents_at(k->f_rt, k->Na_o, k->K_o, v);
#define TAKE(name) c.name = shared.name;
  OHARA_RUDY_CURRENTS(TAKE)
#undef TAKE
  c.Kb = k->g_Kb * ohara_rudy_sigmoid((R(14.48) - v) / R(18.34));
  const real Kr =
      k->g_Kr * ohara_rudy_sigmoid((v + R(55.0)) / R(75.0)) * ohara_rudy_sigmoid((v - R(10.0)) / R(30.0));
  const real fast = ohara_rudy_sigmoid((v + R(54.81)) / R(38.21));
  c.Kr_fast = Kr * fast;
  c.Kr_slow = Kr * (R(1.0) - fast);
  c.K1 = k->g_K1 * ohara_rudy_sigmoid((v + R(105.8) - R(2.6) * k->K_o) / R(9.493));
  return c;
}

/* Fast inward current from {g_Na (V - E_Na), m, h j of what is and is not phosphorylated}. */
ISO_INLINE real ohara_rudy_2011_fast(const real f[]) { return f[0] * (f[1] * f[1] * f[1]) * f[2]; }

/* Advances one cell; v is where the currents are taken. Returns the ionic current in uA/uF. */
ISO_INLINE real ohara_rudy_2011_step(const ohara_rudy_2011_constants *k, const ohara_rudy_2011_gates *g,
                                     const ohara_rudy_2011_currents *c, real v, ohara_rudy_2011_state *s,
                                     real fast[]) {
#define RELAX OHARA_RUDY_RELAX
  OHARA_RUDY_RELAX_ALL(s, g, k);
  RELAX(m, g->m_inf, g->m_part);
  RELAX(hf, g->h_inf, g->hf_part);
  RELAX(hs, g->h_inf, g->hs_part);
  RELAX(hsp, g->hsp_inf, g->hsp_part);
  RELAX(j, g->h_inf, g->j_part);
  RELAX(jp, g->h_inf, g->jp_part);
  RELAX(xrf, g->xr_inf, g->xrf_part);
  RELAX(xrs, g->xr_inf, g->xrs_part);
  RELAX(xk1, g->xk1_inf, g->xk1_part);
  RELAX(jca, g->f_inf, k->jca_part);

  /* CaMK that is active, over 1 + K_mCaM / Ca_ss; then the phosphorylated fraction of everything. */
  const real free_CaM = s->Ca_ss + k->K_mCaM, bound = k->CaMK_0 * (R(1.0) - s->CaMKt) * s->Ca_ss;
  const real active = iso_fma(s->CaMKt, free_CaM, bound);
  const real E = ohara_rudy_develop(g->v);
  real per_CaM = free_CaM, per_active = iso_fma(k->K_mCaMK, free_CaM, active),
       per_E = iso_fma(R(1.354), E, R(1e-4));
  iso_invert3(&per_CaM, &per_active, &per_E);
  const real p = active * per_active, np = k->K_mCaMK * free_CaM * per_active;
  const real CaMKb = bound * per_CaM;
  s->CaMKt = iso_fma(k->step, k->a_CaMK * CaMKb * (CaMKb + s->CaMKt) - k->b_CaMK * s->CaMKt, s->CaMKt);
  const real develop = E * per_E;
  RELAX(iFp, g->i_inf, ohara_rudy_part(g->iF_way * develop));
  RELAX(iSp, g->i_inf, ohara_rudy_part(g->iS_way * develop));
#undef RELAX

  /* nca' = k2n / (k2n / jca + (1 + K_mn / Ca)^4) - jca nca. */
  const real Ca_n = iso_fma(-k->half_step, s->Ca_ss_rate, s->Ca_ss), Ca_n1 = Ca_n + k->K_mn;
  const real jca_step = k->step * s->jca, Ca_n4 = k->k2n * ((Ca_n * Ca_n) * (Ca_n * Ca_n));
  real per_jca = iso_fma(R(0.5), jca_step, R(1.0));
  real per_n4 = iso_fma(s->jca, (Ca_n1 * Ca_n1) * (Ca_n1 * Ca_n1), Ca_n4);
  iso_invert2(&per_jca, &per_n4);
  s->nca = iso_fma(jca_step * per_jca, iso_fma(Ca_n4, per_n4, -s->nca), s->nca);

  /* Differences from the reversal potentials, each of which is that of the reference less RT/F log(c /
   * c_ref); reciprocals in groups. */
  const real K_i = k->K_i_ref + s->K_i_shift, Na_i = k->Na_i_ref + s->Na_i_shift;
  const real K_ss = K_i + s->K_ss_excess, Na_ss = Na_i + s->Na_ss_excess;
  const real Ks_shift = iso_fma(k->P_kna, s->Na_i_shift, s->K_i_shift);
  real per_K = k->K_i_ref + K_i, per_Na = k->Na_i_ref + Na_i;
  real per_Ks = iso_fma(k->P_kna, per_Na, per_K);
  iso_invert3(&per_K, &per_Na, &per_Ks);
  const real u_K = iso_fma(k->rt_f, iso_log_ratio(s->K_i_shift * per_K), v - k->E_K_ref);
  const real u_Na = iso_fma(k->rt_f, iso_log_ratio(s->Na_i_shift * per_Na), v - k->E_Na_ref);
  const real u_Ks = iso_fma(k->rt_f, iso_log_ratio(Ks_shift * per_Ks), v - k->E_Ks_ref);

  fast[0] = k->g_Na * u_Na;
  fast[1] = s->m;
  fast[2] = iso_fma(np * iso_fma(R(0.99), s->hf, R(0.01) * s->hs), s->j,
                    p * iso_fma(R(0.99), s->hf, R(0.01) * s->hsp) * s->jp);
  const real I_Na = ohara_rudy_2011_fast(fast);
  const real I_NaL = k->g_NaL * u_Na * s->mL * iso_fma(np, s->hL, p * s->hLp);
  const real i = iso_fma(c->i_fast, s->iF - s->iS, s->iS), ip = iso_fma(c->i_fast, s->iFp - s->iSp, s->iSp);
  const real to = k->g_to * iso_fma(np * s->a, i, p * s->ap * ip);

  /* ICaL, with p_CaL = 1.1 times the permeability where phosphorylated; its mode is linear in nca. */
  const real p_CaL = R(1.1) * p, fs = R(0.4) * s->fs;
  const real fca = iso_fma(c->fca_fast, s->fcaf - s->fcas, s->fcas);
  const real fcap = iso_fma(c->fca_fast, s->fcafp - s->fcas, s->fcas);
  const real mode0 = iso_fma(np, iso_fma(R(0.6), s->ff, fs), p_CaL * iso_fma(R(0.6), s->ffp, fs));
  const real mode1 = s->jca * iso_fma(np, fca, p_CaL * fcap);
  const real open = k->P_CaL * s->d * iso_fma(s->nca, mode1 - mode0, mode0);
  /* Activities are 0.75 of concentrations, but 0.341 of calcium outside and 1 inside; e^(z V F / RT) is
   * within c.
   */
  const real vf = v * (k->f_rt * OHARA_RUDY_FARADAY);
  const real Ca_in = k->Ca_in * iso_fma(R(-4.0), vf, c->divalent), monovalent_in = c->monovalent - vf;
  const real I_CaL = open * iso_fma(c->divalent, s->Ca_ss, -Ca_in);
  const real I_CaNa = R(0.75 * 0.00125) * open * iso_fma(c->monovalent, Na_ss, -k->Na_o * monovalent_in);
  const real I_CaK = R(0.75 * 3.574e-4) * open * iso_fma(c->monovalent, K_ss, -k->K_o * monovalent_in);
  const real I_Cab = k->P_Cab * iso_fma(c->divalent, s->Ca_i, -Ca_in);
  const real I_Nab = k->P_Nab * iso_fma(c->monovalent, Na_i, -k->Na_o * monovalent_in);

  /* (3.8e-5 / Ca_i)^1.4 */
  const real KsCa = iso_exp(R(-1.4) * (iso_log(s->Ca_i) - R(-10.177924398237888)));
  const real Kr = iso_fma(c->Kr_fast, s->xrf, c->Kr_slow * s->xrs);
  const real I_K = (iso_fma(c->K1, s->xk1, c->Kb) + (Kr + to)) * u_K;

  ohara_rudy_currents shared;
#define TAKE(name) shared.name = c->name;
  OHARA_RUDY_CURRENTS(TAKE)
#undef TAKE
  real h1_i = ohara_rudy_h1(c->hNa, Na_i), h4_i = ohara_rudy_h4(Na_i);
  real h1_ss = ohara_rudy_h1(c->hNa, Na_ss), h4_ss = ohara_rudy_h4(Na_ss);
  iso_invert4(&h1_i, &h4_i, &h1_ss, &h4_ss);
  const real k8 = k->k8_k3pp * c->k3pp;
  real paths_i, paths_ss, paths, per_KsCa = R(1.0) + KsCa;
  const real cycle_i = ohara_rudy_exchanger(&shared, k->k1, k8, Na_i, s->Ca_i, h1_i, h4_i, &paths_i);
  const real cycle_ss = ohara_rudy_exchanger(&shared, k->k1, k8, Na_ss, s->Ca_ss, h1_ss, h4_ss, &paths_ss);
  const real cycle = ohara_rudy_pump(&shared, Na_i, K_i, &paths);
  iso_invert4(&paths_i, &paths_ss, &paths, &per_KsCa);
  const real I_NaCa_i = k->NaCa_i * cycle_i * paths_i, I_NaCa_ss = k->NaCa_ss * cycle_ss * paths_ss;
  const real I_NaK = k->P_NaK * cycle * paths;
  const real I_Ks = k->g_Ks * iso_fma(R(0.6), per_KsCa, R(1.0)) * (s->xs1 * s->xs2) * u_Ks;

  real per_pump = s->Ca_i + R(0.0005);
  real per_up = s->Ca_i + R(0.00092), per_upp = s->Ca_i + R(0.00075);
  iso_invert3(&per_pump, &per_up, &per_upp);
  const real I_pCa = k->g_pCa * s->Ca_i * per_pump;

  /* Release follows ICaL with the time constant tau_rel / (1 + 0.0123 / Ca_jsr), 1.25 times
   * that and as much more where phosphorylated. */
  const real Ca_jsr2 = s->Ca_jsr * s->Ca_jsr, Ca_jsr4 = Ca_jsr2 * Ca_jsr2, Ca_jsr8 = Ca_jsr4 * Ca_jsr4;
  const real tau = k->tau_rel * s->Ca_jsr, taup = R(1.25) * tau, way = k->step * (s->Ca_jsr + R(0.0123));
  const real to_np = way * iso_fma(R(0.5), way, tau), to_p = way * iso_fma(R(0.5), way, taup);
  real per_jsr8 = Ca_jsr8 + k->K_rel8, per_np = iso_fma(tau, tau, to_np), per_p = iso_fma(taup, taup, to_p);
  iso_invert3(&per_jsr8, &per_np, &per_p);
  const real Jrel_inf = -k->a_rel * I_CaL * (Ca_jsr8 * per_jsr8);
  const real Jrel_np = s->Jrel_np, Jrel_p = s->Jrel_p;
  s->Jrel_np = iso_fma(to_np * per_np, Jrel_inf - s->Jrel_np, s->Jrel_np);
  s->Jrel_p = iso_fma(to_p * per_p, iso_fma(R(1.25), Jrel_inf, -s->Jrel_p), s->Jrel_p);
  const real Jrel = R(0.5) * iso_fma(np, Jrel_np + s->Jrel_np, p * (Jrel_p + s->Jrel_p));
  const real Jup = k->V_up * s->Ca_i * iso_fma(np, per_up, R(2.75) * p * per_upp) - k->V_leak * s->Ca_nsr;
  const real Jtr = (s->Ca_nsr - s->Ca_jsr) * k->per_tr;
  const real J_Ca = (s->Ca_ss - s->Ca_i) * k->per_Ca;

  const real ss_myo = OHARA_RUDY_V_SS / OHARA_RUDY_V_MYO;
  real per_c, per_sub;
  const real free_c = ohara_rudy_free(s->Ca_i, k->K_cmdn, k->BK_cmdn, k->K_trpn, k->BK_trpn, &per_c);
  const real free_sub = ohara_rudy_free(s->Ca_ss, k->K_BSR, k->BK_BSR, k->K_BSL, k->BK_BSL, &per_sub);
  const real csqn = s->Ca_jsr + k->K_csqn, csqn2 = csqn * csqn;
  real per_csqn = s->Ca_jsr * (csqn2 + k->BK_csqn);
  iso_invert3(&per_c, &per_sub, &per_csqn);
  const real to_c = J_Ca * ss_myo - Jup * (OHARA_RUDY_V_NSR / OHARA_RUDY_V_MYO) -
                    R(0.5) * k->mM_c * (I_pCa + I_Cab - R(2.0) * I_NaCa_i);
  const real to_sub =
      Jrel * (OHARA_RUDY_V_JSR / OHARA_RUDY_V_SS) - J_Ca - R(0.5) * k->mM_ss * (I_CaL - R(2.0) * I_NaCa_ss);
#define EXTRAPOLATE(Ca, rate)                                                                                \
  do {                                                                                                       \
    const real now = (rate);                                                                                 \
    s->Ca = iso_fma(k->step, iso_fma(R(1.5), now, R(-0.5) * s->Ca##_rate), s->Ca);                           \
    s->Ca##_rate = now;                                                                                      \
  } while (0)
  EXTRAPOLATE(Ca_i, to_c * (free_c * per_c));
  EXTRAPOLATE(Ca_ss, to_sub * (free_sub * per_sub));
  EXTRAPOLATE(Ca_nsr, Jup - Jtr * (OHARA_RUDY_V_JSR / OHARA_RUDY_V_NSR));
#undef EXTRAPOLATE
  const real loss = Jrel * (csqn2 * per_csqn), gain = Jtr * s->Ca_jsr * (csqn2 * per_csqn);
  const real y = k->half_step * iso_fma(R(1.5), loss, R(-0.5) * s->Ca_jsr_loss),
             y1 = iso_fma(R(0.5) * y, y, y);
  const real lost = y1 / (R(1.0) + y1);
  s->Ca_jsr = iso_fma(-lost, s->Ca_jsr, s->Ca_jsr);
  s->Ca_jsr = iso_fma(k->step, iso_fma(R(1.5), gain, R(-0.5) * s->Ca_jsr_gain), s->Ca_jsr);
  s->Ca_jsr = ohara_rudy_store(iso_fma(-lost, s->Ca_jsr, s->Ca_jsr));
  s->Ca_jsr_loss = loss;
  s->Ca_jsr_gain = gain;

  /* Out of the subspace, into the cytosol: mM/ms; excesses change by the difference of both. */
  const real J_Na = s->Na_ss_excess * k->per_ion, J_K = s->K_ss_excess * k->per_ion;
  const real to_Na = iso_fma(-k->mM_c, I_Na + I_NaL + I_Nab + R(3.0) * (I_NaCa_i + I_NaK), J_Na * ss_myo);
  const real to_K = iso_fma(-k->mM_c, I_K + I_Ks - R(2.0) * I_NaK, J_K * ss_myo);
  const real Na_ss_rate = iso_fma(-k->mM_ss, I_CaNa + R(3.0) * I_NaCa_ss, -J_Na);
  const real K_ss_rate = iso_fma(-k->mM_ss, I_CaK, -J_K);
  s->Na_ss_excess = iso_fma(k->step, Na_ss_rate - to_Na, s->Na_ss_excess);
  s->K_ss_excess = iso_fma(k->step, K_ss_rate - to_K, s->K_ss_excess);
  s->Na_i_shift = iso_fma(k->step, to_Na, s->Na_i_shift);
  s->K_i_shift = iso_fma(k->step, to_K, s->K_i_shift);

  return I_Na + I_NaL + I_K + I_Ks + (I_CaL + I_CaNa + I_CaK) + (I_NaCa_i + I_NaCa_ss) + I_NaK + I_Nab +
         I_Cab + I_pCa;
}

#endif

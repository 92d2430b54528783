/* Human ventricle ToR-ORd of Tomek et al., eLife 8:e48890 (2019), doi 10.7554/eLife.48890, with dynamic
 * intracellular chloride: Tomek, Bueno-Orovio and Rodriguez, bioRxiv 2020.06.01.127043. Equations, constants
 * and initial states (steady at 1 Hz) are those of the authors' published code. Where ICaL's activation
 * reaches 1 the switch is at 31.5 instead of 31.4978 mV, between two intervals of the tables: d_inf is 1.3e-5
 * above 1 in between.
 *
 * Time scheme, of second order: gates by Rush-Larsen; the Markov chain of IKr, whose rates depend on V alone
 * and reach 300 / ms, by the implicit midpoint, solved by elimination with coefficients tabulated over V, its
 * first closed state being 1 less the others; nca by the implicit midpoint with calcium half a step back;
 * calcium by Adams and Bashforth's second-order formula with instantaneous buffers, whose rates of the step
 * before are states. M cells all but empty the junctional reticulum, and release stops with a time constant
 * that then vanishes: Jrel relaxes, and the reticulum loses, by 1 / (1 + x + x^2 / 2) for e^-x, which keeps
 * both positive; there the order falls to one (mid: APD90 0.6 ms too long at 0.01 ms). CaMKt and the slow
 * concentrations advance by forward Euler. The latter are kept as differences, of the cytosol from a
 * reference and of the subspace from the cytosol, because single precision would round their increments away.
 */
#ifndef ISO_KERNELS_MODELS_TOR_ORD_2019_H
#define ISO_KERNELS_MODELS_TOR_ORD_2019_H

#include "kernels/models/common/ohara_rudy.h"

#define tor_ord_2019_TITLE "Tomek et al. 2019 (ToR-ORd) with dynamic chloride, human ventricle"
#define tor_ord_2019_PAPER "Tomek J et al. eLife 8:e48890, 2019. doi:10.7554/eLife.48890"
#define tor_ord_2019_VM_REST (-89.7480828168753)
#define tor_ord_2019_ACTIVATION 0.0
#define tor_ord_2019_MAX_STEP 0.1, ISO_SLOW_STEP(0.4)
#define tor_ord_2019_NFAST 3
#define tor_ord_2019_TABLED 1

#define tor_ord_2019_STATES(X)                                                                               \
  X(m, "1", 0.000651715361520436, "activation of INa", ISO_FRACTION)                                         \
  X(h, "1", 0.847326693399099, "fast inactivation of INa", ISO_FRACTION)                                     \
  X(j, "1", 0.847165668535608, "slow inactivation of INa", ISO_FRACTION)                                     \
  X(hp, "1", 0.701845427662345, "h where phosphorylated by CaMK", ISO_FRACTION)                              \
  X(jp, "1", 0.846901438940383, "j where phosphorylated", ISO_FRACTION)                                      \
  X(mL, "1", 0.00013512026119456, "activation of INaL", ISO_FRACTION)                                        \
  X(hL, "1", 0.556601650459093, "inactivation of INaL", ISO_FRACTION)                                        \
  X(hLp, "1", 0.311549070692613, "hL where phosphorylated", ISO_FRACTION)                                    \
  X(a, "1", 0.000889925901945137, "activation of Ito", ISO_FRACTION)                                         \
  X(iF, "1", 0.999671576537361, "fast inactivation of Ito", ISO_FRACTION)                                    \
  X(iS, "1", 0.598890849399207, "slow inactivation of Ito", ISO_FRACTION)                                    \
  X(ap, "1", 0.000453416519958675, "a where phosphorylated", ISO_FRACTION)                                   \
  X(iFp, "1", 0.999671583620741, "iF where phosphorylated", ISO_FRACTION)                                    \
  X(iSp, "1", 0.662069197871101, "iS where phosphorylated", ISO_FRACTION)                                    \
  X(d, "1", 0, "activation of ICaL", ISO_FRACTION)                                                           \
  X(ff, "1", 0.99999999431064, "fast voltage inactivation of ICaL", ISO_FRACTION)                            \
  X(fs, "1", 0.940179072110115, "slow voltage inactivation of ICaL", ISO_FRACTION)                           \
  X(fcaf, "1", 0.999999994310551, "fast calcium inactivation of ICaL", ISO_FRACTION)                         \
  X(fcas, "1", 0.999901376748386, "slow calcium inactivation of ICaL", ISO_FRACTION)                         \
  X(jca, "1", 0.999984619576572, "recovery from calcium inactivation of ICaL", ISO_FRACTION)                 \
  X(ffp, "1", 0.999999994343118, "ff where phosphorylated", ISO_FRACTION)                                    \
  X(fcafp, "1", 0.999999994312043, "fcaf where phosphorylated", ISO_FRACTION)                                \
  X(nca_ss, "1", 0.000489937844976504, "fraction of ICaL of the subspace in calcium mode", ISO_FRACTION)     \
  X(nca_i, "1", 0.000832600925714172, "fraction of ICaL of the cytosol in calcium mode", ISO_FRACTION)       \
  X(C2, "1", 0.000793602046257213, "second closed state of IKr", ISO_FRACTION)                               \
  X(C1, "1", 0.000653214338491609, "third closed state of IKr", ISO_FRACTION)                                \
  X(O, "1", 0.000292244895058368, "open state of IKr", ISO_FRACTION)                                         \
  X(I, "1", 9.80408293117642e-6, "inactivated state of IKr", ISO_FRACTION)                                   \
  X(xs1, "1", 0.243959016060676, "slow activation of IKs", ISO_FRACTION)                                     \
  X(xs2, "1", 0.000158616694622612, "fast activation of IKs", ISO_FRACTION)                                  \
  X(CaMKt, "1", 0.0109502564192484, "CaMK bound to trapped calmodulin", ISO_FRACTION)                        \
  X(Jrel_np, "mM/ms", 0, "release of the reticulum, not phosphorylated")                                     \
  X(Jrel_p, "mM/ms", 0, "release of the reticulum, phosphorylated")                                          \
  X(Ca_i, "mM", 7.45348093580908e-5, "cytosolic calcium", ISO_CONCENTRATION)                                 \
  X(Ca_ss, "mM", 6.49734059262396e-5, "calcium of the subspace", ISO_CONCENTRATION)                          \
  X(Ca_nsr, "mM", 1.52800059077496, "calcium of the network reticulum", ISO_CONCENTRATION)                   \
  X(Ca_jsr, "mM", 1.5256925343682, "calcium of the junctional reticulum", ISO_CONCENTRATION)                 \
  X(Na_i_shift, "mM", 0, "cytosolic sodium above Na_i_ref", ISO_ABOVE(Na_i_ref))                             \
  X(Na_ss_excess, "mM", 0.0003389757093, "sodium of the subspace above that of the cytosol",                 \
    ISO_ABOVE(Na_i_shift))                                                                                   \
  X(K_i_shift, "mM", 0, "cytosolic potassium above K_i_ref", ISO_ABOVE(K_i_ref),                             \
    ISO_CARRIER(1.533576e-4 / (96485 * 0.70 * 3.7994e-5)))                                                   \
  X(K_ss_excess, "mM", -4.1046471e-5, "potassium of the subspace above that of the cytosol",                 \
    ISO_ABOVE(K_i_shift))                                                                                    \
  X(Cl_i_shift, "mM", 0, "cytosolic chloride above Cl_i_ref", ISO_ABOVE(Cl_i_ref))                           \
  X(Cl_ss_excess, "mM", -2.20016522e-5, "chloride of the subspace above that of the cytosol",                \
    ISO_ABOVE(Cl_i_shift))                                                                                   \
  X(Ca_i_rate, "mM/ms", 0, "change of Ca_i in the step before")                                              \
  X(Ca_ss_rate, "mM/ms", 0, "change of Ca_ss in the step before")                                            \
  X(Ca_nsr_rate, "mM/ms", 0, "change of Ca_nsr in the step before")                                          \
  X(Ca_jsr_gain, "mM/ms", 0, "change of Ca_jsr by refilling in the step before")                             \
  X(Ca_jsr_loss, "1/ms", 0, "relative loss of Ca_jsr by release in the step before")

#define tor_ord_2019_PARAMETERS(X)                                                                           \
  X(g_Na, "mS/uF", 11.7802, "fast sodium conductance")                                                       \
  X(g_NaL, "mS/uF", 0.0279, "late sodium conductance")                                                       \
  X(g_to, "mS/uF", 0.16, "transient outward conductance")                                                    \
  X(P_CaL, "cm/s", 8.3757e-5, "L-type calcium permeability")                                                 \
  X(g_Kr, "mS/uF", 0.0321, "rapid delayed rectifier conductance at K_o = 5 mM")                              \
  X(g_Ks, "mS/uF", 0.0011, "slow delayed rectifier conductance")                                             \
  X(g_K1, "mS/uF", 0.6992, "inward rectifier conductance at K_o = 5 mM")                                     \
  X(K_NaCa, "uA/uF", 0.0034, "sodium-calcium exchanger")                                                     \
  X(P_NaK, "uA/uF", 15.4509, "sodium-potassium pump")                                                        \
  X(g_Kb, "mS/uF", 0.0189, "background potassium conductance")                                               \
  X(P_Nab, "cm/s", 1.9239e-9, "background sodium permeability")                                              \
  X(P_Cab, "cm/s", 5.9194e-8, "background calcium permeability")                                             \
  X(g_pCa, "uA/uF", 0.0005, "sarcolemmal calcium pump")                                                      \
  X(g_ClCa, "mS/uF", 0.2843, "calcium-activated chloride conductance")                                       \
  X(g_Clb, "mS/uF", 0.00198, "background chloride conductance")                                              \
  X(CaL_ss, "1", 0.8, "part of ICaL in the subspace")                                                        \
  X(NaCa_ss, "1", 0.35, "part of the exchanger in the subspace")                                             \
  X(K_o, "mM", 5, "extracellular potassium")                                                                 \
  X(Na_o, "mM", 140, "extracellular sodium")                                                                 \
  X(Ca_o, "mM", 1.8, "extracellular calcium")                                                                \
  X(Cl_o, "mM", 150, "extracellular chloride")                                                               \
  X(K_i_ref, "mM", 147.711474407329, "cytosolic potassium where K_i_shift is 0")                             \
  X(Na_i_ref, "mM", 12.3973564703237, "cytosolic sodium where Na_i_shift is 0")                              \
  X(Cl_i_ref, "mM", 29.2069793887423, "cytosolic chloride where Cl_i_shift is 0")                            \
  X(temperature, "K", 310, "temperature")                                                                    \
  X(dielectric, "1", 74, "dielectric constant of water")                                                     \
  X(P_kna, "1", 0.01833, "sodium permeability of IKs relative to potassium")                                 \
  X(i_epi, "1", 0, "what the epicardium takes off the time constants of Ito's inactivation")                 \
  X(tau_hL, "ms", 200, "time constant of hL")                                                                \
  X(tau_jca, "ms", 72.5, "time constant of jca")                                                             \
  X(K_mn, "mM", 0.002, "calcium of half effect on nca")                                                      \
  X(k2n, "1/ms", 500, "rate into calcium mode")                                                              \
  X(CaMK_0, "1", 0.05, "fraction of CaMK bound at rest")                                                     \
  X(K_mCaM, "mM", 0.0015, "calcium of half binding of calmodulin")                                           \
  X(K_mCaMK, "1", 0.15, "CaMK of half phosphorylation")                                                      \
  X(a_CaMK, "1/ms", 0.05, "phosphorylation of CaMK")                                                         \
  X(b_CaMK, "1/ms", 0.00068, "dephosphorylation of CaMK")                                                    \
  X(V_rel, "1", 1.5378, "release of the reticulum")                                                          \
  X(a_rel, "mM/ms", 2.375, "gain of the release, uF/uA")                                                     \
  X(tau_rel, "ms", 4.75, "time constant of the release")                                                     \
  X(K_rel, "mM", 1.7, "reticulum calcium of half release")                                                   \
  X(V_up, "mM/ms", 0.005425, "uptake of the reticulum")                                                      \
  X(V_leak, "1/ms", 0.0003255, "leak of the reticulum")                                                      \
  X(tau_tr, "ms", 60, "diffusion from network to junctional reticulum")                                      \
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

#define tor_ord_2019_VARIANTS(X)                                                                             \
  X(endo, "endocardium")                                                                                     \
  X(epi, "epicardium")                                                                                       \
  X(mid, "midmyocardium (M cell)")
#define tor_ord_2019_CHANGES_endo(X)
#define tor_ord_2019_CHANGES_epi(X)                                                                          \
  X(g_NaL, 0.01674)                                                                                          \
  X(g_to, 0.32)                                                                                              \
  X(P_CaL, 0.0001005084)                                                                                     \
  X(g_Kr, 0.04173)                                                                                           \
  X(g_Ks, 0.00154)                                                                                           \
  X(g_K1, 0.83904)                                                                                           \
  X(K_NaCa, 0.00374)                                                                                         \
  X(P_NaK, 13.90581)                                                                                         \
  X(g_Kb, 0.01134)                                                                                           \
  X(i_epi, 0.95)                                                                                             \
  X(V_up, 0.0070525)                                                                                         \
  X(Buf_cmdn, 0.065)                                                                                         \
  X(vm, -90.7456332496277)                                                                                   \
  X(m, 0.000525323142244124)                                                                                 \
  X(h, 0.864514804478946)                                                                                    \
  X(j, 0.864457115015362)                                                                                    \
  X(hp, 0.731365613931879)                                                                                   \
  X(jp, 0.86435271573304)                                                                                    \
  X(mL, 0.000111796946200753)                                                                                \
  X(hL, 0.591653600903076)                                                                                   \
  X(hLp, 0.347681236790268)                                                                                  \
  X(a, 0.000832040787904695)                                                                                 \
  X(iF, 0.999724237643709)                                                                                   \
  X(iS, 0.999723490323258)                                                                                   \
  X(ap, 0.000423912054921203)                                                                                \
  X(iFp, 0.999724237767365)                                                                                  \
  X(iSp, 0.999724054768924)                                                                                  \
  X(ff, 0.999999995656968)                                                                                   \
  X(fs, 0.951060213798798)                                                                                   \
  X(fcaf, 0.999999995656976)                                                                                 \
  X(fcas, 0.999937692440505)                                                                                 \
  X(jca, 0.999988620215189)                                                                                  \
  X(ffp, 0.999999995656685)                                                                                  \
  X(fcafp, 0.999999995656399)                                                                                \
  X(nca_ss, 0.000304952292598877)                                                                            \
  X(nca_i, 0.000527266836293694)                                                                             \
  X(C2, 0.000739304520671507)                                                                                \
  X(C1, 0.000602907876760312)                                                                                \
  X(O, 0.000178778329437106)                                                                                 \
  X(I, 5.67825481839631e-06)                                                                                 \
  X(xs1, 0.223358448594285)                                                                                  \
  X(xs2, 0.00014182474379831)                                                                                \
  X(CaMKt, 0.0127354136594547)                                                                               \
  X(Ca_i, 6.62181569329109e-05)                                                                              \
  X(Ca_ss, 5.74992101186664e-05)                                                                             \
  X(Ca_nsr, 1.80679354108253)                                                                                \
  X(Ca_jsr, 1.80504703846161)                                                                                \
  X(Na_i_ref, 13.4006197127101)                                                                              \
  X(Na_ss_excess, 0.0003169248504)                                                                           \
  X(K_i_ref, 152.363889991411)                                                                               \
  X(K_ss_excess, -4.571014603e-05)                                                                           \
  X(Cl_i_ref, 34.3172099045416)                                                                              \
  X(Cl_ss_excess, -2.19428707e-05)
#define tor_ord_2019_CHANGES_mid(X)                                                                          \
  X(g_to, 0.32)                                                                                              \
  X(P_CaL, 0.000167514)                                                                                      \
  X(g_Kr, 0.02568)                                                                                           \
  X(g_K1, 0.90896)                                                                                           \
  X(K_NaCa, 0.00476)                                                                                         \
  X(P_NaK, 10.81563)                                                                                         \
  X(a_rel, 4.0375)                                                                                           \
  X(vm, -91.3391803967798)                                                                                   \
  X(m, 0.000461956534829239)                                                                                 \
  X(h, 0.873907657623256)                                                                                    \
  X(j, 0.873784149746068)                                                                                    \
  X(hp, 0.747897241513971)                                                                                   \
  X(jp, 0.873537507470071)                                                                                   \
  X(mL, 9.98770874860868e-05)                                                                                \
  X(hL, 0.59861175946637)                                                                                    \
  X(hLp, 0.333989914508018)                                                                                  \
  X(a, 0.000799404188333773)                                                                                 \
  X(iF, 0.999751418648699)                                                                                   \
  X(iS, 0.570253781914665)                                                                                   \
  X(ap, 0.000407277681198651)                                                                                \
  X(iFp, 0.999751424044492)                                                                                  \
  X(iSp, 0.635192659820007)                                                                                  \
  X(ff, 0.999999996299523)                                                                                   \
  X(fs, 0.918358695116332)                                                                                   \
  X(fcaf, 0.999999996300839)                                                                                 \
  X(fcas, 0.999754043234341)                                                                                 \
  X(jca, 0.999974289100453)                                                                                  \
  X(ffp, 0.999999996207845)                                                                                  \
  X(fcafp, 0.999999996298728)                                                                                \
  X(nca_ss, 0.000533651965198686)                                                                            \
  X(nca_i, 0.00125786136830066)                                                                              \
  X(C2, 0.000708645966770289)                                                                                \
  X(C1, 0.000591004733696651)                                                                                \
  X(O, 0.000344573276330018)                                                                                 \
  X(I, 1.0642301413081e-05)                                                                                  \
  X(xs1, 0.264229298875232)                                                                                  \
  X(xs2, 0.000132734770983313)                                                                               \
  X(CaMKt, 0.0201882046405105)                                                                               \
  X(Ca_i, 8.29757614119249e-05)                                                                              \
  X(Ca_ss, 6.6421873823993e-05)                                                                              \
  X(Ca_nsr, 2.01222465016069)                                                                                \
  X(Ca_jsr, 2.01641461550468)                                                                                \
  X(Na_i_ref, 15.9486733631902)                                                                              \
  X(Na_ss_excess, 0.0005467587297)                                                                           \
  X(K_i_ref, 156.713067183465)                                                                               \
  X(K_ss_excess, -5.426557601e-05)                                                                           \
  X(Cl_i_ref, 48.9127681450109)                                                                              \
  X(Cl_ss_excess, -3.25672237e-05)

/* Ionic strength to Davies' logarithm of the activity coefficient of a monovalent ion; times 4 for calcium.
 */
#define tor_ord_2019_DAVIES(debye, root) (-(debye) * ((root) / (R(1.0) + (root)) - R(0.3) * (root) * (root)))

/* debye: A of the Davies equation; mM_c and mM_ss make mM/ms of monovalent ions of uA/uF. */
#define tor_ord_2019_CONSTANTS(X)                                                                            \
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
  X(g_Kr, p->g_Kr *iso_sqrt(p->K_o / R(5.0)))                                                                \
  X(g_Ks, p->g_Ks)                                                                                           \
  X(g_K1, p->g_K1 *iso_sqrt(p->K_o / R(5.0)))                                                                \
  X(g_Kb, p->g_Kb)                                                                                           \
  X(P_CaL_ss, p->P_CaL * p->CaL_ss)                                                                          \
  X(P_CaL_i, p->P_CaL *(R(1.0) - p->CaL_ss))                                                                 \
  X(NaCa_ss, R(5000.0) * p->K_NaCa * p->NaCa_ss)                                                             \
  X(NaCa_i, R(5000.0) * p->K_NaCa * (R(1.0) - p->NaCa_ss))                                                   \
  X(P_NaK, p->P_NaK)                                                                                         \
  X(P_Nab, p->P_Nab)                                                                                         \
  X(P_Cab, p->P_Cab)                                                                                         \
  X(g_pCa, p->g_pCa)                                                                                         \
  X(g_ClCa, p->g_ClCa)                                                                                       \
  X(g_Clb, p->g_Clb)                                                                                         \
  X(h10, R(13.5) + p->Na_o / R(15.0) * (R(1.0) + p->Na_o / R(5.0)))                                          \
  X(k1, R(300.0) * p->Ca_o / k.h10)                                                                          \
  X(k8_k3pp, R(12.0) * p->Na_o * p->Na_o / (R(75.0) * k.h10))                                                \
  X(debye_root, iso_sqrt(p->dielectric * p->temperature))                                                    \
  X(debye, R(1.82e6) / (k.debye_root * k.debye_root * k.debye_root))                                         \
  X(root_o, iso_sqrt(R(0.0005) * (p->Na_o + p->K_o + p->Cl_o + R(4.0) * p->Ca_o)))                           \
  X(gamma_o, iso_exp(tor_ord_2019_DAVIES(k.debye, k.root_o)))                                                \
  X(gamma_Ca_o, k.gamma_o *k.gamma_o *k.gamma_o *k.gamma_o * p->Ca_o)                                        \
  X(gamma_Na_o, k.gamma_o * p->Na_o)                                                                         \
  X(gamma_K_o, k.gamma_o * p->K_o)                                                                           \
  X(P_kna, p->P_kna)                                                                                         \
  X(K_i_ref, p->K_i_ref)                                                                                     \
  X(Na_i_ref, p->Na_i_ref)                                                                                   \
  X(Cl_i_ref, p->Cl_i_ref)                                                                                   \
  X(E_K_ref, k.rt_f *iso_log(p->K_o / p->K_i_ref))                                                           \
  X(E_Na_ref, k.rt_f *iso_log(p->Na_o / p->Na_i_ref))                                                        \
  X(E_Ks_ref, k.rt_f *iso_log((p->K_o + p->P_kna * p->Na_o) / (p->K_i_ref + p->P_kna * p->Na_i_ref)))        \
  X(E_Cl_ref, k.rt_f *iso_log(p->Cl_i_ref / p->Cl_o))                                                        \
  X(K_mn, p->K_mn)                                                                                           \
  X(k2n, p->k2n)                                                                                             \
  X(CaMK_0, p->CaMK_0)                                                                                       \
  X(K_mCaM, p->K_mCaM)                                                                                       \
  X(K_mCaMK, p->K_mCaMK)                                                                                     \
  X(a_CaMK, p->a_CaMK)                                                                                       \
  X(b_CaMK, p->b_CaMK)                                                                                       \
  X(V_rel, p->V_rel)                                                                                         \
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

/* C2_1 ... I_O: coefficients of the elimination in tor_ord_2019_chain. */
/* clang-format off */
#define tor_ord_2019_GATES(X) \
  OHARA_RUDY_GATES(X) \
  X(m_inf) X(m_part) X(hj_inf) X(h_part) X(hp_inf) X(j_part) X(jp_part) X(d_inf) X(jca_inf) \
  X(I_1) X(I_C1) X(I_O) X(O_1) X(O_I) X(O_C1) X(C1_1) X(C1_O) X(C1_I) X(C2_1) X(C2_0) X(C2_C1)
/* clang-format on */

#define tor_ord_2019_CURRENTS(X) OHARA_RUDY_CURRENTS(X) X(Kb)

#define ISO_MODEL tor_ord_2019
#include "kernels/model_types.h"

/* The implicit midpoint of the chain C3 - C2 - C1 = (O, I), x' = A(V) x: z = x + h A z with h = step / 2, and
 * 2 z - x is the new state. Elimination in the order I, O, C1, C2 with C3 = 1 - C2 - C1 - O - I:
 *   I  = I_1 xI + I_C1 C1 + I_O O
 *   O  = O_1 xO + O_I xI + O_C1 C1
 *   C1 = C1_1 (xC1 + alpha1 h C2) + C1_O (O_1 xO + O_I xI) + C1_I xI
 *   C2 = C2_1 (xC2 + C2_0 (1 - the known parts of O + I) - C2_C1 the known part of C1) */
#define tor_ord_2019_ALPHA1 R(0.154375)
#define tor_ord_2019_BETA1 R(0.1911)

ISO_INLINE void tor_ord_2019_chain(tor_ord_2019_gates *g, real h, real vf) {
  const real alpha = h * R(0.1161) * iso_exp(R(0.299) * vf), beta = h * R(0.2442) * iso_exp(R(-1.604) * vf);
  const real alpha1 = h * tor_ord_2019_ALPHA1, beta1 = h * tor_ord_2019_BETA1;
  const real alpha2 = h * R(0.0578) * iso_exp(R(0.971) * vf),
             beta2 = h * R(3.49e-4) * iso_exp(R(-1.062) * vf);
  const real alphai = h * R(0.2533) * iso_exp(R(0.5953) * vf);
  const real betai = h * R(0.06525) * iso_exp(R(-0.8209) * vf);
  const real into_I = h * R(5.2e-5) * iso_exp(R(1.525) * vf),
             from_I = beta2 * betai * into_I / (alpha2 * alphai);
  g->I_1 = R(1.0) / (R(1.0) + from_I + betai);
  g->I_C1 = g->I_1 * into_I;
  g->I_O = g->I_1 * alphai;
  g->O_1 = R(1.0) / (R(1.0) + beta2 + alphai - betai * g->I_O);
  g->O_I = g->O_1 * betai * g->I_1;
  g->O_C1 = g->O_1 * (alpha2 + betai * g->I_C1);
  const real from_O = beta2 + from_I * g->I_O;
  g->C1_1 = R(1.0) / (R(1.0) + beta1 + alpha2 + into_I - from_I * g->I_C1 - from_O * g->O_C1);
  g->C1_O = g->C1_1 * from_O;
  g->C1_I = g->C1_1 * from_I * g->I_1;
  g->C2_0 = alpha;
  g->C2_C1 = alpha * (R(1.0) + g->O_C1 + g->I_C1 + g->I_O * g->O_C1) - beta1;
  g->C2_1 = R(1.0) / (R(1.0) + beta + alpha1 + alpha + g->C2_C1 * g->C1_1 * alpha1);
}

ISO_INLINE tor_ord_2019_gates tor_ord_2019_gates_at(const tor_ord_2019_constants *k, real v) {
#define SIGMOID ohara_rudy_sigmoid
#define BELL(centre, width) iso_exp(-(v - (centre)) * (v - (centre)) / ((width) * (width)))
  tor_ord_2019_gates g;
  const ohara_rudy_gates shared = ohara_rudy_gates_at(k->step, k->i_epi, v);
#define TAKE(name) g.name = shared.name;
  OHARA_RUDY_GATES(TAKE)
#undef TAKE
  const int low = v < R(-40.0);
  g.m_inf = SIGMOID((R(-56.86) - v) / R(9.03));
  g.m_inf = g.m_inf * g.m_inf;
  g.m_part =
      -iso_expm1(-k->step / (R(0.1292) * BELL(R(-45.79), R(15.54)) + R(0.06487) * BELL(R(4.823), R(51.12))));
  g.hj_inf = SIGMOID((v + R(71.55)) / R(7.43));
  g.hj_inf = g.hj_inf * g.hj_inf;
  g.hp_inf = SIGMOID((v + R(77.55)) / R(7.43));
  g.hp_inf = g.hp_inf * g.hp_inf;
  const real h_low = R(0.057) * iso_exp(-(v + R(80.0)) / R(6.8)) + R(2.7) * iso_exp(R(0.079) * v) +
                     R(3.1e5) * iso_exp(R(0.3485) * v);
  const real h_high = R(0.77) / R(0.13) * SIGMOID(-(v + R(10.66)) / R(11.1));
  g.h_part = -iso_expm1(-k->step * (low ? h_low : h_high));
  const real j_low = (R(-2.5428e4) * iso_exp(R(0.2444) * v) - R(6.948e-6) * iso_exp(R(-0.04391) * v)) *
                         (v + R(37.78)) * SIGMOID(R(0.311) * (v + R(79.23))) +
                     R(0.02424) * iso_exp(R(-0.01052) * v) * SIGMOID(R(-0.1378) * (v + R(40.14)));
  const real j_high = R(0.6) * iso_exp(R(0.057) * v) * SIGMOID(R(-0.1) * (v + R(32.0)));
  const real j_rate = low ? j_low : j_high;
  g.j_part = -iso_expm1(-k->step * j_rate);
  g.jp_part = -iso_expm1(-k->step * (j_rate / R(1.46)));
  const real rise = R(1.0763) * iso_exp(R(-1.007) * iso_exp(R(-0.0829) * v));
  g.d_inf = v < R(31.5) ? rise : R(1.0);
  g.jca_inf = SIGMOID((v + R(18.08)) / R(2.7916));
  tor_ord_2019_chain(&g, k->half_step, v * k->f_rt);
  return g;
#undef SIGMOID
#undef BELL
}

ISO_INLINE tor_ord_2019_currents tor_ord_2019_currents_at(const tor_ord_2019_constants *k, real v) {
  tor_ord_2019_currents c;
  const ohara_rudy_currents shared = ohara_rudy_currents_at(k->f_rt, k->Na_o, k->K_o, v);
#define TAKE(name) c.name = shared.name;
  OHARA_RUDY_CURRENTS(TAKE)
#undef TAKE
  c.Kb = k->g_Kb * ohara_rudy_sigmoid((R(10.8968) - v) / R(23.9871));
  return c;
}

/* Fast inward current from {g_Na (V - E_Na), m, h j of what is and is not phosphorylated}. */
ISO_INLINE real tor_ord_2019_fast(const real f[]) { return f[0] * (f[1] * f[1] * f[1]) * f[2]; }

/* Inward rectifier over g_K1, at u = V - E_K. A term of the published beta, e^(0.0618 (u - 594.31)), is below
 * 1e-16 of it and left out. */
ISO_INLINE real tor_ord_2019_rectifier(real u) {
  const real one_over_a = R(1.0) + iso_exp(R(0.1217) * (u - R(49.934)));
  const real b = R(15.72) * iso_exp(R(0.0674) * (u - R(3.257)));
  const real one_over_b = R(1.0) + iso_exp(R(-0.1629) * (u + R(14.207)));
  const real open = R(4.094) * one_over_b;
  return u * open / iso_fma(b, one_over_a, open);
}

/* Advances one cell; v is where the currents are taken. Returns the ionic current in uA/uF. */
ISO_INLINE real tor_ord_2019_step(const tor_ord_2019_constants *k, const tor_ord_2019_gates *g,
                                  const tor_ord_2019_currents *c, real v, tor_ord_2019_state *s,
                                  real fast[]) {
#define RELAX OHARA_RUDY_RELAX
  OHARA_RUDY_RELAX_ALL(s, g, k);
  RELAX(m, g->m_inf, g->m_part);
  RELAX(h, g->hj_inf, g->h_part);
  RELAX(j, g->hj_inf, g->j_part);
  RELAX(hp, g->hp_inf, g->h_part);
  RELAX(jp, g->hj_inf, g->jp_part);
  RELAX(jca, g->jca_inf, k->jca_part);

  const real known_O = iso_fma(g->O_1, s->O, g->O_I * s->I), known_I = g->I_1 * s->I;
  const real known_C1 = iso_fma(g->C1_1, s->C1, iso_fma(g->C1_O, known_O, g->C1_I * s->I));
  const real closed = (R(1.0) - known_O) - iso_fma(g->I_O, known_O, known_I);
  const real C2 = g->C2_1 * iso_fma(g->C2_0, closed, iso_fma(-g->C2_C1, known_C1, s->C2));
  const real C1 = iso_fma(g->C1_1 * (k->half_step * tor_ord_2019_ALPHA1), C2, known_C1);
  const real O = iso_fma(g->O_C1, C1, known_O), I = iso_fma(g->I_C1, C1, iso_fma(g->I_O, O, known_I));
  s->C2 = iso_fma(R(2.0), C2, -s->C2);
  s->C1 = iso_fma(R(2.0), C1, -s->C1);
  s->O = iso_fma(R(2.0), O, -s->O);
  s->I = iso_fma(R(2.0), I, -s->I);

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
  const real Ca_ss_n = iso_fma(-k->half_step, s->Ca_ss_rate, s->Ca_ss);
  const real Ca_i_n = iso_fma(-k->half_step, s->Ca_i_rate, s->Ca_i);
  const real jca_step = k->step * s->jca, ss1 = Ca_ss_n + k->K_mn, i1 = Ca_i_n + k->K_mn;
  const real Ca_ss2 = Ca_ss_n * Ca_ss_n, Ca_i2 = Ca_i_n * Ca_i_n;
  const real ss4 = k->k2n * (Ca_ss2 * Ca_ss2), i4 = k->k2n * (Ca_i2 * Ca_i2);
  real per_jca = iso_fma(R(0.5), jca_step, R(1.0));
  real per_ss = iso_fma(s->jca, (ss1 * ss1) * (ss1 * ss1), ss4),
       per_i = iso_fma(s->jca, (i1 * i1) * (i1 * i1), i4);
  iso_invert3(&per_jca, &per_ss, &per_i);
  const real to_nca = jca_step * per_jca;
  s->nca_ss = iso_fma(to_nca, iso_fma(ss4, per_ss, -s->nca_ss), s->nca_ss);
  s->nca_i = iso_fma(to_nca, iso_fma(i4, per_i, -s->nca_i), s->nca_i);

  /* Differences from the reversal potentials, each of which is that of the reference less RT/F log(c /
   * c_ref); reciprocals in groups. */
  const real K_i = k->K_i_ref + s->K_i_shift, Na_i = k->Na_i_ref + s->Na_i_shift;
  const real Cl_i = k->Cl_i_ref + s->Cl_i_shift, Cl_ss_shift = s->Cl_i_shift + s->Cl_ss_excess;
  const real K_ss = K_i + s->K_ss_excess, Na_ss = Na_i + s->Na_ss_excess, Cl_ss = k->Cl_i_ref + Cl_ss_shift;
  const real Ks_shift = iso_fma(k->P_kna, s->Na_i_shift, s->K_i_shift);
  real per_K = k->K_i_ref + K_i, per_Na = k->Na_i_ref + Na_i;
  real per_Ks = iso_fma(k->P_kna, per_Na, per_K), per_Cl = k->Cl_i_ref + Cl_i,
       per_Cl_ss = k->Cl_i_ref + Cl_ss;
  iso_invert3(&per_K, &per_Na, &per_Ks);
  iso_invert2(&per_Cl, &per_Cl_ss);
  const real u_K = iso_fma(k->rt_f, iso_log_ratio(s->K_i_shift * per_K), v - k->E_K_ref);
  const real u_Na = iso_fma(k->rt_f, iso_log_ratio(s->Na_i_shift * per_Na), v - k->E_Na_ref);
  const real u_Ks = iso_fma(k->rt_f, iso_log_ratio(Ks_shift * per_Ks), v - k->E_Ks_ref);
  const real u_Cl = iso_fma(-k->rt_f, iso_log_ratio(s->Cl_i_shift * per_Cl), v - k->E_Cl_ref);
  const real u_Cl_ss = iso_fma(-k->rt_f, iso_log_ratio(Cl_ss_shift * per_Cl_ss), v - k->E_Cl_ref);

  fast[0] = k->g_Na * u_Na;
  fast[1] = s->m;
  fast[2] = iso_fma(np * s->h, s->j, p * s->hp * s->jp);
  const real I_Na = tor_ord_2019_fast(fast);
  const real I_NaL = k->g_NaL * u_Na * s->mL * iso_fma(np, s->hL, p * s->hLp);
  const real i = iso_fma(c->i_fast, s->iF - s->iS, s->iS), ip = iso_fma(c->i_fast, s->iFp - s->iSp, s->iSp);
  const real to = k->g_to * iso_fma(np * s->a, i, p * s->ap * ip);

  /* ICaL, with p_CaL = 1.1 times the permeability where phosphorylated; its mode is linear in nca. */
  const real p_CaL = R(1.1) * p, fs = R(0.4) * s->fs;
  const real fca = iso_fma(c->fca_fast, s->fcaf - s->fcas, s->fcas);
  const real fcap = iso_fma(c->fca_fast, s->fcafp - s->fcas, s->fcas);
  const real mode0 = iso_fma(np, iso_fma(R(0.6), s->ff, fs), p_CaL * iso_fma(R(0.6), s->ffp, fs));
  const real mode1 = s->jca * iso_fma(np, fca, p_CaL * fcap);
  const real open_ss = k->P_CaL_ss * s->d * iso_fma(s->nca_ss, mode1 - mode0, mode0);
  const real open_i = k->P_CaL_i * s->d * iso_fma(s->nca_i, mode1 - mode0, mode0);
  /* Activities by the Davies equation; e^(z V F / RT) is within c. */
  const real root_ss = iso_sqrt(R(0.0005) * (Na_ss + K_ss + Cl_ss + R(4.0) * s->Ca_ss));
  const real root_i = iso_sqrt(R(0.0005) * (Na_i + K_i + Cl_i + R(4.0) * s->Ca_i));
  real per_root_ss = R(1.0) + root_ss, per_root_i = R(1.0) + root_i;
  iso_invert2(&per_root_ss, &per_root_i);
  const real gamma_ss = iso_exp(k->debye * root_ss * iso_fma(R(0.3), root_ss, -per_root_ss));
  const real gamma_i = iso_exp(k->debye * root_i * iso_fma(R(0.3), root_i, -per_root_i));
  const real gamma_ss2 = gamma_ss * gamma_ss, gamma_i2 = gamma_i * gamma_i;
  const real vf = v * (k->f_rt * OHARA_RUDY_FARADAY);
  const real Ca_in = k->gamma_Ca_o * iso_fma(R(-4.0), vf, c->divalent), monovalent_in = c->monovalent - vf;
  const real Na_in = k->gamma_Na_o * monovalent_in, K_in = k->gamma_K_o * monovalent_in;
  const real Ca_drive = iso_fma(c->divalent * (gamma_i2 * gamma_i2), s->Ca_i, -Ca_in);
  const real M_ss = c->monovalent * gamma_ss, M_i = c->monovalent * gamma_i;
  const real I_CaL_ss = open_ss * iso_fma(c->divalent * (gamma_ss2 * gamma_ss2), s->Ca_ss, -Ca_in);
  const real I_CaL_i = open_i * Ca_drive;
  const real I_CaNa_ss = R(0.00125) * open_ss * iso_fma(M_ss, Na_ss, -Na_in);
  const real I_CaNa_i = R(0.00125) * open_i * iso_fma(M_i, Na_i, -Na_in);
  const real I_CaK_ss = R(3.574e-4) * open_ss * iso_fma(M_ss, K_ss, -K_in);
  const real I_CaK_i = R(3.574e-4) * open_i * iso_fma(M_i, K_i, -K_in);
  const real I_Cab = k->P_Cab * Ca_drive;
  const real I_Nab = k->P_Nab * iso_fma(c->monovalent, Na_i, -k->Na_o * monovalent_in);

  const real I_K1 = k->g_K1 * tor_ord_2019_rectifier(u_K);
  /* (3.8e-5 / Ca_i)^1.4 */
  const real KsCa = iso_exp(R(-1.4) * (iso_log(s->Ca_i) - R(-10.177924398237888)));
  const real I_K = I_K1 + (iso_fma(k->g_Kr, s->O, c->Kb) + to) * u_K;

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

  real per_pump = s->Ca_i + R(0.0005), per_ClCa = s->Ca_ss + R(0.1);
  real per_up = s->Ca_i + R(0.00092), per_upp = s->Ca_i + R(0.00075);
  iso_invert4(&per_pump, &per_ClCa, &per_up, &per_upp);
  const real I_pCa = k->g_pCa * s->Ca_i * per_pump;
  const real I_ClCa = k->g_ClCa * s->Ca_ss * per_ClCa * u_Cl_ss, I_Clb = k->g_Clb * u_Cl;

  /* Release follows ICaL of the subspace with the time constant tau_rel / (1 + 0.0123 / Ca_jsr), 1.25 times
   * that and as much more where phosphorylated. */
  const real Ca_jsr2 = s->Ca_jsr * s->Ca_jsr, Ca_jsr4 = Ca_jsr2 * Ca_jsr2, Ca_jsr8 = Ca_jsr4 * Ca_jsr4;
  const real tau = k->tau_rel * s->Ca_jsr, taup = R(1.25) * tau, way = k->step * (s->Ca_jsr + R(0.0123));
  const real to_np = way * iso_fma(R(0.5), way, tau), to_p = way * iso_fma(R(0.5), way, taup);
  real per_jsr8 = Ca_jsr8 + k->K_rel8, per_np = iso_fma(tau, tau, to_np), per_p = iso_fma(taup, taup, to_p);
  iso_invert3(&per_jsr8, &per_np, &per_p);
  const real Jrel_inf = -k->a_rel * I_CaL_ss * (Ca_jsr8 * per_jsr8);
  const real Jrel_np = s->Jrel_np, Jrel_p = s->Jrel_p;
  s->Jrel_np = iso_fma(to_np * per_np, Jrel_inf - s->Jrel_np, s->Jrel_np);
  s->Jrel_p = iso_fma(to_p * per_p, iso_fma(R(1.25), Jrel_inf, -s->Jrel_p), s->Jrel_p);
  const real Jrel = R(0.5) * k->V_rel * iso_fma(np, Jrel_np + s->Jrel_np, p * (Jrel_p + s->Jrel_p));
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
                    R(0.5) * k->mM_c * (I_CaL_i + I_pCa + I_Cab - R(2.0) * I_NaCa_i);
  const real to_sub = Jrel * (OHARA_RUDY_V_JSR / OHARA_RUDY_V_SS) - J_Ca -
                      R(0.5) * k->mM_ss * (I_CaL_ss - R(2.0) * I_NaCa_ss);
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
  const real J_Na = s->Na_ss_excess * k->per_ion, J_K = s->K_ss_excess * k->per_ion,
             J_Cl = s->Cl_ss_excess * k->per_ion;
  const real to_Na =
      iso_fma(-k->mM_c, I_Na + I_NaL + I_CaNa_i + I_Nab + R(3.0) * (I_NaCa_i + I_NaK), J_Na * ss_myo);
  const real to_K = iso_fma(-k->mM_c, I_K + I_Ks + I_CaK_i - R(2.0) * I_NaK, J_K * ss_myo);
  const real to_Cl = iso_fma(k->mM_c, I_Clb, J_Cl * ss_myo);
  const real Na_ss_rate = iso_fma(-k->mM_ss, I_CaNa_ss + R(3.0) * I_NaCa_ss, -J_Na);
  const real K_ss_rate = iso_fma(-k->mM_ss, I_CaK_ss, -J_K), Cl_ss_rate = iso_fma(k->mM_ss, I_ClCa, -J_Cl);
  s->Na_ss_excess = iso_fma(k->step, Na_ss_rate - to_Na, s->Na_ss_excess);
  s->K_ss_excess = iso_fma(k->step, K_ss_rate - to_K, s->K_ss_excess);
  s->Cl_ss_excess = iso_fma(k->step, Cl_ss_rate - to_Cl, s->Cl_ss_excess);
  s->Na_i_shift = iso_fma(k->step, to_Na, s->Na_i_shift);
  s->K_i_shift = iso_fma(k->step, to_K, s->K_i_shift);
  s->Cl_i_shift = iso_fma(k->step, to_Cl, s->Cl_i_shift);

  return I_Na + I_NaL + I_K + I_Ks + (I_CaL_ss + I_CaL_i) + (I_CaNa_ss + I_CaNa_i) + (I_CaK_ss + I_CaK_i) +
         (I_NaCa_i + I_NaCa_ss) + I_NaK + I_Nab + I_Cab + I_pCa + I_ClCa + I_Clb;
}

#endif

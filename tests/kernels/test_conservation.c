/* What a cell loses of each ion is what its currents carry, at random states and along its steps: the sum
 * over compartments of valence, volume and slope is -Cm / F times the part of the current that the ion has.
 * What flows between compartments drops out, so a ratio of volumes or a factor in one of two equations shows.
 * Volumes, buffers and who carries what stand here anew, from the papers.
 *
 * Not here: models that do not count their ions. Grandi-Bers keeps potassium and chloride.
 */
#include "kernels/exact_models.h"
#include "verified.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { MOST_STATES = 64, MOST_PARAMETERS = 128, MOST_POOLS = 24, POINTS = 50 };

enum { NA, K, CA, CL, IONS };
static const char *const ions[] = {"sodium", "potassium", "calcium", "chloride"};

/* Ions of one compartment: charge is valence times volume; an instantaneous buffer holds most c / (c + half).
 */
typedef struct pool {
  int ion;
  const char *state;
  double charge;
  double most[2], half[2];
} pool;

/* Currents by who carries them. The L-type channels of some models let three ions through. */
enum { OF_NA, OF_K, OF_CA, OF_CL, PUMP, EXCHANGER, MIXED, CARRIERS };
static const double shares[MIXED][IONS] = {{1, 0, 0, 0}, {0, 1, 0, 0},  {0, 0, 1, 0},
                                           {0, 0, 0, 1}, {3, -2, 0, 0}, {3, 0, -2, 0}};

typedef struct account {
  const char *model;
  double cm_F;                    /* mM and unit of volume that 1 uA/uF moves in 1 ms */
  const char *currents[CARRIERS]; /* their parameters, which are 0 where nothing flows */
  pool pools[MOST_POOLS];
} account;

#define CYTOSOL                                                                                              \
  {0.05, 0.07}, { 0.00238, 0.0005 } /* calmodulin and troponin */
#define SUBSPACE                                                                                             \
  {0.047, 1.124}, { 0.00087, 0.0087 }

static const account accounts[] = {
    {"ten_tusscher_2006",
     0.185 / 96485.3415,
     {"g_Na g_bNa", "g_to g_Kr g_Ks g_K1 g_pK", "g_CaL g_pCa g_bCa", "", "P_NaK", "K_NaCa", ""},
     {{K, "K_i_shift", 0.016404, {0}, {0}},
      {NA, "Na_i_shift", 0.016404, {0}, {0}},
      {CA, "Ca_i", 2 * 0.016404, {0.2}, {0.001}},
      {CA, "Ca_SR", 2 * 0.001094, {10}, {0.3}},
      {CA, "Ca_ss", 2 * 0.00005468, {0.4}, {0.00025}}}},
    {"courtemanche_1998",
     100 / 96486.7,
     {"g_Na g_bNa", "g_K1 g_to g_Kur g_Kr g_Ks", "g_CaL g_bCa I_pCa", "", "I_NaK", "I_NaCa", ""},
     {{K, "K_i_shift", 13.668, {0}, {0}},
      {NA, "Na_i_shift", 13.668, {0}, {0}},
      {CA, "Ca_i", 2 * 13.668, {0.05, 0.07}, {0.00238, 0.0005}},
      {CA, "Ca_up", 2 * 1.10952, {0}, {0}},
      {CA, "Ca_rel", 2 * 0.09648, {10}, {0.8}}}},
    {"maleckar_2009", /* buffers are states: mM of sites times the part that is taken */
     0.001 * 50 / 96487,
     {"P_Na g_bNa", "g_t g_Kur g_Kr g_Ks g_K1 ACh", "g_CaL g_bCa I_CaP", "", "I_NaK", "K_NaCa", ""},
     {{K, "K_i_shift", 0.005884, {0}, {0}},
      {NA, "Na_i_shift", 0.005884, {0}, {0}},
      {CA, "Ca_i", 2 * 0.005884, {0}, {0}},
      {CA, "O_C", 2 * 0.005884 * 0.045, {0}, {0}},
      {CA, "O_TC", 2 * 0.005884 * 0.08, {0}, {0}},
      {CA, "O_TMgC", 2 * 0.005884 * 0.16, {0}, {0}},
      {CA, "Ca_d", 2 * 0.00011768, {0}, {0}},
      {CA, "Ca_up", 2 * 0.0003969, {0}, {0}},
      {CA, "Ca_rel", 2 * 0.0000441, {0}, {0}},
      {CA, "O_Calse", 2 * 0.0000441 * 31, {0}, {0}}}},
    {"stewart_2009",
     0.185 / 96485.3415,
     {"g_Na g_bNa g_fNa", "g_to g_Kr g_Ks g_K1 g_pK g_sus g_fK", "g_CaL g_pCa g_bCa", "", "P_NaK", "K_NaCa",
      ""},
     {{K, "K_i_shift", 0.016404, {0}, {0}},
      {NA, "Na_i_shift", 0.016404, {0}, {0}},
      {CA, "Ca_i", 2 * 0.016404, {0.2}, {0.001}},
      {CA, "Ca_SR", 2 * 0.001094, {10}, {0.3}},
      {CA, "Ca_ss", 2 * 0.00005468, {0.4}, {0.00025}}}},
    {"ohara_rudy_2011", /* volumes are parts of 1000 3.14 (11 um)^2 100 um, in ul */
     1.533576e-4 / 3.7994e-5 / 96485,
     {"g_Na g_NaL P_Nab", "g_to g_Kr g_Ks g_K1 g_Kb", "P_Cab g_pCa", "", "P_NaK", "K_NaCa", "P_CaL"},
     {{K, "K_i_shift", 0.68, {0}, {0}},
      {K, "K_ss_excess", 0.02, {0}, {0}},
      {NA, "Na_i_shift", 0.68, {0}, {0}},
      {NA, "Na_ss_excess", 0.02, {0}, {0}},
      {CA, "Ca_i", 2 * 0.68, CYTOSOL},
      {CA, "Ca_ss", 2 * 0.02, SUBSPACE},
      {CA, "Ca_nsr", 2 * 0.0552, {0}, {0}},
      {CA, "Ca_jsr", 2 * 0.0048, {10}, {0.8}}}},
    {"tor_ord_2019",
     1.533576e-4 / 3.7994e-5 / 96485,
     {"g_Na g_NaL P_Nab", "g_to g_Kr g_Ks g_K1 g_Kb", "P_Cab g_pCa", "g_ClCa g_Clb", "P_NaK", "K_NaCa",
      "P_CaL"},
     {{K, "K_i_shift", 0.68, {0}, {0}},
      {K, "K_ss_excess", 0.02, {0}, {0}},
      {NA, "Na_i_shift", 0.68, {0}, {0}},
      {NA, "Na_ss_excess", 0.02, {0}, {0}},
      {CL, "Cl_i_shift", -0.68, {0}, {0}},
      {CL, "Cl_ss_excess", -0.02, {0}, {0}},
      {CA, "Ca_i", 2 * 0.68, CYTOSOL},
      {CA, "Ca_ss", 2 * 0.02, SUBSPACE},
      {CA, "Ca_nsr", 2 * 0.0552, {0}, {0}},
      {CA, "Ca_jsr", 2 * 0.0048, {10}, {0.8}}}},
    {"trovato_2020",
     3.98937e-4 / 1.577065e-4 / 96485,
     {"g_Na g_NaL g_fNa P_Nab", "g_to g_sus g_Kr g_Ks g_K1 g_fK", "g_CaT P_Cab g_pCa", "", "P_NaK", "g_NCX",
      "P_Ca"},
     {{K, "K_i_shift", 0.6, {0}, {0}},
      {K, "K_sl_shift", 0.15, {0}, {0}},
      {K, "K_ss_shift", 0.02, {0}, {0}},
      {NA, "Na_i_shift", 0.6, {0}, {0}},
      {NA, "Na_sl_shift", 0.15, {0}, {0}},
      {NA, "Na_ss_shift", 0.02, {0}, {0}},
      {CA, "Ca_i", 2 * 0.6, {0.1125, 0.0315}, {0.00238, 0.0005}},
      {CA, "Ca_sl", 2 * 0.15, {0.0125, 0.0035}, {0.00238, 0.0005}},
      {CA, "Ca_ss", 2 * 0.02, {0.019975, 0.4777}, {0.00087, 0.0087}},
      {CA, "Ca_nsr", 2 * 0.04, {0}, {0}},
      {CA, "Ca_jsr", 2 * 0.002, {1.2}, {0.8}},
      {CA, "Ca_csr", 2 * 0.008, {2.88}, {0.8}}}},
    {"grandi_bers_2010", /* volumes are parts of 3.14 (10.25 um)^2 100 um, in nl; buffers are states */
     0.1381 / 0.0330063578167776 / 96485,
     {"g_Na g_NaB P_Na", "g_tos g_tof g_Kr g_Ks g_K1 g_Kp P_K", "P_Ca g_CaB I_pCa", "g_ClCa g_ClB", "I_NaK",
      "I_NCX", ""},
     {{NA, "Na_i_shift", 0.65, {0}, {0}},
      {NA, "Na_sl_shift", 0.02, {0}, {0}},
      {NA, "NaB_sl_shift", 0.02, {0}, {0}},
      {NA, "Na_j_shift", 0.000539, {0}, {0}},
      {NA, "NaB_j_shift", 0.000539, {0}, {0}},
      {CA, "Ca_i", 2 * 0.65, {0}, {0}},
      {CA, "TnCL", 2 * 0.65, {0}, {0}},
      {CA, "TnCHc_shift", 2 * 0.65, {0}, {0}},
      {CA, "CaM", 2 * 0.65, {0}, {0}},
      {CA, "Myoc_shift", 2 * 0.65, {0}, {0}},
      {CA, "SRB", 2 * 0.65, {0}, {0}},
      {CA, "TnCHm_shift", 2 * 0.65, {0}, {0}}, /* magnesium: their code takes it off calcium, too */
      {CA, "Myom_shift", 2 * 0.65, {0}, {0}},
      {CA, "Ca_sl", 2 * 0.02, {0}, {0}},
      {CA, "SLL_sl", 2 * 0.02, {0}, {0}},
      {CA, "SLH_sl", 2 * 0.02, {0}, {0}},
      {CA, "Ca_j", 2 * 0.000539, {0}, {0}},
      {CA, "SLL_j", 2 * 0.000539, {0}, {0}},
      {CA, "SLH_j", 2 * 0.000539, {0}, {0}},
      {CA, "Ca_sr", 2 * 0.035, {0}, {0}},
      {CA, "Csqn_shift", 2 * 0.035, {0}, {0}}}}};

static uint64_t seed = 1;

/* A number in [0, 1). */
static double chance(void) {
  seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
  return (double)(seed >> 11) * 0x1p-53;
}

/* Somewhere near where the cell may be, by what its states are. */
static double draw(const iso_model *model, const double *parameters, double *states) {
  double vm;
  double unused[128];
  iso_model_defaults(model, 0, unused, states, &vm);
  for (int s = 0; s < model->nstates; s++) {
    const double reference = iso_model_reference(model, s, parameters, states);
    const iso_kind kind = model->states[s].kind;
    if (kind == ISO_KIND_FRACTION) states[s] = 0.05 + 0.9 * chance();
    if (kind == ISO_KIND_CONCENTRATION) states[s] *= 0.8 + 0.45 * chance();
    if (kind == ISO_KIND_ABOVE) states[s] = reference * (0.2 * chance() - 0.1);
  }
  return -95 + 145 * chance();
}

/* Of a concentration, whose state may be the difference to another state. */
static double whole_slope(const iso_model *model, int state, const double *slopes) {
  const char *reference = model->states[state].reference;
  const int base = reference ? iso_model_state(model, reference) : -1;
  return slopes[state] + (base >= 0 ? whole_slope(model, base, slopes) : 0);
}

/* Free ions and those that buffers hold. */
static double slope_of(const iso_model *model, const pool *p, const double *states, const double *slopes) {
  const int s = iso_model_state(model, p->state);
  assert_true(s >= 0);
  double part = 1;
  for (int b = 0; b < 2 && p->half[b] > 0; b++)
    part += p->most[b] * p->half[b] / ((states[s] + p->half[b]) * (states[s] + p->half[b]));
  return p->charge * part * whole_slope(model, s, slopes);
}

static bool counts(const account *of, int ion) {
  for (const pool *p = of->pools; p < of->pools + MOST_POOLS && p->state; p++)
    if (p->ion == ion) return true;
  return false;
}

/* By a buffer that is no state. */
static bool is_buffered(const account *of, int ion) {
  for (const pool *p = of->pools; p < of->pools + MOST_POOLS && p->state; p++)
    if (p->ion == ion && p->half[0] > 0) return true;
  return false;
}

/* Nothing flows through the membrane but by one kind of carrier, or by none. */
static void close_all_but(const account *of, const iso_model *model, int carrier, double *parameters) {
  for (int c = 0; c < CARRIERS; c++) {
    char names[128], *rest = NULL;
    snprintf(names, sizeof names, "%s", of->currents[c]);
    for (char *name = strtok_r(names, " ", &rest); name && c != carrier; name = strtok_r(NULL, " ", &rest)) {
      const int p = iso_model_parameter(model, name);
      assert_true(p >= 0);
      parameters[p] = 0;
    }
  }
}

#define BALANCE 1e-6
/* Slopes are exact to some 1e-9 of the largest term (exact_models.c); the constants of a model to 6 digits
 * and more. */
static double check_balance(const account *of, double lost, double largest, const char *what) {
  if (!(fabs(lost) <= BALANCE * largest))
    fail_msg("%s, %s: %.2g of the largest flux is lost", of->model, what, lost / largest);
  return largest > 0 ? fabs(lost) / largest : 0;
}

/* All channels are open. */
static void ions_carry_the_current(void **state) {
  (void)state;
  double most = 0;
  for (size_t a = 0; a < sizeof accounts / sizeof *accounts; a++) {
    const account *of = &accounts[a];
    const iso_model *model = iso_model_find(of->model);
    assert_non_null(model);
    double parameters[MOST_PARAMETERS], states[MOST_STATES], slopes[MOST_STATES], vm;
    iso_model_defaults(model, 0, parameters, states, &vm);
    for (int k = 0; k < POINTS && counts(of, K); k++) {
      const double v = draw(model, parameters, states);
      const double current = of->cm_F * exact_slopes(model, parameters, v, states, slopes);
      double sum = current, largest = fabs(current);
      for (const pool *p = of->pools; p < of->pools + MOST_POOLS && p->state; p++) {
        const double term = slope_of(model, p, states, slopes);
        sum += term;
        largest = fmax(largest, fabs(term));
      }
      most = fmax(most, check_balance(of, sum, largest, "all ions"));
    }
  }
  verified_at_most("charge_lost", most, BALANCE);
}

/* One kind of carrier at a time, then none: of every ion that is counted. */
static void check_carrier(const account *of, const iso_model *model, int carrier) {
  double parameters[MOST_PARAMETERS], states[MOST_STATES], slopes[MOST_STATES], vm;
  iso_model_defaults(model, 0, parameters, states, &vm);
  close_all_but(of, model, carrier, parameters);
  for (int k = 0; k < POINTS; k++) {
    const double v = draw(model, parameters, states);
    const double current = of->cm_F * exact_slopes(model, parameters, v, states, slopes);
    if (carrier == CARRIERS && fabs(current) > 1e-12 * of->cm_F)
      fail_msg("%s: the closed cell has a current", of->model);
    for (int ion = 0; ion < IONS; ion++) {
      const double carried = carrier == CARRIERS ? 0 : shares[carrier][ion] * current;
      double sum = carried, largest = fabs(carried);
      for (const pool *p = of->pools; p < of->pools + MOST_POOLS && p->state; p++)
        if (p->ion == ion) {
          const double term = slope_of(model, p, states, slopes);
          sum += term;
          largest = fmax(largest, fabs(term));
        }
      if (counts(of, ion)) check_balance(of, sum, largest, ions[ion]);
    }
  }
}

static void each_current_carries_its_ions(void **state) {
  (void)state;
  for (size_t a = 0; a < sizeof accounts / sizeof *accounts; a++) {
    const account *of = &accounts[a];
    const iso_model *model = iso_model_find(of->model);
    assert_non_null(model);
    for (int carrier = 0; carrier <= CARRIERS; carrier++)
      if (carrier != MIXED) check_carrier(of, model, carrier);
  }
}

/* ---- along steps ---- */

static double whole(const iso_model *model, int state, const double *parameters, const double *states) {
  return states[state] + iso_model_reference(model, state, parameters, states);
}

/* What is in it. */
static double content_of(const iso_model *model, const pool *p, const double *parameters,
                         const double *states) {
  const double c = whole(model, iso_model_state(model, p->state), parameters, states);
  double all = c;
  for (int b = 0; b < 2 && p->half[b] > 0; b++) all += p->most[b] * c / (c + p->half[b]);
  return p->charge * all;
}

/* What steps for a millisecond lose of an ion, over what they move of it. */
static double lost_by_steps(const account *of, const iso_model *model, int carrier, int ion, double step_ms) {
  double parameters[MOST_PARAMETERS], states[MOST_STATES], after[MOST_STATES], vm;
  iso_model_defaults(model, 0, parameters, states, &vm);
  close_all_but(of, model, carrier, parameters);
  const double v = draw(model, parameters, states);
  const double charge =
      of->cm_F * exact_steps(model, parameters, v, step_ms, (int)lround(1 / step_ms), states, after);
  double lost = carrier == CARRIERS ? 0 : shares[carrier][ion] * charge, moved = fabs(lost);
  for (const pool *p = of->pools; p < of->pools + MOST_POOLS && p->state; p++)
    if (p->ion == ion) {
      const double change =
          content_of(model, p, parameters, after) - content_of(model, p, parameters, states);
      lost += change;
      moved += fabs(change);
    }
  return moved > 0 ? fabs(lost) / moved : 0;
}

/* What is lost because states stand at the ends of steps or at their middles falls with the step, to a
 * quarter at least; what an equation loses does not. Double states and currents round at 1e-9 of what moves,
 * and where nothing crosses the membrane, that is all that steps may lose of ions without instantaneous
 * buffers. */
static void check_steps(const account *of, const iso_model *model, int carrier, int ion) {
  static const double step_ms[] = {0.02, 0.005};
  const bool is_exact = carrier == CARRIERS && !is_buffered(of, ion);
  double lost[2] = {0};
  for (int h = 0; h < 2; h++) {
    seed = 1; /* the same points */
    for (int k = 0; k < 5; k++) lost[h] = fmax(lost[h], lost_by_steps(of, model, carrier, ion, step_ms[h]));
  }
  if (is_exact ? lost[0] > 1e-9 : !(lost[1] <= 0.3 * lost[0] || lost[1] < 1e-8))
    fail_msg("%s: steps of %g ms lose %.2g of the %s that \"%s\" moves, those of %g ms %.2g", of->model,
             step_ms[0], lost[0], ions[ion], carrier == CARRIERS ? "no current" : of->currents[carrier],
             step_ms[1], lost[1]);
}

static void steps_lose_nothing(void **state) {
  (void)state;
  for (size_t a = 0; a < sizeof accounts / sizeof *accounts; a++)
    for (int carrier = 0; carrier <= CARRIERS; carrier++)
      for (int ion = 0; ion < IONS; ion++)
        if (carrier != MIXED && counts(&accounts[a], ion))
          check_steps(&accounts[a], iso_model_find(accounts[a].model), carrier, ion);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(ions_carry_the_current),
                                     cmocka_unit_test(each_current_carries_its_ions),
                                     cmocka_unit_test(steps_lose_nothing)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

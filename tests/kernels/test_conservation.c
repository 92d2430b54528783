/* The charge that a cell's ions lose is the charge of its ionic current, at random states: sum over ions and
 * compartments of valence, volume and slope = -Cm / F times the current. What flows between compartments
 * drops out, so a ratio of volumes or a factor in one of two equations shows. Volumes and buffers stand here
 * anew, from the papers.
 *
 * Not here: Grandi-Bers, whose potassium and chloride are constant, and models that do not count their ions.
 */
#include "kernels/exact_models.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

enum { MOST_STATES = 64, MOST_POOLS = 12, POINTS = 50 };

/* Ions of one compartment: charge is valence times volume; an instantaneous buffer holds most c / (c + half).
 */
typedef struct pool {
  const char *state;
  double charge;
  double most[2], half[2];
} pool;

typedef struct account {
  const char *model;
  double cm_F; /* mM and unit of volume that 1 uA/uF moves in 1 ms */
  pool pools[MOST_POOLS];
} account;

#define CYTOSOL                                                                                              \
  {0.05, 0.07}, { 0.00238, 0.0005 } /* calmodulin and troponin */
#define SUBSPACE                                                                                             \
  {0.047, 1.124}, { 0.00087, 0.0087 }

static const account accounts[] = {
    {"ten_tusscher_2006",
     0.185 / 96485.3415,
     {{"K_i_shift", 0.016404, {0}, {0}},
      {"Na_i_shift", 0.016404, {0}, {0}},
      {"Ca_i", 2 * 0.016404, {0.2}, {0.001}},
      {"Ca_SR", 2 * 0.001094, {10}, {0.3}},
      {"Ca_ss", 2 * 0.00005468, {0.4}, {0.00025}}}},
    {"courtemanche_1998",
     100 / 96486.7,
     {{"K_i_shift", 13.668, {0}, {0}},
      {"Na_i_shift", 13.668, {0}, {0}},
      {"Ca_i", 2 * 13.668, {0.05, 0.07}, {0.00238, 0.0005}},
      {"Ca_up", 2 * 1.10952, {0}, {0}},
      {"Ca_rel", 2 * 0.09648, {10}, {0.8}}}},
    {"maleckar_2009", /* buffers are states: mM of sites times the part that is taken */
     0.001 * 50 / 96487,
     {{"K_i_shift", 0.005884, {0}, {0}},
      {"Na_i_shift", 0.005884, {0}, {0}},
      {"Ca_i", 2 * 0.005884, {0}, {0}},
      {"O_C", 2 * 0.005884 * 0.045, {0}, {0}},
      {"O_TC", 2 * 0.005884 * 0.08, {0}, {0}},
      {"O_TMgC", 2 * 0.005884 * 0.16, {0}, {0}},
      {"Ca_d", 2 * 0.00011768, {0}, {0}},
      {"Ca_up", 2 * 0.0003969, {0}, {0}},
      {"Ca_rel", 2 * 0.0000441, {0}, {0}},
      {"O_Calse", 2 * 0.0000441 * 31, {0}, {0}}}},
    {"stewart_2009",
     0.185 / 96485.3415,
     {{"K_i_shift", 0.016404, {0}, {0}},
      {"Na_i_shift", 0.016404, {0}, {0}},
      {"Ca_i", 2 * 0.016404, {0.2}, {0.001}},
      {"Ca_SR", 2 * 0.001094, {10}, {0.3}},
      {"Ca_ss", 2 * 0.00005468, {0.4}, {0.00025}}}},
    {"ohara_rudy_2011", /* volumes are parts of 1000 3.14 (11 um)^2 100 um, in ul */
     1.533576e-4 / 3.7994e-5 / 96485,
     {{"K_i_shift", 0.68, {0}, {0}},
      {"K_ss_excess", 0.02, {0}, {0}},
      {"Na_i_shift", 0.68, {0}, {0}},
      {"Na_ss_excess", 0.02, {0}, {0}},
      {"Ca_i", 2 * 0.68, CYTOSOL},
      {"Ca_ss", 2 * 0.02, SUBSPACE},
      {"Ca_nsr", 2 * 0.0552, {0}, {0}},
      {"Ca_jsr", 2 * 0.0048, {10}, {0.8}}}},
    {"tor_ord_2019",
     1.533576e-4 / 3.7994e-5 / 96485,
     {{"K_i_shift", 0.68, {0}, {0}},
      {"K_ss_excess", 0.02, {0}, {0}},
      {"Na_i_shift", 0.68, {0}, {0}},
      {"Na_ss_excess", 0.02, {0}, {0}},
      {"Cl_i_shift", -0.68, {0}, {0}},
      {"Cl_ss_excess", -0.02, {0}, {0}},
      {"Ca_i", 2 * 0.68, CYTOSOL},
      {"Ca_ss", 2 * 0.02, SUBSPACE},
      {"Ca_nsr", 2 * 0.0552, {0}, {0}},
      {"Ca_jsr", 2 * 0.0048, {10}, {0.8}}}},
    {"trovato_2020",
     3.98937e-4 / 1.577065e-4 / 96485,
     {{"K_i_shift", 0.6, {0}, {0}},
      {"K_sl_shift", 0.15, {0}, {0}},
      {"K_ss_shift", 0.02, {0}, {0}},
      {"Na_i_shift", 0.6, {0}, {0}},
      {"Na_sl_shift", 0.15, {0}, {0}},
      {"Na_ss_shift", 0.02, {0}, {0}},
      {"Ca_i", 2 * 0.6, {0.1125, 0.0315}, {0.00238, 0.0005}},
      {"Ca_sl", 2 * 0.15, {0.0125, 0.0035}, {0.00238, 0.0005}},
      {"Ca_ss", 2 * 0.02, {0.019975, 0.4777}, {0.00087, 0.0087}},
      {"Ca_nsr", 2 * 0.04, {0}, {0}},
      {"Ca_jsr", 2 * 0.002, {1.2}, {0.8}},
      {"Ca_csr", 2 * 0.008, {2.88}, {0.8}}}}};

/* A number in [0, 1). */
static double chance(void) {
  static uint64_t seed = 1;
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
  for (int b = 0; b < 2; b++)
    part += p->most[b] * p->half[b] / ((states[s] + p->half[b] + 1e-300) * (states[s] + p->half[b] + 1e-300));
  return p->charge * part * whole_slope(model, s, slopes);
}

/* Slopes are exact to some 1e-9 of the largest term (exact_models.c); the constants of a model to 6 digits
 * and more. */
static void ions_carry_the_current(void **state) {
  (void)state;
  for (size_t a = 0; a < sizeof accounts / sizeof *accounts; a++) {
    const account *of = &accounts[a];
    const iso_model *model = iso_model_find(of->model);
    assert_non_null(model);
    double parameters[128], states[MOST_STATES], slopes[MOST_STATES], worst = 0, vm;
    iso_model_defaults(model, 0, parameters, states, &vm);
    for (int k = 0; k < POINTS; k++) {
      const double v = draw(model, parameters, states);
      const double current = of->cm_F * exact_slopes(model, parameters, v, states, slopes);
      double sum = current, largest = fabs(current);
      for (const pool *p = of->pools; p < of->pools + MOST_POOLS && p->state; p++) {
        const double term = slope_of(model, p, states, slopes);
        sum += term;
        largest = fmax(largest, fabs(term));
      }
      worst = fmax(worst, fabs(sum) / largest);
    }
    print_message("%s: %.1g of the largest flux is lost\n", of->model, worst);
    assert_true(worst < 1e-7);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(ions_carry_the_current)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

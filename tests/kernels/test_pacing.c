/* Paced single cells against independent references, and against themselves in other builds and steps.
 *
 * usage: kernels_pacing [all]
 * all: every reference; without it the regular beat of each variant, and a faster one of two models. */
#include "kernels/builds.h"
#include "kernels/pace.h"
#include "kernels/references.h"
#include "verified.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

static const double STEP_MS = 0.02;
static bool all_references;

/* The widest build; single 0 or 1. */
static pacing paced(const char *model, const char *variant, double cycle_ms, int single) {
  const build *all;
  const int n = builds(&all);
  const protocol *of = protocol_of(model);
  assert_non_null(of);
  assert_non_null(iso_model_find(model));
  return (pacing){.kernels = all[n - 1].kernels[single],
                  .single = single,
                  .model = iso_model_find(model),
                  .variant = variant,
                  .step_ms = STEP_MS,
                  .cycle_ms = cycle_ms,
                  .beats = 100,
                  .stimulus = of->stimulus,
                  .duration_ms = of->duration_ms,
                  .carrier = of->carrier,
                  .carried = of->carried};
}

/* mV. The Purkinje fibre of Stewart et al. does not rest: V before the stimulus is on its way to a
 * spontaneous beat, and halving the step of 0.02 ms changes it by 0.007 mV. */
static double rest_tolerance(const char *model) { return strcmp(model, "stewart_2009") == 0 ? 0.03 : 0.01; }

/* Rates and currents show in one rhythm; what another one adds, of restitution and of slow concentrations, a
 * variant with and one without these show. */
static bool is_wanted(const reference *r) {
  const bool with = !strcmp(r->model, "ten_tusscher_2006") && !strcmp(r->variant, "epi");
  return all_references || (r->cycle_ms == 1000 && !r->start) || with || !strcmp(r->model, "luo_rudy_1991");
}

/* Twice the largest difference that halving the step changes: 0.2 mV in the peak, 0.3 ms in APD50 and 1% in
 * dV/dt come from the step of 0.02 ms; APD90 and rest hardly depend on it. */
static void beats_match_references(void **state) {
  (void)state;
  double apd_percent = 0, rest = 0, slope_percent = 0;
  for (int i = 0; i < nreferences; i++) {
    const reference *r = &references[i];
    if (!is_wanted(r)) continue;
    pacing p = paced(r->model, r->variant, r->cycle_ms, 0);
    p.changes = r->start;
    const beat b = pace(&p);
    print_message(
        "%s %s %g ms: rest %.3f (%.3f) peak %.2f (%.2f) dV/dt %.1f (%.1f) APD50 %.2f (%.2f) APD90 %.2f "
        "(%.2f)\n",
        r->model, r->variant, r->cycle_ms, b.rest, r->rest, b.peak, r->peak, b.max_dvdt, r->max_dvdt, b.apd50,
        r->apd50, b.apd90, r->apd90);
    assert_true(fabs(b.rest - r->rest) < rest_tolerance(r->model));
    assert_true(fabs(b.peak - r->peak) < 0.4);
    assert_true(fabs(b.max_dvdt - r->max_dvdt) < 0.02 * r->max_dvdt);
    assert_true(fabs(b.apd50 - r->apd50) < fmax(0.6, r->apd50_ms));
    assert_true(fabs(b.apd90 - r->apd90) < (r->apd50_ms > 0 ? 0.003 * r->apd90 : 0.15));
    apd_percent = fmax(apd_percent, 100 * fabs(b.apd90 / r->apd90 - 1));
    rest = fmax(rest, fabs(b.rest - r->rest));
    slope_percent = fmax(slope_percent, 100 * fabs(b.max_dvdt / r->max_dvdt - 1));
  }
  verified_at_most("beats_apd90_percent", apd_percent, 0.3);
  verified_at_most("beats_rest_mV", rest, 0.03);
  verified_at_most("beats_upstroke_percent", slope_percent, 2);
}

/* Source as of its paced beat: 1223.60 ms. Of first order in the step: 0.64 ms less at 0.02 ms, 0.32 at 0.01;
 * single precision, 0.2 ms. */
static void purkinje_cells_beat(void **state) {
  (void)state;
  for (int single = 0; single < 2; single++) {
    pacing p = paced("stewart_2009", "standard", 60000, single);
    p.beats = 1, p.stimulus = 0;
    const beat b = pace(&p);
    verified_near(single ? "purkinje_period_single_ms" : "purkinje_period_ms", b.period, 1223.60, 1.3);
  }
}

/* Block of the rapid delayed rectifier, same sources. */
static void blocked_cells_match_references(void **state) {
  (void)state;
  const char *names[] = {"ten_tusscher_2006", "ten_tusscher_2006", "ohara_rudy_2011"};
  const double scale[] = {0.5, 0.25, 0.5}, apd90[] = {324.20, 336.57, 383.816};
  for (int i = 0; i < 3; i++) {
    pacing p = paced(names[i], iso_model_find(names[i])->variants[0].name, 1000, 0);
    p.scaled = "g_Kr", p.scale = scale[i];
    assert_true(fabs(pace(&p).apd90 - apd90[i]) < 0.15);
  }
}

/* Tables change rates by 1e-7 of their range; APD90 by a thousandth of the tolerance above. */
static void tables_do_not_show(void **state) {
  (void)state;
  const char *names[] = {"ten_tusscher_2006", "luo_rudy_1991", "courtemanche_1998", "maleckar_2009",
                         "grandi_bers_2010",  "tor_ord_2019",  "ohara_rudy_2011"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const iso_model *model = iso_model_find(names[i]);
    pacing p = paced(names[i], model->variants[0].name, 1000, 0);
    p.beats = 10;
    const beat table = pace(&p);
    p.exact = 1;
    const beat exact = pace(&p);
    print_message("%s: APD90 %.7f by tables, %.7f exact\n", names[i], table.apd90, exact.apd90);
    assert_true(table.apd90 != exact.apd90); /* they are two computations */
    assert_true(fabs(table.apd90 - exact.apd90) < 1e-4);
    assert_true(fabs(table.peak - exact.peak) < 1e-4 && fabs(table.max_dvdt - exact.max_dvdt) < 1e-3);
  }
}

/* Single precision carries V to 4e-6 mV at best and gates to 6e-8; ten beats of rounding, a hundred where
 * slow concentrations drift, stay below what the step changes. At 0.02 ms half a last place of V is 2e-4
 * uA/uF: over the resting conductance of an atrial cell, 0.03 to 0.04 mS/uF, that is 0.005 to 0.007 mV. */
static void single_precision_is_enough(void **state) {
  (void)state;
  const struct {
    const char *model;
    double apd90, rest; /* tolerances */
    int drifts;         /* slow concentrations, by more than 0.5 mM */
  } cases[] = {{"ten_tusscher_2006", 0.05, 0.005, 1},
               {"luo_rudy_1991", 0.05, 0.005, 0},
               {"mitchell_schaeffer_2003", 0.05, 0.005, 0},
               {"courtemanche_1998", 0.1, 0.01, 1},
               {"maleckar_2009", 0.1, 0.01, 0},
               {"grandi_bers_2010", 0.05, 0.005, 0},
               {"tor_ord_2019", 0.1, 0.005, 0}, /* 0.065 ms measured */
               {"ohara_rudy_2011", 0.05, 0.005, 0},
               /* It rests with a time constant of 400 ms: at 0.02 ms V stops where a step would change it by
                * less than half its last place, 3.8e-6 mV, which is 0.08 mV from rest. */
               {"bueno_orovio_2008", 0.05, 0.08, 0},
               {"corrado_niederer_2016", 0.05, 0.005, 0},
               /* Its recovery loses 3e-6 of itself in a step at rest, some 30 last places: rounding changes
                  its rate by up to 2%. */
               {"aliev_panfilov_1996", 0.2, 0.005, 0},
               {"rogers_mcculloch_1994", 0.05, 0.005, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *name = cases[i].model, *variant = iso_model_find(name)->variants[0].name;
    pacing wide = paced(name, variant, 1000, 0), narrow = paced(name, variant, 1000, 1);
    wide.beats = narrow.beats = cases[i].drifts ? 100 : 10;
    const beat w = pace(&wide), n = pace(&narrow);
    print_message("%s: APD90 %.4f in double, %.4f in single precision\n", name, w.apd90, n.apd90);
    assert_true(fabs(w.apd90 - n.apd90) < cases[i].apd90);
    assert_true(fabs(w.rest - n.rest) < cases[i].rest && fabs(w.peak - n.peak) < 0.02);
    if (!cases[i].drifts) continue;
    /* Slow concentrations must not stall in rounding. */
    for (const char *const *slow = (const char *const[]){"K_i_shift", "Na_i_shift", NULL}; *slow; slow++) {
      const int s = iso_model_state(wide.model, *slow);
      assert_true(fabs(w.states[s]) > 0.5 && fabs(w.states[s] - n.states[s]) < 0.01);
    }
  }
}

/* Vm some time after the start of a stimulus. */
static double vm_at(const char *model, double time_ms, double step_ms) {
  pacing p = paced(model, iso_model_find(model)->variants[0].name, time_ms, 0);
  p.step_ms = step_ms, p.beats = 1, p.exact = 1;
  return pace(&p).vm;
}

static double order(const char *model, double time_ms) {
  const double a = vm_at(model, time_ms, 0.05), b = vm_at(model, time_ms, 0.025),
               c = vm_at(model, time_ms, 0.0125);
  const double found = log2(fabs((b - a) / (c - b)));
  print_message("%s at %g ms: order %.2f, last change %.2g mV\n", model, time_ms, found, c - b);
  return found;
}

/* 2 +- 0.25 is how far the third term of the error bends the slope at these steps. */
static void is_of_second_order(const char *model, double time_ms, double *farthest) {
  const double found = order(model, time_ms);
  if (fabs(found - 2) > fabs(*farthest - 2)) *farthest = found;
}

static void steps_are_of_second_order(void **state) {
  (void)state;
  double farthest = 2;
  is_of_second_order("ten_tusscher_2006", 2, &farthest);
  is_of_second_order("luo_rudy_1991", 2, &farthest);
  is_of_second_order("luo_rudy_1991", 40, &farthest);
  is_of_second_order("luo_rudy_1991", 200, &farthest);
  is_of_second_order("courtemanche_1998", 2, &farthest);
  is_of_second_order("maleckar_2009", 4, &farthest);
  is_of_second_order("maleckar_2009", 100, &farthest);
  is_of_second_order("tor_ord_2019", 200, &farthest);
  is_of_second_order("ohara_rudy_2011", 200, &farthest);
  is_of_second_order("aliev_panfilov_1996", 200, &farthest);
  is_of_second_order("rogers_mcculloch_1994", 200, &farthest);
  verified_near("cells_order_in_time", farthest, 2, 0.25);
}

/* Where a model's file says that part of it is of first order (calcium of ten Tusscher, the switches of
 * Mitchell-Schaeffer, its successor, Bueno-Orovio and Courtemanche's release), that part is small: below 0.05
 * mV at 0.05 ms, where no other reason is given. */
static void first_order_parts_are_small(void **state) {
  (void)state;
  assert_true(fabs(vm_at("ten_tusscher_2006", 200, 0.05) - vm_at("ten_tusscher_2006", 200, 0.0125)) < 0.05);
  assert_true(fabs(vm_at("ten_tusscher_2006", 4, 0.05) - vm_at("ten_tusscher_2006", 4, 0.0125)) < 0.05);
  assert_true(fabs(vm_at("mitchell_schaeffer_2003", 200, 0.05) -
                   vm_at("mitchell_schaeffer_2003", 200, 0.0125)) < 0.05);
  /* Release opens and shuts with a whole step: half a step of u, which has 8 ms, is 0.3% of it. */
  assert_true(fabs(vm_at("courtemanche_1998", 200, 0.05) - vm_at("courtemanche_1998", 200, 0.0125)) < 0.1);
  assert_true(fabs(vm_at("grandi_bers_2010", 200, 0.05) - vm_at("grandi_bers_2010", 200, 0.0125)) < 0.05);
  assert_true(fabs(vm_at("grandi_bers_2010", 40, 0.05) - vm_at("grandi_bers_2010", 40, 0.0125)) < 0.05);
  assert_true(fabs(vm_at("corrado_niederer_2016", 200, 0.05) - vm_at("corrado_niederer_2016", 200, 0.0125)) <
              0.05);
  assert_true(fabs(vm_at("bueno_orovio_2008", 150, 0.05) - vm_at("bueno_orovio_2008", 150, 0.0125)) < 0.05);
}

int main(int argc, char **argv) {
  all_references = argc > 1 && !strcmp(argv[1], "all");
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(purkinje_cells_beat),
      cmocka_unit_test(beats_match_references),
      cmocka_unit_test(blocked_cells_match_references),
      cmocka_unit_test(tables_do_not_show),
      cmocka_unit_test(single_precision_is_enough),
      cmocka_unit_test(steps_are_of_second_order),
      cmocka_unit_test(first_order_parts_are_small),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Paced single cells against independent references, and against themselves in other builds and steps. */
#include "kernels/builds.h"
#include "kernels/pace.h"
#include "kernels/references.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

static const double STEP_MS = 0.02;

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

/* Twice the largest difference that halving the step changes: 0.2 mV in the peak, 0.3 ms in APD50 and 1% in
 * dV/dt come from the step of 0.02 ms; APD90 and rest hardly depend on it. */
static void beats_match_references(void **state) {
  (void)state;
  for (int i = 0; i < nreferences; i++) {
    const reference *r = &references[i];
    const pacing p = paced(r->model, r->variant, r->cycle_ms, 0);
    const beat b = pace(&p);
    print_message(
        "%s %s %g ms: rest %.3f (%.3f) peak %.2f (%.2f) dV/dt %.1f (%.1f) APD50 %.2f (%.2f) APD90 %.2f "
        "(%.2f)\n",
        r->model, r->variant, r->cycle_ms, b.rest, r->rest, b.peak, r->peak, b.max_dvdt, r->max_dvdt, b.apd50,
        r->apd50, b.apd90, r->apd90);
    assert_true(fabs(b.rest - r->rest) < 0.01);
    assert_true(fabs(b.peak - r->peak) < 0.4);
    assert_true(fabs(b.max_dvdt - r->max_dvdt) < 0.02 * r->max_dvdt);
    assert_true(fabs(b.apd50 - r->apd50) < 0.6);
    assert_true(fabs(b.apd90 - r->apd90) < 0.15);
  }
}

/* Block of the rapid delayed rectifier, same source: 324.20 and 336.57 ms. */
static void blocked_cells_match_references(void **state) {
  (void)state;
  const double scale[] = {0.5, 0.25}, apd90[] = {324.20, 336.57};
  for (int i = 0; i < 2; i++) {
    pacing p = paced("ten_tusscher_2006", "epi", 1000, 0);
    p.scaled = "g_Kr", p.scale = scale[i];
    assert_true(fabs(pace(&p).apd90 - apd90[i]) < 0.15);
  }
}

/* Tables change rates by 1e-7 of their range; APD90 by a thousandth of the tolerance above. */
static void tables_do_not_show(void **state) {
  (void)state;
  const char *names[] = {"ten_tusscher_2006", "luo_rudy_1991"};
  for (int i = 0; i < 2; i++) {
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

/* Single precision carries V to 4e-6 mV at best and gates to 6e-8; a hundred beats of rounding stay below
 * what the step changes. */
static void single_precision_is_enough(void **state) {
  (void)state;
  const char *names[] = {"ten_tusscher_2006",    "luo_rudy_1991",         "mitchell_schaeffer_2003",
                         "bueno_orovio_2008",    "corrado_niederer_2016", "aliev_panfilov_1996",
                         "rogers_mcculloch_1994"};
  for (int i = 0; i < 7; i++) {
    const char *variant = iso_model_find(names[i])->variants[0].name;
    const pacing wide = paced(names[i], variant, 1000, 0), narrow = paced(names[i], variant, 1000, 1);
    const beat w = pace(&wide), n = pace(&narrow);
    print_message("%s: APD90 %.4f in double, %.4f in single precision; peak %.4f, %.4f\n", names[i], w.apd90,
                  n.apd90, w.peak, n.peak);
    /* Aliev-Panfilov's recovery loses 3e-6 of itself in a step at rest, some 30 last places, so that rounding
     * changes its rate by up to 2%. */
    assert_true(fabs(w.apd90 - n.apd90) < (strcmp(names[i], "aliev_panfilov_1996") ? 0.05 : 0.2));
    /* Bueno-Orovio rests with a time constant of 400 ms: at 0.02 ms V stops where a step would change it by
     * less than half its last place, 3.8e-6 mV, which is 0.08 mV from rest. */
    assert_true(fabs(w.rest - n.rest) < (strcmp(names[i], "bueno_orovio_2008") ? 0.005 : 0.08));
    assert_true(fabs(w.peak - n.peak) < 0.02);
    if (i > 0) continue;
    /* Slow concentrations drift by about 0.7 mM here and must not stall in rounding. */
    for (const char *const *name = (const char *const[]){"K_i_shift", "Na_i_shift", NULL}; *name; name++) {
      const int s = iso_model_state(wide.model, *name);
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
static void steps_are_of_second_order(void **state) {
  (void)state;
  assert_true(fabs(order("ten_tusscher_2006", 2) - 2) < 0.25);
  assert_true(fabs(order("luo_rudy_1991", 2) - 2) < 0.25);
  assert_true(fabs(order("luo_rudy_1991", 40) - 2) < 0.25);
  assert_true(fabs(order("luo_rudy_1991", 200) - 2) < 0.25);
  assert_true(fabs(order("aliev_panfilov_1996", 200) - 2) < 0.25);
  assert_true(fabs(order("rogers_mcculloch_1994", 200) - 2) < 0.25);
}

/* Where a model's file says that part of it is of first order (calcium of ten Tusscher, the switches of
 * Mitchell-Schaeffer, its successor and Bueno-Orovio), that part is small: below 0.05 mV at 0.05 ms. */
static void first_order_parts_are_small(void **state) {
  (void)state;
  assert_true(fabs(vm_at("ten_tusscher_2006", 200, 0.05) - vm_at("ten_tusscher_2006", 200, 0.0125)) < 0.05);
  assert_true(fabs(vm_at("ten_tusscher_2006", 4, 0.05) - vm_at("ten_tusscher_2006", 4, 0.0125)) < 0.05);
  assert_true(fabs(vm_at("mitchell_schaeffer_2003", 200, 0.05) -
                   vm_at("mitchell_schaeffer_2003", 200, 0.0125)) < 0.05);
  assert_true(fabs(vm_at("corrado_niederer_2016", 200, 0.05) - vm_at("corrado_niederer_2016", 200, 0.0125)) <
              0.05);
  assert_true(fabs(vm_at("bueno_orovio_2008", 150, 0.05) - vm_at("bueno_orovio_2008", 150, 0.0125)) < 0.05);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(beats_match_references),    cmocka_unit_test(blocked_cells_match_references),
      cmocka_unit_test(tables_do_not_show),        cmocka_unit_test(single_precision_is_enough),
      cmocka_unit_test(steps_are_of_second_order), cmocka_unit_test(first_order_parts_are_small),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

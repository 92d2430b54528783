/* Cells at their own pace: what steps of up to ISO_SLOW_STEP outside upstrokes make of a paced beat. */
#include "kernels/builds.h"
#include "kernels/pace.h"
#include "kernels/references.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

static pacing paced(const iso_model *model, int variant) {
  const build *all;
  const int n = builds(&all);
  const protocol *of = protocol_of(model->name);
  return (pacing){.kernels = all[n - 1].kernels[0],
                  .model = model,
                  .variant = model->variants[variant].name,
                  .step_ms = 0.05,
                  .after_upstroke = 2,
                  .cycle_ms = 1000,
                  .beats = 3,
                  .stimulus = of->stimulus,
                  .duration_ms = of->duration_ms,
                  .carrier = of->carrier,
                  .carried = of->carried};
}

/* ms by which APD90 may differ from that of one step of 0.05 ms. A step of 0.05 ms is itself 0.1 ms from the
 * limit where calcium is of first order, and what follows an upstroke is passed with twice that step. */
static double tolerance_ms(const pacing *p) {
  /* M cells all but empty the junctional reticulum, of first order in the step: 3.5 and 0.8 ms from 0.02 ms
   * on. */
  if (!strcmp(p->variant, "mid") && strcmp(p->model->name, "ten_tusscher_2006") != 0) return 5;
  return 0.25;
}

static void assert_beats_are_alike(pacing p) {
  p.slow_step_ms = 0;
  const beat one = pace(&p);
  p.slow_step_ms = p.model->slow_step_ms;
  const beat own = pace(&p);
  print_message("%s %s: steps up to %g ms, %.3f of the evaluations, APD90 %.2f (%.2f), swing %.2g %s\n",
                p.model->name, p.variant, p.slow_step_ms, own.evaluations, own.apd90, one.apd90, own.ripple,
                own.ripple > 0 ? p.model->states[own.rippling].name : "");
  assert_true(fabs(own.apd90 - one.apd90) < tolerance_ms(&p));
  assert_true(fabs(own.rest - one.rest) < 0.02 && fabs(own.peak - one.peak) < 0.1);
  /* A step beyond the limit of stability makes a state swing by a part of its range. */
  assert_true(own.ripple < 1e-3);
  /* 0.8 ms is 1 / 16 of the evaluations, and the upstroke and what follows it take some 15 ms more. */
  assert_true(own.evaluations < 0.05 / p.slow_step_ms * 1.35 + 0.03);
}

static void models_hold_at_their_slow_steps(void **state) {
  (void)state;
  for (int m = 0; m < iso_nmodels; m++)
    for (int v = 0; protocol_of(iso_models[m]->name) && v < iso_models[m]->nvariants; v++)
      assert_beats_are_alike(paced(iso_models[m], v));
}

/* Long plateaus, as under dofetilide. */
static void blocked_cells_hold(void **state) {
  (void)state;
  const char *names[] = {"ten_tusscher_2006", "ohara_rudy_2011", "tor_ord_2019", "grandi_bers_2010"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    pacing p = paced(iso_model_find(names[i]), 0);
    p.scaled = "g_Kr", p.scale = 0.5;
    assert_beats_are_alike(p);
  }
}

/* The test above sees what is too long: the atrial cell's release gate v swings at 0.8 ms. */
static void longer_steps_swing(void **state) {
  (void)state;
  const iso_model *model = iso_model_find("courtemanche_1998");
  pacing p = paced(model, iso_model_variant(model, "af"));
  p.beats = 20, p.slow_step_ms = 0.8;
  const beat b = pace(&p);
  print_message("%s swings by %.2g of its range\n", model->states[b.rippling].name, b.ripple);
  assert_true(model->slow_step_ms < 0.8 && b.ripple > 1e-3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(models_hold_at_their_slow_steps),
      cmocka_unit_test(blocked_cells_hold),
      cmocka_unit_test(longer_steps_swing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What an adaptive pace does where rhythms are delicate: beats of a cable that alternate, that rise again in
 * their plateau, and that come by themselves. */
#include "grid/mpi_main.h"
#include "solve/cable.h"

#include <stdio.h>

static const double STEP_MS = 0.05;

/* Runs a protocol with both paces. */
static void run_both(const cable_protocol *protocol, cable_beats beats[2]) {
  for (int p = 0; p < 2; p++) {
    heart h;
    cable_run(&h, protocol, p ? ISO_PACE_ADAPTIVE : ISO_PACE_FIXED, STEP_MS, &beats[p]);
    heart_free(&h);
  }
  assert_true(beats[1].share[0] < 0.3); /* that there is something to compare */
  assert_int_equal(beats[0].nactivated, beats[1].nactivated);
}

/* Paced at 350 ms, where its restitution is steep, Luo and Rudy's cell goes 332, 206, 315, 243, 296 ms and so
 * on: a change of one beat is nearly as large in the next, with the other sign, so that errors add up. */
static void alternans_is_that_of_the_fixed_step(void **state) {
  (void)state;
  cable_beats beats[2];
  run_both(&(cable_protocol){.model = "luo_rudy_1991", .period_ms = 350, .until_ms = 8 * 350}, beats);
  for (int k = 0; k < 7; k++) {
    const double fixed = cable_apd(&beats[0], k), adaptive = cable_apd(&beats[1], k);
    print_message("beat %d: APD90 %.3f and %.3f ms\n", k + 1, fixed, adaptive);
    if (k) assert_true((fixed < cable_apd(&beats[0], k - 1)) == (k % 2 == 1));
    assert_true(fabs(adaptive - fixed) < 0.2);
    assert_true(fabs(beats[1].activated[k] - beats[0].activated[k]) < 0.1);
  }
}

/* With a twentieth of g_Kr, O'Hara and Rudy's cell hangs in its plateau for a second, rises again and
 * recovers, with twice that it does not rise. What carries Vm there is the window current of calcium, whose
 * gates follow Vm within a step and come half a step late: measured are 0.24 and 0.06% of APD90 (the fixed
 * step is within 0.002% of its limit). The bound leaves a factor of two. */
static void afterdepolarisations_are_those_of_the_fixed_step(void **state) {
  (void)state;
  for (int rises = 0; rises < 2; rises++) {
    const cable_protocol drug = {.model = "ohara_rudy_2011",
                                 .scaled = "g_Kr",
                                 .scale = rises ? 0.05 : 0.1,
                                 .period_ms = 4000,
                                 .until_ms = rises ? 1450 : 800};
    cable_beats beats[2];
    run_both(&drug, beats);
    const double fixed = cable_apd(&beats[0], 0), adaptive = cable_apd(&beats[1], 0);
    print_message("%d rise: APD90 %.2f and %.2f ms\n", rises, fixed, adaptive);
    for (int p = 0; p < 2; p++) assert_int_equal(cable_afterdepolarisations(&beats[p], 100), rises);
    assert_true(fabs(adaptive - fixed) < 0.005 * fixed);
  }
}

/* Stewart's Purkinje cells fire by themselves. Their slow depolarisation is carried by a window current, too,
 * which is why the model takes no longer steps than 0.2 ms: measured are 0.05 to 0.07%, where steps of 0.8 ms
 * make it 0.3%. */
static void a_rhythm_of_its_own_is_that_of_the_fixed_step(void **state) {
  (void)state;
  cable_beats beats[2];
  run_both(&(cable_protocol){.model = "stewart_2009", .until_ms = 4000}, beats);
  assert_true(beats[0].nactivated >= 3);
  for (int k = 1; k < beats[0].nactivated; k++) {
    const double fixed = beats[0].activated[k] - beats[0].activated[k - 1],
                 adaptive = beats[1].activated[k] - beats[1].activated[k - 1];
    print_message("cycle %d: %.3f and %.3f ms\n", k, fixed, adaptive);
    assert_true(fabs(adaptive - fixed) < 0.002 * fixed);
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(alternans_is_that_of_the_fixed_step),
    cmocka_unit_test(afterdepolarisations_are_those_of_the_fixed_step),
    cmocka_unit_test(a_rhythm_of_its_own_is_that_of_the_fixed_step),
};
RUN_ON_ALL_RANKS(tests)

/* How accurate a pace of each patch's own is: against the fixed step, against itself with half the base step,
 * and in the charge that it keeps. What holds for its bits is in bits.c. */
#include "grid/mpi_main.h"
#include "solve/fixture.h"
#include "verified.h"

#include <stdio.h>

static const double everywhere[2][3] = {{-INFINITY, -INFINITY, -INFINITY}, {INFINITY, INFINITY, INFINITY}};

/* Shares of all nodes' time at each level. */
static void print_shares(const heart *h, const char *what, double share[ISO_LEVELS]) {
  iso_simulation_shares(h->simulation, share);
  print_message("%s: node-time at 1, 2, 4, .. base steps", what);
  for (int l = 0; l < ISO_LEVELS; l++) print_message(" %.3f", share[l]);
  print_message("\n");
}

static double largest_difference(const double *a, const double *b, iso_gid n) {
  double most = 0;
  for (iso_gid i = 0; i < n; i++) most = fmax(most, fabs(a[i] - b[i])); /* NaN where both are: left out */
  return most;
}

/* ---- every patch at the base step ---- */

enum { FIXED_STEP, ADAPTIVE_STEP, PACES };

/* A wave through tissue that is stimulated everywhere all the time, by next to nothing. */
static void run_stimulated(heart *h, iso_pace pace, iso_fast_current fast) {
  const iso_numerics numerics = {.pace = pace, .fast_current = fast, .smoothing = 0.2, .interpolation = 0.7};
  *h = (heart){.patches = true};
  heart_mesh(h, &(iso_slab_options){{6, 3, 1}, 0.5, ISO_TETRAHEDRON, ISO_JITTERED, {1, 2, 3}, 1}, NULL, NULL);
  heart_region(h, 0, "ten_tusscher_2006");
  heart_device(h, NULL);
  heart_simulation(h, &numerics, 0.05);
  assert_int_equal(iso_simulation_describe(h->simulation).stages, 1);
  heart_stimulate(h, (double[3]){0, 0, 0}, (double[3]){1, 1, 1}, &(iso_pulses){0, 2, 50, 0, 1});
  heart_stimulate(h, everywhere[0], everywhere[1], &(iso_pulses){0, 1000, 1e-9, 0, 1});
  heart_run(h, 60);
}

/* The formulas are the same, but V in the middle of a step is V + S / 2 here and 1.5 V - 0.5 V' there: 1e-14
 * mV apart (a unit in the last place of 85 mV). Over an upstroke of up to 300 mV/ms that shifts a front by
 * 1e-16 ms a step, and it forgets: 1200 steps leave 1e-13 ms. Vm is unstable in the upstroke, with rates of
 * up to 10/ms for a millisecond, exp(10) times 1e-14. */
static void patches_at_the_base_step_make_the_fixed_steps(void **state) {
  (void)state;
  for (int fast = ISO_FAST_NODAL; fast <= ISO_FAST_INTERPOLATED; fast++) {
    heart h[PACES];
    double *vm[PACES], *activation[PACES], share[ISO_LEVELS];
    for (int p = 0; p < PACES; p++) {
      run_stimulated(&h[p], p == FIXED_STEP ? ISO_PACE_FIXED : ISO_PACE_ADAPTIVE, (iso_fast_current)fast);
      vm[p] = heart_vm(&h[p]), activation[p] = heart_activation(&h[p]);
    }
    print_shares(&h[ADAPTIVE_STEP], "stimulated everywhere", share);
    assert_true(share[0] == 1);
    const iso_gid n = h[0].mesh->nnodes;
    for (iso_gid i = 0; i < n; i++) assert_false(isnan(activation[FIXED_STEP][i]));
    const double later = largest_difference(activation[0], activation[1], n),
                 apart = largest_difference(vm[0], vm[1], n);
    print_message("fast current %d: activations differ by %.2g ms, Vm by %.2g mV\n", fast, later, apart);
    assert_true(later < 1e-12);
    assert_true(apart < 1e-10);
    for (int p = 0; p < PACES; p++) free(vm[p]), free(activation[p]), heart_free(&h[p]);
  }
}

/* ---- order in time ---- */

static double smooth_start(const double x[3], const void *how) {
  (void)how;
  return 0.5 + 0.3 * cos(M_PI * x[0] / 40);
}

/* Nagumo's medium, slow and smooth, on a sheet whose left end is held at the base step by a stimulus of next
 * to nothing: levels 1, 4 and 16 stand side by side and, after the first few steps, stay, so that all steps
 * of the sheet halve with the base step. V at the end by global number; to be freed. */
static double *run_smooth(double spacing, double step) {
  heart h = {.patches = true};
  double share[ISO_LEVELS];
  heart_mesh(&h,
             &(iso_slab_options){{40, 24 * spacing, 0}, spacing, ISO_TRIANGLE, ISO_ALTERNATING, {1, 0, 0}, 1},
             NULL, NULL);
  iso_region *region = heart_region(&h, 0, "nagumo_1962");
  h.parameters[0][iso_model_parameter(region->model, "k")] = 0.05;
  heart_device(&h, NULL);
  heart_simulation(&h, &(iso_numerics){.pace = ISO_PACE_ADAPTIVE}, step);
  heart_stimulate(&h, (double[3]){0, 0, 0}, (double[3]){5, 40, 0}, &(iso_pulses){0, 1e6, 1e-9, 0, 1});
  heart_set(&h, -1, smooth_start, NULL);
  heart_run(&h, 32);
  print_shares(&h, "smooth", share);
  assert_true(share[0] > 0.1 && share[2] > 0.1 && share[4] > 0.3);
  double *vm = heart_vm(&h);
  heart_free(&h);
  return vm;
}

/* At 1 mm and these steps one product is enough at every level; at 0.25 mm all but the finest have stages. */
static void settled_levels_are_of_second_order_at(double spacing, double step) {
  const iso_gid nnodes = (iso_gid)(lround(40 / spacing) + 1) * 25;
  double *vm[3], change[2];
  for (int k = 0; k < 3; k++) vm[k] = run_smooth(spacing, step / (1 << k));
  for (int k = 0; k < 2; k++) change[k] = largest_difference(vm[k], vm[k + 1], nnodes);
  const double order = log2(change[0] / change[1]);
  print_message("%g mm: V changes by %.2g\n", spacing, change[1]);
  for (int k = 0; k < 3; k++) free(vm[k]);
  assert_true(change[1] > 1e-11); /* above rounding */
  verified_at_least(spacing < 1 ? "adaptive_order_with_stages" : "adaptive_order", order, 1.8);
}

static void settled_levels_are_of_second_order(void **state) {
  (void)state;
  settled_levels_are_of_second_order_at(1, 0.025);
  settled_levels_are_of_second_order_at(0.25, 0.05);
}

/* ---- charge ---- */

enum { EDGE_NODES = 21, LAYERS = 11 };

static double bump(const double x[3], const void *how) {
  (void)how;
  const double r[] = {x[0] - 4, x[1] - 4, x[2] - 2};
  return exp(-(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]) / 8);
}

/* sum M V in units of M inside: cubes give a node of a face half of that, of an edge a quarter. */
static double charge(const heart *h) {
  double *vm = heart_vm(h), sum = 0;
  for (iso_gid i = 0; i < h->mesh->nnodes; i++) {
    const iso_gid at[] = {i % EDGE_NODES, i / EDGE_NODES % EDGE_NODES, i / (EDGE_NODES * EDGE_NODES)};
    double mass = 1;
    for (int d = 0; d < 3; d++) mass *= at[d] == 0 || at[d] == (d < 2 ? EDGE_NODES : LAYERS) - 1 ? 0.5 : 1;
    sum += mass * vm[i];
  }
  free(vm);
  return sum;
}

/* Relative to the charge that is there, after a bump has spread without any current of cells. */
static double drift(iso_pace pace, double step) {
  heart h = {.patches = true};
  double share[ISO_LEVELS];
  heart_mesh(&h, &(iso_slab_options){{10, 10, 5}, 0.5, ISO_HEXAHEDRON, ISO_ALTERNATING, {1, 0, 0}, 1}, NULL,
             NULL);
  iso_region *region = heart_region(&h, 0, "nagumo_1962");
  h.parameters[0][iso_model_parameter(region->model, "k")] = 0;
  heart_device(&h, NULL);
  heart_simulation(&h, &(iso_numerics){.pace = pace}, step);
  heart_set(&h, -1, bump, NULL);
  const double before = charge(&h);
  double most = 0;
  for (int k = 1; k <= 8; k++) {
    heart_run(&h, 12.8 * k); /* when every level is due */
    most = fmax(most, fabs(charge(&h) / before - 1));
  }
  print_shares(&h, "charge", share);
  if (pace == ISO_PACE_ADAPTIVE) assert_true(share[0] < 0.9 && share[4] > 0.05);
  print_message("step %g ms: charge drifts by up to %.2g\n", step, most);
  heart_free(&h);
  return most;
}

/* Rows sum to zero, so one step for all keeps the charge to rounding. Where levels differ, each side of an
 * interface takes the other's V from its own extrapolation, and what one gives is not quite what the other
 * gets: measured 5e-6 and 2e-6 of the charge in 100 ms, of a bump that spreads over the whole body. The
 * bounds leave a factor of five. */
static void charge_is_nearly_kept(void **state) {
  (void)state;
  verified_at_most("charge_drift_fixed", drift(ISO_PACE_FIXED, 0.05), 1e-13);
  verified_at_most("charge_drift_adaptive", drift(ISO_PACE_ADAPTIVE, 0.05), 2.5e-5);
  assert_true(drift(ISO_PACE_ADAPTIVE, 0.025) < 8e-6);
}

/* ---- a beat ---- */

typedef struct beat {
  double *activated, *recovered; /* [nowned] first, ms, or NAN */
} beat;

static iso_status note_beat(void *self, const iso_view *view, iso_error *err) {
  beat *b = self;
  (void)err;
  for (int64_t k = 0; k < view->nevents; k++) {
    const iso_event *e = &view->events[k];
    double *at = e->kind == ISO_ACTIVATED ? &b->activated[e->node] : &b->recovered[e->node];
    if (isnan(*at)) *at = e->time_ms;
  }
  return ISO_OK;
}

static beat run_beat(iso_pace pace, const char *model, double until, double share[ISO_LEVELS]) {
  const iso_numerics numerics = {
      .pace = pace, .fast_current = ISO_FAST_INTERPOLATED, .smoothing = 0.2, .interpolation = 0.7};
  heart h = {.patches = true};
  beat b;
  heart_mesh(&h, &(iso_slab_options){{12, 3, 1}, 0.5, ISO_TETRAHEDRON, ISO_ALTERNATING, {1, 0, 0}, 1}, NULL,
             NULL);
  iso_region *region = heart_region(&h, 0, model);
  region->transverse = region->normal = 0.05;
  heart_device(&h, NULL);
  heart_simulation(&h, &numerics, 0.05);
  const size_t n = (size_t)h.mesh->nowned;
  b.activated = malloc(n * sizeof *b.activated), b.recovered = malloc(n * sizeof *b.recovered);
  for (size_t i = 0; i < n; i++) b.activated[i] = b.recovered[i] = NAN;
  const iso_guest guest = {.name = "beat", .stop_ms = INFINITY, .self = &b, .look = note_beat};
  DEMAND(iso_simulation_invite(h.simulation, &guest, WHY));
  heart_stimulate(&h, (double[3]){0, 0, 0}, (double[3]){1, 3, 1}, &(iso_pulses){0, 2, 50, 0, 1});
  heart_run(&h, until);
  print_shares(&h, model, share);
  heart_free(&h);
  return b;
}

/* What a pace may cost, against the fixed step: 0.1% of the activation time, and 0.2 ms or 0.1% of APD90. */
static void a_beat_is_that_of_the_fixed_step(const char *model, double until) {
  double share[ISO_LEVELS], late = 0, longer = 0, sum = 0;
  char key[64];
  const beat fixed = run_beat(ISO_PACE_FIXED, model, until, share),
             paced = run_beat(ISO_PACE_ADAPTIVE, model, until, share);
  const int n = 25 * 7 * 3;
  for (int i = 0; i < n; i++) {
    const double apd = fixed.recovered[i] - fixed.activated[i],
                 change = paced.recovered[i] - paced.activated[i] - apd;
    late = fmax(late, fabs(paced.activated[i] / fixed.activated[i] - 1));
    longer = fmax(longer, fabs(change) / fmax(0.2, 1e-3 * apd));
    sum += change;
    if (isnan(change)) fail_msg("%s: node %d does not recover", model, i);
  }
  print_message("%s: APD90 differs by %+.3f ms in the mean\n", model, sum / n);
  free(fixed.activated), free(fixed.recovered), free(paced.activated), free(paced.recovered);
  /* The finest levels for the wave and the 20 ms after it; the coarsest that the model takes for the rest. */
  assert_true(share[0] > 0.01 && share[3] + share[4] > 0.8);
  snprintf(key, sizeof key, "adaptive_activation_percent_%s", model);
  verified_at_most(key, 100 * late, 0.1);
  snprintf(key, sizeof key, "adaptive_apd90_share_%s", model);
  verified_at_most(key, longer, 1);
}

static void beats_are_those_of_the_fixed_step(void **state) {
  (void)state;
  a_beat_is_that_of_the_fixed_step("ten_tusscher_2006", 420);
  a_beat_is_that_of_the_fixed_step("courtemanche_1998", 420);
  a_beat_is_that_of_the_fixed_step("tor_ord_2019", 420);
  a_beat_is_that_of_the_fixed_step("luo_rudy_1991", 480);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(patches_at_the_base_step_make_the_fixed_steps),
    cmocka_unit_test(settled_levels_are_of_second_order),
    cmocka_unit_test(charge_is_nearly_kept),
    cmocka_unit_test(beats_are_those_of_the_fixed_step),
};
RUN_ON_ALL_RANKS(tests)

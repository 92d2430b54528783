/* Stimuli that overlap in space and in time, whose values are on the device for some steps at once. */
#include "grid/mpi_main.h"
#include "solve/fixture.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 3, NODES = 9 * 3 * 3 };

typedef struct stimulus {
  double low_mm, high_mm; /* along x */
  iso_pulses pulses;
} stimulus;

typedef struct scheme {
  iso_splitting splitting;
  iso_diffusion diffusion;
} scheme;

static const scheme schemes[] = {{ISO_SPLITTING_STAGGERED, ISO_DIFFUSION_EXPLICIT},
                                 {ISO_SPLITTING_GODUNOV, ISO_DIFFUSION_EXPLICIT},
                                 {ISO_SPLITTING_STRANG, ISO_DIFFUSION_EXPLICIT},
                                 {ISO_SPLITTING_STAGGERED, ISO_DIFFUSION_IMPLICIT}};
enum { NSCHEMES = sizeof schemes / sizeof *schemes };

static const iso_numerics plain = {.theta = 0.5, .cg_tolerance = 1e-8, .cg_iterations = 200};

static void make(heart *h, const scheme *how, int n, const stimulus *stimuli) {
  iso_numerics numerics = plain;
  numerics.splitting = how->splitting, numerics.diffusion = how->diffusion;
  heart_mesh(h, &(iso_slab_options){{4, 1, 1}, 0.5, ISO_TETRAHEDRON, ISO_ALTERNATING, {1, 0, 0}, 1}, NULL,
             NULL);
  heart_region(h, 0, "ten_tusscher_2006");
  heart_device(h, NULL);
  heart_simulation(h, &numerics, 0.05);
  for (int k = 0; k < n; k++)
    heart_stimulate(h, (double[3]){stimuli[k].low_mm, 0, 0}, (double[3]){stimuli[k].high_mm, 1, 1},
                    &stimuli[k].pulses);
}

static double *vm_after(const scheme *how, int n, const stimulus *stimuli, double until_ms) {
  heart h = {0};
  make(&h, how, n, stimuli);
  heart_run(&h, until_ms);
  double *vm = heart_vm(&h);
  heart_free(&h);
  return vm;
}

/* Bit for bit, and the tissue was excited. */
static void assert_same(const scheme *how, int na, const stimulus *a, int nb, const stimulus *b) {
  const double until_ms = 5; /* a hundred steps */
  double *x = vm_after(how, na, a, until_ms), *y = vm_after(how, nb, b, until_ms);
  assert_true(x[0] > -20);
  assert_memory_equal(x, y, NODES * sizeof *x);
  free(x), free(y);
}

/* Pulses begin and end within steps, and within half steps. Twice the amplitude is twice every value without
 * rounding. */
static void overlapping_stimuli_add_up(void **state) {
  (void)state;
  const iso_pulses one = {0.13, 1.61, 24, 0, 1}, two = {0.13, 1.61, 48, 0, 1};
  const stimulus overlap[] = {{0, 1.5, one}, {1, 2.5, one}};
  const stimulus disjoint[] = {{0, 0.5, one}, {1, 1.5, two}, {2, 2.5, one}};
  for (int k = 0; k < NSCHEMES; k++) assert_same(&schemes[k], 2, overlap, 3, disjoint);
}

static void a_train_is_its_pulses(void **state) {
  (void)state;
  const double start = 0.5, period = 1.375;
  const stimulus train = {0, 1, {start, 0.6, 40, period, 3}};
  stimulus single[MOST];
  for (int k = 0; k < MOST; k++) single[k] = (stimulus){0, 1, {start + k * period, 0.6, 40, 0, 1}};
  for (int k = 0; k < NSCHEMES; k++) assert_same(&schemes[k], 1, &train, MOST, single);
}

/* Long after the first values were made. */
static void a_late_pulse_comes_in_time(void **state) {
  (void)state;
  const stimulus late = {0, 4, {4, 1, 50, 0, 1}};
  for (int k = 0; k < NSCHEMES; k++) {
    double *before = vm_after(&schemes[k], 1, &late, 4), *after = vm_after(&schemes[k], 1, &late, 4.5);
    for (int i = 0; i < NODES; i++) {
      assert_true(before[i] < -84); /* at rest */
      /* Half a pulse of 50 mV/ms, less what the membrane takes of it. */
      assert_true(after[i] - before[i] > 18 && after[i] - before[i] < 27);
    }
    free(before), free(after);
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(overlapping_stimuli_add_up),
    cmocka_unit_test(a_train_is_its_pulses),
    cmocka_unit_test(a_late_pulse_comes_in_time),
};
RUN_ON_ALL_RANKS(tests)

/* The same bits from every instruction set, however a launch is cut. */
#include "kernels/builds.h"
#include "kernels/field.h"
#include "kernels/models.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

/* Not a multiple of any block or vector. */
enum { CELLS = 301, STEPS = 24 };

static void assert_same_bits(const field_run *a, const field_run *b) {
  size_t na, nb;
  void *x = field_after(a, &na), *y = field_after(b, &nb);
  assert_memory_equal(x, y, na < nb ? na : nb);
  free(x), free(y);
}

/* Runs check for every model, precision and mode with the narrowest build. */
static void for_each(void (*check)(const field_run *narrowest, const build *widest, const build *all,
                                   int n)) {
  const build *all;
  const int n = builds(&all);
  for (int m = 0; m < iso_nmodels; m++)
    for (int mode = 0; mode < 4; mode++) {
      const field_run run = {.kernels = all[0].kernels[mode & 1],
                             .single = mode & 1,
                             .exact = mode >> 1,
                             .model = iso_models[m],
                             .ncells = CELLS,
                             .nsteps = STEPS,
                             .pieces = 1,
                             .keep_fast = 1};
      check(&run, &all[n - 1], all, n);
    }
}

static void check_builds(const field_run *run, const build *widest, const build *all, int n) {
  (void)widest;
  for (int i = 1; i < n; i++) {
    field_run other = *run;
    other.kernels = all[i].kernels[run->single];
    assert_same_bits(run, &other);
  }
}

static void check_cuts(const field_run *run, const build *widest, const build *all, int n) {
  (void)all, (void)n;
  field_run whole = *run;
  whole.kernels = widest->kernels[run->single];
  field_run cut = whole;
  cut.pieces = 7;
  assert_same_bits(&whole, &cut);
  cut = whole;
  cut.keep_fast = 0;
  assert_same_bits(&whole, &cut);
}

static void check_without_history(const field_run *run, const build *widest, const build *all, int n) {
  (void)all, (void)n;
  field_run without = *run;
  without.kernels = widest->kernels[run->single];
  without.same_vm = 1;
  field_run constant = without;
  constant.same_vm = 2;
  assert_same_bits(&without, &constant);
}

/* Every second cell of a field with scaled parameters is that of a field where all are; the others keep
 * theirs. */
static void check_varying(const field_run *run, const build *widest, const build *all, int n) {
  (void)widest;
  const size_t width = run->single ? sizeof(float) : sizeof(double);
  double parameters[256];
  const int scaled = field_scaled(run, 1.01, parameters);
  print_message("%s, %s: %d parameters vary\n", run->model->name, run->exact ? "exact" : "tables", scaled);
  if (run->exact) assert_true(scaled > 0 || run->model->parameters[0].value == 0);
  for (int i = 0; i < n; i++) {
    field_run uniform = *run;
    uniform.kernels = all[i].kernels[run->single];
    field_run other = uniform, mixed = uniform;
    other.scale = 1.01;
    mixed.scale = 1.01, mixed.alternate = 1, mixed.pieces = 3;
    size_t bytes;
    char *a = field_after(&uniform, &bytes), *b = field_after(&other, &bytes),
         *m = field_after(&mixed, &bytes);
    if (scaled > 0) assert_memory_not_equal(a, b, bytes);
    for (size_t at = 0; at < bytes / width; at++)
      assert_memory_equal(m + at * width, (at % CELLS % 2 ? b : a) + at * width, width);
    free(a), free(b), free(m);
  }
}

static void varying_cells_are_their_own(void **state) {
  (void)state;
  for_each(check_varying);
}

static void builds_agree(void **state) {
  (void)state;
  const build *all;
  const int n = builds(&all);
  for (int i = 0; i < n; i++) print_message("build: %s\n", all[i].isa);
  for_each(check_builds);
}

static void cuts_do_not_matter(void **state) {
  (void)state;
  for_each(check_cuts);
}

static void no_history_is_a_constant_one(void **state) {
  (void)state;
  for_each(check_without_history);
}

/* Ionic current and factors of the fast one of a cell, in double, after one step. */
static double step_once(const iso_model *model, const char *scaled, double scale, double fast[ISO_MAX_FAST]) {
  double parameters[128], states[128], vm, iion;
  const build *all;
  const int n = builds(&all);
  const iso_cell_kernels *kernels = all[n - 1].kernels[0];
  iso_model_defaults(model, 0, parameters, states, &vm);
  vm += 70; /* the fast current flows */
  parameters[iso_model_parameter(model, scaled)] *= scale;
  void *prepared = malloc(kernels->prepared_bytes(model, 1));
  assert_non_null(prepared);
  kernels->prepare(model, parameters, 0.02, 1, prepared);
  const iso_cells cells = {.count = 1,
                           .ld = 1,
                           .state = states,
                           .vm = &vm,
                           .iion = &iion,
                           .fast = fast,
                           .fast_ld = 1,
                           .parameters = prepared,
                           .step_ms = 0.02};
  kernels->step[iso_model_index(model)](&cells);
  free(prepared);
  return iion;
}

/* Without the fast current, the ionic current is less by the product of its factors; to rounding of the sums.
 */
static void factors_make_the_fast_current(void **state) {
  (void)state;
  const struct {
    const char *model, *parameter;
    double off;
  } cases[] = {{"ten_tusscher_2006", "g_Na", 0},
               {"luo_rudy_1991", "g_Na", 0},
               {"mitchell_schaeffer_2003", "tau_in", 1e300},
               {"courtemanche_1998", "g_Na", 0},
               {"maleckar_2009", "P_Na", 0},
               {"grandi_bers_2010", "g_Na", 0},
               {"stewart_2009", "g_Na", 0},
               {"trovato_2020", "g_Na", 0},
               {"tor_ord_2019", "g_Na", 0},
               {"ohara_rudy_2011", "g_Na", 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const iso_model *model = iso_model_find(cases[i].model);
    double fast[ISO_MAX_FAST] = {0}, none[ISO_MAX_FAST] = {0};
    const double with = step_once(model, cases[i].parameter, 1, fast);
    const double without = step_once(model, cases[i].parameter, cases[i].off, none);
    const double current = iso_model_fast(iso_model_index(model), fast);
    assert_true(current < -0.1); /* inward, uA/uF */
    assert_true(fabs(with - without - current) < 1e-12 * fabs(current));
    assert_true(iso_model_fast(iso_model_index(model), none) > -1e-12);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(builds_agree),
      cmocka_unit_test(cuts_do_not_matter),
      cmocka_unit_test(no_history_is_a_constant_one),
      cmocka_unit_test(varying_cells_are_their_own),
      cmocka_unit_test(factors_make_the_fast_current),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

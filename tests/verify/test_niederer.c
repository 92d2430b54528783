/* The N-version benchmark (Niederer et al., Phil Trans R Soc A 369:4331, 2011).
 *
 * Usage: verify_niederer CONFIG coarse | fine | limit */
#include "grid/mpi_main.h"
#include "verified.h"
#include "verify/niederer.h"

#include <stdio.h>

static const char *config;

/* Limit of this program's runs at 0.1 and 0.05 mm with 0.02 ms and the interpolated fast current; that of the
 * nodal one agrees to 0.3 % (docs/numerics.md). In the order of the probes: (x, y, z) = (0,0,0) (0,7,0)
 * (20,0,0) (20,7,0) (0,0,3) (0,7,3) (20,0,3) (20,7,3) and the centre. */
static const double converged[NIEDERER_POINTS] = {1.221,  26.871, 31.841, 41.564, 8.301,
                                                  28.245, 33.040, 42.549, 19.643};
/* The paper puts P8 between 42.5 and 43 ms; at 0.05 mm its codes give 42.5 to 43.2. */
static const double p8_ms = 42.5;

static void run(const char *spacing, const char *step, const char *fast, double until_ms,
                double *activation) {
  char set[3][64];
  snprintf(set[0], sizeof set[0], "mesh.slab.spacing_mm=%s", spacing);
  snprintf(set[1], sizeof set[1], "time.step_ms=%s", step);
  snprintf(set[2], sizeof set[2], "numerics.fast_current=%s", fast);
  const char *const list[3] = {set[0], set[1], set[2]};
  niederer_run(config, fast ? 3 : 2, list, until_ms, activation);
  print_message("%s mm, %s ms, %s:", spacing, step, fast ? fast : "default numerics");
  for (int k = 0; k < NIEDERER_POINTS; k++) print_message(" %.3f", activation[k]);
  print_message("\n");
}

/* P8 against the paper, all points against the converged ones. */
static void check(const char *spacing, const char *step, double p8_room, double worst_room) {
  double activation[NIEDERER_POINTS], worst = 0;
  run(spacing, step, NULL, 60, activation);
  for (int k = 0; k < NIEDERER_POINTS; k++) {
    assert_false(isnan(activation[k]));
    worst = fmax(worst, fabs(activation[k] / converged[k] - 1));
  }
  const double p8 = activation[NIEDERER_P8] / p8_ms - 1;
  char key[64];
  snprintf(key, sizeof key, "n_version_P8_percent_%s_mm", spacing);
  verified_near(key, 100 * p8, 0, 100 * p8_room);
  snprintf(key, sizeof key, "n_version_worst_percent_%s_mm", spacing);
  verified_at_most(key, 100 * worst, 100 * worst_room);
}

/* Where the stimulus begins does not know of the mesh: published codes agree on 1.22 to 1.24 ms with steps of
 * 0.01 ms and less, on meshes of 0.1 to 0.5 mm. A stimulus scaled wrongly by 2 % would move it by 0.02 ms. */
static void first_point_is_sharp(void **state) {
  (void)state;
  double activation[NIEDERER_POINTS];
  run("0.5", "0.01", NULL, 2, activation);
  if (!(activation[0] >= 1.21 && activation[0] <= 1.24)) fail_msg("P1 at %g ms", activation[0]);
}

/* What the numerics are chosen for, and the project promises: see docs/numerics.md. */
static void half_a_millimetre(void **state) {
  (void)state;
  check("0.5", "0.05", 0.06, 0.08);
}

static void a_quarter_of_a_millimetre(void **state) {
  (void)state;
  check("0.25", "0.05", 0.02, 0.05);
}

/* The paper's finest mesh, where its codes are within 14 % of P8; what is left is the mesh that the reference
 * was computed on, and its numerics. */
static void a_tenth_of_a_millimetre(void **state) {
  (void)state;
  check("0.1", "0.02", 0.02, 0.03);
}

static void check_limit(const char *fast) {
  double activation[NIEDERER_POINTS];
  run("0.05", "0.02", fast, 60, activation);
  const double p8 = activation[NIEDERER_P8];
  /* The paper's range, and the 0.3 to 0.5 ms by which codes that agree in the limit still differ at 0.05 mm.
   */
  if (!(p8 >= 42.0 && p8 <= 43.3)) fail_msg("P8 at %g ms", p8);
}

static void limit_with_default_numerics(void **state) {
  (void)state;
  check_limit(NULL);
}

static void limit_with_the_nodal_current(void **state) {
  (void)state;
  check_limit("nodal");
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (argc != 3) return 2;
  config = argv[1];
  const struct CMUnitTest coarse[] = {
      cmocka_unit_test(first_point_is_sharp),
      cmocka_unit_test(half_a_millimetre),
      cmocka_unit_test(a_quarter_of_a_millimetre),
  };
  const struct CMUnitTest fine[] = {cmocka_unit_test(a_tenth_of_a_millimetre)};
  const struct CMUnitTest limit[] = {
      cmocka_unit_test(limit_with_default_numerics),
      cmocka_unit_test(limit_with_the_nodal_current),
  };
  int failed = 1;
  if (strcmp(argv[2], "coarse") == 0) failed = cmocka_run_group_tests(coarse, NULL, NULL);
  if (strcmp(argv[2], "fine") == 0) failed = cmocka_run_group_tests(fine, NULL, NULL);
  if (strcmp(argv[2], "limit") == 0) failed = cmocka_run_group_tests(limit, NULL, NULL);
  if (failed) MPI_Abort(MPI_COMM_WORLD, 1);
  MPI_Finalize();
  return 0;
}

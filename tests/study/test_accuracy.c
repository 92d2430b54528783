/* What numerics.accuracy chooses with the mesh: its step, and how far off velocities are said to be. */
#include "grid/mpi_main.h"

#include "grid/ask/edges.h"
#include "study/accuracy.h"
#include "study/setup.h"

#include <math.h>
#include <stdio.h>

static iso_error err;

static iso_config configure(int nset, const char *const *set) {
  static const char text[] =
      "mesh: {slab: {size_mm: [4, 2, 2], spacing_mm: 0.5}}\n" /* runs of 64 nodes for 3 ranks */
      "regions: [{model: luo_rudy_1991, conductivity: {isotropic_S_per_m: 0.1}}]\n"
      "time: {duration_ms: 1}\n";
  iso_config config;
  ASSERT_OK(iso_config_parse(&config, "heart.yaml", text, sizeof text - 1, nset, set, &err));
  return config;
}

/* Six tetrahedra of a cube have edges of 1, sqrt 2 and sqrt 3 as 3 : 2 : 1. */
static void edges_are_measured_on_any_ranks(void **state) {
  (void)state;
  iso_timer timer;
  iso_timer_start(&timer);
  const double six = 0.5 * (3 + 2 * sqrt(2) + sqrt(3)) / 6;
  const struct {
    const char *element;
    double edge_mm;
  } cases[] = {{"mesh.slab.element=hexahedron", 0.5}, {"mesh.slab.element=tetrahedron", six}};
  for (int k = 0; k < 2; k++) {
    iso_config config = configure(1, &cases[k].element);
    iso_setup setup = {.config = &config, .timer = &timer};
    ASSERT_OK(iso_setup_mesh(&setup, MPI_COMM_WORLD, &err));
    /* lengths are summed in units of 1e-6 mm */
    assert_true(fabs(iso_mesh_edge_mm(setup.mesh) - cases[k].edge_mm) < 1e-6);
    iso_setup_free(&setup);
    iso_config_free(&config);
  }
}

typedef struct choice {
  const char *set[3];
  double step_ms;
} choice;

static const choice choices[] = {
    {{"numerics.accuracy=draft"}, 0.05},
    {{"numerics.accuracy=standard"}, 0.05},
    {{"numerics.accuracy=reference"}, 0.02},
    {{"numerics.accuracy=draft", "mesh.slab.spacing_mm=0.1"}, 0.05},
    {{"numerics.accuracy=standard", "mesh.slab.spacing_mm=0.1"}, 0.02},
    {{"numerics.accuracy=reference", "mesh.slab.spacing_mm=0.1"}, 0.01},
    {{"numerics.accuracy=reference", "mesh.slab.spacing_mm=0.1", "time.step_ms=0.04"}, 0.04},
    {{"mesh.slab.spacing_mm=0.1"}, 0.02}, /* standard without a word, */
    {{"mesh.slab.spacing_mm=0.1", "numerics.precision=double"}, 0.02},
    {{"mesh.slab.spacing_mm=0.1", "numerics.pace=fixed"}, 0.05}, /* but not with a fixed pace */
    {{"mesh.slab.spacing_mm=0.1", "numerics.splitting=strang"}, 0.05},
};

static void the_step_goes_with_the_mesh(void **state) {
  (void)state;
  iso_timer timer;
  iso_timer_start(&timer);
  for (size_t k = 0; k < sizeof choices / sizeof *choices; k++) {
    int n = 0;
    while (n < 3 && choices[k].set[n]) n++;
    iso_config config = configure(n, choices[k].set);
    const double usual = config.time.step_ms;
    iso_setup setup = {.config = &config, .timer = &timer};
    ASSERT_OK(iso_setup_all(&setup, MPI_COMM_WORLD, &err));
    assert_true(setup.config->time.step_ms == choices[k].step_ms);
    assert_true(config.time.step_ms == usual); /* what was asked for stays as it is */
    ASSERT_OK(iso_simulation_start(setup.simulation, &err));
    ASSERT_OK(iso_simulation_step(setup.simulation, &err));
    assert_true(fabs(iso_simulation_time(setup.simulation) - setup.config->time.step_ms) < 1e-12);
    iso_setup_free(&setup);
    iso_config_free(&config);
  }
}

static void a_model_may_need_a_shorter_step(void **state) {
  (void)state;
  assert_true(iso_accurate_step(ISO_ACCURACY_DRAFT, 0.63, 0.02) == 0.02);
  assert_true(iso_accurate_step(ISO_ACCURACY_DRAFT, 0.63, 0.015) == 0.01);
  assert_true(iso_accurate_step(ISO_ACCURACY_REFERENCE, 0.126, 0.02) == 0.01);
}

static void a_moved_setup_chooses_again(void **state) {
  (void)state;
  iso_timer timer;
  iso_timer_start(&timer);
  iso_config first = configure(1, (const char *const[]){"numerics.accuracy=reference"});
  iso_config next = configure(1, (const char *const[]){"numerics.accuracy=draft"});
  iso_setup setup = {.config = &first, .timer = &timer};
  ASSERT_OK(iso_setup_all(&setup, MPI_COMM_WORLD, &err));
  ASSERT_OK(iso_setup_move(&setup, &next, MPI_COMM_WORLD, &err));
  assert_true(setup.config->time.step_ms == 0.05);
  iso_setup_free(&setup);
  iso_config_free(&first);
  iso_config_free(&next);
}

static void a_key_that_does_not_go_with_the_step_is_refused(void **state) {
  (void)state;
  iso_timer timer;
  iso_timer_start(&timer);
  iso_config config =
      configure(2, (const char *const[]){"mesh.slab.spacing_mm=0.1",
                                         "regions.0.initial={paced: {cycle_length_ms: 500.05, beats: 1}}"});
  iso_setup setup = {.config = &config, .timer = &timer, .no_pacing = true};
  ASSERT_REFUSED(iso_setup_all(&setup, MPI_COMM_WORLD, &err),
                 "regions.0.initial.paced.cycle_length_ms: 500.05 ms is not a whole number of time.step_ms");
  iso_setup_free(&setup);
  iso_config_free(&config);
}

/* The rows of docs/numerics.md that the numbers come from, and what lies between and beyond them. */
static void errors_are_those_of_the_tables(void **state) {
  (void)state;
  iso_config config = configure(1, (const char *const[]){"numerics.pace=fixed"});
  const iso_fast_current usual = ISO_FAST_INTERPOLATED;
  const iso_expectation coarse = iso_expected_error(&config, usual, 0.63),
                        fine = iso_expected_error(&config, usual, 0.126);
  assert_true(fabs(coarse.mesh - 7.1) < 1e-9 && fabs(fine.mesh - 1.4) < 1e-9);
  assert_true(fabs(fine.step - 1.6) < 0.05 && fabs(coarse.step - 0.6) < 0.05);
  const double between = iso_expected_error(&config, usual, 0.4).mesh,
               below = iso_expected_error(&config, usual, 0.0315).mesh;
  assert_true(between > 3.6 && between < 7.1);
  assert_true(fabs(below - 0.1) < 1e-9); /* half of the shortest edge of the table: a quarter */
  config.time.step_ms /= 2;
  assert_true(fabs(iso_expected_error(&config, usual, 0.126).step - fine.step / 4) < 1e-9);
  config.numerics.scheme.pace = ISO_PACE_ADAPTIVE;
  assert_true(fabs(iso_expected_error(&config, usual, 0.126).step - 0.6 / 4) < 1e-9);
  assert_true(fabs(iso_expected_error(&config, ISO_FAST_NODAL, 0.315).mesh - 67) < 1e-9);
  config.numerics.scheme.splitting = ISO_SPLITTING_STRANG;
  assert_true(isnan(iso_expected_error(&config, usual, 0.315).step));
  iso_config_free(&config);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(edges_are_measured_on_any_ranks),
    cmocka_unit_test(the_step_goes_with_the_mesh),
    cmocka_unit_test(a_model_may_need_a_shorter_step),
    cmocka_unit_test(a_moved_setup_chooses_again),
    cmocka_unit_test(a_key_that_does_not_go_with_the_step_is_refused),
    cmocka_unit_test(errors_are_those_of_the_tables),
};
RUN_ON_ALL_RANKS(tests)

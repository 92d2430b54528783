/* The eikonal wave of a configuration runs as fast as the monodomain one, and where it says so. */
#include "grid/mpi_main.h"

#include "study/tune.h"
#include "study/wave.h"

#include <stdio.h>

static iso_error err;

static iso_config configure(int nset, const char *const *set) {
  static const char text[] =
      "method: eikonal\n"
      "mesh: {slab: {size_mm: [8, 4, 2], spacing_mm: 0.5}}\n"
      "regions:\n"
      "  - name: wall\n"
      "    model: luo_rudy_1991\n"
      "    conductivity: {longitudinal_S_per_m: 0.15, transverse_S_per_m: 0.03}\n"
      "stimuli:\n"
      "  - {box: {min_mm: [0, 0, 0], max_mm: [0, 99, 99]}, start_ms: 2, amplitude_uA_per_uF: 60}\n"
      "time: {duration_ms: 60}\n";
  iso_config config;
  ASSERT_OK(iso_config_parse(&config, "heart.yaml", text, sizeof text - 1, nset, set, &err));
  return config;
}

static iso_status run(iso_wave *wave, iso_setup *setup, const iso_config *config) {
  static iso_timer timer;
  iso_timer_start(&timer);
  *setup = (iso_setup){.config = config, .timer = &timer, .no_pacing = true};
  return iso_wave_new(wave, setup, MPI_COMM_WORLD, &err);
}

static void drop(iso_wave *wave, iso_setup *setup) {
  iso_wave_free(wave);
  iso_setup_free(setup);
}

/* A plane wave that was tuned to be so fast is measured to be so fast, and its front runs so. */
static void measured_velocities_are_those_of_tuning(void **state) {
  (void)state;
  iso_config asked = configure(
      1, (const char *[]){"regions.0.velocity={longitudinal_m_per_s: 0.5, transverse_m_per_s: 0.3}"});
  const iso_tune_options options = {.edge_mm = NAN};
  char set[2][96];
  iso_tuning tuning;
  iso_setup setup;
  iso_wave wave;
  ASSERT_OK(iso_tune(MPI_COMM_WORLD, &asked, &options, &tuning, &err));
  for (int k = 0; k < 2; k++)
    snprintf(set[k], sizeof set[k], "regions.0.conductivity.%s=%.17g",
             iso_tune_direction_key(tuning.item[k].direction), tuning.item[k].found_S_per_m);
  iso_config tuned = configure(2, (const char *[]){set[0], set[1]});
  ASSERT_OK(run(&wave, &setup, &tuned));
  /* the tuning is good to 0.2%, and measured strips have another length and other conductivities beside them
   */
  assert_true(fabs(wave.speeds[0].along / 0.5 - 1) < 0.01);
  assert_true(fabs(wave.speeds[0].across / 0.3 - 1) < 0.01);
  assert_true(wave.speeds[0].normal == wave.speeds[0].across);
  for (iso_lid i = 0; i < setup.mesh->nowned; i++)
    assert_true(fabs(wave.activation_ms[i] - (2 + setup.mesh->xyz[i][0] / wave.speeds[0].along)) < 1e-8);
  drop(&wave, &setup);
  iso_tuning_free(&tuning);
  iso_config_free(&asked);
  iso_config_free(&tuned);
}

static void what_is_asked_for_is_taken(void **state) {
  (void)state;
  const char *const set[] = {
      "regions.0.velocity={longitudinal_m_per_s: 0.8, transverse_m_per_s: 0.4}", "time.duration_ms=7",
      "stimuli.1={box: {min_mm: [8, 0, 0], max_mm: [8, 9, 9]}, start_ms: 4, amplitude_uA_per_uF: 60}",
      "stimuli.2={box: {min_mm: [4, 0, 0], max_mm: [4, 9, 9]}, amplitude_uA_per_uF: -1}"};
  iso_config config = configure(4, set);
  iso_setup setup;
  iso_wave wave;
  ASSERT_OK(run(&wave, &setup, &config));
  for (iso_lid i = 0; i < setup.mesh->nowned; i++) {
    const double x = setup.mesh->xyz[i][0], wanted = fmin(2 + x / 0.8, 4 + (8 - x) / 0.8);
    if (wanted > 7) /* after the end */
      assert_true(isnan(wave.activation_ms[i]));
    else
      assert_true(fabs(wave.activation_ms[i] - wanted) < 1e-8);
  }
  assert_true(wave.first_ms == 2 && wave.last_ms <= 7 && wave.activated < setup.mesh->nnodes);
  drop(&wave, &setup);
  iso_config_free(&config);
}

/* One strip serves tissue that conducts alike in all directions; regions have
 * theirs. */
static void tissue_without_directions_has_one_velocity(void **state) {
  (void)state;
  const char *const set[] = {
      "regions.0.conductivity={isotropic_S_per_m: 0.15}",
      "sites.far={box: {min_mm: [4, 0, 0], max_mm: [8, 9, 9]}}",
      "regions.1={site: far, model: luo_rudy_1991, conductivity: {isotropic_S_per_m: 0.3}}"};
  iso_config config = configure(3, set);
  iso_setup setup;
  iso_wave wave;
  ASSERT_OK(run(&wave, &setup, &config));
  for (int r = 0; r < 2; r++)
    assert_true(wave.speeds[r].across == wave.speeds[r].along &&
                wave.speeds[r].normal == wave.speeds[r].along);
  assert_true(wave.speeds[0].along > 0.6 && wave.speeds[1].along > 1.2 * wave.speeds[0].along);
  for (iso_lid i = 0; i < setup.mesh->nowned; i++) {
    const double x = setup.mesh->xyz[i][0];
    const double wanted = 2 + fmin(x, 4) / wave.speeds[0].along + fmax(x - 4, 0) / wave.speeds[1].along;
    assert_true(fabs(wave.activation_ms[i] - wanted) < 1e-8);
  }
  drop(&wave, &setup);
  iso_config_free(&config);
}

static void what_is_not_known_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *set, *why;
  } cases[] = {
      {"regions.0.velocity.longitudinal_m_per_s=0.5", "needs longitudinal_m_per_s and transverse_m_per_s"},
      {"regions.0.velocity={longitudinal_m_per_s: 0.5, transverse_m_per_s: 0.3, normal_m_per_s: 0.2}",
       "no sheet directions"},
      {"regions.0.parameters.g_Na=0", "no wave comes through a strip along the fibres"},
      {"stimuli.0.box.min_mm=[0, 98, 98]", "hits no node"},
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    iso_config config = configure(1, &cases[k].set);
    iso_setup setup;
    iso_wave wave;
    ASSERT_REFUSED(run(&wave, &setup, &config), cases[k].why);
    drop(&wave, &setup);
    iso_config_free(&config);
  }
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(measured_velocities_are_those_of_tuning),
                                          cmocka_unit_test(what_is_asked_for_is_taken),
                                          cmocka_unit_test(tissue_without_directions_has_one_velocity),
                                          cmocka_unit_test(what_is_not_known_is_refused)};
RUN_ON_ALL_RANKS(tests)

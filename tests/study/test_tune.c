/* Conductivities that are tuned give the velocities that were asked for, in a simulation of their own. */
#include "grid/mpi_main.h"

#include "observe/activation.h"
#include "study/setup.h"
#include "study/tune.h"
#include "study/tune_search.h"
#include "verified.h"

#include <stdio.h>

static iso_error err;

static iso_config configure(int nset, const char *const *set) {
  static const char text[] =
      "mesh: {slab: {size_mm: [16, 2, 2], spacing_mm: 0.5}}\n"
      "regions:\n"
      "  - name: wall\n"
      "    model: luo_rudy_1991\n"
      "    conductivity: {longitudinal_S_per_m: 0.3, transverse_S_per_m: 0.02}\n"
      "    velocity: {longitudinal_m_per_s: 0.55, transverse_m_per_s: 0.35}\n"
      "stimuli: [{box: {min_mm: [0, 0, 0], max_mm: [1.5, 99, 99]}, amplitude_uA_per_uF: 60}]\n"
      "time: {duration_ms: 60}\n"
      "stop: {all_activated: true}\n";
  iso_config config;
  ASSERT_OK(iso_config_parse(&config, "heart.yaml", text, sizeof text - 1, nset, set, &err));
  return config;
}

/* Of a plane wave through the middle of a configuration's slab, m/s: from its nodes' first times at a third
 * and two thirds of the length. */
static double velocity_of(const iso_config *config) {
  iso_timer timer;
  iso_activation *seen;
  iso_timer_start(&timer);
  iso_setup setup = {.config = config, .timer = &timer};
  ASSERT_OK(iso_setup_all(&setup, MPI_COMM_WORLD, &err));
  ASSERT_OK(iso_activation_new(&seen, setup.mesh, 1, &err));
  const iso_guest guest = iso_activation_guest(seen);
  ASSERT_OK(iso_simulation_invite(setup.simulation, &guest, &err));
  ASSERT_OK(iso_simulation_start(setup.simulation, &err));
  for (int64_t k = iso_setup_steps(&config->time); k > 0; k--)
    ASSERT_OK(iso_simulation_step(setup.simulation, &err));
  ASSERT_OK(iso_simulation_show(setup.simulation, &err));
  const double *time = iso_activation_times(seen, 0), place[2] = {5, 11};
  double sum[4] = {0};
  for (iso_lid i = 0; time && i < setup.mesh->nowned; i++)
    for (int k = 0; k < 2; k++)
      if (fabs(setup.mesh->xyz[i][0] - place[k]) < 1e-6) sum[k] += time[i], sum[2 + k]++;
  MPI_Allreduce(MPI_IN_PLACE, sum, 4, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  iso_setup_free(&setup);
  iso_activation_free(seen);
  return (place[1] - place[0]) / (sum[1] / sum[3] - sum[0] / sum[2]);
}

static const iso_tune_options options = {.edge_mm = NAN};

static void tuned_conductivities_give_the_velocities(void **state) {
  (void)state;
  iso_config config = configure(0, NULL);
  iso_tuning tuning, alone;
  ASSERT_OK(iso_tune(MPI_COMM_WORLD, &config, &options, &tuning, &err));
  ASSERT_OK(iso_tune(MPI_COMM_SELF, &config, &options, &alone, &err));
  assert_int_equal(tuning.n, 2);
  for (int k = 0; k < 2; k++) {
    const iso_tuned *item = &tuning.item[k];
    char along[96], across[96];
    snprintf(along, sizeof along, "regions.0.conductivity.longitudinal_S_per_m=%.17g",
             tuning.item[0].found_S_per_m);
    snprintf(across, sizeof across, "regions.0.conductivity.transverse_S_per_m=%.17g",
             tuning.item[1].found_S_per_m);
    iso_config check = configure(
        3, (const char *[]){along, across, k == 0 ? "mesh.fibre=[1, 0, 0]" : "mesh.fibre=[0, 1, 0]"});
    const double velocity = velocity_of(&check);
    verified_near(k == 0 ? "tuned_along_m_per_s" : "tuned_across_m_per_s", velocity, item->asked_m_per_s,
                  0.01 * item->asked_m_per_s);
    assert_true(item->direction == (k == 0 ? ISO_ALONG_FIBRE : ISO_ACROSS_FIBRE));
    /* the same bits on any number of ranks */
    assert_memory_equal(&item->found_S_per_m, &alone.item[k].found_S_per_m, sizeof(double));
    assert_memory_equal(&item->velocity_m_per_s, &alone.item[k].velocity_m_per_s, sizeof(double));
    iso_config_free(&check);
  }
  iso_tuning_free(&tuning);
  iso_tuning_free(&alone);
  iso_config_free(&config);
}

static void what_is_out_of_reach_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *set, *why;
  } cases[] = {
      {"regions.0.velocity={transverse_m_per_s: 0.05}", "the slowest wave that comes through"},
      {"regions.0.parameters={g_Na: 0}", "no wave comes through"},
      {"regions.0.velocity=~", "no region asks for a velocity"},
  };
  iso_tuning tuning;
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    iso_config config = configure(1, &cases[k].set);
    ASSERT_REFUSED(iso_tune(MPI_COMM_WORLD, &config, &options, &tuning, &err), cases[k].why);
    iso_config_free(&config);
  }
  iso_config config = configure(
      2, (const char *[]){"regions.0.conductivity={isotropic_S_per_m: 0.1}", "mesh.slab.element=line"});
  ASSERT_REFUSED(iso_tune(MPI_COMM_WORLD, &config, &options, &tuning, &err), "isotropic_S_per_m");
  iso_config_free(&config);
}

/* A law with a jump: blocked below a conductivity, and slower than its root just above; beyond another one no
 * scheme takes it. */
static iso_status law(void *self, double sigma, double *m_per_s, iso_error *error) {
  (void)error;
  ++*(int *)self;
  *m_per_s = sigma > 500 ? INFINITY : sigma < 0.02 ? 0 : 1.5 * sqrt(sigma) * (1 - 0.01 / sigma);
  return ISO_OK;
}

static void the_search_copes_with_block(void **state) {
  (void)state;
  static const double starts[] = {1e-6, 0.001, 0.0199, 0.05, 0.3, 100};
  int calls = 0;
  const iso_tune_wave wave = {&calls, law};
  iso_tune_found found;
  iso_tune_limits limits;
  for (size_t k = 0; k < sizeof starts / sizeof *starts; k++) {
    for (double wanted = 0.12; wanted < 10; wanted *= 1.7) {
      ASSERT_OK(iso_tune_search(&wave, wanted, starts[k], &found, &limits, &err));
      assert_true(fabs(found.m_per_s / wanted - 1) <= 0.002);
      /* 0.5 (s + 0.01) / (s - 0.01) of the law */
      assert_true(isnan(found.power) || (found.power > 0.49 && found.power < 1.6));
    }
    ASSERT_OK(iso_tune_search(&wave, 0.1, starts[k], &found, &limits, &err)); /* 0.106 is the slowest */
    assert_true(isnan(found.S_per_m));
    assert_true(fabs(limits.slowest_m_per_s - 0.1061) < 1e-3);
    ASSERT_OK(iso_tune_search(&wave, 40, starts[k], &found, &limits, &err)); /* 33.5 is the fastest */
    assert_true(isnan(found.S_per_m));
    assert_true(fabs(limits.fastest_m_per_s - 33.54) < 0.1 && limits.most_S_per_m < 501);
  }
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(tuned_conductivities_give_the_velocities),
                                          cmocka_unit_test(what_is_out_of_reach_is_refused),
                                          cmocka_unit_test(the_search_copes_with_block)};
RUN_ON_ALL_RANKS(tests)

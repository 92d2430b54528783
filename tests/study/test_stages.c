/* A set-up that moves from configuration to configuration makes anew what changed, and nothing else; what
 * runs then has the bits of a set-up of its own. */
#include "grid/mpi_main.h"

#include "study/wave.h"

#include <stdio.h>

static iso_error err;

static iso_config configure(int nset, const char *const *set) {
  static const char text[] =
      "mesh: {slab: {size_mm: [4, 1, 1], spacing_mm: 0.5}}\n"
      "regions:\n"
      "  - {model: ten_tusscher_2006, conductivity: {isotropic_S_per_m: 0.2}, parameters: {g_Kr: 0.1}}\n"
      "stimuli: [{box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}, amplitude_uA_per_uF: 50}]\n"
      "time: {duration_ms: 5}\n"
      "numerics: {pace: fixed, precision: double}\n";
  iso_config config;
  ASSERT_OK(iso_config_parse(&config, "heart.yaml", text, sizeof text - 1, nset, set, &err));
  return config;
}

/* Vm of owned nodes after some steps; to be freed. */
static double *vm_after_steps(iso_setup *setup) {
  double *vm = malloc((size_t)setup->mesh->nowned * sizeof *vm);
  ASSERT_OK(iso_simulation_start(setup->simulation, &err));
  for (int k = 0; k < 60; k++) ASSERT_OK(iso_simulation_step(setup->simulation, &err));
  iso_simulation_get_vm(setup->simulation, vm);
  return vm;
}

static double *vm_alone(const iso_config *config) {
  iso_timer timer;
  iso_timer_start(&timer);
  iso_setup setup = {.config = config, .timer = &timer};
  ASSERT_OK(iso_setup_all(&setup, MPI_COMM_WORLD, &err));
  double *vm = vm_after_steps(&setup);
  iso_setup_free(&setup);
  return vm;
}

typedef struct change {
  const char *set[2]; /* beside the configuration; [1] may be NULL */
  bool anew[ISO_NSTAGES];
} change;

/* Each against the one before it, the first against the configuration as it is. */
static const change changes[] = {
    {{"stimuli.0.amplitude_uA_per_uF=70"}, {false, false, false, false, true}},
    {{"stimuli.0.amplitude_uA_per_uF=70", "regions.0.parameters.g_Kr=0.2"},
     {false, false, true, false, true}},
    {{"stimuli.0.amplitude_uA_per_uF=70", "numerics.splitting=strang"}, {false, false, true, false, true}},
    {{"numerics.splitting=godunov"}, {false, false, false, false, true}},
    {{"regions.0.conductivity.isotropic_S_per_m=0.3"}, {false, false, true, true, true}},
    {{"regions.0.conductivity.isotropic_S_per_m=0.3", "time.step_ms=0.02"},
     {false, false, false, false, true}},
    {{"regions.0.conductivity.isotropic_S_per_m=0.3", "numerics.diffusion=implicit"},
     {false, false, false, true, true}},
    {{"fast_endocardium={box: {min_mm: [0, 0, 0], max_mm: [0, 9, 9]}, velocity_ratio: 2}"},
     {false, false, true, true, true}},
    {{"fast_endocardium={box: {min_mm: [0, 0, 0], max_mm: [0, 9, 9]}, velocity_ratio: 3}"},
     {false, false, true, true, true}},
    {{"mesh.slab.spacing_mm=0.25"}, {false, true, true, true, true}},
    {{"mesh.slab.spacing_mm=0.25", "numerics.precision=single"}, {true, true, true, true, true}},
};
enum { NCHANGES = sizeof changes / sizeof *changes };

static void only_what_changed_is_made_anew(void **state) {
  (void)state;
  static const char *const name[] = {"device", "mesh", "tissue", "operator", "cells", "wave"};
  iso_timer timer;
  iso_config was = configure(0, NULL);
  iso_setup setup = {.config = &was, .timer = &timer};
  iso_timer_start(&timer);
  ASSERT_OK(iso_setup_all(&setup, MPI_COMM_WORLD, &err));
  for (int c = 0; c < NCHANGES; c++) {
    int made[ISO_NSTAGES];
    memcpy(made, setup.made, sizeof made);
    iso_config is = configure(changes[c].set[1] ? 2 : 1, changes[c].set);
    ASSERT_OK(iso_setup_move(&setup, &is, MPI_COMM_WORLD, &err));
    for (int k = 0; k < ISO_NSTAGES; k++)
      if (setup.made[k] - made[k] != changes[c].anew[k])
        fail_msg("%s: %s made %d times", changes[c].set[0], name[k], setup.made[k] - made[k]);
    iso_config_free(&was); /* nothing of it is needed any more */
    was = is, setup.config = &was;
    double *moved = vm_after_steps(&setup), *alone = vm_alone(&was);
    assert_memory_equal(moved, alone, (size_t)setup.mesh->nowned * sizeof *moved);
    free(moved), free(alone);
  }
  iso_setup_free(&setup);
  iso_config_free(&was);
}

/* ---- eikonal waves ---- */

static const change wave_changes[] = {
    {{"method=eikonal", "stimuli.0.start_ms=1"}, {0}},
    {{"method=eikonal", "stimuli.0.box.max_mm=[0.5, 9, 9]"}, {0}},
    {{"method=eikonal", "regions.0.velocity.isotropic_m_per_s=0.3"},
     {[ISO_STAGE_TISSUE] = true, [ISO_STAGE_WAVE] = true}},
    {{"method=eikonal", "numerics.precision=single"}, {true, true, true, [ISO_STAGE_WAVE] = true}},
    {{"method=eikonal", "mesh.slab.spacing_mm=0.25"}, {true, true, true, [ISO_STAGE_WAVE] = true}}};
enum { NWAVES = sizeof wave_changes / sizeof *wave_changes };

/* Times of owned nodes; to be freed. */
static double *times_of(iso_setup *setup) {
  iso_wave wave;
  ASSERT_OK(iso_wave_new(&wave, setup, MPI_COMM_WORLD, &err));
  const size_t bytes = (size_t)setup->mesh->nowned * sizeof(double);
  double *times = malloc(bytes);
  memcpy(times, wave.activation_ms, bytes);
  iso_wave_free(&wave);
  return times;
}

static void waves_share_what_they_have_in_common(void **state) {
  (void)state;
  const char *const eikonal[] = {"method=eikonal"};
  iso_timer timer;
  iso_config was = configure(1, eikonal);
  iso_setup setup = {.config = &was, .timer = &timer, .no_pacing = true};
  iso_timer_start(&timer);
  free(times_of(&setup));
  for (int c = 0; c < NWAVES; c++) {
    int made[ISO_NSTAGES];
    memcpy(made, setup.made, sizeof made);
    iso_config is = configure(2, wave_changes[c].set);
    ASSERT_OK(iso_setup_move_heart(&setup, &is, MPI_COMM_WORLD, &err));
    double *moved = times_of(&setup);
    for (int k = 0; k < ISO_NSTAGES; k++)
      if (setup.made[k] - made[k] != wave_changes[c].anew[k])
        fail_msg("%s: stage %d made %d times", wave_changes[c].set[1], k, setup.made[k] - made[k]);
    iso_config_free(&was);
    was = is, setup.config = &was;
    iso_setup own = {.config = &was, .timer = &timer, .no_pacing = true};
    double *alone = times_of(&own);
    assert_memory_equal(moved, alone, (size_t)setup.mesh->nowned * sizeof *moved);
    iso_setup_free(&own);
    free(moved), free(alone);
  }
  iso_setup_free(&setup);
  iso_config_free(&was);
}

/* ---- waves that come again ---- */

#define RECURRENT                                                                                            \
  "method=recurrent_eikonal",                                                                                \
      "regions=[{model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.2}}]"

static void outputs_measure_restitution_anew(void **state) {
  (void)state;
  static const struct {
    const char *set[3];
    bool stays;
  } moves[] = {{{RECURRENT, "stimuli.0.start_ms=1"}, true},
               {{RECURRENT, "outputs.activation={threshold_mV: -30}"}, false}};
  const char *const first[] = {RECURRENT};
  iso_timer timer;
  iso_config was = configure(2, first);
  iso_setup setup = {.config = &was, .timer = &timer};
  iso_timer_start(&timer);
  ASSERT_OK(iso_setup_all(&setup, MPI_COMM_WORLD, &err));
  assert_non_null(setup.front);
  for (size_t k = 0; k < sizeof moves / sizeof *moves; k++) {
    iso_config is = configure(3, moves[k].set);
    ASSERT_OK(iso_setup_move_heart(&setup, &is, MPI_COMM_WORLD, &err));
    assert_int_equal(setup.front != NULL, moves[k].stays);
    iso_config_free(&was);
    was = is, setup.config = &was;
  }
  iso_setup_free(&setup);
  iso_config_free(&was);
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(only_what_changed_is_made_anew),
                                          cmocka_unit_test(waves_share_what_they_have_in_common),
                                          cmocka_unit_test(outputs_measure_restitution_anew)};
RUN_ON_ALL_RANKS(tests)

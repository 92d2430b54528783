/* A simulation's state in memory: going back to it, what that costs, and states of another kind of run. That
 * steps after going back have the same bits in every way of solving is restart_bits.sh's. */
#include "grid/mpi_main.h"
#include "solve/fixture.h"

#include <string.h>
#include <time.h>

static iso_error err;

static void make(heart *h, double length_mm, const iso_device_options *device, iso_splitting splitting) {
  const iso_numerics numerics = {.splitting = splitting, .fast_current = ISO_FAST_NODAL};
  heart_mesh(h, &(iso_slab_options){{length_mm, 2, 2}, 0.25, ISO_HEXAHEDRON, ISO_ALTERNATING, {1, 0, 0}, 1},
             NULL, NULL);
  heart_region(h, 0, "ten_tusscher_2006");
  heart_device(h, device);
  heart_simulation(h, &numerics, 0.05);
  heart_stimulate(h, (double[3]){0, 0, 0}, (double[3]){1, 2, 2}, &(iso_pulses){0, 1, 50, 0, 1});
}

static void step(heart *h, int n) {
  for (int k = 0; k < n; k++) ASSERT_OK(iso_simulation_step(h->simulation, &err));
}

/* An odd number of steps, so that Vm stands in the other buffer. */
static void steps_after_going_back_are_the_same(void **state) {
  (void)state;
  heart h = {0};
  iso_archive *archive;
  make(&h, 4, NULL, ISO_SPLITTING_STAGGERED);
  ASSERT_OK(iso_archive_new(&archive, h.mesh, &err));
  ASSERT_OK(iso_simulation_start(h.simulation, &err));
  step(&h, 30);
  ASSERT_OK(iso_simulation_save(h.simulation, archive, &err));
  step(&h, 7);
  double *first = heart_vm(&h);
  ASSERT_OK(iso_simulation_restore(h.simulation, archive, &err));
  assert_int_equal(iso_simulation_steps(h.simulation), 30);
  step(&h, 7);
  double *second = heart_vm(&h);
  assert_true(first[0] > -60); /* something happens */
  assert_memory_equal(first, second, (size_t)h.mesh->nnodes * sizeof *first);
  free(first), free(second);
  iso_archive_free(archive);
  heart_free(&h);
}

/* Seconds of this process, so that others on the machine do not matter. */
static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The least of some tries: measured at half a step, where 20 are the bound. */
static void going_back_costs_less_than_20_steps(void **state) {
  (void)state;
  heart h = {0};
  iso_archive *archive;
  double steps_s = INFINITY, restore_s = INFINITY;
  make(&h, 16, NULL, ISO_SPLITTING_STAGGERED);
  ASSERT_OK(iso_archive_new(&archive, h.mesh, &err));
  ASSERT_OK(iso_simulation_start(h.simulation, &err));
  step(&h, 5);
  ASSERT_OK(iso_simulation_save(h.simulation, archive, &err));
  for (int k = 0; k < 5; k++) {
    double began = seconds();
    step(&h, 20);
    steps_s = fmin(steps_s, seconds() - began);
    began = seconds();
    ASSERT_OK(iso_simulation_restore(h.simulation, archive, &err));
    restore_s = fmin(restore_s, seconds() - began);
  }
  print_message("going back costs %.2g steps\n", 20 * restore_s / steps_s);
  assert_true(restore_s < steps_s);
  iso_archive_free(archive);
  heart_free(&h);
}

static void a_state_of_another_kind_is_refused(void **state) {
  (void)state;
  const iso_device_options single = {.kind = "cpu", .precision = ISO_PRECISION_SINGLE, .threads = 1};
  heart h = {0}, other = {0}, strang = {0};
  iso_archive *archive;
  make(&h, 1, NULL, ISO_SPLITTING_STAGGERED);
  make(&other, 1, &single, ISO_SPLITTING_STAGGERED);
  make(&strang, 1, NULL, ISO_SPLITTING_STRANG);
  ASSERT_OK(iso_archive_new(&archive, h.mesh, &err));
  ASSERT_OK(iso_simulation_save(h.simulation, archive, &err));
  ASSERT_REFUSED(iso_simulation_restore(other.simulation, archive, &err), "of this precision");
  ASSERT_REFUSED(iso_simulation_restore(strang.simulation, archive, &err), "vm_unreacted");
  iso_archive_free(archive);
  heart_free(&h), heart_free(&other), heart_free(&strang);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(steps_after_going_back_are_the_same),
    cmocka_unit_test(going_back_costs_less_than_20_steps),
    cmocka_unit_test(a_state_of_another_kind_is_refused),
};
RUN_ON_ALL_RANKS(tests)

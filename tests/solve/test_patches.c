/* A mesh that is cut into patches has its nodes in another order and on other ranks, and the same bits. */
#include "grid/mpi_main.h"
#include "solve/fixture.h"

static const int cubes_along_y = 4;

/* Two models in every shape, in four runs of places: three ranks have no inner patch, and so no inner node.
 */
static void run(heart *h, const char *device, bool patches, iso_numerics numerics) {
  *h = (heart){.patches = patches};
  heart_mesh(h, &(iso_slab_options){{6, 2, 1}, 0.5, ISO_HEXAHEDRON, ISO_JITTERED, {1, 2, 3}, 1}, edit_mixed,
             &cubes_along_y);
  heart_region(h, 0, "ten_tusscher_2006")->transverse = 0.05;
  heart_region(h, 1, "mitchell_schaeffer_2003")->transverse = 0.1;
  heart_device(h, &(iso_device_options){device, ISO_PRECISION_DOUBLE, 1, "auto", 0});
  heart_simulation(h, &numerics, 0.05);
  heart_stimulate(h, (double[3]){0, 0, 0}, (double[3]){1.5, 1, 1}, &(iso_pulses){0, 2, 50, 0, 1});
  heart_run(h, 8);
}

static void assert_same(const heart *h, const heart *other) {
  const size_t bytes = (size_t)h->mesh->nnodes * sizeof(double);
  double *vm = heart_vm(h), *other_vm = heart_vm(other), *time = heart_activation(h),
         *other_time = heart_activation(other);
  assert_memory_equal(vm, other_vm, bytes);
  assert_memory_equal(time, other_time, bytes);
  iso_gid active = 0;
  for (iso_gid i = 0; i < h->mesh->nnodes; i++) active += !isnan(time[i]);
  assert_true(4 * active > h->mesh->nnodes); /* a wave that does not run would compare nothing */
  free(vm), free(other_vm), free(time), free(other_time);
}

static void patches_do_not_change_the_bits(void **state) {
  (void)state;
  static const char *const device[] = {"cpu", "cuda"};
  static const iso_numerics numerics[] = {
      {.diffusion = ISO_DIFFUSION_EXPLICIT, .fast_current = ISO_FAST_INTERPOLATED, .interpolation = 0.6},
      {.diffusion = ISO_DIFFUSION_IMPLICIT, .theta = 0.5, .cg_tolerance = 1e-6, .cg_iterations = 200}};
  for (int n = 0; n < 2; n++) {
    heart plain, patched;
    run(&plain, "cpu", false, numerics[n]);
    assert_null(plain.mesh->patches);
    for (int d = 0; d < 2; d++) {
      run(&patched, device[d], true, numerics[n]);
      assert_non_null(patched.mesh->patches);
      assert_same(&plain, &patched);
      heart_free(&patched);
    }
    heart_free(&plain);
  }
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(patches_do_not_change_the_bits)};
RUN_ON_ALL_RANKS(tests)

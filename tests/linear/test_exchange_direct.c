/* Halos straight from GPU memory, on the test double of CUDA and an MPI that takes its memory. */
#include "grid/mpi_main.h"

#include "kernels/emulated/direct_mpi.h"
#include "linear/exchange.h"
#include "linear/fixture.h"

static iso_error err;
static const iso_slab_options slab = {{3, 2, 1}, 0.25, ISO_TETRAHEDRON, ISO_JITTERED, {0, 0, 0}, 1};

static double value(iso_gid gid) { return 3.0 * (double)gid + 17; }

/* Exchanges a field ten times, each with new values, as steps do. */
static void exchange(iso_device *device, const iso_mesh *mesh) {
  iso_timer timer = {0};
  iso_exchange x;
  ASSERT_OK(iso_exchange_new(&x, device, mesh, 1, 0, &timer, &err));
  for (int k = 0; k < 10; k++) {
    iso_field field = linear_field(device, mesh, value);
    iso_exchange_send(&x, 1, (iso_field *[]){&field});
    iso_exchange_receive(&x);
    linear_assert_fresh(&field, value);
    iso_field_free(&field);
  }
  iso_exchange_free(&x);
}

static void the_environment_says_which_way_halos_go(void **state) {
  (void)state;
  iso_mesh *mesh = linear_mesh(MPI_COMM_WORLD, &slab);
  iso_device *gpu = linear_device("cuda"), *cpu = linear_device("cpu");
  const long sent = 10 * 8 * mesh->halo->send_offset[mesh->halo->nneighbours],
             received = 10 * 8 * (mesh->nlocal - mesh->nowned);
  bool direct;

  setenv("ISOCHRONE_GPU_DIRECT", "0", 1);
  ASSERT_OK(iso_exchange_is_direct(gpu, &direct, &err));
  assert_false(direct);
  exchange(gpu, mesh);
  assert_int_equal(direct_mpi_sent(), 0);
  assert_int_equal(direct_mpi_received(), 0);

  setenv("ISOCHRONE_GPU_DIRECT", "1", 1);
  ASSERT_OK(iso_exchange_is_direct(cpu, &direct, &err));
  assert_false(direct);
  ASSERT_OK(iso_exchange_is_direct(gpu, &direct, &err));
  assert_true(direct);
  exchange(gpu, mesh);
  assert_int_equal(direct_mpi_sent(), sent);
  assert_int_equal(direct_mpi_received(), received);
  exchange(cpu, mesh);
  assert_int_equal(direct_mpi_sent(), sent);

  iso_device_close(gpu);
  iso_device_close(cpu);
  iso_mesh_free(mesh);
}

static void another_value_is_refused(void **state) {
  (void)state;
  iso_device *device = linear_device("cpu");
  bool direct;
  setenv("ISOCHRONE_GPU_DIRECT", "yes", 1);
  ASSERT_REFUSED(iso_exchange_is_direct(device, &direct, &err), "neither 0 nor 1");
  unsetenv("ISOCHRONE_GPU_DIRECT");
  iso_device_close(device);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_environment_says_which_way_halos_go),
    cmocka_unit_test(another_value_is_refused),
};
RUN_ON_ALL_RANKS(tests)

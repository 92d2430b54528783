/* Exchanges with requests of their own on a shared plan. */
#include "grid/mpi_main.h"

#include "linear/exchange.h"
#include "linear/fixture.h"

#ifndef DEVICE
#define DEVICE "cpu"
#endif

static iso_error err;
static const iso_slab_options slab = {{3, 2, 1}, 0.25, ISO_TETRAHEDRON, ISO_JITTERED, {0, 0, 0}, 1};

static double value_a(iso_gid gid) { return 3.0 * (double)gid + 17; }
static double value_b(iso_gid gid) { return -7.0 * (double)gid - 1; }

/* Of the same length, so that nothing but the channel tells the messages apart, and begun in another order by
 * every other rank, as a device of its own speed would. */
static void two_exchanges_in_flight_do_not_mix(void **state) {
  (void)state;
  iso_mesh *mesh = linear_mesh(MPI_COMM_WORLD, &slab);
  iso_device *device = linear_device(DEVICE);
  iso_timer timer = {0};
  iso_exchange a, b;
  ASSERT_OK(iso_exchange_new(&a, device, mesh, 1, 0, &timer, &err));
  ASSERT_OK(iso_exchange_new(&b, device, mesh, 1, 1, &timer, &err));
  iso_field field_a = linear_field(device, mesh, value_a), field_b = linear_field(device, mesh, value_b);
  const bool turned = world_rank() % 2;
  iso_exchange_send(turned ? &b : &a, 1, (iso_field *[]){turned ? &field_b : &field_a});
  iso_exchange_send(turned ? &a : &b, 1, (iso_field *[]){turned ? &field_a : &field_b});
  iso_exchange_receive(&b);
  iso_exchange_receive(&a);
  linear_assert_fresh(&field_a, value_a);
  linear_assert_fresh(&field_b, value_b);
  iso_field_free(&field_a);
  iso_field_free(&field_b);
  iso_exchange_free(&a);
  iso_exchange_free(&b);
  iso_device_close(device);
  iso_mesh_free(mesh);
}

/* Of different lengths and numbers of fields, one begun while the other is under way, many times over. */
static void an_exchange_may_begin_and_end_inside_another(void **state) {
  (void)state;
  iso_mesh *mesh = linear_mesh(MPI_COMM_WORLD, &slab);
  iso_device *device = linear_device(DEVICE);
  iso_timer timer = {0};
  iso_exchange outer, inner;
  ASSERT_OK(iso_exchange_new(&outer, device, mesh, 2, 0, &timer, &err));
  ASSERT_OK(iso_exchange_new(&inner, device, mesh, 1, 1, &timer, &err));
  iso_field first = linear_field(device, mesh, value_a), second = linear_field(device, mesh, value_b);
  for (int k = 0; k < 20; k++) {
    iso_field alone = linear_field(device, mesh, value_b);
    iso_exchange_send(&outer, 2, (iso_field *[]){&first, &second});
    iso_exchange_send(&inner, 1, (iso_field *[]){&alone});
    iso_exchange_receive(&inner);
    linear_assert_fresh(&alone, value_b);
    iso_exchange_receive(&outer);
    iso_field_free(&alone);
  }
  linear_assert_fresh(&first, value_a);
  linear_assert_fresh(&second, value_b);
  iso_field_free(&first);
  iso_field_free(&second);
  iso_exchange_free(&outer);
  iso_exchange_free(&inner);
  iso_device_close(device);
  iso_mesh_free(mesh);
}

/* What a send that is not waited for would leave behind is asserted in iso_transfer_end itself. */
static void transfers_end_in_any_order_without_open_requests(void **state) {
  (void)state;
  iso_mesh *mesh = linear_mesh(MPI_COMM_WORLD, &slab);
  const iso_halo *halo = mesh->halo;
  const size_t nsend = (size_t)halo->send_offset[halo->nneighbours];
  const iso_lid nghost = mesh->nlocal - mesh->nowned;
  iso_transfer transfer[2];
  double *packed[2], *received[2];
  for (int t = 0; t < 2; t++) {
    ASSERT_OK(iso_transfer_new(&transfer[t], halo, t, &err));
    ASSERT_OK(iso_alloc(&packed[t], nsend, sizeof(double), "test", &err));
    ASSERT_OK(iso_alloc(&received[t], (size_t)nghost, sizeof(double), "test", &err));
    for (size_t i = 0; i < nsend; i++) packed[t][i] = (t ? value_b : value_a)(mesh->gid[halo->send_node[i]]);
    iso_transfer_begin(&transfer[t], packed[t], received[t], sizeof(double));
  }
  const int first = world_rank() % 2;
  iso_transfer_end(&transfer[first]);
  iso_transfer_end(&transfer[1 - first]);
  for (int t = 0; t < 2; t++) {
    for (iso_lid i = 0; i < nghost; i++)
      linear_assert_equal(received[t][i], (t ? value_b : value_a)(mesh->gid[mesh->nowned + i]));
    for (int k = 0; k < 2 * halo->nneighbours; k++) assert_true(transfer[t].request[k] == MPI_REQUEST_NULL);
    iso_transfer_free(&transfer[t]);
    free(packed[t]);
    free(received[t]);
  }
  iso_mesh_free(mesh);
}

static const iso_halo nobody = {.nneighbours = 0};

static void begin_twice(void) {
  iso_transfer t = {.halo = &nobody};
  iso_transfer_begin(&t, NULL, NULL, 8);
  iso_transfer_begin(&t, NULL, NULL, 8);
}

static void end_without_begin(void) { iso_transfer_end(&(iso_transfer){.halo = &nobody}); }

static void free_under_way(void) {
  iso_transfer t = {.halo = &nobody};
  iso_transfer_begin(&t, NULL, NULL, 8);
  iso_transfer_free(&t);
}

static void a_transfer_out_of_turn_ends_the_program(void **state) {
  (void)state;
  linear_assert_aborts(begin_twice);
  linear_assert_aborts(end_without_begin);
  linear_assert_aborts(free_under_way);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(two_exchanges_in_flight_do_not_mix),
    cmocka_unit_test(an_exchange_may_begin_and_end_inside_another),
    cmocka_unit_test(transfers_end_in_any_order_without_open_requests),
    cmocka_unit_test(a_transfer_out_of_turn_ends_the_program),
};
RUN_ON_ALL_RANKS(tests)

/* Fields know whether their ghosts are fresh. */
#include "grid/mpi_main.h"

#include "linear/fixture.h"

static iso_error err;
static const iso_slab_options slab = {{3, 2, 1}, 0.25, ISO_TETRAHEDRON, ISO_JITTERED, {0, 0, 0}, 1};

static double value(iso_gid gid) { return 3.0 * (double)gid + 17; }

static iso_field field;

static void read_ghosts(void) { iso_field_with_ghosts(&field); }
static void write_boundary(void) { iso_field_write(&field, ISO_BOUNDARY_ROWS); }
static void write_all(void) { iso_field_write(&field, ISO_ALL_ROWS); }

static void send_again(void) {
  iso_halo nobody = {0};
  iso_exchange x = {.halo = &nobody, .max_fields = 1};
  iso_exchange_send(&x, 1, (iso_field *[]){&field});
}

/* On one rank, too. */
static void ghosts_are_read_when_fresh_and_values_written_when_they_do_not_travel(void **state) {
  (void)state;
  iso_mesh *mesh = linear_mesh(MPI_COMM_WORLD, &slab);
  iso_device *device = linear_device("cpu");
  iso_timer timer = {0};
  iso_exchange x;
  ASSERT_OK(iso_exchange_new(&x, device, mesh, 1, 0, &timer, &err));
  field = linear_field(device, mesh, value);
  linear_assert_aborts(read_ghosts);
  iso_exchange_send(&x, 1, (iso_field *[]){&field});
  linear_assert_aborts(read_ghosts);
  linear_assert_aborts(write_boundary);
  linear_assert_aborts(write_all);
  iso_field_write(&field, ISO_INNER_ROWS);
  linear_assert_aborts(send_again);
  iso_exchange_receive(&x);
  linear_assert_fresh(&field, value);
  iso_field_combine(&field, 1, &field, 0, &field);
  linear_assert_aborts(read_ghosts);
  iso_field_free(&field);
  iso_exchange_free(&x);
  iso_device_close(device);
  iso_mesh_free(mesh);
}

/* What produce and consume do, and when: '?' for fields that travel, '!' for those that have arrived. */
typedef struct diary {
  const iso_field *field;
  char text[16];
} diary;

static void note(void *self, bool boundary) {
  static const char ghosts[] = {
      [ISO_GHOSTS_STALE] = '-', [ISO_GHOSTS_TRAVELLING] = '?', [ISO_GHOSTS_FRESH] = '!'};
  diary *d = self;
  const size_t n = strlen(d->text);
  d->text[n] = boundary ? 'b' : 'i';
  d->text[n + 1] = ghosts[d->field->ghosts];
}

static void boundary_rows_are_made_first_and_used_last(void **state) {
  (void)state;
  iso_mesh *mesh = linear_mesh(MPI_COMM_WORLD, &slab);
  iso_device *device = linear_device("cpu");
  iso_timer timer = {0};
  iso_exchange x;
  ASSERT_OK(iso_exchange_new(&x, device, mesh, 1, 0, &timer, &err));
  field = linear_field(device, mesh, value);
  diary d = {.field = &field};
  iso_produce(&x, 1, (iso_field *[]){&field}, note, &d);
  iso_consume(&x, note, &d);
  assert_string_equal(d.text, "b-i?i?b!");
  linear_assert_fresh(&field, value);
  iso_field_free(&field);
  iso_exchange_free(&x);
  iso_device_close(device);
  iso_mesh_free(mesh);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(ghosts_are_read_when_fresh_and_values_written_when_they_do_not_travel),
    cmocka_unit_test(boundary_rows_are_made_first_and_used_last),
};
RUN_ON_ALL_RANKS(tests)

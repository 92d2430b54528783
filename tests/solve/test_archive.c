/* An archive gives back what was put, bit for bit, and says what it does not have. */
#include "grid/mpi_main.h"

#include "grid/make/slab.h"
#include "solve/archive.h"

static iso_error err;

static iso_mesh *slab(void) {
  iso_slab_options box = {.size_mm = {3, 2, 2}, .spacing_mm = 1, .shape = ISO_HEXAHEDRON};
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &box, &slice, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  return mesh;
}

static double value_of(iso_gid node, int round) { return 0.1 * (double)node + round; }

static void values_come_back_and_are_replaced(void **unused) {
  (void)unused;
  iso_mesh *mesh = slab();
  iso_archive *a;
  double v[64];
  ASSERT_OK(iso_archive_new(&a, mesh, &err));
  for (int round = 0; round < 2; round++) {
    for (iso_lid i = 0; i < mesh->nowned; i++) v[i] = value_of(mesh->gid[i], round);
    ASSERT_OK(iso_archive_put_nodes(a, "vm", "mV", "potential", ISO_ARCHIVE_DOUBLE, v, &err));
    ASSERT_OK(iso_archive_put_number(a, "time", "ms", "time", 0.3 + round, &err));
    ASSERT_OK(iso_archive_put_count(a, "step", "1", "steps", 7 + round, &err));
    ASSERT_OK(iso_archive_put_root(a, "trace", "mV", "samples", ISO_ARCHIVE_DOUBLE, 3 + round, v, &err));
  }
  assert_int_equal(iso_archive_count(a), 4);
  memset(v, 0, sizeof v);
  ASSERT_OK(iso_archive_get_nodes(a, "vm", ISO_ARCHIVE_DOUBLE, v, &err));
  for (iso_lid i = 0; i < mesh->nowned; i++) assert_true(v[i] == value_of(mesh->gid[i], 1));
  double time;
  int64_t step, count;
  const void *trace;
  ASSERT_OK(iso_archive_get_number(a, "time", &time, &err));
  ASSERT_OK(iso_archive_get_count(a, "step", &step, &err));
  ASSERT_OK(iso_archive_get_root(a, "trace", ISO_ARCHIVE_DOUBLE, &count, &trace, &err));
  assert_true(time == 1.3 && step == 8);
  assert_int_equal(count, world_rank() == 0 ? 4 : 0);
  if (count) assert_memory_equal(trace, v, 4 * sizeof *v);
  iso_archive_free(a);
  iso_mesh_free(mesh);
}

static void what_is_not_there_is_refused_by_name(void **unused) {
  (void)unused;
  iso_mesh *mesh = slab();
  iso_archive *a;
  double v[64] = {0};
  int64_t step;
  ASSERT_OK(iso_archive_new(&a, mesh, &err));
  ASSERT_OK(iso_archive_put_nodes(a, "vm", "mV", "potential", ISO_ARCHIVE_FLOAT, v, &err));
  ASSERT_REFUSED(iso_archive_get_nodes(a, "state", ISO_ARCHIVE_DOUBLE, v, &err), "no state;");
  ASSERT_REFUSED(iso_archive_get_nodes(a, "vm", ISO_ARCHIVE_DOUBLE, v, &err), "no vm of this precision");
  ASSERT_REFUSED(iso_archive_get_count(a, "vm", &step, &err), "no vm");
  iso_archive_free(a);
  iso_mesh_free(mesh);
}

static void arrays_are_lent_and_taken_without_a_copy(void **unused) {
  (void)unused;
  iso_mesh *mesh = slab();
  iso_archive *a, *b, *c;
  double v[64] = {3, 5};
  int taken;
  ASSERT_OK(iso_archive_new(&a, mesh, &err));
  ASSERT_OK(iso_archive_new(&b, mesh, &err));
  ASSERT_OK(iso_archive_new(&c, mesh, &err));
  ASSERT_OK(iso_archive_put_nodes(a, "vm", "mV", "potential", ISO_ARCHIVE_DOUBLE, v, &err));
  ASSERT_OK(iso_archive_put_count(a, "step", "1", "steps", 7, &err));
  ASSERT_OK(iso_archive_put_count(b, "step", "1", "steps", 8, &err));
  ASSERT_OK(iso_archive_lend(b, "old.", a, &err));
  const void *values = iso_archive_find(a, "vm")->values;
  assert_int_equal(iso_archive_count(b), 3);
  assert_ptr_equal(iso_archive_find(b, "old.vm")->values, values);
  assert_int_equal(iso_archive_find(b, "old.vm")->count, mesh->nowned);
  iso_archive_free(b); /* what was lent stays */
  assert_ptr_equal(iso_archive_find(a, "vm")->values, values);
  ASSERT_OK(iso_archive_put_count(a, "other.step", "1", "steps", 9, &err));
  ASSERT_OK(iso_archive_take(c, "v", a, &taken, &err));
  assert_int_equal(taken, 1);
  assert_ptr_equal(iso_archive_find(c, "m")->values, values);
  assert_null(iso_archive_find(a, "vm"));
  assert_int_equal(iso_archive_count(a), 2);
  ASSERT_OK(iso_archive_take(c, "none.", a, &taken, &err));
  assert_int_equal(taken, 0);
  ASSERT_OK(iso_archive_take(c, "other.", a, &taken, &err));
  int64_t step;
  ASSERT_OK(iso_archive_get_count(c, "step", &step, &err));
  assert_int_equal(step, 9);
  iso_archive_free(a);
  iso_archive_free(c);
  iso_mesh_free(mesh);
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(values_come_back_and_are_replaced),
                                          cmocka_unit_test(what_is_not_there_is_refused_by_name),
                                          cmocka_unit_test(arrays_are_lent_and_taken_without_a_copy)};

RUN_ON_ALL_RANKS(tests)

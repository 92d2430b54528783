/* Where a wave is when the least tissue activates, on a line of nodes whose every activation is known. */
#include "grid/mpi_main.h"

#include "base/memory.h"
#include "grid/make/slab.h"
#include "observe/isthmus.h"

enum { N = 100 };

static iso_error err;

/* Node k is at k mm. */
static iso_mesh *line(void) {
  const iso_slab_options options = {.size_mm = {N - 1, 0, 0}, .spacing_mm = 1, .shape = ISO_LINE};
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &options, &slice, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  return mesh;
}

/* By times of all nodes, of a cycle of 100 ms that ends at 1000 ms. */
static iso_isthmus find(const double time_ms[N]) {
  iso_mesh *mesh = line();
  double last[N];
  iso_isthmus found;
  for (iso_lid i = 0; i < mesh->nowned; i++) last[i] = time_ms[mesh->gid[i]];
  ASSERT_OK(iso_isthmus_find(&found, mesh, last, 1000, 100, &err));
  iso_mesh_free(mesh);
  return found;
}

static void without_activations_there_is_none(void **state) {
  (void)state;
  double time_ms[N];
  for (int k = 0; k < N; k++) time_ms[k] = k % 2 ? NAN : 899;
  const iso_isthmus found = find(time_ms);
  assert_int_equal(found.node, -1);
  assert_true(isnan(found.at_mm[0]) && isnan(found.time_ms));
}

/* Eighty nodes in 40 ms, then five one by one, ten milliseconds apart, then the others. */
static void it_is_where_nodes_activate_one_by_one(void **state) {
  (void)state;
  double time_ms[N];
  for (int k = 0; k < N; k++)
    time_ms[k] = k < 80 ? 905 + 0.5 * k : k < 85 ? 952 + 10 * (k - 80) : 995 + 0.3 * (k - 85);
  const iso_isthmus found = find(time_ms);
  assert_int_equal(found.node, 80);
  assert_true(found.at_mm[0] == 80 && found.time_ms == 952);
}

/* Five nodes in one twentieth without neighbours in time, the others in all the rest. */
static void of_several_nodes_it_is_the_middle_one(void **state) {
  (void)state;
  static const int few[] = {10, 11, 12, 13, 40};
  double time_ms[N];
  for (int k = 0; k < N; k++) {
    const int part = k % 17;
    time_ms[k] = 902 + 5 * (part < 4 ? part : part + 3);
  }
  for (int k = 0; k < 5; k++) time_ms[few[k]] = 927;
  assert_int_equal(find(time_ms).node, 12);
}

/* The emptiest part is at the end and the beginning of the cycle. */
static void the_cycle_closes(void **state) {
  (void)state;
  double time_ms[N];
  for (int k = 0; k < N; k++) time_ms[k] = 912 + 5 * (k % 16);
  time_ms[50] = 901;
  const iso_isthmus found = find(time_ms);
  assert_int_equal(found.node, 50);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(without_activations_there_is_none),
    cmocka_unit_test(it_is_where_nodes_activate_one_by_one),
    cmocka_unit_test(of_several_nodes_it_is_the_middle_one),
    cmocka_unit_test(the_cycle_closes),
};

RUN_ON_ALL_RANKS(tests)

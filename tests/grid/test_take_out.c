/* What is left of a mesh when elements of some tags go. */
#include "mpi_main.h"
#include "small_slice.h"

#include "grid/make/keep.h"
#include "grid/make/take_out.h"
#include "grid/share/drop_surfaces.h"

static iso_error err;

/* A cube of edge 1 (nodes 0 to 7), a tetrahedron on its top (4, 5, 7, 8) and points apart. */
static const double points[13][3] = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0},     {0, 0, 1},
                                     {1, 0, 1}, {1, 1, 1}, {0, 1, 1}, {0.2, 0.2, 2}, {3, 0, 0},
                                     {3, 1, 0}, {4, 0, 0}, {5, 0, 0}};
static const small_element elements[] = {
    {ISO_TRIANGLE, 21, {8, 5, 4}}, /* a face of the tetrahedron: of the skin */
    {ISO_HEXAHEDRON, 1, {0, 1, 2, 3, 4, 5, 6, 7}},
    {ISO_TETRAHEDRON, 2, {4, 5, 7, 8}},
    {ISO_LINE, 30, {0, 6}},
    {ISO_TRIANGLE, 23, {9, 10, 1}},
    {ISO_LINE, 32, {11, 12}},
};

static iso_slice make(void) {
  iso_slice slice = small_slice(13, points, 6, elements);
  int64_t dropped[ISO_NSHAPES];
  int k;
  ASSERT_OK(iso_slice_drop_surfaces(MPI_COMM_WORLD, &slice, dropped, NULL, &err));
  ASSERT_OK(iso_surfaces_add(&slice.surfaces, "some", 0, 2, &k, &err));
  const iso_gid items[3][3] = {{4, 5, 8}, {0, 1, 2}, {9, 10, 1}};
  for (int i = 0; i < 3 && world_rank() == 0; i++)
    ASSERT_OK(iso_surface_put(&slice.surfaces.surface[k], 3, items[i], &err));
  return slice;
}

/* Sums over all nodes of the skin: how many, and of their numbers. */
static void sum_skin(const iso_slice *slice, int64_t *n, int64_t *numbers) {
  int64_t sum = 0;
  for (int64_t i = 0; i < slice->skin.n; i++) sum += slice->skin.node[i];
  *n = world_sum(slice->skin.n);
  *numbers = world_sum(sum);
}

static void elements_go_with_the_nodes_that_they_alone_have(void **state) {
  (void)state;
  iso_slice slice = make();
  const int32_t tags[] = {2, 32, 99};
  int64_t taken[3], skin, numbers;
  bool renumbered;
  ASSERT_OK(iso_slice_take_out(MPI_COMM_WORLD, &slice, 3, tags, taken, &renumbered, &err));
  assert_int_equal(taken[0], 1);
  assert_int_equal(taken[1], 1);
  assert_int_equal(taken[2], 0);
  assert_true(renumbered);
  assert_int_equal(slice.nelems, 3);
  assert_int_equal(slice.nnodes, 10);
  const int32_t tag[] = {1, 30, 23};
  const iso_gid first[] = {0, 0, 8};
  for (int64_t e = 0; e < slice.nelem; e++) {
    assert_int_equal(slice.tag[e], tag[slice.first_elem + e]);
    assert_int_equal(slice.conn[e * slice.width], first[slice.first_elem + e]);
  }
  for (int64_t i = 0; i < slice.nnode; i++) {
    const int64_t node = slice.first_node + i, was = node < 8 ? node : node + 1;
    for (int a = 0; a < 3; a++) assert_float_equal(slice.xyz[i][a], points[was][a], 0);
  }
  const iso_surface *some = &slice.surfaces.surface[0];
  assert_int_equal(world_sum(some->n), 2); /* the face with node 8 is gone */
  for (int64_t i = 0; i < some->n; i++)
    assert_int_equal(some->item[i][0] + some->item[i][1] + some->item[i][2],
                     some->item[i][0] == 0 ? 0 + 1 + 2 : 8 + 9 + 1);
  sum_skin(&slice, &skin, &numbers);
  assert_int_equal(skin, 2); /* 5 and 4, which the cube has, too */
  assert_int_equal(numbers, 9);
  iso_slice_free(&slice);
}

static void numbers_stay_where_the_last_nodes_go(void **state) {
  (void)state;
  iso_slice slice = make();
  const int32_t tags[] = {23, 32};
  int64_t taken[2], skin, numbers;
  bool renumbered;
  ASSERT_OK(iso_slice_take_out(MPI_COMM_WORLD, &slice, 2, tags, taken, &renumbered, &err));
  assert_false(renumbered);
  assert_int_equal(slice.nnodes, 9);
  assert_int_equal(slice.nelems, 3);
  sum_skin(&slice, &skin, &numbers);
  assert_int_equal(skin, 3);
  assert_int_equal(numbers, 8 + 5 + 4);
  iso_slice_free(&slice);
}

/* Without nodes 0 and 8: of the elements the triangle 9, 10, 1 and the line 11, 12 stay. */
static void the_skin_goes_with_nodes_that_go(void **state) {
  (void)state;
  iso_slice slice = make();
  int64_t skin, numbers;
  uint8_t *stays;
  ASSERT_OK(iso_alloc(&stays, (size_t)slice.nnode, 1, "nodes", &err));
  for (int64_t i = 0; i < slice.nnode; i++) stays[i] = slice.first_node + i != 0 && slice.first_node + i != 8;
  ASSERT_OK(iso_slice_keep(MPI_COMM_WORLD, &slice, stays, &err));
  assert_int_equal(slice.nnodes, 11);
  assert_int_equal(slice.nelems, 2);
  sum_skin(&slice, &skin, &numbers);
  assert_int_equal(skin, 2);
  assert_int_equal(numbers, 4 + 3);
  free(stays);
  iso_slice_free(&slice);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(elements_go_with_the_nodes_that_they_alone_have),
    cmocka_unit_test(numbers_stay_where_the_last_nodes_go),
    cmocka_unit_test(the_skin_goes_with_nodes_that_go),
};
RUN_ON_ALL_RANKS(tests)

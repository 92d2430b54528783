/* Pieces with nodes of their own become one mesh. */
#include "mpi_main.h"
#include "small_slice.h"

#include "grid/make/merge.h"
#include "grid/make/slab.h"
#include "grid/mesh.h"

static iso_error err;

/* A slab all of whose elements have nodes of their own is the slab again: its nodes in the order of first
 * use. */
static void a_shattered_slab_is_whole_again(void **state) {
  (void)state;
  const iso_slab_options options = {{3, 2, 1}, 0.5, ISO_TETRAHEDRON, ISO_JITTERED, {0}, 0};
  iso_slice alone;
  ASSERT_OK(iso_slab(MPI_COMM_SELF, &options, &alone, &err));
  const iso_gid nnodes = 4 * alone.nelem, nelems = alone.nelem;
  double(*xyz)[3] = calloc((size_t)nnodes, sizeof *xyz);
  small_element *element = calloc((size_t)nelems, sizeof *element);
  iso_gid *number = calloc((size_t)alone.nnode, sizeof *number), next = 0;
  for (iso_gid e = 0; e < nelems; e++) {
    element[e].shape = ISO_TETRAHEDRON;
    for (int k = 0; k < 4; k++) {
      const iso_gid node = alone.conn[e * alone.width + k];
      if (number[node] == 0) number[node] = ++next; /* from 1 */
      memcpy(xyz[4 * e + k], alone.xyz[node], sizeof *xyz);
      element[e].node[k] = 4 * e + k;
    }
  }
  iso_slice slice = small_slice(nnodes, (const double(*)[3])xyz, nelems, element);
  int64_t merged;
  ASSERT_OK(iso_slice_merge(MPI_COMM_WORLD, &slice, &merged, &err));
  assert_int_equal(merged, nnodes - alone.nnode);
  assert_int_equal(slice.nnodes, alone.nnode);
  assert_int_equal(world_sum(slice.nnode), alone.nnode);
  for (int64_t e = 0; e < slice.nelem; e++)
    for (int k = 0; k < 4; k++)
      assert_int_equal(slice.conn[e * slice.width + k],
                       number[alone.conn[(slice.first_elem + e) * alone.width + k]] - 1);
  for (iso_gid node = 0; node < alone.nnode; node++) {
    const int64_t here = number[node] - 1 - slice.first_node;
    if (here >= 0 && here < slice.nnode) assert_memory_equal(slice.xyz[here], alone.xyz[node], sizeof *xyz);
  }
  free(xyz);
  free(element);
  free(number);
  iso_slice_free(&alone);
  iso_slice_free(&slice);
}

static void the_sign_of_zero_is_no_place(void **state) {
  (void)state;
  const double points[6][3] = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {-0.0, 0, -0.0}, {1, 0, 1e-12}, {0, -1, 0}};
  const small_element two[] = {{ISO_TRIANGLE, 1, {0, 1, 2}}, {ISO_TRIANGLE, 1, {3, 5, 4}}};
  iso_slice slice = small_slice(6, points, 2, two);
  int64_t merged;
  ASSERT_OK(iso_slice_merge(MPI_COMM_WORLD, &slice, &merged, &err));
  assert_int_equal(merged, 1);
  const iso_gid expected[2][3] = {{0, 1, 2}, {0, 4, 3}};
  for (int64_t e = 0; e < slice.nelem; e++)
    assert_memory_equal(slice.conn + e * slice.width, expected[slice.first_elem + e], sizeof *expected);
  iso_slice_free(&slice);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_shattered_slab_is_whole_again),
    cmocka_unit_test(the_sign_of_zero_is_no_place),
};

RUN_ON_ALL_RANKS(tests)

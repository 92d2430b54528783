/* Which triangles and lines are surfaces of other elements, in meshes small enough to say it by hand. */
#include "mpi_main.h"
#include "small_slice.h"

#include "grid/ask/select.h"
#include "grid/share/drop_surfaces.h"

static iso_error err;

/* A cube of edge 1 (nodes 0 to 7), a tetrahedron on its top (4, 5, 7, 8) and points apart. */
static const double points[13][3] = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0},     {0, 0, 1},
                                     {1, 0, 1}, {1, 1, 1}, {0, 1, 1}, {0.2, 0.2, 2}, {3, 0, 0},
                                     {3, 1, 0}, {4, 0, 0}, {5, 0, 0}};

static const small_element mixed[] = {
    {ISO_TRIANGLE, 21, {8, 5, 4}}, /* a face of the tetrahedron, in the other turn */
    {ISO_LINE, 30, {1, 0}},        /* an edge of the cube */
    {ISO_TRIANGLE, 21, {3, 0, 1}}, /* half a face of the cube */
    {ISO_HEXAHEDRON, 1, {0, 1, 2, 3, 4, 5, 6, 7}},
    {ISO_TRIANGLE, 22, {0, 2, 5}}, /* inside the cube: of its nodes, but no face */
    {ISO_TRIANGLE, 22, {7, 5, 4}}, /* between the cube and the tetrahedron */
    {ISO_TETRAHEDRON, 2, {4, 5, 7, 8}},
    {ISO_LINE, 30, {0, 6}},         /* through the cube */
    {ISO_TRIANGLE, 23, {9, 10, 1}}, /* a sheet attached by one node */
    {ISO_LINE, 31, {10, 9}},        /* an edge of the sheet */
    {ISO_LINE, 32, {11, 12}},       /* a cable apart */
    {ISO_LINE, 32, {12, 8}},        /* attached by one node */
};
static const int32_t staying[] = {1, 22, 2, 30, 23, 32, 32};
static const iso_gid first_nodes[] = {0, 0, 4, 0, 9, 11, 12};

static void faces_and_edges_go_and_the_rest_stays(void **state) {
  (void)state;
  iso_slice slice = small_slice(13, points, 12, mixed);
  ASSERT_OK(iso_alloc(&slice.fibre, (size_t)slice.nelem, sizeof *slice.fibre, "test", &err));
  for (int64_t e = 0; e < slice.nelem; e++) slice.fibre[e][0] = (float)(slice.first_elem + e);
  int64_t dropped[ISO_NSHAPES];
  ASSERT_OK(iso_slice_drop_surfaces(MPI_COMM_WORLD, &slice, dropped, NULL, &err));
  assert_int_equal(dropped[ISO_TRIANGLE], 3);
  assert_int_equal(dropped[ISO_LINE], 2);
  assert_int_equal(dropped[ISO_TETRAHEDRON] + dropped[ISO_HEXAHEDRON], 0);
  assert_int_equal(slice.nelems, 7);
  assert_int_equal(world_sum(slice.nelem), 7);
  const float from[] = {3, 4, 6, 7, 8, 10, 11}; /* numbers before */
  for (int64_t e = 0; e < slice.nelem; e++) {
    assert_int_equal(slice.tag[e], staying[slice.first_elem + e]);
    assert_int_equal(slice.conn[e * slice.width], first_nodes[slice.first_elem + e]);
    assert_float_equal(slice.fibre[e][0], from[slice.first_elem + e], 0);
  }
  iso_slice_free(&slice);
}

/* Tags of surfaces that went still name their nodes, beside those of elements that stayed. */
static void tags_of_surfaces_select_their_nodes(void **state) {
  (void)state;
  iso_slice slice = small_slice(13, points, 12, mixed);
  int64_t dropped[ISO_NSHAPES];
  iso_mesh *mesh;
  ASSERT_OK(iso_slice_drop_surfaces(MPI_COMM_WORLD, &slice, dropped, NULL, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  int32_t tag = 21, both[] = {30, 22};
  const iso_select select[] = {{.ntags = 1, .tags = &tag}, {.ntags = 2, .tags = both}};
  static const char expected[2][14] = {"1101110010000", "1110111100000"};
  for (int k = 0; k < 2; k++) {
    iso_selection found;
    ASSERT_OK(iso_select_nodes(mesh, &select[k], NULL, &found, &err));
    char hit[14] = "0000000000000", all[14] = "";
    for (int64_t i = 0; i < found.count; i++) hit[mesh->gid[found.node[i]]] = '1';
    MPI_Allreduce(hit, all, 13, MPI_CHAR, MPI_MAX, MPI_COMM_WORLD);
    /* 30 is the edge (0, 1), which went, and the line (0, 6); 22 are (0, 2, 5) and, which went, (7, 5, 4). */
    assert_string_equal(all, expected[k]);
    iso_selection_free(&found);
  }
  iso_mesh_free(mesh);
}

static void a_mesh_of_one_dimension_is_left_alone(void **state) {
  (void)state;
  const small_element sheet[] = {{ISO_TRIANGLE, 1, {0, 1, 2}}, {ISO_TRIANGLE, 1, {0, 2, 1}}};
  iso_slice slice = small_slice(13, points, 2, sheet);
  int64_t dropped[ISO_NSHAPES];
  ASSERT_OK(iso_slice_drop_surfaces(MPI_COMM_WORLD, &slice, dropped, NULL, &err));
  assert_int_equal(dropped[ISO_TRIANGLE], 0);
  assert_int_equal(slice.nelems, 2);
  iso_slice_free(&slice);
}

static void what_is_wrong_is_named_by_its_number_in_the_file(void **state) {
  (void)state;
  const small_element wrong[] = {
      {ISO_TRIANGLE, 1, {0, 1, 3}}, {ISO_TETRAHEDRON, 1, {0, 1, 3, 4}}, {ISO_TETRAHEDRON, 1, {0, 1, 2, 3}}};
  iso_slice slice = small_slice(13, points, 3, wrong);
  int64_t dropped[ISO_NSHAPES];
  ASSERT_REFUSED(iso_slice_drop_surfaces(MPI_COMM_WORLD, &slice, dropped, NULL, &err), "element 2 ");
  iso_slice_free(&slice);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(faces_and_edges_go_and_the_rest_stays),
    cmocka_unit_test(tags_of_surfaces_select_their_nodes),
    cmocka_unit_test(a_mesh_of_one_dimension_is_left_alone),
    cmocka_unit_test(what_is_wrong_is_named_by_its_number_in_the_file),
};

RUN_ON_ALL_RANKS(tests)

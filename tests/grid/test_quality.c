/* Figures about meshes whose answers are known by hand. */
#include "mpi_main.h"
#include "small_slice.h"

#include "grid/ask/quality.h"

static iso_error err;

static void regular_shapes_have_quality_one(void **state) {
  (void)state;
  const double tet[8][3] = {{1, 1, 1}, {-1, 1, -1}, {1, -1, -1}, {-1, -1, 1}};
  const double triangle[8][3] = {{0, 0, 3}, {2, 0, 3}, {1, 1.7320508075688772, 3}};
  const double cube[8][3] = {{0, 0, 0}, {2, 0, 0}, {2, 2, 0}, {0, 2, 0},
                             {0, 0, 2}, {2, 0, 2}, {2, 2, 2}, {0, 2, 2}};
  const double sheared[8][3] = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0},
                                {1, 0, 1}, {2, 0, 1}, {2, 1, 1}, {1, 1, 1}};
  const double right[8][3] = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  assert_float_equal(iso_element_quality(ISO_TETRAHEDRON, tet), 1, 1e-14);
  assert_float_equal(iso_element_quality(ISO_TRIANGLE, triangle), 1, 1e-14);
  assert_float_equal(iso_element_quality(ISO_HEXAHEDRON, cube), 1, 1e-14);
  assert_float_equal(iso_element_quality(ISO_HEXAHEDRON, sheared), sqrt(0.5), 1e-14);
  /* 3 V = 1/2, squared edges 3 * 1 + 3 * 2. */
  assert_float_equal(iso_element_quality(ISO_TETRAHEDRON, right), 12 * cbrt(0.25) / 9, 1e-14);
}

static const double points[14][3] = {{0, 0, 0}, {2, 0, 0}, {0, 2, 0}, {0, 0, 2}, {9, 9, 9},
                                     {5, 0, 0}, {8, 0, 0}, {5, 4, 0}, {5, 0, 1}, {6, 0, 1},
                                     {7, 0, 1}, {8, 0, 1}, {9, 0, 1}, {3, 3, 3}};
/* A tetrahedron; apart from it a triangle; apart from both a chain across the order of numbers. */
static const small_element elements[] = {
    {ISO_LINE, 5, {12, 8}},   {ISO_TETRAHEDRON, -2, {0, 1, 2, 3}},
    {ISO_LINE, 5, {9, 10}},   {ISO_TRIANGLE, 5, {5, 6, 7}},
    {ISO_LINE, 40, {11, 12}}, {ISO_LINE, 5, {10, 11}},
};

static void figures_of_a_mixed_mesh(void **state) {
  (void)state;
  iso_slice slice = small_slice(14, points, 6, elements);
  ASSERT_OK(iso_alloc(&slice.fibre, (size_t)slice.nelem, sizeof *slice.fibre, "test", &err));
  for (int64_t e = 0; e < slice.nelem; e++) slice.fibre[e][0] = slice.shape[e] == ISO_LINE;
  iso_mesh *mesh;
  iso_mesh_info info;
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  ASSERT_OK(iso_mesh_info_of(mesh, &info, &err));
  const int64_t shapes[ISO_NSHAPES] = {4, 1, 1, 0};
  assert_memory_equal(info.shapes, shapes, sizeof shapes);
  assert_int_equal(info.nedges, 4 + 3 + 6);
  assert_int_equal(info.parts.orphans, 2);
  assert_int_equal(info.parts.n, 3);
  const int64_t largest[ISO_LARGEST_PARTS] = {5, 4, 3, 0};
  assert_memory_equal(info.parts.largest, largest, sizeof largest);
  assert_int_equal(info.parts.coincident, 0);
  assert_int_equal(info.fibres, 4);
  assert_int_equal(info.sheets, -1);
  assert_float_equal(info.low_mm[1], 0, 0);
  assert_float_equal(info.high_mm[1], 9, 0);
  assert_float_equal(info.edge_min_mm, 1, 0);
  assert_float_equal(info.edge_max_mm, 5, 0);
  assert_float_equal(info.edge_mean_mm, (1 + 1 + 1 + 4 + 3 + 4 + 5 + 6 + 6 * sqrt(2)) / 13, 1e-14);
  assert_int_equal(info.worst_element, 3);
  assert_float_equal(info.quality_min, 4 * sqrt(3) * 6 / 50, 1e-14);
  assert_int_equal(info.quality_histogram[8], 2); /* the tetrahedron, 0.84, and the triangle, 0.83 */
  assert_int_equal(info.rated, 2);                /* lines have no shape */
  assert_float_equal(info.quality_mean, (12 * cbrt(16) / (3 * 4 + 3 * 8) + 4 * sqrt(3) * 6 / 50) / 2, 1e-14);
  assert_int_equal(info.ntags, 3);
  assert_int_equal(info.tags[0].tag, -2);
  assert_float_equal(info.tags[0].volume_mm3, 4.0 / 3, 1e-14);
  assert_int_equal(info.tags[1].tag, 5);
  assert_float_equal(info.tags[1].area_mm2, 6, 1e-14);
  assert_float_equal(info.tags[1].length_mm, 6, 1e-14);
  assert_int_equal(info.tags[1].nelems[ISO_LINE], 3);
  assert_int_equal(info.tags[2].nelems[ISO_LINE], 1);
  iso_mesh_info_free(&info);
  iso_mesh_free(mesh);
}

/* Two tetrahedra whose common face each has nodes of its own for, in another order; one is written as -0. A
 * node of no element at the place of another is no seam. */
static void coincident_nodes_are_counted(void **state) {
  (void)state;
  const double seam[9][3] = {{0, 0, 0}, {1, 0, 0},    {0, 1, 0},  {0, 0, 1}, {0, 1, 0},
                             {0, 0, 0}, {1, -0.0, 0}, {0, 0, -1}, {0, 0, -1}};
  const small_element two[] = {{ISO_TETRAHEDRON, 1, {0, 1, 2, 3}}, {ISO_TETRAHEDRON, 1, {5, 4, 6, 7}}};
  iso_slice slice = small_slice(9, seam, 2, two);
  iso_mesh *mesh;
  iso_parts parts;
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  ASSERT_OK(iso_parts_of(mesh, &parts, &err));
  assert_int_equal(parts.coincident, 3);
  assert_int_equal(parts.n, 2);
  assert_int_equal(parts.orphans, 1);
  assert_int_equal(parts.largest[0], 4);
  assert_int_equal(parts.largest[1], 4);
  iso_mesh_free(mesh);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(coincident_nodes_are_counted),
    cmocka_unit_test(regular_shapes_have_quality_one),
    cmocka_unit_test(figures_of_a_mixed_mesh),
};

RUN_ON_ALL_RANKS(tests)

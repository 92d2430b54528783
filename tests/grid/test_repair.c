/* What is mended, what is refused, and with which words. */
#include "mpi_main.h"
#include "small_slice.h"

#include "grid/geometry.h"
#include "grid/mesh.h"
#include "grid/share/node_tags.h"
#include "grid/share/repair.h"

static iso_error err;

/* Two unit cubes side by side along x, and one node apart. */
static const double points[13][3] = {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}, {0, 1, 0}, {1, 1, 0},
                                     {2, 1, 0}, {0, 0, 1}, {1, 0, 1}, {2, 0, 1}, {0, 1, 1},
                                     {1, 1, 1}, {2, 1, 1}, {5, 5, 5}};

static iso_status repair(iso_gid nnodes, const double (*xyz)[3], iso_gid nelems, const small_element *element,
                         iso_notes *notes) {
  iso_slice slice = small_slice(nnodes, xyz, nelems, element);
  err = (iso_error){0};
  iso_status status = iso_slice_repair(MPI_COMM_WORLD, &slice, notes, &err);
  iso_slice_free(&slice);
  return status;
}

#define REFUSES(text, ...)                                                                                   \
  do {                                                                                                       \
    const small_element element[] = {__VA_ARGS__};                                                           \
    assert_int_equal(repair(13, points, sizeof element / sizeof *element, element, NULL), ISO_EINPUT);       \
    if (!strstr(err.message, text)) fail_msg("'%s' does not say '%s'", err.message, text);                   \
  } while (0)

static const small_element good_tet = {ISO_TETRAHEDRON, 1, {0, 1, 3, 6}};
static const small_element left_cube = {ISO_HEXAHEDRON, 1, {0, 1, 4, 3, 6, 7, 10, 9}};

static void useless_elements_are_refused_by_number(void **state) {
  (void)state;
  const small_element repeated = {ISO_TETRAHEDRON, 1, {0, 1, 1, 6}},
                      flat = {ISO_TETRAHEDRON, 1, {0, 1, 3, 4}}, thin = {ISO_TRIANGLE, 1, {0, 1, 2}},
                      twisted = {ISO_HEXAHEDRON, 1, {0, 1, 3, 4, 6, 7, 10, 9}};
  REFUSES("element 1 (counted from 0; line 3 of a CARP .elem file) names one node twice", good_tet, repeated);
  REFUSES("element 2 (counted from 0; line 4 of a CARP .elem file) has no volume", good_tet, good_tet, flat);
  REFUSES("element 0 (counted from 0; line 2 of a CARP .elem file) has no area", thin, good_tet);
  REFUSES("element 1 (counted from 0; line 3 of a CARP .elem file) is a hexahedron folded into itself",
          left_cube, twisted);
  const small_element untagged = {ISO_TETRAHEDRON, INT32_MIN, {0, 1, 3, 6}};
  REFUSES("element 1 (counted from 0; line 3 of a CARP .elem file) has the tag -2147483648", good_tet,
          untagged);
  REFUSES("element 1 ", good_tet, flat, repeated, thin); /* the first of several, on any number of ranks */
}

/* The second face of a cube given the other way round, alone, and with the whole turned over: as if in order.
 */
static void a_face_that_runs_backwards_is_turned(void **state) {
  (void)state;
  static const small_element cubes[] = {{ISO_HEXAHEDRON, 1, {0, 1, 4, 3, 6, 9, 10, 7}},
                                        {ISO_HEXAHEDRON, 1, {7, 8, 11, 10, 1, 4, 5, 2}}};
  iso_slice slice = small_slice(13, points, 2, cubes);
  iso_notes notes = {0};
  err = (iso_error){0};
  ASSERT_OK(iso_slice_repair(MPI_COMM_WORLD, &slice, &notes, &err));
  for (int64_t e = 0; e < slice.nelem; e++) {
    double x[ISO_MAX_NODES][3];
    for (int i = 0; i < ISO_MAX_NODES; i++) memcpy(x[i], points[slice.conn[8 * e + i]], sizeof x[i]);
    assert_true(iso_hexahedron_least_determinant((const double(*)[3])x) > 0);
    assert_true(fabs(iso_element_measure(ISO_HEXAHEDRON, (const double(*)[3])x) - 1) < 1e-12);
  }
  bool noted = false;
  for (int i = 0; i < notes.count; i++)
    noted |= strstr(notes.text[i], "2 hexahedra had their second face the other way round") != NULL;
  assert_true(noted);
  iso_slice_free(&slice);
  iso_notes_free(&notes);
}

static void lines_without_length_are_refused(void **state) {
  (void)state;
  const double two[3][3] = {{1, 2, 3}, {1, 2, 3}, {2, 2, 3}};
  const small_element element[] = {{ISO_LINE, 1, {1, 2}}, {ISO_LINE, 1, {0, 1}}};
  assert_int_equal(repair(3, two, 2, element, NULL), ISO_EINPUT);
  assert_non_null(
      strstr(err.message, "element 1 (counted from 0; line 3 of a CARP .elem file) has no length"));
}

static void thin_but_usable_elements_pass(void **state) {
  (void)state;
  const double sliver[4][3] = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0.3, 0.3, 1e-9}};
  const small_element element[] = {{ISO_TETRAHEDRON, 1, {0, 1, 2, 3}}};
  assert_int_equal(repair(4, sliver, 1, element, NULL), ISO_OK);
}

static void coordinates_must_be_numbers(void **state) {
  (void)state;
  double bad[13][3];
  memcpy(bad, points, sizeof bad);
  bad[7][1] = NAN;
  bad[9][0] = INFINITY;
  assert_int_equal(repair(13, (const double(*)[3])bad, 1, &good_tet, NULL), ISO_EINPUT);
  assert_non_null(strstr(err.message, "node 7 (counted from 0; line 9 of a CARP .pts file) has y = "));
}

static void a_mesh_needs_elements(void **state) {
  (void)state;
  assert_int_equal(repair(13, points, 0, &good_tet, NULL), ISO_EINPUT);
  assert_non_null(strstr(err.message, "0 elements"));
}

static void inverted_elements_are_turned_over_and_noted(void **state) {
  (void)state;
  const small_element element[] = {good_tet,
                                   {ISO_TETRAHEDRON, 1, {1, 2, 8, 5}},
                                   {ISO_TETRAHEDRON, 1, {1, 2, 5, 8}},
                                   left_cube,
                                   {ISO_HEXAHEDRON, 1, {7, 8, 11, 10, 1, 2, 5, 4}}};
  iso_notes notes = {0};
  iso_slice slice = small_slice(13, points, 5, element);
  iso_mesh *mesh;
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, &notes, &err));
  assert_int_equal(notes.count, 2);
  assert_string_equal(notes.text[0], "2 inverted elements were turned over");
  assert_string_equal(notes.text[1],
                      "1 nodes belong to no element: they keep their numbers and stay at rest");
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    double x[ISO_MAX_NODES][3];
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++)
      memcpy(x[k], mesh->xyz[mesh->conn[(int64_t)e * mesh->width + k]], sizeof x[k]);
    assert_true(iso_element_measure(mesh->shape[e], (const double(*)[3])x) > 0);
  }
  iso_notes_free(&notes);
  iso_mesh_free(mesh);
}

static void orphans_keep_their_numbers(void **state) {
  (void)state;
  const small_element element[] = {{ISO_TETRAHEDRON, 9, {0, 1, 3, 6}}, {ISO_TETRAHEDRON, 4, {1, 2, 5, 8}}};
  iso_slice slice = small_slice(13, points, 2, element);
  iso_mesh *mesh;
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  assert_int_equal(mesh->nnodes, 13);
  assert_int_equal(world_sum(mesh->nowned), 13);
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (mesh->gid[i] == 12) {
      assert_true(i < mesh->ninner);
      assert_int_equal(mesh->node_tag[i], ISO_ORPHAN_TAG);
      assert_float_equal(mesh->xyz[i][0], 5, 0);
    }
  iso_mesh_free(mesh);
}

/* On the surface of a tetrahedron a triangle of another tag does not decide the tag of nodes. */
static void surfaces_do_not_tag_the_nodes_of_volumes(void **state) {
  (void)state;
  const small_element element[] = {
      {ISO_TRIANGLE, 2, {0, 1, 3}}, good_tet, {ISO_LINE, 3, {6, 8}}, {ISO_TRIANGLE, 2, {1, 5, 11}}};
  iso_slice slice = small_slice(13, points, 4, element);
  iso_mesh *mesh;
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  const int32_t none = ISO_ORPHAN_TAG;
  const int32_t expected[13] = {1, 1, none, 1, none, 2, 1, none, 3, none, none, 2, none};
  for (iso_lid i = 0; i < mesh->nlocal; i++) assert_int_equal(mesh->node_tag[i], expected[mesh->gid[i]]);
  iso_mesh_free(mesh);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(useless_elements_are_refused_by_number),
    cmocka_unit_test(a_face_that_runs_backwards_is_turned),
    cmocka_unit_test(lines_without_length_are_refused),
    cmocka_unit_test(thin_but_usable_elements_pass),
    cmocka_unit_test(coordinates_must_be_numbers),
    cmocka_unit_test(a_mesh_needs_elements),
    cmocka_unit_test(inverted_elements_are_turned_over_and_noted),
    cmocka_unit_test(orphans_keep_their_numbers),
    cmocka_unit_test(surfaces_do_not_tag_the_nodes_of_volumes),
};

RUN_ON_ALL_RANKS(tests)

/* Meshes whose nodes are moved: fibres, sheets and points beside them go with the tissue, and what turns over
 * is refused. */
#include "grid/mpi_main.h"

#include "grid/ask/locate.h"
#include "grid/geometry.h"
#include "grid/make/carry.h"
#include "grid/make/move.h"
#include "grid/make/slab.h"
#include "grid/mesh.h"

static iso_error err;

/* Directions are single precision. */
static const double rounding = 1e-6;

/* Unlike along all axes, with a turn. */
static const double general[3][3] = {{1.3, 0.4, 0.1}, {-0.3, 0.9, 0.2}, {0.2, -0.1, 1.1}};
/* By 2.2 about z. */
static const double turned[3][3] = {{-0.58850111725534571, -0.80849640381959018, 0},
                                    {0.80849640381959018, -0.58850111725534571, 0},
                                    {0, 0, 1}};

static void apply(const double f[3][3], const double x[3], double out[3]) {
  for (int a = 0; a < 3; a++) out[a] = f[a][0] * x[0] + f[a][1] * x[1] + f[a][2] * x[2];
}

/* Fibres along x, sheets along the given axis; on a line and a triangle, too. */
static iso_slice slice_new(MPI_Comm comm, iso_shape shape, int sheet) {
  iso_slice slice;
  const int dimension = iso_shape_dimension(shape);
  const iso_slab_options slab = {
      {4, dimension > 1 ? 2 : 0, dimension > 2 ? 1 : 0}, 0.5, shape, ISO_ALTERNATING, {1, 0, 0}, 1};
  ASSERT_OK(iso_slab(comm, &slab, &slice, &err));
  ASSERT_OK(iso_alloc(&slice.sheet, (size_t)slice.nelem, sizeof *slice.sheet, "test", &err));
  for (int64_t e = 0; e < slice.nelem; e++) slice.sheet[e][sheet] = 1;
  return slice;
}

static double (*places_of(const iso_slice *slice, const double f[3][3]))[3] {
  double(*to)[3];
  ASSERT_OK(iso_alloc(&to, (size_t)slice->nnode, sizeof *to, "test", &err));
  for (int64_t i = 0; i < slice->nnode; i++) apply(f, slice->xyz[i], to[i]);
  return to;
}

static void move(MPI_Comm comm, iso_slice *slice, const double f[3][3]) {
  double(*to)[3] = places_of(slice, f);
  ASSERT_OK(iso_slice_move(comm, slice, (const double(*)[3])to, &err));
  for (int64_t i = 0; i < slice->nnode; i++) assert_memory_equal(slice->xyz[i], to[i], sizeof to[i]);
  free(to);
}

static void unit(double v[3]) {
  const double length = iso_length(v);
  for (int a = 0; a < 3; a++) v[a] /= length;
}

static void expect(const float is[3], const double expected[3]) {
  for (int a = 0; a < 3; a++) assert_true(fabs(is[a] - expected[a]) < rounding);
}

/* Both, from F: the fibre along F x, the sheet what of the image of its axis is across that. */
static void check(const iso_slice *slice, const double fibre[3], const double image[3]) {
  double along[3], across[3];
  memcpy(along, fibre, sizeof along);
  unit(along);
  for (int a = 0; a < 3; a++) across[a] = image[a] - iso_dot(image, along) * along[a];
  unit(across);
  for (int64_t e = 0; e < slice->nelem; e++) {
    expect(slice->fibre[e], along);
    expect(slice->sheet[e], across);
  }
}

static void volumes_turn_by_the_gradient(void **state) {
  (void)state;
  static const iso_shape shapes[] = {ISO_TETRAHEDRON, ISO_HEXAHEDRON};
  const double x[3] = {1, 0, 0}, y[3] = {0, 1, 0};
  double fx[3], fy[3];
  apply(general, x, fx);
  apply(general, y, fy);
  for (int k = 0; k < 2; k++) {
    iso_slice slice = slice_new(MPI_COMM_WORLD, shapes[k], 1);
    move(MPI_COMM_WORLD, &slice, general);
    check(&slice, fx, fy);
    iso_slice_free(&slice);
  }
}

/* Normals of surfaces stay normals: those of z are across F x and F y. */
static void surfaces_keep_normals(void **state) {
  (void)state;
  const double x[3] = {1, 0, 0}, y[3] = {0, 1, 0};
  double fx[3], fy[3], normal[3];
  apply(general, x, fx);
  apply(general, y, fy);
  iso_cross(fx, fy, normal);
  iso_slice slice = slice_new(MPI_COMM_WORLD, ISO_TRIANGLE, 2);
  move(MPI_COMM_WORLD, &slice, general);
  check(&slice, fx, normal);
  iso_slice_free(&slice);
}

static void lines_turn_as_a_whole(void **state) {
  (void)state;
  const double x[3] = {1, 0, 0}, y[3] = {0, 1, 0}, back[3][3] = {{-1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  double fx[3], fy[3];
  apply(turned, x, fx);
  apply(turned, y, fy);
  iso_slice slice = slice_new(MPI_COMM_WORLD, ISO_LINE, 1);
  move(MPI_COMM_WORLD, &slice, turned);
  check(&slice, fx, fy);
  iso_slice_free(&slice);
  /* Half a turn has no shortest way; the fibre follows the line, and the sheet stays across. */
  slice = slice_new(MPI_COMM_WORLD, ISO_LINE, 1);
  move(MPI_COMM_WORLD, &slice, back);
  for (int64_t e = 0; e < slice.nelem; e++) {
    assert_true(slice.fibre[e][0] == -1);
    assert_true(fabs(hypot(slice.sheet[e][1], slice.sheet[e][2]) - 1) < rounding);
  }
  iso_slice_free(&slice);
}

static void fibres_on_nodes_become_those_of_elements(void **state) {
  (void)state;
  iso_slice slice = slice_new(MPI_COMM_WORLD, ISO_TETRAHEDRON, 1);
  double fx[3];
  const double x[3] = {1, 0, 0};
  apply(general, x, fx);
  unit(fx);
  free(slice.fibre), free(slice.sheet);
  slice.fibre = slice.sheet = NULL;
  ASSERT_OK(iso_alloc(&slice.node_fibre, (size_t)slice.nnode, sizeof *slice.node_fibre, "test", &err));
  for (int64_t i = 0; i < slice.nnode; i++) slice.node_fibre[i][0] = i % 2 ? -1 : 1;
  move(MPI_COMM_WORLD, &slice, general);
  assert_null(slice.node_fibre);
  for (int64_t e = 0; e < slice.nelem; e++)
    for (int a = 0; a < 3; a++) assert_true(fabs(fabs(slice.fibre[e][a]) - fabs(fx[a])) < rounding);
  iso_slice_free(&slice);
}

/* Elements turned over in the file are so afterwards, and no reason to refuse anything. */
static void files_may_have_elements_turned_over(void **state) {
  (void)state;
  const double x[3] = {1, 0, 0}, y[3] = {0, 1, 0};
  double fx[3], fy[3];
  apply(general, x, fx);
  apply(general, y, fy);
  iso_slice slice = slice_new(MPI_COMM_WORLD, ISO_HEXAHEDRON, 1);
  for (int64_t e = 0; e < slice.nelem; e += 2)
    for (int k = 0; k < 4; k++) {
      const iso_gid kept = slice.conn[e * slice.width + k];
      slice.conn[e * slice.width + k] = slice.conn[e * slice.width + k + 4];
      slice.conn[e * slice.width + k + 4] = kept;
    }
  move(MPI_COMM_WORLD, &slice, general);
  check(&slice, fx, fy);
  iso_slice_free(&slice);
}

static void ranks_do_not_matter(void **state) {
  (void)state;
  const MPI_Comm comm[2] = {MPI_COMM_WORLD, MPI_COMM_SELF};
  uint64_t checksum[2];
  for (int k = 0; k < 2; k++) {
    iso_mesh *mesh;
    iso_slice slice = slice_new(comm[k], ISO_TETRAHEDRON, 1);
    move(comm[k], &slice, general);
    ASSERT_OK(iso_mesh_build(comm[k], &slice, NULL, &mesh, NULL, &err));
    checksum[k] = mesh->checksum;
    iso_mesh_free(mesh);
  }
  assert_true(checksum[0] == checksum[1]);
}

/* ---- points that are no nodes ---- */

/* Within the block of 4 x 2 x 1 mm; on a face of elements, which several hold; at a node; and beside it, over
 * a face, an edge and a corner. nearest: of the block. */
enum { NPOINTS = 6 };
static const double points[NPOINTS][3] = {{0.3, 1.21, 0.77},  {1.2, 0.9, 0.5},   {3.5, 1.5, 1},
                                          {2.1, 0.93, 1.625}, {1.7, -0.5, -1.5}, {6, 2.5, 1.25}},
                    nearest[NPOINTS][3] = {{0.3, 1.21, 0.77}, {1.2, 0.9, 0.5}, {3.5, 1.5, 1},
                                           {2.1, 0.93, 1},    {1.7, 0, 0},     {4, 2, 1}};

/* By what their nearest places move. */
static void points_go_with_what_is_nearest(void **state) {
  (void)state;
  static const iso_shape shapes[] = {ISO_TETRAHEDRON, ISO_HEXAHEDRON};
  for (int s = 0; s < 2; s++) {
    iso_slice slice = slice_new(MPI_COMM_WORLD, shapes[s], 1);
    double(*to)[3] = places_of(&slice, general), at[NPOINTS][3];
    memcpy(at, points, sizeof at);
    ASSERT_OK(iso_slice_carry(MPI_COMM_WORLD, &slice, (const double(*)[3])to, NPOINTS, at, &err));
    for (int p = 0; p < NPOINTS; p++) {
      double moved[3];
      apply(general, nearest[p], moved);
      for (int a = 0; a < 3; a++)
        assert_true(fabs(at[p][a] - (points[p][a] + moved[a] - nearest[p][a])) < 1e-12);
    }
    free(to);
    iso_slice_free(&slice);
  }
}

static double wobble(double a, double b) { return 0.06 * sin(9 * a + 4 * b); }

/* An affine map would not tell one element from the next. The first three points, on any ranks, in the same
 * bits. */
static void a_point_keeps_its_weights_in_an_element(void **state) {
  (void)state;
  const MPI_Comm comm[2] = {MPI_COMM_WORLD, MPI_COMM_SELF};
  double at[2][NPOINTS][3];
  for (int k = 0; k < 2; k++) {
    iso_location before[3], after[3];
    iso_slice slice = slice_new(comm[k], ISO_TETRAHEDRON, 1), twin = slice_new(comm[k], ISO_TETRAHEDRON, 1);
    double(*to)[3] = places_of(&slice, general);
    for (int64_t i = 0; i < slice.nnode; i++)
      for (int a = 0; a < 3; a++) to[i][a] += wobble(slice.xyz[i][a], slice.xyz[i][(a + 1) % 3]);
    memcpy(at[k], points, sizeof at[k]);
    ASSERT_OK(iso_slice_carry(comm[k], &slice, (const double(*)[3])to, NPOINTS, at[k], &err));
    ASSERT_OK(iso_slice_move(comm[k], &slice, (const double(*)[3])to, &err));
    for (int moved = 0; moved < 2; moved++) {
      iso_mesh *mesh;
      ASSERT_OK(iso_mesh_build(comm[k], moved ? &slice : &twin, NULL, &mesh, NULL, &err));
      ASSERT_OK(
          iso_locate(mesh, 3, (const double(*)[3])(moved ? at[k] : points), moved ? after : before, &err));
      iso_mesh_free(mesh);
    }
    for (int p = 0; p < 3; p++) {
      assert_true(before[p].inside && after[p].inside && before[p].element == after[p].element);
      for (int i = 0; i < before[p].n; i++) {
        assert_int_equal(before[p].node[i], after[p].node[i]);
        assert_true(fabs(before[p].weight[i] - after[p].weight[i]) < 1e-9);
      }
    }
    free(to);
  }
  assert_memory_equal(at[0], at[1], sizeof at[0]);
}

/* f: of the node in the far corner alone, or of all. */
static void refused(iso_shape shape, const double f[3][3], bool corner, const char *text) {
  const double same[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  iso_slice slice = slice_new(MPI_COMM_WORLD, shape, 1);
  double(*to)[3] = places_of(&slice, corner ? same : f);
  for (int64_t i = 0; i < slice.nnode && corner; i++)
    if (slice.first_node + i == slice.nnodes - 1) apply(f, slice.xyz[i], to[i]);
  ASSERT_REFUSED(iso_slice_move(MPI_COMM_WORLD, &slice, (const double(*)[3])to, &err), text);
  free(to);
  iso_slice_free(&slice);
}

static void what_turns_over_is_refused(void **state) {
  (void)state;
  const double mirror[3][3] = {{-1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
               flat[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 0}}, thin[3][3] = {{1, 0, 0}, {0, 0, 0}, {0, 0, 1}},
               inside[3][3] = {{0.9, 0, 0}, {0, 0.8, 0}, {0, 0, 0.6}}, point[3][3] = {{0}};
  /* of the first of 384 tetrahedra, a sixth of a cube each, and of the last of 64 cubes */
  refused(ISO_TETRAHEDRON, mirror, false,
          "element 0 (counted from 0) turns over: its volume goes from 0.02083 to -0.02083 mm3");
  refused(ISO_TETRAHEDRON, flat, false,
          "element 0 (counted from 0) is flat: its volume goes from 0.02083 to 0 mm3");
  refused(ISO_HEXAHEDRON, inside, true, "element 63 (counted from 0) folds into itself");
  refused(ISO_TRIANGLE, thin, false, "element 0 (counted from 0) is flat: its area goes from 0.125 to 0 mm2");
  refused(ISO_LINE, point, false, "element 0 (counted from 0) is flat: its length goes from 0.5 to 0 mm");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(volumes_turn_by_the_gradient),
    cmocka_unit_test(surfaces_keep_normals),
    cmocka_unit_test(lines_turn_as_a_whole),
    cmocka_unit_test(fibres_on_nodes_become_those_of_elements),
    cmocka_unit_test(files_may_have_elements_turned_over),
    cmocka_unit_test(ranks_do_not_matter),
    cmocka_unit_test(points_go_with_what_is_nearest),
    cmocka_unit_test(a_point_keeps_its_weights_in_an_element),
    cmocka_unit_test(what_turns_over_is_refused),
};

RUN_ON_ALL_RANKS(tests)

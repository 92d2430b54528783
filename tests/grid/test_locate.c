/* Points in meshes of every shape, inside, on shared faces and outside. */
#include "mpi_main.h"

#include "grid/ask/locate.h"
#include "grid/ask/simplex.h"
#include "grid/geometry.h"
#include "grid/make/slab.h"

static iso_error err;

static const iso_slab_options cases[] = {
    {{3, 2, 1}, 0.5, ISO_TETRAHEDRON, ISO_ALTERNATING, {0}, 7},
    {{3, 2, 1}, 0.5, ISO_TETRAHEDRON, ISO_JITTERED, {0}, 7},
    {{2, 2, 1}, 0.5, ISO_HEXAHEDRON, ISO_JITTERED, {0}, 7},
    {{2, 3, 0}, 0.5, ISO_TRIANGLE, ISO_JITTERED, {0}, 7},
    {{5, 0, 0}, 0.5, ISO_LINE, ISO_SINGLE, {0}, 7},
};
enum { NCASES = sizeof cases / sizeof *cases, NPOINTS = 200 };

static iso_mesh *build(MPI_Comm comm, const iso_slab_options *options) {
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(comm, options, &slice, &err));
  ASSERT_OK(iso_mesh_build(comm, &slice, NULL, &mesh, NULL, &err));
  return mesh;
}

/* Low-discrepancy points of the box (Roberts' additive recurrence), every fifth moved onto a grid plane,
 * where several elements hold it. */
static void make_points(const iso_slab_options *options, double (*at)[3]) {
  const double step[3] = {0.8191725134, 0.6710436067, 0.5497004779};
  for (int i = 0; i < NPOINTS; i++)
    for (int a = 0; a < 3; a++) {
      double t = fmod(0.5 + (i + 1) * step[a], 1);
      at[i][a] = t * options->size_mm[a];
      if (i % 5 == 0) at[i][a] = options->spacing_mm * round(at[i][a] / options->spacing_mm);
    }
}

/* Coordinates of the nodes of a location, summed over the ranks that own them. */
static void weighted_position(const iso_mesh *mesh, const iso_location *location, double out[3]) {
  for (int a = 0; a < 3; a++) {
    double sum = 0;
    for (int k = 0; k < location->n; k++)
      for (iso_lid i = 0; i < mesh->nowned; i++)
        if (mesh->gid[i] == location->node[k]) sum += location->weight[k] * mesh->xyz[i][a];
    out[a] = world_sum_real(sum);
  }
}

static void weights_reproduce_the_point(void **state) {
  (void)state;
  for (int c = 0; c < NCASES; c++) {
    double at[NPOINTS][3];
    iso_location location[NPOINTS];
    iso_mesh *mesh = build(MPI_COMM_WORLD, &cases[c]);
    make_points(&cases[c], at);
    ASSERT_OK(iso_locate(mesh, NPOINTS, (const double(*)[3])at, location, &err));
    for (int i = 0; i < NPOINTS; i++) {
      double found[3];
      assert_true(location[i].inside);
      assert_float_equal(location[i].distance_mm, 0, 0);
      weighted_position(mesh, &location[i], found);
      for (int a = 0; a < 3; a++) assert_float_equal(found[a], at[i][a], 1e-9); /* weight_tolerance */
    }
    iso_mesh_free(mesh);
  }
}

static void ranks_find_what_one_rank_finds(void **state) {
  (void)state;
  for (int c = 0; c < NCASES; c++) {
    double at[NPOINTS][3];
    iso_location all[NPOINTS], alone[NPOINTS];
    make_points(&cases[c], at);
    for (int i = 0; i < NPOINTS; i += 2) at[i][0] *= 1.5; /* a part of them outside */
    iso_mesh *mesh = build(MPI_COMM_WORLD, &cases[c]), *whole = build(MPI_COMM_SELF, &cases[c]);
    ASSERT_OK(iso_locate(mesh, NPOINTS, (const double(*)[3])at, all, &err));
    ASSERT_OK(iso_locate(whole, NPOINTS, (const double(*)[3])at, alone, &err));
    assert_memory_equal(all, alone, sizeof all);
    iso_mesh_free(mesh);
    iso_mesh_free(whole);
  }
}

static void the_lowest_element_is_taken(void **state) {
  (void)state;
  iso_slab_options options = {{2, 2, 2}, 1, ISO_HEXAHEDRON, ISO_SINGLE, {0}, 7};
  iso_mesh *mesh = build(MPI_COMM_WORLD, &options);
  const double at[3][3] = {{1, 1, 1}, {1, 1.5, 1.5}, {2, 2, 2}};
  iso_location location[3];
  ASSERT_OK(iso_locate(mesh, 3, at, location, &err));
  assert_int_equal(location[0].element, 0);
  assert_int_equal(location[1].element, 6); /* cubes 6 and 7 */
  assert_int_equal(location[2].element, 7);
  iso_mesh_free(mesh);
}

static void outside_the_nearest_node_is_named(void **state) {
  (void)state;
  iso_slab_options options = {{2, 1, 1}, 0.5, ISO_TETRAHEDRON, ISO_ALTERNATING, {0}, 7};
  iso_mesh *mesh = build(MPI_COMM_WORLD, &options);
  /* Beyond a corner; off the middle of a face, as far from four nodes; far away. */
  const double at[3][3] = {{2.3, 1.4, 1}, {0.25, 0.25, -1}, {-300, 0.5, 0.5}};
  iso_location location[3];
  ASSERT_OK(iso_locate(mesh, 3, at, location, &err));
  const iso_gid node[3] = {44, 0, 20};
  const double distance[3] = {0.5, 1.0606601717798212, 300};
  for (int i = 0; i < 3; i++) {
    assert_false(location[i].inside);
    assert_int_equal(location[i].element, -1);
    assert_int_equal(location[i].n, 1);
    assert_int_equal(location[i].node[0], node[i]);
    assert_float_equal(location[i].distance_mm, distance[i], 1e-12);
  }
  iso_mesh_free(mesh);
}

static void a_sheet_does_not_hold_what_is_off_it(void **state) {
  (void)state;
  iso_slab_options options = {{2, 1, 0}, 0.5, ISO_TRIANGLE, ISO_ALTERNATING, {0}, 7};
  iso_mesh *mesh = build(MPI_COMM_WORLD, &options);
  const double at[2][3] = {{0.6, 0.6, 1e-9}, {0.6, 0.6, 1e-3}};
  iso_location location[2];
  ASSERT_OK(iso_locate(mesh, 2, at, location, &err));
  assert_true(location[0].inside);
  assert_false(location[1].inside);
  ASSERT_OK(iso_locate(mesh, 0, at, location, &err));
  iso_mesh_free(mesh);
}

/* No corner of the simplex through x [n] is on p's side of its nearest point, which holds for that point
 * alone. What is outside by a weight of 1e-9 may count as in it, and lengths are below 3. */
static void assert_nearest(int n, double (*const x)[3], const double p[3]) {
  double weight[4], sum = 0, at[3] = {0}, away[3], to[3];
  bool spans[4];
  const double square = iso_simplex_nearest(n, x, p, weight, spans);
  for (int c = 0; c < n; c++) {
    assert_true(weight[c] >= 0 && (spans[c] || weight[c] == 0));
    sum += weight[c];
    for (int d = 0; d < 3; d++) at[d] += weight[c] * x[c][d];
  }
  assert_true(fabs(sum - 1) < 1e-15 * n);
  iso_subtract(p, at, away);
  assert_true(fabs(iso_dot(away, away) - square) < 1e-14);
  for (int c = 0; c < n; c++) {
    iso_subtract(x[c], at, to);
    assert_true(iso_dot(to, away) < 1e-8);
  }
}

/* Of points, edges, triangles and tetrahedra, whole ones and such that lie in fewer dimensions. */
static void the_nearest_point_of_a_simplex_is_found(void **state) {
  (void)state;
  const iso_slab_options box = {.size_mm = {1, 1, 1}, .spacing_mm = 0.1};
  double point[NPOINTS][3];
  make_points(&box, point);
  for (int i = 0; i + 4 < NPOINTS; i += 2)
    for (int n = 1; n <= 4; n++)
      for (int flat = 0; flat < n; flat++) {
        double x[4][3];
        memcpy(x, point + i, sizeof x);
        if (flat > 0) memcpy(x[flat], x[0], sizeof x[0]);
        for (int k = 0; k < NPOINTS; k++) assert_nearest(n, x, point[k]);
      }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(weights_reproduce_the_point),
    cmocka_unit_test(ranks_find_what_one_rank_finds),
    cmocka_unit_test(the_lowest_element_is_taken),
    cmocka_unit_test(outside_the_nearest_node_is_named),
    cmocka_unit_test(a_sheet_does_not_hold_what_is_off_it),
    cmocka_unit_test(the_nearest_point_of_a_simplex_is_found),
};

RUN_ON_ALL_RANKS(tests)

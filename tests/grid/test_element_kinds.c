/* Foreign elements: found by number and name, and taken apart without a gap, an overlap or a torn face. */
#include "mpi_main.h"

#include "grid/format/element_kinds.h"

#include <stdio.h>

enum { MOST = 27 };

static const double corners_of_wedge[6][3] = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0},
                                              {0, 0, 1}, {1, 0, 1}, {0, 1, 1}};
static const double corners_of_pyramid[5][3] = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}, {0.5, 0.5, 1}};
static const double corners_of_cube[8][3] = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0},
                                             {0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 1, 1}};
static const double corners_of_simplex[4][3] = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

typedef struct body {
  iso_kind kind;
  double x[MOST][3]; /* of the file's nodes */
  double volume;
} body;

static const double *at(const body *b, const iso_gid *number, iso_gid node) {
  for (int i = 0; i < b->kind.nodes; i++)
    if (number[i] == node) return b->x[i];
  fail();
  return NULL;
}

static double volume(const double *a, const double *b, const double *c, const double *d) {
  double u[3], v[3], w[3];
  for (int k = 0; k < 3; k++) u[k] = b[k] - a[k], v[k] = c[k] - a[k], w[k] = d[k] - a[k];
  return (u[0] * (v[1] * w[2] - v[2] * w[1]) - u[1] * (v[0] * w[2] - v[2] * w[0]) +
          u[2] * (v[0] * w[1] - v[1] * w[0])) /
         6;
}

/* Numbers in an order of their own for each k. */
static void shuffle(int n, iso_gid *number, uint64_t k) {
  for (int i = 0; i < n; i++) number[i] = 100 + 3 * i;
  for (int i = n - 1; i > 0; i--) {
    k = k * 6364136223846793005u + 1442695040888963407u;
    const int j = (int)((k >> 33) % (uint64_t)(i + 1));
    const iso_gid swap = number[i];
    number[i] = number[j];
    number[j] = swap;
  }
}

static bool has(const iso_gid *part, iso_gid node) {
  for (int i = 0; i < 4; i++)
    if (part[i] == node) return true;
  return false;
}

/* The two triangles that a face is cut into have its lowest node and the one across in common. */
static void check_face(int64_t n, iso_gid (*part)[ISO_MAX_NODES], const iso_gid *number, const int face[4]) {
  int low = 0;
  for (int i = 1; i < 4; i++)
    if (number[face[i]] < number[face[low]]) low = i;
  int with_diagonal = 0;
  for (int64_t k = 0; k < n; k++) {
    int on_face = 0;
    for (int i = 0; i < 4; i++) on_face += has(part[k], number[face[i]]);
    if (on_face != 3) continue;
    with_diagonal++;
    assert_true(has(part[k], number[face[low]]) && has(part[k], number[face[(low + 2) % 4]]));
  }
  assert_int_equal(with_diagonal, 2);
}

static void check(const body *b, unsigned how, int64_t parts, int nfaces, const int (*face)[4]) {
  for (uint64_t k = 0; k < 500; k++) {
    iso_gid number[MOST], part[ISO_MOST_PARTS][ISO_MAX_NODES];
    iso_shape shape;
    double sum = 0;
    shuffle((int)b->kind.nodes, number, k);
    const int64_t n = iso_kind_parts(&b->kind, b->kind.nodes, number, how, &shape, part);
    assert_int_equal(n, parts);
    assert_int_equal(shape, ISO_TETRAHEDRON);
    for (int64_t p = 0; p < n; p++) {
      const double one = volume(at(b, number, part[p][0]), at(b, number, part[p][1]),
                                at(b, number, part[p][2]), at(b, number, part[p][3]));
      assert_true(one > 1e-3);
      assert_int_equal(part[p][4], -1);
      sum += one;
    }
    assert_true(fabs(sum - b->volume) < 1e-14);
    for (int f = 0; f < nfaces; f++) check_face(n, part, number, face[f]);
  }
}

static void first_order_volumes_are_filled_and_their_faces_cut_from_the_lowest_node(void **state) {
  (void)state;
  static const int of_wedge[3][4] = {{0, 1, 4, 3}, {1, 2, 5, 4}, {2, 0, 3, 5}},
                   of_pyramid[1][4] = {{0, 1, 2, 3}},
                   of_cube[6][4] = {{0, 3, 2, 1}, {4, 5, 6, 7}, {0, 1, 5, 4},
                                    {1, 2, 6, 5}, {2, 3, 7, 6}, {3, 0, 4, 7}};
  body b = {.volume = 0.5};
  memcpy(b.x, corners_of_wedge, sizeof corners_of_wedge);
  assert_true(iso_kind_of_gmsh(6, &b.kind));
  check(&b, 0, 3, 3, of_wedge);
  b.volume = 1.0 / 3;
  memcpy(b.x, corners_of_pyramid, sizeof corners_of_pyramid);
  assert_true(iso_kind_of_vtk(14, 5, &b.kind));
  check(&b, 0, 2, 1, of_pyramid);
  b.volume = 1;
  memcpy(b.x, corners_of_cube, sizeof corners_of_cube);
  assert_true(iso_kind_of_exodus("hex", 8, &b.kind));
  check(&b, ISO_PARTS_ALL_TETRAHEDRA, 6, 6, of_cube);
}

/* VTK's wedge shows its first triangle's back to the second (vtkWedge.h). */
static void a_wedge_of_vtk_is_the_other_way_round(void **state) {
  (void)state;
  static const int file_from_ours[6] = {0, 2, 1, 3, 5, 4};
  body b = {.volume = 0.5};
  assert_true(iso_kind_of_vtk(13, 6, &b.kind));
  for (int i = 0; i < 6; i++) memcpy(b.x[i], corners_of_wedge[file_from_ours[i]], sizeof b.x[i]);
  check(&b, 0, 3, 0, NULL);
}

/* Puts the middle of two corners' edge, of a face or of all at a place of the file's list. */
static void middle(body *b, int file, int n, const int *corner) {
  for (int k = 0; k < 3; k++) {
    b->x[file][k] = 0;
    for (int i = 0; i < n; i++) b->x[file][k] += b->x[corner[i]][k] / n;
  }
}

static void check_tetrahedron(int type, bool gmsh) {
  static const int vtk_edge[6][2] = {{0, 1}, {1, 2}, {2, 0}, {0, 3}, {1, 3}, {2, 3}},
                   gmsh_edge[6][2] = {{0, 1}, {1, 2}, {2, 0}, {3, 0}, {2, 3}, {1, 3}};
  body b = {.volume = 1.0 / 6};
  memcpy(b.x, corners_of_simplex, sizeof corners_of_simplex);
  assert_true(gmsh ? iso_kind_of_gmsh(type, &b.kind) : iso_kind_of_vtk(type, 10, &b.kind));
  for (int e = 0; e < 6; e++) middle(&b, 4 + e, 2, gmsh ? gmsh_edge[e] : vtk_edge[e]);
  assert_true(b.kind.second_order);
  check(&b, ISO_PARTS_CUT, 8, 0, NULL);
  check(&b, 0, 1, 0, NULL);
}

static void second_order_tetrahedra_are_cut_in_eight_or_taken_by_their_corners(void **state) {
  (void)state;
  check_tetrahedron(24, false);
  check_tetrahedron(71, false);
  check_tetrahedron(11, true);
}

/* Edges and faces of the 27 nodes in the order of each format, by their corners. */
static void check_hexahedron(int type, bool gmsh) {
  static const int vtk_edge[12][2] = {{0, 1}, {1, 2}, {2, 3}, {3, 0}, {4, 5}, {5, 6},
                                      {6, 7}, {7, 4}, {0, 4}, {1, 5}, {2, 6}, {3, 7}},
                   gmsh_edge[12][2] = {{0, 1}, {0, 3}, {0, 4}, {1, 2}, {1, 5}, {2, 3},
                                       {2, 6}, {3, 7}, {4, 5}, {4, 7}, {5, 6}, {6, 7}},
                   vtk_face[6][4] = {{0, 4, 7, 3}, {1, 2, 6, 5}, {0, 1, 5, 4},
                                     {3, 7, 6, 2}, {0, 3, 2, 1}, {4, 5, 6, 7}},
                   gmsh_face[6][4] = {{0, 3, 2, 1}, {0, 1, 5, 4}, {0, 4, 7, 3},
                                      {1, 2, 6, 5}, {2, 3, 7, 6}, {4, 5, 6, 7}},
                   all[8] = {0, 1, 2, 3, 4, 5, 6, 7};
  body b = {.volume = 1};
  memcpy(b.x, corners_of_cube, sizeof corners_of_cube);
  assert_true(gmsh ? iso_kind_of_gmsh(type, &b.kind) : iso_kind_of_vtk(type, 27, &b.kind));
  for (int e = 0; e < 12; e++) middle(&b, 8 + e, 2, gmsh ? gmsh_edge[e] : vtk_edge[e]);
  for (int f = 0; f < 6; f++) middle(&b, 20 + f, 4, gmsh ? gmsh_face[f] : vtk_face[f]);
  middle(&b, 26, 8, all);
  check(&b, ISO_PARTS_CUT | ISO_PARTS_ALL_TETRAHEDRA, 48, 0, NULL);
  check(&b, ISO_PARTS_ALL_TETRAHEDRA, 6, 0, NULL);
}

static void second_order_hexahedra_are_cut_in_eight(void **state) {
  (void)state;
  check_hexahedron(29, false);
  check_hexahedron(12, true);
}

static void check_parts(const iso_kind *kind, int64_t n, const iso_gid *node, unsigned how, iso_shape of,
                        int64_t parts, const iso_gid (*want)[3]) {
  iso_gid part[ISO_MOST_PARTS][ISO_MAX_NODES];
  iso_shape shape;
  assert_int_equal(iso_kind_parts(kind, n, node, how, &shape, part), parts);
  assert_int_equal(shape, of);
  for (int64_t p = 0; p < parts; p++)
    for (int i = 0; i < iso_shape_nodes(of); i++) assert_int_equal(part[p][i], want[p][i]);
}

static void flat_elements(void **state) {
  (void)state;
  iso_kind kind;
  const iso_gid node[9] = {7, 5, 3, 6, 9, 2, 8, 1, 4};
  assert_true(iso_kind_of_vtk(9, 4, &kind));
  check_parts(&kind, 4, node, 0, ISO_TRIANGLE, 2, (const iso_gid[][3]){{3, 6, 7}, {3, 7, 5}});
  assert_true(iso_kind_of_vtk(8, 4, &kind));
  check_parts(&kind, 4, node, 0, ISO_TRIANGLE, 2, (const iso_gid[][3]){{3, 7, 5}, {3, 5, 6}});
  assert_true(iso_kind_of_vtk(7, 5, &kind));
  check_parts(&kind, 5, node, 0, ISO_TRIANGLE, 3, (const iso_gid[][3]){{3, 6, 9}, {3, 9, 7}, {3, 7, 5}});
  assert_true(iso_kind_of_vtk(6, 5, &kind));
  check_parts(&kind, 5, node, 0, ISO_TRIANGLE, 3, (const iso_gid[][3]){{7, 5, 3}, {5, 6, 3}, {3, 6, 9}});
  assert_true(iso_kind_of_vtk(4, 3, &kind));
  check_parts(&kind, 3, node, 0, ISO_LINE, 2, (const iso_gid[][3]){{7, 5}, {5, 3}});
  check_parts(&kind, 1, node, 0, ISO_LINE, 0, NULL);
  assert_true(iso_kind_of_gmsh(8, &kind));
  check_parts(&kind, 3, node, 0, ISO_LINE, 1, (const iso_gid[][3]){{7, 5}});
  check_parts(&kind, 3, node, ISO_PARTS_CUT, ISO_LINE, 2, (const iso_gid[][3]){{7, 3}, {3, 5}});
  assert_true(iso_kind_of_exodus("TRI6", 6, &kind));
  check_parts(&kind, 6, node, ISO_PARTS_CUT, ISO_TRIANGLE, 4,
              (const iso_gid[][3]){{7, 6, 2}, {6, 5, 9}, {2, 9, 3}, {6, 9, 2}});
  assert_true(iso_kind_of_exodus("shell", 9, &kind));
  check_parts(&kind, 9, node, ISO_PARTS_CUT, ISO_TRIANGLE, 8,
              (const iso_gid[][3]){
                  {1, 7, 9}, {1, 9, 4}, {2, 4, 9}, {2, 9, 5}, {1, 4, 8}, {1, 8, 6}, {2, 3, 8}, {2, 8, 4}});
}

static void kinds_are_found_by_what_files_call_them(void **state) {
  (void)state;
  iso_kind kind;
  assert_true(iso_kind_of_exodus("tetra", 4, &kind));
  assert_int_equal(kind.form, ISO_FORM_TETRAHEDRON);
  assert_true(iso_kind_of_exodus("SHELL3", 3, &kind));
  assert_int_equal(kind.form, ISO_FORM_TRIANGLE);
  assert_true(iso_kind_of_exodus("Wedge15", 15, &kind));
  assert_int_equal(kind.degree, 2);
  assert_false(kind.second_order);
  assert_false(iso_kind_of_exodus("HEX", 7, &kind));
  assert_false(iso_kind_of_exodus("SUPER", 8, &kind));
  assert_true(iso_kind_of_vtk(72, 8, &kind));
  assert_int_equal(kind.form, ISO_FORM_HEXAHEDRON);
  assert_int_equal(kind.degree, 1);
  assert_true(iso_kind_of_vtk(72, 27, &kind));
  assert_false(kind.second_order);
  assert_true(iso_kind_of_vtk(71, 20, &kind));
  assert_int_equal(kind.degree, 3);
  assert_false(iso_kind_of_vtk(71, 11, &kind));
  assert_false(iso_kind_of_vtk(10, 5, &kind));
  assert_true(iso_kind_of_vtk(42, 9, &kind));
  assert_int_equal(kind.form, ISO_FORM_REFUSED);
  assert_true(iso_kind_of_gmsh(15, &kind));
  assert_int_equal(iso_form_dimension(kind.form), 0);
  assert_false(iso_kind_of_gmsh(1000, &kind));
}

static void what_was_met_is_said_once_for_all_ranks(void **state) {
  (void)state;
  iso_kind_tally tally = {0};
  iso_kind kind;
  iso_notes notes = {0};
  char text[80];
  iso_kind_of_gmsh(6, &kind);
  iso_kind_count(&tally, &kind, 0);
  iso_kind_of_gmsh(11, &kind);
  iso_kind_count(&tally, &kind, 0);
  iso_kind_count(&tally, &kind, ISO_PARTS_CUT);
  iso_kind_of_gmsh(5, &kind);
  iso_kind_count(&tally, &kind, 0);
  iso_kinds_note(MPI_COMM_WORLD, &tally, &notes);
  assert_int_equal(notes.count, 3);
  snprintf(text, sizeof text, "%d wedges were split into tetrahedra", world_size());
  assert_string_equal(notes.text[0], text);
  iso_notes_free(&notes);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(first_order_volumes_are_filled_and_their_faces_cut_from_the_lowest_node),
    cmocka_unit_test(a_wedge_of_vtk_is_the_other_way_round),
    cmocka_unit_test(second_order_tetrahedra_are_cut_in_eight_or_taken_by_their_corners),
    cmocka_unit_test(second_order_hexahedra_are_cut_in_eight),
    cmocka_unit_test(flat_elements),
    cmocka_unit_test(kinds_are_found_by_what_files_call_them),
    cmocka_unit_test(what_was_met_is_said_once_for_all_ranks),
};

RUN_ON_ALL_RANKS(tests)

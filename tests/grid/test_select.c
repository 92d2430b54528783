/* Sets of nodes of a block, against its nodes one by one; on any number of ranks. */
#include "grid/mpi_main.h"

#include "grid/ask/select.h"
#include "grid/make/slab.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Cubes of 1 mm; those of x < 2 have tag 1, of x in [2, 4) tag 2, the others tag 3. */
enum { NX = 6, NY = 4, NZ = 3, NODES = (NX + 1) * (NY + 1) * (NZ + 1) };

static iso_error err;
static iso_mesh *mesh;

static int make_mesh(void **state) {
  (void)state;
  iso_slice slice;
  const iso_slab_options slab = {.size_mm = {NX, NY, NZ}, .spacing_mm = 1, .shape = ISO_HEXAHEDRON};
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &slab, &slice, &err));
  for (int64_t e = 0; e < slice.nelem; e++) slice.tag[e] = (int32_t)(1 + (slice.first_elem + e) % NX / 2);
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  return 0;
}

static int free_mesh(void **state) {
  (void)state;
  iso_mesh_free(mesh);
  return 0;
}

typedef bool belongs(int x, int y, int z);

/* Exactly the nodes that belong, ascending on each rank. */
static void assert_selects(const iso_select *select, belongs *is_in) {
  iso_selection found;
  uint8_t hit[NODES] = {0}, all[NODES];
  ASSERT_OK(iso_select_nodes(mesh, select, NULL, &found, &err));
  for (int64_t k = 0; k < found.count; k++) {
    assert_true(found.node[k] >= 0 && found.node[k] < mesh->nowned);
    assert_true(k == 0 || found.node[k] > found.node[k - 1]);
    hit[mesh->gid[found.node[k]]]++;
  }
  MPI_Allreduce(hit, all, NODES, MPI_UINT8_T, MPI_SUM, MPI_COMM_WORLD);
  int total = 0;
  for (int i = 0; i < NODES; i++) {
    const int x = i % (NX + 1), y = i / (NX + 1) % (NY + 1), z = i / (NX + 1) / (NY + 1);
    if (all[i] != is_in(x, y, z)) fail_msg("node %d at (%d, %d, %d) is hit %d times", i, x, y, z, all[i]);
    total += all[i];
  }
  assert_int_equal(found.total, total);
  iso_selection_free(&found);
}

static iso_select box(double x0, double y0, double z0, double x1, double y1, double z1) {
  return (iso_select){.has_box = true, .box = {{x0, y0, z0}, {x1, y1, z1}}};
}

static bool in_corner(int x, int y, int z) { return x <= 2 && y <= 1 && z <= 1; }
static bool in_ball(int x, int y, int z) { return (x - 3) * (x - 3) + (y - 2) * (y - 2) + z * z <= 4; }
static bool in_tag_2(int x, int y, int z) { return (void)y, (void)z, x >= 2 && x <= 4; }
static bool in_tags_1_3(int x, int y, int z) { return (void)y, (void)z, x <= 2 || x >= 4; }
static bool on_surface(int x, int y, int z) {
  return x == 0 || x == NX || y == 0 || y == NY || z == 0 || z == NZ;
}
static bool everywhere(int x, int y, int z) { return (void)x, (void)y, (void)z, true; }

static void single_conditions(void **state) {
  (void)state;
  iso_select corner = box(0, 0, 0, 2, 1, 1), ball = {.has_sphere = true, .sphere = {{3, 2, 0}, 2}};
  assert_selects(&(iso_select){0}, everywhere);
  assert_false(iso_select_given(&(iso_select){0}));
  assert_selects(&corner, in_corner);
  assert_selects(&ball, in_ball);
  assert_selects(&(iso_select){.ntags = 1, .tags = (int32_t[]){2}}, in_tag_2);
  assert_selects(&(iso_select){.ntags = 2, .tags = (int32_t[]){3, 1}}, in_tags_1_3);
  assert_selects(&(iso_select){.surface = ""}, on_surface);
  /* Bounds include rounding: 3 times 0.1 is more than 0.3. */
  corner.box.max_mm[0] = 2 - 1e-10;
  assert_selects(&corner, in_corner);
  ball.sphere.radius_mm -= 1e-10;
  assert_selects(&ball, in_ball);
}

static bool corner_on_surface(int x, int y, int z) { return in_corner(x, y, z) && on_surface(x, y, z); }
static bool corner_or_ball(int x, int y, int z) { return in_corner(x, y, z) || in_ball(x, y, z); }
static bool surface_without_ball(int x, int y, int z) { return on_surface(x, y, z) && !in_ball(x, y, z); }
static bool neither(int x, int y, int z) { return !corner_or_ball(x, y, z); }
static bool in_ball_of_tag_2(int x, int y, int z) { return in_ball(x, y, z) && in_tag_2(x, y, z); }
static bool nested(int x, int y, int z) {
  return in_tag_2(x, y, z) && !(in_ball(x, y, z) && !on_surface(x, y, z));
}

static void combinations(void **state) {
  (void)state;
  iso_select sets[2] = {box(0, 0, 0, 2, 1, 1), {.has_sphere = true, .sphere = {{3, 2, 0}, 2}}};
  iso_select with_surface = sets[0];
  with_surface.surface = "";
  assert_selects(&with_surface, corner_on_surface);
  assert_selects(&(iso_select){.same = &with_surface}, corner_on_surface);
  assert_selects(&(iso_select){.nany = 2, .any = sets}, corner_or_ball);
  assert_selects(&(iso_select){.nnone = 2, .none = sets}, neither);
  assert_selects(&(iso_select){.surface = "", .nnone = 1, .none = &sets[1]}, surface_without_ball);
  iso_select both[2] = {sets[1], {.ntags = 1, .tags = (int32_t[]){2}}};
  assert_selects(&(iso_select){.nall = 2, .all = both}, in_ball_of_tag_2);
  iso_select inside = {.nnone = 1, .none = &(iso_select){.surface = ""}}, ball[2] = {sets[1], inside};
  iso_select ball_inside = {.nall = 2, .all = ball};
  assert_selects(&(iso_select){.ntags = 1, .tags = (int32_t[]){2}, .nnone = 1, .none = &ball_inside}, nested);
}

static char *write_file(const char *name, const char *text) {
  static char path[80];
  snprintf(path, sizeof path, "select.np%d.%s", world_size(), name);
  if (world_rank() == 0) {
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  return path;
}

static bool three_nodes(int x, int y, int z) { return y == 0 && z == 0 && (x == 1 || x == 2 || x == 6); }
static bool of_faces(int x, int y, int z) { return z == 0 && ((y <= 1 && x <= 1) || (y == 0 && x == 2)); }

static void lists_of_files(void **state) {
  (void)state;
  char *path = write_file("vtx", "4\nextra\n6\n1\n2\n1\n");
  assert_selects(&(iso_select){.nodes = path}, three_nodes);
  MPI_Barrier(MPI_COMM_WORLD);
  /* A square of the first cube and a triangle beside it: rows of nodes are NX + 1 apart. */
  path = write_file("surf", "2\nQd 0 1 8 7\nTr 1 2 8 5\n");
  assert_selects(&(iso_select){.surface = path}, of_faces);
  iso_selection found;
  static const char *const bad[][2] = {{"2\nTr 0 1 2\n", "announces 2 faces but lists 1"},
                                       {"1\nTr 0 1\n", "a line must hold a face"},
                                       {"1\nTr 0 1 2 3 4\n", "a line must hold a face"},
                                       {"1\nTt 0 1 2\n", "a line must hold a face"},
                                       {"1\nTr 0 1 140\n", "node 140 does not exist"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    MPI_Barrier(MPI_COMM_WORLD);
    path = write_file("surf", bad[i][0]);
    ASSERT_REFUSED(iso_select_nodes(mesh, &(iso_select){.surface = path}, NULL, &found, &err), bad[i][1]);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  if (world_rank() == 0) unlink(path);
  path = write_file("vtx", "");
  if (world_rank() == 0) unlink(path);
}

/* The nearest node of a set that has none, and what is said of it. */
static void assert_misses(const iso_select *select, iso_gid node, double distance_mm, const char *words) {
  iso_selection found;
  char text[300];
  ASSERT_OK(iso_select_nodes(mesh, select, NULL, &found, &err));
  assert_int_equal(found.total, 0);
  assert_int_equal(found.nearest, node);
  if (node >= 0) assert_true(fabs(found.distance_mm - distance_mm) < 1e-12);
  iso_selection_miss(&found, text, sizeof text);
  if (!strstr(text, words)) fail_msg("'%s' does not say '%s'", text, words);
  assert_int_equal(iso_selection_centre(mesh, &found), -1);
  iso_selection_free(&found);
}

static void what_is_missed_is_told(void **state) {
  (void)state;
  iso_select away = box(7.5, 4.25, 0, 9, 9, 0), ball = {.has_sphere = true, .sphere = {{-2, 0.25, 0}, 1.5}};
  const double far = sqrt(1.5 * 1.5 + 0.25 * 0.25);
  assert_misses(&away, 34, far, "number 34 at (6, 4, 0) mm, is 1.52 mm away");
  assert_misses(&ball, 0, sqrt(4 + 0.0625) - 1.5, "number 0 at (0, 0, 0) mm");
  /* The nearest that meets all else: of tag 1, x is 2 at most. */
  iso_select tagged = away;
  tagged.ntags = 1, tagged.tags = (int32_t[]){1};
  assert_misses(&tagged, 30, sqrt(5.5 * 5.5 + 0.25 * 0.25), "number 30 at (2, 4, 0) mm");
  /* On ties the lowest number; of several sets the nearest of them. */
  assert_misses(&(iso_select){.has_sphere = true, .sphere = {{0.5, 0.5, 0.5}, 0.1}}, 0, sqrt(0.75) - 0.1,
                "number 0");
  iso_select sets[2] = {away, ball};
  assert_misses(&(iso_select){.nany = 2, .any = sets}, 0, sqrt(4 + 0.0625) - 1.5, "number 0");
  assert_misses(&(iso_select){.ntags = 1, .tags = (int32_t[]){9}}, -1, 0, "wherever it were");
  assert_misses(&(iso_select){.nnone = 1, .none = &(iso_select){0}}, -1, 0, "wherever it were");
}

static void centre_is_the_node_in_the_middle(void **state) {
  (void)state;
  iso_selection found;
  ASSERT_OK(iso_select_nodes(mesh, &(iso_select){0}, NULL, &found, &err));
  /* (3, 2, 1.5) is as near to z = 1 as to z = 2. */
  assert_int_equal(iso_selection_centre(mesh, &found), 3 + (NX + 1) * (2 + (NY + 1)));
  iso_selection_free(&found);
  iso_select line = box(3, 1, 2, 5, 1, 2);
  ASSERT_OK(iso_select_nodes(mesh, &line, NULL, &found, &err));
  assert_int_equal(iso_selection_centre(mesh, &found), 4 + (NX + 1) * (1 + 2 * (NY + 1)));
  iso_selection_free(&found);
}

/* Whichever comes first in memory. */
static void of_two_in_the_middle_the_first_counts(void **state) {
  (void)state;
  for (int i = 0; i < NODES; i++) {
    const int x = i % (NX + 1), y = i / (NX + 1) % (NY + 1), z = i / (NX + 1) / (NY + 1);
    const int step[3] = {x < NX ? 1 : 0, x < NX ? 0 : y < NY, x < NX || y < NY ? 0 : z < NZ};
    iso_select pair = box(x, y, z, x + step[0], y + step[1], z + step[2]);
    iso_selection found;
    ASSERT_OK(iso_select_nodes(mesh, &pair, NULL, &found, &err));
    assert_int_equal(found.total, i == NODES - 1 ? 1 : 2);
    assert_int_equal(iso_selection_centre(mesh, &found), i);
    iso_selection_free(&found);
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(single_conditions),
    cmocka_unit_test(combinations),
    cmocka_unit_test(lists_of_files),
    cmocka_unit_test(what_is_missed_is_told),
    cmocka_unit_test(centre_is_the_node_in_the_middle),
    cmocka_unit_test(of_two_in_the_middle_the_first_counts),
};

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (cmocka_run_group_tests(tests, make_mesh, free_mesh)) MPI_Abort(MPI_COMM_WORLD, 1);
  MPI_Finalize();
  return 0;
}

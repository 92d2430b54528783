/* Fibres of two ventricles: what happens between walls. */
#include "grid/mpi_main.h"

#include "anatomy/chambers.h"
#include "anatomy/ventricular_fibres.h"
#include "grid/geometry.h"
#include "grid/shapes.h"
#include "grid/sort.h"

static iso_error err;

static const double degree = 3.14159265358979323846 / 180;

static const iso_fibre_rule linear = {.law = ISO_FIBRES_LINEAR, .helix_lv = {60, -60}, .helix_rv = {60, -60}};

static iso_frame *frames_of(chambers *c, const iso_fibre_rule *rule) {
  iso_frame *frames;
  ASSERT_OK(iso_alloc(&frames, (size_t)c->mesh->nelem, sizeof *frames, "test", &err));
  ASSERT_OK(iso_ventricular_fibres(&c->anatomy, c->on, NULL, rule, frames, &err));
  return frames;
}

static void centre_of(const iso_mesh *mesh, iso_lid e, double centre[3]) {
  double x[ISO_MAX_NODES][3];
  iso_mesh_corners(mesh, e, x);
  for (int d = 0; d < 3; d++) centre[d] = (x[0][d] + x[1][d] + x[2][d] + x[3][d]) / 4;
}

static double between(const iso_frame *a, const iso_frame *b) {
  return acos(fmin(fabs(iso_dot(a->axis[0], b->axis[0])), 1)) / degree;
}

/* A number for a face of an element that is the same from both sides; nodes are far fewer than 2^21. */
static uint64_t face_key(const iso_mesh *mesh, iso_lid e, const uint8_t face[3]) {
  uint64_t n[3];
  for (int k = 0; k < 3; k++) n[k] = (uint64_t)mesh->conn[(int64_t)e * mesh->width + face[k]];
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 2; j++)
      if (n[j] > n[j + 1]) {
        const uint64_t last = n[j];
        n[j] = n[j + 1], n[j + 1] = last;
      }
  return n[0] << 42 | n[1] << 21 | n[2];
}

/* Collective. The largest angle between neighbours of the same wall. */
static void find_jumps(const iso_mesh *mesh, const iso_frame *frames, double most[CHAMBERS_ELSEWHERE + 1]) {
  iso_keyed *faces;
  const int64_t n = 4 * (int64_t)mesh->nelem;
  ASSERT_OK(iso_alloc(&faces, (size_t)n, sizeof *faces, "test", &err));
  for (int64_t k = 0; k < n; k++)
    faces[k] = (iso_keyed){face_key(mesh, (iso_lid)(k / 4), iso_shapes[ISO_TETRAHEDRON].face[k % 4]), k / 4};
  ASSERT_OK(iso_sort(n, faces, &err));
  for (int64_t k = 1; k < n; k++) {
    double a[3], b[3];
    if (faces[k].key != faces[k - 1].key) continue;
    centre_of(mesh, (iso_lid)faces[k - 1].item, a);
    centre_of(mesh, (iso_lid)faces[k].item, b);
    const chambers_wall wall = chambers_at(a);
    if (wall == chambers_at(b))
      most[wall] = fmax(most[wall], between(&frames[faces[k - 1].item], &frames[faces[k].item]));
  }
  free(faces);
  MPI_Allreduce(MPI_IN_PLACE, most, CHAMBERS_ELSEWHERE + 1, MPI_DOUBLE, MPI_MAX, mesh->comm);
}

/* Six elements of 1 mm carry 120 degrees, 20 each; centres of neighbours are at most half of that apart. */
static void neighbours_in_free_walls_and_septum_differ_little(void **state) {
  (void)state;
  chambers c;
  double most[CHAMBERS_ELSEWHERE + 1] = {0};
  chambers_new(&c, MPI_COMM_WORLD, CHAMBERS_PLAIN);
  iso_frame *frames = frames_of(&c, &linear);
  find_jumps(c.mesh, frames, most);
  print_message("jumps %.1f %.1f %.1f, elsewhere %.1f\n", most[0], most[1], most[2], most[3]);
  for (int wall = 0; wall < CHAMBERS_ELSEWHERE; wall++) assert_true(most[wall] < 12 && most[wall] > 0);
  free(frames);
  chambers_free(&c);
}

/* In the flat walls, far from the others, the helix of every element is that of its depth, whose direction
 * away from the cavity is given. In the septum as seen from the left. */
static void flat_walls_have_the_helix_of_their_depth(void **state) {
  (void)state;
  static const struct { double from, to; } across[] = {{6, 0}, {35, 41}, {20, 27}};
  chambers c;
  double most[CHAMBERS_ELSEWHERE + 1] = {0};
  chambers_new(&c, MPI_COMM_WORLD, CHAMBERS_PLAIN);
  iso_frame *frames = frames_of(&c, &linear);
  for (iso_lid e = 0; e < c.mesh->nelem; e++) {
    double x[3];
    centre_of(c.mesh, e, x);
    const chambers_wall wall = chambers_at(x);
    if (wall == CHAMBERS_ELSEWHERE) continue;
    const double depth = (x[0] - across[wall].from) / (across[wall].to - across[wall].from);
    const double out = across[wall].to > across[wall].from ? 1 : -1; /* longitudinal is z: z x (out, 0, 0) */
    const double angle = (60 - 120 * depth) * degree;
    const double expected[3] = {0, out * cos(angle), sin(angle)};
    most[wall] = fmax(most[wall], acos(fmin(fabs(iso_dot(expected, frames[e].axis[0])), 1)) / degree);
  }
  print_message("errors %.2f %.2f %.2f\n", most[0], most[1], most[2]);
  for (int wall = 0; wall < CHAMBERS_ELSEWHERE; wall++) assert_true(most[wall] < 4);
  free(frames);
  chambers_free(&c);
}

static void frames_have_the_same_bits_on_any_ranks(void **state) {
  (void)state;
  chambers together, alone;
  chambers_new(&together, MPI_COMM_WORLD, CHAMBERS_PLAIN);
  chambers_new(&alone, MPI_COMM_SELF, CHAMBERS_PLAIN);
  iso_frame *many = frames_of(&together, &linear), *one = frames_of(&alone, &linear);
  for (iso_lid e = 0; e < together.mesh->nelem; e++)
    assert_memory_equal(&many[e], &one[iso_mesh_elem(together.mesh, e)], sizeof *many);
  free(many), free(one);
  chambers_free(&together);
  chambers_free(&alone);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(neighbours_in_free_walls_and_septum_differ_little),
    cmocka_unit_test(flat_walls_have_the_helix_of_their_depth),
    cmocka_unit_test(frames_have_the_same_bits_on_any_ranks),
};
RUN_ON_ALL_RANKS(tests)

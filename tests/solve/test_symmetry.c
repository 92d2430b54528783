/* A heart that is turned or mirrored activates as before. */
#include "grid/mpi_main.h"
#include "solve/fixture.h"

#include <float.h>

static const iso_numerics numerics = {
    .fast_current = ISO_FAST_INTERPOLATED, .smoothing = 0.3, .interpolation = 0.6};

/* Owned nodes that a rule on global numbers takes. */
static void stimulate(heart *h, bool (*takes)(iso_gid node)) {
  iso_lid *node = calloc((size_t)h->mesh->nowned, sizeof *node);
  int64_t count = 0;
  for (iso_lid i = 0; i < h->mesh->nowned; i++)
    if (takes(h->mesh->gid[i])) node[count++] = i;
  DEMAND(iso_simulation_stimulate(h->simulation, &(iso_pulses){0, 2, 50, 0, 1}, count, node, WHY));
  free(node);
}

/* 10 x 6 x 4 cubes of 0.3 mm. */
enum { NX = 11, NY = 7, NZ = 5, NNODES = NX * NY * NZ };
static const double h_mm = 0.3, size_mm[3] = {3, 1.8, 1.2};

static double *activations(iso_slab_options slab, slice_edit *edit, const void *how, double across,
                           bool (*takes)(iso_gid node)) {
  heart h = {0};
  memcpy(slab.size_mm, size_mm, sizeof size_mm);
  slab.spacing_mm = h_mm, slab.tag = 1;
  heart_mesh(&h, &slab, edit, how);
  iso_region *region = heart_region(&h, 0, "luo_rudy_1991");
  region->transverse = region->normal = across;
  heart_device(&h, NULL);
  heart_simulation(&h, &numerics, 0.02);
  stimulate(&h, takes);
  heart_run_activated(&h, 40);
  double *activation = heart_activation(&h);
  for (int i = 0; i < NNODES; i++) assert_false(isnan(activation[i]));
  heart_free(&h);
  return activation;
}

static double largest_difference(const double *a, const double *b) {
  double most = 0;
  for (int i = 0; i < NNODES; i++) most = fmax(most, fabs(a[i] - b[i]));
  return most;
}

/* ---- turned ---- */

static bool first_corner(iso_gid node) { return node % NX < 4 && node / NX % NY < 4; }

/* About (1, 1, 1) by 0.7, then about z by -1.1: nothing falls on an axis. */
static void make_rotation(double r[3][3]) {
  const double c = cos(0.7), s = sin(0.7) / sqrt(3), t = (1 - cos(0.7)) / 3, cz = cos(-1.1), sz = sin(-1.1);
  const double about_diagonal[3][3] = {{t + c, t - s, t + s}, {t + s, t + c, t - s}, {t - s, t + s, t + c}};
  const double about_z[3][3] = {{cz, -sz, 0}, {sz, cz, 0}, {0, 0, 1}};
  memset(r, 0, 9 * sizeof(double));
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      for (int k = 0; k < 3; k++) r[i][j] += about_z[i][k] * about_diagonal[k][j];
}

static double change_by_turning(iso_shape shape, double across) {
  double rotation[3][3];
  make_rotation(rotation);
  const iso_slab_options slab = {.shape = shape, .diagonals = ISO_JITTERED, .fibre = {1, 2, 3}};
  double *plain = activations(slab, NULL, NULL, across, first_corner);
  double *turned = activations(slab, edit_rotate, rotation, across, first_corner);
  const double change = largest_difference(plain, turned);
  print_message("turned: activations change by %.2g ms\n", change);
  free(plain);
  free(turned);
  return change;
}

/* Nothing but rounding in double: 1e-16 of V's 100 mV, over an upstroke of 100 mV/ms, moves an activation by
 * 1e-16 ms a step; the front forgets its history, but if it did not, a thousand steps would leave it below
 * 1e-12. */
static void turning_isotropic_tissue_changes_nothing(void **state) {
  (void)state;
  assert_true(change_by_turning(ISO_TETRAHEDRON, 0.14) < 1e-12);
  assert_true(change_by_turning(ISO_HEXAHEDRON, 0.14) < 1e-12);
}

/* Fibres are stored as float: each component is off by up to 6e-8 (half a unit in the last place below 1),
 * the tensor's entries by up to 2 * 6e-8 * sqrt(3) of the anisotropy, and activations, which go with the root
 * of the conductivity, by half of that relative to the smallest conductivity (a factor 5 here): 5e-7 of 20
 * ms. */
static void turning_fibres_changes_their_last_bits_only(void **state) {
  (void)state;
  const double room = 0.5 * 2 * 6e-8 * sqrt(3) * 5 * 20;
  const double tetrahedra = change_by_turning(ISO_TETRAHEDRON, 0.028),
               hexahedra = change_by_turning(ISO_HEXAHEDRON, 0.028);
  assert_true(tetrahedra < room && hexahedra < room);
  assert_true(tetrahedra > 0 && hexahedra > 0); /* it is another mesh */
}

/* ---- mirrored ---- */

static bool middle_plane(iso_gid node) { return abs((int)(node % NX) - NX / 2) < 2; }

/* Along x, y and z alike: the node with mirrored place along the axis. */
static iso_gid mirrored(iso_gid node, int axis) {
  iso_gid at[3] = {node % NX, node / NX % NY, node / (NX * NY)};
  const iso_gid last[3] = {NX - 1, NY - 1, NZ - 1};
  at[axis] = last[axis] - at[axis];
  return at[0] + NX * (at[1] + NY * at[2]);
}

/* Cubes are even in number along each axis and alternating diagonals mirror every other one, so the mesh is
 * its own mirror image; rows are summed in another order in the image, hence rounding as above. */
static void check_mirror(iso_shape shape, iso_diagonals diagonals) {
  const iso_slab_options slab = {.shape = shape, .diagonals = diagonals, .fibre = {1, 0, 0}};
  double *activation = activations(slab, NULL, NULL, 0.028, middle_plane), most = 0;
  for (int axis = 0; axis < 3; axis++)
    for (iso_gid i = 0; i < NNODES; i++)
      most = fmax(most, fabs(activation[i] - activation[mirrored(i, axis)]));
  print_message("mirrored: activations differ by %.2g ms\n", most);
  assert_true(most < 1e-12);
  free(activation);
}

static void a_symmetric_heart_activates_symmetrically(void **state) {
  (void)state;
  check_mirror(ISO_TETRAHEDRON, ISO_ALTERNATING);
  check_mirror(ISO_HEXAHEDRON, ISO_ALTERNATING);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(turning_isotropic_tissue_changes_nothing),
    cmocka_unit_test(turning_fibres_changes_their_last_bits_only),
    cmocka_unit_test(a_symmetric_heart_activates_symmetrically),
};
RUN_ON_ALL_RANKS(tests)

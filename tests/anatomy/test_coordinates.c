/* Coordinates of two chambers in a block, and of an idealised ventricle. */
#include "grid/mpi_main.h"

#include "anatomy/chambers.h"
#include "anatomy/coordinates.h"
#include "anatomy/segments.h"
#include "anatomy/spheroid.h"
#include "anatomy/ventricles.h"
#include "grid/geometry.h"
#include "verified.h"

#include <complex.h>

static iso_error err;

/* ---- segments ---- */

/* The table of Cobiveco's authors: bounds of rt for each. */
static void segments_are_those_of_the_table(void **state) {
  (void)state;
  static const struct {
    double rotational;
    int basal, apical;
  } rows[] = {{0.01, 4, 15}, {0.16, 4, 15}, {0.17, 5, 15},  {0.2, 5, 15},  {0.22, 5, 16}, {0.32, 5, 16},
              {0.34, 6, 16}, {0.45, 6, 16}, {0.465, 6, 13}, {0.51, 1, 13}, {0.66, 1, 13}, {0.67, 2, 13},
              {0.7, 2, 13},  {0.72, 2, 14}, {0.84, 3, 14},  {0.95, 3, 14}, {0.97, 3, 15}, {0.999, 3, 15}};
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
    assert_int_equal(iso_aha_segment(0.05, rows[k].rotational), 17);
    assert_int_equal(iso_aha_segment(0.2, rows[k].rotational), rows[k].apical);
    assert_int_equal(iso_aha_segment(0.5, rows[k].rotational), rows[k].basal + 6);
    assert_int_equal(iso_aha_segment(0.71, rows[k].rotational), rows[k].basal);
    assert_int_equal(iso_aha_segment(1, rows[k].rotational), rows[k].basal);
  }
}

/* ---- of an idealised ventricle ---- */

static double square(double x) { return x * x; }

/* Simpson's rule along a meridian of the spheroid l. */
static double meridian(double l, double m) {
  enum { PARTS = 128 };
  double sum = 0;
  for (int k = 0; k <= PARTS; k++)
    sum += (k == 0 || k == PARTS ? 1 : k % 2 ? 4 : 2) * sqrt(square(sinh(l)) + square(sin(m * k / PARTS)));
  return sum * m / PARTS / 3;
}

/* Root of the mean square over nodes of transmural and apicobasal. */
static void errors_of(int layers, double error[2]) {
  spheroid s;
  iso_coordinates c;
  spheroid_new(&s, MPI_COMM_WORLD, layers, 0);
  ASSERT_OK(iso_coordinates_new(&c, &s.anatomy, s.on, NULL, &err));
  error[0] = error[1] = 0;
  for (iso_lid i = 0; i < s.mesh->nowned; i++) {
    const spheroid_place p = spheroid_at(s.mesh->xyz[i]);
    error[0] += square(c.transmural[i] - (1 - spheroid_depth(&p)));
    error[1] += square(c.apicobasal[i] - meridian(p.l, p.m) / meridian(p.l, SPHEROID_BASE));
  }
  for (int k = 0; k < 2; k++) error[k] = sqrt(world_sum_real(error[k]) / (double)s.mesh->nnodes);
  assert_false(c.has_round);
  iso_coordinates_free(&c);
  spheroid_free(&s);
}

/* Transmural nearly of second order. Apicobasal is a thousandth of the way off, a tenth of a millimetre, and
 * of a lower order, since its potential is singular along the line through the apex. */
static void transmural_and_apicobasal_converge_to_their_closed_forms(void **state) {
  (void)state;
  double coarse[2], fine[2];
  errors_of(4, coarse);
  errors_of(8, fine);
  print_message("transmural %.2e %.2e, apicobasal %.2e %.2e\n", coarse[0], fine[0], coarse[1], fine[1]);
  assert_true(coarse[0] > 3 * fine[0] && coarse[1] > 1.4 * fine[1]);
  verified_at_most("transmural_error", fine[0], 2e-4);
  verified_at_most("apicobasal_error", fine[1], 2e-3);
}

/* The place is beyond the wall, at the angle 1. */
static void round_spheroid(spheroid *s, iso_coordinates *c, MPI_Comm comm, int layers, double turn) {
  const double beside[3] = {60 * cos(1), 60 * sin(1), -30};
  double place[3];
  spheroid_turn(beside, turn, place);
  spheroid_new(s, comm, layers, turn);
  ASSERT_OK(iso_coordinates_new(c, &s->anatomy, s->on, place, &err));
  assert_true(c->has_round);
}

/* Of a heart seen from the base, rotation goes with the clock, from 0 to 1 once round: 5/6 in the septum. */
static double expected_round(const spheroid_place *p) {
  const double r = 5.0 / 6 - (p->a - 1) / 6.283185307179586;
  return r - floor(r);
}

static double apart(double rotational, double expected) {
  return cabs(cexp(6.283185307179586 * I * rotational) - cexp(6.283185307179586 * I * expected));
}

/* Root of the mean square of how far round it is off, without the tenth next to the apex, where all angles
 * meet. */
static double error_round(int layers) {
  spheroid s;
  iso_coordinates c;
  double sum = 0, n = 0;
  round_spheroid(&s, &c, MPI_COMM_WORLD, layers, 0);
  for (iso_lid i = 0; i < s.mesh->nowned; i++) {
    const spheroid_place p = spheroid_at(s.mesh->xyz[i]);
    if (p.m < 0.1 * SPHEROID_BASE) continue;
    sum += square(apart(c.rotational[i], expected_round(&p)) / 6.283185307179586);
    n++;
  }
  iso_coordinates_free(&c);
  spheroid_free(&s);
  return sqrt(world_sum_real(sum) / world_sum_real(n));
}

/* Of first order, as trajectories are. */
static void rotational_converges_to_its_closed_form(void **state) {
  (void)state;
  const double coarse = error_round(4), fine = error_round(8);
  verified_at_least("rotational_order", log2(coarse / fine), log2(1.8));
  verified_at_most("rotational_error", fine, 5e-3);
}

/* All of the 17 are there, the basal six alike, and each ends where its bounds say. */
static void segments_part_a_left_ventricle_alone(void **state) {
  (void)state;
  spheroid s;
  iso_coordinates c;
  double volume[18] = {0};
  round_spheroid(&s, &c, MPI_COMM_WORLD, 4, 0);
  for (iso_lid e = 0; e < s.mesh->nelem; e++) {
    double x[ISO_MAX_NODES][3];
    const iso_lid *node = s.mesh->conn + (int64_t)e * s.mesh->width;
    if (node[0] >= s.mesh->nowned) continue; /* of one rank */
    iso_mesh_corners(s.mesh, e, x);
    const double segment = c.segment[node[0]];
    assert_true(segment == (int)segment && segment >= 1 && segment <= 17);
    volume[(int)segment] += iso_element_measure(s.mesh->shape[e], (const double(*)[3])x);
  }
  for (int k = 1; k <= 17; k++) volume[k] = world_sum_real(volume[k]);
  for (int k = 1; k <= 17; k++) assert_true(volume[k] > 1000);
  for (int k = 2; k <= 6; k++)
    assert_true(fabs(volume[k] / volume[1] - 1) < 0.25); /* an element at each end */
  iso_coordinates_free(&c);
  spheroid_free(&s);
}

static void rotational_turns_with_the_heart(void **state) {
  (void)state;
  spheroid s[2];
  iso_coordinates c[2];
  double most = 0, *first;
  for (int k = 0; k < 2; k++) round_spheroid(&s[k], &c[k], MPI_COMM_SELF, 4, k);
  ASSERT_OK(iso_alloc(&first, (size_t)s[0].mesh->nnodes, sizeof *first, "test", &err));
  for (iso_lid i = 0; i < s[0].mesh->nowned; i++) /* at the apex all angles meet */
    first[s[0].mesh->gid[i]] =
        spheroid_at(s[0].mesh->xyz[i]).m > 0.1 * SPHEROID_BASE ? c[0].rotational[i] : NAN;
  for (iso_lid i = 0; i < s[1].mesh->nowned; i++)
    if (!isnan(first[s[1].mesh->gid[i]]))
      most = fmax(most, apart(c[1].rotational[i], first[s[1].mesh->gid[i]]));
  print_message("turned %.2e\n", most);
  assert_true(most < 1e-5);
  free(first);
  for (int k = 0; k < 2; k++) iso_coordinates_free(&c[k]), spheroid_free(&s[k]);
}

static void a_septum_on_the_long_axis_is_refused(void **state) {
  (void)state;
  spheroid s;
  iso_coordinates c;
  spheroid_new(&s, MPI_COMM_WORLD, 2, 0);
  const double low[3] = {0, 0, -SPHEROID_FOCUS * cosh(SPHEROID_EPI)}; /* the apex */
  ASSERT_REFUSED(iso_coordinates_new(&c, &s.anatomy, s.on, low, &err), "is on the long axis");
  iso_coordinates_free(&c);
  spheroid_free(&s);
}

/* ---- of two chambers ---- */

typedef struct subject {
  chambers block;
  iso_coordinates c;
} subject;

static void subject_new(subject *out, MPI_Comm comm, chambers_change change) {
  chambers_new(&out->block, comm, change);
  ASSERT_OK(iso_coordinates_new(&out->c, &out->block.anatomy, out->block.on, NULL, &err));
}

static void subject_free(subject *s) {
  iso_coordinates_free(&s->c);
  chambers_free(&s->block);
}

/* The plain block on all ranks, made once. */
static const subject *plain(void) {
  static subject once;
  if (!once.block.mesh) subject_new(&once, MPI_COMM_WORLD, CHAMBERS_PLAIN);
  return &once;
}

/* The rough one, on each rank alone. */
static const subject *rough(void) {
  static subject once;
  if (!once.block.mesh) subject_new(&once, MPI_COMM_SELF, CHAMBERS_ROUGH);
  return &once;
}

/* In the middle of flat walls, by their place; by the mirror, rotation is 1/3 in the middle of the left free
 * wall, the same of the right one, and 5/6 in that of the septum. */
static void coordinates_of_flat_walls_are_those_of_their_place(void **state) {
  (void)state;
  const iso_coordinates c = plain()->c;
  const chambers block = plain()->block;
  double transmural = 0, rotational = 0;
  for (iso_lid i = 0; i < block.mesh->nowned; i++) {
    const double *x = block.mesh->xyz[i];
    const chambers_wall wall = chambers_at(x);
    if (wall == CHAMBERS_ELSEWHERE) continue;
    const double expected = wall == CHAMBERS_LEFT_WALL    ? x[0] / 6
                            : wall == CHAMBERS_RIGHT_WALL ? (41 - x[0]) / 6
                                                          : fabs(x[0] - 23.5) / 3.5;
    assert_true(c.transventricular[i] == (x[0] > 23.5));
    transmural = fmax(transmural, fabs(c.transmural[i] - expected));
    if (x[1] == 14)
      rotational = fmax(rotational, apart(c.rotational[i], wall == CHAMBERS_SEPTUM ? 5.0 / 6 : 1.0 / 3));
    if (wall == CHAMBERS_SEPTUM && x[1] > 14)
      assert_true(c.rotational[i] < 5.0 / 6); /* nearer the anterior end */
    if (wall == CHAMBERS_LEFT_WALL && x[1] > 14) assert_true(c.rotational[i] > 1.0 / 3);
    if (wall == CHAMBERS_RIGHT_WALL && x[1] > 14) assert_true(c.rotational[i] > 1.0 / 3);
  }
  print_message("transmural %.3f rotational %.3f\n", transmural, rotational);
  /* a tenth of an element; the diagonals of the mesh are no mirror images, and 0.02 is 1/300 of the way round
   */
  assert_true(transmural < 0.05 && rotational < 0.02);
}

static void coordinates_go_from_0_to_1_between_their_surfaces(void **state) {
  (void)state;
  const iso_coordinates c = plain()->c;
  const chambers block = plain()->block;
  for (iso_lid i = 0; i < block.mesh->nowned; i++) {
    const uint8_t on = block.on[i];
    if (block.anatomy.mesh->node_tag[i] == 0) continue;
    assert_true(c.transmural[i] >= 0 && c.transmural[i] <= 1 && c.apicobasal[i] >= 0 && c.apicobasal[i] <= 1);
    assert_true(c.rotational[i] >= 0 && c.rotational[i] < 1);
    if (on & (ISO_ON_LV_ENDO | ISO_ON_RV_ENDO)) assert_true(c.transmural[i] == 1);
    if (on & ISO_ON_EPI) assert_true(c.transmural[i] == 0);
    if (on & ISO_ON_BASE) assert_true(c.apicobasal[i] == 1);
  }
}

/* Every node of the left side and the septum has one of the 17, none other has, and each has some. */
static void segments_part_the_left_ventricle(void **state) {
  (void)state;
  const iso_coordinates c = plain()->c;
  const chambers block = plain()->block;
  int64_t count[18] = {0};
  for (iso_lid i = 0; i < block.mesh->nowned; i++) {
    const bool left = c.transventricular[i] == 0 || c.rotational[i] > 2.0 / 3;
    assert_true(c.segment[i] == (int)c.segment[i] && c.segment[i] >= 0 && c.segment[i] <= 17);
    assert_true((c.segment[i] > 0) == left);
    count[(int)c.segment[i]]++;
  }
  for (int k = 1; k <= 17; k++) assert_true(world_sum(count[k]) > 50);
}

/* ---- what must not matter ---- */

static void coordinates_have_the_same_bits_on_any_ranks(void **state) {
  (void)state;
  subject alone;
  subject_new(&alone, MPI_COMM_SELF, CHAMBERS_PLAIN);
  const iso_coordinates many = plain()->c, one = alone.c;
  const double *const from[] = {many.transmural, many.apicobasal, many.rotational, many.transventricular,
                                many.segment};
  const double *const to[] = {one.transmural, one.apicobasal, one.rotational, one.transventricular,
                              one.segment};
  const iso_mesh *mesh = plain()->block.mesh, *whole = alone.block.mesh;
  double *all;
  ASSERT_OK(iso_alloc(&all, (size_t)whole->nnodes, sizeof *all, "test", &err));
  for (int f = 0; f < 5; f++) {
    for (iso_lid i = 0; i < whole->nowned; i++) all[whole->gid[i]] = to[f][i];
    for (iso_lid i = 0; i < mesh->nlocal; i++) /* ghosts, too */
      assert_memory_equal(&from[f][i], &all[mesh->gid[i]], sizeof *all);
  }
  free(all);
  subject_free(&alone);
}

/* The largest difference of each coordinate between the rough block and a changed one; rotation by its sine
 * and cosine. Both on one rank. */
static void find_change(chambers_change change, double most[3]) {
  subject changed;
  iso_lid *where;
  subject_new(&changed, MPI_COMM_SELF, change);
  const iso_coordinates a = rough()->c, b = changed.c;
  const iso_mesh *mesh = rough()->block.mesh, *to = changed.block.mesh;
  ASSERT_OK(iso_alloc(&where, (size_t)to->nnodes, sizeof *where, "test", &err));
  for (iso_lid i = 0; i < to->nowned; i++) where[to->gid[i]] = i;
  memset(most, 0, 3 * sizeof *most);
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const iso_lid j = where[chambers_number(&changed.block, mesh->gid[i])];
    most[0] = fmax(most[0], fabs(a.transmural[i] - b.transmural[j]));
    most[1] = fmax(most[1], fabs(a.apicobasal[i] - b.apicobasal[j]));
    most[2] = fmax(most[2], apart(a.rotational[i], b.rotational[j]));
  }
  free(where);
  subject_free(&changed);
}

/* To rounding. */
static void coordinates_of_a_heart_twice_as_large_are_the_same(void **state) {
  (void)state;
  double most[3];
  find_change(CHAMBERS_DOUBLED, most);
  for (int k = 0; k < 3; k++) assert_true(most[k] < 1e-12);
}

static void coordinates_do_not_depend_on_direction_and_numbers(void **state) {
  (void)state;
  for (chambers_change change = CHAMBERS_TURNED; change <= CHAMBERS_RENUMBERED; change++) {
    double most[3];
    find_change(change, most);
    print_message("change %d: %.2e %.2e %.2e\n", (int)change, most[0], most[1], most[2]);
    for (int k = 0; k < 3; k++) assert_true(most[k] < 1e-5);
  }
}

static void a_heart_without_a_base_is_refused(void **state) {
  (void)state;
  spheroid s;
  iso_coordinates c;
  spheroid_new(&s, MPI_COMM_WORLD, 2, 0);
  for (iso_lid i = 0; i < s.mesh->nowned; i++) s.on[i] &= (uint8_t)~ISO_ON_BASE;
  ASSERT_REFUSED(iso_coordinates_new(&c, &s.anatomy, s.on, NULL, &err), "on the base");
  iso_coordinates_free(&c);
  spheroid_free(&s);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(segments_are_those_of_the_table),
    cmocka_unit_test(transmural_and_apicobasal_converge_to_their_closed_forms),
    cmocka_unit_test(rotational_converges_to_its_closed_form),
    cmocka_unit_test(segments_part_a_left_ventricle_alone),
    cmocka_unit_test(rotational_turns_with_the_heart),
    cmocka_unit_test(a_septum_on_the_long_axis_is_refused),
    cmocka_unit_test(coordinates_of_flat_walls_are_those_of_their_place),
    cmocka_unit_test(coordinates_go_from_0_to_1_between_their_surfaces),
    cmocka_unit_test(segments_part_the_left_ventricle),
    cmocka_unit_test(coordinates_have_the_same_bits_on_any_ranks),
    cmocka_unit_test(coordinates_of_a_heart_twice_as_large_are_the_same),
    cmocka_unit_test(coordinates_do_not_depend_on_direction_and_numbers),
    cmocka_unit_test(a_heart_without_a_base_is_refused),
};
RUN_ON_ALL_RANKS(tests)

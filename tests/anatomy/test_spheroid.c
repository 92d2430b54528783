/* Fields and fibres of an idealised ventricle against closed forms. */
#include "grid/mpi_main.h"

#include "anatomy/poisson.h"
#include "anatomy/spheroid.h"
#include "anatomy/surface_patch.h"
#include "anatomy/trajectory.h"
#include "anatomy/ventricular_fibres.h"
#include "grid/geometry.h"
#include "verified.h"

static iso_error err;

static const double degree = 3.14159265358979323846 / 180;

static const iso_fibre_rule linear = {.law = ISO_FIBRES_LINEAR, .helix_lv = {60, -60}, .helix_rv = {60, -60}};

/* ---- fields ---- */

static double potential(double l) {
  const double endo = log(tanh(SPHEROID_ENDO / 2)), epi = log(tanh(SPHEROID_EPI / 2));
  return (log(tanh(l / 2)) - endo) / (epi - endo);
}

typedef struct errors {
  double potential, depth; /* root of the mean square over nodes */
} errors;

static errors errors_of(int layers) {
  spheroid s;
  iso_ventricles v;
  double *depth;
  uint8_t *from, *to;
  errors sum = {0, 0};
  spheroid_new(&s, MPI_COMM_WORLD, layers, 0);
  const iso_mesh *mesh = s.mesh;
  ASSERT_OK(iso_ventricles_new(&v, &s.anatomy, s.on, &err));
  ASSERT_OK(iso_alloc(&depth, (size_t)mesh->nlocal, sizeof *depth, "test", &err));
  ASSERT_OK(iso_alloc(&from, (size_t)mesh->nowned, 1, "test", &err));
  ASSERT_OK(iso_alloc(&to, (size_t)mesh->nowned, 1, "test", &err));
  iso_ventricles_mark(mesh, s.on, ISO_ON_LV_ENDO, from);
  iso_ventricles_mark(mesh, s.on, ISO_ON_EPI, to);
  ASSERT_OK(iso_trajectory_depth(&s.anatomy, v.epi, from, to, depth, &err));
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const spheroid_place p = spheroid_at(mesh->xyz[i]);
    sum.potential += pow(v.epi[i] - potential(p.l), 2);
    sum.depth += pow(depth[i] - spheroid_depth(&p), 2);
  }
  sum.potential = sqrt(world_sum_real(sum.potential) / (double)mesh->nnodes);
  sum.depth = sqrt(world_sum_real(sum.depth) / (double)mesh->nnodes);
  iso_ventricles_free(&v);
  spheroid_free(&s);
  free(depth), free(from), free(to);
  return sum;
}

/* A quarter of the error for half the edge, somewhat less since the coarse mesh has four layers. */
static void potential_and_depth_converge_to_their_closed_forms(void **state) {
  (void)state;
  const errors coarse = errors_of(4), fine = errors_of(8);
  verified_at_least("spheroid_potential_order", log2(coarse.potential / fine.potential), log2(3));
  verified_at_least("spheroid_depth_order", log2(coarse.depth / fine.depth), log2(3));
  assert_true(fine.potential < 2e-3 && fine.depth < 2e-4);
}

/* ---- fibres ---- */

static iso_frame *frames_of(spheroid *s, const iso_fibre_rule *rule) {
  iso_frame *frames;
  ASSERT_OK(iso_alloc(&frames, (size_t)s->mesh->nelem, sizeof *frames, "test", &err));
  ASSERT_OK(iso_ventricular_fibres(&s->anatomy, s->on, NULL, rule, frames, &err));
  return frames;
}

static spheroid_place centre_of(const iso_mesh *mesh, iso_lid e) {
  double x[ISO_MAX_NODES][3], centre[3] = {0};
  iso_mesh_corners(mesh, e, x);
  for (int k = 0; k < 4; k++)
    for (int d = 0; d < 3; d++) centre[d] += x[k][d] / 4;
  return spheroid_at(centre);
}

/* Of elements a wall's thickness away from the apex, where circles are too small for the mesh. */
static bool is_far(const spheroid_place *p) { return p->m > 0.5; }

/* Least squares through the helix over the depth: its ends are the angles at the walls. */
static void the_helix_has_the_prescribed_angles_at_both_walls(void **state) {
  (void)state;
  spheroid s;
  spheroid_new(&s, MPI_COMM_WORLD, 8, 0);
  iso_frame *frames = frames_of(&s, &linear);
  double n = 0, t = 0, tt = 0, y = 0, ty = 0, most = 0, out = 0;
  for (iso_lid e = 0; e < s.mesh->nelem; e++) {
    const spheroid_place p = centre_of(s.mesh, e);
    const double *f = frames[e].axis[0], depth = spheroid_depth(&p);
    if (!is_far(&p)) continue;
    const double sign = iso_dot(f, p.along_a) < 0 ? -1 : 1;
    const double helix = atan2(sign * iso_dot(f, p.along_m), fabs(iso_dot(f, p.along_a))) / degree;
    n++, t += depth, tt += depth * depth, y += helix, ty += depth * helix;
    most = fmax(most, fabs(helix - (60 - 120 * depth)));
    out = fmax(out, fabs(asin(iso_dot(f, p.along_l))) / degree);
  }
  n = world_sum_real(n), t = world_sum_real(t), tt = world_sum_real(tt), y = world_sum_real(y);
  ty = world_sum_real(ty);
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  const double slope = (n * ty - t * y) / (n * tt - t * t), endo = (y - slope * t) / n;
  verified_near("helix_at_endocardium_degrees", endo, 60, 1);
  verified_near("helix_at_epicardium_degrees", endo + slope, -60, 1);
  /* an element is an eighth of the wall, 15 degrees */
  verified_at_most("helix_worst_degrees", most, 3);
  assert_true(out < 3);
  free(frames);
  spheroid_free(&s);
}

/* ---- outflow tracts ---- */

/* The base is the mitral valve where a is within a right angle of 0, the aortic one opposite to it. */
static int valve_of(const spheroid *s, iso_lid i) {
  const double x = cos(spheroid_at(s->mesh->xyz[i]).a);
  return !(s->on[i] & ISO_ON_BASE) ? 0 : x > 0.5 ? ISO_ON_MITRAL : x < -0.5 ? ISO_ON_AORTIC : 0;
}

static void take_valves(const spheroid *s, uint8_t *valve) {
  for (iso_lid i = 0; i < s->mesh->nowned; i++) valve[i] = (uint8_t)valve_of(s, i);
}

static const iso_fibre_rule tract = {
    .law = ISO_FIBRES_LINEAR, .helix_lv = {60, -60}, .helix_rv = {60, -60}, .helix_tract = {90, 0}};

/* At a valve the way to it is along the meridian. Of the elements at the middle of each valve, the largest
 * difference to what is prescribed there: error of mitral and aortic. */
static void valve_errors(int layers, double error[2]) {
  spheroid s;
  uint8_t *valve;
  iso_frame *frames;
  spheroid_new(&s, MPI_COMM_WORLD, layers, 0);
  ASSERT_OK(iso_alloc(&valve, (size_t)s.mesh->nowned, 1, "test", &err));
  ASSERT_OK(iso_alloc(&frames, (size_t)s.mesh->nelem, sizeof *frames, "test", &err));
  take_valves(&s, valve);
  ASSERT_OK(iso_ventricular_fibres(&s.anatomy, s.on, valve, &tract, frames, &err));
  error[0] = error[1] = 0;
  for (iso_lid e = 0; e < s.mesh->nelem; e++) {
    const spheroid_place p = centre_of(s.mesh, e);
    const bool aortic = cos(p.a) < 0;
    if (fabs(cos(p.a)) < 0.97 || p.m < SPHEROID_BASE * (1 - 0.2 / layers)) continue;
    const double depth = spheroid_depth(&p), angle = (aortic ? 90 * (1 - depth) : 60 - 120 * depth) * degree;
    double expected[3];
    for (int d = 0; d < 3; d++) expected[d] = cos(angle) * p.along_a[d] + sin(angle) * p.along_m[d];
    const double cosine = fmin(fabs(iso_dot(frames[e].axis[0], expected)), 1);
    error[aortic] = fmax(error[aortic], acos(cosine) / degree);
  }
  for (int k = 0; k < 2; k++) MPI_Allreduce(MPI_IN_PLACE, &error[k], 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  free(valve), free(frames);
  spheroid_free(&s);
}

/* The elements are within one of the valve, where the tract's share is less than 1 by as much as an element
 * is long. */
static void fibres_at_valves_have_the_prescribed_angles(void **state) {
  (void)state;
  double coarse[2], fine[2];
  valve_errors(4, coarse);
  valve_errors(8, fine);
  print_message("mitral %.2f %.2f, aortic %.2f %.2f degrees\n", coarse[0], fine[0], coarse[1], fine[1]);
  assert_true(fine[0] < 2 && coarse[0] > 1.3 * fine[0]);
  assert_true(fine[1] < 4 && coarse[1] > 1.8 * fine[1]);
}

static void valves_come_in_pairs(void **state) {
  (void)state;
  spheroid s;
  uint8_t *valve;
  iso_frame *frames;
  spheroid_new(&s, MPI_COMM_WORLD, 2, 0);
  ASSERT_OK(iso_alloc(&valve, (size_t)s.mesh->nowned, 1, "test", &err));
  ASSERT_OK(iso_alloc(&frames, (size_t)s.mesh->nelem, sizeof *frames, "test", &err));
  take_valves(&s, valve);
  for (iso_lid i = 0; i < s.mesh->nowned; i++) valve[i] &= ISO_ON_MITRAL;
  ASSERT_REFUSED(iso_ventricular_fibres(&s.anatomy, s.on, valve, &tract, frames, &err),
                 "the mitral valve is known, but not the aortic valve");
  take_valves(&s, valve);
  for (iso_lid i = 0; i < s.mesh->nowned; i++) valve[i] = (uint8_t)(4 * valve[i]);
  ASSERT_REFUSED(iso_ventricular_fibres(&s.anatomy, s.on, valve, &tract, frames, &err),
                 "no endocardium of the right ventricle");
  free(valve), free(frames);
  spheroid_free(&s);
}

static void frames_of_elements_are_orthonormal(void **state) {
  (void)state;
  spheroid s;
  spheroid_new(&s, MPI_COMM_WORLD, 4, 0);
  iso_frame *frames = frames_of(&s, &linear);
  for (iso_lid e = 0; e < s.mesh->nelem; e++)
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 3; j++)
        assert_true(fabs(iso_dot(frames[e].axis[i], frames[e].axis[j]) - (i == j)) < 1e-12);
  free(frames);
  spheroid_free(&s);
}

static void frames_have_the_same_bits_on_any_ranks(void **state) {
  (void)state;
  spheroid together, alone;
  spheroid_new(&together, MPI_COMM_WORLD, 4, 0);
  spheroid_new(&alone, MPI_COMM_SELF, 4, 0);
  iso_frame *many = frames_of(&together, &linear), *one = frames_of(&alone, &linear);
  for (iso_lid e = 0; e < together.mesh->nelem; e++) /* alone has all elements in their order */
    assert_memory_equal(&many[e], &one[iso_mesh_elem(together.mesh, e)], sizeof *many);
  free(many), free(one);
  spheroid_free(&together);
  spheroid_free(&alone);
}

/* The layers of this mesh are levels of the potential, so rounding decides which of their nodes count as
 * below, with weights near 0: a tenth of a degree. */
static void frames_turn_with_the_heart(void **state) {
  (void)state;
  spheroid upright, turned;
  double most = 1;
  spheroid_new(&upright, MPI_COMM_SELF, 4, 0);
  spheroid_new(&turned, MPI_COMM_SELF, 4, 1);
  iso_frame *a = frames_of(&upright, &linear), *b = frames_of(&turned, &linear);
  for (iso_lid e = 0; e < upright.mesh->nelem; e++) {
    double f[3];
    spheroid_turn(a[e].axis[0], 1, f);
    most = fmin(most, fabs(iso_dot(f, b[e].axis[0])));
  }
  assert_true(most > 1 - 1e-6);
  free(a), free(b);
  spheroid_free(&upright);
  spheroid_free(&turned);
}

/* The walls meet the base at right angles. */
static void surfaces_are_found_from_places_near_them(void **state) {
  (void)state;
  static const struct {
    int bit;
    double place[3];
  } surfaces[] = {{ISO_ON_LV_ENDO, {1, 2, -20}}, {ISO_ON_EPI, {3, 0, -90}}, {ISO_ON_BASE, {18, 2, 17}}};
  spheroid s;
  uint8_t *is, *parted;
  spheroid_new(&s, MPI_COMM_WORLD, 4, 0);
  ASSERT_OK(iso_alloc(&is, (size_t)s.mesh->nowned, 1, "test", &err));
  ASSERT_OK(iso_alloc(&parted, (size_t)s.mesh->nowned, 1, "test", &err));
  for (size_t k = 0; k < sizeof surfaces / sizeof *surfaces; k++) {
    ASSERT_OK(iso_surface_patch(s.mesh, surfaces[k].place, parted, is, &err));
    for (iso_lid i = 0; i < s.mesh->nowned; i++) assert_int_equal(is[i], (s.on[i] & surfaces[k].bit) != 0);
  }
  free(is), free(parted);
  spheroid_free(&s);
}

static void a_missing_surface_is_named(void **state) {
  (void)state;
  spheroid s;
  iso_ventricles v;
  spheroid_new(&s, MPI_COMM_WORLD, 2, 0);
  for (iso_lid i = 0; i < s.mesh->nowned; i++) s.on[i] &= (uint8_t)~ISO_ON_EPI;
  ASSERT_REFUSED(iso_ventricles_new(&v, &s.anatomy, s.on, &err), "epicardium");
  iso_ventricles_free(&v);
  spheroid_free(&s);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(potential_and_depth_converge_to_their_closed_forms),
    cmocka_unit_test(the_helix_has_the_prescribed_angles_at_both_walls),
    cmocka_unit_test(fibres_at_valves_have_the_prescribed_angles),
    cmocka_unit_test(valves_come_in_pairs),
    cmocka_unit_test(frames_of_elements_are_orthonormal),
    cmocka_unit_test(frames_have_the_same_bits_on_any_ranks),
    cmocka_unit_test(frames_turn_with_the_heart),
    cmocka_unit_test(surfaces_are_found_from_places_near_them),
    cmocka_unit_test(a_missing_surface_is_named),
};
RUN_ON_ALL_RANKS(tests)

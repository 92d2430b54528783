/* Paths along the outer surface, and strips under them, on an idealised ventricle: its meridians are shortest
 * ways, and a wall lies between two of its surfaces. */
#include "grid/mpi_main.h"

#include "anatomy/spheroid.h"
#include "anatomy/strip.h"
#include "grid/geometry.h"

static iso_error err;

#define PI 3.14159265358979323846

/* The surface of eight elements across the wall. */
static const iso_hull *hull_of_spheroid(void) {
  static spheroid s;
  static iso_hull hull;
  if (s.mesh) return &hull;
  spheroid_new(&s, MPI_COMM_WORLD, 8, 0);
  ASSERT_OK(iso_hull_new(&hull, s.mesh, &err));
  return &hull;
}

/* The node of the epicardium (l of 0.68) that is nearest to a place on it. */
static int64_t node_at(const iso_hull *hull, double m, double a) {
  const double f = SPHEROID_FOCUS, l = SPHEROID_EPI;
  return iso_hull_nearest(
      hull, (double[]){f * sinh(l) * sin(m) * cos(a), f * sinh(l) * sin(m) * sin(a), -f * cosh(l) * cos(m)});
}

/* Of a meridian between two of its points: the integral of f sqrt(sinh(l)^2 + sin(m)^2) by Simpson's rule. */
static double meridian(double from, double to) {
  enum { PARTS = 200 };
  double sum = 0;
  for (int k = 0; k <= PARTS; k++) {
    const double m = from + (to - from) * k / PARTS, weight = k == 0 || k == PARTS ? 1 : k % 2 ? 4 : 2;
    sum += weight * sqrt(sinh(SPHEROID_EPI) * sinh(SPHEROID_EPI) + sin(m) * sin(m));
  }
  return SPHEROID_FOCUS * sum * fabs(to - from) / (3 * PARTS);
}

static iso_surface_path path_between(const iso_hull *hull, int64_t a, int64_t b) {
  const iso_path_stop stop[] = {{1, &a}, {1, &b}};
  iso_surface_path path;
  int lost;
  ASSERT_OK(iso_surface_path_find(&path, hull, 2, stop, false, &lost, &err));
  return path;
}

/* Chords cut the arc short by less than 0.1% with these edges, and a way that passes edges at three points
 * between their ends may be longer by a percent or two. */
static void a_path_is_the_shortest_way(void **state) {
  (void)state;
  const iso_hull *hull = hull_of_spheroid();
  const double around[] = {0, 0.3, 1.1};
  for (int k = 0; k < 3; k++) {
    const int64_t a = node_at(hull, 0.7, around[k]), b = node_at(hull, 1.8, around[k]);
    const spheroid_place p = spheroid_at(hull->xyz[a]), q = spheroid_at(hull->xyz[b]);
    const double across = SPHEROID_FOCUS * sinh(SPHEROID_EPI) * sin(1.2) * fabs(p.a - q.a);
    const double exact = hypot(meridian(p.m, q.m), across); /* nodes are not quite on one meridian */
    iso_surface_path path = path_between(hull, a, b);
    assert_true(path.length_mm > 0.99 * exact && path.length_mm < 1.02 * exact);
    double sum = 0;
    for (int64_t i = 1; i < path.n; i++) sum += iso_distance(path.point[i - 1].at_mm, path.point[i].at_mm);
    assert_true(fabs(sum - path.length_mm) < 1e-9 * sum);
    iso_surface_path_free(&path);
  }
}

/* All of the nodes of a stop are where a way may begin, and a closed one comes back. */
static void stops_are_sets_and_ways_may_close(void **state) {
  (void)state;
  const iso_hull *hull = hull_of_spheroid();
  const int64_t far = node_at(hull, 1.8, PI), near = node_at(hull, 1.6, 0.2), goal = node_at(hull, 1.0, 0.2);
  const int64_t both[] = {far, near};
  const iso_path_stop stop[] = {{2, both}, {1, &goal}};
  iso_surface_path path, alone = path_between(hull, near, goal);
  int lost;
  ASSERT_OK(iso_surface_path_find(&path, hull, 2, stop, false, &lost, &err));
  assert_true(path.length_mm == alone.length_mm && path.point[0].low == near);
  iso_surface_path_free(&path);
  ASSERT_OK(iso_surface_path_find(&path, hull, 2, stop, true, &lost, &err));
  assert_true(path.point[0].low == near && path.point[path.n - 1].low == near);
  assert_true(fabs(path.length_mm - 2 * alone.length_mm) < 1e-9 * path.length_mm);
  ASSERT_REFUSED(
      iso_surface_path_find(&path, hull, 2, (iso_path_stop[]){{1, &near}, {0, NULL}}, false, &lost, &err),
      "no way along the surface");
  iso_surface_path_free(&path);
  iso_surface_path_free(&alone);
}

/* Ways into the tissue end on the other wall: at the l of the endocardium, but for what flat faces of 2 mm
 * are off a curved surface, below 0.01. As deep as asked otherwise. */
static void a_strip_goes_through_the_wall(void **state) {
  (void)state;
  const iso_hull *hull = hull_of_spheroid();
  iso_surface_path path = path_between(hull, node_at(hull, 0.7, 0.3), node_at(hull, 1.7, 1.2));
  iso_strip through, shallow;
  double deep;
  ASSERT_OK(iso_strip_new(&through, hull, &path, INFINITY, &err));
  ASSERT_OK(iso_strip_new(&shallow, hull, &path, 2, &err));
  for (int64_t i = 0; i < through.n; i++) {
    double end[3], half[3];
    for (int d = 0; d < 3; d++) {
      end[d] = through.top[i][d] + through.depth_mm[i] * through.inward[i][d];
      half[d] = through.top[i][d] + through.depth_mm[i] / 2 * through.inward[i][d];
    }
    assert_true(fabs(spheroid_at(end).l - SPHEROID_ENDO) < 0.01);
    assert_true(iso_strip_distance(&through, half, &deep) < 1e-9);
    assert_true(fabs(deep - through.depth_mm[i] / 2) < 1e-6);
    assert_true(fabs(iso_strip_distance(&shallow, end, &deep) - (through.depth_mm[i] - 2)) < 0.05 * deep);
  }
  iso_strip_free(&through);
  iso_strip_free(&shallow);
  iso_surface_path_free(&path);
}

/* In the plane of a straight strip, beside it and beyond its ends. */
static void distances_to_a_flat_strip_are_exact(void **state) {
  (void)state;
  double top[3][3] = {{0, 0, 0}, {1, 0, 0}, {4, 0, 0}}, inward[3][3] = {{0, 0, -1}, {0, 0, -1}, {0, 0, -1}};
  double depth[3] = {2, 2, 2}, deep;
  iso_strip s = {.n = 3, .top = top, .inward = inward, .depth_mm = depth};
  const struct {
    double at[3], distance, deep;
  } cases[] = {{{0.5, 0, -1}, 0, 1},   {{2, 3, -1}, 3, 1}, {{-3, 0, -1}, 3, 1},
               {{7, 4, -0.5}, 5, 0.5}, {{2, 0, -5}, 3, 5}, {{2, 0, 1}, 1, -1}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    assert_true(fabs(iso_strip_distance(&s, cases[k].at, &deep) - cases[k].distance) < 1e-12);
    assert_true(fabs(deep - cases[k].deep) < 1e-12);
  }
  for (int i = 0; i < 3; i++) depth[i] = 0, inward[i][2] = 0; /* of a sheet */
  assert_true(fabs(iso_strip_distance(&s, (double[]){2, 3, 0}, &deep) - 3) < 1e-12 && deep == 0);
  s.n = 1; /* a point */
  assert_true(fabs(iso_strip_distance(&s, (double[]){3, 4, 0}, &deep) - 5) < 1e-12);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_path_is_the_shortest_way),
    cmocka_unit_test(stops_are_sets_and_ways_may_close),
    cmocka_unit_test(a_strip_goes_through_the_wall),
    cmocka_unit_test(distances_to_a_flat_strip_are_exact),
};
RUN_ON_ALL_RANKS(tests)

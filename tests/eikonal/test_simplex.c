/* The closed form of the local problem against a search that knows nothing of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "eikonal/simplex.h"

static uint64_t seed = 1;

/* Within [-1, 1]. */
static double any(void) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (double)(seed >> 11) * 0x1p-52 - 1;
}

/* A a^T + 0.05, positive definite. */
static iso_metric any_metric(void) {
  double a[3][3], m[3][3];
  for (int i = 0; i < 9; i++) a[i / 3][i % 3] = any();
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      m[i][j] = a[i][0] * a[j][0] + a[i][1] * a[j][1] + a[i][2] * a[j][2] + (i == j ? 0.05 : 0);
  return (iso_metric){{m[0][0], m[1][1], m[2][2], m[0][1], m[0][2], m[1][2]}};
}

typedef struct problem {
  iso_metric metric;
  double x[3][3], at[3], t[3];
} problem;

static double time_from(const problem *p, double a, double b) {
  const double w[3] = {1 - a - b, a, b};
  double d[3], t = 0;
  for (int i = 0; i < 3; i++) {
    d[i] = p->at[i];
    for (int k = 0; k < 3; k++) d[i] -= w[k] * p->x[k][i];
    t += w[i] * p->t[i];
  }
  return t + sqrt(iso_metric_dot(&p->metric, d, d));
}

/* The least over a triangle by a grid, made finer around its best point again and again: the function is
 * convex. side: of a segment, b stays 0. */
static double searched(const problem *p, bool segment) {
  enum { CELLS = 20, TIMES = 40 };
  double a0 = 0.5, b0 = segment ? 0 : 0.5, width = 0.5, best = INFINITY;
  for (int n = 0; n < TIMES; n++, width *= 0.5) {
    double a_best = a0, b_best = b0;
    for (int i = -CELLS; i <= CELLS; i++)
      for (int j = segment ? 0 : -CELLS; j <= (segment ? 0 : CELLS); j++) {
        double a = fmin(fmax(a0 + i * width / CELLS, 0), 1), b = fmax(b0 + j * width / CELLS, 0);
        if (b > 1 - a) b = 1 - a;
        const double t = time_from(p, a, b);
        if (t < best) best = t, a_best = a, b_best = b;
      }
    a0 = a_best, b0 = b_best;
  }
  return best;
}

static double closed(const problem *p, int n) {
  const double *const x[3] = {p->x[0], p->x[1], p->x[2]};
  return iso_from_facet(&p->metric, n, x, p->t, p->at);
}

static problem any_problem(double spread) {
  problem p = {.metric = any_metric()};
  for (int k = 0; k < 9; k++) p.x[k / 3][k % 3] = any();
  for (int k = 0; k < 3; k++) p.at[k] = any(), p.t[k] = spread * any();
  return p;
}

static void closed_forms_are_the_least(void **state) {
  (void)state;
  for (int k = 0; k < 300; k++) {
    const problem p = any_problem(k % 3 == 0 ? 0.05 : k % 3 == 1 ? 0.5 : 2);
    for (int n = 2; n <= 3; n++) {
      const double wanted = searched(&p, n == 2), got = closed(&p, n);
      if (fabs(got - wanted) > 1e-7 * (1 + fabs(wanted))) /* of the grid's last cells */
        fail_msg("problem %d of %d corners: %.12g instead of %.12g", k, n, got, wanted);
    }
  }
}

/* A tetrahedron by the lengths of its edges is the same, whichever node the wave comes to. */
static void edges_tell_all_of_a_tetrahedron(void **state) {
  (void)state;
  static const int edge[6][2] = {{0, 1}, {1, 2}, {2, 0}, {0, 3}, {1, 3}, {2, 3}};
  for (int n = 0; n < 100; n++) {
    const iso_metric metric = any_metric();
    double x[4][3], t[4], square[6];
    for (int k = 0; k < 12; k++) x[k / 3][k % 3] = any();
    for (int k = 0; k < 4; k++) t[k] = 0.3 * any();
    for (int k = 0; k < 6; k++) {
      double d[3];
      for (int i = 0; i < 3; i++) d[i] = x[edge[k][1]][i] - x[edge[k][0]][i];
      square[k] = iso_metric_dot(&metric, d, d);
    }
    for (int k = 0; k < 4; k++) {
      const double *from[3];
      double times[3];
      for (int i = 0, m = 0; i < 4; i++)
        if (i != k) from[m] = x[i], times[m++] = t[i];
      const double wanted = iso_from_facet(&metric, 3, from, times, x[k]);
      assert_true(fabs(iso_through_tetrahedron(square, t, k) - wanted) < 1e-9); /* of flat ones */
    }
  }
}

/* Corners that no wave has reached count for nothing. */
static void unreached_corners_give_nothing(void **state) {
  (void)state;
  for (int k = 0; k < 50; k++) {
    problem p = any_problem(0.3);
    const double of_two = closed(&p, 2);
    p.t[2] = INFINITY;
    assert_true(fabs(closed(&p, 3) - of_two) < 1e-12);
    p.t[0] = INFINITY;
    double d[3];
    for (int i = 0; i < 3; i++) d[i] = p.at[i] - p.x[1][i];
    assert_true(fabs(closed(&p, 3) - p.t[1] - sqrt(iso_metric_dot(&p.metric, d, d))) < 1e-12);
    p.t[1] = INFINITY;
    assert_true(isinf(closed(&p, 3)) && isinf(closed(&p, 2)) && isinf(closed(&p, 1)));
  }
}

/* A flat triangle has no inside; what bounds it still counts. */
static void a_flat_facet_is_its_sides(void **state) {
  (void)state;
  problem p = any_problem(0);
  for (int i = 0; i < 3; i++) p.x[2][i] = p.x[0][i] + 0.5 * (p.x[1][i] - p.x[0][i]);
  const double t = closed(&p, 3);
  assert_true(fabs(t - searched(&p, true)) < 1e-6);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(closed_forms_are_the_least), cmocka_unit_test(edges_tell_all_of_a_tetrahedron),
      cmocka_unit_test(unreached_corners_give_nothing), cmocka_unit_test(a_flat_facet_is_its_sides)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

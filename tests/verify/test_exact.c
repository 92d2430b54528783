/* Orders of convergence on the problem with an exact solution, for every splitting, diffusion and fast
 * current, and the errors that are published for it.
 *
 * Usage: verify_exact DIM LEVELS: spacings 0.1, 0.05, ... of so many levels. */
#include "grid/mpi_main.h"
#include "verified.h"
#include "verify/exact.h"

#include <stdio.h>

static int dim, levels;

enum { MAX_LEVELS = 4 };

typedef struct way {
  const char *name;
  iso_numerics numerics;
} way;

#define CG .cg_tolerance = 1e-10, .cg_iterations = 1000
static const way ways[] = {
    {"staggered, nodal", {.splitting = ISO_SPLITTING_STAGGERED}},
    {"staggered, smoothed", {.fast_current = ISO_FAST_SMOOTHED, .smoothing = 0.65}},
    {"staggered, interpolated",
     {.fast_current = ISO_FAST_INTERPOLATED, .smoothing = 0.3, .interpolation = 0.6}},
    {"strang", {.splitting = ISO_SPLITTING_STRANG}},
    {"godunov", {.splitting = ISO_SPLITTING_GODUNOV}},
    {"staggered, implicit, lumped", {.diffusion = ISO_DIFFUSION_IMPLICIT, .theta = 0.5, CG}},
    {"staggered, implicit, consistent",
     {.diffusion = ISO_DIFFUSION_IMPLICIT, .theta = 0.5, .mass = ISO_MASS_CONSISTENT, CG}},
};

/* dt falls with h^2, so that schemes of either order in time show the order in space. */
static void solve_levels(exact_problem p, exact_errors *errors) {
  p.dim = dim, p.h = 0.1;
  for (int k = 0; k < levels; k++, p.h /= 2) {
    p.dt = 10 * p.h * p.h;
    errors[k] = exact_solve(&p, NULL);
  }
}

/* Measured between the two finest levels. The next terms of the error have relative sizes like (3 pi h)^2 /
 * 12 for cos(3 pi z): in three dimensions Chaste's own L2 orders depart from 2 by 0.35 from h = 0.1 to 0.05
 * and by 0.10 to 0.025. In one and two dimensions they do by less than 0.05 from h = 0.05 on. */
static double room_of_order(void) { return dim < 3 ? 0.05 : levels < 3 ? 0.2 : 0.1; }

static double order_of(double coarse, double fine) { return log2(coarse / fine); }

/* The one of two that is farther off. */
static double farther(double a, double b, double wanted) {
  return fabs(b - wanted) > fabs(a - wanted) ? b : a;
}

static void of_dimension(const char *what, double value, double expected, double room) {
  char key[64];
  snprintf(key, sizeof key, "%s_%dd", what, dim);
  verified_near(key, value, expected, room);
}

static void orders_are_two_and_one(void **state) {
  (void)state;
  double l2 = 2, h1 = 1;
  for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
    exact_errors errors[MAX_LEVELS];
    solve_levels((exact_problem){.diagonals = ISO_ALTERNATING, .numerics = ways[w].numerics}, errors);
    const double found[2] = {order_of(errors[levels - 2].l2, errors[levels - 1].l2),
                             order_of(errors[levels - 2].h1, errors[levels - 1].h1)};
    print_message("%dD %-32s orders %.3f %.3f, errors %.6f %.6f\n", dim, ways[w].name, found[0], found[1],
                  errors[levels - 1].l2, errors[levels - 1].h1);
    l2 = farther(l2, found[0], 2), h1 = farther(h1, found[1], 1);
  }
  of_dimension("order_in_space_L2", l2, 2, room_of_order());
  of_dimension("order_in_space_H1", h1, 1, room_of_order());
}

/* The scheme of Chaste: forward Euler for the cells at the old V, then backward Euler for diffusion with the
 * consistent mass. */
static exact_problem chaste(void) {
  return (exact_problem){.diagonals = ISO_ALTERNATING,
                         .euler = true,
                         .numerics = {.splitting = ISO_SPLITTING_GODUNOV,
                                      .diffusion = ISO_DIFFUSION_IMPLICIT,
                                      .theta = 1,
                                      .mass = ISO_MASS_CONSISTENT,
                                      CG}};
}

/* Chaste's errors as published with the problem, for h = 0.1, 0.05, 0.025, 0.0125. Its meshes alternate the
 * diagonals of squares and do not alternate those of cubes. */
static const exact_errors published[3][MAX_LEVELS] = {
    {{0.047293, 0.255933}, {0.012197, 0.124179}, {0.003076, 0.061571}, {0.000771, 0.030719}},
    {{0.097255, 0.960321}, {0.027013, 0.470897}, {0.006950, 0.233749}, {0.001751, 0.116643}},
    {{0.185026, 2.083578}, {0.058837, 1.055422}, {0.015719, 0.526893}, {0.004102, 0.263281}}};

/* One scheme, so the errors have to agree: 0.1 to 0.5 % in L2, and in H1 0.4 to 1 % on every mesh, which is
 * what norms by quadratures of different orders may differ by; the paper does not state its own. */
static void errors_are_chaste_s(void **state) {
  (void)state;
  exact_errors errors[MAX_LEVELS];
  exact_problem problem = chaste();
  double apart = 0;
  if (dim == 3) problem.diagonals = ISO_SINGLE;
  solve_levels(problem, errors);
  for (int k = 0; k < levels; k++) {
    const exact_errors *p = &published[dim - 1][k], *e = &errors[k];
    print_message("%dD h %-7g L2 %.6f (Chaste %.6f) H1 %.6f (Chaste %.6f)\n", dim, 0.1 / (1 << k), e->l2,
                  p->l2, e->h1, p->h1);
    apart = fmax(apart, fmax(fabs(e->l2 / p->l2 - 1), fabs(e->h1 / p->h1 - 1)));
  }
  of_dimension("chaste_errors_percent", 100 * apart, 0, 1);
}

/* The same scheme with full matrices in another language (numpy). Six digits are printed, and norms differ by
 * quadrature of high order. */
static void errors_are_those_of_an_independent_program(void **state) {
  (void)state;
  static const struct {
    bool euler;
    double l2[3];
  } other[] = {{true, {0.047429, 0.012232, 0.003085}}, {false, {0.031178, 0.008378, 0.002132}}};
  for (int i = 0; i < 2; i++) {
    exact_errors errors[MAX_LEVELS];
    exact_problem problem = chaste();
    problem.euler = other[i].euler;
    solve_levels(problem, errors);
    for (int k = 0; k < 3; k++) {
      print_message("%.7f\n", errors[k].l2);
      assert_true(fabs(errors[k].l2 - other[i].l2[k]) <= 2e-6);
    }
  }
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (argc != 3) return 2;
  dim = atoi(argv[1]), levels = atoi(argv[2]);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(orders_are_two_and_one),
      cmocka_unit_test(errors_are_chaste_s),
  };
  const struct CMUnitTest in_one_dimension[] = {
      cmocka_unit_test(errors_are_those_of_an_independent_program),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (dim == 1) failed += cmocka_run_group_tests(in_one_dimension, NULL, NULL);
  if (failed) MPI_Abort(MPI_COMM_WORLD, 1);
  MPI_Finalize();
  return 0;
}

/* Laplace problems with their exact solutions, by assembly from a conductor, Dirichlet rows and the solver.
 */
#include "grid/mpi_main.h"

#include "linear/fixture.h"

static iso_error err;

/* Far below the errors of the discrete problem. */
static const iso_solver_options exactly = {.tolerance = 1e-12, .iterations = 2000};

static const double unit[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

enum { LENGTH = 2 }; /* mm along x of every mesh here; y and z from 0 to 1 */

/* ---- a linear field is a solution of the discrete problem, too ---- */

static double linear(const double x[3]) { return 3 - 5 * x[0]; }
static double linear_ends(const double x[3]) { return x[0] == 0 || x[0] == LENGTH ? linear(x) : NAN; }

static double slanted(const double x[3]) { return 1 + 2 * x[0] - 3 * x[1] + 0.5 * x[2]; }
static double slanted_hull(const double x[3]) {
  const bool outside = x[0] == 0 || x[0] == LENGTH || x[1] == 0 || x[1] == 1 || x[2] == 0 || x[2] == 1;
  return outside ? slanted(x) : NAN;
}

/* Jittered nodes of the slab stay on the planes that bound it. */
static const iso_slab_options shapes[] = {
    {{LENGTH, 1, 1}, 0.25, ISO_TETRAHEDRON, ISO_JITTERED, {0, 0, 0}, 1},
    {{LENGTH, 1, 1}, 0.25, ISO_HEXAHEDRON, ISO_JITTERED, {0, 0, 0}, 1},
    {{LENGTH, 1, 0}, 0.125, ISO_TRIANGLE, ISO_JITTERED, {0, 0, 0}, 1},
    {{LENGTH, 0, 0}, 0.0625, ISO_LINE, ISO_JITTERED, {0, 0, 0}, 1},
};
enum { NSHAPES = sizeof shapes / sizeof *shapes };

/* Values up to 7 and, with a tolerance of 1e-12, condition numbers below 1e3: seen is 3e-12. */
static const double solver_error = 1e-10;

static void current_between_two_ends_is_uniform(void **state) {
  (void)state;
  for (int k = 0; k < NSHAPES; k++) {
    laplace l;
    double rms, most;
    laplace_new(&l, linear_mesh(MPI_COMM_WORLD, &shapes[k]), unit, linear_ends, exactly);
    assert_true(laplace_solve(&l));
    laplace_errors(&l, linear, &rms, &most);
    if (!(most < solver_error)) fail_msg("shape %d: an error of %g", k, most);
    laplace_free(&l);
  }
}

/* With all of the hull given, a linear field solves for any tensor. */
static void an_oblique_conductor_takes_any_linear_field(void **state) {
  (void)state;
  static const double oblique[3][3] = {{0.3, 0.1, 0.05}, {0.1, 0.2, -0.04}, {0.05, -0.04, 0.1}};
  for (int k = 0; k < 2; k++) {
    laplace l;
    double rms, most;
    laplace_new(&l, linear_mesh(MPI_COMM_WORLD, &shapes[k]), oblique, slanted_hull, exactly);
    assert_true(laplace_solve(&l));
    laplace_errors(&l, slanted, &rms, &most);
    if (!(most < solver_error)) fail_msg("shape %d: an error of %g", k, most);
    laplace_free(&l);
  }
}

/* ---- a harmonic field, with the order of linear elements ---- */

#define WAVE 3.14159265358979323846 /* no current leaves through y = 0 and y = 1 */
static double harmonic(const double x[3]) {
  return cos(WAVE * x[1]) * sinh(WAVE * x[0]) / sinh(WAVE * LENGTH);
}
static double harmonic_ends(const double x[3]) { return x[0] == 0 || x[0] == LENGTH ? harmonic(x) : NAN; }

static double harmonic_error(iso_slab_options slab, double spacing_mm) {
  laplace l;
  double rms, most;
  slab.spacing_mm = spacing_mm;
  laplace_new(&l, linear_mesh(MPI_COMM_WORLD, &slab), unit, harmonic_ends, exactly);
  assert_true(laplace_solve(&l));
  laplace_errors(&l, harmonic, &rms, &most);
  laplace_free(&l);
  return rms;
}

/* Twice as fine, the error falls to a quarter; by 3.2 at least, because every mesh is jittered anew and the
 * coarse ones have few nodes (a first-order method gives 2). */
static void errors_of_a_harmonic_field_fall_with_the_square_of_the_spacing(void **state) {
  (void)state;
  static const struct {
    iso_slab_options slab;
    double spacing_mm;
  } series[] = {{{{LENGTH, 1, 0}, 0, ISO_TRIANGLE, ISO_JITTERED, {0, 0, 0}, 1}, 1.0 / 8},
                {{{LENGTH, 1, 0.5}, 0, ISO_TETRAHEDRON, ISO_JITTERED, {0, 0, 0}, 1}, 1.0 / 4},
                {{{LENGTH, 1, 0.5}, 0, ISO_HEXAHEDRON, ISO_JITTERED, {0, 0, 0}, 1}, 1.0 / 4}};
  for (size_t k = 0; k < sizeof series / sizeof *series; k++) {
    double error[3];
    for (int fine = 0; fine < 3; fine++)
      error[fine] = harmonic_error(series[k].slab, series[k].spacing_mm / (1 << fine));
    for (int fine = 1; fine < 3; fine++)
      if (!(error[fine - 1] > 3.2 * error[fine]))
        fail_msg("series %d: errors %g, %g, %g", (int)k, error[0], error[1], error[2]);
  }
}

/* ---- the solver ---- */

static void solutions_have_the_same_bits_on_any_ranks(void **state) {
  (void)state;
  laplace together, alone;
  laplace_new(&together, linear_mesh(MPI_COMM_WORLD, &shapes[0]), unit, harmonic_ends, exactly);
  laplace_new(&alone, linear_mesh(MPI_COMM_SELF, &shapes[0]), unit, harmonic_ends, exactly);
  assert_true(laplace_solve(&together));
  assert_true(laplace_solve(&alone));
  assert_int_equal(together.solver.iterations, alone.solver.iterations);
  linear_assert_equal(together.solver.residual, alone.solver.residual);
  double *u = laplace_gather(&together), *v = laplace_gather(&alone);
  assert_memory_equal(u, v, (size_t)together.mesh->nnodes * sizeof *u);
  free(u);
  free(v);
  laplace_free(&together);
  laplace_free(&alone);
}

static void constrained_values_stay_to_the_bit(void **state) {
  (void)state;
  laplace l;
  double *owned;
  laplace_new(&l, linear_mesh(MPI_COMM_WORLD, &shapes[0]), unit, harmonic_ends, exactly);
  assert_true(laplace_solve(&l));
  ASSERT_OK(iso_alloc(&owned, (size_t)l.mesh->nowned, sizeof *owned, "test", &err));
  iso_field_get(&l.u, owned);
  for (int64_t k = 0; k < l.constraints.count; k++) linear_assert_equal(owned[l.node[k]], l.value[k]);
  free(owned);
  laplace_free(&l);
}

static void a_solution_is_left_as_it_is(void **state) {
  (void)state;
  laplace l;
  laplace_new(&l, linear_mesh(MPI_COMM_WORLD, &shapes[0]), unit, harmonic_ends,
              (iso_solver_options){.tolerance = 1e-8, .iterations = 500});
  assert_true(laplace_solve(&l));
  const int64_t iterations = l.solver.iterations;
  assert_true(iterations > 5);
  assert_true(laplace_solve(&l));
  assert_int_equal(l.solver.iterations, iterations);
  assert_true(l.solver.residual <= 1e-8);
  laplace_free(&l);
}

static void too_few_iterations_are_reported_with_the_residual(void **state) {
  (void)state;
  laplace l;
  laplace_new(&l, linear_mesh(MPI_COMM_WORLD, &shapes[0]), unit, harmonic_ends,
              (iso_solver_options){.tolerance = 1e-8, .iterations = 3});
  assert_false(laplace_solve(&l));
  assert_int_equal(l.solver.iterations, 3);
  assert_true(l.solver.residual > 1e-8 && l.solver.residual < 10);
  laplace_free(&l);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(current_between_two_ends_is_uniform),
    cmocka_unit_test(an_oblique_conductor_takes_any_linear_field),
    cmocka_unit_test(errors_of_a_harmonic_field_fall_with_the_square_of_the_spacing),
    cmocka_unit_test(solutions_have_the_same_bits_on_any_ranks),
    cmocka_unit_test(constrained_values_stay_to_the_bit),
    cmocka_unit_test(a_solution_is_left_as_it_is),
    cmocka_unit_test(too_few_iterations_are_reported_with_the_residual),
};
RUN_ON_ALL_RANKS(tests)

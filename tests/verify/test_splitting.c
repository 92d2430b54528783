/* Order in time of the three splittings, on a fixed mesh: steps are compared with steps of half the length.
 */
#include "grid/mpi_main.h"
#include "verified.h"
#include "verify/exact.h"

/* Largest difference of V at t = 1 between steps dt and dt / 2. */
static double difference(const iso_numerics *numerics, double dt) {
  double *coarse, *fine, most = 0;
  exact_problem problem = {
      .dim = 1, .h = 0.05, .dt = dt, .diagonals = ISO_ALTERNATING, .numerics = *numerics};
  exact_solve(&problem, &coarse);
  problem.dt = 0.5 * dt;
  exact_solve(&problem, &fine);
  for (int i = 0; i <= 20; i++) most = fmax(most, fabs(coarse[i] - fine[i]));
  free(coarse);
  free(fine);
  return most;
}

static void order_is(const char *key, const iso_numerics *numerics, double order) {
  const double coarse = difference(numerics, 0.005), fine = difference(numerics, 0.0025);
  /* Rates of the problem reach 8: the next term of the error is up to 8 dt = 4 % of the first. */
  verified_near(key, log2(coarse / fine), order, 0.05);
}

/* The explicit steps are so short that they always take two stages, which the constant depends on. */
static void staggered_is_of_second_order(void **state) {
  (void)state;
  order_is("order_in_time_staggered", &(iso_numerics){.splitting = ISO_SPLITTING_STAGGERED}, 2);
}

static void staggered_is_of_second_order_with_crank_nicolson(void **state) {
  (void)state;
  order_is(
      "order_in_time_crank_nicolson",
      &(iso_numerics){
          .diffusion = ISO_DIFFUSION_IMPLICIT, .theta = 0.5, .cg_tolerance = 1e-12, .cg_iterations = 1000},
      2);
}

static void strang_is_of_second_order(void **state) {
  (void)state;
  order_is("order_in_time_strang", &(iso_numerics){.splitting = ISO_SPLITTING_STRANG}, 2);
}

static void godunov_is_of_first_order(void **state) {
  (void)state;
  order_is("order_in_time_godunov", &(iso_numerics){.splitting = ISO_SPLITTING_GODUNOV}, 1);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(staggered_is_of_second_order),
    cmocka_unit_test(staggered_is_of_second_order_with_crank_nicolson),
    cmocka_unit_test(strang_is_of_second_order),
    cmocka_unit_test(godunov_is_of_first_order),
};
RUN_ON_ALL_RANKS(tests)

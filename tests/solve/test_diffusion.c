/* Diffusion without reaction: both schemes against what their theory says of one eigenvector, stability,
 * conservation of charge, and the refusals. The model is Nagumo's with k = 0: no current flows. */
#include "solve/diffusion.h"

#include <float.h>

static const double pi = 3.14159265358979324;

/* A cable of 1 mm with D = 0.1 mm2/ms: cos(n pi x) at the nodes is an eigenvector of the discrete Laplacian
 * too, with lumped and with consistent mass. */
static const double h = 0.05, D = 0.1;

static void set_passive(heart *twin, int r) {
  iso_region *region = heart_region(twin, r, "nagumo_1962");
  twin->parameters[r][iso_model_parameter(region->model, "k")] = 0;
}

static void make_cable(heart *twin, const iso_numerics *numerics, double step_ms) {
  *twin = (heart){0};
  heart_mesh(twin, &(iso_slab_options){{1, 0, 0}, h, ISO_LINE, ISO_ALTERNATING, {1, 0, 0}, 1}, NULL, NULL);
  set_passive(twin, 0);
  heart_device(twin, NULL);
  heart_simulation(twin, numerics, step_ms);
}

/* Eigenvalue of the mode with that many half waves, 1/ms. */
static double eigenvalue(int mode, iso_mass_kind mass) {
  const double c = cos(mode * pi * h), lumped = 2 * D / (h * h) * (1 - c);
  return mass == ISO_MASS_LUMPED ? lumped : lumped * 3 / (2 + c);
}

static double cosine(const double x[3], const void *how) { return cos(*(const int *)how * pi * x[0]); }

/* Factor by which a mode shrinks in that many steps: at x = 0, where it is 1 at the start. */
static double shrink(const iso_numerics *numerics, int mode, double step_ms, int steps, int *stages) {
  heart twin;
  make_cable(&twin, numerics, step_ms);
  heart_set(&twin, -1, cosine, &mode);
  heart_run(&twin, steps * step_ms);
  assert_int_equal(iso_simulation_steps(twin.simulation), steps);
  if (stages) *stages = iso_simulation_describe(twin.simulation).stages;
  double *vm = heart_vm(&twin), end = vm[0];
  free(vm);
  heart_free(&twin);
  return end;
}

const iso_numerics explicitly = {.diffusion = ISO_DIFFUSION_EXPLICIT};

iso_numerics implicitly(double theta, iso_mass_kind mass) {
  return (iso_numerics){.diffusion = ISO_DIFFUSION_IMPLICIT,
                        .theta = theta,
                        .cg_tolerance = 1e-13,
                        .cg_iterations = 1000,
                        .mass = mass};
}

/* ---- Runge-Kutta-Legendre ---- */

/* Step that fills s stages on the cable, whose spectrum Gershgorin bounds by 4 D / h^2; 1.01 is the solver's
 * room. */
static double step_of_stages(int s, double filled) {
  return filled * 0.5 * (s * s + s - 2) / (1.01 * 4 * D / (h * h));
}

/* R(z) = 1 - b + b P_s(1 + w z) of RKL2 with b = (s^2 + s - 2) / (2 s (s + 1)) and w = 4 / (s^2 + s - 2); P_s
 * by Bonnet's recursion. Meyer, Balsara and Aslam, J Comput Phys 257:594 (2014). */
static double rkl_factor(int s, double z) {
  const double b = (s * s + s - 2.0) / (2.0 * s * (s + 1)), w = 4.0 / (s * s + s - 2), x = 1 + w * z;
  double older = 1, p = x;
  for (int k = 2; k <= s; k++) {
    const double next = ((2 * k - 1) * x * p - (k - 1) * older) / k;
    older = p, p = next;
  }
  return 1 - b + b * p;
}

/* A short staggered step takes one product, at V extrapolated by half a step: Adams and Bashforth's second
 * scheme, V' = V + z (1.5 V - 0.5 V_before), started with V_before = V. */
static double short_factor(int steps, double z) {
  double before = 1, now = 1;
  for (int k = 0; k < steps; k++) {
    const double next = now + z * (1.5 * now - 0.5 * before);
    before = now, now = next;
  }
  return now;
}

static void short_steps_follow_their_recursion(void **state) {
  (void)state;
  for (int mode = 0; mode <= 20; mode += 4) {
    int stages;
    const double step = 0.79 / (4 * D / (h * h)), z = -step * eigenvalue(mode, ISO_MASS_LUMPED);
    const double factor = shrink(&explicitly, mode, step, 10, &stages), expected = short_factor(10, z);
    assert_int_equal(stages, 1);
    /* Ten steps of a few roundings of values up to 2. */
    if (!(fabs(factor - expected) <= 10 * 16 * DBL_EPSILON))
      fail_msg("mode %d: %.17g is not %.17g", mode, factor, expected);
  }
}

/* Every mode shrinks by the scheme's stability polynomial, for each number of stages. */
static void explicit_steps_follow_their_polynomial(void **state) {
  (void)state;
  for (int s = 2; s <= 9; s++)
    for (int mode = 0; mode <= 20; mode += 4) {
      int stages;
      const double step = step_of_stages(s, 0.95), z = -step * eigenvalue(mode, ISO_MASS_LUMPED);
      const double factor = shrink(&explicitly, mode, step, 1, &stages), expected = rkl_factor(s, z);
      assert_int_equal(stages, s);
      /* Each stage adds a few roundings of values up to 2; they are not amplified, for the scheme is stable.
       */
      if (!(fabs(factor - expected) <= s * 16 * DBL_EPSILON))
        fail_msg("%d stages, mode %d: %.17g is not %.17g", s, mode, factor, expected);
    }
}

static void order_is(double order, double measured, double room) {
  print_message("order %.3f\n", measured);
  if (!(fabs(measured - order) <= room)) fail_msg("order %.3f instead of %.1f", measured, order);
}

/* Against the exact decay in time, with steps in the ratio 5 : 4 so that both take s stages, on which the
 * error constant depends. The next term of the error is about lambda dt < 0.1 of the first; it moves the
 * measured order by less than that. */
static void explicit_scheme_is_of_second_order(void **state) {
  (void)state;
  for (int s = 2; s <= 5; s++) {
    const double step = step_of_stages(s, 0.999), exact = exp(-eigenvalue(1, ISO_MASS_LUMPED) * 20 * step);
    int stages[2];
    const double coarse = shrink(&explicitly, 1, step, 20, &stages[0]) - exact;
    const double fine = shrink(&explicitly, 1, 0.8 * step, 25, &stages[1]) - exact;
    assert_int_equal(stages[0], s);
    assert_int_equal(stages[1], s);
    order_is(2, log(fabs(coarse / fine)) / log(1.25), 0.1);
  }
}

double rough(const double x[3], const void *how) {
  (void)how;
  return sin(1000 * (x[0] + 2 * x[1] + 3 * x[2]));
}

/* sum_i lumped_i V_i^2, which no stable scheme lets grow, because lumped^-1 K is symmetric in this product.
 */
static double energy(const dense *d, const double *vm) {
  double sum = 0;
  for (int i = 0; i < d->n; i++) sum += d->lumped[i] * vm[i] * vm[i];
  return sum;
}

void make_block(heart *twin) {
  *twin = (heart){0};
  heart_mesh(twin, &(iso_slab_options){{2, 1.5, 1}, 0.5, ISO_TETRAHEDRON, ISO_JITTERED, {1, 2, 3}, 1},
             edit_halves, NULL);
  for (int r = 0; r < 2; r++) {
    set_passive(twin, r);
    twin->region[r].longitudinal = 3.0 / (1 + r);
    twin->region[r].transverse = twin->region[r].normal = 0.5;
  }
  heart_device(twin, NULL);
}

/* The largest step of each number of stages. */
static void explicit_scheme_is_stable_at_its_bound(void **state) {
  (void)state;
  heart twin;
  dense system;
  make_block(&twin);
  dense_new(&system, &twin);
  for (int s = 2; s <= 9; s++) {
    const double step = 0.9999 * 0.5 * (s * s + s - 2) / (1.01 * system.eigenvalue);
    heart_simulation(&twin, &explicitly, step);
    assert_int_equal(iso_simulation_describe(twin.simulation).stages, s);
    heart_set(&twin, -1, rough, NULL);
    double *vm = heart_vm(&twin), last = energy(&system, vm);
    free(vm);
    for (int k = 1; k <= 30; k++) {
      heart_run(&twin, k * step);
      vm = heart_vm(&twin);
      const double now = energy(&system, vm);
      if (!(now <= last * (1 + 1e-12))) fail_msg("%d stages: %g grew to %g", s, last, now); /* rounding */
      last = now;
      free(vm);
    }
    heart_free_simulation(&twin);
  }
  dense_free(&system);
  heart_free(&twin);
}

/* The roots of the recursion are within the unit circle up to dt lambda = 1; at 0.8 they are 0.54 and -0.74,
 * so the roughest modes vanish, and after 3000 steps the slowest one almost has. */
static void short_steps_are_stable_at_their_limit(void **state) {
  (void)state;
  heart twin;
  dense system;
  make_block(&twin);
  dense_new(&system, &twin);
  const double step = 0.7999 / system.eigenvalue;
  heart_simulation(&twin, &explicitly, step);
  assert_int_equal(iso_simulation_describe(twin.simulation).stages, 1);
  heart_set(&twin, -1, rough, NULL);
  double *vm = heart_vm(&twin), first = energy(&system, vm), mean = charge(&system, vm) / total(&system);
  free(vm);
  heart_run(&twin, 3000 * step);
  vm = heart_vm(&twin);
  /* Only the mean is left, to what the slowest mode keeps. */
  for (int i = 0; i < system.n; i++) vm[i] -= mean;
  if (!(energy(&system, vm) <= 1e-3 * first)) fail_msg("%g of %g is left", energy(&system, vm), first);
  free(vm);
  dense_free(&system);
  heart_free(&twin);
}

static void a_step_beyond_the_bound_is_refused(void **state) {
  (void)state;
  heart twin;
  iso_error err = {0};
  make_block(&twin);
  for (int r = 0; r < 2; r++) twin.region[r].longitudinal *= 1000;
  iso_simulation_options options = {.numerics = explicitly, .step_ms = 1, .activation_mV = NAN};
  ASSERT_REFUSED(heart_try_simulation(&twin, options, &err), "time.step_ms");
  assert_null(twin.simulation);
  /* The message gives the largest step, and that one is taken. */
  const char *bound = strstr(err.message, "at most ");
  assert_non_null(bound);
  options.step_ms = 0.99 * strtod(bound + strlen("at most "), NULL); /* it is rounded to three digits */
  ASSERT_OK(heart_try_simulation(&twin, options, &err));
  heart_free(&twin);
}

static void a_step_beyond_the_model_is_refused(void **state) {
  (void)state;
  heart twin;
  iso_error err = {0};
  make_block(&twin);
  iso_simulation_options options = {
      .numerics = implicitly(1, ISO_MASS_LUMPED), .step_ms = 1.5, .activation_mV = NAN};
  ASSERT_REFUSED(heart_try_simulation(&twin, options, &err), "nagumo_1962");
  heart_free(&twin);
}

/* ---- theta ---- */

static void implicit_steps_follow_their_fraction(void **state) {
  (void)state;
  for (int mass = 0; mass < 2; mass++)
    for (int mode = 0; mode <= 20; mode += 4)
      for (double theta = 0.5; theta <= 1; theta += 0.25) {
        const iso_numerics numerics = implicitly(theta, mass ? ISO_MASS_CONSISTENT : ISO_MASS_LUMPED);
        const double z = 0.1 * eigenvalue(mode, numerics.mass);
        const double factor = shrink(&numerics, mode, 0.1, 1, NULL),
                     expected = (1 - (1 - theta) * z) / (1 + theta * z);
        /* The residual is 1e-13 of the right-hand side; the system's condition number, at most 1 + z, times
         * the right factor, at most 1 + z, with z < 50 here. */
        if (!(fabs(factor - expected) <= 1e-13 * 50 * 50))
          fail_msg("theta %g, mode %d: %.17g is not %.17g", theta, mode, factor, expected);
      }
}

/* The next term of the error is at most lambda dt = 0.06 of the first for this mode. */
static void theta_sets_the_order(void **state) {
  (void)state;
  for (int mass = 0; mass < 2; mass++)
    for (int first = 0; first < 2; first++) {
      const iso_numerics numerics = implicitly(first ? 1 : 0.5, mass ? ISO_MASS_CONSISTENT : ISO_MASS_LUMPED);
      const double exact = exp(-eigenvalue(1, numerics.mass) * 1.28);
      const double coarse = shrink(&numerics, 1, 0.064, 20, NULL) - exact;
      const double fine = shrink(&numerics, 1, 0.032, 40, NULL) - exact;
      order_is(first ? 1 : 2, log2(fabs(coarse / fine)), 0.1);
    }
}

/* ---- conjugate gradients ---- */

/* Residual of one step from v to vm, relative to the right-hand side, both in the norm of the inverse
 * diagonal. */
static double residual(const dense *d, const iso_numerics *numerics, double step, const double *v,
                       const double *vm) {
  double top = 0, bottom = 0;
  for (int i = 0; i < d->n; i++) {
    double left = 0, right = 0, diagonal = 0;
    for (int j = 0; j < d->n; j++) {
      const int64_t at = (int64_t)i * d->n + j;
      const double mass = numerics->mass == ISO_MASS_CONSISTENT ? d->mass[at] : i == j ? d->lumped[i] : 0;
      left += (mass + numerics->theta * step * d->stiffness[at]) * vm[j];
      right += (mass - (1 - numerics->theta) * step * d->stiffness[at]) * v[j];
      if (i == j) diagonal = mass + numerics->theta * step * d->stiffness[at];
    }
    top += (right - left) * (right - left) / diagonal;
    bottom += right * right / diagonal;
  }
  return sqrt(top / bottom);
}

static void tolerance_is_kept(void **state) {
  (void)state;
  heart twin;
  dense system;
  make_block(&twin);
  dense_new(&system, &twin);
  for (int mass = 0; mass < 2; mass++) {
    int64_t last = 0;
    for (double tolerance = 1e-3; tolerance > 1e-12; tolerance *= 1e-4) {
      iso_numerics numerics = implicitly(0.5, mass ? ISO_MASS_CONSISTENT : ISO_MASS_LUMPED);
      numerics.cg_tolerance = tolerance;
      heart_simulation(&twin, &numerics, 1);
      heart_set(&twin, -1, rough, NULL);
      double *v = heart_vm(&twin);
      heart_run(&twin, 1);
      double *vm = heart_vm(&twin);
      /* The true residual drifts from the recursive one by rounding, 1e-15 an iteration. */
      const double left = residual(&system, &numerics, 1, v, vm);
      if (!(left <= tolerance * 1.001 + 1e-14)) fail_msg("residual %g with tolerance %g", left, tolerance);
      const int64_t iterations = iso_simulation_describe(twin.simulation).iterations;
      assert_true(iterations > last); /* no more work than asked for */
      last = iterations;
      free(v);
      free(vm);
      heart_free_simulation(&twin);
    }
  }
  dense_free(&system);
  heart_free(&twin);
}

static void too_few_iterations_fail(void **state) {
  (void)state;
  heart twin;
  iso_error err = {0};
  make_block(&twin);
  iso_numerics numerics = implicitly(0.5, ISO_MASS_LUMPED);
  numerics.cg_iterations = 2;
  heart_simulation(&twin, &numerics, 1);
  heart_set(&twin, -1, rough, NULL);
  assert_int_equal(iso_simulation_step(twin.simulation, &err), ISO_EFAIL);
  assert_non_null(strstr(err.message, "numerics.cg_iterations"));
  heart_free(&twin);
}

static void consistent_mass_needs_the_implicit_scheme(void **state) {
  (void)state;
  heart twin;
  iso_error err = {0};
  make_block(&twin);
  iso_simulation_options options = {
      .numerics = {.mass = ISO_MASS_CONSISTENT}, .step_ms = 0.1, .activation_mV = NAN};
  ASSERT_REFUSED(heart_try_simulation(&twin, options, &err), "numerics.mass");
  heart_free(&twin);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(explicit_steps_follow_their_polynomial),
    cmocka_unit_test(short_steps_follow_their_recursion),
    cmocka_unit_test(explicit_scheme_is_of_second_order),
    cmocka_unit_test(explicit_scheme_is_stable_at_its_bound),
    cmocka_unit_test(short_steps_are_stable_at_their_limit),
    cmocka_unit_test(a_step_beyond_the_bound_is_refused),
    cmocka_unit_test(a_step_beyond_the_model_is_refused),
    cmocka_unit_test(implicit_steps_follow_their_fraction),
    cmocka_unit_test(theta_sets_the_order),
    cmocka_unit_test(tolerance_is_kept),
    cmocka_unit_test(too_few_iterations_fail),
    cmocka_unit_test(consistent_mass_needs_the_implicit_scheme),
    cmocka_unit_test(explicit_scheme_keeps_charge),
    cmocka_unit_test(implicit_scheme_keeps_charge_to_its_tolerance),
};
RUN_ON_ALL_RANKS(tests)

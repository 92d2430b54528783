/* The fast inward current inside elements: against a slow text of the same formula, against exact integrals,
 * and where the answer is known. */
#include "grid/mpi_main.h"
#include "kernels/builds.h"
#include "kernels/pace.h"
#include "kernels/synthetic.h"
#include "kernels/templates/quadrature.h"
#include "solve/fast_current.h"
#include "solve/slow_fast.h"
#include "tissue/conductor.h"

#include <float.h>

static const iso_numerics treatments[] = {
    {.fast_current = ISO_FAST_SMOOTHED, .smoothing = 0.3, .interpolation = 0.6},
    {.fast_current = ISO_FAST_INTERPOLATED, .smoothing = 0.3, .interpolation = 0.6},
    {.fast_current = ISO_FAST_INTERPOLATED, .smoothing = 0, .interpolation = 1},
};
enum { NTREATMENTS = sizeof treatments / sizeof *treatments };

/* ---- a heart of all shapes ---- */

/* Moves nodes by up to a fifth of an edge, so that no hexahedron is a parallelepiped. */
static void distort(iso_slice *slice, const void *how) {
  const double most = *(const double *)how;
  static const int cubes_along_y = 3;
  edit_mixed(slice, &cubes_along_y);
  for (int64_t i = 0; i < slice->nnode; i++)
    for (int d = 0; d < 3; d++)
      slice->xyz[i][d] += most * synthetic_value(7, 3 * (slice->first_node + i) + d);
}

/* Hexahedra, triangles and lines of one model, tetrahedra of another. */
static void mixed_heart(heart *h, double moved_mm, iso_precision precision) {
  *h = (heart){0};
  heart_mesh(h, &(iso_slab_options){{3, 1.5, 1}, 0.5, ISO_HEXAHEDRON, ISO_ALTERNATING, {1, 0, 0}, 1}, distort,
             &moved_mm);
  const char *const models[] = {"luo_rudy_1991", "ten_tusscher_2006"};
  for (int r = 0; r < 2; r++) {
    iso_region *region = heart_region(h, r, models[r]);
    region->thickness = 0.7, region->cross_section = 0.3;
    region->chi *= 1 + r;
  }
  heart_device(h, &(iso_device_options){.kind = "cpu", .precision = precision, .threads = 2});
}

/* What the launch adds to an ionic current of 0; [nowned], to be freed. */
static double *launched(heart *h, const iso_numerics *numerics, const double *factors) {
  const iso_mesh *mesh = h->mesh;
  iso_system system;
  iso_tissue_conductor tissue;
  iso_fast_tables tables;
  iso_fast_work work;
  double *out = calloc((size_t)mesh->nlocal, sizeof *out);
  DEMAND(iso_system_new(&system, mesh, iso_tissue_conduct(&tissue, &h->tissue), false, WHY));
  void *iion = iso_device_copy_real(h->device, out, mesh->nlocal);
  DEMAND(iso_fast_tables_new(&tables, h->device, mesh, &h->tissue, &system, WHY));
  DEMAND(iso_fast_work_new(&work, &tables, numerics, iion, WHY));
  iso_device_upload_real(h->device, work.factors, 0, (int64_t)ISO_MAX_FAST * mesh->nlocal, factors);
  for (int v = 0; v < ISO_MAX_FAST; v++) work.field[v].ghosts = ISO_GHOSTS_FRESH;
  iso_fast_work_add(&work);
  iso_device_download_real(h->device, iion, 0, mesh->nowned, out);
  iso_device_release(h->device, iion);
  iso_fast_work_free(&work);
  iso_fast_tables_free(&tables);
  iso_system_free(&system);
  return out;
}

/* Factors by global number: the same on every rank. To be freed. */
static double *factors_of(const heart *h, double (*factor)(int v, iso_gid node)) {
  double *factors = malloc(ISO_MAX_FAST * (size_t)h->mesh->nlocal * sizeof *factors);
  for (int v = 0; v < ISO_MAX_FAST; v++)
    for (iso_lid i = 0; i < h->mesh->nlocal; i++)
      factors[v * h->mesh->nlocal + i] = factor(v, h->mesh->gid[i]);
  return factors;
}

static double largest(int64_t n, const double *value) {
  double most = 0;
  for (int64_t i = 0; i < n; i++) most = fmax(most, fabs(value[i]));
  return most;
}

/* Currents of both signs, up to 300 uA/uF; those of some nodes are within the threshold. */
static double any_factor(int v, iso_gid node) {
  const double r = synthetic_value((uint64_t)(100 + v), node);
  return v == 0 ? (node % 5 ? 300 * r : 1e-3 * r) : 0.5 + 0.5 * r;
}

/* One factor differs from node to node, so that the current is linear inside elements. */
static double one_factor(int v, iso_gid node) { return v == 0 ? -30 : v == 2 ? any_factor(2, node) : 0.9; }

static void compare(double moved_mm, iso_precision precision, slow_rule (*rule)(int),
                    double (*factor)(int, iso_gid)) {
  heart h;
  mixed_heart(&h, moved_mm, precision);
  double *factors = factors_of(&h, factor), *slow = malloc((size_t)h.mesh->nlocal * sizeof *slow);
  /* A node's terms are of at most the size of the largest current, up to 50 elements give some 10 each, and
   * the interpolated factors are products of four roundings. */
  const double room = 8 * (precision == ISO_PRECISION_SINGLE ? FLT_EPSILON : DBL_EPSILON) * 300;
  for (int t = 0; t < NTREATMENTS; t++) {
    double *fast = launched(&h, &treatments[t], factors);
    slow_fast_current(&h, &treatments[t], rule, 0.05, factors, slow);
    assert_true(largest(h.mesh->nowned, slow) > 1);
    for (iso_lid i = 0; i < h.mesh->nowned; i++)
      if (!(fabs(fast[i] - slow[i]) <= room))
        fail_msg("treatment %d, node %d: %.17g is not %.17g within %.2g", t, (int)h.mesh->gid[i], fast[i],
                 slow[i], room);
    free(fast);
  }
  free(slow);
  free(factors);
  heart_free(&h);
}

static void it_is_what_its_formula_says(void **state) {
  (void)state;
  compare(0.1, ISO_PRECISION_DOUBLE, slow_rule_low, any_factor);
  compare(0.1, ISO_PRECISION_SINGLE, slow_rule_low, any_factor);
}

/* Degree 2: the points that the launch has are enough where hexahedra are boxes. */
static void a_linear_current_is_integrated_exactly(void **state) {
  (void)state;
  compare(0, ISO_PRECISION_DOUBLE, slow_rule_high, one_factor);
}

/* ---- shape functions ---- */

static double shape_at(int shape, int k, int q) {
  const int n = iso_shape_nodes(shape);
  if (shape == ISO_HEXAHEDRON) return ISO_HEX_SHAPE(k, q);
  return k == q ? ISO_SIMPLEX_NEAR(n) : ISO_SIMPLEX_FAR(n);
}

/* And are those of the points that the rules name, to the last place but one. */
static void shape_functions_sum_to_one(void **state) {
  (void)state;
  for (int shape = 0; shape < ISO_NSHAPES; shape++) {
    const slow_rule rule = slow_rule_low(shape);
    assert_int_equal(rule.n, iso_shape_nodes(shape));
    for (int q = 0; q < rule.n; q++) {
      double sum = 0, nearest = INFINITY;
      for (int k = 0; k < rule.n; k++) sum += shape_at(shape, k, q);
      assert_true(fabs(sum - 1) <= 4 * DBL_EPSILON);
      for (int p = 0; p < rule.n; p++) { /* the same points in some order */
        double phi[ISO_MAX_NODES], most = 0;
        slow_shapes(shape, rule.at[p], phi);
        for (int k = 0; k < rule.n; k++) most = fmax(most, fabs(phi[k] - shape_at(shape, k, q)));
        nearest = fmin(nearest, most);
      }
      assert_true(nearest <= 4 * DBL_EPSILON);
    }
  }
}

/* ---- uniform tissue ---- */

static const iso_slab_options slabs[ISO_NSHAPES] = {
    {{1, 0, 0}, 0.5, ISO_LINE, ISO_SINGLE, {1, 0, 0}, 1},
    {{1, 1, 0}, 0.5, ISO_TRIANGLE, ISO_ALTERNATING, {1, 0, 0}, 1},
    {{1, 1, 1}, 0.5, ISO_TETRAHEDRON, ISO_ALTERNATING, {1, 0, 0}, 1},
    {{1, 1, 1}, 0.5, ISO_HEXAHEDRON, ISO_SINGLE, {1, 0, 0}, 1},
};
static const double extents[] = {1, 0.3}, everywhere[3] = {1, 1, 1}, origin[3] = {0, 0, 0};
static const double step_ms = 0.02, end_ms = 4, duration_ms = 1, stimulus = 40;

static double *vm_of(const iso_slab_options *slab, const iso_numerics *numerics, double extent,
                     const double stimulated[3], double until_ms) {
  heart h = {0};
  heart_mesh(&h, slab, NULL, NULL);
  iso_region *region = heart_region(&h, 0, "luo_rudy_1991");
  region->thickness = extent, region->cross_section = extent == 1 ? 1 : extent * extent;
  heart_device(&h, NULL);
  heart_simulation(&h, numerics, step_ms);
  heart_stimulate(&h, origin, stimulated, &(iso_pulses){0, duration_ms, stimulus, 0, 1});
  heart_run(&h, until_ms);
  double *vm = heart_vm(&h);
  heart_free(&h);
  return vm;
}

static double vm_of_single_cell(void) {
  const build *all;
  const int n = builds(&all);
  const pacing p = {.kernels = all[n - 1].kernels[0],
                    .model = iso_model_find("luo_rudy_1991"),
                    .variant = iso_model_find("luo_rudy_1991")->variants[0].name,
                    .step_ms = step_ms,
                    .cycle_ms = end_ms,
                    .beats = 1,
                    .stimulus = stimulus,
                    .duration_ms = duration_ms};
  return pace(&p).vm;
}

/* Vm near its peak, to rounding: 200 steps of 1e-14 mV, grown by an upstroke of three e-folds or so. */
static void uniform_tissue_is_a_single_cell(void **state) {
  (void)state;
  const double expected = vm_of_single_cell();
  assert_true(expected > 0);
  for (int shape = 0; shape < ISO_NSHAPES; shape++)
    for (int t = 0; t < NTREATMENTS; t++)
      for (int k = 0; k < 2; k++) {
        double *vm = vm_of(&slabs[shape], &treatments[t], extents[k], everywhere, end_ms);
        if (!(fabs(vm[0] - expected) <= 1e-9 && fabs(vm[1] - expected) <= 1e-9))
          fail_msg("shape %d, treatment %d, extent %g: Vm is %.17g and %.17g, not %.17g", shape, t,
                   extents[k], vm[0], vm[1], expected);
        free(vm);
      }
}

/* ---- extents ---- */

/* Tissue of one shape does not know how thick it is; a front is under way in it. */
static void extents_cancel(void **state) {
  (void)state;
  for (int shape = 0; shape < ISO_NSHAPES; shape++)
    for (int t = 0; t < NTREATMENTS; t++) {
      iso_slab_options slab = slabs[shape];
      slab.size_mm[0] = 4;
      double *one = vm_of(&slab, &treatments[t], 1, everywhere, 4);
      double *other = vm_of(&slab, &treatments[t], 0.3, everywhere, 4);
      const int last = 8; /* along x, in a slab whose x runs fastest */
      if (!(one[0] > 0 && one[last] < -60)) fail_msg("no front is under way");
      for (int i = 0; i <= last; i++)
        if (!(fabs(one[i] - other[i]) <= 1e-9))
          fail_msg("shape %d, treatment %d, node %d: Vm is %.17g and %.17g", shape, t, i, one[i], other[i]);
      free(one), free(other);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(shape_functions_sum_to_one),
    cmocka_unit_test(it_is_what_its_formula_says),
    cmocka_unit_test(a_linear_current_is_integrated_exactly),
    cmocka_unit_test(uniform_tissue_is_a_single_cell),
    cmocka_unit_test(extents_cancel),
};
RUN_ON_ALL_RANKS(tests)

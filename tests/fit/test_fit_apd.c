/* Durations of action potentials from the T wave of an ECG and from refractory periods: the potential that
 * travels, derivatives, and a block of two tissues whose gradients are found again by its leads. */
#include "grid/mpi_main.h"

#include "base/own_folder.h"
#include "fit/compare_slopes.h"
#include "fit/ecg.h"
#include "fit/erp.h"
#include "fit/fitted_heart.h"
#include "fit/potential.h"

static iso_error err;

/* ---- the potential ---- */

/* A line up, and one down: what a filter and a stretch make of it is known. */
static iso_action_potential triangle(double *vm) {
  const iso_action_potential a = {.n = 601, .vm_mV = vm, .step_ms = 0.5, .before_ms = 50, .apd_ms = 180};
  for (int k = 0; k < a.n; k++) {
    const double t = k * a.step_ms - a.before_ms;
    vm[k] = -80 + (t < 0 ? 0 : t < 20 ? 5 * t : fmax(100 - (t - 20) / 2, 0));
  }
  return a;
}

static void a_potential_is_smooth(void **state) {
  (void)state;
  double vm[601];
  const iso_action_potential a = triangle(vm);
  for (int k = 0; k < 2; k++) {
    iso_potential p;
    double by[2];
    ASSERT_OK(iso_potential_new(&p, &a, 3.3 * k, &err));
    for (double lasting = 60; lasting < 300; lasting += 47)
      for (double t = -60.1; t < 400; t += 0.7) {
        const double v = iso_potential_at(&p, t, lasting, by), h = 1e-6;
        const double in_t =
            iso_potential_at(&p, t + h, lasting, NULL) - iso_potential_at(&p, t - h, lasting, NULL);
        const double in_log = iso_potential_at(&p, t, lasting * (1 + h), NULL) -
                              iso_potential_at(&p, t, lasting * (1 - h), NULL);
        assert_true(fabs(by[0] - in_t / (2 * h)) < 1e-5 && fabs(by[1] - in_log / (2 * h)) < 1e-4);
        assert_true(v > -0.5 && v < 100.5); /* the cubic goes round corners */
      }
    /* a straight line is not changed by a filter that is even, and a stretch takes 10 ms from the beginning
     */
    assert_true(fabs(iso_potential_at(&p, 100, 180, NULL) - 60) < 1e-6);
    assert_true(fabs(iso_potential_at(&p, 10 + 2 * 90, 10 + 2 * 170, NULL) - 60) < 1e-6);
    assert_true(iso_potential_at(&p, -INFINITY, 180, by) == 0 && by[0] == 0 && by[1] == 0);
    assert_true(iso_potential_at(&p, INFINITY, 180, by) == 0 && by[0] == 0 && by[1] == 0);
    iso_potential_free(&p);
  }
}

/* ---- a heart ---- */

/* A block of two tissues, the right one with shorter action potentials, without what is known of them. */
#define HEART                                                                                                \
  "mesh: {slab: {size_mm: [12, 9, 3], spacing_mm: 1.5, element: tetrahedron}, fibre: [1, 0.4, 0]}\n"         \
  "sites: {right: {box: {min_mm: [6.1, -1, -1], max_mm: [99, 99, 99]}}}\n"                                   \
  "regions:\n"                                                                                               \
  "  - {name: left, model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.3}, velocity: "      \
  "{isotropic_m_per_s: 0.4}}\n"                                                                              \
  "  - {name: right, site: right, model: mitchell_schaeffer_2003, parameters: {tau_close: 130}, "            \
  "conductivity: {isotropic_S_per_m: 0.3}, velocity: {isotropic_m_per_s: 0.4}}\n"                            \
  "stimuli:\n"                                                                                               \
  "  - {name: end, box: {min_mm: [-1, -1, -1], max_mm: [0.5, 4.5, 4]}, amplitude_uA_per_uF: 50, "            \
  "duration_ms: 2}\n"                                                                                        \
  "time: {duration_ms: 500, step_ms: 0.2}\n"                                                                 \
  "fit:\n"                                                                                                   \
  "  ecgs: {made: {file: ecg.csv, electrodes: electrodes.csv, sd_mV: 0.01, low_pass_hz: 60, end_ms: 60, "    \
  "t_wave: {from_ms: 180, to_ms: 400}, clock_sd_ms: 2, amplitude_spread_percent: 20, source: made}}\n"       \
  "  velocity: {spread_percent: 20, source: made}\n"                                                         \
  "  members: 19\n"

#define APD                                                                                                  \
  "  apd:\n"                                                                                                 \
  "    regions: {spread_percent: 15, source: made}\n"                                                        \
  "    gradients:\n"                                                                                         \
  "      along: {field: field.vtk, variable: along, spread_percent: 15, source: made}\n"                     \
  "      through: {field: field.vtk, variable: through, percent: -5, spread_percent: 15, source: made}\n"

#define ERP "  erps: {end: {site: right, cycle_ms: 600, erp_ms: 200, sd_ms: 1, source: made}}\n"

/* Fields from 0 to 1 along the block and through it, in the order of its nodes. */
static int write_fields(void **state) {
  (void)state;
  heart *h = heart_make(path_of("heart.yaml"), HEART);
  const iso_mesh *mesh = h->work.model.places.mesh;
  static const char *const names[] = {"along", "through"};
  static const double sizes[] = {12, 3};
  iso_lid *node; /* by its number in the file */
  ASSERT_OK(iso_alloc(&node, (size_t)mesh->nlocal, sizeof *node, "nodes", &err));
  for (iso_lid i = 0; i < mesh->nlocal; i++) node[mesh->gid[i]] = i;
  FILE *file = fopen(path_of("field.vtk"), "w");
  assert_non_null(file);
  fprintf(file, "# vtk DataFile Version 3.0\nfields\nASCII\nDATASET UNSTRUCTURED_GRID\nPOINTS %d double\n",
          mesh->nlocal);
  for (iso_lid i = 0; i < mesh->nlocal; i++)
    fprintf(file, "%g %g %g\n", mesh->xyz[node[i]][0], mesh->xyz[node[i]][1], mesh->xyz[node[i]][2]);
  fprintf(file, "CELLS 1 2\n1 0\nCELL_TYPES 1\n1\nPOINT_DATA %d\n", mesh->nlocal);
  for (int d = 0; d < 2; d++) {
    fprintf(file, "SCALARS %s double 1\nLOOKUP_TABLE default\n", names[d]);
    for (iso_lid i = 0; i < mesh->nlocal; i++) fprintf(file, "%g\n", mesh->xyz[node[i]][2 * d] / sizes[d]);
  }
  free(node);
  fclose(file);
  heart_drop(h);
  return 0;
}

static void write_heart(void) {
  put("electrodes.csv", "name,x_mm,y_mm,z_mm\nRA,-60,70,3\nLA,70,80,5\nLL,10,-70,9\nV1,6,5,40\nV2,30,9,30\n"
                        "V3,-20,-3,25\n");
  FILE *file = fopen(path_of("ecg.csv"), "w");
  fputs("t_ms,I,II,V1,V2,V3\n", file);
  for (int t = 0; t <= 450; t++)
    fprintf(file, "%d,%.6f,%.6f,%.6f,%.6f,%.6f\n", t, sin(0.1 * t), cos(0.07 * t), sin(0.2 * t),
            sin(0.05 * t), cos(0.13 * t));
  fclose(file);
}

static void slopes_are_differences(void **state) {
  (void)state;
  heart *h = heart_make(path_of("heart.yaml"),
                        HEART APD "    field: {spread_percent: 5, correlation_mm: 5, source: made}\n");
  assert_true(h->work.model.apd.n > 6);
  compare_slopes(NULL, &h->work);
  heart_drop(h);
}

/* ---- refractory periods ---- */

static void an_erp_goes_with_its_factor(void **state) {
  (void)state;
  static const double rest_ms[] = {20, 120, 220}, even[] = {60, 60, 60}, apd_ms[] = {60, 110, 120},
                      one[] = {1, 1, 1};
  const iso_restitution flat = {3, 4, rest_ms, even, one}, steep = {3, 4, rest_ms, apd_ms, one};
  double by;
  assert_true(fabs(iso_fit_erp_at(&flat, 1.5, 300, &by) - 1.5 * 76) < 1e-9 && fabs(by - 1.5 * 76) < 1e-9);
  /* a = 60 + (b - a - 20) / 2 for rests up to 120 */
  assert_true(fabs(iso_fit_erp_at(&steep, 1, 200, NULL) - 100 - 16) < 1e-9);
  assert_true(fabs(iso_fit_erp_at(&steep, 2, 400, NULL) - 2 * (100 + 16)) < 1e-9);
  for (double factor = 0.7; factor < 1.5; factor += 0.09)
    for (double cycle = 170.3; cycle < 500; cycle += 31) {
      const double h = 1e-5, above = iso_fit_erp_at(&steep, factor * exp(h), cycle, NULL);
      const double slope = (above - iso_fit_erp_at(&steep, factor * exp(-h), cycle, NULL)) / (2 * h);
      iso_fit_erp_at(&steep, factor, cycle, &by);
      assert_true(fabs(by - slope) < 1e-5);
    }
}

static void slopes_of_erps_are_differences(void **state) {
  (void)state;
  heart *h = heart_make(path_of("heart.yaml"), HEART ERP APD);
  assert_true(h->work.data.nsets == 2 && h->work.data.set[1].nused == 1);
  compare_slopes(NULL, &h->work);
  heart_drop(h);
}

/* ---- found again ---- */

static int find(const iso_fit_work *w, const char *name) {
  for (int q = 0; q < w->asked.n; q++)
    if (!strcmp(w->asked.quantity[q].name, name)) return q;
  fail_msg("nothing is asked of %s", name);
  return -1;
}

/* Members around the best heart, which is found just before, as they need it. */
static iso_minimum members_of(iso_fit_work *w, MPI_Comm comm, iso_ensemble *out) {
  iso_minimum minimum;
  for (int i = 0; i < w->model.at.n; i++) w->z[i] = 0;
  ASSERT_OK(iso_minimise(&w->minimiser, w->zero, w->value, w->sd, w->z, &minimum, &err));
  const iso_ensemble_spec members = {
      .members = w->setup.config->fit.members, .best = w->z, .value = w->value, .sd = w->sd, .seed = 1};
  ASSERT_OK(iso_ensemble_new(out, comm, &w->minimiser, &members, &err));
  return minimum;
}

/* What gradients and durations are found to be, of a heart whose action potentials are as z [apd.n] has them
 * and whose samples have errors; interval: 5 and 95% of the members. */
static void find_again(heart *h, const double *truth, double (*interval)[2], double *was) {
  iso_fit_work *w = &h->work;
  const int n = w->data.nused, members = w->setup.config->fit.members;
  double value[64], column[64];
  iso_ensemble e, alone;
  memcpy(w->z + w->model.at.apd, truth, (size_t)w->model.apd.n * sizeof *truth);
  ASSERT_OK(iso_fit_model_run(&w->model, w->z, &err));
  iso_fit_data_predict(&w->data, &w->model, w->z, w->value);
  iso_fit_quantities_of(&w->asked, &w->model, w->z, was);
  for (int k = 0; k < n; k++) w->value[k] += w->sd[k] * iso_normal(2, ISO_DRAW_MEASURED, 0, (uint64_t)k);
  const iso_minimum minimum = members_of(w, MPI_COMM_WORLD, &e);
  assert_true(minimum.settled && minimum.misfit < 1.3 * n);
  members_of(w, MPI_COMM_SELF, &alone);
  assert_memory_equal(e.z, alone.z, (size_t)members * (size_t)e.nz * sizeof *e.z); /* on any ranks */
  iso_ensemble_free(&alone);
  for (int q = 0; q < w->asked.n; q++) {
    for (int m = 0; m < members; m++) {
      iso_fit_quantities_of(&w->asked, &w->model, e.z + (size_t)m * (size_t)e.nz, value);
      column[m] = value[q];
    }
    interval[q][0] = iso_fit_quantile(members, column, 0.05);
    interval[q][1] = iso_fit_quantile(members, column, 0.95);
    print_message("%s: %.4g, %.4g to %.4g\n", w->asked.quantity[q].name, was[q], interval[q][0],
                  interval[q][1]);
  }
  iso_ensemble_free(&e);
}

/* With a gradient along the block, and none but what is known beforehand through it: each is in its interval,
 * and so far from 1 that its opposite is not. */
static void gradients_are_found(void **state) {
  (void)state;
  static const double truth[] = {0.5, -0.4, 0.9, -1.2};
  heart *h = heart_make(path_of("heart.yaml"), HEART APD);
  static const char *const asked[] = {"apd of left", "apd of right", "apd gradient of along",
                                      "apd gradient of through"};
  double interval[64][2], was[64];
  assert_int_equal(h->work.model.apd.n, 4);
  find_again(h, truth, interval, was);
  for (int k = 0; k < 4; k++) {
    const int q = find(&h->work, asked[k]);
    assert_true(interval[q][0] <= was[q] && was[q] <= interval[q][1]);
    if (k >= 2) assert_true(1 / was[q] < interval[q][0] || 1 / was[q] > interval[q][1]);
  }
  heart_drop(h);
}

/* ---- what is refused ---- */

static void what_t_waves_need_is_named(void **state) {
  (void)state;
  static const char all[] = HEART APD;
  static const char *const wrong[][3] = {
      {"from_ms: 180", "from_ms: 480", "fit.ecgs.made.t_wave: it ends before it begins"},
      {"end_ms: 60, ", "", "fit.ecgs.made.end_ms: say where the QRS complex ends"},
      {"end_ms: 60, ", "end_ms: 200, ", "fit.ecgs.made.end_ms: say where the QRS complex ends"},
      {"to_ms: 400", "to_ms: 460", "ecg.csv, what the filter needs at the ends left out, from 6.6"},
      {"to_ms: 400", "to_ms: 200", "makes fewer than 4"},
      {"t_wave: {from_ms: 180, to_ms: 400}", "t_wave: {from_ms: 80, to_ms: 120}", "recovers from"},
      {"sd_mV: 0.01", "sd_mV: 0.9", "there is no T wave"},
      {"duration_ms: 500", "duration_ms: 150", "does not end within time.duration_ms, 150 ms"},
      {"t_wave: {from_ms: 180, to_ms: 400}, ", "", "fit.apd: nothing that was measured tells"},
      {"field: field.vtk, variable: along", "by: apicobasal", "a slab has no coordinates"},
      {"field: field.vtk, variable: along", "by: rotational", "goes round"},
      {"field: field.vtk, variable: along", "field: field.vtk", "field and variable belong together"},
      {"field: field.vtk, variable: along, ", "", "give either by, a coordinate, or field"},
      {"field: field.vtk, variable: along", "field: field.vtk, variable: across", "across"},
  };
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
    heart_refuses(path_of("heart.yaml"), all, wrong[k]);
}

static int begin(void **state) {
  if (make_folder(state) != 0) return -1;
  write_heart();
  return write_fields(state);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_potential_is_smooth),       cmocka_unit_test(slopes_are_differences),
      cmocka_unit_test(an_erp_goes_with_its_factor), cmocka_unit_test(slopes_of_erps_are_differences),
      cmocka_unit_test(gradients_are_found),         cmocka_unit_test(what_t_waves_need_is_named),
  };
  MPI_Init(&argc, &argv);
  const int failed = cmocka_run_group_tests(tests, begin, remove_folder);
  MPI_Finalize();
  return failed;
}

/* Scars whose place is known: beside a heart without one, derivatives, and a factor that is found again. */
#include "grid/mpi_main.h"

#include "fit/compare_slopes.h"
#include "fit/fitted_heart.h"
#include "fit/made_map.h"
#include "fit/maps.h"

#include <stdio.h>

/* A sheet with two patches that overlap. */
static heart *make(const char *mesh, const char *more) {
  char text[2048];
  snprintf(
      text, sizeof text,
      "mesh: %s\n"
      "regions: [{name: tissue, model: mitchell_schaeffer_2003, conductivity: {longitudinal_S_per_m: 0.2, "
      "transverse_S_per_m: 0.1}, velocity: {longitudinal_m_per_s: 0.7, transverse_m_per_s: 0.35}}]\n"
      "time: {duration_ms: 300, step_ms: 0.1}\n"
      "sites:\n"
      "  patch: {sphere: {centre_mm: [8, 5, 0], radius_mm: 2.4}}\n"
      "  strip: {box: {min_mm: [9, 0, 0], max_mm: [10.6, 9, 3]}}\n"
      "fit:\n"
      "  maps: {made: {file: %s, unit: mm, sd_ms: 0.5, source: made}}\n"
      "  velocity: {spread_percent: 30, ratio_spread_percent: 20, source: made}\n"
      "  onsets: {first: {at_mm: [3, 4, 0], within_mm: 1.5, within_ms: 3, source: made}}\n"
      "%s",
      mesh, map_path, more);
  return heart_make("heart.yaml", text);
}

static const char sheet[] =
    "{slab: {size_mm: [12, 9, 0], spacing_mm: 0.75, element: triangle}, fibre: [1, 0.4, 0]}";
static const char block[] =
    "{slab: {size_mm: [12, 9, 3], spacing_mm: 1.5, element: tetrahedron}, fibre: [1, 0.4, 0]}";
static const char scars[] =
    "  scars:\n"
    "    patch: {site: patch, velocity_factor: 0.6, spread_percent: 100, source: made}\n"
    "    strip: {site: strip, velocity_factor: 0.8, spread_percent: 50, source: made}\n";

/* The number that gives a scar a factor. */
static double number_of(const iso_fit_model *m, int k, double factor) {
  return log(factor / m->config->fit.scars[k].velocity_factor) / m->scar[k].spread;
}

static void a_factor_of_one_is_no_scar(void **state) {
  (void)state;
  iso_error err;
  heart *h = make(sheet, scars), *whole = make(sheet, "");
  iso_fit_model *a = &h->work.model, *b = &whole->work.model;
  double *z = h->work.z;
  for (int k = 0; k < 2; k++) z[a->at.scar + k] = number_of(a, k, 1);
  ASSERT_OK(iso_fit_model_run(a, z, &err));
  ASSERT_OK(iso_fit_model_run(b, whole->work.z, &err));
  for (iso_lid i = 0; i < h->work.setup.mesh->nlocal; i++)
    assert_true(fabs(iso_fit_model_times(a, 0)[i] - iso_fit_model_times(b, 0)[i]) < 1e-9);
  heart_drop(h);
  heart_drop(whole);
}

/* Elements that are partly in one scar or both, with a field besides. */
static void slopes_are_differences(void **state) {
  (void)state;
  static const char *const meshes[] = {sheet, block};
  char more[1024];
  snprintf(more, sizeof more, "%s  field: {spread_percent: 20, correlation_mm: 6, source: made}\n", scars);
  for (int k = 0; k < 2; k++) {
    heart *h = make(meshes[k], more);
    compare_slopes(NULL, &h->work);
    heart_drop(h);
  }
}

/* Without errors, and with a weak grip of what is known beforehand. */
static void a_scar_is_found(void **state) {
  (void)state;
  heart *h = make(sheet, scars);
  iso_fit_work *w = &h->work;
  double asked[2][HEART_ASKED];
  heart_find_again(w, 0.05, asked);
  for (int q = 0; q < w->asked.n; q++) {
    if (isnan(w->asked.quantity[q].neutral)) continue;
    print_message("%s: %.3f, truth %.3f\n", w->asked.quantity[q].name, asked[1][q], asked[0][q]);
    assert_true(fabs(asked[1][q] / asked[0][q] - 1) < 0.05);
  }
  heart_drop(h);
}

/* ---- where no scar is known of ---- */

enum { MEMBERS = 19 };

/* Of the nodes within a distance of a place. */
static double mean_around(const iso_mesh *mesh, const double *value, double x, double y, double within) {
  double sum = 0, n = 0;
  for (iso_lid i = 0; i < mesh->nlocal; i++)
    if (hypot(mesh->xyz[i][0] - x, mesh->xyz[i][1] - y) <= within) sum += value[i], n++;
  return sum / n;
}

static void fit_members(iso_fit_work *w, const iso_fit_work *truth, iso_fit_maps *maps) {
  iso_error err;
  iso_minimum minimum;
  iso_ensemble ensemble;
  ASSERT_OK(iso_minimise(&w->minimiser, w->zero, truth->value, w->sd, w->z, &minimum, &err));
  const iso_ensemble_spec members = {
      .members = MEMBERS, .best = w->z, .value = truth->value, .sd = w->sd, .seed = 1};
  ASSERT_OK(iso_ensemble_new(&ensemble, MPI_COMM_SELF, &w->minimiser, &members, &err));
  ASSERT_OK(iso_fit_maps_new(maps, w, &ensemble, &err));
  iso_ensemble_free(&ensemble);
}

/* A patch at 40% of the velocity, errors of half a ms: a field finds that it is slow, at its place and
 * nowhere else; without a patch there is none. Beforehand a fifth of the hearts is below 70% anywhere. */
static void a_field_finds_a_slow_patch(void **state) {
  (void)state;
  iso_error err;
  for (int is_there = 0; is_there < 2; is_there++) {
    heart *truth = make(sheet, scars);
    heart *h = make(sheet, "  field: {spread_percent: 40, correlation_mm: 2.5, source: made}\n");
    iso_fit_work *t = &truth->work;
    iso_fit_maps maps;
    t->z[t->model.at.scar] = number_of(&t->model, 0, is_there ? 0.4 : 1);
    t->z[t->model.at.scar + 1] = number_of(&t->model, 1, 1);
    ASSERT_OK(iso_fit_model_run(&t->model, t->z, &err));
    iso_fit_data_predict(&t->data, &t->model, t->z, t->value);
    for (int k = 0; k < t->data.nused; k++)
      t->value[k] += t->sd[k] * iso_normal(1, ISO_DRAW_MEASURED, 0, (uint64_t)k);
    fit_members(&h->work, t, &maps);
    const iso_mesh *mesh = h->work.setup.mesh;
    const double in = mean_around(mesh, maps.slow, 8, 5, 1.5), out = mean_around(mesh, maps.slow, 4, 6, 1.5);
    print_message("slow with a probability of %.3f in the patch, %.3f beside the onset\n", in, out);
    assert_true(is_there ? in > 0.9 : in < 0.1);
    assert_true(out < 0.1);
    iso_fit_maps_free(&maps);
    heart_drop(h);
    heart_drop(truth);
  }
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_factor_of_one_is_no_scar),
      cmocka_unit_test(slopes_are_differences),
      cmocka_unit_test(a_scar_is_found),
      cmocka_unit_test(a_field_finds_a_slow_patch),
  };
  return run_beside_map(argc, argv, tests, sizeof tests / sizeof *tests);
}

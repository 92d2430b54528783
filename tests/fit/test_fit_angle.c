/* Fibres of a surface that are turned: beside a mesh whose fibres are, derivatives, and an angle that is
 * found again. */
#include "grid/mpi_main.h"

#include "fit/compare_slopes.h"
#include "fit/fitted_heart.h"
#include "fit/judge.h"
#include "fit/made_map.h"

#include <stdio.h>

enum { DEGREES = 20 };

/* A sheet with fibres at an angle to x. */
static heart *make(double degrees, const char *more) {
  char text[2048];
  const double x = cos(degrees * M_PI / 180), y = sin(degrees * M_PI / 180);
  snprintf(
      text, sizeof text,
      "mesh: {slab: {size_mm: [12, 9, 0], spacing_mm: 0.75, element: triangle}, fibre: [%.9f, %.9f, 0]}\n"
      "regions: [{name: tissue, model: mitchell_schaeffer_2003, conductivity: {longitudinal_S_per_m: 0.2, "
      "transverse_S_per_m: 0.1}, velocity: {longitudinal_m_per_s: 0.7, transverse_m_per_s: 0.35}}]\n"
      "time: {duration_ms: 300, step_ms: 0.1}\n"
      "fit:\n"
      "  maps: {made: {file: %s, unit: mm, sd_ms: 0.5, source: made}}\n"
      "  velocity: {spread_percent: 30, ratio_spread_percent: 20, source: made}\n"
      "  onsets: {first: {at_mm: [4, 4, 0], within_mm: 1.5, within_ms: 3, source: made}}\n"
      "%s",
      x, y, map_path, more);
  return heart_make("heart.yaml", text);
}

static const char angle[] = "  fibre_angle: {spread_degrees: 15, source: made}\n";

/* Half the tangent of 10 degrees, by half of the spread. */
static double number_of(double degrees) { return tan(degrees * M_PI / 360) / (15 * M_PI / 360); }

static void turned_fibres_are_those_of_a_turned_mesh(void **state) {
  (void)state;
  iso_error err;
  heart *h = make(0, angle), *turned = make(DEGREES, "");
  iso_fit_model *a = &h->work.model, *b = &turned->work.model;
  double *z = h->work.z;
  z[a->at.angle] = number_of(DEGREES);
  assert_true(fabs(iso_fit_angle_degrees(a, z) - DEGREES) < 1e-9);
  ASSERT_OK(iso_fit_model_run(a, z, &err));
  ASSERT_OK(iso_fit_model_run(b, turned->work.z, &err));
  for (iso_lid i = 0; i < h->work.setup.mesh->nlocal; i++) /* a mesh has fibres in single precision */
    assert_true(fabs(iso_fit_model_times(a, 0)[i] - iso_fit_model_times(b, 0)[i]) < 1e-5);
  heart_drop(h);
  heart_drop(turned);
}

static void slopes_are_differences(void **state) {
  (void)state;
  heart *h = make(10, angle);
  compare_slopes(NULL, &h->work);
  heart_drop(h);
}

/* Errors of half a ms: the angle to 2 degrees, of the 20 by which the mesh is wrong; a fit that does not
 * know of it is alarmed. */
static void an_angle_is_found(void **state) {
  (void)state;
  iso_error err;
  heart *truth = make(DEGREES, "");
  iso_fit_work *t = &truth->work;
  ASSERT_OK(iso_fit_model_run(&t->model, t->z, &err));
  iso_fit_data_predict(&t->data, &t->model, t->z, t->value);
  for (int k = 0; k < t->data.nused; k++)
    t->value[k] += t->sd[k] * iso_normal(1, ISO_DRAW_MEASURED, 0, (uint64_t)k);
  for (int knows = 0; knows < 2; knows++) {
    heart *h = make(0, knows ? angle : "");
    iso_fit_work *w = &h->work;
    iso_minimum minimum;
    iso_judgement judgement;
    ASSERT_OK(iso_minimise(&w->minimiser, w->zero, t->value, w->sd, w->z, &minimum, &err));
    ASSERT_OK(iso_fit_judge(&judgement, &w->minimiser, &minimum, t->value, w->sd, 10, &err));
    print_message("reduced chi-square %.3g, p %.2g\n", judgement.reduced_chi_square, judgement.p_value);
    assert_true((judgement.p_value < 0.01) == !knows);
    if (knows) {
      const double found = iso_fit_angle_degrees(&w->model, w->z);
      print_message("turned by %.2f degrees\n", found);
      assert_true(fabs(found - DEGREES) < 2);
    }
    heart_drop(h);
  }
  heart_drop(truth);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(turned_fibres_are_those_of_a_turned_mesh),
      cmocka_unit_test(slopes_are_differences),
      cmocka_unit_test(an_angle_is_found),
  };
  return run_beside_map(argc, argv, tests, sizeof tests / sizeof *tests);
}

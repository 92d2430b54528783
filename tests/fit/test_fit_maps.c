/* What the maps of a twin say of hearts that are drawn from what is known beforehand. */
#include "grid/mpi_main.h"

#include "fit/fitted_heart.h"
#include "fit/made_map.h"
#include "fit/maps.h"

#include <math.h>
#include <stdio.h>

enum { MEMBERS = 400, NODES = 9 * 7 };

static char field_path[] = "/tmp/isochrone_fit_XXXXXX.vtk";

/* A half at every node of the sheet. */
static void write_field(void) {
  FILE *file = fopen(field_path, "w");
  assert_non_null(file);
  fputs("# vtk DataFile Version 3.0\nhalf\nASCII\nDATASET UNSTRUCTURED_GRID\n", file);
  fprintf(file, "POINTS %d double\n", NODES);
  for (int k = 0; k < NODES; k++) fprintf(file, "%g %g 0\n", 1.5 * (k % 9), 1.5 * (k / 9));
  fputs("CELLS 1 4\n3 0 1 9\nCELL_TYPES 1\n5\n", file);
  fprintf(file, "POINT_DATA %d\nSCALARS half double 1\nLOOKUP_TABLE default\n", NODES);
  for (int k = 0; k < NODES; k++) fputs("0.5\n", file);
  fclose(file);
}

/* A sheet whose left is anisotropic and whose right is not. */
static heart *make(const char *more) {
  char text[2048];
  snprintf(text, sizeof text,
           "mesh: {slab: {size_mm: [12, 9, 0], spacing_mm: 1.5, element: triangle}, fibre: [1, 0, 0]}\n"
           "regions:\n"
           "  - {name: left, model: mitchell_schaeffer_2003, conductivity: {longitudinal_S_per_m: 0.2, "
           "transverse_S_per_m: 0.1}, velocity: {longitudinal_m_per_s: 0.7, transverse_m_per_s: 0.35}}\n"
           "  - {name: right, site: right, model: mitchell_schaeffer_2003, conductivity: "
           "{isotropic_S_per_m: 0.1}, velocity: {isotropic_m_per_s: 0.5}}\n"
           "time: {duration_ms: 300, step_ms: 0.1}\n"
           "sites: {right: {box: {min_mm: [5, -1, -1], max_mm: [13, 10, 1]}}}\n"
           "fit:\n"
           "  maps: {made: {file: %s, unit: mm, sd_ms: 5, source: made}}\n"
           "  velocity: {spread_percent: 5, ratio_spread_percent: 50, source: made}\n"
           "  onsets: {first: {at_mm: [3, 4, 0], within_ms: 3, source: made}}\n"
           "%s",
           map_path, more);
  return heart_make("heart.yaml", text);
}

static void make_maps(heart *h, iso_fit_maps *maps) {
  iso_error err;
  const int nz = h->work.model.at.n;
  iso_ensemble e = {.members = MEMBERS, .nz = nz};
  ASSERT_OK(iso_alloc(&e.z, (size_t)MEMBERS * (size_t)nz, sizeof *e.z, "members", &err));
  for (int m = 0; m < MEMBERS; m++)
    iso_fit_draw(1, ISO_DRAW_MEMBER, (uint64_t)m, nz, e.z + (size_t)m * (size_t)nz);
  ASSERT_OK(iso_fit_maps_new(maps, &h->work, &e, &err));
  iso_ensemble_free(&e);
}

/* Where nothing was measured the spread is that beforehand: at 1, with a standard error of 1 / root(2 x 400),
 * of which five are allowed. In the region without a ratio, and where both meet, too. */
static void nothing_is_narrower_than_beforehand(void **state) {
  (void)state;
  heart *h = make("");
  iso_fit_maps maps;
  double least = INFINITY, most = 0;
  make_maps(h, &maps);
  for (iso_lid i = 0; i < h->work.setup.mesh->nlocal; i++)
    least = fmin(least, maps.known[i]), most = fmax(most, maps.known[i]);
  print_message("spreads from %.3f to %.3f of those beforehand\n", least, most);
  assert_true(least > 1 - 5 / sqrt(2.0 * MEMBERS) && most < 1 + 5 / sqrt(2.0 * MEMBERS));
  iso_fit_maps_free(&maps);
  heart_drop(h);
}

/* The map says how fast waves are, and not what their velocity is times; what is slow is slow beside the
 * configuration's, with its field. */
static void a_velocity_field_counts(void **state) {
  (void)state;
  char more[200];
  snprintf(more, sizeof more, "velocity_field: {file: %s, variable: half}\n", field_path);
  heart *plain = make(""), *half = make(more);
  iso_fit_maps a, b;
  make_maps(plain, &a);
  make_maps(half, &b);
  for (iso_lid i = 0; i < plain->work.setup.mesh->nlocal; i++) {
    assert_true(fabs(b.velocity[i] / a.velocity[i] - 0.5) < 1e-12); /* of rounding */
    assert_true(b.slow[i] == a.slow[i]);
  }
  iso_fit_maps_free(&a);
  iso_fit_maps_free(&b);
  heart_drop(plain);
  heart_drop(half);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_narrower_than_beforehand),
      cmocka_unit_test(a_velocity_field_counts),
  };
  const int file = mkstemps(field_path, 4);
  if (file >= 0) close(file);
  write_field();
  const int failed = run_beside_map(argc, argv, tests, sizeof tests / sizeof *tests);
  unlink(field_path);
  return failed;
}

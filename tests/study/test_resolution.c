/* How many widths of the front an element's edges are, by hand. */
#include "grid/mpi_main.h"

#include "study/setup.h"
#include "tissue/resolution.h"

#include <stdio.h>

static iso_error err;

/* Resolution of the one region of a slab; D = 0.1 mm2/ms along and 0.025 across, so that fronts are expected
 * to run at 2 sqrt(0.1) and 2 sqrt(0.025) mm/ms. mesh: keys of mesh.slab. */
static iso_resolution resolve(const char *mesh, const char *fibre, double limit) {
  iso_config config;
  iso_resolution out;
  char text[600];
  iso_timer timer;
  iso_timer_start(&timer);
  snprintf(text, sizeof text,
           "mesh: {slab: {%s}, fibre: %s}\n"
           "regions: [{model: luo_rudy_1991, chi_per_mm: 100, cm_uF_per_mm2: 0.01,\n"
           "           conductivity: {longitudinal_S_per_m: 0.1, transverse_S_per_m: 0.025}}]\n"
           "time: {duration_ms: 1}\n",
           mesh, fibre);
  ASSERT_OK(iso_config_parse(&config, "heart.yaml", text, strlen(text), 0, NULL, &err));
  iso_setup setup = {.config = &config, .timer = &timer};
  ASSERT_OK(iso_setup_mesh(&setup, MPI_COMM_WORLD, &err));
  ASSERT_OK(iso_setup_tissue(&setup, &err));
  ASSERT_OK(iso_tissue_resolution(setup.mesh, &setup.tissue, limit, &out, &err));
  iso_setup_free(&setup);
  iso_config_free(&config);
  return out;
}

/* Sums of few numbers, in an order that ranks change. */
#define assert_close(a, b) assert_true(fabs((a) - (b)) < 1e-12 * fabs(b))

static void edges_are_measured_along_their_direction(void **state) {
  (void)state;
  static const char line[] = "size_mm: [8, 0, 0], spacing_mm: 1, element: line";
  const double along = 2 * sqrt(0.1), across = 2 * sqrt(0.025);
  iso_resolution r = resolve(line, "[1, 0, 0]", 1);
  assert_int_equal(r.elements, 8);
  assert_int_equal(r.coarse, 8);
  assert_close(r.edge_mm, 1.0);
  assert_close(r.widths, 1 / along);
  assert_close(r.along, along);
  assert_close(r.across, across);
  assert_close(resolve(line, "[0, 1, 0]", 1).widths, 1 / across);
  /* e . D^-1 e of a unit edge at 45 degrees is the mean of both, but for a fibre in single precision */
  assert_true(fabs(resolve(line, "[1, 1, 0]", 1).widths - sqrt(0.5 * (1 / 0.1 + 1 / 0.025)) / 2) < 1e-6);
}

static void every_edge_of_an_element_counts(void **state) {
  (void)state;
  static const char block[] = "size_mm: [3, 2, 2], spacing_mm: 1, element: hexahedron";
  /* four edges along the fibre and eight across */
  const double widths = (1 / (2 * sqrt(0.1)) + 2 / (2 * sqrt(0.025))) / 3;
  iso_resolution r = resolve(block, "[1, 0, 0]", 1);
  assert_int_equal(r.elements, 12);
  assert_close(r.widths, widths);
  assert_int_equal(resolve(block, "[1, 0, 0]", widths * (1 + 1e-9)).coarse, 0);
  assert_int_equal(resolve(block, "[1, 0, 0]", widths * (1 - 1e-9)).coarse, 12);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(edges_are_measured_along_their_direction),
    cmocka_unit_test(every_edge_of_an_element_counts),
};
RUN_ON_ALL_RANKS(tests)

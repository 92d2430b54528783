/* Random patterns of places: as dense and as coarse as asked for, and the same on any mesh. */
#include "grid/mpi_main.h"

#include "grid/ask/pattern.h"
#include "grid/ask/select.h"
#include "grid/make/slab.h"

#include <math.h>

static iso_error err;

/* Of the places of a cube of 25^3, 1.5 correlation lengths apart, those that belong; pairs: with another one
 * at a distance in x that does. */
static double part(const iso_select_pattern *of, double distance, double *pairs) {
  iso_pattern p;
  int64_t n = 0, both = 0, all = 0;
  iso_pattern_new(&p, of);
  for (int i = 0; i < 25; i++)
    for (int j = 0; j < 25; j++)
      for (int k = 0; k < 25; k++, all++) {
        const double x[3] = {3.0 * i, 3.0 * j, 3.0 * k}, y[3] = {x[0] + distance, x[1], x[2]};
        const bool has = iso_pattern_has(&p, x);
        n += has, both += has && iso_pattern_has(&p, y);
      }
  *pairs = (double)both / (double)all;
  return (double)n / (double)all;
}

/* Of 15,600 nearly independent places, so that the standard deviation of a part is 0.004 or less.
 * Correlations of 128 waves scatter by 1/16, which is up to 0.01 of the part of pairs. */
static void a_pattern_is_as_dense_and_as_coarse_as_asked_for(void **state) {
  (void)state;
  static const double density[] = {0.1, 0.3, 0.5, 0.8};
  for (int k = 0; k < 4; k++) {
    const iso_select_pattern of = {density[k], 2, 7 + k};
    double near, here, far;
    const double n = part(&of, 0.1, &near);
    part(&of, 2, &here);
    part(&of, 8, &far);
    assert_true(fabs(n - density[k]) < 0.015);
    assert_true(near > 0.85 * n); /* a twentieth of the correlation length away */
    assert_true(fabs(far - n * n) < 0.025);
    /* Half in: the part of pairs with correlation 1/e is 1/4 + asin(1/e) / (2 pi). */
    if (density[k] == 0.5) assert_true(fabs(here - 0.3099) < 0.025);
  }
}

static void another_seed_is_another_pattern(void **state) {
  (void)state;
  iso_pattern one, other;
  int differ = 0;
  iso_pattern_new(&one, &(iso_select_pattern){0.5, 2, 1});
  iso_pattern_new(&other, &(iso_select_pattern){0.5, 2, 2});
  for (int i = 0; i < 1000; i++) {
    const double x[3] = {3.0 * i, 0, 0};
    differ += iso_pattern_has(&one, x) != iso_pattern_has(&other, x);
  }
  assert_in_range(differ, 400, 600);
}

/* Nodes of a slab by their places in half millimetres, of those that it shares with the one of 1 mm. */
static int64_t selected(double spacing, uint8_t hit[21 * 21 * 21]) {
  const iso_slab_options slab = {.size_mm = {20, 20, 20}, .spacing_mm = spacing, .shape = ISO_HEXAHEDRON};
  const iso_select where = {.has_pattern = true, .pattern = {0.3, 3, 5}};
  iso_slice slice;
  iso_mesh *mesh;
  iso_selection found;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &slab, &slice, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  ASSERT_OK(iso_select_nodes(mesh, &where, NULL, &found, &err));
  memset(hit, 0, 21 * 21 * 21);
  for (int64_t k = 0; k < found.count; k++) {
    const double *x = mesh->xyz[found.node[k]];
    if (x[0] == floor(x[0]) && x[1] == floor(x[1]) && x[2] == floor(x[2]))
      hit[(int)x[0] + 21 * ((int)x[1] + 21 * (int)x[2])] = 1;
  }
  MPI_Allreduce(MPI_IN_PLACE, hit, 21 * 21 * 21, MPI_UINT8_T, MPI_SUM, MPI_COMM_WORLD);
  const int64_t total = found.total;
  iso_selection_free(&found);
  iso_mesh_free(mesh);
  return total;
}

static void a_finer_mesh_has_the_same_pattern(void **state) {
  (void)state;
  static uint8_t coarse[21 * 21 * 21], fine[21 * 21 * 21];
  const int64_t n = selected(1, coarse), m = selected(0.5, fine);
  assert_true(n > 1000);
  assert_true(fabs((double)n / 9261 - (double)m / 68921) < 0.02);
  assert_memory_equal(coarse, fine, sizeof coarse);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_pattern_is_as_dense_and_as_coarse_as_asked_for),
    cmocka_unit_test(another_seed_is_another_pattern),
    cmocka_unit_test(a_finer_mesh_has_the_same_pattern),
};
RUN_ON_ALL_RANKS(tests)

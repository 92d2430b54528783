/* Fast layers: what they multiply the conductivities of elements by. */
#include "grid/mpi_main.h"

#include "grid/hash.h"
#include "study/setup.h"
#include "tissue/part_within.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static iso_error err;
static iso_timer timer;

/* The mesh and tissue of a wall of 4 x 3 x 2 mm in such elements, refined so often, with layers. */
static void set_up(iso_setup *setup, iso_config *config, MPI_Comm comm, const char *element, int refine,
                   const char *layers) {
  char text[1024];
  snprintf(text, sizeof text,
           "mesh: {slab: {size_mm: [4, 3, 2], spacing_mm: 0.5, element: %s}, refine: %d}\n"
           "regions:\n"
           "  - {name: wall, model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.1}}\n"
           "sites:\n"
           "  endo: {box: {min_mm: [0, 0, 0], max_mm: [9, 9, 0]}}\n"
           "  epi: {box: {min_mm: [0, 0, 2], max_mm: [9, 9, 2]}}\n"
           "fast_endocardium: %s\n"
           "time: {duration_ms: 1}\n",
           element, refine, layers);
  iso_timer_start(&timer);
  ASSERT_OK(iso_config_parse(config, "heart.yaml", text, strlen(text), 0, NULL, &err));
  *setup = (iso_setup){.config = config, .timer = &timer};
  ASSERT_OK(iso_setup_mesh(setup, comm, &err));
  ASSERT_OK(iso_setup_tissue(setup, &err));
}

static void tear_down(iso_setup *setup, iso_config *config) {
  iso_setup_free(setup);
  iso_config_free(config);
}

static bool is_mine(const iso_mesh *mesh, iso_lid e) {
  return mesh->conn[(int64_t)e * mesh->width] < mesh->nowned;
}

/* Sum of volume times (boost - 1). Elements of a slab have one volume for each kind: a cube's, or a sixth. */
static double boosted_volume(const iso_setup *setup) {
  const iso_mesh *mesh = setup->mesh;
  double sum = 0;
  for (iso_lid e = 0; e < mesh->nelem; e++)
    if (is_mine(mesh, e)) sum += setup->tissue.boost[e] - 1;
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, mesh->comm);
  return sum * 4 * 3 * 2 / (double)mesh->nelems;
}

/* Distances from a plane are linear, so that the layer is cut out exactly, wherever it ends in elements. */
static void a_layer_has_its_depth(void **state) {
  (void)state;
  static const char *const elements[] = {"tetrahedron", "hexahedron"};
  static const double depths[] = {0.25, 0.5, 0.8, 1.9};
  for (int k = 0; k < 2; k++)
    for (int refine = 0; refine < 2; refine++)
      for (size_t d = 0; d < sizeof depths / sizeof *depths; d++) {
        iso_setup setup;
        iso_config config;
        char layer[100];
        snprintf(layer, sizeof layer, "{site: endo, depth_mm: %g, velocity_ratio: 3}", depths[d]);
        set_up(&setup, &config, MPI_COMM_WORLD, elements[k], refine, layer);
        assert_float_equal(boosted_volume(&setup), (3 * 3 - 1) * 4 * 3 * depths[d], 1e-9);
        tear_down(&setup, &config);
      }
}

/* A plane that is slanted against all elements cuts a corner off the wall, of volume t^3 / (6 a b c). */
static void a_plane_cuts_off_the_part_below_it(void **state) {
  (void)state;
  static const char *const elements[] = {"tetrahedron", "hexahedron"};
  const double a = 1, b = 0.7, c = 1.3, t = 1.1;
  for (int k = 0; k < 2; k++) {
    iso_setup setup;
    iso_config config;
    set_up(&setup, &config, MPI_COMM_WORLD, elements[k], 0, "null");
    const iso_mesh *mesh = setup.mesh;
    double *value = malloc((size_t)mesh->nlocal * sizeof *value), sum = 0;
    for (iso_lid i = 0; i < mesh->nlocal; i++)
      value[i] = a * mesh->xyz[i][0] + b * mesh->xyz[i][1] + c * mesh->xyz[i][2];
    for (iso_lid e = 0; e < mesh->nelem; e++)
      if (is_mine(mesh, e)) sum += iso_part_within(mesh, e, value, t);
    MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, mesh->comm);
    assert_float_equal(sum * 4 * 3 * 2 / (double)mesh->nelems, t * t * t / (6 * a * b * c), 1e-12);
    free(value);
    tear_down(&setup, &config);
  }
}

static void the_fastest_layer_counts(void **state) {
  (void)state;
  iso_setup setup;
  iso_config config;
  set_up(&setup, &config, MPI_COMM_WORLD, "tetrahedron", 0,
         "[{site: endo, depth_mm: 1, velocity_ratio: 2}, {site: epi, depth_mm: 1.5, velocity_ratio: 3}]");
  assert_float_equal(boosted_volume(&setup), 4 * 3 * (3 * 0.5 + 8 * 1.5), 1e-9);
  tear_down(&setup, &config);
}

/* Of every element's place and boost, in no order. */
static uint64_t checksum(const iso_setup *setup) {
  const iso_mesh *mesh = setup->mesh;
  uint64_t sum = 0;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    uint64_t places = 0;
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++)
      places += iso_hash((uint64_t)mesh->gid[mesh->conn[(int64_t)e * mesh->width + k]]);
    if (is_mine(mesh, e)) sum += iso_hash_words(places, &setup->tissue.boost[e], sizeof(double));
  }
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_UINT64_T, MPI_SUM, mesh->comm);
  return sum;
}

static void layers_are_the_same_on_any_ranks(void **state) {
  (void)state;
  iso_setup here, everywhere;
  iso_config config[2];
  const char *layer = "{sphere: {centre_mm: [1, 1, 0], radius_mm: 0.8}, depth_mm: 1.1, velocity_ratio: 2.5}";
  set_up(&here, &config[0], MPI_COMM_SELF, "tetrahedron", 0, layer);
  set_up(&everywhere, &config[1], MPI_COMM_WORLD, "tetrahedron", 0, layer);
  assert_true(checksum(&here) == checksum(&everywhere));
  tear_down(&here, &config[0]);
  tear_down(&everywhere, &config[1]);
}

static void without_layers_nothing_is_boosted(void **state) {
  (void)state;
  iso_setup setup;
  iso_config config;
  set_up(&setup, &config, MPI_COMM_WORLD, "hexahedron", 0, "null");
  assert_null(setup.tissue.boost);
  tear_down(&setup, &config);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_layer_has_its_depth),
    cmocka_unit_test(a_plane_cuts_off_the_part_below_it),
    cmocka_unit_test(the_fastest_layer_counts),
    cmocka_unit_test(layers_are_the_same_on_any_ranks),
    cmocka_unit_test(without_layers_nothing_is_boosted),
};
RUN_ON_ALL_RANKS(tests)

/* Sites of a configuration on its mesh. */
#include "grid/mpi_main.h"

#include "study/setup.h"

#include <stdio.h>

static iso_error err;

static const char text[] = "mesh: {slab: {size_mm: [4, 2, 1], spacing_mm: 0.5, element: hexahedron}}\n"
                           "regions: [{model: luo_rudy_1991, conductivity: {isotropic_S_per_m: 0.1}}]\n"
                           "time: {duration_ms: 1}\n"
                           "sites:\n"
                           "  square: {box: {min_mm: [0, 0, 0], max_mm: [1, 1, 0]}}\n"
                           "  away: {box: {min_mm: [0, 0, 3], max_mm: [1, 1, 3]}}\n"
                           "stimuli:\n"
                           "  - {name: one, site: square, amplitude_uA_per_uF: 1}\n"
                           "  - {name: two, or: [{site: away}, {site: square}], amplitude_uA_per_uF: 1}\n"
                           "  - {name: none, site: away, amplitude_uA_per_uF: 1}\n"
                           "outputs: {probes: [{name: a, site: square}, {name: b, site: away}]}\n";

static void sites_are_found_on_the_mesh(void **state) {
  (void)state;
  iso_config config;
  iso_timer timer;
  iso_selection hit;
  iso_gid node;
  iso_timer_start(&timer);
  ASSERT_OK(iso_config_parse(&config, "heart.yaml", text, strlen(text), 0, NULL, &err));
  iso_setup setup = {.config = &config, .timer = &timer};
  ASSERT_OK(iso_setup_mesh(&setup, MPI_COMM_WORLD, &err));
  for (int k = 0; k < 2; k++) {
    ASSERT_OK(iso_setup_stimulated(&setup, k, &hit, &err));
    assert_int_equal(hit.total, 9);
    assert_int_equal(world_sum(hit.count), 9);
    iso_selection_free(&hit);
  }
  ASSERT_REFUSED(
      iso_setup_stimulated(&setup, 2, &hit, &err),
      "heart.yaml:10: stimuli.2: the stimulus 'none' hits no node; the nearest, number 90 at (0, 0, 1) mm, "
      "is 2 mm away");
  /* Its middle is (0.5, 0.5, 0), one node along x and one row of nine. */
  ASSERT_OK(iso_setup_probed(&setup, 0, &node, &err));
  assert_int_equal(node, 10);
  ASSERT_REFUSED(iso_setup_probed(&setup, 1, &node, &err),
                 "outputs.probes.1: the site of probe 'b' hits no node");
  iso_setup_free(&setup);
  iso_config_free(&config);
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(sites_are_found_on_the_mesh)};
RUN_ON_ALL_RANKS(tests)

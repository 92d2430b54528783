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
      "heart.yaml:6: sites.away: hits no node; the nearest, number 90 at (0, 0, 1) mm, is 2 mm away: move or "
      "enlarge it; the stimulus 'none' needs this site (stimuli.2)");
  /* Its middle is (0.5, 0.5, 0), one node along x and one row of nine. */
  ASSERT_OK(iso_setup_probed(&setup, 0, &node, &err));
  assert_int_equal(node, 10);
  ASSERT_REFUSED(
      iso_setup_probed(&setup, 1, &node, &err),
      "heart.yaml:6: sites.away: hits no node; the nearest, number 90 at (0, 0, 1) mm, is 2 mm away: move "
      "or enlarge it; the probe 'b' needs this site (outputs.probes.1)");
  iso_setup_free(&setup);
  iso_config_free(&config);
}

/* The site that a user has to mend, of sets made of sets; what is no fault of a site is one of who is there.
 */
static void the_site_that_misses_is_named(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"stimuli.0={site: beyond, amplitude_uA_per_uF: 1}",
       "heart.yaml:6: sites.away: hits no node; the nearest, number 90 at (0, 0, 1) mm, is 2 mm away: move "
       "or "
       "enlarge it; the stimulus 'stimulus0' needs this site (stimuli.0)"},
      {"stimuli.0={and: [{site: square}, {site: away}], amplitude_uA_per_uF: 1}",
       "heart.yaml:6: sites.away: "},
      {"stimuli.0={or: [{site: away}, {site: beyond}], amplitude_uA_per_uF: 1}",
       "heart.yaml:6: sites.away: "},
      {"stimuli.0={name: s, or: [{site: away}, {site: square}], tag: 7, amplitude_uA_per_uF: 1}",
       "stimuli.0: the stimulus 's' hits no node, wherever it were"},
      {"stimuli.0={name: s, site: square, not: {site: square}, amplitude_uA_per_uF: 1}",
       "stimuli.0: the stimulus 's' hits no node; the nearest, number 3 at"},
      {"stimuli.0={site: listed, amplitude_uA_per_uF: 1}",
       "heart.yaml:8: sites.listed: nowhere.vtx cannot be opened"},
  };
  static const char further[] = "  beyond: {site: away, surface: true}\n"
                                "  listed: {nodes: nowhere.vtx}\n";
  char all[sizeof text + sizeof further];
  const size_t head = (size_t)(strstr(text, "stimuli:") - text);
  snprintf(all, sizeof all, "%.*s%s%s", (int)head, text, further, text + head);
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    iso_config config;
    iso_timer timer;
    iso_selection hit;
    iso_timer_start(&timer);
    ASSERT_OK(iso_config_parse(&config, "heart.yaml", all, strlen(all), 1, &cases[k][0], &err));
    iso_setup setup = {.config = &config, .timer = &timer};
    ASSERT_OK(iso_setup_mesh(&setup, MPI_COMM_WORLD, &err));
    ASSERT_REFUSED(iso_setup_stimulated(&setup, 0, &hit, &err), cases[k][1]);
    iso_setup_free(&setup);
    iso_config_free(&config);
  }
}

static const char regions[] =
    "mesh: {slab: {size_mm: [4, 2, 1], spacing_mm: 0.5, element: hexahedron, tag: 3}}\n"
    "regions:\n"
    "  - {name: wall, model: luo_rudy_1991, conductivity: {isotropic_S_per_m: 0.1}}\n"
    "  - {name: scar, site: scar, model: luo_rudy_1991, conductivity: {isotropic_S_per_m: 0.01}}\n"
    "  - {name: border, site: border, model: luo_rudy_1991, conductivity: {isotropic_S_per_m: 0.05}}\n"
    "time: {duration_ms: 1}\n"
    "sites:\n"
    "  scar: {box: {min_mm: [1, 0, 0], max_mm: [2, 1, 1]}}\n"
    "  border: {box: {min_mm: [0.5, 0, 0], max_mm: [2.75, 1.5, 1]}}\n"
    "stimuli: [{surface: true, amplitude_uA_per_uF: 1}]\n";

static bool in_box(const double x[3], double x0, double x1, double y1) {
  return x[0] >= x0 && x[0] <= x1 && x[1] <= y1;
}

/* The tag that an element of regions has, from its nodes: 4 and 5 come after the mesh's 3, and the scar
 * first. */
static int expected_tag(const iso_mesh *mesh, iso_lid e) {
  bool scar = true, border = true;
  for (int k = 0; k < 8; k++) {
    const double *x = mesh->xyz[mesh->conn[(int64_t)e * mesh->width + k]];
    scar &= in_box(x, 1, 2, 1);
    border &= in_box(x, 0.5, 2.75, 1.5);
  }
  return scar ? 4 : border ? 5 : 3;
}

/* Inner and boundary nodes by their tags, and ghosts that know their owners' values: as of a mesh that was
 * built so. */
static void assert_in_order(const iso_mesh *mesh) {
  iso_gid *gid;
  for (iso_lid i = 1; i < mesh->nowned; i++)
    if (i != mesh->ninner) assert_true(mesh->node_tag[i - 1] <= mesh->node_tag[i]);
  ASSERT_OK(iso_alloc(&gid, (size_t)mesh->nlocal, sizeof *gid, "numbers", &err));
  for (iso_lid i = 0; i < mesh->nowned; i++) gid[i] = 3 * mesh->gid[i] + mesh->node_tag[i];
  ASSERT_OK(iso_halo_update(mesh->halo, gid, sizeof *gid, &err));
  for (iso_lid i = mesh->nowned; i < mesh->nlocal; i++)
    assert_true(gid[i] == 3 * mesh->gid[i] + mesh->node_tag[i]);
  free(gid);
}

static iso_status set_up_regions(iso_setup *setup, const iso_config *config, iso_timer *timer) {
  *setup = (iso_setup){.config = config, .timer = timer};
  ISO_TRY(iso_setup_mesh(setup, MPI_COMM_WORLD, &err));
  return iso_setup_tissue(setup, &err);
}

static void sites_are_regions(void **state) {
  (void)state;
  iso_config config;
  iso_timer timer;
  iso_setup setup;
  int64_t of_tag[6] = {0};
  iso_timer_start(&timer);
  ASSERT_OK(iso_config_parse(&config, "heart.yaml", regions, strlen(regions), 0, NULL, &err));
  ASSERT_OK(set_up_regions(&setup, &config, &timer));
  const iso_mesh *mesh = setup.mesh;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    assert_int_equal(iso_mesh_tag(mesh, e), expected_tag(mesh, e));
    if (mesh->conn[(int64_t)e * mesh->width] < mesh->nowned) of_tag[iso_mesh_tag(mesh, e)]++;
  }
  assert_int_equal(world_sum(of_tag[4]), 2 * 2 * 2);
  assert_int_equal(world_sum(of_tag[5]), 4 * 3 * 2 - 2 * 2 * 2);
  assert_int_equal(iso_tissue_region(&setup.tissue, 4), 1);
  assert_int_equal(iso_tissue_region(&setup.tissue, 5), 2);
  assert_int_equal(iso_tissue_region(&setup.tissue, 3), 0);
  assert_in_order(mesh);
  int64_t elements[3], nodes[3];
  iso_setup_sizes(&setup, elements, nodes);
  assert_int_equal(elements[0], 8 * 4 * 2 - 4 * 3 * 2);
  assert_int_equal(elements[1], 2 * 2 * 2);
  assert_int_equal(elements[2], 4 * 3 * 2 - 2 * 2 * 2);
  assert_int_equal(nodes[0] + nodes[1] + nodes[2], mesh->nnodes);
  /* Tags of the mesh stay what conditions ask for, all elements having had 3. */
  iso_selection hit;
  ASSERT_OK(iso_select_nodes(mesh, &(iso_select){.ntags = 1, .tags = (int32_t[]){3}}, NULL, &hit, &err));
  assert_int_equal(hit.total, mesh->nnodes);
  iso_selection_free(&hit);
  iso_setup_free(&setup);
  iso_config_free(&config);
  static const char *const bad[][2] = {
      {"sites.scar.box.max_mm=[2, 1, 0]",
       "regions.1.site (scar): no element of the mesh has all its nodes in this site"},
      {"sites.scar.box={min_mm: [9, 0, 0], max_mm: [9, 1, 0]}",
       "sites.scar: hits no node; the nearest, number 8 at (4, 0, 0) mm, is 5 mm away: move or enlarge it; "
       "the "
       "region 'scar' needs this site (regions.1.site)"}};
  for (int i = 0; i < 2; i++) {
    ASSERT_OK(iso_config_parse(&config, "heart.yaml", regions, strlen(regions), 1, &bad[i][0], &err));
    ASSERT_REFUSED(set_up_regions(&setup, &config, &timer), bad[i][1]);
    iso_setup_free(&setup);
    iso_config_free(&config);
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(sites_are_found_on_the_mesh),
    cmocka_unit_test(the_site_that_misses_is_named),
    cmocka_unit_test(sites_are_regions),
};
RUN_ON_ALL_RANKS(tests)

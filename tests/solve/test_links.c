/* Resistors between nodes in the time loop. */
#include "grid/mpi_main.h"
#include "solve/fixture.h"

/* A cable whose middle element, that of a region of its own, conducts or not. Spacing, conductivity and
 * cross-section are powers of two, so that an element's conductance is 0.5 mS exactly. */
static const iso_slab_options cable = {{16, 0, 0}, 0.25, ISO_LINE, ISO_SINGLE, {0, 0, 0}, 1};
enum { BEFORE = 31, AFTER = 32 }; /* the nodes of that element, number 31 of 0 to 63 */
static const double sigma = 0.125, between_mS = 0.5;

static void edit_cable(iso_slice *slice, const void *how) {
  const iso_link *link = how;
  for (int64_t e = 0; e < slice->nelem; e++)
    if (slice->first_elem + e == BEFORE) slice->tag[e] = 2;
  const int64_t mine = link && slice->first_node == 0;
  DEMAND(iso_links_new(&slice->links, MPI_COMM_WORLD, slice->nnodes, mine, link, WHY));
}

/* Activation of all nodes; to be freed. */
static double *excite(double middle, const iso_link *link, iso_diffusion diffusion) {
  heart h = {0};
  heart_mesh(&h, &cable, edit_cable, link);
  for (int r = 0; r < 2; r++) {
    iso_region *region = heart_region(&h, r, "luo_rudy_1991");
    region->longitudinal = region->transverse = region->normal = r == 0 ? sigma : middle;
  }
  heart_device(&h, NULL);
  heart_simulation(
      &h, &(iso_numerics){.diffusion = diffusion, .theta = 0.5, .cg_tolerance = 1e-10, .cg_iterations = 500},
      0.05);
  heart_stimulate(&h, (double[3]){0, 0, 0}, (double[3]){1, 0, 0},
                  &(iso_pulses){.duration_ms = 2, .amplitude = 50, .count = 1});
  heart_run(&h, 60);
  double *activation = heart_activation(&h);
  heart_free(&h);
  return activation;
}

static void a_link_in_place_of_an_element_gives_its_bits(void **state) {
  (void)state;
  static const iso_link link = {.node = {BEFORE, AFTER}, .conductance_mS = between_mS};
  for (int d = 0; d < 2; d++) {
    const iso_diffusion diffusion = d ? ISO_DIFFUSION_IMPLICIT : ISO_DIFFUSION_EXPLICIT;
    double *whole = excite(sigma, NULL, diffusion), *cut = excite(0, NULL, diffusion),
           *linked = excite(0, &link, diffusion);
    assert_false(isnan(whole[64]));
    assert_false(isnan(cut[BEFORE]));
    for (int i = AFTER; i <= 64; i++) assert_true(isnan(cut[i]));
    assert_memory_equal(whole, linked, 65 * sizeof *whole);
    free(whole);
    free(cut);
    free(linked);
  }
}

static void edit_orphan(iso_slice *slice, const void *how) {
  static const iso_link link = {.node = {0, 64}, .conductance_mS = between_mS};
  (void)how;
  for (int64_t e = 0; e < slice->nelem; e++) /* the last element becomes a second one of the first nodes */
    if (slice->first_elem + e == 63) slice->conn[2 * e] = 0, slice->conn[2 * e + 1] = 1;
  DEMAND(iso_links_new(&slice->links, MPI_COMM_WORLD, slice->nnodes, slice->first_node == 0, &link, WHY));
}

static void a_link_to_a_node_without_elements_is_refused(void **state) {
  (void)state;
  iso_error err;
  heart h = {0};
  heart_mesh(&h, &cable, edit_orphan, NULL);
  heart_region(&h, 0, "luo_rudy_1991");
  heart_device(&h, NULL);
  ASSERT_REFUSED(
      heart_try_simulation(&h, (iso_simulation_options){.step_ms = 0.02, .activation_mV = NAN}, &err),
      "a link ends at node 64, which belongs to no element");
  heart_free(&h);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_link_in_place_of_an_element_gives_its_bits),
    cmocka_unit_test(a_link_to_a_node_without_elements_is_refused),
};
RUN_ON_ALL_RANKS(tests)

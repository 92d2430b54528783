/* Links: carried by the mesh and its halo, counted by the partition, and resistors in every operator. */
#include "grid/mpi_main.h"

#include "grid/make/refine.h"
#include "grid/share/blocks.h"
#include "grid/share/coarse_graph.h"
#include "linear/fixture.h"

static iso_error err;

static const iso_solver_options exactly = {.tolerance = 1e-13, .iterations = 2000};
static const double insulator[3][3];
static const double unit[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

/* Chains of up to 81 resistors between 0 and 1 mV: the tolerance times their condition number, some 3e3. */
static const double solver_error = 1e-9;

/* ---- resistors ---- */

enum {
  NODES = 81,
  STRIDE = 31
}; /* without a common factor: the chain visits every node, far from the last */
static const iso_slab_options line = {{10, 0, 0}, 0.125, ISO_LINE, ISO_JITTERED, {0, 0, 0}, 1};

static iso_gid place_in_chain[NODES]; /* of each node */
static double conductance(int k) { return 0.5 + k % 5; }

static void make_chain(iso_link *link) {
  for (int k = 0; k < NODES; k++) place_in_chain[k * STRIDE % NODES] = k;
  for (int k = 0; k < NODES - 1; k++)
    link[k] =
        (iso_link){.node = {k * STRIDE % NODES, (k + 1) * STRIDE % NODES}, .conductance_mS = conductance(k)};
}

/* Of the first link's part of the chain to all of it. */
static double potential_in_chain(iso_gid place) {
  double before = 0, all = 0;
  for (int k = 0; k < NODES - 1; k++) {
    all += 1 / conductance(k);
    if (k < place) before += 1 / conductance(k);
  }
  return 1 - before / all;
}

/* By number: node k of the line stands near k spacings, and jitter moves it by a fifth. */
static iso_gid node_at(const double x[3]) { return (iso_gid)llround(x[0] / 0.125); }
static double chain_at(const double x[3]) { return potential_in_chain(place_in_chain[node_at(x)]); }
static double chain_ends(const double x[3]) {
  const iso_gid place = place_in_chain[node_at(x)];
  return place == 0 ? 1 : place == NODES - 1 ? 0 : NAN;
}

static void a_chain_of_resistors_divides_the_voltage(void **state) {
  (void)state;
  iso_link link[NODES - 1];
  laplace l;
  double rms, most;
  make_chain(link);
  laplace_new(&l, linear_mesh_linked(MPI_COMM_WORLD, &line, NODES - 1, link), insulator, chain_ends, exactly);
  assert_true(laplace_solve(&l));
  laplace_errors(&l, chain_at, &rms, &most);
  if (!(most < solver_error)) fail_msg("an error of %g mV", most);
  laplace_free(&l);
}

static void potentials_have_the_same_bits_on_any_ranks(void **state) {
  (void)state;
  iso_link link[NODES - 1];
  laplace together, alone;
  make_chain(link);
  laplace_new(&together, linear_mesh_linked(MPI_COMM_WORLD, &line, NODES - 1, link), unit, chain_ends,
              exactly);
  laplace_new(&alone, linear_mesh_linked(MPI_COMM_SELF, &line, NODES - 1, link), unit, chain_ends, exactly);
  assert_true(together.mesh->checksum == alone.mesh->checksum);
  assert_true(laplace_solve(&together));
  assert_true(laplace_solve(&alone));
  double *u = laplace_gather(&together), *v = laplace_gather(&alone);
  assert_memory_equal(u, v, NODES * sizeof *u);
  free(u);
  free(v);
  laplace_free(&together);
  laplace_free(&alone);
}

/* A line of elements of 1 mS/mm and 1 mm2 has 8 mS from node to node; every third has a resistor beside it,
 * two of 4 mS each, given in either direction. */
static const iso_slab_options even_line = {{10, 0, 0}, 0.125, ISO_LINE, ISO_SINGLE, {0, 0, 0}, 1};

static double beside_at(const double x[3]) {
  double before = 0, all = 0;
  for (int k = 0; k < NODES - 1; k++) {
    const double resistance = k % 3 == 0 ? 1.0 / 16 : 1.0 / 8;
    all += resistance;
    if (k < node_at(x)) before += resistance;
  }
  return 1 - before / all;
}
static double beside_ends(const double x[3]) { return x[0] == 0 ? 1 : x[0] == 10 ? 0 : NAN; }

static void resistors_beside_elements_add_to_them(void **state) {
  (void)state;
  iso_link link[NODES];
  int n = 0;
  laplace l;
  double rms, most;
  for (int k = 0; k < NODES - 1; k += 3) {
    link[n++] = (iso_link){.node = {k, k + 1}, .conductance_mS = 4};
    link[n++] = (iso_link){.node = {k + 1, k}, .conductance_mS = 4};
  }
  laplace_new(&l, linear_mesh_linked(MPI_COMM_WORLD, &even_line, n, link), unit, beside_ends, exactly);
  assert_true(laplace_solve(&l));
  laplace_errors(&l, beside_at, &rms, &most);
  if (!(most < solver_error)) fail_msg("an error of %g mV", most);
  laplace_free(&l);
}

static double uniform_at(const double x[3]) { return 1 - x[0] / 10; }

static void delays_and_directions_are_carried_and_no_resistors(void **state) {
  (void)state;
  static const iso_link link[] = {{{3, 70}, 100, 1.5, false, 0}, {{5, 60}, 100, 0, true, 0}};
  laplace l;
  double rms, most;
  laplace_new(&l, linear_mesh_linked(MPI_COMM_WORLD, &even_line, 2, link), unit, beside_ends, exactly);
  const iso_mesh_links *links = &l.mesh->links;
  for (iso_lid k = 0; k < links->n; k++) {
    const iso_link *given = &link[links->number[k]];
    linear_assert_equal(links->link[k].delay_ms, given->delay_ms);
    linear_assert_equal(links->link[k].conductance_mS, given->conductance_mS);
    assert_int_equal(links->link[k].one_way, given->one_way);
  }
  assert_true(laplace_solve(&l));
  laplace_errors(&l, uniform_at, &rms, &most);
  if (!(most < solver_error)) fail_msg("an error of %g mV", most);
  laplace_free(&l);
}

/* ---- the mesh ---- */

static double value(iso_gid gid) { return 3.0 * (double)gid + 17; }

static bool owns(const iso_mesh *mesh, iso_gid gid) {
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (mesh->gid[i] == gid) return true;
  return false;
}

static void owners_have_the_links_of_their_nodes_and_the_other_ends_as_ghosts(void **state) {
  (void)state;
  static const iso_slab_options slab = {{3, 2, 1}, 0.25, ISO_TETRAHEDRON, ISO_JITTERED, {0, 0, 0}, 1};
  enum { N = 40 };
  iso_link link[N];
  for (int k = 0; k < N; k++) link[k] = (iso_link){.node = {5 * k, 584 - 7 * k}, .conductance_mS = 1 + k};
  iso_mesh *mesh = linear_mesh_linked(MPI_COMM_WORLD, &slab, N, link);
  iso_lid mine = 0;
  for (int k = 0; k < N; k++) {
    if (!owns(mesh, link[k].node[0]) && !owns(mesh, link[k].node[1])) continue;
    assert_true(mine < mesh->links.n);
    assert_int_equal(mesh->links.number[mine], k);
    for (int end = 0; end < 2; end++) {
      const iso_lid node = mesh->links.node[mine][end];
      assert_int_equal(mesh->gid[node], link[k].node[end]);
      if (mesh->links.node[mine][1 - end] >= mesh->nowned)
        assert_true(node >= mesh->ninner && node < mesh->nowned);
    }
    mine++;
  }
  assert_int_equal(mine, mesh->links.n);
  iso_device *device = linear_device("cpu");
  iso_timer timer = {0};
  iso_exchange x;
  ASSERT_OK(iso_exchange_new(&x, device, mesh, 1, 0, &timer, &err));
  iso_field field = linear_field(device, mesh, value);
  iso_exchange_send(&x, 1, (iso_field *[]){&field});
  iso_exchange_receive(&x);
  linear_assert_fresh(&field, value);
  iso_field_free(&field);
  iso_exchange_free(&x);
  iso_device_close(device);
  iso_mesh_free(mesh);
}

/* Weight of all connections of the graph of runs, with nodes in their own order. */
static int64_t weight_of_graph(const iso_slice *slice, int64_t *length) {
  iso_coarse_graph graph;
  int64_t *place, sum = 0;
  ASSERT_OK(iso_alloc(&place, (size_t)slice->nnode, sizeof *place, "test", &err));
  for (int64_t i = 0; i < slice->nnode; i++) place[i] = slice->first_node + i;
  ASSERT_OK(iso_coarse_graph_new(&graph, MPI_COMM_WORLD, slice, place, 1, &err));
  for (int32_t i = 0; i < graph.offset[graph.n]; i++) sum += graph.weight[i];
  *length = graph.length;
  iso_coarse_graph_free(&graph);
  free(place);
  return world_sum(sum);
}

static void the_partition_counts_linked_nodes_as_neighbours(void **state) {
  (void)state;
  iso_link link[NODES - 1];
  iso_slice slice;
  int64_t length, between = 0;
  make_chain(link);
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &line, &slice, &err));
  const int64_t without = weight_of_graph(&slice, &length);
  const int64_t n = world_rank() == world_size() - 1 ? NODES - 1 : 0; /* one rank may give all */
  ASSERT_OK(iso_links_new(&slice.links, MPI_COMM_WORLD, slice.nnodes, n, link, &err));
  for (int k = 0; k < NODES - 1; k++) between += link[k].node[0] / length != link[k].node[1] / length;
  assert_true(between > 0);
  assert_int_equal(weight_of_graph(&slice, &length), without + 2 * between);
  iso_slice_free(&slice);
}

static uint64_t checksum_with(int64_t n, const iso_link *link) {
  iso_mesh *mesh = linear_mesh_linked(MPI_COMM_WORLD, &line, n, link);
  const uint64_t checksum = mesh->checksum;
  iso_mesh_free(mesh);
  return checksum;
}

static void every_part_of_a_link_counts_in_the_checksum_of_the_mesh(void **state) {
  (void)state;
  static const iso_link variants[] = {{{0, 9}, 1, 0, false, 0}, {{9, 0}, 1, 0, false, 0},
                                      {{0, 8}, 1, 0, false, 0}, {{0, 9}, 2, 0, false, 0},
                                      {{0, 9}, 1, 1, false, 0}, {{0, 9}, 1, 0, true, 0}};
  enum { N = sizeof variants / sizeof *variants };
  uint64_t checksum[N + 1];
  checksum[N] = checksum_with(0, NULL);
  for (int k = 0; k < N; k++) checksum[k] = checksum_with(1, &variants[k]);
  for (int k = 0; k <= N; k++)
    for (int i = 0; i < k; i++) assert_true(checksum[k] != checksum[i]);
}

static void refinement_keeps_links(void **state) {
  (void)state;
  static const iso_slab_options slab = {{1, 1, 1}, 0.25, ISO_TETRAHEDRON, ISO_ALTERNATING, {0, 0, 0}, 1};
  static const double there[2][3] = {{0, 0, 0}, {1, 1, 1}};
  const iso_link link = {.node = {0, 124}, .conductance_mS = 2};
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &slab, &slice, &err));
  ASSERT_OK(iso_links_new(&slice.links, MPI_COMM_WORLD, slice.nnodes, world_rank() == 0, &link, &err));
  ASSERT_OK(iso_slice_refine(MPI_COMM_WORLD, &slice, 1, 0, NULL, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  assert_true(world_sum(mesh->links.n) >= 1);
  for (iso_lid k = 0; k < mesh->links.n; k++)
    for (int end = 0; end < 2; end++)
      for (int d = 0; d < 3; d++) linear_assert_equal(mesh->xyz[mesh->links.node[k][end]][d], there[end][d]);
  iso_mesh_free(mesh);
}

static void a_link_that_cannot_be_is_refused_by_its_number(void **state) {
  (void)state;
  static const struct {
    iso_link link;
    const char *says;
  } wrong[] = {{{{0, 100}, 1, 0, false, 0}, "link 2: node 100 is none of the mesh's, 0 to 99"},
               {{{-1, 3}, 1, 0, false, 0}, "link 2: node -1 is none"},
               {{{3, 3}, 1, 0, false, 0}, "link 2: it goes from node 3 to itself"},
               {{{0, 1}, 0, 0, false, 0}, "link 2: its conductance is 0 mS"},
               {{{0, 1}, INFINITY, 0, false, 0}, "link 2: its conductance is inf mS"},
               {{{0, 1}, NAN, 0, false, 0}, "link 2: its conductance"},
               {{{0, 1}, 1, -1, false, 0}, "link 2: its delay is -1 ms"}};
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
    const iso_link link[] = {{{0, 1}, 1, 0, false, 0}, wrong[k].link};
    iso_links links;
    ASSERT_REFUSED(iso_links_new(&links, MPI_COMM_WORLD, 100, world_rank() == 0 ? 2 : 0, link, &err),
                   wrong[k].says);
    assert_null(links.link);
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_chain_of_resistors_divides_the_voltage),
    cmocka_unit_test(potentials_have_the_same_bits_on_any_ranks),
    cmocka_unit_test(resistors_beside_elements_add_to_them),
    cmocka_unit_test(delays_and_directions_are_carried_and_no_resistors),
    cmocka_unit_test(owners_have_the_links_of_their_nodes_and_the_other_ends_as_ghosts),
    cmocka_unit_test(the_partition_counts_linked_nodes_as_neighbours),
    cmocka_unit_test(every_part_of_a_link_counts_in_the_checksum_of_the_mesh),
    cmocka_unit_test(refinement_keeps_links),
    cmocka_unit_test(a_link_that_cannot_be_is_refused_by_its_number),
};
RUN_ON_ALL_RANKS(tests)

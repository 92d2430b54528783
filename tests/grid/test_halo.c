/* The invariants that mesh.h promises, on meshes of every shape. */
#include "mpi_main.h"

#include "grid/geometry.h"
#include "grid/make/slab.h"
#include "grid/mesh.h"
#include "grid/share/blocks.h"

static iso_error err;

static const iso_slab_options cases[] = {
    {{3, 2, 1}, 0.25, ISO_TETRAHEDRON, ISO_ALTERNATING, {1, 1, 0}, 7},
    {{3, 2, 1}, 0.25, ISO_TETRAHEDRON, ISO_JITTERED, {0, 0, 0}, 7},
    {{1, 1, 1}, 0.25, ISO_HEXAHEDRON, ISO_SINGLE, {0, 0, 1}, 7},
    {{2, 3, 0}, 0.125, ISO_TRIANGLE, ISO_ALTERNATING, {0, 1, 0}, 7},
    {{5, 0, 0}, 0.1, ISO_LINE, ISO_SINGLE, {1, 0, 0}, 7},
};
enum { NCASES = sizeof cases / sizeof *cases };

static iso_mesh *build(const iso_slab_options *options) {
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, options, &slice, &err));
  for (int64_t e = 0; e < slice.nelem; e++) slice.tag[e] = (int32_t)((slice.first_elem + e) / 100) - 3;
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  return mesh;
}

/* p4est's trick: every receiver knows the answer. */
static void ghosts_get_the_values_of_their_owners(void **state) {
  (void)state;
  for (int c = 0; c < NCASES; c++) {
    iso_mesh *mesh = build(&cases[c]);
    int64_t *value;
    ASSERT_OK(iso_alloc(&value, (size_t)mesh->nlocal, sizeof *value, "test", &err));
    for (iso_lid i = 0; i < mesh->nowned; i++) value[i] = 3 * mesh->gid[i] + 17;
    ASSERT_OK(iso_halo_update(mesh->halo, value, sizeof *value, &err));
    for (iso_lid i = 0; i < mesh->nlocal; i++) assert_int_equal(value[i], 3 * mesh->gid[i] + 17);
    for (int k = 0; k < mesh->halo->nneighbours; k++) {
      assert_true(k == 0 || mesh->halo->rank[k - 1] < mesh->halo->rank[k]);
      for (iso_lid i = mesh->halo->send_offset[k] + 1; i < mesh->halo->send_offset[k + 1]; i++)
        assert_true(mesh->gid[mesh->halo->send_node[i - 1]] < mesh->gid[mesh->halo->send_node[i]]);
    }
    free(value);
    iso_mesh_free(mesh);
  }
}

static void every_node_has_one_owner(void **state) {
  (void)state;
  for (int c = 0; c < NCASES; c++) {
    iso_mesh *mesh = build(&cases[c]);
    assert_int_equal(world_sum(mesh->nowned), mesh->nnodes);
    int64_t sum = 0;
    for (iso_lid i = 0; i < mesh->nowned; i++) sum += mesh->gid[i];
    assert_int_equal(world_sum(sum), mesh->nnodes * (mesh->nnodes - 1) / 2);
    assert_true(mesh->nowned > 0);
    iso_mesh_free(mesh);
  }
}

static bool has_ghost(const iso_mesh *mesh, iso_lid e) {
  for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++)
    if (mesh->conn[(int64_t)e * mesh->width + k] >= mesh->nowned) return true;
  return false;
}

static void nodes_are_in_the_promised_order(void **state) {
  (void)state;
  for (int c = 0; c < NCASES; c++) {
    iso_mesh *mesh = build(&cases[c]);
    uint8_t *boundary;
    ASSERT_OK(iso_alloc(&boundary, (size_t)mesh->nlocal, 1, "test", &err));
    for (iso_lid e = 0; e < mesh->nelem; e++)
      for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++)
        if (has_ghost(mesh, e)) boundary[mesh->conn[(int64_t)e * mesh->width + k]] = 1;
    for (iso_lid i = 0; i < mesh->nlocal; i++) assert_int_equal(boundary[i], i >= mesh->ninner);
    for (iso_lid i = 1; i < mesh->nowned; i++)
      assert_true(i == mesh->ninner || mesh->node_tag[i - 1] <= mesh->node_tag[i]);
    const iso_halo *halo = mesh->halo;
    assert_int_equal(halo->recv_offset[halo->nneighbours], mesh->nlocal - mesh->nowned);
    for (int k = 0; k < halo->nneighbours; k++)
      for (iso_lid g = halo->recv_offset[k] + 1; g < halo->recv_offset[k + 1]; g++)
        assert_true(mesh->gid[mesh->nowned + g - 1] < mesh->gid[mesh->nowned + g]);
    free(boundary);
    iso_mesh_free(mesh);
  }
}

/* Each rank adds the corners at its owned nodes: an element that a rank lacks, or has twice, shows. */
static void every_rank_has_all_elements_of_its_nodes(void **state) {
  (void)state;
  for (int c = 0; c < NCASES; c++) {
    iso_mesh *mesh = build(&cases[c]);
    int64_t corners = 0;
    for (iso_lid e = 0; e < mesh->nelem; e++) {
      bool owns = false;
      assert_true(e == 0 || iso_mesh_elem(mesh, e - 1) < iso_mesh_elem(mesh, e));
      for (int k = 0; k < mesh->width; k++) {
        bool mine = mesh->conn[(int64_t)e * mesh->width + k] < mesh->nowned;
        owns |= mine;
        corners += mine;
      }
      assert_true(owns);
    }
    assert_int_equal(world_sum(corners), mesh->nelems * mesh->width);
    iso_mesh_free(mesh);
  }
}

/* The node's tag from all of its elements, found by plain search. */
static int32_t tag_by_search(const iso_mesh *mesh, iso_lid node) {
  double most = 0;
  int32_t best = 0;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    double share = 0;
    for (iso_lid f = 0; f < mesh->nelem; f++)
      for (int k = 0; k < mesh->width && mesh->tag[f] == mesh->tag[e]; k++)
        if (mesh->conn[(int64_t)f * mesh->width + k] == node) {
          double x[ISO_MAX_NODES][3];
          for (int j = 0; j < mesh->width; j++)
            memcpy(x[j], mesh->xyz[mesh->conn[(int64_t)f * mesh->width + j]], sizeof x[j]);
          share += iso_element_measure(mesh->shape[f], (const double(*)[3])x) / mesh->width;
        }
    if (share > most || (share > 0 && share == most && mesh->tag[e] < best)) {
      most = share;
      best = mesh->tag[e];
    }
  }
  return best;
}

static void node_tags_are_those_of_the_largest_share(void **state) {
  (void)state;
  iso_slab_options options = {{4, 3, 0}, 0.5, ISO_TRIANGLE, ISO_JITTERED, {0}, 0};
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &options, &slice, &err));
  for (int64_t e = 0; e < slice.nelem; e++) slice.tag[e] = (int32_t)((slice.first_elem + e) * 7 % 3) - 1;
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  for (iso_lid i = 0; i < mesh->nowned; i++) assert_int_equal(mesh->node_tag[i], tag_by_search(mesh, i));
  iso_mesh_free(mesh);
}

/* Equal elements of two tags at every node: the lowest has it, wherever it is in the order. */
static void the_lowest_tag_wins_a_tie(void **state) {
  (void)state;
  static const int32_t tags[4] = {5, -3, 5, 9};
  const iso_slab_options options = {{8, 0, 0}, 0.5, ISO_LINE, ISO_SINGLE, {0}, 0};
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &options, &slice, &err));
  for (int64_t e = 0; e < slice.nelem; e++) slice.tag[e] = tags[(slice.first_elem + e) % 4];
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const int64_t after = (int64_t)lround(mesh->xyz[i][0] / 0.5); /* element behind the node */
    const int32_t left = tags[(after + 3) % 4], right = tags[after % 4];
    const int32_t expected = after == 0 ? right : after == 16 ? left : left < right ? left : right;
    assert_int_equal(mesh->node_tag[i], expected);
  }
  iso_mesh_free(mesh);
}

/* A mesh on one rank alone, for comparison with the distributed one. */
static uint64_t checksum_on(MPI_Comm comm, const iso_slab_options *options) {
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(comm, options, &slice, &err));
  ASSERT_OK(iso_mesh_build(comm, &slice, NULL, &mesh, NULL, &err));
  uint64_t sum = mesh->checksum;
  iso_mesh_free(mesh);
  return sum;
}

static void checksum_is_the_same_on_any_number_of_ranks(void **state) {
  (void)state;
  for (int c = 0; c < NCASES; c++) {
    assert_true(checksum_on(MPI_COMM_WORLD, &cases[c]) == checksum_on(MPI_COMM_SELF, &cases[c]));
    iso_slab_options other = cases[c];
    other.tag++;
    assert_true(checksum_on(MPI_COMM_WORLD, &cases[c]) != checksum_on(MPI_COMM_WORLD, &other));
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(ghosts_get_the_values_of_their_owners),
    cmocka_unit_test(every_node_has_one_owner),
    cmocka_unit_test(nodes_are_in_the_promised_order),
    cmocka_unit_test(every_rank_has_all_elements_of_its_nodes),
    cmocka_unit_test(node_tags_are_those_of_the_largest_share),
    cmocka_unit_test(the_lowest_tag_wins_a_tie),
    cmocka_unit_test(checksum_is_the_same_on_any_number_of_ranks),
};

RUN_ON_ALL_RANKS(tests)

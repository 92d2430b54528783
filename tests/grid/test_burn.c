/* A mesh whose elements burn after it was shared out is the one that was built without them. */
#include "mpi_main.h"

#include "grid/make/keep.h"
#include "grid/make/slab.h"
#include "grid/share/burn.h"

static iso_error err;

/* 12 x 10 x 8 cubes of six tetrahedra, two tags in turn, and links from end to end. */
static const iso_slab_options slab = {{3, 2.5, 2}, 0.25, ISO_TETRAHEDRON, ISO_JITTERED, {1, 2, 0}, 1};
enum { NLINKS = 12 };

static int32_t tag_of(iso_gid elem) { return elem / 500 % 2 ? 4 : -3; }

/* A wall of two cubes with a way past it; within are the nodes of its middle. */
static bool is_burned(iso_gid elem) {
  const iso_gid x = elem / 6 % 12, y = elem / 72 % 10;
  return (x == 5 || x == 6) && y < 8;
}
static bool is_within(iso_gid node) { return node % 13 == 6 && node / 13 % 11 < 8; }

static iso_link link_of(int k) {
  const iso_gid first = k % 2 ? 7 * k : 6 + 13 * k;
  return (iso_link){.node = {first, 1200 - 31 * k}, .conductance_mS = 1 + k, .one_way = k % 3 == 0};
}

static iso_mesh *build(bool without, const iso_partition_options *way) {
  iso_slice slice;
  iso_mesh *mesh;
  iso_link link[NLINKS];
  int n = 0;
  for (int k = 0; k < NLINKS && world_rank() == 0; k++) {
    link[n] = link_of(k);
    n += !(without && (is_within(link[n].node[0]) || is_within(link[n].node[1])));
  }
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &slab, &slice, &err));
  for (int64_t e = 0; e < slice.nelem; e++) slice.tag[e] = tag_of(slice.first_elem + e);
  if (without) {
    uint8_t *stays;
    ASSERT_OK(iso_alloc(&stays, (size_t)slice.nelem, 1, "test", &err));
    for (int64_t e = 0; e < slice.nelem; e++) stays[e] = !is_burned(slice.first_elem + e);
    iso_slice_keep_elements(MPI_COMM_WORLD, &slice, stays);
    free(stays);
  }
  ASSERT_OK(iso_links_new(&slice.links, MPI_COMM_WORLD, slice.nnodes, n, link, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, way, &mesh, NULL, &err));
  return mesh;
}

static void burn(iso_mesh *mesh, iso_burned *out) {
  uint8_t *burned;
  ASSERT_OK(iso_alloc(&burned, (size_t)mesh->nelem, 1, "test", &err));
  for (iso_lid e = 0; e < mesh->nelem; e++) burned[e] = is_burned(mesh->elem_numbers[e]);
  ASSERT_OK(iso_mesh_burn(mesh, burned, out, &err));
  free(burned);
}

#define ASSERT_ALIKE(member, n) assert_memory_equal(a->member, b->member, (size_t)(n) * sizeof *a->member)

static void assert_same_elements(const iso_mesh *a, const iso_mesh *b) {
  assert_true(a->nelems == b->nelems && a->nelem == b->nelem);
  ASSERT_ALIKE(elem_numbers, a->nelem);
  ASSERT_ALIKE(shape, a->nelem);
  ASSERT_ALIKE(tag, a->nelem);
  ASSERT_ALIKE(conn, a->nelem * a->width);
  ASSERT_ALIKE(fibres, a->nelem);
  assert_int_equal(a->links.n, b->links.n);
  ASSERT_ALIKE(links.number, a->links.n);
  ASSERT_ALIKE(links.node, a->links.n);
}

static void assert_same_nodes(const iso_mesh *a, const iso_mesh *b) {
  assert_true(a->ninner == b->ninner && a->nowned == b->nowned && a->nlocal == b->nlocal);
  ASSERT_ALIKE(gid, a->nlocal);
  ASSERT_ALIKE(xyz, a->nlocal);
  ASSERT_ALIKE(node_tag, a->nlocal);
}

static void assert_same_halo(const iso_halo *a, const iso_halo *b) {
  assert_int_equal(a->nneighbours, b->nneighbours);
  ASSERT_ALIKE(rank, a->nneighbours);
  ASSERT_ALIKE(recv_offset, a->nneighbours + 1);
  ASSERT_ALIKE(send_offset, a->nneighbours + 1);
  ASSERT_ALIKE(send_node, a->send_offset[a->nneighbours]);
}

static void assert_same_patches(const iso_patches *a, const iso_patches *b) {
  assert_true(a->ninner == b->ninner && a->nowned == b->nowned && a->nlocal == b->nlocal);
  ASSERT_ALIKE(first, a->nlocal + 1);
  ASSERT_ALIKE(id, a->nlocal);
  ASSERT_ALIKE(start, a->nowned + 1);
  ASSERT_ALIKE(neighbour, a->start[a->nowned]);
}

/* The curve shares nodes out whatever the elements are, so that ranks have the same ones. */
static void burned_is_as_built_without(void **state) {
  (void)state;
  const iso_partition_options ways[] = {{ISO_PARTITION_HILBERT, 1, false}, {ISO_PARTITION_HILBERT, 3, true}};
  for (int w = 0; w < 2; w++) {
    iso_mesh *without = build(true, &ways[w]), *mesh = build(false, &ways[w]);
    iso_burned went;
    burn(mesh, &went);
    assert_same_elements(mesh, without);
    assert_same_nodes(mesh, without);
    assert_same_halo(mesh->halo, without->halo);
    if (ways[w].patches) assert_same_patches(mesh->patches, without->patches);
    assert_true(mesh->checksum == without->checksum);
    iso_burned_free(&went);
    iso_mesh_free(mesh);
    iso_mesh_free(without);
  }
}

/* Each rank of its own. */
static void what_went_is_known(void **state) {
  (void)state;
  iso_mesh *mesh = build(false, NULL);
  const iso_gid before = mesh->nelems;
  iso_burned went;
  burn(mesh, &went);
  assert_int_equal(went.nelem, 2 * 8 * 8 * 6);
  assert_int_equal(mesh->nelems, before - went.nelem);
  assert_int_equal(went.nnode, 8 * 9);
  assert_int_equal(world_sum(went.n), went.nnode);
  for (iso_lid i = 0; i < mesh->nowned; i++)
    assert_int_equal(iso_burned_has_node(&went, mesh->gid[i]), is_within(mesh->gid[i]));
  iso_burned_free(&went);
  iso_mesh_free(mesh);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(burned_is_as_built_without),
    cmocka_unit_test(what_went_is_known),
};

RUN_ON_ALL_RANKS(tests)

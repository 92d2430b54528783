/* Patches are the same sets of nodes on any ranks, whole on each, in order, and know their neighbours. */
#include "mpi_main.h"

#include "grid/hash.h"
#include "grid/make/slab.h"
#include "grid/mesh.h"
#include "grid/share/hilbert.h"
#include "grid/share/retag.h"
#include "grid/sort.h"
#include "small_slice.h"

static iso_error err;

static const iso_partition_options ways[] = {{ISO_PARTITION_BEST, 1, true},
                                             {ISO_PARTITION_HILBERT, 1, true},
                                             {ISO_PARTITION_SCOTCH, 1, true},
                                             {ISO_PARTITION_HILBERT, 3, true},
                                             {ISO_PARTITION_SCOTCH, 3, true}};
enum { NWAYS = sizeof ways / sizeof *ways };

/* 1287 nodes: 21 runs, the last of 7. Two tags in turn, so that most runs have both, and links from end to
 * end. */
static const iso_slab_options slab = {{3, 2.5, 2}, 0.25, ISO_TETRAHEDRON, ISO_JITTERED, {0}, 1};
enum { NLINKS = 12 };

static int32_t tag_of(iso_gid elem) { return elem / 500 % 2 ? 4 : -3; }

static iso_mesh *build(MPI_Comm comm, const iso_partition_options *way) {
  iso_slice slice;
  iso_mesh *mesh;
  iso_link link[NLINKS];
  int rank;
  MPI_Comm_rank(comm, &rank);
  for (int k = 0; k < NLINKS; k++)
    link[k] = (iso_link){.node = {7 * k, 1200 - 31 * k}, .conductance_mS = 1, .one_way = k % 2};
  ASSERT_OK(iso_slab(comm, &slab, &slice, &err));
  for (int64_t e = 0; e < slice.nelem; e++) slice.tag[e] = tag_of(slice.first_elem + e);
  ASSERT_OK(iso_links_new(&slice.links, comm, slice.nnodes, rank == 0 ? NLINKS : 0, link, &err));
  ASSERT_OK(iso_mesh_build(comm, &slice, way, &mesh, NULL, &err));
  return mesh;
}

/* ---- the same sets ---- */

static uint64_t world_hash(MPI_Comm comm, uint64_t mine) {
  MPI_Allreduce(MPI_IN_PLACE, &mine, 1, MPI_UINT64_T, MPI_SUM, comm);
  return mine;
}

static uint64_t hash_of_patch(const iso_mesh *mesh, iso_lid p) {
  uint64_t sum = 0;
  for (iso_lid i = mesh->patches->first[p]; i < mesh->patches->first[p + 1]; i++)
    sum += iso_hash((uint64_t)mesh->gid[i]);
  return iso_hash(mesh->patches->id[p] ^ iso_hash(sum));
}

/* Of all patches with their nodes: one that two ranks share counts twice, with other sums. */
static uint64_t hash_of_patches(const iso_mesh *mesh) {
  uint64_t sum = 0;
  for (iso_lid p = 0; p < mesh->patches->nowned; p++) sum += hash_of_patch(mesh, p);
  return world_hash(mesh->comm, sum);
}

/* Of all pairs of neighbours. */
static uint64_t hash_of_neighbours(const iso_mesh *mesh) {
  const iso_patches *patches = mesh->patches;
  uint64_t sum = 0;
  for (iso_lid p = 0; p < patches->nowned; p++)
    for (int64_t k = patches->start[p]; k < patches->start[p + 1]; k++)
      sum += iso_hash(iso_hash(patches->id[p]) ^ patches->id[patches->neighbour[k]]);
  return world_hash(mesh->comm, sum);
}

static void patches_are_the_same_on_any_ranks(void **state) {
  (void)state;
  iso_mesh *alone = build(MPI_COMM_SELF, &ways[0]);
  for (int w = 0; w < NWAYS; w++) {
    iso_mesh *mesh = build(MPI_COMM_WORLD, &ways[w]);
    assert_true(hash_of_patches(mesh) == hash_of_patches(alone));
    assert_true(hash_of_neighbours(mesh) == hash_of_neighbours(alone));
    assert_int_equal(world_sum(mesh->patches->nowned), alone->patches->nowned);
    iso_mesh_free(mesh);
  }
  iso_mesh_free(alone);
}

static void runs_are_64_places_along_the_curve(void **state) {
  (void)state;
  iso_mesh *mesh = build(MPI_COMM_SELF, &ways[0]);
  const iso_hilbert_box box = iso_hilbert_box_of(MPI_COMM_SELF, mesh->nowned, (const double(*)[3])mesh->xyz);
  iso_keyed *order;
  ASSERT_OK(iso_alloc(&order, (size_t)mesh->nowned, sizeof *order, "test", &err));
  for (iso_lid i = 0; i < mesh->nowned; i++) order[i] = (iso_keyed){iso_hilbert_key(&box, mesh->xyz[i]), i};
  ASSERT_OK(iso_sort(mesh->nowned, order, &err));
  for (iso_lid i = 0; i < mesh->nowned; i++)
    assert_int_equal(mesh->run[order[i].item], i / iso_run_length(mesh->nnodes));
  free(order);
  iso_mesh_free(mesh);
}

/* ---- the order ---- */

static void assert_whole(const iso_mesh *mesh) {
  const iso_patches *patches = mesh->patches;
  assert_int_equal(patches->first[0], 0);
  assert_int_equal(patches->first[patches->ninner], mesh->ninner);
  assert_int_equal(patches->first[patches->nowned], mesh->nowned);
  assert_int_equal(patches->first[patches->nlocal], mesh->nlocal);
  for (iso_lid p = 0; p < patches->nlocal; p++) {
    const iso_lid n = patches->first[p + 1] - patches->first[p];
    assert_true(0 < n && n <= ISO_PATCH);
    for (iso_lid i = patches->first[p]; i < patches->first[p + 1]; i++)
      assert_true(iso_patch_id(mesh->run[i], mesh->node_tag[i]) == patches->id[p]);
  }
}

/* By tag, then along the curve, among inner ones and among boundary ones. */
static void assert_ordered(const iso_mesh *mesh) {
  const iso_patches *patches = mesh->patches;
  for (iso_lid p = 1; p < patches->nowned; p++) {
    const iso_lid i = patches->first[p];
    if (p == patches->ninner) continue;
    assert_true(mesh->node_tag[i - 1] < mesh->node_tag[i] ||
                (mesh->node_tag[i - 1] == mesh->node_tag[i] && mesh->run[i - 1] < mesh->run[i]));
  }
}

/* near [nowned patches][nlocal patches]: by every pair of nodes of every element and link. */
static void mark(const iso_patches *patches, const iso_lid *of_node, iso_lid a, iso_lid b, uint8_t *near) {
  if (of_node[a] < patches->nowned) near[of_node[a] * patches->nlocal + of_node[b]] = 1;
}

static uint8_t *find_near(const iso_mesh *mesh) {
  const iso_patches *patches = mesh->patches;
  uint8_t *near;
  iso_lid *of_node;
  ASSERT_OK(iso_alloc(&near, (size_t)patches->nowned * (size_t)patches->nlocal, 1, "test", &err));
  ASSERT_OK(iso_alloc(&of_node, (size_t)mesh->nlocal, sizeof *of_node, "test", &err));
  for (iso_lid p = 0; p < patches->nlocal; p++)
    for (iso_lid i = patches->first[p]; i < patches->first[p + 1]; i++) of_node[i] = p;
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int i = 0; i < mesh->width; i++)
      for (int j = 0; j < mesh->width; j++)
        mark(patches, of_node, mesh->conn[e * mesh->width + i], mesh->conn[e * mesh->width + j], near);
  for (iso_lid k = 0; k < mesh->links.n; k++)
    for (int end = 0; end < 2; end++)
      mark(patches, of_node, mesh->links.node[k][end], mesh->links.node[k][1 - end], near);
  free(of_node);
  return near;
}

static void assert_neighbours(const iso_mesh *mesh, const uint8_t *near) {
  const iso_patches *patches = mesh->patches;
  for (iso_lid p = 0; p < patches->nowned; p++) {
    int64_t k = patches->start[p];
    bool ghosts = false;
    for (iso_lid q = 0; q < patches->nlocal; q++) {
      if (p == q || !near[p * patches->nlocal + q]) continue;
      assert_true(k < patches->start[p + 1]);
      assert_int_equal(patches->neighbour[k++], q);
      ghosts |= q >= patches->nowned;
    }
    assert_int_equal(k, patches->start[p + 1]);
    assert_int_equal(ghosts, p >= patches->ninner);
  }
}

static void patches_are_whole_in_order_and_know_their_neighbours(void **state) {
  (void)state;
  for (int w = 0; w < NWAYS; w++) {
    iso_mesh *mesh = build(MPI_COMM_WORLD, &ways[w]);
    uint8_t *near = find_near(mesh);
    assert_whole(mesh);
    assert_ordered(mesh);
    assert_neighbours(mesh, near);
    free(near);
    iso_mesh_free(mesh);
  }
}

/* ---- the exchange ---- */

enum { ENTRY = 2 + ISO_PATCH }; /* of a patch: id, nodes and their numbers, then -1 */

static void write_entry(int64_t *entry, uint64_t id, iso_lid n) {
  for (int k = 0; k < ENTRY; k++) entry[k] = -1;
  entry[0] = (int64_t)id, entry[1] = n;
}

static int64_t *sent_entries(const iso_mesh *mesh, iso_lid first, iso_lid end) {
  const iso_patches *patches = mesh->patches;
  int64_t(*entry)[ENTRY];
  ASSERT_OK(iso_alloc(&entry, (size_t)(end - first), sizeof *entry, "test", &err));
  for (iso_lid e = first; e < end; e++) {
    const iso_lid at = patches->send_first[e], n = patches->send_first[e + 1] - at;
    write_entry(entry[e - first], patches->id[patches->send_patch[e]], n);
    for (iso_lid i = 0; i < n; i++) entry[e - first][2 + i] = mesh->gid[mesh->halo->send_node[at + i]];
  }
  return *entry;
}

static int64_t *expected_entries(const iso_mesh *mesh, iso_lid first, iso_lid end) {
  const iso_patches *patches = mesh->patches;
  int64_t(*entry)[ENTRY];
  ASSERT_OK(iso_alloc(&entry, (size_t)(end - first), sizeof *entry, "test", &err));
  for (iso_lid g = first; g < end; g++) {
    const iso_lid at = patches->first[g], n = patches->first[g + 1] - at;
    write_entry(entry[g - first], patches->id[g], n);
    for (iso_lid i = 0; i < n; i++) entry[g - first][2 + i] = mesh->gid[at + i];
  }
  return *entry;
}

static void assert_agreed(const iso_mesh *mesh, int k) {
  const iso_patches *patches = mesh->patches;
  const iso_lid first = patches->nowned + patches->recv_start[k],
                end = patches->nowned + patches->recv_start[k + 1],
                nsend = patches->send_start[k + 1] - patches->send_start[k];
  int64_t *sent = sent_entries(mesh, patches->send_start[k], patches->send_start[k + 1]),
          *expected = expected_entries(mesh, first, end), *got;
  MPI_Status status;
  int count, rank = mesh->halo->rank[k];
  const int most = ENTRY * (mesh->halo->recv_offset[k + 1] - mesh->halo->recv_offset[k]);
  ASSERT_OK(iso_alloc(&got, (size_t)most, sizeof *got, "test", &err));
  MPI_Sendrecv(sent, ENTRY * nsend, MPI_INT64_T, rank, 1, got, most, MPI_INT64_T, rank, 1, MPI_COMM_WORLD,
               &status);
  MPI_Get_count(&status, MPI_INT64_T, &count);
  assert_int_equal(count, ENTRY * (end - first));
  assert_memory_equal(got, expected, (size_t)count * sizeof *got);
  free(sent);
  free(expected);
  free(got);
}

static void senders_and_receivers_agree_on_patches(void **state) {
  (void)state;
  for (int w = 0; w < NWAYS; w++) {
    iso_mesh *mesh = build(MPI_COMM_WORLD, &ways[w]);
    const iso_patches *patches = mesh->patches;
    const int n = mesh->halo->nneighbours;
    for (int k = 0; k < n; k++) assert_agreed(mesh, k);
    assert_int_equal(patches->nowned + patches->recv_start[n], patches->nlocal);
    assert_int_equal(patches->send_first[patches->send_start[n]], mesh->halo->send_offset[n]);
    assert_true(world_size() == 1 || n > 0);
    iso_mesh_free(mesh);
  }
}

/* ---- what may happen to a mesh ---- */

static void other_tags_make_other_patches(void **state) {
  (void)state;
  uint64_t hash[2];
  for (int s = 0; s < 2; s++) {
    iso_mesh *mesh = build(s ? MPI_COMM_WORLD : MPI_COMM_SELF, &ways[1]);
    const uint64_t before = hash_of_patches(mesh);
    int32_t *tag;
    ASSERT_OK(iso_alloc(&tag, (size_t)mesh->nelem, sizeof *tag, "test", &err));
    for (iso_lid e = 0; e < mesh->nelem; e++) tag[e] = (int32_t)(iso_mesh_elem(mesh, e) / 900);
    ASSERT_OK(iso_mesh_retag(mesh, tag, &err));
    assert_whole(mesh);
    hash[s] = hash_of_patches(mesh);
    assert_true(hash[s] != before);
    free(tag);
    iso_mesh_free(mesh);
  }
  assert_true(hash[0] == hash[1]);
}

/* A cable, and nodes without elements that are all in one place, so that only their runs tell them apart.
 * They are linked to both ends of the cable. */
enum { CABLE = 200, HEAP = 100 };

static iso_mesh *build_heap(double place) {
  static double xyz[CABLE + HEAP][3];
  static small_element element[CABLE - 1];
  iso_link link[HEAP];
  iso_mesh *mesh;
  for (int i = 0; i < CABLE + HEAP; i++) xyz[i][0] = i < CABLE ? 0.1 * i : place;
  for (int e = 0; e < CABLE - 1; e++) element[e] = (small_element){ISO_LINE, 1, {e, e + 1}};
  for (int k = 0; k < HEAP; k++)
    link[k] = (iso_link){.node = {CABLE + k, k % 2 ? 0 : CABLE - 1}, .conductance_mS = 1};
  iso_slice slice = small_slice(CABLE + HEAP, (const double(*)[3])xyz, CABLE - 1, element);
  ASSERT_OK(iso_links_new(&slice.links, MPI_COMM_WORLD, slice.nnodes, world_rank() == 0 ? HEAP / 8 : 0, link,
                          &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, &ways[1], &mesh, NULL, &err));
  return mesh;
}

static void nodes_in_one_place_keep_to_their_runs(void **state) {
  (void)state;
  for (int k = 0; k < 40; k++) {
    iso_mesh *mesh = build_heap(0.5 * k);
    int32_t *tag;
    assert_whole(mesh);
    const uint64_t hash = hash_of_patches(mesh);
    ASSERT_OK(iso_alloc(&tag, (size_t)mesh->nelem, sizeof *tag, "test", &err));
    memcpy(tag, mesh->tag, (size_t)mesh->nelem * sizeof *tag);
    ASSERT_OK(iso_mesh_retag(mesh, tag, &err)); /* puts what is in order in order again */
    assert_whole(mesh);
    assert_true(hash_of_patches(mesh) == hash);
    free(tag);
    iso_mesh_free(mesh);
  }
}

static void meshes_have_no_patches_unless_asked_for(void **state) {
  (void)state;
  iso_mesh *mesh = build(MPI_COMM_WORLD, NULL);
  assert_null(mesh->patches);
  assert_null(mesh->run);
  iso_mesh_free(mesh);
}

/* No rank is without: where there are few nodes, patches are small. */
static void small_meshes_have_patches_for_all_ranks(void **state) {
  (void)state;
  for (int k = 0; k < 5 * NWAYS; k++) {
    const int n = 4 + 19 * (k / NWAYS);
    const iso_slab_options cable = {{n - 1, 0, 0}, 1, ISO_LINE, ISO_SINGLE, {0}, 1};
    iso_slice slice;
    iso_mesh *mesh;
    ASSERT_OK(iso_slab(MPI_COMM_WORLD, &cable, &slice, &err));
    ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, &ways[k % NWAYS], &mesh, NULL, &err));
    assert_true(mesh->nowned > 0);
    assert_true(world_sum(mesh->patches->nowned) >= (n < ISO_LEAST_RUNS ? n : ISO_LEAST_RUNS));
    iso_mesh_free(mesh);
  }
  assert_int_equal(iso_run_length(8 * ISO_PATCH - 1), ISO_PATCH - 1);
  assert_int_equal(iso_run_length(1000000), ISO_PATCH);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(patches_are_the_same_on_any_ranks),
    cmocka_unit_test(runs_are_64_places_along_the_curve),
    cmocka_unit_test(patches_are_whole_in_order_and_know_their_neighbours),
    cmocka_unit_test(senders_and_receivers_agree_on_patches),
    cmocka_unit_test(other_tags_make_other_patches),
    cmocka_unit_test(nodes_in_one_place_keep_to_their_runs),
    cmocka_unit_test(meshes_have_no_patches_unless_asked_for),
    cmocka_unit_test(small_meshes_have_patches_for_all_ranks),
};

RUN_ON_ALL_RANKS(tests)

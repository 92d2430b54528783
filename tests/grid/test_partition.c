/* Balance and halo of the partitioners, and the limits. */
#include "mpi_main.h"

#include "grid/make/slab.h"
#include "grid/mesh.h"

static iso_error err;

static const iso_partition_options ways[] = {
    {ISO_PARTITION_BEST, 1}, {ISO_PARTITION_HILBERT, 1}, {ISO_PARTITION_SCOTCH, 1}, {ISO_PARTITION_BEST, 3}};
enum { NWAYS = sizeof ways / sizeof *ways };

static iso_mesh *build(const iso_slab_options *options, const iso_partition_options *way) {
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, options, &slice, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, way, &mesh, NULL, &err));
  return mesh;
}

static int64_t ghosts_of(const iso_mesh *mesh) { return world_sum(mesh->nlocal - mesh->nowned); }

static void parts_are_balanced(void **state) {
  (void)state;
  const iso_slab_options cube = {{24, 24, 24}, 1, ISO_TETRAHEDRON, ISO_ALTERNATING, {0}, 1};
  for (int w = 0; w < NWAYS; w++) {
    iso_mesh *mesh = build(&cube, &ways[w]);
    int64_t most = mesh->nowned;
    MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_INT64_T, MPI_MAX, MPI_COMM_WORLD);
    assert_true((double)most <= 1.05 * (double)mesh->nnodes / world_size());
    iso_mesh_free(mesh);
  }
}

/* Slices of the cube, two layers of 25 x 25 ghosts for each cut, are what anyone can do by hand. A partition
 * of runs is ragged, so half as much again is allowed. */
static void halos_are_small(void **state) {
  (void)state;
  const iso_slab_options cube = {{24, 24, 24}, 1, ISO_TETRAHEDRON, ISO_ALTERNATING, {0}, 1};
  int64_t ghosts[NWAYS];
  for (int w = 0; w < NWAYS; w++) {
    iso_mesh *mesh = build(&cube, &ways[w]);
    ghosts[w] = ghosts_of(mesh);
    assert_true((double)ghosts[w] <= 1.5 * 2 * 25 * 25 * (world_size() * ways[w].pieces - 1));
    iso_mesh_free(mesh);
  }
  assert_true(ghosts[0] == ghosts[1] || ghosts[0] == ghosts[2]);
}

static void every_way_gives_the_same_mesh(void **state) {
  (void)state;
  const iso_slab_options options = {{6, 5, 4}, 0.5, ISO_TETRAHEDRON, ISO_JITTERED, {1, 0, 0}, 1};
  uint64_t sum[NWAYS];
  for (int w = 0; w < NWAYS; w++) {
    iso_mesh *mesh = build(&options, &ways[w]);
    sum[w] = mesh->checksum;
    assert_int_equal(world_sum(mesh->nowned), mesh->nnodes);
    iso_mesh_free(mesh);
  }
  assert_true(sum[0] == sum[1] && sum[1] == sum[2]);
}

/* As many nodes as ranks, and a few more. */
static void tiny_meshes_leave_no_rank_empty(void **state) {
  (void)state;
  for (int more = 0; more < 3; more++) {
    int cubes = world_size() - 1 + more;
    if (cubes == 0) continue;
    const iso_slab_options cable = {{cubes, 0, 0}, 1, ISO_LINE, ISO_SINGLE, {0}, 1};
    for (int w = 0; w < NWAYS; w++) {
      iso_mesh *mesh = build(&cable, &ways[w]);
      assert_true(mesh->nowned > 0);
      iso_mesh_free(mesh);
    }
  }
}

static void more_ranks_than_nodes_are_refused(void **state) {
  (void)state;
  if (world_size() < 3) return;
  const iso_slab_options cable = {{1, 0, 0}, 1, ISO_LINE, ISO_SINGLE, {0}, 1};
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &cable, &slice, &err));
  ASSERT_REFUSED(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err), "the mesh has 2 nodes but");
  assert_null(mesh);
  assert_null(slice.xyz); /* consumed on failure too */
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(parts_are_balanced),
    cmocka_unit_test(halos_are_small),
    cmocka_unit_test(every_way_gives_the_same_mesh),
    cmocka_unit_test(tiny_meshes_leave_no_rank_empty),
    cmocka_unit_test(more_ranks_than_nodes_are_refused),
};

RUN_ON_ALL_RANKS(tests)

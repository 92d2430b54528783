/* Refinement: volume, conformity, quality, tags and numbers that do not depend on the ranks. */
#include "finer.h"

#include "grid/make/refine.h"
#include "grid/make/slab.h"

static iso_error err;

static const iso_slab_options cases[] = {
    {{1.5, 1, 0.5}, 0.5, ISO_TETRAHEDRON, ISO_ALTERNATING, {1, 1, 0}, 7},
    {{1, 1, 1}, 0.5, ISO_TETRAHEDRON, ISO_JITTERED, {1, 0, 0}, 7},
    {{1, 1, 0.5}, 0.5, ISO_TETRAHEDRON, ISO_FIVE, {0, 0, 0}, 7},
    {{1, 1.5, 1}, 0.5, ISO_HEXAHEDRON, ISO_JITTERED, {0, 0, 1}, 7},
    {{2, 1, 0}, 0.5, ISO_TRIANGLE, ISO_ALTERNATING, {0, 1, 0}, 7},
    {{5, 0, 0}, 0.5, ISO_LINE, ISO_SINGLE, {1, 0, 0}, 7},
};
enum { NCASES = sizeof cases / sizeof *cases };

static iso_mesh *refined(MPI_Comm comm, const iso_slab_options *options, int levels) {
  iso_slice slice;
  iso_mesh *mesh;
  iso_notes notes = {0};
  ASSERT_OK(iso_slab(comm, options, &slice, &err));
  finer_number(&slice);
  ASSERT_OK(iso_slice_refine(comm, &slice, levels, 0, &notes, &err));
  ASSERT_OK(iso_mesh_build(comm, &slice, NULL, &mesh, &notes, &err));
  assert_int_equal(notes.count, 0); /* nothing inverted, no orphan */
  iso_notes_free(&notes);
  return mesh;
}

static void volume_is_kept_for_every_parent(void **state) {
  (void)state;
  for (int c = 0; c < NCASES; c++) {
    iso_mesh *coarse = refined(MPI_COMM_WORLD, &cases[c], 0), *fine = refined(MPI_COMM_WORLD, &cases[c], 2);
    if (cases[c].shape != ISO_HEXAHEDRON)        /* whose curved faces are cut into flatter ones */
      finer_assert_volumes(coarse, fine, 1e-14); /* rounding of volumes below 1 */
    iso_mesh_free(coarse);
    iso_mesh_free(fine);
  }
}

static void hexahedra_fill_the_box(void **state) {
  (void)state;
  iso_mesh *mesh = refined(MPI_COMM_WORLD, &cases[3], 1);
  double volume = 0;
  for (iso_lid e = 0; e < mesh->nelem; e++)
    if (finer_counts(mesh, e)) volume += finer_measure(mesh, e);
  assert_float_equal(world_sum_real(volume), 1.5, 1e-13);
  iso_mesh_free(mesh);
}

/* Nodes and elements after refinement, by hand: an n-times refined slab is a slab of 2^n as many cubes. */
static void counts_are_those_of_a_finer_slab(void **state) {
  (void)state;
  for (int c = 0; c < NCASES; c++) {
    iso_slab_options finer = cases[c];
    finer.spacing_mm /= 4;
    iso_mesh *mesh = refined(MPI_COMM_WORLD, &cases[c], 2), *slab = refined(MPI_COMM_WORLD, &finer, 0);
    if (cases[c].diagonals != ISO_FIVE) { /* whose refinement is not five per cube */
      assert_int_equal(mesh->nnodes, slab->nnodes);
      assert_int_equal(mesh->nelems, slab->nelems);
    }
    iso_mesh_free(mesh);
    iso_mesh_free(slab);
  }
}

static void faces_meet_in_pairs(void **state) {
  (void)state;
  for (int c = 0; c < 4; c++) {
    iso_mesh *mesh = refined(MPI_COMM_WORLD, &cases[c], 2);
    uint8_t *faces;
    int64_t crowded;
    ASSERT_OK(iso_alloc(&faces, (size_t)mesh->nelem, 1, "test", &err));
    ASSERT_OK(iso_surface_faces(mesh, faces, &crowded, &err));
    assert_int_equal(crowded, 0);
    finer_assert_box(mesh, cases[c].size_mm);
    free(faces);
    iso_mesh_free(mesh);
  }
}

static void quality_settles(void **state) {
  (void)state;
  double quality[4];
  for (int levels = 0; levels <= 3; levels++) {
    iso_mesh *mesh = refined(MPI_COMM_WORLD, &cases[1], levels);
    quality[levels] = finer_worst_quality(mesh);
    iso_mesh_free(mesh);
  }
  /* All three classes of children exist after two levels at the latest; what follows is rounding. */
  assert_float_equal(quality[3], quality[2], 1e-10);
  assert_true(quality[3] > 0.5 * quality[0]);
}

/* The slab's tetrahedra are Kuhn's, which are similar to their own children. */
static void the_slab_keeps_its_quality(void **state) {
  (void)state;
  iso_mesh *coarse = refined(MPI_COMM_WORLD, &cases[0], 0), *fine = refined(MPI_COMM_WORLD, &cases[0], 2);
  assert_float_equal(finer_worst_quality(fine), finer_worst_quality(coarse), 1e-12);
  iso_mesh_free(coarse);
  iso_mesh_free(fine);
}

static void numbers_do_not_depend_on_ranks(void **state) {
  (void)state;
  for (int c = 0; c < NCASES; c++) {
    iso_mesh *all = refined(MPI_COMM_WORLD, &cases[c], 2), *alone = refined(MPI_COMM_SELF, &cases[c], 2);
    assert_true(all->checksum == alone->checksum);
    iso_mesh_free(all);
    iso_mesh_free(alone);
  }
}

static void old_nodes_come_first_then_edges_in_order(void **state) {
  (void)state;
  iso_slab_options cable = {{4, 0, 0}, 1, ISO_LINE, ISO_SINGLE, {0}, 1};
  iso_mesh *mesh = refined(MPI_COMM_WORLD, &cable, 1);
  for (iso_lid i = 0; i < mesh->nlocal; i++) {
    double x = mesh->gid[i] < 5 ? (double)mesh->gid[i] : (double)(mesh->gid[i] - 5) + 0.5;
    assert_float_equal(mesh->xyz[i][0], x, 0);
  }
  iso_mesh_free(mesh);
}

/* Directions of element e of a mesh: a frame that turns from element to element. */
static void frame_of(int64_t e, float fibre[3], float sheet[3]) {
  const double t = 0.7 * (double)e, u = 0.3 * (double)e;
  const double f[3] = {cos(t), sin(t), 0}, s[3] = {-sin(t) * cos(u), cos(t) * cos(u), sin(u)};
  for (int a = 0; a < 3; a++) {
    fibre[a] = (float)f[a];
    sheet[a] = (float)s[a];
  }
}

static void children_have_their_parents_fibre_and_sheet(void **state) {
  (void)state;
  for (int c = 0; c < NCASES; c++) {
    iso_slice slice;
    iso_mesh *mesh;
    iso_slab_options bare = cases[c];
    memset(bare.fibre, 0, sizeof bare.fibre);
    ASSERT_OK(iso_slab(MPI_COMM_WORLD, &bare, &slice, &err));
    ASSERT_OK(iso_alloc(&slice.fibre, (size_t)slice.nelem, sizeof *slice.fibre, "test", &err));
    ASSERT_OK(iso_alloc(&slice.sheet, (size_t)slice.nelem, sizeof *slice.sheet, "test", &err));
    for (int64_t e = 0; e < slice.nelem; e++) {
      slice.tag[e] = (int32_t)(slice.first_elem + e);
      frame_of(slice.tag[e], slice.fibre[e], slice.sheet[e]);
    }
    ASSERT_OK(iso_slice_refine(MPI_COMM_WORLD, &slice, 2, 0, NULL, &err));
    ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
    for (iso_lid e = 0; e < mesh->nelem; e++) { /* tags are the parents' numbers */
      float fibre[3], sheet[3];
      frame_of(mesh->tag[e], fibre, sheet);
      assert_memory_equal(mesh->fibres[e], fibre, sizeof fibre);
      assert_memory_equal(mesh->sheets[e], sheet, sizeof sheet);
    }
    iso_mesh_free(mesh);
  }
}

/* On nodes 0 and 1 of a line the fibres are x and -y: the new node has their mean, turned to one side. */
static void fibres_on_nodes_are_interpolated(void **state) {
  (void)state;
  iso_slab_options cable = {{4, 0, 0}, 1, ISO_LINE, ISO_SINGLE, {0}, 1};
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &cable, &slice, &err));
  ASSERT_OK(iso_alloc(&slice.node_fibre, (size_t)slice.nnode, sizeof *slice.node_fibre, "test", &err));
  for (int64_t i = 0; i < slice.nnode; i++) {
    bool even = (slice.first_node + i) % 2 == 0;
    slice.node_fibre[i][0] = even ? 1 : -0.6f;
    slice.node_fibre[i][1] = even ? 0 : -0.8f;
  }
  ASSERT_OK(iso_slice_refine(MPI_COMM_WORLD, &slice, 1, 0, NULL, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  /* Half of the angle between (1, 0) and (0.6, 0.8) is at the midpoints, a quarter in the child next to (1,
   * 0). */
  const double angle = acos(0.6);
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    bool near_even = iso_mesh_elem(mesh, e) % 4 == 0 || iso_mesh_elem(mesh, e) % 4 == 3;
    double expected = near_even ? 0.25 * angle : 0.75 * angle;
    double found = atan2(fabs(mesh->fibres[e][1]), fabs(mesh->fibres[e][0]));
    assert_float_equal(found, expected, 1e-6); /* directions are stored in single precision */
  }
  iso_mesh_free(mesh);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(volume_is_kept_for_every_parent),
    cmocka_unit_test(hexahedra_fill_the_box),
    cmocka_unit_test(counts_are_those_of_a_finer_slab),
    cmocka_unit_test(faces_meet_in_pairs),
    cmocka_unit_test(quality_settles),
    cmocka_unit_test(the_slab_keeps_its_quality),
    cmocka_unit_test(numbers_do_not_depend_on_ranks),
    cmocka_unit_test(old_nodes_come_first_then_edges_in_order),
    cmocka_unit_test(fibres_on_nodes_are_interpolated),
    cmocka_unit_test(children_have_their_parents_fibre_and_sheet),
};

RUN_ON_ALL_RANKS(tests)

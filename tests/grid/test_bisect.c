/* Local refinement: what is too long is halved and nothing else, without hanging nodes, the same on any
 * ranks. */
#include "finer.h"

#include "grid/make/bisect.h"
#include "grid/make/slab.h"
#include "grid/shapes.h"

static iso_error err;

/* Edges of 1 to 1.75 mm; in x the right half is five times as long. */
static const iso_slab_options cases[] = {
    {{6, 2, 2}, 1, ISO_TETRAHEDRON, ISO_ALTERNATING, {1, 1, 0}, 7},
    {{6, 2, 2}, 1, ISO_TETRAHEDRON, ISO_JITTERED, {1, 0, 0}, 7},
    {{6, 3, 0}, 1, ISO_TRIANGLE, ISO_ALTERNATING, {0, 1, 0}, 7},
    {{6, 0, 0}, 1, ISO_LINE, ISO_SINGLE, {1, 0, 0}, 7},
};
enum { NCASES = sizeof cases / sizeof *cases, MOST_ELEMENTS = 200 };

static double stretched(double x) { return x <= 3 ? x : 3 + 5 * (x - 3); }

static iso_slice stretched_slab(MPI_Comm comm, const iso_slab_options *options) {
  iso_slice slice;
  ASSERT_OK(iso_slab(comm, options, &slice, &err));
  finer_number(&slice);
  for (int64_t i = 0; i < slice.nnode; i++) slice.xyz[i][0] = stretched(slice.xyz[i][0]);
  assert_true(slice.nelems <= MOST_ELEMENTS);
  return slice;
}

static iso_mesh *build(MPI_Comm comm, iso_slice *slice) {
  iso_mesh *mesh;
  iso_notes notes = {0};
  ASSERT_OK(iso_mesh_build(comm, slice, NULL, &mesh, &notes, &err));
  assert_int_equal(notes.count, 0); /* nothing inverted, no orphan */
  iso_notes_free(&notes);
  return mesh;
}

/* Its elements have their parents' numbers as tags. */
static iso_mesh *bisected(MPI_Comm comm, const iso_slab_options *options, double edge_mm) {
  iso_slice slice = stretched_slab(comm, options);
  ASSERT_OK(iso_slice_bisect(comm, &slice, edge_mm, 0, NULL, &err));
  return build(comm, &slice);
}

static double length_of(const iso_mesh *mesh, iso_lid e, int k) {
  const uint8_t *ends = iso_shapes[mesh->shape[e]].edge[k];
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  double d[3];
  iso_subtract(mesh->xyz[conn[ends[0]]], mesh->xyz[conn[ends[1]]], d);
  return iso_length(d);
}

static double longest_of(const iso_mesh *mesh, iso_lid e) {
  double longest = 0;
  for (int k = 0; k < iso_shapes[mesh->shape[e]].nedges; k++) longest = fmax(longest, length_of(mesh, e, k));
  return longest;
}

static void no_edge_is_longer(void **state) {
  (void)state;
  for (int c = 0; c < NCASES; c++) {
    iso_mesh *mesh = bisected(MPI_COMM_WORLD, &cases[c], 1.2);
    for (iso_lid e = 0; e < mesh->nelem; e++) assert_true(longest_of(mesh, e) <= 1.2);
    iso_mesh_free(mesh);
  }
}

static void volume_and_sides_are_kept_for_every_parent(void **state) {
  (void)state;
  for (int c = 0; c < NCASES; c++) {
    iso_slice slice = stretched_slab(MPI_COMM_WORLD, &cases[c]);
    iso_mesh *coarse = build(MPI_COMM_WORLD, &slice), *fine = bisected(MPI_COMM_WORLD, &cases[c], 1.2);
    finer_assert_volumes(coarse, fine, 1e-13); /* rounding of volumes of a few mm3 */
    iso_mesh_free(coarse);
    iso_mesh_free(fine);
  }
}

/* Where all edges are short nothing is halved, even beside elements that are. */
static void short_elements_stay(void **state) {
  (void)state;
  for (int c = 0; c < NCASES; c++) {
    const double most = 1.8; /* about the diagonals of cubes of 1 mm */
    iso_slice slice = stretched_slab(MPI_COMM_WORLD, &cases[c]);
    iso_mesh *coarse = build(MPI_COMM_WORLD, &slice), *fine = bisected(MPI_COMM_WORLD, &cases[c], most);
    int64_t pieces[MOST_ELEMENTS] = {0}, all[MOST_ELEMENTS];
    int nshort = 0;
    for (iso_lid e = 0; e < fine->nelem; e++) pieces[fine->tag[e]] += finer_counts(fine, e);
    MPI_Allreduce(pieces, all, MOST_ELEMENTS, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
    for (iso_lid e = 0; e < coarse->nelem; e++) {
      const bool is_short = longest_of(coarse, e) <= most;
      assert_true(is_short == (all[coarse->tag[e]] == 1));
      nshort += is_short && finer_counts(coarse, e);
    }
    assert_in_range(world_sum(nshort), 1, coarse->nelems - 1);
    iso_mesh_free(coarse);
    iso_mesh_free(fine);
  }
}

static void no_node_hangs(void **state) {
  (void)state;
  for (int c = 0; c < 2; c++) {
    const double *size = cases[c].size_mm;
    iso_mesh *mesh = bisected(MPI_COMM_WORLD, &cases[c], 0.9);
    finer_assert_box(mesh, (const double[3]){stretched(size[0]), size[1], size[2]});
    iso_mesh_free(mesh);
  }
}

/* Tetrahedra whose longest edges are halved keep their angles in bounds: no proof for any mesh, but a number.
 */
static void shapes_stay_good(void **state) {
  (void)state;
  iso_slice slice;
  double worst[2];
  for (int k = 0; k < 2; k++) {
    ASSERT_OK(iso_slab(MPI_COMM_WORLD, &cases[1], &slice, &err));
    if (k) ASSERT_OK(iso_slice_bisect(MPI_COMM_WORLD, &slice, 0.3, 0, NULL, &err));
    iso_mesh *mesh = build(MPI_COMM_WORLD, &slice);
    worst[k] = finer_worst_quality(mesh);
    iso_mesh_free(mesh);
  }
  assert_true(worst[1] > 0.5 * worst[0]);
}

static void numbers_do_not_depend_on_ranks(void **state) {
  (void)state;
  for (int c = 0; c < NCASES; c++) {
    iso_mesh *all = bisected(MPI_COMM_WORLD, &cases[c], 0.7),
             *alone = bisected(MPI_COMM_SELF, &cases[c], 0.7);
    assert_true(all->checksum == alone->checksum);
    assert_int_equal(all->nelems, alone->nelems);
    iso_mesh_free(all);
    iso_mesh_free(alone);
  }
}

/* ---- what elements and nodes carry ---- */

static void halves_have_their_parents_fibre(void **state) {
  (void)state;
  iso_slice slice = stretched_slab(MPI_COMM_WORLD, &cases[1]);
  for (int64_t e = 0; e < slice.nelem; e++) {
    const double t = 0.7 * slice.tag[e];
    slice.fibre[e][0] = (float)cos(t), slice.fibre[e][1] = (float)sin(t), slice.fibre[e][2] = 0;
  }
  ASSERT_OK(iso_slice_bisect(MPI_COMM_WORLD, &slice, 1, 0, NULL, &err));
  for (int64_t e = 0; e < slice.nelem; e++) {
    const double t = 0.7 * slice.tag[e];
    assert_float_equal(slice.fibre[e][0], (float)cos(t), 0);
    assert_float_equal(slice.fibre[e][1], (float)sin(t), 0);
  }
  iso_slice_free(&slice);
}

static void fibres_on_nodes_are_interpolated(void **state) {
  (void)state;
  iso_slice slice;
  const iso_slab_options cable = {{4, 0, 0}, 1, ISO_LINE, ISO_SINGLE, {0}, 1};
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &cable, &slice, &err));
  ASSERT_OK(iso_alloc(&slice.node_fibre, (size_t)slice.nnode, sizeof *slice.node_fibre, "test", &err));
  for (int64_t i = 0; i < slice.nnode; i++)
    slice.node_fibre[i][(slice.first_node + i) % 2] = 1; /* x and y by turns */
  ASSERT_OK(iso_slice_bisect(MPI_COMM_WORLD, &slice, 0.5, 0, NULL, &err));
  assert_int_equal(slice.nnodes, 9);
  for (int64_t i = 0; i < slice.nnode; i++)
    if (slice.first_node + i >= 5) {
      assert_float_equal(fabs(slice.node_fibre[i][0]), sqrt(0.5), 1e-6); /* stored in single precision */
      assert_float_equal(fabs(slice.node_fibre[i][1]), sqrt(0.5), 1e-6);
    }
  iso_slice_free(&slice);
}

/* The area of a named side, and a set of nodes on one of its edges. */
static void named_surfaces_are_halved_with_the_elements(void **state) {
  (void)state;
  iso_slice slice;
  const iso_slab_options cube = {{1, 1, 1}, 1, ISO_TETRAHEDRON, ISO_SINGLE, {0}, 1};
  int side, line, nodes;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &cube, &slice, &err));
  ASSERT_OK(iso_surfaces_add(&slice.surfaces, "side", 0, 2, &side, &err));
  ASSERT_OK(iso_surfaces_add(&slice.surfaces, "line", 0, 1, &line, &err));
  ASSERT_OK(iso_surfaces_add(&slice.surfaces, "nodes", 0, 0, &nodes, &err));
  if (world_rank() == 0) { /* z = 0 is cut from node 0 to node 3; y = z = 0 */
    ASSERT_OK(iso_surface_put(&slice.surfaces.surface[side], 3, (const iso_gid[]){0, 1, 3}, &err));
    ASSERT_OK(iso_surface_put(&slice.surfaces.surface[side], 3, (const iso_gid[]){0, 3, 2}, &err));
    ASSERT_OK(iso_surface_put(&slice.surfaces.surface[line], 2, (const iso_gid[]){0, 1}, &err));
    for (iso_gid i = 0; i < 2; i++) ASSERT_OK(iso_surface_put(&slice.surfaces.surface[nodes], 1, &i, &err));
  }
  ASSERT_OK(iso_slice_bisect(MPI_COMM_WORLD, &slice, 0.26, 0, NULL, &err));
  assert_int_equal(world_sum(slice.surfaces.surface[line].n), 4);
  assert_int_equal(world_sum(slice.surfaces.surface[nodes].n), 5);
  /* Faces of the side are those that the mesh has there. */
  const int64_t faces = world_sum(slice.surfaces.surface[side].n);
  int64_t expected = 0;
  iso_mesh *mesh = build(MPI_COMM_WORLD, &slice);
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int f = 0; f < 4 && finer_counts(mesh, e); f++) {
      bool on = true;
      for (int k = 0; k < 3; k++)
        on &=
            mesh->xyz[mesh->conn[(int64_t)e * mesh->width + iso_shapes[ISO_TETRAHEDRON].face[f][k]]][2] == 0;
      expected += on;
    }
  assert_int_equal(faces, world_sum(expected));
  iso_mesh_free(mesh);
}

static void hexahedra_are_refused(void **state) {
  (void)state;
  iso_slice slice;
  const iso_slab_options cubes = {{1, 1, 1}, 0.5, ISO_HEXAHEDRON, ISO_SINGLE, {0}, 1};
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &cubes, &slice, &err));
  ASSERT_REFUSED(iso_slice_bisect(MPI_COMM_WORLD, &slice, 0.3, 0, NULL, &err), "hexahedra");
  iso_slice_free(&slice);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(no_edge_is_longer),
    cmocka_unit_test(volume_and_sides_are_kept_for_every_parent),
    cmocka_unit_test(short_elements_stay),
    cmocka_unit_test(no_node_hangs),
    cmocka_unit_test(shapes_stay_good),
    cmocka_unit_test(numbers_do_not_depend_on_ranks),
    cmocka_unit_test(halves_have_their_parents_fibre),
    cmocka_unit_test(fibres_on_nodes_are_interpolated),
    cmocka_unit_test(named_surfaces_are_halved_with_the_elements),
    cmocka_unit_test(hexahedra_are_refused),
};
RUN_ON_ALL_RANKS(tests)

/* The built-in meshes fill their box, and refuse sizes that do not fit. */
#include "mpi_main.h"

#include "grid/ask/quality.h"
#include "grid/ask/surface.h"
#include "grid/make/slab.h"
#include "grid/mesh.h"

static iso_error err;

static const iso_slab_options cases[] = {
    {{3, 2, 1}, 0.25, ISO_TETRAHEDRON, ISO_ALTERNATING, {1, 1, 0}, 7},
    {{3, 2, 1}, 0.25, ISO_TETRAHEDRON, ISO_SINGLE, {0}, 7},
    {{3, 2, 1}, 0.25, ISO_TETRAHEDRON, ISO_JITTERED, {0, 0, 2}, 7},
    {{3, 2, 1}, 0.25, ISO_TETRAHEDRON, ISO_FIVE, {0}, 7},
    {{3, 2, 1}, 0.25, ISO_HEXAHEDRON, ISO_JITTERED, {0, 0, 1}, 7},
    {{3, 2, 0}, 0.25, ISO_TRIANGLE, ISO_JITTERED, {0, 1, 0}, 7},
    {{3, 0, 0}, 0.25, ISO_LINE, ISO_JITTERED, {1, 0, 0}, 7},
};
static const double extent[] = {6, 6, 6, 6, 6, 6, 3}; /* mm^3, mm^2, mm */
static const int per_cube[] = {6, 6, 6, 5, 1, 2, 1};
enum { NCASES = sizeof cases / sizeof *cases };

static iso_mesh *build(const iso_slab_options *options) {
  iso_slice slice;
  iso_mesh *mesh;
  iso_notes notes = {0};
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, options, &slice, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, &notes, &err));
  assert_int_equal(notes.count, 0); /* nothing to mend */
  return mesh;
}

static void elements_fill_the_box(void **state) {
  (void)state;
  for (int c = 0; c < NCASES; c++) {
    iso_mesh *mesh = build(&cases[c]);
    iso_mesh_info info;
    ASSERT_OK(iso_mesh_info_of(mesh, &info, &err));
    assert_int_equal(info.ntags, 1);
    assert_int_equal(info.tags[0].tag, 7);
    double sum = info.tags[0].length_mm + info.tags[0].area_mm2 + info.tags[0].volume_mm3;
    assert_float_equal(sum, extent[c], 1e-12); /* rounding of up to 2304 terms */
    assert_int_equal(info.nelems,
                     (iso_gid)(extent[c] / pow(0.25, cases[c].shape < 3 ? cases[c].shape + 1 : 3)) *
                         per_cube[c]);
    assert_int_equal(info.parts.n, 1);
    assert_int_equal(info.parts.orphans, 0);
    for (int a = 0; a < 3; a++) {
      assert_float_equal(info.low_mm[a], 0, 0);
      assert_float_equal(info.high_mm[a], cases[c].size_mm[a], 0);
    }
    iso_mesh_info_free(&info);
    iso_mesh_free(mesh);
  }
}

/* Euler: nodes - edges + faces - elements = 1 for a ball. A mesh whose faces do not match has more faces. */
static void faces_match(void **state) {
  (void)state;
  for (int c = 0; c < 5; c++) {
    iso_mesh *mesh = build(&cases[c]);
    iso_mesh_info info;
    uint8_t *faces, *on_surface;
    ASSERT_OK(iso_mesh_info_of(mesh, &info, &err));
    ASSERT_OK(iso_alloc(&faces, (size_t)mesh->nelem, 1, "test", &err));
    ASSERT_OK(iso_alloc(&on_surface, (size_t)mesh->nowned, 1, "test", &err));
    ASSERT_OK(iso_surface_faces(mesh, faces, NULL, &err));
    ASSERT_OK(iso_surface_nodes(mesh, on_surface, &err));
    int64_t nodes = 0;
    for (iso_lid i = 0; i < mesh->nowned; i++) nodes += on_surface[i];
    assert_int_equal(world_sum(nodes), 13 * 9 * 5 - 11 * 7 * 3);
    int64_t squares = 2 * (12 * 8 + 12 * 4 + 8 * 4), outer = squares * (per_cube[c] == 1 ? 1 : 2);
    int64_t inner = (info.nelems * (per_cube[c] == 1 ? 6 : 4) - outer) / 2;
    assert_int_equal(info.nnodes - info.nedges + inner + outer - info.nelems, 1);
    free(faces);
    free(on_surface);
    iso_mesh_info_free(&info);
    iso_mesh_free(mesh);
  }
}

static void nodes_are_numbered_with_x_fastest(void **state) {
  (void)state;
  iso_slice slice;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &cases[0], &slice, &err));
  for (int64_t i = 0; i < slice.nnode; i++) {
    iso_gid gid = slice.first_node + i;
    assert_float_equal(slice.xyz[i][0], 0.25 * (double)(gid % 13), 0);
    assert_float_equal(slice.xyz[i][1], 0.25 * (double)(gid / 13 % 9), 0);
    assert_float_equal(slice.xyz[i][2], 0.25 * (double)(gid / 117), 0);
  }
  for (int64_t e = 0; e < slice.nelem; e++)
    assert_float_equal(slice.fibre[e][0], sqrt(0.5), 1e-7); /* single */
  iso_slice_free(&slice);
}

/* Nodes move, but not off the faces of the box, and not as far as to spoil elements. */
static void jitter_stays_in_the_box(void **state) {
  (void)state;
  iso_slice slice;
  int64_t moved = 0;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &cases[2], &slice, &err));
  for (int64_t i = 0; i < slice.nnode; i++)
    for (int a = 0; a < 3; a++) {
      double off = fabs(slice.xyz[i][a] / 0.25 - round(slice.xyz[i][a] / 0.25));
      assert_true(off <= 0.2 + 1e-12);
      moved += off > 0;
      if (slice.xyz[i][a] < 0.01) assert_float_equal(slice.xyz[i][a], 0, 0);
    }
  assert_int_equal(world_sum(moved), 11 * 9 * 5 + 13 * 7 * 5 + 13 * 9 * 3);
  iso_slice_free(&slice);
}

static void impossible_sizes_are_refused(void **state) {
  (void)state;
  iso_slice slice;
  const struct {
    iso_slab_options options;
    const char *text;
  } bad[] = {
      {{{20, 7, 3}, 0.3, ISO_TETRAHEDRON, ISO_SINGLE, {0}, 1},
       "along x is 20, not a multiple of spacing_mm 0.3; use 20.1 mm"},
      {{{3, 2, 1}, 0, ISO_TETRAHEDRON, ISO_SINGLE, {0}, 1}, "spacing_mm is 0; it must be positive"},
      {{{3, 2, 1}, NAN, ISO_TETRAHEDRON, ISO_SINGLE, {0}, 1}, "must be positive"},
      {{{3, -2, 1}, 0.5, ISO_TETRAHEDRON, ISO_SINGLE, {0}, 1}, "along y is -2"},
      {{{3, 2, 0}, 0.5, ISO_HEXAHEDRON, ISO_SINGLE, {0}, 1}, "along z is 0"},
      {{{3, 2, 1}, 0.5, ISO_TRIANGLE, ISO_SINGLE, {0}, 1},
       "along z is 1 but the elements have 2 dimensions; set it to 0"},
      {{{3, 2, 0}, 0.5, ISO_TRIANGLE, ISO_FIVE, {0}, 1}, "tetrahedra only"},
      {{{2, 2, 2}, 1e-9, ISO_TETRAHEDRON, ISO_SINGLE, {0}, 1},
       "along x is 2, 2e+09 times the spacing of 1e-09 mm; at most 1e+09"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    ASSERT_REFUSED(iso_slab(MPI_COMM_WORLD, &bad[i].options, &slice, &err), bad[i].text);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(elements_fill_the_box),
    cmocka_unit_test(faces_match),
    cmocka_unit_test(nodes_are_numbered_with_x_fastest),
    cmocka_unit_test(jitter_stays_in_the_box),
    cmocka_unit_test(impossible_sizes_are_refused),
};

RUN_ON_ALL_RANKS(tests)

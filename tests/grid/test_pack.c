/* A mesh in less memory says the same of every element. */
#include "grid/mpi_main.h"

#include "grid/make/refine.h"
#include "grid/make/slab.h"
#include "grid/pack.h"
#include "grid/share/slice_of.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static iso_error err;

/* Fibres and sheets that differ from element to element of the mesh that is refined. Alternating ones:
 * elements of the file go to ranks by where they are, and every second one is left out, so that numbers skip.
 */
static iso_mesh *build(int refine, bool alternate) {
  const iso_slab_options box = {{6, 5, 4}, 1, ISO_TETRAHEDRON, ISO_ALTERNATING, {1, 0, 0}, 1};
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &box, &slice, &err));
  ASSERT_OK(iso_alloc(&slice.sheet, (size_t)slice.nelem, sizeof *slice.sheet, "sheets", &err));
  for (int64_t e = 0; e < slice.nelem; e++) {
    const double angle = 0.1 * (double)((slice.first_elem + e) / (alternate ? 1 : 5));
    slice.fibre[e][0] = (float)cos(angle), slice.fibre[e][1] = (float)sin(angle), slice.fibre[e][2] = 0;
    slice.tag[e] = 1 + (int32_t)((slice.first_elem + e) / (alternate ? 1 : 7) % 3);
    slice.sheet[e][0] = -slice.fibre[e][1], slice.sheet[e][1] = slice.fibre[e][0], slice.sheet[e][2] = 0;
  }
  if (refine) ASSERT_OK(iso_slice_refine(MPI_COMM_WORLD, &slice, refine, 0, NULL, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  return mesh;
}

typedef struct {
  iso_gid number;
  float fibre[3], sheet[3];
  int32_t tag;
} element;

static element *list(const iso_mesh *mesh) {
  element *all = calloc((size_t)mesh->nelem + 1, sizeof *all);
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    all[e].number = iso_mesh_elem(mesh, e), all[e].tag = iso_mesh_tag(mesh, e);
    memcpy(all[e].fibre, iso_mesh_fibre(mesh, e), sizeof all[e].fibre);
    memcpy(all[e].sheet, iso_mesh_sheet(mesh, e), sizeof all[e].sheet);
  }
  return all;
}

static void assert_same_slices(const iso_slice *a, const iso_slice *b) {
  assert_int_equal(a->nelem, b->nelem);
  assert_memory_equal(a->tag, b->tag, (size_t)a->nelem * sizeof *a->tag);
  assert_memory_equal(a->fibre, b->fibre, (size_t)a->nelem * sizeof *a->fibre);
  assert_memory_equal(a->sheet, b->sheet, (size_t)a->nelem * sizeof *a->sheet);
  assert_memory_equal(a->conn, b->conn, (size_t)a->nelem * (size_t)a->width * sizeof *a->conn);
}

static void elements_are_what_they_were(void **state) {
  (void)state;
  for (int refine = 0; refine < 3; refine++)
    for (int alternate = 0; alternate < 2; alternate++) {
      iso_mesh *mesh = build(refine, alternate);
      iso_slice before, after;
      element *all = list(mesh), *packed;
      ASSERT_OK(iso_slice_of_mesh(mesh, &before, &err));
      for (int again = 0; again < 2; again++) { /* which changes nothing */
        ASSERT_OK(iso_mesh_pack(mesh, &err));
        packed = list(mesh);
        assert_memory_equal(all, packed, (size_t)mesh->nelem * sizeof *all);
        free(packed);
      }
      ASSERT_OK(iso_slice_of_mesh(mesh, &after, &err));
      assert_same_slices(&before, &after);
      const bool repeats =
          refine > 0 || !alternate; /* and few elements are another's neighbours across ranks */
      assert_true(mesh->turns.bits ? mesh->turns.nruns < mesh->nelem : !repeats);
      assert_true(mesh->kinds.bits ? mesh->kinds.nruns < mesh->nelem : !repeats);
      iso_slice_free(&before);
      iso_slice_free(&after);
      free(all);
      iso_mesh_free(mesh);
    }
}

/* On one rank numbers skip none, and the eight children of an element share its directions. */
static void a_refined_mesh_has_an_eighth_of_the_directions(void **state) {
  (void)state;
  int size;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  iso_mesh *mesh = build(1, true);
  ASSERT_OK(iso_mesh_pack(mesh, &err));
  if (size == 1) assert_int_equal(mesh->skips.nruns, 1);
  if (size == 1) assert_int_equal(8 * mesh->turns.nruns, mesh->nelem);
  assert_true(mesh->turns.nruns < mesh->nelem / 2);
  iso_mesh_free(mesh);
}

static bool third(const void *self, iso_lid i) {
  (void)self;
  return i % 3 == 0;
}
static bool always(const void *self, iso_lid i) {
  (void)self, (void)i;
  return true;
}

static void steps_count_their_runs(void **state) {
  (void)state;
  for (iso_lid n = 0; n < 300; n++) {
    iso_steps s;
    ASSERT_OK(iso_steps_new(&s, n, third, NULL, &err));
    for (iso_lid i = 0; i < n; i++) {
      if (s.bits) assert_int_equal(iso_steps_run(&s, i), i / 3);
      if (s.bits) assert_int_equal(iso_steps_begins(&s, i), i % 3 == 0);
    }
    assert_true(n < 4 || (s.bits && s.nruns == (n + 2) / 3));
    iso_steps_free(&s);
    ASSERT_OK(iso_steps_new(&s, n, always, NULL, &err));
    assert_true(n == 0 || (!s.bits && iso_steps_run(&s, n) == n && iso_steps_begins(&s, n)));
    iso_steps_free(&s);
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(elements_are_what_they_were),
    cmocka_unit_test(a_refined_mesh_has_an_eighth_of_the_directions),
    cmocka_unit_test(steps_count_their_runs),
};

RUN_ON_ALL_RANKS(tests)

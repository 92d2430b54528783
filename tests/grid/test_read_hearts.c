/* The hearts that come with the program, against what their SOURCE.md says. */
#include "mpi_main.h"

#include "grid/format/read.h"

static iso_error err;

static void check_box(const iso_slice *slice, double least, double most) {
  double low[3] = {INFINITY, INFINITY, INFINITY}, high[3] = {-INFINITY, -INFINITY, -INFINITY};
  for (int64_t i = 0; i < slice->nnode; i++)
    for (int k = 0; k < 3; k++) {
      low[k] = fmin(low[k], slice->xyz[i][k]);
      high[k] = fmax(high[k], slice->xyz[i][k]);
    }
  MPI_Allreduce(MPI_IN_PLACE, low, 3, MPI_DOUBLE, MPI_MIN, MPI_COMM_WORLD);
  MPI_Allreduce(MPI_IN_PLACE, high, 3, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  for (int k = 0; k < 3; k++) assert_true(high[k] - low[k] > least && high[k] - low[k] < most);
}

static void check_frames(const iso_slice *slice) {
  for (int64_t e = 0; e < slice->nelem; e++) {
    const float *f = slice->fibre[e], *s = slice->sheet[e];
    float across = f[0] * s[0] + f[1] * s[1] + f[2] * s[2];
    /* Components of single precision: a few roundings of 6e-8. */
    assert_true(fabsf(f[0] * f[0] + f[1] * f[1] + f[2] * f[2] - 1) < 1e-6f);
    assert_true(fabsf(across) < 1e-6f);
  }
}

static int64_t count_tag(const iso_slice *slice, int32_t tag) {
  int64_t n = 0;
  for (int64_t e = 0; e < slice->nelem; e++) n += slice->tag[e] == tag;
  return world_sum(n);
}

static void the_biventricle_is_as_described(void **state) {
  (void)state;
  iso_slice slice;
  iso_notes notes = {0};
  iso_read_options options = {.path = ISO_MESHES "/biventricle/biventricle", .notes = &notes};
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err));
  assert_int_equal(slice.nnodes, 53390);
  assert_int_equal(slice.nelems, 258259);
  assert_int_equal(slice.width, 4);
  assert_int_equal(count_tag(&slice, 1) + count_tag(&slice, 2), slice.nelems);
  check_box(&slice, 90, 120);
  check_frames(&slice);
  assert_int_equal(notes.count, 1);
  assert_non_null(strstr(notes.text[0], "66 sheet vectors"));
  iso_slice_free(&slice);
  iso_notes_free(&notes);
}

static void its_node_lists_are_read(void **state) {
  (void)state;
  static const struct {
    const char *path;
    int64_t count;
  } lists[] = {{ISO_MESHES "/biventricle/biventricle_lvendo.vtx", 5816},
               {ISO_MESHES "/biventricle/biventricle_rvendo.vtx", 7477},
               {ISO_MESHES "/biventricle/biventricle_epi.vtx", 11547},
               {ISO_MESHES "/biventricle/biventricle_base.vtx", 869}};
  for (int i = 0; i < 4; i++) {
    int64_t count;
    iso_gid *nodes;
    ASSERT_OK(iso_vtx_read(MPI_COMM_WORLD, lists[i].path, 53390, &count, &nodes, &err));
    assert_int_equal(count, lists[i].count);
    free(nodes);
  }
}

static void the_left_atrium_is_as_described(void **state) {
  (void)state;
  iso_slice slice;
  iso_read_options options = {.path = ISO_MESHES "/left_atrium/left_atrium.vtu"};
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err));
  assert_int_equal(slice.nnodes, 18110);
  assert_int_equal(slice.nelems, 68906);
  assert_int_equal(slice.width, 4);
  assert_null(slice.fibre);
  assert_int_equal(count_tag(&slice, 0), slice.nelems);
  check_box(&slice, 30, 90);
  iso_slice_free(&slice);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_biventricle_is_as_described),
    cmocka_unit_test(its_node_lists_are_read),
    cmocka_unit_test(the_left_atrium_is_as_described),
};

RUN_ON_ALL_RANKS(tests)

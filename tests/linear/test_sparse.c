/* The layout of sparse rows: each row once, in the slices of its part of the mesh. */
#include "grid/mpi_main.h"

#include "linear/fixture.h"
#include "linear/sparse.h"

static iso_error err;

/* 1287 nodes: patches of 64, 7 and, where there are tags, anything between. */
static const iso_slab_options slab = {{3, 2.5, 2}, 0.25, ISO_TETRAHEDRON, ISO_JITTERED, {0}, 1};

static iso_mesh *build(bool patches) {
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &slab, &slice, &err));
  for (int64_t e = 0; e < slice.nelem; e++) slice.tag[e] = (int32_t)((slice.first_elem + e) / 500 % 2);
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, &(iso_partition_options){.patches = patches}, &mesh, NULL,
                           &err));
  return mesh;
}

static iso_status conduct(void *self, const iso_mesh *mesh, iso_lid e, iso_conduction *out, iso_error *why) {
  (void)self, (void)mesh, (void)e, (void)why;
  *out = (iso_conduction){.capacity = 1, .extent = 1, .conductivity = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  return ISO_OK;
}

static double stiffness(const void *self, iso_lid row, int64_t k) {
  (void)row;
  return ((const iso_system *)self)->stiffness[k];
}

typedef struct rows {
  iso_mesh *mesh;
  iso_device *device;
  iso_sparse sparse;
  iso_lid *row; /* on the host */
} rows;

static rows make(const char *device, bool patches) {
  rows r = {.mesh = build(patches), .device = linear_device(device)};
  iso_system system;
  ASSERT_OK(iso_system_new(&system, r.mesh, (iso_conductor){NULL, conduct}, false, &err));
  ASSERT_OK(
      iso_sparse_new(&r.sparse, r.device, r.mesh, &system, (iso_entries){&system, stiffness, NULL}, &err));
  iso_system_free(&system);
  const size_t n = (size_t)(r.sparse.rows.nslices * r.device->slice_rows);
  ASSERT_OK(iso_alloc(&r.row, n, sizeof *r.row, "test", &err));
  iso_device_download(r.device, r.sparse.rows.row, 0, r.row, n * sizeof *r.row);
  return r;
}

static void free_rows(rows *r) {
  iso_sparse_free(&r->sparse);
  iso_device_close(r->device);
  iso_mesh_free(r->mesh);
  free(r->row);
}

/* Slices [first, end) hold the rows [low, high), each once, and repeat only their last one. */
static void assert_rows(const rows *r, int64_t first, int64_t end, iso_lid low, iso_lid high) {
  const int width = r->device->slice_rows;
  uint8_t *seen;
  ASSERT_OK(iso_alloc(&seen, (size_t)(high - low), 1, "test", &err));
  for (int64_t k = first * width; k < end * width; k++) {
    const iso_lid row = r->row[k];
    assert_true(low <= row && row < high);
    if (k % width > 0 && row == r->row[k - 1]) continue;
    assert_int_equal(seen[row - low]++, 0);
  }
  for (iso_lid i = low; i < high; i++) assert_int_equal(seen[i - low], 1);
  free(seen);
}

static const char *const devices[] = {"cpu", "cuda"};

static void inner_and_boundary_rows_have_slices_apart(void **state) {
  (void)state;
  for (int d = 0; d < 2; d++)
    for (int patches = 0; patches < 2; patches++) {
      rows r = make(devices[d], patches);
      assert_rows(&r, 0, r.sparse.inner_slices, 0, r.mesh->ninner);
      assert_rows(&r, r.sparse.inner_slices, r.sparse.rows.nslices, r.mesh->ninner, r.mesh->nowned);
      assert_true(patches || !r.sparse.patch_slice);
      free_rows(&r);
    }
}

static void patches_have_slices_of_their_own(void **state) {
  (void)state;
  for (int d = 0; d < 2; d++) {
    rows r = make(devices[d], true);
    const iso_patches *patches = r.mesh->patches;
    const int64_t *slice = r.sparse.patch_slice;
    const int width = r.device->slice_rows;
    assert_int_equal(slice[0], 0);
    assert_int_equal(slice[patches->ninner], r.sparse.inner_slices);
    assert_int_equal(slice[patches->nowned], r.sparse.rows.nslices);
    for (iso_lid p = 0; p < patches->nowned; p++) {
      assert_rows(&r, slice[p], slice[p + 1], patches->first[p], patches->first[p + 1]);
      assert_int_equal(slice[p + 1] - slice[p],
                       (patches->first[p + 1] - patches->first[p] + width - 1) / width);
    }
    free_rows(&r);
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(inner_and_boundary_rows_have_slices_apart),
    cmocka_unit_test(patches_have_slices_of_their_own),
};
RUN_ON_ALL_RANKS(tests)

/* Results of more than 2^31 nodes and elements: the last of them, at the end of a file that is as long as all
 * would be. Whatever is not written is a hole: what reserves the room of a file only lengthens it here. */
#include "grid/mpi_main.h"

#include "grid/format/exodus_file.h"
#include "result/adopt.h"
#include "result/chunk_rows.h"
#include "result/exodus.h"
#include "result/packer.h"
#include "result/series.h"

#include <fcntl.h>
#include <hdf5.h>
#include <netcdf.h>
#include <sys/stat.h>
#include <unistd.h>

static iso_error err;

/* A lattice of nodes along a line, of which this rank has the last. */
enum { NODES = 12, ELEMS = NODES - 1 };
static const iso_gid nnodes = ((iso_gid)1 << 31) + 70000, nelems = ((iso_gid)1 << 32) + 9;

/* In place of promising room (base/atomic.c), which no disk has. */
int __wrap_posix_fallocate(int fd, off_t offset, off_t length);
int __wrap_posix_fallocate(int fd, off_t offset, off_t length) { return ftruncate(fd, offset + length); }

/* In place of sums over all bytes (result/seal.h), which would take an hour. */
iso_status __wrap_iso_seal_put(MPI_Comm comm, const char *path, const char *shown, iso_error *e);
iso_status __wrap_iso_seal_put(MPI_Comm comm, const char *path, const char *shown, iso_error *e) {
  (void)comm, (void)path, (void)shown, (void)e;
  return ISO_OK;
}

/* The HDF5 that is loaded may be said to be another one (result/adopt.h). */
static unsigned newer;
herr_t __real_H5get_libversion(unsigned *major, unsigned *minor, unsigned *release);
herr_t __wrap_H5get_libversion(unsigned *major, unsigned *minor, unsigned *release);
herr_t __wrap_H5get_libversion(unsigned *major, unsigned *minor, unsigned *release) {
  const herr_t code = __real_H5get_libversion(major, minor, release);
  *minor += newer;
  return code;
}

typedef struct end {
  iso_gid gid[NODES], elem[ELEMS], number[ELEMS];
  double xyz[NODES][3], value[NODES];
  float element_value[ELEMS];
  iso_lid conn[ELEMS][2], own[ELEMS];
  uint8_t shape[ELEMS];
  int32_t tag[ELEMS];
  iso_lid place[ELEMS];
  iso_elem_block block;
  iso_mesh mesh;
  iso_layout layout;
} end;

static void make_nodes(end *a) {
  for (int i = 0; i < NODES; i++) {
    a->gid[i] = nnodes - NODES + i;
    a->xyz[i][0] = 1e-3 * (double)a->gid[i];
    a->value[i] = 0.5 * i;
  }
}

static void make_elems(end *a) {
  for (int e = 0; e < ELEMS; e++) {
    a->elem[e] = nelems - ELEMS + e;
    a->own[e] = e, a->place[e] = e, a->shape[e] = ISO_LINE, a->tag[e] = 7;
    a->conn[e][0] = e, a->conn[e][1] = e + 1;
    a->element_value[e] = (float)e;
  }
}

static void make(end *a) {
  *a = (end){0};
  make_nodes(a);
  make_elems(a);
  a->mesh = (iso_mesh){
      .comm = MPI_COMM_WORLD, .nnodes = nnodes, .nelems = nelems, .nowned = NODES, .nlocal = NODES};
  a->mesh.gid = a->gid, a->mesh.xyz = a->xyz, a->mesh.nelem = ELEMS, a->mesh.width = 2;
  a->mesh.elem_numbers = a->elem, a->mesh.shape = a->shape, a->mesh.tag = a->tag, a->mesh.conn = a->conn[0];
  a->block = (iso_elem_block){7, ISO_LINE, 7, nelems, nelems - ELEMS, ELEMS};
  a->layout = (iso_layout){.mesh = &a->mesh, .first_node = nnodes - NODES, .nnode = NODES, .nblocks = 1};
  a->layout.blocks = &a->block, a->layout.nelem = ELEMS, a->layout.first_elem = nelems - ELEMS;
  a->layout.nown = ELEMS, a->layout.own = a->own, a->layout.place = a->place;
  ASSERT_OK(iso_block_plan_new_cut(&a->layout.node_plan, MPI_COMM_WORLD, (iso_gid[]){nnodes - NODES, nnodes},
                                   NODES, a->gid, &err));
  ASSERT_OK(iso_block_plan_new_cut(&a->layout.elem_plan, MPI_COMM_WORLD, (iso_gid[]){nelems - ELEMS, nelems},
                                   ELEMS, a->elem, &err));
}

static void release(end *a) {
  iso_block_plan_free(a->layout.node_plan);
  iso_block_plan_free(a->layout.elem_plan);
}

static const iso_exodus_variable nodal = {"Vm", "mV", "transmembrane potential"},
                                 elemental = {"region", "1", "tag"};

static void write_maps(const char *path, const end *a) {
  const iso_exodus_spec spec = {.title = "the end of a long line",
                                .nnodal = 1,
                                .nodal = &nodal,
                                .nelemental = 1,
                                .elemental = &elemental,
                                .nodal_type = NC_DOUBLE};
  iso_exodus x;
  ASSERT_OK(iso_exodus_create(&x, path, &a->layout, &spec, &err));
  ASSERT_OK(iso_exodus_mesh(&x, &err));
  ASSERT_OK(iso_exodus_time(&x, 3, &err));
  ASSERT_OK(iso_exodus_nodal(&x, 0, a->value, &err));
  ASSERT_OK(iso_exodus_elemental(&x, 0, a->element_value, &err));
  ASSERT_OK(iso_exodus_commit(&x, &err));
}

/* Two snapshots, of whose chunks all but the last are a byte that nobody reads; it has the values in its
 * second row. */
static void write_chunks(const char *path, const end *a, int64_t first_byte, int64_t n, int64_t width) {
  float *row = NULL;
  int32_t *bytes = NULL;
  iso_packer *packer;
  ASSERT_OK(iso_packer_new(&packer, ISO_CHUNK_ROWS, width, 1, &err));
  ASSERT_OK(iso_alloc(&row, (size_t)(ISO_CHUNK_ROWS * width), sizeof *row, "a chunk", &err));
  ASSERT_OK(iso_alloc(&bytes, (size_t)n, sizeof *bytes, "sizes", &err));
  char *packed = malloc((size_t)iso_packer_most(packer));
  assert_non_null(packed);
  const int64_t last = width + nnodes - NODES - (n - 1) * width;
  for (int i = 0; i < NODES; i++) row[last + i] = (float)a->value[i];
  for (int64_t k = 0; k < n; k++) bytes[k] = 1;
  bytes[n - 1] = (int32_t)iso_pack(packer, row, width, packed);
  const int file = open(path, O_WRONLY);
  assert_int_equal(pwrite(file, packed, (size_t)bytes[n - 1], first_byte + n - 1), bytes[n - 1]);
  close(file);
  const iso_adoption chunks = {.variable = "vals_nod_var1",
                               .nsteps = 2,
                               .length = nnodes,
                               .rows = ISO_CHUNK_ROWS,
                               .width = width,
                               .first_byte = first_byte,
                               .bytes = bytes,
                               .dimension = "time_step",
                               .along = "time_whole",
                               .value = (double[]){3, 4}};
  ASSERT_OK(iso_adopt(path, path, &chunks, &err));
  free(packed);
  free(bytes);
  free(row);
  iso_packer_free(packer);
}

static void write_series(const char *path, const end *a) {
  const int64_t n = iso_nc_chunks(nnodes, ISO_CHUNK_ROWS), width = (nnodes + n - 1) / n;
  const iso_exodus_spec spec = {.title = "the end of a long line",
                                .nnodal = 1,
                                .nodal = &nodal,
                                .nodal_type = NC_FLOAT,
                                .chunk = {ISO_CHUNK_ROWS, (size_t)width},
                                .compression = 1};
  iso_exodus x;
  int64_t first_byte;
  ASSERT_OK(iso_exodus_create(&x, path, &a->layout, &spec, &err));
  ASSERT_OK(iso_exodus_mesh(&x, &err));
  ASSERT_OK(iso_exodus_series(&x, &spec, &first_byte, &err));
  write_chunks(x.file.target.temporary, a, first_byte, n, width);
  ASSERT_OK(iso_exodus_commit(&x, &err));
}

/* By the functions that read meshes of any origin. */
static void check_mesh(const char *path, const end *a) {
  iso_exodus_index index;
  int file;
  double x[NODES];
  int64_t number[NODES], corner[ELEMS][2];
  ASSERT_OK(iso_exodus_index_make(path, &index, &err));
  assert_int_equal(index.nnodes, nnodes);
  assert_int_equal(index.nelems, nelems);
  assert_int_equal(index.block[0].n, nelems);
  iso_exodus_index_free(&index);
  ASSERT_OK(iso_exodus_open(path, &file, &err));
  ASSERT_OK(iso_exodus_reals(file, path, "coordx", nnodes - NODES, NODES, x, &err));
  ASSERT_OK(iso_exodus_integers(file, path, "node_num_map", nnodes - NODES, NODES, 0, number, &err));
  for (int i = 0; i < NODES; i++) {
    assert_true(x[i] == a->xyz[i][0]);
    assert_int_equal(number[i], a->gid[i] + 1);
  }
  ASSERT_OK(iso_exodus_integers(file, path, "elem_num_map", nelems - ELEMS, ELEMS, 0, number, &err));
  ASSERT_OK(iso_exodus_integers(file, path, "connect1", nelems - ELEMS, ELEMS, 2, corner[0], &err));
  for (int e = 0; e < ELEMS; e++) {
    assert_int_equal(number[e], a->elem[e] + 1);
    assert_int_equal(corner[e][1], a->gid[e + 1] + 1);
  }
  nc_close(file);
}

static void check_values(const char *path, const end *a, size_t step, bool elements) {
  const size_t node[] = {step, (size_t)(nnodes - NODES)}, nodes[] = {1, NODES};
  const size_t elem[] = {0, (size_t)(nelems - ELEMS)}, elems[] = {1, ELEMS};
  int id, variable;
  double value[NODES];
  assert_int_equal(nc_open(path, NC_NOWRITE, &id), NC_NOERR);
  assert_int_equal(nc_inq_varid(id, "vals_nod_var1", &variable), NC_NOERR);
  assert_int_equal(nc_get_vara_double(id, variable, node, nodes, value), NC_NOERR);
  for (int i = 0; i < NODES; i++) assert_true(value[i] == a->value[i]);
  if (elements) {
    assert_int_equal(nc_inq_varid(id, "vals_elem_var1eb1", &variable), NC_NOERR);
    assert_int_equal(nc_get_vara_double(id, variable, elem, elems, value), NC_NOERR);
    for (int e = 0; e < ELEMS; e++) assert_true(value[e] == (double)a->element_value[e]);
  }
  nc_close(id);
}

static void maps_end_where_they_should(void **state) {
  (void)state;
  const char *path = "large.e.nc";
  end a;
  struct stat st;
  make(&a);
  write_maps(path, &a);
  assert_int_equal(stat(path, &st), 0);
  assert_true((int64_t)st.st_size > 8 * nnodes);
  check_mesh(path, &a);
  check_values(path, &a, 0, true);
  unlink(path);
  release(&a);
}

static void another_hdf5_is_refused_at_the_beginning(void **state) {
  (void)state;
  iso_series *series = NULL;
  end a;
  make(&a);
  newer = 2;
  err = (iso_error){0};
  assert_int_equal(iso_series_new(&series, "large_vm.e.nc", &a.mesh, &(iso_series_spec){.title = ""}, &err),
                   ISO_EFAIL);
  newer = 0;
  assert_null(series);
  assert_non_null(strstr(err.message, "was built for HDF5"));
  ASSERT_OK(iso_adopt_check(&err));
  release(&a);
}

static void snapshots_do(void **state) {
  (void)state;
  const char *path = "large_vm.e.nc";
  end a;
  make(&a);
  write_series(path, &a);
  check_mesh(path, &a);
  check_values(path, &a, 1, false);
  unlink(path);
  release(&a);
}

/* Whether files may have holes here, and be that long. */
static bool has_holes(void) {
  const int64_t bytes = (int64_t)1 << 40;
  struct stat st = {0};
  FILE *file = fopen("large.hole", "w");
  const bool may =
      file && ftruncate(fileno(file), bytes) == 0 && fstat(fileno(file), &st) == 0 && st.st_blocks < 1024;
  if (file) fclose(file);
  unlink("large.hole");
  return may;
}

/* More than 2^31 bytes of one rank at once, which is beyond the counts of MPI. */
static void a_long_part_is_written_whole(void **state) {
  (void)state;
  static const size_t start = 0, n = ((size_t)1 << 28) + NODES;
  iso_ncfile file;
  int dimension, variable;
  double *value = NULL, back[NODES];
  ASSERT_OK(iso_alloc(&value, n, sizeof *value, "a long part", &err));
  for (int i = 0; i < NODES; i++) value[n - NODES + (size_t)i] = i + 1;
  ASSERT_OK(iso_ncfile_create(&file, MPI_COMM_WORLD, "large_part.nc", &err));
  ASSERT_OK(iso_nc_dimension(&file, "n", (int64_t)n, &dimension, &err));
  ASSERT_OK(iso_nc_variable(&file, "v", NC_DOUBLE, 1, &dimension, NULL, NULL, &variable, &err));
  ASSERT_OK(iso_ncfile_defined(&file, &err));
  ASSERT_OK(iso_nc_put(&file, variable, &start, &n, NC_DOUBLE, value, &err));
  ASSERT_OK(iso_ncfile_commit(&file, &err));
  free(value);
  const size_t last = n - NODES, count = NODES;
  int id;
  assert_int_equal(nc_open("large_part.nc", NC_NOWRITE, &id), NC_NOERR);
  assert_int_equal(nc_get_vara_double(id, variable, &last, &count, back), NC_NOERR);
  for (int i = 0; i < NODES; i++) assert_true(back[i] == i + 1);
  nc_close(id);
  unlink("large_part.nc");
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(maps_end_where_they_should),
                                          cmocka_unit_test(snapshots_do),
                                          cmocka_unit_test(another_hdf5_is_refused_at_the_beginning)};
static const struct CMUnitTest long_tests[] = {cmocka_unit_test(a_long_part_is_written_whole)};

/* With an argument: the test that writes 2 GB. */
int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (!has_holes()) {
    puts("skipped: files have no holes here, or may not be long");
    MPI_Finalize();
    return 77;
  }
  const int failed =
      argc > 1 ? run_on_all_ranks(long_tests, 1) : run_on_all_ranks(tests, sizeof tests / sizeof *tests);
  MPI_Finalize();
  return failed > 0;
}

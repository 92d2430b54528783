/* Results as CSV and VTU: what is read back, on any ranks. */
#include "../grid/mpi_main.h"

#include "grid/make/slab.h"
#include "result/plain.h"

#include <stdio.h>

static iso_error err;

static const iso_slab_options slab = {{2, 1, 0.5}, 0.5, ISO_TETRAHEDRON, ISO_JITTERED, {1, 1, 0}, 7};

static iso_mesh *mesh_on(MPI_Comm comm) {
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(comm, &slab, &slice, &err));
  for (int64_t e = 0; e < slice.nelem; e++) slice.tag[e] = (int32_t)((slice.first_elem + e) % 3);
  ASSERT_OK(iso_mesh_build(comm, &slice, NULL, &mesh, NULL, &err));
  return mesh;
}

/* Of a node by its number: no time at every fifth. */
static double time_of(iso_gid node) { return node % 5 == 0 ? NAN : 0.1 * (double)node + 1.0 / 3; }

static void fill_times(const void *self, int64_t row, double *owned) {
  const iso_mesh *mesh = self;
  for (iso_lid i = 0; i < mesh->nowned; i++) owned[i] = time_of(mesh->gid[i]) + (double)row;
}

static void fill_counts(const void *self, int64_t row, double *owned) {
  (void)row;
  const iso_mesh *mesh = self;
  for (iso_lid i = 0; i < mesh->nowned; i++) owned[i] = (double)mesh->gid[i];
}

static const char *const names[] = {"apex", "base, \"left\""};
static const double places[2][3] = {{1, 2, 3}, {4, 5, 0.1}}, times[3] = {0, 0.05, 0.1};
static const double traces[3][2] = {{-80, -81.5}, {NAN, 1e-300}, {20, 1.0 / 3}};
static const int32_t beats[2] = {3, -4};

static iso_results results_of(const iso_mesh *mesh) {
  const iso_dimension probe = {"num_probes", 2}, sample = {"num_probe_samples", 3}, space = {"num_dim", 3},
                      beat = {"num_beats", 2};
  const iso_variable variables[] = {
      {.name = "time", .unit = "ms", .meaning = "t", .may_lack = true, .fill = fill_times, .self = mesh},
      {.name = "times",
       .unit = "ms",
       .meaning = "t",
       .ndims = 1,
       .dims = {beat},
       .fill = fill_times,
       .self = mesh},
      {.name = "count", .unit = "1", .meaning = "n", .fill = fill_counts, .self = mesh},
      {.name = "name",
       .meaning = "names",
       .type = ISO_VARIABLE_TEXT,
       .ndims = 1,
       .dims = {probe},
       .data = names},
      {.name = "place", .unit = "mm", .meaning = "where", .ndims = 2, .dims = {probe, space}, .data = places},
      {.name = "t", .unit = "ms", .meaning = "time", .ndims = 1, .dims = {sample}, .data = times},
      {.name = "vm", .unit = "mV", .meaning = "V", .ndims = 2, .dims = {sample, probe}, .data = traces},
      {.name = "beats",
       .unit = "1",
       .meaning = "n",
       .type = ISO_VARIABLE_WHOLE,
       .ndims = 1,
       .dims = {probe},
       .data = beats},
  };
  iso_results results = {0};
  for (size_t k = 0; k < sizeof variables / sizeof *variables; k++)
    ASSERT_OK(iso_results_add(&results, &variables[k], &err));
  return results;
}

/* The whole file, ended by a zero; freed by the caller. */
static char *content_of(const char *path, long *bytes) {
  FILE *file = fopen(path, "rb");
  if (!file) fail_msg("%s is not there", path);
  fseek(file, 0, SEEK_END);
  *bytes = ftell(file);
  rewind(file);
  char *text = calloc((size_t)*bytes + 1, 1);
  assert_int_equal(fread(text, 1, (size_t)*bytes, file), *bytes);
  fclose(file);
  remove(path);
  return text;
}

/* Names that tests on other numbers of ranks do not use at the same time. */
static const char *scratch(const char *name, char path[64]) {
  snprintf(path, 64, "plain_np%d_%s", world_size(), name);
  return path;
}

static void tables_have_a_line_for_each_member(void **state) {
  (void)state;
  char path[64], prefix[64];
  long bytes;
  iso_results results = results_of(NULL);
  iso_names written = {0};
  ASSERT_OK(iso_plain_save_tables(scratch("t", prefix), MPI_COMM_WORLD, &results, &written, &err));
  assert_int_equal(written.n, world_rank() == 0 ? 2 : 0);
  if (world_rank() == 0) {
    assert_string_equal(written.name[0], scratch("t_probes.csv", path));
    assert_string_equal(written.name[1], scratch("t_probe_samples.csv", path));
    iso_names_free(&written);
    char *text = content_of(scratch("t_probes.csv", path), &bytes);
    assert_string_equal(text, "name,place_mm.x,place_mm.y,place_mm.z,beats\napex,1,2,3,3\n"
                              "\"base, \"\"left\"\"\",4,5,0.1,-4\n");
    free(text);
    text = content_of(scratch("t_probe_samples.csv", path), &bytes);
    assert_string_equal(text, "t_ms,vm_mV.apex,\"vm_mV.base, \"\"left\"\"\"\n0,-80,-81.5\n0.05,,1e-300\n"
                              "0.1,20,0.3333333333333333\n");
    free(text);
  }
  iso_results_free(&results);
}

static void nodes_come_in_order_with_their_maps(void **state) {
  (void)state;
  char path[64];
  long bytes;
  iso_mesh *mesh = mesh_on(MPI_COMM_WORLD), *whole = mesh_on(MPI_COMM_SELF);
  iso_results results = results_of(mesh);
  ASSERT_OK(iso_plain_save_nodes(scratch("n.csv", path), mesh, &results, &err));
  if (world_rank() == 0) {
    char *text = content_of(path, &bytes), *at = strchr(text, '\n');
    assert_memory_equal(text, "node,x_mm,y_mm,z_mm,region,time_ms,count\n", 41);
    iso_lid *local = calloc((size_t)whole->nlocal, sizeof *local);
    for (iso_lid i = 0; i < whole->nlocal; i++) local[whole->gid[i]] = i;
    for (iso_gid i = 0; i < whole->nnodes; i++) {
      const double *x = whole->xyz[local[i]];
      assert_int_equal(strtoll(at + 1, &at, 10), i);
      for (int a = 0; a < 3; a++) assert_true(strtod(at + 1, &at) == x[a]);
      assert_int_equal(strtol(at + 1, &at, 10), whole->node_tag[local[i]]);
      if (isnan(time_of(i)))
        assert_true(*++at == ',');
      else
        assert_true(strtod(at + 1, &at) == time_of(i));
      assert_true(strtod(at + 1, &at) == (double)i);
      assert_int_equal(*at, '\n');
    }
    assert_string_equal(at, "\n");
    free(local);
    free(text);
  }
  iso_results_free(&results);
  iso_mesh_free(mesh);
  iso_mesh_free(whole);
}

static void a_vtu_file_reads_back_and_has_the_same_bytes_on_any_ranks(void **state) {
  (void)state;
  char path[64], alone[64];
  long bytes, bytes_alone;
  iso_mesh *mesh = mesh_on(MPI_COMM_WORLD);
  iso_results results = results_of(mesh);
  ASSERT_OK(iso_plain_save_vtu(scratch("m.vtu", path), mesh, &results, &err));
  iso_slice slice;
  iso_mesh *again;
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &(iso_read_options){.path = path}, &slice, &err));
  double *value;
  ASSERT_OK(iso_alloc(&value, (size_t)slice.nnode, sizeof *value, "test", &err));
  ASSERT_OK(iso_vtk_read_node_data(MPI_COMM_WORLD, path, "time", slice.nnodes, value, &err));
  for (int64_t i = 0; i < slice.nnode; i++) {
    const double expected = time_of(slice.first_node + i);
    assert_true(isnan(expected) ? isnan(value[i]) : value[i] == expected);
  }
  free(value);
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &again, NULL, &err));
  assert_true(again->checksum == mesh->checksum); /* nodes, elements, tags and fibres, in their order */
  if (world_rank() == 0) {
    iso_mesh *whole = mesh_on(MPI_COMM_SELF);
    iso_results its = results_of(whole);
    ASSERT_OK(iso_plain_save_vtu(scratch("s.vtu", alone), whole, &its, &err));
    char *a = content_of(path, &bytes), *b = content_of(alone, &bytes_alone);
    assert_int_equal(bytes, bytes_alone);
    assert_memory_equal(a, b, bytes);
    free(a);
    free(b);
    iso_results_free(&its);
    iso_mesh_free(whole);
  }
  iso_results_free(&results);
  iso_mesh_free(mesh);
  iso_mesh_free(again);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(tables_have_a_line_for_each_member),
    cmocka_unit_test(nodes_come_in_order_with_their_maps),
    cmocka_unit_test(a_vtu_file_reads_back_and_has_the_same_bytes_on_any_ranks),
};

RUN_ON_ALL_RANKS(tests)

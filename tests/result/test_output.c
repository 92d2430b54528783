/* What is written is what was given, in file order, whatever the number of ranks. Leaves its files in the
 * working folder, named by the number of ranks, for the tests that compare and open them. */
#include "observe/fake_heart.h"

#include "observe/activation.h"
#include "observe/probes.h"
#include "observe/snapshots.h"
#include "result/chunk_rows.h"
#include "result/maps.h"
#include "result/series.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static iso_error err;

static const iso_attribute provenance[] = {{"program_version", "1.2.3"},
                                           {"configuration", "mesh:\n  file: x\n"}};

static const iso_probe points[] = {{"apex", {0, 0, 0}, 0, 1, {7}, {1}},
                                   {"far_wall", {1, 2, 3}, 0, 3, {180, 7, 100}, {0.3, 0.3, 0.4}}};
enum { NPOINTS = 2, NSAMPLES = 11 };
enum { NSNAPSHOTS = 2 * ISO_CHUNK_ROWS + 3 }; /* chunks that are written meanwhile, at the end, and in part */

static iso_probes *sample(const iso_mesh *mesh) {
  iso_probes *probes;
  ASSERT_OK(iso_probes_new(&probes, mesh, NPOINTS, points, 1, &err));
  iso_guest observer = iso_probes_guest(probes);
  for (int step = 0; step < NSAMPLES; step++) ASSERT_OK(fake_look(&observer, mesh, step, 0.5, &err));
  ASSERT_OK(iso_probes_finish(probes, &err));
  return probes;
}

static iso_status write_maps(const char *path, const iso_mesh *mesh, bool wide, int compression) {
  iso_activation *activation;
  iso_probes *probes = sample(mesh);
  iso_results results = {0};
  const iso_maps in = {.title = "fake heart",
                       .mesh = mesh,
                       .time_ms = 900,
                       .wide = wide,
                       .compression = compression,
                       .results = &results,
                       .nattributes = 2,
                       .attributes = provenance};
  ASSERT_OK(iso_activation_new(&activation, mesh, 0, &err));
  iso_guest observer = iso_activation_guest(activation);
  fake_beat(&observer, mesh);
  ASSERT_OK(observer.report(activation, &results, &err));
  ASSERT_OK(iso_probes_report(probes, &results, &err));
  err = (iso_error){0};
  iso_status status = iso_maps_write(path, &in, &err);
  iso_results_free(&results);
  iso_activation_free(activation);
  iso_probes_free(probes);
  return status;
}

/* Shows the fake heart at a step, to be appended. */
static iso_status append(iso_series *series, const iso_mesh *mesh, int step) {
  iso_snapshots *snapshots;
  ASSERT_OK(iso_snapshots_new(&snapshots, mesh,
                              (iso_snapshot_sink){.self = series, .append = iso_series_append}, &err));
  iso_guest observer = iso_snapshots_guest(snapshots, 0, INFINITY, 0);
  err = (iso_error){0};
  iso_status status = fake_look(&observer, mesh, step, 5, &err);
  iso_snapshots_free(snapshots);
  return status;
}

static iso_status write_series(const char *path, const iso_mesh *mesh, int compression, int nsnapshots) {
  iso_series *series;
  iso_series_spec spec = {
      .title = "fake heart", .compression = compression, .nattributes = 2, .attributes = provenance};
  err = (iso_error){0};
  ISO_TRY(iso_series_new(&series, path, mesh, &spec, &err));
  iso_status status = ISO_OK;
  for (int step = 0; step < nsnapshots && status == ISO_OK; step++) status = append(series, mesh, step);
  if (status == ISO_OK) return iso_series_finish(series, &err);
  iso_series_discard(series);
  return status;
}

/* Reads a whole variable as doubles; the file is read by one rank without MPI. */
static double *read_variable(int id, const char *name, size_t n) {
  int variable, ndims, dims[NC_MAX_VAR_DIMS];
  size_t total = 1, length;
  if (nc_inq_varid(id, name, &variable) != NC_NOERR) fail_msg("no variable %s", name);
  nc_inq_var(id, variable, NULL, NULL, &ndims, dims, NULL);
  for (int d = 0; d < ndims; d++, total *= length) nc_inq_dimlen(id, dims[d], &length);
  if (total != n) fail_msg("%s has %zu values, not %zu", name, total, n);
  double *values = malloc(n * sizeof *values);
  assert_int_equal(nc_get_var_double(id, variable, values), NC_NOERR);
  return values;
}

static void assert_same(const char *what, double value, double expected) {
  if (memcmp(&value, &expected, sizeof value) != 0 && !(isnan(value) && isnan(expected)))
    fail_msg("%s: %.17g is not %.17g", what, value, expected);
}

static double activation(iso_gid node, int beat) {
  return beat < fake_beats(node) ? fake_activation(node, beat) : NAN;
}

static double repolarisation(iso_gid node, int beat) {
  return beat < fake_beats(node) && fake_recovers(node, beat) ? fake_repolarisation(node, beat) : NAN;
}

static double apd(iso_gid node, int beat) { return repolarisation(node, beat) - activation(node, beat); }

static double count(iso_gid node, int beat) { return beat == 0 ? fake_beats(node) : NAN; }

/* A plain and an Exodus variable of one value per node. */
static void check_map(int id, const char *name, size_t n, int rows, double (*expected)(iso_gid, int)) {
  double *values = read_variable(id, name, n * (size_t)rows);
  for (int row = 0; row < rows; row++)
    for (size_t i = 0; i < n; i++) assert_same(name, values[(size_t)row * n + i], expected((iso_gid)i, row));
  free(values);
}

static void check_probes(int id) {
  double *vm = read_variable(id, "probe_vm", NSAMPLES * NPOINTS),
         *time = read_variable(id, "probe_time", NSAMPLES);
  double *at = read_variable(id, "probe_position", 3 * NPOINTS);
  int variable;
  char names[NPOINTS][ISO_EXODUS_NAME];
  for (int s = 0; s < NSAMPLES; s++) {
    assert_same("probe_time", time[s], s * 0.5);
    assert_same("probe_vm", vm[s * NPOINTS], fake_vm(points[0].node[0], s * 0.5));
  }
  assert_same("probe_position", at[5], 3);
  assert_int_equal(nc_inq_varid(id, "probe_name", &variable), NC_NOERR);
  assert_int_equal(nc_get_var_text(id, variable, &names[0][0]), NC_NOERR);
  for (int i = 0; i < NPOINTS; i++) assert_string_equal(names[i], points[i].name);
  free(at);
  free(time);
  free(vm);
}

static void check_maps_file(const char *path, size_t n) {
  int id;
  assert_int_equal(nc_open(path, NC_NOWRITE, &id), NC_NOERR);
  check_map(id, "activation_time", n, 1, activation);
  check_map(id, "vals_nod_var1", n, 1, activation);
  check_map(id, "repolarisation_time", n, 1, repolarisation);
  check_map(id, "vals_nod_var2", n, 1, repolarisation);
  check_map(id, "apd", n, 1, apd);
  check_map(id, "vals_nod_var3", n, 1, apd);
  check_map(id, "activation_count", n, 1, count);
  check_map(id, "beat_activation_time", n, 3, activation);
  check_map(id, "beat_repolarisation_time", n, 3, repolarisation);
  check_map(id, "beat_apd", n, 3, apd);
  check_probes(id);
  nc_close(id);
}

static void check_number_type(const char *path, nc_type expected) {
  static const char *const names[] = {"connect1", "node_num_map", "elem_num_map", "eb_prop1"};
  int id, variable;
  nc_type type;
  assert_int_equal(nc_open(path, NC_NOWRITE, &id), NC_NOERR);
  for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
    assert_int_equal(nc_inq_varid(id, names[k], &variable), NC_NOERR);
    nc_inq_vartype(id, variable, &type);
    assert_int_equal(type, expected);
  }
  nc_close(id);
}

static void name_file(char *path, size_t size, const char *what) {
  snprintf(path, size, "output_%s.np%d.e.nc", what, world_size());
}

static void maps_hold_what_was_given(void **state) {
  (void)state;
  char path[64];
  iso_mesh *mesh = fake_mesh();
  for (int wide = 0; wide <= 1; wide++) {
    name_file(path, sizeof path, wide ? "wide" : "maps");
    ASSERT_OK(write_maps(path, mesh, wide, wide ? 0 : 1));
    if (world_rank() == 0) check_maps_file(path, (size_t)mesh->nnodes);
    if (world_rank() == 0) check_number_type(path, wide ? NC_INT64 : NC_INT);
  }
  iso_mesh_free(mesh);
}

/* Coordinates by node, and every element once, in its block, with its own nodes, tag and directions. */
static void check_block(int id, int block, const double *elem_map, bool *seen, size_t *first) {
  char name[NC_MAX_NAME + 1], type[16] = {0};
  static const char *const types[ISO_NSHAPES] = {"BAR2", "TRI3", "TETRA", "HEX8"};
  int dim, variable;
  size_t n, width;
  snprintf(name, sizeof name, "num_el_in_blk%d", block);
  assert_int_equal(nc_inq_dimid(id, name, &dim), NC_NOERR);
  nc_inq_dimlen(id, dim, &n);
  snprintf(name, sizeof name, "num_nod_per_el%d", block);
  assert_int_equal(nc_inq_dimid(id, name, &dim), NC_NOERR);
  nc_inq_dimlen(id, dim, &width);
  snprintf(name, sizeof name, "connect%d", block);
  double *connect = read_variable(id, name, n * width);
  assert_int_equal(nc_inq_varid(id, name, &variable), NC_NOERR);
  assert_int_equal(nc_get_att_text(id, variable, "elem_type", type), NC_NOERR);
  double *value[5];
  for (int v = 0; v < 5; v++) {
    snprintf(name, sizeof name, "vals_elem_var%deb%d", v + 1, block);
    value[v] = read_variable(id, name, n);
  }
  snprintf(name, sizeof name, "num_el_in_blk%d", block);
  double *number = read_variable(id, name, n);
  for (size_t i = 0; i < n; i++) {
    iso_gid e = (iso_gid)elem_map[*first + i] - 1;
    assert_same("the element's number", number[i], (double)e);
    iso_gid corner =
        e % FAKE_NX + (FAKE_NX + 1) * (e / FAKE_NX % FAKE_NY + (FAKE_NY + 1) * (e / FAKE_NX / FAKE_NY));
    float fibre[3], sheet[3];
    fake_fibre(e, fibre, sheet);
    assert_false(seen[e]);
    seen[e] = true;
    if (i > 0) assert_true(elem_map[*first + i - 1] < elem_map[*first + i]);
    assert_string_equal(type, types[fake_shape(e)]);
    assert_int_equal(width, iso_shape_nodes(fake_shape(e)));
    assert_int_equal(connect[i * width], corner + 1);
    assert_same("region", value[0][i], fake_tag(e));
    for (int d = 0; d < 3; d++) assert_same("fibre", value[1 + d][i], fibre[d]);
    assert_same("sheet", value[4][i], sheet[0]);
  }
  *first += n;
  free(number);
  for (int v = 0; v < 5; v++) free(value[v]);
  free(connect);
}

static void check_mesh_file(const char *path, const iso_mesh *mesh) {
  int id, dim;
  size_t nblocks, first = 0, nelems = (size_t)mesh->nelems;
  assert_int_equal(nc_open(path, NC_NOWRITE, &id), NC_NOERR);
  double *x = read_variable(id, "coordx", (size_t)mesh->nnodes),
         *z = read_variable(id, "coordz", (size_t)mesh->nnodes);
  double *map = read_variable(id, "elem_num_map", nelems),
         *node_map = read_variable(id, "node_num_map", (size_t)mesh->nnodes);
  double *node_number = read_variable(id, "num_nodes", (size_t)mesh->nnodes),
         *elem_number = read_variable(id, "num_elem", nelems);
  for (size_t e = 0; e < nelems; e++) assert_same("num_elem", elem_number[e], map[e] - 1);
  for (iso_gid node = 0; node < mesh->nnodes; node++) {
    assert_same("coordx", x[node], (double)(node % (FAKE_NX + 1)));
    assert_same("coordz", z[node], (double)(node / (FAKE_NX + 1) / (FAKE_NY + 1)));
    assert_same("node_num_map", node_map[node], (double)node + 1);
    assert_same("num_nodes", node_number[node], (double)node);
  }
  bool *seen = calloc(nelems, sizeof *seen);
  assert_int_equal(nc_inq_dimid(id, "num_el_blk", &dim), NC_NOERR);
  nc_inq_dimlen(id, dim, &nblocks);
  double *ids = read_variable(id, "eb_prop1", nblocks);
  for (size_t b = 0; b < nblocks; b++) {
    assert_true(ids[b] > 0);
    for (size_t c = 0; c < b; c++) assert_true(ids[b] != ids[c]);
    check_block(id, (int)b + 1, map, seen, &first);
  }
  assert_int_equal(first, nelems);
  free(ids);
  free(seen);
  free(elem_number);
  free(node_number);
  free(node_map);
  free(map);
  free(z);
  free(x);
  nc_close(id);
}

static void mesh_is_whole_and_in_order(void **state) {
  (void)state;
  static const char *const kinds[] = {"maps", "wide"};
  char path[64];
  iso_mesh *mesh = fake_mesh();
  for (int k = 0; k < 2; k++) {
    name_file(path, sizeof path, kinds[k]);
    if (world_rank() == 0) check_mesh_file(path, mesh);
  }
  iso_mesh_free(mesh);
}

static void check_series_file(const char *path, size_t n, int nsnapshots) {
  int id;
  assert_int_equal(nc_open(path, NC_NOWRITE, &id), NC_NOERR);
  double *vm = read_variable(id, "vals_nod_var1", n * (size_t)nsnapshots);
  double *time = read_variable(id, "time_whole", (size_t)nsnapshots);
  for (int s = 0; s < nsnapshots; s++) {
    assert_same("time_whole", time[s], 5.0 * s);
    for (size_t i = 0; i < n; i++)
      assert_same("Vm", vm[(size_t)s * n + i], (float)fake_vm((iso_gid)i, 5.0 * s));
  }
  free(time);
  free(vm);
  nc_close(id);
}

static void series_holds_every_snapshot(void **state) {
  (void)state;
  char path[64];
  iso_mesh *mesh = fake_mesh();
  static const char *const names[] = {"vm0", "vm1", "vm"};
  static const int compression[] = {0, 1, 4};
  for (int k = 0; k < 3; k++) {
    name_file(path, sizeof path, names[k]);
    ASSERT_OK(write_series(path, mesh, compression[k], NSNAPSHOTS));
    if (world_rank() == 0) check_series_file(path, (size_t)mesh->nnodes, NSNAPSHOTS);
  }
  iso_mesh_free(mesh);
}

/* Temporary files of a result. A killed test may have left some, so it is their number that must not change.
 */
static int count_temporaries(const char *path) {
  MPI_Barrier(MPI_COMM_WORLD);
  DIR *folder = opendir(".");
  int n = 0;
  for (struct dirent *entry; (entry = readdir(folder));)
    n += strncmp(entry->d_name, path, strlen(path)) == 0 && strstr(entry->d_name, ".part") != NULL;
  closedir(folder);
  MPI_Barrier(MPI_COMM_WORLD);
  return n;
}

static void assert_fails(iso_status status, const char *path, const char *text) {
  assert_int_equal(status, ISO_EFAIL);
  if (!strstr(err.message, path) || !strstr(err.message, text))
    fail_msg("'%s' does not say '%s' and '%s'", err.message, path, text);
}

/* Each kind of place that cannot be written is refused early by the check and late by the writers. */
static void assert_refused(const iso_mesh *mesh, const char *path, const char *text) {
  err = (iso_error){0};
  assert_fails(iso_output_check(MPI_COMM_WORLD, path, &err), path, text);
  assert_fails(write_maps(path, mesh, false, 1), path, text);
  assert_fails(write_series(path, mesh, 0, 1), path, text);
}

static void impossible_places_are_refused(void **state) {
  (void)state;
  char name[64];
  iso_mesh *mesh = fake_mesh();
  assert_refused(mesh, "no_such_folder/x.e.nc", "create it");
  assert_refused(mesh, "/dev/null", "not a regular file");
  name_file(name, sizeof name, "folder");
  int before = count_temporaries(name);
  if (world_rank() == 0) mkdir(name, 0777);
  MPI_Barrier(MPI_COMM_WORLD);
  assert_refused(mesh, name, "a folder of that name");
  MPI_Barrier(MPI_COMM_WORLD);
  if (world_rank() == 0) rmdir(name);
  assert_int_equal(count_temporaries(name), before);
  iso_mesh_free(mesh);
}

static void put_text(const char *path, const char *text, mode_t mode) {
  if (world_rank() == 0) {
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    chmod(path, mode);
  }
  MPI_Barrier(MPI_COMM_WORLD);
}

static bool has_text(const char *path, const char *text) {
  char found[64] = {0};
  FILE *file = fopen(path, "r");
  if (!file) return false;
  size_t n = fread(found, 1, sizeof found - 1, file);
  fclose(file);
  return n == strlen(text) && memcmp(found, text, n) == 0;
}

static void remove_file(const char *path) {
  MPI_Barrier(MPI_COMM_WORLD);
  if (world_rank() == 0) remove(path);
  MPI_Barrier(MPI_COMM_WORLD);
}

static void a_read_only_file_is_kept(void **state) {
  (void)state;
  char path[64];
  iso_mesh *mesh = fake_mesh();
  name_file(path, sizeof path, "protected");
  put_text(path, "precious", 0444);
  assert_refused(mesh, path, "read-only");
  assert_true(has_text(path, "precious"));
  remove_file(path);
  iso_mesh_free(mesh);
}

static void a_file_is_replaced_only_when_complete(void **state) {
  (void)state;
  char path[64];
  iso_mesh *mesh = fake_mesh();
  iso_series *series;
  iso_series_spec spec = {.title = "fake heart", .nattributes = 2, .attributes = provenance};
  name_file(path, sizeof path, "replaced");
  int before = count_temporaries(path);
  put_text(path, "old", 0644);
  for (int complete = 0; complete <= 1; complete++) {
    ASSERT_OK(iso_series_new(&series, path, mesh, &spec, &err));
    ASSERT_OK(append(series, mesh, 0));
    assert_true(has_text(path, "old"));
    if (complete)
      ASSERT_OK(iso_series_finish(series, &err));
    else
      iso_series_discard(series);
    MPI_Barrier(MPI_COMM_WORLD);
    assert_int_equal(count_temporaries(path), before);
  }
  assert_false(has_text(path, "old"));
  remove_file(path);
  iso_mesh_free(mesh);
}

static void a_series_without_snapshots_is_no_file(void **state) {
  (void)state;
  char path[64];
  iso_mesh *mesh = fake_mesh();
  name_file(path, sizeof path, "empty");
  int before = count_temporaries(path);
  ASSERT_OK(write_series(path, mesh, 0, 0));
  MPI_Barrier(MPI_COMM_WORLD);
  assert_int_not_equal(access(path, F_OK), 0);
  assert_int_equal(count_temporaries(path), before);
  iso_mesh_free(mesh);
}

/* The first half goes into a series that is lost, with the archive and the kept snapshots left; the second
 * goes on. A series of another heart is noticed. */
static void a_series_goes_on_after_a_restart(void **state) {
  (void)state;
  char path[64], kept[64];
  iso_mesh *mesh = fake_mesh();
  iso_archive *archive;
  iso_series *series;
  name_file(path, sizeof path, "restarted");
  name_file(kept, sizeof kept, "kept");
  iso_series_spec spec = {.title = "fake heart", .nattributes = 2, .attributes = provenance, .spool = kept};
  ASSERT_OK(iso_archive_new(&archive, mesh, &err));
  ASSERT_OK(iso_series_new(&series, path, mesh, &spec, &err));
  enum { SAVED = ISO_CHUNK_ROWS + 2 };
  for (int step = 0; step < SAVED; step++) ASSERT_OK(append(series, mesh, step));
  ASSERT_OK(iso_series_save(series, archive, &err));
  ASSERT_OK(append(series, mesh, 7)); /* after the checkpoint: forgotten */
  iso_series_discard(series);
  spec.restart = kept;
  ASSERT_OK(iso_series_new(&series, path, mesh, &spec, &err));
  ASSERT_OK(iso_series_restore(series, archive, &err));
  for (int step = SAVED; step < NSNAPSHOTS; step++) ASSERT_OK(append(series, mesh, step));
  ASSERT_OK(iso_series_finish(series, &err));
  if (world_rank() == 0) check_series_file(path, (size_t)mesh->nnodes, NSNAPSHOTS);
  ASSERT_OK(iso_series_new(&series, path, mesh, &spec, &err));
  ASSERT_OK(append(series, mesh, 9)); /* another first snapshot */
  iso_series_discard(series);
  ASSERT_OK(iso_series_new(&series, path, mesh, &spec, &err));
  ASSERT_REFUSED(iso_series_restore(series, archive, &err), "other snapshots");
  iso_series_discard(series);
  MPI_Barrier(MPI_COMM_WORLD);
  if (world_rank() == 0 && truncate(kept, 100) != 0) fail();
  MPI_Barrier(MPI_COMM_WORLD);
  ASSERT_OK(iso_series_new(&series, path, mesh, &spec, &err));
  ASSERT_REFUSED(iso_series_restore(series, archive, &err), "too short");
  iso_series_discard(series);
  remove_file(path);
  remove_file(kept);
  iso_archive_free(archive);
  iso_mesh_free(mesh);
}

static void limit_files(rlim_t bytes) {
  struct rlimit limit;
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  setrlimit(RLIMIT_FSIZE, &limit);
}

/* At every limit, from less than an empty file (1 MB is reserved for it) to enough, the outcome is a message
 * or a file, not a hang, a signal or half a file. */
static void too_large_files_are_refused(void **state) {
  (void)state;
  char path[64];
  int nfiles = 0, nrefused = 0;
  iso_mesh *mesh = fake_mesh();
  name_file(path, sizeof path, "limited");
  int before = count_temporaries(path);
  static const rlim_t kilobytes[] = {64, 1024, 1100, 1400, 8192};
  for (size_t k = 0; k < sizeof kilobytes / sizeof *kilobytes; k++) {
    limit_files(kilobytes[k] * 1024);
    iso_status maps = write_maps(path, mesh, false, (int)k % 2);
    if (maps != ISO_OK) assert_fails(maps, path, "ulimit -f");
    iso_status series = write_series(path, mesh, 0, 20);
    if (series != ISO_OK) assert_fails(series, path, "ulimit -f");
    limit_files(RLIM_INFINITY);
    nfiles += (maps == ISO_OK) + (series == ISO_OK);
    nrefused += (maps != ISO_OK) + (series != ISO_OK);
    MPI_Barrier(MPI_COMM_WORLD);
    assert_int_equal(access(path, F_OK) == 0, maps == ISO_OK || series == ISO_OK);
    assert_int_equal(count_temporaries(path), before);
    remove_file(path);
  }
  assert_true(nfiles > 0 && nrefused > 0);
  iso_mesh_free(mesh);
}

/* In place of the system's: a disk that did not promise its room, and is full. */
static bool disk_is_full;
ssize_t __real_pwrite(int fd, const void *bytes, size_t n, off_t at);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t n, off_t at);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t n, off_t at) {
  if (!disk_is_full) return __real_pwrite(fd, bytes, n, at);
  errno = ENOSPC;
  return -1;
}

/* One rank sees it; all know it, and that there will be no file. */
static void a_disk_that_promised_nothing_costs_the_snapshots(void **state) {
  (void)state;
  char path[64];
  iso_mesh *mesh = fake_mesh();
  iso_series *series;
  iso_series_spec spec = {.title = "fake heart"};
  name_file(path, sizeof path, "full");
  const int before = count_temporaries(path);
  ASSERT_OK(iso_series_new(&series, path, mesh, &spec, &err));
  iso_status status = ISO_OK;
  disk_is_full = world_rank() == world_size() - 1;
  for (int step = 0; step < 4 * ISO_CHUNK_ROWS && status == ISO_OK; step++)
    status = append(series, mesh, step);
  disk_is_full = false;
  assert_fails(status, path, "the disk is full");
  assert_true(iso_series_is_full(series));
  assert_int_equal(iso_series_count(series), 0);
  ASSERT_OK(iso_series_finish(series, &err));
  assert_int_equal(count_temporaries(path), before);
  assert_int_not_equal(access(path, F_OK), 0);
  iso_mesh_free(mesh);
}

/* Collective. Bytes of a file of maps, which is removed. */
static int64_t size_of_maps(const iso_maps *maps) {
  struct stat info;
  char path[64];
  snprintf(path, sizeof path, "output_room.np%d.e.nc", world_size());
  ASSERT_OK(iso_maps_write(path, maps, &err));
  assert_int_equal(stat(path, &info), 0);
  MPI_Barrier(MPI_COMM_WORLD);
  if (world_rank() == 0) unlink(path);
  return info.st_size;
}

/* A mesh that is large beside the file's head: elements and nodes count. */
static void the_room_that_is_held_is_enough(void **state) {
  (void)state;
  iso_slab_options box = {
      .size_mm = {24, 24, 24}, .spacing_mm = 1, .shape = ISO_TETRAHEDRON, .fibre = {1, 0, 0}};
  iso_slice slice;
  iso_mesh *mesh;
  iso_activation *activation;
  iso_results results = {0};
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &box, &slice, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  ASSERT_OK(iso_activation_new(&activation, mesh, 0, &err));
  ASSERT_OK(iso_activation_report(activation, &results, &err));
  iso_maps maps = {.title = "slab", .mesh = mesh, .results = &results};
  const int64_t size = size_of_maps(&maps), held = iso_maps_bytes(&maps);
  assert_in_range(held, size, size + size / 10 + (2 << 20)); /* the head may take 2 MB, a tenth is no waste */
  maps.compression = 1;
  assert_in_range(size_of_maps(&maps), 1, size / 3); /* nodes and elements are some 95% of it */
  iso_results_free(&results);
  iso_activation_free(activation);
  iso_mesh_free(mesh);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(maps_hold_what_was_given),
    cmocka_unit_test(mesh_is_whole_and_in_order),
    cmocka_unit_test(series_holds_every_snapshot),
    cmocka_unit_test(impossible_places_are_refused),
    cmocka_unit_test(a_read_only_file_is_kept),
    cmocka_unit_test(a_file_is_replaced_only_when_complete),
    cmocka_unit_test(a_series_without_snapshots_is_no_file),
    cmocka_unit_test(too_large_files_are_refused),
    cmocka_unit_test(a_disk_that_promised_nothing_costs_the_snapshots),
    cmocka_unit_test(the_room_that_is_held_is_enough),
    cmocka_unit_test(a_series_goes_on_after_a_restart),
};

RUN_ON_ALL_RANKS(tests)

/* What is written is what was given, in file order, whatever the number of ranks. Leaves its files in the
 * working folder, named by the number of ranks, for the tests that compare and open them. */
#include "observe/fake_heart.h"
#include "result/check_output.h"

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

enum { NSNAPSHOTS = 2 * ISO_CHUNK_ROWS + 3 }; /* chunks that are written meanwhile, at the end, and in part */

static const iso_attribute provenance[] = {{"program_version", "1.2.3"},
                                           {"configuration", "mesh:\n  file: x\n"}};

static iso_status write_maps(const char *path, const iso_mesh *mesh, bool wide, int compression) {
  iso_activation *activation;
  iso_probes *probes = some_probes(mesh);
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
  iso_series_spec spec = {.title = "fake heart",
                          .compression = compression,
                          .threaded = true,
                          .nattributes = 2,
                          .attributes = provenance};
  err = (iso_error){0};
  ISO_TRY(iso_series_new(&series, path, mesh, &spec, &err));
  iso_status status = ISO_OK;
  for (int step = 0; step < nsnapshots && status == ISO_OK; step++) status = append(series, mesh, step);
  if (status == ISO_OK) return iso_series_finish(series, &err);
  iso_series_discard(series);
  return status;
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

static void assert_says(const char *path, const char *text) {
  if (!strstr(err.message, path) || !strstr(err.message, text))
    fail_msg("'%s' does not say '%s' and '%s'", err.message, path, text);
}

static void assert_fails(iso_status status, const char *path, const char *text) {
  assert_int_equal(status, ISO_EFAIL);
  assert_says(path, text);
}

/* Each kind of place that cannot be written is refused early by the check, with that status, and late by the
 * writers. */
static void assert_refused_as(iso_status early, const iso_mesh *mesh, const char *path, const char *text) {
  err = (iso_error){0};
  assert_int_equal(iso_output_check(MPI_COMM_WORLD, path, &err), early);
  assert_says(path, text);
  assert_fails(write_maps(path, mesh, false, 1), path, text);
  assert_fails(write_series(path, mesh, 0, 1), path, text);
}

static void assert_refused(const iso_mesh *mesh, const char *path, const char *text) {
  assert_refused_as(ISO_EFAIL, mesh, path, text);
}

static void impossible_places_are_refused(void **state) {
  (void)state;
  char name[64];
  iso_mesh *mesh = fake_mesh();
  assert_refused_as(ISO_EINPUT, mesh, "no_such_folder/x.e.nc", "create it"); /* the user's to mend by then */
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
  iso_series_spec spec = {
      .title = "fake heart", .nattributes = 2, .attributes = provenance, .threaded = true, .spool = kept};
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

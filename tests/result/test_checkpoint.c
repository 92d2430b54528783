/* A checkpoint gives back the archive it was written from on any number of ranks, and is refused where it is
 * not whole. */
#include "grid/mpi_main.h"

#include "grid/hash.h"
#include "grid/make/slab.h"
#include "result/checkpoint.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static iso_error err;

enum { TRACE = 5 };

/* The first n ranks, or MPI_COMM_NULL on the others. */
static MPI_Comm first_ranks(int n) {
  MPI_Comm comm;
  MPI_Comm_split(MPI_COMM_WORLD, world_rank() < n ? 0 : MPI_UNDEFINED, 0, &comm);
  return comm;
}

static iso_mesh *slab(MPI_Comm comm) {
  iso_slab_options box = {.size_mm = {5, 4, 3}, .spacing_mm = 1, .shape = ISO_HEXAHEDRON};
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(comm, &box, &slice, &err));
  ASSERT_OK(iso_mesh_build(comm, &slice, NULL, &mesh, NULL, &err));
  return mesh;
}

/* Arbitrary bits, NaNs with payloads and all: values are kept as they are. */
static uint64_t bits_of(iso_gid node, int round) { return iso_hash((uint64_t)node * 7 + (uint64_t)round); }

static iso_archive *filled(const iso_mesh *mesh, int round) {
  iso_archive *a;
  uint64_t wide[120];
  uint32_t narrow[120];
  int32_t whole[120];
  double trace[TRACE];
  ASSERT_OK(iso_archive_new(&a, mesh, &err));
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    wide[i] = bits_of(mesh->gid[i], round);
    narrow[i] = (uint32_t)wide[i];
    whole[i] = (int32_t)(wide[i] >> 40);
  }
  for (int k = 0; k < TRACE; k++) trace[k] = 0.1 * k + round;
  ASSERT_OK(iso_archive_put_nodes(a, "vm", "mV", "potential", ISO_ARCHIVE_FLOAT, narrow, &err));
  ASSERT_OK(iso_archive_put_nodes(a, "guest.time", "ms", "times", ISO_ARCHIVE_DOUBLE, wide, &err));
  ASSERT_OK(iso_archive_put_nodes(a, "guest.count", "1", "counts", ISO_ARCHIVE_INT32, whole, &err));
  ASSERT_OK(iso_archive_put_root(a, "trace", "mV", "samples", ISO_ARCHIVE_DOUBLE, TRACE, trace, &err));
  ASSERT_OK(iso_archive_put_root(a, "nothing", "mV", "none", ISO_ARCHIVE_DOUBLE, 0, trace, &err));
  ASSERT_OK(iso_archive_put_number(a, "time", "ms", "time", 0.1 + round, &err));
  ASSERT_OK(iso_archive_put_count(a, "step", "1", "steps", 7 + round, &err));
  return a;
}

/* Fails unless the archives hold the same bits under the same names. */
static void assert_equal_archives(const iso_archive *a, const iso_archive *b) {
  assert_int_equal(iso_archive_count(a), iso_archive_count(b));
  for (int k = 0; k < iso_archive_count(a); k++) {
    const iso_archive_array *x = iso_archive_array_at(a, k), *y = iso_archive_find(b, x->name);
    assert_non_null(y);
    assert_string_equal(x->unit, y->unit);
    assert_string_equal(x->meaning, y->meaning);
    assert_int_equal(x->place, y->place);
    assert_int_equal(x->type, y->type);
    assert_int_equal(x->count, y->count);
    if (x->count) assert_memory_equal(x->values, y->values, (size_t)x->count * iso_archive_bytes(x->type));
  }
}

static const iso_attribute attributes[] = {{"configuration", "mesh:\n  file: x\n"}, {"program", "Isochrone"}};

static iso_status write_round(MPI_Comm comm, const char *path, int keep, int round) {
  iso_mesh *mesh = slab(comm);
  iso_archive *a = filled(mesh, round);
  const iso_checkpoint_spec spec = {.path = path, .keep = keep, .nattributes = 2, .attributes = attributes};
  err = (iso_error){0};
  iso_status status = iso_checkpoint_write(&spec, a, &err);
  iso_archive_free(a);
  iso_mesh_free(mesh);
  return status;
}

static void assert_reads_round(MPI_Comm comm, const char *path, int round) {
  iso_mesh *mesh = slab(comm);
  iso_archive *wanted = filled(mesh, round), *got;
  iso_checkpoint *c;
  ASSERT_OK(iso_archive_new(&got, mesh, &err));
  ASSERT_OK(iso_checkpoint_open(&c, comm, path, &err));
  assert_string_equal(iso_checkpoint_text(c, "configuration"), "mesh:\n  file: x\n");
  assert_null(iso_checkpoint_text(c, "nobody"));
  ASSERT_OK(iso_checkpoint_read(c, got, &err));
  assert_equal_archives(wanted, got);
  iso_checkpoint_close(c);
  iso_archive_free(got);
  iso_archive_free(wanted);
  iso_mesh_free(mesh);
}

static void what_some_ranks_wrote_others_read(void **unused) {
  (void)unused;
  char path[32];
  snprintf(path, sizeof path, "ranks%d.ckpt.nc", world_size());
  for (int writers = 1; writers <= world_size(); writers++) {
    MPI_Comm comm = first_ranks(writers);
    if (comm != MPI_COMM_NULL) {
      if (write_round(comm, path, 1, writers) != ISO_OK) fail_msg("%s", err.message);
      MPI_Comm_free(&comm);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    for (int readers = 1; readers <= world_size(); readers++) {
      comm = first_ranks(readers);
      if (comm == MPI_COMM_NULL) continue;
      assert_reads_round(comm, path, writers);
      MPI_Comm_free(&comm);
    }
    MPI_Barrier(MPI_COMM_WORLD);
  }
}

static bool exists(const char *path) { return access(path, F_OK) == 0; }

static void as_many_stay_as_are_kept(void **unused) {
  (void)unused;
  char path[32];
  snprintf(path, sizeof path, "kept%d.ckpt.nc", world_size());
  for (int round = 0; round < 5; round++)
    if (write_round(MPI_COMM_WORLD, path, 3, round) != ISO_OK) fail_msg("%s", err.message);
  for (int k = 0; k < 3; k++) {
    char *older;
    ASSERT_OK(iso_checkpoint_older(path, k, &older, &err));
    assert_reads_round(MPI_COMM_WORLD, older, 4 - k);
    MPI_Barrier(MPI_COMM_WORLD);
    if (world_rank() == 0) unlink(older);
    free(older);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  snprintf(path, sizeof path, "kept%d.ckpt.3.nc", world_size());
  assert_false(exists(path));
}

/* ---- refusals ---- */

static long size_of(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 ? (long)st.st_size : -1;
}

static void change_byte(const char *path, long at) {
  if (world_rank() == 0) {
    FILE *file = fopen(path, "r+b");
    fseek(file, at, SEEK_SET);
    const int c = fgetc(file);
    fseek(file, at, SEEK_SET);
    fputc(c ^ 0x10, file);
    fclose(file);
  }
  MPI_Barrier(MPI_COMM_WORLD);
}

static void assert_refused(const char *path, const char *text) {
  iso_checkpoint *c;
  ASSERT_REFUSED(iso_checkpoint_open(&c, MPI_COMM_WORLD, path, &err), text);
  assert_null(c);
  if (!strstr(err.message, path)) fail_msg("'%s' does not name the file", err.message);
  MPI_Barrier(MPI_COMM_WORLD);
}

static void a_changed_byte_is_noticed(void **unused) {
  (void)unused;
  char path[32];
  snprintf(path, sizeof path, "changed%d.ckpt.nc", world_size());
  if (write_round(MPI_COMM_WORLD, path, 1, 0) != ISO_OK) fail_msg("%s", err.message);
  const long size = size_of(path);
  for (int k = 0; k < 200; k++) {
    const long at = (long)(iso_hash((uint64_t)k) % (uint64_t)size);
    change_byte(path, at);
    assert_refused(path, at < size - 30 ? "is damaged" : "; use another checkpoint");
    change_byte(path, at);
  }
  assert_reads_round(MPI_COMM_WORLD, path, 0);
}

static void a_file_that_is_not_whole_is_refused(void **unused) {
  (void)unused;
  char path[32], older[32];
  snprintf(path, sizeof path, "cut%d.ckpt.nc", world_size());
  snprintf(older, sizeof older, "cut%d.ckpt.1.nc", world_size());
  if (world_rank() == 0) {
    remove(path);
    remove(older);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  assert_refused(path, "No such file");
  for (int round = 0; round < 2; round++)
    if (write_round(MPI_COMM_WORLD, path, 2, round) != ISO_OK) fail_msg("%s", err.message);
  const long size = size_of(path), lengths[] = {size - 1, size / 2, 10, 0};
  for (int k = 0; k < 4; k++) {
    if (world_rank() == 0 && truncate(path, lengths[k]) != 0) fail();
    MPI_Barrier(MPI_COMM_WORLD);
    assert_refused(path, "its last line is missing");
    if (!strstr(err.message, older)) fail_msg("'%s' does not name %s", err.message, older);
  }
  assert_reads_round(MPI_COMM_WORLD, older, 0);
  assert_refused("/dev/null", "no regular file");
}

static void another_mesh_is_refused(void **unused) {
  (void)unused;
  char path[32];
  snprintf(path, sizeof path, "mesh%d.ckpt.nc", world_size());
  if (write_round(MPI_COMM_WORLD, path, 1, 0) != ISO_OK) fail_msg("%s", err.message);
  iso_slab_options box = {.size_mm = {5, 4, 2}, .spacing_mm = 1, .shape = ISO_HEXAHEDRON};
  iso_slice slice;
  iso_mesh *mesh;
  iso_archive *a;
  iso_checkpoint *c;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &box, &slice, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  ASSERT_OK(iso_archive_new(&a, mesh, &err));
  ASSERT_OK(iso_checkpoint_open(&c, MPI_COMM_WORLD, path, &err));
  ASSERT_REFUSED(iso_checkpoint_read(c, a, &err), "a mesh with 120 nodes, and this one has 90");
  iso_checkpoint_close(c);
  iso_archive_free(a);
  iso_mesh_free(mesh);
}

static void a_failed_write_keeps_the_last_good_one(void **unused) {
  (void)unused;
  char folder[32], path[64];
  snprintf(folder, sizeof folder, "locked%d.ckpt.nc", world_size());
  if (world_rank() == 0) mkdir(folder, 0700);
  MPI_Barrier(MPI_COMM_WORLD);
  assert_int_equal(write_round(MPI_COMM_WORLD, folder, 2, 0), ISO_EFAIL);
  snprintf(path, sizeof path, "locked%d.ckpt.1.nc", world_size());
  assert_false(exists(path));
  MPI_Barrier(MPI_COMM_WORLD);
  if (world_rank() == 0) rmdir(folder);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_some_ranks_wrote_others_read),
    cmocka_unit_test(as_many_stay_as_are_kept),
    cmocka_unit_test(a_changed_byte_is_noticed),
    cmocka_unit_test(a_file_that_is_not_whole_is_refused),
    cmocka_unit_test(another_mesh_is_refused),
    cmocka_unit_test(a_failed_write_keeps_the_last_good_one),
};

RUN_ON_ALL_RANKS(tests)

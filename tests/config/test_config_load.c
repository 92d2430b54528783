/* Loading a configuration from a file, by all ranks together. */
#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char tissue[] = "regions: [{model: luo_rudy_1991, conductivity: {isotropic_S_per_m: 0.1}}]\n"
                             "time: {duration_ms: 20}\n";

typedef struct folder {
  int rank;
  char name[64], file[96];
} folder;

static void write_text(const char *file, const char *head, const char *tail) {
  FILE *f = fopen(file, "w");
  assert_non_null(f);
  fprintf(f, "%s%s", head, tail);
  assert_int_equal(fclose(f), 0);
}

/* A folder that rank 0 makes and all know. */
static int set_up(void **state) {
  static folder place;
  MPI_Comm_rank(MPI_COMM_WORLD, &place.rank);
  snprintf(place.name, sizeof place.name, "config-XXXXXX");
  if (place.rank == 0 && !mkdtemp(place.name)) return -1;
  MPI_Bcast(place.name, sizeof place.name, MPI_BYTE, 0, MPI_COMM_WORLD);
  snprintf(place.file, sizeof place.file, "%s/a.yaml", place.name);
  *state = &place;
  return 0;
}

static int tear_down(void **state) {
  const folder *place = *state;
  char path[128];
  MPI_Barrier(MPI_COMM_WORLD);
  if (place->rank != 0) return 0;
  snprintf(path, sizeof path, "%s/heart.pts", place->name);
  unlink(path);
  unlink(place->file);
  return rmdir(place->name);
}

/* Loads text written to the folder; the status is the same on every rank. */
static iso_status load(const folder *place, const char *head, const char *tail, iso_config *config,
                       iso_error *err) {
  MPI_Barrier(MPI_COMM_WORLD);
  if (place->rank == 0) write_text(place->file, head, tail);
  *err = (iso_error){0};
  iso_status status = iso_config_load(config, MPI_COMM_WORLD, place->file, 0, NULL, err);
  int all[2] = {(int)status, -(int)status}, most[2];
  MPI_Allreduce(all, most, 2, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  assert_int_equal(most[0], -most[1]);
  return status;
}

static void test_every_rank_reads_the_same(void **state) {
  iso_config config;
  iso_error err;
  char *text;
  if (load(*state, "title: shared\nmesh: {slab: {size_mm: [1, 1, 1], spacing_mm: 0.5}}\n", tissue, &config,
           &err))
    fail_msg("%s", err.message);
  assert_int_equal(iso_config_dump(&config, &text, &err), ISO_OK);
  unsigned sum = 0, both[2];
  for (const char *c = text; *c; c++) sum = 31 * sum + (unsigned char)*c;
  MPI_Allreduce(&sum, &both[0], 1, MPI_UNSIGNED, MPI_MIN, MPI_COMM_WORLD);
  MPI_Allreduce(&sum, &both[1], 1, MPI_UNSIGNED, MPI_MAX, MPI_COMM_WORLD);
  assert_int_equal(both[0], both[1]);
  assert_non_null(strstr(text, "shared"));
  free(text);
  iso_config_free(&config);
}

static void test_missing_files(void **state) {
  const folder *place = *state;
  iso_config config;
  iso_error err = {0};
  assert_int_equal(iso_config_load(&config, MPI_COMM_WORLD, "nowhere/a.yaml", 0, NULL, &err), ISO_EINPUT);
  assert_non_null(strstr(err.message, "nowhere/a.yaml: cannot be read (No such file or directory)"));
  err = (iso_error){0};
  assert_int_equal(iso_config_load(&config, MPI_COMM_WORLD, place->name, 0, NULL, &err), ISO_EINPUT);
  assert_non_null(strstr(err.message, "it is a folder"));
  assert_int_equal(load(place, "mesh:\n  file: heart\n", tissue, &config, &err), ISO_EINPUT);
  assert_non_null(strstr(err.message, "a.yaml:2: mesh.file: config-"));
  assert_non_null(strstr(err.message, "/heart is not there"));
}

static void test_a_carp_name_has_no_ending(void **state) {
  const folder *place = *state;
  iso_config config;
  iso_error err;
  char path[128], expected[128];
  snprintf(path, sizeof path, "%s/heart.pts", place->name);
  if (place->rank == 0) write_text(path, "", "");
  if (load(place, "mesh: {file: heart}\n", tissue, &config, &err)) fail_msg("%s", err.message);
  snprintf(expected, sizeof expected, "%s/heart", place->name);
  assert_string_equal(config.mesh.file, expected);
  iso_config_free(&config);
  assert_int_equal(load(place, "mesh: {file: heart}\nstimuli: [{nodes: a.vtx, amplitude_uA_per_uF: 1}]\n",
                        tissue, &config, &err),
                   ISO_EINPUT);
  assert_non_null(strstr(err.message, "a.yaml:2: stimuli.0.nodes: "));
}

static void test_an_endless_file_is_refused(void **state) {
  const folder *place = *state;
  iso_config config;
  iso_error err = {0};
  assert_int_equal(iso_config_load(&config, MPI_COMM_WORLD, "/dev/zero", 0, NULL, &err), ISO_EINPUT);
  assert_non_null(strstr(err.message, "no regular file"));
  if (place->rank == 0) {
    write_text(place->file, "", "");
    assert_int_equal(truncate(place->file, 2 << 20), 0);
  }
  err = (iso_error){0};
  assert_int_equal(iso_config_load(&config, MPI_COMM_WORLD, place->file, 0, NULL, &err), ISO_EINPUT);
  assert_non_null(strstr(err.message, "over 1 MB"));
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_rank_reads_the_same),
      cmocka_unit_test(test_missing_files),
      cmocka_unit_test(test_a_carp_name_has_no_ending),
      cmocka_unit_test(test_an_endless_file_is_refused),
  };
  int failures = cmocka_run_group_tests(tests, set_up, tear_down);
  MPI_Finalize();
  return failures;
}

/* The cache: what was kept comes back bit for bit, and nothing else does. */
#include "result/cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char key[] = "model x\nstep 0.1\n";
static const double kept[] = {0.1, -1e-300, 1.0 / 3};

static iso_cache new_cache(void) {
  static char folder[] = "cacheXXXXXX";
  static char path[64];
  if (!*path) {
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/deep/down", folder);
  }
  setenv("ISOCHRONE_CACHE", path, 1);
  return iso_cache_open();
}

static void keep(const iso_cache *cache) {
  iso_error err = {0};
  if (iso_cache_write(cache, key, 3, kept, &err) != ISO_OK) fail_msg("%s", err.message);
}

static void values_come_back(void **state) {
  (void)state;
  const iso_cache cache = new_cache();
  double values[3] = {0};
  assert_false(iso_cache_read(&cache, key, 3, values));
  keep(&cache);
  assert_true(iso_cache_read(&cache, key, 3, values));
  assert_memory_equal(values, kept, sizeof kept);
  assert_false(iso_cache_read(&cache, "model y\nstep 0.1\n", 3, values));
  assert_false(iso_cache_read(&cache, key, 2, values));
}

/* Every byte of the file matters. */
static void damage_is_noticed(void **state) {
  (void)state;
  const iso_cache cache = new_cache();
  char path[4096];
  double values[3];
  keep(&cache);
  iso_cache_path(&cache, key, path);
  FILE *f = fopen(path, "r+b");
  assert_non_null(f);
  fseek(f, 0, SEEK_END);
  const long size = ftell(f);
  for (long at = 0; at < size; at++) {
    fseek(f, at, SEEK_SET);
    const int byte = fgetc(f);
    fseek(f, at, SEEK_SET);
    fputc(byte ^ 1, f);
    fflush(f);
    assert_false(iso_cache_read(&cache, key, 3, values));
    fseek(f, at, SEEK_SET);
    fputc(byte, f);
    fflush(f);
  }
  fclose(f);
  assert_true(iso_cache_read(&cache, key, 3, values));
  assert_int_equal(truncate(path, size - 1), 0);
  assert_false(iso_cache_read(&cache, key, 3, values));
  keep(&cache); /* and is written over */
  assert_true(iso_cache_read(&cache, key, 3, values));
}

static void folder_is_named_by_the_environment(void **state) {
  (void)state;
  unsetenv("ISOCHRONE_CACHE");
  setenv("XDG_CACHE_HOME", "/x", 1);
  setenv("HOME", "/h", 1);
  assert_string_equal(iso_cache_open().folder, "/x/isochrone");
  unsetenv("XDG_CACHE_HOME");
  assert_string_equal(iso_cache_open().folder, "/h/.cache/isochrone");
  unsetenv("HOME");
  assert_string_equal(iso_cache_open().folder, "");
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_come_back),
      cmocka_unit_test(damage_is_noticed),
      cmocka_unit_test(folder_is_named_by_the_environment),
  };
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failed;
}

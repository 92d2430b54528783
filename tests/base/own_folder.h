/* A folder of a rank's own for the files of a test. */
#ifndef ISO_TESTS_OWN_FOLDER_H
#define ISO_TESTS_OWN_FOLDER_H

#include "grid/mpi_main.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

static char folder[] = "/tmp/isochrone_XXXXXX";

/* Of a file in it; the last four stay. */
static inline const char *path_of(const char *name) {
  static char path[4][320];
  static int turn;
  turn = (turn + 1) % 4;
  snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
  return path[turn];
}

static inline void put_bytes(const char *name, const void *bytes, size_t n) {
  FILE *file = fopen(path_of(name), "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, n, file), n);
  fclose(file);
}

static inline void put(const char *name, const char *text) { put_bytes(name, text, strlen(text)); }

/* What a group of tests begins and ends with. */
static inline int make_folder(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : -1;
}

static inline int remove_folder(void **state) {
  (void)state;
  DIR *all = opendir(folder);
  for (const struct dirent *e; all && (e = readdir(all));)
    if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..")) unlink(path_of(e->d_name));
  if (all) closedir(all);
  return rmdir(folder);
}

#endif

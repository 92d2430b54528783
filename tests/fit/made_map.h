/* A map of a sheet of 12 mm by 9 in a file of its own, and tests that are run beside it. */
#ifndef ISO_TESTS_MADE_MAP_H
#define ISO_TESTS_MADE_MAP_H

#include "grid/mpi_main.h"

#include <stdio.h>
#include <unistd.h>

static char map_path[] = "/tmp/isochrone_fit_XXXXXX";

/* Its 60 points lie a little above the sheet; their times are their numbers, from first_ms on. */
static inline void write_map(const char *path, int first_ms) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs("voltage_mV,x,y,z,lat_ms\n", file);
  for (int k = 0; k < 60; k++)
    fprintf(file, "1.5,%.6f,%.6f,0.2,%d\n", 12 * fmod(0.618034 * k + 0.1, 1),
            9 * fmod(0.381966 * k * k + 0.2, 1), first_ms + k);
  fclose(file);
}

/* What main returns: how many of the tests [n] fail. */
static inline int run_beside_map(int argc, char **argv, const struct CMUnitTest *tests, size_t n) {
  MPI_Init(&argc, &argv);
  const int file = mkstemp(map_path);
  if (file >= 0) close(file);
  write_map(map_path, 0);
  const int failed = _cmocka_run_group_tests("tests", tests, n, NULL, NULL);
  unlink(map_path);
  MPI_Finalize();
  return failed;
}

#endif

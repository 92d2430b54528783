/* The room that a NetCDF file reserves when its contents are defined holds it when it is written: a disk that
 * fills up says so before the run, not at its end. */
#include "grid/mpi_main.h"

#include "result/netcdf_file.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static iso_error err;

enum { NDIMENSIONS = 3 };

static int64_t size_of(const char *path) {
  struct stat is;
  assert_int_equal(stat(path, &is), 0);
  return is.st_size;
}

/* A variable of each dimension, whole or in compressed chunks of values that do not compress. */
static void fill(iso_ncfile *file, const int64_t *length, int level) {
  int dimension[NDIMENSIONS], variable[NDIMENSIONS];
  for (int d = 0; d < NDIMENSIONS; d++) {
    const char name[] = {'d', (char)('0' + d), '\0'};
    ASSERT_OK(iso_nc_dimension(file, name, length[d], &dimension[d], &err));
    const char own[] = {'v', name[1], '\0'}; /* a dimension with a variable of its name would take no room */
    ASSERT_OK(iso_nc_result(file, own, NC_DOUBLE, 1, &dimension[d], "1", NULL, &variable[d], &err));
    if (level) ASSERT_OK(iso_nc_store(file, variable[d], 0, level, &err));
  }
  ASSERT_OK(iso_ncfile_defined(file, &err));
  for (int d = 0; d < NDIMENSIONS; d++) {
    double *values = malloc((size_t)length[d] * sizeof *values);
    assert_non_null(values);
    uint64_t random = 1;
    for (int64_t i = 0; i < length[d]; i++)
      values[i] = (double)((random = random * 6364136223846793005u + 1442695040888963407u) >> 11);
    ASSERT_OK(iso_nc_put_root(file, variable[d], NC_DOUBLE, values, &err));
    free(values);
  }
}

static void check_room(const int64_t *length, int level) {
  iso_ncfile file;
  ASSERT_OK(iso_ncfile_create(&file, MPI_COMM_WORLD, "room.nc", &err));
  fill(&file, length, level);
  const int64_t reserved = file.bytes + ISO_SEAL_ROOM;
  ASSERT_OK(iso_ncfile_close(&file, &err));
  const int64_t size = size_of(file.target.temporary);
  ASSERT_OK(iso_ncfile_commit(&file, &err));
  if (world_rank() == 0) unlink("room.nc");
  if (size > reserved) fail_msg("%lld bytes in a room of %lld", (long long)size, (long long)reserved);
}

static void what_is_reserved_holds_the_file(void **state) {
  (void)state;
  static const int64_t lengths[][NDIMENSIONS] = {
      {400000, 400000, 400000}, {1, 600000, 2}, {600000, 3, 1}, {1, 1, 1}};
  for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++)
    for (int level = 0; level < 2; level++) check_room(lengths[k], level);
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_reserved_holds_the_file)};

RUN_ON_ALL_RANKS(tests)

/* Maps of activation times in VTK files: what points have beside their times. */
#include "grid/mpi_main.h"

#include "fit/lat_map.h"
#include "fit/twin.h"

#include <netcdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static iso_error err;
static char file[] = "/tmp/isochrone_map_XXXXXX.vtk";

static iso_status read_map(iso_lat_map *map, const char *arrays) {
  FILE *to = fopen(file, "w");
  assert_non_null(to);
  fprintf(to,
          "# vtk DataFile Version 3.0\nmap\nASCII\nDATASET POLYDATA\nPOINTS 3 float\n0 0 0 1 0 0 0 2 0\n"
          "VERTICES 1 4\n3 0 1 2\nPOINT_DATA 3\nSCALARS lat_ms double 1\nLOOKUP_TABLE default\n5 nan 7\n%s",
          arrays);
  fclose(to);
  return iso_lat_map_read(map, &(iso_config_map){.file = file, .unit = (char *)"cm"}, &err);
}

#define SCALARS(name, values) "SCALARS " name " double 1\nLOOKUP_TABLE default\n" values "\n"

static void points_have_errors_and_voltages(void **state) {
  (void)state;
  iso_lat_map map;
  ASSERT_OK(read_map(&map, SCALARS("voltage_mV", "0.5 1 nan") SCALARS("sd_ms", "2 3 4")));
  assert_int_equal(map.n, 2);
  assert_int_equal(map.unmeasured, 1);
  assert_true(map.point[0].sd_ms == 2 && map.point[1].sd_ms == 4);
  assert_true(map.point[0].voltage_mV == 0.5 && isnan(map.point[1].voltage_mV));
  assert_true(map.point[1].lat_ms == 7 && map.point[1].at_mm[1] == 20 && map.point[1].number == 2);
  iso_lat_map_free(&map);
  ASSERT_OK(read_map(&map, SCALARS("other", "0 0 0")));
  assert_true(isnan(map.point[0].sd_ms) && isnan(map.point[0].voltage_mV));
  iso_lat_map_free(&map);
}

static void errors_that_are_none_are_refused(void **state) {
  (void)state;
  iso_lat_map map;
  ASSERT_REFUSED(read_map(&map, SCALARS("sd_ms", "2 0 4")), "sd_ms of point 1 is 0");
  iso_lat_map_free(&map);
  ASSERT_REFUSED(read_map(&map, "VECTORS voltage_mV double\n1 2 3 1 2 3 1 2 3\n"),
                 "has 3 numbers for each point");
  iso_lat_map_free(&map);
}

/* A twin that has one point of a map 'a', whose line has this number. */
static void write_twin(const char *path, double line) {
  static const char *const names[] = {"point_set", "point_line", "point_time", "point_sd", "point_voltage"};
  const double value[] = {0, line, 12, 1, 2}, at[] = {3, 4, 5};
  int nc, dims[4], id, var[6];
  assert_int_equal(nc_create(path, NC_CLOBBER, &nc), 0);
  nc_put_att_text(nc, NC_GLOBAL, ISO_TWIN_FORMAT, 1, "1");
  nc_def_dim(nc, "set", 1, &dims[0]), nc_def_dim(nc, "name_length", 4, &dims[1]);
  nc_def_dim(nc, "point", 1, &dims[2]), nc_def_dim(nc, "axis", 3, &dims[3]);
  nc_def_var(nc, "set_name", NC_CHAR, 2, dims, &id);
  nc_def_var(nc, "point_position", NC_DOUBLE, 2, dims + 2, &var[5]);
  for (int k = 0; k < 5; k++) nc_def_var(nc, names[k], NC_DOUBLE, 1, &dims[2], &var[k]);
  assert_int_equal(nc_enddef(nc), 0);
  assert_int_equal(nc_put_var_text(nc, id, "a\0\0\0"), 0);
  assert_int_equal(nc_put_var_double(nc, var[5], at), 0);
  for (int k = 0; k < 5; k++) assert_int_equal(nc_put_var_double(nc, var[k], &value[k]), 0);
  assert_int_equal(nc_close(nc), 0);
}

static void lines_of_a_twin_are_counts(void **state) {
  (void)state;
  static const double wrong[] = {NAN, -1, 0.5, 1e300};
  char path[] = "/tmp/isochrone_map_XXXXXX.twin.nc";
  const int opened = mkstemps(path, 8);
  const iso_config_map from = {.file = path, .array = (char *)"a", .unit = (char *)"mm"};
  iso_lat_map map;
  assert_true(opened >= 0 && close(opened) == 0);
  write_twin(path, 7);
  ASSERT_OK(iso_lat_map_read(&map, &from, &err));
  assert_true(map.n == 1 && map.point[0].number == 7 && map.point[0].at_mm[2] == 5);
  iso_lat_map_free(&map);
  for (int k = 0; k < 4; k++) {
    write_twin(path, wrong[k]);
    ASSERT_REFUSED(iso_lat_map_read(&map, &from, &err), "is no twin of this program (point_line of point 0");
    iso_lat_map_free(&map);
  }
  unlink(path);
}

static int make_file(void **state) {
  (void)state;
  const int opened = mkstemps(file, 4);
  return opened < 0 ? -1 : close(opened);
}

static int remove_file(void **state) {
  (void)state;
  return unlink(file);
}

int main(int argc, char **argv) {
  static const struct CMUnitTest tests[] = {cmocka_unit_test(points_have_errors_and_voltages),
                                            cmocka_unit_test(errors_that_are_none_are_refused),
                                            cmocka_unit_test(lines_of_a_twin_are_counts)};
  MPI_Init(&argc, &argv);
  const int failed = cmocka_run_group_tests(tests, make_file, remove_file);
  MPI_Finalize();
  return failed;
}

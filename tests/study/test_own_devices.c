/* Models of the user's own have the same bits on a CUDA device as on the CPU, with and without fields of
 * parameters, in both precisions.
 *
 * usage: test_own_devices FOLDER
 * FOLDER holds imported headers NAME.h, which are taken with a model of the program under another name.
 * Exit code 77: there is no such device, or no C compiler. */
#include "kernels/device.h"
#include "study/own_line.h"

#include <dirent.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

static const char *imported;

/* On each device in turn: double and single precision, parameters as they are and as a field. */
static void compare(const char *header, const char *parameter, double step_ms) {
  char fields[256];
  snprintf(fields, sizeof fields, "{%s: {scale: {field: field.nc, variable: values}}}", parameter);
  for (int k = 0; k < 4; k++) {
    int n[2];
    cell_line line = {header, k % 2 ? "single" : "double", k / 2 ? fields : "{}", "cpu", step_ms, 120};
    double *cpu = solve_line(&line, &n[0]);
    line.device = "cuda";
    double *cuda = solve_line(&line, &n[1]);
    assert_int_equal(n[0], n[1]);
    assert_memory_equal(cpu, cuda, (size_t)n[0] * sizeof *cpu);
    for (int i = 0; i < n[0]; i++) assert_true(isfinite(cpu[i]));
    free(cpu);
    free(cuda);
  }
}

static void a_model_of_the_program(void **state) {
  (void)state;
  compare(SOURCES "/kernels/models/luo_rudy_1991.h", "g_K", 0.05);
  compare(SOURCES "/kernels/models/luo_rudy_1991.h", "K_o", 0.05); /* without tables */
  compare(SOURCES "/kernels/models/mitchell_schaeffer_2003.h", "tau_in", 0.05);
}

/* The first of its parameters. */
static void first_parameter(const char *header, char *name, double *step_ms) {
  iso_error err = {0};
  iso_config config;
  ASSERT_OK(load_line(&config, &(cell_line){header, "double", "{}", "cpu", 0.001, 0}, &err));
  snprintf(name, 64, "%s", config.regions[0].model->parameters[0].name);
  *step_ms = fmin(0.05, config.regions[0].model->max_step_ms);
  iso_config_free(&config);
}

/* Each takes compilers a while; what is more ranks' own, the program's models show. */
static void imported_ones(void **state) {
  (void)state;
  if (world_size() > 1) skip();
  int found = 0;
  DIR *all = opendir(imported);
  assert_non_null(all);
  for (struct dirent *entry; (entry = readdir(all));) {
    char path[PATH_MAX], parameter[64];
    double step_ms;
    const size_t length = strlen(entry->d_name);
    if (length < 3 || strcmp(entry->d_name + length - 2, ".h")) continue;
    snprintf(path, sizeof path, "%.3000s/%.255s", imported, entry->d_name);
    first_parameter(path, parameter, &step_ms);
    if (world_rank() == 0) printf("%s: a field of %s\n", entry->d_name, parameter);
    compare(path, parameter, step_ms);
    found++;
  }
  closedir(all);
  assert_true(found >= 2);
}

static int make_files(void **state) {
  const int code = make_folder(state);
  if (code == 0) write_field();
  return code;
}

static bool has_device(void) {
  char message[256];
  iso_device *device = iso_device_open(&(iso_device_options){.kind = "cuda"}, message, sizeof message);
  if (!device && world_rank() == 0) fprintf(stderr, "%s\n", message);
  if (device) iso_device_close(device);
  return device;
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_model_of_the_program),
      cmocka_unit_test(imported_ones),
  };
  MPI_Init(&argc, &argv);
  int failed = 0, found = argc == 2 && has_compiler() && has_device();
  imported = argv[1];
  if (found) failed = cmocka_run_group_tests(tests, make_files, remove_folder);
  if (failed) MPI_Abort(MPI_COMM_WORLD, 1);
  MPI_Finalize();
  return found ? 0 : 77;
}

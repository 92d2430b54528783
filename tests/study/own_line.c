#include "study/own_line.h"

#include "plugin/process.h"
#include "study/load.h"
#include "study/setup.h"

#include <limits.h>
#include <netcdf.h>
#include <stdio.h>
#include <unistd.h>

static iso_error err;
static char folder[PATH_MAX]; /* absolute, the same on all ranks */

const char *in_folder(const char *name) {
  static char path[PATH_MAX + 64];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

void write_text(const char *path, const char *text) {
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs(text, f);
  assert_int_equal(fclose(f), 0);
}

char *read_text(const char *path) {
  static char text[1 << 16];
  FILE *f = fopen(path, "r");
  if (!f) fail_msg("%s cannot be read", path);
  text[fread(text, 1, sizeof text - 1, f)] = '\0';
  fclose(f);
  return text;
}

void write_field(void) {
  if (world_rank() == 0) {
    int id, node, values;
    double value[NODES];
    for (int i = 0; i < NODES; i++) value[i] = 1 + 0.125 * i;
    assert_int_equal(nc_create(in_folder("field.nc"), NC_CLOBBER, &id), NC_NOERR);
    nc_def_dim(id, "num_nodes", NODES, &node);
    nc_def_var(id, "values", NC_DOUBLE, 1, &node, &values);
    assert_int_equal(nc_enddef(id), NC_NOERR);
    assert_int_equal(nc_put_var_double(id, values, value), NC_NOERR);
    assert_int_equal(nc_close(id), NC_NOERR);
  }
  MPI_Barrier(MPI_COMM_WORLD);
}

/* ---- a line of nodes, stimulated at one end ---- */

iso_status load_line(iso_config *config, const cell_line *line, iso_error *error) {
  char text[1024];
  snprintf(text, sizeof text,
           "mesh: {slab: {size_mm: [4, 0, 0], spacing_mm: 0.5, element: line}}\n"
           "regions:\n"
           "  - {name: wall, model: %s, conductivity: {isotropic_S_per_m: 0.1}, parameters: %s}\n"
           "stimuli: [{box: {min_mm: [0, 0, 0], max_mm: [0.6, 0, 0]}, duration_ms: 2,\n"
           "           amplitude_uA_per_uF: 50}]\n"
           "time: {duration_ms: 10, step_ms: %g}\n"
           "numerics: {fast_current: nodal, precision: %s}\n"
           "device: %s\n",
           line->model, line->parameters, line->step_ms, line->precision, line->device);
  MPI_Barrier(MPI_COMM_WORLD);
  if (world_rank() == 0) write_text(in_folder("heart.yaml"), text);
  MPI_Barrier(MPI_COMM_WORLD);
  return iso_study_load(config, MPI_COMM_WORLD, in_folder("heart.yaml"), 0, NULL, error);
}

double *solve_line(const cell_line *line, int *n) {
  iso_config config;
  iso_timer timer;
  ASSERT_OK(load_line(&config, line, &err));
  iso_timer_start(&timer);
  iso_setup setup = {.config = &config, .timer = &timer};
  ASSERT_OK(iso_setup_all(&setup, MPI_COMM_WORLD, &err));
  ASSERT_OK(iso_simulation_start(setup.simulation, &err));
  for (int k = 0; k < line->steps; k++) ASSERT_OK(iso_simulation_step(setup.simulation, &err));
  const int nstates = setup.tissue.regions[0].model->nstates;
  double *out;
  *n = (1 + nstates) * NODES;
  ASSERT_OK(iso_alloc(&out, (size_t)*n, sizeof *out, "a result", &err));
  iso_simulation_get_vm(setup.simulation, out);
  for (int s = 0; s < nstates; s++) iso_simulation_get_state(setup.simulation, s, out + (1 + s) * NODES);
  /* The stimulated end has fired, so that this is no comparison of rest with rest. */
  if (setup.mesh->nowned && setup.mesh->gid[0] == 0) assert_true(out[0] > -20);
  iso_setup_free(&setup);
  iso_config_free(&config);
  return out;
}

/* ---- */

int make_folder(void **state) {
  (void)state;
  if (world_rank() == 0) {
    char name[] = "own_model.XXXXXX";
    if (!mkdtemp(name) || !realpath(name, folder)) return -1;
  }
  MPI_Bcast(folder, sizeof folder, MPI_CHAR, 0, MPI_COMM_WORLD);
  unsetenv("ISOCHRONE_KERNELS");
  return setenv("XDG_CACHE_HOME", folder, 1);
}

int remove_folder(void **state) {
  (void)state;
  int code = 0;
  char rm[64], *argv[] = {rm, "-rf", folder, NULL};
  MPI_Barrier(MPI_COMM_WORLD);
  if (world_rank() != 0 || !iso_process_find("rm", rm, sizeof rm)) return 0;
  return iso_process_run(argv, "/dev/null", &code, &err) == ISO_OK ? code : -1;
}

bool has_compiler(void) {
  char path[1024];
  return getenv("CC") || iso_process_find("cc", path, sizeof path) ||
         iso_process_find("gcc", path, sizeof path) || iso_process_find("clang", path, sizeof path);
}

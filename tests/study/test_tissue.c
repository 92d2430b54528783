/* What the configuration says about parameters, as the solver gets it. */
#include "grid/mpi_main.h"

#include "study/setup.h"

#include <netcdf.h>
#include <stdio.h>
#include <unistd.h>

enum { NODES = 9 };
static iso_error err;

/* A line of 9 nodes, all of one region. field: what stands for the value of g_Ks; drugs: a list. */
static iso_config parse(const char *field, const char *drugs) {
  iso_config config;
  char text[1024];
  snprintf(text, sizeof text,
           "mesh: {slab: {size_mm: [4, 0, 0], spacing_mm: 0.5, element: line}}\n"
           "regions:\n"
           "  - {name: wall, model: ten_tusscher_2006, conductivity: {isotropic_S_per_m: 0.1},\n"
           "     parameters: {g_Kr: {scale: 0.5}, g_Ks: %s}}\n"
           "drugs: %s\n"
           "time: {duration_ms: 1}\n",
           field, drugs);
  ASSERT_OK(iso_config_parse(&config, "heart.yaml", text, strlen(text), 0, NULL, &err));
  return config;
}

/* value(i) = 1 + i / 8, and none at node 7 in "gaps". */
static const char *write_field(void) {
  static char path[64];
  snprintf(path, sizeof path, "study_tissue.np%d.nc", world_size());
  if (world_rank() == 0) {
    int id, node, values, gaps;
    double value[NODES];
    for (int i = 0; i < NODES; i++) value[i] = 1 + 0.125 * i;
    assert_int_equal(nc_create(path, NC_CLOBBER, &id), NC_NOERR);
    nc_def_dim(id, "num_nodes", NODES, &node);
    nc_def_var(id, "values", NC_DOUBLE, 1, &node, &values);
    nc_def_var(id, "gaps", NC_DOUBLE, 1, &node, &gaps);
    assert_int_equal(nc_enddef(id), NC_NOERR);
    assert_int_equal(nc_put_var_double(id, values, value), NC_NOERR);
    value[7] = NAN;
    assert_int_equal(nc_put_var_double(id, gaps, value), NC_NOERR);
    assert_int_equal(nc_close(id), NC_NOERR);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  return path;
}

/* Sets up the tissue; the setup is to be freed whatever the status. */
static iso_status set_up(iso_setup *setup, const iso_config *config, iso_timer *timer) {
  iso_timer_start(timer);
  *setup = (iso_setup){.config = config, .timer = timer};
  ASSERT_OK(iso_setup_mesh(setup, MPI_COMM_WORLD, &err));
  return iso_setup_tissue(setup, &err);
}

/* A field of g_Ks that is scale times base at each node, to the bit. */
static void assert_field(const char *form, const char *drugs, double base) {
  char text[160];
  iso_setup setup;
  iso_timer timer;
  const char *path = write_field();
  snprintf(text, sizeof text, form, path);
  iso_config config = parse(text, drugs);
  ASSERT_OK(set_up(&setup, &config, &timer));
  const iso_region *region = &setup.tissue.regions[0];
  assert_int_equal(region->nfields, 1);
  assert_int_equal(region->fields[0].parameter, iso_model_parameter(region->model, "g_Ks"));
  for (iso_lid i = 0; i < setup.mesh->nowned; i++)
    assert_true(region->fields[0].value[i] == (1 + 0.125 * (double)setup.mesh->gid[i]) * base);
  iso_setup_free(&setup);
  iso_config_free(&config);
  MPI_Barrier(MPI_COMM_WORLD);
  if (world_rank() == 0) unlink(path);
}

static double default_g_Ks(void) {
  const iso_model *model = iso_model_find("ten_tusscher_2006");
  return model->parameters[iso_model_parameter(model, "g_Ks")].value;
}

static void fields_are_values_or_scales(void **state) {
  (void)state;
  assert_field("{field: %s, variable: values}", "[]", 1);
  assert_field("{scale: {field: %s, variable: values}}", "[]", default_g_Ks());
}

static void drugs_act_on_what_a_region_has(void **state) {
  (void)state;
  static const char half[] =
      "[{concentration_nM: 5, block: {g_Kr: {ic50_nM: 5, hill: 0.9}, g_Ks: {ic50_nM: 5}}}]";
  assert_field("{field: %s, variable: values}", half, 0.5);
  assert_field("{scale: {field: %s, variable: values}}", half, 0.5 * default_g_Ks());
  iso_setup setup;
  iso_timer timer;
  iso_config config = parse("3", half);
  ASSERT_OK(set_up(&setup, &config, &timer));
  const iso_region *region = &setup.tissue.regions[0];
  const iso_model *model = region->model;
  const int g_Kr = iso_model_parameter(model, "g_Kr"), g_Ks = iso_model_parameter(model, "g_Ks");
  assert_true(region->parameters[g_Kr] == 0.25 * model->parameters[g_Kr].value);
  assert_true(region->parameters[g_Ks] == 1.5);
  for (int p = 0; p < model->nparameters; p++)
    if (p != g_Kr && p != g_Ks) assert_true(region->parameters[p] == model->parameters[p].value);
  iso_setup_free(&setup);
  iso_config_free(&config);
}

static void assert_refused(const char *form, const char *message) {
  char text[160];
  iso_setup setup;
  iso_timer timer;
  const char *path = write_field();
  snprintf(text, sizeof text, form, path);
  iso_config config = parse(text, "[]");
  err = (iso_error){0};
  assert_int_equal(set_up(&setup, &config, &timer), ISO_EINPUT);
  if (!strstr(err.message, message)) fail_msg("'%s' does not say '%s'", err.message, message);
  assert_non_null(strstr(err.message, "heart.yaml:4: regions.0.parameters.g_Ks"));
  iso_setup_free(&setup);
  iso_config_free(&config);
  MPI_Barrier(MPI_COMM_WORLD);
  if (world_rank() == 0) unlink(path);
}

static void fields_that_cannot_be(void **state) {
  (void)state;
  assert_refused("{field: %s, variable: gaps}", "no finite number at node 7");
  assert_refused("{field: %s, variable: value}", "there is no variable 'value'");
  assert_refused("{field: %s.nc, variable: values}", "No such file");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(fields_are_values_or_scales),
    cmocka_unit_test(drugs_act_on_what_a_region_has),
    cmocka_unit_test(fields_that_cannot_be),
};
RUN_ON_ALL_RANKS(tests)

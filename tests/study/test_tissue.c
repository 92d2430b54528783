/* What the configuration says about parameters, as the solver gets it. */
#include "grid/mpi_main.h"

#include "study/setup.h"
#include "tissue/conductor.h"

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

/* ---- along a coordinate ---- */

static double at(const iso_course *course, double x) { return iso_course_at(course, x); }

static void a_course_is_linear_between_its_points(void **state) {
  (void)state;
  iso_course_point point[] = {{0.25, 4}, {0.5, 2}, {1, 3}};
  const iso_course ramp = {.by = "transmural", .from = 1, .to = 3},
                   table = {.by = "transmural", .npoints = 3, .points = point},
                   round = {.by = "rotational", .npoints = 2, .points = point};
  assert_true(at(&ramp, 0) == 1 && at(&ramp, 0.25) == 1.5 && at(&ramp, 1) == 3 && at(&ramp, 1.1) == 3);
  assert_true(at(&table, 0) == 4 && at(&table, 0.25) == 4 && at(&table, 0.375) == 3);
  assert_true(at(&table, 0.5) == 2 && at(&table, 0.75) == 2.5 && at(&table, 1) == 3);
  /* from 0.5 through 1, which is 0, to 0.25: three quarters of the way round */
  assert_true(at(&round, 0.5) == 2 && fabs(at(&round, 0.875) - 3) < 1e-15 && at(&round, 0.25) == 4);
  assert_true(fabs(at(&round, 0.0625) - 3.5) < 1e-15);
  assert_true(isnan(at(&ramp, NAN)) && isnan(at(&table, NAN)));
}

/* A line of 9 nodes of two tags, whose apicobasal is i / 8, and transmural that, too, but nothing at node 7.
 */
static const char *write_line(void) {
  static char path[64];
  snprintf(path, sizeof path, "study_tissue.np%d.vtu", world_size());
  if (world_rank() == 0) {
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(
        "<VTKFile type=\"UnstructuredGrid\" version=\"1.0\" byte_order=\"LittleEndian\"><UnstructuredGrid>\n"
        "<Piece NumberOfPoints=\"9\" NumberOfCells=\"8\"><Points><DataArray type=\"Float64\" "
        "NumberOfComponents=\"3\" format=\"ascii\">\n",
        f);
    for (int i = 0; i < NODES; i++) fprintf(f, "%g 0 0\n", 0.5 * i);
    fputs("</DataArray></Points><Cells><DataArray type=\"Int64\" Name=\"connectivity\" format=\"ascii\">\n",
          f);
    for (int i = 0; i < 8; i++) fprintf(f, "%d %d\n", i, i + 1);
    fputs("</DataArray><DataArray type=\"Int64\" Name=\"offsets\" format=\"ascii\">2 4 6 8 10 12 14 "
          "16</DataArray>"
          "<DataArray type=\"UInt8\" Name=\"types\" format=\"ascii\">3 3 3 3 3 3 3 3</DataArray></Cells>\n"
          "<CellData><DataArray type=\"Int32\" Name=\"tag\" format=\"ascii\">1 1 1 1 2 2 2 "
          "2</DataArray></CellData>"
          "<PointData><DataArray type=\"Float64\" Name=\"apicobasal\" format=\"ascii\">\n",
          f);
    for (int i = 0; i < NODES; i++) fprintf(f, "%g ", 0.125 * i);
    fputs("</DataArray><DataArray type=\"Float64\" Name=\"transmural\" format=\"ascii\">\n", f);
    for (int i = 0; i < NODES; i++) fprintf(f, i == 7 ? "nan " : "%g ", 0.125 * i);
    fputs("</DataArray></PointData></Piece></UnstructuredGrid></VTKFile>\n", f);
    assert_int_equal(fclose(f), 0);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  return path;
}

/* scale: of the conductivity of tag 2; g_Ks: of tag 1. */
static iso_status set_up_line(iso_setup *setup, iso_config *config, iso_timer *timer, const char *scale,
                              const char *g_Ks) {
  const char *path = write_line();
  char text[1024];
  snprintf(text, sizeof text,
           "mesh: {file: %s}\n"
           "regions:\n"
           "  - {tags: 1, model: ten_tusscher_2006, conductivity: {isotropic_S_per_m: 0.1}, parameters: "
           "{g_Ks: %s}}\n"
           "  - {tags: 2, model: ten_tusscher_2006, conductivity: {isotropic_S_per_m: 0.1, scale: %s}}\n"
           "time: {duration_ms: 1}\n",
           path, g_Ks, scale);
  err = (iso_error){0};
  ASSERT_OK(iso_config_parse(config, "heart.yaml", text, strlen(text), 0, NULL, &err));
  const iso_status status = set_up(setup, config, timer);
  MPI_Barrier(MPI_COMM_WORLD);
  if (world_rank() == 0) unlink(path);
  return status;
}

static void end_line(iso_setup *setup, iso_config *config) {
  iso_setup_free(setup);
  iso_config_free(config);
}

static void parameters_and_conductivities_follow_a_coordinate(void **state) {
  (void)state;
  iso_setup setup;
  iso_config config;
  iso_timer timer;
  iso_tissue_conductor room;
  iso_conduction conduction;
  ASSERT_OK(set_up_line(&setup, &config, &timer, "{by: apicobasal, from: 1, to: 3}",
                        "{scale: {by: apicobasal, points: [{at: 0, value: 2}, {at: 0.5, value: 1}]}}"));
  const iso_region *region = setup.tissue.regions;
  const iso_mesh *mesh = setup.mesh;
  const iso_conductor conductor = iso_tissue_conduct(&room, &setup.tissue);
  assert_int_equal(region[0].nfields, 1);
  assert_null(region[0].scale);
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const double x = 0.125 * (double)mesh->gid[i];
    if (mesh->node_tag[i] == 1) assert_true(region[0].fields[0].value[i] == (2 - x / 0.5) * default_g_Ks());
  }
  for (iso_lid e = 0; e < mesh->nelem; e++) { /* from node e to e + 1 of the file */
    const double middle = 0.125 * ((double)iso_mesh_elem(mesh, e) + 0.5);
    ASSERT_OK(conductor.at(conductor.self, mesh, e, &conduction, &err));
    const double expected = iso_mesh_tag(mesh, e) == 1 ? 0.1 : 0.1 * (1 + 2 * middle);
    assert_true(fabs(conduction.conductivity[0][0] / expected - 1) < 1e-15);
  }
  end_line(&setup, &config);
}

static void assert_line_refused(const char *scale, const char *g_Ks, const char *message) {
  iso_setup setup;
  iso_config config;
  iso_timer timer;
  assert_int_equal(set_up_line(&setup, &config, &timer, scale, g_Ks), ISO_EINPUT);
  if (!strstr(err.message, message)) fail_msg("'%s' does not say '%s'", err.message, message);
  end_line(&setup, &config);
}

/* Also at the node between the tags, which counts to the first. */
static void coordinates_that_cannot_be(void **state) {
  (void)state;
  static const char ramp[] = "{by: apicobasal, from: 1, to: 2}";
  assert_line_refused("{by: transmural, from: 1, to: 2}", ramp,
                      "regions.1.conductivity.scale: the coordinate is no finite number at node 7");
  assert_line_refused("{by: rotational, from: 1, to: 2}", ramp, "has no point data 'rotational'");
  assert_line_refused(ramp, "{by: apicobasal, from: 0.1, to: -1}",
                      "regions.0.parameters.g_Ks: the field is -0.0375 at node 1");
  assert_line_refused(ramp, "{by: rotational, from: 1, to: 2}", "'isochrone mesh coordinates' writes a mesh");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(fields_are_values_or_scales),
    cmocka_unit_test(drugs_act_on_what_a_region_has),
    cmocka_unit_test(fields_that_cannot_be),
    cmocka_unit_test(a_course_is_linear_between_its_points),
    cmocka_unit_test(parameters_and_conductivities_follow_a_coordinate),
    cmocka_unit_test(coordinates_that_cannot_be),
};
RUN_ON_ALL_RANKS(tests)

/* A number for each node, read from every kind of file by any number of ranks. */
#include "grid/mpi_main.h"

#include "grid/make/slab.h"
#include "grid/mesh.h"
#include "study/node_field.h"

#include <netcdf.h>
#include <stdio.h>
#include <unistd.h>

enum { MISSING = -32768 }; /* of packed values */
enum { NX = 9, NY = 5, NZ = 3, NODES = NX * NY * NZ };
static iso_error err;

static double value_at(iso_gid node) { return 0.25 * (double)node - 3; }

static iso_mesh *make_mesh(void) {
  iso_slice slice;
  iso_mesh *mesh;
  iso_slab_options slab = {{4, 2, 1}, 0.5, ISO_TETRAHEDRON, ISO_ALTERNATING, {1, 0, 0}, 1};
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &slab, &slice, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  assert_int_equal(mesh->nnodes, NODES);
  return mesh;
}

#define NC(call) assert_int_equal(call, NC_NOERR)

/* Rank 0 writes; "values" as they are, "maps" as Exodus has them (one time step), in double and single
 * precision, "labels" as text, "wrong" of another length, "gaps" with one missing, "packed" in short integers
 * with one missing, "torn" with an attribute that makes no sense. */
static void write_netcdf(const char *path, int format) {
  int id, node, step, other, variable[7], dims[2];
  double values[NODES];
  char labels[NODES] = {0};
  NC(nc_create(path, NC_CLOBBER | format, &id));
  NC(nc_def_dim(id, "num_nodes", NODES, &node));
  NC(nc_def_dim(id, "time_step", 1, &step));
  NC(nc_def_dim(id, "other", NODES - 1, &other));
  dims[0] = step, dims[1] = node;
  NC(nc_def_var(id, "values", NC_DOUBLE, 1, &node, &variable[0]));
  NC(nc_def_var(id, "maps", NC_FLOAT, 2, dims, &variable[1]));
  NC(nc_def_var(id, "labels", NC_CHAR, 1, &node, &variable[2]));
  NC(nc_def_var(id, "wrong", NC_DOUBLE, 1, &other, &variable[3]));
  NC(nc_def_var(id, "gaps", NC_DOUBLE, 1, &node, &variable[4]));
  const double missing = -999;
  NC(nc_put_att_double(id, variable[4], "_FillValue", NC_DOUBLE, 1, &missing));
  NC(nc_def_var(id, "packed", NC_SHORT, 1, &node, &variable[5]));
  NC(nc_def_var(id, "torn", NC_DOUBLE, 1, &node, &variable[6]));
  const double factor = 0.25, offset = -3;
  const short none = MISSING;
  NC(nc_put_att_double(id, variable[5], "scale_factor", NC_DOUBLE, 1, &factor));
  NC(nc_put_att_double(id, variable[5], "add_offset", NC_DOUBLE, 1, &offset));
  NC(nc_put_att_short(id, variable[5], "_FillValue", NC_SHORT, 1, &none));
  NC(nc_put_att_text(id, variable[6], "scale_factor", 1, "2"));
  NC(nc_enddef(id));
  for (int i = 0; i < NODES; i++) values[i] = value_at(i);
  NC(nc_put_var_double(id, variable[0], values));
  NC(nc_put_var_double(id, variable[1], values));
  NC(nc_put_var_text(id, variable[2], labels));
  NC(nc_put_var_double(id, variable[3], values));
  NC(nc_put_var_double(id, variable[6], values));
  values[7] = missing;
  NC(nc_put_var_double(id, variable[4], values));
  short packed[NODES];
  for (int i = 0; i < NODES; i++) packed[i] = (short)i; /* value_at is 0.25 i - 3 */
  packed[7] = MISSING;
  NC(nc_put_var_short(id, variable[5], packed));
  NC(nc_close(id));
}

/* In two pieces, each with a part of the points. */
static void write_vtu(const char *path) {
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fprintf(f, "<?xml version=\"1.0\"?>\n<VTKFile type=\"UnstructuredGrid\">\n<UnstructuredGrid>\n");
  const int cut[] = {0, 50, NODES};
  for (int piece = 0; piece < 2; piece++) {
    int n = cut[piece + 1] - cut[piece];
    fprintf(f, "<Piece NumberOfPoints=\"%d\" NumberOfCells=\"1\">\n<PointData>\n", n);
    fprintf(f, "<DataArray type=\"Float64\" Name=\"values\" format=\"ascii\">\n");
    for (int i = cut[piece]; i < cut[piece + 1]; i++) fprintf(f, "%.17g\n", value_at(i));
    fprintf(f, "</DataArray>\n<DataArray type=\"Float32\" Name=\"arrows\" NumberOfComponents=\"3\" "
               "format=\"ascii\">\n");
    for (int i = 0; i < 3 * n; i++) fprintf(f, "%d ", i);
    fprintf(f, "</DataArray>\n</PointData>\n<Points>\n<DataArray type=\"Float32\" NumberOfComponents=\"3\" "
               "format=\"ascii\">\n");
    for (int i = 0; i < n; i++) fprintf(f, "%d %d %d\n", i, i % 2, i % 3);
    fprintf(f,
            "</DataArray>\n</Points>\n<Cells>\n"
            "<DataArray type=\"Int32\" Name=\"connectivity\" format=\"ascii\">0 1 2 3</DataArray>\n"
            "<DataArray type=\"Int32\" Name=\"offsets\" format=\"ascii\">4</DataArray>\n"
            "<DataArray type=\"UInt8\" Name=\"types\" format=\"ascii\">10</DataArray>\n</Cells>\n</Piece>\n");
  }
  fprintf(f, "</UnstructuredGrid>\n</VTKFile>\n");
  assert_int_equal(fclose(f), 0);
}

static void write_vtk(const char *path) {
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fprintf(f, "# vtk DataFile Version 3.0\nfield\nASCII\nDATASET UNSTRUCTURED_GRID\nPOINTS %d float\n", NODES);
  for (int i = 0; i < NODES; i++) fprintf(f, "%d %d %d\n", i, i % 2, i % 3);
  fprintf(f, "CELLS 1 5\n4 0 1 2 3\nCELL_TYPES 1\n10\nPOINT_DATA %d\nSCALARS values double\n", NODES);
  fprintf(f, "LOOKUP_TABLE default\n");
  for (int i = 0; i < NODES; i++) fprintf(f, "%.17g\n", value_at(i));
  assert_int_equal(fclose(f), 0);
}

/* A file of that name, different for each number of ranks, since ctest runs them side by side. */
static const char *name_of(const char *name) {
  static char path[64];
  snprintf(path, sizeof path, "node_field.np%d.%s", world_size(), name);
  return path;
}

static void write_with(void (*write)(const char *path), const char *path) {
  if (world_rank() == 0) write(path);
  MPI_Barrier(MPI_COMM_WORLD);
}

static void write_classic(const char *path) { write_netcdf(path, 0); }
static void write_netcdf4(const char *path) { write_netcdf(path, NC_NETCDF4); }

static void assert_read(const iso_mesh *mesh, const char *path, const char *variable, double tolerance) {
  double *owned = calloc((size_t)mesh->nowned + 1, sizeof *owned);
  ASSERT_OK(iso_node_field_read(mesh, path, variable, owned, &err));
  for (iso_lid i = 0; i < mesh->nowned; i++)
    assert_true(fabs(owned[i] - value_at(mesh->gid[i])) <= tolerance);
  free(owned);
}

static void remove_file(const char *path) {
  MPI_Barrier(MPI_COMM_WORLD);
  if (world_rank() == 0) unlink(path);
}

static void every_kind_of_file(void **state) {
  (void)state;
  iso_mesh *mesh = make_mesh();
  static const struct {
    const char *name;
    void (*write)(const char *path);
  } kinds[] = {
      {"classic.nc", write_classic}, {"4.nc", write_netcdf4}, {"a.vtu", write_vtu}, {"a.vtk", write_vtk}};
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    const char *path = name_of(kinds[k].name);
    write_with(kinds[k].write, path);
    assert_read(mesh, path, "values", 0);
    /* quarters below 32 are exact in single precision */
    if (strstr(path, ".nc")) assert_read(mesh, path, "maps", 0);
    remove_file(path);
  }
  iso_mesh_free(mesh);
}

static void missing_values_are_nan(void **state) {
  (void)state;
  iso_mesh *mesh = make_mesh();
  const char *path = name_of("gaps.nc");
  double *owned = calloc((size_t)mesh->nowned + 1, sizeof *owned);
  write_with(write_netcdf4, path);
  ASSERT_OK(iso_node_field_read(mesh, path, "gaps", owned, &err));
  for (iso_lid i = 0; i < mesh->nowned; i++) assert_int_equal(isnan(owned[i]), mesh->gid[i] == 7);
  free(owned);
  remove_file(path);
  iso_mesh_free(mesh);
}

/* By scale_factor and add_offset; quarters are exact. */
static void packed_values_are_unpacked(void **state) {
  (void)state;
  iso_mesh *mesh = make_mesh();
  const char *path = name_of("packed.nc");
  double *owned = calloc((size_t)mesh->nowned + 1, sizeof *owned);
  write_with(write_classic, path);
  ASSERT_OK(iso_node_field_read(mesh, path, "packed", owned, &err));
  for (iso_lid i = 0; i < mesh->nowned; i++)
    assert_true(mesh->gid[i] == 7 ? isnan(owned[i]) : owned[i] == value_at(mesh->gid[i]));
  ASSERT_REFUSED(iso_node_field_read(mesh, path, "torn", owned, &err),
                 "scale_factor of 'torn' is not one number");
  free(owned);
  remove_file(path);
  iso_mesh_free(mesh);
}

static void what_cannot_be_read(void **state) {
  (void)state;
  iso_mesh *mesh = make_mesh();
  double *owned = calloc((size_t)mesh->nowned + 1, sizeof *owned);
  const char *path = name_of("bad.nc");
  write_with(write_netcdf4, path);
  ASSERT_REFUSED(iso_node_field_read(mesh, path, "valeus", owned, &err), "no variable 'valeus'");
  ASSERT_REFUSED(iso_node_field_read(mesh, path, "valeus", owned, &err),
                 "are: values, maps, gaps, packed, torn");
  ASSERT_REFUSED(iso_node_field_read(mesh, path, "wrong", owned, &err), "135 nodes");
  ASSERT_REFUSED(iso_node_field_read(mesh, path, "labels", owned, &err), "not one number for each node");
  remove_file(path);
  path = name_of("bad.vtu");
  write_with(write_vtu, path);
  ASSERT_REFUSED(iso_node_field_read(mesh, path, "arrows", owned, &err), "3 numbers for each point");
  ASSERT_REFUSED(iso_node_field_read(mesh, path, "x", owned, &err),
                 "no point data 'x'; there are: values, arrows");
  remove_file(path);
  path = name_of("text.nc");
  write_with(write_vtk, path);
  ASSERT_REFUSED(iso_node_field_read(mesh, path, "values", owned, &err), "cannot be opened as NetCDF");
  remove_file(path);
  ASSERT_REFUSED(iso_node_field_read(mesh, "nowhere.vtu", "values", owned, &err), "nowhere.vtu");
  free(owned);
  iso_mesh_free(mesh);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_kind_of_file),
    cmocka_unit_test(missing_values_are_nan),
    cmocka_unit_test(packed_values_are_unpacked),
    cmocka_unit_test(what_cannot_be_read),
};
RUN_ON_ALL_RANKS(tests)

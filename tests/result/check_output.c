#include "result/check_output.h"

#include "observe/fake_heart.h"
#include "result/exodus_name.h"

#include <stdio.h>

static const iso_probe points[] = {{"apex", {0, 0, 0}, 0, 1, {7}, {1}},
                                   {"far_wall", {1, 2, 3}, 0, 3, {180, 7, 100}, {0.3, 0.3, 0.4}}};
enum { NPOINTS = 2, NSAMPLES = 11 };

iso_probes *some_probes(const iso_mesh *mesh) {
  iso_error err;
  iso_probes *probes;
  ASSERT_OK(iso_probes_new(&probes, mesh, NPOINTS, points, 1, &err));
  iso_guest observer = iso_probes_guest(probes);
  for (int step = 0; step < NSAMPLES; step++) ASSERT_OK(fake_look(&observer, mesh, step, 0.5, &err));
  ASSERT_OK(iso_probes_finish(probes, &err));
  return probes;
}

/* Reads a whole variable as doubles; the file is read by one rank without MPI. */
static double *read_variable(int id, const char *name, size_t n) {
  int variable, ndims, dims[NC_MAX_VAR_DIMS];
  size_t total = 1, length;
  if (nc_inq_varid(id, name, &variable) != NC_NOERR) fail_msg("no variable %s", name);
  nc_inq_var(id, variable, NULL, NULL, &ndims, dims, NULL);
  for (int d = 0; d < ndims; d++, total *= length) nc_inq_dimlen(id, dims[d], &length);
  if (total != n) fail_msg("%s has %zu values, not %zu", name, total, n);
  double *values = malloc(n * sizeof *values);
  assert_int_equal(nc_get_var_double(id, variable, values), NC_NOERR);
  return values;
}

static void assert_same(const char *what, double value, double expected) {
  if (memcmp(&value, &expected, sizeof value) != 0 && !(isnan(value) && isnan(expected)))
    fail_msg("%s: %.17g is not %.17g", what, value, expected);
}

static double activation(iso_gid node, int beat) {
  return beat < fake_beats(node) ? fake_activation(node, beat) : NAN;
}

static double repolarisation(iso_gid node, int beat) {
  return beat < fake_beats(node) && fake_recovers(node, beat) ? fake_repolarisation(node, beat) : NAN;
}

static double apd(iso_gid node, int beat) { return repolarisation(node, beat) - activation(node, beat); }

static double count(iso_gid node, int beat) { return beat == 0 ? fake_beats(node) : NAN; }

/* A plain and an Exodus variable of one value per node. */
static void check_map(int id, const char *name, size_t n, int rows, double (*expected)(iso_gid, int)) {
  double *values = read_variable(id, name, n * (size_t)rows);
  for (int row = 0; row < rows; row++)
    for (size_t i = 0; i < n; i++) assert_same(name, values[(size_t)row * n + i], expected((iso_gid)i, row));
  free(values);
}

static void check_probes(int id) {
  double *vm = read_variable(id, "probe_vm", NSAMPLES * NPOINTS),
         *time = read_variable(id, "probe_time", NSAMPLES);
  double *at = read_variable(id, "probe_position", 3 * NPOINTS);
  int variable;
  char names[NPOINTS][ISO_EXODUS_NAME];
  for (int s = 0; s < NSAMPLES; s++) {
    assert_same("probe_time", time[s], s * 0.5);
    assert_same("probe_vm", vm[s * NPOINTS], fake_vm(points[0].node[0], s * 0.5));
  }
  assert_same("probe_position", at[5], 3);
  assert_int_equal(nc_inq_varid(id, "probe_name", &variable), NC_NOERR);
  assert_int_equal(nc_get_var_text(id, variable, &names[0][0]), NC_NOERR);
  for (int i = 0; i < NPOINTS; i++) assert_string_equal(names[i], points[i].name);
  free(at);
  free(time);
  free(vm);
}

void check_maps_file(const char *path, size_t n) {
  int id;
  assert_int_equal(nc_open(path, NC_NOWRITE, &id), NC_NOERR);
  check_map(id, "activation_time", n, 1, activation);
  check_map(id, "vals_nod_var1", n, 1, activation);
  check_map(id, "repolarisation_time", n, 1, repolarisation);
  check_map(id, "vals_nod_var2", n, 1, repolarisation);
  check_map(id, "apd", n, 1, apd);
  check_map(id, "vals_nod_var3", n, 1, apd);
  check_map(id, "activation_count", n, 1, count);
  check_map(id, "beat_activation_time", n, 3, activation);
  check_map(id, "beat_repolarisation_time", n, 3, repolarisation);
  check_map(id, "beat_apd", n, 3, apd);
  check_probes(id);
  nc_close(id);
}

void check_number_type(const char *path, nc_type expected) {
  static const char *const names[] = {"connect1", "node_num_map", "elem_num_map", "eb_prop1"};
  int id, variable;
  nc_type type;
  assert_int_equal(nc_open(path, NC_NOWRITE, &id), NC_NOERR);
  for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
    assert_int_equal(nc_inq_varid(id, names[k], &variable), NC_NOERR);
    nc_inq_vartype(id, variable, &type);
    assert_int_equal(type, expected);
  }
  nc_close(id);
}

/* Coordinates by node, and every element once, in its block, with its own nodes, tag and directions. */
static void check_block(int id, int block, const double *elem_map, bool *seen, size_t *first) {
  char name[NC_MAX_NAME + 1], type[16] = {0};
  static const char *const types[ISO_NSHAPES] = {"BAR2", "TRI3", "TETRA", "HEX8"};
  int dim, variable;
  size_t n, width;
  snprintf(name, sizeof name, "num_el_in_blk%d", block);
  assert_int_equal(nc_inq_dimid(id, name, &dim), NC_NOERR);
  nc_inq_dimlen(id, dim, &n);
  snprintf(name, sizeof name, "num_nod_per_el%d", block);
  assert_int_equal(nc_inq_dimid(id, name, &dim), NC_NOERR);
  nc_inq_dimlen(id, dim, &width);
  snprintf(name, sizeof name, "connect%d", block);
  double *connect = read_variable(id, name, n * width);
  assert_int_equal(nc_inq_varid(id, name, &variable), NC_NOERR);
  assert_int_equal(nc_get_att_text(id, variable, "elem_type", type), NC_NOERR);
  double *value[5];
  for (int v = 0; v < 5; v++) {
    snprintf(name, sizeof name, "vals_elem_var%deb%d", v + 1, block);
    value[v] = read_variable(id, name, n);
  }
  snprintf(name, sizeof name, "num_el_in_blk%d", block);
  double *number = read_variable(id, name, n);
  for (size_t i = 0; i < n; i++) {
    iso_gid e = (iso_gid)elem_map[*first + i] - 1;
    assert_same("the element's number", number[i], (double)e);
    iso_gid corner =
        e % FAKE_NX + (FAKE_NX + 1) * (e / FAKE_NX % FAKE_NY + (FAKE_NY + 1) * (e / FAKE_NX / FAKE_NY));
    float fibre[3], sheet[3];
    fake_fibre(e, fibre, sheet);
    assert_false(seen[e]);
    seen[e] = true;
    if (i > 0) assert_true(elem_map[*first + i - 1] < elem_map[*first + i]);
    assert_string_equal(type, types[fake_shape(e)]);
    assert_int_equal(width, iso_shape_nodes(fake_shape(e)));
    assert_int_equal(connect[i * width], corner + 1);
    assert_same("region", value[0][i], fake_tag(e));
    for (int d = 0; d < 3; d++) assert_same("fibre", value[1 + d][i], fibre[d]);
    assert_same("sheet", value[4][i], sheet[0]);
  }
  *first += n;
  free(number);
  for (int v = 0; v < 5; v++) free(value[v]);
  free(connect);
}

void check_mesh_file(const char *path, const iso_mesh *mesh) {
  int id, dim;
  size_t nblocks, first = 0, nelems = (size_t)mesh->nelems;
  assert_int_equal(nc_open(path, NC_NOWRITE, &id), NC_NOERR);
  double *x = read_variable(id, "coordx", (size_t)mesh->nnodes),
         *z = read_variable(id, "coordz", (size_t)mesh->nnodes);
  double *map = read_variable(id, "elem_num_map", nelems),
         *node_map = read_variable(id, "node_num_map", (size_t)mesh->nnodes);
  double *node_number = read_variable(id, "num_nodes", (size_t)mesh->nnodes),
         *elem_number = read_variable(id, "num_elem", nelems);
  for (size_t e = 0; e < nelems; e++) assert_same("num_elem", elem_number[e], map[e] - 1);
  for (iso_gid node = 0; node < mesh->nnodes; node++) {
    assert_same("coordx", x[node], (double)(node % (FAKE_NX + 1)));
    assert_same("coordz", z[node], (double)(node / (FAKE_NX + 1) / (FAKE_NY + 1)));
    assert_same("node_num_map", node_map[node], (double)node + 1);
    assert_same("num_nodes", node_number[node], (double)node);
  }
  bool *seen = calloc(nelems, sizeof *seen);
  assert_int_equal(nc_inq_dimid(id, "num_el_blk", &dim), NC_NOERR);
  nc_inq_dimlen(id, dim, &nblocks);
  double *ids = read_variable(id, "eb_prop1", nblocks);
  for (size_t b = 0; b < nblocks; b++) {
    assert_true(ids[b] > 0);
    for (size_t c = 0; c < b; c++) assert_true(ids[b] != ids[c]);
    check_block(id, (int)b + 1, map, seen, &first);
  }
  assert_int_equal(first, nelems);
  free(ids);
  free(seen);
  free(elem_number);
  free(node_number);
  free(node_map);
  free(map);
  free(z);
  free(x);
  nc_close(id);
}

void check_series_file(const char *path, size_t n, int nsnapshots) {
  int id;
  assert_int_equal(nc_open(path, NC_NOWRITE, &id), NC_NOERR);
  double *vm = read_variable(id, "vals_nod_var1", n * (size_t)nsnapshots);
  double *time = read_variable(id, "time_whole", (size_t)nsnapshots);
  for (int s = 0; s < nsnapshots; s++) {
    assert_same("time_whole", time[s], 5.0 * s);
    for (size_t i = 0; i < n; i++)
      assert_same("Vm", vm[(size_t)s * n + i], (float)fake_vm((iso_gid)i, 5.0 * s));
  }
  free(time);
  free(vm);
  nc_close(id);
}

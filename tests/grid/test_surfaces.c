/* Named surfaces: refined and merged with the mesh, found by place from a file, selected by name. */
#include "low_faces.h"
#include "mpi_main.h"

#include "grid/ask/select.h"
#include "grid/format/write.h"
#include "grid/geometry.h"
#include "grid/make/attach.h"
#include "grid/make/merge.h"
#include "grid/make/refine.h"
#include "grid/make/slab.h"
#include "grid/shapes.h"
#include "grid/share/blocks.h"
#include "grid/share/slice_of.h"

#include <stdio.h>
#include <unistd.h>

static iso_error err;

enum { NX = 4, NY = 3, NZ = 2, LOW = (NX + 1) * (NY + 1) /* nodes at z = 0, which are the first */ };

static iso_slice block(iso_shape shape) {
  iso_slice slice;
  iso_slab_options options = {.size_mm = {NX, NY, shape == ISO_TRIANGLE ? 0 : NZ},
                              .spacing_mm = 1,
                              .shape = shape,
                              .diagonals = ISO_ALTERNATING};
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &options, &slice, &err));
  return slice;
}

/* "floor": faces at z = 0; "points": the nodes there; "rim": the edges there. */
static void name_floor(iso_slice *slice) {
  int floor, points, rim;
  ASSERT_OK(iso_surfaces_add(&slice->surfaces, "floor", 7, 2, &floor, &err));
  ASSERT_OK(iso_surfaces_add(&slice->surfaces, "points", 0, 0, &points, &err));
  ASSERT_OK(iso_surfaces_add(&slice->surfaces, "rim", 0, 1, &rim, &err));
  put_low_faces(slice, LOW, floor, 4);
  put_low_faces(slice, LOW, rim, 2);
  for (int64_t i = 0; i < slice->nnode; i++)
    if (slice->first_node + i < LOW)
      ASSERT_OK(
          iso_surface_put(&slice->surfaces.surface[points], 1, &(iso_gid){slice->first_node + i}, &err));
}

/* Coordinates of an item's nodes. */
static void corners(const iso_slice *slice, const iso_surface *s, double (*x)[4][3]) {
  iso_gid *node, *cut;
  double(*xyz)[3];
  int64_t n = 0;
  iso_block_plan *plan;
  ASSERT_OK(iso_alloc(&node, 4 * (size_t)s->n, sizeof *node, "a test", &err));
  ASSERT_OK(iso_alloc(&xyz, 4 * (size_t)s->n, sizeof *xyz, "a test", &err));
  ASSERT_OK(iso_alloc(&cut, (size_t)world_size() + 1, sizeof *cut, "a test", &err));
  MPI_Allgather(&slice->first_node, 1, MPI_INT64_T, cut, 1, MPI_INT64_T, MPI_COMM_WORLD);
  cut[world_size()] = slice->nnodes;
  for (int64_t i = 0; i < s->n; i++)
    for (int k = 0; k < iso_item_nodes(s->item[i]); k++) node[n++] = s->item[i][k];
  ASSERT_OK(iso_block_plan_new_cut(&plan, MPI_COMM_WORLD, cut, n, node, &err));
  ASSERT_OK(iso_block_plan_fetch(plan, slice->xyz, sizeof *xyz, xyz, &err));
  n = 0;
  for (int64_t i = 0; i < s->n; i++)
    for (int k = 0; k < iso_item_nodes(s->item[i]); k++) memcpy(x[i][k], xyz[n++], sizeof *xyz);
  iso_block_plan_free(plan);
  free(node);
  free(xyz);
  free(cut);
}

static double area(const double (*x)[3], int n) {
  double sum = 0;
  for (int k = 1; k + 1 < n; k++) {
    double u[3], v[3], w[3];
    iso_subtract(x[k], x[0], u);
    iso_subtract(x[k + 1], x[0], v);
    iso_cross(u, v, w);
    sum += iso_length(w) / 2;
  }
  return sum;
}

static int64_t count(const iso_slice *slice, const char *name) {
  return iso_surface_total(MPI_COMM_WORLD,
                           &slice->surfaces.surface[iso_surfaces_find(&slice->surfaces, name)]);
}

/* Areas are sums of products of small multiples of powers of two: exact. */
static void check_floor(const iso_slice *slice, int64_t faces, int64_t nodes) {
  const iso_surface *s = &slice->surfaces.surface[iso_surfaces_find(&slice->surfaces, "floor")];
  double(*x)[4][3], sum = 0;
  ASSERT_OK(iso_alloc(&x, (size_t)s->n, sizeof *x, "a test", &err));
  corners(slice, s, x);
  for (int64_t i = 0; i < s->n; i++) {
    for (int k = 0; k < iso_item_nodes(s->item[i]); k++) assert_true(x[i][k][2] == 0);
    sum += area((const double(*)[3])x[i], iso_item_nodes(s->item[i]));
  }
  free(x);
  assert_true(world_sum_real(sum) == NX * NY);
  assert_int_equal(count(slice, "floor"), faces);
  assert_int_equal(count(slice, "points"), nodes);
  assert_int_equal(s->id, 7);
}

static void faces_edges_and_nodes_are_refined_with_the_elements(void **state) {
  (void)state;
  const iso_shape shapes[] = {ISO_TETRAHEDRON, ISO_HEXAHEDRON};
  for (int k = 0; k < 2; k++) {
    iso_slice slice = block(shapes[k]);
    const int64_t faces = shapes[k] == ISO_HEXAHEDRON ? NX * NY : 2 * NX * NY;
    name_floor(&slice);
    check_floor(&slice, faces, (NX + 1) * (NY + 1));
    ASSERT_OK(iso_slice_refine(MPI_COMM_WORLD, &slice, 2, 0, NULL, &err));
    /* Nodes in the middle of a square are on no edge of a hexahedron, so a set of nodes lacks them: of each
     * of the edges of 4 x 3 squares 3 new nodes. */
    const int64_t on_edges = (NX + 1) * (NY + 1) + 3 * (NX * (NY + 1) + NY * (NX + 1));
    check_floor(&slice, 16 * faces, shapes[k] == ISO_HEXAHEDRON ? on_edges : (4 * NX + 1) * (4 * NY + 1));
    assert_int_equal(count(&slice, "rim"), 4 * faces);
    iso_slice_free(&slice);
  }
}

static void a_face_that_no_element_has_is_named(void **state) {
  (void)state;
  iso_slice slice = block(ISO_TETRAHEDRON);
  int k;
  ASSERT_OK(iso_surfaces_add(&slice.surfaces, "odd", 0, 2, &k, &err));
  if (world_rank() == 0)
    ASSERT_OK(iso_surface_put(&slice.surfaces.surface[k], 3, (const iso_gid[]){0, 3, 59}, &err));
  ASSERT_REFUSED(iso_slice_refine(MPI_COMM_WORLD, &slice, 1, 0, NULL, &err),
                 "the surface 'odd' has an edge between the nodes 0 and 3, which no element has");
  iso_slice_free(&slice);
}

/* Of two blocks of the same place the nodes of the second go. */
static void surfaces_follow_merged_nodes(void **state) {
  (void)state;
  iso_slice slice = block(ISO_HEXAHEDRON);
  int k;
  int64_t merged;
  name_floor(&slice);
  if (slice.first_node + slice.nnode == slice.nnodes) /* the last node moves onto the first */
    memset(slice.xyz[slice.nnode - 1], 0, sizeof *slice.xyz);
  ASSERT_OK(iso_surfaces_add(&slice.surfaces, "last", 0, 0, &k, &err));
  if (world_rank() == world_size() - 1)
    ASSERT_OK(iso_surface_put(&slice.surfaces.surface[k], 1, &(iso_gid){slice.nnodes - 1}, &err));
  ASSERT_OK(iso_slice_merge(MPI_COMM_WORLD, &slice, &merged, &err));
  assert_int_equal(merged, 1);
  if (slice.surfaces.surface[k].n) assert_int_equal(slice.surfaces.surface[k].item[0][0], 0);
  check_floor(&slice, NX * NY, (NX + 1) * (NY + 1));
  iso_slice_free(&slice);
}

static iso_mesh *build(iso_slice *slice) {
  iso_mesh *mesh;
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, slice, NULL, &mesh, NULL, &err));
  return mesh;
}

static int64_t selected(const iso_mesh *mesh, const char *name) {
  iso_selection hit;
  ASSERT_OK(iso_select_nodes(mesh, &(iso_select){.surface_name = (char *)name}, NULL, &hit, &err));
  for (int64_t i = 0; i < hit.count; i++) assert_true(mesh->xyz[hit.node[i]][2] == 0);
  const int64_t total = hit.total;
  iso_selection_free(&hit);
  return total;
}

static void sites_name_surfaces_and_files_of_meshes_carry_them(void **state) {
  (void)state;
  iso_slice slice = block(ISO_TETRAHEDRON), again = {0};
  name_floor(&slice);
  ASSERT_OK(iso_surfaces_even_out(MPI_COMM_WORLD, &slice.surfaces, &err));
  const int64_t least = 2 * NX * NY / world_size();
  assert_in_range(slice.surfaces.surface[0].n, least, least + 1);
  iso_mesh *mesh = build(&slice);
  assert_int_equal(selected(mesh, "floor"), (NX + 1) * (NY + 1));
  assert_in_range(selected(mesh, "rim"), NX * NY, (NX + 1) * (NY + 1));
  iso_selection hit;
  ASSERT_REFUSED(iso_select_nodes(mesh, &(iso_select){.surface_name = "flor"}, NULL, &hit, &err),
                 "no surface 'flor'; did you mean 'floor'? There are: floor, points, rim");
  ASSERT_OK(iso_slice_of_mesh(mesh, &again, &err));
  check_floor(&again, 2 * NX * NY, (NX + 1) * (NY + 1));
  const uint64_t checksum = mesh->checksum;
  iso_mesh_free(mesh);
  mesh = build(&again);
  assert_true(mesh->checksum == checksum);
  iso_mesh_free(mesh);
  slice = block(ISO_TETRAHEDRON);
  mesh = build(&slice);
  assert_true(mesh->checksum != checksum);
  ASSERT_REFUSED(iso_select_nodes(mesh, &(iso_select){.surface_name = "floor"}, NULL, &hit, &err),
                 "nor any with a name");
  iso_mesh_free(mesh);
}

static void a_surface_in_a_file_is_found_by_its_places(void **state) {
  (void)state;
  const char *path = "test_surfaces_sheet.vtu";
  iso_slice sheet = block(ISO_TRIANGLE);
  ASSERT_OK(iso_slice_write_vtu(MPI_COMM_WORLD, &sheet, path, &err));
  iso_slice slice = block(ISO_TETRAHEDRON);
  const iso_attachment floor = {"floor", path, NULL, NAN}, in_cm = {"far", path, "cm", NAN};
  ASSERT_OK(iso_slice_attach(MPI_COMM_WORLD, &slice, &floor, NULL, &err));
  assert_int_equal(count(&slice, "floor"), 2 * NX * NY);
  ASSERT_REFUSED(iso_slice_attach(MPI_COMM_WORLD, &slice, &floor, NULL, &err),
                 "has a surface 'floor' already");
  iso_mesh *mesh = build(&slice);
  assert_int_equal(selected(mesh, "floor"), (NX + 1) * (NY + 1));
  iso_mesh_free(mesh);

  slice = block(ISO_TETRAHEDRON); /* in cm the corner alone is at a node; (10, 0, 0) is 6 mm off */
  ASSERT_REFUSED(iso_slice_attach(MPI_COMM_WORLD, &slice, &in_cm, NULL, &err),
                 "19 of its 20 points are at no node of the mesh, within 4e-05 mm; point 1 (counted from 0) "
                 "at (10, 0, 0) mm is 6 mm from the nearest");
  iso_slice_free(&slice);

  for (int64_t i = 0; i < sheet.nnode; i++)
    for (int a = 0; a < 3; a++) sheet.xyz[i][a] += 1e-3;
  ASSERT_OK(iso_slice_write_vtu(MPI_COMM_WORLD, &sheet, path, &err));
  slice = block(ISO_TETRAHEDRON);
  const iso_attachment loose = {"floor", path, NULL, 0.01};
  ASSERT_OK(iso_slice_attach(MPI_COMM_WORLD, &slice, &loose, NULL, &err));
  mesh = build(&slice);
  assert_int_equal(selected(mesh, "floor"), (NX + 1) * (NY + 1));
  iso_mesh_free(mesh);
  iso_slice_free(&sheet);
  MPI_Barrier(MPI_COMM_WORLD);
  if (world_rank() == 0) unlink(path);
}

static void one_name_is_one_surface(void **state) {
  (void)state;
  iso_surfaces s = {0};
  int faces, nodes, again;
  ASSERT_OK(iso_surfaces_add(&s, "base", 3, 2, &faces, &err));
  ASSERT_OK(iso_surfaces_add(&s, "base", 4, 0, &nodes, &err));
  ASSERT_OK(iso_surfaces_add(&s, "base", 5, 2, &again, &err));
  assert_int_equal(faces, again);
  assert_int_equal(s.n, 2);
  assert_string_equal(s.surface[nodes].name, "base_nodes");
  iso_surfaces_free(&s);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(faces_edges_and_nodes_are_refined_with_the_elements),
    cmocka_unit_test(a_face_that_no_element_has_is_named),
    cmocka_unit_test(surfaces_follow_merged_nodes),
    cmocka_unit_test(sites_name_surfaces_and_files_of_meshes_carry_them),
    cmocka_unit_test(a_surface_in_a_file_is_found_by_its_places),
    cmocka_unit_test(one_name_is_one_surface),
};

RUN_ON_ALL_RANKS(tests)

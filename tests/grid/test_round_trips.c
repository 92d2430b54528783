/* Every format that is written and read gives the same mesh back, to the last bit, and the same bytes on any
 * number of ranks. */
#include "low_faces.h"
#include "read_sample.h"

#include "grid/format/formats.h"
#include "grid/format/write.h"
#include "grid/hash.h"
#include "grid/make/sheet_of.h"
#include "grid/make/slab.h"
#include "grid/mesh.h"
#include "grid/shapes.h"

static iso_error err;

enum { NX = 4, NY = 3, NZ = 2 };

/* Places that neither single precision nor a few digits tell; without fibres where the format has none. */
static iso_slice block(const iso_format *format, iso_shape shape) {
  iso_slice slice;
  const bool carp = !strncmp(format->name, "carp", 4); /* its unit is another: 1 mm is exact in it */
  iso_slab_options options = {.size_mm = {NX, NY, shape == ISO_TRIANGLE ? 0 : NZ},
                              .spacing_mm = 1,
                              .shape = shape,
                              .diagonals = carp ? ISO_ALTERNATING : ISO_JITTERED};
  if (format->holds & ISO_HOLDS_FIBRES) options.fibre[0] = 1;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &options, &slice, &err));
  for (int64_t e = 0; e < slice.nelem; e++) slice.tag[e] = (int32_t)((slice.first_elem + e) / 5 % 3);
  return slice;
}

static const char *file_of(const iso_format *format) {
  char name[80];
  snprintf(name, sizeof name, "%s%s", format->name,
           strncmp(format->name, "carp", 4) ? format->endings[0] : "");
  return scratch_path(name);
}

static iso_slice read_back(const char *path) {
  iso_slice slice;
  iso_read_options options = {.path = path};
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err));
  return slice;
}

static uint64_t checksum(iso_slice *slice) {
  iso_mesh *mesh;
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, slice, NULL, &mesh, NULL, &err));
  const uint64_t sum = mesh->checksum;
  iso_mesh_free(mesh);
  return sum;
}

/* The same of this rank alone. */
static iso_slice block_alone(const iso_format *format, iso_shape shape) {
  iso_slice alone;
  iso_slab_options options = {.size_mm = {NX, NY, shape == ISO_TRIANGLE ? 0 : NZ},
                              .spacing_mm = 1,
                              .shape = shape,
                              .diagonals = ISO_JITTERED};
  if (format->holds & ISO_HOLDS_FIBRES) options.fibre[0] = 1;
  ASSERT_OK(iso_slab(MPI_COMM_SELF, &options, &alone, &err));
  for (int64_t e = 0; e < alone.nelem; e++) alone.tag[e] = (int32_t)(e / 5 % 3);
  return alone;
}

/* The bytes do not depend on who writes them. */
static void check_alone(const iso_format *format, iso_shape shape, const char *path) {
  char other[240], *bytes[2];
  size_t n[2];
  if (world_rank() != 0 || !strncmp(format->name, "carp", 4) || !strncmp(format->name, "exodus", 6)) return;
  snprintf(other, sizeof other, "%s.alone%s", path, format->endings[0]);
  iso_slice alone = block_alone(format, shape);
  ASSERT_OK(iso_slice_write_as(MPI_COMM_SELF, &alone, other, format->name, &err));
  iso_slice_free(&alone);
  for (int k = 0; k < 2; k++) {
    FILE *file = fopen(k ? other : path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    n[k] = (size_t)ftell(file);
    rewind(file);
    ASSERT_OK(iso_alloc(&bytes[k], n[k], 1, "a test", &err));
    assert_int_equal(fread(bytes[k], 1, n[k], file), n[k]);
    fclose(file);
  }
  assert_int_equal(n[0], n[1]);
  assert_memory_equal(bytes[0], bytes[1], n[0]);
  free(bytes[0]);
  free(bytes[1]);
}

static bool holds_volumes(const iso_format *format) { return format->holds & ISO_HOLDS_VOLUMES; }

static void every_format_gives_the_same_mesh_back(void **state) {
  (void)state;
  static const iso_shape shapes[] = {ISO_TETRAHEDRON, ISO_HEXAHEDRON, ISO_TRIANGLE};
  for (int f = 0; f < iso_nformats; f++) {
    const iso_format *format = &iso_formats[f];
    if (!format->write || !holds_volumes(format)) continue;
    for (int k = 0; k < 3; k++) {
      iso_slice slice = block(format, shapes[k]);
      char path[200];
      snprintf(path, sizeof path, "%s", file_of(format));
      ASSERT_OK(iso_slice_write_as(MPI_COMM_WORLD, &slice, path, format->name, &err));
      iso_slice again = read_back(path);
      const uint64_t was = checksum(&slice), is = checksum(&again);
      if (was != is) fail_msg("%s: another mesh comes back", format->name);
      check_alone(format, shapes[k], path);
    }
  }
}

static void name_floor(iso_slice *slice) {
  const iso_gid low = (NX + 1) * (NY + 1); /* z = 0 */
  int floor, points;
  ASSERT_OK(iso_surfaces_add(&slice->surfaces, "the floor", 0, 2, &floor, &err));
  ASSERT_OK(iso_surfaces_add(&slice->surfaces, "points", 0, 0, &points, &err));
  put_low_faces(slice, low, floor, 4);
  put_low_faces(slice, low, points, 1);
}

static int64_t count(const iso_slice *slice, const char *name) {
  const int k = iso_surfaces_find(&slice->surfaces, name);
  assert_true(k >= 0);
  return iso_surface_total(MPI_COMM_WORLD, &slice->surfaces.surface[k]);
}

static uint64_t hash(const iso_slice *slice) {
  uint64_t sum = iso_surfaces_hash(&slice->surfaces);
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
  return sum;
}

static void named_surfaces_and_tags_come_back_where_a_format_has_them(void **state) {
  (void)state;
  for (int f = 0; f < iso_nformats; f++) {
    const iso_format *format = &iso_formats[f];
    if (!format->write || !(format->holds & ISO_HOLDS_SURFACES)) continue;
    iso_slice slice = block(format, ISO_TETRAHEDRON);
    char path[200];
    snprintf(path, sizeof path, "%s", file_of(format));
    name_floor(&slice);
    ASSERT_OK(iso_tag_names_add(&slice.tag_names, 3, 2, "scar", &err));
    ASSERT_OK(iso_slice_write_as(MPI_COMM_WORLD, &slice, path, format->name, &err));
    iso_slice again = read_back(path);
    assert_int_equal(count(&again, "the floor"), 2 * NX * NY);
    assert_int_equal(count(&again, "points"), 2 * NX * NY);
    assert_true(hash(&slice) == hash(&again));
    assert_string_equal(iso_tag_names_find(&again.tag_names, 3, 2), "scar");
    ASSERT_OK(iso_slice_write_as(MPI_COMM_WORLD, &again, path, format->name, &err));
    iso_slice twice = read_back(path);
    assert_int_equal(twice.nelems, again.nelems);
    assert_true(hash(&twice) == hash(&again));
    assert_true(checksum(&twice) == checksum(&again));
    iso_slice_free(&slice);
  }
}

/* Of the triangles in their order, with the places of their nodes, rounded to single precision or not. */
static uint64_t places(const iso_slice *slice, bool rounds) {
  enum { N = (NX + 1) * (NY + 1) };
  double x[N][3] = {{0}};
  uint64_t sum = 0;
  assert_int_equal(slice->nnodes, N);
  for (int64_t i = 0; i < slice->nnode; i++) memcpy(x[slice->first_node + i], slice->xyz[i], sizeof *x);
  MPI_Allreduce(MPI_IN_PLACE, x, 3 * N, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  for (int i = 0; i < N && rounds; i++)
    for (int a = 0; a < 3; a++) x[i][a] = (float)x[i][a];
  for (int64_t e = 0; e < slice->nelem; e++) {
    uint64_t h = iso_hash((uint64_t)(slice->first_elem + e));
    for (int k = 0; k < 3; k++) h = iso_hash_words(h, x[slice->conn[e * slice->width + k]], sizeof *x);
    sum += h;
  }
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
  return sum;
}

/* Tags, and digits of STL in binary, are lost, and nothing else; nodes of STL come in another order. */
static void a_sheet_comes_back_from_formats_of_sheets(void **state) {
  (void)state;
  for (int f = 0; f < iso_nformats; f++) {
    const iso_format *format = &iso_formats[f];
    if (!format->write || holds_volumes(format)) continue;
    const bool stl = !strncmp(format->name, "stl", 3), rounds = !strcmp(format->name, "stl");
    iso_slice slice = block(format, ISO_TRIANGLE), box = block(format, ISO_TETRAHEDRON);
    char path[200];
    snprintf(path, sizeof path, "%s", file_of(format));
    ASSERT_REFUSED(iso_slice_write_as(MPI_COMM_WORLD, &box, path, format->name, &err),
                   "other elements; write one of its surfaces (isochrone mesh convert --surface NAME)");
    iso_slice_free(&box);
    ASSERT_OK(iso_slice_write_as(MPI_COMM_WORLD, &slice, path, format->name, &err));
    check_alone(format, ISO_TRIANGLE, path);
    iso_slice again = read_back(path);
    if (!(format->holds & ISO_HOLDS_TAGS)) memset(slice.tag, 0, (size_t)slice.nelem * sizeof *slice.tag);
    assert_true(places(&slice, rounds) == places(&again, false));
    if (!stl) assert_true(checksum(&slice) == checksum(&again));
    iso_slice_free(&slice);
    iso_slice_free(&again);
  }
}

static void a_named_surface_is_a_sheet(void **state) {
  (void)state;
  const iso_format *format = iso_format_named("vtu");
  for (int k = 0; k < 2; k++) {
    iso_slice slice = block(format, k ? ISO_HEXAHEDRON : ISO_TETRAHEDRON), points;
    name_floor(&slice);
    ASSERT_OK(iso_slice_take_surface(MPI_COMM_WORLD, &slice, "the floor", &err));
    assert_int_equal(slice.nnodes, (NX + 1) * (NY + 1));
    assert_int_equal(slice.nelems, 2 * NX * NY);
    for (int64_t i = 0; i < slice.nnode; i++) assert_true(slice.xyz[i][2] == 0);
    const uint64_t sum = checksum(&slice);
    if (world_rank() == 0) { /* one rank makes the same */
      iso_slice alone = block_alone(format, k ? ISO_HEXAHEDRON : ISO_TETRAHEDRON);
      name_floor(&alone);
      ASSERT_OK(iso_slice_take_surface(MPI_COMM_SELF, &alone, "the floor", &err));
      iso_mesh *mesh;
      ASSERT_OK(iso_mesh_build(MPI_COMM_SELF, &alone, NULL, &mesh, NULL, &err));
      assert_true(mesh->checksum == sum);
      iso_mesh_free(mesh);
    }
    points = block(format, ISO_TETRAHEDRON);
    name_floor(&points);
    ASSERT_REFUSED(iso_slice_take_surface(MPI_COMM_WORLD, &points, "points", &err), "is a set of nodes");
    ASSERT_REFUSED(iso_slice_take_surface(MPI_COMM_WORLD, &points, "floor", &err),
                   "the mesh has no surface 'floor'");
    iso_slice_free(&points);
  }
}

/* Blocks of Exodus need ids, and surfaces of Gmsh tags, beside it. */
static void the_largest_tag_leaves_room(void **state) {
  (void)state;
  for (int f = 0; f < 2; f++) {
    const iso_format *format = iso_format_named(f ? "gmsh" : "exodus");
    iso_slice slice = block(format, ISO_TETRAHEDRON);
    char path[200];
    snprintf(path, sizeof path, "%s", file_of(format));
    for (int64_t e = 0; e < slice.nelem; e++)
      slice.tag[e] = slice.tag[e] ? INT32_MAX - 1 + slice.tag[e] % 2 : 0;
    ASSERT_OK(iso_slice_write_as(MPI_COMM_WORLD, &slice, path, format->name, &err));
    iso_slice again = read_back(path);
    name_floor(&slice);
    if (f)
      ASSERT_REFUSED(iso_slice_write_as(MPI_COMM_WORLD, &slice, path, format->name, &err),
                     "and Gmsh none below 0 or above 2147483647, surfaces included");
    iso_surfaces_free(&slice.surfaces);
    assert_true(checksum(&slice) == checksum(&again));
  }
}

static void any_tag_comes_back_from_exodus(void **state) {
  (void)state;
  static const int32_t tags[] = {INT32_MIN + 1, -20000001, 20000001, 5};
  iso_slice slice = block(iso_format_named("exodus"), ISO_TETRAHEDRON);
  for (int64_t e = 0; e < slice.nelem; e++) slice.tag[e] = tags[(slice.first_elem + e) % 4];
  ASSERT_OK(iso_slice_write_as(MPI_COMM_WORLD, &slice, scratch_path("tags.e"), "exodus", &err));
  iso_slice again = read_back(scratch_path("tags.e"));
  assert_true(checksum(&slice) == checksum(&again));
}

/* 1000 x (17 um / 1000) is another number. */
static void a_mesh_that_came_from_carp_goes_back_to_it(void **state) {
  (void)state;
  iso_slice slice = block(iso_format_named("carp"), ISO_TETRAHEDRON);
  for (int64_t i = 0; i < slice.nnode; i++)
    for (int k = 0; k < 3; k++) {
      const int64_t hundredths = (7919 * (slice.first_node + i) + 104729 * k) % 20011;
      slice.xyz[i][k] = (1000 * slice.xyz[i][k] + (double)hundredths / 100) / 1000;
    }
  ASSERT_OK(iso_slice_write_as(MPI_COMM_WORLD, &slice, scratch_path("um"), "carp", &err));
  iso_slice again = read_back(scratch_path("um"));
  assert_true(checksum(&slice) == checksum(&again));
}

static void a_format_is_named_where_the_ending_does_not_tell(void **state) {
  (void)state;
  ASSERT_REFUSED(iso_slice_check_target_as("a.msh", "gmsch", &err),
                 "meshes are not written as 'gmsch'; there are: "
                 "carp, carp_binary, vtk, vtu, vtp, gmsh");
  ASSERT_REFUSED(iso_slice_check_target("a.pvtu", &err), "meshes are not written as .pvtu, only read");
  ASSERT_OK(iso_slice_check_target_as("a.odd", "gmsh-text", &err));
  ASSERT_REFUSED(iso_slice_check_target("a.odd", &err),
                 "a.odd: meshes are not written as .odd; there are: .vtk, .vtu");
  for (int k = 1; iso_format_words[k]; k++) {
    const iso_format *format = iso_format_named(iso_format_words[k]);
    assert_true(format && format->read);
  }
  int readers = 0, words = -1;
  for (int f = 0; f < iso_nformats; f++) readers += iso_formats[f].read != NULL;
  while (iso_format_words[words + 1]) words++;
  assert_int_equal(readers, words);
}

static void remove_files(void **state) {
  (void)state;
  scratch_remove();
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_format_gives_the_same_mesh_back),
    cmocka_unit_test(named_surfaces_and_tags_come_back_where_a_format_has_them),
    cmocka_unit_test(a_sheet_comes_back_from_formats_of_sheets),
    cmocka_unit_test(a_named_surface_is_a_sheet),
    cmocka_unit_test(the_largest_tag_leaves_room),
    cmocka_unit_test(any_tag_comes_back_from_exodus),
    cmocka_unit_test(a_mesh_that_came_from_carp_goes_back_to_it),
    cmocka_unit_test(a_format_is_named_where_the_ending_does_not_tell),
    cmocka_unit_test(remove_files),
};

RUN_ON_ALL_RANKS(tests)

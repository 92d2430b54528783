/* The many ways to write a VTK file that VTK reads: orders, white space, names of arrays, kinds of cells. */
#include "read_sample.h"

#include "grid/geometry.h"
#include "grid/share/blocks.h"

static iso_error err;

#define HEAD "# vtk DataFile Version 3.0\ntest\nASCII\nDATASET UNSTRUCTURED_GRID\n"
#define POLYDATA "# vtk DataFile Version 3.0\ntest\nASCII\nDATASET POLYDATA\n"
/* A cube; node 4 i + 2 j + k is at (k, j, i). */
#define POINTS8 "POINTS 8 float\n0 0 0 1 0 0 0 1 0 1 1 0\n0 0 1 1 0 1 0 1 1 1 1 1\n"
#define CELLS2 "CELLS 2 10\n4 0 1 2 4\n4 7 6 5 3\n"
#define TYPES2 "CELL_TYPES 2\n10 10\n"
#define TETS HEAD POINTS8 CELLS2 TYPES2

static iso_status read_as(const char *content, iso_read_options options, iso_slice *slice, iso_notes *notes) {
  options.path = scratch_text("way.vtk", content);
  options.notes = notes;
  err = (iso_error){0};
  return iso_slice_read(MPI_COMM_WORLD, &options, slice, &err);
}

/* Nodes of an element, unused ones -1, and its tag. */
typedef struct {
  iso_gid node[4];
  int32_t tag;
} element;

static void expect_elements(const iso_slice *slice, int64_t n, const element *want) {
  assert_int_equal(slice->nelems, n);
  for (int64_t e = 0; e < slice->nelem; e++) {
    const element *w = &want[slice->first_elem + e];
    for (int i = 0; i < slice->width && i < 4; i++)
      assert_int_equal(slice->conn[e * slice->width + i], w->node[i]);
    assert_int_equal(slice->tag[e], w->tag);
  }
}

static void expect_read(const char *content, int64_t n, const element *want) {
  iso_slice slice;
  if (read_as(content, (iso_read_options){0}, &slice, NULL) != ISO_OK)
    fail_msg("%s\n%s", err.message, content);
  expect_elements(&slice, n, want);
  iso_slice_free(&slice);
}

static const element two[2] = {{{0, 1, 2, 4}, 7}, {{7, 6, 5, 3}, 8}};

/* ---- orders and white space ---- */

#define TAGS2 "CELL_DATA 2\nSCALARS tag int 1\nLOOKUP_TABLE default\n7\n8\n"

static void sections_come_in_any_order(void **state) {
  (void)state;
  expect_read(HEAD POINTS8 TYPES2 CELLS2 TAGS2, 2, two);
  expect_read(HEAD CELLS2 POINTS8 TYPES2 TAGS2, 2, two);
  expect_read(HEAD TYPES2 CELLS2 POINTS8 TAGS2, 2, two);
  expect_read(HEAD "FIELD about 1\nversion 1 1 int\n3\n" TYPES2 CELLS2 POINTS8 TAGS2, 2, two);
}

/* Cells are numbered vertices first, then lines, polygons and strips, in whatever order these are written. */
static void surfaces_are_numbered_by_kind(void **state) {
  (void)state;
  static const element want[] = {
      {{0, 1, -1, -1}, 2}, {{1, 3, 2, -1}, 3}, {{4, 5, 6, -1}, 4}, {{5, 6, 7, -1}, 4}};
  const char *data = "CELL_DATA 4\nSCALARS tag int\nLOOKUP_TABLE default\n1 2 3 4\n";
  const char *parts[] = {"VERTICES 1 2\n1 7\n", "LINES 1 3\n2 0 1\n", "POLYGONS 1 4\n3 1 3 2\n",
                         "TRIANGLE_STRIPS 1 5\n4 4 5 6 7\n"};
  for (int first = 0; first < 4; first++) {
    char text[1024] = POLYDATA;
    if (first % 2) strcat(text, POINTS8);
    for (int k = 0; k < 4; k++) strcat(text, parts[(first + 3 * k) % 4]);
    if (first % 2 == 0) strcat(text, POINTS8);
    strcat(text, data);
    iso_slice slice;
    ASSERT_OK(read_as(text, (iso_read_options){0}, &slice, NULL));
    assert_int_equal(slice.nelems, 4);
    for (int64_t e = 0; e < slice.nelem; e++) {
      const element *w = &want[slice.first_elem + e];
      assert_int_equal(slice.tag[e], w->tag);
      iso_gid sum = 0, wanted = 0;
      for (int i = 0; i < 3; i++) sum += slice.conn[3 * e + i], wanted += w->node[i];
      assert_int_equal(sum, wanted); /* triangles of a strip may be turned */
    }
    iso_slice_free(&slice);
  }
}

static void white_space_separates_words_and_nothing_else(void **state) {
  (void)state;
  static const char *const scalars[] = {
      "CELL_DATA 2\nSCALARS tag int\n LOOKUP_TABLE default\n7 8\n",
      "CELL_DATA 2\nSCALARS tag int\n\nLOOKUP_TABLE default\n7 8\n",
      "CELL_DATA 2\nSCALARS tag int\n \t\r\n\tLOOKUP_TABLE\n default\n7 8\n",
      "CELL_DATA 2\nSCALARS tag int LOOKUP_TABLE default 7 8\n",
      "CELL_DATA 2\nSCALARS tag int 1 LOOKUP_TABLE default\n7 8\n",
      "CELL_DATA 2\nSCALARS tag int\n1\nLOOKUP_TABLE default\n7 8\n",
      "CELL_DATA\n2\nSCALARS\ntag\nint\n1\nLOOKUP_TABLE\ndefault\n7\n8\n",
      "CELL_DATA 2\nscalars tag INT\nlookup_table default\n7 8",
      /* without a table, which some writers leave out */
      "CELL_DATA 2\nSCALARS tag int\n7 8\n",
      "CELL_DATA 2\nSCALARS tag int 1\n7 8\n",
      "CELL_DATA 2\nSCALARS tag int 1\n\n7 8\nSCALARS more float\nLOOKUP_TABLE default\n1 2\n",
      "CELL_DATA 2\nFIELD\nFieldData\n2\nNULL_ARRAY\ntag\n1\n2\nint\n7\n8\n",
      ("CELL_DATA 2\nSCALARS flags bit 1\nLOOKUP_TABLE default\n1 0\n" TAGS2),
  };
  char text[2048];
  for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++) {
    snprintf(text, sizeof text, "%s%s", TETS, scalars[i]);
    expect_read(text, 2, two);
  }
  expect_read("# vtk DataFile Version 3.0\n\n\n  ASCII\nDATASET\n\tUNSTRUCTURED_GRID\nPOINTS\n8\nfloat 0 0 0 "
              "1 0 0 0 1 0 "
              "1 1 0 0 0 1 1 0 1 0 1 1 1 1 1 CELLS 2\n10 4 0 1 2 4 4 7 6 5 3 CELL_TYPES\n2 10 10 " TAGS2,
              2, two);
}

/* In binary files the values begin on the line after the words, whatever stands before these. */
static void words_of_binary_files_may_be_apart_too(void **state) {
  (void)state;
  static const char *const heads[] = {
      "SCALARS tag int\nLOOKUP_TABLE default\n", "SCALARS tag int\n\n  LOOKUP_TABLE default\n",
      "SCALARS tag int 1\nLOOKUP_TABLE default\n", "SCALARS tag int 1\n", "SCALARS tag int\n"};
  for (size_t h = 0; h < sizeof heads / sizeof *heads; h++) {
    char *bytes;
    size_t size;
    FILE *out = open_memstream(&bytes, &size);
    fputs("# vtk DataFile Version 3.0\ntest\nBINARY\nDATASET UNSTRUCTURED_GRID\nCELL_TYPES 1\n", out);
    fwrite("\0\0\0\x0a\n", 1, 5, out);
    fputs("POINTS 4 float\n", out);
    for (int i = 0; i < 12; i++) fwrite(i == 3 || i == 7 || i == 11 ? "\x3f\x80\0" : "\0\0\0", 1, 4, out);
    fputs("\nCELLS 1 5\n", out);
    fwrite("\0\0\0\4\0\0\0\0\0\0\0\1\0\0\0\2\0\0\0\3\n", 1, 21, out);
    fprintf(out, "CELL_DATA 1\n%s", heads[h]);
    fwrite("\0\0\0\x09\n", 1, 5, out);
    fclose(out);
    const char *path = scratch_path("way.vtk");
    scratch_write(path, bytes, size);
    free(bytes);
    iso_slice slice;
    iso_read_options options = {.path = path};
    ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err));
    expect_elements(&slice, 1, &(element){{0, 1, 2, 3}, 9});
    iso_slice_free(&slice);
  }
}

/* ---- which arrays ---- */

#define REALS "SCALARS scalars float\nLOOKUP_TABLE default\n0.37 2\n"

static void real_data_are_no_tags(void **state) {
  (void)state;
  static const char *const reals[] = {"SCALARS elemTag float\nLOOKUP_TABLE default\n7.5 8\n",
                                      "SCALARS elemTag float\nLOOKUP_TABLE default\n7 nan\n",
                                      "SCALARS elemTag double\nLOOKUP_TABLE default\ninf 8\n",
                                      "SCALARS elemTag double\nLOOKUP_TABLE default\n7 1e12\n"};
  char text[2048];
  iso_slice slice;
  for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
    iso_notes notes = {0};
    snprintf(text, sizeof text, "%sCELL_DATA 2\n%sSCALARS region float\nLOOKUP_TABLE default\n7.0 8e0\n",
             TETS, reals[i]);
    ASSERT_OK(read_as(text, (iso_read_options){0}, &slice, &notes));
    expect_elements(&slice, 2, two);
    assert_true(is_noted(&notes, "'elemTag' holds numbers that are not whole"));
    assert_true(is_noted(&notes, "region tags are read from 'region'"));
    iso_slice_free(&slice);
    iso_notes_free(&notes);
  }
  iso_notes notes = {0};
  static const element untagged[2] = {{{0, 1, 2, 4}, 0}, {{7, 6, 5, 3}, 0}};
  ASSERT_OK(read_as(TETS "CELL_DATA 2\n" REALS, (iso_read_options){0}, &slice, &notes));
  expect_elements(&slice, 2, untagged);
  assert_true(is_noted(&notes, "'scalars' holds numbers that are not whole"));
  iso_slice_free(&slice);
  iso_notes_free(&notes);
}

static void tags_are_found_under_names_of_other_programs(void **state) {
  (void)state;
  static const char *const names[] = {"CellEntityIds", "part-id",     "ModelRegionID", "attribute",
                                      "DOMAIN_ID",     "cell_region", "_volume-id",    "MATERIAL"};
  char text[2048];
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    snprintf(text, sizeof text, "%sCELL_DATA 2\nSCALARS %s int\nLOOKUP_TABLE default\n7 8\n", TETS, names[i]);
    expect_read(text, 2, two);
  }
}

#define OTHER                                                                                                \
  TETS "CELL_DATA 2\nSCALARS my%20zones int\nLOOKUP_TABLE default\n7 8\nSCALARS depth float\nLOOKUP_TABLE "  \
       "default\n0.5 1\nVECTORS along%20it float\n0 2 0 0 0 3\nVECTORS across float\n1 0 0 1 0 0\n"

static void a_key_names_the_arrays(void **state) {
  (void)state;
  iso_slice slice;
  iso_notes notes = {0};
  ASSERT_OK(read_as(OTHER, (iso_read_options){0}, &slice, &notes));
  assert_null(slice.fibre);
  assert_true(is_noted(&notes, "cells have: 'my zones', 'depth'; mesh.tag_array names one"));
  assert_true(is_noted(&notes, "cells have vectors: 'along it', 'across'; mesh.fibre_array names one"));
  iso_slice_free(&slice);
  iso_notes_free(&notes);
  iso_read_options asked = {.tag_array = "my zones", .fibre_array = "Along it", .sheet_array = "across"};
  ASSERT_OK(read_as(OTHER, asked, &slice, NULL));
  expect_elements(&slice, 2, two);
  for (int64_t e = 0; e < slice.nelem; e++) {
    assert_true(slice.fibre[e][1] == (slice.first_elem + e == 0) &&
                slice.fibre[e][2] == (slice.first_elem + e == 1));
    assert_true(slice.sheet[e][0] == 1);
  }
  iso_slice_free(&slice);
  asked.tag_array = "zones";
  ASSERT_REFUSED(read_as(OTHER, asked, &slice, NULL),
                 "has no array 'zones' with one number for each cell; there are: 'my zones', 'depth'");
  asked.tag_array = "depth";
  ASSERT_REFUSED(read_as(OTHER, asked, &slice, NULL), "'depth' holds numbers that are not whole");
  asked.tag_array = NULL;
  asked.fibre_array = "depth";
  ASSERT_REFUSED(read_as(OTHER, asked, &slice, NULL),
                 "has no array 'depth' with three numbers for each cell");
}

static void fibres_asked_for_may_be_on_points(void **state) {
  (void)state;
  iso_slice slice;
  ASSERT_OK(read_as(TETS "POINT_DATA 8\nVECTORS at float\n1 0 0 1 0 0 1 0 0 1 0 0 1 0 0 1 0 0 1 0 0 1 0 0\n",
                    (iso_read_options){.fibre_array = "at"}, &slice, NULL));
  assert_non_null(slice.node_fibre);
  assert_null(slice.fibre);
  iso_slice_free(&slice);
}

/* ---- kinds of cells ---- */

static void cells_of_many_nodes_become_lines_and_triangles(void **state) {
  (void)state;
  static const element lines[] = {
      {{0, 1, -1, -1}, 5}, {{1, 3, -1, -1}, 5}, {{3, 2, -1, -1}, 5}, {{4, 6, -1, -1}, 6}};
  expect_read(HEAD POINTS8
              "CELLS 2 8\n4 0 1 3 2\n2 4 6\nCELL_TYPES 2\n4 3\nCELL_DATA 2\nSCALARS tag int\n5 6\n",
              4, lines);
  expect_read(POLYDATA POINTS8 "LINES 2 8\n4 0 1 3 2\n2 4 6\nCELL_DATA 2\nSCALARS tag int\n5 6\n", 4, lines);
  /* The diagonal begins at the lowest node, so that the two sides of an edge agree. */
  iso_slice slice;
  iso_notes notes = {0};
  ASSERT_OK(read_as(HEAD POINTS8 "CELLS 2 10\n4 1 3 2 0\n4 4 5 6 7\nCELL_TYPES 2\n9 8\n",
                    (iso_read_options){0}, &slice, &notes));
  assert_int_equal(slice.nelems, 4);
  double area = 0;
  for (int64_t e = 0; e < slice.nelem; e++) {
    double x[ISO_MAX_NODES][3];
    for (int i = 0; i < 3; i++)
      for (int k = 0; k < 3; k++) x[i][k] = (double)(slice.conn[3 * e + i] >> k & 1);
    area += iso_element_measure(ISO_TRIANGLE, (const double(*)[3])x);
    bool lowest = false;
    for (int i = 0; i < 3; i++) lowest |= slice.conn[3 * e + i] == (slice.first_elem + e < 2 ? 0 : 4);
    assert_true(lowest);
  }
  MPI_Allreduce(MPI_IN_PLACE, &area, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  assert_true(fabs(area - 2) < 1e-12);
  assert_true(is_noted(&notes, "2 quadrilaterals were split into triangles"));
  iso_slice_free(&slice);
  iso_notes_free(&notes);
}

/* Two cubes, the second of which is two wedges: all become tetrahedra, whose faces match where these meet. */
static const char mixed[] =
    HEAD "POINTS 12 float\n0 0 0 1 0 0 0 1 0 1 1 0 0 0 1 1 0 1 0 1 1 1 1 1\n2 0 0 2 1 0 2 0 1 2 1 1\n"
         "CELLS 3 23\n6 8 3 1 10 7 5\n8 0 1 3 2 4 5 7 6\n6 9 3 8 11 7 10\nCELL_TYPES 3\n13 12 13\n"
         "CELL_DATA 3\nSCALARS tag int\n1 2 1\nVECTORS fibre float\n1 0 0 0 1 0 0 0 1\n";

static void hexahedra_beside_wedges_are_split_too(void **state) {
  (void)state;
  static const double xyz[12][3] = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {1, 1, 0}, {0, 0, 1}, {1, 0, 1},
                                    {0, 1, 1}, {1, 1, 1}, {2, 0, 0}, {2, 1, 0}, {2, 0, 1}, {2, 1, 1}};
  iso_slice slice;
  iso_notes notes = {0};
  double volume[2] = {0};
  int64_t inner = 0; /* tetrahedra's faces in the plane between the cubes */
  ASSERT_OK(read_as(mixed, (iso_read_options){0}, &slice, &notes));
  for (int64_t e = 0; e < slice.nelem; e++) {
    double x[ISO_MAX_NODES][3];
    iso_gid plane = 0;
    assert_int_equal(slice.shape[e], ISO_TETRAHEDRON);
    for (int i = 0; i < 4; i++) {
      memcpy(x[i], xyz[slice.conn[4 * e + i]], sizeof x[i]);
      if (x[i][0] == 1) plane += 1 + 100 * slice.conn[4 * e + i];
    }
    const double v = iso_element_measure(ISO_TETRAHEDRON, (const double(*)[3])x);
    assert_true(fabs(v) > 0.1);
    volume[slice.tag[e] - 1] += fabs(v);
    assert_true(slice.fibre[e][1] == (slice.tag[e] == 2));
    if (plane % 100 == 3) inner += slice.tag[e] == 1 ? plane / 100 * plane : -(plane / 100 * plane);
  }
  MPI_Allreduce(MPI_IN_PLACE, volume, 2, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  assert_true(fabs(volume[0] - 1) < 1e-12 && fabs(volume[1] - 1) < 1e-12);
  assert_int_equal(world_sum(inner), 0);
  assert_true(is_noted(&notes, "2 wedges were split into tetrahedra"));
  assert_true(is_noted(&notes, "1 hexahedra were split into tetrahedra"));
  iso_slice_free(&slice);
  iso_notes_free(&notes);
}

/* ---- fields ---- */

static void read_field(const char *content, const char *name, int nodes, const double *want) {
  const char *path = scratch_text("way.vtk", content);
  double values[64];
  iso_gid first = iso_block_first(nodes, world_size(), world_rank());
  iso_gid end = iso_block_first(nodes, world_size(), world_rank() + 1);
  for (int i = 0; i < 64; i++) values[i] = -1;
  ASSERT_OK(iso_vtk_read_node_data(MPI_COMM_WORLD, path, name, nodes, values, &err));
  for (iso_gid i = first; i < end; i++) assert_true(values[i - first] == want[i]);
}

#define FIELDS                                                                                               \
  TETS "CELL_DATA 2\nSCALARS g%20Kr float\nLOOKUP_TABLE default\n1 4\nPOINT_DATA 8\nSCALARS I%4BR%20scale "  \
       "float\nLOOKUP_TABLE default\n0 1 2 3 4 5 6 7\n"

static void fields_are_named_without_escapes(void **state) {
  (void)state;
  static const double want[] = {0, 1, 2, 3, 4, 5, 6, 7};
  read_field(FIELDS, "IKR scale", 8, want);
  double values[8];
  ASSERT_REFUSED(
      iso_vtk_read_node_data(MPI_COMM_WORLD, scratch_text("way.vtk", FIELDS), "x", 8, values, &err),
      "has no point data 'x'; there are: IKR scale; of cells: g Kr");
}

static void a_field_of_cells_is_the_mean_around_each_node(void **state) {
  (void)state;
  static const double want[] = {1, 1, 1, 4, 1, 4, 4, 4};
  read_field(FIELDS, "g Kr", 8, want);
  /* Three tetrahedra around node 0 and a triangle of the surface, which is not counted; node 7 has none. The
   * means are those of the values in the order of cells, to the last bit. */
  const double at_0 = (0.1 + 0.2 + 0.7) / 3, at_1 = (0.1 + 0.7) / 2, at_2 = (0.1 + 0.2) / 2;
  const double mean[] = {at_0, at_1, at_2, 0.2, (0.1 + 0.2 + 0.7) / 3, 0.7, -1, -1};
  read_field(HEAD POINTS8
             "CELLS 4 19\n4 0 1 2 4\n3 0 1 2\n4 0 2 3 4\n4 0 1 5 4\nCELL_TYPES 4\n10 5 10 10\nCELL_DATA 4\n"
             "SCALARS g double\nLOOKUP_TABLE default\n0.1 100 0.2 0.7\n",
             "g", 8, mean);
}

/* VTK's writer can put several steps into a file; later ones have other values here. */
static void the_first_of_several_time_steps_is_read(void **state) {
  (void)state;
  static const char text[] =
      "<VTKFile type=\"UnstructuredGrid\"><UnstructuredGrid TimeValues=\"0 1\">"
      "<Piece NumberOfPoints=\"4\" NumberOfCells=\"1\"><CellData>"
      "<DataArray type=\"Int32\" Name=\"tag\" TimeStep=\"0\" format=\"ascii\">7</DataArray>"
      "<DataArray type=\"Int32\" Name=\"tag\" TimeStep=\"1\" "
      "format=\"ascii\">9</DataArray></CellData><Points>"
      "<DataArray type=\"Float32\" NumberOfComponents=\"3\" TimeStep=\"0\" format=\"ascii\">"
      "0 0 0 1 0 0 0 1 0 0 0 1</DataArray>"
      "<DataArray type=\"Float32\" NumberOfComponents=\"3\" TimeStep=\"1\" format=\"ascii\">"
      "0 0 0 2 0 0 0 2 0 0 0 2</DataArray></Points><Cells>"
      "<DataArray type=\"Int32\" Name=\"connectivity\" TimeStep=\"0 1\" format=\"ascii\">0 1 2 3</DataArray>"
      "<DataArray type=\"Int32\" Name=\"offsets\" TimeStep=\"0 1\" format=\"ascii\">4</DataArray>"
      "<DataArray type=\"UInt8\" Name=\"types\" TimeStep=\"0 1\" format=\"ascii\">10</DataArray></Cells>"
      "</Piece></UnstructuredGrid></VTKFile>";
  static const element first[1] = {{{0, 1, 2, 3}, 7}};
  iso_slice slice;
  iso_notes notes = {0};
  ASSERT_OK(read_as(text, (iso_read_options){.format = "vtu"}, &slice, &notes));
  expect_elements(&slice, 1, first);
  for (int64_t i = 0; i < slice.nnode; i++)
    if (slice.first_node + i == 1) assert_true(slice.xyz[i][0] == 1);
  assert_true(is_noted(&notes, "2 arrays of later time steps were passed over: the first step is read"));
  iso_slice_free(&slice);
  iso_notes_free(&notes);
}

static void remove_files(void **state) {
  (void)state;
  scratch_remove();
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(sections_come_in_any_order),
    cmocka_unit_test(surfaces_are_numbered_by_kind),
    cmocka_unit_test(white_space_separates_words_and_nothing_else),
    cmocka_unit_test(words_of_binary_files_may_be_apart_too),
    cmocka_unit_test(real_data_are_no_tags),
    cmocka_unit_test(tags_are_found_under_names_of_other_programs),
    cmocka_unit_test(a_key_names_the_arrays),
    cmocka_unit_test(fibres_asked_for_may_be_on_points),
    cmocka_unit_test(cells_of_many_nodes_become_lines_and_triangles),
    cmocka_unit_test(hexahedra_beside_wedges_are_split_too),
    cmocka_unit_test(fields_are_named_without_escapes),
    cmocka_unit_test(a_field_of_cells_is_the_mean_around_each_node),
    cmocka_unit_test(the_first_of_several_time_steps_is_read),
    cmocka_unit_test(remove_files),
};

RUN_ON_ALL_RANKS(tests)

/* VTK's XML beyond one grid: the pieces of a parallel program, surfaces, and names with references. */
#include "read_sample.h"

static iso_error err;

static iso_status read_as(const char *name, iso_read_options options, iso_slice *slice, iso_notes *notes) {
  options.path = scratch_path(name);
  options.notes = notes;
  err = (iso_error){0};
  return iso_slice_read(MPI_COMM_WORLD, &options, slice, &err);
}

#define GRID(pieces)                                                                                         \
  "<VTKFile type=\"UnstructuredGrid\"><UnstructuredGrid>" pieces "</UnstructuredGrid></VTKFile>"
#define ARRAY(type, name, values)                                                                            \
  "<DataArray type=\"" type "\" Name=\"" name "\" format=\"ascii\">" values "</DataArray>"
#define POINTS(values)                                                                                       \
  "<Points><DataArray type=\"Float64\" NumberOfComponents=\"3\" format=\"ascii\">" values                    \
  "</DataArray></Points>"
#define CELLS(nodes, ends, types)                                                                            \
  "<Cells>" ARRAY("Int32", "connectivity", nodes) ARRAY("Int32", "offsets", ends)                            \
      ARRAY("UInt8", "types", types) "</Cells>"
#define PIECES(list)                                                                                         \
  "<VTKFile type=\"PUnstructuredGrid\"><PUnstructuredGrid GhostLevel=\"1\">\n<PCellData><PDataArray "        \
  "type=\"Int32\" Name=\"tag\"/></PCellData>\n" list "</PUnstructuredGrid></VTKFile>"

/* Two tetrahedra and a copy of one of the other piece's; one of its own. */
static const char first[] =
    GRID("<Piece NumberOfPoints=\"5\" NumberOfCells=\"3\"><CellData>" ARRAY("Int32", "tag", "4 9 5")
             ARRAY("UInt8", "vtkGhostType", "0 1 2") "</CellData>" POINTS("0 0 0 1 0 0 0 1 0 0 0 1 1 1 1")
                 CELLS("0 1 2 3 1 2 3 4 0 1 2 4", "4 8 12", "10 10 10") "</Piece>"),
                  second[] = GRID(
                      "<Piece NumberOfPoints=\"4\" NumberOfCells=\"1\"><CellData>" ARRAY("Int32", "tag", "6")
                          ARRAY("UInt8", "vtkGhostType", "0") "</CellData>" POINTS("1 0 0 0 1 0 0 0 1 2 2 2")
                              CELLS("0 1 2 3", "4", "10") "</Piece>"),
                  empty[] = GRID("<Piece NumberOfPoints=\"0\" NumberOfCells=\"0\"></Piece>");

static void pieces_are_read_without_ghosts(void **state) {
  (void)state;
  static const iso_gid want[3][4] = {{0, 1, 2, 3}, {0, 1, 2, 4}, {5, 6, 7, 8}};
  char absolute[600], here[200];
  scratch_text("one.vtu", first);
  scratch_text("two & more.vtu", second);
  scratch_text("none.vtu", empty);
  assert_non_null(getcwd(here, sizeof here));
  for (int from_root = 0; from_root < 2; from_root++) {
    iso_slice slice;
    iso_notes notes = {0};
    snprintf(absolute, sizeof absolute,
             PIECES("<Piece Source=\"%s%s%s\"/>\n<Piece Source=\"none.vtu\"/>\n<Piece Source=\"two &amp; "
                    "more.vtu\"/>"),
             from_root ? here : "", from_root ? "/" : "", from_root ? scratch_path("one.vtu") : "one.vtu");
    scratch_text("all.pvtu", absolute);
    ASSERT_OK(read_as("all.pvtu", (iso_read_options){0}, &slice, &notes));
    assert_int_equal(slice.nnodes, 9);
    assert_int_equal(slice.nelems, 3);
    for (int64_t e = 0; e < slice.nelem; e++) {
      assert_memory_equal(slice.conn + 4 * e, want[slice.first_elem + e], sizeof want[0]);
      assert_int_equal(slice.tag[e], 4 + slice.first_elem + e);
    }
    for (int64_t i = 0; i < slice.nnode; i++)
      if (slice.first_node + i == 8) assert_true(slice.xyz[i][0] == 2);
    assert_true(is_noted(&notes, "1 cells are ghosts"));
    iso_slice_free(&slice);
    iso_notes_free(&notes);
  }
}

static void pieces_that_are_missing_or_no_grids_are_named(void **state) {
  (void)state;
  iso_slice slice;
  scratch_text("one.vtu", first);
  scratch_text("all.pvtu", PIECES("<Piece Source=\"one.vtu\"/>\n<Piece Source=\"gone.vtu\"/>\n"));
  ASSERT_REFUSED(read_as("all.pvtu", (iso_read_options){0}, &slice, NULL),
                 "all.pvtu:4: a piece cannot be read: ");
  assert_non_null(strstr(err.message, "gone.vtu cannot be opened: No such file"));
  scratch_text("all.pvtu", PIECES("<Piece Source=\"all.pvtu\"/>\n"));
  ASSERT_REFUSED(read_as("all.pvtu", (iso_read_options){0}, &slice, NULL),
                 "the file's type is not UnstructuredGrid;");
  scratch_text("all.pvtu", PIECES("<Piece/>\n"));
  ASSERT_REFUSED(read_as("all.pvtu", (iso_read_options){0}, &slice, NULL),
                 "all.pvtu:3: <Piece> needs Source");
  scratch_text("all.pvtu", PIECES(""));
  ASSERT_REFUSED(read_as("all.pvtu", (iso_read_options){0}, &slice, NULL),
                 "the file has no points or no cells");
}

static void surfaces_are_read(void **state) {
  (void)state;
  /* Tags by vertices, lines, polygons and strips, in which order VTK has the data, whatever its sections'. */
  static const struct {
    int tag, nodes;
    iso_gid sum;
  } want[] = {{2, 2, 1}, {2, 2, 3}, {3, 3, 4}, {4, 3, 3}, {4, 3, 6}};
  iso_slice slice;
  iso_notes notes = {0};
  scratch_text("surface.vtp",
               "<VTKFile type=\"PolyData\"><PolyData><Piece NumberOfPoints=\"4\" NumberOfVerts=\"1\" "
               "NumberOfLines=\"1\" "
               "NumberOfStrips=\"1\" NumberOfPolys=\"1\"><CellData>" ARRAY(
                   "Int32", "tag",
                   "1 2 3 4") "</CellData>" POINTS("0 0 0 1 0 0 0 1 0 1 1 0") "<Polys>" ARRAY("Int32",
                                                                                              "connectivity",
                                                                                              "0 1 3")
                   ARRAY("Int32", "offsets",
                         "3") "</Polys>"
                              "<Strips>" ARRAY("Int32", "connectivity", "0 1 2 3")
                                  ARRAY("Int32", "offsets",
                                        "4") "</Strips>"
                                             "<Lines>" ARRAY("Int32", "connectivity", "0 1 2")
                                                 ARRAY("Int32", "offsets",
                                                       "3") "</Lines>"
                                                            "<Verts>" ARRAY("Int32", "connectivity", "3")
                                                                ARRAY("Int32", "offsets",
                                                                      "1") "</Verts>"
                                                                           "</Piece></PolyData></VTKFile>");
  ASSERT_OK(read_as("surface.vtp", (iso_read_options){0}, &slice, &notes));
  assert_int_equal(slice.nelems, 5);
  for (int64_t e = 0; e < slice.nelem; e++) {
    iso_gid sum = 0;
    const int w = (int)(slice.first_elem + e);
    assert_int_equal(iso_shape_nodes(slice.shape[e]), want[w].nodes);
    for (int i = 0; i < want[w].nodes; i++) sum += slice.conn[3 * e + i];
    assert_int_equal(sum, want[w].sum);
    assert_int_equal(slice.tag[e], want[w].tag);
  }
  assert_true(is_noted(&notes, "1 cells that are only points were left out"));
  iso_slice_free(&slice);
  iso_notes_free(&notes);
  scratch_text("surface.vtp",
               "<VTKFile type=\"PolyData\"><PolyData><Piece NumberOfPoints=\"3\" NumberOfPolys=\"1\">" POINTS(
                   "0 0 0 1 0 0 0 1 0") "</Piece></PolyData></VTKFile>");
  ASSERT_REFUSED(read_as("surface.vtp", (iso_read_options){0}, &slice, NULL),
                 "the piece's <Polys> must hold 'connectivity' and 'offsets'");
}

static void names_have_references_to_characters(void **state) {
  (void)state;
  iso_slice slice;
  scratch_text("names.vtu", GRID("<Piece NumberOfPoints=\"4\" NumberOfCells=\"1\"><CellData>" ARRAY(
                                "Int32", "a &lt; b &#38; &#x63; &quot;c&quot; &no;",
                                "7") "</CellData>" POINTS("0 0 0 1 0 0 0 1 0 0 0 1")
                                     CELLS("0 1 2 3", "4", "10") "</Piece>"));
  ASSERT_OK(read_as("names.vtu", (iso_read_options){.tag_array = "a < b & c \"c\" &no;"}, &slice, NULL));
  if (slice.nelem > 0) assert_int_equal(slice.tag[0], 7);
  iso_slice_free(&slice);
}

static void remove_files(void **state) {
  (void)state;
  scratch_remove();
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(pieces_are_read_without_ghosts),
    cmocka_unit_test(pieces_that_are_missing_or_no_grids_are_named),
    cmocka_unit_test(surfaces_are_read),
    cmocka_unit_test(names_have_references_to_characters),
    cmocka_unit_test(remove_files),
};

RUN_ON_ALL_RANKS(tests)

/* Legacy VTK: versions, ASCII and binary, both layouts of cells, surfaces, and malformed files. */
#include "read_sample.h"

static iso_error err;

/* ---- writing ---- */

typedef struct {
  FILE *stream;
  char *bytes;
  size_t size;
  bool binary;
} writer;

static void begin(writer *w, const char *version, bool binary, const char *dataset) {
  *w = (writer){.binary = binary};
  w->stream = open_memstream(&w->bytes, &w->size);
  assert_non_null(w->stream);
  fprintf(w->stream, "# vtk DataFile Version %s\nsample\n%s\nDATASET %s\n", version,
          binary ? "BINARY" : "ASCII", dataset);
}

static void put_value(writer *w, double value, const char *type) {
  unsigned char b[8];
  union {
    float f;
    double d;
    int32_t i;
    int64_t l;
    uint32_t word;
    uint64_t longword;
  } u;
  if (!w->binary) {
    fprintf(w->stream, "%.17g ", value);
    return;
  }
  int width = strcmp(type, "double") == 0 || strcmp(type, "vtktypeint64") == 0 ? 8 : 4;
  u.longword = 0;
  if (strcmp(type, "double") == 0) u.d = value;
  if (strcmp(type, "float") == 0) u.f = (float)value;
  if (strcmp(type, "int") == 0) u.i = (int32_t)value;
  if (strcmp(type, "vtktypeint64") == 0) u.l = (int64_t)value;
  for (int k = 0; k < width; k++)
    b[k] = (unsigned char)(width == 8 ? u.longword >> (56 - 8 * k) : u.word >> (24 - 8 * k));
  fwrite(b, 1, (size_t)width, w->stream);
}

static void put_vectors(writer *w, int n, const double (*v)[3], const char *type) {
  for (int i = 0; i < n; i++) {
    for (int k = 0; k < 3; k++) put_value(w, v[i][k], type);
    if (!w->binary && i % 3 == 2) fputc('\n', w->stream);
  }
  fputc('\n', w->stream);
}

static const int vtk_type[] = {3, 5, 10, 12};

static void put_classic(writer *w, const sample *s) {
  int size = 0;
  for (int e = 0; e < SAMPLE_ELEMS; e++) size += 1 + iso_shape_nodes(s->shape[e]);
  fprintf(w->stream, "CELLS %d %d\n", SAMPLE_ELEMS, size);
  for (int e = 0; e < SAMPLE_ELEMS; e++) {
    put_value(w, iso_shape_nodes(s->shape[e]), "int");
    for (int i = 0; i < iso_shape_nodes(s->shape[e]); i++) put_value(w, (double)s->node[e][i], "int");
    if (!w->binary) fputc('\n', w->stream);
  }
  fputc('\n', w->stream);
}

static void put_split(writer *w, const sample *s) {
  int size = 0;
  for (int e = 0; e < SAMPLE_ELEMS; e++) size += iso_shape_nodes(s->shape[e]);
  fprintf(w->stream, "CELLS %d %d\nOFFSETS vtktypeint64\n", SAMPLE_ELEMS + 1, size);
  for (int e = 0, end = 0; e <= SAMPLE_ELEMS; e++) {
    put_value(w, end, "vtktypeint64");
    if (e < SAMPLE_ELEMS) end += iso_shape_nodes(s->shape[e]);
  }
  fprintf(w->stream, "\nCONNECTIVITY vtktypeint64\n");
  for (int e = 0; e < SAMPLE_ELEMS; e++)
    for (int i = 0; i < iso_shape_nodes(s->shape[e]); i++)
      put_value(w, (double)s->node[e][i], "vtktypeint64");
  fputc('\n', w->stream);
}

static const char names_metadata[] =
    "METADATA\nCOMPONENT_NAMES\nalong\n\n\nINFORMATION 1\nNAME UNITS LOCATION vtkDataArray\nDATA x\n\n";
static const char metadata[] =
    "METADATA\nINFORMATION 1\nNAME L2_NORM_RANGE LOCATION vtkDataArray\nDATA 2 0 POINTS\n\n";

/* All that a file can hold besides the mesh, so that what is not wanted is passed by correctly. */
static void put_data(writer *w, const sample *s, const char *tag, const char *fibre) {
  fprintf(w->stream, "CELL_DATA %d\nSCALARS volume float\nLOOKUP_TABLE default\n", SAMPLE_ELEMS);
  for (int e = 0; e < SAMPLE_ELEMS; e++) put_value(w, e, "float");
  fprintf(w->stream, "\nSCALARS %s int 1\nLOOKUP_TABLE default\n", tag);
  for (int e = 0; e < SAMPLE_ELEMS; e++) put_value(w, s->tag[e], "int");
  fprintf(w->stream, "\n%sVECTORS %s double\n", metadata, fibre);
  put_vectors(w, SAMPLE_ELEMS, s->raw_fibre, "double");
  fputs(names_metadata, w->stream);
  fprintf(w->stream, "FIELD FieldData 3\nsheet 3 %d double\n", SAMPLE_ELEMS);
  put_vectors(w, SAMPLE_ELEMS, s->raw_sheet, "double");
  fprintf(w->stream, "%sother 2 3 int\n", metadata);
  for (int i = 0; i < 6; i++) put_value(w, i, "int");
  fprintf(w->stream, "\nwords 1 2 string\n%s\n",
          w->binary ? "\xc3"
                      "abc"
                      "\x80\x02"
                      "de"
                    : "a%20b\n");
  fprintf(w->stream, "\nPOINT_DATA %d\nNORMALS normals float\n", SAMPLE_NODES);
  put_vectors(w, SAMPLE_NODES, s->xyz, "float");
  fprintf(w->stream, "VECTORS fiber float\n");
  put_vectors(w, SAMPLE_NODES, s->node_fibre, "float");
}

static const char *end(writer *w, const char *name) {
  fclose(w->stream);
  const char *path = scratch_path(name);
  scratch_write(path, w->bytes, w->size);
  free(w->bytes);
  return path;
}

static const char *write_grid(const sample *s, const char *version, bool binary, const char *points,
                              bool data) {
  writer w;
  begin(&w, version, binary, "UNSTRUCTURED_GRID");
  fprintf(w.stream, "POINTS %d %s\n", SAMPLE_NODES, points);
  put_vectors(&w, SAMPLE_NODES, s->xyz, points);
  if (strcmp(version, "5.1") == 0) {
    fputs(metadata, w.stream);
    put_split(&w, s);
  } else {
    put_classic(&w, s);
  }
  fprintf(w.stream, "CELL_TYPES %d\n", SAMPLE_ELEMS);
  for (int e = 0; e < SAMPLE_ELEMS; e++) put_value(&w, vtk_type[s->shape[e]], "int");
  fputc('\n', w.stream);
  if (data) put_data(&w, s, "region", "fibers");
  return end(&w, "grid.vtk");
}

static void every_version_and_encoding_reads_the_same(void **state) {
  (void)state;
  static const char *const versions[] = {"3.0", "4.2", "5.1"};
  for (int v = 0; v < 3; v++)
    for (int binary = 0; binary < 2; binary++)
      for (int only = -1; only < ISO_NSHAPES; only++) {
        sample s;
        sample_make(&s, only);
        expected what = {.mm = 1, .tags = true, .fibres = true, .sheets = true, .node_fibres = true};
        sample_read_and_check(&s, write_grid(&s, versions[v], binary, "float", true), NULL, what);
        sample_read_and_check(&s, write_grid(&s, versions[v], binary, "double", false), "um",
                              (expected){.mm = 1e-3});
      }
}

static void a_surface_reads_as_triangles(void **state) {
  (void)state;
  for (int binary = 0; binary < 2; binary++) {
    sample s;
    writer w;
    sample_make(&s, ISO_TRIANGLE);
    for (int e = 0; e < 9; e++) s.shape[e] = ISO_LINE;
    begin(&w, "3.0", binary, "POLYDATA");
    fprintf(w.stream, "POINTS %d float\n", SAMPLE_NODES);
    put_vectors(&w, SAMPLE_NODES, s.xyz, "float");
    fprintf(w.stream, "LINES 9 27\n");
    for (int e = 0; e < 9; e++) {
      put_value(&w, 2, "int");
      for (int i = 0; i < 2; i++) put_value(&w, (double)s.node[e][i], "int");
    }
    fprintf(w.stream, "\nPOLYGONS %d %d\n", SAMPLE_ELEMS - 9, 4 * (SAMPLE_ELEMS - 9));
    for (int e = 9; e < SAMPLE_ELEMS; e++) {
      put_value(&w, 3, "int");
      for (int i = 0; i < 3; i++) put_value(&w, (double)s.node[e][i], "int");
    }
    fputc('\n', w.stream);
    put_data(&w, &s, "elemTag", "f0");
    expected what = {.mm = 1, .tags = true, .fibres = true, .sheets = true, .node_fibres = true};
    sample_read_and_check(&s, end(&w, "surface.vtk"), NULL, what);
  }
}

#define HEAD "# vtk DataFile Version 3.0\ntest\nASCII\nDATASET UNSTRUCTURED_GRID\n"
#define POINTS8 "POINTS 8 float\n0 0 0 1 0 0 0 1 0 1 1 0\n0 0 1 1 0 1 0 1 1 1 1 1\n"

static void read_text(const char *content, iso_slice *slice, iso_notes *notes) {
  iso_read_options options = {.path = scratch_text("text.vtk", content), .notes = notes};
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, slice, &err));
}

static void a_voxel_becomes_a_hexahedron_and_vertices_are_left_out(void **state) {
  (void)state;
  iso_slice slice;
  iso_notes notes = {0};
  read_text(HEAD POINTS8 "CELLS 3 16\n1 5\n8 0 1 2 3 4 5 6 7\n4 0 1 3 5\nCELL_TYPES 3\n1 11 10\n"
                         "CELL_DATA 3\nSCALARS tag int\n7 8 9\n",
            &slice, &notes);
  static const iso_gid want[2][8] = {{0, 1, 3, 2, 4, 5, 7, 6}, {0, 1, 3, 5, -1, -1, -1, -1}};
  assert_int_equal(slice.nelems, 2);
  for (int64_t e = 0; e < slice.nelem; e++) {
    assert_memory_equal(slice.conn + 8 * e, want[slice.first_elem + e], sizeof want[0]);
    assert_int_equal(slice.tag[e], 8 + slice.first_elem + e);
  }
  assert_int_equal(notes.count, 2);
  assert_non_null(strstr(notes.text[0], "region tags are read from 'tag'"));
  assert_non_null(strstr(notes.text[1], "1 cells that are only points"));
  iso_slice_free(&slice);
  iso_notes_free(&notes);
}

static void the_format_is_found_by_content(void **state) {
  (void)state;
  sample s;
  char path[200];
  sample_make(&s, -1);
  snprintf(path, sizeof path, "%s", write_grid(&s, "5.1", true, "float", false));
  char renamed[200];
  snprintf(renamed, sizeof renamed, "%s", scratch_path("grid.mesh"));
  if (world_rank() == 0) assert_int_equal(rename(path, renamed), 0);
  MPI_Barrier(MPI_COMM_WORLD);
  sample_read_and_check(&s, renamed, NULL, (expected){.mm = 1});
}

/* ---- what is refused ---- */

#define TET "CELLS 1 5\n4 0 1 2 4\nCELL_TYPES 1\n10\n"

static const struct {
  const char *content, *says;
} bad[] = {
    {"", "bad.vtk is empty"},
    {"solid cube\n", "bad.vtk:1: the first line must be '# vtk DataFile"},
    {"\x7f"
     "ELF\x01\xff\xfe",
     "bad.vtk:1: the first line must be '# vtk DataFile"},
    {"# vtk DataFile Version 9.0\n\nASCII\n", "bad.vtk:1: version 9.0 is not known"},
    {"# vtk DataFile Version 3.0\n\nEBCDIC\n", "bad.vtk:3: the third line must be ASCII or BINARY"},
    {"# vtk DataFile Version 3.0\n\nASCII\nDATASET STRUCTURED_GRID\n",
     "bad.vtk:4: data set 'STRUCTURED_GRID'"},
    {HEAD, "the file has no POINTS"},
    {HEAD "POINTS 8 float\n0 0 0 1 0 0\n", "in 'POINTS': there are too few numbers"},
    {HEAD "POINTS 99999999999 float\n0 0 0 1 0 0\n", "bad.vtk:5: 'POINTS' should have 99999999999 entries"},
    {HEAD "POINTS -1 float\n", "bad.vtk:5: POINTS needs a count"},
    {HEAD "POINTS 8 string\n", "bad.vtk:5: 'POINTS' has no type that can be read"},
    {HEAD "POINTS 1 float\n0 0 0 0\n" TET, "bad.vtk:6: '0' is not a keyword expected here"},
    {HEAD "POINTS 2 float\n0 0 0\n0 x 0\nCELLS 1 3\n2 0 1\nCELL_TYPES 1\n3\n",
     "bad.vtk:7: in 'POINTS': 'x' is not a number"},
    {HEAD "POINTS 2 float\n0 0 0\n0 nan 0\nCELLS 1 3\n2 0 1\nCELL_TYPES 1\n3\n",
     "in 'POINTS': a coordinate of point 1 is not a finite number"},
    {HEAD POINTS8, "the file has no cells"},
    {HEAD POINTS8 "CELLS 1 5\n4 0 1 2 4\n", "the file has no CELL_TYPES"},
    {HEAD POINTS8 "CELLS 1 5\n4 0 1 2 4\nCELL_TYPES 2\n10 10\n", "there are 2 cell types for 1 cells"},
    {HEAD POINTS8 "CELLS 1 5\n4 0 1 2 8\nCELL_TYPES 1\n10\n",
     "bad.vtk:9: in 'CELLS': cell 0 has node 8, which does not exist; nodes are 0 to 7"},
    {HEAD POINTS8 "CELLS 2 10\n4 0 1 2 8\n4 0 1 2 4\nCELL_TYPES 2\n10\n10\n",
     "bad.vtk:9: in 'CELLS': cell 0"},
    {HEAD POINTS8 "CELLS 2 10\n4 0 1 2 4\n4 0 1 2 8\nCELL_TYPES 2\n10\n10\n",
     "bad.vtk:10: in 'CELLS': cell 1"},
    {HEAD POINTS8 "CELLS 2 10\n4 0 1 2 4\n4 0 1 2 3\nCELL_TYPES 2\n42\n10\n",
     "bad.vtk: in 'CELL_TYPES': cell 0 is of VTK type 42"},
    {HEAD POINTS8 "CELLS 1 5\n4 0 1 -2 3\nCELL_TYPES 1\n10\n", "cell 0 has node -2, which does not exist"},
    {HEAD POINTS8 "CELLS 1 5\n4 0 1 2 4\nCELL_TYPES 1\n5\n", "cell 0 is of VTK type 5 with 4 nodes"},
    {HEAD POINTS8 "CELLS 1 6\n5 0 1 2 3 4\nCELL_TYPES 1\n13\n", "cell 0 is of VTK type 13 with 5 nodes"},
    {HEAD POINTS8 "CELLS 1 5\n4 0 1 2 4\nCELL_TYPES 1\n167772160\n",
     "cell 0 is of VTK type 167772160, which is 10 with its bytes the other way round"},
    {HEAD POINTS8 "CELLS 1 5\n4 0 1 2 4\nCELL_TYPES 1\n42\n", "cell 0 is of VTK type 42 with 4 nodes"},
    {HEAD POINTS8 "CELLS 1 6\n5 0 1 2 8 4\nCELL_TYPES 1\n4\n", "cell 0 has node 8, which does not exist"},
    {HEAD POINTS8 TET "CELL_TYPES 1\n10\n", "CELL_TYPES comes twice"},
    {HEAD POINTS8 TET "CELLS 1 5\n4 0 1 2 4\n", "CELLS comes twice"},
    {HEAD POINTS8 TET "CELL_DATA 1\nSCALARS tag int 10\n1\n", "SCALARS may have 1 to 4 components"},
    {HEAD POINTS8 TET "CELL_DATA 1\nFIELD f 1\n", "the file ends within a FIELD"},
    {"# vtk DataFile Version 3.0\n\nASCII\nDATASET POLYDATA\n" POINTS8 "LINES 1 3\n2 0 1\nLINES 1 3\n2 0 1\n",
     "LINES comes twice"},
    {HEAD POINTS8 "CELLS 2 6\n4 0 1 2 4 4\nCELL_TYPES 2\n10 10\n", "in 'CELLS': there are too few numbers"},
    {HEAD POINTS8 "CELLS 1 5\n-4 0 1 2 4\nCELL_TYPES 1\n10\n", "a cell with -4 nodes"},
    {HEAD POINTS8 "CELLS 1 2\n1 0\nCELL_TYPES 1\n1\n", "holds points but no elements"},
    {HEAD POINTS8 TET "CELL_DATA 2\n", "bad.vtk:12: CELL_DATA is for 2 entries, but the mesh has 1"},
    {HEAD POINTS8 TET "CELL_DATA 1\nSCALARS tag int\n99999999999\n",
     "tag 99999999999 of cell 0 does not fit"},
    {HEAD POINTS8 TET "CELL_DATA 1\nVECTORS f0 float\n1 0\n", "in 'f0': there are too few numbers"},
    {HEAD POINTS8 "POINTS 1 float\n0 0 0\n", "POINTS comes twice"},
    {"# vtk DataFile Version 5.1\n\nASCII\nDATASET UNSTRUCTURED_GRID\n" POINTS8
     "CELLS 2 4\nOFFSETS vtktypeint64\n0 5\nCONNECTIVITY vtktypeint64\n0 1 2 4\nCELL_TYPES 1\n4\n",
     "in 'CONNECTIVITY': there are too few numbers"},
    {"# vtk DataFile Version 5.1\n\nASCII\nDATASET UNSTRUCTURED_GRID\n" POINTS8
     "CELLS 3 8\nOFFSETS vtktypeint64\n0 8 4\nCONNECTIVITY vtktypeint64\n0 1 2 4 0 1 2 5\nCELL_TYPES 2\n12 "
     "10\n",
     "in 'OFFSETS': the offset of cell 1"},
    {"# vtk DataFile Version 3.0\n\nBINARY\nDATASET UNSTRUCTURED_GRID\nPOINTS 8 double\n01234567",
     "'POINTS' should hold 24 values of 8 bytes, but the file ends before"},
};

static void bad_files_are_refused(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    iso_slice slice;
    iso_read_options options = {.path = scratch_text("bad.vtk", bad[i].content)};
    ASSERT_REFUSED(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err), bad[i].says);
    assert_null(slice.xyz);
  }
}

/* Cut anywhere: either what is left still holds the mesh, or it is refused; never a crash or a hang. */
static void files_cut_short_are_refused(void **state) {
  (void)state;
  sample s;
  sample_make(&s, -1);
  for (int binary = 0; binary < 2; binary++) {
    static char bytes[65536];
    int size = 0;
    const char *path = write_grid(&s, "5.1", binary, "double", false);
    if (world_rank() == 0) {
      FILE *file = fopen(path, "rb");
      size = (int)fread(bytes, 1, sizeof bytes, file);
      fclose(file);
    }
    MPI_Bcast(&size, 1, MPI_INT, 0, MPI_COMM_WORLD);
    for (int n = size - 8; n > 0; n -= 97) {
      iso_slice slice;
      scratch_write(path, bytes, (size_t)n);
      iso_read_options options = {.path = path};
      ASSERT_REFUSED(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err), "grid.vtk");
    }
  }
}

static void remove_files(void **state) {
  (void)state;
  scratch_remove();
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_version_and_encoding_reads_the_same),
    cmocka_unit_test(a_surface_reads_as_triangles),
    cmocka_unit_test(a_voxel_becomes_a_hexahedron_and_vertices_are_left_out),
    cmocka_unit_test(the_format_is_found_by_content),
    cmocka_unit_test(bad_files_are_refused),
    cmocka_unit_test(files_cut_short_are_refused),
    cmocka_unit_test(remove_files),
};

RUN_ON_ALL_RANKS(tests)

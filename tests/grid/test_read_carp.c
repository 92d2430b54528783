/* CARP meshes: every way to write one, and every way to get it wrong. */
#include "carp_sample.h"

#include "grid/format/write.h"
#include "grid/share/repair.h"

static iso_error err;

static void every_way_to_write_it_reads_the_same(void **state) {
  (void)state;
  static const carp_style styles[] = {{.lon_header = true, .sheets = true, .tags = true},
                                      {.lon_header = true, .tags = true},
                                      {.sheets = true, .tags = true, .crlf = true},
                                      {.tags = false, .blank_lines = true},
                                      {.lon_header = true, .sheets = true, .tags = true, .compressed = true},
                                      {.tags = true, .compressed = true, .blank_lines = true}};
  for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
    for (int only = -1; only < ISO_NSHAPES; only++) {
      sample s;
      char base[32];
      sample_make(&s, only);
      snprintf(base, sizeof base, "styles%zu", i);
      carp_sample(&s, base, styles[i]);
      expected what = {.mm = 1e-3, .tags = styles[i].tags, .fibres = true, .sheets = styles[i].sheets};
      sample_read_and_check(&s, scratch_path(base), NULL, what);
    }
}

static void any_of_the_files_names_the_mesh(void **state) {
  (void)state;
  sample s;
  sample_make(&s, -1);
  carp_sample(&s, "named", (carp_style){.tags = true});
  expected what = {.mm = 1, .tags = true, .fibres = true};
  sample_read_and_check(&s, scratch_path("named.pts"), "mm", what);
  sample_read_and_check(&s, scratch_path("named.elem"), "mm", what);
  sample_read_and_check(&s, scratch_path("named.lon"), "mm", what);
  what.mm = 10;
  sample_read_and_check(&s, scratch_path("named"), "cm", what);
}

/* um in the file are mm times 1000, which rounds twice on the way there and back: 2^-52 each. */
static void what_is_written_reads_the_same(void **state) {
  (void)state;
  sample s;
  iso_slice first, second;
  sample_make(&s, -1);
  carp_sample(&s, "there", (carp_style){.tags = true, .sheets = true});
  iso_read_options options = {.path = scratch_path("there")};
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &first, &err));
  ASSERT_OK(iso_slice_write_carp(MPI_COMM_WORLD, &first, scratch_path("back"), &err));
  options.path = scratch_path("back");
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &second, &err));
  for (int64_t i = 0; i < second.nnode; i++)
    for (int k = 0; k < 3; k++) {
      double want = s.xyz[second.first_node + i][k] / 1000;
      assert_true(fabs(second.xyz[i][k] - want) <= 0x1p-51 * fabs(want));
      second.xyz[i][k] = want;
    }
  sample_check(&s, &second, (expected){.mm = 1e-3, .tags = true, .fibres = true, .sheets = true});
  iso_slice_free(&first);
  iso_slice_free(&second);
}

static void the_vtu_that_is_written_reads_the_same(void **state) {
  (void)state;
  sample s;
  iso_slice slice;
  sample_make(&s, -1);
  carp_sample(&s, "convert", (carp_style){.tags = true, .sheets = true});
  iso_read_options options = {.path = scratch_path("convert")};
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err));
  ASSERT_OK(iso_slice_write_vtu(MPI_COMM_WORLD, &slice, scratch_path("convert.vtu"), &err));
  iso_slice_free(&slice);
  options.path = scratch_path("convert.vtu");
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err));
  sample_check(&s, &slice, (expected){.mm = 1e-3, .tags = true, .fibres = true, .sheets = true});
  iso_slice_free(&slice);
}

/* ---- what is mended ---- */

static void put(const char *base, const char *extension, const char *content) {
  char name[64];
  snprintf(name, sizeof name, "%s%s", base, extension);
  scratch_text(name, content);
}

#define GOOD_PTS "4\n0 0 0\n1000 0 0\n0 1000 0\n0 0 1000\n"
#define GOOD_ELEM "2\nTt 0 1 2 3 7\nTr 0 1 2\n"

static void mended_frames_are_noted(void **state) {
  (void)state;
  iso_slice slice;
  iso_notes notes = {0};
  put("mend", ".pts", GOOD_PTS);
  put("mend", ".elem", "5\nTt 0 1 2 3\nTt 0 1 2 3\nTt 0 1 2 3\nTt 0 1 2 3\nTt 0 1 2 3\n");
  put("mend", ".lon", "0 0 0 1 0 0\nnan 0 0 1 0 0\n0 0 2 0 0 3\n0 0 2 0 0 0\n0 3 0 1 9 0\n");
  iso_read_options options = {.path = scratch_path("mend"), .notes = &notes};
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err));
  static const float fibre[5][3] = {{0}, {0}, {0, 0, 1}, {0, 0, 1}, {0, 1, 0}};
  static const float sheet[5][3] = {{0}, {0}, {0}, {0}, {1, 0, 0}};
  for (int64_t e = 0; e < slice.nelem; e++)
    for (int k = 0; k < 3; k++) {
      /* Orthogonalising takes a difference of floats: twice their rounding, and the length's. */
      assert_true(fabsf(slice.fibre[e][k] - fibre[slice.first_elem + e][k]) < 1e-6f);
      assert_true(fabsf(slice.sheet[e][k] - sheet[slice.first_elem + e][k]) < 2e-6f);
    }
  assert_true(is_noted(&notes, "2 fibres"));
  assert_true(is_noted(&notes, "1 sheet vectors had zero length"));
  assert_true(is_noted(&notes, "1 sheet vectors were parallel"));
  assert_int_equal(notes.count, 3);
  iso_slice_free(&slice);
  iso_notes_free(&notes);
}

/* A missing .lon is not: it only matters where fibres do. */
static void an_odd_size_is_noted(void **state) {
  (void)state;
  iso_slice slice;
  iso_notes notes = {0};
  put("odd", ".pts", GOOD_PTS);
  put("odd", ".elem", GOOD_ELEM);
  iso_read_options options = {.path = scratch_path("odd"), .unit = "m", .notes = &notes};
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err));
  assert_null(slice.fibre);
  assert_true(is_noted(&notes, "across"));
  assert_int_equal(notes.count, 1);
  iso_slice_free(&slice);
  iso_notes_free(&notes);
}

/* ---- what is refused ---- */

/* A file that is there, of no format that is read; a CARP mesh beside a file of its common name is one. */
static void foreign_formats_are_named(void **state) {
  (void)state;
  iso_slice slice;
  put("foreign", ".inp", "*HEADING\n");
  char path[256];
  snprintf(path, sizeof path, "%s.inp", scratch_path("foreign"));
  iso_read_options options = {.path = path};
  ASSERT_REFUSED(
      iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err),
      "foreign.inp: it is not known what format this is: name it (mesh.format, --format), or convert the "
      "mesh to one of: carp, carp_binary, vtk, vtu");
  put("both", "", "notes about this mesh\n");
  put("both", ".pts", GOOD_PTS);
  put("both", ".elem", GOOD_ELEM);
  options.path = scratch_path("both");
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err));
  iso_slice_free(&slice);
}

/* The file is named where the mesh is mended, long after it was read. */
static void a_useless_element_names_its_file(void **state) {
  (void)state;
  iso_slice slice;
  put("flat", ".pts", "4\n0 0 0\n1000 0 0\n0 1000 0\n1000 1000 0\n");
  put("flat", ".elem", "1\nTt 0 1 2 3 1\n");
  iso_read_options options = {.path = scratch_path("flat")};
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err));
  ASSERT_REFUSED(iso_slice_repair(MPI_COMM_WORLD, &slice, NULL, &err),
                 "flat: element 0 (counted from 0; line 2 of a CARP .elem file) has no volume");
  iso_slice_free(&slice);
}

typedef struct {
  const char *pts, *elem, *lon, *says;
} bad;

static const bad bad_meshes[] = {
    {"", GOOD_ELEM, NULL, "bad.pts is empty"},
    {NULL, GOOD_ELEM, NULL, "bad.pts cannot be opened"},
    {GOOD_PTS, NULL, NULL, "bad.elem cannot be opened"},
    {"x\n", GOOD_ELEM, NULL, "bad.pts:1: the first line must be the number of nodes"},
    {"0 0 0\n1 0 0\n", GOOD_ELEM, NULL, "bad.pts:1: the first line must be the number of nodes"},
    {"-4\n", GOOD_ELEM, NULL, "bad.pts:1: the first line must be the number of nodes"},
    {"5\n0 0 0\n1 0 0\n0 1 0\n0 0 1\n", GOOD_ELEM, NULL, "announces 5 nodes, but 4 lines follow"},
    {"3\n0 0 0\n1 0 0\n0 1 0\n0 0 1\n", GOOD_ELEM, NULL, "announces 3 nodes, but 4 lines follow"},
    {"99999999999999\n0 0 0\n", GOOD_ELEM, NULL, "announces 99999999999999 nodes, but 1 lines follow"},
    {"4\n0 0 0\n1 0 0\n0 1 x\n0 0 1\n", GOOD_ELEM, NULL, "bad.pts:4: a node needs three"},
    {"4\n0 0 0\n1 0 0\n0 1\n0 0 1\n", GOOD_ELEM, NULL, "bad.pts:4: a node needs three"},
    {"4\n0 0 0\n1 0 0\n\n0 1 0 0\n0 0 1\n", GOOD_ELEM, NULL, "bad.pts:5: there is more on the line"},
    {"4\n0 0 0\n1 0 0\n0 1 0\n0 nan 1\n", GOOD_ELEM, NULL, "bad.pts:5: a coordinate is not a finite number"},
    {"4\n0 0 0\n1e999 0 0\n0 1 0\n0 0 1\n", GOOD_ELEM, NULL,
     "bad.pts:3: a coordinate is not a finite number"},
    {"\x7f"
     "ELF\x02\x01\n\xff\xfe\n",
     GOOD_ELEM, NULL, "bad.pts:1: the first line"},
    {GOOD_PTS, "2\nTt 0 1 2 4 7\nTr 0 1 2\n", NULL,
     "bad.elem:2: node 4 does not exist; the mesh has nodes 0 to 3"},
    {GOOD_PTS, "2\nTt 0 1 2 3 7\nTr 0 -1 2\n", NULL, "bad.elem:3: node -1 does not exist"},
    {GOOD_PTS, "2\nTt 0 1 2 3 7\nOc 0 1 2 3 0 1\n", NULL, "bad.elem:3: element type 'Oc' is not supported"},
    {GOOD_PTS, "2\nTt 0 1 2\nTr 0 1 2\n", NULL, "bad.elem:2: the element needs 4 node numbers"},
    {GOOD_PTS, "2\nTt 0 1 2 3 1.5\nTr 0 1 2\n", NULL, "bad.elem:2: the region tag"},
    {GOOD_PTS, "2\nTt 0 1 2 3 3000000000\nTr 0 1 2\n", NULL, "bad.elem:2: the region tag"},
    {GOOD_PTS, "2\nTt 0 1 2 3 7 8\nTr 0 1 2\n", NULL, "bad.elem:2: there is more on the line"},
    {GOOD_PTS, "3\nTt 0 1 2 3 7\nTr 0 1 2\n", NULL, "announces 3 elements, but 2 lines follow"},
    {GOOD_PTS, "0\n", NULL, "bad.elem:1: the first line must be the number of elements, above 0"},
    {GOOD_PTS, GOOD_ELEM, "1\n1 0 0\n", "1 lines of fibres for 2 elements"},
    {GOOD_PTS, GOOD_ELEM, "1 0 0\n1 0 0\n1 0 0\n", "3 lines of fibres for 2 elements"},
    {GOOD_PTS, GOOD_ELEM, "1\n1 0 0\n1 0\n", "bad.lon:3: 3 numbers are needed"},
    {GOOD_PTS, GOOD_ELEM, "1 0 0\n1 0 0 1\n", "bad.lon:2: there are more than 3 numbers"},
    {GOOD_PTS, GOOD_ELEM, "2\n1 0 0\n1 0 0\n", "bad.lon:2: 3 numbers on the first line of fibres"},
    {GOOD_PTS, GOOD_ELEM, "1 0\n1 0\n", "bad.lon:1: 2 numbers on the first line of fibres"},
    {GOOD_PTS, GOOD_ELEM, "1\n", "0 numbers on the first line of fibres"},
};

static void clear(const char *name) {
  const char *path = scratch_path(name);
  if (world_rank() == 0) unlink(path);
  MPI_Barrier(MPI_COMM_WORLD);
}

static void bad_meshes_are_refused_with_file_and_line(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof bad_meshes / sizeof *bad_meshes; i++) {
    const bad *b = &bad_meshes[i];
    iso_slice slice;
    clear("bad.pts");
    clear("bad.elem");
    clear("bad.lon");
    if (b->pts) put("bad", ".pts", b->pts);
    if (b->elem) put("bad", ".elem", b->elem);
    if (b->lon) put("bad", ".lon", b->lon);
    iso_read_options options = {.path = scratch_path("bad"), .format = "carp"};
    ASSERT_REFUSED(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err), b->says);
    assert_null(slice.xyz);
  }
}

/* The line number must be right wherever the ranks' shares of the file are cut. */
static void the_line_is_named_on_any_rank(void **state) {
  (void)state;
  for (int wrong = 0; wrong < SAMPLE_NODES; wrong += 5) {
    char says[64];
    iso_slice slice;
    char pts[10 * (SAMPLE_NODES + 1)];
    sprintf(pts, "%d\n", SAMPLE_NODES);
    for (int i = 0; i < SAMPLE_NODES; i++) strcat(pts, i == wrong ? "1 2 oops\n" : "1 2 3\n");
    put("wrong", ".pts", pts);
    snprintf(says, sizeof says, "wrong.pts:%d: ", wrong + 2);
    iso_read_options options = {.path = scratch_path("wrong.pts")};
    ASSERT_REFUSED(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err), says);
  }
}

static void damaged_compression_is_refused(void **state) {
  (void)state;
  sample s;
  iso_slice slice;
  unsigned char bytes[4096];
  size_t n = 0;
  sample_make(&s, -1);
  carp_sample(&s, "damaged", (carp_style){.compressed = true});
  const char *path = scratch_path("damaged.pts.gz");
  if (world_rank() == 0) {
    FILE *file = fopen(path, "rb");
    n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_true(n > 200);
  }
  scratch_write(path, bytes, n / 2);
  iso_read_options options = {.path = path};
  ASSERT_REFUSED(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err),
                 "gzip data are damaged or cut short");
}

static void wrong_options_are_refused(void **state) {
  (void)state;
  iso_slice slice;
  iso_read_options options = {.path = "x.pts", .unit = "inch"};
  ASSERT_REFUSED(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err), "unit 'inch' is unknown");
  options = (iso_read_options){.path = "x.pts", .format = "odd"};
  ASSERT_REFUSED(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err), "format 'odd' is unknown");
  options = (iso_read_options){.path = "."};
  ASSERT_REFUSED(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err), "is a folder");
}

static void writing_where_one_cannot_fails_on_all_ranks(void **state) {
  (void)state;
  sample s;
  iso_slice slice;
  sample_make(&s, -1);
  carp_sample(&s, "unwritable", (carp_style){.tags = true});
  iso_read_options options = {.path = scratch_path("unwritable")};
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err));
  const char *path = scratch_path("no/such/folder");
  err = (iso_error){0};
  assert_int_equal(iso_slice_write_carp(MPI_COMM_WORLD, &slice, path, &err), ISO_EFAIL);
  assert_non_null(strstr(err.message, "cannot be written"));
  err = (iso_error){0};
  assert_int_equal(iso_slice_write_vtu(MPI_COMM_WORLD, &slice, path, &err), ISO_EFAIL);
  assert_non_null(strstr(err.message, "cannot be written"));
  iso_slice_free(&slice);
}

/* ---- lists of nodes ---- */

static void node_lists_are_sorted_and_unique(void **state) {
  (void)state;
  static const char *const files[] = {"4\nintra\n7\n2\n7\n0\n", "4\nextra\n0\n2\n2\n7", "4\n7\n0\n\n2\n7\n"};
  for (int i = 0; i < 3; i++) {
    int64_t count;
    iso_gid *nodes;
    put("list", ".vtx", files[i]);
    ASSERT_OK(iso_vtx_read(MPI_COMM_WORLD, scratch_path("list.vtx"), 8, &count, &nodes, &err));
    assert_int_equal(count, 3);
    assert_int_equal(nodes[0], 0);
    assert_int_equal(nodes[1], 2);
    assert_int_equal(nodes[2], 7);
    free(nodes);
  }
}

static void bad_node_lists_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *content, *says;
  } bad_lists[] = {{"", "bad.vtx is empty"},
                   {"2\nintra\n1\n8\n", "bad.vtx:4: node 8 does not exist; the mesh has nodes 0 to 7"},
                   {"2\nintra\n-1\n3\n", "bad.vtx:3: node -1 does not exist"},
                   {"2\nboth\n1\n3\n", "bad.vtx:2: a line must hold one node number"},
                   {"intra\n1\n3\n", "bad.vtx:1: a line must hold one node number"},
                   {"2\n1\nintra\n3\n", "bad.vtx:3: a line must hold one node number"},
                   {"2\nintra\n1 2\n3\n", "bad.vtx:3: a line must hold one node number"},
                   {"3\nintra\n1\n2\n", "bad.vtx:4: the file announces 3 nodes but lists 2"}};
  for (size_t i = 0; i < sizeof bad_lists / sizeof *bad_lists; i++) {
    int64_t count;
    iso_gid *nodes;
    put("bad", ".vtx", bad_lists[i].content);
    ASSERT_REFUSED(iso_vtx_read(MPI_COMM_WORLD, scratch_path("bad.vtx"), 8, &count, &nodes, &err),
                   bad_lists[i].says);
  }
}

static void remove_files(void **state) {
  (void)state;
  scratch_remove();
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_way_to_write_it_reads_the_same),
    cmocka_unit_test(any_of_the_files_names_the_mesh),
    cmocka_unit_test(what_is_written_reads_the_same),
    cmocka_unit_test(the_vtu_that_is_written_reads_the_same),
    cmocka_unit_test(mended_frames_are_noted),
    cmocka_unit_test(an_odd_size_is_noted),
    cmocka_unit_test(foreign_formats_are_named),
    cmocka_unit_test(a_useless_element_names_its_file),
    cmocka_unit_test(bad_meshes_are_refused_with_file_and_line),
    cmocka_unit_test(the_line_is_named_on_any_rank),
    cmocka_unit_test(damaged_compression_is_refused),
    cmocka_unit_test(wrong_options_are_refused),
    cmocka_unit_test(writing_where_one_cannot_fails_on_all_ranks),
    cmocka_unit_test(node_lists_are_sorted_and_unique),
    cmocka_unit_test(bad_node_lists_are_refused),
    cmocka_unit_test(remove_files),
};

RUN_ON_ALL_RANKS(tests)

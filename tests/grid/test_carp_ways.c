/* What is written reads back the same, in every format with fibres; and binary CARP, good and malformed. */
#include "read_sample.h"

#include "grid/format/write.h"
#include "grid/geometry.h"

static iso_error err;

static iso_status read_mesh(const char *path, const char *format, iso_slice *slice, iso_notes *notes) {
  iso_read_options options = {.path = path, .format = format, .notes = notes};
  err = (iso_error){0};
  return iso_slice_read(MPI_COMM_WORLD, &options, slice, &err);
}

/* This rank's part of the sample, cut like a file's. */
static iso_slice slice_of(const sample *s) {
  const int rank = world_rank(), size = world_size();
  iso_slice slice = {.nnodes = SAMPLE_NODES, .nelems = SAMPLE_ELEMS, .width = ISO_MAX_NODES};
  slice.first_node = SAMPLE_NODES * rank / size;
  slice.nnode = SAMPLE_NODES * (rank + 1) / size - slice.first_node;
  slice.first_elem = SAMPLE_ELEMS * rank / size;
  slice.nelem = SAMPLE_ELEMS * (rank + 1) / size - slice.first_elem;
  slice.xyz = calloc((size_t)slice.nnode + 1, sizeof *slice.xyz);
  slice.shape = calloc((size_t)slice.nelem + 1, sizeof *slice.shape);
  slice.tag = calloc((size_t)slice.nelem + 1, sizeof *slice.tag);
  slice.conn = calloc((size_t)slice.nelem * ISO_MAX_NODES + 1, sizeof *slice.conn);
  slice.fibre = calloc((size_t)slice.nelem + 1, sizeof *slice.fibre);
  slice.sheet = calloc((size_t)slice.nelem + 1, sizeof *slice.sheet);
  memcpy(slice.xyz, s->xyz[slice.first_node], (size_t)slice.nnode * sizeof *slice.xyz);
  for (int64_t e = 0; e < slice.nelem; e++) {
    const int64_t g = slice.first_elem + e;
    slice.shape[e] = (uint8_t)s->shape[g];
    slice.tag[e] = s->tag[g];
    for (int i = 0; i < ISO_MAX_NODES; i++)
      slice.conn[e * ISO_MAX_NODES + i] = i < iso_shape_nodes(s->shape[g]) ? s->node[g][i] : -1;
    for (int k = 0; k < 3; k++) {
      slice.fibre[e][k] = (float)s->fibre[g][k];
      slice.sheet[e][k] = (float)s->sheet[g][k];
    }
  }
  return slice;
}

static void expect_same_file(const char *a, const char *b) {
  if (world_rank() != 0) return;
  FILE *first = fopen(a, "rb"), *second = fopen(b, "rb");
  assert_non_null(first);
  assert_non_null(second);
  for (int byte = 0; byte != EOF;) {
    byte = fgetc(first);
    assert_int_equal(byte, fgetc(second));
  }
  fclose(first);
  fclose(second);
}

static char *join(char *to, const char *name, const char *ending) {
  char file[64];
  snprintf(file, sizeof file, "%s%s", name, ending);
  return strcpy(to, scratch_path(file));
}

/* Written, read and written again: the same bytes, whatever the format keeps of a coordinate. */
static void what_was_read_is_written_as_it_was(void **state) {
  (void)state;
  static const struct {
    const char *format, *endings[4];
  } formats[] = {{"vtu", {".vtu"}},
                 {"vtk", {".vtk"}},
                 {"carp", {".pts", ".elem", ".lon"}},
                 {"carp_binary", {".bpts", ".belem", ".blon"}}};
  sample s;
  sample_make(&s, -1);
  for (int e = 0; e < SAMPLE_ELEMS; e++) /* what is made unit when it is read must not move by it */
    for (int k = 0; k < 3; k++) s.fibre[e][k] = k == e % 3, s.sheet[e][k] = k == (e + 1) % 3;
  for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
    char one[200], two[200], three[200];
    const bool carp = !strncmp(formats[f].format, "carp", 4);
    iso_slice slice = slice_of(&s), again;
    join(one, "one", carp ? "" : formats[f].endings[0]);
    join(two, "two", carp ? "" : formats[f].endings[0]);
    join(three, "three", carp ? "" : formats[f].endings[0]);
    ASSERT_OK(iso_slice_write_as(MPI_COMM_WORLD, &slice, one, formats[f].format, &err));
    iso_slice_free(&slice);
    ASSERT_OK(read_mesh(one, formats[f].format, &slice, NULL));
    sample_check(&s, &slice, (expected){.mm = 1, .tags = true, .fibres = true, .sheets = true});
    ASSERT_OK(iso_slice_write_as(MPI_COMM_WORLD, &slice, two, formats[f].format, &err));
    ASSERT_OK(read_mesh(two, formats[f].format, &again, NULL));
    ASSERT_OK(iso_slice_write_as(MPI_COMM_WORLD, &again, three, formats[f].format, &err));
    for (int64_t i = 0; i < slice.nnode; i++)
      assert_memory_equal(slice.xyz[i], again.xyz[i], sizeof *again.xyz);
    for (int k = 0; formats[f].endings[k]; k++) {
      char a[220], b[220];
      snprintf(a, sizeof a, "%s%s", two, carp ? formats[f].endings[k] : "");
      snprintf(b, sizeof b, "%s%s", three, carp ? formats[f].endings[k] : "");
      expect_same_file(a, b);
    }
    iso_slice_free(&slice);
    iso_slice_free(&again);
  }
}

/* ---- CARP's elements that are not ours ---- */

static void write_file(const char *name, const void *bytes, size_t n) {
  scratch_write(scratch_path(name), bytes, n);
}

/* Volume of each tag of a mesh whose nodes are at the corners of unit cubes; all elements are tetrahedra. */
static void expect_volumes(const iso_slice *slice, const double (*xyz)[3], int n, const double *want) {
  double volume[8] = {0};
  for (int64_t e = 0; e < slice->nelem; e++) {
    double x[ISO_MAX_NODES][3];
    assert_int_equal(slice->shape[e], ISO_TETRAHEDRON);
    for (int i = 0; i < 4; i++) memcpy(x[i], xyz[slice->conn[e * slice->width + i]], sizeof x[i]);
    volume[slice->tag[e]] += fabs(iso_element_measure(ISO_TETRAHEDRON, (const double(*)[3])x));
    assert_true(slice->fibre[e][slice->tag[e] - 1] == 1); /* that of the whole */
  }
  MPI_Allreduce(MPI_IN_PLACE, volume, 8, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  for (int t = 0; t < n; t++) assert_true(fabs(volume[t + 1] - want[t]) < 1e-12);
}

static void carps_pyramids_and_wedges_are_split(void **state) {
  (void)state;
  static const double xyz[13][3] = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0},    {0, 1, 0}, {0, 0, 1},
                                    {1, 0, 1}, {1, 1, 1}, {0, 1, 1},    {2, 0, 0}, {2, 1, 0},
                                    {2, 0, 1}, {2, 1, 1}, {.5, .5, 1.5}};
  static const double want[3] = {1, 0.5, 1. / 6};
  static const char *const elements[] = {
      "3\nHx 0 1 2 3 4 7 6 5 1\nPr 1 8 2 5 10 6 2\nPy 4 5 6 7 12 3\n",  /* faces of the wedge in one sense */
      "3\nHx 0 1 2 3 4 5 6 7 1\nPr 1 8 2 5 6 10 2\nPy 4 5 6 7 12 3\n"}; /* in the other, and of the cube */
  char pts[1024] = "13\n";
  for (int i = 0; i < 13; i++)
    snprintf(pts + strlen(pts), sizeof pts - strlen(pts), "%g %g %g\n", 1000 * xyz[i][0], 1000 * xyz[i][1],
             1000 * xyz[i][2]);
  scratch_text("mix.pts", pts);
  scratch_text("mix.lon", "1\n1 0 0\n0 1 0\n0 0 1\n");
  for (int k = 0; k < 2; k++) {
    iso_slice slice;
    iso_notes notes = {0};
    scratch_text("mix.elem", elements[k]);
    ASSERT_OK(read_mesh(scratch_path("mix"), NULL, &slice, &notes));
    expect_volumes(&slice, xyz, 3, want);
    assert_true(is_noted(&notes, "1 wedges were split into tetrahedra"));
    assert_true(is_noted(&notes, "1 pyramids were split into tetrahedra"));
    assert_true(is_noted(&notes, "1 hexahedra were split into tetrahedra"));
    iso_slice_free(&slice);
    iso_notes_free(&notes);
  }
}

static void carps_quadrilaterals_become_triangles(void **state) {
  (void)state;
  iso_slice slice;
  scratch_text("quad.pts", "4\n0 0 0\n1000 0 0\n1000 1000 0\n0 1000 0\n");
  scratch_text("quad.elem", "1\nQd 2 3 0 1 7\n");
  ASSERT_OK(read_mesh(scratch_path("quad.elem"), NULL, &slice, NULL));
  assert_int_equal(slice.nelems, 2);
  for (int64_t e = 0; e < slice.nelem; e++) {
    bool lowest = false, across = false;
    for (int i = 0; i < 3; i++) lowest |= slice.conn[3 * e + i] == 0, across |= slice.conn[3 * e + i] == 2;
    assert_true(lowest && across && slice.tag[e] == 7);
  }
  iso_slice_free(&slice);
}

/* ---- binary CARP ---- */

typedef struct {
  unsigned char bytes[4096];
  size_t n;
} file;

static void head(file *f, const char *text) {
  memset(f->bytes, 0, 1024);
  strcpy((char *)f->bytes, text);
  f->n = 1024;
}

static void put(file *f, uint32_t word, bool big_endian) {
  for (int k = 0; k < 4; k++) f->bytes[f->n++] = (unsigned char)(word >> 8 * (big_endian ? 3 - k : k));
}

static uint32_t bits(float x) {
  uint32_t word;
  memcpy(&word, &x, sizeof word);
  return word;
}

/* Four nodes, a tetrahedron and a triangle, and frames for both. */
static void write_binary(bool big_endian, const char *points_head, const char *elements_head, int node,
                         int type) {
  static const uint32_t order[] = {0, 1, 2, 3, 40, 0, 1, 3, 2};
  file pts, elem, lon;
  head(&pts, points_head);
  for (int i = 0; i < 12; i++) put(&pts, bits(i == 3 || i == 7 || i == 11 ? 2500 : 0), big_endian);
  head(&elem, elements_head);
  put(&elem, (uint32_t)type, big_endian);
  for (int i = 0; i < 5; i++) put(&elem, i == 3 ? (uint32_t)node : order[i], big_endian);
  put(&elem, 6, big_endian);
  for (int i = 5; i < 9; i++) put(&elem, order[i], big_endian);
  head(&lon, big_endian ? "2 2 1 666" : "2 2 0 666");
  for (int e = 0; e < 2; e++)
    for (int i = 0; i < 6; i++) put(&lon, bits(i == e || i == 5 ? 1 : 0), big_endian);
  write_file("bin.bpts", pts.bytes, pts.n);
  write_file("bin.belem", elem.bytes, elem.n);
  write_file("bin.blon", lon.bytes, lon.n);
}

static void binary_carp_is_read_in_either_order_of_bytes(void **state) {
  (void)state;
  static const char *const names[] = {"bin", "bin.bpts", "bin.belem", "bin.blon"};
  for (int big = 0; big < 2; big++)
    for (int k = 0; k < 4; k++) {
      iso_slice slice;
      write_binary(big, big ? "4 1 666" : "4 0 666", big ? "2 1 666" : "2 0 666", 3, 0);
      ASSERT_OK(read_mesh(scratch_path(names[k]), NULL, &slice, NULL));
      assert_int_equal(slice.nelems, 2);
      for (int64_t i = 0; i < slice.nnode; i++)
        for (int d = 0; d < 3; d++) assert_true(slice.xyz[i][d] == (slice.first_node + i == d + 1 ? 2.5 : 0));
      for (int64_t e = 0; e < slice.nelem; e++) {
        const bool tet = slice.first_elem + e == 0;
        assert_int_equal(slice.shape[e], tet ? ISO_TETRAHEDRON : ISO_TRIANGLE);
        assert_int_equal(slice.tag[e], tet ? 40 : 2);
        assert_int_equal(slice.conn[4 * e + 2], tet ? 2 : 3);
        assert_true(slice.fibre[e][tet ? 0 : 1] == 1 && slice.sheet[e][2] == 1);
      }
      iso_slice_free(&slice);
    }
}

static void malformed_binary_carp_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *points, *elements;
    int node, type;
    const char *says;
  } bad[] = {
      {"4 0 667", "2 0 666", 3, 0, "bin.bpts: the first 1024 bytes must hold a count above 0"},
      {"4 2 666", "2 0 666", 3, 0, "bin.bpts: the first 1024 bytes must hold a count above 0"},
      {"-4 0 666", "2 0 666", 3, 0, "bin.bpts: the first 1024 bytes must hold a count above 0"},
      {"99999999999 0 666", "2 0 666", 3, 0, "bin.bpts: the file announces 99999999999 entries"},
      {"3 0 666", "2 0 666", 2, 0, "bin.bpts: there is more than the 3 entries"},
      {"4 0 666", "1 0 666", 3, 0, "bin.belem: there is more than the 1 entries"},
      {"4 0 666", "3 0 666", 3, 0, "bin.belem: the file announces 3 entries, more than it has bytes"},
      {"4 0 666", "2 0 666", 4, 0, "bin.belem: entry 0 (counted from 0): node 4 does not exist"},
      {"4 0 666", "2 0 666", -1, 0, "bin.belem: entry 0 (counted from 0): node -1 does not exist"},
      {"4 0 666", "2 0 666", 3, 2, "bin.belem: entry 0 (counted from 0): its type is not known"},
      {"4 0 666", "2 0 666", 3, 1, "bin.belem: entry 0 (counted from 0): "},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    iso_slice slice;
    write_binary(false, bad[i].points, bad[i].elements, bad[i].node, bad[i].type);
    ASSERT_REFUSED(read_mesh(scratch_path("bin"), NULL, &slice, NULL), bad[i].says);
  }
}

static void remove_files(void **state) {
  (void)state;
  scratch_remove();
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_was_read_is_written_as_it_was),
    cmocka_unit_test(carps_pyramids_and_wedges_are_split),
    cmocka_unit_test(carps_quadrilaterals_become_triangles),
    cmocka_unit_test(binary_carp_is_read_in_either_order_of_bytes),
    cmocka_unit_test(malformed_binary_carp_is_refused),
    cmocka_unit_test(remove_files),
};

RUN_ON_ALL_RANKS(tests)

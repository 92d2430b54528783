/* STL, PLY and OBJ: text and binary give the same triangles, and malformed files are refused. */
#include "read_sample.h"

static iso_error err;

/* An octahedron. */
enum { POINTS = 6, FACES = 8 };
static const double point[POINTS][3] = {{1, 0, 0},  {-1, 0, 0}, {0, 1.5, 0},
                                        {0, -1, 0}, {0, 0, 1},  {0, 0, -2.25}};
static const int face[FACES][3] = {{0, 2, 4}, {2, 1, 4}, {1, 3, 4}, {3, 0, 4},
                                   {2, 0, 5}, {1, 2, 5}, {3, 1, 5}, {0, 3, 5}};

static iso_slice read_file(const char *path) {
  iso_slice slice;
  iso_read_options options = {.path = path};
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err));
  return slice;
}

/* Places of all nodes, on every rank. */
static void gather(const iso_slice *slice, double (*x)[3]) {
  memset(x, 0, POINTS * sizeof *x);
  for (int64_t i = 0; i < slice->nnode; i++) memcpy(x[slice->first_node + i], slice->xyz[i], sizeof *x);
  MPI_Allreduce(MPI_IN_PLACE, x, 3 * POINTS, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
}

/* Of STL the numbers of nodes are those of the order in which their places come. */
static void check(const char *path) {
  iso_slice slice = read_file(path);
  double x[POINTS][3];
  assert_int_equal(slice.nnodes, POINTS);
  assert_int_equal(slice.nelems, FACES);
  gather(&slice, x);
  for (int64_t e = 0; e < slice.nelem; e++)
    for (int k = 0; k < 3; k++)
      assert_memory_equal(x[slice.conn[e * slice.width + k]], point[face[slice.first_elem + e][k]],
                          sizeof *x);
  assert_int_equal(world_sum(slice.nelem), FACES);
  iso_slice_free(&slice);
}

typedef struct {
  FILE *stream;
  char *bytes;
  size_t size;
} writer;

static void begin(writer *w) {
  w->stream = open_memstream(&w->bytes, &w->size);
  assert_non_null(w->stream);
}

static const char *finish(writer *w, const char *name) {
  fclose(w->stream);
  const char *path = scratch_path(name);
  scratch_write(path, w->bytes, w->size);
  free(w->bytes);
  return path;
}

static void put(writer *w, const void *value, size_t n, bool turned) {
  const unsigned char *b = value;
  for (size_t i = 0; i < n; i++) fputc(b[turned ? n - 1 - i : i], w->stream);
}

static void put_float(writer *w, double value, bool turned) {
  const float x = (float)value;
  put(w, &x, sizeof x, turned);
}

/* With the byte order mark of Windows' editors: the first vertex is not lost. */
static void a_byte_order_mark_is_passed_over(void **state) {
  (void)state;
  static const char *const names[] = {"m.obj", "m.stl"};
  for (int stl = 0; stl < 2; stl++) {
    writer w;
    begin(&w);
    fputs(stl ? "\xef\xbb\xbfsolid\n" : "\xef\xbb\xbf", w.stream);
    for (int i = 0; i < POINTS && !stl; i++)
      fprintf(w.stream, "v %g %g %g\n", point[i][0], point[i][1], point[i][2]);
    for (int f = 0; f < FACES; f++) {
      fputs(stl ? "facet\n" : "f", w.stream);
      for (int k = 0; k < 3; k++) {
        const double *x = point[face[f][k]];
        stl ? fprintf(w.stream, "vertex %g %g %g\n", x[0], x[1], x[2])
            : fprintf(w.stream, " %d", face[f][k] - POINTS);
      }
      fputs("\n", w.stream);
    }
    check(finish(&w, names[stl]));
  }
}

/* A text of two solids, in capitals and behind an empty line. */
static void stl_reads_what_others_write(void **state) {
  (void)state;
  writer w;
  begin(&w);
  fputs("\n  SOLID A FACET\n", w.stream);
  for (int f = 0; f < FACES; f++) {
    if (f == FACES / 2) fputs("ENDSOLID A FACET\nsolid\n", w.stream);
    fputs("FACET NORMAL 0 0 1E0\nOUTER LOOP\n", w.stream);
    for (int k = 0; k < 3; k++)
      fprintf(w.stream, "VERTEX %g %g %g\n", point[face[f][k]][0], point[face[f][k]][1],
              point[face[f][k]][2]);
    fputs("ENDLOOP\nENDFACET\n", w.stream);
  }
  check(finish(&w, "a.stl"));
}

static void stl_reads_from_text_and_binary(void **state) {
  (void)state;
  writer w;
  begin(&w);
  fputs("solid of eight faces\n", w.stream);
  for (int f = 0; f < FACES; f++) {
    fputs("  facet normal 0 0 0\n    outer loop\n", w.stream);
    for (int k = 0; k < 3; k++)
      fprintf(w.stream, "      vertex %g %g %g\r\n", point[face[f][k]][0], point[face[f][k]][1],
              point[face[f][k]][2]);
    fputs("    endloop\n  endfacet\n", w.stream);
  }
  fputs("endsolid\n", w.stream);
  check(finish(&w, "a.stl"));
  for (int behind = 0; behind < 2; behind++) { /* bytes that some programs add */
    begin(&w);
    char head[80] = "solid, and yet binary";
    const uint32_t n = FACES;
    fwrite(head, 1, sizeof head, w.stream);
    put(&w, &n, sizeof n, false);
    for (int f = 0; f < FACES; f++) {
      for (int a = 0; a < 3; a++) put_float(&w, 0, false);
      for (int k = 0; k < 3; k++)
        for (int a = 0; a < 3; a++) put_float(&w, point[face[f][k]][a], false);
      fwrite("\1\2", 1, 2, w.stream);
    }
    for (int k = 0; k < 3 * behind; k++) fputc(0, w.stream);
    check(finish(&w, "b.stl"));
  }
}

/* how: text, little-endian, big-endian. With properties and elements that are passed over. */
static void ply_reads_from_text_and_binary(void **state) {
  (void)state;
  static const char *const formats[] = {"ascii", "binary_little_endian", "binary_big_endian"};
  for (int how = 0; how < 3; how++) {
    writer w;
    const bool big = how == 2;
    const int32_t one = 7;
    begin(&w);
    fprintf(
        w.stream,
        "ply\nformat %s 1.0\ncomment element face 3\nelement extra 1\nproperty list uchar int some\nelement "
        "vertex "
        "%d\nproperty uchar red\nproperty float x\nproperty double y\nproperty float32 z\nelement face %d\n"
        "property list uchar int vertex_indices\nproperty short flags\nend_header\n",
        formats[how], POINTS, FACES);
    if (how == 0) fputs("1 7\n", w.stream);
    if (how) fputc(1, w.stream), put(&w, &one, 4, big);
    for (int i = 0; i < POINTS; i++) {
      if (how == 0) fprintf(w.stream, "255 %g %g %g\n", point[i][0], point[i][1], point[i][2]);
      if (how)
        fputc(255, w.stream), put_float(&w, point[i][0], big), put(&w, &point[i][1], 8, big),
            put_float(&w, point[i][2], big);
    }
    for (int f = 0; f < FACES; f++) {
      const int32_t node[3] = {face[f][0], face[f][1], face[f][2]};
      const int16_t flags = -3;
      if (how == 0) fprintf(w.stream, "3 %d %d %d -3\n", node[0], node[1], node[2]);
      if (how) fputc(3, w.stream);
      for (int k = 0; k < 3 && how; k++) put(&w, &node[k], 4, big);
      if (how) put(&w, &flags, 2, big);
    }
    check(finish(&w, "a.ply"));
  }
}

static void obj_reads_numbers_that_count_back_and_polygons(void **state) {
  (void)state;
  writer w;
  begin(&w);
  fputs("# eight faces\nmtllib none\no one\n", w.stream);
  for (int i = 0; i < POINTS; i++)
    fprintf(w.stream, "v %g %g %g 0.5 0.5 0.5\nvn 0 0 1\n", point[i][0], point[i][1], point[i][2]);
  for (int f = 0; f < FACES; f++)
    if (f % 2)
      fprintf(w.stream, "f %d//1 %d//2 %d//3\n", face[f][0] + 1, face[f][1] + 1, face[f][2] + 1);
    else
      fprintf(w.stream, "g part%d\nf %d/1/1 %d/2/2 %d\n", f, face[f][0] - POINTS, face[f][1] - POINTS,
              face[f][2] - POINTS);
  check(finish(&w, "a.obj"));
  const char *path = scratch_path("b.obj");
  const char text[] = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1 2 3 4\nl 1 2 3\n";
  scratch_write(path, text, sizeof text - 1);
  iso_slice slice = read_file(path);
  assert_int_equal(slice.nelems, 4); /* two triangles, two lines */
  iso_slice_free(&slice);
}

static void malformed_files_are_refused(void **state) {
  (void)state;
#define PLY                                                                                                  \
  "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement "  \
  "face 1\n"
#define LIST "property list uchar int vertex_indices\nend_header\n"
  static const char *const cases[][3] = {
      {"a.stl", "solid\nfacet\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 x 0\nendloop\nendfacet\n",
       "a vertex has three finite numbers"},
      {"b.stl", "solid\nfacet\nouter loop\nvertex 0 0 0\nendloop\n",
       "a facet has three lines 'vertex x y z'"},
      {"c.stl", "solid\nfacet\nouter loop\nvertex 0 0 0\n", "the file ends within a facet"},
      {"d.stl", "solid\nendsolid\n", "d.stl has no triangles"},
      {"e.stl",
       "nothing of the kind, and long enough to be a binary head: 0123456789 0123456789 0123456789\n",
       "e.stl is neither an STL text"},
      {"a.ply", PLY LIST "0 0 0\n1 0 0\n", "a.ply:11: the file ends too early"},
      {"b.ply", PLY LIST "0 0 0\n1 0 0\n0 1 0\n3 0 1 3\n",
       "b.ply:13: face 0 (counted from 0) has vertex 3, and there are 0 to 2"},
      {"c.ply", PLY LIST "0 0 0\n1 0 0\n0 1 0\n2 0 1\n", "c.ply:13: face 0 (counted from 0) has 2 vertices"},
      {"d.ply", PLY "end_header\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n", "vertices need the properties x, y and z"},
      {"e.ply", "ply\nformat odd 1.0\nend_header\n", "e.ply:2: the format is none of ascii"},
      {"f.ply", PLY LIST "0 0 0\n1 0 inf\n0 1 0\n3 0 1 2\n",
       "a coordinate of vertex 1 (counted from 0) is not a finite number"},
      {"g.ply", "ply\nformat ascii 1.0\nelement vertex 999999999\nend_header\n",
       "a number of elements is impossible"},
      {"a.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 4\n", "a.obj: a face has vertex 4, and there are 1 to 3"},
      {"b.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 0\n", "vertices are counted from 1, or back from -1"},
      {"c.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2\n", "a face has 3 or more vertices"},
      {"d.obj", "v 0 0 0\nv 1 0\n", "a vertex has three finite numbers"},
      {"e.obj", "v 0 0 0\n", "holds points but no elements"},
      {"g.obj", "v 0 0 0\nv 1e300 0 0\nv 0 1 0\nf 1 2 3\n", "g.obj: read in mm, a coordinate is 1e+300 mm"},
      {"f.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 \\\n3\n", "lines that go on behind a backslash"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    iso_slice slice;
    iso_read_options options = {.path = scratch_text(cases[i][0], cases[i][1])};
    ASSERT_REFUSED(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err), cases[i][2]);
    assert_null(slice.xyz);
  }
}

static void remove_files(void **state) {
  (void)state;
  scratch_remove();
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(stl_reads_from_text_and_binary),
    cmocka_unit_test(stl_reads_what_others_write),
    cmocka_unit_test(a_byte_order_mark_is_passed_over),
    cmocka_unit_test(ply_reads_from_text_and_binary),
    cmocka_unit_test(obj_reads_numbers_that_count_back_and_polygons),
    cmocka_unit_test(malformed_files_are_refused),
    cmocka_unit_test(remove_files),
};

RUN_ON_ALL_RANKS(tests)

/* VTU: every encoding that VTK writes, and malformed files. */
#include "read_sample.h"

#include <zlib.h>
#ifdef ISO_HAS_LZ4
#include <lz4.h>
#endif
#ifdef ISO_HAS_LZMA
#include <lzma.h>
#endif

static iso_error err;

/* ---- writing ---- */

typedef enum { INLINE_TEXT, INLINE_BASE64, APPENDED_RAW, APPENDED_BASE64 } place;

typedef enum { PLAIN, ZLIB, LZ4, LZMA } codec;

typedef struct {
  place place;
  codec codec;
  bool big_endian;
  int header_bytes; /* 4 or 8 */
  bool joined;      /* header and data in one run of base64, as some writers have it */
  int pieces;       /* 1 or 2 */
} style;

typedef struct {
  char *bytes;
  size_t size;
  FILE *stream;
} buffer;

static void begin(buffer *b) {
  b->stream = open_memstream(&b->bytes, &b->size);
  assert_non_null(b->stream);
}

static void put_integer(FILE *out, uint64_t value, int width, bool big_endian) {
  for (int k = 0; k < width; k++) fputc((int)(value >> 8 * (big_endian ? width - 1 - k : k)) & 255, out);
}

static void put_base64(FILE *out, const unsigned char *bytes, size_t n) {
  static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < n; i += 3) {
    uint32_t bits = (uint32_t)bytes[i] << 16;
    if (i + 1 < n) bits |= (uint32_t)bytes[i + 1] << 8;
    if (i + 2 < n) bits |= bytes[i + 2];
    fputc(digit[bits >> 18], out);
    fputc(digit[bits >> 12 & 63], out);
    fputc(i + 1 < n ? digit[bits >> 6 & 63] : '=', out);
    fputc(i + 2 < n ? digit[bits & 63] : '=', out);
  }
}

enum { BLOCK = 160 }; /* small, so that shares of the ranks begin within and between blocks */

/* Packed bytes of a block, or 0 where this program has no such codec. */
static size_t pack(codec how, const char *bytes, size_t n, unsigned char packed[4 * BLOCK]) {
  uLongf size = 4 * BLOCK;
  if (how == ZLIB) return compress(packed, &size, (const unsigned char *)bytes, n) == Z_OK ? size : 0;
#ifdef ISO_HAS_LZ4
  if (how == LZ4) return (size_t)LZ4_compress_default(bytes, (char *)packed, (int)n, 4 * BLOCK);
#endif
#ifdef ISO_HAS_LZMA
  size_t at = 0;
  if (how == LZMA && lzma_easy_buffer_encode(6, LZMA_CHECK_CRC32, NULL, (const uint8_t *)bytes, n, packed,
                                             &at, 4 * BLOCK) == LZMA_OK)
    return at;
#endif
  return 0;
}

static bool have(codec how) {
  unsigned char packed[4 * BLOCK];
  return how == PLAIN || pack(how, "block", 5, packed) > 0;
}

static void pack_blocks(const buffer *data, style how, FILE *header, FILE *body) {
  size_t blocks = (data->size + BLOCK - 1) / BLOCK;
  put_integer(header, blocks, how.header_bytes, how.big_endian);
  put_integer(header, BLOCK, how.header_bytes, how.big_endian);
  put_integer(header, data->size % BLOCK, how.header_bytes, how.big_endian);
  for (size_t b = 0; b < blocks; b++) {
    unsigned char packed[4 * BLOCK];
    size_t n = data->size - b * BLOCK < BLOCK ? data->size - b * BLOCK : BLOCK;
    size_t packed_bytes = pack(how.codec, data->bytes + b * BLOCK, n, packed);
    assert_true(packed_bytes > 0);
    put_integer(header, packed_bytes, how.header_bytes, how.big_endian);
    fwrite(packed, 1, packed_bytes, body);
  }
}

/* Header and data of a binary array as they stand in the file. */
static void encode(const buffer *data, style how, FILE *out) {
  buffer header, body;
  begin(&header);
  begin(&body);
  if (how.codec) {
    pack_blocks(data, how, header.stream, body.stream);
  } else {
    put_integer(header.stream, data->size, how.header_bytes, how.big_endian);
    fwrite(data->bytes, 1, data->size, body.stream);
  }
  fflush(header.stream);
  if (how.joined) {
    fclose(body.stream);
    fwrite(body.bytes, 1, body.size, header.stream);
    free(body.bytes);
    begin(&body);
  }
  fclose(header.stream);
  fclose(body.stream);
  if (how.place == APPENDED_RAW) {
    fwrite(header.bytes, 1, header.size, out);
    fwrite(body.bytes, 1, body.size, out);
  } else {
    put_base64(out, (unsigned char *)header.bytes, header.size);
    put_base64(out, (unsigned char *)body.bytes, body.size);
  }
  free(header.bytes);
  free(body.bytes);
}

typedef struct {
  FILE *xml;
  buffer appended;
  style how;
} writer;

static void put_value(FILE *out, double value, const char *type, bool big_endian) {
  union {
    float f;
    double d;
    uint32_t word;
    uint64_t longword;
  } u = {.longword = 0};
  if (strcmp(type, "Float64") == 0) {
    u.d = value;
    put_integer(out, u.longword, 8, big_endian);
  } else if (strcmp(type, "Float32") == 0) {
    u.f = (float)value;
    put_integer(out, u.word, 4, big_endian);
  } else {
    int width = strstr(type, "64") ? 8 : strstr(type, "32") ? 4 : strstr(type, "16") ? 2 : 1;
    put_integer(out, (uint64_t)(int64_t)value, width, big_endian);
  }
}

static void put_array(writer *w, const char *name, const char *type, int components, size_t n,
                      const double *values) {
  fprintf(w->xml, "<DataArray type=\"%s\" Name=\"%s\" NumberOfComponents='%d' RangeMin=\"0 > 1\" ", type,
          name, components);
  if (w->how.place == INLINE_TEXT) {
    fprintf(w->xml, "format=\"ascii\">\n");
    for (size_t i = 0; i < n; i++) fprintf(w->xml, i % 7 == 6 ? "%.17g\n" : "%.17g ", values[i]);
    fputs("</DataArray>\n", w->xml);
    return;
  }
  buffer data;
  begin(&data);
  for (size_t i = 0; i < n; i++) put_value(data.stream, values[i], type, w->how.big_endian);
  fclose(data.stream);
  if (w->how.place == INLINE_BASE64) {
    fprintf(w->xml, "format=\"binary\">\n   ");
    encode(&data, w->how, w->xml);
    fputs("\n<InformationKey name=\"L2_NORM_RANGE\" location=\"vtkDataArray\" length=\"2\"><Value "
          "index=\"0\">0</Value></InformationKey></DataArray>\n",
          w->xml);
  } else {
    fflush(w->appended.stream);
    fprintf(w->xml, "format=\"appended\" offset=\"%zu\"/>\n", w->appended.size);
    encode(&data, w->how, w->appended.stream);
  }
  free(data.bytes);
}

static void put_cells(writer *w, const sample *s, int from, int to, int point_base) {
  static const int vtk_type[] = {3, 5, 10, 12};
  double nodes[8 * SAMPLE_ELEMS], ends[SAMPLE_ELEMS], types[SAMPLE_ELEMS];
  size_t n = 0;
  for (int e = from; e < to; e++) {
    for (int i = 0; i < iso_shape_nodes(s->shape[e]); i++) nodes[n++] = (double)s->node[e][i] - point_base;
    ends[e - from] = (double)n;
    types[e - from] = vtk_type[s->shape[e]];
  }
  fputs("<Cells>\n", w->xml);
  put_array(w, "connectivity", "Int32", 1, n, nodes);
  put_array(w, "offsets", "Int64", 1, (size_t)(to - from), ends);
  put_array(w, "types", "UInt8", 1, (size_t)(to - from), types);
  fputs("</Cells>\n", w->xml);
}

/* Points and elements [from, to) of the sample; the elements use those points only. */
static void put_piece(writer *w, const sample *s, int node_from, int node_to, int from, int to) {
  double tags[SAMPLE_ELEMS];
  size_t n = (size_t)(to - from), nnodes = (size_t)(node_to - node_from);
  for (int e = from; e < to; e++) tags[e - from] = s->tag[e];
  fprintf(w->xml, "<Piece NumberOfPoints=\"%zu\" NumberOfCells=\"%zu\">\n<PointData Scalars=\"x\">\n", nnodes,
          n);
  put_array(w, "x", "Float32", 1, nnodes, s->xyz[0]);
  put_array(w, "fibres", "Float64", 3, 3 * nnodes, s->node_fibre[node_from]);
  fputs("</PointData>\n<CellData>\n", w->xml);
  put_array(w, "scalars", "Float32", 1, n, s->raw_fibre[0]); /* a lesser name than the next */
  put_array(w, "elemTag", "Int32", 1, n, tags);
  put_array(w, "Fiber", "Float64", 3, 3 * n, s->raw_fibre[from]);
  put_array(w, "sheet", "Float32", 3, 3 * n, s->raw_sheet[from]);
  fputs("</CellData>\n<Points>\n", w->xml);
  put_array(w, "Points", "Float32", 3, 3 * nnodes, s->xyz[node_from]);
  fputs("</Points>\n<!-- a comment with <tags> and > in it -->\n", w->xml);
  put_cells(w, s, from, to, node_from);
  fputs("</Piece>\n", w->xml);
}

enum { HALF_NODES = 20, HALF_ELEMS = 31 };

static const char *write_vtu(const sample *s, style how) {
  static const char *const compressor[] = {"", " compressor=\"vtkZLibDataCompressor\"",
                                           " compressor=\"vtkLZ4DataCompressor\"",
                                           " compressor=\"vtkLZMADataCompressor\""};
  buffer file;
  writer w = {.how = how};
  begin(&file);
  begin(&w.appended);
  w.xml = file.stream;
  fprintf(
      w.xml,
      "<?xml version=\"1.0\"?>\n<VTKFile type=\"UnstructuredGrid\" version=\"%s\" byte_order=\"%s\"%s%s>\n",
      how.header_bytes == 8 ? "1.0" : "0.1", how.big_endian ? "BigEndian" : "LittleEndian",
      how.header_bytes == 8 ? " header_type=\"UInt64\"" : "", compressor[how.codec]);
  fputs("<UnstructuredGrid>\n<FieldData>\n<DataArray type=\"Float64\" Name=\"TimeValue\" format=\"ascii\">1\n"
        "</DataArray>\n</FieldData>\n",
        w.xml);
  if (how.pieces == 2) {
    put_piece(&w, s, 0, HALF_NODES, 0, HALF_ELEMS);
    put_piece(&w, s, HALF_NODES, SAMPLE_NODES, HALF_ELEMS, SAMPLE_ELEMS);
  } else {
    put_piece(&w, s, 0, SAMPLE_NODES, 0, SAMPLE_ELEMS);
  }
  fputs("</UnstructuredGrid>\n", w.xml);
  fclose(w.appended.stream);
  if (how.place >= APPENDED_RAW) {
    fprintf(w.xml, "<AppendedData encoding=\"%s\">\n  _", how.place == APPENDED_RAW ? "raw" : "base64");
    fwrite(w.appended.bytes, 1, w.appended.size, w.xml);
    fputs("\n</AppendedData>\n", w.xml);
  }
  fputs("</VTKFile>\n", w.xml);
  fclose(w.xml);
  free(w.appended.bytes);
  const char *path = scratch_path("sample.vtu");
  scratch_write(path, file.bytes, file.size);
  free(file.bytes);
  return path;
}

/* Elements of each half use the nodes of that half, so that the mesh can be written in two pieces. */
static void part(sample *s) {
  for (int e = 0; e < SAMPLE_ELEMS; e++) {
    int first = e < HALF_ELEMS ? 0 : HALF_NODES, n = e < HALF_ELEMS ? HALF_NODES : SAMPLE_NODES - HALF_NODES;
    for (int i = 0; i < ISO_MAX_NODES; i++) s->node[e][i] = first + (s->node[e][0] + i) % n;
  }
}

static const expected all = {.mm = 1, .tags = true, .fibres = true, .sheets = true, .node_fibres = true};

static void every_encoding_reads_the_same(void **state) {
  (void)state;
  sample s;
  sample_make(&s, -1);
  part(&s);
  for (int p = INLINE_TEXT; p <= APPENDED_BASE64; p++)
    for (int c = PLAIN; c <= LZMA; c++)
      for (int bits = 0; bits < 8 && have((codec)c); bits++) {
        style how = {p, (codec)c, bits & 1, bits & 2 ? 8 : 4, false, bits & 4 ? 2 : 1};
        sample_read_and_check(&s, write_vtu(&s, how), NULL, all);
      }
}

static void a_header_encoded_with_its_data_is_read(void **state) {
  (void)state;
  sample s;
  sample_make(&s, -1);
  for (int c = PLAIN; c <= ZLIB; c++) {
    style how = {INLINE_BASE64, (codec)c, false, 4, true, 1};
    sample_read_and_check(&s, write_vtu(&s, how), "mm", all);
  }
}

/* ---- what is refused ---- */

#define HEAD                                                                                                 \
  "<VTKFile type=\"UnstructuredGrid\" version=\"0.1\" byte_order=\"LittleEndian\">\n<UnstructuredGrid>\n"
#define PIECE "<Piece NumberOfPoints=\"4\" NumberOfCells=\"1\">\n"
#define POINTS(x)                                                                                            \
  "<Points><DataArray type=\"Float64\" NumberOfComponents=\"3\" format=\"ascii\">\n0 0 0 1 0 0\n0 1 0 0 "    \
  "0 " x "</DataArray></Points>\n"
#define CELLS(nodes, end, type)                                                                              \
  "<Cells><DataArray type=\"Int64\" Name=\"connectivity\" format=\"ascii\">" nodes "</DataArray>\n"          \
  "<DataArray type=\"Int64\" Name=\"offsets\" format=\"ascii\">" end "</DataArray>\n"                        \
  "<DataArray type=\"UInt8\" Name=\"types\" format=\"ascii\">" type "</DataArray>\n</Cells>\n"
#define GOOD POINTS("1") CELLS("0 1 2 3", "4", "10")
#define TAIL "</Piece></UnstructuredGrid></VTKFile>\n"
#define BASE64_POINTS(content)                                                                               \
  "<Points><DataArray type=\"Float64\" NumberOfComponents=\"3\" format=\"binary\">" content                  \
  "</DataArray></Points>\n"
#define APPENDED_POINTS(offset)                                                                              \
  "<Points><DataArray type=\"Float64\" NumberOfComponents=\"3\" format=\"appended\" offset=\"" offset        \
  "\"/></Points>\n"

static const struct {
  const char *content, *says;
} bad[] = {
    {"", "bad.vtu is empty"},
    {"hello world\n", "there is no <VTKFile>"},
    {"<html><body></body></html>", "bad.vtu:1: there is no <VTKFile>"},
    {"<VTKFile type=\"ImageData\">", "bad.vtu:1: the file's type is not UnstructuredGrid"},
    {"<VTKFile type=\"UnstructuredGrid\" compressor=\"vtkZstdDataCompressor\">",
     "compressor vtkZstdDataCompressor is not known"},
    {"<VTKFile type=\"Unstruct", "bad.vtu:1: the file ends within a tag"},
    {HEAD, "the file has no points or no cells"},
    {HEAD PIECE POINTS("1"), "the file ends within a <Piece>"},
    {HEAD "<Piece NumberOfPoints=\"4\">", "bad.vtu:3: <Piece NumberOfPoints=\"4\"> needs NumberOfCells"},
    {HEAD "<Piece NumberOfPoints=\"-4\" NumberOfCells=\"1\">",
     "needs NumberOfPoints, a number not below zero"},
    {HEAD "<Piece NumberOfPoints=\"99999999999\" NumberOfCells=\"1\">",
     "99999999999 points or cells cannot be in"},
    {HEAD PIECE POINTS("1") TAIL, "the piece's <Cells> must hold 'connectivity', 'offsets' and 'types'"},
    {HEAD PIECE CELLS("0 1 2 3", "4", "10") TAIL, "the piece has no <Points>"},
    {HEAD PIECE POINTS("x") CELLS("0 1 2 3", "4", "10") TAIL, "bad.vtu:6: in 'Points': 'x' is not a number"},
    {HEAD PIECE POINTS("inf") CELLS("0 1 2 3", "4", "10") TAIL,
     "in 'Points': a coordinate of point 3 is not a finite"},
    {HEAD PIECE POINTS("") CELLS("0 1 2 3", "4", "10") TAIL, "in 'Points': there are too few numbers"},
    {HEAD PIECE POINTS("1") CELLS("0 1 2 4", "4", "10") TAIL, "cell 0 has node 4, which does not exist"},
    {HEAD PIECE POINTS("1") CELLS("0 1 2", "4", "10") TAIL, "in 'connectivity': there are too few numbers"},
    {HEAD PIECE POINTS("1") CELLS("0 1 2 3 0", "4", "10") TAIL, "in 'connectivity': there are more numbers"},
    {HEAD PIECE POINTS("1") CELLS("0 1 2 3", "", "10") TAIL, "in 'offsets': there are too few numbers"},
    {HEAD PIECE POINTS("1") CELLS("0 1 2 3", "-4", "10") TAIL,
     "the offset of cell 0 is below the one before"},
    {HEAD PIECE POINTS("1") CELLS("0 1 2 3", "99999999", "10") TAIL,
     "cell 0 is of VTK type 10 with 99999999 nodes"},
    {HEAD PIECE POINTS("1") CELLS("0 1 2 3", "99999999", "4") TAIL,
     "in 'connectivity': there are too few numbers"},
    {HEAD PIECE POINTS("1") CELLS("0 1 2 3", "4", "42") TAIL, "cell 0 is of VTK type 42 with 4 nodes"},
    {HEAD PIECE POINTS("1") CELLS("0 1 2 3", "4", "1") TAIL, "holds points but no elements"},
    {HEAD PIECE POINTS("1") POINTS("1") TAIL, "<Points> holds more than one array"},
    {HEAD PIECE BASE64_POINTS("!!!!") CELLS("0 1 2 3", "4", "10") TAIL,
     "the base64 data are cut short or damaged"},
    {HEAD PIECE BASE64_POINTS("YAAAAA==") CELLS("0 1 2 3", "4", "10") TAIL,
     "the base64 data are cut short or damaged"},
    {HEAD PIECE BASE64_POINTS("AAAAAA==") CELLS("0 1 2 3", "4", "10") TAIL,
     "in 'Points', which begins at byte 211: there must be 96 bytes, but the file says 0"},
    {HEAD PIECE APPENDED_POINTS("0") CELLS("0 1 2 3", "4", "10") TAIL,
     "'Points' is in <AppendedData>, but there is none"},
    {HEAD PIECE APPENDED_POINTS("999999")
         CELLS("0 1 2 3", "4", "10") "</Piece><AppendedData encoding=\"raw\">_abc",
     "'Points' should begin behind the end of the file"},
    {HEAD PIECE APPENDED_POINTS("0")
         CELLS("0 1 2 3", "4", "10") "</Piece><AppendedData encoding=\"raw\">_\x60",
     "the file ends too early"},
    {HEAD PIECE GOOD "</Piece><AppendedData encoding=\"raw\">abc",
     "<AppendedData> must begin with an underscore"},
};

static void bad_files_are_refused(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    iso_slice slice;
    const char *path = scratch_path("bad.vtu");
    scratch_write(path, bad[i].content, strlen(bad[i].content));
    iso_read_options options = {.path = path};
    ASSERT_REFUSED(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err), bad[i].says);
    assert_null(slice.xyz);
  }
}

static size_t load(const char *path, char *bytes, size_t room) {
  long size = 0;
  if (world_rank() == 0) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size = (long)fread(bytes, 1, room, file);
    fclose(file);
  }
  MPI_Bcast(&size, 1, MPI_LONG, 0, MPI_COMM_WORLD);
  return (size_t)size;
}

/* Cut anywhere before the last array of the mesh ends, whatever the encoding: refused, naming the file. */
static void files_cut_short_are_refused(void **state) {
  (void)state;
  static char bytes[65536];
  sample s;
  sample_make(&s, -1);
  for (int p = INLINE_TEXT; p <= APPENDED_BASE64; p++)
    for (int c = PLAIN; c <= LZMA; c++) {
      if (!have((codec)c)) continue;
      const char *path = write_vtu(&s, (style){p, (codec)c, false, 8, false, 1});
      size_t size = load(path, bytes, sizeof bytes);
      for (size_t n = 5; n < size - 80; n += 1009) {
        iso_slice slice;
        scratch_write(path, bytes, n);
        iso_read_options options = {.path = path};
        ASSERT_REFUSED(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err), "sample.vtu");
      }
    }
}

/* Where the packed bytes of the first block of the points begin. */
static char *first_block(char *bytes) {
  const char *tag = strstr(bytes, "\"Points\""), *offset = strstr(tag, "offset=\"");
  char *data =
      strstr(bytes, "encoding=\"raw\">") + 19 + atoi(offset + 8); /* behind the tag, a line end, "  _" */
  const unsigned char *count = (const unsigned char *)data;
  return data + 12 + 4 * (count[0] + 256 * count[1]);
}

/* Every single wrong bit in the checksummed data of zlib and LZMA is noticed. LZ4's blocks have no checksum:
 * there, a wrong bit may only lead to other numbers, or a wrong length, but nowhere else. */
static void damaged_compression_is_refused(void **state) {
  (void)state;
  static char bytes[65536];
  for (int c = ZLIB; c <= LZMA; c++) {
    sample s;
    iso_slice slice;
    if (!have((codec)c)) continue;
    sample_make(&s, -1);
    const char *path = write_vtu(&s, (style){APPENDED_RAW, (codec)c, false, 4, false, 1});
    size_t size = load(path, bytes, sizeof bytes);
    for (int at = 0; at < 60; at += 7) {
      if (world_rank() == 0) first_block(bytes)[at] ^= 0x10;
      scratch_write(path, bytes, size);
      if (world_rank() == 0) first_block(bytes)[at] ^= 0x10;
      iso_read_options options = {.path = path};
      err = (iso_error){0};
      iso_status status = iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err);
      if (c != LZ4) assert_int_equal(status, ISO_EINPUT);
      if (status != ISO_OK && !strstr(err.message, "the compressed data are damaged"))
        assert_true(strstr(err.message, "is not a finite number") ||
                    strstr(err.message, "and 1e+06 are the most"));
      iso_slice_free(&slice);
    }
  }
}

static void remove_files(void **state) {
  (void)state;
  scratch_remove();
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_encoding_reads_the_same),
    cmocka_unit_test(a_header_encoded_with_its_data_is_read),
    cmocka_unit_test(bad_files_are_refused),
    cmocka_unit_test(files_cut_short_are_refused),
    cmocka_unit_test(damaged_compression_is_refused),
    cmocka_unit_test(remove_files),
};

RUN_ON_ALL_RANKS(tests)

#include "vtu_sample.h"

#include <zlib.h>
#ifdef ISO_HAS_LZ4
#include <lz4.h>
#endif
#ifdef ISO_HAS_LZMA
#include <lzma.h>
#endif

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
static size_t pack(vtu_codec how, const char *bytes, size_t n, unsigned char packed[4 * BLOCK]) {
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

bool vtu_has(vtu_codec how) {
  unsigned char packed[4 * BLOCK];
  return how == PLAIN || pack(how, "block", 5, packed) > 0;
}

static void pack_blocks(const buffer *data, vtu_style how, FILE *header, FILE *body) {
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
static void encode(const buffer *data, vtu_style how, FILE *out) {
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
  vtu_style how;
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

const char *vtu_sample(const sample *s, vtu_style how) {
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

void vtu_sample_in_parts(sample *s) {
  for (int e = 0; e < SAMPLE_ELEMS; e++) {
    int first = e < HALF_ELEMS ? 0 : HALF_NODES, n = e < HALF_ELEMS ? HALF_NODES : SAMPLE_NODES - HALF_NODES;
    for (int i = 0; i < ISO_MAX_NODES; i++) s->node[e][i] = first + (s->node[e][0] + i) % n;
  }
}

/* VTU: every encoding that VTK writes, and malformed files. */
#include "vtu_sample.h"

static iso_error err;

static const expected all = {.mm = 1, .tags = true, .fibres = true, .sheets = true, .node_fibres = true};

static void every_encoding_reads_the_same(void **state) {
  (void)state;
  sample s;
  sample_make(&s, -1);
  vtu_sample_in_parts(&s);
  for (int p = INLINE_TEXT; p <= APPENDED_BASE64; p++)
    for (int c = PLAIN; c <= LZMA; c++)
      for (int bits = 0; bits < 8 && vtu_has((vtu_codec)c); bits++) {
        vtu_style how = {p, (vtu_codec)c, bits & 1, bits & 2 ? 8 : 4, false, bits & 4 ? 2 : 1};
        sample_read_and_check(&s, vtu_sample(&s, how), NULL, all);
      }
}

static void a_header_encoded_with_its_data_is_read(void **state) {
  (void)state;
  sample s;
  sample_make(&s, -1);
  for (int c = PLAIN; c <= ZLIB; c++) {
    vtu_style how = {INLINE_BASE64, (vtu_codec)c, false, 4, true, 1};
    sample_read_and_check(&s, vtu_sample(&s, how), "mm", all);
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
    iso_read_options options = {.path = scratch_text("bad.vtu", bad[i].content)};
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
      if (!vtu_has((vtu_codec)c)) continue;
      const char *path = vtu_sample(&s, (vtu_style){p, (vtu_codec)c, false, 8, false, 1});
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
    if (!vtu_has((vtu_codec)c)) continue;
    sample_make(&s, -1);
    const char *path = vtu_sample(&s, (vtu_style){APPENDED_RAW, (vtu_codec)c, false, 4, false, 1});
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

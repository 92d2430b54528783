/* The index of a VTU file (VTK's XML unstructured grid). */
#include "grid/format/text.h"
#include "grid/format/vtk.h"
#include "grid/format/vtu_xml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { NO_SECTION, POINT_DATA, CELL_DATA, POINTS, CELLS } section;

typedef struct {
  iso_source source;
  iso_vtk_index *index;
  iso_error *err;
  iso_xml_tag tag;
  bool is_grid, in_piece, big_endian;
  iso_vtk_codec codec;
  int header_bytes;
  int64_t appended; /* byte of the file that appended offsets count from, 0: none */
  iso_vtk_encoding appended_encoding;
  section section;
  int64_t npoints, ncells; /* of the piece */
  bool has_points;
  iso_vtk_cells cells; /* of the piece, as far as it was read */
} vtu;

/* An array in the appended part, until that part is found: offset counts from its beginning. */
static const int64_t APPENDED = INT64_MIN / 2;

static iso_status complain(vtu *v, const char *format, ...) __attribute__((format(printf, 2, 3)));

static iso_status complain(vtu *v, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return iso_fail(v->err, ISO_EINPUT, "%s:%lld: %s", v->source.path, (long long)v->source.line + 1, text);
}

static bool attribute_is(const vtu *v, const char *name, const char *wanted) {
  char value[64];
  return iso_xml_attribute(&v->tag, name, value, sizeof value) && strcmp(value, wanted) == 0;
}

static iso_status count(vtu *v, const char *name, bool required, int64_t *value) {
  char text[64];
  if (!iso_xml_attribute(&v->tag, name, text, sizeof text) && !required) return ISO_OK;
  if (iso_xml_attribute(&v->tag, name, text, sizeof text) &&
      iso_text_integer(text, text + strlen(text), value) && *value >= 0)
    return ISO_OK;
  return complain(v, "<%.32s> needs %s, a number not below zero", v->tag.text, name);
}

/* ---- the file's own attributes ---- */

static iso_status begin_file(vtu *v) {
  char compressor[64] = "";
  if (!attribute_is(v, "type", "UnstructuredGrid"))
    return complain(v, "the file's type is not UnstructuredGrid; convert it (in ParaView: append data sets, "
                       "Clean to Grid, save)");
  v->big_endian = attribute_is(v, "byte_order", "BigEndian");
  v->header_bytes = attribute_is(v, "header_type", "UInt64") ? 8 : 4;
  iso_xml_attribute(&v->tag, "compressor", compressor, sizeof compressor);
  v->codec = iso_vtk_codec_of(compressor);
  if (v->codec == ISO_VTK_NCODECS)
    return complain(v, "compressor %s is not known; write the file with zlib or without compression",
                    compressor);
  if (!iso_vtk_can_inflate(v->codec))
    return complain(v,
                    "this program was built without what %s needs; install liblz4-dev and liblzma-dev and "
                    "build it again, or write the file with zlib",
                    compressor);
  v->is_grid = true;
  return ISO_OK;
}

/* ---- arrays ---- */

static iso_vtk_type type_of(const char *name) {
  static const char *const names[] = {"",       "Int8",  "UInt8",  "Int16",   "UInt16", "Int32",
                                      "UInt32", "Int64", "UInt64", "Float32", "Float64"};
  for (int t = ISO_VTK_INT8; t <= ISO_VTK_FLOAT64; t++)
    if (strcmp(name, names[t]) == 0) return (iso_vtk_type)t;
  return ISO_VTK_NOTYPE;
}

static iso_status place(vtu *v, iso_vtk_array *a) {
  int64_t offset;
  if (attribute_is(v, "format", "appended")) {
    ISO_TRY(count(v, "offset", true, &offset));
    if (offset > INT64_MAX / 4) return complain(v, "the offset of '%s' is out of range", a->name);
    a->offset = APPENDED + offset;
    return ISO_OK;
  }
  a->encoding = attribute_is(v, "format", "binary") ? ISO_VTK_BASE64 : ISO_VTK_TEXT;
  a->offset = iso_source_offset(&v->source);
  a->line = v->source.line;
  if (a->encoding == ISO_VTK_TEXT) a->codec = ISO_VTK_PLAIN;
  return ISO_OK;
}

static iso_status describe(vtu *v, int64_t tuples, iso_vtk_array *a) {
  char type[64] = "";
  int64_t components = 1;
  *a = (iso_vtk_array){.header_bytes = v->header_bytes, .big_endian = v->big_endian, .codec = v->codec};
  iso_xml_attribute(&v->tag, "type", type, sizeof type);
  iso_xml_attribute(&v->tag, "Name", a->name, sizeof a->name);
  ISO_TRY(count(v, "NumberOfComponents", false, &components));
  if (components < 1 || components > 1 << 20)
    return complain(v, "'%s' has no components, or too many", a->name);
  a->components = (int)components;
  a->type = type_of(type);
  a->count = tuples < 0 ? -1 : tuples * components;
  return place(v, a);
}

static iso_status take_points(vtu *v) {
  iso_vtk_field field = {.role = ISO_VTK_POINTS, .first = v->index->npoints, .items = v->npoints};
  ISO_TRY(describe(v, v->npoints, &field.array));
  if (v->has_points) return complain(v, "<Points> holds more than one array");
  if (field.array.components != 3 || field.array.type == ISO_VTK_NOTYPE)
    return complain(v, "<Points> must hold three numbers for each point");
  snprintf(field.array.name, sizeof field.array.name, "Points");
  v->has_points = true;
  return iso_vtk_add_field(v->index, &field, v->err);
}

static iso_status take_cells(vtu *v) {
  iso_vtk_array *to = NULL;
  if (attribute_is(v, "Name", "connectivity")) to = &v->cells.connectivity;
  if (attribute_is(v, "Name", "offsets")) to = &v->cells.offsets;
  if (attribute_is(v, "Name", "types")) to = &v->cells.types;
  if (!to) return ISO_OK; /* faces of polyhedra, which are refused by their type */
  ISO_TRY(describe(v, to == &v->cells.connectivity ? -1 : v->ncells, to));
  if (to->components != 1 || to->type == ISO_VTK_NOTYPE)
    return complain(v, "'%s' must be an array of integers", to->name);
  return ISO_OK;
}

static iso_status take_data(vtu *v) {
  iso_vtk_array array;
  bool of_cells = v->section == CELL_DATA;
  int64_t items = of_cells ? v->ncells : v->npoints;
  ISO_TRY(describe(v, items, &array));
  if (array.type == ISO_VTK_NOTYPE) return ISO_OK; /* strings and bits: nothing we look for */
  iso_vtk_field field = {.role = of_cells ? ISO_VTK_CELL_DATA : ISO_VTK_NODE_DATA,
                         .first = of_cells ? v->index->ncells : v->index->npoints,
                         .items = items,
                         .array = array};
  return iso_vtk_add_field(v->index, &field, v->err);
}

static iso_status take_array(vtu *v) {
  switch (v->section) {
  case POINTS:
    return take_points(v);
  case CELLS:
    return take_cells(v);
  case POINT_DATA:
  case CELL_DATA:
    return take_data(v);
  case NO_SECTION:
    break;
  }
  return ISO_OK;
}

/* ---- pieces ---- */

/* Every point and cell takes some bits of the file at least, however well it was compressed. */
static iso_status check_plausible(vtu *v, int64_t n) {
  if (n <= 1032 * v->source.size) return ISO_OK;
  return complain(v, "%lld points or cells cannot be in a file of %lld bytes", (long long)n,
                  (long long)v->source.size);
}

static iso_status begin_piece(vtu *v) {
  if (v->in_piece) return complain(v, "<Piece> within a <Piece>");
  ISO_TRY(count(v, "NumberOfPoints", true, &v->npoints));
  ISO_TRY(count(v, "NumberOfCells", true, &v->ncells));
  ISO_TRY(check_plausible(v, v->npoints));
  ISO_TRY(check_plausible(v, v->ncells));
  v->cells = (iso_vtk_cells){
      .first = v->index->ncells, .items = v->ncells, .point_base = v->index->npoints, .npoints = v->npoints};
  v->in_piece = true;
  v->has_points = false;
  return ISO_OK;
}

static iso_status end_piece(vtu *v) {
  const iso_vtk_cells *c = &v->cells;
  v->in_piece = false;
  if (v->npoints > 0 && !v->has_points) return complain(v, "the piece has no <Points>");
  if (v->ncells > 0 && (!c->connectivity.type || !c->offsets.type || !c->types.type))
    return complain(v, "the piece's <Cells> must hold 'connectivity', 'offsets' and 'types'");
  if (v->ncells > 0) ISO_TRY(iso_vtk_add_cells(v->index, c, v->err));
  v->index->npoints += v->npoints;
  v->index->ncells += v->ncells;
  return ISO_OK;
}

/* ---- appended data ---- */

/* Offsets count from the byte behind the first underscore. */
static iso_status find_appended(vtu *v) {
  char c = 0;
  v->appended_encoding = attribute_is(v, "encoding", "base64") ? ISO_VTK_BASE64 : ISO_VTK_RAW;
  while (c != '_') {
    iso_error inner = {0};
    if (iso_source_take(&v->source, &c, 1, &inner) != ISO_OK || (c != '_' && !iso_text_is_space(c)))
      return complain(v, "<AppendedData> must begin with an underscore");
  }
  v->appended = iso_source_offset(&v->source);
  return ISO_OK;
}

static iso_status settle(vtu *v, iso_vtk_array *a) {
  if (!a->type || a->offset >= 0) return ISO_OK;
  int64_t offset = a->offset - APPENDED;
  if (!v->appended)
    return complain(v, "'%s' is in <AppendedData>, but there is none; the file is cut short", a->name);
  if (offset > v->source.size - v->appended)
    return complain(v, "'%s' should begin behind the end of the file; it is cut short", a->name);
  a->offset = v->appended + offset;
  a->encoding = v->appended_encoding;
  return ISO_OK;
}

static iso_status settle_all(vtu *v) {
  for (int f = 0; f < v->index->nfields; f++) ISO_TRY(settle(v, &v->index->fields[f].array));
  for (int b = 0; b < v->index->ncells_blocks; b++) {
    iso_vtk_cells *c = &v->index->cells[b];
    ISO_TRY(settle(v, &c->connectivity));
    ISO_TRY(settle(v, &c->offsets));
    ISO_TRY(settle(v, &c->types));
  }
  return ISO_OK;
}

/* ---- the file ---- */

static section section_of(const iso_xml_tag *tag) {
  if (iso_xml_is(tag, "PointData")) return POINT_DATA;
  if (iso_xml_is(tag, "CellData")) return CELL_DATA;
  if (iso_xml_is(tag, "Points")) return POINTS;
  return iso_xml_is(tag, "Cells") ? CELLS : NO_SECTION;
}

static iso_status take_tag(vtu *v) {
  const iso_xml_tag *tag = &v->tag;
  if (!v->is_grid) {
    if (tag->closes || !iso_xml_is(tag, "VTKFile"))
      return complain(v, "there is no <VTKFile>; this is no VTU file");
    return begin_file(v);
  }
  if (iso_xml_is(tag, "Piece")) {
    if (!tag->closes) ISO_TRY(begin_piece(v));
    return (tag->closes || tag->empty) && v->in_piece ? end_piece(v) : ISO_OK;
  }
  if (v->in_piece && section_of(tag) != NO_SECTION)
    v->section = tag->closes || tag->empty ? NO_SECTION : section_of(tag);
  return v->in_piece && !tag->closes && iso_xml_is(tag, "DataArray") ? take_array(v) : ISO_OK;
}

static iso_status take_file(vtu *v) {
  for (;;) {
    bool found;
    iso_error inner = {0};
    iso_status status = iso_xml_next(&v->source, &v->tag, &found, &inner);
    if (status == ISO_EINPUT) return complain(v, "%s", inner.message);
    if (status != ISO_OK) return iso_fail(v->err, status, "%s", inner.message);
    if (!found) break;
    if (v->is_grid && !v->tag.closes && iso_xml_is(&v->tag, "AppendedData")) {
      ISO_TRY(find_appended(v));
      break; /* raw bytes follow, which are no XML */
    }
    ISO_TRY(take_tag(v));
  }
  if (!v->is_grid) return complain(v, "there is no <VTKFile>; this is no VTU file");
  if (v->in_piece) return complain(v, "the file ends within a <Piece>; it is cut short");
  if (v->index->npoints == 0 || v->index->ncells == 0)
    return complain(v, "the file has no points or no cells");
  return settle_all(v);
}

iso_status iso_vtk_index_xml(const char *path, iso_vtk_index *index, iso_error *err) {
  vtu v = {.index = index, .err = err};
  ISO_TRY(iso_source_open(&v.source, path, err));
  iso_status status = iso_vtk_add_file(index, path, err);
  if (status == ISO_OK && v.source.gz)
    status = complain(&v, "the file is compressed; unpack it first (gunzip)");
  if (status == ISO_OK) status = take_file(&v);
  iso_source_close(&v.source);
  return status;
}

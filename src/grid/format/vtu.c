/* The index of VTK's XML files: unstructured grids (VTU), surfaces (VTP), and the pieces of a grid that a
 * parallel program wrote (PVTU). */
#include "grid/format/text.h"
#include "grid/format/vtk.h"
#include "grid/format/vtu_array.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { NO_SECTION, POINT_DATA, CELL_DATA, POINTS, CELLS } section;

/* The kinds of cells of a piece: those of a grid, which have types, or those of a surface, in vtkPolyData's
 * order, which is that of their data and not that of the sections. */
enum { GRID = 0, NKINDS = 5 };
static const struct {
  const char *tag, *number;
  int type;
} kinds[NKINDS] = {{"Cells", "NumberOfCells", 0},
                   {"Verts", "NumberOfVerts", ISO_VTK_POLY_VERTEX},
                   {"Lines", "NumberOfLines", ISO_VTK_POLY_LINE},
                   {"Polys", "NumberOfPolys", ISO_VTK_POLYGON},
                   {"Strips", "NumberOfStrips", ISO_VTK_STRIP}};

typedef enum { NO_FILE, GRID_FILE, SURFACE_FILE, PIECES_FILE } file_type;

typedef struct {
  iso_vtu file;
  iso_vtk_index *index;
  file_type type;
  bool is_piece; /* of a PVTU file: it may be empty, and is no such file itself */
  bool in_piece, has_points;
  section section;
  int kind;                    /* of cells, in their section */
  int64_t npoints, ncells;     /* of the piece */
  iso_vtk_cells cells[NKINDS]; /* of the piece, as far as they were read */
} vtu;

/* ---- the file's own attributes ---- */

static iso_status begin_file(vtu *v) {
  char compressor[64] = "";
  iso_vtu *f = &v->file;
  if (iso_vtu_attribute_is(f, "type", "UnstructuredGrid")) v->type = GRID_FILE;
  if (iso_vtu_attribute_is(f, "type", "PolyData")) v->type = SURFACE_FILE;
  if (iso_vtu_attribute_is(f, "type", "PUnstructuredGrid") && !v->is_piece) v->type = PIECES_FILE;
  if (v->type == NO_FILE)
    return iso_vtu_fail(
        f,
        "the file's type is not UnstructuredGrid%s; convert it (in ParaView: append data sets, "
        "Clean to Grid, save)",
        v->is_piece ? "" : ", PUnstructuredGrid or PolyData");
  f->big_endian = iso_vtu_attribute_is(f, "byte_order", "BigEndian");
  f->header_bytes = iso_vtu_attribute_is(f, "header_type", "UInt64") ? 8 : 4;
  iso_xml_attribute(&f->tag, "compressor", compressor, sizeof compressor);
  f->codec = iso_vtk_codec_of(compressor);
  if (f->codec == ISO_VTK_NCODECS)
    return iso_vtu_fail(f, "compressor %s is not known; write the file with zlib or without compression",
                        compressor);
  if (iso_vtk_can_inflate(f->codec)) return ISO_OK;
  return iso_vtu_fail(f,
                      "this program was built without what %s needs; install liblz4-dev and liblzma-dev and "
                      "build it again, or write the file with zlib",
                      compressor);
}

/* ---- arrays ---- */

static iso_status take_points(vtu *v) {
  iso_vtk_field field = {.role = ISO_VTK_POINTS, .first = v->index->npoints, .items = v->npoints};
  ISO_TRY(iso_vtu_describe(&v->file, v->npoints, &field.array));
  if (v->has_points) return iso_vtu_fail(&v->file, "<Points> holds more than one array");
  if (field.array.components != 3 || field.array.type == ISO_VTK_NOTYPE)
    return iso_vtu_fail(&v->file, "<Points> must hold three numbers for each point");
  snprintf(field.array.name, sizeof field.array.name, "Points");
  v->has_points = true;
  return iso_vtk_add_field(v->index, &field, v->file.err);
}

static iso_status take_cells(vtu *v) {
  iso_vtk_cells *cells = &v->cells[v->kind];
  iso_vtk_array *to = NULL;
  if (iso_vtu_attribute_is(&v->file, "Name", "connectivity")) to = &cells->connectivity;
  if (iso_vtu_attribute_is(&v->file, "Name", "offsets")) to = &cells->offsets;
  if (v->kind == GRID && iso_vtu_attribute_is(&v->file, "Name", "types")) to = &cells->types;
  if (!to) return ISO_OK; /* faces of polyhedra, which are refused by their type */
  ISO_TRY(iso_vtu_describe(&v->file, to == &cells->connectivity ? -1 : cells->items, to));
  if (to->components != 1 || to->type == ISO_VTK_NOTYPE)
    return iso_vtu_fail(&v->file, "'%s' must be an array of integers", to->name);
  return ISO_OK;
}

static iso_status take_data(vtu *v) {
  iso_vtk_array array;
  bool of_cells = v->section == CELL_DATA;
  int64_t items = of_cells ? v->ncells : v->npoints;
  ISO_TRY(iso_vtu_describe(&v->file, items, &array));
  if (array.type == ISO_VTK_NOTYPE) return ISO_OK; /* strings and bits: nothing we look for */
  iso_vtk_field field = {.role = of_cells ? ISO_VTK_CELL_DATA : ISO_VTK_NODE_DATA,
                         .first = of_cells ? v->index->ncells : v->index->npoints,
                         .items = items,
                         .array = array};
  return iso_vtk_add_field(v->index, &field, v->file.err);
}

/* VTK's writer can put several time steps into a file: each array then has the ascending steps that it is of.
 */
static bool is_later(const vtu *v) {
  char steps[64];
  return iso_xml_attribute(&v->file.tag, "TimeStep", steps, sizeof steps) && strtol(steps, NULL, 10) > 0;
}

static iso_status take_array(vtu *v) {
  if (is_later(v)) {
    v->index->nlater++;
    return ISO_OK;
  }
  if (v->section == POINTS) return take_points(v);
  if (v->section == CELLS) return take_cells(v);
  return v->section == NO_SECTION ? ISO_OK : take_data(v);
}

/* ---- pieces ---- */

/* Every point and cell takes some bits of the file at least, however well it was compressed. before: of other
 * pieces. */
static iso_status check_plausible(vtu *v, int64_t n, int64_t before) {
  enum { MOST_BITS = 48 };
  if (n <= 1032 * v->file.source.size && n <= ((int64_t)1 << MOST_BITS) - before) return ISO_OK;
  return iso_vtu_fail(&v->file, "%lld points or cells cannot be in a file of %lld bytes", (long long)n,
                      (long long)v->file.source.size);
}

static iso_status begin_piece(vtu *v) {
  const bool grid = v->type == GRID_FILE;
  if (v->in_piece) return iso_vtu_fail(&v->file, "<Piece> within a <Piece>");
  ISO_TRY(iso_vtu_count(&v->file, "NumberOfPoints", true, &v->npoints));
  ISO_TRY(check_plausible(v, v->npoints, v->index->npoints));
  v->ncells = 0;
  for (int k = grid ? GRID : GRID + 1; k < (grid ? GRID + 1 : NKINDS); k++) {
    iso_vtk_cells *cells = &v->cells[k];
    *cells = (iso_vtk_cells){.first = v->index->ncells + v->ncells,
                             .point_base = v->index->npoints,
                             .npoints = v->npoints,
                             .type = kinds[k].type};
    ISO_TRY(iso_vtu_count(&v->file, kinds[k].number, grid, &cells->items));
    ISO_TRY(check_plausible(v, cells->items, v->index->ncells + v->ncells));
    v->ncells += cells->items;
  }
  v->in_piece = true;
  v->has_points = false;
  return ISO_OK;
}

static iso_status end_piece(vtu *v) {
  v->in_piece = false;
  if (v->npoints > 0 && !v->has_points) return iso_vtu_fail(&v->file, "the piece has no <Points>");
  for (int k = 0; k < NKINDS; k++) {
    const iso_vtk_cells *c = &v->cells[k];
    if (c->items == 0) continue;
    if (!c->connectivity.type || !c->offsets.type || (k == GRID && !c->types.type))
      return iso_vtu_fail(&v->file, "the piece's <%s> must hold 'connectivity'%s'offsets'%s", kinds[k].tag,
                          k == GRID ? ", " : " and ", k == GRID ? " and 'types'" : "");
    ISO_TRY(iso_vtk_add_cells(v->index, c, v->file.err));
  }
  v->index->npoints += v->npoints;
  v->index->ncells += v->ncells;
  return ISO_OK;
}

static iso_status index_file(const char *path, bool is_piece, iso_vtk_index *index, iso_error *err);

/* A name in a PVTU file, relative to its folder, unless it begins at the root. */
static iso_status name_piece(vtu *v, char *path, size_t size, const char *name) {
  const char *own = v->file.source.path, *slash = strrchr(own, '/');
  const int folder = *name == '/' || !slash ? 0 : (int)(slash - own + 1);
  if (snprintf(path, size, "%.*s%s", folder, own, name) < (int)size) return ISO_OK;
  return iso_vtu_fail(&v->file, "the name of the piece '%.60s...' is too long", name);
}

static iso_status take_piece_file(vtu *v) {
  char name[900], path[1024];
  iso_error inner = {0};
  if (!iso_xml_attribute(&v->file.tag, "Source", name, sizeof name) || !*name)
    return iso_vtu_fail(&v->file, "<Piece> needs Source, the name of the piece's file");
  ISO_TRY(name_piece(v, path, sizeof path, name));
  iso_status status = index_file(path, true, v->index, &inner);
  if (status == ISO_EINPUT) return iso_vtu_fail(&v->file, "a piece cannot be read: %s", inner.message);
  return status == ISO_OK ? ISO_OK : iso_fail(v->file.err, status, "%s", inner.message);
}

/* ---- the file ---- */

/* Arrays of files before were settled with these. */
static iso_status settle_all(vtu *v) {
  for (int f = 0; f < v->index->nfields; f++) ISO_TRY(iso_vtu_settle(&v->file, &v->index->fields[f].array));
  for (int b = 0; b < v->index->ncells_blocks; b++) {
    iso_vtk_cells *c = &v->index->cells[b];
    ISO_TRY(iso_vtu_settle(&v->file, &c->connectivity));
    ISO_TRY(iso_vtu_settle(&v->file, &c->offsets));
    ISO_TRY(iso_vtu_settle(&v->file, &c->types));
  }
  return ISO_OK;
}

static section section_of(vtu *v, const iso_xml_tag *tag) {
  if (iso_xml_is(tag, "PointData")) return POINT_DATA;
  if (iso_xml_is(tag, "CellData")) return CELL_DATA;
  if (iso_xml_is(tag, "Points")) return POINTS;
  for (int k = 0; k < NKINDS; k++)
    if (iso_xml_is(tag, kinds[k].tag)) {
      v->kind = k;
      return (k == GRID) == (v->type == GRID_FILE) ? CELLS : NO_SECTION;
    }
  return NO_SECTION;
}

static iso_status take_tag(vtu *v) {
  const iso_xml_tag *tag = &v->file.tag;
  if (v->type == NO_FILE) {
    if (tag->closes || !iso_xml_is(tag, "VTKFile"))
      return iso_vtu_fail(&v->file, "there is no <VTKFile>; this is no VTU file");
    return begin_file(v);
  }
  if (v->type == PIECES_FILE) return iso_xml_is(tag, "Piece") && !tag->closes ? take_piece_file(v) : ISO_OK;
  if (iso_xml_is(tag, "Piece")) {
    if (!tag->closes) ISO_TRY(begin_piece(v));
    return (tag->closes || tag->empty) && v->in_piece ? end_piece(v) : ISO_OK;
  }
  const section s = v->in_piece ? section_of(v, tag) : NO_SECTION;
  if (s != NO_SECTION) v->section = tag->closes || tag->empty ? NO_SECTION : s;
  return v->in_piece && !tag->closes && iso_xml_is(tag, "DataArray") ? take_array(v) : ISO_OK;
}

static iso_status take_file(vtu *v) {
  iso_vtu *f = &v->file;
  for (;;) {
    bool found;
    iso_error inner = {0};
    iso_status status = iso_xml_next(&f->source, &f->tag, &found, &inner);
    if (status == ISO_EINPUT) return iso_vtu_fail(f, "%s", inner.message);
    if (status != ISO_OK) return iso_fail(f->err, status, "%s", inner.message);
    if (!found) break;
    if (v->type != NO_FILE && !f->tag.closes && iso_xml_is(&f->tag, "AppendedData")) {
      ISO_TRY(iso_vtu_find_appended(f));
      break; /* raw bytes follow, which are no XML */
    }
    ISO_TRY(take_tag(v));
  }
  if (v->type == NO_FILE) return iso_vtu_fail(f, "there is no <VTKFile>; this is no VTU file");
  if (v->in_piece) return iso_vtu_fail(f, "the file ends within a <Piece>; it is cut short");
  if (!v->is_piece && (v->index->npoints == 0 || v->index->ncells == 0))
    return iso_vtu_fail(f, "the file has no points or no cells");
  return settle_all(v);
}

static iso_status index_file(const char *path, bool is_piece, iso_vtk_index *index, iso_error *err) {
  vtu v = {.index = index, .is_piece = is_piece, .file.err = err};
  ISO_TRY(iso_source_open(&v.file.source, path, err));
  iso_status status = iso_vtk_add_file(index, path, err);
  if (status == ISO_OK && v.file.source.gz)
    status = iso_vtu_fail(&v.file, "the file is compressed; unpack it first (gunzip)");
  if (status == ISO_OK) status = take_file(&v);
  iso_source_close(&v.file.source);
  return status;
}

iso_status iso_vtk_index_xml(const char *path, iso_vtk_index *index, iso_error *err) {
  return index_file(path, false, index, err);
}

/* The index of a legacy VTK file ("VTK File Formats for VTK version 4.2" and the changes of 5.1): its mesh.
 */
#include "grid/format/vtk_legacy.h"

#include "grid/format/vtk_names.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool is(const char *word, const char *keyword) { return strcasecmp(word, keyword) == 0; }

/* ---- arrays ---- */

static iso_vtk_type type_of(const char *word) {
  static const struct {
    const char *name;
    iso_vtk_type type;
  } types[] = {{"char", ISO_VTK_INT8},
               {"signed_char", ISO_VTK_INT8},
               {"unsigned_char", ISO_VTK_UINT8},
               {"short", ISO_VTK_INT16},
               {"unsigned_short", ISO_VTK_UINT16},
               {"int", ISO_VTK_INT32},
               {"unsigned_int", ISO_VTK_UINT32},
               {"long", ISO_VTK_INT64},
               {"unsigned_long", ISO_VTK_UINT64},
               {"vtkidtype", ISO_VTK_INT32},
               {"vtktypeint64", ISO_VTK_INT64},
               {"vtktypeuint64", ISO_VTK_UINT64},
               {"vtktypeint32", ISO_VTK_INT32},
               {"vtktypeuint32", ISO_VTK_UINT32},
               {"long_long", ISO_VTK_INT64},
               {"unsigned_long_long", ISO_VTK_UINT64},
               {"float", ISO_VTK_FLOAT32},
               {"double", ISO_VTK_FLOAT64}};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (is(word, types[i].name)) return types[i].type;
  return ISO_VTK_NOTYPE;
}

static iso_status pass_text(iso_legacy *l, const iso_vtk_array *array) {
  iso_values *values;
  ISO_TRY(iso_values_open(&values, l->words.source.path, array, l->words.err));
  iso_status status = iso_values_skip(values, array->count, l->words.err);
  iso_words_place end = {array->offset, array->line};
  if (status == ISO_OK) iso_values_position(values, &end.offset, &end.line);
  iso_values_close(values);
  iso_words_return(&l->words, end);
  return status;
}

static iso_status pass_binary(iso_legacy *l, const iso_vtk_array *array) {
  int64_t room = l->words.source.size - array->offset, width = iso_vtk_type_bytes(array->type);
  if (array->count > room / width)
    return iso_words_fail(
        &l->words, "'%s' should hold %lld values of %lld bytes, but the file ends before; it is cut short",
        array->name, (long long)array->count, (long long)width);
  iso_words_return(&l->words, (iso_words_place){array->offset + array->count * width, l->words.source.line});
  return ISO_OK;
}

iso_status iso_legacy_array(iso_legacy *l, const char *name, iso_vtk_type type, int64_t tuples,
                            int components, iso_vtk_array *array) {
  const char *p, *end;
  const int64_t line = l->words.line;
  if (l->words.binary) ISO_TRY(iso_words_line(&l->words, &p, &end)); /* values begin on the next one */
  l->words.line = line;
  *array = (iso_vtk_array){.offset = iso_source_offset(&l->words.source),
                           .line = l->words.source.line,
                           .components = components,
                           .type = type,
                           .encoding = l->words.binary ? ISO_VTK_RAW : ISO_VTK_TEXT,
                           .big_endian = true};
  iso_vtk_decode_name(array->name, sizeof array->name, name);
  if (tuples > l->words.source.size) /* every tuple takes a byte at least */
    return iso_words_fail(&l->words, "'%s' should have %lld entries, more than the file has bytes",
                          array->name, (long long)tuples);
  array->count = tuples * components;
  l->components = components;
  return l->words.binary ? pass_binary(l, array) : pass_text(l, array);
}

/* Bits: eight in a byte, or each a number of the text. Nothing we look for. */
static iso_status skip_bits(iso_legacy *l, const char *name, int64_t tuples, int components) {
  iso_vtk_array array;
  if (l->words.binary) {
    tuples = tuples > INT64_MAX / 2 / components ? INT64_MAX / 8 : (tuples * components + 7) / 8;
    components = 1;
  }
  return iso_legacy_array(l, name, ISO_VTK_UINT8, tuples, components, &array);
}

iso_status iso_legacy_typed_array(iso_legacy *l, const char *name, const char *type, int64_t tuples,
                                  int components, iso_vtk_array *array) {
  *array = (iso_vtk_array){0};
  if (is(type, "bit")) return skip_bits(l, name, tuples, components);
  if (type_of(type) == ISO_VTK_NOTYPE)
    return iso_words_fail(&l->words,
                          "'%.64s' has no type that can be read, but '%.40s'; remove it or write it as float "
                          "or int",
                          name, type);
  return iso_legacy_array(l, name, type_of(type), tuples, components, array);
}

/* The same where the next word names the type. */
static iso_status take_typed(iso_legacy *l, const char *name, int64_t tuples, int components,
                             iso_vtk_array *array) {
  char type[ISO_VTK_WORD];
  ISO_TRY(iso_words_next(&l->words, type));
  ISO_TRY(iso_legacy_typed_array(l, name, type, tuples, components, array));
  return array->type ? ISO_OK : iso_words_fail(&l->words, "'%s' cannot be bits", name);
}

/* ---- geometry ---- */

static iso_status take_points(iso_legacy *l) {
  iso_vtk_field field = {.role = ISO_VTK_POINTS};
  if (l->has_points) return iso_words_fail(&l->words, "POINTS comes twice");
  ISO_TRY(iso_words_count(&l->words, "POINTS", &field.items));
  ISO_TRY(take_typed(l, "POINTS", field.items, 3, &field.array));
  l->has_points = true;
  l->index->npoints = field.items;
  return iso_vtk_add_field(l->index, &field, l->words.err);
}

static iso_status expect(iso_legacy *l, const char *keyword, const char *after) {
  char word[ISO_VTK_WORD];
  ISO_TRY(iso_words_next(&l->words, word));
  return is(word, keyword) ? ISO_OK : iso_words_fail(&l->words, "%s must follow %s", keyword, after);
}

static iso_status take_split_cells(iso_legacy *l, iso_vtk_cells *cells, int64_t noffsets, int64_t size) {
  ISO_TRY(expect(l, "OFFSETS", "the counts of cells in version 5.1"));
  ISO_TRY(take_typed(l, "OFFSETS", noffsets, 1, &cells->offsets));
  ISO_TRY(expect(l, "CONNECTIVITY", "OFFSETS"));
  ISO_TRY(take_typed(l, "CONNECTIVITY", size, 1, &cells->connectivity));
  cells->leading_zero = true;
  cells->items = noffsets > 0 ? noffsets - 1 : 0;
  return ISO_OK;
}

/* type: of all cells of a section of POLYDATA, 0: CELL_TYPES tells. */
static iso_status take_cells(iso_legacy *l, const char *keyword, int type) {
  int64_t n, size;
  iso_vtk_cells cells = {.type = type};
  for (int b = 0; b < l->index->ncells_blocks; b++)
    if (l->index->cells[b].type == type) return iso_words_fail(&l->words, "%s comes twice", keyword);
  ISO_TRY(iso_words_count(&l->words, keyword, &n));
  ISO_TRY(iso_words_count(&l->words, keyword, &size));
  if (l->split_cells) {
    ISO_TRY(take_split_cells(l, &cells, n, size));
  } else {
    cells.classic = true;
    cells.items = n;
    if (size < n)
      return iso_words_fail(&l->words, "%lld cells cannot take %lld numbers", (long long)n, (long long)size);
    ISO_TRY(iso_legacy_array(l, keyword, ISO_VTK_INT32, size, 1, &cells.connectivity));
  }
  l->index->ncells += cells.items;
  return iso_vtk_add_cells(l->index, &cells, l->words.err);
}

static iso_status take_types(iso_legacy *l) {
  if (l->types.type) return iso_words_fail(&l->words, "CELL_TYPES comes twice");
  ISO_TRY(iso_words_count(&l->words, "CELL_TYPES", &l->ntypes));
  return iso_legacy_array(l, "CELL_TYPES", ISO_VTK_INT32, l->ntypes, 1, &l->types);
}

static iso_status take_dataset(iso_legacy *l) {
  char word[ISO_VTK_WORD];
  ISO_TRY(iso_words_next(&l->words, word));
  l->polydata = is(word, "POLYDATA");
  if (l->polydata || is(word, "UNSTRUCTURED_GRID")) return ISO_OK;
  return iso_words_fail(
      &l->words, "data set '%.40s' is no mesh of elements; write it as UNSTRUCTURED_GRID or POLYDATA", word);
}

static const struct {
  const char *keyword;
  int type;
} sections[] = {{"VERTICES", ISO_VTK_POLY_VERTEX},
                {"LINES", ISO_VTK_POLY_LINE},
                {"POLYGONS", ISO_VTK_POLYGON},
                {"TRIANGLE_STRIPS", ISO_VTK_STRIP}};
enum { NSECTIONS = sizeof sections / sizeof *sections };

static iso_status take_geometry(iso_legacy *l, const char *word, bool *known) {
  *known = true;
  if (is(word, "DATASET")) return take_dataset(l);
  if (is(word, "POINTS")) return take_points(l);
  if (!l->polydata && is(word, "CELLS")) return take_cells(l, "CELLS", 0);
  if (!l->polydata && is(word, "CELL_TYPES")) return take_types(l);
  for (int s = 0; s < NSECTIONS && l->polydata; s++)
    if (is(word, sections[s].keyword)) return take_cells(l, sections[s].keyword, sections[s].type);
  *known = false;
  return ISO_OK;
}

/* ---- the file ---- */

static iso_status take_head(iso_legacy *l) {
  const char *p, *end;
  char head[64] = "", word[ISO_VTK_WORD];
  int major = 0, minor = 0;
  ISO_TRY(iso_words_line(&l->words, &p, &end));
  if (p) snprintf(head, sizeof head, "%.*s", (int)(end - p < 60 ? end - p : 60), p);
  if (sscanf(head, "# vtk DataFile Version %d.%d", &major, &minor) != 2)
    return iso_words_fail(&l->words,
                          "the first line must be '# vtk DataFile Version x.y'; this is no legacy VTK file");
  if (major < 1 || major > 5 || (major == 5 && minor > 1))
    return iso_words_fail(&l->words, "version %d.%d is not known; write the file as version 5.1 or before",
                          major, minor);
  l->split_cells = major == 5 && minor == 1;
  ISO_TRY(iso_words_line(&l->words, &p, &end)); /* the title */
  ISO_TRY(iso_words_next(&l->words, word));
  if (!is(word, "BINARY") && !is(word, "ASCII"))
    return iso_words_fail(&l->words, "the third line must be ASCII or BINARY");
  l->words.binary = is(word, "BINARY");
  return ISO_OK;
}

static int place_of(int type) {
  int s = 0;
  while (s < NSECTIONS && sections[s].type != type) s++;
  return s;
}

/* VTK numbers cells by section, in the order above whatever the file's, and so does CELL_DATA. */
static void order_sections(iso_vtk_index *index) {
  for (int b = 1; b < index->ncells_blocks; b++) {
    iso_vtk_cells held = index->cells[b];
    int to = b;
    for (; to > 0 && place_of(index->cells[to - 1].type) > place_of(held.type); to--)
      index->cells[to] = index->cells[to - 1];
    index->cells[to] = held;
  }
  index->ncells = 0;
  for (int b = 0; b < index->ncells_blocks; b++) {
    index->cells[b].first = index->ncells;
    index->cells[b].npoints = index->npoints;
    index->ncells += index->cells[b].items;
  }
}

/* Sections come in any order, so what belongs together is put together at the end. */
static iso_status settle(iso_legacy *l) {
  iso_vtk_index *index = l->index;
  if (!l->has_points || index->npoints == 0) return iso_words_fail(&l->words, "the file has no POINTS");
  if (index->ncells == 0) return iso_words_fail(&l->words, "the file has no cells");
  if (!l->polydata && l->ntypes < 0)
    return iso_words_fail(&l->words, "the file has no CELL_TYPES; it is cut short");
  if (!l->polydata && l->ntypes != index->ncells)
    return iso_words_fail(&l->words, "there are %lld cell types for %lld cells", (long long)l->ntypes,
                          (long long)index->ncells);
  if (!l->polydata) index->cells[0].types = l->types;
  order_sections(index);
  return ISO_OK;
}

static iso_status take_file(iso_legacy *l) {
  char word[ISO_VTK_WORD];
  ISO_TRY(take_head(l));
  for (;;) {
    bool known;
    ISO_TRY(iso_words_next(&l->words, word));
    if (!*word) break;
    ISO_TRY(take_geometry(l, word, &known));
    if (!known) ISO_TRY(iso_legacy_data(l, word));
  }
  return settle(l);
}

iso_status iso_vtk_index_legacy(const char *path, iso_vtk_index *index, iso_error *err) {
  iso_legacy l = {.index = index, .ntypes = -1, .words.err = err};
  ISO_TRY(iso_source_open(&l.words.source, path, err));
  iso_status status = iso_vtk_add_file(index, path, err);
  if (status == ISO_OK && l.words.source.gz)
    status = iso_words_fail(&l.words, "the file is compressed; unpack it first (gunzip)");
  if (status == ISO_OK) status = take_file(&l);
  iso_source_close(&l.words.source);
  return status;
}

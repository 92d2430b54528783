/* The index of a legacy VTK file ("VTK File Formats for VTK version 4.2" and the changes of 5.1). */
#include "grid/format/text.h"
#include "grid/format/vtk.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MAX_WORDS = 8 };

typedef enum { NO_DATA, POINT_DATA, CELL_DATA } section;

typedef struct {
  iso_source source;
  iso_vtk_index *index;
  iso_error *err;
  bool binary, split_cells, polydata, has_points;
  section section;
  int64_t data_items; /* of the section */
  int64_t ntypes;     /* lines of CELL_TYPES, -1 before */
  int components;     /* of the array last passed */
  char word[MAX_WORDS][64];
  int nwords; /* of the line last read; 0 at the end of the file */
} legacy;

static iso_status complain(legacy *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

static iso_status complain(legacy *l, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (l->binary) /* line numbers mean nothing once binary data were passed */
    return iso_fail(l->err, ISO_EINPUT, "%s, near byte %lld: %s", l->source.path,
                    (long long)iso_source_offset(&l->source), text);
  return iso_fail(l->err, ISO_EINPUT, "%s:%lld: %s", l->source.path, (long long)l->source.line, text);
}

/* ---- lines and words ---- */

static iso_status raw_line(legacy *l, const char **p, const char **end) {
  iso_error inner = {0};
  iso_status status = iso_source_line(&l->source, p, end, &inner);
  if (status == ISO_EINPUT) return complain(l, "%s", inner.message);
  return status == ISO_OK ? ISO_OK : iso_fail(l->err, status, "%s", inner.message);
}

static void split(legacy *l, const char *p, const char *end) {
  for (l->nwords = 0; l->nwords < MAX_WORDS; l->nwords++) {
    p = iso_text_skip(p, end);
    const char *stop = iso_text_word_end(p, end);
    if (stop == p) return;
    size_t room = sizeof l->word[0] - 1, length = (size_t)(stop - p);
    memcpy(l->word[l->nwords], p, length < room ? length : room);
    l->word[l->nwords][length < room ? length : room] = 0;
    p = stop;
  }
}

/* Words of the next line that has any. */
static iso_status next_words(legacy *l) {
  const char *p, *end;
  do {
    ISO_TRY(raw_line(l, &p, &end));
    l->nwords = 0;
    if (p) split(l, p, end);
  } while (p && l->nwords == 0);
  return ISO_OK;
}

static bool is(const legacy *l, const char *keyword) { return strcasecmp(l->word[0], keyword) == 0; }

static iso_status number(legacy *l, int i, int64_t *value) {
  const char *word = l->word[i];
  if (i < l->nwords && iso_text_integer(word, word + strlen(word), value) && *value >= 0) return ISO_OK;
  return complain(l, "%s needs a count, zero or more, as word %d", l->word[0], i + 1);
}

/* Whether the next bytes are that keyword, without taking them. */
static iso_status follows(legacy *l, const char *keyword, bool *yes) {
  size_t n = strlen(keyword), added = 1;
  while (l->source.filled - l->source.at < n && added > 0)
    ISO_TRY(iso_source_fill(&l->source, &added, l->err));
  *yes =
      l->source.filled - l->source.at >= n && strncasecmp(l->source.window + l->source.at, keyword, n) == 0;
  return ISO_OK;
}

/* ---- values ---- */

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
               {"long_long", ISO_VTK_INT64},
               {"unsigned_long_long", ISO_VTK_UINT64},
               {"float", ISO_VTK_FLOAT32},
               {"double", ISO_VTK_FLOAT64}};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (strcasecmp(word, types[i].name) == 0) return types[i].type;
  return ISO_VTK_NOTYPE;
}

static iso_status pass_text(legacy *l, const iso_vtk_array *array) {
  iso_values *values;
  ISO_TRY(iso_values_open(&values, l->source.path, array, l->err));
  iso_status status = iso_values_skip(values, array->count, l->err);
  int64_t line = array->line, offset = array->offset;
  if (status == ISO_OK) iso_values_position(values, &offset, &line);
  iso_values_close(values);
  iso_source_seek(&l->source, offset, line);
  return status;
}

static iso_status pass_binary(legacy *l, const iso_vtk_array *array) {
  int64_t room = l->source.size - array->offset, width = iso_vtk_type_bytes(array->type);
  if (array->count > room / width)
    return complain(l,
                    "'%s' should hold %lld values of %lld bytes, but the file ends before; it is cut short",
                    array->name, (long long)array->count, (long long)width);
  iso_source_seek(&l->source, array->offset + array->count * width, l->source.line);
  return ISO_OK;
}

/* Describes the values that begin here and goes past them. */
static iso_status take_array(legacy *l, const char *name, iso_vtk_type type, int64_t tuples, int components,
                             iso_vtk_array *array) {
  *array = (iso_vtk_array){.offset = iso_source_offset(&l->source),
                           .line = l->source.line,
                           .components = components,
                           .type = type,
                           .encoding = l->binary ? ISO_VTK_RAW : ISO_VTK_TEXT,
                           .big_endian = true};
  snprintf(array->name, sizeof array->name, "%s", name);
  if (tuples > l->source.size) /* every tuple takes a byte at least */
    return complain(l, "'%s' should have %lld entries, more than the file has bytes", name,
                    (long long)tuples);
  array->count = tuples * components;
  l->components = components;
  return l->binary ? pass_binary(l, array) : pass_text(l, array);
}

static iso_status take_typed(legacy *l, int name_word, int type_word, int64_t tuples, int components,
                             iso_vtk_array *array) {
  char name[64];
  snprintf(name, sizeof name, "%s", l->word[name_word]);
  iso_vtk_type type = l->nwords > type_word ? type_of(l->word[type_word]) : ISO_VTK_NOTYPE;
  if (type == ISO_VTK_NOTYPE)
    return complain(l, "'%s' has no type that can be read (word %d); remove it or write it as float or int",
                    name, type_word + 1);
  return take_array(l, name, type, tuples, components, array);
}

/* ---- geometry ---- */

static iso_status take_points(legacy *l) {
  iso_vtk_field field = {.role = ISO_VTK_POINTS};
  if (l->has_points) return complain(l, "POINTS comes twice");
  ISO_TRY(number(l, 1, &field.items));
  ISO_TRY(take_typed(l, 0, 2, field.items, 3, &field.array));
  l->has_points = true;
  l->index->npoints = field.items;
  return iso_vtk_add_field(l->index, &field, l->err);
}

static iso_status take_split_cells(legacy *l, iso_vtk_cells *cells, int64_t noffsets, int64_t size) {
  ISO_TRY(next_words(l));
  if (!is(l, "OFFSETS")) return complain(l, "OFFSETS must follow the counts of cells in version 5.1");
  ISO_TRY(take_typed(l, 0, 1, noffsets, 1, &cells->offsets));
  ISO_TRY(next_words(l));
  if (!is(l, "CONNECTIVITY")) return complain(l, "CONNECTIVITY must follow OFFSETS");
  ISO_TRY(take_typed(l, 0, 1, size, 1, &cells->connectivity));
  cells->leading_zero = true;
  cells->items = noffsets > 0 ? noffsets - 1 : 0;
  return ISO_OK;
}

static iso_status take_cells(legacy *l, int type) {
  int64_t n, size;
  iso_vtk_cells cells = {.type = type, .first = l->index->ncells, .npoints = l->index->npoints};
  if (!l->has_points) return complain(l, "POINTS must come before %s", l->word[0]);
  if (!l->polydata && l->index->ncells_blocks > 0) return complain(l, "CELLS comes twice");
  if (type == ISO_VTK_STRIP)
    return complain(l, "triangle strips are not read; write the file with triangles");
  /* VTK numbers cells by section, in this order whatever the file's, and so does CELL_DATA. */
  if (l->index->ncells_blocks > 0 && l->index->cells[l->index->ncells_blocks - 1].type >= type)
    return complain(l, "sections must come in the order VERTICES, LINES, POLYGONS, each once");
  ISO_TRY(number(l, 1, &n));
  ISO_TRY(number(l, 2, &size));
  if (l->split_cells) {
    ISO_TRY(take_split_cells(l, &cells, n, size));
  } else {
    cells.classic = true;
    cells.items = n;
    if (size < n) return complain(l, "%lld cells cannot take %lld numbers", (long long)n, (long long)size);
    ISO_TRY(take_array(l, l->word[0], ISO_VTK_INT32, size, 1, &cells.connectivity));
  }
  l->index->ncells += cells.items;
  return iso_vtk_add_cells(l->index, &cells, l->err);
}

static iso_status take_types(legacy *l) {
  ISO_TRY(number(l, 1, &l->ntypes));
  if (l->index->ncells_blocks != 1 || l->ntypes != l->index->ncells)
    return complain(l, "%lld cell types for %lld cells", (long long)l->ntypes, (long long)l->index->ncells);
  return take_array(l, "CELL_TYPES", ISO_VTK_INT32, l->ntypes, 1, &l->index->cells[0].types);
}

/* ---- data ---- */

static iso_status keep(legacy *l, const iso_vtk_array *array) {
  if (l->section == NO_DATA) return ISO_OK;
  return iso_vtk_add_data(l->index, l->section == CELL_DATA, 0, l->data_items, array, l->err);
}

static iso_status begin_section(legacy *l, section s, int64_t items) {
  ISO_TRY(number(l, 1, &l->data_items));
  if (l->data_items != items)
    return complain(l, "%s is for %lld entries, but the mesh has %lld", l->word[0], (long long)l->data_items,
                    (long long)items);
  l->section = s;
  return ISO_OK;
}

static iso_status take_scalars(legacy *l) {
  iso_vtk_array array;
  int64_t components = 1;
  bool table;
  if (l->nwords > 3) ISO_TRY(number(l, 3, &components));
  if (components < 1 || components > 9) return complain(l, "SCALARS may have 1 to 4 components");
  char line[2][64];
  memcpy(line[0], l->word[1], 64);
  memcpy(line[1], l->word[2], 64);
  int nwords = l->nwords;
  ISO_TRY(follows(l, "LOOKUP_TABLE", &table)); /* required by the format, left out by some writers */
  if (table) ISO_TRY(next_words(l));
  memcpy(l->word[1], line[0], 64);
  memcpy(l->word[2], line[1], 64);
  l->nwords = nwords;
  ISO_TRY(take_typed(l, 1, 2, l->data_items, (int)components, &array));
  return keep(l, &array);
}

static iso_status take_vectors(legacy *l, int components) {
  iso_vtk_array array;
  ISO_TRY(take_typed(l, 1, 2, l->data_items, components, &array));
  return keep(l, &array);
}

static iso_status take_texture(legacy *l) {
  iso_vtk_array array;
  int64_t components;
  ISO_TRY(number(l, 2, &components));
  if (components < 1 || components > 3) return complain(l, "TEXTURE_COORDINATES may have 1 to 3 components");
  return take_typed(l, 1, 3, l->data_items, (int)components, &array);
}

/* Colours: bytes in binary files, reals in text. */
static iso_status take_colours(legacy *l, int64_t tuples, int64_t components) {
  iso_vtk_array array;
  if (components < 1 || components > 4) return complain(l, "colours have 1 to 4 components");
  return take_array(l, l->word[1], l->binary ? ISO_VTK_UINT8 : ISO_VTK_FLOAT64, tuples, (int)components,
                    &array);
}

static iso_status take_colour_scalars(legacy *l) {
  int64_t components;
  ISO_TRY(number(l, 2, &components));
  return take_colours(l, l->data_items, components);
}

static iso_status take_lookup_table(legacy *l) {
  int64_t size;
  ISO_TRY(number(l, 2, &size));
  return take_colours(l, size, 4);
}

/* Lines up to a blank one; but the names of the last array's components may be blank. */
static iso_status skip_metadata(legacy *l) {
  const char *p, *end;
  for (;;) {
    ISO_TRY(raw_line(l, &p, &end));
    if (!p || iso_text_skip(p, end) == end) return ISO_OK;
    split(l, p, end);
    for (int i = 0; is(l, "COMPONENT_NAMES") && i < l->components && p; i++) ISO_TRY(raw_line(l, &p, &end));
  }
}

/* A string is a line of text or, in binary files, bytes behind their number. That number's first two bits
 * tell in how many bytes it is written: 8, 4, 2 or 1. */
static iso_status skip_string(legacy *l) {
  const char *p, *end;
  if (!l->binary) return raw_line(l, &p, &end);
  unsigned char b[8];
  iso_error inner = {0};
  iso_status status = iso_source_take(&l->source, b, 1, &inner);
  int width = 8 >> (b[0] >> 6);
  if (status == ISO_OK) status = iso_source_take(&l->source, b + 1, (size_t)width - 1, &inner);
  if (status != ISO_OK) return complain(l, "%s", inner.message);
  uint64_t n = b[0] & 63;
  for (int i = 1; i < width; i++) n = n << 8 | b[i];
  int64_t at = iso_source_offset(&l->source);
  if (n > (uint64_t)(l->source.size - at)) return complain(l, "a string runs behind the end of the file");
  iso_source_seek(&l->source, at + (int64_t)n, l->source.line);
  return ISO_OK;
}

static iso_status skip_strings(legacy *l, int64_t components, int64_t tuples) {
  int64_t size = l->source.size;
  if (tuples > size || tuples * components > size)
    return complain(l, "'%s' has more strings than the file has bytes", l->word[0]);
  for (int64_t i = 0; i < tuples * components; i++) ISO_TRY(skip_string(l));
  return ISO_OK;
}

static iso_status take_field_array(legacy *l) {
  iso_vtk_array array;
  int64_t components, tuples;
  ISO_TRY(number(l, 1, &components));
  ISO_TRY(number(l, 2, &tuples));
  if (components > 1 << 20) return complain(l, "'%s' has too many components", l->word[0]);
  if (l->nwords > 3 && strcasecmp(l->word[3], "string") == 0) return skip_strings(l, components, tuples);
  ISO_TRY(take_typed(l, 0, 3, tuples, (int)components, &array));
  return l->section != NO_DATA && tuples == l->data_items ? keep(l, &array) : ISO_OK;
}

static iso_status take_field(legacy *l) {
  int64_t arrays;
  ISO_TRY(number(l, 2, &arrays));
  for (int64_t a = 0; a < arrays;) {
    ISO_TRY(next_words(l));
    if (l->nwords == 0) return complain(l, "the file ends within a FIELD; it is cut short");
    if (is(l, "METADATA")) {
      ISO_TRY(skip_metadata(l));
      continue;
    }
    ISO_TRY(take_field_array(l));
    a++;
  }
  return ISO_OK;
}

/* ---- the file ---- */

static iso_status take_dataset(legacy *l) {
  if (l->nwords > 1 && strcasecmp(l->word[1], "UNSTRUCTURED_GRID") == 0) return ISO_OK;
  l->polydata = l->nwords > 1 && strcasecmp(l->word[1], "POLYDATA") == 0;
  if (l->polydata) return ISO_OK;
  return complain(l, "data set '%s' is no mesh of elements; write it as UNSTRUCTURED_GRID or POLYDATA",
                  l->nwords > 1 ? l->word[1] : "");
}

static iso_status take_geometry(legacy *l, bool *known) {
  *known = true;
  if (is(l, "DATASET")) return take_dataset(l);
  if (is(l, "POINTS")) return take_points(l);
  if (!l->polydata && is(l, "CELLS")) return take_cells(l, 0);
  if (!l->polydata && is(l, "CELL_TYPES")) return take_types(l);
  if (l->polydata && is(l, "VERTICES")) return take_cells(l, ISO_VTK_VERTEX);
  if (l->polydata && is(l, "LINES")) return take_cells(l, ISO_VTK_LINE);
  if (l->polydata && is(l, "POLYGONS")) return take_cells(l, ISO_VTK_POLYGON);
  if (l->polydata && is(l, "TRIANGLE_STRIPS")) return take_cells(l, ISO_VTK_STRIP);
  *known = false;
  return ISO_OK;
}

static iso_status take_data(legacy *l) {
  if (is(l, "POINT_DATA")) return begin_section(l, POINT_DATA, l->index->npoints);
  if (is(l, "CELL_DATA")) return begin_section(l, CELL_DATA, l->index->ncells);
  if (is(l, "FIELD")) return take_field(l);
  if (is(l, "METADATA")) return skip_metadata(l);
  if (l->section != NO_DATA) {
    if (is(l, "SCALARS")) return take_scalars(l);
    if (is(l, "VECTORS") || is(l, "NORMALS")) return take_vectors(l, 3);
    if (is(l, "TENSORS")) return take_vectors(l, 9);
    if (is(l, "TENSORS6")) return take_vectors(l, 6);
    if (is(l, "GLOBAL_IDS") || is(l, "PEDIGREE_IDS") || is(l, "EDGE_FLAGS")) return take_vectors(l, 1);
    if (is(l, "TEXTURE_COORDINATES")) return take_texture(l);
    if (is(l, "COLOR_SCALARS")) return take_colour_scalars(l);
    if (is(l, "LOOKUP_TABLE")) return take_lookup_table(l);
  }
  return complain(l, "'%s' is not a keyword expected here; the data before may have too many numbers",
                  l->word[0]);
}

static iso_status take_head(legacy *l) {
  const char *p, *end;
  int major = 0, minor = 0;
  ISO_TRY(raw_line(l, &p, &end));
  char head[64] = "";
  if (p) snprintf(head, sizeof head, "%.*s", (int)(end - p < 60 ? end - p : 60), p);
  if (sscanf(head, "# vtk DataFile Version %d.%d", &major, &minor) != 2)
    return complain(l, "the first line must be '# vtk DataFile Version x.y'; this is no legacy VTK file");
  if (major < 1 || major > 5 || (major == 5 && minor > 1))
    return complain(l, "version %d.%d is not known; write the file as version 5.1 or before", major, minor);
  l->split_cells = major == 5 && minor == 1;
  ISO_TRY(raw_line(l, &p, &end)); /* the title */
  ISO_TRY(next_words(l));
  bool binary = l->nwords > 0 && is(l, "BINARY");
  if (!binary && (l->nwords == 0 || !is(l, "ASCII")))
    return complain(l, "the third line must be ASCII or BINARY");
  l->binary = binary;
  return ISO_OK;
}

static iso_status check_complete(legacy *l) {
  if (!l->has_points || l->index->npoints == 0) return complain(l, "the file has no POINTS");
  if (l->index->ncells == 0) return complain(l, "the file has no cells");
  if (!l->polydata && l->ntypes < 0) return complain(l, "the file has no CELL_TYPES; it is cut short");
  return ISO_OK;
}

static iso_status take_file(legacy *l) {
  ISO_TRY(take_head(l));
  for (;;) {
    bool known;
    ISO_TRY(next_words(l));
    if (l->nwords == 0) break;
    ISO_TRY(take_geometry(l, &known));
    if (!known) ISO_TRY(take_data(l));
  }
  return check_complete(l);
}

iso_status iso_vtk_index_legacy(const char *path, iso_vtk_index *index, iso_error *err) {
  legacy l = {.index = index, .err = err, .ntypes = -1};
  ISO_TRY(iso_source_open(&l.source, path, err));
  iso_status status =
      l.source.gz ? complain(&l, "the file is compressed; unpack it first (gunzip)") : take_file(&l);
  iso_source_close(&l.source);
  return status;
}

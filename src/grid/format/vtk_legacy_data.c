/* The index of a legacy VTK file: data of its points and cells. */
#include "grid/format/text.h"
#include "grid/format/vtk_legacy.h"

#include <string.h>
#include <strings.h>

static bool is(const char *word, const char *keyword) { return strcasecmp(word, keyword) == 0; }

static iso_status keep(iso_legacy *l, const iso_vtk_array *array) {
  if (l->section == ISO_LEGACY_NO_DATA || !array->type) return ISO_OK;
  iso_vtk_field field = {.role = l->section == ISO_LEGACY_CELL_DATA ? ISO_VTK_CELL_DATA : ISO_VTK_NODE_DATA,
                         .items = l->data_items,
                         .array = *array};
  return iso_vtk_add_field(l->index, &field, l->words.err);
}

static iso_status begin_section(iso_legacy *l, const char *keyword, iso_legacy_section s, int64_t items) {
  ISO_TRY(iso_words_count(&l->words, keyword, &l->data_items));
  if (l->data_items != items)
    return iso_words_fail(&l->words, "%s is for %lld entries, but the mesh has %lld", keyword,
                          (long long)l->data_items, (long long)items);
  l->section = s;
  return ISO_OK;
}

/* A line break before the next word. */
static iso_status ends_line(iso_legacy *l, bool *yes) {
  const char *p, *end;
  iso_words_place here = iso_words_here(&l->words);
  ISO_TRY(iso_words_line(&l->words, &p, &end));
  *yes = !p || iso_text_skip(p, end) == end;
  iso_words_return(&l->words, here);
  return ISO_OK;
}

/* The table's name, where one is named here; the format requires it, some writers leave it out. */
static iso_status skip_table(iso_legacy *l, bool *found) {
  char word[ISO_VTK_WORD];
  iso_words_place here = iso_words_here(&l->words);
  ISO_TRY(iso_words_next(&l->words, word));
  *found = is(word, "LOOKUP_TABLE");
  if (*found) return iso_words_next(&l->words, word);
  iso_words_return(&l->words, here);
  return ISO_OK;
}

/* Behind the type: a number of components and a lookup table, each maybe. A number on a line of its own may
 * be the first value: it is a number of components if a table follows it. */
static iso_status take_scalars_head(iso_legacy *l, int64_t *components) {
  bool found, line_ends;
  char word[ISO_VTK_WORD];
  int64_t line = l->words.line;
  *components = 1;
  ISO_TRY(ends_line(l, &line_ends));
  ISO_TRY(skip_table(l, &found));
  iso_words_place before = iso_words_here(&l->words);
  if (!found) {
    ISO_TRY(iso_words_next(&l->words, word));
    bool number = iso_text_integer(word, word + strlen(word), components) != NULL;
    if (number) ISO_TRY(skip_table(l, &found));
    if (!number || (line_ends && !found)) {
      *components = 1;
      iso_words_return(&l->words, before);
    }
  }
  l->words.line = line;
  if (*components >= 1 && *components <= 9) return ISO_OK;
  return iso_words_fail(&l->words, "SCALARS may have 1 to 4 components, not %lld", (long long)*components);
}

static iso_status take_scalars(iso_legacy *l, const char *name) {
  char type[ISO_VTK_WORD];
  int64_t components;
  iso_vtk_array array;
  ISO_TRY(iso_words_next(&l->words, type));
  ISO_TRY(take_scalars_head(l, &components));
  ISO_TRY(iso_legacy_typed_array(l, name, type, l->data_items, (int)components, &array));
  return keep(l, &array);
}

static iso_status take_vectors(iso_legacy *l, const char *name, int components) {
  char type[ISO_VTK_WORD];
  iso_vtk_array array;
  ISO_TRY(iso_words_next(&l->words, type));
  ISO_TRY(iso_legacy_typed_array(l, name, type, l->data_items, components, &array));
  return keep(l, &array);
}

static iso_status take_texture(iso_legacy *l, const char *name) {
  int64_t components;
  ISO_TRY(iso_words_count(&l->words, "TEXTURE_COORDINATES", &components));
  if (components < 1 || components > 3)
    return iso_words_fail(&l->words, "TEXTURE_COORDINATES may have 1 to 3 components");
  return take_vectors(l, name, (int)components);
}

/* Colours: bytes in binary files, reals in text. */
static iso_status skip_colours(iso_legacy *l, const char *name, int64_t tuples, int64_t components) {
  iso_vtk_array array;
  if (components < 1 || components > 4) return iso_words_fail(&l->words, "colours have 1 to 4 components");
  return iso_legacy_array(l, name, l->words.binary ? ISO_VTK_UINT8 : ISO_VTK_FLOAT64, tuples, (int)components,
                          &array);
}

/* COLOR_SCALARS: components of each item; LOOKUP_TABLE: how many colours of four. */
static iso_status take_colours(iso_legacy *l, const char *name, bool table) {
  int64_t n;
  ISO_TRY(iso_words_count(&l->words, name, &n));
  return table ? skip_colours(l, name, n, 4) : skip_colours(l, name, l->data_items, n);
}

/* Lines up to a blank one; but the names of the last array's components may be blank. */
static iso_status skip_metadata(iso_legacy *l) {
  const char *p, *end;
  ISO_TRY(iso_words_line(&l->words, &p, &end)); /* the rest of the keyword's own */
  for (;;) {
    ISO_TRY(iso_words_line(&l->words, &p, &end));
    if (!p || iso_text_skip(p, end) == end) return ISO_OK;
    p = iso_text_skip(p, end);
    const bool names = end - p >= 15 && strncasecmp(p, "COMPONENT_NAMES", 15) == 0;
    for (int i = 0; names && i < l->components && p; i++) ISO_TRY(iso_words_line(&l->words, &p, &end));
  }
}

/* ---- strings ---- */

/* A string is a line of text or, in binary files, bytes behind their number. That number's first two bits
 * tell in how many bytes it is written: 8, 4, 2 or 1. */
static iso_status skip_string(iso_legacy *l) {
  const char *p, *end;
  iso_source *source = &l->words.source;
  if (!l->words.binary) return iso_words_line(&l->words, &p, &end);
  unsigned char b[8];
  iso_error inner = {0};
  iso_status status = iso_source_take(source, b, 1, &inner);
  int width = 8 >> (b[0] >> 6);
  if (status == ISO_OK) status = iso_source_take(source, b + 1, (size_t)width - 1, &inner);
  if (status != ISO_OK) return iso_words_fail(&l->words, "%s", inner.message);
  uint64_t n = b[0] & 63;
  for (int i = 1; i < width; i++) n = n << 8 | b[i];
  int64_t at = iso_source_offset(source);
  if (n > (uint64_t)(source->size - at))
    return iso_words_fail(&l->words, "a string runs behind the end of the file");
  iso_source_seek(source, at + (int64_t)n, source->line);
  return ISO_OK;
}

static iso_status skip_strings(iso_legacy *l, const char *name, int64_t components, int64_t tuples) {
  const char *p, *end;
  int64_t size = l->words.source.size;
  if (tuples > size || tuples * components > size)
    return iso_words_fail(&l->words, "'%.64s' has more strings than the file has bytes", name);
  ISO_TRY(iso_words_line(&l->words, &p, &end)); /* they begin on the next one */
  for (int64_t i = 0; i < tuples * components; i++) ISO_TRY(skip_string(l));
  return ISO_OK;
}

/* ---- fields ---- */

static iso_status take_field_array(iso_legacy *l, const char *name) {
  iso_vtk_array array;
  char type[ISO_VTK_WORD];
  int64_t components, tuples;
  ISO_TRY(iso_words_count(&l->words, name, &components));
  ISO_TRY(iso_words_count(&l->words, name, &tuples));
  if (components < 1 || components > 1 << 20)
    return iso_words_fail(&l->words, "'%.64s' has no components, or too many", name);
  ISO_TRY(iso_words_next(&l->words, type));
  if (is(type, "string") || is(type, "utf8_string")) return skip_strings(l, name, components, tuples);
  ISO_TRY(iso_legacy_typed_array(l, name, type, tuples, (int)components, &array));
  return tuples == l->data_items ? keep(l, &array) : ISO_OK;
}

static iso_status take_field(iso_legacy *l) {
  int64_t arrays;
  char name[ISO_VTK_WORD];
  ISO_TRY(iso_words_next(&l->words, name));
  ISO_TRY(iso_words_count(&l->words, "FIELD", &arrays));
  for (int64_t a = 0; a < arrays;) {
    ISO_TRY(iso_words_next(&l->words, name));
    if (!*name) return iso_words_fail(&l->words, "the file ends within a FIELD; it is cut short");
    if (is(name, "METADATA")) {
      ISO_TRY(skip_metadata(l));
      continue;
    }
    if (!is(name, "NULL_ARRAY")) ISO_TRY(take_field_array(l, name));
    a++;
  }
  return ISO_OK;
}

/* ---- attributes ---- */

static iso_status take_attribute(iso_legacy *l, const char *keyword, bool *known) {
  static const struct {
    const char *keyword;
    int components;
  } vectors[] = {{"VECTORS", 3},    {"NORMALS", 3},      {"TENSORS", 9},   {"TENSORS6", 6},
                 {"GLOBAL_IDS", 1}, {"PEDIGREE_IDS", 1}, {"EDGE_FLAGS", 1}};
  static const char *const others[] = {"SCALARS", "TEXTURE_COORDINATES", "COLOR_SCALARS", "LOOKUP_TABLE"};
  char name[ISO_VTK_WORD];
  int components = 0, other = 0;
  for (size_t v = 0; v < sizeof vectors / sizeof *vectors; v++)
    if (is(keyword, vectors[v].keyword)) components = vectors[v].components;
  while (other < 4 && !is(keyword, others[other])) other++;
  *known = components > 0 || other < 4;
  if (!*known) return ISO_OK;
  ISO_TRY(iso_words_next(&l->words, name));
  if (components > 0) return take_vectors(l, name, components);
  if (other == 0) return take_scalars(l, name);
  return other == 1 ? take_texture(l, name) : take_colours(l, name, other == 3);
}

iso_status iso_legacy_data(iso_legacy *l, const char *keyword) {
  bool known = false;
  if (is(keyword, "POINT_DATA")) return begin_section(l, keyword, ISO_LEGACY_POINT_DATA, l->index->npoints);
  if (is(keyword, "CELL_DATA")) return begin_section(l, keyword, ISO_LEGACY_CELL_DATA, l->index->ncells);
  if (is(keyword, "FIELD")) return take_field(l);
  if (is(keyword, "METADATA")) return skip_metadata(l);
  if (l->section != ISO_LEGACY_NO_DATA) ISO_TRY(take_attribute(l, keyword, &known));
  if (known) return ISO_OK;
  return iso_words_fail(&l->words,
                        "'%.40s' is not a keyword expected here; the data before may have too many numbers",
                        keyword);
}

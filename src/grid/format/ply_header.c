#include "grid/format/ply_header.h"

#include "grid/format/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
  const char *name, *other;
  int bytes;
} types[ISO_PLY_TYPES] = {{"char", "int8", 1},     {"uchar", "uint8", 1},   {"short", "int16", 2},
                          {"ushort", "uint16", 2}, {"int", "int32", 4},     {"uint", "uint32", 4},
                          {"float", "float32", 4}, {"double", "float64", 8}};

int iso_ply_bytes(iso_ply_type type) { return types[type].bytes; }

iso_status iso_ply_fail(const iso_ply_input *in, const char *format, ...) {
  char text[400];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (in->header->text)
    return iso_fail(in->err, ISO_EINPUT, "%s:%lld: %s", in->source.path, (long long)in->source.line, text);
  return iso_fail(in->err, ISO_EINPUT, "%s: byte %lld: %s", in->source.path,
                  (long long)iso_source_offset(&in->source), text);
}

iso_status iso_ply_complete(const iso_ply_input *in, iso_status status, const iso_error *why) {
  if (status == ISO_EINPUT) return iso_ply_fail(in, "%s", why->message);
  return status == ISO_OK ? ISO_OK : iso_fail(in->err, status, "%s", why->message);
}

iso_status iso_ply_line(iso_ply_input *in, const char **p, const char **end) {
  iso_error why = {0};
  do {
    const iso_status status = iso_source_line(&in->source, p, end, &why);
    if (status != ISO_OK) return iso_ply_complete(in, status, &why);
    if (!*p) return iso_ply_fail(in, "the file ends too early; it is cut short");
    *p = iso_text_skip(*p, *end);
  } while (*p == *end);
  return ISO_OK;
}

static bool word_is(const char *p, const char *end, const char *word) {
  const size_t n = strlen(word);
  return (size_t)(iso_text_word_end(p, end) - p) == n && !strncmp(p, word, n);
}

/* The word behind. */
static const char *behind(const char *p, const char *end) {
  return iso_text_skip(iso_text_word_end(p, end), end);
}

static iso_status find_type(iso_ply_input *in, const char *p, const char *end, iso_ply_type *type) {
  for (*type = 0; *type < ISO_PLY_TYPES; ++*type)
    if (word_is(p, end, types[*type].name) || word_is(p, end, types[*type].other)) return ISO_OK;
  return iso_ply_fail(in, "a property has a type that is not known");
}

static iso_status add_property(iso_ply_input *in, iso_ply_element *e, const char *p, const char *end) {
  static const char *const axes[] = {"x", "y", "z"};
  iso_ply_property *to = &e->property[e->nproperties];
  if (e->nproperties++ == ISO_PLY_PROPERTIES)
    return iso_ply_fail(in, "more than %d properties", ISO_PLY_PROPERTIES);
  *to = (iso_ply_property){.count = ISO_PLY_NO_LIST, .role = -1};
  p = behind(p, end);
  const bool list = word_is(p, end, "list");
  if (list) {
    p = behind(p, end);
    ISO_TRY(find_type(in, p, end, &to->count));
    p = behind(p, end);
  }
  ISO_TRY(find_type(in, p, end, &to->type));
  p = behind(p, end);
  for (int a = 0; a < 3; a++)
    if (e->is_vertex && !list && word_is(p, end, axes[a])) to->role = a;
  if (e->is_face && list && (word_is(p, end, "vertex_indices") || word_is(p, end, "vertex_index")))
    to->role = 0;
  return ISO_OK;
}

static iso_status add_element(iso_ply_input *in, iso_ply_header *h, const char *p, const char *end) {
  iso_ply_element *e = &h->element[h->nelements];
  if (h->nelements == ISO_PLY_ELEMENTS)
    return iso_ply_fail(in, "more than %d kinds of elements", ISO_PLY_ELEMENTS);
  p = behind(p, end);
  *e = (iso_ply_element){.is_vertex = word_is(p, end, "vertex"), .is_face = word_is(p, end, "face")};
  if (e->is_vertex) h->vertex = h->nelements;
  if (e->is_face) h->face = h->nelements;
  h->nelements++;
  if (iso_text_integer(behind(p, end), end, &e->n) && e->n >= 0 && e->n <= in->source.size) return ISO_OK;
  return iso_ply_fail(in, "a number of elements is impossible; the file is damaged, or cut short");
}

static iso_status check_header(iso_ply_input *in, const iso_ply_header *h) {
  int roles = 0, lists = 0;
  if (h->vertex < 0 || h->face < 0 || h->element[h->face].n == 0 || h->element[h->vertex].n == 0)
    return iso_ply_fail(in, "there are no vertices, or no faces");
  for (int k = 0; k < h->element[h->vertex].nproperties; k++)
    if (h->element[h->vertex].property[k].role >= 0) roles |= 1 << h->element[h->vertex].property[k].role;
  for (int k = 0; k < h->element[h->face].nproperties; k++)
    lists += h->element[h->face].property[k].role == 0;
  if (roles == 7 && lists == 1) return ISO_OK;
  return iso_ply_fail(in, "vertices need the properties x, y and z, faces the list vertex_indices");
}

iso_status iso_ply_read_header(iso_ply_input *in, iso_ply_header *h) {
  const char *p, *end;
  bool has_format = false;
  *h = (iso_ply_header){.text = true, .vertex = -1, .face = -1}; /* the header is text */
  ISO_TRY(iso_ply_line(in, &p, &end));
  if (!word_is(p, end, "ply")) return iso_ply_fail(in, "this is no PLY file: it does not begin with 'ply'");
  for (;;) {
    ISO_TRY(iso_ply_line(in, &p, &end));
    if (word_is(p, end, "end_header")) break;
    if (word_is(p, end, "format")) {
      const char *how = behind(p, end);
      has_format = true;
      h->big = word_is(how, end, "binary_big_endian");
      if (!h->big && !word_is(how, end, "binary_little_endian") && !word_is(how, end, "ascii"))
        return iso_ply_fail(in, "the format is none of ascii, binary_little_endian and binary_big_endian");
      h->text = word_is(how, end, "ascii");
    } else if (word_is(p, end, "element")) {
      ISO_TRY(add_element(in, h, p, end));
    } else if (word_is(p, end, "property")) {
      if (h->nelements == 0) return iso_ply_fail(in, "a property of no element");
      ISO_TRY(add_property(in, &h->element[h->nelements - 1], p, end));
    }
  }
  if (!has_format) return iso_ply_fail(in, "the header names no format");
  return check_header(in, h);
}

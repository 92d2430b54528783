#include "grid/format/vtu_array.h"

#include "grid/format/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* An array in the appended part, until that part is found: offset counts from its beginning. */
static const int64_t APPENDED = INT64_MIN / 2;

iso_status iso_vtu_fail(iso_vtu *v, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return iso_fail(v->err, ISO_EINPUT, "%s:%lld: %s", v->source.path, (long long)v->source.line + 1, text);
}

bool iso_vtu_attribute_is(const iso_vtu *v, const char *name, const char *wanted) {
  char value[64];
  return iso_xml_attribute(&v->tag, name, value, sizeof value) && strcmp(value, wanted) == 0;
}

iso_status iso_vtu_count(iso_vtu *v, const char *name, bool required, int64_t *value) {
  char text[64];
  if (!iso_xml_attribute(&v->tag, name, text, sizeof text) && !required) return ISO_OK;
  if (iso_xml_attribute(&v->tag, name, text, sizeof text) &&
      iso_text_integer(text, text + strlen(text), value) && *value >= 0)
    return ISO_OK;
  return iso_vtu_fail(v, "<%.32s> needs %s, a number not below zero", v->tag.text, name);
}

static iso_vtk_type type_of(const char *name) {
  static const char *const names[] = {"",       "Int8",  "UInt8",  "Int16",   "UInt16", "Int32",
                                      "UInt32", "Int64", "UInt64", "Float32", "Float64"};
  for (int t = ISO_VTK_INT8; t <= ISO_VTK_FLOAT64; t++)
    if (strcmp(name, names[t]) == 0) return (iso_vtk_type)t;
  return ISO_VTK_NOTYPE;
}

static iso_status place(iso_vtu *v, iso_vtk_array *a) {
  int64_t offset;
  if (iso_vtu_attribute_is(v, "format", "appended")) {
    ISO_TRY(iso_vtu_count(v, "offset", true, &offset));
    if (offset > INT64_MAX / 4) return iso_vtu_fail(v, "the offset of '%s' is out of range", a->name);
    a->offset = APPENDED + offset;
    return ISO_OK;
  }
  a->encoding = iso_vtu_attribute_is(v, "format", "binary") ? ISO_VTK_BASE64 : ISO_VTK_TEXT;
  a->offset = iso_source_offset(&v->source);
  a->line = v->source.line;
  if (a->encoding == ISO_VTK_TEXT) a->codec = ISO_VTK_PLAIN;
  return ISO_OK;
}

iso_status iso_vtu_describe(iso_vtu *v, int64_t tuples, iso_vtk_array *a) {
  char type[64] = "";
  int64_t components = 1;
  *a = (iso_vtk_array){.header_bytes = v->header_bytes, .big_endian = v->big_endian, .codec = v->codec};
  iso_xml_attribute(&v->tag, "type", type, sizeof type);
  iso_xml_attribute(&v->tag, "Name", a->name, sizeof a->name);
  ISO_TRY(iso_vtu_count(v, "NumberOfComponents", false, &components));
  if (components < 1 || components > 1 << 20 || tuples > INT64_MAX / 8 / components)
    return iso_vtu_fail(v, "'%s' has no components, or too many", a->name);
  a->components = (int)components;
  a->type = type_of(type);
  a->count = tuples < 0 ? -1 : tuples * components;
  return place(v, a);
}

/* Offsets count from the byte behind the first underscore. */
iso_status iso_vtu_find_appended(iso_vtu *v) {
  char c = 0;
  v->appended_encoding = iso_vtu_attribute_is(v, "encoding", "base64") ? ISO_VTK_BASE64 : ISO_VTK_RAW;
  while (c != '_') {
    iso_error inner = {0};
    if (iso_source_take(&v->source, &c, 1, &inner) != ISO_OK || (c != '_' && !iso_text_is_space(c)))
      return iso_vtu_fail(v, "<AppendedData> must begin with an underscore");
  }
  v->appended = iso_source_offset(&v->source);
  return ISO_OK;
}

iso_status iso_vtu_settle(iso_vtu *v, iso_vtk_array *a) {
  if (!a->type || a->offset >= 0) return ISO_OK;
  int64_t offset = a->offset - APPENDED;
  if (!v->appended)
    return iso_vtu_fail(v, "'%s' is in <AppendedData>, but there is none; the file is cut short", a->name);
  if (offset > v->source.size - v->appended)
    return iso_vtu_fail(v, "'%s' should begin behind the end of the file; it is cut short", a->name);
  a->offset = v->appended + offset;
  a->encoding = v->appended_encoding;
  return ISO_OK;
}

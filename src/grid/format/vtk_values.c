#include "grid/format/vtk_values.h"

#include "base/memory.h"
#include "grid/format/text.h"
#include "grid/format/vtk_octets.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 2048 }; /* values converted at a time */

struct iso_values {
  iso_vtk_array array;
  iso_source source;
  iso_octets octets;
  int64_t left; /* text: values still to come, where the count is known */
};

int iso_vtk_type_bytes(iso_vtk_type type) {
  static const int bytes[] = {0, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8};
  return bytes[type];
}

static bool is_text(const iso_values *values) { return values->array.encoding == ISO_VTK_TEXT; }

/* line: number, or 0 where it is not known. */
static iso_status complain(const iso_values *values, int64_t line, iso_error *err, const char *format,
                           va_list args) {
  char complaint[512];
  const char *path = values->source.path, *name = values->array.name;
  vsnprintf(complaint, sizeof complaint, format, args);
  if (!is_text(values))
    return iso_fail(err, ISO_EINPUT, "%s: in '%s', which begins at byte %lld: %s", path, name,
                    (long long)values->array.offset, complaint);
  if (line > 0)
    return iso_fail(err, ISO_EINPUT, "%s:%lld: in '%s': %s", path, (long long)line, name, complaint);
  return iso_fail(err, ISO_EINPUT, "%s: in '%s': %s", path, name, complaint);
}

iso_status iso_values_fail(const iso_values *values, iso_error *err, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const iso_status status = complain(values, values->source.line + 1, err, format, args);
  va_end(args);
  return status;
}

iso_status iso_values_fail_ahead(const iso_values *values, iso_error *err, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const iso_status status = complain(values, 0, err, format, args);
  va_end(args);
  return status;
}

/* Adds where it happened to a complaint about content. */
static iso_status located(const iso_values *values, iso_status status, const iso_error *inner,
                          iso_error *err) {
  if (status == ISO_EINPUT) return iso_values_fail(values, err, "%s", inner->message);
  return status == ISO_OK ? ISO_OK : iso_fail(err, status, "%s", inner->message);
}

static iso_status start(iso_values *values, iso_error *err) {
  const iso_vtk_array *a = &values->array;
  iso_source_seek(&values->source, a->offset, a->line);
  if (is_text(values)) return ISO_OK;
  iso_error inner = {0};
  int64_t bytes = iso_vtk_type_bytes(a->type);
  iso_status status =
      iso_octets_start(&values->octets, &values->source, a->encoding == ISO_VTK_BASE64, a->codec,
                       a->header_bytes, a->big_endian, a->count < 0 ? 0 : a->count * bytes, &inner);
  ISO_TRY(located(values, status, &inner, err));
  if (a->count >= 0 && values->octets.left != a->count * bytes)
    return iso_values_fail(values, err, "there must be %lld bytes, but the file says %lld",
                           (long long)(a->count * bytes), (long long)values->octets.left);
  return ISO_OK;
}

iso_status iso_values_open(iso_values **out, const char *path, const iso_vtk_array *array, iso_error *err) {
  *out = NULL;
  iso_values *values;
  ISO_TRY(iso_alloc(&values, 1, sizeof *values, "reading an array", err));
  values->array = *array;
  values->left = array->count;
  iso_status status = iso_source_open(&values->source, path, err);
  if (status == ISO_OK) status = start(values, err);
  if (status == ISO_OK)
    *out = values;
  else
    iso_values_close(values);
  return status;
}

void iso_values_close(iso_values *values) {
  if (!values) return;
  iso_octets_stop(&values->octets);
  iso_source_close(&values->source);
  free(values);
}

const iso_vtk_array *iso_values_array(const iso_values *values) { return &values->array; }

/* ---- text ---- */

static bool ends_word(char c) { return iso_text_is_space(c) || c == '<'; }

/* The next word, wholly in the window; empty at the end of the data. */
static iso_status next_word(iso_source *s, const char **begin, const char **end, iso_error *err) {
  size_t added = 1;
  for (;;) {
    while (s->at < s->filled && iso_text_is_space(s->window[s->at])) s->line += s->window[s->at++] == '\n';
    const char *p = s->window + s->at, *stop = s->window + s->filled;
    while (p < stop && !ends_word(*p)) p++;
    if (p < stop || added == 0) {
      *begin = s->window + s->at;
      *end = p;
      s->at = (size_t)(p - s->window);
      return ISO_OK;
    }
    ISO_TRY(iso_source_fill(s, &added, err));
  }
}

static iso_status take_word(iso_values *values, const char **begin, const char **end, iso_error *err) {
  iso_error inner = {0};
  ISO_TRY(located(values, next_word(&values->source, begin, end, &inner), &inner, err));
  if (*begin == *end || values->left == 0)
    return iso_values_fail(values, err,
                           "there are too few numbers; the file is cut short or a count is wrong");
  if (values->left > 0) values->left--;
  return ISO_OK;
}

static iso_status no_number(const iso_values *values, const char *begin, const char *end, const char *what,
                            iso_error *err) {
  int length = (int)(end - begin < 40 ? end - begin : 40);
  return iso_values_fail(values, err, "'%.*s' is not %s", length, begin, what);
}

static iso_status text_integers(iso_values *values, int64_t n, int64_t *out, iso_error *err) {
  const char *begin, *end;
  for (int64_t i = 0; i < n; i++) {
    ISO_TRY(take_word(values, &begin, &end, err));
    if (iso_text_integer(begin, end, &out[i])) continue;
    double x; /* tags are sometimes written as reals */
    if (!iso_text_real(begin, end, &x) || fabs(x) > 9e15 || x != floor(x))
      return no_number(values, begin, end, "an integer", err);
    out[i] = (int64_t)x;
  }
  return ISO_OK;
}

static iso_status text_reals(iso_values *values, int64_t n, double *out, iso_error *err) {
  const char *begin, *end;
  for (int64_t i = 0; i < n; i++) {
    ISO_TRY(take_word(values, &begin, &end, err));
    if (!iso_text_real(begin, end, &out[i])) return no_number(values, begin, end, "a number", err);
  }
  return ISO_OK;
}

/* ---- binary ---- */

static void swap_bytes(unsigned char *bytes, int64_t n, int width) {
  for (int64_t i = 0; i < n; i++, bytes += width)
    for (int k = 0; k < width / 2; k++) {
      unsigned char b = bytes[k];
      bytes[k] = bytes[width - 1 - k];
      bytes[width - 1 - k] = b;
    }
}

static bool host_is_big_endian(void) {
  const uint16_t one = 1;
  unsigned char first;
  memcpy(&first, &one, 1);
  return first == 0;
}

typedef union {
  unsigned char bytes[8 * CHUNK];
  int8_t i8[CHUNK];
  uint8_t u8[CHUNK];
  int16_t i16[CHUNK];
  uint16_t u16[CHUNK];
  int32_t i32[CHUNK];
  uint32_t u32[CHUNK];
  int64_t i64[CHUNK];
  uint64_t u64[CHUNK];
  float f32[CHUNK];
  double f64[CHUNK];
} chunk;

static iso_status take_chunk(iso_values *values, chunk *c, int64_t n, iso_error *err) {
  iso_error inner = {0};
  int width = iso_vtk_type_bytes(values->array.type);
  ISO_TRY(located(values, iso_octets_take(&values->octets, c->bytes, n * width, &inner), &inner, err));
  if (values->array.big_endian != host_is_big_endian()) swap_bytes(c->bytes, n, width);
  return ISO_OK;
}

#define EACH_TYPE(X)                                                                                         \
  X(INT8, i8)                                                                                                \
  X(UINT8, u8) X(INT16, i16) X(UINT16, u16) X(INT32, i32) X(UINT32, u32) X(INT64, i64) X(UINT64, u64)

static iso_status chunk_integers(const iso_values *values, const chunk *c, int64_t n, int64_t *out,
                                 iso_error *err) {
  switch (values->array.type) {
#define X(name, member)                                                                                      \
  case ISO_VTK_##name:                                                                                       \
    for (int64_t i = 0; i < n; i++) out[i] = (int64_t)c->member[i];                                          \
    return ISO_OK;
    EACH_TYPE(X)
#undef X
  default:
    break;
  }
  for (int64_t i = 0; i < n; i++) {
    double x = values->array.type == ISO_VTK_FLOAT32 ? (double)c->f32[i] : c->f64[i];
    if (!(fabs(x) < 9e15) || x != floor(x)) return iso_values_fail(values, err, "%g is not an integer", x);
    out[i] = (int64_t)x;
  }
  return ISO_OK;
}

static void chunk_reals(const iso_values *values, const chunk *c, int64_t n, double *out) {
  switch (values->array.type) {
#define X(name, member)                                                                                      \
  case ISO_VTK_##name:                                                                                       \
    for (int64_t i = 0; i < n; i++) out[i] = (double)c->member[i];                                           \
    return;
    EACH_TYPE(X)
    X(FLOAT32, f32)
    X(FLOAT64, f64)
#undef X
  case ISO_VTK_NOTYPE:
    return;
  }
}

/* ---- either ---- */

iso_status iso_values_integers(iso_values *values, int64_t n, int64_t *out, iso_error *err) {
  if (is_text(values)) return text_integers(values, n, out, err);
  chunk c;
  for (int64_t part; n > 0; n -= part, out += part) {
    part = n < CHUNK ? n : CHUNK;
    ISO_TRY(take_chunk(values, &c, part, err));
    ISO_TRY(chunk_integers(values, &c, part, out, err));
  }
  return ISO_OK;
}

iso_status iso_values_reals(iso_values *values, int64_t n, double *out, iso_error *err) {
  if (is_text(values)) return text_reals(values, n, out, err);
  chunk c;
  for (int64_t part; n > 0; n -= part, out += part) {
    part = n < CHUNK ? n : CHUNK;
    ISO_TRY(take_chunk(values, &c, part, err));
    chunk_reals(values, &c, part, out);
  }
  return ISO_OK;
}

iso_status iso_values_skip(iso_values *values, int64_t n, iso_error *err) {
  const char *begin, *end;
  if (is_text(values)) {
    for (int64_t i = 0; i < n; i++) ISO_TRY(take_word(values, &begin, &end, err));
    return ISO_OK;
  }
  iso_error inner = {0};
  int width = iso_vtk_type_bytes(values->array.type);
  if (n > INT64_MAX / 8) return iso_values_fail(values, err, "an offset is out of range");
  return located(values, iso_octets_skip(&values->octets, n * width, &inner), &inner, err);
}

void iso_values_position(const iso_values *values, int64_t *offset, int64_t *line) {
  *offset = iso_source_offset(&values->source);
  *line = values->source.line;
}

iso_status iso_values_finish(iso_values *values, iso_error *err) {
  bool more = values->octets.left > 0;
  if (is_text(values) && values->array.count < 0) {
    const char *begin, *end;
    iso_error inner = {0};
    ISO_TRY(located(values, next_word(&values->source, &begin, &end, &inner), &inner, err));
    more = end > begin;
  }
  return more ? iso_values_fail(values, err, "there are more numbers than the cells or points need") : ISO_OK;
}

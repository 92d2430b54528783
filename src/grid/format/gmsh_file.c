/* Numbers of Gmsh's files, in text and in binary. */
#include "grid/format/gmsh.h"
#include "grid/format/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

iso_status iso_gmsh_fail(const iso_gmsh_file *file, const char *format, ...) {
  char text[600];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (file->binary)
    return iso_fail(file->err, ISO_EINPUT, "%s: byte %lld: %s", file->source.path,
                    (long long)iso_source_offset(&file->source), text);
  return iso_fail(file->err, ISO_EINPUT, "%s:%lld: %s", file->source.path, (long long)file->source.line,
                  text);
}

/* What the source says of the content is without its place. */
static iso_status complete(const iso_gmsh_file *file, iso_status status, const iso_error *why) {
  if (status == ISO_EINPUT) return iso_gmsh_fail(file, "%s", why->message);
  return status == ISO_OK ? ISO_OK : iso_fail(file->err, status, "%s", why->message);
}

iso_status iso_gmsh_line(iso_gmsh_file *file, const char **begin, const char **end) {
  iso_error why = {0};
  do {
    const iso_status status = iso_source_line(&file->source, begin, end, &why);
    if (status != ISO_OK) return complete(file, status, &why);
    if (!*begin)
      return iso_gmsh_fail(file, "the file ends within %s; it is cut short: write or copy it again",
                           file->section);
    *begin = iso_text_skip(*begin, *end);
  } while (*begin == *end);
  return ISO_OK;
}

iso_status iso_gmsh_take(iso_gmsh_file *file, void *bytes, size_t n) {
  iso_error why = {0};
  const iso_status status = iso_source_take(&file->source, bytes, n, &why);
  return complete(file, status, &why);
}

static iso_status text_integers(iso_gmsh_file *file, int n, int64_t *value) {
  const char *p, *end;
  ISO_TRY(iso_gmsh_line(file, &p, &end));
  for (int i = 0; i < n; i++) {
    p = iso_text_integer(p, end, &value[i]);
    if (!p)
      return iso_gmsh_fail(file, "number %d of a line in %s is not a whole number, or missing", i + 1,
                           file->section);
  }
  return ISO_OK;
}

static uint32_t word(const unsigned char *b, bool swapped) {
  uint32_t x;
  memcpy(&x, b, sizeof x);
  return swapped ? __builtin_bswap32(x) : x;
}

static uint64_t long_word(const unsigned char *b, bool swapped) {
  uint64_t x;
  memcpy(&x, b, sizeof x);
  return swapped ? __builtin_bswap64(x) : x;
}

iso_status iso_gmsh_integers(iso_gmsh_file *file, int n, int64_t *value) {
  if (!file->binary) return text_integers(file, n, value);
  for (int i = 0; i < n; i++) {
    unsigned char b[4];
    ISO_TRY(iso_gmsh_take(file, b, sizeof b));
    value[i] = (int32_t)word(b, file->swapped);
  }
  return ISO_OK;
}

iso_status iso_gmsh_sizes(iso_gmsh_file *file, int n, int64_t *value) {
  if (!file->binary) return text_integers(file, n, value);
  for (int i = 0; i < n; i++) {
    unsigned char b[8];
    ISO_TRY(iso_gmsh_take(file, b, sizeof b));
    value[i] = (int64_t)long_word(b, file->swapped);
  }
  return ISO_OK;
}

iso_status iso_gmsh_reals(iso_gmsh_file *file, int n, double *value) {
  if (file->binary) {
    for (int i = 0; i < n; i++) {
      unsigned char b[8];
      ISO_TRY(iso_gmsh_take(file, b, sizeof b));
      const uint64_t bits = long_word(b, file->swapped);
      memcpy(&value[i], &bits, sizeof bits);
    }
    return ISO_OK;
  }
  const char *p, *end;
  ISO_TRY(iso_gmsh_line(file, &p, &end));
  for (int i = 0; i < n; i++) {
    p = iso_text_real(p, end, &value[i]);
    if (!p)
      return iso_gmsh_fail(file, "number %d of a line in %s is not a number, or missing", i + 1,
                           file->section);
  }
  return ISO_OK;
}

iso_status iso_gmsh_pass_parameters(iso_gmsh_file *file) {
  int64_t entity[2];
  double place[2];
  ISO_TRY(iso_gmsh_integers(file, 2, entity));
  return iso_gmsh_reals(file, entity[0] == 1 || entity[0] == 2 ? (int)entity[0] : 0, place);
}

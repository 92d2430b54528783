#include "result/json.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

void iso_json_text(FILE *stream, const char *text) {
  fputc('"', stream);
  for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
    if (*c == '"' || *c == '\\')
      fprintf(stream, "\\%c", *c);
    else if (*c < 0x20)
      fprintf(stream, "\\u%04x", *c);
    else
      fputc(*c, stream);
  }
  fputc('"', stream);
}

void iso_json_key(FILE *stream, const char *key) {
  fputs(",\n  ", stream);
  iso_json_text(stream, key);
  fputs(": ", stream);
}

void iso_json_field(FILE *stream, const char *key, const char *value) {
  iso_json_key(stream, key);
  if (value)
    iso_json_text(stream, value);
  else
    fputs("null", stream);
}

/* JSON has no NaN: null stands for it. */
void iso_json_number(FILE *stream, const char *key, double value) {
  iso_json_key(stream, key);
  if (isfinite(value))
    fprintf(stream, "%.17g", value);
  else
    fputs("null", stream);
}

iso_status iso_json_save(const char *file, const char *option, void (*write)(const void *self, FILE *stream),
                         const void *self, iso_error *err) {
  char beside[4096];
  int n = snprintf(beside, sizeof beside, "%s.part", file);
  if (n < 0 || (size_t)n >= sizeof beside)
    return iso_fail(err, ISO_EINPUT, "%s: the path is too long", option);
  FILE *f = fopen(beside, "w");
  if (!f)
    return iso_fail(err, ISO_EFAIL, "%s: cannot be written (%s); name another place with %s", file,
                    strerror(errno), option);
  write(self, f);
  bool good = fflush(f) == 0 && fsync(fileno(f)) == 0;
  good = fclose(f) == 0 && good;
  if (good && rename(beside, file) == 0) return ISO_OK;
  int reason = errno;
  remove(beside);
  return iso_fail(err, ISO_EFAIL,
                  "%s: could not be written (%s); free some space or name another place with %s", file,
                  strerror(reason), option);
}

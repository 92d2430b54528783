#include "result/json.h"

#include <math.h>

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

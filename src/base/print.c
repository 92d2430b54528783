#define _GNU_SOURCE /* vasprintf */
#include "base/print.h"

#include "base/text.h"

#include <stdlib.h>

void iso_vprint(FILE *stream, const char *format, va_list args) {
  char *text = NULL;
  if (vasprintf(&text, format, args) < 0) return;
  fputs(iso_text_clean(text, "\t\n"), stream);
  free(text);
}

void iso_print(FILE *stream, const char *format, ...) {
  va_list args;
  va_start(args, format);
  iso_vprint(stream, format, args);
  va_end(args);
}

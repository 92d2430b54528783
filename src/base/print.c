#define _GNU_SOURCE /* vasprintf */
#include "base/print.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

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

static void put_quoted(FILE *stream, const char *word) {
  fputc('\'', stream);
  for (const char *c = word; *c; c++) {
    if (*c == '\'')
      fputs("'\\''", stream);
    else
      fputc(*c, stream);
  }
  fputc('\'', stream);
}

void iso_put_word(FILE *stream, const char *word) {
  static const char special[] = " \t\n\r'\"\\$`&|;<>()[]{}*?!#~";
  if (!*word || strpbrk(word, special))
    put_quoted(stream, word);
  else
    fputs(word, stream);
}

void iso_print_word(FILE *stream, const char *word) {
  char *text = NULL;
  size_t size;
  FILE *quoted = open_memstream(&text, &size);
  if (!quoted) return;
  iso_put_word(quoted, word);
  if (fclose(quoted) == 0) iso_print(stream, "%s", text);
  free(text);
}

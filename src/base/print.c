#define _GNU_SOURCE /* vasprintf */
#include "base/print.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* The number of bytes of the character of UTF-8 (RFC 3629) at text, and the character; 0: it is none. */
static int decode(const unsigned char *text, uint32_t *out) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const int n = *text < 0x80 ? 1 : *text >> 5 == 6 ? 2 : *text >> 4 == 14 ? 3 : *text >> 3 == 30 ? 4 : 0;
  *out = n == 1 ? *text : n ? *text & (0x7f >> n) : 0;
  for (int i = 1; i < n; i++) {
    if (text[i] >> 6 != 2) return 0; /* the end of the text, too */
    *out = *out << 6 | (text[i] & 0x3f);
  }
  const bool is_one = n && *out >= least[n] && *out <= 0x10ffff && *out >> 11 != 0x1b;
  return is_one ? n : 0;
}

static bool is_harmless(uint32_t c) {
  if (c < 0x20) return c == '\t' || c == '\n';
  if (c >= 0x7f && c < 0xa0) return false;
  return !((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069));
}

char *iso_print_clean(char *text) {
  unsigned char *to = (unsigned char *)text;
  for (const unsigned char *from = to; *from;) {
    uint32_t c;
    const int n = decode(from, &c);
    if (n && is_harmless(c))
      for (int i = 0; i < n; i++) *to++ = *from++;
    else
      *to++ = '?', from += n ? n : 1;
  }
  *to = '\0';
  return text;
}

void iso_vprint(FILE *stream, const char *format, va_list args) {
  char *text = NULL;
  if (vasprintf(&text, format, args) < 0) return;
  fputs(iso_print_clean(text), stream);
  free(text);
}

void iso_print(FILE *stream, const char *format, ...) {
  va_list args;
  va_start(args, format);
  iso_vprint(stream, format, args);
  va_end(args);
}

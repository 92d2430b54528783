#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 64 }; /* words compared; longer ones are no typing slip */

static int least(int a, int b) { return a < b ? a : b; }

static int replace_cost(char a, char b) {
  if (a == b) return 0;
  return tolower((unsigned char)a) == tolower((unsigned char)b) ? 1 : 4;
}

static int insert_cost(char c) { return c == '_' || c == '-' ? 1 : 4; }

int iso_text_distance(const char *a, const char *b) {
  int na = (int)strnlen(a, LONGEST), nb = (int)strnlen(b, LONGEST);
  int d[LONGEST + 1][LONGEST + 1];
  d[0][0] = 0;
  for (int i = 1; i <= na; i++) d[i][0] = d[i - 1][0] + insert_cost(a[i - 1]);
  for (int j = 1; j <= nb; j++) d[0][j] = d[0][j - 1] + insert_cost(b[j - 1]);
  for (int i = 1; i <= na; i++)
    for (int j = 1; j <= nb; j++) {
      int best = least(d[i - 1][j] + insert_cost(a[i - 1]), d[i][j - 1] + insert_cost(b[j - 1]));
      best = least(best, d[i - 1][j - 1] + replace_cost(a[i - 1], b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        best = least(best, d[i - 2][j - 2] + 4);
      d[i][j] = best;
    }
  return d[na][nb];
}

const char *iso_text_nearest(const char *word, int n, const char *const *candidates) {
  /* A third of the letters; of short words only case and dashes: further ones are as likely by chance. */
  int length = (int)strnlen(word, LONGEST), limit = length > 3 ? 4 * (length / 3) : 3;
  const char *nearest = NULL;
  for (int i = 0; i < n; i++) {
    if (!candidates[i]) continue;
    int distance = iso_text_distance(word, candidates[i]);
    if (distance > limit) continue;
    limit = distance - 1;
    nearest = candidates[i];
  }
  return nearest;
}

const char *iso_text_meant(const char *dashes, const char *nearest, char *buffer, size_t size) {
  if (nearest)
    snprintf(buffer, size, "; did you mean '%s%s'?", dashes, nearest);
  else
    snprintf(buffer, size, ".");
  return buffer;
}

void iso_text_append(char *buffer, size_t size, const char *format, ...) {
  size_t used = strnlen(buffer, size);
  if (used >= size) return;
  va_list args;
  va_start(args, format);
  vsnprintf(buffer + used, size - used, format, args);
  va_end(args);
}

void iso_text_list(char *buffer, size_t size, int n, const char *const *names) {
  const char *separator = "";
  for (int i = 0; i < n; i++) {
    if (!names[i]) continue;
    iso_text_append(buffer, size, "%s%s", separator, names[i]);
    separator = ", ";
  }
}

char *iso_text_duration(double seconds, char *buffer, size_t size) {
  /* The smaller unit is rounded first, so that 59.99 s reads "1 min 00 s", not "60.0 s". */
  long long whole = llround(seconds), minutes = llround(seconds / 60);
  if (seconds < 0.9995)
    snprintf(buffer, size, "%.0f ms", 1000 * seconds);
  else if (seconds < 59.95)
    snprintf(buffer, size, "%.1f s", seconds);
  else if (whole < 3600)
    snprintf(buffer, size, "%lld min %02lld s", whole / 60, whole % 60);
  else
    snprintf(buffer, size, "%lld h %02lld min", minutes / 60, minutes % 60);
  return buffer;
}

char *iso_text_count(long long count, char *buffer, size_t size) {
  char digits[32];
  int n = snprintf(digits, sizeof digits, "%lld", count);
  size_t used = 0;
  for (int i = 0; i < n && used + 2 < size; i++) {
    if (i && (n - i) % 3 == 0 && digits[i - 1] != '-') buffer[used++] = ',';
    buffer[used++] = digits[i];
  }
  if (size) buffer[used] = '\0';
  return buffer;
}

char *iso_text_shortest(double value, char *buffer, size_t size) {
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(buffer, size, "%.*g", digits, value);
    if (strtod(buffer, NULL) == value) break;
  }
  return buffer;
}

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

static bool is_harmless(uint32_t c, const char *keep) {
  if (c < 0x20) return strchr(keep, (int)c) != NULL;
  if (c >= 0x7f && c < 0xa0) return false;
  return !((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069));
}

char *iso_text_clean(char *text, const char *keep) {
  unsigned char *to = (unsigned char *)text;
  for (const unsigned char *from = to; *from;) {
    uint32_t c;
    const int n = decode(from, &c);
    if (n && is_harmless(c, keep))
      for (int i = 0; i < n; i++) *to++ = *from++;
    else
      *to++ = '?', from += n ? n : 1;
  }
  *to = '\0';
  return text;
}

bool iso_text_names_header(const char *name) {
  const size_t length = strlen(name);
  return length > 2 && !strcmp(name + length - 2, ".h");
}

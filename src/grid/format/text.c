#include "grid/format/text.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool ends_word(const char *p, const char *end) { return p == end || iso_text_is_space(*p); }

const char *iso_text_integer(const char *p, const char *end, int64_t *value) {
  p = iso_text_skip(p, end);
  bool negative = p < end && *p == '-';
  if (p < end && (*p == '-' || *p == '+')) p++;
  const char *first = p;
  uint64_t n = 0;
  for (; p < end && is_digit(*p); p++) {
    if (p - first >= 18) return NULL; /* no count or tag is that large, and n cannot wrap */
    n = 10 * n + (uint64_t)(*p - '0');
  }
  if (p == first || !ends_word(p, end)) return NULL;
  *value = negative ? -(int64_t)n : (int64_t)n;
  return p;
}

/* Fortran's double precision is 1.5D+02. */
static bool begins_exponent(char c) { return c == 'e' || c == 'E' || c == 'd' || c == 'D'; }

/* Whatever the fast path leaves: long mantissas, large exponents, nan, inf. */
static const char *real_by_library(const char *p, const char *end, double *value) {
  char word[128];
  const char *stop = iso_text_word_end(p, end);
  size_t length = (size_t)(stop - p);
  if (length == 0 || length >= sizeof word) return NULL;
  memcpy(word, p, length);
  word[length] = 0;
  char *parsed;
  *value = strtod(word, &parsed);
  if (parsed > word && (*parsed == 'd' || *parsed == 'D')) {
    *parsed = 'e';
    *value = strtod(word, &parsed);
  }
  return parsed == word + length ? stop : NULL;
}

/* Decimal mantissa and exponent of a plain number; NULL where it is not plain or has more digits than fit. */
static const char *decimal(const char *p, const char *end, uint64_t *mantissa, int *exponent) {
  uint64_t n = 0;
  int digits = 0, fraction = 0, scale = 0;
  for (; p < end && is_digit(*p); p++, digits++) n = 10 * n + (uint64_t)(*p - '0');
  if (p < end && *p == '.')
    for (p++; p < end && is_digit(*p); p++, digits++, fraction++) n = 10 * n + (uint64_t)(*p - '0');
  if (digits == 0 || digits > 18) return NULL;
  if (p < end && begins_exponent(*p)) {
    p++;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) p++;
    const char *first = p;
    for (; p < end && is_digit(*p) && p - first < 4; p++) scale = 10 * scale + (*p - '0');
    if (p == first) return NULL;
    if (negative) scale = -scale;
  }
  *mantissa = n;
  *exponent = scale - fraction;
  return p;
}

const char *iso_text_real(const char *p, const char *end, double *value) {
  static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  p = iso_text_skip(p, end);
  const char *unsigned_part = p < end && (*p == '-' || *p == '+') ? p + 1 : p;
  uint64_t mantissa;
  int exponent;
  const char *stop = decimal(unsigned_part, end, &mantissa, &exponent);
  /* A mantissa below 2^53 and a power of ten up to 10^22 are exact doubles, so that one multiplication or
   * division rounds once: Clinger, "How to read floating point numbers accurately", PLDI 1990. */
  if (!stop || !ends_word(stop, end) || mantissa >> 53 || exponent < -22 || exponent > 22)
    return real_by_library(p, end, value);
  double x = exponent < 0 ? (double)mantissa / power[-exponent] : (double)mantissa * power[exponent];
  *value = unsigned_part > p && *p == '-' ? -x : x;
  return stop;
}

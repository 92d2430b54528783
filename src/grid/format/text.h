/* Numbers in text, read from a window of bytes that need not end in a zero. */
#ifndef ISO_GRID_FORMAT_TEXT_H
#define ISO_GRID_FORMAT_TEXT_H

#include <stdbool.h>
#include <stdint.h>

static inline bool iso_text_is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* First byte of [p, end) that is no white space, or end. */
static inline const char *iso_text_skip(const char *p, const char *end) {
  while (p < end && iso_text_is_space(*p)) p++;
  return p;
}

/* First white space of [p, end), or end. */
static inline const char *iso_text_word_end(const char *p, const char *end) {
  while (p < end && !iso_text_is_space(*p)) p++;
  return p;
}

/* Both read one number after optional white space and return the byte behind it, or NULL where there is no
 * number, it does not fit, or something other than white space follows it. */
const char *iso_text_integer(const char *p, const char *end, int64_t *value);

/* Correctly rounded; "nan" and "inf" are numbers here. */
const char *iso_text_real(const char *p, const char *end, double *value);

#endif

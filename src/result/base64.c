#include "result/base64.h"

#include <string.h>

static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Three bytes at most, the first one highest. */
static void put_group(FILE *file, uint32_t group, int n) {
  for (int k = 0; k < 4; k++) fputc(k <= n ? digit[group >> (18 - 6 * k) & 63] : '=', file);
}

void iso_base64_put(FILE *file, const uint32_t *number, size_t n, int bytes) {
  uint32_t group = 0;
  int have = 0;
  for (size_t i = 0; i < n * (size_t)bytes; i++) {
    const uint32_t byte = number[i / (size_t)bytes] >> (8 * (i % (size_t)bytes)) & 255;
    group |= byte << (16 - 8 * have++);
    if (have < 3) continue;
    put_group(file, group, 3);
    group = 0, have = 0;
  }
  if (have > 0) put_group(file, group, have);
}

bool iso_base64_get(const char *text, uint32_t *number, size_t n, int bytes) {
  uint32_t group = 0;
  int have = 0; /* bits that are not given yet */
  for (size_t i = 0; i < n * (size_t)bytes; i++) {
    for (; have < 8; have += 6, text++) {
      const char *at = *text ? strchr(digit, *text) : NULL;
      if (!at) return false;
      group = group << 6 | (uint32_t)(at - digit);
    }
    const uint32_t byte = group >> (have -= 8) & 255;
    const size_t k = i / (size_t)bytes, shift = 8 * (i % (size_t)bytes);
    number[k] = (shift ? number[k] : 0) | byte << shift;
  }
  return true;
}

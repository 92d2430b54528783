#include "result/base64.h"

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

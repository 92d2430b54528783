#include "base/sha256.h"

#include "base/input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t turn(uint32_t x, int n) { return x >> n | x << (32 - n); }

/* Names are those of the standard, section 6.2.2. */
static void take_block(uint32_t state[8], const unsigned char *block) {
  uint32_t w[64];
  for (int t = 0; t < 16; t++, block += 4)
    w[t] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 | block[3];
  for (int t = 16; t < 64; t++) {
    const uint32_t x = w[t - 15], y = w[t - 2];
    w[t] = w[t - 16] + (turn(x, 7) ^ turn(x, 18) ^ x >> 3) + w[t - 7] + (turn(y, 17) ^ turn(y, 19) ^ y >> 10);
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6],
           h = state[7];
  for (int t = 0; t < 64; t++) {
    const uint32_t choice = (e & f) ^ (~e & g), majority = (a & b) ^ (a & c) ^ (b & c);
    const uint32_t t1 = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + constant[t] + w[t];
    const uint32_t t2 = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority;
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  const uint32_t sum[8] = {a, b, c, d, e, f, g, h};
  for (int i = 0; i < 8; i++) state[i] += sum[i];
}

void iso_sha256_begin(iso_sha256 *s) {
  *s = (iso_sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                              0x1f83d9ab, 0x5be0cd19}};
}

void iso_sha256_add(iso_sha256 *s, const void *bytes, size_t n) {
  const unsigned char *at = bytes;
  while (n > 0) {
    const size_t begun = s->bytes % sizeof s->block, room = sizeof s->block - begun,
                 some = n < room ? n : room;
    memcpy(s->block + begun, at, some);
    s->bytes += some;
    at += some, n -= some;
    if (some == room) take_block(s->state, s->block);
  }
}

void iso_sha256_end(iso_sha256 *s, char text[ISO_SHA256_TEXT]) {
  static const unsigned char padding[64] = {0x80};
  const uint64_t bits = 8 * s->bytes;
  unsigned char length[8];
  for (int i = 0; i < 8; i++) length[i] = (unsigned char)(bits >> (56 - 8 * i));
  iso_sha256_add(s, padding, 1 + (119 - s->bytes % 64) % 64); /* up to 8 bytes before the end of a block */
  iso_sha256_add(s, length, sizeof length);
  for (int i = 0; i < 8; i++) snprintf(text + 8 * i, 9, "%08x", (unsigned)s->state[i]);
}

iso_status iso_sha256_file(const char *path, char text[ISO_SHA256_TEXT], iso_error *err) {
  const char *why;
  unsigned char piece[1 << 14];
  iso_sha256 sum;
  FILE *file = iso_input_stream(path, &why);
  if (!file) return iso_fail(err, ISO_EFAIL, "%s: cannot be read (%s)", path, why);
  iso_sha256_begin(&sum);
  for (size_t n; (n = fread(piece, 1, sizeof piece, file)) > 0;) iso_sha256_add(&sum, piece, n);
  const int code = ferror(file) ? EIO : 0;
  fclose(file);
  iso_sha256_end(&sum, text);
  return code ? iso_fail(err, ISO_EFAIL, "%s: cannot be read (%s)", path, strerror(code)) : ISO_OK;
}

/* Packed chunks are streams of zlib that hold what was given, shuffled as HDF5's filter does it. */
#include "result/packer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { ROWS = 8, GAP = 3 }; /* values between rows that are no part of the chunk */

/* Bits of value number i of a chunk. */
typedef uint32_t (*kind)(uint32_t i);

static uint32_t noise(uint32_t i) { /* no byte of it repeats more than by chance */
  i = (i ^ 61 ^ i >> 16) * 9;
  i = (i ^ i >> 4) * 0x27d4eb2d;
  return i ^ i >> 15;
}

static uint32_t rest(uint32_t i) { /* Vm of tissue at rest */
  (void)i;
  return 0xc2aa0000;
}

static uint32_t ramp(uint32_t i) { /* noise in the lower two bytes alone */
  return 0xc2000000 | i / 97 << 16 | (noise(i) & 0xffff);
}

static uint32_t half(uint32_t i) { /* noise in the second byte, but not in the first */
  return 0xc2aa0000 | (noise(i) & 0xff00);
}

static uint32_t one(uint32_t i) { /* a front somewhere */
  return i == 1234 ? noise(i) : rest(i);
}

static void unshuffle(const unsigned char *from, size_t n, uint32_t *to) {
  for (size_t i = 0; i < n; i++) {
    unsigned char byte[sizeof *to];
    for (size_t b = 0; b < sizeof *to; b++) byte[b] = from[b * n + i];
    memcpy(&to[i], byte, sizeof *to);
  }
}

/* Room as large as iso_packer_most says and no larger, so that a sanitizer sees what goes beyond it. Returns
 * the bytes of the chunk. */
static int64_t round_trip(iso_packer *packer, size_t width, kind value) {
  const size_t n = ROWS * width, stride = width + GAP;
  const uint32_t other = 0x7f7f7f7f;
  float *row = malloc(ROWS * stride * sizeof *row);
  char *packed = malloc((size_t)iso_packer_most(packer));
  unsigned char *plane = malloc(n * sizeof(uint32_t));
  uint32_t *back = malloc(n * sizeof *back);
  assert_true(row && packed && plane && back);
  for (size_t k = 0; k < ROWS * stride; k++) {
    const size_t i = k / stride * width + k % stride;
    const uint32_t bits = k % stride < width ? value((uint32_t)i) : other;
    memcpy(&row[k], &bits, sizeof bits);
  }
  const int64_t bytes = iso_pack(packer, row, (int64_t)stride, packed);
  uLongf length = n * sizeof(uint32_t);
  assert_in_range(bytes, 1, iso_packer_most(packer));
  assert_int_equal(uncompress(plane, &length, (const unsigned char *)packed, (uLong)bytes), Z_OK);
  assert_int_equal(length, n * sizeof(uint32_t));
  unshuffle(plane, n, back);
  for (size_t i = 0; i < n; i++)
    if (back[i] != value((uint32_t)i)) fail_msg("width %zu: value %zu is not what was packed", width, i);
  free(back);
  free(plane);
  free(packed);
  free(row);
  return bytes;
}

/* One packer takes chunks of all kinds, one after the other, as in a run. Returns the bytes of all. */
static int64_t round_trips(size_t width, int level) {
  static const kind kinds[] = {rest, noise, ramp, one, half, noise, rest};
  iso_error err = {0};
  iso_packer *packer;
  int64_t bytes = 0;
  assert_int_equal(iso_packer_new(&packer, ROWS, (int64_t)width, level, &err), ISO_OK);
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) bytes += round_trip(packer, width, kinds[k]);
  iso_packer_free(packer);
  return bytes;
}

/* Widths whose planes end next to deflate's window of 32 kB and to the length of a stored block. */
static void every_width_comes_back(void **state) {
  (void)state;
  for (size_t width = 4080; width <= 4097; width++) round_trips(width, 1);
  for (size_t width = 8190; width <= 8192; width++) round_trips(width, 1);
  round_trips(1, 1);
  round_trips(20000, 1);
}

static void every_level_comes_back(void **state) {
  (void)state;
  for (int level = 2; level <= 9; level += 7) round_trips(4090, level);
}

/* Noise takes no more than it is, beside which all else is found. */
static void sizes_are_those_of_what_is_known(void **state) {
  (void)state;
  enum { WIDTH = 8192, BYTES = ROWS * WIDTH * (int)sizeof(float) };
  iso_error err = {0};
  iso_packer *packer;
  assert_int_equal(iso_packer_new(&packer, ROWS, WIDTH, 1, &err), ISO_OK);
  assert_in_range(round_trip(packer, WIDTH, noise), 1, BYTES + BYTES / 100); /* hardly anything to be had */
  assert_in_range(round_trip(packer, WIDTH, ramp), 1, BYTES / 2 + BYTES / 100);
  assert_in_range(round_trip(packer, WIDTH, rest), 1, BYTES / 100); /* a run takes up to 258 bytes */
  iso_packer_free(packer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_width_comes_back),
      cmocka_unit_test(every_level_comes_back),
      cmocka_unit_test(sizes_are_those_of_what_is_known),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

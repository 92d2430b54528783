/* Well mixed 64-bit hashes: the same number everywhere, for checksums, tables and reproducible jitter. */
#ifndef ISO_GRID_HASH_H
#define ISO_GRID_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The finaliser of splitmix64 (Steele, Lea and Flood 2014): every input bit flips each output bit with
 * probability one half. */
static inline uint64_t iso_hash(uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/* Continues hash h with the exact bits of some words. */
static inline uint64_t iso_hash_words(uint64_t h, const void *words, size_t nbytes) {
  const char *p = words;
  for (size_t i = 0; i < nbytes; i += 8) {
    uint64_t word = 0;
    memcpy(&word, p + i, nbytes - i < 8 ? nbytes - i : 8);
    h = iso_hash(h ^ word);
  }
  return h;
}

/* Of a place in space; -0 is 0. Two places have the same 64 bits by chance once in 10^7 meshes of a million
 * nodes. */
static inline uint64_t iso_hash_place(const double x[3]) {
  double place[3];
  for (int a = 0; a < 3; a++) place[a] = x[a] + 0.0;
  return iso_hash_words(0, place, sizeof place);
}

#endif

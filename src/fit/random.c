#include "fit/random.h"

#include "grid/draw.h"
#include "grid/hash.h"

static uint64_t key_of(uint64_t seed, iso_draw purpose, uint64_t whose, uint64_t k) {
  const uint64_t key[4] = {seed, (uint64_t)purpose, whose, k};
  return iso_hash_words(0, key, sizeof key);
}

double iso_normal(uint64_t seed, iso_draw purpose, uint64_t whose, uint64_t k) {
  return iso_draw_normal(key_of(seed, purpose, whose, k));
}

double iso_uniform(uint64_t seed, iso_draw purpose, uint64_t whose, uint64_t k) {
  return iso_draw_uniform(key_of(seed, purpose, whose, k));
}

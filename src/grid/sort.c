#include "grid/sort.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { DIGIT_BITS = 11, NDIGITS = 6, RADIX = 1 << DIGIT_BITS }; /* 6 x 11 >= 64 */

static unsigned digit(uint64_t key, int d) { return (unsigned)(key >> (d * DIGIT_BITS)) & (RADIX - 1); }

static bool all_in_one(const int64_t *count, int64_t n) {
  for (int b = 0; b < RADIX; b++)
    if (count[b]) return count[b] == n;
  return true;
}

static void scatter(int64_t n, const iso_keyed *from, iso_keyed *to, int64_t *count, int d) {
  int64_t first = 0;
  for (int b = 0; b < RADIX; b++) {
    int64_t here = count[b];
    count[b] = first;
    first += here;
  }
  for (int64_t i = 0; i < n; i++) to[count[digit(from[i].key, d)]++] = from[i];
}

/* Radix sort, least significant digit first; digits that all keys share cost nothing. */
iso_status iso_sort(int64_t n, iso_keyed *pairs, iso_error *err) {
  int64_t(*count)[RADIX];
  ISO_TRY(iso_alloc(&count, NDIGITS, sizeof *count, "sorting", err));
  iso_keyed *spare = NULL;
  iso_status status = iso_realloc(&spare, (size_t)n, sizeof *spare, "sorting", err);
  if (status == ISO_OK) {
    for (int64_t i = 0; i < n; i++)
      for (int d = 0; d < NDIGITS; d++) count[d][digit(pairs[i].key, d)]++;
    iso_keyed *from = pairs, *to = spare;
    for (int d = 0; d < NDIGITS; d++) {
      if (all_in_one(count[d], n)) continue;
      scatter(n, from, to, count[d], d);
      iso_keyed *swap = from;
      from = to;
      to = swap;
    }
    if (from != pairs) memcpy(pairs, from, (size_t)n * sizeof *pairs);
  }
  free(spare);
  free(count);
  return status;
}

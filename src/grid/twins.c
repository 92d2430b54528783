#include "grid/twins.h"

#include "base/memory.h"
#include "grid/hash.h"
#include "grid/sort.h"

#include <stdlib.h>

iso_twin_key iso_twin_key_of(int shape, int n, const iso_gid *node) {
  iso_gid sorted[ISO_MAX_NODES];
  for (int i = 0; i < n; i++) {
    int at = i;
    for (; at > 0 && sorted[at - 1] > node[i]; at--) sorted[at] = sorted[at - 1];
    sorted[at] = node[i];
  }
  const uint64_t a = iso_hash_words((uint64_t)shape, sorted, (size_t)n * sizeof *sorted);
  return (iso_twin_key){a, iso_hash_words(~a, sorted, (size_t)n * sizeof *sorted)};
}

/* Of keys whose a is the same, order [n], of which there is one almost always. */
static void look_at(int64_t n, const iso_keyed *order, const iso_twin_key *key, uint8_t *again) {
  for (int64_t i = 1; i < n; i++)
    for (int64_t k = 0; k < i && !again[order[i].item]; k++)
      again[order[i].item] = iso_same_twin(&key[order[k].item], &key[order[i].item]);
}

iso_status iso_find_twins(int64_t n, const iso_twin_key *key, uint8_t *again, iso_error *err) {
  iso_keyed *order = NULL;
  ISO_TRY(iso_alloc(&order, (size_t)n, sizeof *order, "elements that are there twice", err));
  for (int64_t i = 0; i < n; i++) {
    order[i] = (iso_keyed){key[i].a, i};
    again[i] = 0;
  }
  const iso_status status = iso_sort(n, order, err);
  for (int64_t i = 0, end; i < n && status == ISO_OK; i = end) {
    for (end = i + 1; end < n && order[end].key == order[i].key; end++)
      ;
    look_at(end - i, order + i, key, again);
  }
  free(order);
  return status;
}

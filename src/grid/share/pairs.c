#include "grid/share/pairs.h"

iso_status iso_pairs_sort(int64_t n, const iso_pair *pair, iso_keyed *order, iso_error *err) {
  for (int64_t i = 0; i < n; i++) order[i] = (iso_keyed){(uint64_t)pair[i].b, i};
  ISO_TRY(iso_sort(n, order, err));
  for (int64_t i = 0; i < n; i++) order[i].key = (uint64_t)pair[order[i].item].a;
  return iso_sort(n, order, err);
}

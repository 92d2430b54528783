/* Sorting of 64-bit keys in linear time. */
#ifndef ISO_GRID_SORT_H
#define ISO_GRID_SORT_H

#include "base/error.h"

#include <stdint.h>

typedef struct iso_keyed {
  uint64_t key;
  int64_t item;
} iso_keyed;

/* Sorts by ascending key; equal keys keep their order. */
iso_status iso_sort(int64_t n, iso_keyed *pairs, iso_error *err);

#endif

#include "base/median.h"

#include <math.h>
#include <string.h>

#define SIGN (UINT64_C(1) << 63)

/* A number that is in the order of the values. */
static uint64_t key_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits & SIGN ? ~bits : bits | SIGN;
}

static double value_of(uint64_t key) {
  const uint64_t bits = key & SIGN ? key & ~SIGN : ~key;
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* Of all ranks' values, those whose key is at most that one. */
static int64_t count_up_to(MPI_Comm comm, int64_t n, const double *values, uint64_t key) {
  int64_t count = 0;
  for (int64_t i = 0; i < n; i++) count += !isnan(values[i]) && key_of(values[i]) <= key;
  MPI_Allreduce(MPI_IN_PLACE, &count, 1, MPI_INT64_T, MPI_SUM, comm);
  return count;
}

double iso_median(MPI_Comm comm, int64_t n, const double *values) {
  uint64_t low = 0, high = UINT64_MAX;
  const int64_t total = count_up_to(comm, n, values, high), wanted = (total + 1) / 2;
  if (total == 0) return NAN;
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    if (count_up_to(comm, n, values, middle) >= wanted)
      high = middle;
    else
      low = middle + 1;
  }
  return value_of(low);
}

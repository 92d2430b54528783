#include "grid/share/hilbert.h"

#include "base/memory.h"
#include "grid/share/route.h"
#include "grid/sort.h"

#include <math.h>
#include <stdlib.h>

enum { ORDER = 21 }; /* bits per axis: 3 x 21 fit in 63 */

iso_hilbert_box iso_hilbert_box_of(MPI_Comm comm, int64_t n, const double (*xyz)[3]) {
  double low[6]; /* least coordinates, then least negated coordinates */
  for (int a = 0; a < 6; a++) low[a] = INFINITY;
  for (int64_t i = 0; i < n; i++)
    for (int a = 0; a < 3; a++) {
      low[a] = fmin(low[a], xyz[i][a]);
      low[a + 3] = fmin(low[a + 3], -xyz[i][a]);
    }
  MPI_Allreduce(MPI_IN_PLACE, low, 6, MPI_DOUBLE, MPI_MIN, comm);
  iso_hilbert_box box = {.corner = {low[0], low[1], low[2]}};
  for (int a = 0; a < 3; a++) box.edge = fmax(box.edge, -low[a + 3] - low[a]);
  return box;
}

/* Skilling's transform of axis coordinates into the transposed index. */
static void to_transposed(uint32_t x[3]) {
  for (uint32_t q = 1u << (ORDER - 1); q > 1; q >>= 1)
    for (int a = 0; a < 3; a++) {
      if (x[a] & q)
        x[0] ^= q - 1;
      else {
        uint32_t t = (x[0] ^ x[a]) & (q - 1);
        x[0] ^= t;
        x[a] ^= t;
      }
    }
  x[1] ^= x[0];
  x[2] ^= x[1];
  uint32_t t = 0;
  for (uint32_t q = 1u << (ORDER - 1); q > 1; q >>= 1)
    if (x[2] & q) t ^= q - 1;
  for (int a = 0; a < 3; a++) x[a] ^= t;
}

/* Bits b of v at places 3 b. */
static uint64_t spread(uint64_t v) {
  v = (v | v << 32) & 0x1f00000000ffffu;
  v = (v | v << 16) & 0x1f0000ff0000ffu;
  v = (v | v << 8) & 0x100f00f00f00f00fu;
  v = (v | v << 4) & 0x10c30c30c30c30c3u;
  return (v | v << 2) & 0x1249249249249249u;
}

uint64_t iso_hilbert_key(const iso_hilbert_box *box, const double xyz[3]) {
  const double cells = (double)(1u << ORDER);
  uint32_t x[3];
  for (int a = 0; a < 3; a++) {
    double t = box->edge > 0 ? (xyz[a] - box->corner[a]) / box->edge * cells : 0;
    x[a] = (uint32_t)fmax(0, fmin(t, cells - 1));
  }
  to_transposed(x);
  return spread(x[0]) << 2 | spread(x[1]) << 1 | spread(x[2]);
}

/* First place in sorted keys that is not below key. */
static int64_t lower_bound(int64_t n, const iso_keyed *sorted, uint64_t key) {
  int64_t low = 0, high = n;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (sorted[middle].key < key)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* For each rank r, the largest key below which at most the first r / size of all points lie, found for all
 * ranks at once by bisection on the bits of the key. split [size]; below [size] is room for counts. */
static void find_splitters(MPI_Comm comm, int64_t n, const iso_keyed *sorted, int size, uint64_t *split,
                           int64_t *below) {
  int64_t total = n;
  MPI_Allreduce(MPI_IN_PLACE, &total, 1, MPI_INT64_T, MPI_SUM, comm);
  for (int r = 0; r < size; r++) split[r] = 0;
  for (int bit = 3 * ORDER - 1; bit >= 0; bit--) {
    for (int r = 0; r < size; r++) below[r] = lower_bound(n, sorted, split[r] | (uint64_t)1 << bit);
    MPI_Allreduce(MPI_IN_PLACE, below, size, MPI_INT64_T, MPI_SUM, comm);
    for (int r = 0; r < size; r++)
      if (below[r] <= total / size * r) split[r] |= (uint64_t)1 << bit;
  }
  split[0] = 0;
}

static iso_status make_keys(MPI_Comm comm, int64_t n, const double (*xyz)[3], iso_keyed **keys,
                            iso_error *err) {
  iso_hilbert_box box = iso_hilbert_box_of(comm, n, xyz);
  ISO_TRY(iso_alloc(keys, (size_t)n, sizeof **keys, "the space-filling curve", err));
  for (int64_t i = 0; i < n; i++) (*keys)[i] = (iso_keyed){iso_hilbert_key(&box, xyz[i]), i};
  return ISO_OK;
}

/* dest [n]: the rank that sorts each point's stretch of the curve. */
static iso_status choose_ranks(MPI_Comm comm, int64_t n, const iso_keyed *sorted, int32_t **dest,
                               iso_error *err) {
  int size;
  MPI_Comm_size(comm, &size);
  uint64_t *split = NULL;
  int64_t *below = NULL;
  iso_status status = iso_alloc(&split, (size_t)size, sizeof *split, "the space-filling curve", err);
  if (status == ISO_OK)
    status = iso_alloc(&below, (size_t)size, sizeof *below, "the space-filling curve", err);
  if (status == ISO_OK) status = iso_alloc(dest, (size_t)n, sizeof **dest, "the space-filling curve", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    find_splitters(comm, n, sorted, size, split, below);
    for (int r = 0; r < size; r++) {
      int64_t end = r + 1 < size ? lower_bound(n, sorted, split[r + 1]) : n;
      for (int64_t i = lower_bound(n, sorted, split[r]); i < end; i++) (*dest)[sorted[i].item] = r;
    }
  }
  free(split);
  free(below);
  return status;
}

/* keys [route.nrecv], in order of arrival, become places along the whole curve. */
static iso_status places_of(MPI_Comm comm, int64_t n, iso_keyed *keys, int64_t *place, iso_error *err) {
  iso_status status = iso_sort(n, keys, err);
  ISO_TRY(iso_agree(comm, status, err));
  int64_t first = 0;
  MPI_Exscan(&n, &first, 1, MPI_INT64_T, MPI_SUM, comm);
  int rank;
  MPI_Comm_rank(comm, &rank);
  if (rank == 0) first = 0;
  for (int64_t i = 0; i < n; i++) place[keys[i].item] = first + i;
  return ISO_OK;
}

/* Sends keys to the rank of their stretch, sorts there and brings the places back. */
static iso_status sort_remotely(MPI_Comm comm, int64_t n, const int32_t *dest, const uint64_t *key,
                                int64_t *place, iso_error *err) {
  iso_route route;
  ISO_TRY(iso_route_new(&route, comm, n, dest, NULL, err));
  uint64_t *arrived = NULL;
  iso_keyed *keys = NULL;
  iso_status status =
      iso_alloc(&arrived, (size_t)route.nrecv, sizeof *arrived, "the space-filling curve", err);
  if (status == ISO_OK)
    status = iso_alloc(&keys, (size_t)route.nrecv, sizeof *keys, "the space-filling curve", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_route_send(&route, key, sizeof *key, arrived, err);
  if (status == ISO_OK) {
    for (int64_t i = 0; i < route.nrecv; i++) keys[i] = (iso_keyed){arrived[i], i};
    status = places_of(comm, route.nrecv, keys, (int64_t *)arrived, err);
  }
  free(keys);
  if (status == ISO_OK) status = iso_route_answer(&route, arrived, sizeof *arrived, place, err);
  free(arrived);
  iso_route_free(&route);
  return status;
}

iso_status iso_hilbert_order(MPI_Comm comm, int64_t n, const double (*xyz)[3], int64_t *place,
                             iso_error *err) {
  iso_keyed *keys = NULL;
  int32_t *dest = NULL;
  iso_status status = make_keys(comm, n, xyz, &keys, err);
  if (status == ISO_OK) status = iso_sort(n, keys, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = choose_ranks(comm, n, keys, &dest, err);
  if (status == ISO_OK) {
    uint64_t *key = (uint64_t *)place; /* the keys leave before the places arrive */
    for (int64_t i = 0; i < n; i++) key[keys[i].item] = keys[i].key;
    free(keys);
    keys = NULL;
    status = sort_remotely(comm, n, dest, key, place, err);
  }
  free(keys);
  free(dest);
  return status;
}

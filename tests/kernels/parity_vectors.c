/* Vectors: combinations, packing, and sums whose order is nobody's. */
#include "kernels/parity_parts.h"

#include "kernels/templates/limbs.h"

#include <math.h>
#include <stdlib.h>

void parity_combinations(iso_device *device, record *to) {
  void *field[ISO_MAX_TERMS + 1];
  for (int t = 0; t < ISO_MAX_TERMS; t++) field[t] = synthetic_field(device, 30 + (uint64_t)t, NODES, 90);
  field[ISO_MAX_TERMS] = parity_zeros(device, NODES);
  for (int terms = 1; terms <= ISO_MAX_TERMS; terms++) {
    iso_combine c = {.first = 3, .count = NODES - 7, .nterms = terms, .out = field[ISO_MAX_TERMS]};
    for (int t = 0; t < terms; t++) c.coefficient[t] = 1.1 - 0.7 * t, c.term[t] = field[t];
    iso_launch_combine(device, &c);
    parity_keep(device, field[ISO_MAX_TERMS], NODES, to);
  }
  parity_release(device, ISO_MAX_TERMS + 1, field);
}

void parity_multiply(iso_device *device, record *to) {
  void *a = synthetic_field(device, 40, NODES, 3), *b = synthetic_field(device, 41, NODES, 5),
       *out = parity_zeros(device, NODES);
  iso_launch_multiply(device, NODES, a, b, out);
  parity_keep(device, out, NODES, to);
  parity_release(device, 3, (void *[]){a, b, out});
}

void parity_packing(iso_device *device, record *to) {
  enum { COUNT = 301, FIRST = NODES - COUNT };
  iso_lid node[COUNT];
  for (int k = 0; k < COUNT; k++) node[k] = 2 * k;
  void *nodes = synthetic_need(iso_device_copy(device, node, sizeof node));
  for (int n = 1; n <= ISO_MAX_FIELDS; n++) {
    const size_t bytes = (size_t)(COUNT * n) * device->real_bytes;
    iso_pack p = {.count = COUNT,
                  .first = FIRST,
                  .node = nodes,
                  .nfields = n,
                  .packed = parity_zeros(device, COUNT * n)};
    p.host = synthetic_need(iso_device_host_alloc(device, bytes));
    for (int f = 0; f < n; f++) p.field[f] = synthetic_field(device, 50 + (uint64_t)f, NODES, 90);
    iso_launch_pack(device, &p);
    iso_device_wait_packed(device);
    record_bytes(to, p.host, bytes);
    iso_launch_unpack(device, &p);
    for (int f = 0; f < n; f++) parity_keep(device, p.field[f], NODES, to);
    iso_device_host_release(device, p.host);
    parity_release(device, n, p.field);
    iso_device_release(device, p.packed);
  }
  iso_device_release(device, nodes);
}

/* Sums that cancel, sums of numbers of very different sizes side by side, and a largest value among negative
 * ones, with and without NaN. */
void parity_reductions_of(iso_device *device, iso_lid n, record *to) {
  int64_t limb[ISO_LIMBS] = {0};
  double *value = synthetic_need(malloc((size_t)n * sizeof *value));
  for (iso_lid i = 0; i < n; i++) value[i] = ldexp(synthetic_value(62, i), -25 * (i % 5));
  void *x = synthetic_field(device, 60, n, 1e9), *y = synthetic_field(device, 61, n, 1e-7),
       *uneven = synthetic_need(iso_device_copy_real(device, value, n));
  void *const pairs[][2] = {{x, x}, {x, y}, {uneven, y}};
  for (int k = 0; k < 3; k++) iso_launch_dot(device, n, pairs[k][0], pairs[k][1], limb);
  iso_limbs_carry(limb); /* a number has one form with carried digits */
  record_bytes(to, limb, sizeof limb);
  for (int k = 0; k < 2; k++) {
    const double largest = iso_device_max(device, n, x), bad = NAN;
    const int not_a_number = largest != largest;
    record_bytes(to, k ? (const void *)&not_a_number : &largest, k ? sizeof not_a_number : sizeof largest);
    iso_device_upload_real(device, x, n / 2, 1, &bad);
  }
  parity_release(device, 3, (void *[]){x, y, uneven});
  free(value);
}

/* Fewer than a GPU has threads, and so many that each has several. */
void parity_reductions(iso_device *device, record *to) {
  parity_reductions_of(device, NODES, to);
  parity_reductions_of(device, 20011, to);
}

/* More sums than are made at a time, of positive and negative weights, with values beyond the bound and none
 * at all among them; the second launch adds to the first. */
static void weighing_of(iso_device *device, iso_lid n, record *to) {
  enum { SUMS = 19 };
  int64_t sum[SUMS];
  double *weight = synthetic_need(malloc(SUMS * (size_t)n * sizeof *weight));
  for (int64_t i = 0; i < SUMS * (int64_t)n; i++) weight[i] = ldexp(synthetic_value(64, i), 41);
  void *x = synthetic_field(device, 65, n, 90),
       *weights = synthetic_need(iso_device_copy(device, weight, SUMS * (size_t)n * sizeof *weight)),
       *sums = synthetic_need(iso_device_alloc(device, sizeof sum));
  const iso_weigh launch = {n, SUMS, weights, x, 80, sums};
  iso_launch_weigh(device, &launch);
  iso_device_upload_real(device, x, n / 2, 1, &(double){NAN});
  iso_launch_weigh(device, &launch);
  iso_device_download(device, sums, 0, sum, sizeof sum);
  record_bytes(to, sum, sizeof sum);
  parity_release(device, 3, (void *[]){x, weights, sums});
  free(weight);
}

/* Less than a block, and several values a thread. */
void parity_weighing(iso_device *device, record *to) {
  weighing_of(device, 13, to);
  weighing_of(device, NODES, to);
  weighing_of(device, 20011, to);
}

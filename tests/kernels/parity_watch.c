/* Launches that look for events: combinations and products with stimuli, and the ends of the steps of
 * patches. */
#include "kernels/parity_parts.h"

#include <math.h>
#include <stdlib.h>

/* Every third node is in set 1, every fifth of the others in set 2, and their stimuli change with the step.
 */
static iso_stimulation make_stimulation(iso_device *device, int steps, const iso_pending *pending) {
  enum { SETS = 3 };
  iso_lid set[NODES];
  double *value = synthetic_need(calloc((size_t)(steps * SETS), sizeof *value));
  for (int i = 0; i < NODES; i++) set[i] = i % 3 == 0 ? 1 : i % 5 == 0 ? 2 : 0;
  for (int k = 0; k < steps; k++) value[k * SETS + 1] = 1.7 * k, value[k * SETS + 2] = 40.1 - k;
  const iso_stimulation s = {.set = synthetic_need(iso_device_copy(device, set, sizeof set)),
                             .value = synthetic_need(iso_device_copy_real(device, value, steps * SETS)),
                             .nsets = SETS,
                             .pending = pending};
  free(value);
  return s;
}

enum { STEPS = 8, SAMPLES = 37 };

/* Some steps of a Vm that jumps about. */
typedef struct watching {
  iso_device *device;
  iso_watch watch;
  iso_stimulation stimulus;
  iso_lid *node; /* [SAMPLES] */
  void *sampled, *current;
} watching;

static watching watching_new(iso_device *device, double fraction, int own_thresholds) {
  iso_lid node[SAMPLES];
  double low[NODES];
  for (int k = 0; k < SAMPLES; k++) node[k] = 3 * k;
  for (int i = 0; i < NODES; i++) low[i] = ISO_RESTING;
  watching w = {.device = device,
                .watch = {.rest = synthetic_field(device, 80, NODES, 1),
                          .peak = synthetic_need(iso_device_copy_real(device, low, NODES)),
                          .activation = own_thresholds ? synthetic_field(device, 79, NODES, 20) : NULL,
                          .activation_mV = 10,
                          .fraction = fraction,
                          .recovery = -30,
                          .capacity = 2 * NODES * STEPS},
                .node = synthetic_need(iso_device_copy(device, node, sizeof node)),
                .sampled = parity_zeros(device, SAMPLES * STEPS),
                .current = synthetic_field(device, 78, NODES, 30)};
  w.watch.pending = synthetic_need(iso_device_alloc(device, sizeof *w.watch.pending));
  w.watch.event = synthetic_need(iso_device_alloc(device, (size_t)w.watch.capacity * sizeof *w.watch.event));
  w.stimulus = make_stimulation(device, STEPS, w.watch.pending);
  return w;
}

static void watching_end_step(const watching *w, const void *vm) {
  iso_launch_sample(
      w->device,
      &(iso_sample){
          .count = SAMPLES, .node = w->node, .field = vm, .out = w->sampled, .pending = w->watch.pending});
}

static void watching_release(watching *w) {
  iso_watch *watch = &w->watch;
  parity_release(w->device, 10,
                 (void *[]){watch->rest, watch->peak, (void *)watch->activation, watch->pending, watch->event,
                            (void *)w->stimulus.set, (void *)w->stimulus.value, w->node, w->sampled,
                            w->current});
}

static void watching_end(watching *w, record *to) {
  parity_keep_events(w->device, &w->watch, to);
  parity_keep(w->device, w->watch.rest, NODES, to);
  parity_keep(w->device, w->watch.peak, NODES, to);
  parity_keep(w->device, w->sampled, SAMPLES * STEPS, to);
  watching_release(w);
}

/* By combinations of some of the nodes, a range of them or runs. */
static void watch_combinations(iso_device *device, double fraction, int own_thresholds, record *to) {
  watching w = watching_new(device, fraction, own_thresholds);
  void *before = synthetic_field(device, 81, NODES, 90);
  for (int k = 0; k < STEPS; k++) {
    void *vm = synthetic_field(device, 82 + (uint64_t)k, NODES, 90), *after = parity_zeros(device, NODES);
    iso_lid run[NODES][2];
    const int32_t nruns = parity_short_runs(650 + (uint64_t)k, 5, NODES - 6, run);
    void *runs = synthetic_need(iso_device_copy(device, run, (size_t)nruns * sizeof *run));
    w.watch.before = before;
    iso_launch_combine(device, &(iso_combine){.first = 5,
                                              .count = NODES - 11,
                                              .nruns = nruns,
                                              .run = k > 4 ? runs : NULL,
                                              .nterms = 2,
                                              .coefficient = {0.9, -0.4},
                                              .term = {vm, w.current},
                                              .stimulus = k % 2 ? &w.stimulus : NULL,
                                              .watch = k == 4 ? NULL : &w.watch,
                                              .out = after});
    watching_end_step(&w, after);
    parity_keep(device, after, NODES, to);
    parity_release(device, 3, (void *[]){before, vm, runs});
    before = after;
  }
  iso_device_release(device, before);
  watching_end(&w, to);
}

/* By products in two runs, the second of which begins in the middle of a window of sorted rows. */
static void watch_products(iso_device *device, double fraction, int own_thresholds, record *to) {
  int64_t split_slice;
  synthetic_rows rows = synthetic_rows_odd(NODES, COLUMNS);
  iso_rows layout = synthetic_layout(device, &rows, SPLIT, 0, &split_slice);
  watching w = watching_new(device, fraction, own_thresholds);
  void *before = synthetic_field(device, 81, NODES, 90);
  for (int k = 0; k < STEPS; k++) {
    void *x = synthetic_field(device, 82 + (uint64_t)k, COLUMNS, 90), *after = parity_zeros(device, NODES);
    w.watch.before = before;
    iso_product p = {.rows = &layout,
                     .last = k % 2 ? split_slice : 3,
                     .x = x,
                     .apply = 0.2,
                     .nterms = 2,
                     .coefficient = {0.8, -0.4},
                     .term = {before, w.current},
                     .stimulus = k % 3 ? &w.stimulus : NULL,
                     .watch = k == 4 ? NULL : &w.watch,
                     .out = after};
    iso_launch_product(device, &p);
    p.first = p.last, p.last = layout.nslices;
    iso_launch_product(device, &p);
    watching_end_step(&w, after);
    parity_keep(device, after, NODES, to);
    parity_release(device, 2, (void *[]){before, x});
    before = after;
  }
  iso_device_release(device, before);
  watching_end(&w, to);
  synthetic_layout_free(device, &layout);
  synthetic_rows_free(&rows);
}

void parity_watching_combinations(iso_device *device, record *to) {
  watch_combinations(device, 0.9, 0, to);
  watch_combinations(device, 0, 1, to);
}

void parity_watching_products(iso_device *device, record *to) {
  watch_products(device, 0, 0, to);
  watch_products(device, 0.9, 1, to);
}

/* ---- patches ---- */

/* Runs of 1 to 64 nodes, and one of none. Returns how many; first [..+1]. */
static int32_t make_patches(iso_lid nodes, iso_lid *first) {
  int32_t n = 0;
  first[0] = 0;
  while (first[n] < nodes) {
    const iso_lid length = n == 2 ? 0 : n % 3 ? 64 : 1 + 13 * n % 64;
    first[n + 1] = first[n] + length < nodes ? first[n] + length : nodes;
    n++;
  }
  return n;
}

/* Those that are due, ascending; another half of them each time. */
static int32_t choose(uint64_t seed, int32_t npatches, int32_t *patch) {
  int32_t n = 0;
  for (int32_t p = 0; p < npatches; p++)
    if (synthetic_value(seed, p) > 0) patch[n++] = p;
  return n;
}

/* Numbers, and where there are none. */
static void keep_numbers(iso_device *device, const void *buffer, int64_t n, record *to) {
  double value[NODES];
  iso_device_download_real(device, buffer, 0, n, value);
  for (int64_t k = 0; k < n; k++) {
    const int32_t is_number = value[k] == value[k];
    record_bytes(to, &is_number, sizeof is_number);
    if (is_number) record_bytes(to, value + k, sizeof value[k]);
  }
}

/* Steps of 1 to 16 base steps; no number comes of two nodes at last. Vm is looked at ahead of its time. */
static void settle_patches(iso_device *device, double fraction, int own_thresholds, record *to) {
  iso_lid first[NODES];
  int32_t chosen[NODES];
  const int32_t npatches = make_patches(NODES, first);
  watching w = watching_new(device, fraction, own_thresholds);
  void *vm = synthetic_field(device, 81, NODES, 90), *slope = synthetic_field(device, 89, NODES, 5),
       *starts = synthetic_need(iso_device_copy(device, first, sizeof first)),
       *patch = synthetic_need(iso_device_alloc(device, sizeof chosen)),
       *rate = parity_zeros(device, npatches), *bend = parity_zeros(device, npatches);
  int64_t stands[SAMPLES];
  int32_t of[SAMPLES];
  for (int k = 0; k < SAMPLES; k++) stands[k] = 5 * k % 17 - 8, of[k] = SAMPLES - 1 - k;
  void *stand = synthetic_need(iso_device_copy(device, stands, sizeof stands)),
       *patches = synthetic_need(iso_device_copy(device, of, sizeof of));
  for (int k = 0; k < STEPS; k++) {
    const int32_t n = choose(600 + (uint64_t)k, npatches, chosen);
    const double bad[] = {NAN, INFINITY};
    void *after = synthetic_field(device, 82 + (uint64_t)k, NODES, 90);
    iso_device_upload(device, patch, 0, chosen, (size_t)n * sizeof *chosen);
    if (k >= STEPS - 2) iso_device_upload_real(device, after, first[chosen[1]], 2, bad);
    iso_launch_settle(device, &(iso_settle){.npatches = k == 3 ? 0 : n,
                                            .patch = patch,
                                            .first = starts,
                                            .steps = 1 << k % 5,
                                            .after = after,
                                            .vm = vm,
                                            .slope = slope,
                                            .rate = rate,
                                            .bend = bend,
                                            .watch = k == 4 ? NULL : &w.watch});
    iso_launch_sample(device, &(iso_sample){.count = SAMPLES,
                                            .node = w.node,
                                            .field = vm,
                                            .slope = slope,
                                            .patch = patches,
                                            .stands = stand,
                                            .out = w.sampled,
                                            .pending = w.watch.pending});
    void *fields[] = {vm, slope, rate, bend};
    for (int f = 0; f < 4; f++) keep_numbers(device, fields[f], f < 2 ? NODES : npatches, to);
    iso_device_release(device, after);
  }
  parity_keep_events(device, &w.watch, to);
  keep_numbers(device, w.sampled, SAMPLES * STEPS, to);
  watching_release(&w);
  parity_release(device, 8, (void *[]){vm, slope, starts, patch, rate, bend, stand, patches});
}

void parity_settling(iso_device *device, record *to) {
  settle_patches(device, 0.9, 0, to);
  settle_patches(device, 0, 1, to);
}

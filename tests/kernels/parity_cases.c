#include "kernels/parity.h"

#include "kernels/prepare.h"
#include "kernels/synthetic.h"
#include "kernels/templates/limbs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Not multiples of a block, a warp or a slice. */
enum { NODES = 1003, COLUMNS = 1203, SPLIT = 707 };

/* ---- help ---- */

static void *zeros(iso_device *device, int64_t n) {
  return synthetic_need(iso_device_alloc(device, (size_t)n * device->real_bytes));
}

static void keep_bytes(iso_device *device, const void *buffer, size_t bytes, record *to) {
  void *host = synthetic_need(malloc(bytes));
  iso_device_download(device, buffer, 0, host, bytes);
  record_bytes(to, host, bytes);
  free(host);
}

void parity_keep(iso_device *device, const void *buffer, int64_t n, record *to) {
  keep_bytes(device, buffer, (size_t)n * device->real_bytes, to);
}

static void release(iso_device *device, int n, void *const *buffer) {
  for (int k = 0; k < n; k++) iso_device_release(device, buffer[k]);
}

/* Runs of 1 to ISO_RUN of the nodes [first, end), some of them next to each other. Returns how many. */
static int32_t short_runs(uint64_t seed, iso_lid first, iso_lid end, iso_lid (*run)[2]) {
  int32_t n = 0;
  for (iso_lid length; first < end; first += length) {
    length = 1 + (iso_lid)(0.5 * (ISO_RUN - 1) * (1 + synthetic_value(seed, first)));
    if (synthetic_value(seed + 1, first) < -0.2) continue;
    run[n][0] = first;
    run[n++][1] = first + length < end ? first + length : end;
  }
  return n;
}

/* ---- sparse rows ---- */

/* Two runs of slices that hold the same rows on every device: the first and the last window of sorted rows.
 */
static void *outer_windows(iso_device *device, const iso_rows *layout, int64_t split_slice) {
  const iso_lid window = 512 / device->slice_rows, nslices = (iso_lid)layout->nslices;
  const iso_lid last = split_slice < nslices ? (iso_lid)split_slice : nslices / window * window;
  const iso_lid run[2][2] = {{0, window}, {last, nslices}};
  return synthetic_need(iso_device_copy(device, run, sizeof run));
}

/* terms 0 .. most, with and without a diagonal and a stored product, in two ranges of slices, and then some
 * of them in one launch. */
static void products_of(iso_device *device, const synthetic_rows *rows, iso_lid split, int diagonal,
                        record *to) {
  int64_t split_slice;
  iso_rows layout = synthetic_layout(device, rows, split, diagonal, &split_slice);
  void *field[] = {synthetic_field(device, 20, rows->ncolumns, 80),
                   synthetic_field(device, 21, rows->nrows, 1),
                   synthetic_field(device, 22, rows->nrows, 3),
                   synthetic_field(device, 23, rows->nrows, 7),
                   zeros(device, rows->nrows),
                   zeros(device, rows->nrows)};
  void *runs = outer_windows(device, &layout, split_slice);
  for (int terms = 0; terms <= ISO_MAX_TERMS; terms++) {
    iso_product p = {.rows = &layout,
                     .last = split_slice,
                     .x = field[0],
                     .apply = 0.3,
                     .nterms = terms,
                     .store = terms % 2 ? field[4] : NULL,
                     .out = field[5]};
    for (int t = 0; t < terms; t++) p.coefficient[t] = 0.7 - 0.3 * t, p.term[t] = field[1 + t % 3];
    iso_launch_product(device, &p);
    p.first = split_slice, p.last = layout.nslices;
    iso_launch_product(device, &p);
    parity_keep(device, field[4], rows->nrows, to);
    parity_keep(device, field[5], rows->nrows, to);
    p.apply = 0.4, p.run = runs, p.nruns = 2;
    iso_launch_product(device, &p);
    parity_keep(device, field[4], rows->nrows, to);
    parity_keep(device, field[5], rows->nrows, to);
  }
  iso_device_release(device, runs);
  release(device, 6, field);
  synthetic_layout_free(device, &layout);
}

static void odd_products(iso_device *device, record *to) {
  synthetic_rows rows = synthetic_rows_odd(NODES, COLUMNS);
  for (int diagonal = 0; diagonal < 2; diagonal++) products_of(device, &rows, SPLIT, diagonal, to);
  synthetic_rows_free(&rows);
}

static void slab_products(iso_device *device, record *to) {
  static const iso_lid cells[2][3] = {{12, 7, 9}, {19, 12, 11}}; /* few rows for a GPU, and many */
  for (int k = 0; k < 2; k++) {
    synthetic_rows rows = synthetic_rows_slab(cells[k]);
    products_of(device, &rows, rows.nrows, 0, to);
    synthetic_rows_free(&rows);
  }
}

/* The result in place of a term. */
static void product_onto_term(iso_device *device, record *to) {
  int64_t split_slice;
  synthetic_rows rows = synthetic_rows_odd(NODES, COLUMNS);
  iso_rows layout = synthetic_layout(device, &rows, SPLIT, 1, &split_slice);
  void *x = synthetic_field(device, 24, COLUMNS, 80), *term = synthetic_field(device, 25, NODES, 1);
  for (int k = 0; k < 3; k++)
    iso_launch_product(device, &(iso_product){.rows = &layout,
                                              .last = layout.nslices,
                                              .x = x,
                                              .apply = 0.1,
                                              .nterms = 1,
                                              .coefficient = {0.9},
                                              .term = {term},
                                              .out = term});
  parity_keep(device, term, NODES, to);
  release(device, 2, (void *[]){x, term});
  synthetic_layout_free(device, &layout);
  synthetic_rows_free(&rows);
}

/* ---- vectors ---- */

static void combinations(iso_device *device, record *to) {
  void *field[ISO_MAX_TERMS + 1];
  for (int t = 0; t < ISO_MAX_TERMS; t++) field[t] = synthetic_field(device, 30 + (uint64_t)t, NODES, 90);
  field[ISO_MAX_TERMS] = zeros(device, NODES);
  for (int terms = 1; terms <= ISO_MAX_TERMS; terms++) {
    iso_combine c = {.first = 3, .count = NODES - 7, .nterms = terms, .out = field[ISO_MAX_TERMS]};
    for (int t = 0; t < terms; t++) c.coefficient[t] = 1.1 - 0.7 * t, c.term[t] = field[t];
    iso_launch_combine(device, &c);
    parity_keep(device, field[ISO_MAX_TERMS], NODES, to);
  }
  release(device, ISO_MAX_TERMS + 1, field);
}

static void multiply(iso_device *device, record *to) {
  void *a = synthetic_field(device, 40, NODES, 3), *b = synthetic_field(device, 41, NODES, 5),
       *out = zeros(device, NODES);
  iso_launch_multiply(device, NODES, a, b, out);
  parity_keep(device, out, NODES, to);
  release(device, 3, (void *[]){a, b, out});
}

static void packing(iso_device *device, record *to) {
  enum { COUNT = 301, FIRST = NODES - COUNT };
  iso_lid node[COUNT];
  for (int k = 0; k < COUNT; k++) node[k] = 2 * k;
  void *nodes = synthetic_need(iso_device_copy(device, node, sizeof node));
  for (int n = 1; n <= ISO_MAX_FIELDS; n++) {
    const size_t bytes = (size_t)(COUNT * n) * device->real_bytes;
    iso_pack p = {
        .count = COUNT, .first = FIRST, .node = nodes, .nfields = n, .packed = zeros(device, COUNT * n)};
    p.host = synthetic_need(iso_device_host_alloc(device, bytes));
    for (int f = 0; f < n; f++) p.field[f] = synthetic_field(device, 50 + (uint64_t)f, NODES, 90);
    iso_launch_pack(device, &p);
    iso_device_wait_packed(device);
    record_bytes(to, p.host, bytes);
    iso_launch_unpack(device, &p);
    for (int f = 0; f < n; f++) parity_keep(device, p.field[f], NODES, to);
    iso_device_host_release(device, p.host);
    release(device, n, p.field);
    iso_device_release(device, p.packed);
  }
  iso_device_release(device, nodes);
}

/* Stages of a diffusion as a rank with a neighbour launches them, on one process whose ghosts are its own
 * last nodes: a pack of what the boundary rows made, inner rows, an unpack and boundary rows, many times over
 * without waiting for more than the pack. Inner rows, those below SPLIT, read no ghosts. */
static void stages_of(iso_device *device, int staged, record *to) {
  enum { STAGES = 200, GHOSTS = COLUMNS - NODES };
  int64_t split_slice;
  iso_lid node[GHOSTS];
  synthetic_rows rows = synthetic_rows_odd(NODES, COLUMNS);
  for (int64_t k = 0; k < rows.start[SPLIT]; k++) rows.column[k] %= NODES;
  iso_rows layout = synthetic_layout(device, &rows, SPLIT, 1, &split_slice);
  for (int k = 0; k < GHOSTS; k++) node[k] = NODES - 1 - k;
  const size_t bytes = GHOSTS * device->real_bytes;
  void *nodes = synthetic_need(iso_device_copy(device, node, sizeof node)), *packed = zeros(device, GHOSTS),
       *source = synthetic_field(device, 26, NODES, 30),
       *x[2] = {synthetic_field(device, 27, COLUMNS, 80), zeros(device, COLUMNS)};
  void *sent = staged ? synthetic_need(iso_device_host_alloc(device, bytes)) : NULL,
       *received = staged ? synthetic_need(iso_device_host_alloc(device, bytes)) : NULL;
  for (int stage = 0; stage < STAGES; stage++) {
    void *now = x[stage % 2], *next = x[1 - stage % 2];
    iso_pack pack = {.count = GHOSTS,
                     .first = NODES,
                     .node = nodes,
                     .boundary = stage > 0,
                     .nfields = 1,
                     .field = {now},
                     .packed = packed,
                     .host = sent};
    iso_product p = {.rows = &layout,
                     .last = split_slice,
                     .part = ISO_INNER_ROWS,
                     .x = now,
                     .apply = 0.02,
                     .nterms = 2,
                     .coefficient = {0.9, 0.1},
                     .term = {now, source},
                     .out = next};
    iso_launch_pack(device, &pack);
    iso_launch_product(device, &p);
    iso_device_wait_packed(device);
    if (staged) memcpy(received, sent, bytes);
    pack.host = received;
    iso_launch_unpack(device, &pack);
    p.first = split_slice, p.last = layout.nslices, p.part = ISO_BOUNDARY_ROWS;
    iso_launch_product(device, &p);
  }
  for (int k = 0; k < 2; k++) parity_keep(device, x[k], COLUMNS, to);
  if (staged) iso_device_host_release(device, sent), iso_device_host_release(device, received);
  release(device, 5, (void *[]){nodes, packed, source, x[0], x[1]});
  synthetic_layout_free(device, &layout);
  synthetic_rows_free(&rows);
}

static void stages(iso_device *device, record *to) {
  for (int staged = 0; staged < 2; staged++) stages_of(device, staged, to);
}

/* Sums that cancel, sums of numbers of very different sizes side by side, and a largest value among negative
 * ones, with and without NaN. */
static void reductions_of(iso_device *device, iso_lid n, record *to) {
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
  release(device, 3, (void *[]){x, y, uneven});
  free(value);
}

/* Fewer than a GPU has threads, and so many that each has several. */
static void reductions(iso_device *device, record *to) {
  reductions_of(device, NODES, to);
  reductions_of(device, 20011, to);
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
  release(device, 3, (void *[]){x, weights, sums});
  free(weight);
}

/* Less than a block, and several values a thread. */
static void weighing(iso_device *device, record *to) {
  weighing_of(device, 13, to);
  weighing_of(device, NODES, to);
  weighing_of(device, 20011, to);
}

/* ---- the fast current and the watch ---- */

/* At rest, in part active and everywhere active; the scratch goes on from launch to launch. */
static void fast_current_of(iso_device *device, iso_lid elements, iso_lid owned, iso_lid nodes, record *to) {
  iso_fast f = synthetic_mesh(device, elements, owned, nodes);
  const double scale[] = {0.01, 0.9, 4, 0.01, 1.1};
  f.threshold = 0.05, f.interpolation = 0.7, f.smoothing = 0.2;
  f.iion = synthetic_field(device, 70, owned, 2);
  for (int k = 0; k < 5; k++) {
    void *factors = synthetic_field(device, 71 + (uint64_t)k, ISO_MAX_FAST * (int64_t)nodes, scale[k]);
    f.fast = factors;
    iso_launch_fast(device, &f);
    parity_keep(device, f.iion, owned, to);
    iso_device_release(device, factors);
  }
  iso_device_release(device, f.iion);
  synthetic_mesh_free(device, &f);
}

static void fast_current(iso_device *device, record *to) {
  fast_current_of(device, 2500, 900, NODES, to);
  fast_current_of(device, 11000, 4001, 4203, to); /* several elements for each thread */
}

/* Short runs, and two long ones, one of which is over the last owned node. Factors change in the runs alone.
 * Two launches are for all nodes. */
static void fast_runs_of(iso_device *device, iso_lid elements, iso_lid owned, iso_lid nodes, record *to) {
  enum { LAUNCHES = 12 };
  iso_fast f = synthetic_mesh(device, elements, owned, nodes);
  const double scale[] = {0.9, 0.01, 4};
  iso_lid(*run)[2] = synthetic_need(malloc((size_t)nodes * sizeof *run));
  double *value = synthetic_need(malloc((size_t)nodes * sizeof *value));
  void *runs = synthetic_need(iso_device_alloc(device, (size_t)nodes * sizeof *run)),
       *factors = synthetic_field(device, 71, ISO_MAX_FAST * (int64_t)nodes, 0.5);
  f.threshold = 0.05, f.interpolation = 0.7, f.smoothing = 0.2;
  f.fast = factors;
  f.iion = synthetic_field(device, 70, owned, 2);
  for (int k = 0; k < LAUNCHES; k++) {
    int32_t n = short_runs(620 + (uint64_t)k, 0, 100, run);
    run[n][0] = 100, run[n++][1] = 400;
    n += short_runs(620 + (uint64_t)k, 400, owned - 90, run + n);
    run[n][0] = owned - 90, run[n++][1] = nodes - 20;
    n += short_runs(630, nodes - 20, nodes, run + n);
    f.nruns = n;
    for (int v = 0; v < ISO_MAX_FAST; v++) {
      for (iso_lid i = 0; i < nodes; i++)
        value[i] = scale[k % 3] * synthetic_value(640 + 8 * (uint64_t)k + (uint64_t)v, i);
      for (int32_t r = 0; r < f.nruns; r++)
        iso_device_upload_real(device, factors, (int64_t)v * nodes + run[r][0], run[r][1] - run[r][0],
                               value + run[r][0]);
    }
    iso_device_upload(device, runs, 0, run, (size_t)f.nruns * sizeof *run);
    f.run = k % 8 ? runs : NULL;
    iso_launch_fast(device, &f);
    parity_keep(device, f.iion, owned, to);
  }
  free(run);
  free(value);
  release(device, 3, (void *[]){runs, factors, f.iion});
  synthetic_mesh_free(device, &f);
}

static void fast_runs(iso_device *device, record *to) { fast_runs_of(device, 2500, 900, NODES, to); }

static int by_step_and_node(const void *a, const void *b) {
  const iso_watch_event *x = a, *y = b;
  return x->step != y->step ? x->step - y->step : (x->node > y->node) - (x->node < y->node);
}

/* Their padding is nobody's. */
void parity_keep_events(iso_device *device, const iso_watch *w, record *to) {
  iso_pending pending;
  iso_device_download(device, w->pending, 0, &pending, sizeof pending);
  record_bytes(to, &pending, sizeof pending);
  const size_t n = (size_t)(pending.events < w->capacity ? pending.events : w->capacity);
  iso_watch_event *event = synthetic_need(malloc((n + 1) * sizeof *event));
  iso_device_download(device, w->event, 0, event, n * sizeof *event);
  qsort(event, n, sizeof *event, by_step_and_node);
  for (size_t k = 0; k < n; k++) {
    record_bytes(to, &event[k].part, sizeof event[k].part);
    record_bytes(to, &event[k].node, sizeof event[k].node);
    record_bytes(to, &event[k].kind, sizeof event[k].kind);
  }
  free(event);
}

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
                .sampled = zeros(device, SAMPLES * STEPS),
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
  release(w->device, 10,
          (void *[]){watch->rest, watch->peak, (void *)watch->activation, watch->pending, watch->event,
                     (void *)w->stimulus.set, (void *)w->stimulus.value, w->node, w->sampled, w->current});
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
    void *vm = synthetic_field(device, 82 + (uint64_t)k, NODES, 90), *after = zeros(device, NODES);
    iso_lid run[NODES][2];
    const int32_t nruns = short_runs(650 + (uint64_t)k, 5, NODES - 6, run);
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
    release(device, 3, (void *[]){before, vm, runs});
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
    void *x = synthetic_field(device, 82 + (uint64_t)k, COLUMNS, 90), *after = zeros(device, NODES);
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
    release(device, 2, (void *[]){before, x});
    before = after;
  }
  iso_device_release(device, before);
  watching_end(&w, to);
  synthetic_layout_free(device, &layout);
  synthetic_rows_free(&rows);
}

static void watching_combinations(iso_device *device, record *to) {
  watch_combinations(device, 0.9, 0, to);
  watch_combinations(device, 0, 1, to);
}

static void watching_products(iso_device *device, record *to) {
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
       *patch = synthetic_need(iso_device_alloc(device, sizeof chosen)), *rate = zeros(device, npatches),
       *bend = zeros(device, npatches);
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
  release(device, 8, (void *[]){vm, slope, starts, patch, rate, bend, stand, patches});
}

static void settling(iso_device *device, record *to) {
  settle_patches(device, 0.9, 0, to);
  settle_patches(device, 0, 1, to);
}

/* ---- recorded sequences ---- */

/* Two owners in turn, each with two sequences that are the other's in all but their buffers. */
enum { OWNERS = 2, OF_OWNER = 2 };

static void run_sequence(iso_device *device, iso_sequence *sequence, void *from, void *onto) {
  if (iso_device_replay(device, sequence)) return;
  iso_device_record(device, sequence);
  iso_launch_combine(
      device,
      &(iso_combine){
          .count = NODES, .nterms = 2, .coefficient = {0.75, -0.5}, .term = {from, onto}, .out = onto});
  iso_launch_multiply(device, NODES, onto, from, from);
  iso_device_recorded(device, sequence);
}

static void sequences(iso_device *device, record *to) {
  iso_sequence sequence[OWNERS][OF_OWNER] = {{{0}}};
  void *field[OWNERS][2];
  for (uint64_t o = 0; o < OWNERS; o++)
    for (uint64_t f = 0; f < 2; f++) field[o][f] = synthetic_field(device, 90 + 10 * o + f, NODES, 1);
  for (int k = 0; k < 10; k++)
    for (int o = 0; o < OWNERS; o++)
      run_sequence(device, &sequence[o][k % 2], field[o][k % 2], field[o][(k + 1) % 2]);
  for (int o = 0; o < OWNERS; o++) {
    for (int f = 0; f < 2; f++) parity_keep(device, field[o][f], NODES, to);
    for (int k = 0; k < OF_OWNER; k++) iso_device_forget(device, &sequence[o][k]);
    release(device, 2, field[o]);
  }
}

/* The second time, the buffers of the first are gone. */
static void sequences_again(iso_device *device, record *to) {
  void *kept = synthetic_field(device, 92, NODES, 1);
  sequences(device, to);
  sequences(device, to);
  iso_device_release(device, kept);
}

const parity_case parity_cases[] = {
    {"sparse products of odd rows", odd_products},
    {"sparse products of a slab", slab_products},
    {"sparse products onto a term", product_onto_term},
    {"linear combinations", combinations},
    {"products by entry", multiply},
    {"packing and unpacking", packing},
    {"stages across two streams", stages},
    {"scalar products and maxima", reductions},
    {"weighted sums in whole numbers", weighing},
    {"fast current", fast_current},
    {"fast current of runs of nodes", fast_runs},
    {"combinations with stimuli, upstrokes, recoveries", watching_combinations},
    {"sparse products with the same", watching_products},
    {"ends of the steps of patches", settling},
    {"patches at their own pace", parity_pace},
    {"recorded sequences, twice", sequences_again}};
const int parity_ncases = sizeof parity_cases / sizeof *parity_cases;

/* ---- cells ---- */

enum { CELLS = 309, FIRST = 2, CELL_LD = 320, ALL = FIRST + CELLS, CELL_STEPS = 6 };

typedef struct cells {
  iso_device *device;
  const iso_model *model;
  double rest, amplitude;
  iso_cells launch;
  void *parameters, *varying, *varying_row;
} cells;

/* Every third constant is up to 2% away from its value, as fields of parameters would make it. */
static void vary(cells *c, const double *parameters, double step_ms) {
  const int n = iso_model_constants(c->model);
  double *constant = synthetic_need(malloc((size_t)n * sizeof *constant)), row[CELL_LD];
  int32_t *number = synthetic_need(malloc((size_t)n * sizeof *number)), rows = 0;
  iso_derive(c->model, parameters, step_ms, constant);
  c->varying = zeros(c->device, (int64_t)n * CELL_LD);
  for (int k = 0; k < n; k++) {
    number[k] = k % 3 ? -1 : rows++;
    if (number[k] < 0) continue;
    for (int i = 0; i < CELL_LD; i++)
      row[i] = constant[k] * (1 + 0.02 * synthetic_value(200 + (uint64_t)k, i));
    iso_device_upload_real(c->device, c->varying, (int64_t)number[k] * CELL_LD, CELL_LD, row);
  }
  c->varying_row = synthetic_need(iso_device_copy(c->device, number, (size_t)n * sizeof *number));
  c->launch.varying = c->varying;
  c->launch.varying_row = c->varying_row;
  free(constant);
  free(number);
}

static void *initial_states(const cells *c, const double *states) {
  void *state = zeros(c->device, (int64_t)c->model->nstates * CELL_LD);
  double row[CELL_LD];
  for (int s = 0; s < c->model->nstates; s++) {
    for (int i = 0; i < CELL_LD; i++) row[i] = states[s] * (1 + 0.01 * synthetic_value(100 + (uint64_t)s, i));
    iso_device_upload_real(c->device, state, (int64_t)s * CELL_LD, CELL_LD, row);
  }
  return state;
}

/* From below rest to above the peak, so that every branch on Vm is taken by some. */
static void *potential(const cells *c, uint64_t seed) {
  double v[ALL];
  for (int i = 0; i < ALL; i++) v[i] = c->rest + c->amplitude * (0.6 + 0.75 * synthetic_value(seed, i));
  return synthetic_need(iso_device_copy_real(c->device, v, ALL));
}

static void set_up(cells *c, int exact, int varying) {
  const double step_ms = fmin(0.02, c->model->max_step_ms);
  double *parameters = synthetic_need(malloc((size_t)(c->model->nparameters + 1) * sizeof *parameters));
  double *states = synthetic_need(malloc((size_t)(c->model->nstates + 1) * sizeof *states));
  const size_t bytes = c->device->cells->prepared_bytes(c->model, exact);
  void *prepared = synthetic_need(malloc(bytes));
  iso_model_defaults(c->model, 0, parameters, states, &c->rest);
  c->amplitude = 1.4 * (c->model->activation_mV - c->rest);
  c->device->cells->prepare(c->model, parameters, step_ms, exact, prepared);
  c->parameters = synthetic_need(iso_device_copy(c->device, prepared, bytes));
  c->launch = (iso_cells){.first = FIRST,
                          .count = CELLS,
                          .ld = CELL_LD,
                          .fast_ld = CELL_LD,
                          .step_ms = step_ms,
                          .state = initial_states(c, states),
                          .iion = zeros(c->device, ALL),
                          .fast = c->model->nfast ? zeros(c->device, ISO_MAX_FAST * CELL_LD) : NULL,
                          .parameters = c->parameters};
  if (varying) vary(c, parameters, step_ms);
  free(parameters);
  free(states);
  free(prepared);
}

/* The last step is one of runs of cells. */
void parity_cells(iso_device *device, const iso_model *model, int exact, int varying, record *to) {
  cells c = {.device = device, .model = model};
  iso_lid run[CELLS][2];
  set_up(&c, exact, varying);
  c.launch.nruns = short_runs(660, FIRST, ALL, run);
  void *before = NULL, *runs = synthetic_need(iso_device_copy(device, run, sizeof run));
  for (int k = 0; k < CELL_STEPS; k++) {
    void *vm = potential(&c, 300 + (uint64_t)k);
    c.launch.vm = vm, c.launch.vm_before = before; /* NULL at first */
    c.launch.run = k == CELL_STEPS - 1 ? runs : NULL;
    iso_launch_cells(device, model, &c.launch);
    parity_keep(device, (char *)c.launch.iion + FIRST * device->real_bytes, CELLS, to);
    iso_device_release(device, before);
    before = vm;
  }
  for (int s = 0; s < model->nstates; s++)
    parity_keep(device, (char *)c.launch.state + (size_t)s * CELL_LD * device->real_bytes, CELLS, to);
  for (int f = 0; f < model->nfast; f++)
    parity_keep(device, (char *)c.launch.fast + ((size_t)f * CELL_LD + FIRST) * device->real_bytes, CELLS,
                to);
  release(device, 8,
          (void *[]){before, runs, c.launch.state, c.launch.iion, c.launch.fast, c.parameters, c.varying,
                     c.varying_row});
}

/* ---- as many as fill a GPU ---- */

enum { MANY = 1000000 };

static void many_products(iso_device *device, record *to) {
  synthetic_rows rows = synthetic_rows_slab((const iso_lid[3]){100, 100, 100});
  products_of(device, &rows, rows.nrows / 3, 1, to);
  synthetic_rows_free(&rows);
}

static void many_reductions(iso_device *device, record *to) { reductions_of(device, MANY, to); }

static void much_fast_current(iso_device *device, record *to) {
  fast_current_of(device, 5 * (MANY / 2), MANY - 1003, MANY, to);
}

/* Some 100,000 events in one launch. */
static void many_events(iso_device *device, record *to) {
  double *low = synthetic_need(malloc(MANY * sizeof *low));
  for (int i = 0; i < MANY; i++) low[i] = ISO_RESTING;
  void *before = synthetic_field(device, 83, MANY, 90), *vm = synthetic_field(device, 84, MANY, 90),
       *after = zeros(device, MANY);
  iso_watch w = {.before = before,
                 .rest = synthetic_field(device, 85, MANY, 1),
                 .peak = synthetic_need(iso_device_copy_real(device, low, MANY)),
                 .activation_mV = 50,
                 .fraction = 0.9,
                 .capacity = MANY,
                 .pending = synthetic_need(iso_device_alloc(device, sizeof *w.pending)),
                 .event = synthetic_need(iso_device_alloc(device, MANY * sizeof *w.event))};
  iso_launch_combine(
      device, &(iso_combine){
                  .count = MANY, .nterms = 1, .coefficient = {1}, .term = {vm}, .watch = &w, .out = after});
  parity_keep_events(device, &w, to);
  parity_keep(device, w.peak, MANY, to);
  release(device, 7, (void *[]){before, vm, after, w.rest, w.peak, w.pending, w.event});
  free(low);
}

const parity_case parity_large[] = {{"sparse products of a million rows", many_products},
                                    {"scalar products of a million nodes", many_reductions},
                                    {"fast current of a million nodes", much_fast_current},
                                    {"upstrokes of a million nodes", many_events}};
const int parity_nlarge = sizeof parity_large / sizeof *parity_large;

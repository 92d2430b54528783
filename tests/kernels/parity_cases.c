#include "kernels/parity_cases.h"

#include "kernels/limbs.h"
#include "kernels/synthetic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Prime to every block, warp, slice and vector. */
enum { NROWS = 1003, NCOLUMNS = 1040, SPLIT = 611, NELEM = 5003, NOWNED = 1409, NLOCAL = 1511 };

static void record_bytes(parity_record *record, const void *bytes, size_t size) {
  record->bytes = synthetic_need(realloc(record->bytes, record->size + size));
  memcpy(record->bytes + record->size, bytes, size);
  record->size += size;
}

/* n reals of a field, from the device. */
static void keep(iso_device *device, parity_record *record, const void *field, int64_t n) {
  const size_t size = (size_t)n * device->real_bytes;
  void *host = synthetic_need(malloc(size));
  iso_device_download(device, field, 0, host, size);
  record_bytes(record, host, size);
  free(host);
}

static void release_all(iso_device *device, int n, void *const *field) {
  for (int k = 0; k < n; k++) iso_device_release(device, field[k]);
}

static void *zeros(iso_device *device, int64_t n) {
  return synthetic_need(iso_device_alloc(device, (size_t)n * device->real_bytes));
}

/* ---- cells ---- */

/* Vm from beyond one end of the tables to beyond the other. */
static void prescribe(iso_device *device, void *vm, int64_t n, int step) {
  double part[NROWS];
  for (int64_t i = 0; i < n; i++) {
    const int phase = (int)((i * 37 + step * (1 + i % 5) * 11) % 1024);
    part[i] = -130 + 0.25 * (phase < 512 ? 2 * phase : 2 * (1023 - phase));
  }
  iso_device_upload_real(device, vm, 0, n, part);
}

static void *prepared(iso_device *device, const iso_model *model, int exact, double step_ms) {
  double parameters[256], states[256], vm;
  const size_t bytes = device->cells->prepared_bytes(model, exact);
  void *host = synthetic_need(malloc(bytes));
  iso_model_defaults(model, 0, parameters, states, &vm);
  device->cells->prepare(model, parameters, step_ms, exact, host);
  void *on_device = synthetic_need(iso_device_copy(device, host, bytes));
  free(host);
  return on_device;
}

static void *initial_states(iso_device *device, const iso_model *model, int64_t count, int64_t ld) {
  double parameters[256], states[256], vm, part[NROWS];
  void *state = zeros(device, model->nstates * ld);
  iso_model_defaults(model, 0, parameters, states, &vm);
  for (int s = 0; s < model->nstates; s++) {
    for (int64_t i = 0; i < count; i++) part[i] = states[s];
    iso_device_upload_real(device, state, s * ld, count, part);
  }
  return state;
}

void parity_cells(iso_device *device, const iso_model *model, int exact, parity_record *record) {
  enum { FIRST = 5, COUNT = 301, N = FIRST + COUNT, LD = 309, STEPS = 12 };
  const double step_ms = model->max_step_ms < 0.02 ? model->max_step_ms : 0.02;
  void *vm = zeros(device, N), *before = zeros(device, N), *iion = zeros(device, N);
  void *fast = zeros(device, (int64_t)ISO_MAX_FAST * N), *state = initial_states(device, model, COUNT, LD);
  void *parameters = prepared(device, model, exact, step_ms);
  iso_cells cells = {.first = FIRST,
                     .count = COUNT,
                     .ld = LD,
                     .fast_ld = N,
                     .state = state,
                     .vm = vm,
                     .iion = iion,
                     .fast = model->nfast ? fast : NULL,
                     .parameters = parameters,
                     .step_ms = step_ms};
  for (int step = 0; step < STEPS; step++) {
    prescribe(device, before, N, step);
    prescribe(device, vm, N, step + 1);
    cells.vm_before = step % 3 ? before : NULL;
    iso_launch_cells(device, model, &cells);
    keep(device, record, iion, N);
  }
  keep(device, record, state, (int64_t)model->nstates * LD);
  keep(device, record, fast, (int64_t)ISO_MAX_FAST * N);
  release_all(device, 6, (void *[]){vm, before, iion, fast, state, parameters});
}

/* ---- sparse rows ---- */

typedef struct product_fields {
  iso_rows rows;
  int64_t split;
  void *x, *term[ISO_MAX_TERMS], *store, *out;
} product_fields;

static product_fields make_product(iso_device *device, int diagonal) {
  product_fields f;
  synthetic_rows rows = synthetic_rows_odd(NROWS, NCOLUMNS);
  f.rows = synthetic_layout(device, &rows, SPLIT, diagonal, &f.split);
  synthetic_rows_free(&rows);
  f.x = synthetic_field(device, 20, NCOLUMNS, 100);
  for (int t = 0; t < ISO_MAX_TERMS; t++) f.term[t] = synthetic_field(device, 21 + (uint64_t)t, NROWS, 100);
  f.store = zeros(device, NROWS);
  f.out = zeros(device, NROWS);
  return f;
}

static void free_product(iso_device *device, product_fields *f) {
  synthetic_layout_free(device, &f->rows);
  release_all(device, ISO_MAX_TERMS, f->term);
  release_all(device, 3, (void *[]){f->x, f->store, f->out});
}

/* Inner slices and boundary slices in two launches; alias: 0 none, 1 out, 2 store is also a term. */
static void one_product(iso_device *device, int diagonal, int nterms, int store, int alias,
                        parity_record *record) {
  product_fields f = make_product(device, diagonal);
  iso_product p = {.rows = &f.rows,
                   .x = f.x,
                   .apply = 0.3,
                   .nterms = nterms,
                   .coefficient = {1, -0.7, 0.1, 1.3, 1e-3},
                   .store = store ? f.store : NULL,
                   .out = f.out};
  for (int t = 0; t < nterms; t++) p.term[t] = f.term[t];
  if (alias == 1) p.out = f.term[0];
  if (alias == 2) p.store = f.term[nterms - 1];
  p.first = f.split, p.last = f.rows.nslices;
  iso_launch_product(device, &p);
  p.first = 0, p.last = f.split;
  iso_launch_product(device, &p);
  keep(device, record, p.out, NROWS);
  if (p.store) keep(device, record, p.store, NROWS);
  free_product(device, &f);
}

static void products(iso_device *device, parity_record *record) {
  for (int diagonal = 0; diagonal < 2; diagonal++)
    for (int nterms = 0; nterms <= ISO_MAX_TERMS; nterms++)
      for (int store = 0; store < 2; store++) one_product(device, diagonal, nterms, store, 0, record);
}

static void aliased_products(iso_device *device, parity_record *record) {
  for (int nterms = 1; nterms <= ISO_MAX_TERMS; nterms++)
    for (int alias = 1; alias <= 2; alias++) one_product(device, 1, nterms, 0, alias, record);
}

/* ---- vectors ---- */

static void combinations(iso_device *device, parity_record *record) {
  product_fields f = make_product(device, 0);
  for (int nterms = 1; nterms <= ISO_MAX_TERMS; nterms++) {
    iso_combine c = {.first = 7,
                     .count = NROWS - 11,
                     .nterms = nterms,
                     .coefficient = {1.5, -0.5, 1e-3, 3, -7},
                     .out = nterms % 2 ? f.out : f.term[nterms - 1]};
    for (int t = 0; t < nterms; t++) c.term[t] = f.term[t];
    iso_launch_combine(device, &c);
    keep(device, record, c.out, NROWS);
  }
  free_product(device, &f);
}

static void multiplications(iso_device *device, parity_record *record) {
  void *a = synthetic_field(device, 30, NROWS, 10), *b = synthetic_field(device, 31, NROWS, 0.1);
  iso_launch_multiply(device, NROWS, a, b, a);
  keep(device, record, a, NROWS);
  release_all(device, 2, (void *[]){a, b});
}

static void additions(iso_device *device, parity_record *record) {
  iso_lid node[NROWS / 3];
  for (int k = 0; k < NROWS / 3; k++) node[k] = (NROWS - 1) - 3 * k;
  void *field = synthetic_field(device, 32, NROWS, 50);
  iso_lid *on_device = synthetic_need(iso_device_copy(device, node, sizeof node));
  iso_launch_add_at(device, NROWS / 3, on_device, -0.1, field);
  iso_launch_add_at(device, 5, on_device, 40, field);
  keep(device, record, field, NROWS);
  release_all(device, 2, (void *[]){field, on_device});
}

/* ---- halo ---- */

/* Packs the odd ones of the owned nodes and unpacks them as the ghosts, over the host or within the device.
 */
static void one_exchange(iso_device *device, int nfields, int over_host, parity_record *record) {
  enum { COUNT = 37, OWNED = NROWS, ALL = NROWS + COUNT };
  iso_lid node[COUNT];
  for (int k = 0; k < COUNT; k++) node[k] = OWNED - 1 - 2 * k;
  const size_t bytes = (size_t)(COUNT * nfields) * device->real_bytes;
  iso_lid *on_device = synthetic_need(iso_device_copy(device, node, sizeof node));
  iso_pack pack = {.count = COUNT,
                   .first = OWNED,
                   .node = on_device,
                   .nfields = nfields,
                   .packed = synthetic_need(iso_device_alloc(device, bytes)),
                   .host = over_host ? synthetic_need(iso_device_host_alloc(device, bytes)) : NULL};
  for (int f = 0; f < nfields; f++) pack.field[f] = synthetic_field(device, 40 + (uint64_t)f, ALL, 100);
  iso_launch_pack(device, &pack);
  iso_device_wait_packed(device);
  if (over_host)
    record_bytes(record, pack.host, bytes);
  else
    keep(device, record, pack.packed, (int64_t)COUNT * nfields);
  iso_launch_unpack(device, &pack);
  /* A launch after the unpacking sees it. */
  iso_launch_combine(device, &(iso_combine){.count = ALL,
                                            .nterms = 2,
                                            .coefficient = {1, 0.25},
                                            .term = {pack.field[0], pack.field[nfields - 1]},
                                            .out = pack.field[0]});
  for (int f = 0; f < nfields; f++) keep(device, record, pack.field[f], ALL);
  release_all(device, nfields, pack.field);
  release_all(device, 2, (void *[]){on_device, pack.packed});
  iso_device_host_release(device, pack.host);
}

static void exchanges(iso_device *device, parity_record *record) {
  for (int nfields = 1; nfields <= ISO_MAX_FIELDS; nfields++)
    for (int over_host = 0; over_host < 2; over_host++) one_exchange(device, nfields, over_host, record);
}

/* ---- the fast current ---- */

/* Factors whose product passes the threshold within 150 nodes of the front, and almost vanishes elsewhere. */
static void set_front(iso_device *device, void *factors, int front) {
  double part[NLOCAL];
  for (int f = 0; f < ISO_MAX_FAST; f++) {
    for (int i = 0; i < NLOCAL; i++) {
      const double off = (i - front) / 150.0,
                   height = 1 / (1 + off * off * off * off * off * off * off * off);
      const double value = synthetic_value(50 + (uint64_t)f, i);
      part[i] = f == ISO_MAX_FAST - 1 ? 30 * value : height * (0.5 + 0.5 * value);
    }
    iso_device_upload_real(device, factors, (int64_t)f * NLOCAL, NLOCAL, part);
  }
}

static void fast_currents(iso_device *device, parity_record *record) {
  iso_fast f = synthetic_mesh(device, NELEM, NOWNED, NLOCAL);
  void *factors = zeros(device, (int64_t)ISO_MAX_FAST * NLOCAL),
       *iion = synthetic_field(device, 60, NOWNED, 5);
  f.fast = factors, f.iion = iion;
  f.interpolation = 0.7, f.smoothing = 0.2, f.threshold = 0.05;
  /* It moves, leaves, and comes back; -9999: nobody is active. */
  const int front[] = {200, 260, 700, -9999, 1000, 400, 1500, -9999};
  for (size_t k = 0; k < sizeof front / sizeof *front; k++) {
    if (k == 6) f.interpolation = 0; /* smoothing alone */
    set_front(device, factors, front[k]);
    iso_launch_fast(device, &f);
    keep(device, record, iion, NOWNED);
  }
  synthetic_mesh_free(device, &f);
  release_all(device, 2, (void *[]){factors, iion});
}

/* ---- watching ---- */

static int by_step_and_node(const void *a, const void *b) {
  const iso_watch_event *x = a, *y = b;
  return x->step != y->step ? x->step - y->step : x->node < y->node ? -1 : x->node > y->node;
}

static void keep_events(iso_device *device, const iso_watch *w, parity_record *record) {
  iso_pending pending;
  iso_device_download(device, w->pending, 0, &pending, sizeof pending);
  record_bytes(record, &pending, sizeof pending);
  const int32_t n = pending.events < w->capacity ? pending.events : w->capacity;
  iso_watch_event *events = synthetic_need(malloc((size_t)(n + 1) * sizeof *events));
  iso_device_download(device, w->event, 0, events, (size_t)n * sizeof *events);
  qsort(events, (size_t)n, sizeof *events, by_step_and_node);
  record_bytes(record, events, (size_t)n * sizeof *events);
  free(events);
}

static void *filled(iso_device *device, int64_t n, double value) {
  double part[NROWS];
  void *field = zeros(device, n);
  for (int64_t i = 0; i < n; i++) part[i] = value;
  iso_device_upload_real(device, field, 0, n, part);
  return field;
}

/* A triangle wave in every node, each with a phase of its own. */
static void watch_steps(iso_device *device, double fraction, parity_record *record) {
  enum { SAMPLES = 5, STEPS = 30 };
  const iso_lid node[SAMPLES] = {0, 1, 500, 13, NROWS - 1};
  void *vm[2] = {filled(device, NROWS, -85), filled(device, NROWS, -85)};
  void *sampled = zeros(device, SAMPLES * STEPS);
  iso_lid *sampled_node = synthetic_need(iso_device_copy(device, node, sizeof node));
  iso_watch w = {.first = 3,
                 .count = NROWS - 5,
                 .rest = filled(device, NROWS, -85),
                 .peak = filled(device, NROWS, ISO_RESTING),
                 .fraction = fraction,
                 .recovery = -60,
                 .capacity = 4 * NROWS};
  w.pending = synthetic_need(iso_device_alloc(device, sizeof *w.pending));
  w.event = synthetic_need(iso_device_alloc(device, (size_t)w.capacity * sizeof *w.event));
  for (int step = 0; step < STEPS; step++) {
    prescribe(device, vm[step % 2], NROWS, 3 * step);
    w.before = vm[(step + 1) % 2], w.after = vm[step % 2];
    iso_launch_watch(device, &w);
    iso_launch_sample(device, &(iso_sample){SAMPLES, sampled_node, w.after, sampled, w.pending});
  }
  keep_events(device, &w, record);
  keep(device, record, sampled, SAMPLES * STEPS);
  keep(device, record, w.rest, NROWS);
  keep(device, record, w.peak, NROWS);
  release_all(device, 8, (void *[]){vm[0], vm[1], sampled, sampled_node, w.rest, w.peak, w.pending, w.event});
}

static void watches(iso_device *device, parity_record *record) {
  watch_steps(device, 0.9, record);
  watch_steps(device, 0, record);
}

/* ---- reductions ---- */

static void reductions(iso_device *device, parity_record *record) {
  for (int n = 1; n <= NROWS; n += 167) {
    void *x = synthetic_field(device, 70, n, 1e6), *y = synthetic_field(device, 71, n, 1e-6);
    int64_t limb[ISO_LIMBS] = {0};
    iso_launch_dot(device, n, x, y, limb);
    iso_launch_dot(device, n, x, x, limb);
    iso_limbs_carry(limb);
    record_bytes(record, limb, sizeof limb);
    const double value = iso_limbs_value(limb), most = iso_device_max(device, n, x);
    record_bytes(record, &value, sizeof value);
    record_bytes(record, &most, sizeof most);
    iso_device_upload_real(device, x, n / 2, 1, (double[]){NAN});
    const int is_nan = isnan(iso_device_max(device, n, x));
    record_bytes(record, &is_nan, sizeof is_nan);
    release_all(device, 2, (void *[]){x, y});
  }
}

/* ---- sequences ---- */

/* A few launches that feed each other, seven times over: run, recorded and replayed. */
static void sequences(iso_device *device, parity_record *record) {
  product_fields f = make_product(device, 1);
  iso_product p = {.rows = &f.rows,
                   .last = f.rows.nslices,
                   .x = f.x,
                   .apply = 1e-3,
                   .nterms = 2,
                   .coefficient = {0.5, 0.25},
                   .term = {f.term[0], f.term[1]},
                   .out = f.out};
  for (int pass = 0; pass < 7; pass++) {
    const int sequence = pass % 2 ? 1 : 0;
    if (!iso_device_replay(device, sequence)) {
      iso_device_record(device, sequence);
      iso_launch_product(device, &p);
      if (sequence) iso_launch_multiply(device, NROWS, f.out, f.term[2], f.out);
      iso_launch_combine(
          device,
          &(iso_combine){.count = NROWS, .nterms = 1, .coefficient = {1}, .term = {f.out}, .out = f.x});
      iso_device_recorded(device, sequence);
    }
    if (pass == 3) keep(device, record, f.out, NROWS);
  }
  keep(device, record, f.x, NCOLUMNS);
  free_product(device, &f);
}

const parity_case parity_cases[] = {{"sparse products", products},
                                    {"sparse products onto a term", aliased_products},
                                    {"linear combinations", combinations},
                                    {"products by entry", multiplications},
                                    {"additions at nodes", additions},
                                    {"packing and unpacking", exchanges},
                                    {"fast current", fast_currents},
                                    {"upstrokes, recoveries, samples", watches},
                                    {"scalar products and maxima", reductions},
                                    {"recorded sequences", sequences}};
const int parity_ncases = sizeof parity_cases / sizeof *parity_cases;

#include "kernels/parity_measure.h"

#include "kernels/synthetic.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* A slab of tissue at rest: what a step with one product works on. */
typedef struct tissue {
  iso_device *device;
  iso_lid n;
  int64_t entries; /* of the rows, padding included */
  iso_rows rows;
  void *vm[2], *start, *iion, *state, *parameters;
  const iso_model *model;
  int64_t ld;
  iso_watch watch;
} tissue;

static void *zeros(iso_device *device, int64_t n) {
  return synthetic_need(iso_device_alloc(device, (size_t)n * device->real_bytes));
}

static void fill(iso_device *device, void *field, int64_t first, int64_t n, double value) {
  enum { PART = 4096 };
  double part[PART];
  for (int k = 0; k < PART; k++) part[k] = value;
  for (int64_t i = 0; i < n; i += PART)
    iso_device_upload_real(device, field, first + i, n - i < PART ? n - i : PART, part);
}

static void make_cells(tissue *t) {
  double parameters[256], states[256], vm;
  const size_t bytes = t->device->cells->prepared_bytes(t->model, 0);
  void *host = synthetic_need(malloc(bytes));
  iso_model_defaults(t->model, 0, parameters, states, &vm);
  t->device->cells->prepare(t->model, parameters, 0.01, 0, host);
  t->parameters = synthetic_need(iso_device_copy(t->device, host, bytes));
  free(host);
  t->ld = (t->n + 31) / 32 * 32;
  t->state = zeros(t->device, t->model->nstates * t->ld);
  for (int s = 0; s < t->model->nstates; s++) fill(t->device, t->state, s * t->ld, t->n, states[s]);
  for (int k = 0; k < 2; k++) fill(t->device, t->vm[k] = zeros(t->device, t->n), 0, t->n, vm);
}

static tissue make_tissue(iso_device *device, const iso_lid cubes[3]) {
  tissue t = {.device = device, .model = iso_model_find("ten_tusscher_2006")};
  int64_t split;
  synthetic_rows rows = synthetic_rows_slab(cubes);
  t.n = rows.nrows;
  t.rows = synthetic_layout(device, &rows, t.n, 0, &split);
  synthetic_rows_free(&rows);
  iso_device_download(device, t.rows.start, (size_t)t.rows.nslices * sizeof t.entries, &t.entries,
                      sizeof t.entries);
  make_cells(&t);
  t.start = zeros(device, t.n), t.iion = zeros(device, t.n);
  t.watch = (iso_watch){.count = t.n,
                        .rest = zeros(device, t.n),
                        .peak = zeros(device, t.n),
                        .fraction = 0.9,
                        .capacity = 1024};
  fill(device, t.watch.peak, 0, t.n, ISO_RESTING);
  t.watch.pending = synthetic_need(iso_device_alloc(device, sizeof *t.watch.pending));
  t.watch.event = synthetic_need(iso_device_alloc(device, (size_t)t.watch.capacity * sizeof *t.watch.event));
  return t;
}

static void free_tissue(tissue *t) {
  synthetic_layout_free(t->device, &t->rows);
  void *buffers[] = {t->vm[0],      t->vm[1],      t->start,      t->iion,          t->state,
                     t->parameters, t->watch.rest, t->watch.peak, t->watch.pending, t->watch.event};
  for (size_t k = 0; k < sizeof buffers / sizeof *buffers; k++) iso_device_release(t->device, buffers[k]);
}

/* ---- launches ---- */

static void launch_copy(tissue *t, int odd) {
  (void)odd;
  iso_launch_combine(
      t->device,
      &(iso_combine){.count = t->n, .nterms = 1, .coefficient = {1}, .term = {t->vm[0]}, .out = t->start});
}

static void launch_cells(tissue *t, int odd) {
  iso_launch_cells(t->device, t->model,
                   &(iso_cells){.count = t->n,
                                .ld = t->ld,
                                .state = t->state,
                                .vm = t->vm[odd],
                                .vm_before = t->vm[1 - odd],
                                .iion = t->iion,
                                .parameters = t->parameters,
                                .step_ms = 0.01});
}

/* The conductances are of no tissue: 0 times their product keeps Vm, at the cost of the true step. */
static void launch_product(tissue *t, int odd) {
  iso_launch_product(t->device, &(iso_product){.rows = &t->rows,
                                               .last = t->rows.nslices,
                                               .x = t->start,
                                               .apply = 0,
                                               .nterms = 2,
                                               .coefficient = {1, -0.01},
                                               .term = {t->vm[odd], t->iion},
                                               .out = t->vm[1 - odd]});
}

/* As in the staggered scheme with one product a step. */
static void launch_step(tissue *t, int odd) {
  launch_cells(t, odd);
  iso_launch_combine(t->device, &(iso_combine){.count = t->n,
                                               .nterms = 2,
                                               .coefficient = {1.5, -0.5},
                                               .term = {t->vm[odd], t->vm[1 - odd]},
                                               .out = t->start});
  launch_product(t, odd);
  t->watch.before = t->vm[odd], t->watch.after = t->vm[1 - odd];
  iso_launch_watch(t->device, &t->watch);
}

static void replay_step(tissue *t, int odd) {
  if (iso_device_replay(t->device, odd)) return;
  iso_device_record(t->device, odd);
  launch_step(t, odd);
  iso_device_recorded(t->device, odd);
}

/* ---- clock ---- */

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

/* Seconds of one launch: the median of nine runs of `times`, after one that is not counted. */
static double seconds(tissue *t, void (*launch)(tissue *, int), int times) {
  enum { RUNS = 9 };
  double run[RUNS];
  for (int r = -1; r < RUNS; r++) {
    iso_device_sync(t->device);
    const double began = now();
    for (int k = 0; k < times; k++) launch(t, k % 2);
    iso_device_sync(t->device);
    if (r >= 0) run[r] = (now() - began) / times;
  }
  qsort(run, RUNS, sizeof *run, ascending);
  return run[RUNS / 2];
}

static void say_bandwidth(tissue *t, const char *name, void (*launch)(tissue *, int), double bytes) {
  const double s = seconds(t, launch, 20);
  printf("  %-38s %9.4f ns per node %8.1f bytes per node %8.1f GB/s\n", name, 1e9 * s / t->n, bytes / t->n,
         1e-9 * bytes / s);
}

void parity_measure(iso_device *device) {
  const double real = (double)device->real_bytes;
  printf("%s\n", device->name);
  tissue small = make_tissue(device, (const iso_lid[3]){24, 19, 19});
  printf(
      "  %d nodes, ten Tusscher 2006, a step of four launches: %.2f us one by one, %.2f us as a sequence\n",
      (int)small.n, 1e6 * seconds(&small, launch_step, 200), 1e6 * seconds(&small, replay_step, 200));
  free_tissue(&small);
  tissue large = make_tissue(device, (const iso_lid[3]){135, 135, 135});
  const double n = large.n, rows = (double)large.rows.nslices;
  printf("  %d nodes\n", (int)large.n);
  say_bandwidth(&large, "copy", launch_copy, 2 * real * n);
  /* Every vector once: x, two terms and the result; entries, rows and slice starts. */
  say_bandwidth(&large, "sparse product with two terms", launch_product,
                (double)large.entries * (real + 4) + rows * 8 + n * (4 + 4 * real));
  say_bandwidth(&large, "cells, ten Tusscher 2006, tabled", launch_cells,
                n * real * (2 * large.model->nstates + 3));
  printf("  %-38s %9.4f ns per node\n", "a step as a sequence", 1e9 * seconds(&large, replay_step, 20) / n);
  free_tissue(&large);
  const char *failure = iso_device_failure(device);
  if (failure) {
    fprintf(stderr, "%s\n", failure);
    exit(1);
  }
}

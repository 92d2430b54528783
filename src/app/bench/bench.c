#include "app/bench/bench.h"

#include "app/bench/bench_rows.h"
#include "app/bench/traffic.h"
#include "base/ascending.h"
#include "linear/device_memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_REPEATS = 99 };

static double time_batch(iso_device *device, int n, void (*launch)(void *self), void *self) {
  const double begin = iso_clock();
  for (int k = 0; k < n; k++) launch(self);
  iso_device_sync(device);
  return (iso_clock() - begin) / n;
}

double iso_bench_time(iso_device *device, int repeats, int most, void (*launch)(void *self), void *self) {
  const double enough_s = 0.01; /* ten thousand times what reading the clock and waiting cost */
  double seconds[MOST_REPEATS];
  const int n = repeats < MOST_REPEATS ? repeats : MOST_REPEATS;
  time_batch(device, 2, launch, self);
  const double one = time_batch(device, 1, launch, self);
  const int batch = one * most <= enough_s ? most : (int)ceil(enough_s / one);
  for (int k = 0; k < n; k++) seconds[k] = time_batch(device, batch, launch, self);
  qsort(seconds, (size_t)n, sizeof *seconds, iso_ascending_double);
  return n % 2 ? seconds[n / 2] : 0.5 * (seconds[n / 2 - 1] + seconds[n / 2]);
}

iso_status iso_bench_add(iso_bench *b, const iso_device *device, const char *name, double nodes, double bytes,
                         double seconds, iso_error *err) {
  const char *failure = iso_device_failure(device);
  if (failure) return iso_fail(err, ISO_EFAIL, "%s", failure);
  iso_bench_row *row = &b->row[b->nrows++];
  *row = (iso_bench_row){.nodes = nodes, .bytes = bytes, .seconds = seconds};
  snprintf(row->name, sizeof row->name, "%s", name);
  return ISO_OK;
}

double iso_bench_cells_bytes(const iso_setup *s, bool middle, bool fast) {
  double bytes = 0;
  for (iso_lid i = 0; i < s->mesh->nowned; i++)
    bytes += iso_traffic_cells(s->tissue.regions[iso_tissue_of_node(&s->tissue, s->mesh->node_tag[i])].model,
                               middle, fast, s->device->real_bytes);
  return bytes;
}

double iso_bench_bytes(const iso_bench *bench, const char *name) {
  for (int k = 0; k < bench->nrows; k++)
    if (!strcmp(bench->row[k].name, name)) return bench->row[k].bytes;
  return 0;
}

typedef struct copying {
  iso_device *device;
  iso_combine launch;
} copying;

static void launch_copy(void *self) {
  copying *c = self;
  iso_launch_combine(c->device, &c->launch);
}

/* The bandwidth that the others are held against. */
static iso_status copy(iso_bench *bench, iso_device *device, const iso_bench_options *o, iso_error *err) {
  const iso_lid n = (iso_lid)(o->copy_bytes / (double)device->real_bytes);
  const size_t bytes = (size_t)n * device->real_bytes;
  void *from = iso_device_alloc(device, bytes), *to = iso_device_alloc(device, bytes);
  iso_status status = from && to ? ISO_OK : iso_fail_device(err, device, 2 * bytes, "the copy");
  if (status == ISO_OK) {
    copying c = {device, {.count = n, .nterms = 1, .coefficient = {1}, .term = {from}, .out = to}};
    const double seconds = iso_bench_time(device, o->repeats, 1000, launch_copy, &c);
    status = iso_bench_add(bench, device, "copy of large fields", n,
                           n * iso_traffic_combine(1, device->real_bytes), seconds, err);
  }
  iso_device_release(device, from);
  iso_device_release(device, to);
  return status;
}

iso_status iso_bench_run(iso_setup *setup, const iso_bench_options *options, iso_bench *out, iso_error *err) {
  *out = (iso_bench){.front_share = NAN};
  ISO_TRY(copy(out, setup->device, options, err));
  ISO_TRY(iso_bench_kernels(out, setup, options, err));
  return iso_bench_steps(out, setup, options, err);
}

double iso_bench_bandwidth(const iso_bench_row *row) { return row->bytes / row->seconds; }
double iso_bench_rate(const iso_bench_row *row) { return row->nodes / row->seconds; }

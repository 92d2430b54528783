/* Launches over runs do in these what launches over everything do, and nothing elsewhere. */
#include "kernels/device.h"
#include "kernels/synthetic.h"
#include "kernels/ways.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NODES = 1003, FIRST = 7 };

/* Runs of the places [first, end), of 1 to ISO_RUN or of one only. Returns how many; inside [end]: whether a
 * place is in one. */
static int32_t choose(uint64_t seed, iso_lid first, iso_lid end, iso_lid (*run)[2], int *inside) {
  int32_t n = 0;
  const iso_lid most = seed % 3 ? ISO_RUN : 1;
  memset(inside, 0, (size_t)end * sizeof *inside);
  for (iso_lid last; first < end; first = last) {
    last = first + 1 + (iso_lid)((most - 1) * (0.5 + 0.5 * synthetic_value(seed, first)));
    if (last > end) last = end;
    if (synthetic_value(seed + 1, first) < 0) continue;
    run[n][0] = first, run[n++][1] = last;
    for (iso_lid i = first; i < last; i++) inside[i] = 1;
  }
  return n;
}

/* What was there, for all of n values: of everything inside and of what was there elsewhere. */
static void check(iso_device *device, const void *field, int64_t at, int n, const int *inside,
                  const double *before, const double *everywhere) {
  double now[NODES];
  iso_device_download_real(device, field, at, n, now);
  for (int i = 0; i < n; i++) assert_true(now[i] == (inside[i] ? everywhere[i] : before[i]));
}

static void combinations(void **state) {
  (void)state;
  for (int way = 0; way < WAYS; way++) {
    iso_device *device = open_way(way);
    for (uint64_t seed = 0; seed < 12; seed++) {
      iso_lid run[NODES][2];
      int inside[NODES];
      double before[NODES], everywhere[NODES];
      const int32_t n = choose(seed, 0, NODES, run, inside);
      void *runs = iso_device_copy(device, run, sizeof run), *x = synthetic_field(device, 1, NODES, 3),
           *y = synthetic_field(device, 2, NODES, 5), *out = synthetic_field(device, 3, NODES, 1);
      iso_combine c = {.count = NODES, .nterms = 2, .coefficient = {0.3, -0.7}, .term = {x, y}, .out = out};
      iso_device_download_real(device, out, 0, NODES, before);
      iso_launch_combine(device, &c);
      iso_device_download_real(device, out, 0, NODES, everywhere);
      iso_device_upload_real(device, out, 0, NODES, before);
      c.first = -1, c.count = -1, c.run = runs;
      iso_launch_combine(device, &c); /* of no run */
      c.nruns = n;
      for (int i = 0; i < NODES; i++) assert_true(before[i] != everywhere[i]);
      iso_launch_combine(device, &c);
      check(device, out, 0, NODES, inside, before, everywhere);
      void *buffers[] = {runs, x, y, out};
      for (int k = 0; k < 4; k++) iso_device_release(device, buffers[k]);
    }
    iso_device_close(device);
  }
}

/* Rows of the slices of runs. */
static void products(void **state) {
  (void)state;
  synthetic_rows rows = synthetic_rows_odd(NODES, NODES);
  for (int way = 0; way < WAYS; way++) {
    iso_device *device = open_way(way);
    int64_t split;
    iso_rows layout = synthetic_layout(device, &rows, 300, 1, &split);
    for (uint64_t seed = 0; seed < 12; seed++) {
      iso_lid run[NODES][2];
      int slice_inside[NODES], inside[NODES] = {0};
      double before[NODES], everywhere[NODES];
      const int32_t n = choose(seed, 0, (iso_lid)layout.nslices, run, slice_inside);
      for (int64_t k = 0; k < layout.nslices * device->slice_rows; k++) /* the host's memory */
        inside[layout.row[k]] = slice_inside[k / device->slice_rows];
      void *runs = iso_device_copy(device, run, sizeof run), *x = synthetic_field(device, 1, NODES, 3),
           *out = synthetic_field(device, 3, NODES, 1);
      iso_product p = {
          .rows = &layout, .last = layout.nslices, .x = x, .apply = 0.7, .nterms = 0, .out = out};
      iso_device_download_real(device, out, 0, NODES, before);
      iso_launch_product(device, &p);
      iso_device_download_real(device, out, 0, NODES, everywhere);
      iso_device_upload_real(device, out, 0, NODES, before);
      p.first = -1, p.last = -1, p.run = runs, p.nruns = n;
      iso_launch_product(device, &p);
      check(device, out, 0, NODES, inside, before, everywhere);
      void *buffers[] = {runs, x, out};
      for (int k = 0; k < 3; k++) iso_device_release(device, buffers[k]);
    }
    synthetic_layout_free(device, &layout);
    iso_device_close(device);
  }
  synthetic_rows_free(&rows);
}

/* Cells from FIRST on, whose states begin with theirs. */
static void cells(void **state) {
  (void)state;
  enum { MOST = 64, COUNT = NODES - FIRST };
  const iso_model *model = iso_model_find("luo_rudy_1991");
  double parameters[MOST], states[MOST], rest;
  assert_true(model && model->nparameters <= MOST && model->nstates <= MOST);
  iso_model_defaults(model, 0, parameters, states, &rest);
  for (int way = 0; way < WAYS; way++) {
    iso_device *device = open_way(way);
    const size_t bytes = device->cells->prepared_bytes(model, 0);
    void *host = synthetic_need(malloc(bytes));
    device->cells->prepare(model, parameters, 0.01, 0, host);
    void *prepared = iso_device_copy(device, host, bytes);
    for (uint64_t seed = 0; seed < 12; seed++) {
      iso_lid run[NODES][2];
      int inside[NODES];
      double before[MOST][COUNT], everywhere[MOST][COUNT], currents[NODES];
      const double none[NODES] = {0};
      const int32_t n = choose(seed, FIRST, NODES, run, inside);
      void *all = iso_device_alloc(device, (size_t)(model->nstates * COUNT) * device->real_bytes);
      void *runs = iso_device_copy(device, run, sizeof run), *vm = synthetic_field(device, 1, NODES, 90),
           *iion = iso_device_copy_real(device, none, NODES);
      for (int s = 0; s < model->nstates; s++) {
        for (int i = 0; i < COUNT; i++) before[s][i] = states[s];
        iso_device_upload_real(device, all, (int64_t)s * COUNT, COUNT, before[s]);
        iso_device_download_real(device, all, (int64_t)s * COUNT, COUNT, before[s]);
      }
      iso_cells c = {.first = FIRST,
                     .count = COUNT,
                     .ld = COUNT,
                     .state = all,
                     .vm = vm,
                     .iion = iion,
                     .parameters = prepared,
                     .step_ms = 0.01};
      iso_launch_cells(device, model, &c);
      iso_device_download_real(device, iion, 0, NODES, currents);
      iso_device_upload_real(device, iion, 0, NODES, none);
      for (int s = 0; s < model->nstates; s++) {
        iso_device_download_real(device, all, (int64_t)s * COUNT, COUNT, everywhere[s]);
        iso_device_upload_real(device, all, (int64_t)s * COUNT, COUNT, before[s]);
      }
      c.run = runs, c.nruns = n;
      iso_launch_cells(device, model, &c);
      check(device, iion, 0, NODES, inside, none, currents);
      for (int s = 0; s < model->nstates; s++)
        check(device, all, (int64_t)s * COUNT, COUNT, inside + FIRST, before[s], everywhere[s]);
      void *buffers[] = {all, runs, vm, iion};
      for (int k = 0; k < 4; k++) iso_device_release(device, buffers[k]);
    }
    iso_device_release(device, prepared);
    free(host);
    iso_device_close(device);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(combinations),
      cmocka_unit_test(products),
      cmocka_unit_test(cells),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

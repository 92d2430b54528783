/* The fast current of runs of nodes: what they are given is what a launch for all nodes gives them, and no
 * other node is given anything. */
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

enum { ELEMENTS = 2500, OWNED = 900, NODES = 1003, FACTORS = ISO_MAX_FAST * NODES, MOST_RUNS = NODES };

typedef struct both {
  iso_device *device;
  iso_fast all, some; /* with scratches of their own */
  double factor[FACTORS];
  int due[NODES];
} both;

static both *both_new(int way) {
  both *b = synthetic_need(calloc(1, sizeof *b));
  b->device = open_way(way);
  b->all = synthetic_mesh(b->device, ELEMENTS, OWNED, NODES);
  b->all.threshold = 0.05, b->all.interpolation = 0.7, b->all.smoothing = 0.2;
  b->some = b->all;
  b->some.scratch = synthetic_need(
      iso_device_alloc(b->device, iso_device_fast_scratch(b->device, ELEMENTS, NODES, b->all.width)));
  return b;
}

static void both_free(both *b) {
  iso_device_release(b->device, b->some.scratch);
  synthetic_mesh_free(b->device, &b->all);
  iso_device_close(b->device);
  free(b);
}

/* What a launch gives to nodes that had nothing; with runs [n], unless that is -1. */
static void given(both *b, iso_fast *f, int n, const iso_lid (*run)[2], double *iion) {
  const double none[OWNED] = {0};
  void *runs = n > 0 ? iso_device_copy(b->device, run, (size_t)n * sizeof *run)
                     : iso_device_alloc(b->device, sizeof *run);
  void *factors = iso_device_copy_real(b->device, b->factor, FACTORS);
  f->fast = factors;
  f->iion = iso_device_copy_real(b->device, none, OWNED);
  f->run = n < 0 ? NULL : runs;
  f->nruns = n;
  iso_launch_fast(b->device, f);
  iso_device_download_real(b->device, f->iion, 0, OWNED, iion);
  iso_device_release(b->device, runs);
  iso_device_release(b->device, factors);
  iso_device_release(b->device, f->iion);
}

/* New factors in the runs: small ones let a front end there, large ones begin. */
static void change(both *b, int n, const iso_lid (*run)[2], uint64_t seed, double scale) {
  memset(b->due, 0, sizeof b->due);
  for (int r = 0; r < n; r++)
    for (iso_lid i = run[r][0]; i < run[r][1]; i++) {
      b->due[i] = 1;
      for (int v = 0; v < ISO_MAX_FAST; v++)
        b->factor[v * NODES + i] = scale * synthetic_value(seed + (uint64_t)v, i);
    }
}

/* Of 1 to length nodes, some next to each other, of owned nodes, ghosts, and over their border. */
static int choose(uint64_t seed, iso_lid length, iso_lid (*run)[2]) {
  int n = 0;
  for (iso_lid first = 0, last; first < NODES; first = last) {
    last = first + 1 + (iso_lid)((length - 1) * (0.5 + 0.5 * synthetic_value(seed, first)));
    if (last > NODES) last = NODES;
    if (synthetic_value(seed + 1, first) > 0) run[n][0] = first, run[n++][1] = last;
  }
  return n;
}

/* Returns how many due nodes were given something. */
static int compare(both *b, int n, const iso_lid (*run)[2]) {
  double all[OWNED], some[OWNED];
  int given_any = 0;
  given(b, &b->all, -1, NULL, all);
  given(b, &b->some, n, run, some);
  for (int i = 0; i < OWNED; i++) {
    assert_true(some[i] == (b->due[i] ? all[i] : 0));
    given_any += some[i] != 0;
  }
  return given_any;
}

static const iso_lid everything[1][2] = {{0, NODES}};

static void runs_are_given_what_all_nodes_are(void **state) {
  (void)state;
  static const double scale[] = {0.9, 0.001, 4};
  for (int way = 0; way < WAYS; way++) {
    both *b = both_new(way);
    iso_lid run[MOST_RUNS][2];
    int some = 0;
    change(b, 1, everything, 20, 1);
    assert_true(compare(b, -1, NULL) > OWNED / 2);
    for (int k = 0; k < 60; k++) {
      const int n = choose(30 + (uint64_t)k, k % 5 ? 64 : 700, run);
      change(b, n, (const iso_lid(*)[2])run, 100 + 10 * (uint64_t)k, scale[k % 3]);
      some += compare(b, n, (const iso_lid(*)[2])run) > 0;
    }
    assert_true(some > 30);
    change(b, 1, everything, 21, 1);
    assert_true(compare(b, 1, everything) > OWNED / 2);
    change(b, 1, everything, 22, 1);
    assert_true(compare(b, -1, NULL) > OWNED / 2);
    both_free(b);
  }
}

/* A front that stays where it is gives to nodes that become due beside it. */
static void a_front_is_remembered(void **state) {
  (void)state;
  enum { AT = 200 };
  static const iso_lid beyond[1][2] = {{AT, AT + 1}}, others[2][2] = {{0, AT}, {AT + 1, NODES}};
  for (int way = 0; way < WAYS; way++) {
    both *b = both_new(way);
    memset(b->due, 0, sizeof b->due);
    assert_true(compare(b, -1, NULL) == 0);
    change(b, 1, beyond, 40, 4);
    assert_true(compare(b, 1, beyond) == 1);
    change(b, 2, others, 41, 1e-3);
    for (int k = 0; k < 3; k++) assert_true(compare(b, 2, others) > 1);
    change(b, 1, beyond, 40, 0);
    compare(b, 1, beyond);
    change(b, 2, others, 42, 1e-3);
    assert_true(compare(b, 2, others) == 0);
    both_free(b);
  }
}

static void no_run_is_nothing_to_do(void **state) {
  (void)state;
  both *b = both_new(0);
  change(b, 1, everything, 20, 4);
  assert_true(compare(b, -1, NULL) > 0);
  memset(b->due, 0, sizeof b->due);
  assert_true(compare(b, 0, everything) == 0);
  both_free(b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(runs_are_given_what_all_nodes_are),
      cmocka_unit_test(a_front_is_remembered),
      cmocka_unit_test(no_run_is_nothing_to_do),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

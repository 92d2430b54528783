/* The end of the steps of patches, and samples ahead of their time, against their definitions. */
#include "kernels/device.h"
#include "kernels/synthetic.h"
#include "kernels/ways.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PATCHES = 7, NODES = 200 };
static const iso_lid first[PATCHES + 1] = {0, 64, 65, 128, 128, 161, 190, NODES};
static const int32_t due[] = {1, 2, 3, 5}; /* one node, 63, none, 29 */
enum { DUE = sizeof due / sizeof *due };

static int is_due(int node) {
  for (int k = 0; k < DUE; k++)
    if (node >= first[due[k]] && node < first[due[k] + 1]) return 1;
  return 0;
}

typedef struct patches {
  iso_device *device;
  iso_settle launch;
  double vm[NODES], slope[NODES], after[NODES], rate[PATCHES], bend[PATCHES];
} patches;

/* Values that a float holds, and whose differences it does. */
static void set_up(patches *p, int way) {
  p->device = open_way(way);
  for (int i = 0; i < NODES; i++) {
    p->vm[i] = floor(64 * synthetic_value(1, i));
    p->slope[i] = floor(64 * synthetic_value(2, i)) / 16;
    p->after[i] = floor(64 * synthetic_value(3, i));
  }
  for (int k = 0; k < PATCHES; k++) p->rate[k] = -1 - k, p->bend[k] = -10 - k;
  p->launch = (iso_settle){.npatches = DUE,
                           .patch = iso_device_copy(p->device, due, sizeof due),
                           .first = iso_device_copy(p->device, first, sizeof first),
                           .steps = 1};
}

/* What the launch leaves is in p. */
static void settle(patches *p) {
  iso_settle s = p->launch;
  void *after = iso_device_copy_real(p->device, p->after, NODES);
  s.after = after;
  s.vm = iso_device_copy_real(p->device, p->vm, NODES);
  s.slope = iso_device_copy_real(p->device, p->slope, NODES);
  s.rate = iso_device_copy_real(p->device, p->rate, PATCHES);
  s.bend = iso_device_copy_real(p->device, p->bend, PATCHES);
  iso_launch_settle(p->device, &s);
  iso_device_download_real(p->device, s.vm, 0, NODES, p->vm);
  iso_device_download_real(p->device, s.slope, 0, NODES, p->slope);
  iso_device_download_real(p->device, s.rate, 0, PATCHES, p->rate);
  iso_device_download_real(p->device, s.bend, 0, PATCHES, p->bend);
  void *buffers[] = {after, s.vm, s.slope, s.rate, s.bend};
  for (int k = 0; k < 5; k++) iso_device_release(p->device, buffers[k]);
}

static void tear_down(patches *p) {
  iso_device_release(p->device, (void *)p->launch.patch);
  iso_device_release(p->device, (void *)p->launch.first);
  iso_device_close(p->device);
}

/* Powers of two of base steps, by which division is exact; nodes and patches that are not due stay. */
static void steps_end_in_patches_that_are_due(void **state) {
  (void)state;
  for (int way = 0; way < WAYS; way++)
    for (int steps = 1; steps <= 16; steps *= 2) {
      patches p, was;
      set_up(&p, way);
      p.launch.steps = steps;
      was = p;
      settle(&p);
      for (int i = 0; i < NODES; i++) {
        assert_true(p.vm[i] == (is_due(i) ? was.after[i] : was.vm[i]));
        assert_true(p.slope[i] == (is_due(i) ? (was.after[i] - was.vm[i]) / steps : was.slope[i]));
      }
      for (int k = 0; k < PATCHES; k++) {
        double rate = 0, bend = 0;
        for (int i = first[k]; i < first[k + 1]; i++) {
          rate = fmax(rate, fabs(p.slope[i]));
          bend = fmax(bend, fabs(p.slope[i] - was.slope[i]));
        }
        const int moved = first[k] == first[k + 1] || is_due(first[k]);
        assert_true(p.rate[k] == (moved ? rate : was.rate[k]));
        assert_true(p.bend[k] == (moved ? bend : was.bend[k]));
      }
      tear_down(&p);
    }
}

/* Wherever it is in its patch, and whatever else is there. */
static void what_is_no_number_is_seen(void **state) {
  (void)state;
  for (int way = 0; way < WAYS; way++)
    for (int at = first[2]; at < first[3]; at++) {
      patches p;
      set_up(&p, way);
      p.after[at] = at % 2 ? NAN : INFINITY;
      p.slope[at] = at % 2 ? 0 : INFINITY;
      settle(&p);
      assert_true(at % 2 ? isnan(p.rate[2]) : isinf(p.rate[2]));
      assert_true(isnan(p.bend[2]));
      assert_true(p.rate[5] > 0 && p.bend[5] > 0);
      tear_down(&p);
    }
}

/* A crossing a quarter of the way through a step of 8 base steps is at 2. */
static void parts_of_events_count_base_steps(void **state) {
  (void)state;
  enum { AT = 70 };
  const iso_watch_event none = {0};
  for (int way = 0; way < WAYS; way++) {
    patches p;
    double rest[NODES], peak[NODES];
    set_up(&p, way);
    for (int i = 0; i < NODES; i++) {
      p.vm[i] = p.after[i] = rest[i] = -80, peak[i] = ISO_RESTING;
      if (!is_due(i)) p.after[i] = 20;
    }
    p.after[AT] = 0;
    iso_watch w = {.rest = iso_device_copy_real(p.device, rest, NODES),
                   .peak = iso_device_copy_real(p.device, peak, NODES),
                   .activation_mV = -60,
                   .fraction = 0.9,
                   .capacity = 1,
                   .pending = iso_device_copy(p.device, &(iso_pending){.steps = 3}, sizeof(iso_pending)),
                   .event = iso_device_copy(p.device, &none, sizeof none)};
    p.launch.watch = &w, p.launch.steps = 8;
    settle(&p);
    assert_true(w.pending->events == 1); /* the host's memory */
    assert_true(w.event->node == AT && w.event->kind == 0 && w.event->step == 3 && w.event->part == 2);
    void *buffers[] = {w.rest, w.peak, w.pending, w.event};
    for (int k = 0; k < 4; k++) iso_device_release(p.device, buffers[k]);
    tear_down(&p);
  }
}

static void samples_are_taken_ahead(void **state) {
  (void)state;
  enum { N = 3 };
  static const iso_lid node[N] = {5, 100, 199};
  static const int ahead[N] = {0, 3, -2};
  static const int32_t patch[N] = {1, 0, 2};
  enum { END = 9 }; /* of the second step */
  int64_t stands[N];
  for (int k = 0; k < N; k++) stands[patch[k]] = END - ahead[k];
  for (int way = 0; way < WAYS; way++)
    for (int slopes = 0; slopes < 2; slopes++) {
      patches p;
      double out[2 * N];
      set_up(&p, way);
      void *nodes = iso_device_copy(p.device, node, sizeof node),
           *vm = iso_device_copy_real(p.device, p.vm, NODES),
           *slope = iso_device_copy_real(p.device, p.slope, NODES),
           *of = iso_device_copy(p.device, patch, sizeof patch),
           *stand = iso_device_copy(p.device, stands, sizeof stands),
           *sampled = iso_device_copy_real(p.device, (double[2 * N]){0}, 2 * N),
           *pending = iso_device_copy(p.device, &(iso_pending){.first = END - 2}, sizeof(iso_pending));
      iso_sample s = {.count = N, .node = nodes, .field = vm, .out = sampled, .pending = pending};
      iso_launch_sample(p.device, &s);
      if (slopes) s.slope = slope, s.patch = of, s.stands = stand;
      iso_launch_sample(p.device, &s);
      iso_device_download_real(p.device, sampled, 0, 2 * N, out);
      for (int k = 0; k < N; k++) {
        const double now = p.vm[node[k]], later = now + ahead[k] * p.slope[node[k]];
        assert_true(out[k] == now && out[N + k] == (slopes ? later : now));
      }
      void *buffers[] = {nodes, vm, slope, of, stand, sampled, pending};
      for (int k = 0; k < 7; k++) iso_device_release(p.device, buffers[k]);
      tear_down(&p);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(steps_end_in_patches_that_are_due),
      cmocka_unit_test(what_is_no_number_is_seen),
      cmocka_unit_test(parts_of_events_count_base_steps),
      cmocka_unit_test(samples_are_taken_ahead),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

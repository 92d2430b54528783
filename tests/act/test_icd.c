/* Detection of a fast rhythm and what is paced against it, on a clock of its own, a tick a millisecond. */
#include "act/icd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 200 };

/* A tachycardia that goes on until an attempt with a first interval of at most some ms, if any. */
typedef struct bench {
  iso_icd icd;
  int64_t tick, next, cycle; /* the next beat; INT64_MAX: there is none */
  int64_t ends_below;
  int64_t before; /* the beat or pulse before */
  iso_marker marker[MOST];
  int n;
} bench;

static void begin(bench *b, const iso_icd_settings *set, int64_t cycle) {
  *b = (bench){.cycle = cycle}; /* the first beat is at 0 */
  iso_icd_start(&b->icd, set);
}

static void run(bench *b, int64_t until) {
  for (; b->tick <= until; b->tick++) {
    iso_mark mark[ISO_ICD_MARKS];
    const bool beat = b->tick == b->next;
    if (beat) b->next += b->cycle, b->before = b->tick;
    const int n = iso_icd_tick(&b->icd, b->tick, beat, mark);
    for (int k = 0; k < n; k++) {
      assert_true(b->n < MOST);
      b->marker[b->n++] = (iso_marker){b->tick, mark[k]};
      if (mark[k] != ISO_MARK_TP) continue;
      if (b->tick - b->before <= b->ends_below) b->next = INT64_MAX;
      if (b->next < INT64_MAX) b->next = b->tick + b->cycle; /* the rhythm begins anew */
      b->before = b->tick;
    }
  }
}

/* What is written from a tick on, as "TD 3000 TP 3252". */
static void assert_markers(const bench *b, int64_t from, const char *expected) {
  char text[2000] = "";
  size_t size = 0;
  for (int k = 0; k < b->n; k++)
    if (b->marker[k].tick >= from)
      size += (size_t)snprintf(text + size, sizeof text - size, "%s%s %lld", size ? " " : "",
                               iso_mark_text((iso_mark)b->marker[k].mark), (long long)b->marker[k].tick);
  assert_string_equal(text, expected);
}

static iso_icd_settings one_zone(void) {
  return (iso_icd_settings){
      .nzones = 1,
      .zone = {{.interval = 320,
                .count = 6,
                .of = 8,
                .ntherapies = 1,
                .therapy = {{.percent = 84, .pulses = 3, .attempts = 1, .minimum = 200}}}},
      .again_count = 3,
      .again_of = 4,
      .ended = 1000};
}

static void test_counted_intervals(void **state) {
  (void)state;
  const iso_icd_settings set = one_zone();
  bench b;
  begin(&b, &set, 320); /* the slowest that counts: the sixth interval */
  run(&b, 1920);
  assert_markers(&b, 0, "TD 1920");
  begin(&b, &set, 321);
  run(&b, 20000);
  assert_markers(&b, 0, "");
  assert_int_equal(b.icd.episodes, 0);
  begin(&b, &set, 300); /* one beat is missing, twice: 6 of 8 are enough */
  run(&b, 899);
  b.next += 300;
  run(&b, 1799);
  b.next += 300;
  run(&b, 3000);
  assert_markers(&b, 0, "TD 3000"); /* those that end at 1200 and 2100 are long */
}

static void test_burst_ends_it_or_not(void **state) {
  (void)state;
  iso_icd_settings set = one_zone();
  bench b;
  begin(&b, &set, 300); /* 84% of 300 ms */
  b.ends_below = 252;
  run(&b, 4000);
  assert_markers(&b, 0, "TD 1800 TP 2052 TP 2304 TP 2556 TE 3556");
  assert_int_equal(b.icd.terminated, 1);

  set.zone[0].therapy[0].percent =
      97; /* 291 ms is not short enough: detected again, by 3 of 4, and nothing is left */
  begin(&b, &set, 300);
  b.ends_below = 252;
  run(&b, 9000);
  assert_markers(&b, 0, "TD 1800 TP 2091 TP 2382 TP 2673 TD 3573 TX 3573");
  assert_int_equal(b.icd.terminated, 0);
  b.next = INT64_MAX; /* it ends by itself, which is no success */
  run(&b, 11000);
  assert_int_equal(b.marker[b.n - 1].mark, ISO_MARK_TE);
  assert_int_equal(b.icd.terminated, 0);
  assert_int_equal(b.icd.episodes, 1);
}

static void test_ramp_scan_and_minimum(void **state) {
  (void)state;
  iso_icd_settings set = one_zone();
  bench b;
  set.zone[0].ntherapies = 2;
  set.zone[0].therapy[0] =
      (iso_therapy){.percent = 88, .pulses = 2, .attempts = 2, .scan = 20, .minimum = 200};
  set.zone[0].therapy[1] =
      (iso_therapy){.percent = 81, .pulses = 6, .attempts = 1, .ramp = 15, .minimum = 210};
  begin(&b, &set, 300);
  run(&b, 6000);
  /* 264 ms twice, then 244; then 243, 228, 213, 210 and not less. */
  assert_markers(&b, 0,
                 "TD 1800 TP 2064 TP 2328 TD 3228 TP 3472 TP 3716 TD 4616 TP 4859 TP 5087 TP 5300 TP 5510 "
                 "TP 5720 TP 5930");
  assert_int_equal(b.icd.attempts, 3);
}

/* Of two zones the faster one, and again from its first therapy where the rhythm has become faster. */
static void test_zones(void **state) {
  (void)state;
  iso_icd_settings set = one_zone();
  bench b;
  set.nzones = 2;
  set.zone[1] = set.zone[0];
  set.zone[0].interval = 400, set.zone[1].interval = 250, set.zone[1].therapy[0].percent = 90;
  begin(&b, &set, 380);
  run(&b, 3240);
  assert_markers(&b, 0, "TD 2280 TP 2599 TP 2918 TP 3237");
  b.cycle = 240, b.next = 3237 + 240;
  run(&b, 4180);
  assert_markers(&b, 3238, "TD 3957 TP 4173");
}

static void test_restart(void **state) {
  (void)state;
  const iso_icd_settings set = one_zone();
  int64_t kept[ISO_ICD_STATE];
  bench b;
  begin(&b, &set, 300);
  b.ends_below = 252;
  for (int64_t stop = 0; stop < 4000; stop += 77) {
    run(&b, stop);
    iso_icd_pack(&b.icd, kept);
    memset(&b.icd, 0x55, sizeof b.icd);
    iso_icd_start(&b.icd, &set);
    iso_icd_unpack(&b.icd, kept);
  }
  assert_markers(&b, 0, "TD 1800 TP 2052 TP 2304 TP 2556 TE 3556");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_counted_intervals),
                                     cmocka_unit_test(test_burst_ends_it_or_not),
                                     cmocka_unit_test(test_ramp_scan_and_minimum),
                                     cmocka_unit_test(test_zones), cmocka_unit_test(test_restart)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

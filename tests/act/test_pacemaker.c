/* The timing cycles of a pacemaker on its own clock, a tick a millisecond, with the nominal values of the
 * PACEMAKER System Specification (Boston Scientific, 2007), table 7: 60 and 120 a minute, AV delay 150 ms,
 * VRP 320, ARP 250, PVARP 250, ventricular blanking 40 ms. */
#include "act/pacemaker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { MOST = 64 };

static const iso_pacemaker_settings nominal = {.mode = ISO_MODE_DDD,
                                               .lower = 1000,
                                               .upper = 500,
                                               .av_paced = 150,
                                               .av_sensed = 150,
                                               .vrp = 320,
                                               .arp = 250,
                                               .pvarp = 250,
                                               .ventricular_blanking = 40};

/* A heart that is a list of beats, and conducts back from paced ventricles where asked to. */
typedef struct bench {
  iso_pacemaker pacemaker;
  int64_t tick;
  int64_t atrial[MOST], ventricular[MOST]; /* senses, ticks */
  int natrial, nventricular;
  int64_t retrograde;  /* ms from a ventricular pace or a PVC to the atrium; 0: none */
  int64_t atrium_free; /* what comes back finds the atrium refractory for 200 ms after it was active */
  int64_t returns[MOST];
  int nreturns;
  iso_marker marker[4 * MOST];
  int nmarkers;
} bench;

static void begin(bench *b, const iso_pacemaker_settings *settings) {
  *b = (bench){0};
  iso_pacemaker_start(&b->pacemaker, settings, 0);
}

static bool is_in(const int64_t *list, int n, int64_t tick) {
  for (int k = 0; k < n; k++)
    if (list[k] == tick) return true;
  return false;
}

static void follow(bench *b, iso_mark mark) {
  if (mark == ISO_MARK_AP) b->atrium_free = b->tick + 200;
  const bool alone =
      mark == ISO_MARK_VP || mark == ISO_MARK_PVC; /* what was conducted meets its own way back */
  if (alone && b->retrograde && b->nreturns < MOST) b->returns[b->nreturns++] = b->tick + b->retrograde;
}

static void run(bench *b, int64_t until) {
  for (; b->tick <= until; b->tick++) {
    iso_mark mark[ISO_PACEMAKER_MARKS];
    const bool returns = is_in(b->returns, b->nreturns, b->tick) && b->tick >= b->atrium_free;
    const bool atrial = returns || is_in(b->atrial, b->natrial, b->tick);
    if (atrial) b->atrium_free = b->tick + 200;
    const int n = iso_pacemaker_tick(&b->pacemaker, b->tick, atrial,
                                     is_in(b->ventricular, b->nventricular, b->tick), mark);
    for (int k = 0; k < n; k++) {
      assert_true(b->nmarkers < 4 * MOST);
      b->marker[b->nmarkers++] = (iso_marker){b->tick, mark[k]};
      follow(b, mark[k]);
    }
  }
}

static void sense(bench *b, iso_mark chamber, int64_t tick) {
  if (chamber == ISO_MARK_AS)
    b->atrial[b->natrial++] = tick;
  else
    b->ventricular[b->nventricular++] = tick;
}

/* What is written, as "VP 1000 VP 2000". */
static void assert_markers(const bench *b, const char *expected) {
  char text[2000] = "";
  size_t size = 0;
  for (int k = 0; k < b->nmarkers; k++)
    size += (size_t)snprintf(text + size, sizeof text - size, "%s%s %lld", k ? " " : "",
                             iso_mark_text((iso_mark)b->marker[k].mark), (long long)b->marker[k].tick);
  assert_string_equal(text, expected);
}

/* Intervals between the last n + 1 markers of a kind. */
static void assert_intervals(const bench *b, iso_mark mark, int n, const int64_t *expected) {
  int64_t before = -1;
  int left = n;
  for (int k = b->nmarkers - 1; k >= 0 && left >= 0; k--) {
    if (b->marker[k].mark != (int64_t)mark) continue;
    if (before >= 0) assert_int_equal(before - b->marker[k].tick, expected[--left]);
    before = b->marker[k].tick;
    if (left == 0) return;
  }
  fail_msg("fewer than %d intervals", n);
}

static void test_lower_rate_and_inhibition(void **state) {
  (void)state;
  iso_pacemaker_settings vvi = nominal, aai = nominal;
  bench b;
  vvi.mode = ISO_MODE_VVI, aai.mode = ISO_MODE_AAI;
  begin(&b, &vvi);
  run(&b, 3500);
  assert_markers(&b, "VP 1000 VP 2000 VP 3000");

  /* A sense begins the cycle anew, but not within 320 ms: the pace at 1600 is that of 600. */
  begin(&b, &vvi);
  sense(&b, ISO_MARK_VS, 600), sense(&b, ISO_MARK_VS, 919), sense(&b, ISO_MARK_VS, 1920),
      sense(&b, ISO_MARK_VS, 2919);
  run(&b, 4000);
  assert_markers(&b, "VS 600 (VS) 919 VP 1600 VS 1920 VS 2919 VP 3919");

  begin(&b, &aai); /* the same by the atrium with its own period; ventricular senses are nobody's */
  sense(&b, ISO_MARK_AS, 600), sense(&b, ISO_MARK_AS, 849), sense(&b, ISO_MARK_AS, 850);
  run(&b, 2000);
  assert_markers(&b, "AS 600 (AS) 849 AS 850 AP 1850");
}

static void test_av_delay(void **state) {
  (void)state;
  iso_pacemaker_settings set = nominal;
  bench b;
  begin(&b, &set); /* nothing is sensed: both chambers at the lower rate, the AV delay apart */
  run(&b, 2500);
  assert_markers(&b, "AP 850 VP 1000 AP 1850 VP 2000");

  set.av_sensed = 120; /* with an offset of -30 */
  begin(&b, &set);
  sense(&b, ISO_MARK_AS, 700);                                /* tracked */
  sense(&b, ISO_MARK_AS, 1600), sense(&b, ISO_MARK_VS, 1700); /* conducted */
  sense(&b, ISO_MARK_VS, 2690);                               /* conducted after an atrial pace at 2550 */
  run(&b, 3600);
  assert_markers(&b, "AS 700 VP 820 AS 1600 VS 1700 AP 2550 VS 2690 AP 3540");
  assert_int_equal(b.pacemaker.ventricular_due, 3690);

  begin(&b, &set); /* the ventricle is blind for 40 ms after an atrial pace and hears from then on */
  sense(&b, ISO_MARK_VS, 889), sense(&b, ISO_MARK_VS, 950);
  run(&b, 1000);
  assert_markers(&b, "AP 850 VS 950");
}

/* Atrial beats from a tick on. */
static void atrium_beats(bench *b, int64_t from, int64_t cycle, int n) {
  for (int k = 0; k < n; k++) sense(b, ISO_MARK_AS, from + k * cycle);
}

static void test_upper_rate(void **state) {
  (void)state;
  bench b;
  begin(&b, &nominal); /* 600 ms: one to one */
  atrium_beats(&b, 300, 600, 10);
  run(&b, 5700);
  assert_intervals(&b, ISO_MARK_VP, 6, (int64_t[]){600, 600, 600, 600, 600, 600});

  /* 450 ms is shorter than the upper rate's 500, and longer than AV + PVARP = 400: Wenckebach. Each AV delay
   * is 50 ms longer than the one before, 150, 200, 250, until a beat follows a pace by 200 ms, which is
   * within PVARP: it is dropped, and all begins again. */
  begin(&b, &nominal);
  atrium_beats(&b, 300, 450, 13);
  run(&b, 5900);
  assert_intervals(&b, ISO_MARK_VP, 8, (int64_t[]){500, 800, 500, 500, 800, 500, 500, 800});

  begin(&b, &nominal); /* 350 ms is shorter than AV + PVARP: every second beat */
  atrium_beats(&b, 300, 350, 15);
  run(&b, 5300);
  assert_intervals(&b, ISO_MARK_VP, 6, (int64_t[]){700, 700, 700, 700, 700, 700});
  for (int k = 0; k < b.nmarkers; k++) /* never faster */
    for (int i = 0; i < k; i++)
      if (b.marker[k].mark == ISO_MARK_VP && b.marker[i].mark == ISO_MARK_VP)
        assert_true(b.marker[k].tick - b.marker[i].tick >= 500);
}

/* A ventricular beat that comes early is conducted back 300 ms later; each tracked pace, too. */
static void test_pacemaker_mediated_tachycardia(void **state) {
  (void)state;
  iso_pacemaker_settings set = nominal;
  bench b;
  begin(&b, &set);
  b.retrograde = 300;
  sense(&b, ISO_MARK_AS, 500), sense(&b, ISO_MARK_VS, 580); /* a conducted beat, and then a PVC */
  sense(&b, ISO_MARK_VS, 1000);
  run(&b, 5000); /* at the upper rate, for ever */
  assert_intervals(&b, ISO_MARK_VP, 7, (int64_t[]){500, 500, 500, 500, 500, 500, 500});

  /* PVARP as long as the way back: the same PVC leads to nothing. */
  set.pvarp = 320;
  begin(&b, &set);
  b.retrograde = 300;
  sense(&b, ISO_MARK_AS, 500), sense(&b, ISO_MARK_VS, 580), sense(&b, ISO_MARK_VS, 1000);
  run(&b, 5000);
  assert_intervals(&b, ISO_MARK_VP, 3, (int64_t[]){1000, 1000, 1000});

  /* So does a short one that is extended after the PVC alone: the atrium is paced, and is refractory to what
   * comes back. */
  set.pvarp = 250, set.pvarp_extension = 100;
  begin(&b, &set);
  sense(&b, ISO_MARK_AS, 500), sense(&b, ISO_MARK_VS, 580), sense(&b, ISO_MARK_VS, 1000),
      sense(&b, ISO_MARK_AS, 1300);
  run(&b, 2100);
  assert_markers(&b, "AS 500 VS 580 PVC 1000 PVP 1000 (AS) 1300 AP 1850 VP 2000");

  begin(&b, &set); /* but not twice in a row */
  sense(&b, ISO_MARK_VS, 600), sense(&b, ISO_MARK_VS, 1000), sense(&b, ISO_MARK_VS, 1400);
  sense(&b, ISO_MARK_AS, 1700);
  run(&b, 1700);
  assert_markers(&b, "VS 600 PVC 1000 PVP 1000 PVC 1400 AS 1700");
}

static void test_biventricular(void **state) {
  (void)state;
  iso_pacemaker_settings set = nominal;
  bench b;
  set.biventricular = true;
  begin(&b, &set);
  run(&b, 1100);
  assert_markers(&b, "AP 850 VP 1000 LVP 1000");
  set.vv = 40;
  begin(&b, &set);
  run(&b, 1100);
  assert_markers(&b, "AP 850 VP 1000 LVP 1040");
  set.vv = -40; /* the AV delay ends with the first of both */
  begin(&b, &set);
  run(&b, 1100);
  assert_markers(&b, "AP 850 LVP 1000 VP 1040");
}

static void test_blanking_and_restart(void **state) {
  (void)state;
  iso_pacemaker_settings set = nominal;
  bench b, other;
  int64_t kept[ISO_PACEMAKER_STATE];
  set.mode = ISO_MODE_VVI, set.blanking = 100;
  begin(&b, &set);
  sense(&b, ISO_MARK_VS, 600), sense(&b, ISO_MARK_VS, 699), sense(&b, ISO_MARK_VS, 700);
  run(&b, 650);
  other = b; /* goes on from what changes, as after a restart */
  iso_pacemaker_pack(&b.pacemaker, kept);
  iso_pacemaker_start(&other.pacemaker, &set, 0);
  iso_pacemaker_unpack(&other.pacemaker, kept);
  run(&b, 2700);
  run(&other, 2700);
  assert_markers(&b, "VS 600 (VS) 700 VP 1600 VP 2600");
  assert_markers(&other, "VS 600 (VS) 700 VP 1600 VP 2600");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lower_rate_and_inhibition),
      cmocka_unit_test(test_av_delay),
      cmocka_unit_test(test_upper_rate),
      cmocka_unit_test(test_pacemaker_mediated_tachycardia),
      cmocka_unit_test(test_biventricular),
      cmocka_unit_test(test_blanking_and_restart),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

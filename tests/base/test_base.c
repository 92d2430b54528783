/* Text, arena, timer, progress, log and signals. */
#include "base/arena.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/share.h"
#include "base/signals.h"
#include "base/text.h"
#include "base/timer.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void test_distance(void **state) {
  (void)state;
  assert_int_equal(iso_text_distance("step", "step"), 0);
  assert_int_equal(iso_text_distance("step", "stp"), 4);
  assert_int_equal(iso_text_distance("step", "setp"), 4); /* a swap is one change */
  assert_int_equal(iso_text_distance("step", "Step"), 1);
  assert_int_equal(iso_text_distance("gNa", "g_Na"), 1);
  assert_int_equal(iso_text_distance("", "abc"), 12);
}

static void test_nearest(void **state) {
  (void)state;
  const char *const names[] = {"cpu", NULL, "cuda", "duration_ms", "step_ms"};
  assert_string_equal(iso_text_nearest("duraton_ms", 5, names), "duration_ms");
  assert_string_equal(iso_text_nearest("CPU", 5, names), "cpu");
  assert_null(iso_text_nearest("gpu", 5, names)); /* in three letters one change is chance */
  assert_null(iso_text_nearest("temperature", 5, names));
  assert_null(iso_text_nearest("", 5, names));
}

static void test_append_cuts(void **state) {
  (void)state;
  const char *const names[] = {"a", NULL, "bc"};
  char text[8] = "";
  iso_text_list(text, sizeof text, 3, names);
  assert_string_equal(text, "a, bc");
  iso_text_append(text, sizeof text, "%s", "defgh");
  assert_string_equal(text, "a, bcde");
}

static void assert_clean(const char *text, const char *expected) {
  char copy[100];
  strcpy(copy, text);
  assert_string_equal(iso_text_clean(copy, "\t\n"), expected);
}

static void test_what_is_no_text_is_marked(void **state) {
  (void)state;
  assert_clean("a\tb\nc", "a\tb\nc");
  assert_clean("Herzmuskel: \xc3\xa4 \xe2\x82\xac \xf0\x9f\xab\x80",
               "Herzmuskel: \xc3\xa4 \xe2\x82\xac \xf0\x9f\xab\x80");
  assert_clean("\033]0;owned\007\033[31mred\r\x7f", "?]0;owned??[31mred??");
  assert_clean("\xc2\x9b"
               "31m",
               "?31m"); /* CSI in UTF-8 */
  assert_clean("\x9b"
               "31m",
               "?31m"); /* and in one byte */
  assert_clean("a\xe2\x80\xae"
               "b",
               "a?b");                                     /* right to left */
  assert_clean("\xc3(", "?(");                             /* cut short */
  assert_clean("\xc3", "?");                               /* by the end */
  assert_clean("\xc0\x9b\xe0\x82\x9b", "?????");           /* too long ways to write CSI */
  assert_clean("\xed\xa0\x80\xf4\x90\x80\x80", "???????"); /* no characters */
  char line[] = "a\tb\nc";
  assert_string_equal(iso_text_clean(line, ""), "a?b?c");
}

static void test_message_moves_no_cursor(void **state) {
  (void)state;
  iso_error err = {0};
  iso_fail(&err, ISO_EINPUT, "a.edf: '%s':\n\tno", "\033[2J\r\177\302\265V");
  assert_string_equal(err.message, "a.edf: '?[2J??\302\265V':\n\tno");
}

static void assert_duration(double seconds, const char *expected) {
  char text[32];
  assert_string_equal(iso_text_duration(seconds, text, sizeof text), expected);
}

static void test_numbers(void **state) {
  (void)state;
  char text[32];
  assert_duration(0.0123, "12 ms");
  assert_duration(0.9999, "1.0 s");
  assert_duration(12.34, "12.3 s");
  assert_duration(59.97, "1 min 00 s");
  assert_duration(3599.4, "59 min 59 s");
  assert_duration(3599.6, "1 h 00 min");
  assert_duration(7800, "2 h 10 min");
  assert_string_equal(iso_text_count(0, text, sizeof text), "0");
  assert_string_equal(iso_text_count(123, text, sizeof text), "123");
  assert_string_equal(iso_text_count(1234567, text, sizeof text), "1,234,567");
  assert_string_equal(iso_text_count(-123456, text, sizeof text), "-123,456");
}

static void test_arena(void **state) {
  (void)state;
  iso_error err = {0};
  iso_arena *arena;
  char *a, *b;
  double *numbers;
  assert_int_equal(iso_arena_new(&arena, &err), ISO_OK);
  assert_int_equal(iso_arena_print(arena, &a, &err, "%s-%d", "x", 12), ISO_OK);
  assert_int_equal(iso_arena_text(arena, &b, "abcdef", 3, &err), ISO_OK);
  assert_int_equal(iso_arena_alloc(arena, &numbers, 100, sizeof *numbers, &err), ISO_OK);
  assert_string_equal(a, "x-12");
  assert_string_equal(b, "abc");
  assert_true(numbers[0] == 0 && numbers[99] == 0);
  assert_int_equal(iso_arena_alloc(arena, &numbers, SIZE_MAX / 4, 16, &err), ISO_EFAIL);
  iso_arena_free(arena);
}

static void wait_a_little(void) {
  for (double end = iso_clock() + 0.002; iso_clock() < end;) continue;
}

static void test_phases_add_up(void **state) {
  (void)state;
  iso_timer timer;
  double before = iso_clock(), most[ISO_NPHASES], sum = 0;
  iso_timer_start(&timer);
  iso_phase outer = iso_timer_enter(&timer, ISO_PHASE_CELLS);
  assert_int_equal(outer, ISO_PHASE_OTHER);
  wait_a_little();
  assert_int_equal(iso_timer_enter(&timer, ISO_PHASE_HALO), ISO_PHASE_CELLS);
  wait_a_little();
  iso_timer_enter(&timer, outer);
  iso_timer_most(&timer, MPI_COMM_WORLD, most);
  double wall = iso_clock() - before;
  for (int i = 0; i < ISO_NPHASES; i++) sum += most[i];
  assert_true(most[ISO_PHASE_CELLS] >= 0.002 && most[ISO_PHASE_HALO] >= 0.002);
  assert_true(most[ISO_PHASE_DIFFUSION] == 0);
  assert_true(sum <= wall);
  assert_string_equal(iso_phase_name(ISO_PHASE_HALO), "halo");
}

static void test_progress_line(void **state) {
  (void)state;
  char line[160];
  iso_progress_line(0, 30, 60, 10, line, sizeof line);
  assert_string_equal(line,
                      "[##########..........]  50%  30 of 60 ms  3 ms/s (0.003 x real time)  10.0 s left");
  iso_progress_line(40, 50, 60, 5, line, sizeof line); /* restarted at 40 ms */
  assert_non_null(strstr(line, "  2 ms/s"));
  assert_non_null(strstr(line, "5.0 s left"));
  iso_progress_line(0, 0, 60, 0, line, sizeof line);
  assert_string_equal(line, "[....................]   0%  0 of 60 ms");
}

/* Logs and progress go to files here, which are no terminals. */
static void test_progress_is_quiet_in_files(void **state) {
  (void)state;
  FILE *f = tmpfile();
  assert_non_null(f);
  iso_progress progress = iso_progress_begin(MPI_COMM_WORLD, f, true, 0, 60);
  progress.due = 0;
  iso_progress_show(&progress, 30);
  iso_progress_end(&progress);
  assert_int_equal(ftell(f), 0);
  fclose(f);
}

static void test_log_levels(void **state) {
  (void)state;
  char text[200];
  FILE *f = tmpfile();
  assert_non_null(f);
  iso_log log = iso_log_new(MPI_COMM_WORLD, f, ISO_LOG_INFO);
  iso_log_say(&log, ISO_LOG_DETAIL, "not this");
  iso_log_say(&log, ISO_LOG_INFO, "read %d nodes", 8);
  iso_log_say(&log, ISO_LOG_WARNING, "one was odd");
  iso_log_say(NULL, ISO_LOG_WARNING, "nobody hears");
  rewind(f);
  text[fread(text, 1, sizeof text - 1, f)] = '\0';
  fclose(f);
  assert_string_equal(text, "read 8 nodes\nisochrone: warning: one was odd\n");
}

static void test_stops_are_notes(void **state) {
  (void)state;
  const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR2};
  const char *const names[] = {"SIGINT", "SIGTERM", "SIGHUP", "SIGXCPU", "SIGUSR2"};
  for (int i = 0; i < 5; i++) {
    iso_signals_watch();
    assert_int_equal(iso_signals_take(), ISO_ASK_NOTHING);
    assert_int_equal(iso_signals_stop(), 0);
    raise(numbers[i]);
    assert_int_equal(iso_signals_take(), ISO_ASK_STOP);
    assert_int_equal(iso_signals_take(), ISO_ASK_STOP);
    assert_int_equal(iso_signals_stop(), numbers[i]);
    assert_string_equal(iso_signals_name(iso_signals_stop()), names[i]);
  }
}

static void test_a_checkpoint_is_asked_for_once(void **state) {
  (void)state;
  iso_signals_prepare();
  raise(SIGUSR1);
  iso_signals_watch(); /* what was asked during the set-up stays */
  assert_int_equal(iso_signals_take(), ISO_ASK_CHECKPOINT);
  assert_int_equal(iso_signals_take(), ISO_ASK_NOTHING);
  raise(SIGUSR1);
  raise(SIGTERM);
  assert_int_equal(iso_signals_take(), ISO_ASK_STOP);
}

/* How a child ends that gets the signal again after that long, and how long it was at most, s. */
static int twice(int number, useconds_t pause, double *most) {
  const double began = iso_clock();
  pid_t child = fork();
  if (child == 0) {
    iso_signals_watch();
    raise(number);
    if (pause > 0) usleep(pause);
    raise(number);
    _exit(0);
  }
  int how;
  assert_int_equal(waitpid(child, &how, 0), child);
  *most = iso_clock() - began;
  return how;
}

static void test_a_signal_sent_twice_is_one(void **state) {
  (void)state;
  const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR2};
  for (int i = 0; i < 5; i++) {
    double most;
    const int how = twice(numbers[i], 0, &most);
    /* A machine may hold a process up between the two: then they are two. */
    assert_true((WIFEXITED(how) && WEXITSTATUS(how) == 0) || most >= 0.25);
  }
}

static void test_second_signal_kills(void **state) {
  (void)state;
  const useconds_t pause = 400000; /* beyond the quarter of a second of one signal sent twice */
  double most;
  int how = twice(SIGINT, pause, &most);
  assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGINT);
  how = twice(SIGTERM, pause, &most);
  assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGTERM);
  how = twice(SIGXCPU, pause, &most); /* the kernel repeats it */
  assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
}

static void test_gathering_counts_in_64_bits(void **state) {
  (void)state;
  const char mine[] = {1, 2, 3};
  char *all = NULL;
  int64_t total = 0;
  iso_error err = {0};
  assert_int_equal(iso_gather_items(MPI_COMM_WORLD, mine, 3, 1, "letters", &all, &total, &err), ISO_OK);
  assert_int_equal(total, 3);
  assert_memory_equal(all, mine, 3);
  free(all);
  assert_int_equal(iso_gather_items(MPI_COMM_WORLD, mine, (int64_t)1 << 33, 1, "letters", &all, &total, &err),
                   ISO_EFAIL);
  assert_non_null(strstr(err.message, "letters: one rank cannot take 8589934592"));
  assert_null(all);
  assert_int_equal(total, 0);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_gathering_counts_in_64_bits),
      cmocka_unit_test(test_distance),
      cmocka_unit_test(test_nearest),
      cmocka_unit_test(test_append_cuts),
      cmocka_unit_test(test_what_is_no_text_is_marked),
      cmocka_unit_test(test_message_moves_no_cursor),
      cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_arena),
      cmocka_unit_test(test_phases_add_up),
      cmocka_unit_test(test_progress_line),
      cmocka_unit_test(test_progress_is_quiet_in_files),
      cmocka_unit_test(test_log_levels),
      cmocka_unit_test(test_stops_are_notes),
      cmocka_unit_test(test_a_checkpoint_is_asked_for_once),
      cmocka_unit_test(test_a_signal_sent_twice_is_one),
      cmocka_unit_test(test_second_signal_kills),
  };
  int failures = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failures;
}

/* The summary as text and as JSON. */
#include "result/summary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const files[] = {"a.e.nc", "a_vm.e.nc"};

static iso_summary sample(void) {
  return (iso_summary){.title = "say \"hi\"\n",
                       .nodes = 58176,
                       .elements = 315000,
                       .device = "cpu (avx2, double precision)",
                       .precision = "double",
                       .splitting = "staggered",
                       .diffusion = "explicit",
                       .fast_current = "interpolated",
                       .ranks = 2,
                       .threads = 1,
                       .steps = 3000,
                       .step_ms = 0.02,
                       .simulated_ms = 60,
                       .ended = "duration reached",
                       .seconds = {[ISO_PHASE_CELLS] = 4, [ISO_PHASE_DIFFUSION] = 1.5},
                       .wall_s = 7,
                       .loop_s = 6,
                       .activated = 58175,
                       .first_ms = 1.23,
                       .last_ms = 42.5,
                       .peak_bytes = 1e8,
                       .nfiles = 2,
                       .files = files};
}

static void read_back(FILE *f, char *text, size_t size) {
  rewind(f);
  text[fread(text, 1, size - 1, f)] = '\0';
  fclose(f);
}

static void print(const iso_summary *summary, char *text, size_t size) {
  FILE *f = tmpfile();
  assert_non_null(f);
  iso_summary_print(summary, f);
  read_back(f, text, size);
}

static void test_text(void **state) {
  (void)state;
  char text[4096];
  iso_summary s = sample();
  print(&s, text, sizeof text);
  assert_non_null(strstr(text, "58,176 nodes, 315,000 elements"));
  assert_non_null(strstr(text, "first 1.230 ms, last 42.500 ms, 99.99% of the nodes"));
  assert_non_null(strstr(text, "a_vm.e.nc"));
  text[strlen(text) - 1] = '\0';
  const char *last = strrchr(text, '\n');
  assert_non_null(last);
  assert_non_null(strstr(last, " 2.909e+07 node-steps/s")); /* 58176 * 3000 / 6 */
}

static void test_nothing_happened(void **state) {
  (void)state;
  char text[4096];
  iso_summary s = sample();
  s.activated = 0;
  s.first_ms = s.last_ms = NAN;
  s.steps = 0;
  print(&s, text, sizeof text);
  assert_non_null(strstr(text, "no node activated"));
  assert_non_null(strstr(text, " 0 node-steps/s"));
}

static void test_json(void **state) {
  (void)state;
  char text[4096];
  iso_error err = {0};
  iso_summary s = sample();
  s.last_ms = NAN;
  assert_int_equal(iso_summary_save(&s, "summary-test.json", &err), ISO_OK);
  FILE *f = fopen("summary-test.json", "r");
  assert_non_null(f);
  read_back(f, text, sizeof text);
  unlink("summary-test.json");
  assert_true(access("summary-test.json.part", F_OK) != 0);
  assert_non_null(strstr(text, "\"title\": \"say \\\"hi\\\"\\u000a\""));
  assert_non_null(strstr(text, "\"last_activation_ms\": null"));
  assert_non_null(strstr(text, "\"cells\": 4.000000"));
  assert_non_null(strstr(text, "\"files\": [\"a.e.nc\", \"a_vm.e.nc\"]"));
  assert_non_null(strstr(text, "\"node_steps_per_s\": 29088000"));
}

static void test_unwritable(void **state) {
  (void)state;
  iso_error err = {0};
  iso_summary s = sample();
  assert_int_equal(iso_summary_save(&s, "no-such-folder/a.json", &err), ISO_EFAIL);
  assert_non_null(strstr(err.message, "no-such-folder/a.json: cannot be written"));
  err = (iso_error){0};
  assert_int_equal(mkdir("summary-folder", 0700), 0);
  assert_int_equal(iso_summary_save(&s, "summary-folder", &err), ISO_EFAIL);
  assert_int_equal(rmdir("summary-folder"), 0);
  assert_true(access("summary-folder.part", F_OK) != 0); /* nothing is left behind */
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_text),
      cmocka_unit_test(test_nothing_happened),
      cmocka_unit_test(test_json),
      cmocka_unit_test(test_unwritable),
  };
  int failures = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failures;
}

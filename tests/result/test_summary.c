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

static const double share[] = {0.25, 0.125, 0.625};

static iso_summary sample(void) {
  return (iso_summary){
      .title = "say \"hi\"\n",
      .nodes = 58176,
      .elements = 315000,
      .device = "cpu (avx2, double precision)",
      .precision = "double",
      .splitting = "staggered",
      .pace = "adaptive",
      .nlevels = 3,
      .share = share,
      .diffusion = "explicit",
      .fast_current = "interpolated",
      .ranks = 2,
      .threads = 1,
      .steps = 3000,
      .step_ms = 0.02,
      .simulated_ms = 60,
      .ended = "duration reached",
      .expected = "2% late",
      .expected_of_mesh = 1.5,
      .expected_of_step = 0.5,
      .seconds = {[ISO_PHASE_CELLS] = 4, [ISO_PHASE_DIFFUSION] = 1.5, [ISO_PHASE_HALO] = 1.5},
      .wall_s = 7,
      .loop_s = 6,
      .processor_s = 12.5,
      .activated = 58175,
      .first_ms = 1.23,
      .last_ms = 42.5,
      .peak_bytes = 2000.0 * 58176,
      .rank_peak_bytes = 6e7,
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
  assert_string_equal(
      text,
      "run          say \"hi\"\n\n"
      "mesh         58,176 nodes, 315,000 elements\n"
      "device       cpu (avx2, double precision); 2 ranks x 1 thread\n"
      "numerics     double precision, adaptive pace, staggered splitting, explicit diffusion, fast current "
      "interpolated\n"
      "simulated    60 ms in 3,000 steps of 0.02 ms; duration reached\n"
      "expected     2% late\n"
      "activation   first 1.230 ms, last 42.500 ms, 99.99% of the nodes\n"
      "pace         of nodes' time 25% at 0.02 ms, 12.5% at 0.04 ms, 62.5% at 0.08 ms\n"
      "written      a.e.nc\n"
      "             a_vm.e.nc\n"
      "time         cells 4.0 s, diffusion 1.5 s, halo 1.5 s\n"
      "waiting      25% of the loop, for neighbours, on the rank that waits most\n"
      "memory       116.4 MB at the peak, 2 kB per node\n"
      "speed        7.0 s in all, loop 6.0 s, 2.909e+07 node-steps/s\n"); /* 58176 * 3000 / 6 */
}

static void test_text_of_an_eikonal_wave(void **state) {
  (void)state;
  char text[4096];
  iso_summary s = sample();
  s.method = "eikonal", s.rounds = 1066, s.updates = 2 * s.nodes;
  print(&s, text, sizeof text);
  assert_non_null(
      strstr(text, "\nmethod       eikonal: 1,066 rounds, 2 looks at each node; duration reached\n"));
  assert_null(strstr(text, "numerics"));
  assert_null(strstr(text, "node-steps"));
}

static void test_re_entry(void **state) {
  (void)state;
  char text[4096];
  iso_summary s = sample();
  s.rhythm =
      (iso_rhythm){.known = true, .sustained_ms = 60, .cycle_length_ms = NAN, .last_ms = 61, .exit_ms = NAN};
  print(&s, text, sizeof text);
  assert_null(strstr(text, "re-entry")); /* a beat is none */
  s.rhythm = (iso_rhythm){.known = true,
                          .sustained_ms = 480.5,
                          .cycle_length_ms = 212,
                          .last_ms = 490.5,
                          .last_node = 7,
                          .last_mm = {1, 2.5, -3},
                          .exit_ms = 283.5,
                          .exit_node = 9};
  print(&s, text, sizeof text);
  assert_non_null(strstr(
      text, "\nre-entry     not sustained: 480.5 ms after the last stimulus, cycle length "
            "212 ms; first back at 283.5 ms at node 9; it ended at 490.5 ms at node 7 (1, 2.5, -3 mm)\n"));
  s.rhythm.induced = s.rhythm.goes_on = true;
  print(&s, text, sizeof text);
  assert_non_null(strstr(text,
                         "\nre-entry     sustained: 480.5 ms after the last stimulus, cycle length 212 ms; "
                         "first back at 283.5 ms at node 9; it goes on at the end of the run\n"));
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
  s.last_ms = NAN, s.activated = 43632;
  assert_int_equal(iso_summary_save(&s, "summary-test.json", &err), ISO_OK);
  FILE *f = fopen("summary-test.json", "r");
  assert_non_null(f);
  read_back(f, text, sizeof text);
  unlink("summary-test.json");
  assert_true(access("summary-test.json.part", F_OK) != 0);
  assert_string_equal(text, "{\n"
                            "  \"program\": \"isochrone\",\n"
                            "  \"title\": \"say \\\"hi\\\"\\u000a\",\n"
                            "  \"method\": \"monodomain\",\n"
                            "  \"nodes\": 58176,\n"
                            "  \"elements\": 315000,\n"
                            "  \"device\": \"cpu (avx2, double precision)\",\n"
                            "  \"ranks\": 2,\n"
                            "  \"threads\": 1,\n"
                            "  \"precision\": \"double\",\n"
                            "  \"splitting\": \"staggered\",\n"
                            "  \"pace\": \"adaptive\",\n"
                            "  \"diffusion\": \"explicit\",\n"
                            "  \"fast_current\": \"interpolated\",\n"
                            "  \"steps\": 3000,\n"
                            "  \"step_ms\": 0.02,\n"
                            "  \"simulated_ms\": 60,\n"
                            "  \"ended\": \"duration reached\",\n"
                            "  \"expected_error_of_mesh_percent\": 1.5,\n"
                            "  \"expected_error_of_step_percent\": 0.5,\n"
                            "  \"burned_percent\": 0,\n"
                            "  \"burned_mL\": 0,\n"
                            "  \"first_activation_ms\": 1.23,\n"
                            "  \"last_activation_ms\": null,\n"
                            "  \"activated_nodes\": 43632,\n"
                            "  \"activated_fraction\": 0.75,\n"
                            "  \"node_time_at_level\": [0.250000, 0.125000, 0.625000],\n"
                            "  \"files\": [\"a.e.nc\", \"a_vm.e.nc\"],\n"
                            "  \"seconds\": {\"other\": 0.000000, \"read\": 0.000000, \"partition\": "
                            "0.000000, \"assemble\": 0.000000, \"cells\": 4.000000, \"diffusion\": 1.500000, "
                            "\"halo\": 1.500000, \"observers\": 0.000000, \"output\": 0.000000},\n"
                            "  \"wall_s\": 7,\n"
                            "  \"loop_s\": 6,\n"
                            "  \"processor_s\": 12.5,\n"
                            "  \"waiting_share\": 0.25,\n"
                            "  \"sent_messages_per_step\": 0,\n"
                            "  \"sent_bytes_per_step\": 0,\n"
                            "  \"peak_bytes\": 116352000,\n"
                            "  \"peak_bytes_of_rank\": 60000000,\n"
                            "  \"peak_bytes_per_node\": 2000,\n"
                            "  \"node_steps_per_s\": 29088000\n"
                            "}\n");
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
      cmocka_unit_test(test_text),     cmocka_unit_test(test_text_of_an_eikonal_wave),
      cmocka_unit_test(test_re_entry), cmocka_unit_test(test_nothing_happened),
      cmocka_unit_test(test_json),     cmocka_unit_test(test_unwritable),
  };
  int failures = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failures;
}

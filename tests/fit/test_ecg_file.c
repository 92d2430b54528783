/* An ECG before there is a heart: the upstroke that travels, and files that are read or refused. */
#include "grid/mpi_main.h"

#include "base/own_folder.h"
#include "fit/ecg_file.h"
#include "fit/upstroke.h"

#include <stdio.h>

static iso_error err;

/* ---- the upstroke ---- */

/* Of an odd function about a half, so is what the filter makes of it; its slope is that of its values. */
static void an_upstroke_is_smooth(void **state) {
  (void)state;
  static const double filter[] = {0, 3.3};
  for (int k = 0; k < 2; k++) {
    iso_curve u;
    double slope, area = 0;
    ASSERT_OK(iso_upstroke_new(&u, 1, filter[k], &err));
    for (double t = -30.02; t < 30; t += 0.0625) { /* off the knots of the table */
      const double v = iso_curve_at(&u, t, &slope), h = 1e-5;
      const double apart = (iso_curve_at(&u, t + h, NULL) - iso_curve_at(&u, t - h, NULL)) / (2 * h);
      assert_true(fabs(v + iso_curve_at(&u, -t, NULL) - 1) < 1e-9);
      assert_true(fabs(slope - apart) < 1e-6);
      if (k == 0) assert_true(fabs(v - 0.5 - 0.5 * tanh(t)) < 1e-5); /* the cubic, of steps of 1/8 */
      area += 0.0625 * slope;
    }
    assert_true(fabs(area - 1) < 1e-9);
    assert_true(iso_curve_at(&u, -INFINITY, &slope) == 0 && slope == 0);
    assert_true(iso_curve_at(&u, INFINITY, &slope) == 1 && slope == 0);
    iso_curve_free(&u);
  }
}

/* A sine of the filter's frequency comes through with the root of a half. */
static void the_filter_has_its_3_db(void **state) {
  (void)state;
  const double s = iso_filter_ms(40), step = 0.01;
  double through = 0, whole = 0;
  for (double u = -8 * s; u < 8 * s; u += step) {
    const double weight = exp(-u * u / (2 * s * s));
    through += weight * cos(2 * M_PI * 40e-3 * u);
    whole += weight;
  }
  assert_true(fabs(through / whole - sqrt(0.5)) < 1e-9);
}

/* ---- files ---- */

static void what_is_no_ecg_is_refused(void **state) {
  (void)state;
  static const char *const wrong[][2] = {
      {"x,I\n0,0\n30,1\n", "e.csv:1: there is no column t_ms"},
      {"# of a heart\nt_ms,I\n0,0\n30,one\n", "e.csv:4: 'one' is no number"},
      {"t_ms,I\n0,0\n30,\n", "e.csv:3: '' is no number"},
      {"t_ms,I\n0,0\n30,nan\n", "e.csv:3: 'nan' is no number"},
      {"t_ms,I\n0,0\n30\n", "e.csv:3: 1 columns, not 2"},
      {"t_ms,I\n0,0\n30,1\n30,2\n", "e.csv:4: 30 ms does not come after 30 ms"},
      {"t_ms,I\n0,0\n", "fewer than two samples"},
      {"t_ms,I\n0,0\n0.1,1\n0.2,0\n", "times may be in s"},
      {"t_ms,I\n0,0\n100000,1\n", "samples are 100000 ms apart"},
      {"t_ms,I\n0,0\n100,1200\n", "they may be in uV"},
      {"t_ms,I\n0,0\n100,0.0012\n", "they may be in V"},
      {"t_ms,I,V1\n0,0,0.1\n50,1,0.1\n100,0,0.1\n", "the lead 'V1' is flat"},
      {"t_ms,I,II,III\n0,0,0,0\n50,1,0.4,0.6\n100,0,0,0\n", "III is not II - I, by up to 1.2 mV"},
      {"t_ms,I,II,aVR\n0,0,0,0\n50,1,0.4,0.7\n100,0,0,0\n", "aVR is not -(I + II) / 2"},
  };
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
    iso_ecg_file file;
    put("e.csv", wrong[k][0]);
    ASSERT_REFUSED(iso_ecg_file_read(&file, path_of("e.csv"), &err), wrong[k][1]);
    iso_ecg_file_free(&file);
  }
}

/* A straight line is itself, filtered or not, where the filter is within the file. */
static void a_file_is_read_between_samples(void **state) {
  (void)state;
  iso_ecg_file file;
  FILE *to = fopen(path_of("e.csv"), "w");
  fputs("V1,time_ms,E1\n", to);
  for (int t = 0; t <= 100; t++) fprintf(to, "%g,%d,%g\n", 0.01 * t, t, 1 - 0.02 * t);
  fclose(to);
  ASSERT_OK(iso_ecg_file_read(&file, path_of("e.csv"), &err));
  assert_int_equal(file.beat.n, 101);
  assert_int_equal(iso_ecg_record_find(&file.beat, "V1"), 0);
  assert_int_equal(iso_ecg_record_find(&file.beat, "I"), 1);
  assert_int_equal(iso_ecg_record_find(&file.beat, "II"), -1);
  for (int k = 0; k < 2; k++) {
    assert_true(fabs(iso_ecg_file_at(&file, 0, 40.25, 3.0 * k) - 0.4025) < 1e-6);
    assert_true(fabs(iso_ecg_file_at(&file, 1, 40.25, 3.0 * k) - 0.195) < 1e-6);
  }
  iso_ecg_file_free(&file);
}

/* Of a recording the beat is made, which says its own noise. */
static void a_recording_gives_its_average_beat(void **state) {
  (void)state;
  iso_ecg_file file;
  ASSERT_OK(iso_ecg_file_read(&file, RECORDING, &err));
  const int v2 = iso_ecg_record_find(&file.beat, "V2");
  assert_true(v2 == 7 && file.beat.time_ms[0] < -150 && file.beat.time_ms[file.beat.n - 1] > 400);
  assert_true(file.sd_mV[v2] > 0.002 && file.sd_mV[v2] < 0.03);
  assert_true(fabs(iso_ecg_file_at(&file, v2, -5, 0)) < 0.02);
  assert_non_null(strstr(file.said, "of 6 beats"));
  assert_string_equal(file.warning, "");
  assert_string_equal(file.missing, "");
  iso_ecg_file_free(&file);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_upstroke_is_smooth),
      cmocka_unit_test(the_filter_has_its_3_db),
      cmocka_unit_test(what_is_no_ecg_is_refused),
      cmocka_unit_test(a_file_is_read_between_samples),
      cmocka_unit_test(a_recording_gives_its_average_beat),
  };
  MPI_Init(&argc, &argv);
  const int failed = cmocka_run_group_tests(tests, make_folder, remove_folder);
  MPI_Finalize();
  return failed;
}

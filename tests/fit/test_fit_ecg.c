/* An ECG as what a heart is fitted to: the upstroke, files that are read or refused, derivatives, and a block
 * under a Purkinje tree that is found again by its leads. */
#include "grid/mpi_main.h"

#include "base/own_folder.h"
#include "fit/compare_slopes.h"
#include "fit/ecg.h"
#include "fit/ecg_file.h"
#include "fit/fitted_heart.h"
#include "fit/search.h"
#include "fit/twin_read.h"

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

/* ---- a heart ---- */

static void write_heart(void) {
  put("tree.vtk", "# vtk DataFile Version 3.0\na fork\nASCII\nDATASET POLYDATA\nPOINTS 4 float\n"
                  "0 4.5 4  6 4.5 4  10.3 2.2 3.1  10.1 7.3 3.2\nLINES 3 9\n2 0 1\n2 1 2\n2 1 3\n");
  put("electrodes.csv", "name,x_mm,y_mm,z_mm\nRA,-60,70,3\nLA,70,80,5\nLL,10,-70,9\nV1,6,5,40\nV2,30,9,30\n"
                        "V3,-20,-3,25\n");
  FILE *file = fopen(path_of("ecg.csv"), "w");
  fputs("t_ms,I,II,III,V1,V2,V3\n", file);
  for (int t = 0; t <= 80; t++)
    fprintf(file, "%d,%.6f,%.6f,%.6f,%.6f,%.6f,%.6f\n", t, sin(0.1 * t), cos(0.07 * t),
            cos(0.07 * t) - sin(0.1 * t), sin(0.2 * t), sin(0.05 * t), cos(0.13 * t));
  fclose(file);
}

static const char settings[] =
    "mesh:\n"
    "  slab: {size_mm: [12, 9, 3], spacing_mm: 1.5, element: tetrahedron}\n"
    "  fibre: [1, 0.4, 0]\n"
    "  networks: {tree: {file: tree.vtk, tag: 9, edge_mm: 1, junction_radius_mm: 2.5, junction_nodes: 4, "
    "junction_resistance_kohm: 1, junction_way: true, junction_delay_ms: {forward: 1, back: 2}}}\n"
    "regions:\n"
    "  - {name: muscle, tags: [0], model: mitchell_schaeffer_2003, conductivity: {longitudinal_S_per_m: 0.3, "
    "transverse_S_per_m: 0.06}, velocity: {longitudinal_m_per_s: 0.5, transverse_m_per_s: 0.25}}\n"
    "  - {name: tree, tags: [9], model: mitchell_schaeffer_2003, cross_section_mm2: 0.1, conductivity: "
    "{isotropic_S_per_m: 1}, velocity: {isotropic_m_per_s: 1.5}}\n"
    "stimuli:\n"
    "  - {name: root, surface: tree_root, amplitude_uA_per_uF: 50, duration_ms: 2}\n"
    "  - {name: corner, box: {min_mm: [-1, -1, -1], max_mm: [0.5, 0.5, 4]}, amplitude_uA_per_uF: 50, "
    "duration_ms: 2, start_ms: 6}\n"
    "time: {duration_ms: 300, step_ms: 0.1}\n"
    "fit:\n"
    "  ecgs: {made: {file: ecg.csv, electrodes: electrodes.csv, sd_mV: 0.01, low_pass_hz: 100, interval_ms: "
    "2, "
    "end_ms: 60, clock_ms: 12, clock_sd_ms: 3, amplitude_spread_percent: 20, source: made}}\n"
    "  velocity: {spread_percent: 30, ratio_spread_percent: 20, source: made}\n"
    "  onsets: {late: {stimulus: corner, within_ms: 3, source: made}}\n"
    "  members: 20\n";

static heart *make(void) { return heart_make(path_of("heart.yaml"), settings); }

static void only_independent_leads_count(void **state) {
  (void)state;
  heart *h = make();
  const iso_fit_ecg *e = h->work.data.set[0].ecg;
  static const char *const names[] = {"I", "II", "V1", "V2", "V3"};
  assert_int_equal(e->nleads, 5);
  for (int k = 0; k < 5; k++) assert_string_equal(e->name[k], names[k]);
  assert_int_equal(h->work.data.nused, 5 * e->nsamples);
  heart_drop(h);
}

/* A twin of a map and an ECG of one name, both with a clock: what members say of each is that of its own. */
static void a_map_and_an_ecg_of_one_name_have_clocks_of_their_own(void **state) {
  (void)state;
  static const char map[] =
      "  maps: {made: {file: lat.csv, unit: mm, sd_ms: 1, clock_sd_ms: 5, source: made}}\n";
  const char *ecgs = strstr(settings, "  ecgs: ");
  char text[4096];
  FILE *file = fopen(path_of("lat.csv"), "w");
  fputs("x,y,z,lat_ms\n0,0,0,6\n6,3,0,12\n12,9,3,20\n0,9,0,14\n", file);
  fclose(file);
  snprintf(text, sizeof text, "%.*s%s%s", (int)(ecgs - settings), settings, map, ecgs);
  heart *h = heart_make(path_of("heart.yaml"), text);
  const iso_fit_work *w = &h->work;
  const size_t nz = (size_t)w->model.at.n, n = (size_t)w->asked.n;
  iso_twin_hearts twin = {.members = 1, .nz = (int)nz, .asked = (int)n, .nsets = 1};
  ASSERT_OK(iso_alloc(&twin.z, nz, sizeof *twin.z, "numbers", &err));
  ASSERT_OK(iso_alloc(&twin.best, nz, sizeof *twin.best, "numbers", &err));
  ASSERT_OK(iso_alloc(&twin.value, n, sizeof *twin.value, "numbers", &err));
  ASSERT_OK(iso_alloc(&twin.best_value, n, sizeof *twin.best_value, "numbers", &err));
  ASSERT_OK(iso_alloc(&twin.quantity, n, sizeof *twin.quantity, "names", &err));
  ASSERT_OK(iso_alloc(&twin.set, 1, sizeof *twin.set, "names", &err));
  ASSERT_OK(iso_alloc(&twin.clock, 1, sizeof *twin.clock, "numbers", &err));
  iso_fit_draw(3, ISO_DRAW_TRUTH, 1, (int)nz, twin.z);
  iso_fit_quantities_of(&w->asked, &w->model, twin.z, twin.value);
  iso_fit_quantities_of(&w->asked, &w->model, twin.best, twin.best_value);
  int clocks = 0;
  for (size_t q = 0; q < n; q++) {
    snprintf(twin.quantity[q], sizeof *twin.quantity, "%s", w->asked.quantity[q].name);
    clocks += !strcmp(twin.quantity[q], "clock of made");
  }
  assert_int_equal(clocks, 2);
  snprintf(twin.set[0], sizeof *twin.set, "made");
  twin.clock[0] = w->model.at.clock[0];
  ASSERT_OK(iso_twin_hearts_turn(&twin, "made.twin.nc", &w->model, &w->asked, &err));
  for (size_t q = 0; q < n; q++) /* the ECG's, the last of this name */
    if (!strcmp(twin.quantity[q], "clock of made")) clocks = (int)q;
  twin.value[clocks] += 1;
  ASSERT_REFUSED(iso_twin_hearts_turn(&twin, "made.twin.nc", &w->model, &w->asked, &err), "clock of made");
  iso_twin_hearts_free(&twin);
  heart_drop(h);
}

/* Of a recording, errors are those of its average beat where none are given. */
static void a_recording_has_errors_of_its_own(void **state) {
  (void)state;
  const char *file = strstr(settings, "ecg.csv"), *sd = strstr(settings, "sd_mV: 0.01, ");
  char text[4096];
  snprintf(text, sizeof text, "%.*s" RECORDING "%.*s%s", (int)(file - settings), settings,
           (int)(sd - file - 7), file + 7, sd + strlen("sd_mV: 0.01, "));
  heart *h = heart_make(path_of("heart.yaml"), text);
  const iso_data_set *set = &h->work.data.set[0];
  assert_int_equal(set->ecg->nleads, 5);
  for (int k = 0; k < 5; k++) {
    const double first = set->sd[k * set->ecg->nsamples];
    assert_true(first > 0.002 && first < 0.03 && first == set->sd[(k + 1) * set->ecg->nsamples - 1]);
  }
  heart_drop(h);
}

static void slopes_are_differences(void **state) {
  (void)state;
  heart *h = make();
  compare_slopes("fit_slopes_of_an_ecg", &h->work);
  heart_drop(h);
}

/* Without errors and with a weak grip of what is known beforehand, the heart that is made is the one that
 * goes best. */
static void a_made_heart_is_found(void **state) {
  (void)state;
  static const double room[] = {0.001, 0.001, 0.001,
                                0.001, 0.001, 0.001}; /* of velocities, a ratio, ms, a factor */
  heart *h = make();
  iso_fit_work *w = &h->work;
  double asked[2][HEART_ASKED];
  assert_int_equal(w->asked.n, 6);
  const iso_minimum minimum = heart_find_again(w, 1e-5, asked);
  print_message("misfit %g, penalty %g, %d steps, %d\n", minimum.misfit, minimum.penalty, minimum.steps,
                minimum.settled);
  for (int q = 0; q < 6; q++) {
    print_message("%s: %.5g, truth %.5g\n", w->asked.quantity[q].name, asked[1][q], asked[0][q]);
    if (!(fabs(asked[1][q] - asked[0][q]) < room[q])) fail_msg("%s", w->asked.quantity[q].name);
  }
  heart_drop(h);
}

/* Each rank by itself, and all together: the same bits, for less than all of the waves. */
static void ranks_share_a_search(void **state) {
  (void)state;
  heart *h = make();
  iso_fit_work *w = &h->work;
  const size_t n = (size_t)w->model.at.n;
  iso_minimum minimum[2];
  double *alone, misfit[2];
  int64_t runs[2];
  int ranks;
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  ASSERT_OK(iso_alloc(&alone, n, sizeof *alone, "numbers", &err));
  for (int together = 0; together < 2; together++) {
    MPI_Comm comm = together ? MPI_COMM_WORLD : MPI_COMM_SELF;
    const int64_t before = w->model.runs;
    ASSERT_OK(
        iso_fit_search(comm, &w->minimiser, w->zero, w->value, w->sd, 1, 0, w->z, &minimum[together], &err));
    runs[together] = w->model.runs - before;
    misfit[together] = minimum[together].misfit;
    if (together == 0) memcpy(alone, w->z, n * sizeof *alone);
  }
  assert_memory_equal(alone, w->z, n * sizeof *alone);
  assert_memory_equal(&misfit[0], &misfit[1], sizeof misfit[0]);
  assert_int_equal(minimum[0].waves, minimum[1].waves);
  assert_int_equal(minimum[0].steps, minimum[1].steps);
  assert_int_equal(runs[0], minimum[0].waves);
  assert_true(ranks == 1 ? runs[1] == runs[0] : runs[1] < runs[0] - ISO_TRIED / 3);
  free(alone);
  heart_drop(h);
}

/* Of a heart as it is predicted, with electrodes exchanged by hand. */
static void exchanged_electrodes_are_named(void **state) {
  (void)state;
  heart *h = make();
  iso_fit_work *w = &h->work;
  const iso_fit_ecg *e = w->data.set[0].ecg;
  const int n = e->nsamples;
  char who[ISO_EXCHANGED];
  double *right;
  ASSERT_OK(iso_alloc(&right, (size_t)w->data.nused, sizeof *right, "data", &err));
  ASSERT_OK(iso_fit_model_run(&w->model, w->zero, &err));
  iso_fit_data_predict(&w->data, &w->model, w->zero, right);
  memcpy(w->value, right, (size_t)w->data.nused * sizeof *right);
  assert_false(iso_fit_ecg_exchanged(e, w->value, right, who));
  for (int s = 0; s < n; s++) { /* I = LA - RA, II = LL - RA */
    const double one = right[s], two = right[n + s];
    w->value[s] = -one, w->value[n + s] = two - one;
  }
  assert_true(iso_fit_ecg_exchanged(e, w->value, right, who));
  assert_string_equal(who, "RA and LA");
  for (int s = 0; s < n; s++) w->value[s] = right[s] - right[n + s], w->value[n + s] = -right[n + s];
  assert_true(iso_fit_ecg_exchanged(e, w->value, right, who));
  assert_string_equal(who, "RA and LL");
  for (int s = 0; s < n; s++) w->value[s] = right[n + s], w->value[n + s] = right[s];
  assert_true(iso_fit_ecg_exchanged(e, w->value, right, who));
  assert_string_equal(who, "LA and LL");
  memcpy(w->value, right, (size_t)w->data.nused * sizeof *right);
  memcpy(w->value + 2 * n, right + 4 * n, (size_t)n * sizeof *right);
  memcpy(w->value + 4 * n, right + 2 * n, (size_t)n * sizeof *right);
  assert_true(iso_fit_ecg_exchanged(e, w->value, right, who));
  assert_string_equal(who, "V1 and V3");
  free(right);
  heart_drop(h);
}

/* Of a heart as it is predicted, but for one lead from 24 to 34 ms: nothing that is fitted does that. */
static void what_no_heart_explains_is_named(void **state) {
  (void)state;
  heart *h = make();
  iso_fit_work *w = &h->work;
  const iso_fit_ecg *e = w->data.set[0].ecg;
  iso_minimum minimum;
  iso_judgement judgement;
  ASSERT_OK(iso_fit_model_run(&w->model, w->zero, &err));
  iso_fit_data_predict(&w->data, &w->model, w->zero, w->value);
  for (int late = 0; late < 2; late++) {
    for (int s = 0; s < e->nsamples && late; s++)
      if (e->time_ms[s] >= 24 && e->time_ms[s] <= 34) w->value[3 * e->nsamples + s] -= 0.1;
    ASSERT_OK(iso_minimise(&w->minimiser, w->zero, w->value, w->sd, w->z, &minimum, &err));
    ASSERT_OK(iso_fit_judge(&judgement, &w->minimiser, &minimum, w->value, w->sd, 10, &err));
    assert_true((judgement.p_value < 0.01) == late);
    assert_true((fabs(judgement.samples.deviation) > 4) == late);
  }
  const iso_worst_samples *found = &judgement.samples;
  assert_string_equal(e->name[found->lead], "V2");
  assert_true(found->set == 0 && found->deviation < 0 && judgement.worst_region == -1);
  assert_true(found->from_ms < 26 && found->to_ms > 32); /* a sample each 2 ms */
  assert_true(found->to_ms - found->from_ms < ISO_TOGETHER_MS + 1e-9);
  assert_true(found->above_mV < -0.01); /* what is fitted takes some of it */
  heart_drop(h);
}

static void what_leads_need_is_named(void **state) {
  (void)state;
  static const char *const wrong[][3] = {
      {"end_ms: 60", "leads: [I, II, III]", "only independent ones count"},
      {"end_ms: 60", "leads: [V1, V7]", "has no lead 'V7'"},
      {"end_ms: 60", "end_ms: 6", "makes fewer than 4"},
      {"sd_mV: 0.01, ", "", "fit.ecgs.made.sd_mV: say how large errors are"},
      {"end_ms: 60", "begin_ms: 60, end_ms: 6", "ends before it begins"},
      {"clock_ms: 12", "clock_ms: 900", "no wave that is thought of beforehand"},
      {"stimulus: corner", "stimulus: edge", "there is no stimulus 'edge'"},
      {"stimulus: corner", "stimulus: corner, time_ms: 3", "leave out within_mm"},
      {"stimulus: corner", "stimulus: corner, at_mm: [1, 2, 3]", "either at_mm or stimulus"},
  };
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
    heart_refuses(path_of("heart.yaml"), settings, wrong[k]);
}

static int begin(void **state) {
  if (make_folder(state) != 0) return -1;
  write_heart();
  return 0;
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_upstroke_is_smooth),
      cmocka_unit_test(the_filter_has_its_3_db),
      cmocka_unit_test(what_is_no_ecg_is_refused),
      cmocka_unit_test(a_file_is_read_between_samples),
      cmocka_unit_test(only_independent_leads_count),
      cmocka_unit_test(slopes_are_differences),
      cmocka_unit_test(a_made_heart_is_found),
      cmocka_unit_test(what_leads_need_is_named),
      cmocka_unit_test(exchanged_electrodes_are_named),
      cmocka_unit_test(a_recording_gives_its_average_beat),
      cmocka_unit_test(a_map_and_an_ecg_of_one_name_have_clocks_of_their_own),
      cmocka_unit_test(a_recording_has_errors_of_its_own),
      cmocka_unit_test(what_no_heart_explains_is_named),
      cmocka_unit_test(ranks_share_a_search),
  };
  MPI_Init(&argc, &argv);
  const int failed = cmocka_run_group_tests(tests, begin, remove_folder);
  MPI_Finalize();
  return failed;
}

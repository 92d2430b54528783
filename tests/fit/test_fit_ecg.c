/* An ECG as what a heart is fitted to: derivatives, errors, what is refused and named, and a block under a
 * Purkinje tree that is found again by its leads. */
#include "grid/mpi_main.h"

#include "base/own_folder.h"
#include "fit/compare_slopes.h"
#include "fit/ecg.h"
#include "fit/ecg_file.h"
#include "fit/fitted_heart.h"
#include "fit/search.h"
#include "fit/twin_read.h"

static iso_error err;

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

/* Beside the ECG of the onsets' beat one that was paced at a corner: waves of its own, which know nothing of
 * the second start, and the same velocities. */
static void an_ecg_may_be_of_a_paced_beat(void **state) {
  (void)state;
  static const char paced[] =
      "  ecgs: {paced: {file: paced.csv, paced: far, electrodes: electrodes.csv, sd_mV: 0.01, "
      "low_pass_hz: 100, interval_ms: 4, end_ms: 60, source: made}, ";
  static const char refused[][2][40] = {{"paced: far", "paced: fax"},
                                        {"max_mm: [19, 19", "max_mm: [11.9, 8.9"}};
  static const char *const why[] = {"fit.ecgs.paced.paced: there is no site 'fax'",
                                    "no node of the heart is in site"};
  const char *fit = strstr(settings, "fit:\n"), *ecgs = strstr(settings, "  ecgs: {");
  char text[4096];
  snprintf(text, sizeof text, "%.*ssites: {far: {box: {min_mm: [11, 8, 2], max_mm: [19, 19, 19]}}}\n%.*s%s%s",
           (int)(fit - settings), settings, (int)(ecgs - fit), fit, paced, ecgs + strlen("  ecgs: {"));
  FILE *file = fopen(path_of("paced.csv"), "w");
  fputs("t_ms,V1,V2\n", file);
  for (int t = 0; t <= 80; t++) fprintf(file, "%d,%.6f,%.6f\n", t, sin(0.11 * t), cos(0.09 * t));
  fclose(file);
  heart *h = heart_make(path_of("heart.yaml"), text);
  iso_fit_work *w = &h->work;
  assert_int_equal(w->model.nbeats, 2);
  assert_int_equal(w->data.nsets, 2);
  compare_slopes(NULL, w);
  const int of_start = w->model.at.onset_time[0], nz = w->model.at.n, first = w->data.set[0].nused;
  assert_string_equal(w->data.set[0].name, "paced");
  double seen[2] = {0};
  ASSERT_OK(iso_minimise(&w->minimiser, w->zero, w->value, w->sd, w->z, &(iso_minimum){0}, &err));
  for (int k = 0; k < w->data.nused; k++) seen[k >= first] += fabs(w->minimiser.slopes[k * nz + of_start]);
  assert_true(seen[0] == 0 && seen[1] > 0);
  heart_drop(h);
  for (int k = 0; k < 2; k++)
    heart_refuses(path_of("heart.yaml"), text, (const char *const[]){refused[k][0], refused[k][1], why[k]});
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

/* Near the heart that goes best the misfit rises as the derivatives say, and correlated errors say less of
 * how late all of an ECG is. */
static void errors_that_go_on_say_less(void **state) {
  (void)state;
  const char *end = strstr(settings, "end_ms: 60, ");
  char text[4096];
  double alone[2];
  for (int go_on = 0; go_on < 2; go_on++) {
    snprintf(text, sizeof text, "%.*s%s%s", (int)(end - settings), settings,
             go_on ? "model_sd_mV: 0.02, model_correlation_ms: 9, " : "", end);
    heart *h = heart_make(path_of("heart.yaml"), text);
    iso_fit_work *w = &h->work;
    const int nz = w->model.at.n, clock = w->model.at.ecg_clock[0];
    iso_minimum minimum;
    double misfit, penalty, square = 0;
    ASSERT_OK(iso_fit_model_run(&w->model, w->zero, &err));
    iso_fit_data_predict(&w->data, &w->model, w->zero, w->value);
    ASSERT_OK(iso_minimise(&w->minimiser, w->zero, w->value, w->sd, w->z, &minimum, &err));
    alone[go_on] = 0;
    for (int k = 0; k < w->data.nused; k++) {
      const double *row = w->minimiser.slopes + (size_t)k * (size_t)nz;
      double along = 0;
      for (int i = 0; i < nz; i++) along += row[i] * 1e-4 * (i + 1);
      square += along * along;
      alone[go_on] += row[clock] * row[clock];
    }
    for (int i = 0; i < nz; i++) w->z[i] = 1e-4 * (i + 1);
    ASSERT_OK(iso_fit_model_run(&w->model, w->z, &err));
    iso_fit_data_predict(&w->data, &w->model, w->z, w->minimiser.predicted);
    iso_minimiser_sums(&w->minimiser, w->zero, w->value, w->sd, w->z, w->minimiser.predicted, &misfit,
                       &penalty);
    assert_true(fabs(misfit / square - 1) < 0.02); /* second derivatives, over some 1e-4 of one and more */
    heart_drop(h);
  }
  assert_true(alone[1] < 0.7 * alone[0]);
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
      cmocka_unit_test(only_independent_leads_count),
      cmocka_unit_test(slopes_are_differences),
      cmocka_unit_test(a_made_heart_is_found),
      cmocka_unit_test(what_leads_need_is_named),
      cmocka_unit_test(exchanged_electrodes_are_named),
      cmocka_unit_test(a_map_and_an_ecg_of_one_name_have_clocks_of_their_own),
      cmocka_unit_test(a_recording_has_errors_of_its_own),
      cmocka_unit_test(what_no_heart_explains_is_named),
      cmocka_unit_test(errors_that_go_on_say_less),
      cmocka_unit_test(an_ecg_may_be_of_a_paced_beat),
      cmocka_unit_test(ranks_share_a_search),
  };
  MPI_Init(&argc, &argv);
  const int failed = cmocka_run_group_tests(tests, begin, remove_folder);
  MPI_Finalize();
  return failed;
}

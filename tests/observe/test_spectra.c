/* Spectra that are summed up sample by sample, against those of stored samples, and of signals that are
 * known. */
#include "fake_heart.h"

#include "observe/spectra.h"

static iso_error err;
static const double pi = 3.14159265358979323846;

/* 4 s from 1 s on, every 5 ms: 0.25 Hz */
static const iso_spectra_options usual = {.interval_ms = 5,
                                          .start_ms = 1000,
                                          .window_ms = 4000,
                                          .lowest_Hz = 3,
                                          .highest_Hz = 15,
                                          .width_Hz = 0.75};
enum { KINDS = 6, SAMPLES = 800 };

static double wave(double Hz, double time_ms) { return sin(2 * pi * Hz * time_ms / 1000 + 0.3); }

/* By the node's number: one sharp line; one between two bins, on a slope; two of one height; action
 * potentials; a slope alone; next to nothing. */
static double signal(iso_gid node, double t) {
  const double phase = fmod(t, 160) / 160;
  switch (node % KINDS) {
  case 0:
    return -60 + 20 * wave(6.25, t);
  case 1:
    return 0.02 * t + 15 * wave(9.1, t);
  case 2:
    return 10 * wave(5, t) + 10.01 * wave(11.5, t);
  case 3:
    return phase < 0.4 ? 20 - 30 * phase : -80;
  case 4:
    return -0.03 * t;
  default:
    return 0.5 * wave(7, t);
  }
}

typedef struct source {
  const iso_mesh *mesh;
  double time_ms;
} source;

static iso_status read_signal(void *self, double *vm, iso_error *error) {
  const source *s = self;
  (void)error;
  for (iso_lid i = 0; i < s->mesh->nowned; i++) vm[i] = signal(s->mesh->gid[i], s->time_ms);
  return ISO_OK;
}

/* As the loop does: every step of 1 ms that passes a multiple of the interval. */
static void show(const iso_guest *guest, const iso_mesh *mesh, int from_ms, int to_ms) {
  for (int t = from_ms; t < to_ms; t++) {
    source s = {mesh, t};
    const iso_view_source calls = {.self = &s, .vm = read_signal};
    const iso_view view = {.mesh = mesh, .step = t, .time_ms = t, .step_ms = 1, .source = &calls};
    if (fmod(t, guest->every_ms) == 0) ASSERT_OK(guest->look(guest->self, &view, &err));
  }
}

static iso_spectra *watch(const iso_mesh *mesh) {
  iso_spectra *s;
  ASSERT_OK(iso_spectra_new(&s, mesh, &usual, &err));
  return s;
}

/* The same of all samples at once, in the textbook's order: line off, window, transform. */
static void expect_of_samples(iso_gid node, double *Hz, double *regularity) {
  double x[SAMPLES], mean = 0, xt = 0, tt = 0, most = 0, all = 0, near = 0, power[61];
  for (int k = 0; k < SAMPLES; k++) mean += (x[k] = signal(node, 1000 + 5 * k)) / SAMPLES;
  for (int k = 0; k < SAMPLES; k++) xt += (k - 399.5) * (x[k] - mean), tt += (k - 399.5) * (k - 399.5);
  for (int k = 0; k < SAMPLES; k++)
    x[k] = (x[k] - mean - xt / tt * (k - 399.5)) * (0.5 - 0.5 * cos(2 * pi * k / SAMPLES));
  for (int m = 12; m <= 60; m++) {
    double re = 0, im = 0;
    for (int k = 0; k < SAMPLES; k++)
      re += x[k] * cos(2 * pi * m * k / SAMPLES), im += x[k] * sin(2 * pi * m * k / SAMPLES);
    power[m] = re * re + im * im, all += power[m];
    if (power[m] > most) most = power[m], *Hz = 0.25 * m;
  }
  for (int m = 12; m <= 60; m++)
    if (fabs(0.25 * m - *Hz) < 0.76) near += power[m];
  *regularity = near / all;
}

static const iso_variable *find(const iso_results *results, const char *name) {
  for (int k = 0; k < results->nvariables; k++)
    if (!strcmp(results->variables[k].name, name)) return &results->variables[k];
  return NULL;
}

/* The maps of an observer whose window is over. */
static void take(const iso_guest *guest, double *Hz, double *regularity) {
  iso_results results = {0};
  ASSERT_OK(guest->report(guest->self, &results, &err));
  const iso_variable *f = find(&results, "dominant_frequency"), *r = find(&results, "regularity_index");
  assert_non_null(f);
  assert_non_null(r);
  f->fill(f->self, 0, Hz);
  r->fill(r->self, 0, regularity);
  iso_results_free(&results);
}

static void check_node(iso_gid node, double Hz, double regularity) {
  double expected_Hz, expected;
  const int kind = (int)(node % KINDS);
  if (kind >= 4) { /* a slope, and a sine of half a millivolt, are still */
    assert_true(isnan(Hz) && isnan(regularity));
    return;
  }
  expect_of_samples(node, &expected_Hz, &expected);
  assert_true(Hz == expected_Hz);
  assert_true(fabs(regularity - expected) < 1e-9); /* of sums in another order */
  const double known[] = {6.25, 9, 11.5, 6.25};
  assert_true(Hz == known[kind]);
  if (kind < 2) assert_true(regularity > 0.999);
  if (kind == 2) assert_true(fabs(regularity - 0.5) < 0.01); /* the other half is at 5 Hz */
  if (kind == 3)
    assert_true(regularity > 0.8 && regularity < 0.99); /* its overtone at 12.5 Hz is in the band */
}

static void known_signals_have_their_frequencies(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  double *Hz = calloc((size_t)mesh->nowned, sizeof *Hz),
         *regularity = calloc((size_t)mesh->nowned, sizeof *Hz);
  iso_spectra *s = watch(mesh);
  const iso_guest guest = iso_spectra_guest(s);
  show(&guest, mesh, 0, 6000); /* what comes before and after the window does not count */
  take(&guest, Hz, regularity);
  for (iso_lid i = 0; i < mesh->nowned; i++) check_node(mesh->gid[i], Hz[i], regularity[i]);
  const iso_spectra_summary all = iso_spectra_summarise(s);
  assert_true(all.known && all.highest_Hz == 11.5 && all.highest_node == 2);
  assert_true(all.dominant_Hz == 6.25 && all.regularity > 0.8);
  for (iso_lid i = 0; i < mesh->nowned; i++)
    for (int d = 0; d < 3 && mesh->gid[i] == 2; d++) assert_true(all.highest_mm[d] == mesh->xyz[i][d]);
  free(Hz);
  free(regularity);
  iso_spectra_free(s);
  iso_mesh_free(mesh);
}

static void a_window_that_is_not_over_says_nothing(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_results results = {0};
  iso_spectra *s = watch(mesh);
  const iso_guest guest = iso_spectra_guest(s);
  show(&guest, mesh, 0, 4995);
  const iso_spectra_summary all = iso_spectra_summarise(s);
  assert_true(!all.known && isnan(all.dominant_Hz) && all.highest_node == -1);
  ASSERT_OK(guest.report(guest.self, &results, &err));
  assert_int_equal(results.nvariables, 0);
  iso_results_free(&results);
  iso_spectra_free(s);
  iso_mesh_free(mesh);
}

static void it_goes_on_from_what_was_saved(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_archive *archive;
  const size_t n = (size_t)mesh->nowned;
  double *a = calloc(4 * n, sizeof *a);
  iso_spectra *s = watch(mesh), *again = watch(mesh);
  const iso_guest guest = iso_spectra_guest(s), other = iso_spectra_guest(again);
  show(&guest, mesh, 0, 3000);
  ASSERT_OK(iso_archive_new(&archive, mesh, &err));
  ASSERT_OK(guest.save(guest.self, archive, &err));
  show(&guest, mesh, 3000, 5000);
  show(&other, mesh, 0, 5000); /* which is forgotten */
  ASSERT_OK(other.restore(other.self, archive, &err));
  show(&other, mesh, 3000, 5000);
  take(&guest, a, a + n);
  take(&other, a + 2 * n, a + 3 * n);
  assert_true(!memcmp(a, a + 2 * n, 2 * n * sizeof *a));
  iso_archive_free(archive);
  iso_spectra_free(s);
  iso_spectra_free(again);
  iso_mesh_free(mesh);
  free(a);
}

static void the_band_has_its_bins(void **state) {
  (void)state;
  iso_spectra_options o = usual;
  assert_int_equal(iso_spectra_bins(&o), 49);
  o.window_ms = 1000;
  assert_int_equal(iso_spectra_bins(&o), 13);
  o.lowest_Hz = 3.2, o.highest_Hz = 3.8;
  assert_int_equal(iso_spectra_bins(&o), 0);
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(known_signals_have_their_frequencies),
                                          cmocka_unit_test(a_window_that_is_not_over_says_nothing),
                                          cmocka_unit_test(it_goes_on_from_what_was_saved),
                                          cmocka_unit_test(the_band_has_its_bins)};

RUN_ON_ALL_RANKS(tests)

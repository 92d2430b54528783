/* Fronts that are given as activation times, and how many there are. */
#include "fake_heart.h"

#include "observe/wavefronts.h"

static iso_error err;

/* 20 x 10 mm; a speed of 0.5 m/s is 2 ms a mm. */
static iso_mesh *sheet(void) {
  const iso_slab_options box = {.size_mm = {20, 10, 0}, .spacing_mm = 0.5, .shape = ISO_TRIANGLE};
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &box, &slice, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  return mesh;
}

typedef double arrival(const double x[3]);

static double from_left(const double x[3]) { return 10 + 2 * x[0]; }
static double from_both_sides(const double x[3]) { return 10 + 2 * fmin(x[0], 20 - x[0]); }
static double from_three_points(const double x[3]) {
  double least = INFINITY;
  for (int k = 0; k < 3; k++) least = fmin(least, 2 * hypot(x[0] - 2 - 8 * k, x[1] - 5));
  return 10 + least;
}
/* A wall at 10 mm, thicker than a front, with a gap of 2 mm on either side. */
static double around_a_wall(const double x[3]) {
  return fabs(x[0] - 10) < 1.6 && x[1] > 2 && x[1] < 8 ? NAN : from_left(x);
}

/* Shows each ms the nodes that activate in it, and counts every 2 ms. */
static void run(iso_wavefronts *w, const iso_mesh *mesh, arrival *when, int from_ms, int to_ms,
                double given) {
  const iso_guest guest = iso_wavefronts_guest(w), counter = iso_wavefronts_counter(w);
  for (int t = from_ms; t < to_ms; t++) {
    iso_view view = {
        .mesh = mesh, .step = t, .time_ms = t, .step_ms = 1, .given_until_ms = given, .nevents = 1};
    for (iso_lid i = 0; i < mesh->nowned; i++) {
      const iso_event event = {when(mesh->xyz[i]), i, ISO_ACTIVATED};
      view.events = &event;
      if (event.time_ms > t - 1 && event.time_ms <= t) ASSERT_OK(guest.look(guest.self, &view, &err));
    }
    view.nevents = 0;
    ASSERT_OK(guest.look(guest.self, &view, &err)); /* every rank is shown every step */
    if (t % 2 == 0) ASSERT_OK(counter.look(counter.self, &view, &err));
  }
}

static iso_wavefronts *watch(const iso_mesh *mesh, double last_stimulus_ms) {
  iso_wavefronts *w;
  const iso_wavefronts_options options = {
      .interval_ms = 2, .width_ms = 3, .last_stimulus_ms = last_stimulus_ms};
  ASSERT_OK(iso_wavefronts_new(&w, mesh, &options, &err));
  return w;
}

/* Rows of the published table; -1 on other ranks than the first. */
static int count_at(iso_wavefronts *w, int time_ms) {
  const iso_guest guest = iso_wavefronts_guest(w);
  iso_results results = {0};
  int count = -1;
  ASSERT_OK(guest.report(guest.self, &results, &err));
  assert_int_equal(results.nvariables, 2);
  for (int64_t k = 0; world_rank() == 0 && k < results.variables[0].dims[0].length; k++)
    if (((const double *)results.variables[0].data)[k] == time_ms)
      count = ((const int32_t *)results.variables[1].data)[k];
  iso_results_free(&results);
  return count;
}

static void expect(iso_wavefronts *w, int time_ms, int fronts) {
  const int found = count_at(w, time_ms);
  if (world_rank() == 0) assert_int_equal(found, fronts);
}

static void a_plane_wave_is_one(void **state) {
  (void)state;
  iso_mesh *mesh = sheet();
  iso_wavefronts *w = watch(mesh, 5);
  run(w, mesh, from_left, 0, 80, -INFINITY);
  expect(w, 8, 0);
  expect(w, 10, 1);
  expect(w, 30, 1);
  expect(w, 50, 1);
  expect(w, 54, 0); /* the last nodes activate at 50 ms */
  const iso_wavefronts_summary s = iso_wavefronts_summarise(w);
  assert_true(s.known && s.most == 1);
  assert_true(s.mean == 22.0 / 37); /* from 10 to 52 ms, of the counts from 6 to 78 ms */
  iso_wavefronts_free(w);
  iso_mesh_free(mesh);
}

static void fronts_join_and_part(void **state) {
  (void)state;
  iso_mesh *mesh = sheet();
  iso_wavefronts *w = watch(mesh, 5), *points = watch(mesh, 5), *wall = watch(mesh, 5);
  run(w, mesh, from_both_sides, 0, 60, -INFINITY);
  expect(w, 20, 2);
  expect(w, 30, 1); /* they meet */
  expect(w, 34, 0);
  run(points, mesh, from_three_points, 0, 60, -INFINITY);
  expect(points, 14, 3);
  expect(points, 20, 1); /* neighbours have met, at 4 mm and 8 ms from each */
  run(wall, mesh, around_a_wall, 0, 60, -INFINITY);
  expect(wall, 26, 1);
  expect(wall, 30, 2); /* one through each gap */
  expect(wall, 40, 1);
  iso_wavefronts_free(w);
  iso_wavefronts_free(points);
  iso_wavefronts_free(wall);
  iso_mesh_free(mesh);
}

static void only_what_follows_the_last_stimulus_counts(void **state) {
  (void)state;
  iso_mesh *mesh = sheet();
  iso_wavefronts *w = watch(mesh, 5), *endless = watch(mesh, INFINITY);
  run(w, mesh, from_both_sides, 0, 28, -INFINITY);
  assert_true(iso_wavefronts_summarise(w).most == 2);
  run(w, mesh, from_both_sides, 28, 60, 29); /* a guest gave a pulse up to 29 ms */
  assert_true(iso_wavefronts_summarise(w).most == 1);
  run(endless, mesh, from_both_sides, 0, 60, -INFINITY);
  const iso_wavefronts_summary s = iso_wavefronts_summarise(endless);
  assert_true(!s.known && isnan(s.mean));
  expect(endless, 20, 2); /* the table is there */
  iso_wavefronts_free(w);
  iso_wavefronts_free(endless);
  iso_mesh_free(mesh);
}

static void it_goes_on_from_what_was_saved(void **state) {
  (void)state;
  iso_mesh *mesh = sheet();
  iso_archive *archive;
  iso_wavefronts *w = watch(mesh, 5), *again = watch(mesh, 5);
  const iso_guest guest = iso_wavefronts_guest(w), other = iso_wavefronts_guest(again);
  run(w, mesh, from_both_sides, 0, 23, -INFINITY);
  ASSERT_OK(iso_archive_new(&archive, mesh, &err));
  ASSERT_OK(guest.save(guest.self, archive, &err));
  run(again, mesh, from_three_points, 0, 60, -INFINITY); /* which is forgotten */
  ASSERT_OK(other.restore(other.self, archive, &err));
  run(again, mesh, from_both_sides, 23, 60, -INFINITY);
  expect(again, 20, 2);
  expect(again, 24, 2); /* of what had activated before */
  expect(again, 30, 1);
  assert_true(iso_wavefronts_summarise(again).most == 2);
  iso_archive_free(archive);
  iso_wavefronts_free(w);
  iso_wavefronts_free(again);
  iso_mesh_free(mesh);
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(a_plane_wave_is_one),
                                          cmocka_unit_test(fronts_join_and_part),
                                          cmocka_unit_test(only_what_follows_the_last_stimulus_counts),
                                          cmocka_unit_test(it_goes_on_from_what_was_saved)};

RUN_ON_ALL_RANKS(tests)

/* What goes on after the last stimulus, on a made-up heart whose every activation is known. */
#include "fake_heart.h"

#include "base/median.h"
#include "observe/reentry.h"

static iso_error err;

static const iso_reentry_options usual = {
    .last_stimulus_ms = -INFINITY, .sustained_ms = 500, .window_ms = 1000};

static iso_reentry *watch(const iso_mesh *mesh, iso_reentry_options options) {
  iso_reentry *r;
  ASSERT_OK(iso_reentry_new(&r, mesh, &options, &err));
  return r;
}

/* Shows one event of each owned node that has its turn at k: those that a rank has before others have theirs.
 */
static void show(const iso_guest *guest, const iso_mesh *mesh, iso_gid node, double time_ms, int kind,
                 double given_until_ms) {
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const iso_event event = {time_ms, i, kind};
    const iso_view view = {
        .mesh = mesh, .given_until_ms = given_until_ms, .nevents = mesh->gid[i] == node, .events = &event};
    ASSERT_OK(guest->look(guest->self, &view, &err));
  }
}

/* A node goes round every cycle_ms from begin on; the n-th node is 0.5 ms behind the one before it. */
static void circle(const iso_guest *guest, const iso_mesh *mesh, double begin_ms, double cycle_ms,
                   int rounds) {
  for (int k = 0; k < rounds; k++)
    for (iso_lid i = 0; i < mesh->nowned; i++) {
      const double t = begin_ms + k * cycle_ms + 0.5 * (double)mesh->gid[i];
      const iso_event events[] = {{t, i, ISO_ACTIVATED}, {t + 0.5 * cycle_ms, i, ISO_REPOLARISED}};
      const iso_view view = {.mesh = mesh, .given_until_ms = -INFINITY, .nevents = 2, .events = events};
      ASSERT_OK(guest->look(guest->self, &view, &err));
    }
}

static void nothing_is_not_induced(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_reentry *r = watch(mesh, usual);
  const iso_reentry_summary s = iso_reentry_summarise(r);
  assert_true(s.known && !s.induced && !s.goes_on && s.sustained_ms == 0);
  assert_true(isnan(s.cycle_length_ms) && isnan(s.last_ms) && isnan(s.last_mm[0]));
  assert_int_equal(s.last_node, -1);
  iso_reentry_free(r);
  iso_mesh_free(mesh);
}

static void a_circuit_has_its_cycle_and_its_end(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_reentry *r = watch(mesh, usual);
  const iso_guest guest = iso_reentry_guest(r);
  circle(&guest, mesh, 10, 250, 4);
  const iso_gid last = mesh->nnodes - 1;
  iso_reentry_summary s = iso_reentry_summarise(r);
  assert_true(s.induced && !s.goes_on && s.cycle_length_ms == 250);
  assert_true(s.last_ms == 760 + 0.5 * (double)last && s.sustained_ms == s.last_ms);
  assert_int_equal(s.last_node, last);
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (mesh->gid[i] == last)
      for (int d = 0; d < 3; d++) assert_true(s.last_mm[d] == mesh->xyz[i][d]);

  /* One node activates once more, and stays so. */
  show(&guest, mesh, 3, 1500, ISO_ACTIVATED, -INFINITY);
  s = iso_reentry_summarise(r);
  assert_true(s.goes_on && s.last_ms == 1500 && s.last_node == 3);
  assert_true(s.cycle_length_ms == 250); /* of nearly all nodes */
  iso_reentry_free(r);
  iso_mesh_free(mesh);
}

/* Only intervals that begin and end after the last stimulus count, whoever gave it. */
static void intervals_count_from_the_last_stimulus_on(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_reentry_options options = usual;
  options.last_stimulus_ms = 300;
  iso_reentry *r = watch(mesh, options);
  const iso_guest guest = iso_reentry_guest(r);
  circle(&guest, mesh, 0, 200, 3);
  iso_reentry_summary s = iso_reentry_summarise(r);
  /* node n at 200 + n / 2 and 400 + n / 2: its interval counts from node 201 on */
  assert_true(s.cycle_length_ms == 200 && !s.induced);
  assert_true(s.sustained_ms == 400 + 0.5 * (double)(mesh->nnodes - 1) - 300);
  show(&guest, mesh, 0, 650, ISO_ACTIVATED, 450); /* a guest gave a pulse up to 450 ms */
  s = iso_reentry_summarise(r);
  assert_true(isnan(s.cycle_length_ms) && s.last_ms == 650 && s.sustained_ms == 200);
  show(&guest, mesh, 0, 651, ISO_REPOLARISED, 700);
  s = iso_reentry_summarise(r);
  assert_true(s.sustained_ms == 0 && isnan(s.last_ms) && !s.induced);
  iso_reentry_free(r);
  iso_mesh_free(mesh);
}

static void nothing_is_said_while_stimuli_go_on(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_reentry_options options = usual;
  options.last_stimulus_ms = INFINITY;
  iso_reentry *r = watch(mesh, options);
  iso_results results = {0};
  iso_guest guest = iso_reentry_guest(r);
  circle(&guest, mesh, 0, 200, 8);
  assert_false(iso_reentry_summarise(r).known);
  ASSERT_OK(guest.report(guest.self, &results, &err));
  assert_int_equal(results.nvariables, 0);
  iso_results_free(&results);
  iso_reentry_free(r);
  iso_mesh_free(mesh);
}

/* A wave that died out long before the end tells no cycle of what went on elsewhere. */
static void nodes_that_stopped_before_the_window_do_not_count(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_reentry *r = watch(mesh, usual);
  const iso_guest guest = iso_reentry_guest(r);
  circle(&guest, mesh, 0, 200, 2);
  for (int k = 0; k < 10; k++)
    for (iso_gid node = 0; node < 3; node++)
      show(&guest, mesh, node, 1000 + 120 * k, ISO_ACTIVATED, -INFINITY);
  assert_true(iso_reentry_summarise(r).cycle_length_ms == 120);
  iso_reentry_free(r);
  iso_mesh_free(mesh);
}

static void it_goes_on_from_what_was_saved(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_archive *archive;
  iso_reentry *r = watch(mesh, usual), *again = watch(mesh, usual);
  iso_guest guest = iso_reentry_guest(r), other = iso_reentry_guest(again);
  circle(&guest, mesh, 10, 250, 3);
  ASSERT_OK(iso_archive_new(&archive, mesh, &err));
  ASSERT_OK(guest.save(guest.self, archive, &err));
  circle(&other, mesh, 10, 333, 9);
  ASSERT_OK(other.restore(other.self, archive, &err));
  circle(&guest, mesh, 760, 250, 1);
  circle(&other, mesh, 760, 250, 1);
  const iso_reentry_summary a = iso_reentry_summarise(r), b = iso_reentry_summarise(again);
  assert_true(a.last_ms == b.last_ms && a.cycle_length_ms == b.cycle_length_ms && a.induced && b.induced);
  iso_archive_free(archive);
  iso_reentry_free(r);
  iso_reentry_free(again);
  iso_mesh_free(mesh);
}

/* Every rank has three values of -k .. k, and a NaN. */
static void the_median_is_one_of_the_values(void **state) {
  (void)state;
  int rank, size;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  const double values[] = {0.1 * (3 * rank + 1), NAN, -0.1 * rank, 0.1 * (3 * rank + 2)}, none[] = {NAN};
  /* sorted: -0.1 (size - 1) .. 0, then 0.1, 0.2, 0.4, 0.5, 0.7 ..: the k-th of 3 size, k = (3 size + 1) / 2
   */
  const int k = (3 * size + 1) / 2 - size - 1;
  assert_true(iso_median(MPI_COMM_WORLD, 4, values) == 0.1 * (k / 2 * 3 + k % 2 + 1));
  assert_true(isnan(iso_median(MPI_COMM_WORLD, 1, none)));
  const double negative[] = {-2.5, -INFINITY, -1.5};
  assert_true(iso_median(MPI_COMM_WORLD, 3, negative) == -2.5);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(nothing_is_not_induced),
    cmocka_unit_test(a_circuit_has_its_cycle_and_its_end),
    cmocka_unit_test(intervals_count_from_the_last_stimulus_on),
    cmocka_unit_test(nothing_is_said_while_stimuli_go_on),
    cmocka_unit_test(nodes_that_stopped_before_the_window_do_not_count),
    cmocka_unit_test(it_goes_on_from_what_was_saved),
    cmocka_unit_test(the_median_is_one_of_the_values),
};

RUN_ON_ALL_RANKS(tests)

/* Observers on a made-up heart whose every value is known. */
#include "observe/parts.h"

#include "observe/activation.h"
#include "observe/quiescence.h"

static iso_error err;

/* NaN where the heart had no such beat. */
static double expected_activation(iso_gid node, int beat) {
  return beat < fake_beats(node) ? fake_activation(node, beat) : NAN;
}

static double expected_repolarisation(iso_gid node, int beat) {
  return beat < fake_beats(node) && fake_recovers(node, beat) ? fake_repolarisation(node, beat) : NAN;
}

static void every_beat_is_kept(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_activation *a;
  ASSERT_OK(iso_activation_new(&a, mesh, 0, &err));
  iso_guest observer = iso_activation_guest(a);
  fake_beat(&observer, mesh);
  ASSERT_OK(iso_activation_finish(a, &err));
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    assert_int_equal(iso_activation_counts(a)[i], fake_beats(mesh->gid[i]));
    for (int beat = 0; beat < iso_activation_beats(a); beat++) {
      assert_same(iso_activation_times(a, beat)[i], expected_activation(mesh->gid[i], beat));
      assert_same(iso_repolarisation_times(a, beat)[i], expected_repolarisation(mesh->gid[i], beat));
    }
  }
  assert_null(iso_activation_times(a, iso_activation_beats(a)));
  iso_activation_free(a);
  iso_mesh_free(mesh);
}

/* Values of all owned nodes, and of no other memory; with one row more than this rank has beats for. */
static void variables_fill_the_owned_nodes_alone(void **state) {
  (void)state;
  const double untouched = -12345;
  iso_mesh *mesh = fake_mesh();
  iso_activation *a;
  iso_results results = {0};
  ASSERT_OK(iso_activation_new(&a, mesh, 0, &err));
  iso_guest observer = iso_activation_guest(a);
  fake_beat(&observer, mesh);
  ASSERT_OK(iso_activation_report(a, &results, &err));
  assert_true(results.nvariables > 0);
  double *values = malloc((size_t)(mesh->nowned + 2) * sizeof *values);
  for (int v = 0; v < results.nvariables; v++)
    for (int row = 0; row <= (results.variables[v].ndims ? 3 : 0); row++) {
      for (iso_lid i = 0; i < mesh->nowned + 2; i++) values[i] = untouched;
      results.variables[v].fill(results.variables[v].self, row, values + 1);
      for (iso_lid i = 0; i < mesh->nowned; i++) assert_true(values[1 + i] != untouched);
      assert_true(values[0] == untouched && values[1 + mesh->nowned] == untouched);
    }
  free(values);
  iso_results_free(&results);
  iso_activation_free(a);
  iso_mesh_free(mesh);
}

static void beats_beyond_the_limit_are_counted(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_activation *a;
  ASSERT_OK(iso_activation_new(&a, mesh, 2, &err));
  iso_guest observer = iso_activation_guest(a);
  fake_beat(&observer, mesh);
  assert_int_equal(iso_activation_summarise(a).beats, 2);
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    assert_int_equal(iso_activation_counts(a)[i], fake_beats(mesh->gid[i]));
    assert_same(iso_activation_times(a, 1)[i], expected_activation(mesh->gid[i], 1));
  }
  iso_activation_free(a);
  iso_mesh_free(mesh);
}

static void summary_spans_all_ranks(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_activation *a;
  ASSERT_OK(iso_activation_new(&a, mesh, 0, &err));
  iso_activation_summary s = iso_activation_summarise(a);
  assert_int_equal(s.nactivated, 0);
  assert_true(isnan(s.first_ms) && isnan(s.last_ms) && isnan(s.apd_min_ms) && isnan(s.apd_max_ms));
  iso_guest observer = iso_activation_guest(a);
  fake_beat(&observer, mesh);
  s = iso_activation_summarise(a);
  iso_gid never = 0, last = 0;
  double apd_min = INFINITY, apd_max = -INFINITY;
  for (iso_gid node = 0; node < mesh->nnodes; node++) {
    if (fake_beats(node) == 0)
      never++;
    else
      last = node;
    double apd = expected_repolarisation(node, 0) - expected_activation(node, 0);
    apd_min = fmin(apd_min, apd);
    apd_max = fmax(apd_max, apd);
  }
  assert_int_equal(s.nactivated, mesh->nnodes - never);
  assert_int_equal(s.beats, 3);
  assert_same(s.first_ms, fake_activation(0, 0));
  assert_same(s.last_ms, fake_activation(last, 0));
  assert_same(s.apd_min_ms, apd_min);
  assert_same(s.apd_max_ms, apd_max);
  assert_false(iso_activation_complete(a));
  iso_activation_free(a);
  iso_mesh_free(mesh);
}

/* Over all ranks: the highest global number of a node that belongs to an element. */
static iso_gid last_tissue_node(const iso_mesh *mesh) {
  iso_gid last = -1;
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++) {
      iso_gid gid = mesh->gid[mesh->conn[(int64_t)e * mesh->width + k]];
      if (gid > last) last = gid;
    }
  MPI_Allreduce(MPI_IN_PLACE, &last, 1, MPI_INT64_T, MPI_MAX, MPI_COMM_WORLD);
  return last;
}

/* The mesh has nodes of no element, before that node and after it: some activate, and none is waited for. */
static void complete_when_the_last_node_has_activated(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_activation *a;
  ASSERT_OK(iso_activation_new(&a, mesh, 1, &err));
  iso_guest observer = iso_activation_guest(a);
  for (iso_gid node = 0; node <= last_tissue_node(mesh); node++) {
    assert_false(iso_activation_complete(a));
    for (iso_lid i = 0; i < mesh->nowned; i++) {
      iso_event event = {1, i, ISO_ACTIVATED};
      iso_view view = {.mesh = mesh, .nevents = mesh->gid[i] == node, .events = &event};
      ASSERT_OK(observer.look(observer.self, &view, &err));
    }
  }
  assert_true(iso_activation_complete(a));
  iso_activation_free(a);
  iso_mesh_free(mesh);
}

/* A stimulus may begin while the tissue is still depolarised. */
static void a_recovery_without_activation_is_not_one(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_activation *a;
  ASSERT_OK(iso_activation_new(&a, mesh, 0, &err));
  iso_guest observer = iso_activation_guest(a);
  iso_event events[] = {{1, 0, ISO_REPOLARISED}, {2, 0, ISO_ACTIVATED}, {3, 0, ISO_REPOLARISED}};
  iso_view view = {.mesh = mesh, .nevents = 3, .events = events};
  ASSERT_OK(observer.look(observer.self, &view, &err));
  assert_int_equal(iso_activation_counts(a)[0], 1);
  assert_same(iso_activation_times(a, 0)[0], 2);
  assert_same(iso_repolarisation_times(a, 0)[0], 3);
  iso_activation_free(a);
  iso_mesh_free(mesh);
}

/* The tissue is quiet until its highest node crosses 0 mV and active from then on. Here it is looked at in
 * any order: the observer only knows what it is shown. */
static void quiet_tissue_is_noticed(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  double *threshold;
  ASSERT_OK(iso_alloc(&threshold, (size_t)mesh->nowned, sizeof *threshold, "test", &err));
  double crossing = -fake_vm(mesh->nnodes - 1, 0) / 1.3;
  iso_quiescence *q;
  ASSERT_OK(iso_quiescence_new(&q, mesh, threshold, 2, crossing - 5, &err));
  iso_guest observer = iso_quiescence_guest(q, 1);
  assert_false(iso_quiescence_reached(q));
  static const struct {
    double after; /* the crossing */
    bool reached;
  } looks[] = {{-10, false}, {-6, false}, {-3.5, false}, {-2.5, true}, {1, false}, {-0.5, false}};
  for (size_t k = 0; k < sizeof looks / sizeof *looks; k++) {
    ASSERT_OK(fake_look(&observer, mesh, 1, crossing + looks[k].after, &err));
    if (iso_quiescence_reached(q) != looks[k].reached) fail_msg("look %zu", k);
  }
  iso_quiescence_free(q);
  free(threshold);
  iso_mesh_free(mesh);
}

/* ---- going on from an archive ---- */

/* Beats [from, to) of every node. */
static void show_beats(const iso_guest *observer, const iso_mesh *mesh, int from, int to) {
  for (iso_lid i = 0; i < mesh->nowned; i++)
    for (int beat = from; beat < to && beat < fake_beats(mesh->gid[i]); beat++) {
      iso_event events[] = {{fake_activation(mesh->gid[i], beat), i, ISO_ACTIVATED},
                            {fake_repolarisation(mesh->gid[i], beat), i, ISO_REPOLARISED}};
      iso_view view = {.mesh = mesh, .events = events, .nevents = fake_recovers(mesh->gid[i], beat) ? 2 : 1};
      ASSERT_OK(observer->look(observer->self, &view, &err));
    }
}

/* A guest that had seen other beats forgets them. */
static void activation_goes_on_after_a_restart(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_activation *before, *after;
  ASSERT_OK(iso_activation_new(&before, mesh, 0, &err));
  ASSERT_OK(iso_activation_new(&after, mesh, 0, &err));
  iso_guest first = iso_activation_guest(before), second = iso_activation_guest(after);
  show_beats(&first, mesh, 0, 1);
  iso_archive *archive = saved(&first, mesh);
  show_beats(&second, mesh, 0, 3);
  ASSERT_OK(second.restore(second.self, archive, &err));
  assert_int_equal(iso_activation_summarise(after).beats, 1);
  show_beats(&second, mesh, 1, 3);
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    assert_int_equal(iso_activation_counts(after)[i], fake_beats(mesh->gid[i]));
    for (int beat = 0; beat < iso_activation_beats(after); beat++) {
      assert_same(iso_activation_times(after, beat)[i], expected_activation(mesh->gid[i], beat));
      assert_same(iso_repolarisation_times(after, beat)[i], expected_repolarisation(mesh->gid[i], beat));
    }
  }
  show_beats(&first, mesh, 1, 3);
  assert_int_equal(iso_activation_summarise(after).nactivated, iso_activation_summarise(before).nactivated);
  iso_archive_free(archive);
  iso_activation_free(before);
  iso_activation_free(after);
  iso_mesh_free(mesh);
}

/* Quiet for 1.5 ms before and 1 ms after it was saved: together long enough. */
/* Two pulses, the second of which ends at 10 ms: however long the pause before it is, the run is not over. */
static void a_pause_before_the_last_stimulus_is_no_rest(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  double *threshold;
  ASSERT_OK(iso_alloc(&threshold, (size_t)mesh->nowned, sizeof *threshold, "test", &err));
  iso_quiescence *q;
  ASSERT_OK(iso_quiescence_new(&q, mesh, threshold, 2, 10, &err));
  iso_guest observer = iso_quiescence_guest(q, 1);
  static const struct {
    double time_ms;
    bool active, reached;
  } looks[] = {{0, true, false},    {1, true, false},  {6, false, false},  {11, false, false},
               {12.5, false, true}, {13, true, false}, {14, false, false}, {15, false, true}};
  for (size_t k = 0; k < sizeof looks / sizeof *looks; k++) {
    for (iso_lid i = 0; i < mesh->nowned; i++) threshold[i] = looks[k].active ? -1e6 : 1e6;
    ASSERT_OK(fake_look(&observer, mesh, 1, looks[k].time_ms, &err));
    if (iso_quiescence_reached(q) != looks[k].reached) fail_msg("look at %g ms", looks[k].time_ms);
  }
  iso_quiescence_free(q);
  free(threshold);
  iso_mesh_free(mesh);
}

/* What was seen goes on; the last stimulus is that of the configuration that goes on. */
static void quiet_time_goes_on_after_a_restart(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  double *threshold;
  ASSERT_OK(iso_alloc(&threshold, (size_t)mesh->nowned, sizeof *threshold, "test", &err));
  for (iso_lid i = 0; i < mesh->nowned; i++) threshold[i] = -1e6;
  iso_quiescence *before;
  ASSERT_OK(iso_quiescence_new(&before, mesh, threshold, 2, 10, &err));
  iso_guest first = iso_quiescence_guest(before, 1);
  ASSERT_OK(fake_look(&first, mesh, 1, 11.5, &err));
  iso_archive *archive = saved(&first, mesh);
  for (iso_lid i = 0; i < mesh->nowned; i++) threshold[i] = 1e6;
  static const struct { double not_before_ms, reached_ms; } goes_on[] = {{11, 13.5}, {13, 15}};
  for (size_t k = 0; k < sizeof goes_on / sizeof *goes_on; k++) {
    iso_quiescence *after;
    ASSERT_OK(iso_quiescence_new(&after, mesh, threshold, 2, goes_on[k].not_before_ms, &err));
    iso_guest second = iso_quiescence_guest(after, 1);
    ASSERT_OK(second.restore(second.self, archive, &err));
    for (int late = 0; late < 2; late++) {
      ASSERT_OK(fake_look(&second, mesh, 1, goes_on[k].reached_ms - (late ? 0 : 0.25), &err));
      assert_int_equal(iso_quiescence_reached(after), late);
    }
    iso_quiescence_free(after);
  }
  iso_archive_free(archive);
  iso_quiescence_free(before);
  free(threshold);
  iso_mesh_free(mesh);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_beat_is_kept),
    cmocka_unit_test(variables_fill_the_owned_nodes_alone),
    cmocka_unit_test(beats_beyond_the_limit_are_counted),
    cmocka_unit_test(summary_spans_all_ranks),
    cmocka_unit_test(complete_when_the_last_node_has_activated),
    cmocka_unit_test(a_recovery_without_activation_is_not_one),
    cmocka_unit_test(traces_have_the_bits_of_the_sum),
    cmocka_unit_test(probe_activation_is_interpolated),
    cmocka_unit_test(a_probe_at_a_node_is_where_the_node_is),
    cmocka_unit_test(a_probe_on_no_node_is_refused),
    cmocka_unit_test(quiet_tissue_is_noticed),
    cmocka_unit_test(a_pause_before_the_last_stimulus_is_no_rest),
    cmocka_unit_test(activation_goes_on_after_a_restart),
    cmocka_unit_test(the_steepest_upstroke_of_each_beat_is_found),
    cmocka_unit_test(upstrokes_go_on_after_a_restart),
    cmocka_unit_test(probes_go_on_after_a_restart),
    cmocka_unit_test(quiet_time_goes_on_after_a_restart),
};

RUN_ON_ALL_RANKS(tests)

/* Probes: Vm in between nodes, and what is found in it. */
#include "observe/parts.h"

#include "observe/probes.h"

static iso_error err;

/* One on a node, one inside a cube, one whose nodes are far apart, one that never activates. */
static const iso_probe points[] = {
    {"node", {0, 0, 0}, 0, 1, {7}, {1}},
    {"cube",
     {0.5, 0.5, 0.5},
     0,
     8,
     {0, 1, 7, 8, 42, 43, 49, 50},
     {.125, .125, .125, .125, .125, .125, .125, .125}},
    {"wide", {1, 2, 3}, 0, 3, {209, 7, 100}, {0.3, 0.3, 0.4}},
    {"deaf", {0, 0, 0}, 1e6, 1, {7}, {1}},
};
enum { NPOINTS = sizeof points / sizeof *points };

static double expected_probe(const iso_probe *probe, double time_ms) {
  double vm = 0;
  for (int k = 0; k < probe->nnodes; k++) vm += probe->weight[k] * fake_vm(probe->node[k], time_ms);
  return vm;
}

static iso_probes *watch(const iso_mesh *mesh, int stride, int nsteps, double step_ms) {
  iso_probes *p;
  ASSERT_OK(iso_probes_new(&p, mesh, NPOINTS, points, stride, &err));
  iso_guest observer = iso_probes_guest(p);
  for (int step = 0; step <= nsteps; step++) ASSERT_OK(fake_look(&observer, mesh, step, step_ms, &err));
  ASSERT_OK(iso_probes_finish(p, &err));
  return p;
}

/* 1000 steps fill the buffers several times and end within one; strides that do and do not divide them. */
void traces_have_the_bits_of_the_sum(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  for (int stride = 1; stride <= 7; stride += 3) {
    iso_probes *p = watch(mesh, stride, 1000, 0.1);
    int64_t n = iso_probes_samples(p);
    assert_int_equal(n, 1000 / stride + 1);
    for (int64_t s = 0; world_rank() == 0 && s < n; s++) {
      double time = (double)(s * stride) * 0.1;
      assert_same(iso_probes_times(p)[s], time);
      for (int i = 0; i < NPOINTS; i++)
        assert_same(iso_probes_traces(p)[s * NPOINTS + i], expected_probe(&points[i], time));
    }
    iso_probes_free(p);
  }
  iso_mesh_free(mesh);
}

/* Vm grows linearly, so interpolation finds the crossing to the rounding of values near 100 mV over their
 * rate of 1.3 mV/ms. A coarse trace does not make activation coarse. */
void probe_activation_is_interpolated(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_probes *p = watch(mesh, 50, 1000, 0.1);
  for (int i = 0; world_rank() == 0 && i < NPOINTS; i++) {
    const iso_probe *probe = iso_probes_probe(p, i);
    double expected = (probe->threshold_mV - expected_probe(&points[i], 0)) / 1.3;
    assert_string_equal(probe->name, points[i].name);
    if (expected > 100)
      assert_true(isnan(iso_probes_activation(p)[i]));
    else
      assert_float_equal(iso_probes_activation(p)[i], expected, 1e-11);
  }
  iso_probes_free(p);
  iso_mesh_free(mesh);
}

/* Where only a node is given, its owner knows. A twin of the same node is found, too. */
void a_probe_at_a_node_is_where_the_node_is(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  const iso_probe given[] = {{"first", {NAN, NAN, NAN}, 0, 1, {50}, {1}},
                             {"cube", {0.5, 0.5, 0.5}, 0, 2, {0, 1}, {.5, .5}},
                             {"second", {NAN, NAN, NAN}, 0, 1, {50}, {1}},
                             {"third", {NAN, NAN, NAN}, 0, 1, {209}, {1}}};
  iso_probes *p;
  ASSERT_OK(iso_probes_new(&p, mesh, 4, given, 1, &err));
  assert_same(iso_probes_probe(p, 1)->at_mm[2], 0.5);
  for (int k = 0; k < 4; k++) {
    const iso_probe *probe = iso_probes_probe(p, k);
    for (int d = 0; d < 3; d++) assert_true(isfinite(probe->at_mm[d]));
    for (iso_lid i = 0; k != 1 && i < mesh->nowned; i++)
      if (mesh->gid[i] == given[k].node[0])
        for (int d = 0; d < 3; d++) assert_same(probe->at_mm[d], mesh->xyz[i][d]);
  }
  iso_probes_free(p);
  iso_mesh_free(mesh);
}

void a_probe_on_no_node_is_refused(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_probe lost = {"lost", {0, 0, 0}, 0, 1, {mesh->nnodes}, {1}};
  iso_probes *p;
  ASSERT_REFUSED(iso_probes_new(&p, mesh, 1, &lost, 1, &err), "lost");
  assert_null(p);
  iso_mesh_free(mesh);
}

/* Saved within a stride and within a buffer, and before any sample. */
void probes_go_on_after_a_restart(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  static const int steps[] = {0, 1, 37, 256, 700};
  for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
    iso_probes *whole = watch(mesh, 4, 1000, 0.1), *before, *after;
    ASSERT_OK(iso_probes_new(&before, mesh, NPOINTS, points, 4, &err));
    ASSERT_OK(iso_probes_new(&after, mesh, NPOINTS, points, 4, &err));
    iso_guest first = iso_probes_guest(before), second = iso_probes_guest(after);
    for (int step = 0; step < steps[k]; step++) ASSERT_OK(fake_look(&first, mesh, step, 0.1, &err));
    iso_archive *archive = saved(&first, mesh);
    ASSERT_OK(second.restore(second.self, archive, &err));
    for (int step = steps[k]; step <= 1000; step++) ASSERT_OK(fake_look(&second, mesh, step, 0.1, &err));
    ASSERT_OK(iso_probes_finish(after, &err));
    const size_t n = (size_t)iso_probes_samples(whole);
    assert_int_equal(iso_probes_samples(after), n);
    if (world_rank() == 0) {
      assert_memory_equal(iso_probes_times(after), iso_probes_times(whole), n * sizeof(double));
      assert_memory_equal(iso_probes_traces(after), iso_probes_traces(whole), n * NPOINTS * sizeof(double));
      assert_memory_equal(iso_probes_activation(after), iso_probes_activation(whole),
                          NPOINTS * sizeof(double));
    }
    iso_archive_free(archive);
    iso_probes_free(whole);
    iso_probes_free(before);
    iso_probes_free(after);
  }
  iso_mesh_free(mesh);
}

/* Velocities, directions and blocks of given activation times; exits and frequencies of given activations. */
#include "fake_heart.h"

#include "observe/circuit.h"
#include "observe/conduction.h"

static iso_error err;

typedef double time_map(const double x[3]);

static iso_mesh *slab(iso_slab_options box) {
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &box, &slice, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  return mesh;
}

typedef struct {
  double (*slowness)[3];
  uint8_t *blocked;
  iso_block_size size;
} found;

static found measure(const iso_mesh *mesh, time_map *map, double slowest) {
  double *ms = calloc((size_t)mesh->nowned + 1, sizeof *ms);
  found f = {
      calloc((size_t)mesh->nowned + 1, sizeof *f.slowness), calloc((size_t)mesh->nowned + 1, 1), {NAN, NAN}};
  for (iso_lid i = 0; i < mesh->nowned; i++) ms[i] = map(mesh->xyz[i]);
  ASSERT_OK(iso_conduction_of_times(mesh, ms, slowest, f.slowness, f.blocked, &f.size, &err));
  free(ms);
  return f;
}

static void release(found f) {
  free(f.slowness);
  free(f.blocked);
}

/* ms/mm: 0.5 m/s along (0.6, 0.8, 0), or in a line along x */
static double plane(const double x[3]) { return 3 + 1.2 * x[0] + 1.6 * x[1]; }

static void a_plane_wave_is_met(void **state) {
  const iso_slab_options *box = *state;
  iso_mesh *mesh = slab(*box);
  const found f = measure(mesh, plane, 0.05);
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    /* what stands for what edges in a plane or a line do not say moves the rest by 1e-9 of it, times how
     * unlike directions are */
    assert_true(fabs(f.slowness[i][0] - 1.2) < 1e-7);
    assert_true(fabs(f.slowness[i][1] - (box->shape == ISO_LINE ? 0 : 1.6)) < 1e-7);
    assert_true(fabs(f.slowness[i][2]) < 1e-7 && !f.blocked[i]);
  }
  release(f);
  iso_mesh_free(mesh);
}

/* Nodes beyond x = 3.5 never activate; those beyond y = 2.5 do, 40 ms later. */
static double walled(const double x[3]) { return x[0] > 3.5 ? NAN : plane(x) + (x[1] > 2.5 ? 40 : 0); }

static void a_block_is_at_both_of_its_sides(void **state) {
  (void)state;
  iso_mesh *mesh = slab((iso_slab_options){.size_mm = {6, 5, 2}, .spacing_mm = 1, .shape = ISO_HEXAHEDRON});
  const found f = measure(mesh, walled, 0.05); /* an edge of 1 mm takes 20 ms at most */
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const double *x = mesh->xyz[i];
    const bool at_wall = fabs(x[0] - 3.5) < 0.6, late = fabs(x[1] - 2.5) < 0.6 && x[0] < 3.5;
    assert_int_equal(f.blocked[i], at_wall || late);
    if (x[0] < 3.5) assert_true(fabs(f.slowness[i][0] - 1.2) < 1e-7 && fabs(f.slowness[i][1] - 1.6) < 1e-7);
    if (x[0] > 3.5) assert_true(f.slowness[i][0] == 0 && f.slowness[i][1] == 0);
  }
  assert_true(isnan(f.size.line_mm) && fabs(f.size.surface_mm2 - 17) < 1e-12); /* 5 x 2 and 3.5 x 2 mm */
  release(f);
  iso_mesh_free(mesh);
}

/* Of a tetrahedron, a triangle or a cube a plane half way between nodes has its own size: 5 mm, or 5 x 3 mm2.
 */
static double ended(const double x[3]) { return x[0] > 3.5 ? NAN : plane(x); }

static void a_block_has_its_size(void **state) {
  const iso_slab_options *box = *state;
  iso_mesh *mesh = slab(*box);
  const found none = measure(mesh, plane, 0.05), wall = measure(mesh, ended, 0.05);
  const bool is_sheet = box->shape == ISO_TRIANGLE;
  assert_true(is_sheet ? none.size.line_mm == 0 : none.size.surface_mm2 == 0);
  assert_true(isnan(is_sheet ? wall.size.surface_mm2 : wall.size.line_mm));
  assert_true(fabs(is_sheet ? wall.size.line_mm - 5 : wall.size.surface_mm2 - 15) < 1e-12);
  release(none);
  release(wall);
  iso_mesh_free(mesh);
}

/* A node that stays silent, of four triangles: a ring of half as much as the edges opposite, four diagonals.
 */
static double dotted(const double x[3]) { return x[0] == 3 && x[1] == 2 ? NAN : plane(x); }

static void a_silent_node_has_a_ring(void **state) {
  const iso_slab_options *box = *state;
  iso_mesh *mesh = slab(*box);
  const found f = measure(mesh, dotted, 0.05);
  assert_true(fabs(f.size.line_mm - 4 * sqrt(2) / 2) < 1e-12);
  release(f);
  iso_mesh_free(mesh);
}

/* ---- circuits ---- */

/* A circuit with what keeps its times, and their guests in the order in which they look. */
typedef struct {
  iso_reentry *reentry;
  iso_circuit *circuit;
  iso_guest guest[2];
} watched;

static watched watch(const iso_mesh *mesh, double last_stimulus_ms) {
  const iso_reentry_options options = {
      .last_stimulus_ms = last_stimulus_ms, .sustained_ms = 500, .window_ms = 1000};
  watched w;
  ASSERT_OK(iso_reentry_new(&w.reentry, mesh, &options, &err));
  ASSERT_OK(iso_circuit_new(&w.circuit, mesh, w.reentry, last_stimulus_ms, &err));
  w.guest[0] = iso_reentry_guest(w.reentry), w.guest[1] = iso_circuit_guest(w.circuit);
  return w;
}

static void let_go(watched *w) {
  iso_circuit_free(w->circuit);
  iso_reentry_free(w->reentry);
}

static void show(const watched *w, const iso_mesh *mesh, iso_gid node, double time_ms,
                 double given_until_ms) {
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const iso_event event = {time_ms, i, ISO_ACTIVATED};
    const iso_view view = {
        .mesh = mesh, .given_until_ms = given_until_ms, .nevents = mesh->gid[i] == node, .events = &event};
    for (int g = 0; g < 2; g++) ASSERT_OK(w->guest[g].look(w->guest[g].self, &view, &err));
  }
}

/* Node 4 is first back, node 7 is the fastest; what was before the last stimulus does not count. */
static void play(const watched *w, const iso_mesh *mesh) {
  for (iso_gid node = 0; node < 10; node++) show(w, mesh, node, 5 + (double)node, -INFINITY);
  for (int k = 0; k < 4; k++) {
    show(w, mesh, 7, 110 + 150 * k, -INFINITY);
    show(w, mesh, 4, 50 + 200 * k, -INFINITY);
    show(w, mesh, 9, 120 + 200 * k + 10 * (k % 2), -INFINITY);
  }
}

static void exits_and_frequencies_are_found(void **state) {
  (void)state;
  iso_mesh *mesh = fake_mesh();
  iso_archive *archive;
  watched one = watch(mesh, 40), other = watch(mesh, 40);
  const iso_guest guest = one.guest[1];
  iso_circuit_summary s = iso_circuit_summarise(one.circuit);
  assert_true(isnan(s.exit_ms) && s.exit_node == -1 && isnan(s.exit_mm[0]) && isnan(s.highest_Hz));
  play(&one, mesh);
  s = iso_circuit_summarise(one.circuit);
  assert_true(s.exit_ms == 250 && s.exit_node == 4 && s.highest_node == 7);
  assert_true(fabs(s.highest_Hz - 1000.0 / 150) < 1e-12);
  double values[256];
  iso_results results = {0};
  ASSERT_OK(guest.report(guest.self, &results, &err));
  assert_int_equal(results.nvariables, 9);
  for (int d = 0; d < 3; d++) /* exit_x, exit_y, exit_z */
    assert_true(*(const double *)results.variables[2 + d].data == s.exit_mm[d]);
  results.variables[8].fill(results.variables[8].self, 0, values);
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    /* node 9: intervals 210, 190, 210, their mean 610 / 3, their variance 800 / 9 */
    const double expected = mesh->gid[i] == 9 ? sqrt(800.0 / 9) / (610.0 / 3) : 0;
    if (mesh->gid[i] == 4 || mesh->gid[i] == 7 || mesh->gid[i] == 9)
      assert_true(fabs(values[i] - expected) < 1e-6);
    else
      assert_true(isnan(values[i]));
  }
  iso_results_free(&results);

  /* It goes on from what was saved, and a pulse of a guest is a new beginning. */
  ASSERT_OK(iso_archive_new(&archive, mesh, &err));
  show(&other, mesh, 6, 700, -INFINITY); /* which restoring forgets */
  show(&other, mesh, 6, 720, -INFINITY);
  for (int g = 0; g < 2; g++) {
    ASSERT_OK(one.guest[g].save(one.guest[g].self, archive, &err));
    ASSERT_OK(other.guest[g].restore(other.guest[g].self, archive, &err));
  }
  show(&other, mesh, 3, 900, -INFINITY);
  show(&other, mesh, 3, 960, -INFINITY);
  show(&other, mesh, 3, 1020, -INFINITY);
  s = iso_circuit_summarise(other.circuit);
  assert_true(s.exit_ms == 250 && s.exit_node == 4 && s.highest_node == 3);
  show(&other, mesh, 5, 1100, 1050);
  show(&other, mesh, 5, 1200, 1050);
  s = iso_circuit_summarise(other.circuit);
  assert_true(s.exit_ms == 1200 && s.exit_node == 5 && isnan(s.highest_Hz));
  iso_archive_free(archive);
  let_go(&one);
  let_go(&other);
  iso_mesh_free(mesh);
}

static const iso_slab_options line = {.size_mm = {6, 0, 0}, .spacing_mm = 1, .shape = ISO_LINE},
                              sheet = {.size_mm = {6, 5, 0}, .spacing_mm = 1, .shape = ISO_TRIANGLE},
                              tetrahedra = {.size_mm = {6, 5, 3}, .spacing_mm = 1, .shape = ISO_TETRAHEDRON},
                              cubes = {.size_mm = {6, 5, 3}, .spacing_mm = 1, .shape = ISO_HEXAHEDRON};

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_prestate(a_plane_wave_is_met, (void *)&line),
    cmocka_unit_test_prestate(a_plane_wave_is_met, (void *)&sheet),
    cmocka_unit_test_prestate(a_plane_wave_is_met, (void *)&tetrahedra),
    cmocka_unit_test_prestate(a_plane_wave_is_met, (void *)&cubes),
    cmocka_unit_test(a_block_is_at_both_of_its_sides),
    cmocka_unit_test_prestate(a_block_has_its_size, (void *)&sheet),
    cmocka_unit_test_prestate(a_block_has_its_size, (void *)&tetrahedra),
    cmocka_unit_test_prestate(a_block_has_its_size, (void *)&cubes),
    cmocka_unit_test_prestate(a_silent_node_has_a_ring, (void *)&sheet),
    cmocka_unit_test(exits_and_frequencies_are_found),
};

RUN_ON_ALL_RANKS(tests)

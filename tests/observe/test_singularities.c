/* Phase singularities and filaments of prescribed phases, whose number, place and charge are known. */
#include "fake_heart.h"

#include "observe/phase.h"
#include "observe/singularities.h"
#include "verified.h"

static iso_error err;

static iso_mesh *slab(MPI_Comm comm, iso_slab_options box) {
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(comm, &box, &slice, &err));
  ASSERT_OK(iso_mesh_build(comm, &slice, NULL, &mesh, NULL, &err));
  return mesh;
}

/* 10 mm wide; no node is where the tests have a singularity. */
static const iso_slab_options sheet = {.size_mm = {10, 10, 0}, .spacing_mm = 0.5, .shape = ISO_TRIANGLE},
                              tetrahedra = {.size_mm = {10, 10, 6},
                                            .spacing_mm = 1,
                                            .shape = ISO_TETRAHEDRON},
                              cubes = {.size_mm = {10, 10, 6}, .spacing_mm = 1, .shape = ISO_HEXAHEDRON};

typedef void phase_map(const double x[3], double *u, double *w);

static int64_t find(const iso_mesh *mesh, phase_map *map, iso_pierced **found) {
  int64_t n;
  double *u = malloc((size_t)mesh->nlocal * sizeof *u), *w = malloc((size_t)mesh->nlocal * sizeof *w);
  for (iso_lid i = 0; i < mesh->nlocal; i++) map(mesh->xyz[i], &u[i], &w[i]);
  ASSERT_OK(iso_pierced_find(mesh, u, w, &n, found, &err));
  free(u);
  free(w);
  return n;
}

static double distance(const double a[3], double x, double y, double z) {
  return sqrt((a[0] - x) * (a[0] - x) + (a[1] - y) * (a[1] - y) + (a[2] - z) * (a[2] - z));
}

/* ---- the arithmetic ---- */

static void the_direction_grows_with_the_angle(void **state) {
  (void)state;
  const double pi = acos(-1);
  for (int k = 0; k < 1000; k++) {
    const double a = 2 * pi * (k + 0.5) / 1000, d = iso_phase_direction(cos(a), sin(a)),
                 next = iso_phase_direction(cos(a + pi / 500), sin(a + pi / 500));
    assert_true(d >= 0 && d < 4 && (k == 999 ? next < d : next > d));
    assert_true(fabs(fabs(iso_phase_direction(-cos(a), -sin(a)) - d) - 2) < 1e-15);
  }
  assert_int_equal(iso_phase_charge(0.1, 1.5, 3.0), 1);
  assert_int_equal(iso_phase_charge(3.0, 1.5, 0.1), -1);
  assert_int_equal(iso_phase_charge(0.1, 1.5, 1.9), 0);
  assert_int_equal(iso_phase_charge(3.5, 0.2, 0.9), 0);
}

/* ---- sheets ---- */

/* Three singularities: charges 1, -1 and 1. */
static const double places[3][2] = {{2.6, 3.3}, {7.1, 2.2}, {5.2, 7.7}};

static void three(const double x[3], double *u, double *w) {
  double angle = 0.3 * x[0] - 0.2 * x[1];
  for (int k = 0; k < 3; k++) angle += (k == 1 ? -1 : 1) * atan2(x[1] - places[k][1], x[0] - places[k][0]);
  *u = cos(angle), *w = sin(angle);
}

static void prescribed_singularities_are_found(void **state) {
  (void)state;
  iso_mesh *mesh = slab(MPI_COMM_WORLD, sheet);
  iso_pierced *found;
  iso_core cores[8];
  const int64_t n = find(mesh, three, &found);
  if (world_rank() == 0) {
    int seen = 0;
    assert_int_equal(n, 3);
    assert_int_equal(iso_pierced_surface(n, found, cores), 3);
    for (int i = 0; i < 3; i++)
      for (int k = 0; k < 3; k++) {
        if (distance(cores[i].at_mm, places[k][0], places[k][1], 0) > 0.5) continue; /* within an edge */
        seen += 1 << (2 * k);
        assert_int_equal(found[i].charge, (k == 1 ? -1 : 1) * (found[i].normal[2] > 0 ? 1 : -1));
        assert_int_equal(cores[i].chirality, -found[i].charge);
      }
    assert_int_equal(seen, 1 + 4 + 16);
  } else {
    assert_int_equal(n, 0);
  }
  free(found);
  iso_mesh_free(mesh);
}

/* ---- volumes ---- */

static void upright(const double x[3], double *u, double *w) { *u = x[0] - 4.3, *w = x[1] - 5.6; }

/* Linear phases are met exactly: the filament is a straight line through the slab. */
static void a_straight_filament_is_a_line(void **state) {
  const iso_slab_options *box = *state;
  iso_mesh *mesh = slab(MPI_COMM_WORLD, *box);
  iso_pierced *found;
  iso_core cores[200];
  int64_t filaments, n = find(mesh, upright, &found);
  assert_true(n < 200);
  ASSERT_OK(iso_pierced_filaments(n, found, &filaments, cores, &err));
  assert_int_equal(filaments, world_rank() == 0);
  if (filaments) {
    assert_int_equal(cores[0].ends, 2);
    assert_true(fabs(cores[0].length_mm - 6) < 1e-12 && distance(cores[0].at_mm, 4.3, 5.6, 3) < 1e-12);
    /* the phase turns counterclockwise seen from above, so the wave turns the other way */
    assert_true(cores[0].axis[2] < 0 && fabs(cores[0].axis[0]) < 1e-12);
    assert_int_equal(iso_pierced_surface(n, found, cores), 2);
    assert_int_equal(cores[0].chirality + cores[1].chirality, 0);
    for (int k = 0; k < 2; k++) {
      const bool top = cores[k].at_mm[2] > 3;
      assert_true(distance(cores[k].at_mm, 4.3, 5.6, top ? 6 : 0) < 1e-12);
      assert_int_equal(cores[k].chirality, top ? -1 : 1);
    }
  }
  free(found);
  iso_mesh_free(mesh);
}

static void ring(const double x[3], double *u, double *w) {
  *u = sqrt((x[0] - 5) * (x[0] - 5) + (x[1] - 5.1) * (x[1] - 5.1)) - 3.2, *w = x[2] - 3.3;
}

static void a_ring_has_no_ends(void **state) {
  const iso_slab_options *box = *state;
  iso_mesh *mesh = slab(MPI_COMM_WORLD, *box);
  iso_pierced *found;
  int64_t filaments, n = find(mesh, ring, &found);
  iso_core *cores = calloc((size_t)n + 1, sizeof *cores);
  ASSERT_OK(iso_pierced_filaments(n, found, &filaments, cores, &err));
  assert_int_equal(filaments, world_rank() == 0);
  if (filaments) {
    assert_int_equal(cores[0].ends, 0);
    /* u is linear between nodes 1 mm apart on a circle of 3.2 mm: off by at most 1 / (8 3.2) mm, 1.2% */
    assert_true(fabs(cores[0].length_mm / (2 * acos(-1) * 3.2) - 1) < 0.03);
    assert_true(distance(cores[0].at_mm, 5, 5.1, 3.3) < 0.1);
    assert_int_equal(iso_pierced_surface(n, found, cores), 0);
  }
  free(cores);
  free(found);
  iso_mesh_free(mesh);
}

/* Two waves that turn opposite ways around one obstacle or line of block: an arch from face to face. */
static void eight(const double x[3], double *u, double *w) {
  *u = (x[0] - 5.05) * (x[0] - 5.05) + x[2] * x[2] - 3.1 * 3.1, *w = x[1] - 5.3;
}

static void a_figure_of_eight_has_two_opposite_ones(void **state) {
  const iso_slab_options *box = *state;
  iso_mesh *mesh = slab(MPI_COMM_WORLD, *box);
  iso_pierced *found;
  int64_t filaments, n = find(mesh, eight, &found);
  iso_core *cores = calloc((size_t)n + 1, sizeof *cores);
  ASSERT_OK(iso_pierced_filaments(n, found, &filaments, cores, &err));
  if (world_rank() == 0) {
    assert_int_equal(filaments, 1);
    assert_int_equal(cores[0].ends, 2);
    assert_int_equal(iso_pierced_surface(n, found, cores), 2);
    assert_int_equal(cores[0].chirality * cores[1].chirality, -1);
    for (int k = 0; k < 2; k++)
      assert_true(fmin(distance(cores[k].at_mm, 5.05 - 3.1, 5.3, 0),
                       distance(cores[k].at_mm, 5.05 + 3.1, 5.3, 0)) < 0.1);
  }
  free(cores);
  free(found);
  iso_mesh_free(mesh);
}

/* A phase without order, the same at a node on any rank. */
static void noise(const double x[3], double *u, double *w) {
  const double k = x[0] + 11 * x[1] + 121 * x[2];
  *u = sin(12.9898 * k) + 0.1, *w = sin(78.233 * k + 1);
}

/* Exactly, whatever the phase: of each element and of the whole outer surface, and the ranks play no part. */
static void charges_sum_to_nothing(void **state) {
  const iso_slab_options *box = *state;
  iso_mesh *mesh = slab(MPI_COMM_WORLD, *box), *alone = slab(MPI_COMM_SELF, *box);
  iso_pierced *found, *again;
  const int64_t n = find(mesh, noise, &found), m = find(alone, noise, &again);
  iso_core *cores = calloc((size_t)m, sizeof *cores);
  int64_t sum = 0, filaments, ends = 0, *of_element = calloc((size_t)mesh->nelems, sizeof *of_element);
  assert_true(m > 500);
  if (world_rank() == 0) {
    assert_int_equal(n, m);
    assert_memory_equal(found, again, (size_t)n * sizeof *found);
  }
  for (int64_t i = 0; i < m; i++) of_element[again[i].element] += again[i].charge;
  for (iso_gid e = 0; e < mesh->nelems; e++) assert_int_equal(of_element[e], 0);
  const int64_t on_surface = iso_pierced_surface(m, again, cores);
  for (int64_t i = 0; i < on_surface; i++) sum += cores[i].chirality;
  assert_int_equal(sum, 0);
  ASSERT_OK(iso_pierced_filaments(m, again, &filaments, cores, &err));
  for (int64_t i = 0; i < filaments; i++) ends += cores[i].ends;
  assert_int_equal(ends, on_surface);
  free(of_element);
  free(cores);
  free(found);
  free(again);
  iso_mesh_free(mesh);
  iso_mesh_free(alone);
}

/* ---- over time ---- */

/* A wave that turns once in 100 ms about a tip that drifts, counterclockwise: V grows along a ray from the
 * tip that turns. The tip is where V is 0 now and was 0 the delay before, up to its drift in that time. */
static const double turn_ms = 100;

static void tip(double t, double at[2]) { at[0] = 4.3 + 0.004 * t, at[1] = 5.6; }

static double turning_vm(const double x[3], double t) {
  const double angle = 2 * acos(-1) * t / turn_ms;
  double at[2];
  tip(t, at);
  return 10 * ((x[0] - at[0]) * cos(angle) + (x[1] - at[1]) * sin(angle));
}

static iso_status turning(void *self, double *vm, iso_error *error) {
  const fake_source *source = self;
  (void)error;
  for (iso_lid i = 0; i < source->mesh->nowned; i++)
    vm[i] = turning_vm(source->mesh->xyz[i], source->time_ms);
  return ISO_OK;
}

static void show(const iso_guest *guest, const iso_mesh *mesh, double time_ms) {
  fake_source source = {mesh, time_ms};
  const iso_view_source calls = {.self = &source, .vm = turning};
  const iso_view view = {.mesh = mesh, .time_ms = time_ms, .step_ms = 0.1, .source = &calls};
  ASSERT_OK(guest->look(guest->self, &view, &err));
}

static iso_singularities *watch(const iso_mesh *mesh, const double *zero) {
  const iso_singularities_options options = {
      .threshold_mV = zero, .delay_ms = 2, .every = 5, .distance_mm = 1, .turns = 1};
  iso_singularities *s;
  ASSERT_OK(iso_singularities_new(&s, mesh, &options, &err));
  assert_true(iso_singularities_guest(s).every_ms == 2);
  return s;
}

static void a_turning_wave_is_followed(void **state) {
  (void)state;
  iso_mesh *mesh = slab(MPI_COMM_WORLD, sheet);
  double *zero = calloc((size_t)mesh->nowned + 1, sizeof *zero);
  iso_singularities *s = watch(mesh, zero), *again = watch(mesh, zero);
  const iso_guest guest = iso_singularities_guest(s), other = iso_singularities_guest(again);
  iso_archive *archive;
  iso_singularities_count surface, filaments;
  double off = 0;
  for (int k = 0; 2 * k <= 126; k++) show(&guest, mesh, 2 * k);
  ASSERT_OK(iso_archive_new(&archive, mesh, &err));
  ASSERT_OK(guest.save(guest.self, archive, &err));
  ASSERT_OK(other.restore(other.self, archive, &err));
  for (int k = 64; 2 * k <= 260; k++) show(&guest, mesh, 2 * k), show(&other, mesh, 2 * k);
  iso_singularities_summarise(again, &surface, &filaments);
  assert_true(surface.tracks == 1 && surface.most == 1 && surface.longest_ms == 250 && filaments.tracks == 0);
  if (world_rank() == 0) {
    const iso_tracks *t = iso_singularities_surface(s), *u = iso_singularities_surface(again);
    assert_int_equal(t->ntracks, 1);
    assert_int_equal(t->nsightings, 26);
    for (int64_t i = 0; i < t->nsightings; i++) {
      double at[2];
      tip(t->sighting[i].time_ms, at);
      assert_true(t->sighting[i].time_ms == 10 * (double)(i + 1));
      off = fmax(off, distance(t->sighting[i].at_mm, at[0], at[1], 0));
    }
    /* 0.008 mm of drift in a delay, over the sine of its turn, 7.2 degrees */
    verified_at_most("tip_of_a_turning_wave_mm", off, 0.065);
    assert_true(t->track[0].chirality == 1 && fabs(t->track[0].turns - 2.5) < 1e-6);
    assert_memory_equal(t->sighting, u->sighting, 26 * sizeof *t->sighting);
    assert_memory_equal(t->track, u->track, sizeof *t->track);
  }
  iso_archive_free(archive);
  iso_singularities_free(s);
  iso_singularities_free(again);
  free(zero);
  iso_mesh_free(mesh);
}

static iso_core core(double x, int chirality) {
  return (iso_core){
      .at_mm = {x, 0, 0}, .along = {1, 0, 0}, .axis = {0, 0, chirality}, .chirality = chirality};
}

/* Two approach each other and vanish as one of each kind does; one far away is another. */
static void tracks_begin_and_end(void **state) {
  (void)state;
  iso_tracks t = {.distance_mm = 2};
  const iso_core first[] = {core(0, 1), core(10, -1)}, second[] = {core(8.5, -1), core(1, 1), core(1.5, -1)},
                 third[] = {core(2.5, 1)};
  ASSERT_OK(iso_tracks_see(&t, 1, 2, first, &err));
  ASSERT_OK(iso_tracks_see(&t, 2, 3, second, &err));
  ASSERT_OK(iso_tracks_see(&t, 3, 1, third, &err));
  ASSERT_OK(iso_tracks_see(&t, 4, 0, NULL, &err));
  assert_int_equal(t.ntracks, 3);
  assert_int_equal(t.nsightings, 6);
  assert_true(t.track[0].born_ms == 1 && t.track[0].last_ms == 3 && t.track[0].at_mm[0] == 2.5);
  assert_true(t.track[1].last_ms == 2 && t.track[1].at_mm[0] == 8.5);
  assert_true(t.track[2].born_ms == 2 && t.track[2].last_ms == 2 && t.track[2].alive == 0);
  iso_tracks_free(&t);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_direction_grows_with_the_angle),
    cmocka_unit_test(prescribed_singularities_are_found),
    cmocka_unit_test_prestate(a_straight_filament_is_a_line, (void *)&tetrahedra),
    cmocka_unit_test_prestate(a_straight_filament_is_a_line, (void *)&cubes),
    cmocka_unit_test_prestate(a_ring_has_no_ends, (void *)&tetrahedra),
    cmocka_unit_test_prestate(a_ring_has_no_ends, (void *)&cubes),
    cmocka_unit_test_prestate(a_figure_of_eight_has_two_opposite_ones, (void *)&tetrahedra),
    cmocka_unit_test_prestate(charges_sum_to_nothing, (void *)&tetrahedra),
    cmocka_unit_test_prestate(charges_sum_to_nothing, (void *)&cubes),
    cmocka_unit_test(a_turning_wave_is_followed),
    cmocka_unit_test(tracks_begin_and_end),
};

RUN_ON_ALL_RANKS(tests)

/* Eikonal waves that come again, with tables whose waves are known: when they come, are blocked and wait, and
 * the same bits from a state that was taken in between. */
#include "grid/mpi_main.h"

#include "base/memory.h"
#include "eikonal/recurrent.h"
#include "grid/make/slab.h"

static iso_error err;

/* 60 ms of action potential; after 20 to 50 ms of rest half of the velocity to all of it. */
static const double rest_ms[] = {20, 50}, apd_ms[] = {60, 60}, velocity[] = {0.5, 1};
static const iso_restitution table = {
    .n = 2, .wait_ms = 3, .rest_ms = rest_ms, .apd_ms = apd_ms, .velocity = velocity};
static const iso_region everything;
static const iso_tissue tissue = {.nregions = 1, .regions = &everything};
static const iso_speeds speeds = {0.5, 0.5, 0.5, 0};

enum { STEP_MS = 1, MOST = 8 };
#define LENGTH_MM 20.0
#define EDGE_MM 0.5

typedef struct body {
  iso_mesh *mesh;
  iso_eikonal *eikonal;
  iso_recurrent *waves;
  int64_t *beats;        /* [nowned] activations so far */
  double (*times)[MOST]; /* [nowned] of them */
} body;

/* Whose times are all `stretch` times those of the table. */
static body make_stretched(double stretch) {
  iso_slice slice;
  body b = {0};
  ASSERT_OK(iso_slab(MPI_COMM_WORLD,
                     &(iso_slab_options){{LENGTH_MM, 0, 0}, EDGE_MM, ISO_LINE, .fibre = {1, 0, 0}}, &slice,
                     &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &b.mesh, NULL, &err));
  ASSERT_OK(iso_eikonal_new(&b.eikonal, b.mesh, 1, &err));
  ASSERT_OK(iso_eikonal_set_speeds(b.eikonal, &tissue, &speeds, &err));
  double *all;
  ASSERT_OK(iso_alloc(&all, (size_t)b.mesh->nowned, sizeof *all, "factors", &err));
  for (iso_lid i = 0; i < b.mesh->nowned; i++) all[i] = stretch;
  ASSERT_OK(iso_recurrent_new(&b.waves, b.eikonal, &tissue, &table, stretch == 1 ? NULL : all, &err));
  free(all);
  ASSERT_OK(iso_alloc(&b.beats, (size_t)b.mesh->nowned, sizeof *b.beats, "beats", &err));
  ASSERT_OK(iso_alloc(&b.times, (size_t)b.mesh->nowned, sizeof *b.times, "times", &err));
  return b;
}

static body make(void) { return make_stretched(1); }

static void drop(body *b) {
  iso_recurrent_free(b->waves);
  iso_eikonal_free(b->eikonal);
  iso_mesh_free(b->mesh);
  free(b->beats);
  free(b->times);
}

/* Steps [from, to), the first of which begins with a stimulus of the nodes up to x_mm; negative: without one.
 */
static void go(body *b, int from, int to, double x_mm) {
  iso_lid *node, count = 0;
  ASSERT_OK(iso_alloc(&node, (size_t)b->mesh->nowned, sizeof *node, "a stimulus", &err));
  for (iso_lid i = 0; i < b->mesh->nowned; i++)
    if (b->mesh->xyz[i][0] <= x_mm) node[count++] = i;
  for (int k = from; k < to; k++) {
    const bool first = k == from && x_mm >= 0;
    const iso_recurrence *event;
    int64_t n;
    iso_recurrent_go(b->waves,
                     &(iso_recurrent_step){.from_ms = k * STEP_MS,
                                           .to_ms = (k + 1) * STEP_MS,
                                           .stimulated = first,
                                           .count = first ? count : 0,
                                           .node = node},
                     &n, &event);
    for (int64_t e = 0; e < n; e++) {
      assert_true(event[e].time_ms <= (k + 1) * STEP_MS);
      if (event[e].activates) b->times[event[e].node][b->beats[event[e].node]++] = event[e].time_ms;
    }
  }
  free(node);
}

static double of_beats(const body *b, double wanted) {
  double most = 0;
  for (iso_lid i = 0; i < b->mesh->nowned; i++) most = fmax(most, fabs((double)b->beats[i] - wanted));
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  return most;
}

/* S1, and S2 after so long: each comes as it should, S2 where a node has rested long as fast as S1. */
static void beats_come_at_their_times(void **state) {
  (void)state;
  body b = make();
  go(&b, 0, 150, 0);
  go(&b, 150, 300, 0);
  assert_true(of_beats(&b, 2) == 0);
  for (iso_lid i = 0; i < b.mesh->nowned; i++)
    for (int k = 0; k < 2; k++)
      assert_true(fabs(b.times[i][k] - (150 * k + b.mesh->xyz[i][0] / speeds.along)) < 1e-9);
  drop(&b);
}

/* S2 after 78 ms comes to the next node at 80 ms, which is excitable 1 ms later: it waits for that, and goes
 * on more slowly than S1. After 75 ms it would have to wait for 4 ms. */
static void early_beats_wait_or_are_blocked(void **state) {
  (void)state;
  body b = make();
  go(&b, 0, 78, 0);
  go(&b, 78, 300, 0);
  assert_true(of_beats(&b, 2) == 0);
  for (iso_lid i = 0; i < b.mesh->nowned; i++) {
    const double x = b.mesh->xyz[i][0], delay = b.times[i][1] - b.times[i][0];
    if (x == EDGE_MM) assert_true(fabs(delay - 80) < 1e-9);
    if (x > EDGE_MM) assert_true(delay > 80);
  }
  drop(&b);
  b = make();
  go(&b, 0, 75, 0);
  go(&b, 75, 300, 0);
  for (iso_lid i = 0; i < b.mesh->nowned; i++) assert_int_equal(b.beats[i], b.mesh->xyz[i][0] == 0 ? 2 : 1);
  drop(&b);
}

/* Twice as long action potentials are refractory for twice as long. */
static void stretched_beats_are_later(void **state) {
  (void)state;
  for (int early = 0; early < 2; early++) {
    body b = make_stretched(2);
    const int s2 = early ? 150 : 156;
    go(&b, 0, s2, 0);
    go(&b, s2, 500, 0);
    for (iso_lid i = 0; i < b.mesh->nowned; i++) {
      const double x = b.mesh->xyz[i][0];
      assert_int_equal(b.beats[i], early && x > 0 ? 1 : 2);
      if (!early && x == EDGE_MM) assert_true(fabs(b.times[i][1] - b.times[i][0] - 160) < 1e-9);
    }
    drop(&b);
  }
}

/* With a wave under way, and one that has not recovered. */
static void states_are_gone_on_from(void **state) {
  (void)state;
  body a = make(), b = make();
  go(&a, 0, 90, 1);
  go(&b, 0, 20, 3); /* of another past */
  double *times, *rested;
  const size_t n = (size_t)a.mesh->nowned;
  ASSERT_OK(iso_alloc(&times, n, sizeof *times, "times", &err));
  ASSERT_OK(iso_alloc(&rested, n, sizeof *rested, "times", &err));
  go(&a, 90, 100, 1);
  memcpy(times, iso_recurrent_times(a.waves), n * sizeof *times);
  memcpy(rested, iso_recurrent_rested(a.waves), n * sizeof *rested);
  iso_recurrent_set(b.waves, 100, times, rested);
  memcpy(b.beats, a.beats, n * sizeof *b.beats);
  memcpy(b.times, a.times, n * sizeof *b.times);
  go(&a, 100, 300, -1);
  go(&b, 100, 300, -1);
  assert_memory_equal(a.beats, b.beats, n * sizeof *a.beats);
  assert_memory_equal(a.times, b.times, n * sizeof *a.times);
  assert_true(of_beats(&a, 2) == 0);
  free(times);
  free(rested);
  drop(&a);
  drop(&b);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(beats_come_at_their_times), cmocka_unit_test(early_beats_wait_or_are_blocked),
    cmocka_unit_test(stretched_beats_are_later), cmocka_unit_test(states_are_gone_on_from)};
RUN_ON_ALL_RANKS(tests)

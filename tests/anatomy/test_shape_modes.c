/* Shape modes of blocks of points that were made with known ones. */
#include "grid/mpi_main.h"

#include "anatomy/eigen.h"
#include "anatomy/shape_modes.h"
#include "anatomy/sums.h"
#include "grid/share/blocks.h"

static iso_error err;

enum { NX = 7, NY = 5, NZ = 3, POINTS = NX * NY * NZ, MESHES = 5 };

/* How much longer along x and along y; sums of 0, and no correlation. */
static const double along_x[MESHES] = {0.2, 0.1, 0, -0.1, -0.2},
                    along_y[MESHES] = {0.1, -0.05, -0.1, -0.05, 0.1};

/* Coordinates are a few mm, and sums of some hundreds of rounded terms are right to 1e-14 of them. */
static const double rounding = 1e-12;

/* About the origin. */
static void point_of(iso_gid i, double x[3]) {
  x[0] = 2.0 * ((double)(i % NX) - (NX - 1) / 2.0);
  x[1] = 1.0 * ((double)(i / NX % NY) - (NY - 1) / 2.0);
  x[2] = 0.5 * ((double)(i / (NX * NY)) - (NZ - 1) / 2.0);
}

/* About z, then about x, and away. moved 0: not at all. */
static void move(int moved, double x[3]) {
  if (moved == 0) return;
  const double a = 0.7 * moved, b = -0.4 * moved;
  const double y[3] = {cos(a) * x[0] - sin(a) * x[1], sin(a) * x[0] + cos(a) * x[1], x[2]};
  x[0] = y[0] + 10 * moved;
  x[1] = cos(b) * y[1] - sin(b) * y[2] - 3;
  x[2] = sin(b) * y[1] + cos(b) * y[2] + moved;
}

static void make_point(int mesh, int moved, iso_gid i, double x[3]) {
  point_of(i, x);
  x[0] *= 1 + along_x[mesh];
  x[1] *= 1 + along_y[mesh];
  move(moved, x);
}

static iso_gid first_of(MPI_Comm comm, int after) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  return iso_block_first(POINTS, size, rank + after);
}

static iso_shapes shapes_new(MPI_Comm comm, bool moved) {
  const iso_gid first = first_of(comm, 0);
  iso_shapes s = {.comm = comm, .nnodes = POINTS, .n = first_of(comm, 1) - first, .nmeshes = MESHES};
  ASSERT_OK(iso_alloc(&s.xyz, MESHES, sizeof *s.xyz, "test", &err));
  for (int k = 0; k < MESHES; k++) {
    ASSERT_OK(iso_alloc(&s.xyz[k], (size_t)s.n, sizeof **s.xyz, "test", &err));
    for (int64_t i = 0; i < s.n; i++) make_point(k, moved ? k + 1 : 0, first + i, s.xyz[k][i]);
  }
  return s;
}

static void shapes_free(iso_shapes *s) {
  for (int k = 0; k < MESHES; k++) free(s->xyz[k]);
  free(s->xyz);
}

static double rms_of(int axis) {
  double sum = 0, x[3];
  for (iso_gid i = 0; i < POINTS; i++) {
    point_of(i, x);
    sum += x[axis] * x[axis];
  }
  return sqrt(sum / POINTS);
}

static double sd_of(const double *stretch) {
  double sum = 0;
  for (int k = 0; k < MESHES; k++) sum += stretch[k] * stretch[k];
  return sqrt(sum / (MESHES - 1));
}

/* The stretch along x is mode 1, that along y mode 2; moved: in the pose of the first mesh. */
static void check_modes(const iso_shape_modes *m, MPI_Comm comm, bool moved) {
  const double *stretch[2] = {along_x, along_y};
  double total = 0;
  assert_int_equal(m->nmodes, 2);
  for (int k = 0; k < 2; k++) {
    const double rms = rms_of(k), sd = sd_of(stretch[k]);
    assert_true(fabs(m->sd[k] - rms * sd) < rounding);
    for (int j = 0; j < MESHES; j++) assert_true(fabs(m->score[j * 2 + k] - stretch[k][j] / sd) < rounding);
    total += m->share[k];
    for (iso_gid i = first_of(comm, 0); i < first_of(comm, 1); i++) {
      double at[3], to[3], x[3];
      point_of(i, at);
      memcpy(to, at, sizeof to);
      to[k] += at[k] / rms;
      move(moved, at);
      move(moved, to);
      memcpy(x, m->mode[k][i - first_of(comm, 0)], sizeof x);
      for (int a = 0; a < 3; a++) assert_true(fabs(x[a] - (to[a] - at[a])) < rounding);
      memcpy(x, m->mean[i - first_of(comm, 0)], sizeof x);
      for (int a = 0; a < 3; a++) assert_true(fabs(x[a] - at[a]) < rounding);
    }
  }
  assert_true(fabs(total - 1) < rounding);
}

static iso_shape_modes modes_of(MPI_Comm comm, bool moved) {
  iso_shapes s = shapes_new(comm, moved);
  iso_shape_modes m;
  int rounds = 0;
  if (moved) ASSERT_OK(iso_shapes_align(&s, &rounds, &err));
  ASSERT_OK(iso_shape_modes_new(&m, &s, 100, &err));
  shapes_free(&s);
  return m;
}

static void modes_are_those_put_in(void **state) {
  (void)state;
  iso_shape_modes m = modes_of(MPI_COMM_WORLD, false);
  check_modes(&m, MPI_COMM_WORLD, false);
  iso_shape_modes_free(&m);
}

/* A block that is longer along its axes is nearest to another one as it lies, so that turns are undone. */
static void alignment_undoes_turns_and_moves(void **state) {
  (void)state;
  iso_shape_modes m = modes_of(MPI_COMM_WORLD, true);
  check_modes(&m, MPI_COMM_WORLD, true);
  iso_shape_modes_free(&m);
}

static void ranks_do_not_matter(void **state) {
  (void)state;
  iso_shape_modes all = modes_of(MPI_COMM_WORLD, true), one = modes_of(MPI_COMM_SELF, true);
  const iso_gid first = first_of(MPI_COMM_WORLD, 0);
  const size_t bytes = (size_t)(first_of(MPI_COMM_WORLD, 1) - first) * sizeof *all.mean;
  assert_int_equal(all.nmodes, one.nmodes);
  assert_memory_equal(all.mean, one.mean + first, bytes);
  for (int k = 0; k < one.nmodes; k++) assert_memory_equal(all.mode[k], one.mode[k] + first, bytes);
  assert_memory_equal(all.sd, one.sd, (size_t)one.nmodes * sizeof *one.sd);
  assert_memory_equal(all.score, one.score, (size_t)(one.nmodes * MESHES) * sizeof *one.score);
  iso_shape_modes_free(&all);
  iso_shape_modes_free(&one);
}

static void only_so_many_modes(void **state) {
  (void)state;
  iso_shapes s = shapes_new(MPI_COMM_WORLD, false);
  iso_shape_modes m;
  ASSERT_OK(iso_shape_modes_new(&m, &s, 1, &err));
  assert_int_equal(m.nmodes, 1);
  assert_true(m.share[0] < 0.99 && m.share[0] > 0.5);
  iso_shape_modes_free(&m);
  shapes_free(&s);
}

static void equal_meshes_have_none(void **state) {
  (void)state;
  iso_shapes s = shapes_new(MPI_COMM_WORLD, false);
  iso_shape_modes m;
  for (int k = 1; k < MESHES; k++) memcpy(s.xyz[k], s.xyz[0], (size_t)s.n * sizeof **s.xyz);
  ASSERT_REFUSED(iso_shape_modes_new(&m, &s, 9, &err), "do not differ in shape");
  iso_shape_modes_free(&m);
  shapes_free(&s);
}

/* A matrix of known eigenvalues: 4, 2 and -1 along columns of a rotation. */
static void eigenvalues_are_those_put_in(void **state) {
  (void)state;
  const double is[3] = {4, 2, -1};
  const double v[3][3] = {
      {2 / 3.0, 2 / 3.0, 1 / 3.0}, {-2 / 3.0, 1 / 3.0, 2 / 3.0}, {1 / 3.0, -2 / 3.0, 2 / 3.0}};
  double m[9] = {0}, value[3], vector[3][3];
  for (int i = 0; i < 9; i++)
    for (int k = 0; k < 3; k++) m[i] += is[k] * v[k][i / 3] * v[k][i % 3];
  iso_symmetric_eigen(3, m, value, vector[0]);
  for (int k = 0; k < 3; k++) {
    double along = 0;
    for (int a = 0; a < 3; a++) along += vector[k][a] * v[k][a];
    assert_true(fabs(value[k] - is[k]) < rounding && fabs(fabs(along) - 1) < rounding);
  }
}

/* What plain summation loses. */
static void sums_lose_nothing(void **state) {
  (void)state;
  const double a[] = {1e200, 1, -1e200, 3e-200}, b[] = {1, 2, 1, 1e190};
  assert_true(iso_exact_dot(MPI_COMM_SELF, 3, 1, a, b) == 2);
  assert_true(iso_exact_dot(MPI_COMM_SELF, 2, 2, a, NULL) == 0);
  assert_true(iso_exact_dot(MPI_COMM_WORLD, 3, 1, a, b) == 2 * world_size());
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(modes_are_those_put_in), cmocka_unit_test(alignment_undoes_turns_and_moves),
    cmocka_unit_test(ranks_do_not_matter),    cmocka_unit_test(only_so_many_modes),
    cmocka_unit_test(equal_meshes_have_none), cmocka_unit_test(eigenvalues_are_those_put_in),
    cmocka_unit_test(sums_lose_nothing),
};

RUN_ON_ALL_RANKS(tests)

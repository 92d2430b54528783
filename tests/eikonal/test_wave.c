/* The eikonal wave on whole meshes: closed forms, order of convergence, and the same bits everywhere. */
#include "grid/mpi_main.h"

#include "base/memory.h"
#include "eikonal/eikonal.h"
#include "eikonal/eikonal_parts.h"
#include "grid/make/slab.h"
#include "verified.h"

static iso_error err;

typedef struct body {
  iso_mesh *mesh;
  iso_eikonal *wave;
} body;

static const iso_speeds anisotropic = {0.6, 0.3, 0.3, 0}, alike = {0.5, 0.5, 0.5, 0};

/* Tag 1 beyond split in x. links [nlinks]: the last rank gives them. */
static iso_mesh *make_mesh(MPI_Comm comm, iso_slab_options slab, double split, int nlinks,
                           const iso_link *links) {
  iso_slice slice;
  iso_mesh *mesh;
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  ASSERT_OK(iso_slab(comm, &slab, &slice, &err));
  if (nlinks > 0)
    ASSERT_OK(iso_links_new(&slice.links, comm, slice.nnodes, rank == size - 1 ? nlinks : 0, links, &err));
  ASSERT_OK(iso_mesh_build(comm, &slice, NULL, &mesh, NULL, &err));
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    double x = 0;
    const int n = iso_shape_nodes(mesh->shape[e]);
    for (int k = 0; k < n; k++) x += mesh->xyz[mesh->conn[(int64_t)e * mesh->width + k]][0] / n;
    mesh->tag[e] = x > split;
  }
  return mesh;
}

/* Fibres of every other element stay along x, those of the others are turned in the plane of x and y, in
 * which sheets lie. */
static void turn_fibres(iso_mesh *mesh, double angle) {
  ASSERT_OK(iso_alloc(&mesh->sheets, (size_t)mesh->nelem, sizeof *mesh->sheets, "sheets", &err));
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    mesh->fibres[e][0] = iso_mesh_elem(mesh, e) % 2 ? (float)cos(angle) : 1;
    mesh->fibres[e][1] = iso_mesh_elem(mesh, e) % 2 ? (float)sin(angle) : 0;
    mesh->fibres[e][2] = 0;
    mesh->sheets[e][0] = -mesh->fibres[e][1], mesh->sheets[e][1] = mesh->fibres[e][0], mesh->sheets[e][2] = 0;
  }
}

static body make_linked(MPI_Comm comm, iso_slab_options slab, int threads, double split,
                        const iso_speeds speeds[2], int nlinks, const iso_link *links) {
  static int32_t one = 1;
  const iso_region regions[2] = {{.ntags = 0}, {.ntags = 1, .tags = &one}};
  const iso_tissue tissue = {.nregions = 2, .regions = regions};
  body b = {.mesh = make_mesh(comm, slab, split, nlinks, links)};
  if (speeds[0].front_mm > 0) turn_fibres(b.mesh, 0.4);
  ASSERT_OK(iso_eikonal_new(&b.wave, b.mesh, threads, &err));
  ASSERT_OK(iso_eikonal_set_speeds(b.wave, &tissue, speeds, &err));
  return b;
}

static body make(MPI_Comm comm, iso_slab_options slab, int threads, double split,
                 const iso_speeds speeds[2]) {
  return make_linked(comm, slab, threads, split, speeds, 0, NULL);
}

static void drop(body *b) {
  iso_eikonal_free(b->wave);
  iso_mesh_free(b->mesh);
}

static double apart(const double a[3], const double b[3], const iso_speeds *s) {
  const double x = (a[0] - b[0]) / s->along, y = (a[1] - b[1]) / s->across, z = (a[2] - b[2]) / s->normal;
  return sqrt(x * x + y * y + z * z);
}

/* Nodes within a radius start at the time that a wave from the middle would have there. */
static void start_around(body *b, const double middle[3], double radius, double time_ms,
                         const iso_speeds *speeds) {
  for (iso_lid i = 0; i < b->mesh->nowned; i++) {
    const double *x = b->mesh->xyz[i];
    const double r = hypot(hypot(x[0] - middle[0], x[1] - middle[1]), x[2] - middle[2]);
    if (r <= radius) iso_eikonal_start_at(b->wave, time_ms + apart(x, middle, speeds), 1, &i);
  }
}

static double worst(double mine) {
  MPI_Allreduce(MPI_IN_PLACE, &mine, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  return mine;
}

static void a_plane_wave_is_exact(void **state) {
  (void)state;
  static const iso_shape shapes[] = {ISO_LINE, ISO_TRIANGLE, ISO_TETRAHEDRON, ISO_HEXAHEDRON};
  const iso_speeds speeds[2] = {anisotropic, {0.2, 0.9, 0.9, 0}};
  double most = 0;
  for (size_t k = 0; k < 4; k++) {
    const double side = shapes[k] == ISO_LINE ? 0 : 2;
    body b = make(MPI_COMM_WORLD,
                  (iso_slab_options){{8, side, k > 1 ? side : 0}, 0.5, shapes[k], .fibre = {1, 0, 0}}, 1, 4,
                  speeds);
    for (iso_lid i = 0; i < b.mesh->nowned; i++)
      if (b.mesh->xyz[i][0] == 0) iso_eikonal_start_at(b.wave, 3, 1, &i);
    ASSERT_OK(iso_eikonal_solve(b.wave, NULL, &err));
    const double *time = iso_eikonal_times(b.wave);
    for (iso_lid i = 0; i < b.mesh->nlocal; i++) {
      const double x = b.mesh->xyz[i][0], wanted = 3 + fmin(x, 4) / 0.6 + fmax(x - 4, 0) / 0.2;
      most = fmax(most, fabs(time[i] - wanted));
    }
    drop(&b);
  }
  verified_at_most("eikonal_plane_wave_ms", most, 1e-8); /* what iterations leave, of 20 ms */
}

/* Largest error, ms, of a wave from the middle of a cube. */
static double error_from_middle(iso_shape shape, iso_diagonals diagonals, double h, double radius) {
  const iso_speeds speeds[2] = {anisotropic, anisotropic};
  const double middle[3] = {4, shape == ISO_LINE ? 0 : 4, shape > ISO_TRIANGLE ? 4 : 0};
  body b = make(MPI_COMM_WORLD,
                (iso_slab_options){{8, 8, shape == ISO_TRIANGLE ? 0 : 8}, h, shape, diagonals, {1, 0, 0}, 0},
                1, 99, speeds);
  double error = 0;
  start_around(&b, middle, radius, 0, &anisotropic);
  ASSERT_OK(iso_eikonal_solve(b.wave, NULL, &err));
  for (iso_lid i = 0; i < b.mesh->nowned; i++)
    error = fmax(error, fabs(iso_eikonal_times(b.wave)[i] - apart(b.mesh->xyz[i], middle, &anisotropic)));
  drop(&b);
  return worst(error);
}

static void a_wave_from_a_point_converges(void **state) {
  (void)state;
  static const struct {
    iso_shape shape;
    iso_diagonals diagonals;
  } cases[] = {{ISO_TRIANGLE, ISO_ALTERNATING},
               {ISO_TETRAHEDRON, ISO_ALTERNATING},
               {ISO_TETRAHEDRON, ISO_JITTERED},
               {ISO_HEXAHEDRON, ISO_ALTERNATING}};
  double order = INFINITY, most = 0;
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    double last = 0;
    for (double h = 0.5; h >= 0.25; h /= 2) {
      const double error = error_from_middle(cases[k].shape, cases[k].diagonals, h, 1);
      print_message("case %zu: h %g mm, %.3g ms\n", k, h, error);
      if (h < 0.5) order = fmin(order, log2(last / error));
      last = error;
    }
    most = fmax(most, last);
  }
  verified_at_least("eikonal_point_wave_order", order, 0.9);
  verified_at_most("eikonal_point_wave_ms", most, 0.45); /* of 19 ms to the corners, on edges of 0.3 mm */
}

static void waves_meet(void **state) {
  (void)state;
  const iso_speeds speeds[2] = {alike, alike};
  body b =
      make(MPI_COMM_WORLD, (iso_slab_options){{20, 0, 0}, 0.25, ISO_LINE, .fibre = {1, 0, 0}}, 1, 99, speeds);
  for (iso_lid i = 0; i < b.mesh->nowned; i++) {
    if (b.mesh->xyz[i][0] == 5) iso_eikonal_start_at(b.wave, 1, 1, &i);
    if (b.mesh->xyz[i][0] == 15) iso_eikonal_start_at(b.wave, 7, 1, &i);
    if (b.mesh->xyz[i][0] == 6) iso_eikonal_start_at(b.wave, 100, 1, &i); /* found excited */
  }
  ASSERT_OK(iso_eikonal_solve(b.wave, NULL, &err));
  for (iso_lid i = 0; i < b.mesh->nlocal; i++) {
    const double x = b.mesh->xyz[i][0], wanted = fmin(1 + fabs(x - 5) / 0.5, 7 + fabs(x - 15) / 0.5);
    assert_true(fabs(iso_eikonal_times(b.wave)[i] - wanted) < 1e-8);
  }
  iso_eikonal_clear(b.wave);
  ASSERT_OK(iso_eikonal_solve(b.wave, NULL, &err));
  for (iso_lid i = 0; i < b.mesh->nlocal; i++) assert_true(isinf(iso_eikonal_times(b.wave)[i]));
  drop(&b);
}

/* Of a cable of 0.5 m/s with nodes each 0.25 mm: by links from 5 mm to 15 mm and from 30 mm to 20 mm, of one
 * group, and from 8 mm to 40 mm, of another. */
static void links_delay_a_wave(void **state) {
  (void)state;
  static const iso_link links[] = {{.node = {20, 60}, .conductance_mS = 1, .group = 1},
                                   {.node = {120, 80}, .conductance_mS = 1, .group = 1},
                                   {.node = {32, 160}, .conductance_mS = 1}};
  const iso_speeds speeds[2] = {alike, alike};
  const iso_slab_options cable = {{50, 0, 0}, 0.25, ISO_LINE, .fibre = {1, 0, 0}};
  body b = make_linked(MPI_COMM_WORLD, cable, 1, 99, speeds, 3, links);
  const iso_delays none = {INFINITY, INFINITY, false}, negative[2] = {{0, 0, false}, {0, -1, false}};
  const iso_delays delays[2] = {none, {3, INFINITY, false}}, back[2] = {none, {3, 2, false}};
  assert_int_equal(iso_eikonal_set_delays(b.wave, 2, negative, &err), ISO_EINPUT);
  for (int round = 0; round < 2; round++) {
    ASSERT_OK(iso_eikonal_set_delays(b.wave, 2, round == 0 ? delays : back, &err));
    iso_eikonal_clear(b.wave);
    for (iso_lid i = 0; i < b.mesh->nowned; i++)
      if (b.mesh->xyz[i][0] == 0) iso_eikonal_start_at(b.wave, 0, 1, &i);
    ASSERT_OK(iso_eikonal_solve(b.wave, NULL, &err));
    for (iso_lid i = 0; i < b.mesh->nlocal; i++) {
      const double x = b.mesh->xyz[i][0], there = 5 / 0.5 + 3; /* at 15 mm */
      double wanted = fmin(x / 0.5, there + fabs(x - 15) / 0.5);
      if (round == 1) wanted = fmin(wanted, there + 5 / 0.5 + 2 + fabs(x - 30) / 0.5);
      if (fabs(iso_eikonal_times(b.wave)[i] - wanted) > 1e-8)
        fail_msg("%g mm: %.12g instead of %.12g", x, iso_eikonal_times(b.wave)[i], wanted);
    }
  }
  drop(&b);
}

/* A slow cable up to 10 mm, beyond it 0.5 m/s: the way from 5 to 15 mm through a link is as fast as there. */
static void a_link_may_take_its_way(void **state) {
  (void)state;
  static const iso_link link = {.node = {20, 60}, .conductance_mS = 1};
  const iso_speeds speeds[2] = {{0.1, 0.1, 0.1, 0}, alike};
  const iso_slab_options cable = {{50, 0, 0}, 0.25, ISO_LINE, .fibre = {1, 0, 0}};
  body b = make_linked(MPI_COMM_WORLD, cable, 1, 10, speeds, 1, &link);
  const iso_delays delays = {3, 1, true};
  ASSERT_OK(iso_eikonal_set_delays(b.wave, 1, &delays, &err));
  for (int back = 0; back < 2; back++) {
    iso_eikonal_clear(b.wave);
    for (iso_lid i = 0; i < b.mesh->nowned; i++)
      if (b.mesh->xyz[i][0] == (back ? 50 : 0)) iso_eikonal_start_at(b.wave, 0, 1, &i);
    ASSERT_OK(iso_eikonal_solve(b.wave, NULL, &err));
    for (iso_lid i = 0; i < b.mesh->nlocal; i++) {
      const double x = b.mesh->xyz[i][0], through = 10 / 0.5;
      const double wanted = back ? 35 / 0.5 + 1 + through : 5 / 0.1 + 3 + through;
      if (x == (back ? 5 : 15)) assert_true(fabs(iso_eikonal_times(b.wave)[i] - wanted) < 1e-8);
    }
  }
  drop(&b);
}

/* Mean time, ms, of a plane wave over 8 mm of fibres that are turned by 90 degrees in every other element. */
static double time_through_turns(double front_mm) {
  const iso_region all = {.ntags = 0};
  const iso_tissue tissue = {.nregions = 1, .regions = &all};
  const iso_speeds speeds = {0.6, 0.2, 0.3, front_mm};
  const iso_slab_options slab = {{8, 3, 3}, 0.25, ISO_TETRAHEDRON, ISO_ALTERNATING, {1, 0, 0}, 0};
  body b = {.mesh = make_mesh(MPI_COMM_WORLD, slab, 99, 0, NULL)};
  turn_fibres(b.mesh, 0.5 * 3.14159265358979);
  ASSERT_OK(iso_eikonal_new(&b.wave, b.mesh, 1, &err));
  ASSERT_OK(iso_eikonal_set_speeds(b.wave, &tissue, &speeds, &err));
  for (iso_lid i = 0; i < b.mesh->nowned; i++)
    if (b.mesh->xyz[i][0] == 0) iso_eikonal_start_at(b.wave, 0, 1, &i);
  ASSERT_OK(iso_eikonal_solve(b.wave, NULL, &err));
  double sum[2] = {0, 0};
  for (iso_lid i = 0; i < b.mesh->nowned; i++)
    if (b.mesh->xyz[i][0] == 8) sum[0] += iso_eikonal_times(b.wave)[i], sum[1]++;
  MPI_Allreduce(MPI_IN_PLACE, sum, 2, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  drop(&b);
  return sum[0] / sum[1];
}

/* A wave as thin as a point runs along one fibre after the other; one that is wider than elements as in the
 * mean of theirs, where D = (cf^2 + cs^2) / 2 along x and y. */
static void a_wide_front_runs_in_the_mean_of_fibres(void **state) {
  (void)state;
  const double mean = 8 / sqrt(0.5 * (0.6 * 0.6 + 0.2 * 0.2));
  const double thin = time_through_turns(0), wide = time_through_turns(0.6);
  assert_true(thin < 0.8 * mean);
  assert_true(fabs(wide - mean) < 0.005 * mean);
}

/* Fermat and Snell: from (1, 4) in a slow half to a point. Into the fast half by the quickest place of the
 * interface at x = 3; back from there as a head wave, that leaves and meets the interface at the critical
 * angle. */
static double refracted(const double x[3], double slow, double fast) {
  const double in = 3 - 1, out = 3 - x[0], y = fabs(x[1] - 4);
  double best = INFINITY;
  if (out < 0) {
    for (double s = 0; s <= 8; s += 0.01) best = fmin(best, hypot(in, s) / slow + hypot(out, y - s) / fast);
    return best;
  }
  const double sine = slow / fast, cosine = sqrt(1 - sine * sine), least = (in + out) * sine / cosine;
  const double head = (in + out) * cosine / slow + y / fast;
  return fmin(hypot(x[0] - 1, y) / slow, y >= least ? head : INFINITY);
}

static void a_wave_is_refracted(void **state) {
  (void)state;
  const iso_speeds speeds[2] = {{0.3, 0.3, 0.3, 0}, {0.9, 0.9, 0.9, 0}};
  double last = 0;
  for (double h = 0.5; h >= 0.25; h /= 2) {
    body b = make(MPI_COMM_WORLD, (iso_slab_options){{8, 8, 0}, h, ISO_TRIANGLE, .tag = 0}, 1, 3, speeds);
    double error = 0;
    start_around(&b, (const double[]){1, 4, 0}, 1, 0, &speeds[0]);
    ASSERT_OK(iso_eikonal_solve(b.wave, NULL, &err));
    for (iso_lid i = 0; i < b.mesh->nowned; i++)
      error = fmax(error, fabs(iso_eikonal_times(b.wave)[i] - refracted(b.mesh->xyz[i], 0.3, 0.9)));
    error = worst(error);
    if (h < 0.5 && log2(last / error) < 0.7) fail_msg("%g ms after %g ms", error, last);
    last = error;
    drop(&b);
  }
  assert_true(last < 0.6); /* of 20 ms */
}

/* ---- what is found ---- */

static const iso_slab_options rough = {{5, 4, 3}, 0.25, ISO_TETRAHEDRON, ISO_JITTERED, {1, 2, 0.5}, 0};
static const iso_speeds rough_speeds[2] = {{0.7, 0.25, 0.2, 0.4}, {0.4, 0.2, 0.2, 0.2}};

/* Of its 17 x 13 x 21 nodes. */
static const iso_link rough_links[] = {{.node = {0, 4640}, .conductance_mS = 1},
                                       {.node = {4000, 350}, .conductance_mS = 1},
                                       {.node = {2200, 1}, .conductance_mS = 1}};
static const iso_delays rough_delays = {0.5, 1.25, true};

static void start_rough(body *b) {
  start_around(b, (const double[]){0, 0, 0}, 0.6, 0, &alike);
  start_around(b, (const double[]){5, 4, 1}, 0.5, 4, &alike);
}

/* Nothing is later than an element makes it, nor earlier than some element or source does: checked node by
 * node, without rounds. */
static void what_is_found_solves_the_equation(void **state) {
  (void)state;
  static const iso_shape shapes[] = {ISO_TRIANGLE, ISO_TETRAHEDRON, ISO_HEXAHEDRON};
  for (int s = 0; s < 3; s++) {
    iso_slab_options slab = rough;
    slab.shape = shapes[s];
    if (s == 0) slab.size_mm[2] = 0;
    body b = make(MPI_COMM_WORLD, slab, 2, 2.5, rough_speeds);
    start_rough(&b);
    const size_t n = (size_t)b.mesh->nlocal;
    double *source = malloc(n * sizeof *source), *least = malloc(n * sizeof *least);
    memcpy(source, iso_eikonal_times(b.wave), n * sizeof *source);
    ASSERT_OK(iso_eikonal_solve(b.wave, NULL, &err));
    const double *time = iso_eikonal_times(b.wave);
    memcpy(least, source, n * sizeof *least);
    for (iso_lid e = 0; e < b.mesh->nelem; e++)
      for (int k = 0; k < iso_shape_nodes(b.mesh->shape[e]); k++) {
        const iso_lid node = b.mesh->conn[(int64_t)e * b.mesh->width + k];
        least[node] = fmin(least[node], iso_eikonal_through(b.wave, e, k));
      }
    for (iso_lid i = 0; i < b.mesh->nowned; i++)
      if (!(fabs(least[i] - time[i]) < 2e-9)) /* twice what a time counts as less by */
        fail_msg("shape %d, node %d: %.12g instead of %.12g", s, (int)b.mesh->gid[i], time[i], least[i]);
    free(source), free(least);
    drop(&b);
  }
}

/* On this number of ranks and these threads as on one. */
static void bits_do_not_depend_on_ranks_and_threads(void **state) {
  (void)state;
  body alone = make_linked(MPI_COMM_SELF, rough, 1, 2.5, rough_speeds, 3, rough_links);
  double *wanted = malloc((size_t)alone.mesh->nnodes * sizeof *wanted);
  iso_eikonal_work once, again;
  start_rough(&alone);
  ASSERT_OK(iso_eikonal_set_delays(alone.wave, 1, &rough_delays, &err));
  ASSERT_OK(iso_eikonal_solve(alone.wave, &once, &err));
  for (iso_lid i = 0; i < alone.mesh->nowned; i++)
    wanted[alone.mesh->gid[i]] = iso_eikonal_times(alone.wave)[i];
  for (int threads = 1; threads <= 3; threads++) {
    body b = make_linked(MPI_COMM_WORLD, rough, threads, 2.5, rough_speeds, 3, rough_links);
    start_rough(&b);
    ASSERT_OK(iso_eikonal_set_delays(b.wave, 1, &rough_delays, &err));
    ASSERT_OK(iso_eikonal_solve(b.wave, &again, &err));
    assert_int_equal(again.rounds, once.rounds);
    for (iso_lid i = 0; i < b.mesh->nlocal; i++)
      assert_memory_equal(&iso_eikonal_times(b.wave)[i], &wanted[b.mesh->gid[i]], sizeof *wanted);
    drop(&b);
  }
  free(wanted);
  drop(&alone);
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(a_plane_wave_is_exact),
                                          cmocka_unit_test(a_wave_from_a_point_converges),
                                          cmocka_unit_test(waves_meet),
                                          cmocka_unit_test(links_delay_a_wave),
                                          cmocka_unit_test(a_link_may_take_its_way),
                                          cmocka_unit_test(a_wide_front_runs_in_the_mean_of_fibres),
                                          cmocka_unit_test(a_wave_is_refracted),
                                          cmocka_unit_test(what_is_found_solves_the_equation),
                                          cmocka_unit_test(bits_do_not_depend_on_ranks_and_threads)};
RUN_ON_ALL_RANKS(tests)

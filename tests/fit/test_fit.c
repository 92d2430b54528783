/* What a fit is made of: numbers at random, places, bumps, derivatives of predictions, and a heart that is
 * found again. */
#include "grid/mpi_main.h"

#include "fit/compare_slopes.h"
#include "fit/dense.h"
#include "fit/fitted_heart.h"
#include "fit/made_map.h"
#include "fit/twin.h"
#include "fit/wall.h"

#include <stdio.h>

/* ---- numbers ---- */

static void normal_numbers_are_normal(void **state) {
  (void)state;
  enum { N = 200000 };
  double sum = 0, square = 0, fourth = 0, together = 0;
  for (uint64_t k = 0; k < N; k++) {
    const double x = iso_normal(7, ISO_DRAW_MEMBER, 3, k), y = iso_normal(7, ISO_DRAW_MEMBER, 4, k);
    sum += x, square += x * x, fourth += x * x * x * x, together += x * y;
  }
  /* Within 4 standard deviations of what a sample of N has. */
  assert_true(fabs(sum / N) < 4 / sqrt(N));
  assert_true(fabs(square / N - 1) < 4 * sqrt(2.0 / N));
  assert_true(fabs(fourth / N - 3) < 4 * sqrt(96.0 / N));
  assert_true(fabs(together / N) < 4 / sqrt(N));
}

static void a_normal_matrix_is_solved(void **state) {
  (void)state;
  const double j[2][3] = {{1, 2, 0}, {0, 1, -1}};
  double a[9], x[3] = {1, 2, 3}, back[3];
  iso_normal_matrix(2, 3, &j[0][0], a);
  const double whole[3][3] = {{2, 2, 0}, {2, 6, -1}, {0, -1, 2}}; /* 1 + j^T j */
  assert_true(iso_factorise(3, a));
  iso_solve_factorised(3, a, x);
  for (int i = 0; i < 3; i++) {
    back[i] = whole[i][0] * x[0] + whole[i][1] * x[1] + whole[i][2] * x[2];
    assert_true(fabs(back[i] - (i + 1)) < 1e-13);
  }
  double bad[4] = {1, 2, 2, 1};
  assert_false(iso_factorise(2, bad));
}

static void chi_square_has_its_tables(void **state) {
  (void)state;
  assert_true(fabs(iso_chi_square_above(18.307, 10) - 0.05) < 1e-3);
  assert_true(fabs(iso_chi_square_above(135.807, 100) - 0.01) < 1e-3);
  assert_true(fabs(iso_chi_square_above(99.334, 100) - 0.5) < 1e-3);
}

static void quantiles_hold_one_more(void **state) {
  (void)state;
  double nine[9] = {9, 1, 8, 2, 7, 3, 6, 4, 5}, few[3] = {1, 2, 3};
  assert_true(fabs(iso_fit_quantile(9, nine, 0.5) - 5) < 1e-12);
  assert_true(fabs(iso_fit_quantile(9, nine, 0.25) - 2.5) < 1e-12);
  assert_true(iso_fit_quantile(3, few, 0.05) == 1 && iso_fit_quantile(3, few, 0.95) == 3);
}

/* ---- a heart ---- */

static const char sheet[] =
    "{slab: {size_mm: [12, 9, 0], spacing_mm: 0.75, element: triangle}, fibre: [1, 0.4, 0]}";
static const char block[] =
    "{slab: {size_mm: [12, 9, 3], spacing_mm: 1.5, element: tetrahedron}, fibre: [1, 0.4, 0]}";
static const char bricks[] =
    "{slab: {size_mm: [12, 9, 3], spacing_mm: 1.5, element: hexahedron}, fibre: [1, 0.4, 0]}";

static heart *make_of(const char *mesh, const char *other_map, const char *more) {
  char text[2048];
  snprintf(
      text, sizeof text,
      "mesh: %s\n"
      "regions: [{name: tissue, model: mitchell_schaeffer_2003, conductivity: {longitudinal_S_per_m: 0.2, "
      "transverse_S_per_m: 0.1}, velocity: {longitudinal_m_per_s: 0.7, transverse_m_per_s: 0.4}}]\n"
      "time: {duration_ms: 300, step_ms: 0.1}\n"
      "fit:\n"
      "  maps: {made: {file: %s, unit: mm, sd_ms: 1, clock_sd_ms: 2, hold_out: 5, source: made}%s}\n"
      "  velocity: {spread_percent: 30, ratio_spread_percent: 20, source: made}\n"
      "  field: {spread_percent: 20, correlation_mm: 6, source: made}\n"
      "  members: 20\n"
      "%s",
      mesh, map_path, other_map, more);
  return heart_make("heart.yaml", text);
}

static heart *make(const char *mesh, const char *more) { return make_of(mesh, "", more); }

static const char onsets[] =
    "  onsets:\n"
    "    first: {at_mm: [3.3, 3.7, 0.4], within_mm: 1.5, depth_within_mm: 0.5, within_ms: 3, source: made}\n"
    "    second: {at_mm: [10.2, 7.1, 0.3], within_mm: 1.5, depth_within_mm: 0.5, time_ms: 2, within_ms: 3, "
    "source: made}\n";

static void an_inner_place_is_itself(void **state) {
  (void)state;
  static const char *const meshes[] = {sheet, block, bricks};
  for (int k = 0; k < 3; k++) {
    heart *h = make(meshes[k], onsets);
    const double at[3] = {4.3, 2.7, k ? 1.1 : 0}, off[3] = {4.3, 2.7, -2};
    const iso_place in = iso_places_nearest(&h->work.model.places, at);
    const iso_place out = iso_places_nearest(&h->work.model.places, off);
    double freedom[3][3], sum = 0;
    assert_true(in.distance_mm < 1e-9 && in.n == (k ? 4 : 3));
    assert_true(fabs(out.distance_mm - 2) < 1e-9 && out.n == 3);
    for (int i = 0; i < in.n; i++) sum += in.weight[i];
    assert_true(fabs(sum - 1) < 1e-12);
    iso_place_freedom(&h->work.model.places, &in, freedom);
    assert_true(fabs(freedom[2][2] - (k > 0)) < 1e-12 && fabs(freedom[0][0] - 1) < 1e-12);
    iso_place_freedom(&h->work.model.places, &out, freedom);
    assert_true(fabs(freedom[2][2]) < 1e-12 && fabs(freedom[1][1] - 1) < 1e-12);
    heart_drop(h);
  }
}

/* Places whose nodes are looked at all together, the last one first. */
static iso_places look_everywhere(const iso_places *p, int64_t first[2], int64_t *point) {
  const int64_t n = p->mesh->nlocal;
  iso_places all = *p;
  all.nodes.n[0] = all.nodes.n[1] = all.nodes.n[2] = 1;
  all.nodes.edge = 100;
  all.nodes.first = first, all.nodes.point = point;
  first[0] = 0, first[1] = n;
  for (int64_t i = 0; i < n; i++) point[i] = n - 1 - i;
  return all;
}

/* Which nodes are looked at, and in which order, changes no bit: at nodes, at middles of edges and faces,
 * where elements are equally near, elsewhere, and off the heart, which is 12 by 9 mm. */
static void nearby_nodes_are_enough(void **state) {
  (void)state;
  static const char *const meshes[] = {sheet, block, bricks};
  for (int k = 0; k < 3; k++) {
    iso_error err;
    heart *h = make(meshes[k], onsets);
    const iso_places *p = &h->work.model.places;
    int64_t first[2], *point;
    ASSERT_OK(iso_alloc(&point, (size_t)p->mesh->nlocal, sizeof *point, "nodes", &err));
    const iso_places all = look_everywhere(p, first, point);
    for (int i = 0; i < 300; i++) {
      const double step = i % 3 ? 0.375 : 0.31,
                   at[3] = {step * (i % 41 - 4), step * (i % 29 - 2), step * (i % 13 - 2)};
      const iso_place near = iso_places_nearest(p, at), far = iso_places_nearest(&all, at);
      double some[3][3], every[3][3];
      iso_wall_ways(p, at, 2.5, some);
      iso_wall_ways(&all, at, 2.5, every);
      assert_int_equal(near.elem, far.elem);
      assert_memory_equal(near.node, far.node, sizeof near.node);
      assert_memory_equal(near.weight, far.weight, sizeof near.weight);
      assert_memory_equal(near.at_mm, far.at_mm, sizeof near.at_mm);
      assert_memory_equal(some, every, sizeof some);
    }
    free(point);
    heart_drop(h);
  }
}

/* A field's squares add up to 1 in every element, and places a correlation length apart have about 0.61. */
static void bumps_are_as_wide_everywhere(void **state) {
  (void)state;
  heart *h = make(sheet, onsets);
  const iso_basis *b = &h->work.model.basis;
  const iso_mesh *mesh = h->work.setup.mesh;
  double together = 0;
  int pairs = 0;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    double square = 0;
    for (int64_t k = b->start[e]; k < b->start[e + 1]; k++) square += b->value[k] * b->value[k];
    assert_true(fabs(square - 1) < 1e-12);
    for (iso_lid f = 0; f < e; f++) {
      const double *x = h->work.model.places.middle[e], *y = h->work.model.places.middle[f];
      if (fabs(hypot(x[0] - y[0], x[1] - y[1]) - 6) > 0.3) continue;
      for (int64_t k = b->start[e]; k < b->start[e + 1]; k++)
        for (int64_t i = b->start[f]; i < b->start[f + 1]; i++)
          if (b->which[k] == b->which[i]) together += b->value[k] * b->value[i];
      pairs++;
    }
  }
  if (!(fabs(together / pairs - exp(-0.5)) < 0.06)) fail_msg("%g of %d pairs", together / pairs, pairs);
  heart_drop(h);
}

/* ---- derivatives ---- */

static void slopes_are_differences(void **state) {
  (void)state;
  static const char *const meshes[] = {sheet, block, bricks}, *const keys[] = {"fit_slopes_in_a_sheet",
                                                                               "fit_slopes_in_tetrahedra",
                                                                               "fit_slopes_in_hexahedra"};
  for (int k = 0; k < 3; k++) {
    heart *h = make(meshes[k], onsets);
    compare_slopes(keys[k], &h->work);
    heart_drop(h);
  }
}

/* Another map is of a beat of its own: waves begin at the paced site at 0 ms, whatever the onsets do. */
static void a_paced_map_has_its_own_waves(void **state) {
  (void)state;
  iso_error err;
  char map[256], other[64];
  snprintf(other, sizeof other, "%s.other", map_path);
  write_map(other, 5);
  snprintf(map, sizeof map, ", other: {file: %s, unit: mm, sd_ms: 1, paced: corner, source: made}", other);
  char more[1024];
  snprintf(more, sizeof more, "%ssites: {corner: {sphere: {centre_mm: [12, 0, 0], radius_mm: 0.5}}}\n",
           onsets);
  heart *h = make_of(sheet, map, more);
  iso_fit_work *w = &h->work;
  const iso_lid n = w->setup.mesh->nlocal;
  assert_int_equal(w->model.nbeats, 2);
  compare_slopes(NULL, w);
  for (int k = 0; k < w->model.at.n; k++) w->z[k] = 0;
  ASSERT_OK(iso_fit_model_run(&w->model, w->z, &err));
  const double *own = iso_fit_model_times(&w->model, 0), *paced = iso_fit_model_times(&w->model, 1);
  double first = INFINITY, sum[2][2] = {{0}};
  for (iso_lid i = 0; i < n; i++) first = fmin(first, paced[i]), sum[0][0] += own[i], sum[0][1] += paced[i];
  assert_true(first == 0);
  w->z[w->model.at.onset_time[0]] = w->z[w->model.at.onset_time[1]] = 1;
  ASSERT_OK(iso_fit_model_run(&w->model, w->z, &err));
  for (iso_lid i = 0; i < n; i++) sum[1][0] += own[i], sum[1][1] += paced[i];
  assert_true(fabs(sum[1][0] - sum[0][0] - 3 * n) < 1e-9 * n); /* both onsets are 3 ms later */
  assert_true(sum[1][1] == sum[0][1]);
  heart_drop(h);
  unlink(other);
}

/* ---- found again ---- */

/* Without errors and with a weak grip of what is known beforehand, the heart that is made is the one that
 * goes best. */
static void a_made_heart_is_found(void **state) {
  (void)state;
  heart *h = make(sheet, onsets);
  iso_fit_work *w = &h->work;
  double asked[2][HEART_ASKED];
  heart_find_again(w, 0.05, asked);
  assert_true(fabs(asked[1][0] / asked[0][0] - 1) < 0.03);
  for (int i = 0; i < 2; i++) { /* the map's clock and the onsets' cannot be told apart, but for their sum */
    asked[i][2] += asked[i][10];
    asked[i][6] += asked[i][10];
  }
  assert_string_equal(w->asked.quantity[6].name, "time of second");
  assert_string_equal(w->asked.quantity[10].name, "clock of made");
  for (int q = 2; q < 10; q++) /* ms and mm; an edge is 0.75 mm */
    if (!(fabs(asked[1][q] - asked[0][q]) < 0.4))
      fail_msg("%s: %g, not %g", w->asked.quantity[q].name, asked[1][q], asked[0][q]);
  double square = 0;
  for (int k = w->data.nused; k < w->data.nused + w->data.nheld; k++)
    square += pow(w->minimiser.predicted[k] - w->value[k], 2);
  assert_true(sqrt(square / w->data.nheld) < 0.5); /* of points held out, in a beat of 20 ms */
  heart_drop(h);
}

/* ---- members ---- */

/* One number, the velocity of a line from whose end a wave begins: times go with exp(-spread z), so that the
 * posterior can be added up without waves. */
static const char line[] =
    "mesh: {slab: {size_mm: [16, 1, 0], spacing_mm: 1, element: triangle}}\n"
    "regions: [{name: tissue, model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.2}, "
    "velocity: "
    "{isotropic_m_per_s: 0.5}}]\n"
    "stimuli: [{box: {min_mm: [0, 0, 0], max_mm: [0.1, 1, 0]}, start_ms: 0, duration_ms: 1, "
    "amplitude_uA_per_uF: 50}]\n"
    "time: {duration_ms: 300, step_ms: 0.1}\n";

/* The share of the posterior below z. times [n] of z 0. */
static double share_below(const iso_fit_work *w, const double *times, double z) {
  const double spread = w->model.at.velocity_spread, step = 1e-3;
  double below = 0, all = 0;
  for (double x = -6; x < 6; x += step) {
    double sum = x * x;
    for (int k = 0; k < w->data.nused; k++)
      sum += pow((times[k] * exp(-spread * x) - w->value[k]) / w->sd[k], 2);
    below += x < z ? exp(-sum / 2) : 0, all += exp(-sum / 2);
  }
  return below / all;
}

/* Members are draws of the posterior distribution, not only where times are linear in what is fitted. The
 * shares of it below them are even from 0 to 1: with a standard error of the mean of 0.29 / root(MEMBERS),
 * and a largest distance from even ones that is above 1.95 / root(MEMBERS) once in a thousand (Kolmogorov).
 * Those of randomised maximum likelihood alone have a mean of 0.40 here. */
static void members_are_draws_of_the_posterior(void **state) {
  (void)state;
  enum { MEMBERS = 400 };
  iso_error err;
  iso_ensemble e;
  iso_minimum minimum;
  char text[2048];
  double times[60], share[MEMBERS], mean = 0, farthest = 0;
  FILE *file = fopen(map_path, "w");
  assert_non_null(file);
  fputs("x,y,z,lat_ms\n8,0,0,10\n10,0,0,10\n10,1,0,10\n12,1,0,14\n", file);
  fclose(file);
  snprintf(
      text, sizeof text,
      "%sfit: {maps: {made: {file: %s, unit: mm, sd_ms: 10, source: made}}, velocity: {spread_percent: 200, "
      "source: made}, members: 20}\n",
      line, map_path);
  heart *h = heart_make("heart.yaml", text);
  iso_fit_work *w = &h->work;
  assert_int_equal(w->model.at.n, 1);
  ASSERT_OK(iso_fit_model_run(&w->model, w->zero, &err));
  iso_fit_data_predict(&w->data, &w->model, w->zero, times);
  ASSERT_OK(iso_minimise(&w->minimiser, w->zero, w->value, w->sd, w->z, &minimum, &err));
  const iso_ensemble_spec members = {
      .members = MEMBERS, .best = w->z, .value = w->value, .sd = w->sd, .seed = 1};
  ASSERT_OK(iso_ensemble_new(&e, MPI_COMM_SELF, &w->minimiser, &members, &err));
  for (int m = 0; m < MEMBERS; m++) {
    share[m] = share_below(w, times, e.z[m]);
    mean += share[m] / MEMBERS;
    assert_true(fabs(e.predicted[(size_t)m * (size_t)e.ndata] / times[0] -
                     exp(-w->model.at.velocity_spread * e.z[m])) < 1e-9); /* of the heart that it is */
  }
  for (int m = 0; m < MEMBERS; m++) {
    double below = 0;
    for (int i = 0; i < MEMBERS; i++) below += share[i] <= share[m];
    farthest = fmax(farthest, fabs(below / MEMBERS - share[m]));
  }
  if (!(fabs(mean - 0.5) < 3.3 * 0.289 / sqrt(MEMBERS)) || !(farthest < 1.95 / sqrt(MEMBERS)))
    fail_msg("shares below members: mean %g, %g from even", mean, farthest);
  iso_ensemble_free(&e);
  heart_drop(h);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(normal_numbers_are_normal),          cmocka_unit_test(a_normal_matrix_is_solved),
      cmocka_unit_test(chi_square_has_its_tables),          cmocka_unit_test(quantiles_hold_one_more),
      cmocka_unit_test(an_inner_place_is_itself),           cmocka_unit_test(nearby_nodes_are_enough),
      cmocka_unit_test(bumps_are_as_wide_everywhere),       cmocka_unit_test(slopes_are_differences),
      cmocka_unit_test(a_paced_map_has_its_own_waves),      cmocka_unit_test(a_made_heart_is_found),
      cmocka_unit_test(members_are_draws_of_the_posterior),
  };
  return run_beside_map(argc, argv, tests, sizeof tests / sizeof *tests);
}

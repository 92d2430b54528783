/* The rule at one point, against the published law. */
#include "grid/mpi_main.h"

#include "anatomy/fibre_rule.h"
#include "grid/geometry.h"

static const double degree = 3.14159265358979323846 / 180;

static const iso_fibre_rule steep = {.law = ISO_FIBRES_BAYER, .helix_lv = {60, -60}, .helix_rv = {60, -60}};
static const iso_fibre_rule published = {.law = ISO_FIBRES_BAYER,
                                         .helix_lv = {40, -50},
                                         .helix_rv = {40, -50},
                                         .sheet_lv = {-65, 25},
                                         .sheet_rv = {-65, 25}};

/* In a flat wall: circumferential x, longitudinal y, transmural z away from the cavity; right: of the right
 * ventricle's free wall. */
static iso_wall_point free_wall(double epi, bool right) {
  iso_wall_point p = {.epi = epi, .depth = epi, .grad_epi = {0, 0, 0.1}, .grad_apicobasal = {0, 0.02, 0}};
  *(right ? &p.rv : &p.lv) = 1 - epi;
  (right ? p.grad_rv : p.grad_lv)[2] = -0.1;
  return p;
}

/* Through a septum from the left cavity to the right one. */
static iso_wall_point septum(double rv) {
  return (iso_wall_point){.lv = 1 - rv,
                          .rv = rv,
                          .septal_depth = rv,
                          .depth = 0.3,
                          .grad_lv = {0, 0, -0.1},
                          .grad_rv = {0, 0, 0.1},
                          .grad_apicobasal = {0, 0.02, 0}};
}

/* Of the fibre, as a line, in the plane of the wall: from -90 to 90 degrees. */
static double helix(const iso_frame *f) {
  const double *v = f->axis[0];
  return atan2(v[0] < 0 ? -v[1] : v[1], fabs(v[0])) / degree;
}

static double helix_of(const iso_fibre_rule *rule, iso_wall_point p) {
  const iso_frame f = iso_fibre_frame(rule, &p);
  return helix(&f);
}

static void assert_near(double value, double expected, double tolerance) {
  if (!(fabs(value - expected) <= tolerance)) fail_msg("%.12g instead of %.12g", value, expected);
}

/* endo (1 - e^2) + epi e^2, derived from the published steps by hand. Those turn from the endocardium's frame
 * to the other on the shorter way, which for 60 and -60 is the wrong one where they differ by more than 90
 * degrees, between e = 0.75 and 1. */
static void bayers_helix_is_quadratic_in_a_free_wall(void **state) {
  (void)state;
  static const double e[] = {0, 0.25, 0.5, 1, 0.75}, of_60[] = {60, 52.5, 30, -60},
                      of_40[] = {40, 34.375, 17.5, -50, -10.625};
  iso_fibre_rule flat = published;
  memset(flat.sheet_lv, 0, sizeof flat.sheet_lv);
  memset(flat.sheet_rv, 0, sizeof flat.sheet_rv);
  for (int k = 0; k < 5; k++)
    for (int right = 0; right < 2; right++) {
      if (k < 4) assert_near(helix_of(&steep, free_wall(e[k], right)), of_60[k], 1e-6);
      assert_near(helix_of(&flat, free_wall(e[k], right)), of_40[k], 1e-6);
    }
}

static void the_linear_helix_is_linear_in_depth(void **state) {
  (void)state;
  iso_fibre_rule rule = published;
  rule.law = ISO_FIBRES_LINEAR;
  for (int right = 0; right < 2; right++)
    for (double depth = 0; depth <= 1; depth += 0.125) {
      iso_wall_point p = free_wall(0.5, right);
      p.depth = depth;
      assert_near(helix_of(&rule, p), 40 - 90 * depth, 1e-6);
    }
}

static void either_law_turns_through_the_septum_from_one_endocardium_to_the_other(void **state) {
  (void)state;
  iso_fibre_rule rule = steep;
  for (int law = 0; law < 2; law++) {
    rule.law = law ? ISO_FIBRES_LINEAR : ISO_FIBRES_BAYER;
    for (double rv = 0.0625; rv < 1; rv += 0.0625)
      assert_near(helix_of(&rule, septum(rv)), 60 - 120 * rv, 1e-6);
  }
}

/* The sheet of Bayer's defaults leans by beta from the transmural direction, at right angles to the fibre. */
static void sheets_lean_by_their_angle_at_both_walls(void **state) {
  (void)state;
  for (int law = 0; law < 2; law++)
    for (int epi = 0; epi < 2; epi++) {
      iso_fibre_rule rule = published;
      rule.law = law ? ISO_FIBRES_LINEAR : ISO_FIBRES_BAYER;
      const iso_wall_point p = free_wall(epi, false);
      const iso_frame f = iso_fibre_frame(&rule, &p);
      assert_near(fabs(f.axis[2][2]), cos((epi ? 25 : 65) * degree), 1e-9);
    }
}

static double random_number(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (double)(*state >> 11) / 4503599627370496.0 - 1;
}

static void assert_orthonormal(const iso_frame *f) {
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) assert_near(iso_dot(f->axis[i], f->axis[j]), i == j, 1e-12);
  double third[3];
  iso_cross(f->axis[0], f->axis[1], third);
  assert_near(iso_dot(third, f->axis[2]), 1, 1e-12);
}

/* With gradients of any direction and size, some of them nothing, some along one line. */
static void frames_are_orthonormal_whatever_the_gradients(void **state) {
  (void)state;
  uint64_t seed = 7;
  for (int k = 0; k < 20000; k++) {
    iso_fibre_rule rule = published;
    rule.law = k % 2 ? ISO_FIBRES_LINEAR : ISO_FIBRES_BAYER;
    const double a = fabs(random_number(&seed)), b = (1 - a) * fabs(random_number(&seed));
    iso_wall_point p = {.lv = a, .rv = b, .epi = 1 - a - b, .depth = a, .septal_depth = b};
    for (int d = 0; d < 3; d++) {
      p.grad_lv[d] = random_number(&seed);
      p.grad_rv[d] = k % 3 ? 1e-200 * random_number(&seed) : 0;
      p.grad_epi[d] = -p.grad_lv[d] - p.grad_rv[d];
      p.grad_apicobasal[d] = k % 5 ? 1e9 * random_number(&seed) : p.grad_lv[d] * (1 + 1e-14 * (k % 7));
      if (k % 11 == 0) p.grad_apicobasal[d] = p.grad_lv[d] = p.grad_rv[d] = p.grad_epi[d] = 0;
    }
    const iso_frame f = iso_fibre_frame(&rule, &p);
    assert_orthonormal(&f);
  }
}

/* Half turns about their own axes leave a frame's lines as they are, and so what is between it and another.
 */
static void frames_between_are_those_of_lines(void **state) {
  (void)state;
  const double up[3] = {0.3, 1, 0.2}, out[3] = {0, 0.1, 1};
  const iso_frame a = iso_frame_of(up, out), b = iso_frame_orient(&a, 35, 20);
  const iso_frame expected = iso_frame_between(&a, &b, 0.4);
  for (int turned = 0; turned < 3; turned++) {
    iso_frame half = a;
    for (int i = 0; i < 3; i++)
      for (int d = 0; d < 3 && i != turned; d++) half.axis[i][d] *= -1;
    const iso_frame got = iso_frame_between(&half, &b, 0.4);
    for (int i = 0; i < 3; i++) assert_near(fabs(iso_dot(got.axis[i], expected.axis[i])), 1, 1e-12);
  }
}

/* Angles of ventricle and tract by its share, and then linear in depth as ever. */
static void angles_go_over_into_those_of_the_tract(void **state) {
  (void)state;
  static const iso_fibre_rule rule = {
      .law = ISO_FIBRES_LINEAR, .helix_lv = {60, -60}, .helix_rv = {80, -25}, .helix_tract = {85, 0}};
  for (int right = 0; right < 2; right++)
    for (double share = 0; share <= 1; share += 0.25)
      for (double depth = 0; depth <= 1; depth += 0.125) {
        iso_wall_point p = free_wall(depth, right);
        p.tract[right] = share;
        p.tract[!right] = 0.3; /* of the other ventricle, which does not matter */
        const double endo = (right ? 80 : 60) * (1 - share) + 85 * share,
                     epi = (right ? -25 : -60) * (1 - share);
        if (p.lv + p.rv > 0) assert_near(helix_of(&rule, p), endo + (epi - endo) * depth, 1e-9);
      }
}

/* As published: cos(a) e_c + sin(a) e_l, turned by b about e_l, both angles linear in depth; the angles are
 * those of Doste et al. 2019 for both ventricles, with the sign of our longitudinal and transmural
 * directions. */
static void fibres_leave_the_wall_by_the_transverse_angle(void **state) {
  (void)state;
  static const iso_fibre_rule rule = {.law = ISO_FIBRES_LINEAR,
                                      .helix_lv = {60, -60},
                                      .helix_rv = {90, -25},
                                      .helix_tract = {90, 0},
                                      .transverse_lv = {20, -20},
                                      .transverse_rv = {0, -20}};
  for (int right = 0; right < 2; right++)
    for (double share = 0; share <= 1; share += 0.25)
      for (double depth = 0; depth < 1; depth += 0.125) {
        iso_wall_point p = free_wall(depth, right);
        p.tract[right] = share;
        const double w = 1 - share, t = depth;
        const double a = degree *
                         ((1 - t) * (w * (right ? 90 : 60) + share * 90) + t * w * (right ? -25 : -60)),
                     b = degree * w * ((1 - t) * (right ? 0 : 20) + t * -20);
        const double expected[3] = {cos(a) * cos(b), sin(a), -cos(a) * sin(b)};
        const iso_frame f = iso_fibre_frame(&rule, &p);
        assert_near(fabs(iso_dot(f.axis[0], expected)), 1, 1e-12);
        for (int i = 0; i < 3; i++)
          for (int k = 0; k < 3; k++) assert_near(iso_dot(f.axis[i], f.axis[k]), i == k, 1e-12);
      }
}

/* From one endocardium's angle to the other's, as either cavity sees it: turned about the same direction. */
static void the_transverse_angle_goes_through_the_septum(void **state) {
  (void)state;
  static const iso_fibre_rule rule = {
      .law = ISO_FIBRES_LINEAR, .transverse_lv = {20, -20}, .transverse_rv = {10, -20}};
  for (double depth = 0; depth <= 1; depth += 0.25) {
    const iso_wall_point p = septum(depth);
    const iso_frame f = iso_fibre_frame(&rule, &p);
    const double b = degree * (20 * (1 - depth) + 10 * depth), expected[3] = {cos(b), 0, -sin(b)};
    if (depth > 0 && depth < 1) assert_near(fabs(iso_dot(f.axis[0], expected)), 1, 1e-12);
  }
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(angles_go_over_into_those_of_the_tract),
      cmocka_unit_test(fibres_leave_the_wall_by_the_transverse_angle),
      cmocka_unit_test(the_transverse_angle_goes_through_the_septum),
      cmocka_unit_test(bayers_helix_is_quadratic_in_a_free_wall),
      cmocka_unit_test(the_linear_helix_is_linear_in_depth),
      cmocka_unit_test(either_law_turns_through_the_septum_from_one_endocardium_to_the_other),
      cmocka_unit_test(sheets_lean_by_their_angle_at_both_walls),
      cmocka_unit_test(frames_are_orthonormal_whatever_the_gradients),
      cmocka_unit_test(frames_between_are_those_of_lines),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The assembled operator: symmetry, mass, exactness for linear fields and the bound on its spectrum, on every
 * shape of element with an oblique tensor. */
#include "grid/mpi_main.h"
#include "solve/dense.h"

#include "kernels/element.h"

#include <float.h>

static const double along = 0.3, across = 0.05, normal = 0.1, thickness = 0.7, cross_section = 0.3;
static const double box[3] = {2, 1.5, 1};
enum { CUBES_ALONG_Y = 3 };

typedef struct body {
  const char *name;
  int dim;
  bool mixed;
  iso_slab_options slab;
  double volume; /* mm3 */
} body;

#define OBLIQUE .fibre = {1, 2, 3}, .tag = 1
static const float sheet[3] = {0.94868330f, 0, -0.31622777f}; /* (3, 0, -1) / sqrt(10) */
static const body bodies[] = {
    {"tetrahedra", 3, false, {{2, 1.5, 1}, 0.5, ISO_TETRAHEDRON, ISO_JITTERED, OBLIQUE}, 3},
    {"five tetrahedra", 3, false, {{2, 1.5, 1}, 0.5, ISO_TETRAHEDRON, ISO_FIVE, OBLIQUE}, 3},
    {"hexahedra", 3, false, {{2, 1.5, 1}, 0.5, ISO_HEXAHEDRON, ISO_JITTERED, OBLIQUE}, 3},
    {"triangles", 2, false, {{2, 1.5, 0}, 0.25, ISO_TRIANGLE, ISO_JITTERED, OBLIQUE}, 3 * 0.7},
    {"lines", 1, false, {{2, 0, 0}, 0.05, ISO_LINE, ISO_JITTERED, OBLIQUE}, 2 * 0.3},
    /* Half of the face z = 0 carries triangles, and the edge y = z = 0 lines. */
    {"mixed", 3, true, {{2, 1.5, 1}, 0.5, ISO_HEXAHEDRON, ISO_ALTERNATING, OBLIQUE}, 3 + 1.5 * 0.7 + 2 * 0.3},
};
enum { NBODIES = sizeof bodies / sizeof *bodies };

typedef struct made {
  const body *body;
  heart heart;
  dense system;
  double sigma[3][3];
} made;

static void make(const body *b, made *m) {
  static const int along_y = CUBES_ALONG_Y;
  *m = (made){.body = b};
  heart_mesh(&m->heart, &b->slab, b->mixed ? edit_mixed : edit_sheet,
             b->mixed ? (const void *)&along_y : (const void *)sheet);
  for (int r = 0; r < 1 + b->mixed; r++) {
    iso_region *region = heart_region(&m->heart, r, "nagumo_1962");
    region->longitudinal = along, region->transverse = across;
    region->normal = b->mixed ? across : normal; /* that body has no sheets */
    region->thickness = thickness, region->cross_section = cross_section;
  }
  dense_new(&m->system, &m->heart);
  iso_conductivity(m->heart.mesh->fibres[0], b->mixed ? NULL : m->heart.mesh->sheets[0], along, across,
                   m->heart.region[0].normal, m->sigma);
}

static void unmake(made *m) {
  dense_free(&m->system);
  heart_free(&m->heart);
}

static void for_each_body(void (*check)(const made *m)) {
  for (int b = 0; b < NBODIES; b++) {
    made m;
    make(&bodies[b], &m);
    check(&m);
    unmake(&m);
  }
}

/* Rounding of a sum over a row: at most 27 entries, each the sum of at most 24 elements, of at most that
 * size. */
static double rounding(double size) { return 51 * DBL_EPSILON * size; }

#define ASSERT_NEAR(m, got, expected, room)                                                                  \
  do {                                                                                                       \
    if (!(fabs((got) - (expected)) <= (room)))                                                               \
      fail_msg("%s: %.17g is not %.17g within %.2g", (m)->body->name, (double)(got), (double)(expected),     \
               (double)(room));                                                                              \
  } while (0)

/* ---- symmetry ---- */

static void check_symmetry(const made *m) {
  const dense *d = &m->system;
  for (int64_t i = 0; i < d->n; i++)
    for (int64_t j = 0; j < i; j++) {
      assert_true(d->stiffness[i * d->n + j] == d->stiffness[j * d->n + i]);
      assert_true(d->mass[i * d->n + j] == d->mass[j * d->n + i]);
    }
}

/* Each entry is the same sum in the same order on either side, so to the bit. */
static void matrices_are_symmetric(void **state) {
  (void)state;
  for_each_body(check_symmetry);
}

/* ---- diagonals ---- */

/* Sums the diagonals of element matrices at the owned nodes, which the assembly never touches. */
static void sum_diagonals(const made *m, double *stiffness, double *mass) {
  const iso_mesh *mesh = m->heart.mesh;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    double x[ISO_MAX_NODES][3];
    iso_element element;
    const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
    const int shape = mesh->shape[e];
    for (int k = 0; k < iso_shape_nodes(shape); k++) memcpy(x[k], mesh->xyz[conn[k]], sizeof x[k]);
    iso_element_compute(shape, (const double(*)[3])x, shape == ISO_LINE ? cross_section : thickness,
                        (const double(*)[3])m->sigma, &element);
    for (int k = 0; k < iso_shape_nodes(shape); k++) {
      if (conn[k] >= mesh->nowned) continue;
      stiffness[mesh->gid[conn[k]]] += element.stiffness[k][k];
      mass[mesh->gid[conn[k]]] += 1.4 * element.mass[k][k]; /* chi Cm */
    }
  }
}

static void check_diagonals(const made *m) {
  const dense *d = &m->system;
  double *stiffness = calloc((size_t)d->n, sizeof *stiffness), *mass = calloc((size_t)d->n, sizeof *mass);
  sum_diagonals(m, stiffness, mass);
  for (iso_lid i = 0; i < m->heart.mesh->nowned; i++) {
    const int64_t g = m->heart.mesh->gid[i], at = g * d->n + g;
    ASSERT_NEAR(m, d->stiffness[at], stiffness[g], rounding(stiffness[g]));
    ASSERT_NEAR(m, d->mass[at], mass[g], rounding(d->lumped[g]));
  }
  free(stiffness);
  free(mass);
}

/* K 1 = 0 and M 1 = lumped: the rows' sums, from which the solver takes the diagonals, agree with what
 * elements put there. */
static void rows_sum_to_zero_and_to_the_lumped_mass(void **state) {
  (void)state;
  for_each_body(check_diagonals);
}

static void check_total(const made *m) {
  double sum = 0;
  for (int i = 0; i < m->system.n; i++) sum += m->system.lumped[i];
  ASSERT_NEAR(m, sum, 1.4 * m->body->volume, m->system.n * DBL_EPSILON * sum);
}

static void lumped_mass_is_chi_cm_volume(void **state) {
  (void)state;
  for_each_body(check_total);
}

/* ---- linear fields ---- */

/* K times the field with gradient g. */
static double *current_of(const made *m, const double g[3], double *field) {
  const dense *d = &m->system;
  double *current = malloc((size_t)d->n * sizeof *current);
  for (int i = 0; i < d->n; i++) field[i] = g[0] * d->xyz[i][0] + g[1] * d->xyz[i][1] + g[2] * d->xyz[i][2];
  dense_apply(d->n, d->stiffness, field, current);
  return current;
}

/* Part of h . sigma g in the first dim axes. */
static double form(const made *m, int dim, const double h[3], const double g[3]) {
  double sum = 0;
  for (int i = 0; i < dim; i++)
    for (int j = 0; j < dim; j++) sum += h[i] * m->sigma[i][j] * g[j];
  return sum;
}

/* int grad w . sigma grad u is exact for linear u and w, whatever the mesh. */
static void check_energy(const made *m) {
  const double g[3] = {1, -2, 0.5}, h[3] = {-0.3, 1, 2};
  const int n = m->system.n;
  double *u = calloc((size_t)n, sizeof *u), *w = calloc((size_t)n, sizeof *w);
  double *ku = current_of(m, g, u), *kw = current_of(m, h, w), sum = 0, size = 0;
  for (int i = 0; i < n; i++) sum += w[i] * ku[i], size += fabs(w[i]);
  double expected = form(m, m->body->dim, h, g) * (m->body->mixed ? 3 : m->body->volume);
  if (m->body->mixed) expected += 1.5 * thickness * form(m, 2, h, g) + 2 * cross_section * form(m, 1, h, g);
  /* Rows sum entries of up to 27 times sigma h, here below 1, with fields up to 8. */
  ASSERT_NEAR(m, sum, expected, rounding(8 * size));
  free(u), free(w), free(ku), free(kw);
}

static void energy_of_linear_fields_is_exact(void **state) {
  (void)state;
  for_each_body(check_energy);
}

static bool inside(const made *m, const double x[3]) {
  for (int a = 0; a < m->body->dim; a++)
    if (x[a] <= 0 || x[a] >= box[a]) return false;
  return true;
}

/* sigma g = flux in the first dim axes, by elimination without pivots: sigma is positive definite. */
static void solve_gradient(const made *m, const double flux[3], double g[3]) {
  double a[3][4];
  const int n = m->body->dim;
  for (int i = 0; i < n; i++) {
    memcpy(a[i], m->sigma[i], sizeof m->sigma[i]);
    a[i][3] = flux[i];
  }
  for (int k = 0; k < n; k++)
    for (int i = k + 1; i < n; i++) {
      const double factor = a[i][k] / a[k][k];
      for (int j = k; j < 4; j++) a[i][j] -= factor * a[k][j];
    }
  for (int i = n - 1; i >= 0; i--) {
    g[i] = a[i][3];
    for (int j = i + 1; j < n; j++) g[i] -= a[i][j] * g[j];
    g[i] /= a[i][i];
  }
}

/* A uniform flux along x: nothing is left over inside, and what enters at x = 0 is flux times area. */
static void check_patch(const made *m) {
  if (m->body->mixed) return; /* its halves do not conform: no patch test holds between them */
  static const double area[4] = {0, 0.3, 1.5 * 0.7, 1.5};
  const double flux[3] = {1, 0, 0};
  double g[3] = {0};
  solve_gradient(m, flux, g);
  double *u = calloc((size_t)m->system.n, sizeof *u), *current = current_of(m, g, u), entering = 0;
  /* Fields reach |g| |x| < 80 and rows of K sum to less than 6 in magnitude. */
  const double room = rounding(80 * 6);
  for (int i = 0; i < m->system.n; i++) {
    if (inside(m, m->system.xyz[i])) ASSERT_NEAR(m, current[i], 0, room);
    if (m->system.xyz[i][0] == 0) entering -= current[i];
  }
  ASSERT_NEAR(m, entering, area[m->body->dim], 12 * room); /* nodes on that face */
  free(u), free(current);
}

static void patch_test(void **state) {
  (void)state;
  for_each_body(check_patch);
}

/* ---- spectrum ---- */

/* Largest eigenvalue of lumped^-1 K from below: the Rayleigh quotient after power iterations. */
static double power_iteration(const dense *d) {
  double *v = malloc((size_t)d->n * sizeof *v), *kv = malloc((size_t)d->n * sizeof *kv), quotient = 0;
  for (int i = 0; i < d->n; i++) v[i] = i % 2 ? 1 : -1;
  for (int step = 0; step < 300; step++) {
    double top = 0, bottom = 0, most = 0;
    dense_apply(d->n, d->stiffness, v, kv);
    for (int i = 0; i < d->n; i++) {
      top += v[i] * kv[i], bottom += d->lumped[i] * v[i] * v[i];
      kv[i] /= d->lumped[i];
      if (fabs(kv[i]) > most) most = fabs(kv[i]);
    }
    quotient = top / bottom;
    for (int i = 0; i < d->n; i++) v[i] = kv[i] / most;
  }
  free(v);
  free(kv);
  return quotient;
}

static void check_spectrum(const made *m) {
  const double least = power_iteration(&m->system), bound = m->system.eigenvalue;
  if (bound < least || bound > 4 * least)
    fail_msg("%s: bound %g on an eigenvalue of at least %g", m->body->name, bound, least);
}

/* The bound holds, and it is at most so loose that it doubles the stages (which grow with its root). */
static void spectrum_is_bounded(void **state) {
  (void)state;
  for_each_body(check_spectrum);
}

/* ---- tensors ---- */

/* An orthonormal frame: Rodrigues's rotation of the axes. */
static void make_frame(double angle, double axis[3], double frame[3][3]) {
  const double length = sqrt(axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]);
  for (int d = 0; d < 3; d++) axis[d] /= length;
  const double skew[3][3] = {{0, -axis[2], axis[1]}, {axis[2], 0, -axis[0]}, {-axis[1], axis[0], 0}};
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      frame[j][i] = cos(angle) * (i == j) + sin(angle) * skew[i][j] + (1 - cos(angle)) * axis[i] * axis[j];
}

/* sigma v = factor v: directions are stored as float, which is what there is to lose. */
static void assert_eigenvector(const double sigma[3][3], const double v[3], double factor) {
  for (int i = 0; i < 3; i++) {
    const double got = sigma[i][0] * v[0] + sigma[i][1] * v[1] + sigma[i][2] * v[2];
    if (!(fabs(got - factor * v[i]) <= 4 * FLT_EPSILON)) fail_msg("%.9g is not %.9g", got, factor * v[i]);
  }
}

/* Each direction has its own conductivity: along the fibre, along the sheet, and across both. */
static void tensors_have_the_conductivities_of_their_frame(void **state) {
  (void)state;
  for (int k = 0; k < 100; k++) {
    double frame[3][3], axis[3] = {sin(k + 1), cos(3 * k), sin(7 * k + 2)}, sigma[3][3];
    make_frame(0.37 * k, axis, frame);
    const float fibre[3] = {(float)frame[0][0], (float)frame[0][1], (float)frame[0][2]},
                sheets[3] = {(float)frame[1][0], (float)frame[1][1], (float)frame[1][2]}, none[3] = {0, 0, 0};
    iso_conductivity(fibre, sheets, along, across, normal, sigma);
    for (int d = 0; d < 3; d++)
      assert_eigenvector(sigma, frame[d], d == 0 ? along : d == 1 ? across : normal);
    iso_conductivity(fibre, NULL, along, across, across, sigma);
    for (int d = 0; d < 3; d++) assert_eigenvector(sigma, frame[d], d == 0 ? along : across);
    iso_conductivity(none, k % 2 ? sheets : NULL, along, across, across, sigma);
    for (int d = 0; d < 3; d++) assert_eigenvector(sigma, frame[d], across);
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(tensors_have_the_conductivities_of_their_frame),
    cmocka_unit_test(matrices_are_symmetric),
    cmocka_unit_test(rows_sum_to_zero_and_to_the_lumped_mass),
    cmocka_unit_test(lumped_mass_is_chi_cm_volume),
    cmocka_unit_test(energy_of_linear_fields_is_exact),
    cmocka_unit_test(patch_test),
    cmocka_unit_test(spectrum_is_bounded),
};
RUN_ON_ALL_RANKS(tests)

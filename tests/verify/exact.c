#include "verify/exact.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double pi = 3.14159265358979324;
static const double chi = 3, cm = 2;

/* ---- the exact solution ---- */

typedef struct moment {
  int dim;
  double t;
} moment;

static double F(int dim, const double x[3]) {
  double f = 1;
  for (int a = 0; a < dim; a++) f *= cos((a + 1) * pi * x[a]);
  return f;
}

static void gradient_of_F(int dim, const double x[3], double g[3]) {
  for (int a = 0; a < dim; a++) {
    g[a] = -(a + 1) * pi * sin((a + 1) * pi * x[a]);
    for (int b = 0; b < dim; b++)
      if (b != a) g[a] *= cos((b + 1) * pi * x[b]);
  }
}

static double G(int dim, const double x[3]) {
  return 1 + x[0] * (dim > 1 ? x[1] * x[1] : 1) * (dim > 2 ? x[2] * x[2] * x[2] : 1);
}

static double exact_vm(const double x[3], const void *how) {
  const moment *m = how;
  return sqrt(1 + m->t) * F(m->dim, x);
}

static double exact_u1(const double x[3], const void *how) {
  const moment *m = how;
  return (1 + m->t) * G(m->dim, x) + exact_vm(x, how);
}

static double exact_u2(const double x[3], const void *how) {
  const moment *m = how;
  return 1 / ((1 + m->t) * sqrt(G(m->dim, x)));
}

/* ---- errors ---- */

/* V - sqrt(1 + t) F with V = sum v_i phi_i, expanded: the integrals with F are found once.
 *     |V|^2 - 2 sqrt(1 + t) v . load + (1 + t) |F|^2, for values and for gradients. */
typedef struct norms {
  const iso_mesh *mesh;
  int dim;
  double *load, *slope_load; /* [nlocal] int F phi_i and int grad F . grad phi_i over this rank's elements */
  double square, slope_square;
  double *v; /* [nlocal] */
  double l2, h1_square, last_h1_square, last_time;
} norms;

/* One linear element: its nodes, volume and the gradients of its shape functions. */
typedef struct simplex {
  const iso_lid *node;
  double volume, gradient[4][3];
} simplex;

/* Rows of the inverse of the edges' matrix are the gradients of all but the first shape function. */
static simplex simplex_of(const norms *n, iso_lid e) {
  const int d = n->dim;
  simplex s = {.node = n->mesh->conn + (int64_t)e * n->mesh->width};
  double a[3][6] = {{0}}, determinant = 1;
  for (int k = 0; k < d; k++) {
    for (int i = 0; i < d; i++) a[i][k] = n->mesh->xyz[s.node[k + 1]][i] - n->mesh->xyz[s.node[0]][i];
    a[k][d + k] = 1;
  }
  for (int k = 0; k < d; k++) { /* Gauss and Jordan, with pivots */
    int p = k;
    for (int i = k + 1; i < d; i++)
      if (fabs(a[i][k]) > fabs(a[p][k])) p = i;
    for (int j = 0; j < 2 * d; j++) {
      const double swap = a[k][j];
      a[k][j] = a[p][j], a[p][j] = swap;
    }
    const double pivot = a[k][k];
    determinant *= pivot;
    for (int j = 0; j < 2 * d; j++) a[k][j] /= pivot;
    for (int i = 0; i < d; i++) {
      const double factor = a[i][k];
      for (int j = 0; i != k && j < 2 * d; j++) a[i][j] -= factor * a[k][j];
    }
  }
  static const double factorial[4] = {1, 1, 2, 6};
  s.volume = fabs(determinant) / factorial[d];
  for (int k = 0; k < d; k++)
    for (int i = 0; i < d; i++) {
      s.gradient[k + 1][i] = a[k][d + i];
      s.gradient[0][i] -= a[k][d + i];
    }
  return s;
}

/* Elements are known to each rank that owns one of their nodes; the owner of the first counts. */
static int counts(const norms *n, const simplex *s) { return s->node[0] < n->mesh->nowned; }

/* Gauss's four points on [0, 1]. */
static const double gauss_point[4] = {0.069431844202973712, 0.33000947820757187, 0.66999052179242813,
                                      0.93056815579702629};
static const double gauss_weight[4] = {0.17392742256872693, 0.32607257743127307, 0.32607257743127307,
                                       0.17392742256872693};

/* Point q of the product rule folded onto the simplex (Stroud's conical product): barycentric coordinates,
 * and the weight as a fraction of the volume. In three dimensions it is exact to degree 5. */
static double folded_point(int dim, int q, double barycentric[4]) {
  static const double factorial[4] = {1, 1, 2, 6};
  double weight = factorial[dim], rest = 1;
  for (int a = 0; a < dim; a++, q /= 4) {
    const double x = gauss_point[q % 4];
    weight *= gauss_weight[q % 4] * pow(1 - x, dim - 1 - a);
    barycentric[a + 1] = rest * x;
    rest *= 1 - x;
  }
  barycentric[0] = rest;
  return weight;
}

static void integrate_element(norms *n, const simplex *s) {
  const int d = n->dim;
  for (int q = 0; q < 1 << 2 * d; q++) {
    double b[4], x[3] = {0}, g[3];
    const double weight = folded_point(d, q, b) * s->volume;
    for (int k = 0; k <= d; k++)
      for (int i = 0; i < d; i++) x[i] += b[k] * n->mesh->xyz[s->node[k]][i];
    const double f = F(d, x);
    gradient_of_F(d, x, g);
    n->square += weight * f * f;
    for (int i = 0; i < d; i++) n->slope_square += weight * g[i] * g[i];
    for (int k = 0; k <= d; k++) {
      n->load[s->node[k]] += weight * f * b[k];
      for (int i = 0; i < d; i++) n->slope_load[s->node[k]] += weight * g[i] * s->gradient[k][i];
    }
  }
}

static void norms_new(norms *n, const heart *h, int dim) {
  *n = (norms){.mesh = h->mesh, .dim = dim};
  double **arrays[] = {&n->load, &n->slope_load, &n->v};
  for (int k = 0; k < 3; k++)
    DEMAND(iso_alloc(arrays[k], (size_t)h->mesh->nlocal, sizeof(double), "norms", WHY));
  for (iso_lid e = 0; e < h->mesh->nelem; e++) {
    const simplex s = simplex_of(n, e);
    if (counts(n, &s)) integrate_element(n, &s);
  }
}

static void norms_free(norms *n) {
  free(n->load);
  free(n->slope_load);
  free(n->v);
}

/* |v|^2 and |grad v|^2 of one element, exactly. */
static void add_squares(const norms *n, const simplex *s, double sum[2]) {
  double all = 0, squares = 0, gradient[3] = {0};
  for (int k = 0; k <= n->dim; k++) {
    const double v = n->v[s->node[k]];
    all += v, squares += v * v;
    for (int i = 0; i < n->dim; i++) gradient[i] += v * s->gradient[k][i];
  }
  sum[0] += s->volume * (squares + all * all) / ((n->dim + 1) * (n->dim + 2));
  for (int i = 0; i < n->dim; i++) sum[1] += s->volume * gradient[i] * gradient[i];
}

static iso_status measure(void *self, const iso_view *view, iso_error *err) {
  norms *n = self;
  const double t = view->time_ms, grown = sqrt(1 + t);
  ISO_TRY(iso_view_vm(view, n->v, err));
  ISO_TRY(iso_halo_update(n->mesh->halo, n->v, sizeof *n->v, err));
  double sum[2] = {(1 + t) * n->square, (1 + t) * n->slope_square};
  for (iso_lid e = 0; e < n->mesh->nelem; e++) {
    const simplex s = simplex_of(n, e);
    if (counts(n, &s)) add_squares(n, &s, sum);
  }
  for (iso_lid i = 0; i < n->mesh->nlocal; i++) {
    sum[0] -= 2 * grown * n->v[i] * n->load[i];
    sum[1] -= 2 * grown * n->v[i] * n->slope_load[i];
  }
  MPI_Allreduce(MPI_IN_PLACE, sum, 2, MPI_DOUBLE, MPI_SUM, n->mesh->comm);
  const double l2 = sqrt(fmax(sum[0], 0)), h1_square = sum[0] + sum[1];
  if (l2 > n->l2) n->l2 = l2;
  n->h1_square += 0.5 * (t - n->last_time) * (n->last_h1_square + h1_square);
  n->last_h1_square = h1_square, n->last_time = t;
  return ISO_OK;
}

/* ---- the problem ---- */

static void make(const exact_problem *p, heart *h) {
  static const iso_shape shape[4] = {ISO_LINE, ISO_LINE, ISO_TRIANGLE, ISO_TETRAHEDRON};
  static const float sheet[3] = {0, 1, 0};
  iso_slab_options slab = {{1, p->dim > 1, p->dim > 2}, p->h, shape[p->dim], p->diagonals, {1, 0, 0}, 1};
  heart_mesh(h, &slab, edit_sheet, sheet);
  iso_region *region = heart_region(h, 0, "pathmanathan_gray_2014");
  region->longitudinal = 1.1 / (pi * pi), region->transverse = 1.2 / (pi * pi),
  region->normal = 0.3 / (pi * pi);
  region->chi = chi, region->cm = cm;
  static const double beta[4] = {0, -1.1, -5.9, -8.6};
  h->parameters[0][iso_model_parameter(region->model, "g")] = beta[p->dim] / (chi * cm);
  if (p->euler) h->parameters[0][iso_model_parameter(region->model, "earlier")] = 0.5;
  heart_device(h, NULL);
}

/* Where the states live before V, in steps: see iso_splitting. */
static double lag(iso_splitting splitting) {
  return splitting == ISO_SPLITTING_STAGGERED ? 0.5 : splitting == ISO_SPLITTING_STRANG ? 0.25 : 0;
}

static void set_exact(const exact_problem *p, heart *h) {
  const moment now = {p->dim, 0}, states = {p->dim, -lag(p->numerics.splitting) * p->dt};
  heart_set(h, -1, exact_vm, &now);
  heart_set(h, iso_model_state(h->region[0].model, "u1"), exact_u1, &states);
  heart_set(h, iso_model_state(h->region[0].model, "u2"), exact_u2, &states);
}

exact_errors exact_solve(const exact_problem *p, double **vm) {
  heart h = {0};
  norms n;
  make(p, &h);
  norms_new(&n, &h, p->dim);
  heart_simulation(&h, &p->numerics, p->dt);
  const iso_guest observer = {
      .name = "errors", .stop_ms = INFINITY, .every_ms = p->dt, .self = &n, .look = measure};
  DEMAND(iso_simulation_invite(h.simulation, &observer, WHY));
  set_exact(p, &h);
  heart_run(&h, 1);
  if (vm) *vm = heart_vm(&h);
  norms_free(&n);
  heart_free(&h);
  return (exact_errors){n.l2, sqrt(n.h1_square)};
}

/* Derivatives of the waves' times against differences, on every kind of element. */
#include "grid/mpi_main.h"

#include "base/memory.h"
#include "eikonal/rays.h"
#include "grid/hash.h"
#include "grid/make/slab.h"

static iso_error err;

enum { SOURCES = 2 };

/* Two regions, two sources, and a sum over all nodes of times with weights. */
typedef struct rig {
  iso_mesh *mesh;
  iso_eikonal *wave;
  iso_tissue tissue;
  iso_region regions[2];
  iso_speeds speeds[2];
  double *boost, *began, *share;
  iso_lid *all;
  double onset_ms[SOURCES], at[SOURCES][3];
  double scale[2][3]; /* log, of each region's velocities */
} rig;

static const int32_t one = 1;

/* Between -1 and 1, the same every time. */
static double jitter(uint64_t k) { return 2 * (double)(iso_hash(k) >> 11) * 0x1p-53 - 1; }

static void set_fibres(iso_mesh *mesh) {
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const double angle = 0.5 + 0.4 * sin(0.3 * (double)e);
    const double x = mesh->xyz[mesh->conn[(int64_t)e * mesh->width]][0];
    mesh->fibres[e][0] = (float)cos(angle), mesh->fibres[e][1] = (float)sin(angle), mesh->fibres[e][2] = 0;
    mesh->sheets[e][0] = -mesh->fibres[e][1], mesh->sheets[e][1] = mesh->fibres[e][0], mesh->sheets[e][2] = 0;
    mesh->tag[e] = x > 4;
  }
}

static rig *make(iso_slab_options slab) {
  iso_slice slice;
  rig *r;
  ASSERT_OK(iso_alloc(&r, 1, sizeof *r, "a rig", &err));
  ASSERT_OK(iso_slab(MPI_COMM_SELF, &slab, &slice, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_SELF, &slice, NULL, &r->mesh, NULL, &err));
  iso_mesh *mesh = r->mesh;
  ASSERT_OK(iso_alloc(&mesh->sheets, (size_t)mesh->nelem, sizeof *mesh->sheets, "sheets", &err));
  set_fibres(mesh);
  ASSERT_OK(iso_alloc(&r->boost, (size_t)mesh->nelem, sizeof *r->boost, "boost", &err));
  ASSERT_OK(iso_alloc(&r->began, (size_t)mesh->nlocal, sizeof *r->began, "sources", &err));
  ASSERT_OK(iso_alloc(&r->share, (size_t)mesh->nlocal, sizeof *r->share, "weights", &err));
  ASSERT_OK(iso_alloc(&r->all, (size_t)mesh->nlocal, sizeof *r->all, "nodes", &err));
  for (iso_lid e = 0; e < mesh->nelem; e++) r->boost[e] = 1 + 0.2 * jitter((uint64_t)e);
  for (iso_lid i = 0; i < mesh->nlocal; i++) r->share[i] = jitter(1000 + (uint64_t)i) + 0.5, r->all[i] = i;
  r->regions[1] = (iso_region){.ntags = 1, .tags = &one};
  r->tissue = (iso_tissue){.nregions = 2, .regions = r->regions, .boost = r->boost};
  r->onset_ms[1] = 1.3;
  for (int s = 0; s < SOURCES; s++)
    for (int d = 0; d < 3; d++) r->at[s][d] = slab.size_mm[d] * (s ? 0.83 - 0.11 * d : 0.07 + 0.21 * d);
  ASSERT_OK(iso_eikonal_new(&r->wave, mesh, 1, &err));
  return r;
}

static void drop(rig *r) {
  iso_eikonal_free(r->wave);
  iso_mesh_free(r->mesh);
  free(r->boost);
  free(r->began);
  free(r->share);
  free(r->all);
  free(r);
}

/* The sum; each node within 1.2 mm of a source begins as far as it is at 1 m/s. */
static double sum_of(rig *r) {
  static const iso_speeds base[2] = {{0.8, 0.45, 0.3, 0}, {0.5, 0.3, 0.22, 0}};
  const iso_mesh *mesh = r->mesh;
  double sum = 0;
  for (int k = 0; k < 2; k++)
    r->speeds[k] = (iso_speeds){base[k].along * exp(r->scale[k][0]), base[k].across * exp(r->scale[k][1]),
                                base[k].normal * exp(r->scale[k][2]), 0};
  ASSERT_OK(iso_eikonal_set_speeds(r->wave, &r->tissue, r->speeds, &err));
  iso_eikonal_clear(r->wave);
  for (iso_lid i = 0; i < mesh->nlocal; i++) {
    r->began[i] = INFINITY;
    for (int s = 0; s < SOURCES; s++) {
      const double *x = mesh->xyz[i], *y = r->at[s];
      const double far = hypot(hypot(x[0] - y[0], x[1] - y[1]), x[2] - y[2]);
      if (far < 1.2) r->began[i] = fmin(r->began[i], r->onset_ms[s] + far);
    }
    if (r->began[i] < INFINITY) iso_eikonal_start_at(r->wave, r->began[i], 1, &i);
  }
  ASSERT_OK(iso_eikonal_solve(r->wave, NULL, &err));
  for (iso_lid i = 0; i < mesh->nlocal; i++) sum += r->share[i] * iso_eikonal_times(r->wave)[i];
  return sum;
}

typedef struct gradient {
  const rig *rig;
  const iso_ray *ray;
  double onset[SOURCES], scale[2][3];
  double *element; /* by the log of each one's velocity */
} gradient;

static void visit(void *self, iso_lid node, double share) {
  gradient *g = self;
  const iso_ray *ray = &g->ray[node];
  if (ray->n == 0) {
    const double *x = g->rig->mesh->xyz[node], *y = g->rig->at[1];
    const bool second = hypot(hypot(x[0] - y[0], x[1] - y[1]), x[2] - y[2]) < 1.2;
    g->onset[second] += share;
  }
  if (ray->elem < 0) return;
  for (int c = 0; c < 3; c++) {
    g->scale[g->rig->mesh->tag[ray->elem]][c] -= share * ray->ms[c];
    g->element[ray->elem] -= share * ray->ms[c];
  }
}

static void take(rig *r, gradient *g) {
  iso_ray *ray;
  iso_walk walk;
  const iso_lid n = r->mesh->nlocal;
  *g = (gradient){.rig = r};
  ASSERT_OK(iso_alloc(&ray, (size_t)n, sizeof *ray, "rays", &err));
  ASSERT_OK(iso_alloc(&g->element, (size_t)r->mesh->nelem, sizeof *g->element, "a gradient", &err));
  g->ray = ray;
  sum_of(r);
  iso_eikonal_rays(r->wave, &r->tissue, r->speeds, r->began, ray);
  ASSERT_OK(iso_walk_new(&walk, n, &err));
  ASSERT_OK(iso_walk_set(&walk, iso_eikonal_times(r->wave), ray, &err));
  iso_walk_back(&walk, n, r->all, r->share, visit, g);
  iso_walk_free(&walk);
  free(ray);
}

/* By differences of a number that the sum depends on. */
static double difference(rig *r, double *of, double step) {
  const double before = *of;
  *of = before + step;
  const double above = sum_of(r);
  *of = before - step;
  const double below = sum_of(r);
  *of = before;
  return (above - below) / (2 * step);
}

/* Times are right to some 1e-9 ms (LESS_MS), steps are 1e-4 or so: differences to some 1e-5 a node with a
 * random sign. What is asked for is a millionth of the largest derivative, where no node changes the element
 * that its wave comes from within the step. */
static void compare(const char *what, int k, double found, double wanted, double largest) {
  if (fabs(found - wanted) > 1e-6 * largest)
    fail_msg("%s %d: %.10g, by differences %.10g (largest %.3g)", what, k, found, wanted, largest);
}

static void check(iso_slab_options slab) {
  rig *r = make(slab);
  gradient g;
  take(r, &g);
  const double largest = fabs(g.scale[0][0]) + fabs(g.scale[1][1]);
  for (int s = 0; s < SOURCES; s++)
    compare("onset", s, g.onset[s], difference(r, &r->onset_ms[s], 1e-5), largest);
  for (int k = 0; k < 2; k++)
    for (int c = 0; c < 3; c++)
      compare("velocity", 3 * k + c, g.scale[k][c], difference(r, &r->scale[k][c], 1e-5), largest);
  for (iso_lid e = 5; e < r->mesh->nelem; e += r->mesh->nelem / 7) {
    const double by_boost = difference(r, &r->boost[e], 1e-5);
    compare("element", (int)e, g.element[e], 2 * r->boost[e] * by_boost, largest);
  }
  free(g.element);
  drop(r);
}

static void on_lines(void **state) {
  (void)state;
  check((iso_slab_options){{8, 0, 0}, 0.5, ISO_LINE, .fibre = {1, 0, 0}});
}

static void on_triangles(void **state) {
  (void)state;
  check((iso_slab_options){{8, 6, 0}, 0.5, ISO_TRIANGLE, .fibre = {1, 0, 0}});
}

static void on_tetrahedra(void **state) {
  (void)state;
  check((iso_slab_options){{8, 4, 3}, 0.5, ISO_TETRAHEDRON, ISO_JITTERED, .fibre = {1, 0, 0}});
}

static void on_hexahedra(void **state) {
  (void)state;
  check((iso_slab_options){{8, 4, 3}, 0.5, ISO_HEXAHEDRON, .fibre = {1, 0, 0}});
}

/* What is not reached has no ray, and a walk from a source ends there. */
static void sources_end_walks(void **state) {
  (void)state;
  rig *r = make((iso_slab_options){{8, 6, 0}, 0.5, ISO_TRIANGLE, .fibre = {1, 0, 0}});
  gradient g;
  iso_walk walk;
  iso_ray *ray;
  take(r, &g);
  ASSERT_OK(iso_alloc(&ray, (size_t)r->mesh->nlocal, sizeof *ray, "rays", &err));
  iso_eikonal_rays(r->wave, &r->tissue, r->speeds, r->began, ray);
  ASSERT_OK(iso_walk_new(&walk, r->mesh->nlocal, &err));
  ASSERT_OK(iso_walk_set(&walk, iso_eikonal_times(r->wave), ray, &err));
  for (iso_lid i = 0; i < r->mesh->nlocal; i++) {
    gradient single = {.rig = r, .ray = ray, .element = g.element};
    iso_walk_back(&walk, 1, &i, (const double[]){1}, visit, &single);
    if (fabs(single.onset[0] + single.onset[1] - 1) >
        1e-12) /* all of a time is some onset's, and nothing is lost */
      fail_msg("node %d: %.15g", (int)i, single.onset[0] + single.onset[1]);
  }
  free(ray);
  free(g.element);
  iso_walk_free(&walk);
  drop(r);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(on_lines),     cmocka_unit_test(on_triangles),      cmocka_unit_test(on_tetrahedra),
      cmocka_unit_test(on_hexahedra), cmocka_unit_test(sources_end_walks),
  };
  MPI_Init(&argc, &argv);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failed;
}

/* Lead fields in a ball, whose closed form is known, and at points of another mesh. */
#include "grid/mpi_main.h"

#include "grid/make/slab.h"
#include "grid/share/blocks.h"
#include "linear/system.h"
#include "observe/lead_fields.h"
#include "observe/lead_weights.h"
#include "verified.h"

static iso_error err;

#define PI 3.14159265358979323846
static const double radius = 50, bulk = 0.4,
                    inner = 0.2; /* mm; mS/mm of all of it, and of the cells' inside */

typedef struct ball {
  iso_mesh *mesh;
  iso_device *device;
  iso_location electrode[2]; /* and the ground */
  iso_lead_fields fields;
} ball;

static const double electrode_at[2][3] = {{0, 0, 50}, {50, 0, 0}};

static iso_status conduct(void *self, const iso_mesh *mesh, iso_lid e, iso_conduction *out, iso_error *why) {
  (void)self, (void)mesh, (void)e, (void)why;
  *out = (iso_conduction){
      .conductivity = {{bulk, 0, 0}, {0, bulk, 0}, {0, 0, bulk}}, .capacity = 1, .extent = 1};
  return ISO_OK;
}

/* Cubes around the centre become balls around it, so those of half the size do, too. */
static void make_round(const double from[3], double to[3]) {
  double most = 0, length = 0;
  for (int d = 0; d < 3; d++) most = fmax(most, fabs(from[d])), length += from[d] * from[d];
  for (int d = 0; d < 3; d++) to[d] = most > 0 ? from[d] * most / sqrt(length) : 0;
}

static iso_mesh *ball_mesh(MPI_Comm comm, int cells) {
  const iso_slab_options slab = {.size_mm = {2 * radius, 2 * radius, 2 * radius},
                                 .spacing_mm = 2 * radius / cells,
                                 .shape = ISO_TETRAHEDRON,
                                 .diagonals = ISO_ALTERNATING};
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(comm, &slab, &slice, &err));
  for (int64_t i = 0; i < slice.nnode; i++) {
    double x[3];
    for (int d = 0; d < 3; d++) x[d] = slice.xyz[i][d] - radius;
    make_round(x, slice.xyz[i]);
  }
  ASSERT_OK(iso_mesh_build(comm, &slice, NULL, &mesh, NULL, &err));
  return mesh;
}

static void ball_new(ball *b, MPI_Comm comm, int cells) {
  char message[256];
  *b = (ball){.mesh = ball_mesh(comm, cells)};
  b->device = iso_device_open(&(iso_device_options){.kind = "cpu", .simd = "auto"}, message, sizeof message);
  assert_non_null(b->device);
  ASSERT_OK(iso_locate(b->mesh, 2, electrode_at, b->electrode, &err));
  ASSERT_OK(iso_lead_fields_new(&b->fields, b->device, b->mesh, (iso_conductor){NULL, conduct}, 2,
                                b->electrode, 1, &err));
}

static void ball_free(ball *b) {
  iso_lead_fields_free(&b->fields);
  iso_device_close(b->device);
  iso_mesh_free(b->mesh);
}

/* ---- closed forms ---- */

static double distance(const double a[3], const double b[3]) {
  return sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) + (a[2] - b[2]) * (a[2] - b[2]));
}

/* The potential at e on the surface of a unit current at x, but for a constant: the integral of the dipole's
 * (Yao, IEEE Trans Biomed Eng 47:956, 2000). */
static double of_current(const double e[3], const double x[3]) {
  const double d = distance(e, x), dot = e[0] * x[0] + e[1] * x[1] + e[2] * x[2];
  return (2 / d - log(radius * radius - dot + radius * d) / radius) / (4 * PI * bulk);
}

static double exact(const double x[3]) {
  return of_current(electrode_at[0], x) - of_current(electrode_at[1], x);
}

/* ---- in the ball ---- */

/* Largest error in the inner half, where Z goes from -1 to 1 times range, and a constant is of no
 * consequence. */
static double error_of_field(const ball *b) {
  const iso_mesh *mesh = b->mesh;
  double sum[2] = {0}, most[2] = {0};
  const double centre[3] = {0};
  for (int pass = 0; pass < 2; pass++) {
    for (iso_lid i = 0; i < mesh->nowned; i++) {
      if (distance(mesh->xyz[i], centre) > 0.5001 * radius) continue;
      const double off = b->fields.z[i] - exact(mesh->xyz[i]);
      if (pass == 0)
        sum[0] += off, sum[1] += 1;
      else
        most[0] = fmax(most[0], fabs(off - sum[0])), most[1] = fmax(most[1], fabs(exact(mesh->xyz[i])));
    }
    if (pass == 0) {
      MPI_Allreduce(MPI_IN_PLACE, sum, 2, MPI_DOUBLE, MPI_SUM, mesh->comm);
      sum[0] /= sum[1];
    }
  }
  MPI_Allreduce(MPI_IN_PLACE, most, 2, MPI_DOUBLE, MPI_MAX, mesh->comm);
  return most[0] / most[1];
}

static bool is_inside(const double x[3]) {
  const double centre[3] = {0};
  return distance(x, centre) < 0.5001 * radius;
}

static iso_status conduct_heart(void *self, const iso_mesh *mesh, iso_lid e, iso_conduction *out,
                                iso_error *why) {
  (void)self, (void)why;
  double x[ISO_MAX_NODES][3], sigma = inner;
  iso_mesh_corners(mesh, e, x);
  for (int k = 0; k < 4; k++)
    if (!is_inside(x[k])) sigma = 0;
  *out = (iso_conduction){
      .conductivity = {{sigma, 0, 0}, {0, sigma, 0}, {0, 0, sigma}}, .capacity = 1, .extent = 1};
  return ISO_OK;
}

/* What the electrode sees, against the ground, of a heart of half the radius with V = gradient . x: a dipole
 * density that is the same everywhere. As Z is harmonic, that is a dipole in the centre, p = -sigma_i
 * gradient times the heart's volume, of which the electrode at r on the surface sees 3 p . r / (4 pi sigma
 * radius^3). */
static double error_of_dipole(const ball *b) {
  static const double gradient[3] = {0.7, -0.4, 1.1};
  const iso_mesh *mesh = b->mesh;
  const double *e = electrode_at[0], *g = electrode_at[1];
  double *weight, seen = 0, moment[3] = {0}, volume = 0, expected = 0;
  iso_system heart;
  ASSERT_OK(iso_system_new(&heart, mesh, (iso_conductor){NULL, conduct_heart}, false, &err));
  ASSERT_OK(iso_alloc(&weight, (size_t)mesh->nowned, sizeof *weight, "test", &err));
  iso_lead_weights(&heart, b->fields.z, weight);
  for (iso_lid i = 0; i < mesh->nowned; i++)
    for (int d = 0; d < 3; d++) seen += weight[i] * gradient[d] * mesh->xyz[i][d];
  /* The polyhedron's volume times sigma_i is the sum of K_i x x. */
  for (iso_lid i = 0; i < mesh->nowned; i++)
    for (int64_t k = heart.start[i]; k < heart.start[i + 1]; k++)
      volume += heart.stiffness[k] * (mesh->xyz[heart.column[k]][0] - mesh->xyz[i][0]) * mesh->xyz[i][0];
  seen = world_sum_real(seen), volume = world_sum_real(volume);
  for (int d = 0; d < 3; d++) {
    moment[d] = -gradient[d] * volume;
    expected += 3 * moment[d] * (e[d] - g[d]) / (4 * PI * bulk * radius * radius * radius);
  }
  iso_system_free(&heart);
  free(weight);
  return fabs(seen / expected - 1);
}

/* Twice as fine, errors fall to a quarter: by 3 at least, since the coarse mesh has 8 elements across. Seen
 * are 0.19, 0.054 and 0.013 of fields, next to the electrodes of a ball, and 0.040, 0.0078 and 0.0018 of
 * dipoles. */
static void fields_and_dipoles_converge_to_the_closed_form(void **state) {
  (void)state;
  enum { LEVELS = 3 };
  double field[LEVELS], dipole[LEVELS], order = INFINITY;
  for (int k = 0; k < LEVELS; k++) {
    ball b;
    ball_new(&b, MPI_COMM_WORLD, 8 << k);
    field[k] = error_of_field(&b);
    dipole[k] = error_of_dipole(&b);
    ball_free(&b);
    if (k == 0) continue;
    order = fmin(order, log2(fmin(field[k - 1] / field[k], dipole[k - 1] / dipole[k])));
  }
  verified_at_least("lead_field_order", order, log2(3));
  verified_at_most("lead_field_error", field[LEVELS - 1], 0.02);
  verified_at_most("lead_field_dipole_error", dipole[LEVELS - 1], 0.003);
}

static void the_ground_sees_nothing(void **state) {
  (void)state;
  ball b;
  ball_new(&b, MPI_COMM_WORLD, 6);
  for (iso_lid i = 0; i < b.mesh->nlocal; i++) assert_true(b.fields.z[b.mesh->nlocal + i] == 0);
  ball_free(&b);
}

/* ---- at points ---- */

/* Every rank asks for points of its own, more than are looked for together on one. */
enum { POINTS = 20000 };

static void point(int64_t i, double at[3]) {
  for (int d = 0; d < 3; d++) at[d] = 20 * sin(1.7 * (double)i + 2.1 * d);
}

static void z_at_points(const iso_lead_fields *fields, int64_t first, int64_t n, double *z, double *outside) {
  double(*at)[3];
  ASSERT_OK(iso_alloc(&at, (size_t)n, sizeof *at, "test", &err));
  for (int64_t i = 0; i < n; i++) point(first + i, at[i]);
  ASSERT_OK(iso_lead_fields_at(fields, n, (const double(*)[3])at, z, outside, &err));
  free(at);
}

static void points_find_the_same_bits_on_any_ranks(void **state) {
  (void)state;
  ball together, alone;
  double *mine, *all, outside;
  const int64_t first = iso_block_first(POINTS, world_size(), world_rank()),
                n = iso_block_first(POINTS, world_size(), world_rank() + 1) - first;
  ball_new(&together, MPI_COMM_WORLD, 8);
  ball_new(&alone, MPI_COMM_SELF, 8);
  ASSERT_OK(iso_alloc(&mine, 2 * (size_t)n, sizeof *mine, "test", &err));
  ASSERT_OK(iso_alloc(&all, 2 * POINTS, sizeof *all, "test", &err));
  z_at_points(&together.fields, first, n, mine, &outside);
  assert_true(outside == 0);
  z_at_points(&alone.fields, 0, POINTS, all, &outside);
  assert_memory_equal(mine, all + first, (size_t)n * sizeof *mine);
  assert_memory_equal(mine + n, all + POINTS + first, (size_t)n * sizeof *mine);
  free(mine);
  free(all);
  ball_free(&together);
  ball_free(&alone);
}

/* A field without bounds, by way of another mesh whose nodes are the heart's, has the weights that it has
 * without that way, to the rounding of places in elements. */
static void a_field_without_bounds_is_the_same_both_ways(void **state) {
  (void)state;
  ball b;
  iso_system heart;
  double *direct, *by_mesh, *z, outside, most = 0, off = 0;
  static const double far[3] = {70, -20, 30};
  ball_new(&b, MPI_COMM_WORLD, 8);
  const size_t n = (size_t)b.mesh->nlocal;
  ASSERT_OK(iso_alloc(&z, 2 * n, sizeof *z, "test", &err));
  ASSERT_OK(iso_alloc(&direct, n, sizeof *direct, "test", &err));
  ASSERT_OK(iso_alloc(&by_mesh, n, sizeof *by_mesh, "test", &err));
  ASSERT_OK(iso_system_new(&heart, b.mesh, (iso_conductor){NULL, conduct_heart}, false, &err));
  iso_lead_unbounded(b.mesh, far, bulk, b.fields.z);
  iso_lead_weights(&heart, b.fields.z, direct);
  ASSERT_OK(
      iso_lead_fields_at(&b.fields, b.mesh->nlocal, (const double(*)[3])b.mesh->xyz, z, &outside, &err));
  assert_true(outside == 0);
  iso_lead_weights(&heart, z, by_mesh);
  for (iso_lid i = 0; i < b.mesh->nowned; i++) {
    most = fmax(most, fabs(direct[i]));
    off = fmax(off, fabs(direct[i] - by_mesh[i]));
  }
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE, MPI_MAX, b.mesh->comm);
  MPI_Allreduce(MPI_IN_PLACE, &off, 1, MPI_DOUBLE, MPI_MAX, b.mesh->comm);
  verified_at_most("lead_field_both_ways", off / (most + 1e-3), 1e-12);
  iso_system_free(&heart);
  free(z);
  free(direct);
  free(by_mesh);
  ball_free(&b);
}

static void points_beyond_the_mesh_are_told(void **state) {
  (void)state;
  ball b;
  double z[2], outside;
  const double beyond[1][3] = {{0, 0, 57}};
  ball_new(&b, MPI_COMM_WORLD, 6);
  ASSERT_OK(iso_lead_fields_at(&b.fields, world_rank() == 0, beyond, z, &outside, &err));
  assert_true(fabs(outside - 7) < 1e-9);
  ball_free(&b);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(fields_and_dipoles_converge_to_the_closed_form),
    cmocka_unit_test(the_ground_sees_nothing),
    cmocka_unit_test(points_find_the_same_bits_on_any_ranks),
    cmocka_unit_test(a_field_without_bounds_is_the_same_both_ways),
    cmocka_unit_test(points_beyond_the_mesh_are_told),
};
RUN_ON_ALL_RANKS(tests)

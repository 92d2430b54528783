/* Fields and fibres of an atrium laid flat: a sheet of tissue with veins at both ends and a valve along one
 * side. */
#include "grid/mpi_main.h"

#include "anatomy/atria.h"
#include "anatomy/atrial_top.h"
#include "grid/geometry.h"
#include "grid/make/slab.h"
#include "linear/fixture.h"

static iso_error err;

enum { LENGTH = 20, WIDTH = 10, THICKNESS = 2 }; /* mm, edges of 1 mm */

typedef struct flat {
  iso_mesh *mesh;
  iso_device *device;
  iso_anatomy anatomy;
  uint8_t *on;
  double *fields[ISO_ATRIAL_FIELDS];
} flat;

/* What a place of the flat atrium is on. */
typedef int place(const double x[3]);

/* Left veins at x = 0, right ones at the other end, the valve along y = 0 between them, the appendage in a
 * corner of the other side. */
static int left(const double x[3]) {
  const int wall = x[2] == 0 ? ISO_ON_ATRIAL_ENDO : x[2] == THICKNESS ? ISO_ON_ATRIAL_EPI : 0;
  const int appendage = x[0] == LENGTH / 2 && x[1] == WIDTH ? ISO_ON_LAA : 0;
  return wall | appendage |
         (x[0] == 0        ? ISO_ON_LPV
          : x[0] == LENGTH ? ISO_ON_RPV
                           : 0) |
         (x[1] == 0 && x[0] > 4 && x[0] < LENGTH - 4 ? ISO_ON_MV : 0);
}

static int right(const double x[3]) {
  const int wall = x[2] == 0 ? ISO_ON_ATRIAL_ENDO : x[2] == THICKNESS ? ISO_ON_ATRIAL_EPI : 0;
  return wall |
         (x[0] == 0        ? ISO_ON_SVC
          : x[0] == LENGTH ? ISO_ON_IVC
                           : 0) |
         (x[1] == 0           ? ISO_ON_TV_SEPTAL
          : x[1] == WIDTH     ? ISO_ON_TV_FREE
          : x[1] == WIDTH / 2 ? ISO_ON_TOP
                              : 0);
}

static void flat_new(flat *f, MPI_Comm comm, iso_atrium atrium, place *what) {
  iso_slice slice;
  const iso_slab_options slab = {
      {LENGTH, WIDTH, THICKNESS}, 1, ISO_TETRAHEDRON, ISO_ALTERNATING, {0, 0, 0}, 1};
  ASSERT_OK(iso_slab(comm, &slab, &slice, &err));
  ASSERT_OK(iso_mesh_build(comm, &slice, NULL, &f->mesh, NULL, &err));
  f->device = linear_device("cpu");
  ASSERT_OK(iso_anatomy_new(&f->anatomy, f->mesh, f->device, &err));
  ASSERT_OK(iso_alloc(&f->on, (size_t)f->mesh->nowned, 1, "test", &err));
  for (iso_lid i = 0; i < f->mesh->nowned; i++) f->on[i] = (uint8_t)what(f->mesh->xyz[i]);
  ASSERT_OK(iso_atrial_fields_new(&f->anatomy, atrium, f->on, f->fields, &err));
}

static void flat_free(flat *f) {
  for (int k = 0; k < ISO_ATRIAL_FIELDS; k++) free(f->fields[k]);
  iso_anatomy_free(&f->anatomy);
  iso_device_close(f->device);
  iso_mesh_free(f->mesh);
  free(f->on);
}

static iso_frame *frames_of(flat *f, iso_atrium atrium, const iso_atrial_bundles *bundles) {
  iso_frame *frames;
  ASSERT_OK(iso_alloc(&frames, (size_t)f->mesh->nelem, sizeof *frames, "test", &err));
  ASSERT_OK(iso_atrial_fibres(&f->anatomy, atrium, bundles, f->fields, frames, &err));
  return frames;
}

/* Linear ones are exact but for the solver's tolerance. */
static void fields_between_flat_ends_are_linear(void **state) {
  (void)state;
  flat l, r;
  flat_new(&l, MPI_COMM_WORLD, ISO_LEFT_ATRIUM, left);
  flat_new(&r, MPI_COMM_WORLD, ISO_RIGHT_ATRIUM, right);
  for (iso_lid i = 0; i < l.mesh->nlocal; i++) {
    const double *x = l.mesh->xyz[i];
    assert_true(fabs(l.fields[ISO_ATRIAL_TRANS][i] - x[2] / THICKNESS) < 1e-6);
    assert_true(fabs(l.fields[ISO_ATRIAL_V][i] - x[0] / LENGTH) < 1e-6);
    assert_true(l.fields[ISO_ATRIAL_AB][i] > -1 - 1e-6 && l.fields[ISO_ATRIAL_AB][i] < 2 + 1e-6);
  }
  for (iso_lid i = 0; i < r.mesh->nlocal; i++) {
    const double up = r.mesh->xyz[i][1] - WIDTH / 2.0;
    assert_true(fabs(r.fields[ISO_ATRIAL_R][i] - fabs(2 * up / WIDTH)) < 1e-6);
    assert_true(fabs(r.fields[ISO_ATRIAL_W][i] + 2 * up / WIDTH) < 1e-6);
  }
  assert_null(l.fields[ISO_ATRIAL_W]);
  flat_free(&l);
  flat_free(&r);
}

/* Round the veins: across x, in the wall. */
static void fibres_go_round_veins_and_valves(void **state) {
  (void)state;
  flat l, r;
  const iso_atrial_bundles veins = {.valve = 2, .low_veins = 0.5, .high_veins = 0.5}, valve = {.valve = 0.5};
  flat_new(&l, MPI_COMM_WORLD, ISO_LEFT_ATRIUM, left);
  flat_new(&r, MPI_COMM_WORLD, ISO_RIGHT_ATRIUM, right);
  iso_frame *f = frames_of(&l, ISO_LEFT_ATRIUM, &veins);
  for (iso_lid e = 0; e < l.mesh->nelem; e++) {
    assert_true(fabs(f[e].axis[0][1]) > 1 - 1e-6);
    assert_true(f[e].axis[2][2] > 1 - 1e-6);
  }
  free(f);
  f = frames_of(&r, ISO_RIGHT_ATRIUM, &valve);
  for (iso_lid e = 0; e < r.mesh->nelem; e++) { /* away from the top, where r has a kink */
    const double y = r.mesh->xyz[r.mesh->conn[(int64_t)e * r.mesh->width]][1];
    if (fabs(y - WIDTH / 2.0) >= 4) assert_true(fabs(f[e].axis[0][0]) > 1 - 1e-6);
  }
  free(f);
  flat_free(&l);
  flat_free(&r);
}

static void frames_are_orthonormal_and_the_same_bits_on_any_ranks(void **state) {
  (void)state;
  flat together, alone;
  const iso_atrial_bundles bundles = iso_atrial_bundles_of(ISO_LEFT_ATRIUM);
  flat_new(&together, MPI_COMM_WORLD, ISO_LEFT_ATRIUM, left);
  flat_new(&alone, MPI_COMM_SELF, ISO_LEFT_ATRIUM, left);
  iso_frame *many = frames_of(&together, ISO_LEFT_ATRIUM, &bundles),
            *one = frames_of(&alone, ISO_LEFT_ATRIUM, &bundles);
  for (iso_lid e = 0; e < together.mesh->nelem; e++) {
    assert_memory_equal(&many[e], &one[iso_mesh_elem(together.mesh, e)], sizeof *many);
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 3; j++)
        assert_true(fabs(iso_dot(many[e].axis[i], many[e].axis[j]) - (i == j)) < 1e-12);
  }
  free(many), free(one);
  flat_free(&together);
  flat_free(&alone);
}

static void a_field_without_given_nodes_is_named(void **state) {
  (void)state;
  flat l;
  double *fields[ISO_ATRIAL_FIELDS];
  flat_new(&l, MPI_COMM_WORLD, ISO_LEFT_ATRIUM, left);
  for (iso_lid i = 0; i < l.mesh->nowned; i++) l.on[i] &= ISO_ON_ATRIAL_ENDO | ISO_ON_ATRIAL_EPI;
  ASSERT_REFUSED(iso_atrial_fields_new(&l.anatomy, ISO_LEFT_ATRIUM, l.on, fields, &err), "'ab'");
  for (int k = 0; k < ISO_ATRIAL_FIELDS; k++) free(fields[k]);
  flat_free(&l);
}

/* The flat right atrium bent to half a tube, whose axis is that of x. */
static void flat_place(const double bent[3], double x[3]) {
  x[0] = bent[0];
  x[1] = WIDTH * atan2(bent[2], -bent[1]) / 3.14159265358979323846;
  x[2] = hypot(bent[1], bent[2]) - 4;
}

static iso_mesh *half_tube(MPI_Comm comm) {
  iso_slice slice;
  iso_mesh *mesh;
  const iso_slab_options slab = {
      {LENGTH, WIDTH, THICKNESS}, 1, ISO_TETRAHEDRON, ISO_ALTERNATING, {0, 0, 0}, 1};
  ASSERT_OK(iso_slab(comm, &slab, &slice, &err));
  for (int64_t i = 0; i < slice.nnode; i++) {
    double *x = slice.xyz[i];
    const double angle = 3.14159265358979323846 * x[1] / WIDTH, r = 4 + x[2];
    x[1] = -r * cos(angle), x[2] = r * sin(angle);
  }
  ASSERT_OK(iso_mesh_build(comm, &slice, NULL, &mesh, NULL, &err));
  return mesh;
}

static int rim(const double x[3]) {
  return fabs(x[0]) < 1e-9            ? ISO_ON_SVC
         : fabs(x[0] - LENGTH) < 1e-9 ? ISO_ON_IVC
         : fabs(x[1]) < 1e-9          ? ISO_ON_TV_SEPTAL
         : fabs(x[1] - WIDTH) < 1e-9  ? ISO_ON_TV_FREE
                                      : 0;
}

/* The valve's middle is below the tube's: the top is the line along the tube above it, of the nodes there and
 * at most one beside it. */
static void the_top_runs_from_one_vena_cava_to_the_other(void **state) {
  (void)state;
  iso_mesh *mesh = half_tube(MPI_COMM_WORLD);
  uint8_t *on;
  double x[3];
  ASSERT_OK(iso_alloc(&on, (size_t)mesh->nowned, 1, "test", &err));
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    flat_place(mesh->xyz[i], x);
    on[i] = (uint8_t)rim(x);
  }
  ASSERT_OK(iso_atrial_top(mesh, on, &err));
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    flat_place(mesh->xyz[i], x);
    const double beside = fabs(x[1] - WIDTH / 2.0);
    if (on[i] & ISO_ON_TOP && (beside > 1 + 1e-9 || on[i] != ISO_ON_TOP))
      fail_msg("(%g, %g, %g) is on top", x[0], x[1], x[2]);
    if (beside < 1e-9 && x[0] > 0.5 && x[0] < LENGTH - 0.5) assert_int_equal(on[i], ISO_ON_TOP);
  }
  /* A valve whose middle is that of a vena cava. */
  for (iso_lid i = 0; i < mesh->nowned; i++)
    on[i] = (uint8_t)(on[i] & ISO_ON_SVC ? ISO_ON_SVC | ISO_ON_TV_FREE : on[i] & ISO_ON_IVC);
  ASSERT_REFUSED(iso_atrial_top(mesh, on, &err), "--top cannot be found: the middles of the venae cavae");
  free(on);
  iso_mesh_free(mesh);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_top_runs_from_one_vena_cava_to_the_other),
    cmocka_unit_test(fields_between_flat_ends_are_linear),
    cmocka_unit_test(fibres_go_round_veins_and_valves),
    cmocka_unit_test(frames_are_orthonormal_and_the_same_bits_on_any_ranks),
    cmocka_unit_test(a_field_without_given_nodes_is_named),
};
RUN_ON_ALL_RANKS(tests)

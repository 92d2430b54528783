/* Fields of one block of chambers on another, by coordinates. */
#include "grid/mpi_main.h"

#include "anatomy/chambers.h"
#include "anatomy/coordinates.h"
#include "anatomy/transfer.h"
#include "grid/geometry.h"
#include "verified.h"

static iso_error err;

typedef struct heart {
  chambers block;
  iso_coordinates c;
} heart;

static void heart_new(heart *out, MPI_Comm comm, chambers_change change) {
  chambers_new(&out->block, comm, change);
  ASSERT_OK(iso_coordinates_new(&out->c, &out->block.anatomy, out->block.on, NULL, &err));
}

/* On all ranks, made once. */
static const heart *heart_of(chambers_change change) {
  static heart once[CHAMBERS_RENUMBERED];
  if (!once[change].block.mesh) heart_new(&once[change], MPI_COMM_WORLD, change);
  return &once[change];
}

static iso_chart_fields fields_of(const heart *h) {
  return (iso_chart_fields){h->c.transventricular, h->c.transmural, h->c.apicobasal, h->c.rotational};
}

/* Rows of three fields [n each]. */
typedef struct places {
  double *row[3];
} places;

static places places_new(iso_lid n) {
  places p;
  for (int d = 0; d < 3; d++) ASSERT_OK(iso_alloc(&p.row[d], (size_t)n, sizeof *p.row[d], "test", &err));
  return p;
}

static void places_free(places *p) {
  for (int d = 0; d < 3; d++) free(p->row[d]);
}

static places places_of(const iso_mesh *mesh) {
  const places p = places_new(mesh->nlocal);
  for (iso_lid i = 0; i < mesh->nlocal; i++)
    for (int d = 0; d < 3; d++) p.row[d][i] = mesh->xyz[i][d];
  return p;
}

/* With ghosts, so that they can go on to another heart. */
static places transfer(const heart *from, const places *fields, const heart *to, int64_t *beside) {
  const iso_chart_fields at = fields_of(from), want = fields_of(to);
  const places out = places_new(to->block.mesh->nlocal);
  ASSERT_OK(iso_transfer_fields(from->block.mesh, &at, 3, (const double *const *)fields->row, to->block.mesh,
                                &want, out.row, beside, &err));
  for (int d = 0; d < 3; d++)
    ASSERT_OK(iso_halo_update(to->block.mesh->halo, out.row[d], sizeof *out.row[d], &err));
  return out;
}

/* The share of all nodes of elements whose place is off by more than so much; scale: of the places. Nodes in
 * the chambers have no elements. */
static double share_beyond(const iso_mesh *mesh, const places *p, double scale, double mm) {
  double beyond = 0, all = 0;
  uint8_t *is;
  ASSERT_OK(iso_alloc(&is, (size_t)mesh->nlocal, 1, "test", &err));
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int c = 0; c < mesh->width; c++) is[mesh->conn[(int64_t)e * mesh->width + c]] = 1;
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const double at[3] = {scale * p->row[0][i], scale * p->row[1][i], scale * p->row[2][i]};
    if (!is[i]) continue;
    all++;
    beyond += !(iso_distance(at, mesh->xyz[i]) <= mm);
  }
  free(is);
  return world_sum_real(beyond) / world_sum_real(all);
}

/* Edges are 1 mm. Of the same heart twice as large, nodes have the same coordinates, and their places are
 * theirs but where elements of the block's corners lie over each other. */
static void a_heart_twice_as_large_has_the_places_of_the_other(void **state) {
  (void)state;
  const heart *small = heart_of(CHAMBERS_ROUGH), *large = heart_of(CHAMBERS_DOUBLED);
  int64_t beside;
  places own = places_of(small->block.mesh), got = transfer(small, &own, large, &beside);
  const double share = share_beyond(large->block.mesh, &got, 2, 1e-6);
  print_message("beyond 1e-6 mm: %.4f, beside %lld\n", share, (long long)beside);
  assert_true(share < 0.01); /* 0.014 where an element over others counted because its number is lower */
  places_free(&own), places_free(&got);
}

/* There and back to another mesh of the heart: nine of ten are less than half an edge off. */
static void there_and_back_is_within_half_an_edge(void **state) {
  (void)state;
  const heart *one = heart_of(CHAMBERS_PLAIN), *other = heart_of(CHAMBERS_DOUBLED);
  int64_t beside;
  places own = places_of(one->block.mesh), there = transfer(one, &own, other, &beside);
  places back = transfer(other, &there, one, &beside);
  const double half = share_beyond(one->block.mesh, &back, 1, 0.5),
               whole = share_beyond(one->block.mesh, &back, 1, 1);
  verified_at_most("transfer_beyond_half_an_edge_percent", 100 * half, 10);
  verified_at_most("transfer_beyond_an_edge_percent", 100 * whole, 5);
  places_free(&own), places_free(&there), places_free(&back);
}

static void transfers_have_the_same_bits_on_any_ranks(void **state) {
  (void)state;
  heart from, to;
  int64_t beside[2];
  double *all;
  heart_new(&from, MPI_COMM_SELF, CHAMBERS_PLAIN);
  heart_new(&to, MPI_COMM_SELF, CHAMBERS_ROUGH);
  const heart *on_all = heart_of(CHAMBERS_ROUGH);
  places own = places_of(from.block.mesh), part = places_of(heart_of(CHAMBERS_PLAIN)->block.mesh);
  places one = transfer(&from, &own, &to, &beside[0]);
  places many = transfer(heart_of(CHAMBERS_PLAIN), &part, on_all, &beside[1]);
  assert_true(beside[0] == beside[1]);
  ASSERT_OK(iso_alloc(&all, (size_t)to.block.mesh->nnodes, sizeof *all, "test", &err));
  for (int d = 0; d < 3; d++) { /* by global number */
    for (iso_lid i = 0; i < to.block.mesh->nowned; i++) all[to.block.mesh->gid[i]] = one.row[d][i];
    for (iso_lid i = 0; i < on_all->block.mesh->nlocal; i++)
      assert_memory_equal(&many.row[d][i], &all[on_all->block.mesh->gid[i]], sizeof *all);
  }
  free(all);
  places_free(&own), places_free(&part), places_free(&one), places_free(&many);
  iso_coordinates_free(&from.c), iso_coordinates_free(&to.c);
  chambers_free(&from.block), chambers_free(&to.block);
}

/* In the frames of a heart's own coordinates: fibres turn with the depth, sheets are across the wall. */
static void own_vectors(const heart *h, float (**fibre)[3], float (**sheet)[3]) {
  const iso_mesh *mesh = h->block.mesh;
  const iso_chart_fields at = fields_of(h);
  iso_frame *frame;
  ASSERT_OK(iso_alloc(&frame, (size_t)mesh->nelem, sizeof *frame, "test", &err));
  ASSERT_OK(iso_alloc(fibre, (size_t)mesh->nelem, sizeof **fibre, "test", &err));
  ASSERT_OK(iso_alloc(sheet, (size_t)mesh->nelem, sizeof **sheet, "test", &err));
  ASSERT_OK(iso_coordinate_frames(mesh, &at, frame, &err));
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const double angle = 1 - 2 * iso_chart_middle(&at, mesh, e, NULL).at[2];
    for (int d = 0; d < 3; d++) {
      (*fibre)[e][d] = (float)(cos(angle) * frame[e].axis[0][d] + sin(angle) * frame[e].axis[1][d]);
      (*sheet)[e][d] = (float)frame[e].axis[2][d];
    }
  }
  free(frame);
}

/* Degrees between lines. */
static double between(const float a[3], const float b[3]) {
  const double x[3] = {a[0], a[1], a[2]}, y[3] = {b[0], b[1], b[2]};
  double z[3];
  iso_cross(x, y, z);
  return atan2(iso_length(z), fabs(iso_dot(x, y))) * 57.29577951308232;
}

/* The share of elements whose vector is off by more than so many degrees. */
static double share_off(const iso_mesh *mesh, float (*got)[3], float (*own)[3], double degrees) {
  double off = 0, all = 0;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    if (mesh->conn[(int64_t)e * mesh->width] >= mesh->nowned) continue;
    all++;
    off += !(between(got[e], own[e]) <= degrees);
  }
  return world_sum_real(off) / world_sum_real(all);
}

/* A heart that is turned or twice as large has the same coordinates, and the vectors turn with it, but where
 * elements of the block's corners lie over each other. */
static void vectors_turn_with_the_heart(void **state) {
  (void)state;
  static const chambers_change others[] = {CHAMBERS_TURNED, CHAMBERS_DOUBLED};
  const heart *one = heart_of(CHAMBERS_ROUGH);
  const iso_chart_fields at = fields_of(one);
  float(*from[2])[3], (*own[2])[3], (*got[2])[3];
  own_vectors(one, &from[0], &from[1]);
  for (int k = 0; k < 2; k++) {
    const heart *other = heart_of(others[k]);
    const iso_mesh *mesh = other->block.mesh;
    const iso_chart_fields want = fields_of(other);
    int64_t beside;
    own_vectors(other, &own[0], &own[1]);
    for (int v = 0; v < 2; v++)
      ASSERT_OK(iso_alloc(&got[v], (size_t)mesh->nelem, sizeof *got[v], "test", &err));
    ASSERT_OK(iso_transfer_vectors(one->block.mesh, &at, 2, from, mesh, &want, got, &beside, &err));
    for (int v = 0; v < 2; v++) {
      const double share = share_off(mesh, got[v], own[v], 1e-3);
      print_message("beyond 0.001 degrees: %.4f, beside %lld\n", share, (long long)beside);
      assert_true(share < 0.03);
    }
    for (int v = 0; v < 2; v++) free(own[v]), free(got[v]);
  }
  free(from[0]), free(from[1]);
}

static void a_ventricle_that_is_not_there_is_refused(void **state) {
  (void)state;
  const heart *one = heart_of(CHAMBERS_PLAIN);
  const iso_mesh *mesh = one->block.mesh;
  int64_t beside;
  places own = places_of(mesh), out = places_new(mesh->nlocal), none = places_new(mesh->nlocal);
  const iso_chart_fields want = fields_of(one);
  iso_chart_fields at = want;
  at.transventricular = none.row[0];
  ASSERT_REFUSED(
      iso_transfer_fields(mesh, &at, 3, (const double *const *)own.row, mesh, &want, out.row, &beside, &err),
      "a ventricle that the other has not");
  places_free(&own), places_free(&out), places_free(&none);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_heart_twice_as_large_has_the_places_of_the_other),
    cmocka_unit_test(there_and_back_is_within_half_an_edge),
    cmocka_unit_test(transfers_have_the_same_bits_on_any_ranks),
    cmocka_unit_test(vectors_turn_with_the_heart),
    cmocka_unit_test(a_ventricle_that_is_not_there_is_refused),
};
RUN_ON_ALL_RANKS(tests)

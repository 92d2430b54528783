/* Fields of one block of chambers on another, by coordinates. */
#include "grid/mpi_main.h"

#include "anatomy/chambers.h"
#include "anatomy/coordinates.h"
#include "anatomy/transfer.h"
#include "grid/geometry.h"

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
  assert_true(share < 0.03);
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
  print_message("beyond 0.5 mm: %.4f, 1 mm: %.4f\n", half, whole);
  assert_true(half < 0.1 && whole < 0.05);
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
    cmocka_unit_test(a_ventricle_that_is_not_there_is_refused),
};
RUN_ON_ALL_RANKS(tests)

#include "grid/mpi_main.h"

#include "anatomy/chambers.h"

#include "anatomy/ventricles.h"
#include "grid/make/slab.h"
#include "linear/fixture.h"

static iso_error err;

/* mm: the block, and the chambers in it, which are open above */
static const double size[3] = {40, 28, 26};
static const double left[2][2] = {{6, 20}, {6, 22}}, right[2][2] = {{26, 34}, {6, 22}};
static const double bottom = 6;

static bool is_in(const double chamber[2][2], const double x[3], double room) {
  return x[0] > chamber[0][0] - room && x[0] < chamber[0][1] + room && x[1] > chamber[1][0] - room &&
         x[1] < chamber[1][1] + room && x[2] > bottom - room;
}

/* On a wall of it: inside with a little room, and not without. */
static bool is_on(const double chamber[2][2], const double x[3]) {
  return is_in(chamber, x, 1e-6) && !is_in(chamber, x, -1e-6);
}

static uint8_t what_is(const double x[3]) {
  int on = 0;
  if (x[2] > size[2] - 1e-6) on |= ISO_ON_BASE;
  if (is_on(left, x)) on |= ISO_ON_LV_ENDO;
  if (is_on(right, x)) on |= ISO_ON_RV_ENDO;
  if (x[0] < 1e-6 || x[0] > size[0] - 1e-6 || x[1] < 1e-6 || x[1] > size[1] - 1e-6 || x[2] < 1e-6)
    on |= ISO_ON_EPI;
  return (uint8_t)on;
}

chambers_wall chambers_at(const double x[3]) {
  if (x[1] < 12 || x[1] > 16 || x[2] < 14 || x[2] > 23) return CHAMBERS_ELSEWHERE;
  return x[0] < 6 ? CHAMBERS_LEFT_WALL : x[0] > 34 ? CHAMBERS_RIGHT_WALL : CHAMBERS_SEPTUM;
}

/* Takes the elements in the chambers out; their nodes stay as orphans. A slab's slice has all nodes that its
 * elements need only among all ranks, so places follow from numbers. */
static void hollow(MPI_Comm comm, iso_slice *s) {
  const iso_gid nx = (iso_gid)size[0] + 1, ny = (iso_gid)size[1] + 1;
  int64_t kept = 0;
  int rank;
  for (int64_t e = 0; e < s->nelem; e++) {
    const iso_gid *node = s->conn + e * s->width;
    double centre[3] = {0};
    for (int k = 0; k < 4; k++) {
      centre[0] += 0.25 * (double)(node[k] % nx);
      centre[1] += 0.25 * (double)(node[k] / nx % ny);
      centre[2] += 0.25 * (double)(node[k] / nx / ny);
    }
    if (is_in(left, centre, 0) || is_in(right, centre, 0)) continue;
    memmove(s->conn + kept * s->width, node, (size_t)s->width * sizeof *node);
    kept++; /* all have one shape and one tag */
  }
  s->nelem = kept;
  MPI_Comm_rank(comm, &rank);
  MPI_Allreduce(&s->nelem, &s->nelems, 1, MPI_INT64_T, MPI_SUM, comm);
  MPI_Exscan(&s->nelem, &s->first_elem, 1, MPI_INT64_T, MPI_SUM, comm);
  if (rank == 0) s->first_elem = 0;
}

void chambers_new(chambers *out, MPI_Comm comm) {
  const iso_slab_options block = {
      {size[0], size[1], size[2]}, 1, ISO_TETRAHEDRON, ISO_ALTERNATING, {0, 0, 0}, 1};
  iso_slice slice;
  ASSERT_OK(iso_slab(comm, &block, &slice, &err));
  hollow(comm, &slice);
  ASSERT_OK(iso_mesh_build(comm, &slice, NULL, &out->mesh, NULL, &err));
  out->device = linear_device("cpu");
  ASSERT_OK(iso_anatomy_new(&out->anatomy, out->mesh, out->device, &err));
  ASSERT_OK(iso_alloc(&out->on, (size_t)out->mesh->nowned, 1, "test", &err));
  for (iso_lid i = 0; i < out->mesh->nowned; i++) out->on[i] = what_is(out->mesh->xyz[i]);
}

void chambers_free(chambers *c) {
  iso_anatomy_free(&c->anatomy);
  iso_device_close(c->device);
  iso_mesh_free(c->mesh);
  free(c->on);
}

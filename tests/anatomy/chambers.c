#include "grid/mpi_main.h"

#include "anatomy/chambers.h"

#include "anatomy/ventricles.h"
#include "grid/geometry.h"
#include "grid/make/slab.h"
#include "linear/fixture.h"

static iso_error err;

/* mm: the block, and the chambers in it, which are open above */
static const double size[3] = {41, 28, 26};
static const double left[2][2] = {{6, 20}, {6, 22}}, right[2][2] = {{27, 35}, {6, 22}};
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
  if (x[0] > 6 && x[0] < 35) return x[0] >= 20 && x[0] <= 27 ? CHAMBERS_SEPTUM : CHAMBERS_ELSEWHERE;
  return x[0] <= 6 ? CHAMBERS_LEFT_WALL : CHAMBERS_RIGHT_WALL;
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

/* A number without a common divisor with that of nodes, so that multiples of it are all numbers. */
enum { STRIDE = 7919 };

iso_gid chambers_number(const chambers *c, iso_gid plain) {
  return c->change == CHAMBERS_RENUMBERED ? plain * STRIDE % c->mesh->nnodes : plain;
}

static void change_place(chambers_change change, iso_gid number, const double plain[3], double to[3]) {
  const double axis[3] = {2.0 / 3, -1.0 / 3, 2.0 / 3}, c = cos(1.0), s = sin(1.0);
  double from[3], across[3];
  for (int d = 0; d < 3; d++) {
    from[d] = plain[d] + (change == CHAMBERS_PLAIN ? 0 : 0.15 * sin(12.9 * (double)(3 * number + d)));
    to[d] = change == CHAMBERS_DOUBLED ? 2 * from[d] : from[d];
  }
  if (change != CHAMBERS_TURNED) return;
  iso_cross(axis, from, across);
  for (int d = 0; d < 3; d++) to[d] = c * from[d] + s * across[d] + (1 - c) * iso_dot(axis, from) * axis[d];
}

static void change_slice(chambers_change change, iso_slice *s) {
  double(*xyz)[3];
  ASSERT_OK(iso_alloc(&xyz, (size_t)s->nnode, sizeof *xyz, "test", &err));
  for (int64_t i = 0; i < s->nnode; i++)
    change_place(change, s->first_node + i, s->xyz[i],
                 xyz[change == CHAMBERS_RENUMBERED ? i * STRIDE % s->nnodes : i]);
  free(s->xyz);
  s->xyz = xyz;
  for (int64_t k = 0; change == CHAMBERS_RENUMBERED && k < s->nelem * s->width; k++)
    s->conn[k] = s->conn[k] * STRIDE % s->nnodes;
}

static void mark(chambers *c) {
  const iso_gid nx = (iso_gid)size[0] + 1, ny = (iso_gid)size[1] + 1, nnodes = c->mesh->nnodes;
  uint8_t *all; /* by number */
  ASSERT_OK(iso_alloc(&all, (size_t)nnodes, 1, "test", &err));
  for (iso_gid n = 0; n < nnodes; n++)
    all[chambers_number(c, n)] =
        what_is((double[]){(double)(n % nx), (double)(n / nx % ny), (double)(n / nx / ny)});
  ASSERT_OK(iso_alloc(&c->on, (size_t)c->mesh->nowned, 1, "test", &err));
  for (iso_lid i = 0; i < c->mesh->nowned; i++) c->on[i] = all[c->mesh->gid[i]];
  free(all);
}

void chambers_new(chambers *out, MPI_Comm comm, chambers_change change) {
  const iso_slab_options block = {
      {size[0], size[1], size[2]}, 1, ISO_TETRAHEDRON, ISO_ALTERNATING, {0, 0, 0}, 1};
  iso_slice slice;
  out->change = change;
  ASSERT_OK(iso_slab(comm, &block, &slice, &err));
  hollow(comm, &slice);
  change_slice(change, &slice);
  ASSERT_OK(iso_mesh_build(comm, &slice, NULL, &out->mesh, NULL, &err));
  out->device = linear_device("cpu");
  ASSERT_OK(iso_anatomy_new(&out->anatomy, out->mesh, out->device, &err));
  mark(out);
}

void chambers_free(chambers *c) {
  iso_anatomy_free(&c->anatomy);
  iso_device_close(c->device);
  iso_mesh_free(c->mesh);
  free(c->on);
}

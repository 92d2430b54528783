#include "grid/mpi_main.h"

#include "anatomy/spheroid.h"

#include "anatomy/ventricles.h"
#include "grid/geometry.h"
#include "grid/share/blocks.h"
#include "linear/fixture.h"

static iso_error err;

#define PI 3.14159265358979323846

void spheroid_turn(const double x[3], double angle, double out[3]) {
  const double axis[3] = {1 / sqrt(3), 1 / sqrt(3), 1 / sqrt(3)}, c = cos(angle), s = sin(angle);
  double across[3];
  iso_cross(axis, x, across);
  for (int d = 0; d < 3; d++) out[d] = c * x[d] + s * across[d] + (1 - c) * iso_dot(axis, x) * axis[d];
}

spheroid_place spheroid_at(const double x[3]) {
  const double f = SPHEROID_FOCUS, r = hypot(x[0], x[1]);
  const double far = hypot(r, x[2] - f), near = hypot(r, x[2] + f); /* from the foci */
  spheroid_place p = {
      .l = acosh((far + near) / (2 * f)), .m = acos((far - near) / (2 * f)), .a = atan2(x[1], x[0])};
  const double scale = sqrt(pow(sinh(p.l), 2) + pow(sin(p.m), 2));
  const double out = cosh(p.l) * sin(p.m) / scale, up = -sinh(p.l) * cos(p.m) / scale;
  const double out_m = sinh(p.l) * cos(p.m) / scale, up_m = cosh(p.l) * sin(p.m) / scale;
  memcpy(p.along_l, (double[]){out * cos(p.a), out * sin(p.a), up}, sizeof p.along_l);
  memcpy(p.along_m, (double[]){out_m * cos(p.a), out_m * sin(p.a), up_m}, sizeof p.along_m);
  memcpy(p.along_a, (double[]){-sin(p.a), cos(p.a), 0}, sizeof p.along_a);
  return p;
}

/* Simpson's rule for the arc from the endocardium. */
static double arc(double to, double m) {
  enum { PARTS = 64 };
  const double step = (to - SPHEROID_ENDO) / PARTS;
  double sum = 0;
  for (int k = 0; k <= PARTS; k++) {
    const double l = SPHEROID_ENDO + k * step;
    sum += (k == 0 || k == PARTS ? 1 : k % 2 ? 4 : 2) * sqrt(pow(sinh(l), 2) + pow(sin(m), 2));
  }
  return sum * step / 3;
}

double spheroid_depth(const spheroid_place *p) { return arc(p->l, p->m) / arc(SPHEROID_EPI, p->m); }

/* Nodes by layer, then ring, then place around; ring 0 is one node on the axis. */
typedef struct grid {
  int layers, rings, around;
} grid;

static iso_gid per_layer(const grid *g) { return 1 + (iso_gid)g->rings * g->around; }

static iso_gid node_at(const grid *g, int i, int j, int k) {
  return i * per_layer(g) + (j == 0 ? 0 : 1 + (iso_gid)(j - 1) * g->around + k % g->around);
}

static void place_node(const grid *g, iso_gid node, double turn, double x[3], uint8_t *on) {
  const iso_gid in_layer = node % per_layer(g);
  const int i = (int)(node / per_layer(g)), j = in_layer == 0 ? 0 : 1 + (int)((in_layer - 1) / g->around);
  const double l = SPHEROID_ENDO + (SPHEROID_EPI - SPHEROID_ENDO) * i / g->layers;
  const double m = SPHEROID_BASE * j / g->rings;
  const double a = j == 0 ? 0 : 2 * PI * (double)((in_layer - 1) % g->around) / g->around;
  const double f = SPHEROID_FOCUS;
  const double y[3] = {f * sinh(l) * sin(m) * cos(a), f * sinh(l) * sin(m) * sin(a), -f * cosh(l) * cos(m)};
  spheroid_turn(y, turn, x);
  *on = (uint8_t)((i == 0 ? ISO_ON_LV_ENDO : 0) | (i == g->layers ? ISO_ON_EPI : 0) |
                  (j == g->rings ? ISO_ON_BASE : 0));
}

/* Six tetrahedra along the ways from the low corner of a cell to the high one, one axis at a time; on the
 * axis, where corners are the same, those that are left. Returns whether there is one. */
static bool tetrahedron(const grid *g, int64_t number, iso_gid node[4]) {
  static const int way[6][3] = {{0, 1, 2}, {1, 0, 2}, {0, 2, 1}, {2, 0, 1}, {1, 2, 0}, {2, 1, 0}};
  const int64_t cell = number / 6;
  int at[3] = {(int)(cell / (g->rings * g->around)), (int)(cell / g->around % g->rings),
               (int)(cell % g->around)};
  for (int k = 0; k < 4; k++) {
    if (k > 0) at[way[number % 6][k - 1]]++;
    node[k] = node_at(g, at[0], at[1], at[2]);
    if (k > 0 && node[k] == node[k - 1]) return false;
  }
  return true;
}

static iso_slice make_slice(MPI_Comm comm, const grid *g, double turn) {
  int size, rank;
  MPI_Comm_size(comm, &size);
  MPI_Comm_rank(comm, &rank);
  iso_slice s = {.nnodes = (g->layers + 1) * per_layer(g), .width = 4};
  s.first_node = iso_block_first(s.nnodes, size, rank);
  s.nnode = iso_block_first(s.nnodes, size, rank + 1) - s.first_node;
  ASSERT_OK(iso_alloc(&s.xyz, (size_t)s.nnode, sizeof *s.xyz, "test", &err));
  for (int64_t i = 0; i < s.nnode; i++) {
    uint8_t on;
    place_node(g, s.first_node + i, turn, s.xyz[i], &on);
  }
  const int64_t all = (int64_t)6 * g->layers * g->rings * g->around;
  const int64_t first = iso_block_first(all, size, rank), end = iso_block_first(all, size, rank + 1);
  ASSERT_OK(iso_alloc(&s.conn, 4 * (size_t)(end - first), sizeof *s.conn, "test", &err));
  ASSERT_OK(iso_alloc(&s.shape, (size_t)(end - first), 1, "test", &err));
  ASSERT_OK(iso_alloc(&s.tag, (size_t)(end - first), sizeof *s.tag, "test", &err));
  for (int64_t number = first; number < end; number++) {
    iso_gid *node = s.conn + 4 * s.nelem;
    if (!tetrahedron(g, number, node)) continue;
    if (number % 2) { /* every other way turns round the wrong way */
      const iso_gid last = node[3];
      node[3] = node[2], node[2] = last;
    }
    s.shape[s.nelem++] = ISO_TETRAHEDRON;
  }
  MPI_Allreduce(&s.nelem, &s.nelems, 1, MPI_INT64_T, MPI_SUM, comm);
  MPI_Exscan(&s.nelem, &s.first_elem, 1, MPI_INT64_T, MPI_SUM, comm);
  if (rank == 0) s.first_elem = 0;
  return s;
}

/* The rim of the base is 62 mm round at mid-wall and a meridian is 75 mm long, for a wall of 12 mm. */
void spheroid_new(spheroid *out, MPI_Comm comm, int layers, double turn) {
  const grid g = {layers, 5 * layers, 8 * layers};
  iso_slice slice = make_slice(comm, &g, turn);
  ASSERT_OK(iso_mesh_build(comm, &slice, NULL, &out->mesh, NULL, &err));
  out->device = linear_device("cpu");
  ASSERT_OK(iso_anatomy_new(&out->anatomy, out->mesh, out->device, &err));
  ASSERT_OK(iso_alloc(&out->on, (size_t)out->mesh->nowned, 1, "test", &err));
  for (iso_lid i = 0; i < out->mesh->nowned; i++) {
    double x[3];
    place_node(&g, out->mesh->gid[i], 0, x, &out->on[i]);
  }
}

void spheroid_free(spheroid *s) {
  iso_anatomy_free(&s->anatomy);
  iso_device_close(s->device);
  iso_mesh_free(s->mesh);
  free(s->on);
}

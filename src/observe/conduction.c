#include "observe/conduction.h"

#include "base/memory.h"
#include "grid/shapes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct iso_conduction {
  const iso_mesh *mesh;
  const iso_activation *activation;
  int beat;
  double slowest_m_per_s;
  double (*slowness)[3]; /* [nowned] ms/mm */
  uint8_t *blocked;      /* [nowned] */
  double percent;        /* of all nodes */
  iso_block_size size;
};

iso_status iso_conduction_new(iso_conduction **out, const iso_mesh *mesh, const iso_activation *activation,
                              int beat, double slowest_m_per_s, iso_error *err) {
  const size_t n = (size_t)mesh->nowned;
  iso_conduction *c;
  *out = NULL;
  ISO_TRY(iso_alloc(&c, 1, sizeof *c, "conduction", err));
  *c = (iso_conduction){
      .mesh = mesh, .activation = activation, .beat = beat, .slowest_m_per_s = slowest_m_per_s};
  iso_status status = iso_alloc(&c->slowness, n, sizeof *c->slowness, "conduction", err);
  if (status == ISO_OK) status = iso_alloc(&c->blocked, n, sizeof *c->blocked, "conduction", err);
  if (status == ISO_OK)
    *out = c;
  else
    iso_conduction_free(c);
  return status;
}

void iso_conduction_free(iso_conduction *c) {
  if (!c) return;
  free(c->slowness);
  free(c->blocked);
  free(c);
}

/* ---- from times ---- */

/* The sums of a least-squares gradient at a node: over its edges d, of d d' and of d times the delay. */
typedef struct {
  double xx, xy, xz, yy, yz, zz, b[3];
} sums;

static void add_edge(sums *s, const double d[3], double delay) {
  s->xx += d[0] * d[0], s->xy += d[0] * d[1], s->xz += d[0] * d[2];
  s->yy += d[1] * d[1], s->yz += d[1] * d[2], s->zz += d[2] * d[2];
  for (int k = 0; k < 3; k++) s->b[k] += d[k] * delay;
}

/* Where all edges are in a plane or a line, so is the gradient: a small share of the sums' size stands for
 * what they do not say, and moves the rest by as little. */
static void solve(const sums *s, double g[3]) {
  const double little = 1e-9 * (s->xx + s->yy + s->zz), a = s->xx + little, d = s->yy + little,
               f = s->zz + little;
  const double b = s->xy, c = s->xz, e = s->yz;
  const double m[3][3] = {{d * f - e * e, c * e - b * f, b * e - c * d},
                          {c * e - b * f, a * f - c * c, b * c - a * e},
                          {b * e - c * d, b * c - a * e, a * d - b * b}};
  const double determinant = a * m[0][0] + b * m[0][1] + c * m[0][2];
  for (int k = 0; k < 3; k++)
    g[k] = determinant > 0 ? (m[k][0] * s->b[0] + m[k][1] * s->b[1] + m[k][2] * s->b[2]) / determinant : 0;
}

/* What the edge from node i to node j says of node i. */
static void look_along(const iso_mesh *mesh, const double *ms, double slowest, iso_lid i, iso_lid j, sums *s,
                       uint8_t *blocked) {
  double d[3];
  if (i >= mesh->nowned || (isnan(ms[i]) && isnan(ms[j]))) return;
  for (int k = 0; k < 3; k++) d[k] = mesh->xyz[j][k] - mesh->xyz[i][k];
  if (iso_edge_is_blocked(mesh, ms, slowest, i, j))
    blocked[i] = 1;
  else
    add_edge(&s[i], d, ms[j] - ms[i]);
}

/* Elements have a node in the order of their global numbers on any rank, so sums have the same bits. */
static void look_along_all(const iso_mesh *mesh, const double *ms, double slowest, sums *s,
                           uint8_t *blocked) {
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const iso_cell *cell = &iso_shapes[mesh->shape[e]];
    const iso_lid *node = mesh->conn + (int64_t)e * mesh->width;
    for (int k = 0; k < cell->nedges; k++) {
      const iso_lid i = node[cell->edge[k][0]], j = node[cell->edge[k][1]];
      look_along(mesh, ms, slowest, i, j, s, blocked);
      look_along(mesh, ms, slowest, j, i, s, blocked);
    }
  }
}

iso_status iso_conduction_of_times(const iso_mesh *mesh, const double *owned_ms, double slowest_m_per_s,
                                   double (*slowness)[3], uint8_t *blocked, iso_block_size *size,
                                   iso_error *err) {
  const size_t nowned = (size_t)mesh->nowned;
  double *ms = NULL;
  sums *s = NULL;
  iso_status status = iso_alloc(&ms, (size_t)mesh->nlocal, sizeof *ms, "activation times", err);
  if (status == ISO_OK) status = iso_alloc(&s, nowned, sizeof *s, "gradients of activation", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) {
    if (nowned) memcpy(ms, owned_ms, nowned * sizeof *ms), memset(blocked, 0, nowned);
    status = iso_agree(mesh->comm, iso_halo_update(mesh->halo, ms, sizeof *ms, err), err);
  }
  if (status == ISO_OK) {
    look_along_all(mesh, ms, slowest_m_per_s, s, blocked);
    for (iso_lid i = 0; i < mesh->nowned; i++) solve(&s[i], slowness[i]);
    *size = iso_block_measure(mesh, ms, slowest_m_per_s);
  }
  free(ms);
  free(s);
  return status;
}

/* ---- results ---- */

static double size_of(const double g[3]) { return sqrt(g[0] * g[0] + g[1] * g[1] + g[2] * g[2]); }

static void fill_velocity(const void *self, int64_t row, double *owned) {
  const iso_conduction *c = self;
  (void)row;
  for (iso_lid i = 0; i < c->mesh->nowned; i++) {
    const double size = size_of(c->slowness[i]);
    owned[i] = size > 0 ? 1 / size : NAN; /* mm/ms are m/s */
  }
}

static void fill_component(const iso_conduction *c, int d, double *owned) {
  for (iso_lid i = 0; i < c->mesh->nowned; i++) {
    const double size = size_of(c->slowness[i]);
    owned[i] = size > 0 ? c->slowness[i][d] / size : NAN;
  }
}

static void fill_x(const void *self, int64_t row, double *owned) {
  (void)row, fill_component(self, 0, owned);
}
static void fill_y(const void *self, int64_t row, double *owned) {
  (void)row, fill_component(self, 1, owned);
}
static void fill_z(const void *self, int64_t row, double *owned) {
  (void)row, fill_component(self, 2, owned);
}

static void fill_block(const void *self, int64_t row, double *owned) {
  const iso_conduction *c = self;
  (void)row;
  for (iso_lid i = 0; i < c->mesh->nowned; i++) owned[i] = c->blocked[i];
}

static iso_status publish(const iso_conduction *c, iso_results *results, iso_error *err) {
  const char *direction = "of the direction of conduction";
  const iso_variable all[] = {
      {"conduction_velocity", "m/s", "from the gradient of the activation times", .may_lack = true,
       .fill = fill_velocity, .self = c},
      {"conduction_x", "1", direction, .may_lack = true, .fill = fill_x, .self = c},
      {"conduction_y", "1", direction, .may_lack = true, .fill = fill_y, .self = c},
      {"conduction_z", "1", direction, .may_lack = true, .fill = fill_z, .self = c},
      {"conduction_block", "1", "1: at an end of an edge that conduction does not pass", ISO_VARIABLE_WHOLE,
       .fill = fill_block, .self = c},
      {"conduction_blocked", "%", "of the nodes, that are at a block", .data = &c->percent}};
  const iso_variable line = {"conduction_block_line", "mm",
                             "length of what conduction does not pass in sheets", .data = &c->size.line_mm};
  const iso_variable surface = {"conduction_block_surface", "mm2",
                                "area of what conduction does not pass in volumes",
                                .data = &c->size.surface_mm2};
  for (size_t k = 0; k < sizeof all / sizeof *all; k++) ISO_TRY(iso_results_add(results, &all[k], err));
  if (!isnan(c->size.line_mm)) ISO_TRY(iso_results_add(results, &line, err));
  return isnan(c->size.surface_mm2) ? ISO_OK : iso_results_add(results, &surface, err);
}

/* Collective. */
static iso_status measure(iso_conduction *c, iso_error *err) {
  const iso_mesh *mesh = c->mesh;
  const double *times = iso_activation_times(c->activation, c->beat);
  double *ms;
  int64_t blocked = 0;
  ISO_TRY(iso_alloc_all(mesh->comm, &ms, (size_t)mesh->nowned, sizeof *ms, "activation times", err));
  for (iso_lid i = 0; i < mesh->nowned; i++) ms[i] = times ? times[i] : NAN;
  const iso_status status =
      iso_conduction_of_times(mesh, ms, c->slowest_m_per_s, c->slowness, c->blocked, &c->size, err);
  free(ms);
  for (iso_lid i = 0; i < mesh->nowned; i++) blocked += c->blocked[i];
  MPI_Allreduce(MPI_IN_PLACE, &blocked, 1, MPI_INT64_T, MPI_SUM, mesh->comm);
  c->percent = 100 * (double)blocked / (double)mesh->nnodes;
  return status;
}

static iso_status report(void *self, iso_results *results, iso_error *err) {
  iso_conduction *c = self;
  ISO_TRY(measure(c, err));
  return iso_agree(c->mesh->comm, publish(c, results, err), err);
}

static iso_status look(void *self, const iso_view *view, iso_error *err) {
  (void)self, (void)view, (void)err;
  return ISO_OK;
}

iso_guest iso_conduction_guest(iso_conduction *c) {
  return (iso_guest){
      .name = "conduction", .stop_ms = -1, .every_ms = 1e9, .self = c, .look = look, .report = report};
}

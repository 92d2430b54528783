#include "observe/lead_fields.h"

#include "base/assert.h"
#include "base/memory.h"
#include "base/share.h"
#include "linear/solver.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Far below what the elements leave: the field of a point current is resolved to some 1e-3. */
static const iso_solver_options to_rounding = {.tolerance = 1e-10, .iterations = 20000};

enum { AT_ONCE = 1 << 14 }; /* points that are looked for together */

/* What the solutions share. */
typedef struct problem {
  const iso_mesh *mesh;
  iso_device *device;
  iso_timer timer;
  iso_system system;
  iso_exchange exchange;
  iso_solver solver;
  iso_lid node; /* the ground's, where this rank owns it */
  double value;
  iso_constraints ground;
  iso_field b, u;
  double *host; /* [nlocal] */
} problem;

static double stiffness(const void *self, iso_lid row, int64_t k) {
  (void)row;
  return ((const iso_system *)self)->stiffness[k];
}

static iso_status list_local(iso_lead_fields *f, iso_error *err) {
  iso_lid number;
  ISO_TRY(iso_index_new(&f->local, f->mesh->nlocal, err));
  for (iso_lid i = 0; i < f->mesh->nlocal; i++)
    ISO_TRY(iso_index_add(&f->local, f->mesh->gid[i], &number, err));
  return ISO_OK;
}

/* The local number of an owned node, or -1. */
static iso_lid owned_node(const iso_lead_fields *f, iso_gid node) {
  const iso_lid i = iso_index_find(&f->local, node);
  return i < f->mesh->nowned ? i : -1;
}

/* Of the electrode's element the node that is nearest by its weight, the first of several. */
static iso_gid ground_node(const iso_location *at) {
  int most = 0;
  for (int k = 1; k < at->n; k++)
    if (at->weight[k] > at->weight[most]) most = k;
  return at->node[most];
}

/* Not collective. */
static iso_status make_fields(problem *p, iso_error *err) {
  ISO_TRY(iso_alloc(&p->host, (size_t)p->mesh->nlocal, sizeof *p->host, "lead fields", err));
  ISO_TRY(iso_exchange_new(&p->exchange, p->device, p->mesh, 1, 0, &p->timer, err));
  ISO_TRY(iso_field_new(&p->b, p->device, p->mesh, "current of an electrode", "uA", err));
  return iso_field_new(&p->u, p->device, p->mesh, "lead field", "mV/uA", err);
}

static iso_status make_problem(problem *p, const iso_lead_fields *f, iso_conductor bulk,
                               const iso_location *ground, iso_error *err) {
  ISO_TRY(iso_agree(p->mesh->comm, make_fields(p, err), err));
  p->node = owned_node(f, ground_node(ground));
  p->ground = (iso_constraints){.count = p->node >= 0, .node = &p->node, .value = &p->value};
  ISO_TRY(iso_system_new(&p->system, p->mesh, bulk, false, err));
  return iso_solver_new(&p->solver, p->device, p->mesh, &p->system,
                        (iso_entries){&p->system, stiffness, NULL}, &p->ground, to_rounding, &p->exchange,
                        err);
}

static void free_problem(problem *p) {
  iso_field_free(&p->b);
  iso_field_free(&p->u);
  iso_solver_free(&p->solver);
  iso_system_free(&p->system);
  iso_exchange_free(&p->exchange);
  free(p->host);
}

/* The unit current, shared by the nodes of the electrode's element as a function of theirs would have it. */
static void put_current(problem *p, const iso_lead_fields *f, const iso_location *electrode) {
  memset(p->host, 0, (size_t)p->mesh->nlocal * sizeof *p->host);
  iso_field_put(&p->u, p->host);
  for (int k = 0; k < electrode->n; k++) {
    const iso_lid i = owned_node(f, electrode->node[k]);
    if (i >= 0) p->host[i] += electrode->weight[k];
  }
  iso_field_put(&p->b, p->host);
}

/* Collective. z [nlocal] */
static iso_status solve(problem *p, const iso_lead_fields *f, int k, const iso_location *electrode, double *z,
                        iso_error *err) {
  put_current(p, f, electrode);
  if (!iso_solver_solve(&p->solver, &p->b, &p->u))
    return iso_fail(
        err, ISO_EFAIL,
        "the lead field of electrode %d does not converge (residual %.3g after %d iterations): the "
        "mesh between it and the ground may not hang together, or have flat elements",
        k, p->solver.residual, p->solver.options.iterations);
  iso_field *const fields[] = {&p->u};
  iso_exchange_send(&p->exchange, 1, fields);
  iso_exchange_receive(&p->exchange);
  iso_device_download_real(p->device, p->u.real, 0, p->mesh->nlocal, z);
  return ISO_OK;
}

iso_status iso_lead_fields_new(iso_lead_fields *out, iso_device *device, const iso_mesh *mesh,
                               iso_conductor bulk, int n, const iso_location *electrode, int ground,
                               iso_error *err) {
  const size_t values = (size_t)n * (size_t)mesh->nlocal;
  ISO_ASSERT(device->precision == ISO_PRECISION_DOUBLE);
  *out = (iso_lead_fields){.mesh = mesh, .n = n};
  iso_status status = iso_alloc(&out->z, values, sizeof *out->z, "lead fields", err);
  if (status == ISO_OK) status = list_local(out, err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  problem p = {.mesh = mesh, .device = device};
  status = make_problem(&p, out, bulk, &electrode[ground], err);
  for (int k = 0; k < n && status == ISO_OK; k++)
    if (k != ground) status = solve(&p, out, k, &electrode[k], out->z + k * (int64_t)mesh->nlocal, err);
  free_problem(&p);
  return status;
}

void iso_lead_fields_free(iso_lead_fields *f) {
  iso_index_free(&f->local);
  free(f->z);
  *f = (iso_lead_fields){0};
}

/* ---- at points ---- */

/* Points of one rank that all look for, and what they find. */
typedef struct search {
  double (*at)[3];        /* [AT_ONCE] */
  iso_location *location; /* [AT_ONCE] */
  double *z;              /* [AT_ONCE][n] */
} search;

static iso_status make_search(search *s, int n, iso_error *err) {
  ISO_TRY(iso_alloc(&s->at, AT_ONCE, sizeof *s->at, "points", err));
  ISO_TRY(iso_alloc(&s->location, AT_ONCE, sizeof *s->location, "points", err));
  return iso_alloc(&s->z, (size_t)n * AT_ONCE, sizeof *s->z, "points", err);
}

static void free_search(search *s) {
  free(s->at);
  free(s->location);
  free(s->z);
}

/* At one point: z [n]. The owner of an element's first node holds all of its nodes; elsewhere all are 0. */
static void interpolate(const iso_lead_fields *f, const iso_location *at, double *z) {
  for (int e = 0; e < f->n; e++) z[e] = 0;
  if (owned_node(f, at->node[0]) < 0) return;
  for (int k = 0; k < at->n; k++) {
    const iso_lid i = iso_index_find(&f->local, at->node[k]);
    for (int e = 0; e < f->n; e++) z[e] += at->weight[k] * f->z[e * (int64_t)f->mesh->nlocal + i];
  }
}

/* Collective. The first count points of s are rank's; it finds their Z in s->z. */
static iso_status find(const iso_lead_fields *f, search *s, int rank, int count, double *outside,
                       iso_error *err) {
  MPI_Comm comm = f->mesh->comm;
  MPI_Bcast(s->at, 3 * count, MPI_DOUBLE, rank, comm);
  ISO_TRY(iso_locate(f->mesh, count, (const double(*)[3])s->at, s->location, err));
  for (int i = 0; i < count; i++) {
    interpolate(f, &s->location[i], s->z + (int64_t)i * f->n);
    *outside = fmax(*outside, s->location[i].distance_mm);
  }
  const bool mine = iso_rank(comm) == rank;
  MPI_Reduce(mine ? MPI_IN_PLACE : s->z, s->z, count * f->n, MPI_DOUBLE, MPI_SUM, rank, comm);
  return ISO_OK;
}

/* Collective. All points of rank, some at a time. */
static iso_status find_all_of(const iso_lead_fields *f, search *s, int rank, int64_t npoints,
                              const double (*at)[3], double *z, double *outside, iso_error *err) {
  const bool mine = iso_rank(f->mesh->comm) == rank;
  int64_t all = npoints;
  MPI_Bcast(&all, 1, MPI_INT64_T, rank, f->mesh->comm);
  for (int64_t first = 0; first < all; first += AT_ONCE) {
    const int count = (int)(all - first < AT_ONCE ? all - first : AT_ONCE);
    if (mine) memcpy(s->at, at + first, (size_t)count * sizeof *s->at);
    ISO_TRY(find(f, s, rank, count, outside, err));
    for (int i = 0; mine && i < count; i++)
      for (int e = 0; e < f->n; e++) z[e * npoints + first + i] = s->z[(int64_t)i * f->n + e];
  }
  return ISO_OK;
}

iso_status iso_lead_fields_at(const iso_lead_fields *f, int64_t npoints, const double (*at)[3], double *z,
                              double *outside, iso_error *err) {
  search s = {0};
  int size;
  MPI_Comm_size(f->mesh->comm, &size);
  *outside = 0;
  iso_status status = iso_agree(f->mesh->comm, make_search(&s, f->n, err), err);
  for (int rank = 0; rank < size && status == ISO_OK; rank++)
    status = find_all_of(f, &s, rank, npoints, at, z, outside, err);
  free_search(&s);
  return status;
}

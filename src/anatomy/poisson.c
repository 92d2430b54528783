#include "anatomy/poisson.h"

#include "base/memory.h"
#include "linear/solver.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Fields go into directions and, as ratios, into coordinates of which six digits are more than a mesh
 * resolves. */
static const iso_solver_options precisely = {.tolerance = 1e-9, .iterations = 20000};

static iso_status conduct(void *self, const iso_mesh *mesh, iso_lid e, iso_conduction *out, iso_error *err) {
  (void)self, (void)err;
  *out = (iso_conduction){.extent = 1};
  if (!iso_anatomy_has_volume(mesh, e)) return ISO_OK;
  out->capacity = 1;
  for (int d = 0; d < 3; d++) out->conductivity[d][d] = 1;
  return ISO_OK;
}

iso_status iso_poisson_new(iso_poisson *out, iso_anatomy *anatomy, iso_error *err) {
  memset(out, 0, sizeof *out);
  out->anatomy = anatomy;
  return iso_system_new(&out->system, anatomy->mesh, (iso_conductor){NULL, conduct}, false, err);
}

void iso_poisson_free(iso_poisson *p) {
  iso_system_free(&p->system);
  memset(p, 0, sizeof *p);
}

static double stiffness(const void *self, iso_lid row, int64_t k) {
  (void)row;
  return ((const iso_system *)self)->stiffness[k];
}

/* What a solve needs besides the operator. */
typedef struct problem {
  iso_lid *node; /* with given values */
  double *value;
  iso_constraints constraints;
  iso_field b, u;
  iso_solver solver;
} problem;

static iso_status list_given(problem *q, const iso_mesh *mesh, const double *given, iso_error *err) {
  int64_t n = 0;
  ISO_TRY(iso_alloc(&q->node, (size_t)mesh->nowned, sizeof *q->node, "given values", err));
  ISO_TRY(iso_alloc(&q->value, (size_t)mesh->nowned, sizeof *q->value, "given values", err));
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (!isnan(given[i])) q->node[n] = i, q->value[n++] = given[i];
  q->constraints = (iso_constraints){n, q->node, q->value};
  return ISO_OK;
}

static iso_status check_given(const iso_mesh *mesh, const problem *q, const char *what, iso_error *err) {
  int64_t all;
  MPI_Allreduce(&q->constraints.count, &all, 1, MPI_INT64_T, MPI_SUM, mesh->comm);
  return all > 0 ? ISO_OK : iso_fail(err, ISO_EINPUT, "%s: no node has a given value", what);
}

static iso_status prepare(problem *q, iso_poisson *p, const double *given, const double *load,
                          iso_error *err) {
  const iso_mesh *mesh = p->anatomy->mesh;
  iso_device *device = p->anatomy->device;
  ISO_TRY(list_given(q, mesh, given, err));
  ISO_TRY(iso_field_new(&q->b, device, mesh, "a load", "", err));
  ISO_TRY(iso_field_new(&q->u, device, mesh, "a Poisson problem", "", err));
  if (load) iso_field_put(&q->b, load);
  return iso_constrain(&q->constraints, &q->u, err);
}

static iso_status solve(problem *q, iso_poisson *p, const double *given, const double *load, const char *what,
                        double *out, iso_error *err) {
  iso_anatomy *a = p->anatomy;
  ISO_TRY(iso_agree(a->mesh->comm, prepare(q, p, given, load, err), err));
  ISO_TRY(check_given(a->mesh, q, what, err));
  ISO_TRY(iso_solver_new(&q->solver, a->device, a->mesh, &p->system,
                         (iso_entries){&p->system, stiffness, NULL}, &q->constraints, precisely, &a->exchange,
                         err));
  if (!iso_solver_solve(&q->solver, &q->b, &q->u))
    return iso_fail(
        err, ISO_EFAIL,
        "%s: conjugate gradients stand at a residual of %.1e after %lld iterations; flat elements "
        "do that ('isochrone mesh info' rates them)",
        what, q->solver.residual, (long long)q->solver.iterations);
  iso_field_get(&q->u, out);
  return iso_halo_update(a->mesh->halo, out, sizeof *out, err);
}

iso_status iso_poisson_solve(iso_poisson *p, const double *given, const double *load, const char *what,
                             double *out, iso_error *err) {
  problem q = {0};
  iso_status status = solve(&q, p, given, load, what, out, err);
  iso_solver_free(&q.solver);
  iso_field_free(&q.b);
  iso_field_free(&q.u);
  free(q.node);
  free(q.value);
  return status;
}

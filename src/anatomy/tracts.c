#include "anatomy/tracts.h"

#include "anatomy/gradient.h"
#include "base/memory.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a ventricle has. */
static const struct {
  const char *inflow, *outflow;
  int in, out, endo;
} kinds[2] = {
    {"the mitral valve", "the aortic valve", ISO_ON_MITRAL, ISO_ON_AORTIC, ISO_ON_LV_ENDO},
    {"the tricuspid valve", "the pulmonary valve", ISO_ON_TRICUSPID, ISO_ON_PULMONARY, ISO_ON_RV_ENDO}};

/* What is known of valves, the same on every rank. */
static iso_status look_at_valves(iso_tract out[2], const iso_ventricles *v, const uint8_t *valve,
                                 iso_error *err) {
  const iso_mesh *mesh = v->unit.anatomy->mesh;
  int found = 0;
  for (iso_lid i = 0; i < mesh->nowned; i++) found |= valve[i];
  MPI_Allreduce(MPI_IN_PLACE, &found, 1, MPI_INT, MPI_BOR, mesh->comm);
  for (int k = 0; k < 2; k++) {
    const bool in = found & kinds[k].in, from = found & kinds[k].out;
    if (in != from)
      return iso_fail(err, ISO_EINPUT, "of that ventricle %s is known, but not %s; give both valves or none",
                      in ? kinds[k].inflow : kinds[k].outflow, in ? kinds[k].outflow : kinds[k].inflow);
    if (in && k == 1 && !v->two)
      return iso_fail(err, ISO_EINPUT,
                      "%s is known, but no endocardium of the right ventricle; give that, too",
                      kinds[k].inflow);
    out[k].known = in;
  }
  return ISO_OK;
}

/* Rooms for a solution and what is given. */
typedef struct work {
  iso_ventricles *ventricles;
  const uint8_t *on, *valve;
  double *u, *given; /* [nlocal] */
  uint8_t *among;    /* [nowned] */
  iso_gid apex;
} work;

static iso_status find_apex(work *w, int endo, iso_error *err) {
  const iso_mesh *mesh = w->ventricles->unit.anatomy->mesh;
  iso_ventricles_mark(mesh, w->on, endo, w->among);
  ISO_TRY(iso_ventricles_from_base(w->ventricles, w->on, w->u, err));
  w->apex = iso_ventricles_largest(mesh, w->u, w->among);
  return ISO_OK;
}

/* Harmonic, with values at the apex and at two valves; NAN: none. */
static iso_status solve(work *w, int k, double apex, double in, double out, double *u, iso_error *err) {
  const iso_mesh *mesh = w->ventricles->unit.anatomy->mesh;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    w->given[i] = w->valve[i] & kinds[k].out && !isnan(out) ? out
                  : w->valve[i] & kinds[k].in && !isnan(in) ? in
                  : mesh->gid[i] == w->apex                 ? apex
                                                            : NAN;
  return iso_poisson_solve(&w->ventricles->unit, w->given, NULL, "the way to the valves", u, err);
}

static iso_status find_tract(iso_tract *t, work *w, int k, iso_error *err) {
  const iso_mesh *mesh = w->ventricles->unit.anatomy->mesh;
  const size_t n = (size_t)mesh->nlocal;
  iso_status status = iso_alloc(&t->weight, n, sizeof *t->weight, "outflow tracts", err);
  if (status == ISO_OK) status = iso_alloc(&t->grad_in, n, sizeof *t->grad_in, "outflow tracts", err);
  if (status == ISO_OK) status = iso_alloc(&t->grad_out, n, sizeof *t->grad_out, "outflow tracts", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  ISO_TRY(find_apex(w, kinds[k].endo, err));
  ISO_TRY(solve(w, k, 1, 1, 0, t->weight, err));
  ISO_TRY(solve(w, k, 0, 1, NAN, w->u, err));
  ISO_TRY(iso_gradient_at_nodes(mesh, w->u, t->grad_in, err));
  ISO_TRY(solve(w, k, 0, NAN, 1, w->u, err));
  return iso_gradient_at_nodes(mesh, w->u, t->grad_out, err);
}

static iso_status find(iso_tract out[2], work *w, iso_error *err) {
  const iso_mesh *mesh = w->ventricles->unit.anatomy->mesh;
  const size_t n = (size_t)mesh->nlocal;
  ISO_TRY(look_at_valves(out, w->ventricles, w->valve, err));
  iso_status status = iso_alloc(&w->u, n, sizeof *w->u, "outflow tracts", err);
  if (status == ISO_OK) status = iso_alloc(&w->given, n, sizeof *w->given, "outflow tracts", err);
  if (status == ISO_OK) status = iso_alloc(&w->among, n, 1, "outflow tracts", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  for (int k = 0; k < 2; k++)
    if (out[k].known) ISO_TRY(find_tract(&out[k], w, k, err));
  return ISO_OK;
}

iso_status iso_tracts_new(iso_tract out[2], iso_ventricles *ventricles, const uint8_t *on,
                          const uint8_t *valve, iso_error *err) {
  work w = {.ventricles = ventricles, .on = on, .valve = valve};
  memset(out, 0, 2 * sizeof *out);
  if (!valve) return ISO_OK;
  const iso_status status = find(out, &w, err);
  free(w.u);
  free(w.given);
  free(w.among);
  return status;
}

void iso_tracts_free(iso_tract tracts[2]) {
  for (int k = 0; k < 2; k++) {
    free(tracts[k].weight);
    free(tracts[k].grad_in);
    free(tracts[k].grad_out);
  }
  memset(tracts, 0, 2 * sizeof *tracts);
}

double iso_tract_at(const iso_tract *t, const iso_mesh *mesh, iso_lid e, double longitudinal[3]) {
  double in[3], out[3];
  const double weight = fmin(fmax(iso_mean_of_nodes(mesh, e, t->weight), 0), 1);
  iso_gradient_mean(mesh, e, (const double(*)[3])t->grad_in, in);
  iso_gradient_mean(mesh, e, (const double(*)[3])t->grad_out, out);
  for (int d = 0; d < 3; d++) longitudinal[d] = weight * in[d] + (1 - weight) * out[d];
  const double length = iso_length(longitudinal);
  for (int d = 0; d < 3; d++) longitudinal[d] /= length > 0 ? length : 1;
  return 1 - weight;
}

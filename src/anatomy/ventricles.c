#include "anatomy/ventricles.h"

#include "anatomy/poisson.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static iso_status check_surfaces(const iso_mesh *mesh, const uint8_t *on, bool *two, iso_error *err) {
  static const struct {
    int bit;
    const char *name;
  } needed[] = {{ISO_ON_LV_ENDO, "the endocardium of the left ventricle"},
                {ISO_ON_EPI, "the epicardium"},
                {ISO_ON_BASE, "the base"}};
  int found = 0;
  for (iso_lid i = 0; i < mesh->nowned; i++) found |= on[i];
  MPI_Allreduce(MPI_IN_PLACE, &found, 1, MPI_INT, MPI_BOR, mesh->comm);
  for (size_t k = 0; k < sizeof needed / sizeof *needed; k++)
    if (!(found & needed[k].bit))
      return iso_fail(err, ISO_EINPUT, "no node of the mesh is on %s; name that surface", needed[k].name);
  *two = found & ISO_ON_RV_ENDO;
  return ISO_OK;
}

void iso_ventricles_mark(const iso_mesh *mesh, const uint8_t *on, int bits, uint8_t *is) {
  for (iso_lid i = 0; i < mesh->nowned; i++) is[i] = (on[i] & bits) != 0;
}

/* The surface of the wall that a node is on, or 0. */
static int wall_of(uint8_t on) {
  return on & ISO_ON_LV_ENDO ? ISO_ON_LV_ENDO : on & ISO_ON_RV_ENDO ? ISO_ON_RV_ENDO : on & ISO_ON_EPI;
}

static iso_status solve_surface(iso_poisson *p, const uint8_t *on, int surface, double *given, double *out,
                                iso_error *err) {
  for (iso_lid i = 0; i < p->anatomy->mesh->nowned; i++)
    given[i] = wall_of(on[i]) ? wall_of(on[i]) == surface : NAN;
  return iso_poisson_solve(p, given, NULL, "the distance from the surfaces of the wall", out, err);
}

/* The third field is what the others leave of 1. */
static iso_status solve_walls(iso_ventricles *v, iso_poisson *p, const uint8_t *on, double *given,
                              iso_error *err) {
  ISO_TRY(solve_surface(p, on, ISO_ON_EPI, given, v->epi, err));
  if (v->two) ISO_TRY(solve_surface(p, on, ISO_ON_RV_ENDO, given, v->rv, err));
  for (iso_lid i = 0; i < p->anatomy->mesh->nlocal; i++) {
    v->lv[i] = fmin(fmax(1 - v->epi[i] - v->rv[i], 0), 1);
    v->epi[i] = fmin(fmax(v->epi[i], 0), 1), v->rv[i] = fmin(fmax(v->rv[i], 0), 1);
  }
  return ISO_OK;
}

/* ---- apex and base ---- */

/* The owned node where u is largest, the lowest of those where it is the same on all ranks. */
static iso_gid largest(const iso_mesh *mesh, const double *u) {
  double most = -INFINITY;
  iso_gid node = INT64_MAX;
  for (iso_lid i = 0; i < mesh->nowned; i++) most = fmax(most, u[i]);
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE, MPI_MAX, mesh->comm);
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (u[i] == most && mesh->gid[i] < node) node = mesh->gid[i];
  MPI_Allreduce(MPI_IN_PLACE, &node, 1, MPI_INT64_T, MPI_MIN, mesh->comm);
  return node;
}

static iso_gid given_apex(const iso_mesh *mesh, const uint8_t *on) {
  iso_gid node = INT64_MAX;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (on[i] & ISO_ON_APEX && mesh->gid[i] < node) node = mesh->gid[i];
  MPI_Allreduce(MPI_IN_PLACE, &node, 1, MPI_INT64_T, MPI_MIN, mesh->comm);
  return node == INT64_MAX ? -1 : node;
}

static iso_status farthest_from_base(iso_ventricles *v, iso_poisson *p, const uint8_t *on, double *given,
                                     iso_error *err) {
  const iso_mesh *mesh = p->anatomy->mesh;
  for (iso_lid i = 0; i < mesh->nowned; i++) given[i] = on[i] & ISO_ON_BASE ? 0 : NAN;
  ISO_TRY(iso_poisson_solve(p, given, p->system.lumped, "the apex", v->apicobasal, err));
  v->apex = largest(mesh, v->apicobasal);
  return ISO_OK;
}

static iso_status solve_apicobasal(iso_ventricles *v, iso_poisson *p, const uint8_t *on, double *given,
                                   iso_error *err) {
  const iso_mesh *mesh = p->anatomy->mesh;
  v->apex = given_apex(mesh, on);
  if (v->apex < 0) ISO_TRY(farthest_from_base(v, p, on, given, err));
  for (iso_lid i = 0; i < mesh->nowned; i++)
    given[i] = on[i] & ISO_ON_BASE ? 1 : on[i] & ISO_ON_APEX || mesh->gid[i] == v->apex ? 0 : NAN;
  return iso_poisson_solve(p, given, NULL, "the way from apex to base", v->apicobasal, err);
}

static iso_status allocate(iso_ventricles *v, const iso_mesh *mesh, double **given, iso_error *err) {
  double **fields[] = {&v->lv, &v->rv, &v->epi, &v->apicobasal, given};
  for (size_t k = 0; k < sizeof fields / sizeof *fields; k++)
    ISO_TRY(iso_alloc(fields[k], (size_t)mesh->nlocal, sizeof **fields[k], "fields of the ventricles", err));
  return ISO_OK;
}

iso_status iso_ventricles_new(iso_ventricles *out, iso_anatomy *anatomy, const uint8_t *on, iso_error *err) {
  const iso_mesh *mesh = anatomy->mesh;
  iso_poisson poisson = {0};
  double *given = NULL;
  memset(out, 0, sizeof *out);
  ISO_TRY(check_surfaces(mesh, on, &out->two, err));
  iso_status status = iso_agree(mesh->comm, allocate(out, mesh, &given, err), err);
  if (status == ISO_OK) status = iso_poisson_new(&poisson, anatomy, err);
  if (status == ISO_OK) status = solve_walls(out, &poisson, on, given, err);
  if (status == ISO_OK) status = solve_apicobasal(out, &poisson, on, given, err);
  iso_poisson_free(&poisson);
  free(given);
  return status;
}

void iso_ventricles_free(iso_ventricles *v) {
  free(v->lv);
  free(v->rv);
  free(v->epi);
  free(v->apicobasal);
  memset(v, 0, sizeof *v);
}

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

iso_gid iso_ventricles_largest(const iso_mesh *mesh, const double *u, const uint8_t *among) {
  double most = -INFINITY;
  iso_gid node = INT64_MAX;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (!among || among[i]) most = fmax(most, u[i]);
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE, MPI_MAX, mesh->comm);
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if ((!among || among[i]) && u[i] == most && mesh->gid[i] < node) node = mesh->gid[i];
  MPI_Allreduce(MPI_IN_PLACE, &node, 1, MPI_INT64_T, MPI_MIN, mesh->comm);
  return node == INT64_MAX ? -1 : node;
}

iso_gid iso_ventricles_lowest(const iso_mesh *mesh, const uint8_t *on, int bit) {
  iso_gid node = INT64_MAX;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (on[i] & bit && mesh->gid[i] < node) node = mesh->gid[i];
  MPI_Allreduce(MPI_IN_PLACE, &node, 1, MPI_INT64_T, MPI_MIN, mesh->comm);
  return node == INT64_MAX ? -1 : node;
}

static iso_status new_given(const iso_mesh *mesh, double **given, iso_error *err) {
  iso_status status = iso_alloc(given, (size_t)mesh->nowned, sizeof **given, "given values", err);
  return iso_agree(mesh->comm, status, err);
}

iso_status iso_ventricles_from_base(iso_ventricles *v, const uint8_t *on, double *u, iso_error *err) {
  const iso_mesh *mesh = v->unit.anatomy->mesh;
  double *given;
  ISO_TRY(new_given(mesh, &given, err));
  for (iso_lid i = 0; i < mesh->nowned; i++) given[i] = on[i] & ISO_ON_BASE ? 0 : NAN;
  iso_status status =
      iso_poisson_solve(&v->unit, given, v->unit.system.lumped, "the way from the base", u, err);
  free(given);
  return status;
}

iso_status iso_ventricles_apicobasal(iso_ventricles *v, const uint8_t *on, double *apicobasal,
                                     iso_error *err) {
  const iso_mesh *mesh = v->unit.anatomy->mesh;
  double *given;
  iso_gid apex = iso_ventricles_lowest(mesh, on, ISO_ON_APEX);
  if (apex < 0) {
    ISO_TRY(iso_ventricles_from_base(v, on, apicobasal, err));
    apex = iso_ventricles_largest(mesh, apicobasal, NULL);
  }
  ISO_TRY(new_given(mesh, &given, err));
  for (iso_lid i = 0; i < mesh->nowned; i++)
    given[i] = on[i] & ISO_ON_BASE ? 1 : on[i] & ISO_ON_APEX || mesh->gid[i] == apex ? 0 : NAN;
  iso_status status = iso_poisson_solve(&v->unit, given, NULL, "the way from apex to base", apicobasal, err);
  free(given);
  return status;
}

static iso_status allocate(iso_ventricles *v, const iso_mesh *mesh, double **given, iso_error *err) {
  double **fields[] = {&v->lv, &v->rv, &v->epi, given};
  for (size_t k = 0; k < sizeof fields / sizeof *fields; k++)
    ISO_TRY(iso_alloc(fields[k], (size_t)mesh->nlocal, sizeof **fields[k], "fields of the ventricles", err));
  return ISO_OK;
}

iso_status iso_ventricles_new(iso_ventricles *out, iso_anatomy *anatomy, const uint8_t *on, iso_error *err) {
  const iso_mesh *mesh = anatomy->mesh;
  double *given = NULL;
  memset(out, 0, sizeof *out);
  ISO_TRY(check_surfaces(mesh, on, &out->two, err));
  iso_status status = iso_agree(mesh->comm, allocate(out, mesh, &given, err), err);
  if (status == ISO_OK) status = iso_poisson_new(&out->unit, anatomy, err);
  if (status == ISO_OK) status = solve_walls(out, &out->unit, on, given, err);
  free(given);
  return status;
}

void iso_ventricles_free(iso_ventricles *v) {
  iso_poisson_free(&v->unit);
  free(v->lv);
  free(v->rv);
  free(v->epi);
  memset(v, 0, sizeof *v);
}

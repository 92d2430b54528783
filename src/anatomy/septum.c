#include "anatomy/septum.h"

#include "anatomy/gradient.h"
#include "anatomy/sums.h"
#include "base/memory.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static iso_lid corner(const iso_mesh *mesh, iso_lid e, int k) {
  return mesh->conn[(int64_t)e * mesh->width + k];
}

/* ---- the two sides ---- */

static bool is_epicardium(uint8_t on) { return on & ISO_ON_EPI && !(on & (ISO_ON_LV_ENDO | ISO_ON_RV_ENDO)); }

/* Where w is 0, on the epicardium, the mean of what is around decides. mean [nowned]: room. */
static iso_status find_sides(iso_septum *s, const iso_mesh *mesh, const uint8_t *on, double *mean,
                             iso_error *err) {
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    double x[ISO_MAX_NODES][3];
    if (!iso_anatomy_has_volume(mesh, e)) continue;
    iso_mesh_corners(mesh, e, x);
    const double part =
        iso_element_measure(mesh->shape[e], (const double(*)[3])x) * iso_mean_of_nodes(mesh, e, s->w);
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++)
      if (corner(mesh, e, k) < mesh->nowned) mean[corner(mesh, e, k)] += part;
  }
  for (iso_lid i = 0; i < mesh->nowned; i++)
    s->side[i] = (is_epicardium(on[i]) ? mean[i] : s->w[i]) > 0 ? 1 : -1;
  return iso_halo_update(mesh->halo, s->side, sizeof *s->side, err);
}

/* Bits: 1 where an element has a value below, 2 where it has one above. */
static int signs_of(const iso_mesh *mesh, iso_lid e, const double *u, double level) {
  int signs = 0;
  for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++) {
    const double value = u[corner(mesh, e, k)] - level;
    signs |= value < 0 ? 1 : value > 0 ? 2 : 0;
  }
  return signs;
}

/* is [nowned] becomes 1 at the nodes of elements that the level of u runs through. */
static void mark_level(const iso_mesh *mesh, const double *u, double level, uint8_t *is) {
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    if (!iso_anatomy_has_volume(mesh, e) || signs_of(mesh, e, u, level) != 3) continue;
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++)
      if (corner(mesh, e, k) < mesh->nowned) is[corner(mesh, e, k)] = 1;
  }
}

/* ---- apex ---- */

/* Epicardial nodes of the elements that the middle runs through, into insertion [nowned]. */
static iso_status check_insertion(const iso_septum *s, const iso_mesh *mesh, const uint8_t *on,
                                  uint8_t *insertion, iso_error *err) {
  int any = 0;
  for (iso_lid i = 0; i < mesh->nowned; i++) any |= insertion[i] = s->middle[i] && is_epicardium(on[i]);
  MPI_Allreduce(MPI_IN_PLACE, &any, 1, MPI_INT, MPI_LOR, mesh->comm);
  if (any) return ISO_OK;
  return iso_fail(err, ISO_EINPUT,
                  "the ventricles share no wall that ends at the epicardium; look at the surfaces that were "
                  "given, and at the parts of the mesh ('isochrone mesh info')");
}

/* The place of a node, on every rank. */
static void place_of(const iso_mesh *mesh, iso_gid node, double place[3]) {
  for (int d = 0; d < 3; d++) place[d] = -INFINITY;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (mesh->gid[i] == node) memcpy(place, mesh->xyz[i], 3 * sizeof *place);
  MPI_Allreduce(MPI_IN_PLACE, place, 3, MPI_DOUBLE, MPI_MAX, mesh->comm);
}

static iso_status find_apex(iso_septum *s, iso_ventricles *v, const uint8_t *on, uint8_t *insertion,
                            double *u, iso_error *err) {
  const iso_mesh *mesh = v->unit.anatomy->mesh;
  if (v->two) ISO_TRY(check_insertion(s, mesh, on, insertion, err));
  s->apex = iso_ventricles_lowest(mesh, on, ISO_ON_APEX);
  if (s->apex < 0) {
    ISO_TRY(iso_ventricles_from_base(v, on, u, err));
    s->apex = iso_ventricles_largest(mesh, u, v->two ? insertion : NULL);
  }
  place_of(mesh, s->apex, s->apex_mm);
  return ISO_OK;
}

/* ---- axes ---- */

/* From the apex to the middle of the ring where the base meets the left endocardium, or, where they share no
 * node, of the base. term [nowned][4]: room. */
static iso_status long_axis(const iso_septum *s, const iso_mesh *mesh, const uint8_t *on, double (*term)[4],
                            double axis[3], iso_error *err) {
  double sum[4];
  for (int bits = ISO_ON_BASE | ISO_ON_LV_ENDO;; bits = ISO_ON_BASE) {
    for (iso_lid i = 0; i < mesh->nowned; i++) {
      term[i][3] = (on[i] & bits) == bits;
      for (int d = 0; d < 3; d++) term[i][d] = term[i][3] * mesh->xyz[i][d];
    }
    iso_exact_sums(mesh, (const double(*)[4])term, sum);
    if (sum[3] > 0 || bits == ISO_ON_BASE) break;
  }
  for (int d = 0; d < 3; d++) axis[d] = sum[d] / sum[3] - s->apex_mm[d];
  return iso_length(axis) > 0 ? ISO_OK : iso_fail(err, ISO_EINPUT, "the apex is in the middle of the base");
}

/* The mean of grad w where the septum is. */
static void left_to_right(const iso_septum *s, const iso_ventricles *v, double (*term)[4], double axis[3]) {
  const iso_mesh *mesh = v->unit.anatomy->mesh;
  double sum[4];
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const double weight = v->lv[i] * v->rv[i] * v->unit.system.lumped[i];
    term[i][3] = weight;
    for (int d = 0; d < 3; d++) term[i][d] = weight * s->grad_w[i][d];
  }
  iso_exact_sums(mesh, (const double(*)[4])term, sum);
  memcpy(axis, sum, 3 * sizeof *axis);
}

static iso_status find_axes(iso_septum *s, const iso_ventricles *v, const uint8_t *on, double (*term)[4],
                            iso_error *err) {
  double up[3], right[3];
  ISO_TRY(long_axis(s, v->unit.anatomy->mesh, on, term, up, err));
  left_to_right(s, v, term, right);
  iso_cross(up, right, s->across);
  const double length = iso_length(s->across);
  if (!(length > 0))
    return iso_fail(err, ISO_EINPUT, "the septum lies across the long axis; look at the surfaces");
  for (int d = 0; d < 3; d++) s->across[d] /= length;
  return ISO_OK;
}

/* ---- the ridge ---- */

static iso_status find_ridge(iso_septum *s, iso_ventricles *v, const uint8_t *on, double *given,
                             iso_error *err) {
  const iso_mesh *mesh = v->unit.anatomy->mesh;
  for (iso_lid i = 0; i < mesh->nowned; i++) given[i] = is_epicardium(on[i]) ? 0 : s->middle[i] ? 1 : NAN;
  ISO_TRY(iso_poisson_solve(&v->unit, given, NULL, "the ridge of the septum", s->ridge, err));
  ISO_TRY(iso_gradient_at_nodes(mesh, s->ridge, s->grad_ridge, err));
  mark_level(mesh, s->ridge, 0.5, s->on_ridge);
  return ISO_OK;
}

/* Signed distance from the nearer half-plane, which is above 0 between them, with its gradient. toward: from
 * the axis to the middle of the septum, aside: across both, all of length 1. */
static double from_half_planes(const double x[3], const double toward[3], const double aside[3],
                               double slope[3]) {
  const double s = sqrt(0.75), c = 0.5; /* of 60 degrees */
  const double turn = iso_dot(x, aside) < 0 ? c : -c;
  for (int d = 0; d < 3; d++) slope[d] = s * toward[d] + turn * aside[d];
  return iso_dot(x, slope);
}

/* A septum of a third of the way round, whose middle is where the place is. */
static iso_status assume_ridge(iso_septum *s, const iso_mesh *mesh, const uint8_t *on, const double place[3],
                               double (*term)[4], iso_error *err) {
  double up[3], toward[3], aside[3];
  ISO_TRY(long_axis(s, mesh, on, term, up, err));
  iso_subtract(place, s->apex_mm, toward);
  iso_cross(up, toward, aside);
  iso_cross(aside, up, toward);
  const double lengths[2] = {iso_length(toward), iso_length(aside)};
  if (!(lengths[0] > 0))
    return iso_fail(err, ISO_EINPUT,
                    "the place in the septum (--septum) is on the long axis; give one on a side of the wall");
  for (int d = 0; d < 3; d++) toward[d] /= lengths[0], aside[d] /= lengths[1];
  for (iso_lid i = 0; i < mesh->nlocal; i++) {
    double x[3];
    iso_subtract(mesh->xyz[i], s->apex_mm, x);
    s->ridge[i] = 0.5 + from_half_planes(x, toward, aside, s->grad_ridge[i]);
  }
  mark_level(mesh, s->ridge, 0.5, s->on_ridge);
  return ISO_OK;
}

/* ---- all ---- */

typedef struct room {
  double *u, (*term)[4];
  uint8_t *insertion;
} room;

static iso_status allocate(iso_septum *s, const iso_mesh *mesh, room *r, iso_error *err) {
  const size_t n = (size_t)mesh->nlocal;
  static const char what[] = "the septum";
  ISO_TRY(iso_alloc(&s->w, n, sizeof *s->w, what, err));
  ISO_TRY(iso_alloc(&s->grad_w, n, sizeof *s->grad_w, what, err));
  ISO_TRY(iso_alloc(&s->side, n, 1, what, err));
  ISO_TRY(iso_alloc(&s->middle, n, 1, what, err));
  ISO_TRY(iso_alloc(&s->ridge, n, sizeof *s->ridge, what, err));
  ISO_TRY(iso_alloc(&s->grad_ridge, n, sizeof *s->grad_ridge, what, err));
  ISO_TRY(iso_alloc(&s->on_ridge, n, 1, what, err));
  ISO_TRY(iso_alloc(&r->u, n, sizeof *r->u, what, err));
  ISO_TRY(iso_alloc(&r->term, n, sizeof *r->term, what, err));
  return iso_alloc(&r->insertion, n, 1, what, err);
}

static iso_status find(iso_septum *s, iso_ventricles *v, const uint8_t *on, const double *septum_mm, room *r,
                       iso_error *err) {
  const iso_mesh *mesh = v->unit.anatomy->mesh;
  for (iso_lid i = 0; i < mesh->nlocal; i++) s->w[i] = v->rv[i] - v->lv[i];
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (is_epicardium(on[i])) s->w[i] = 0; /* not the rounding of a solution */
  ISO_TRY(iso_halo_update(mesh->halo, s->w, sizeof *s->w, err));
  ISO_TRY(iso_gradient_at_nodes(mesh, s->w, s->grad_w, err));
  ISO_TRY(find_sides(s, mesh, on, r->u, err));
  mark_level(mesh, s->w, 0, s->middle);
  ISO_TRY(find_apex(s, v, on, r->insertion, r->u, err));
  s->has_ridge = v->two || septum_mm;
  if (!s->has_ridge) return ISO_OK;
  if (!v->two) return assume_ridge(s, mesh, on, septum_mm, r->term, err);
  ISO_TRY(find_axes(s, v, on, r->term, err));
  return find_ridge(s, v, on, r->u, err);
}

iso_status iso_septum_new(iso_septum *out, iso_ventricles *v, const uint8_t *on, const double *septum_mm,
                          iso_error *err) {
  const iso_mesh *mesh = v->unit.anatomy->mesh;
  room r = {0};
  memset(out, 0, sizeof *out);
  iso_status status = iso_agree(mesh->comm, allocate(out, mesh, &r, err), err);
  if (status == ISO_OK) status = find(out, v, on, septum_mm, &r, err);
  free(r.u);
  free(r.term);
  free(r.insertion);
  return status;
}

void iso_septum_free(iso_septum *s) {
  free(s->w);
  free(s->grad_w);
  free(s->side);
  free(s->middle);
  free(s->ridge);
  free(s->grad_ridge);
  free(s->on_ridge);
  memset(s, 0, sizeof *s);
}

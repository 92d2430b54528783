#include "anatomy/coordinates.h"

#include "anatomy/gradient.h"
#include "anatomy/segments.h"
#include "anatomy/septum.h"
#include "anatomy/trajectory.h"
#include "base/memory.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* All that coordinates are made from. */
typedef struct work {
  iso_anatomy *anatomy;
  const iso_mesh *mesh;
  const uint8_t *on;
  const double *septum_mm;
  iso_ventricles ventricles;
  iso_septum septum;
  double (*direction)[3], (*upward)[3]; /* [nlocal]; upward: grad of the potential from apex to base */
  double *given, *behind, *ahead;       /* [nlocal] rooms for marches */
  int8_t *part;                         /* [nlocal] of the wall, as rotation goes through it */
} work;

static iso_status march(work *k, double sign, const double *potential, const int8_t *side, const char *what,
                        double *length, iso_error *err) {
  const iso_lines lines = {(const double(*)[3])k->direction, sign, potential, side};
  return iso_trajectory_length(k->anatomy, &lines, k->given, what, length, err);
}

/* ---- transmural ---- */

/* Along grad |w|: from the epicardium and the middle of the septum, and from the endocardia. */
static iso_status find_transmural(work *k, double *transmural, iso_error *err) {
  static const char what[] = "the transmural coordinate";
  const iso_septum *s = &k->septum;
  const int endo = ISO_ON_LV_ENDO | ISO_ON_RV_ENDO;
  for (iso_lid i = 0; i < k->mesh->nlocal; i++) {
    transmural[i] = fabs(s->w[i]);
    for (int d = 0; d < 3; d++) k->direction[i][d] = s->side[i] * s->grad_w[i][d];
  }
  for (iso_lid i = 0; i < k->mesh->nowned; i++) {
    const bool outside = k->on[i] & ISO_ON_EPI && !(k->on[i] & endo);
    k->given[i] = outside ? 0 : s->middle[i] ? fabs(s->w[i]) / iso_length(s->grad_w[i]) : NAN;
  }
  ISO_TRY(march(k, 1, transmural, s->side, what, k->behind, err));
  for (iso_lid i = 0; i < k->mesh->nowned; i++) k->given[i] = k->on[i] & endo ? 0 : NAN;
  ISO_TRY(march(k, -1, transmural, s->side, what, k->ahead, err));
  iso_trajectory_ratio(k->mesh, k->behind, k->ahead, transmural);
  return ISO_OK;
}

/* ---- apicobasal ---- */

static double from_apex(const work *k, iso_lid i, double out[3]) {
  iso_subtract(k->mesh->xyz[i], k->septum.apex_mm, out);
  return iso_length(out);
}

/* Distance from the ridge below, where the plane through the long axis crosses it. */
static double from_lower_ridge(const work *k, iso_lid i) {
  const iso_septum *s = &k->septum;
  double x[3];
  const double slope = iso_length(s->grad_ridge[i]);
  from_apex(k, i, x);
  return slope > 0 ? hypot((s->ridge[i] - 0.5) / slope, iso_dot(x, s->across)) : INFINITY;
}

/* Whether element e has both sides of the ridge and of the plane. */
static bool is_crossed(const work *k, iso_lid e) {
  int ridge = 0, plane = 0;
  for (int c = 0; c < iso_shape_nodes(k->mesh->shape[e]); c++) {
    const iso_lid i = k->mesh->conn[(int64_t)e * k->mesh->width + c];
    double x[3];
    from_apex(k, i, x);
    ridge |= k->septum.ridge[i] < 0.5 ? 1 : 2;
    plane |= iso_dot(x, k->septum.across) < 0 ? 1 : 2;
  }
  return ridge == 3 && plane == 3;
}

static void begin_at_ridge(work *k) {
  for (iso_lid e = 0; e < k->mesh->nelem; e++) {
    if (!iso_anatomy_has_volume(k->mesh, e) || !is_crossed(k, e)) continue;
    for (int c = 0; c < iso_shape_nodes(k->mesh->shape[e]); c++) {
      const iso_lid i = k->mesh->conn[(int64_t)e * k->mesh->width + c];
      if (i < k->mesh->nowned) k->given[i] = from_lower_ridge(k, i);
    }
  }
}

/* Of one ventricle the apex goes straight through the wall. */
static iso_status begin_at_axis(work *k, iso_error *err) {
  double through[3] = {-INFINITY, -INFINITY, -INFINITY}, edge = 0;
  const iso_mesh *mesh = k->mesh;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (mesh->gid[i] == k->septum.apex) memcpy(through, k->septum.grad_w[i], sizeof through);
  MPI_Allreduce(MPI_IN_PLACE, through, 3, MPI_DOUBLE, MPI_MAX, mesh->comm);
  const double length = iso_length(through), wall = 2 / length; /* w rises by 1 through the wall */
  if (!(length > 0))
    return iso_fail(err, ISO_EINPUT, "the wall at the apex has no direction; look at the surfaces");
  for (iso_lid e = 0; e < mesh->nelem; e++) { /* the longest edge at the apex is how far is near */
    for (int c = 0; c < iso_shape_nodes(mesh->shape[e]); c++) {
      double x[ISO_MAX_NODES][3];
      if (mesh->gid[mesh->conn[(int64_t)e * mesh->width + c]] != k->septum.apex) continue;
      iso_mesh_corners(mesh, e, x);
      edge = fmax(edge, iso_element_diameter(mesh->shape[e], (const double(*)[3])x));
    }
  }
  MPI_Allreduce(MPI_IN_PLACE, &edge, 1, MPI_DOUBLE, MPI_MAX, mesh->comm);
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    double x[3], side[3];
    if (from_apex(k, i, x) > wall) continue;
    iso_cross(x, through, side);
    if (iso_length(side) / length <= edge / 2) k->given[i] = iso_length(side) / length;
  }
  return ISO_OK;
}

/* The lengths from the ridge are given near it, and its potential is 0 where they are. */
static iso_status find_apicobasal(work *k, double *apicobasal, iso_error *err) {
  static const char what[] = "the apicobasal coordinate";
  const iso_mesh *mesh = k->mesh;
  for (iso_lid i = 0; i < mesh->nowned; i++) k->given[i] = mesh->gid[i] == k->septum.apex ? 0 : NAN;
  if (k->ventricles.two)
    begin_at_ridge(k);
  else
    ISO_TRY(iso_agree(mesh->comm, begin_at_axis(k, err), err));
  for (iso_lid i = 0; i < mesh->nowned; i++)
    k->ahead[i] = !isnan(k->given[i]) ? 0 : k->on[i] & ISO_ON_BASE ? 1 : NAN;
  ISO_TRY(iso_poisson_solve(&k->ventricles.unit, k->ahead, NULL, what, apicobasal, err));
  ISO_TRY(iso_gradient_at_nodes(mesh, apicobasal, k->upward, err));
  memcpy(k->direction, k->upward, (size_t)mesh->nlocal * sizeof *k->direction);
  ISO_TRY(march(k, 1, apicobasal, NULL, what, k->behind, err));
  for (iso_lid i = 0; i < mesh->nowned; i++) k->given[i] = k->on[i] & ISO_ON_BASE ? 0 : NAN;
  ISO_TRY(march(k, -1, apicobasal, NULL, what, k->ahead, err));
  iso_trajectory_ratio(mesh, k->behind, k->ahead, apicobasal);
  return ISO_OK;
}

/* ---- rotational ---- */

static bool is_septal(const work *k, iso_lid i) { return k->septum.ridge[i] >= 0.5; }

/* Where a line against sign times the direction comes from the ridge within the node's elements, the length
 * from there; else NAN. Lines that run nearly along the ridge come from elsewhere. */
static double from_ridge(const work *k, iso_lid i, double sign) {
  const double *t = k->direction[i], *slope = k->septum.grad_ridge[i], past = k->septum.ridge[i] - 0.5;
  const double along = sign * iso_dot(t, slope), steep = 0.2 * iso_length(t) * iso_length(slope);
  if (!k->septum.on_ridge[i] || !(fabs(along) > steep) || past * along < 0) return NAN;
  return past * iso_length(t) / along;
}

/* grad w x upward: in both ventricles from the inferior to the anterior insertion through the free wall, and
 * back through the septum. */
static iso_status find_rotational(work *k, double *rotational, iso_error *err) {
  static const char what[] = "the rotational coordinate";
  const iso_mesh *mesh = k->mesh;
  for (iso_lid i = 0; i < mesh->nlocal; i++) {
    iso_cross(k->septum.grad_w[i], k->upward[i], k->direction[i]);
    k->part[i] = is_septal(k, i) ? 0 : k->septum.side[i];
  }
  for (iso_lid i = 0; i < mesh->nowned; i++) k->given[i] = from_ridge(k, i, 1);
  ISO_TRY(march(k, 1, NULL, k->part, what, k->behind, err));
  for (iso_lid i = 0; i < mesh->nowned; i++) k->given[i] = from_ridge(k, i, -1);
  ISO_TRY(march(k, -1, NULL, k->part, what, k->ahead, err));
  iso_trajectory_ratio(mesh, k->behind, k->ahead, rotational);
  for (iso_lid i = 0; i < mesh->nlocal; i++) {
    rotational[i] = (is_septal(k, i) ? 2 + rotational[i] : 2 * rotational[i]) / 3;
    if (rotational[i] >= 1) rotational[i] = 0;
  }
  return ISO_OK;
}

/* ---- all ---- */

static iso_status allocate(iso_coordinates *c, work *k, iso_error *err) {
  const size_t n = (size_t)k->mesh->nlocal;
  double **fields[] = {&c->transventricular, &c->transmural, &c->apicobasal, &c->rotational,
                       &c->segment,          &k->given,      &k->behind,     &k->ahead};
  for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
    ISO_TRY(iso_alloc(fields[f], n, sizeof **fields[f], "coordinates", err));
  ISO_TRY(iso_alloc(&k->direction, n, sizeof *k->direction, "coordinates", err));
  ISO_TRY(iso_alloc(&k->upward, n, sizeof *k->upward, "coordinates", err));
  return iso_alloc(&k->part, n, 1, "coordinates", err);
}

static void find_segments(iso_coordinates *c, const work *k) {
  for (iso_lid i = 0; i < k->mesh->nlocal; i++)
    if (k->septum.side[i] < 0 || is_septal(k, i))
      c->segment[i] = iso_aha_segment(c->apicobasal[i], c->rotational[i]);
}

static iso_status find(iso_coordinates *c, work *k, iso_error *err) {
  ISO_TRY(iso_agree(k->mesh->comm, allocate(c, k, err), err));
  ISO_TRY(iso_ventricles_new(&k->ventricles, k->anatomy, k->on, err));
  ISO_TRY(iso_septum_new(&k->septum, &k->ventricles, k->on, k->septum_mm, err));
  c->has_round = k->septum.has_ridge;
  for (iso_lid i = 0; i < k->mesh->nlocal; i++) c->transventricular[i] = k->septum.side[i] > 0;
  ISO_TRY(find_transmural(k, c->transmural, err));
  ISO_TRY(find_apicobasal(k, c->apicobasal, err));
  if (!c->has_round) return ISO_OK;
  ISO_TRY(find_rotational(k, c->rotational, err));
  find_segments(c, k);
  return ISO_OK;
}

iso_status iso_coordinates_new(iso_coordinates *out, iso_anatomy *anatomy, const uint8_t *on,
                               const double *septum_mm, iso_error *err) {
  work k = {.anatomy = anatomy, .mesh = anatomy->mesh, .on = on, .septum_mm = septum_mm};
  memset(out, 0, sizeof *out);
  iso_status status = find(out, &k, err);
  iso_septum_free(&k.septum);
  iso_ventricles_free(&k.ventricles);
  free(k.direction);
  free(k.upward);
  free(k.given);
  free(k.behind);
  free(k.ahead);
  free(k.part);
  return status;
}

void iso_coordinates_free(iso_coordinates *c) {
  free(c->transventricular);
  free(c->transmural);
  free(c->apicobasal);
  free(c->rotational);
  free(c->segment);
  memset(c, 0, sizeof *c);
}

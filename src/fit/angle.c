/* One angle by which all fibres of a surface are turned about its normals.
 *
 * It is 2 atan(t) with t half the spread times a normal number, so that cosine and sine are fractions, with
 * the same bits everywhere; up to 30 degrees it is normal within 3%. */
#include "fit/model.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/shapes.h"

#include <math.h>

#define FAIL(m, ...) iso_config_fail((m)->config, err, "fit.fibre_angle", __VA_ARGS__)

/* Whether an element's border goes from node a to node b. */
static bool goes(const iso_mesh *mesh, iso_lid e, iso_lid a, iso_lid b) {
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  const int n = iso_shape_nodes(mesh->shape[e]);
  for (int k = 0; k < n; k++)
    if (conn[k] == a && conn[(k + 1) % n] == b) return true;
  return false;
}

/* Two elements that go the same way along an edge have normals to different sides. */
static bool is_alike(const iso_fit_model *m, iso_lid e) {
  const iso_mesh *mesh = m->places.mesh;
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  const int n = iso_shape_nodes(mesh->shape[e]);
  for (int k = 0; k < n; k++) {
    const iso_lid a = conn[k], b = conn[(k + 1) % n];
    for (int64_t j = m->places.around.first[a]; j < m->places.around.first[a + 1]; j++)
      if (m->places.around.elem[j] != e && goes(mesh, m->places.around.elem[j], a, b)) return false;
  }
  return true;
}

static void set_axis(const iso_mesh *mesh, iso_lid e, iso_turn *turn) {
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  double a[3], b[3];
  iso_subtract(mesh->xyz[conn[1]], mesh->xyz[conn[0]], a);
  iso_subtract(mesh->xyz[conn[2]], mesh->xyz[conn[0]], b);
  for (int d = 0; d < 3; d++)
    turn->axis[d] = a[(d + 1) % 3] * b[(d + 2) % 3] - a[(d + 2) % 3] * b[(d + 1) % 3];
  const double length = iso_length(turn->axis);
  for (int d = 0; d < 3 && length > 0; d++) turn->axis[d] /= length;
  turn->cosine = 1;
}

iso_status iso_fit_angle_begin(iso_fit_model *m, iso_error *err) {
  const iso_mesh *mesh = m->places.mesh;
  if (!mesh->fibres) return FAIL(m, "the heart has no fibres; leave it out");
  ISO_TRY(iso_alloc(&m->turn, (size_t)mesh->nelem, sizeof *m->turn, "fibres", err));
  for (iso_lid e = 0; e < mesh->nelem; e++)
    if (mesh->shape[e] != ISO_TRIANGLE)
      return FAIL(
          m, "only fibres of surfaces can be turned: about the normal, which walls do not have everywhere");
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    if (!is_alike(m, e))
      return FAIL(m,
                  "elements of the surface have their nodes in different turns, so that none of their sides "
                  "is the outer one; write them in the same turn");
    set_axis(mesh, e, &m->turn[e]);
  }
  iso_eikonal_set_turns(m->wave.eikonal, m->turn);
  return ISO_OK;
}

static double half_tangent(const iso_fit_model *m, const double *z) {
  return m->config->fit.fibre_angle.degrees * M_PI / 360 * z[m->at.angle];
}

void iso_fit_angle_set(iso_fit_model *m, const double *z) {
  const double t = half_tangent(m, z), all = 1 + t * t;
  for (iso_lid e = 0; e < m->places.mesh->nelem; e++)
    m->turn[e].cosine = (1 - t * t) / all, m->turn[e].sine = 2 * t / all;
  m->angle_rate = m->config->fit.fibre_angle.degrees * M_PI / 180 / all;
}

double iso_fit_angle_degrees(const iso_fit_model *m, const double *z) {
  return 360 / M_PI * atan(half_tangent(m, z));
}

const iso_turn *iso_fit_angle_of(const iso_fit_model *m, iso_lid e) { return m->turn ? &m->turn[e] : NULL; }

/* D^-1 is R A R^T, and dR is N R with N w = axis x w: -2 (axis x w) . D^-1 w for each radian. */
void iso_fit_angle_slope(const iso_fit_model *m, iso_lid e, const double w[3], double share, double *slope) {
  const iso_mesh *mesh = m->places.mesh;
  const iso_metric metric = iso_eikonal_metric(
      mesh, e, &m->speeds[iso_tissue_region(&m->tissue, iso_mesh_tag(mesh, e))], m->boost[e], &m->turn[e]);
  const double *n = m->turn[e].axis;
  double side[3];
  for (int d = 0; d < 3; d++) side[d] = n[(d + 1) % 3] * w[(d + 2) % 3] - n[(d + 2) % 3] * w[(d + 1) % 3];
  slope[m->at.angle] -= 2 * share * m->angle_rate * iso_metric_dot(&metric, side, w);
}

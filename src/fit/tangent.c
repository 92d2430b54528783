/* How the time of one node, and those of all, change with z. */
#include "fit/model.h"

#include <math.h>
#include <string.h>

/* Times of nodes that come from later ones in part, in obtuse elements, are settled in so many rounds: their
 * shares shrink from one to the next. */
enum { MOST_ROUNDS = 60 };
#define SETTLED 1e-14 /* of the largest derivative */

/* The way of a junction, from iso_delays: |w| by the mean metric of the elements around node[1]. */
static void add_way(const iso_fit_model *m, iso_lid link, double share, double *slope) {
  const iso_mesh *mesh = m->places.mesh;
  const iso_lid *node = mesh->links.node[link];
  const int group = mesh->links.link[link].group;
  double w[3], square = 0;
  if (group < 0 || group >= m->config->mesh.nnetworks || !m->config->mesh.networks[group].junction_way)
    return;
  for (int d = 0; d < 3; d++) w[d] = mesh->xyz[node[1]][d] - mesh->xyz[node[0]][d];
  const double each = 1 / (double)(m->places.around.first[node[1] + 1] - m->places.around.first[node[1]]);
  for (int round = 0; round < 2; round++)
    for (int64_t j = m->places.around.first[node[1]]; j < m->places.around.first[node[1] + 1]; j++) {
      const iso_lid e = m->places.around.elem[j];
      const iso_speeds *s = &m->speeds[iso_tissue_region(&m->tissue, iso_mesh_tag(mesh, e))];
      double by[3];
      for (int c = 0; c < 3; c++) {
        const iso_metric part = iso_eikonal_metric_part(mesh, e, s, m->boost[e], iso_fit_angle_of(m, e), c);
        by[c] = each * iso_metric_dot(&part, w, w);
      }
      if (round == 0) square += by[0] + by[1] + by[2];
      for (int c = 0; c < 3; c++) by[c] *= square > 0 ? -share / sqrt(square) : 0;
      if (round == 1) iso_fit_add_element(m, e, by, slope);
    }
}

static void add_angle(const iso_fit_model *m, iso_lid node, const iso_ray *ray, double share, double *slope) {
  const iso_mesh *mesh = m->places.mesh;
  const double takes = ray->ms[0] + ray->ms[1] + ray->ms[2];
  double w[3] = {mesh->xyz[node][0], mesh->xyz[node][1], mesh->xyz[node][2]};
  for (int c = 0; c < ray->n; c++)
    for (int d = 0; d < 3; d++) w[d] -= ray->weight[c] * mesh->xyz[ray->node[c]][d];
  if (takes > 0) iso_fit_angle_slope(m, ray->elem, w, share / (2 * takes), slope);
}

void iso_fit_model_add_local(const iso_fit_model *m, const iso_fit_beat *beat, iso_lid node, double share,
                             double *slope) {
  const iso_ray *ray = &beat->ray[node];
  const double by[3] = {-share * ray->ms[0], -share * ray->ms[1], -share * ray->ms[2]};
  if (ray->elem >= 0) iso_fit_add_element(m, ray->elem, by, slope);
  if (ray->elem >= 0 && m->at.angle >= 0) add_angle(m, node, ray, share, slope);
  if (ray->link >= 0) add_way(m, ray->link, share, slope);
  if (ray->n == 0 && beat->began_by[node] >= 0)
    iso_fit_onset_slope(m, beat->began_by[node], node, share, slope);
}

/* Returns by how much the row changes, and its largest number. */
static double set_row(const iso_fit_model *m, iso_fit_beat *b, iso_lid node, double *largest) {
  const iso_ray *ray = &b->ray[node];
  const size_t n = (size_t)m->at.n;
  double *row = b->tangent + (size_t)node * n, first = n > 0 ? row[0] : 0, sum = 0, before = 0;
  for (size_t i = 0; i < n; i++) before += row[i];
  memset(row, 0, n * sizeof *row);
  iso_fit_model_add_local(m, b, node, 1, row);
  for (int c = 0; c < ray->n; c++) {
    const double *from = b->tangent + (size_t)ray->node[c] * n;
    for (size_t i = 0; i < n; i++) row[i] += ray->weight[c] * from[i];
  }
  for (size_t i = 0; i < n; i++) sum += row[i], *largest = fmax(*largest, fabs(row[i]));
  return fmax(fabs(sum - before), n > 0 ? fabs(row[0] - first) : 0);
}

static bool comes_from_later(const iso_fit_beat *b, iso_lid node) {
  const iso_ray *ray = &b->ray[node];
  for (int c = 0; c < ray->n; c++)
    if (b->walk.place[ray->node[c]] <= b->walk.place[node]) return true;
  return false;
}

void iso_fit_model_set_tangent(const iso_fit_model *m, iso_fit_beat *b) {
  const iso_lid n = b->walk.n;
  double change = INFINITY, largest = 0;
  memset(b->tangent, 0, (size_t)n * (size_t)m->at.n * sizeof *b->tangent);
  for (int round = 0; round < MOST_ROUNDS && change > SETTLED * largest; round++) {
    change = 0;
    for (iso_lid k = n - 1; k >= 0; k--) {
      const iso_lid node = b->walk.order[k];
      const bool later = comes_from_later(b, node);
      const double moved = set_row(m, b, node, &largest);
      if (later) change = fmax(change, moved);
    }
  }
}

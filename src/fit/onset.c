/* Where waves begin: at a place between nodes, from which they run straight to the nodes nearby, by the
 * metric there. So times go smoothly with the place, and do not jump at a node, nor where it goes to another
 * element. */
#include "fit/model.h"

#include "base/memory.h"
#include "fit/wall.h"
#include "grid/ask/edges.h"
#include "grid/geometry.h"
#include "grid/shapes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { RINGS = 3 };

static const iso_speeds *speeds_of(const iso_fit_model *m, iso_lid e) {
  return &m->speeds[iso_tissue_region(&m->tissue, iso_mesh_tag(m->places.mesh, e))];
}

static void set_metrics(const iso_fit_model *m, iso_fit_onset *o) {
  for (int k = 0; k < o->place.n; k++) {
    const iso_lid node = o->place.node[k];
    const double n = (double)(m->places.around.first[node + 1] - m->places.around.first[node]);
    o->around[k] = (iso_metric){{0}};
    for (int64_t j = m->places.around.first[node]; j < m->places.around.first[node + 1]; j++) {
      const iso_metric one = iso_eikonal_metric(
          m->places.mesh, m->places.around.elem[j], speeds_of(m, m->places.around.elem[j]),
          m->boost[m->places.around.elem[j]], iso_fit_angle_of(m, m->places.around.elem[j]));
      for (int c = 0; c < 6; c++) o->around[k].m[c] += one.m[c] / n;
    }
  }
}

static iso_status add_seed(const iso_fit_model *m, iso_fit_onset *o, iso_lid node, iso_error *err) {
  if (m->mark[node]) return ISO_OK;
  if (o->nseeds == o->room) {
    ISO_TRY(iso_realloc(&o->seed, 2 * (size_t)o->room + 64, sizeof *o->seed, "sources", err));
    o->room = 2 * o->room + 64;
  }
  m->mark[node] = 1;
  o->seed[o->nseeds++] = node;
  return ISO_OK;
}

/* The nodes of the place's element, and of the elements around these, and once more. */
static iso_status find_seeds(const iso_fit_model *m, iso_fit_onset *o, iso_error *err) {
  const iso_mesh *mesh = m->places.mesh;
  iso_status status = ISO_OK;
  o->nseeds = 0;
  for (int k = 0; k < iso_shape_nodes(mesh->shape[o->place.elem]) && status == ISO_OK; k++)
    status = add_seed(m, o, mesh->conn[(int64_t)o->place.elem * mesh->width + k], err);
  for (int ring = 0, from = 0; ring < RINGS && status == ISO_OK; ring++) {
    const int to = o->nseeds;
    for (; from < to; from++)
      for (int64_t j = m->places.around.first[o->seed[from]]; j < m->places.around.first[o->seed[from] + 1];
           j++)
        for (int c = 0; c < iso_shape_nodes(mesh->shape[m->places.around.elem[j]]) && status == ISO_OK; c++)
          status = add_seed(m, o, mesh->conn[(int64_t)m->places.around.elem[j] * mesh->width + c], err);
  }
  for (int k = 0; k < o->nseeds; k++) m->mark[o->seed[k]] = 0;
  return status;
}

/* In edges of the mesh: how far around a place the wall is looked at, and how far the wave runs straight. */
#define LOOK_AROUND 4
#define STRAIGHT 1.5

/* Of a way along the wall: as many for any length, so that where it ends goes smoothly with that. */
enum { WALK = 16 };

/* The nodes of a stimulus, all at its time. */
static iso_status begin_stimulus(iso_fit_model *m, iso_fit_onset *o, const char *name, iso_error *err) {
  iso_selection hit;
  iso_status status = ISO_OK;
  for (o->stimulus = 0; strcmp(m->config->stimuli[o->stimulus].name, name) != 0;) o->stimulus++;
  o->mean_ms = m->config->stimuli[o->stimulus].pulses.start_ms;
  ISO_TRY(iso_setup_stimulated(m->wave.setup, o->stimulus, &hit, err));
  for (int64_t i = 0; i < hit.count && status == ISO_OK; i++) status = add_seed(m, o, hit.node[i], err);
  for (int j = 0; j < o->nseeds; j++) m->mark[o->seed[j]] = 0;
  iso_selection_free(&hit);
  return status;
}

/* A wave begins on the heart: what is farther off has another unit, or another frame. */
#define FARTHEST_MM 10

static iso_status check_distance(const iso_fit_model *m, int k, double distance_mm, iso_error *err) {
  char path[160];
  if (distance_mm <= FARTHEST_MM) return ISO_OK;
  snprintf(path, sizeof path, "fit.onsets.%.100s.at_mm", m->config->fit.onsets[k].name);
  return iso_config_fail(
      m->config, err, path,
      "it is %.3g mm from the heart, and a wave begins on it, %d mm off at most; give it in mm, "
      "in the frame of the mesh",
      distance_mm, FARTHEST_MM);
}

iso_status iso_fit_onset_begin(iso_fit_model *m, int k, iso_error *err) {
  const iso_mesh *mesh = m->places.mesh;
  const iso_config_onset *c = &m->config->fit.onsets[k];
  iso_fit_onset *o = &m->onset[k];
  if (c->stimulus) return begin_stimulus(m, o, c->stimulus, err);
  o->stimulus = -1;
  o->mean_ms = c->time_ms;
  o->place = iso_places_nearest(&m->places, m->config->fit.onsets[k].at_mm);
  o->edge_mm = iso_element_edge_mm(mesh, o->place.elem);
  for (int d = 0; d < 3; d++) o->middle_mm[d] = o->place.at_mm[d];
  iso_wall_ways(&m->places, o->middle_mm, LOOK_AROUND * o->edge_mm, o->way);
  return check_distance(m, k, o->place.distance_mm, err);
}

/* A step from a place: to what is nearest to where it leads. The rest of the way is turned into the wall
 * there. */
static void step(const iso_fit_model *m, double edge_mm, double at[3], double way[3]) {
  const double long_before = iso_length(way);
  double aim[3], ways[3][3];
  for (int d = 0; d < 3; d++) aim[d] = at[d] + way[d];
  const iso_place place = iso_places_nearest(&m->places, aim);
  for (int d = 0; d < 3; d++) at[d] = place.at_mm[d];
  iso_wall_ways(&m->places, at, LOOK_AROUND * edge_mm, ways);
  const double out = iso_dot(way, ways[2]);
  for (int d = 0; d < 3; d++) way[d] -= out * ways[2][d];
  const double longer = long_before / iso_length(way);
  for (int d = 0; d < 3; d++) way[d] *= longer;
}

/* Along the wall as straight as it lies, then through it: what is drawn in a plane stays near the wall, and
 * goes smoothly with z, where the nearest place to a point off a hollow wall would jump. */
iso_place iso_fit_onset_at(const iso_fit_model *m, int k, const double *z) {
  const iso_config_onset *c = &m->config->fit.onsets[k];
  const iso_fit_onset *o = &m->onset[k];
  double at[3], way[3] = {0, 0, 0}, ways[3][3];
  for (int d = 0; d < 3; d++) at[d] = o->middle_mm[d];
  for (int w = 0; w < 2 && m->at.onset_place[k] >= 0; w++)
    for (int d = 0; d < 3; d++) way[d] += c->within_mm * z[m->at.onset_place[k] + w] * o->way[w][d] / WALK;
  for (int s = 0; s < WALK && iso_dot(way, way) > 0; s++) step(m, o->edge_mm, at, way);
  if (m->at.onset_depth[k] >= 0) {
    iso_wall_ways(&m->places, at, LOOK_AROUND * o->edge_mm, ways);
    const double side = iso_dot(ways[2], o->way[2]) < 0 ? -1 : 1;
    for (int d = 0; d < 3; d++) at[d] += side * c->depth_within_mm * z[m->at.onset_depth[k]] * ways[2][d];
  }
  return iso_places_nearest(&m->places, at);
}

iso_status iso_fit_onset_set(iso_fit_model *m, int k, const double *z, iso_error *err) {
  const iso_config_onset *c = &m->config->fit.onsets[k];
  iso_fit_onset *o = &m->onset[k];
  o->time_ms = o->mean_ms;
  if (m->at.onset_time[k] >= 0) o->time_ms += c->within_ms * z[m->at.onset_time[k]];
  if (o->stimulus >= 0) return ISO_OK;
  o->place = iso_fit_onset_at(m, k, z);
  set_metrics(m, o);
  return find_seeds(m, o, err);
}

/* The way from the place to a node, and its square by the metric of each of the place's nodes. */
static double way(const iso_fit_model *m, const iso_fit_onset *o, iso_lid node, double u[3],
                  double square[4]) {
  double sum = 0;
  for (int d = 0; d < 3; d++) u[d] = m->places.mesh->xyz[node][d] - o->place.at_mm[d];
  for (int k = 0; k < o->place.n; k++) {
    square[k] = iso_metric_dot(&o->around[k], u, u);
    sum += o->place.weight[k] * square[k];
  }
  return sqrt(sum);
}

/* What the time of a straight way is times, by its length: 1 nearby; then more and more, so that the wave is
 * there sooner by way of other nodes, and none jumps where it goes out of reach. *slope: by the length. */
static double detour(const iso_fit_onset *o, double length_mm, double *slope) {
  const double reach_mm = STRAIGHT * o->edge_mm, beyond = fmax(0, length_mm / reach_mm - 1);
  *slope = beyond / reach_mm;
  return 1 + beyond * beyond / 2;
}

double iso_fit_onset_arrives(const iso_fit_model *m, const iso_fit_onset *o, iso_lid node) {
  double u[3], square[4], slope;
  if (o->stimulus >= 0) return o->time_ms;
  const double takes = way(m, o, node, u, square);
  return o->time_ms + takes * detour(o, iso_length(u), &slope);
}

/* How the place goes with z, by differences of places alone. */
void iso_fit_onset_trace(iso_fit_model *m, int k, double *z) {
  const double small = 1e-5;
  iso_fit_onset *o = &m->onset[k];
  for (int w = 0; w < 3; w++) {
    const int i = w < 2 ? m->at.onset_place[k] + w : m->at.onset_depth[k];
    for (int d = 0; d < 3; d++) o->moves[w][d] = 0;
    if ((w < 2 ? m->at.onset_place[k] : i) < 0) continue;
    const double before = z[i];
    z[i] = before + small;
    const iso_place above = iso_fit_onset_at(m, k, z);
    z[i] = before - small;
    const iso_place below = iso_fit_onset_at(m, k, z);
    z[i] = before;
    for (int d = 0; d < 3; d++) o->moves[w][d] = (above.at_mm[d] - below.at_mm[d]) / (2 * small);
  }
}

/* By the place, through the way itself and through the metric, which is that of another place. */
static void slope_of_place(const iso_fit_model *m, int k, const double u[3], const double square[4],
                           double takes, double share, double *slope) {
  const iso_fit_onset *o = &m->onset[k];
  double slopes[4][3], by[3] = {0, 0, 0}, longer;
  const double length = iso_length(u), times = detour(o, length, &longer);
  iso_place_slopes(&m->places, &o->place, slopes);
  for (int j = 0; j < o->place.n; j++)
    for (int d = 0; d < 3; d++) {
      const double axis[3] = {d == 0, d == 1, d == 2};
      by[d] +=
          times *
          (0.5 * slopes[j][d] * square[j] - o->place.weight[j] * iso_metric_dot(&o->around[j], axis, u)) /
          takes;
    }
  for (int d = 0; d < 3; d++) by[d] -= takes * longer * u[d] / length;
  for (int w = 0; w < 3; w++) {
    const int i = w < 2 ? m->at.onset_place[k] + w : m->at.onset_depth[k];
    if ((w < 2 ? m->at.onset_place[k] : i) >= 0) slope[i] += share * iso_dot(by, o->moves[w]);
  }
}

void iso_fit_onset_slope(const iso_fit_model *m, int k, iso_lid node, double share, double *slope) {
  const iso_fit_onset *o = &m->onset[k];
  double u[3], square[4], longer;
  if (m->at.onset_time[k] >= 0) slope[m->at.onset_time[k]] += share * m->config->fit.onsets[k].within_ms;
  if (o->stimulus >= 0) return;
  const double takes = way(m, o, node, u, square), times = detour(o, iso_length(u), &longer);
  if (!(takes > 0)) return; /* at the node itself, where it has no direction */
  slope_of_place(m, k, u, square, takes, share, slope);
  for (int j = 0; j < o->place.n; j++) {
    const iso_lid at = o->place.node[j];
    const double each =
        o->place.weight[j] / (double)(m->places.around.first[at + 1] - m->places.around.first[at]);
    for (int64_t i = m->places.around.first[at]; i < m->places.around.first[at + 1]; i++) {
      const iso_lid e = m->places.around.elem[i];
      double by[3];
      for (int c = 0; c < 3; c++) {
        const iso_metric one = iso_eikonal_metric_part(m->places.mesh, e, speeds_of(m, e), m->boost[e],
                                                       iso_fit_angle_of(m, e), c);
        by[c] = -share * times * each * iso_metric_dot(&one, u, u) / takes;
      }
      iso_fit_add_element(m, e, by, slope);
      if (m->at.angle >= 0) iso_fit_angle_slope(m, e, u, share * times * each / (2 * takes), slope);
    }
  }
}

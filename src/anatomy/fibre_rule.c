#include "anatomy/fibre_rule.h"

double iso_wall_right(const iso_wall_point *p) {
  const double both = p->lv + p->rv;
  return both < 1e-12 ? 0.5 : p->rv / both;
}

static double mix(double a, double b, double t) { return a * (1 - t) + b * t; }

/* Products say between which two surfaces the point is, and squares keep what is far from where walls meet to
 * one of them. On a surface all vanish, but there walls agree. */
double iso_wall_septal(const iso_wall_point *p) {
  const double septal = p->lv * p->rv, free_wall = p->epi * (p->lv + p->rv);
  const double all = septal * septal + free_wall * free_wall;
  return all > 0 ? septal * septal / all : 0;
}

/* Of a free wall at a depth, between the ventricles by the right one's share. */
static double angle_of(const double lv[2], const double rv[2], double right, double depth) {
  return mix(mix(lv[0], rv[0], right), mix(lv[1], rv[1], right), depth);
}

static iso_frame in_free_wall(const iso_fibre_rule *r, const iso_frame *wall, double right, double depth) {
  const iso_frame f = iso_frame_orient(wall, angle_of(r->helix_lv, r->helix_rv, right, depth),
                                       angle_of(r->sheet_lv, r->sheet_rv, right, depth));
  return iso_frame_tilt(&f, wall->axis[1], angle_of(r->transverse_lv, r->transverse_rv, right, depth));
}

/* wall: its transmural direction away from the left cavity. Seen from there helix and sheet of the right
 * endocardium have the other sign; the transverse angle is about the same direction from either side. */
static iso_frame in_septum(const iso_fibre_rule *r, const iso_frame *wall, double depth) {
  const iso_frame f = iso_frame_orient(wall, mix(r->helix_lv[0], -r->helix_rv[0], depth),
                                       mix(r->sheet_lv[0], -r->sheet_rv[0], depth));
  return iso_frame_tilt(&f, wall->axis[1], mix(r->transverse_lv[0], r->transverse_rv[0], depth));
}

static iso_frame linear(const iso_fibre_rule *rule, const iso_wall_point *p) {
  double across[3];
  const double septal = iso_wall_septal(p);
  const iso_frame free_wall = iso_frame_on_wall(p->grad_apicobasal, p->grad_epi);
  const iso_frame outer = in_free_wall(rule, &free_wall, iso_wall_right(p), p->depth);
  if (septal == 0) return outer;
  for (int d = 0; d < 3; d++) across[d] = p->grad_rv[d] - p->grad_lv[d];
  const iso_frame septum = iso_frame_on_wall(p->grad_apicobasal, across);
  const iso_frame inner = in_septum(rule, &septum, p->septal_depth);
  /* The nearer of both keeps its sign, so that neighbours have the same. */
  return septal < 0.5 ? iso_frame_between(&inner, &outer, 1 - septal)
                      : iso_frame_between(&outer, &inner, septal);
}

static iso_frame bayer(const iso_fibre_rule *r, const iso_wall_point *p) {
  double from_lv[3];
  const double right = iso_wall_right(p);
  for (int d = 0; d < 3; d++) from_lv[d] = -p->grad_lv[d];
  const iso_frame wall_lv = iso_frame_of(p->grad_apicobasal, from_lv);
  const iso_frame wall_rv = iso_frame_of(p->grad_apicobasal, p->grad_rv);
  const iso_frame wall_epi = iso_frame_of(p->grad_apicobasal, p->grad_epi);
  const iso_frame lv = in_septum(r, &wall_lv, right), rv = in_septum(r, &wall_rv, right);
  const iso_frame endo = iso_frame_between(&lv, &rv, right);
  const iso_frame epi = in_free_wall(r, &wall_epi, right, p->epi);
  return iso_frame_between(&endo, &epi, p->epi);
}

/* Angles of the ventricle go over into those of its outflow tract. */
static void mix_tract(double angle[2], const double of_tract[2], double share) {
  for (int k = 0; k < 2; k++) angle[k] = mix(angle[k], of_tract[k], share);
}

iso_frame iso_fibre_frame(const iso_fibre_rule *rule, const iso_wall_point *point) {
  iso_fibre_rule here = *rule;
  mix_tract(here.helix_lv, rule->helix_tract, point->tract[0]);
  mix_tract(here.sheet_lv, rule->sheet_tract, point->tract[0]);
  mix_tract(here.transverse_lv, rule->transverse_tract, point->tract[0]);
  mix_tract(here.transverse_rv, rule->transverse_tract, point->tract[1]);
  mix_tract(here.helix_rv, rule->helix_tract, point->tract[1]);
  mix_tract(here.sheet_rv, rule->sheet_tract, point->tract[1]);
  return rule->law == ISO_FIBRES_BAYER ? bayer(&here, point) : linear(&here, point);
}

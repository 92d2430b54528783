/* Rules for fibres of the ventricles, at one point. */
#ifndef ISO_ANATOMY_FIBRE_RULE_H
#define ISO_ANATOMY_FIBRE_RULE_H

#include "anatomy/frame.h"

typedef enum {
  /* The helix turns linearly with the depth along trajectories, through free walls from endocardium to
   * epicardium, through the septum from one endocardium to the other. */
  ISO_FIBRES_LINEAR,
  /* As published by Bayer et al. 2012 (frame.h): with e of the epicardium's harmonic field the helix of a
   * free wall is endo (1 - e^2) + epi e^2, so 30 degrees in the middle of a wall from 60 to -60. */
  ISO_FIBRES_BAYER,
} iso_fibre_law;

/* Angles in degrees at endocardium and epicardium, seen from the ventricle's cavity: helix against the
 * circumferential direction, positive towards the base; sheet against the transmural one; transverse about
 * the longitudinal direction, right-handed, after both, by which fibres leave the wall (Doste et al. 2019).
 * In the septum the right ventricle's endocardium has its own. */
typedef struct iso_fibre_rule {
  iso_fibre_law law;
  double helix_lv[2], helix_rv[2], sheet_lv[2], sheet_rv[2];
  double transverse_lv[2], transverse_rv[2];
  double helix_tract[2], sheet_tract[2],
      transverse_tract[2]; /* of the outflow tracts, where these are known */
} iso_fibre_rule;

/* What the rule has to know of a point: the fields of ventricles.h, their gradients (of any unit), and depths
 * from 0 to 1: from endocardium to epicardium, and from the left endocardium to the right one. Bayer's law
 * uses no depths. */
typedef struct iso_wall_point {
  double lv, rv, epi;
  double grad_lv[3], grad_rv[3], grad_epi[3], grad_apicobasal[3];
  double depth, septal_depth;
  double tract[2]; /* how much of the left and the right ventricle's outflow tract it is in, from 0 to 1
                      (tracts.h) */
} iso_wall_point;

/* Fibre, normal to the sheet, and sheet, in this order, orthonormal. */
iso_frame iso_fibre_frame(const iso_fibre_rule *rule, const iso_wall_point *point);

/* The share of the right ventricle in a point, a half where none has any. */
double iso_wall_right(const iso_wall_point *point);

/* How much of the septum a point is, from 0 in a free wall to 1. */
double iso_wall_septal(const iso_wall_point *point);

#endif
